"""Every shipped problem in every notation that can say it, at every level of detail: each formula renders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from rendering.katex import katex_errors, mathjax_errors
from rendering.markdown import Dialect, Span, faults, math_spans
from rendering.tex import tex_complaints

import backprop_steps
from backprop_steps.notation.loading import profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.pages.sheet import Detail

PROBLEMS = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "problems").glob("*.yaml"))
NOTATIONS = [name for name, _ in profiles()]
DETAILS: tuple[Detail, ...] = get_args(Detail)
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)


@cache
def pages(problem: str, to: str, dialect: Dialect = "standard") -> dict[str, str]:
    """The pages of a problem by notation and detail; what a notation cannot say is left out."""
    loaded = backprop_steps.load(problem)
    found = {}
    for notation in NOTATIONS:
        for detail in DETAILS:
            try:
                page = backprop_steps.render(loaded, to=to, dialect=dialect, notation=notation, detail=detail)
            except NotationError:
                break
            found[f"{problem} {notation} {detail}"] = str(page)
    return found


def every_span(dialect: Dialect) -> Iterator[Span]:
    for problem in PROBLEMS:
        for page in pages(problem, "markdown", dialect).values():
            yield from math_spans(page, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_host_of_each_dialect_shows_the_page_right(problem: str, dialect: Dialect) -> None:
    made = pages(problem, "markdown", dialect)
    assert made, "no notation can say it"
    found = [f"{name}: {fault}" for name, page in made.items() for fault in faults(page, dialect)]
    assert found == []


@pytest.mark.node
@pytest.mark.parametrize("dialect", DIALECTS)
def test_katex_takes_every_formula_with_no_warning(dialect: Dialect) -> None:
    assert katex_errors(every_span(dialect)) == []


@pytest.mark.node
def test_mathjax_takes_every_formula() -> None:
    assert mathjax_errors(every_span("github")) == []


@pytest.mark.tex
@pytest.mark.parametrize("problem", PROBLEMS)
def test_tex_complains_of_no_page(problem: str, tmp_path: Path) -> None:
    assert tex_complaints(pages(problem, "latex"), tmp_path) == {}

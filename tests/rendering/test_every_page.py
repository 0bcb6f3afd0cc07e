"""Every shipped problem in every notation that can say it, at every level of detail: each formula renders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rendering.katex import katex_errors, mathjax_errors
from rendering.markdown import Dialect, Span, faults, math_spans
from rendering.tex import tex_complaints
from shipped_pages import DIALECTS, PROBLEMS, pages, sheets, some_pages


def every_span(dialect: Dialect) -> Iterator[Span]:
    for problem in PROBLEMS:
        for page in (pages(problem, "markdown", dialect) | sheets(problem, "markdown", dialect)).values():
            yield from math_spans(page, dialect)


def _all_faults(made: dict[str, str], dialect: Dialect) -> list[str]:
    assert made, "no notation can say it"
    return [f"{name}: {fault}" for name, page in made.items() for fault in faults(page, dialect)]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_host_of_the_standard_dialect_shows_the_page_right(problem: str) -> None:
    assert _all_faults(pages(problem, "markdown", "standard"), "standard") == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("problem", ["mazur", "batch_symbolic", "circuit"])
def test_a_host_shows_what_is_handed_out_right(problem: str, dialect: Dialect) -> None:
    assert _all_faults(sheets(problem, "markdown", dialect), dialect) == []


# The dialects differ in how a formula is fenced, not in what it is: by default one notation of each problem is enough.
@pytest.mark.parametrize("problem", PROBLEMS)
def test_github_shows_the_page_right(problem: str) -> None:
    assert _all_faults(pages(problem, "markdown", "github", own=True), "github") == []


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS)
def test_github_shows_the_page_right_in_every_notation(problem: str) -> None:
    assert _all_faults(some_pages(problem, "markdown", "github"), "github") == []


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
    assert tex_complaints(pages(problem, "latex") | sheets(problem, "latex"), tmp_path) == {}

"""The shipped problems for tests that look at all their pages: each loaded once, each page rendered once in a run.

Nothing here changes between two tests, so that they share it; a test about rendering itself calls `render`.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

import backprop_steps
from backprop_steps.checking.check import Checker
from backprop_steps.errors import UserError
from backprop_steps.notation.loading import profiles
from backprop_steps.offers import Depth, Detail
from backprop_steps.problem import shipped
from backprop_steps.problem.model import Problem

Dialect = Literal["standard", "github"]

PROBLEMS = sorted(row.name for row in shipped())
NOTATIONS = [name for name, _ in profiles()]
DETAILS: tuple[Detail, ...] = get_args(Detail)
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)


@cache
def problem(name: str) -> Problem:
    return backprop_steps.load(name)


@cache
def checker(name: str) -> Checker:
    return Checker(problem(name))


def page(
    name: str,
    notation: str | None = None,
    detail: Detail = "full",
    to: str = "markdown",
    dialect: Dialect = "standard",
) -> str:
    """A page of a problem, in its own notation or in another. Raises NotationError where it cannot be said so."""
    made = _page(name, notation or str(problem(name).notation), detail, to, dialect)
    if isinstance(made, UserError):
        raise made
    return made


def pages(name: str, to: str = "markdown", dialect: Dialect = "standard", own: bool = False) -> dict[str, str]:
    """The pages of a problem by notation and detail, `own`: in its own notation; without what cannot be said."""
    found = {}
    for notation in [str(problem(name).notation)] if own else NOTATIONS:
        for detail in DETAILS:
            made = _page(name, notation, detail, to, dialect)
            if not isinstance(made, UserError):
                found[f"{notation} {detail}"] = made
    return found


def sheets(name: str, to: str = "markdown", dialect: Dialect = "standard") -> dict[str, str]:
    """What is handed out of a problem, in its own notation: worksheets of every depth, their keys, the handout."""
    wish: dict[str, Any] = {"to": to, "dialect": dialect}
    found = {"handout": str(backprop_steps.handout(problem(name), **wish))}
    for depth in get_args(Depth):
        try:
            made = backprop_steps.worksheet(problem(name), gaps=depth, **wish)
        except UserError:  # no numbers
            continue
        found |= {f"{depth} sheet": str(made.sheet), f"{depth} key": str(made.key)}
    return found


@cache
def _page(name: str, notation: str, detail: Detail, to: str, dialect: Dialect) -> str | UserError:
    try:
        return str(backprop_steps.render(problem(name), to=to, dialect=dialect, notation=notation, detail=detail))
    except UserError as error:
        return error


@cache
def golden_formulas() -> frozenset[str]:
    """The TeX of every formula on the golden pages in Markdown."""
    texts = [page.read_text(encoding="utf-8") for page in (Path(__file__).parent / "golden").glob("*.md")]
    pairs = chain.from_iterable(re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, re.DOTALL) for text in texts)
    return frozenset(tex for tex in chain.from_iterable(pairs) if tex)

"""The shipped problems for tests that look at all their pages: each loaded once, each page rendered once in a run.

Nothing here changes between two tests, so that they share it; a test about rendering itself calls `render`.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

from covering import covering

import backprop_steps
from backprop_steps.checking.check import Checker
from backprop_steps.errors import UserError
from backprop_steps.network.build import build
from backprop_steps.network.shape import shape_of
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import can_say
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
def sayable() -> tuple[tuple[str, str], ...]:
    """Every problem with each notation that can say it, but for what is only found in its derivation."""
    return tuple(
        (name, notation)
        for name in PROBLEMS
        for notation in NOTATIONS
        if can_say(profile := load_profile(notation), shape_of(build(problem(name), profile.conventions))) is None
    )


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
    notations = [str(problem(name).notation)] if own else NOTATIONS
    return _pages(name, [(notation, detail) for notation in notations for detail in DETAILS], to, dialect)


def some_pages(name: str, to: str = "markdown", dialect: Dialect = "standard") -> dict[str, str]:
    """Some of the pages of a problem by notation and detail: of all problems, each notation at each detail."""
    triples = covering((*pair, detail) for pair in sayable() for detail in DETAILS)
    return _pages(name, [(notation, detail) for one, notation, detail in triples if one == name], to, dialect)


def _pages(name: str, which: list[tuple[str, Detail]], to: str, dialect: Dialect) -> dict[str, str]:
    found = {}
    for notation, detail in which:
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

"""The Python API: load, derive, evaluate, render."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from backprop_steps.derivation.steps import Derivation
from backprop_steps.evaluation.evaluate import Evaluation
from backprop_steps.notation.loading import load_profile
from backprop_steps.pages.render import Page, Wish, derived, evaluated, render_problem
from backprop_steps.pages.sheet import Detail, Show
from backprop_steps.problem import load as load_problem
from backprop_steps.problem.model import Problem


def load(problem: str | Path) -> Problem:
    """A problem file, or a shipped problem by its name. Raises ProblemErrors with every mistake of the file."""
    return load_problem(problem)


def derive(problem: Problem, notation: str | Path | None = None) -> Derivation:
    """The steps of the derivation, in the notation of the problem or in another.

    Raises NotationError where the problem cannot be said in it.
    """
    profile = load_profile(notation or problem.notation)
    return derived(problem, profile)


def evaluate(problem: Problem, notation: str | Path | None = None) -> Evaluation | None:
    """Every number of the derivation, update after update; None where the problem is symbolic.

    Raises NoNumberError where a number does not exist (a logarithm of zero, an overflow).
    """
    return evaluated(problem, derive(problem, notation))


def render(
    problem: Problem,
    *,
    to: str = "markdown",
    dialect: Literal["standard", "github"] = "standard",
    notation: str | Path | None = None,
    detail: Detail = "full",
    only: tuple[str, ...] = (),
    show: Show = "all",
    gradient_check: bool = False,
    fragment: bool = False,
    digits: int | None = None,
    carry: Literal["exact", "rounded"] | None = None,
) -> Page:
    """The worked solution as text in one of the formats; in a notebook, the Markdown shows itself.

    `only` holds patterns of quantity names (`W1[*,1]`), `show="representative"` works one example of each kind,
    `digits` and `carry` win over the problem's own. Raises NotationError where the problem cannot be said in the
    notation.
    """
    rounding = problem.rounding
    if digits is not None:
        rounding = replace(rounding, digits=digits)
    if carry is not None:
        rounding = replace(rounding, carry=carry)
    if rounding != problem.rounding:
        problem = replace(problem, rounding=rounding)
    wish = Wish(to, dialect, notation, detail, tuple(only), show, gradient_check, fragment)
    return render_problem(problem, wish)

"""What the functions of the API are asked for: a loaded problem, words of closed lists, whole numbers within bounds.

The command line offers the same words; `tests/test_asking.py` holds that it does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_args

from backprop_steps.errors import UserError, did_you_mean
from backprop_steps.offers import (
    Audience,
    Carry,
    Depth,
    Detail,
    Dialect,
    Drawing,
    Engine,
    HintPlace,
    Pictures,
    Show,
    Values,
)
from backprop_steps.problem.model import Problem

P = ParamSpec("P")
R = TypeVar("R")

WORDS: Mapping[str, Collection[str]] = {
    "dialect": get_args(Dialect),
    "detail": get_args(Detail),
    "show": get_args(Show),
    "carry": get_args(Carry),
    "pictures": get_args(Pictures),
    "engine": get_args(Engine),
    "gaps": get_args(Depth),
    "hints": get_args(HintPlace),
    "audience": get_args(Audience),
    "of": get_args(Drawing),
    "values": get_args(Values),
}
"""By the name of an argument: the words that it takes."""

WHOLE: Mapping[str, tuple[int, int | None]] = {
    "digits": (0, 30),
    "count": (1, 50),
    "every": (1, None),
    "sample": (1, None),
    "layer": (1, None),
    "steps": (1, 10000),
    "width": (0, None),
}
"""By the name of an argument: the least and the largest whole number that it takes."""

TEXTS = ("text", "page")
"""The arguments that are a page."""


class AskedError(UserError):
    """An argument is none that the function takes."""


def asked(*to: str, **words: Collection[str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Looks at the arguments of a function before it begins; `to` are the formats that it writes.

    `words` are its own lists, where it takes fewer words than others. The function raises AskedError, with the likely
    remedy: a wrong word would otherwise be passed over, or fail far from its cause.
    """
    lists = {**WORDS, **words, "to": to}

    def wrapped(function: Callable[P, R]) -> Callable[P, R]:
        usual = {name: one.default for name, one in inspect.signature(function).parameters.items()}

        @wraps(function)
        def checked(*args: P.args, **options: P.kwargs) -> R:
            for name, value in {**dict(zip(usual, args, strict=False)), **options}.items():
                if name in usual and value != usual[name]:
                    _check(name, value, lists)
            return function(*args, **options)

        return checked

    return wrapped


def _check(name: str, value: Any, lists: Mapping[str, Collection[str]]) -> None:
    if name == "problem" and not isinstance(value, Problem):
        load = f"load({value!r})" if isinstance(value, str) else "load(…)"
        raise AskedError(f"problem must be a loaded problem, found {_found(value)}; {load} makes one")
    if name in TEXTS and not isinstance(value, str):
        raise AskedError(f"{name} must be text, found {_found(value)}")
    if name in lists and value not in lists[name]:
        raise AskedError(f"unknown {name} {_found(value)}{_remedy(value, lists[name])}")
    if name in WHOLE:
        least, most = WHOLE[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < least or (most or value) < value:
            bounds = f"from {least} to {most}" if most is not None else f"from {least}"
            raise AskedError(f"{name} must be a whole number {bounds}, found {_found(value)}")


def _remedy(value: Any, words: Collection[str]) -> str:
    if value == "pdf" and "typst" in words:
        return "; pdf(page) makes one of a page that is rendered to 'typst'"
    return did_you_mean(str(value), words) or f"; there are {', '.join(words)}"


def _found(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"

"""Writes the backpropagation of a neural network out by hand, every step, from one YAML file.

>>> import backprop_steps as bp
>>> problem = bp.load("mazur")
>>> derivation = bp.derive(problem)
>>> evaluation = bp.evaluate(problem)
>>> page = bp.render(problem, detail="brief")
>>> marking = bp.check(problem, "$net_{h1} = 0.3775$")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backprop_steps.errors import UserError

if TYPE_CHECKING:
    from backprop_steps.api import (
        check,
        derive,
        evaluate,
        handout,
        load,
        mistakes,
        pdf,
        picture,
        render,
        report,
        slides,
        worksheet,
    )
    from backprop_steps.pages.documents.page import Page

__version__ = "0.1.0"
__all__ = [
    "Page",
    "UserError",
    "check",
    "derive",
    "evaluate",
    "handout",
    "load",
    "mistakes",
    "pdf",
    "picture",
    "render",
    "report",
    "slides",
    "worksheet",
]


def __getattr__(name: str) -> Any:
    """The functions of the API, imported when they are first asked for: a listing does not wait for SymPy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from backprop_steps import api

    return getattr(api, name)

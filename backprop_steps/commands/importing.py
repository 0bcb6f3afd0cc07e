"""What is heavy to import: SymPy, and all that writes a page."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backprop_steps.problem.model import Problem

_OBJECTS_BEFORE_A_LOOK = 50_000


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Without garbage collection, for a large import: it makes objects by the hundred thousand, and all of them stay.

    Looking through them for garbage, then and at the end, takes nearly half of the time of importing SymPy. Afterwards
    garbage is looked for less often than usual: what a page is made of is kept until it is written.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_OBJECTS_BEFORE_A_LOOK)
        gc.enable()


def prepared(problem: str) -> Problem:
    """The problem of a file, or the shipped one of this name, and all that is imported to write a page of it.

    It is loaded before SymPy is imported: a mistake in the file is answered at once.
    """
    from backprop_steps.problem import load

    found = load(problem)
    with importing():
        import backprop_steps.api
        import backprop_steps.expression.symbolic  # noqa: F401 - it brings SymPy
    return found

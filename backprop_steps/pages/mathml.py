"""Formulas of a page in HTML, as MathML, which browsers set themselves: no script, no font.

`math-core` makes it from TeX; it comes with `pip install backprop-steps[html]`. Without it, and for what it cannot set,
the formula stands as its TeX source.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from backprop_steps.notation.pieces import PieceError
from backprop_steps.notation.unicode_math import line

if TYPE_CHECKING:
    from math_core import LatexToMathML

_OPENING = "<math"
_KNOWN_AS = {"smallmatrix": "matrix"}  # what math-core has no name for, and the nearest that it has


def mathml(tex: str) -> str | None:
    """A formula as a `math` element, with what it says as a line of text; None where it cannot be made."""
    make = converter()
    if make is None:
        return None
    from math_core import LatexError

    known = tex
    for name, instead in _KNOWN_AS.items():
        known = known.replace(f"{{{name}}}", f"{{{instead}}}")
    try:
        found = make.convert_with_local_state(known, displaystyle=False)
        said = line(tex)
    except (LatexError, PieceError):
        return None
    return f'{_OPENING} alttext="{escape(said)}"{found.removeprefix(_OPENING)}'


@cache
def converter() -> LatexToMathML | None:
    """What makes MathML, where it is installed."""
    try:
        from math_core import LatexToMathML
    except ImportError:
        return None
    return LatexToMathML(fancy_error=False)

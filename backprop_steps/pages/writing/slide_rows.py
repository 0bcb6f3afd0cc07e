"""The rows of a display on a slide: each a call of `row` in `formats/slides.typ`, so that it is revealed by itself."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_steps.pages.markup.escaping import typst, typst_tex

_GOES_ON = r"\quad"
"""What a row begins with that goes on from the row before: there was no more room there."""


def slide_rows(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """The rows of a display, of TeX, in Typst."""
    if len(rows) == 1 and not rows[0][1]:
        rows = [("", rows[0][0], rows[0][2])]
    return [_row(left, right, remark, first=number == 0) for number, (left, right, remark) in enumerate(rows)]


def _row(left: str, right: str, remark: str, first: bool) -> str:
    said = f", remark: [{typst(remark)}]" if remark else ""
    goes_on = ", goes-on: true" if not left and not first and right.lstrip().startswith(_GOES_ON) else ""
    return f"row({_formula(left)}, {_formula(right)}{said}{goes_on})"


def _formula(tex: str) -> str:
    return f"${typst_tex(tex)}$" if tex.strip() else "$$"

"""What an index runs over, and how it is counted on the page."""

from __future__ import annotations

from backprop_steps.expression.quantity import Letter


def letter_bounds(letter: Letter, first_unit: int) -> tuple[str, str]:
    """The first and the last value of a letter; units are counted from `first_unit`, samples from 1."""
    start = first_unit if letter.axis.kind == "unit" else 1
    size = letter.axis.size
    if isinstance(size, int):
        return str(start), str(size + start - 1)
    return str(start), size_tex(size) if start == 1 else f"{size_tex(size)}{start - 1:+d}"


def size_tex(size: str) -> str:
    """A symbolic size as it was given; a word upright."""
    return size if len(size) == 1 or not size.isalpha() else rf"\mathrm{{{size}}}"


def counted(index: int, other: object, first_unit: int) -> str:
    """An integer compared with another index: over the units of a layer it is counted from `first_unit`."""
    shifted = isinstance(other, Letter) and other.axis.kind == "unit"
    return str(index + first_unit - 1 if shifted else index)

"""Neurons that are numbered above their letters, in brackets: `z^{(3)}` is that of the third unit, not of a layer."""

from __future__ import annotations

from dataclasses import replace

from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.walking import nodes_of, page_rewritten
from backprop_steps.notation.numbering import Shape

_OF_UNITS = frozenset({"z", "a", "delta", "b", "net", "s", "h", "o", "y"})
_BEFORE_ACTIVATION = frozenset({"z", "delta", "net", "s"})
"""Letters that no layer of inputs has: where they are numbered from 1 to beyond the last layer, units are counted."""


def numbered_below(page: w.Page, shape: Shape) -> w.Page:
    """The page with the numbers of its neurons below their letters, where it has them above."""
    if shape.depth < 2:
        return page
    numbers: dict[str, set[int]] = {}
    for node in nodes_of(page):
        number = _above(node)
        if number is not None and isinstance(node, w.Symbol):
            numbers.setdefault(node.base, set()).add(number)
    units = sum(size for size in shape.units[1:] if isinstance(size, int))
    seen = set().union(*(found for base, found in numbers.items() if base in _BEFORE_ACTIVATION))
    if 1 not in seen or not shape.depth < max(seen) <= units:
        return page
    return page_rewritten(page, _moved)


def _above(node: w.Written) -> int | None:
    """The number in brackets above the letter of a unit that has none below."""
    if not isinstance(node, w.Symbol) or node.base not in _OF_UNITS or node.sub or len(node.sup) != 3:
        return None
    opening, number, _ = node.sup
    return int(number) if opening == "(" and number.isdecimal() and len(number) < 3 else None


def _moved(node: w.Written) -> w.Written:
    number = _above(node)
    if number is None or not isinstance(node, w.Symbol):
        return node
    return replace(node, sub=(str(number),), sup=(), exponent=None)

"""Which quantity a symbol on a page is: found in its TeX by what has been spelled, so that printing pays nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Index, Quantity, derivative
from backprop_steps.notation.mathml import Found
from backprop_steps.notation.notation import GENERAL_LAYER, Notation, Shape
from backprop_steps.notation.pieces import Piece, parse
from backprop_steps.notation.spelling import SAMPLED

_SINGLE = frozenset({"loss", "learning_rate", "samples", "node"})
"""The roles that are one number whatever the net."""


class SymbolNames:
    """The names of the symbols that these notations have spelled so far; `learn` adds those spelled since.

    An element with a letter for an index goes by the name of its array. A symbol that is spelled alike for two
    quantities has no name.
    """

    def __init__(self, notations: Sequence[Notation], *, rows: bool = False) -> None:
        self._notations = notations
        self._rows = rows
        self._learnt = [0] * len(notations)
        self._names: dict[str, str] = {}
        self._found: dict[Piece, list[tuple[tuple[Piece, ...], Found]]] = {}

    def learn(self) -> None:
        """Take up the symbols that were spelled since the last time."""
        for number, notation in enumerate(self._notations):
            for (quantity, _, _), tex in islice(notation.spelled.items(), self._learnt[number], None):
                self._learn(quantity, tex, notation.shape)
            self._learnt[number] = len(notation.spelled)

    def at(self, items: Sequence[Piece], place: int) -> Found | None:
        """The symbol that stands at a place, if one does: the longest."""
        for pieces, found in self._found.get(items[place], ()):
            if tuple(items[place : place + found.length]) == pieces:
                return found if found.name else None
        return None

    def _learn(self, quantity: Quantity, tex: str, shape: Shape) -> None:
        name = self._name(quantity, shape)
        if name is None or self._names.get(tex) in (name, ""):
            return
        pieces = parse(tex, fields=False)
        known = self._found.setdefault(pieces[0], [])
        if tex in self._names:  # it may be either
            name = ""
            known[:] = [one for one in known if one[0] != pieces]
        self._names[tex] = name
        known.append((pieces, Found(name, len(pieces), quantity.of is not None)))
        known.sort(key=lambda one: -one[1].length)

    def _name(self, quantity: Quantity, shape: Shape) -> str | None:
        of, by = quantity.of or quantity, quantity.by or quantity
        if GENERAL_LAYER in (of.layer, by.layer) or "variable" in (of.role, by.role):
            return None
        return name_of(_one_of(quantity, shape), rows=self._rows)


def _one_of(quantity: Quantity, shape: Shape) -> Quantity:
    """The element that it is, if it is one number; the array that it is, or is any element of, if it is more."""
    if quantity.of is not None and quantity.by is not None:
        return derivative(_one_of(quantity.of, shape), _one_of(quantity.by, shape))
    index = [_only(one) for one in quantity.index]
    sample = None if quantity.sample is None else _only(quantity.sample)
    if not index and sample is None and quantity.role not in _SINGLE:
        index = _of_array(quantity, shape)
        sample = 1 if shape.batch and quantity.role in SAMPLED else None
        if sample is not None and shape.samples != 1:
            return quantity
    if None in index or (quantity.sample is not None and sample is None):
        return quantity.array()
    return quantity.at(*(one for one in index if one is not None), sample=sample)


def _only(index: Index) -> int | None:
    """The number of a unit or a sample; of a letter the one it stands for, if that is the only one."""
    return index if isinstance(index, int) else 1 if index.axis.size == 1 else None


def _of_array(array: Quantity, shape: Shape) -> list[int | None]:
    """The indices of an array's only element; None where there are more."""
    if array.role == "bias" and array.layer in shape.shared_bias:
        return []
    layers = (array.layer, array.layer - 1) if array.role == "weight" else (array.layer,)
    return [1 if shape.units[layer] == 1 else None for layer in layers]

"""Which quantity a symbol on a page is: found in its TeX by what has been spelled, so that printing pays nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.notation.mathml import Found
from backprop_steps.notation.notation import GENERAL_LAYER, Notation
from backprop_steps.notation.pieces import Piece, parse


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
                self._learn(quantity, tex)
            self._learnt[number] = len(notation.spelled)

    def at(self, items: Sequence[Piece], place: int) -> Found | None:
        """The symbol that stands at a place, if one does: the longest."""
        for pieces, found in self._found.get(items[place], ()):
            if tuple(items[place : place + found.length]) == pieces:
                return found if found.name else None
        return None

    def _learn(self, quantity: Quantity, tex: str) -> None:
        name = self._name(quantity)
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

    def _name(self, quantity: Quantity) -> str | None:
        of, by = quantity.of or quantity, quantity.by or quantity
        if GENERAL_LAYER in (of.layer, by.layer) or "variable" in (of.role, by.role):
            return None
        try:
            return name_of(quantity, rows=self._rows)
        except ValueError:  # a letter for an index
            return name_of(quantity.array(), rows=self._rows)

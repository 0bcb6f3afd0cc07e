"""What stands small on a slide: the values, or the formulas, that its step uses and that stood on slides before."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from backprop_steps.notation.notation import Notation
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Entry, Part
from backprop_steps.pages.telling.telling import Binding, Telling
from backprop_steps.pages.telling.used import Used
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.printing import Printing

_ROOM = 100.0
"""As wide as all of them may be together, in em: two lines of small print."""


def on_the_line(telling: Telling) -> Telling:
    """The same in a notation that writes fractions on the line: in small print, and in titles, they can be read so."""
    own = telling.notation
    profile = replace(own.profile, conventions=replace(own.conventions, fractions="inline"))
    rows: Literal["rows", "columns"] = "rows" if own.rows else "columns"
    notation = Notation(profile, own.shape, orientation=rows, decimal_comma=own.decimal_comma)
    return replace(telling, notation=notation)


class Reminders:
    """The reminders of one run through a derivation."""

    def __init__(self, telling: Telling, printing: Printing) -> None:
        self._telling, self._printing = telling, printing
        self._first = telling.notation.conventions.arrangement == "formulas_first"

    def __call__(self, part: Part, entry: Entry) -> list[Formula]:
        """What an entry uses, each with what it is; none where that would be too much to read."""
        telling, passage = self._telling, entry.passage
        sized = all(isinstance(letter.axis.size, int) for letter in passage.letters)
        bindings: list[Binding] = telling.bindings(passage.quantity) if sized else [{}]
        used = Used(telling).by(passage, bindings, entry.generation, entry.lines)
        numbers = self._first and part.name in ("numbers", "confirm")
        found = list(dict.fromkeys(self._formula(line, numbers) for line in used))
        return found if sum(self._printing.measure(one.tex) + 2 for one in found) <= _ROOM else []

    def _formula(self, line: Line, numbers: bool) -> Formula:
        return Formula(" ".join(text for row in self._printing.rows(line, None, numbers) for text in row[:2] if text))

"""Lines as rows of a display: printed in TeX, broken to the width of the page, each step with its reason."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression, Ref
from backprop_steps.notation.breaking import chain
from backprop_steps.notation.notation import Notation, shape_tex
from backprop_steps.notation.tex import Measure, TexPrinter
from backprop_steps.notation.width import width
from backprop_steps.pages.telling.lines import Line, Member

WIDTH = 38.0
"""The width of a display, in em: an A4 page at 11 pt with its margins."""
_REMARK = 0.5
"""The width of a letter of text, in em."""
_LISTED = 3
"""No more values of a letter than these are written out one by one."""
RELATIONS = {"=": "=", "≈": r"\approx", ":=": ":=", "?": "= \\; ?"}

Row = tuple[str, str, str]


class Printing:
    """Prints in one notation; printers are kept, since what they have spelled once they need not spell again.

    `wraps`: the page breaks a reason over lines where there is no room for it beside its row.
    """

    def __init__(
        self,
        notation: Notation,
        words: tuple[str, str],
        *,
        room: float = WIDTH,
        measure: Measure = width,
        wraps: bool = False,
        open_gaps: bool = False,
    ) -> None:
        self.notation = notation
        self.words = words
        self.wraps = wraps
        self.room, self.measure = room, measure
        self.open_gaps = open_gaps
        self._printers: dict[tuple[bool, int], TexPrinter] = {}

    def of(self, notation: Notation) -> Printing:
        """The same for another notation."""
        return Printing(
            notation,
            self.words,
            room=self.room,
            measure=self.measure,
            wraps=self.wraps,
            open_gaps=self.open_gaps,
        )

    def printer(self, numbers: bool, focus: int) -> TexPrinter:
        """The printer of formulas or of numbers, with the letters of a layer."""
        key = (numbers, focus)
        if key not in self._printers:
            self._printers[key] = TexPrinter(
                self.notation,
                numbers=numbers,
                focus=focus,
                words=self.words,
                measure=self.measure,
                open_gaps=self.open_gaps,
            )
        return self._printers[key]

    def tex(self, what: Quantity | Expression, focus: int = 0, numbers: bool = False) -> str:
        """One formula in a line of text."""
        return self.printer(numbers, focus).print(Ref(what) if isinstance(what, Quantity) else what)

    def rows(self, line: Line, reasons: Mapping[str, str] | None = None, numbers: bool = False) -> list[Row]:
        """The rows of a display: left of the relation, from the relation on, and the reason, where there is one.

        `reasons` has the wording for each reason of a member. A reason stands beside its row where there is room for
        all of them, otherwise below.
        """
        printer = self.printer(numbers, line.layer)
        head: Expression | None = line.head
        found: list[Row] = []
        for group in self._groups(line):
            room = (
                self.room
                if head is not None
                else self.room - max((self.measure(left) for left, _, _ in found), default=0.0)
            )
            members = [(RELATIONS[member.relation], member.expression) for member in group]
            rows = [_split(row) for row in chain(head, [members], printer, room)]
            head = None
            if _right(rows) == _right(found)[-len(rows) :]:
                continue  # to the eye the step before said the same
            remarked, at = group[-1], len(rows) - 1
            if len(group) > 1:  # a formula, and then its numbers: what the formula is stands beside it
                numbers_at = [n for n, (_, right, _) in enumerate(rows) if n and not right.startswith(r"\quad")]
                remarked, at = (group[0], numbers_at[0] - 1) if numbers_at else (remarked, at)
            rows[at] = (*rows[at][:2], (reasons or {}).get(remarked.reason, ""))
            found += rows
        if line.shape and found:
            size = shape_tex(self.notation.conventions, *line.shape, beside=True)
            found = self._with_last(found, rf" \qquad {size}", rf"\quad {size}")
        if line.ranges and found:
            ranges = self._ranges(line)
            found = self._with_last(found, ranges, ranges.removeprefix(", "))
        return self._beside_or_below(found)

    def _beside_or_below(self, rows: list[Row]) -> list[Row]:
        """Each reason where there is room for it: in a column of its own, behind its row, or in the row below."""
        remark = max((len(row[2]) for row in rows), default=0)
        if not remark or self.wraps:
            return rows
        left = max(self.measure(row[0]) for row in rows)
        right = max(self.measure(row[1]) for row in rows)
        if left + right + 2 + _REMARK * remark <= self.room:
            return rows
        placed: list[Row] = []
        for one, two, text in rows:
            if text and left + self.measure(two) + 2 + _REMARK * (len(text) + 2) <= self.room:
                placed.append((one, rf"{two} \quad \text{{({text})}}", ""))
                continue
            placed.append((one, two, ""))
            if text:
                placed.append(("", rf"\quad \text{{({text})}}", ""))
        return placed

    def _with_last(self, rows: list[Row], behind: str, below: str) -> list[Row]:
        """The rows with something behind the last one, or below it where there is no room.

        What stands there is about all of the chain, and no member that the next row could go on from.
        """
        left, right, remark = rows[-1]
        taken = max((self.measure(row[0]) for row in rows), default=0.0)
        if taken + self.measure(right) + self.measure(behind) <= self.room:
            return [*rows[:-1], (left, f"{right}{behind}", remark)]
        return [*rows, ("", below, "")]

    def _groups(self, line: Line) -> list[list[Member]]:
        """What shares a row if there is room: the numbers, their result, and the one formula that they go into."""
        symbols = [member for member in line.members if not member.numeric]
        numbers = [member for member in line.members if member.numeric]
        if len(symbols) == 1 and numbers:
            return [[*symbols, *numbers]]
        return [[member] for member in symbols] + ([numbers] if numbers else [])

    def _ranges(self, line: Line) -> str:
        """Where the free letters of an index formula run."""
        found = sorted(
            (self.notation.letter(letter, line.layer), *self.notation.bounds(letter)) for letter in line.ranges
        )
        parts = [rf"{letter} \in {_set(start, end)}" for letter, start, end in found]
        return r", \qquad " + r", \; ".join(parts) if parts else ""


def _set(start: str, end: str) -> str:
    if end.isdecimal() and int(end) - int(start) < _LISTED:
        return rf"\{{{', '.join(map(str, range(int(start), int(end) + 1)))}\}}"
    return rf"\{{{start}, \dots, {end}\}}"


def _split(row: str) -> Row:
    left, _, right = row.partition("&")
    return left.strip(), right.strip(), ""


def _right(rows: list[Row]) -> list[str]:
    return [right for _, right, _ in rows]

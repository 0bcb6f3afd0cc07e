"""Formulas as a hand, or a terminal, draws them in plain text: rows that go on with the row above, matrices of several
rows in brackets of their own.

    L = −(1/N) ∑ₙ₌₁⁴ (yₙ ln ŷₙ              z = ⎡ 0.15  0.20 ⎤ x
        + (1 − yₙ) ln(1 − ŷₙ))                  ⎣ 0.25  0.30 ⎦
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backprop_steps.checking.reading.characters import SUPERSCRIPTS
from backprop_steps.checking.reading.passages import Passage, Stretch

_OPENING, _CLOSING = "⎡⎢⎣", "⎤⎥⎦"
_TALL = re.compile(f"[{_OPENING}{_CLOSING}]")
_ROW = re.compile(f"[{_OPENING}]([^{_OPENING}{_CLOSING}\n]*)[{_CLOSING}]")
_ENTRY = re.compile(r"\S+(?:\s\S+)*")
"""Entries stand two spaces apart, or more."""
_RAISED = re.compile(f"[{''.join(SUPERSCRIPTS)}ᵀ']+")
"""What stands behind the first row of a matrix that is written on a lower one."""
_OPERATOR = re.compile(r"\s+[-+·×*⊙/](?=\s)")
_RELATION = re.compile(r":=|≔|[=≈←]")


@dataclass(slots=True)
class Margin:
    """Where the last member of a chain begins, row by row."""

    column: int = -1
    last: int = -1
    """Where the row above ends."""

    def goes_on(self, text: str, passage: Passage) -> bool:
        """Whether a line begins with an operator that joins it to the row above, and with no bullet."""
        start, end = passage.stretches[0].start, passage.stretches[-1].end
        line = text[start:end]
        relation = _RELATION.search(line)
        below = self.last >= 0 and text.count("\n", self.last, start) == 1
        self.last = end
        if relation is not None:
            self.column = _cells(line[: relation.start()])
            return False
        indented = len(line) - len(line.lstrip()) > self.column >= 0
        joined = below and indented and _OPERATOR.match(line) is not None
        if not joined:
            self.column = -1
        return joined


def with_matrices(text: str, lines: Iterable[Passage]) -> Iterator[Passage]:
    """The passages, those over which a matrix is drawn made one."""
    block: list[Passage] = []
    for passage in lines:
        tall = passage.mode == "text" and len(passage.stretches) == 1 and _is_tall(text, passage)
        if block and not (tall and text.count("\n", block[-1].stretches[-1].end, passage.stretches[0].start) == 1):
            yield from _drawing(text, block)
            block = []
        if tall:
            block.append(passage)
        else:
            yield passage
    yield from _drawing(text, block)


def _is_tall(text: str, passage: Passage) -> bool:
    return _TALL.search(text, passage.stretches[0].start, passage.stretches[0].end) is not None


def _drawing(text: str, block: list[Passage]) -> Iterator[Passage]:
    """A formula drawn over the lines of a block: the line it is written on, in it the rows of each matrix."""
    if not block:
        return
    lines = [passage.stretches[0] for passage in block]
    rows = [
        {_cells(text[line.start : row.start()]): row for row in _ROW.finditer(text, line.start, line.end)}
        for line in lines
    ]
    base = max(range(len(lines)), key=lambda n: len(_ROW.sub("", text[lines[n].start : lines[n].end]).strip()))
    made: list[Stretch] = []
    place = lines[base].start
    for column, row in rows[base].items():
        made.append(Stretch(place, row.start(), "text"))
        matrix = [one[column] for one in rows if column in one]
        made += _matrix(matrix)
        place = row.end()
        if matrix[0] is not row and (raised := _RAISED.match(text, matrix[0].end())):
            made.append(Stretch(raised.start(), raised.end(), "text"))
    made.append(Stretch(place, lines[base].end, "text"))
    yield Passage(tuple(made), "text", block[base].indented)


def _matrix(rows: list[re.Match[str]]) -> Iterator[Stretch]:
    first, last = rows[0], rows[-1]
    yield Stretch(first.start(), first.start() + 1, "text", ("BEGIN", "bmatrix"))
    for row in rows:
        if row is not first:
            yield Stretch(row.start(), row.start() + 1, "text", ("ROW", ""))
        for number, entry in enumerate(_ENTRY.finditer(row.string, row.start(1), row.end(1))):
            if number:
                yield Stretch(entry.start(), entry.start(), "text", ("AMP", ""))
            yield Stretch(entry.start(), entry.end(), "text")
    yield Stretch(last.end() - 1, last.end(), "text", ("END", "bmatrix"))


def _cells(text: str) -> int:
    """How many cells of a line a text takes: an accent stands above the letter before it."""
    return sum(not unicodedata.combining(character) for character in text)

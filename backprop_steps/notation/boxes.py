"""Blocks of text side by side: what a matrix is in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_TALL = {
    "(": ("⎛", "⎜", "⎝"), ")": ("⎞", "⎟", "⎠"), "[": ("⎡", "⎢", "⎣"), "]": ("⎤", "⎥", "⎦"), "{": ("⎧", "⎪", "⎩"),
}  # fmt: skip


class Box(NamedTuple):
    """Lines of the same width; the one numbered `base` stands on the line of the text around it."""

    lines: tuple[str, ...]
    base: int = 0

    def with_script(self, script: str, top: bool) -> Box:
        """The box with a script behind its first line, or its last."""
        if len(self.lines) == 1:
            return Box((self.lines[0] + script,))
        at = 0 if top else len(self.lines) - 1
        space = " " * cells(script)
        return Box(tuple(line + (script if n == at else space) for n, line in enumerate(self.lines)), self.base)


def one(text: str) -> Box:
    """A box of one line."""
    return Box((text,))


@lru_cache(maxsize=4096)
def cells(text: str) -> int:
    """The cells that a formula takes in a terminal: an accent takes none."""
    return len(text) if text.isascii() else sum(unicodedata.category(one) not in ("Mn", "Me", "Cf") for one in text)


def beside(boxes: Sequence[Box]) -> Box:
    """The boxes side by side, on one base line."""
    if all(len(box.lines) == 1 for box in boxes):
        return Box(("".join(box.lines[0] for box in boxes),))
    above = max(box.base for box in boxes)
    below = max(len(box.lines) - box.base for box in boxes)
    lines = [""] * (above + below)
    for box in boxes:
        wide = cells(box.lines[0])
        for n in range(len(lines)):
            at = n - above + box.base
            lines[n] += box.lines[at] if 0 <= at < len(box.lines) else " " * wide
    return Box(tuple(lines), above)


def grid(rows: Sequence[Sequence[str]], left: bool = False) -> Box:
    """Cells in columns, numbers under numbers: to the right, or to the left."""
    columns = max(len(row) for row in rows)
    full = [[*row, *[""] * (columns - len(row))] for row in rows]
    wide = [max(cells(row[place]) for row in full) for place in range(columns)]

    def cell(text: str, room: int) -> str:
        space = " " * (room - cells(text))
        return text + space if left else space + text

    lines = tuple("  ".join(cell(text, room) for text, room in zip(row, wide, strict=True)) for row in full)
    return Box(lines, (len(lines) - 1) // 2)


def enclosed(opening: str, box: Box, closing: str) -> Box:
    """The box in brackets of its height."""
    height = len(box.lines)
    if height == 1:
        return Box((f"{opening}{box.lines[0]}{closing}",))

    def side(bracket: str, n: int) -> str:
        if not bracket:
            return ""
        top, middle, bottom = _TALL[bracket]
        if bracket == "{" and n == (height - 1) // 2 and height > 2:
            return "⎨"
        return top if n == 0 else bottom if n == height - 1 else middle

    lines = tuple(f"{side(opening, n)} {line} {side(closing, n)}" for n, line in enumerate(box.lines))
    return Box(lines, box.base)

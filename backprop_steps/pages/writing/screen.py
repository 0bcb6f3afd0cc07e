"""A page on the screen of a terminal: formulas as Unicode, matrices in rows, no line wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backprop_steps.notation.boxes import Box, beside, cells, one
from backprop_steps.notation.pieces import PieceError
from backprop_steps.notation.unicode_math import CELL, block
from backprop_steps.pages.markup.cells import ascii_signs, uncoloured, wrapped
from backprop_steps.pages.markup.escaping import ascii_tex, terminal, terminal_tex
from backprop_steps.pages.writing.formats import TERMINAL, TERMINAL_ASCII, Format, TexRow

_WIDTH = 95  # where no terminal says how wide it is
_INDENT = 4  # of a display
_KEPT = "\u00a0"  # the spaces of a formula in a sentence, so that it stands on one line if it can
_RELATION = 3  # cells: what is beside a relation is measured without the spaces around it
_TALL = re.compile("[⎡⎢⎣⎤⎥⎦⎧⎨⎩⎪⎛⎜⎝⎞⎟⎠]")


@dataclass(frozen=True, slots=True)
class Screen:
    """What shows a page: whether it has colours, its width in cells (0: no terminal), and whether it has ASCII only."""

    colour: bool = False
    width: int = 0
    ascii_only: bool = False

    @property
    def format(self) -> Format:
        """The format of a page on it."""
        written = TERMINAL_ASCII if self.ascii_only else TERMINAL
        return replace(written, rows=self.rows, inline_tex=lambda tex: written.inline_tex(tex).replace(" ", _KEPT))

    @property
    def room(self) -> float:
        """How wide a formula set off from the text may be, in em."""
        return CELL * ((self.width or _WIDTH) - _INDENT - _RELATION)

    def measure(self, tex: str) -> float:
        """How wide a piece of TeX is on it, in em."""
        if tex.startswith(" "):  # the sign that a segment begins with has its spaces only behind something
            return CELL * (cells(self._box(f"x{tex}").lines[0]) - 1)
        return CELL * cells(self._box(tex).lines[0])

    def rows(self, rows: Sequence[TexRow]) -> list[str]:
        """The rows of a display, aligned; a blank line sets apart what takes several lines."""
        boxes = [(self._box(left), self._box(right), terminal(remark)) for left, right, remark in rows]
        widest = max(cells(left.lines[0]) for left, _, _ in boxes)
        behind = max(cells(right.lines[0]) for _, right, _ in boxes)
        lines: list[str] = []
        tall = False
        for left, right, remark in boxes:
            pieces = [one(" " * (widest - cells(left.lines[0]))), left, one(" " if widest else ""), right]
            if remark:
                pieces.append(one(" " * (behind - cells(right.lines[0])) + f"   {remark}"))
            whole = beside(pieces).lines
            if lines and (tall or len(whole) > 1):
                lines.append("")
            tall = len(whole) > 1
            lines += [line.rstrip() for line in whole]
        return lines

    def finished(self, page: str) -> str:
        """The page as it is sent: within the width, without colours or signs that the screen has not."""
        room = self.width or _WIDTH
        lines = [
            part.rstrip()
            for line in page.split("\n")
            for part in ([line] if _TALL.search(line) else wrapped(line, room))
        ]
        page = "\n".join(lines).replace(_KEPT, " ")
        page = ascii_signs(page) if self.ascii_only else page
        return page if self.colour else uncoloured(page)

    def _box(self, tex: str) -> Box:
        if self.ascii_only:
            return one(ascii_tex(tex))
        try:
            return block(terminal(tex))
        except PieceError:
            return one(terminal_tex(tex))


NO_SCREEN = Screen()
"""A page of text that goes into a file or a pipe."""

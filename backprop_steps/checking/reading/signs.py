"""A sign (token) of the page: what it is, where it stands, and what space is before it."""

from __future__ import annotations


def several(words: str) -> frozenset[str]:
    """The words of a list that is written as a line."""
    return frozenset(words.split())


TIGHT, SPACE, WIDE, QUAD = 0, 1, 2, 3
"""The gap before a sign: none; a space; one that TeX was asked for (`\\ `, `\\;`, `~`); a wide one, or a tab."""

OPENERS = {"LPAR": "RPAR", "LSQ": "RSQ", "LCUR": "RCUR", "LB": "RB", "BEGIN": "END", "LBAR": "RBAR", "LNORM": "RNORM"}
CLOSERS = frozenset(OPENERS.values())
OPERAND_ENDS = CLOSERS | {"NUM", "NAME", "PRIME", "DOTS", "BLANK", "SUP", "SUB", "TEXT", "ARG"}
"""The signs that can end an operand; `ARG` is one that stands as a script."""
JOINING = frozenset({"OP", "SIGN", "SLASH"})
"""The signs that join two operands: a row that ends with one goes on in the next."""


class Sign:
    """`type` is the grammar's terminal. `inner` holds the signs of a script, `marks` the accents of a letter."""

    __slots__ = ("end", "gap", "inner", "marks", "start", "text", "type")

    # The parser generator asks its tokens for these at the end of the input.
    start_pos = line = column = end_line = end_column = end_pos = None

    def __init__(
        self,
        type: str,
        text: str,
        start: int,
        end: int,
        gap: int = TIGHT,
        inner: tuple[Sign, ...] = (),
        marks: tuple[str, ...] = (),
    ) -> None:
        self.type = type
        self.text = text
        self.start = start
        self.end = end
        self.gap = gap
        self.inner = inner
        self.marks = marks

    def __repr__(self) -> str:
        return f"{self.type}({self.text!r})"

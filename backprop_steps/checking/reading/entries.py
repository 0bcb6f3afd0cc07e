"""Rows without commas: `[0.40 \\ 0.45]`, `[0.4 -0.3]`, `[1 2; 3 4]`."""

from __future__ import annotations

from backprop_steps.checking.reading.signs import QUAD, SPACE, TIGHT, WIDE, Sign

_ENDS = ("ROW", "SEMI")
"""What ends a row."""


def entries_apart(inside: list[Sign], levels: list[int]) -> list[int]:
    """The places in square brackets before which a new entry begins; none where spaces part nothing.

    `levels[i]` says how many brackets of the inside stand around sign i.
    """
    if any(sign.type in ("COMMA", "AMP") for sign in inside):
        return []
    if any(sign.gap in (WIDE, QUAD) for sign in inside[1:]):
        return [
            place
            for place, sign in enumerate(inside)
            if place
            and levels[place] == 0
            and sign.gap in (WIDE, QUAD)
            and inside[place - 1].type not in (*_ENDS, "OP", "SIGN")
        ]
    if all(sign.type in ("NUM", "SIGN", *_ENDS) for sign in inside):
        return _numbers_apart(inside)
    return []


def _numbers_apart(inside: list[Sign]) -> list[int]:
    """Numbers in a row; a sign with a space after it subtracts, and then there is one entry only."""
    apart = []
    for place, sign in enumerate(inside):
        before = inside[place - 1] if place else None
        if before is None or before.type in _ENDS or sign.type in _ENDS:
            continue
        if sign.type == "NUM" and before.type == "NUM":
            apart.append(place)
        elif sign.type == "SIGN":
            number = inside[place + 1] if place + 1 < len(inside) else None
            if sign.gap != SPACE or number is None or number.gap != TIGHT:
                return []
            apart.append(place)
    return apart

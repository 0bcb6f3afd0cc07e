"""Which d of a formula on one line is a differential: `dLoss/dY_5`, `dσ(z)/dz`."""

from __future__ import annotations

from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.signs import TIGHT, Sign

_NO_DIFFERENTIALS = frozenset({"delta", "dot"})
_HANGING = frozenset({"SUB", "SUP", "PRIME", "TOP"})
_OPENING = frozenset({"OPEN", "LB"})
_CLOSING = frozenset({"CLOSE", "RB"})


def begins_with_d(sign: Sign) -> bool:
    """Whether a name may be a differential: d itself, or d and what it is of."""
    return sign.type == "NAME" and sign.text.startswith("d") and sign.text not in _NO_DIFFERENTIALS


def split_differential(sign: Sign) -> list[Sign]:
    """`dLoss` as the differential of Loss, `d` as one alone."""
    made = [Sign("DIFF", "d", sign.start, sign.start + 1, sign.gap)]
    if len(sign.text) > 1:
        made.append(Sign("NAME", sign.text[1:], sign.start + 1, sign.end, TIGHT, (), sign.marks))
    return made


def mark_above(made: list[Sign], mode: Mode, spaced: bool = False) -> bool:
    """Make the d before the last operand a differential, if there is one; whether there is.

    `spaced`: so it is below the line, a space between the d and what it is of.
    """
    place = len(made) - 1
    for _ in range(3):
        while place >= 0 and made[place].type in _HANGING:
            place -= 1
        if place < 0:
            return False
        sign = made[place]
        if sign.type == "DIFF":
            return True
        if sign.type == "NAME":
            return _mark(made, place, mode, spaced)
        if sign.type not in _CLOSING:
            return False
        place = _before_brackets(made, place)
    return False


def _mark(made: list[Sign], place: int, mode: Mode, spaced: bool) -> bool:
    sign = made[place]
    before = made[place - 1] if place else None
    after_d = before is not None and before.type == "NAME" and before.text == "d"
    if sign.text == "d" and not sign.marks and not (after_d and sign.gap == TIGHT):
        made[place : place + 1] = split_differential(sign)
        return True
    if before is not None and after_d and (sign.gap == TIGHT or spaced):
        made[place - 1 : place] = split_differential(before)
        return True
    if mode != "code" and begins_with_d(sign) and len(sign.text) > 1:
        made[place : place + 1] = split_differential(sign)
        return True
    return False


def _before_brackets(made: list[Sign], place: int) -> int:
    """The place before the brackets that close here."""
    level = 0
    while place >= 0:
        level += (made[place].type in _CLOSING) - (made[place].type in _OPENING)
        place -= 1
        if level == 0:
            break
    return place

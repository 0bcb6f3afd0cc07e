"""Several assignments at once: `x, y = 3, -4` is x = 3 and y = -4."""

from __future__ import annotations

from backprop_steps.checking.reading.brackets import partners
from backprop_steps.checking.reading.signs import JOINING, Sign

_PARTING = frozenset({"TEXT", "STOP", "EDGE", "SEMI", "COLON", "ROW", "AMP", "IN", "DOTS"})


def one_by_one(signs: list[Sign]) -> list[Sign]:
    """The same signs, each name before its own value, where a line is nothing but such an assignment."""
    relations = [place for place, sign in enumerate(signs) if sign.type == "REL"]
    if len(relations) != 1 or signs[relations[0]].text != "=" or any(sign.type in _PARTING for sign in signs):
        return signs
    (middle,) = relations
    match = partners(signs)
    names = _parts(signs, match, 0, middle)
    values = _parts(signs, match, middle + 1, len(signs))
    if len(names) != len(values) or len(names) < 2 or not all(map(_is_name, names)) or not all(values):
        return signs
    relation = signs[middle]
    made: list[Sign] = []
    for name, value in zip(names, values, strict=True):
        if made:
            made.append(Sign("SEMI", "", value[0].start, value[0].start))
        made += [*name, Sign("REL", "=", relation.start, relation.end), *value]
    return made


def _parts(signs: list[Sign], match: list[int], start: int, end: int) -> list[list[Sign]]:
    parts: list[list[Sign]] = [[]]
    place = start
    while place < end:
        after = match[place] + 1 if place < match[place] < end else place + 1
        if signs[place].type == "COMMA":
            parts.append([])
        else:
            parts[-1] += signs[place:after]
        place = after
    return parts


def _is_name(part: list[Sign]) -> bool:
    return bool(part) and part[0].type == "NAME" and not any(sign.type in JOINING for sign in part)

"""One chain in the making, and what can be said of it while its members are still signs."""

from __future__ import annotations

from dataclasses import dataclass, field

from backprop_steps.checking.reading.brackets import EQUALITIES
from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.signs import JOINING, QUAD, WIDE, Sign
from backprop_steps.checking.reading.written import Heading, Relation

_ROMAN = frozenset({"ii", "iii", "iv", "vi", "vii", "viii", "ix"})
_INDEX = frozenset("ijklmnpqrstc")


@dataclass(slots=True)
class Draft:
    """A chain whose members are still signs."""

    mode: Mode
    members: list[list[Sign]] = field(default_factory=lambda: [[]])
    relations: list[Relation] = field(default_factory=list)
    headless: bool = False
    words: str = ""
    after: str = ""
    heading: Heading | None = None
    """What its column is headed by, where it stands in a table."""
    ranges: bool = False
    """It says where an index runs, and states nothing."""

    @property
    def dangling(self) -> bool:
        """Whether it ends with a relation or an operator."""
        return (bool(self.relations) and not self.members[-1]) or waits(self.members[-1])


def waits(member: list[Sign]) -> bool:
    """Whether it ends with an operator: not one that stands above a letter, as in `w^+`."""
    if not member or member[-1].type not in JOINING:
        return False
    return len(member) < 2 or member[-2].type not in ("CARET", "UNDERSCORE")


def holds_directly(signs: list[Sign], match: list[int], index: int, types: tuple[str, ...]) -> bool:
    """Whether brackets hold one of these signs themselves, not in brackets inside them."""
    place = index + 1
    while place < match[index]:
        sign = signs[place]
        if sign.type in types and (sign.type != "REL" or sign.text in EQUALITIES):
            return True
        place = match[place] + 1 if match[place] > place else place + 1
    return False


def is_label(signs: list[Sign], first: int, last: int, begins: bool) -> bool:
    """`(i) a = 1`, `a = b    (3)`: a number of a line, not of the formula, as the space beside it shows."""
    if last - first != 2:
        return False
    inside, after = signs[first + 1], signs[last + 1] if last + 1 < len(signs) else None
    if begins:
        named = inside.type == "NUM" or (inside.type == "NAME" and (len(inside.text) == 1 or inside.text in _ROMAN))
        return named and after is not None and after.gap >= WIDE and after.type not in ("REL", *JOINING)
    number = inside.type == "NUM" and inside.text.replace(".", "").isdigit()
    return number and signs[first].gap == QUAD and (after is None or after.type in ("ROW", "EDGE"))


def stands_alone(signs: list[Sign], last: int) -> bool:
    """Whether the brackets that close at `last` are the last thing of their statement."""
    return last + 1 >= len(signs) or signs[last + 1].type in ("ROW", "EDGE", "COMMA", "TEXT", "STOP")


def text_of(draft: Draft | None, text: str) -> str:
    """A draft as it is written on the page."""
    if draft is None or not any(draft.members):
        return ""
    signs = [sign for member in draft.members for sign in member]
    return text[signs[0].start : signs[-1].end]


def spaces_stated(signs: list[Sign]) -> list[Sign]:
    """Where it is said in which space an array lies, `W ∈ R^{2×3}`, the sign is a relation: that may be wrong."""
    if not any(sign.type == "IN" for sign in signs):
        return signs
    made: list[Sign] = []
    for place, sign in enumerate(signs):
        named = [one for one in signs[place + 1 : place + 6] if one.type not in ("LB", "RB")][:2]
        real = len(named) == 2 and named[0].text == "R" and named[1].type in ("CARET", "SUP")
        made.append(Sign("REL", "in", sign.start, sign.end, sign.gap) if sign.type == "IN" and real else sign)
    return made


def is_number(member: list[Sign]) -> bool:
    """Whether it is a number, without a sign."""
    return all(sign.type == "NUM" for sign in member)


def _is_integer(member: list[Sign]) -> bool:
    return len(member) == 1 and member[0].type == "NUM" and member[0].text.isdigit()


def is_range_head(draft: Draft) -> bool:
    """`i = 1`."""
    if len(draft.members) != 2 or draft.headless or draft.relations != ["="]:
        return False
    index, value = draft.members
    return len(index) == 1 and index[0].type == "NAME" and index[0].text in _INDEX and _is_integer(value)


def is_range_end(member: list[Sign]) -> bool:
    """`…`, or a number that an index may reach."""
    return len(member) == 1 and (member[0].type == "DOTS" or _is_integer(member))


def is_range(draft: Draft) -> bool:
    """`i = 1..N`."""
    if len(draft.members) != 2 or draft.headless or draft.relations[:1] != ["="]:
        return False
    index, values = draft.members
    if len(index) != 1 or index[0].type != "NAME" or index[0].text not in _INDEX:
        return False
    return any(sign.type == "DOTS" for sign in values) and not any(sign.type in JOINING for sign in values)


def remark_follows(signs: list[Sign], index: int) -> bool:
    """Whether only words come after this sign, or nothing."""
    following = next((one for one in signs[index + 1 :] if one.type not in ("EDGE", "AMP")), None)
    return following is None or following.type in ("TEXT", "ROW", "STOP", "COMMA")


def relations_ahead(signs: list[Sign], match: list[int]) -> list[str]:
    """For every place, the next relation of the same statement from there on; nothing where there is none."""
    made = [""] * (len(signs) + 1)
    for place in range(len(signs) - 1, -1, -1):
        sign = signs[place]
        if sign.type == "REL":
            made[place] = sign.text
        elif sign.type not in ("ROW", "TEXT", "COMMA", "SEMI", "STOP"):
            made[place] = made[match[place] + 1 if match[place] > place else place + 1]
    return made

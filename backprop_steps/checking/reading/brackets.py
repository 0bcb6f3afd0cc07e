"""Which bracket closes which, and which braces are there for TeX alone."""

from __future__ import annotations

from collections import Counter

from backprop_steps.checking.reading.signs import OPENERS, OPERAND_ENDS, Sign

EQUALITIES = frozenset({"=", "~", ":=", "+=", "-=", "->", "=>"})
_CLOSES = {closer: opener for opener, closer in OPENERS.items()}
_LAYOUT = frozenset({"array", "cases", "dcases", "rcases"})


def partners(signs: list[Sign]) -> list[int]:
    """For every bracket that has one, the place of its partner; -1 for all other signs.

    Bars are told apart on the way: `BAR` becomes `LBAR` or `RBAR`. A bracket without a partner stays alone, and
    counts for nothing.
    """
    made = [-1] * len(signs)
    opened: list[int] = []
    counts: Counter[str] = Counter()

    def drop_bars() -> None:
        while opened and signs[opened[-1]].type in ("LBAR", "LNORM"):
            counts[signs[opened.pop()].type] -= 1

    for index, sign in enumerate(signs):
        type = sign.type
        if type in ("BAR", "NORM"):
            closing = bool(opened) and signs[opened[-1]].type == "L" + type and _ends_operand(signs, index)
            sign.type = type = ("R" if closing else "L") + type
        elif type in ("REL", "ROW", "COMMA", "STOP", "EDGE"):
            drop_bars()
            continue
        if type in OPENERS:
            opened.append(index)
            counts[type] += 1
        elif type in _CLOSES:
            wanted = _CLOSES[type]
            if counts[wanted] <= 0:
                continue
            while opened:
                other = opened.pop()
                counts[signs[other].type] -= 1
                if signs[other].type == wanted:
                    made[index], made[other] = other, index
                    break
    return made


def _ends_operand(signs: list[Sign], index: int) -> bool:
    return index > 0 and signs[index - 1].type in OPERAND_ENDS


def unwrapped(signs: list[Sign]) -> list[Sign]:
    """The same signs without the braces, and the layout environments, that hold whole equations; nor those of `(d/dx)`.

    What is in the braces of an argument (of a fraction, a script) stays there.
    """
    match = partners(signs)
    dropped: set[int] = set()
    stack: list[int] = []
    kept = _arguments(signs, match)
    for index, sign in enumerate(signs):
        partner = match[index]
        if partner > index:
            stack.append(index)
            if sign.type == "LPAR" and _differentiates(signs[index + 1 : partner]):
                dropped |= {index, partner}
        elif partner >= 0:
            if stack and stack[-1] == partner:
                stack.pop()
        elif stack and (sign.type == "IN" or (sign.type == "REL" and sign.text in EQUALITIES)):
            if signs[stack[-1]].type == "BEGIN" and _is_condition(signs, stack[-1], index):
                continue
            # Braces in braces: outwards, as far as they are plain ones.
            for opener in reversed(stack):
                if opener in dropped:
                    break
                type = signs[opener].type
                plain = type == "LB" and opener not in kept
                if not (plain or (type == "BEGIN" and signs[opener].text in _LAYOUT)):
                    break
                dropped |= {opener, match[opener]}
                before = opener - 1
                if type == "BEGIN" and before >= 0 and signs[before].type == "LCUR" and match[before] < 0:
                    dropped.add(before)  # \left\{ … \right.
    if not dropped:
        return signs
    return [sign for index, sign in enumerate(signs) if index not in dropped]


def _is_condition(signs: list[Sign], opener: int, relation: int) -> bool:
    """Whether a relation in `cases` says when the entry before it holds, `a & i = j`: that is no equation."""
    ends = [place for place in range(opener, relation) if place == opener or signs[place].type in ("ROW", "AMP")]
    if len(ends) < 2 or signs[ends[-1]].type != "AMP":
        return False
    entry, side = signs[ends[-2] + 1 : ends[-1]], signs[ends[-1] + 1 : relation]
    return bool(entry) and bool(side) and not any(sign.type in ("REL", "IN") for sign in (*entry, *side))


def _differentiates(inside: list[Sign]) -> bool:
    """Whether brackets hold d/dx, and nothing that is differentiated."""
    if not 3 <= len(inside) <= 8 or inside[1].type != "SLASH":
        return False
    above, below = inside[0], inside[2]
    alone = above.type == "DIFF" or (above.type == "NAME" and above.text == "d")
    return alone and (below.type == "DIFF" or (below.type == "NAME" and below.text.startswith("d")))


def _arguments(signs: list[Sign], match: list[int]) -> set[int]:
    """The braces that open an argument."""
    made: set[int] = set()
    for index, sign in enumerate(signs):
        if sign.type in ("UNDERSCORE", "CARET", "SQRT", "ACCENT"):
            made.add(index + 1)
        elif sign.type == "FRAC":
            made.add(index + 1)
            if index + 1 < len(signs) and match[index + 1] > index:
                made.add(match[index + 1] + 1)
            else:
                made.add(index + 2)
    return made


def depth(signs: list[Sign]) -> int:
    """How deep brackets stand in one another, partner or not."""
    deepest = now = 0
    for sign in signs:
        if sign.type in OPENERS:
            now += 1
            deepest = max(deepest, now)
        elif sign.type in _CLOSES:
            now = max(0, now - 1)
    return deepest

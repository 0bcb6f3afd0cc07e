"""Where spaces are otherwise than they are meant: letters apart that are one word, an x that is a cross, `w5+ = …`."""

from __future__ import annotations

from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.names import AS_IT_WAS, UPDATED
from backprop_steps.checking.reading.signs import SPACE, TIGHT, Sign
from backprop_steps.checking.reading.vocabulary import LINKS, Words

_GENERATIONS = UPDATED | AS_IT_WAS
_OF_NODES = frozenset({"net", "out", "in", "delta", "error"})
"""Words that say something of the node that is named behind them, or before."""


def letters_together(signs: list[Sign], words: Words, mode: Mode, tex: bool) -> list[Sign]:
    """`d L o s s`, as a scanner reads it: letters apart that together spell a word are that word, the longest first."""
    if mode == "code":
        return signs
    made: list[Sign] = []
    place = 0
    while place < len(signs):
        size = 1
        if signs[place].type == "RUN" and (tex or len(signs[place].text) == 1):
            size = _spelled_apart(signs, place, words, tex)
        if size > 1:
            first, last = signs[place], signs[place + size - 1]
            word = "".join(one.text for one in signs[place : place + size])
            made.append(Sign("RUN", word, first.start, last.end, first.gap))
        else:
            made.append(signs[place])
        place += size
    return made


def _spelled_apart(signs: list[Sign], place: int, words: Words, tex: bool) -> int:
    """How many signs from here on spell one word."""
    end = place + 1
    while end < len(signs) and end - place < 12 and signs[end].type == "RUN" and signs[end].gap == SPACE:
        if not tex and len(signs[end].text) > 1:
            break
        end += 1
    for after in range(end, place + 1, -1):
        pieces = [one.text for one in signs[place:after]]
        if len(pieces) > 1 and words.spells(pieces, signs[after] if after < len(signs) else None):
            return after - place
    return 1


def crosses(signs: list[Sign], words: Words) -> list[Sign]:
    """`w5 x out_h1`, `-0.0406x0.68`: an x that multiplies."""
    made = list(signs)
    for place in range(1, len(signs) - 1):
        before, sign, after = signs[place - 1 : place + 2]
        if (
            sign.type == "RUN"
            and sign.text == "x"
            and _multiplies(before, sign, after, signs[place + 2 : place + 3], words)
        ):
            made[place] = Sign("OP", "times", sign.start, sign.end, sign.gap)
    return made


def _multiplies(before: Sign, sign: Sign, after: Sign, further: list[Sign], words: Words) -> bool:
    if sign.gap == TIGHT and after.gap == TIGHT:
        decimals = before.type == "NUM" and "." in before.text
        return (before.type == "RPAR" or decimals) and (
            after.type == "LPAR" or (after.type == "NUM" and (before.type == "RPAR" or "." in after.text))
        )
    if not (sign.gap and after.gap):
        return False
    ends = before.type in ("NUM", "RPAR", "RSQ", "RB", "SUB", "SUP", "SIGN") or (
        before.type in ("RUN", "NAME") and (len(before.text) == 1 or words.knows(before.text))
    )
    if before.type == "SIGN":
        ends = before.gap == TIGHT  # w5+ x …
    hangs = bool(further) and further[0].gap == TIGHT and further[0].type in ("UNDERSCORE", "NUM", "SUB")
    begins = after.type in ("NUM", "LPAR", "LSQ", "NAME") or (
        after.type == "RUN" and (hangs or (words.knows(after.text) and after.text.lower() not in LINKS))
    )
    return ends and begins


def with_digits(signs: list[Sign], words: Words) -> list[Sign]:
    """Names in which digits stand between letters, `x1w1`, as the words that they are."""
    made: list[Sign] = []
    place = 0
    while place < len(signs):
        end = place + 1
        if signs[place].type == "RUN":
            while end < len(signs) and signs[end].gap == TIGHT and signs[end].type in ("RUN", "NUM"):
                end += 1
        size = words.begins([sign.text for sign in signs[place:end]])
        if size:
            first, last = signs[place], signs[place + size - 1]
            text = "".join(sign.text for sign in signs[place : place + size])
            made.append(Sign("WORD", text, first.start, last.end, first.gap))
            place += size
        else:
            made.append(signs[place])
            place += 1
    return made


def raised_pluses(signs: list[Sign]) -> list[Sign]:
    """`w5+ = …`: a plus close behind an operand, before a relation or an operator, stands above it."""
    made: list[Sign] = []
    for place, sign in enumerate(signs):
        if sign.type == "SIGN" and sign.gap == TIGHT and 0 < place < len(signs) - 1:
            before, after = signs[place - 1], signs[place + 1]
            if before.type in ("NUM", "NAME", "RB", "SUB") and after.gap and after.type in ("REL", "OP"):
                made.append(Sign("CARET", "", sign.start, sign.start))
        made.append(sign)
    return made


def scripts_beside(signs: list[Sign]) -> list[Sign]:
    """`net h1 = …`: what is meant to hang below the name before it."""
    made: list[Sign] = []
    place = 0
    while place < len(signs):
        sign = signs[place]
        four = signs[place : place + 4]
        made.append(sign)
        place += 1
        if _says_of_node(sign) and _is_node(four[1:3]) and four[1].gap == SPACE:
            made.append(Sign("UNDERSCORE", "", four[1].start, four[1].start))
            made.append(Sign("RUN", four[1].text, four[1].start, four[1].end))
            place += 1
        elif _is_node(four[:2]) and len(four) > 2 and _says_of_node(four[2]) and _ends_operand(four[3:]):
            number, word = four[1:3]
            made += [
                Sign("UNDERSCORE", "", number.start, number.start),
                Sign("LB", "", number.start, number.start),
                number,
                Sign("COMMA", "", number.end, number.end),
                Sign("RUN", word.text, word.start, word.end),
                Sign("RB", "", word.end, word.end),
            ]
            place += 2
    return made


def _says_of_node(sign: Sign) -> bool:
    return sign.type in ("RUN", "NAME") and sign.text in _OF_NODES


def _is_node(signs: list[Sign]) -> bool:
    """Whether two signs are the name of a node: h1, o2."""
    if len(signs) < 2:
        return False
    letter, number = signs
    named = letter.type == "RUN" and letter.text in ("h", "o", "i")
    return named and number.type == "NUM" and number.gap == TIGHT and number.text.isdigit()


def _ends_operand(signs: list[Sign]) -> bool:
    """Whether what comes behind a name leaves it as an operand: no prose goes on there."""
    return not signs or signs[0].type in ("REL", "OP", "SIGN", "RPAR", "RSQ", "SLASH", "CARET", "SUP")


def generations_beside(signs: list[Sign]) -> list[Sign]:
    r"""`w_5 \text{new} = …`, `w5(neu) = …`: the word between a name and its relation, or in brackets, hangs below the
    name.
    """
    made: list[Sign] = []
    place = 0
    while place < len(signs):
        sign = signs[place]
        after = signs[place + 1] if place + 1 < len(signs) else None
        if _is_generation(made, signs[place : place + 3]):
            made += _below(signs[place + 1], sign.start, signs[place + 2].end)
            place += 3
        elif _says_generation(sign) and _is_named(made) and after is not None and after.type in ("REL", "AMP"):
            made += _below(sign, sign.start, sign.end)
            place += 1
        else:
            made.append(sign)
            place += 1
    return made


def _below(word: Sign, start: int, end: int) -> list[Sign]:
    return [
        Sign("UNDERSCORE", "", start, start),
        Sign("LB", "", start, start),
        Sign("RUN", word.text.lower(), word.start, word.end),
        Sign("RB", "", end, end),
    ]


def _says_generation(sign: Sign) -> bool:
    return sign.type in ("RUN", "REMARK") and sign.text.lower() in _GENERATIONS


def _is_named(before: list[Sign]) -> bool:
    return bool(before) and before[-1].type in ("NUM", "RUN", "NAME", "SUB", "SUP", "RB")


def _is_generation(before: list[Sign], signs: list[Sign]) -> bool:
    if len(signs) < 3 or not _is_named(before):
        return False
    opening, word, closing = signs
    return opening.type == "LPAR" and closing.type == "RPAR" and _says_generation(word)

"""Runs of letters: which are names, which are several letters side by side, which are prose."""

from __future__ import annotations

from backprop_steps.checking.reading.characters import GREEK_NAMES
from backprop_steps.checking.reading.commands import FUNCTIONS
from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.scripts import whole_scripts
from backprop_steps.checking.reading.signs import QUAD, SPACE, TIGHT, Sign, several
from backprop_steps.checking.reading.spacing import (
    crosses,
    generations_beside,
    letters_together,
    raised_pluses,
    scripts_beside,
    with_digits,
)
from backprop_steps.checking.reading.vocabulary import LINKS, Words

_SHORT = several(
    "a i an as at be by do go he if in is it me my no of on or so to up us we am the and for but not all any can her "
    "was one our out has had his how its may now see two way who did get let put say she too use per via due few yes "
    "nor yet der die das und ist von mit fur des dem den ein zu im am an auf aus bei wir les une est donc que par sur "
    "el la los y por con del de le du et un en es se da di il ie eg cf vs etc step node note here"
)
"""Short words of prose."""
_APPLIED = several("ln log lg exp sin cos tan tanh sinh cosh sqrt")
"""Functions that take what comes after them without brackets too, and are no words of prose."""
_SCRIPTS = several("new old neu alt total tot out net hid hidden in err pred true target loss")
"""Words that hang below a letter, whether the page knows them otherwise or not."""

_MATRICES = frozenset({"W", "V", "U"})
"""Letters of matrices, which a name before them is multiplied with."""


def settle(signs: list[Sign], words: Words, mode: Mode, tex: bool) -> list[Sign]:
    """Every RUN, WORD and REMARK becomes NAMEs, or TEXT where it is prose; scripts are whole. `tex`: read as TeX."""
    signs = letters_together(with_digits(signs, words), words, mode, tex)
    if mode != "code":
        signs = generations_beside(signs)
    if not tex and mode == "text":
        signs = scripts_beside(crosses(signs, words))
    made: list[Sign] = []
    kinds = [_is_prose(signs, index, words, mode) for index in range(len(signs))]
    for index, sign in enumerate(signs):
        if sign.type not in ("RUN", "WORD", "REMARK"):
            if kinds[index]:
                sign = _prose(sign, mode)
            made.append(sign)
        elif kinds[index]:
            made.append(_prose(sign, mode))
        else:
            made += _names(sign, words, mode, bool(index) and signs[index - 1].type in ("UNDERSCORE", "CARET"))
    return raised_pluses(whole_scripts(made, tex))


def _prose(sign: Sign, mode: Mode) -> Sign:
    marks = ("set",) if mode == "math" or sign.type == "REMARK" else ()
    return Sign("TEXT", sign.text, sign.start, sign.end, sign.gap, (), marks)


def _names(sign: Sign, words: Words, mode: Mode, script: bool) -> list[Sign]:
    text = sign.text
    if sign.type == "RUN" and mode != "code":
        head = _script_word(text) if script else ""
        rest = text[len(head) :]
        parts = [head] * bool(head) + (words.split(rest) if rest else [])
    elif sign.type == "WORD" and len(text) > 1 and text[0] == "d" and words.knows(text[1:]) and not words.knows(text):
        parts = ["d", text[1:]]
    else:
        parts = [text]
    if sign.type != "RUN" or len(parts) == 1:
        if len(parts) == 1:
            return [Sign("NAME", _greek(text), sign.start, sign.end, sign.gap)]
        return [Sign("NAME", part, sign.start, sign.end, sign.gap if not i else TIGHT) for i, part in enumerate(parts)]
    made: list[Sign] = []
    start = sign.start
    for part in parts:
        gap = sign.gap if not made else TIGHT
        if sign.end - sign.start != len(text):  # out of a command of the page's own: all stand where it is called
            made.append(Sign("NAME", _greek(part), sign.start, sign.end, gap))
            continue
        made.append(Sign("NAME", _greek(part), start, start + len(part), gap))
        start += len(part)
    return made


def _script_word(run: str) -> str:
    """The word a script begins with, which at most two letters may follow that stand beside it: `w_oldx`."""
    for size in range(len(run), max(2, len(run) - 3), -1):
        if run[:size].lower() in _SCRIPTS:
            return run[:size]
    return run if run.lower() in _SCRIPTS else ""


def _greek(word: str) -> str:
    return word if len(word) == 1 or word in GREEK_NAMES or word.lower() not in GREEK_NAMES else word.lower()


def _is_prose(signs: list[Sign], index: int, words: Words, mode: Mode) -> bool:
    sign = signs[index]
    if sign.type == "REMARK":
        return _is_remark(signs, index, words)
    if sign.type != "RUN" or mode == "code":
        return False
    before = signs[index - 1] if index else None
    after = signs[index + 1] if index + 1 < len(signs) else None
    if mode == "math":
        return _is_word_in_math(sign, before, after, words)
    if words.knows(sign.text) and _is_argument(signs, index):
        return False
    return _is_prose_in_text(sign, before, after, words)


def _is_argument(signs: list[Sign], index: int) -> bool:
    """Whether a word is all that stands in the brackets of a function: `f(net)`."""
    if index < 2 or index + 1 >= len(signs) or signs[index + 1].type != "RPAR":
        return False
    opening, function = signs[index - 1], signs[index - 2]
    single = function.type in ("NAME", "PRIME") or (function.type == "RUN" and len(function.text) == 1)
    return opening.type == "LPAR" and opening.gap == TIGHT and single


def _is_remark(signs: list[Sign], index: int, words: Words) -> bool:
    """`\\text{Relu}` is a name, `\\text{chain rule}` a remark."""
    text = signs[index].text
    if text.lower() in LINKS:
        return True
    if len(text) == 1 or words.knows(text):
        return False
    after = signs[index + 1] if index + 1 < len(signs) else None
    return after is None or after.type not in (
        "UNDERSCORE",
        "CARET",
        "SUB",
        "SUP",
        "REL",
        "LPAR",
        "LCUR",
        "LSQ",
        "PRIME",
        "RB",
    )


def _is_word_in_math(sign: Sign, before: Sign | None, after: Sign | None, words: Words) -> bool:
    """Unknown words, two or more in a row, are prose also between dollars."""
    if len(sign.text) < 2 or words.knows(sign.text):
        return False
    if sign.text.lower() in LINKS and len(sign.text) > 2 and sign.gap:
        return True

    def is_word(other: Sign | None, gap: int) -> bool:
        return bool(other and gap and other.type == "RUN" and len(other.text) > 1 and not words.knows(other.text))

    in_row = is_word(before, sign.gap) or (after is not None and is_word(after, after.gap))
    return in_row and (len(sign.text) >= 4 or sign.text.lower() in _SHORT)


def _is_prose_in_text(sign: Sign, before: Sign | None, after: Sign | None, words: Words) -> bool:
    text = sign.text
    tight_after = after is not None and after.gap == TIGHT
    if before is not None and sign.gap == TIGHT and before.type in ("UNDERSCORE", "CARET"):
        return False
    if before is not None and sign.gap == TIGHT and before.type in ("NAME", "PRIME") and len(text) > 1:
        return before.type == "PRIME" or not before.text.isascii()
    if after is not None and tight_after and after.type == "NAME" and len(after.text) == 1 and not after.marks:
        return False
    if (
        after is not None
        and tight_after
        and (
            after.type in ("UNDERSCORE", "SUB", "SUP", "CARET")
            or (after.type == "NUM" and (words.knows(text) or not _is_short(text)))
        )
    ):
        return False
    slash = (before is not None and sign.gap == TIGHT and before.type == "SLASH") or (
        after is not None and tight_after and after.type == "SLASH"
    )
    if text[0] == "d" and len(text) == 2 and after is not None and tight_after and after.type == "NUM":
        return False  # da1
    if slash and len(text) <= 3:
        return False
    if len(text) == 1:
        # `a`, `I`: words of English before another word.
        return text in "aAI" and after is not None and TIGHT < after.gap < QUAD and _is_plain_word(after, words)
    if text == "Delta" and after is not None and after.type in ("RUN", "NAME") and after.gap == SPACE:
        return not (len(after.text) == 1 or words.knows(after.text))  # Delta w_31
    if words.knows(text):
        if text in _APPLIED and after is not None and (after.type in ("NUM", "NAME") or len(after.text) == 1):
            return False
        if after is not None and tight_after and after.type in ("LPAR", "LSQ", "LCUR", "PRIME"):
            return False
        beside = _operates(before, sign.gap) or _operates(after, after.gap if after else 0)
        multiplied = before is not None and before.type == "REL" and after is not None and after.text in _MATRICES
        if (
            after is not None
            and after.type in ("RUN", "NAME", "NUM")
            and after.gap
            and text.lower() not in FUNCTIONS | GREEK_NAMES
            and not multiplied  # o = net W2^T
        ):
            return True
        return not beside and not (before is None and after is None)
    if text[0] == "d" and (len(text) == 2 or words.knows(text[1:])):
        # da = b * de: short words too, where they stand in a formula
        in_formula = _operates(before, sign.gap) or _operates(after, after.gap if after else 0)
        if in_formula or not _is_short(text):
            return False
    if tight_after and after is not None and after.type in ("LPAR", "PRIME") and len(text) > 1 and not _is_short(text):
        return False
    if len(text) > 3 and _parts_a_formula(before, sign.gap) and _parts_a_formula(after, after.gap if after else 0):
        return not (_operates(before, sign.gap) or (after is not None and after.type != "REL" and _operates(after, 1)))
    if len(text) <= 3 and not _is_short(text):
        beside = _operates(before, sign.gap) or _operates(after, after.gap if after else 0)
        return not beside
    return True


def _is_short(text: str) -> bool:
    return text.lower() in _SHORT


def _is_plain_word(sign: Sign, words: Words) -> bool:
    return sign.type == "RUN" and len(sign.text) > 1 and not words.knows(sign.text)


def _parts_a_formula(sign: Sign | None, gap: int) -> bool:
    """Whether this sign beside an unknown word makes it a part of a formula; a hyphen does not."""
    if sign is None:
        return True
    if sign.type == "SIGN":
        return gap > TIGHT
    return sign.type in ("OP", "SLASH", "LPAR", "RPAR", "LSQ", "RSQ", "LCUR", "RCUR") or (
        sign.type == "REL" and sign.text not in ("->", "=>")
    )


def _operates(sign: Sign | None, gap: int) -> bool:
    if sign is None or gap == QUAD:
        return False
    return sign.type in ("OP", "SLASH", "SIGN", "DIFF", "LB", "RB") or (
        sign.type == "REL" and sign.text not in ("->", "=>")
    )


def join_prose(signs: list[Sign], text: str) -> list[Sign]:
    """TEXT after TEXT is one; a sign between two that says nothing by itself (an apostrophe) goes with them."""
    made: list[Sign] = []
    for sign in signs:
        if made and sign.type == "TEXT" and made[-1].type == "TEXT" and sign.gap != QUAD:
            last = made[-1]
            made[-1] = Sign("TEXT", text[last.start : sign.end], last.start, sign.end, last.gap, (), last.marks)
        else:
            made.append(sign)
    return made

"""What hangs below and above a letter: how far it reaches, and its plain words: `{new,11}` is `new` `,` `11`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backprop_steps.checking.reading.signs import TIGHT, Sign

_BRACKETS = {
    "LPAR": "(",
    "RPAR": ")",
    "LSQ": "[",
    "RSQ": "]",
    "LCUR": "(",
    "RCUR": ")",
    "COMMA": ",",
    "SEMI": ",",
    "COLON": ":",
}
_SILENT = frozenset({"UNDERSCORE", "CARET", "LB", "RB", "AMP", "FRAC", "EDGE"})
_INDICES = frozenset("ijklmn")
_OPERATORS = {"star": "*", "times": "*", "dot": "*", ".": ".", "hadamard": "*", "": ""}


def tokens(signs: Iterable[Sign]) -> tuple[str, ...]:
    """The tokens of a script, in order; letters side by side are one."""
    made: list[str] = []
    before: Sign | None = None
    for sign in signs:
        token = _token(sign)
        if token:
            joined = (
                before is not None
                and sign.type == before.type == "NAME"
                and sign.gap == TIGHT
                and sign.start in (before.start, before.end)
                and sign.text.isascii()
                and not sign.marks
            )
            if joined:
                made[-1] += token
            else:
                made += sign.marks
                made.append(token)
        if sign.inner:
            made += tokens(sign.inner)
        before = sign
    return tuple(made)


def _token(sign: Sign) -> str:
    type = sign.type
    if type in _SILENT:
        return ""
    if type in _BRACKETS:
        return _BRACKETS[type]
    if type == "OP":
        return _OPERATORS[sign.text]
    if type == "PRIME":
        return "'" * int(sign.text)
    if type == "DOTS":
        return "..."
    if type == "SLASH":
        return "/"
    return sign.text


def whole_scripts(signs: list[Sign], tex: bool) -> list[Sign]:
    r"""Braces of our own around a script that is several signs without any.

    In TeX a script is one sign: `X_kW` is X_k times W. What a hand that forgot the braces can only have meant is
    read so, though: letters that are indices (`w_ij`), and the digits after them (`net_h1`). In plain text a script
    is all letters and digits side by side, up to a letter that has a script of its own (`a_iw_j`).
    """
    made: list[Sign] = []
    place = 0
    while place < len(signs):
        made.append(signs[place])
        place += 1
        if made[-1].type not in ("UNDERSCORE", "CARET"):
            continue
        after = _end_of_script(signs, place, tex, made[-1].type == "CARET")
        if after - place > 1:
            first, last = signs[place], signs[after - 1]
            made.append(Sign("LB", "", first.start, first.start))
            made += signs[place:after]
            made.append(Sign("RB", "", last.end, last.end))
            place = after
    return made


def _end_of_script(signs: list[Sign], place: int, tex: bool, above: bool) -> int:
    """Where the signs end that are the script beginning here."""
    if place >= len(signs) or signs[place].type != "NAME" or signs[place].marks:
        return place + 1
    if above and signs[place].text == "T":
        return place + 1
    after = place + 1
    while after < len(signs) and _goes_on(signs[after]):
        sign = signs[after]
        if sign.type == "NAME":
            if tex and not (sign.text in _INDICES and signs[after - 1].text in _INDICES):
                break
            hanging = signs[after + 1] if after + 1 < len(signs) else None
            if hanging is not None and hanging.type in ("UNDERSCORE", "SUB") and hanging.gap == TIGHT:
                break
        after += 1
    return after


def _goes_on(sign: Sign) -> bool:
    whole = sign.type == "NAME" or (sign.type == "NUM" and sign.text.isdigit())
    return whole and sign.gap == TIGHT and not sign.marks


def small_letters(text: str, table: Mapping[str, str], at: int) -> tuple[Sign, ...]:
    """The signs of a script in letters of its own (`⁽²⁾`), which begins at this place; digits side by side are one."""
    return _joined(tuple(_small(table[character], at + place) for place, character in enumerate(text)))


def _small(character: str, at: int) -> Sign:
    """One sign of a script that is written with small letters of its own."""
    if character.isdigit():
        return Sign("NUM", character, at, at + 1)
    if character in "+-":
        return Sign("SIGN", character, at, at + 1)
    types = {"(": "LPAR", ")": "RPAR", "=": "REL", ",": "COMMA"}
    return Sign(types.get(character, "NAME"), "" if character in types else character, at, at + 1)


def _joined(signs: tuple[Sign, ...]) -> tuple[Sign, ...]:
    """Digits side by side are one number."""
    made: list[Sign] = []
    for sign in signs:
        if sign.type == "NUM" and made and made[-1].type == "NUM":
            made[-1] = Sign("NUM", made[-1].text + sign.text, made[-1].start, sign.end)
        else:
            made.append(sign)
    return tuple(made)

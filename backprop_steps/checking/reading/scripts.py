"""What hangs below and above a letter, as plain words: `{new,11}` is `new` `,` `11`."""

from __future__ import annotations

from collections.abc import Iterable

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
                and sign.start == before.end
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

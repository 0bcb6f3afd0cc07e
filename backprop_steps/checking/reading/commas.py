"""Decimal commas: whether a page has them, and which commas are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backprop_steps.checking.reading.signs import TIGHT, Sign

_POINT = re.compile(r"(?<![\w.,])[0-9]+\.[0-9]")
_COMMA = re.compile(r"(?<![\w.,{(\[_])[0-9]+(?:,|\{,\})[0-9]+(?![\w.,)\]}])")
_SURE = re.compile(r"(?<![\w.,])0(?:,|\{,\})[0-9]+(?![.,])|(?<![\w.,])[0-9]+\{,\}[0-9]")


def uses_decimal_comma(text: str) -> bool:
    """Numbers like `0,5` and none like `0.5`."""
    if "," not in text or _POINT.search(text):
        return False
    return bool(_SURE.search(text)) and len(_SURE.findall(text)) + len(_COMMA.findall(text)) >= 2


def merged(signs: Iterable[Sign], script: str = "") -> list[Sign]:
    """`1`, `,`, `5` without a space between: one number; in a script only in that of e, or after a 0 above.

    `script` is the one that the signs are in, as `levels` has it.
    """
    made: list[Sign] = []
    levels: list[str] = [script] if script else []
    """What the braces that are open are: `_`, `^`, `e` for what stands above an e, nothing."""
    for sign in signs:
        if sign.type == "LB":
            levels.append(_script(made) or (levels[-1] if levels else ""))
        elif sign.type == "RB" and levels:
            levels.pop()
        elif sign.type == "SUP":
            raised = "e" if made and made[-1].type == "NAME" and made[-1].text == "e" else "^"
            inner = tuple(merged(sign.inner, raised))
            sign = Sign(sign.type, sign.text, sign.start, sign.end, sign.gap, inner, sign.marks)
        if (
            sign.type == "NUM"
            and sign.gap == TIGHT
            and len(made) >= 2
            and made[-1].type == "COMMA"
            and made[-1].gap == TIGHT
            and made[-2].type == "NUM"
            and made[-2].text.isdigit()
            and "." not in sign.text
            and _may_be_number(levels[-1] if levels else "", made[-2])
            and not (len(made) > 2 and (made[-3].type in ("UNDERSCORE", "CARET") or _hangs(made[-3], made[-2])))
        ):
            number = made[-2]
            made[-2:] = [Sign("NUM", f"{number.text}.{sign.text}", number.start, sign.end, number.gap)]
        else:
            made.append(sign)
    return made


def _script(made: list[Sign]) -> str:
    if not made or made[-1].type not in ("UNDERSCORE", "CARET"):
        return ""
    if made[-1].type == "UNDERSCORE":
        return "_"
    return "e" if len(made) > 1 and made[-2].type == "NAME" and made[-2].text == "e" else "^"


def _may_be_number(script: str, whole: Sign) -> bool:
    return script in ("", "e") or (script == "^" and whole.text == "0")


def _hangs(letter: Sign, number: Sign) -> bool:
    return letter.type in ("NAME", "RUN") and number.gap == TIGHT

"""The literals of a problem file: decimals with the digits that were written, whole numbers, names, yes and no."""

from __future__ import annotations

import re

from backprop_steps.expression.tree import Number

MOST_DIGITS = 30
"""The bound on the digits of a number."""
LARGEST_EXPONENT = 30
"""The bound on the power of ten in a number like 1e-3."""

_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
LONGEST_NAME = 30

_NOT_FINITE = re.compile(r"[+-]?\.?(inf|infinity|nan)", re.IGNORECASE)
_FLAGS = dict.fromkeys(("true", "yes", "on"), True) | dict.fromkeys(("false", "no", "off"), False)


def read_number(text: str) -> Number:
    """A decimal, its digits as written; only what is not an ASCII decimal is changed (`.5`, `+3`, a Unicode minus).

    Raises ValueError, with a message that follows the name of the value, for anything else.
    """
    plain = text.strip().replace("−", "-")
    match = _DECIMAL.fullmatch(plain)
    if match is None or not (match[2] or match[3]):
        raise ValueError(_why_not(plain, text))
    sign, whole, places, exponent = match.groups()
    places = places or ""
    if len(whole) + len(places) > MOST_DIGITS:
        raise ValueError(f"has {len(whole) + len(places)} digits; the bound is {MOST_DIGITS}")
    if exponent is not None and (len(exponent) > 6 or abs(int(exponent)) > LARGEST_EXPONENT):
        raise ValueError(f"is {short(text)}: its power of ten is beyond the bound of {LARGEST_EXPONENT}")
    digits = whole.lstrip("0") or "0"
    if places:
        digits += f".{places}"
    if sign == "-" and digits.strip("0."):
        digits = f"-{digits}"
    if exponent is not None and int(exponent):
        digits += f"e{int(exponent)}"
    return Number(digits)


def _why_not(plain: str, text: str) -> str:
    if not plain:
        return "must be a number, found nothing"
    if _NOT_FINITE.fullmatch(plain):
        return f"must be a finite number, found {short(text)}"
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", plain):
        return f"must be a number, found {short(text)}; the decimal sign is a point: {plain.replace(',', '.')}"
    if re.fullmatch(r"[+-]?[0-9.]+ ?/ ?[0-9.]+", plain):
        return f"must be a decimal number, found the fraction {short(text)}"
    return f"must be a number, found {short(text)}"


def read_whole(text: str) -> int | None:
    """A whole number without a sign, or None. As many digits as are no nuisance: what is longer is too large anyhow."""
    return int(text[:12]) if re.fullmatch(r"[0-9]+", text) else None


def is_name(text: str) -> bool:
    """Whether the text can be a name: letters and digits, a letter first, parts joined by single underscores."""
    return len(text) <= LONGEST_NAME and _NAME.fullmatch(text) is not None


def read_flag(text: str) -> bool | None:
    """Yes or no in any of YAML's words, or None."""
    return _FLAGS.get(text.lower())


def short(text: str) -> str:
    """The text in quotes, its middle left out where it is long."""
    return repr(text if len(text) <= 40 else f"{text[:25]}...{text[-10:]}")

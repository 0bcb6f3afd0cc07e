"""A literal as TeX: the digits as they are, powers of ten written out, never a negative zero."""

from __future__ import annotations


def number_tex(text: str, comma: bool = False) -> str:
    """An ASCII decimal (`-0.20`, `12`, `2.1e-5`) as TeX (`-0.20`, `12`, `2.1 \\times 10^{-5}`).

    `comma` writes `0{,}5` for `0.5`: the braces keep TeX from putting a space after the comma.
    """
    negative = text[0] == "-"
    mantissa, _, exponent = text.lstrip("+-").lower().partition("e")
    if negative and not mantissa.strip("0."):
        negative = False
    if mantissa[0] == ".":
        mantissa = "0" + mantissa
    if mantissa[-1] == ".":
        mantissa = mantissa[:-1]
    if comma:
        mantissa = mantissa.replace(".", "{,}")
    sign = "-" if negative else ""
    if not exponent or not exponent.strip("+-0"):
        return sign + mantissa
    power = f"10^{{{int(exponent)}}}"
    return sign + (power if mantissa == "1" else rf"{mantissa} \times {power}")


def is_scientific(tex: str) -> bool:
    """Whether a printed number is a product with a power of ten, so that it needs brackets as a factor or a base."""
    return "10^" in tex

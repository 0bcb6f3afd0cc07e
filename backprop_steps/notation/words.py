"""A plain name as TeX: `w0` is w with the subscript 0, `alpha` the Greek letter, `total` a word."""

from __future__ import annotations

import re

_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega"
    "|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|varphi|vartheta|varepsilon|ell"
)
_WITH_DIGITS = re.compile(r"([^\W\d_]+)_?([0-9]+)")
"""`w0` and `w_0`; of `x1w1` the last digit is no more an index than the first."""


def name_tex(name: str) -> str:
    """A name of letters, digits and underscores as a symbol."""
    base, sub = _split(name)
    return f"{_word(base)}_{_braced(sub)}" if sub else _word(base)


def word_tex(name: str) -> str:
    """A name as an upright word: what a function is called that has no letter."""
    return _word(name, r"\mathrm")


def _split(name: str) -> tuple[str, str]:
    match = _WITH_DIGITS.fullmatch(name)
    if match is not None:
        return match[1], match[2]
    base, _, sub = name.partition("_")
    if not base or not sub:
        return name, ""
    return base, sub


def _word(name: str, font: str = r"\mathit") -> str:
    if _GREEK.fullmatch(name):
        return "\\" + name
    escaped = name.replace("_", r"\_")
    return name if len(name) == 1 and name != "_" else f"{font}{{{escaped}}}"


def _braced(sub: str) -> str:
    if len(sub) == 1 and sub != "_":
        return sub
    return f"{{{sub if sub.isdecimal() else _word(sub, chr(92) + 'mathrm')}}}"

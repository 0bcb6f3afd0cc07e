"""Unicode: every character that means the same as another is made that other, one for one, so that places stay."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from backprop_steps.notation import unicode_signs

_SMALL = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]
_CAPITAL = ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"]

GREEK: Mapping[str, str] = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _SMALL, strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", _CAPITAL, strict=True)),
    "ς": "sigma", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "µ": "mu", "∆": "Delta", "ϱ": "rho",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())

SUPERSCRIPTS: Mapping[str, str] = {
    small: plain.replace("−", "-") for plain, small in unicode_signs.SUPERSCRIPTS.items() if plain != "′"
}
SUBSCRIPTS: Mapping[str, str] = {small: plain.replace("−", "-") for plain, small in unicode_signs.SUBSCRIPTS.items()}
"""The small signs that a terminal shows, read back."""
COMBINING: Mapping[str, str] = {
    "\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot", "\u20d7": "vec",
    "\u0308": "ddot", "\u030c": "check",
}  # fmt: skip
VULGAR: Mapping[str, tuple[str, str]] = {
    "½": ("1", "2"), "⅓": ("1", "3"), "⅔": ("2", "3"), "¼": ("1", "4"), "¾": ("3", "4"), "⅛": ("1", "8"),
    "⅕": ("1", "5"), "⅒": ("1", "10"), "⅙": ("1", "6"), "⅟": ("1", ""),
}  # fmt: skip

_SAME = {
    **dict.fromkeys("−‐‑‒–﹣－➖", "-"),
    **dict.fromkeys("＋➕", "+"),
    **dict.fromkeys("⋅∙•‧・ꞏ･", "·"),
    **dict.fromkeys("✕✖⨯╳⨉", "×"),
    **dict.fromkeys("∗＊⁎", "*"),
    **dict.fromkeys("⨀◦○⚬∘", "⊙"),
    **dict.fromkeys("⟶⇾➔➜➝➞⭢↦⟼⇨", "→"),
    **dict.fromkeys("⟵⇽⭠", "←"),
    **dict.fromkeys("⟹➡", "⇒"),
    **dict.fromkeys("≃≅≒≑∼≌", "≈"),
    **dict.fromkeys("≔≜≝≙", "≔"),
    **dict.fromkeys("′’‘ʹ´`", "'"),
    **dict.fromkeys("∣￨❘ǀ", "|"),
    **dict.fromkeys("‖∥", "‖"),
    **dict.fromkeys("⋯⋮⋱", "…"),
    **dict.fromkeys("◻▢⬜☐", "□"),
    **dict.fromkeys("✓✔✗✘☑☒✅❌❎", "✓"),
    **dict.fromkeys("∕⁄／÷", "/"),
    **dict.fromkeys("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿➀➁➂➃➄➅➆➇➈➉", "▪"),
    **dict.fromkeys("⩽", "≤"),
    **dict.fromkeys("⩾", "≥"),
    "、": ",", "，": ",", "；": ";", "：": ":", "（": "(", "）": ")", "［": "[", "］": "]", "｛": "{", "｝": "}",
    "＝": "=", "ℓ": "l", "∇": "∇", "𝟙": "𝟏", "ħ": "h", "⊤": "ᵀ", "\u00a0": " ", "‾": "\u0304",
}  # fmt: skip
APPLIES = "\u2061\u2062\u2063\u2064"
"""What an equation editor puts unseen between a function and its argument, or between factors."""
_KEPT = frozenset("𝟏").union(GREEK, SUPERSCRIPTS, SUBSCRIPTS, COMBINING, VULGAR)
_CROSS = re.compile(f"(?<![e{''.join(SUPERSCRIPTS)}])ˣ")
"""A small raised x that is a cross: not that of `eˣ` or `e⁻ˣ`."""
_APOSTROPHE = re.compile(f"(?<![{''.join(SUPERSCRIPTS)}])ʼ|ʼ(?![{''.join(SUPERSCRIPTS)}])")
"""The same sign as a raised comma, where it is none."""
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp"}


def plain(text: str) -> str:
    """The same text, character for character, in the fewest kinds of characters.

    The length stays. Spaces, and marks without a shape (of writing direction, of no width), become a space; a line
    end stays one.
    """
    if text.isascii():
        return text
    text = _APOSTROPHE.sub("'", _CROSS.sub("×", text))
    table: dict[int, str] = {}
    for character in set(text):
        if character.isascii():
            continue
        other = _one(character)
        if other != character:
            table[ord(character)] = other
    return text.translate(table)


def _one(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if character in _KEPT:
        return character
    if character in "\u2028\u2029\u0085":
        return "\n"
    if character in APPLIES:
        return "\u2061"
    if unicodedata.category(character) in _INVISIBLE:
        return " "
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) == 1 and folded != character:
        return _SAME.get(folded, folded)
    return character


def letter(character: str) -> tuple[str, tuple[str, ...]] | None:
    """The name of a letter and the accents it carries: `ŷ` is y with a hat; None for what is no letter."""
    if character in GREEK:
        return GREEK[character], ()
    if not character[:1].isalpha():
        return None
    parts = unicodedata.normalize("NFD", character)
    marks = tuple(COMBINING[mark] for mark in parts[1:] if mark in COMBINING)
    if len(marks) != len(parts) - 1:
        return None
    return GREEK.get(parts[0], parts[0]), marks

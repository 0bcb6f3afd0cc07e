"""What MathML has for the accents, fonts, spaces and environments of a formula; the signs themselves are Unicode's."""

from __future__ import annotations

import unicodedata

SPACES = {"quad": "1em", "qquad": "2em", ";": ".28em", ":": ".22em", ",": ".17em", "!": "-.17em", " ": ".25em"}
NOTHING = frozenset({"displaystyle", "textstyle", "limits", "nolimits"})
FONTS = {
    "mathrm": "", "operatorname": "", "mathbf": "bf", "mathit": "it", "mathnormal": "it", "mathsf": "sf",
    "mathtt": "tt", "mathcal": "cal", "mathfrak": "frak", "mathbb": "bb",
}  # fmt: skip
"""The class of the page's style sheet; none for upright letters."""
WORDS = {"text": "", "textrm": "", "textbf": "bf", "textit": "it", "mbox": ""}
ABOVE = {
    "hat": "^", "widehat": "^", "bar": "¯", "overline": "¯", "tilde": "~", "widetilde": "~", "vec": "→",
    "overrightarrow": "→", "overleftarrow": "←", "dot": "˙", "ddot": "¨", "acute": "´", "grave": "`", "breve": "˘",
    "check": "ˇ", "mathring": "˚",
}  # fmt: skip
WIDE = frozenset({"widehat", "overline", "widetilde", "overrightarrow", "overleftarrow", "underline"})
"""The accents that are as wide as what they stand over."""
BIG = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
MATRICES = frozenset({"bmatrix", "pmatrix", "matrix", "smallmatrix", "array"})
BRACKETED = {"bmatrix": ("[", "]"), "pmatrix": ("(", ")")}

_UPRIGHT = frozenset("?!ΓΔΘΛΞΠΣΥΦΨΩ∞∅⊤⊥♯♭♮ℓℏℵℜℑ℘∇…⋯⋮⋱‡†°%#$&_;")
_HANDS = {"cal": ("SCRIPT",), "frak": ("FRAKTUR", "BLACK-LETTER"), "bb": ("DOUBLE-STRUCK",)}


def is_upright(sign: str) -> bool:
    """Whether a sign is set upright, where a letter would be italic."""
    return sign in _UPRIGHT


def in_hand(font: str, text: str) -> str:
    """A letter or a digit in another hand, where Unicode has it so; as it is where it has not."""
    if font not in _HANDS or len(text) != 1 or not text.isalnum():
        return text
    kind, plain = ("DIGIT", unicodedata.name(text)) if text.isdigit() else ("", unicodedata.name(text))
    case = kind or ("CAPITAL" if text.isupper() else "SMALL")
    letter = plain.split()[-1]
    for hand in _HANDS[font]:
        for name in (f"{hand} {case} {letter}", f"MATHEMATICAL {hand} {case} {letter}"):
            try:
                return unicodedata.lookup(name)
            except KeyError:
                continue
    return text

"""What stands for TeX's commands in Unicode, and what stands for that where there is only ASCII."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

GREEK: Mapping[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω", "varepsilon": "ε", "vartheta": "ϑ", "varkappa": "ϰ", "varpi": "ϖ", "varrho": "ϱ", "varsigma": "ς",
    "varphi": "φ",
}  # fmt: skip
SIGNS: Mapping[str, str] = {
    "ell": "ℓ", "hbar": "ħ", "imath": "ı", "jmath": "ȷ", "aleph": "ℵ", "Re": "ℜ", "Im": "ℑ", "wp": "℘", "partial": "∂",
    "nabla": "∇", "infty": "∞", "prime": "′", "emptyset": "∅", "top": "⊤", "bot": "⊥", "sharp": "♯", "flat": "♭",
    "natural": "♮", "dagger": "†", "ddagger": "‡", "dots": "…", "ldots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱",
    "Vert": "‖", "_": "_", "%": "%", "#": "#", "$": "$", "&": "&",
}  # fmt: skip
RELATIONS: Mapping[str, str] = {
    "=": "=", "<": "<", ">": ">", "approx": "≈", "ne": "≠", "neq": "≠", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "in": "∈", "leftarrow": "←", "rightarrow": "→", "to": "→", "gets": "←", "Rightarrow": "⇒", "perp": "⊥",
    "parallel": "∥", "mid": "∣",
}  # fmt: skip
BINARY: Mapping[str, str] = {
    "cdot": "·", "times": "×", "pm": "±", "mp": "∓", "star": "⋆", "ast": "∗", "circ": "∘", "bullet": "•", "odot": "⊙",
    "otimes": "⊗", "oplus": "⊕",
}  # fmt: skip
BRACKETS: Mapping[str, tuple[str, str]] = {
    "{": ("open", "{"), "}": ("close", "}"), "lvert": ("open", "|"), "rvert": ("close", "|"), "vert": ("ord", "|"),
    "lVert": ("open", "‖"), "rVert": ("close", "‖"), "langle": ("open", "⟨"), "rangle": ("close", "⟩"),
}  # fmt: skip
SPACES: Mapping[str, str] = {"quad": "  ", "qquad": "    ", ";": " ", ":": " ", " ": " ", ",": "", "!": ""}
NOTHING = frozenset({"displaystyle", "textstyle", "limits", "nolimits", "\\", "end"})
FUNCTIONS = frozenset({
    "exp", "ln", "log", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan",
    "arg", "det", "dim", "max", "min", "sup", "inf", "lim",
})  # fmt: skip
COMBINING: Mapping[str, str] = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "tilde": "\u0303",
    "widetilde": "\u0303", "vec": "\u20d7", "overrightarrow": "\u20d7", "overleftarrow": "\u20d6", "dot": "\u0307",
    "ddot": "\u0308", "acute": "\u0301", "grave": "\u0300", "breve": "\u0306", "check": "\u030c",
    "mathring": "\u030a", "underline": "\u0332",
}  # fmt: skip
SUPERSCRIPTS: Mapping[str, str] = dict(zip(
    "0123456789+−=()niTtabcdefghjklmoprsuvwxyzLNMKJI′,",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵗᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵘᵛʷˣʸᶻᴸᴺᴹᴷᴶᴵ′ʼ",
    strict=True,
))  # fmt: skip
SUBSCRIPTS: Mapping[str, str] = dict(zip(
    "0123456789+−=()aehijklmnoprstuvx,", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ‚", strict=True
))  # fmt: skip
VULGAR: Mapping[str, str] = {
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "1/6": "⅙", "1/8": "⅛",
}  # fmt: skip
_BOLD = {"1": "𝟏", "0": "𝟎"}
_SCRIPT = {"L": "ℒ", "E": "ℰ", "B": "ℬ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "M": "ℳ", "R": "ℛ"}
_DOUBLE = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "E": "𝔼", "P": "ℙ", "1": "𝟙"}
_HANDS = {"mathbf": _BOLD, "mathcal": _SCRIPT, "mathbb": _DOUBLE}


def hand(font: str, text: str) -> str:
    """The text in another hand, where that is another character."""
    return _HANDS.get(font, {}).get(text, text)


_NAMES = {character: name.removeprefix("var") for name, character in GREEK.items()}
_UP = {small: plain for plain, small in SUPERSCRIPTS.items() if plain != "′"}
_DOWN = {small: plain for plain, small in SUBSCRIPTS.items()}
_ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u20d7": "vec", "\u0307": "dot"}
_WORDS = {
    "−": "-", "·": "*", "×": "*", "⊙": "(*)", "⊗": "(x)", "⊕": "(+)", "∂": "d", "∇": "grad ", "≈": "~=", "≠": "!=",
    "≤": "<=", "≥": ">=", "∈": "in", "←": "<-", "→": "->", "⇒": "=>", "∑": "sum", "∏": "prod", "√": "sqrt", "′": "'",
    "…": "...", "⋯": "...", "⋮": ":", "⋱": "...", "∞": "inf", "𝟏": "1", "𝟎": "0", "ℒ": "L", "½": "(1/2)", "⅓": "(1/3)",
    "⅔": "(2/3)", "¼": "(1/4)", "¾": "(3/4)", "⅕": "(1/5)", "⅙": "(1/6)", "⅛": "(1/8)", "ℓ": "l", "±": "+-", "∣": "|",
    "⎡": "[", "⎢": "[", "⎣": "[", "⎤": "]", "⎥": "]", "⎦": "]", "⎧": "{", "⎨": "{", "⎪": "{", "⎩": "{", "⎛": "(",
    "⎜": "(", "⎝": "(", "⎞": ")", "⎟": ")", "⎠": ")",
}  # fmt: skip
_WITHOUT_SPACE = frozenset((*_NAMES, *_UP, *_DOWN))
_SMALL_FRACTION = re.compile(f"([{''.join(_UP)}]+)⁄([{''.join(_DOWN)}]+)")
_SHARP_S = {"ß": "s"}  # one cell, as everywhere in a terminal
_RUN = re.compile(f"[{''.join(_UP)}]+|[{''.join(_DOWN)}]+|[{''.join(_NAMES)}]|[^\x00-\x7f]")


def in_ascii(text: str) -> str:
    """A formula in Unicode with ASCII signs alone: `delta_1^(2) = (y_hat - y)*y_hat(1 - y_hat)`."""
    if text.isascii():
        return text
    text = _SMALL_FRACTION.sub(lambda m: f"({_plain(m[1], _UP)}/{_plain(m[2], _DOWN)})", text)
    accented = "".join(
        f"_{_ACCENTS[one]}" if one in _ACCENTS else one
        for one in unicodedata.normalize("NFD", text).replace("\u0338", "")
    )
    return _RUN.sub(_as_ascii, unicodedata.normalize("NFC", accented))


def _plain(run: str, table: Mapping[str, str]) -> str:
    return "".join(table[one] for one in run)


def _as_ascii(match: re.Match[str]) -> str:
    run = match[0]
    for table, mark in ((_UP, "^"), (_DOWN, "_")):
        if run[0] in table:
            plain = _plain(run, table).replace("−", "-")
            bare = len(plain) == 1 or plain.isdigit() or (plain[0] == "(" and plain[-1] == ")")
            return mark + (plain if bare else f"({plain})")
    if run in _NAMES:
        before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
        opening = " " if before.isalnum() and before not in ("∂", "") else ""
        return f"{opening}{_NAMES[run]}{' ' if after.isalnum() and after not in _WITHOUT_SPACE else ''}"
    if run == "√" and match.string[match.end() : match.end() + 1] != "(":
        return "sqrt "
    plain = unicodedata.normalize("NFKD", run)[0]  # a letter of a word, without its accent
    return _WORDS.get(run) or (plain if plain.isascii() else _SHARP_S.get(run, "?"))

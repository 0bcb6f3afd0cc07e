"""What signs of one character are, and of several that are one: kind and value."""

from __future__ import annotations

from collections.abc import Mapping

COMPOUNDS: Mapping[str, tuple[str, str]] = {
    ":=": ("REL", ":="), "==": ("REL", "="), "===": ("REL", "="), "=>": ("REL", "=>"), "->": ("REL", "->"),
    "-->": ("REL", "->"), "<-": ("REL", "->"), "<--": ("REL", "->"), "<=": ("REL", "<="), ">=": ("REL", ">="),
    "!=": ("REL", "!="), "+=": ("REL", "+="), "-=": ("REL", "-="), "**": ("CARET", ""), "~=": ("REL", "~"),
    ".*": ("OP", "hadamard"),
}  # fmt: skip
ONES: Mapping[str, tuple[str, str]] = {
    "+": ("SIGN", "+"), "-": ("SIGN", "-"), "=": ("REL", "="), "≈": ("REL", "~"), "≔": ("REL", ":="),
    "≡": ("REL", "="), "<": ("REL", "<"), ">": ("REL", ">"), "≤": ("REL", "<="), "≥": ("REL", ">="),
    "≠": ("REL", "!="), "→": ("REL", "->"), "←": ("REL", "->"), "⇒": ("REL", "=>"), "⇔": ("REL", "=>"),
    "↔": ("REL", "->"), "⇐": ("REL", "=>"), "∈": ("IN", ""), "∝": ("IN", ""), "·": ("OP", "dot"), "×": ("OP", "times"),
    "*": ("OP", "star"), "⊙": ("OP", "hadamard"), "⊗": ("OP", "times"), "@": ("OP", "dot"), ".": ("OP", "."),
    "/": ("SLASH", ""), "(": ("LPAR", ""), ")": ("RPAR", ""), "[": ("LSQ", ""), "]": ("RSQ", ""), "|": ("BAR", ""),
    "‖": ("NORM", ""), ",": ("COMMA", ""), ";": ("SEMI", ""), ":": ("COLON", ""), "^": ("CARET", ""),
    "_": ("UNDERSCORE", ""), "&": ("AMP", ""), "…": ("DOTS", ""), "?": ("BLANK", ""), "□": ("BLANK", ""),
    "√": ("SQRT", ""), "∑": ("SIGMA", ""), "Σ": ("SIGMA", ""), "∂": ("DIFF", "partial"), "∇": ("NABLA", ""),
    "ᵀ": ("TOP", "T"),
    "∴": ("STOP", ""), "✓": ("STOP", ""), "∵": ("STOP", ""), "∀": ("STOP", ""), "—": ("STOP", ""), "″": ("PRIME", "2"),
    "𝟏": ("NAME", "1"), "∞": ("NAME", "infinity"), "↦": ("REL", "->"), "⟨": ("LPAR", ""), "⟩": ("RPAR", ""),
    "∏": ("BAD", ""),
}  # fmt: skip

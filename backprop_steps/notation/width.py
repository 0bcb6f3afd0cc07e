"""How wide a piece of TeX will be when it is set: an estimate in em, made without setting it.

The glyph widths are Computer Modern's at ten points, a little generous, so that what is said to fit does.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\[A-Za-z]+ ?|\\.|[^\\]", re.DOTALL)
_SCRIPT = 0.72
_BINARY = 0.5  # the spaces on both sides of + and the like
_RELATION = 0.6

_LETTERS = dict.fromkeys("abcdefghijklmnopqrstuvwxyz0123456789", 0.54) | dict.fromkeys("ijlft", 0.4)
_LETTERS |= {"m": 0.9, "w": 0.74, "M": 1.08, "W": 1.1, "I": 0.5, "J": 0.63}
_MARKS = {
    "(": 0.39, ")": 0.39, "[": 0.28, "]": 0.28, "/": 0.5, ".": 0.28, ",": 0.45, ";": 0.45, "'": 0.28, "!": 0.28,
    "|": 0.28, ":": 0.28 + _RELATION, " ": 0.0, "~": 0.34, "*": 0.5 + _BINARY,
    "=": 0.78 + _RELATION, "<": 0.78 + _RELATION, ">": 0.78 + _RELATION, "+": 0.78 + _BINARY, "-": 0.78 + _BINARY,
}  # fmt: skip
_WORDS = {
    "cdot": 0.28 + _BINARY, "times": 0.78 + _BINARY, "odot": 0.78 + _BINARY, "cdots": 1.5, "dots": 1.2, "ldots": 1.2,
    "vdots": 0.28, "ddots": 1.28, "sum": 1.45 + 0.17, "prod": 1.28 + 0.17, "approx": 0.78 + _RELATION,
    "le": 0.78 + _RELATION, "ge": 0.78 + _RELATION, "ne": 0.78 + _RELATION, "in": 0.67 + _RELATION,
    "Rightarrow": 1.0 + _RELATION, "rightarrow": 1.0 + _RELATION, "to": 1.0 + _RELATION, "leftarrow": 1.0 + _RELATION,
    "quad": 1.0, "qquad": 2.0, "lvert": 0.28, "rvert": 0.28, "partial": 0.57, "ln": 0.85, "exp": 1.5 + 0.17,
    "max": 1.9, "min": 1.7, "tanh": 2.1, "sin": 1.25, "cos": 1.35, "nabla": 0.83, "ell": 0.42, "eta": 0.5,
    "displaystyle": 0.0, "textstyle": 0.0, "limits": 0.0, "nolimits": 0.0, "nonumber": 0.0, "mid": 0.28 + _RELATION,
    "bigl": 0.1, "bigr": 0.1, "Bigl": 0.25, "Bigr": 0.25, "biggl": 0.4, "biggr": 0.4, "left": 0.25, "right": 0.25,
}  # fmt: skip
_SYMBOLS = {"{": 0.5, "}": 0.5, ",": 0.17, ";": 0.28, ":": 0.23, "!": -0.17, " ": 0.34, "%": 0.84, "_": 0.5, "&": 0.78}
_ACCENTS = frozenset(
    {"hat", "tilde", "bar", "vec", "dot", "widehat", "mathrm", "mathbf", "mathit", "mathcal", "mathbb"}
)
_FRACTIONS = frozenset({"frac", "dfrac", "tfrac"})


def width(tex: str) -> float:
    """The estimated width in em. Fractions count by their wider part, matrices by the widest entry of each column."""
    return _Reader(_TOKEN.findall(tex)).run("")


class _Reader:
    """Goes once through the tokens, adding up."""

    __slots__ = ("place", "tokens")

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def run(self, stop: str) -> float:
        """The width up to a closing token of this kind, or to the end."""
        total = 0.0
        previous = ""
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token == stop:
                break
            if token in "_^":
                total += self.scripts(previous)
            elif token in "+-" and previous in ("", "(", "[", "{", "=", r"\\", "&"):
                self.place += 1
                total += 0.78
            else:
                total += self.one()
            if token != " ":
                previous = token.strip() or previous
        return total

    def one(self) -> float:
        """The width of the next token with its arguments."""
        token = self.tokens[self.place]
        self.place += 1
        if token[0] != "\\" or len(token) == 1:
            if token == "{":
                return self.group_from_here()
            found = _LETTERS.get(token)
            if found is None:
                found = _MARKS.get(token)
            return 0.8 if found is None else found
        name = token[1:].rstrip() or " "
        if name in _WORDS:
            return _WORDS[name]
        if name in _FRACTIONS:
            return max(self.argument(), self.argument()) + 0.28
        if name in _ACCENTS:
            return self.argument()
        if name == "text":
            return self.text()
        if name == "sqrt":
            return self.argument() + 0.9
        if name == "begin":
            return self.environment()
        if name in _SYMBOLS:
            return _SYMBOLS[name]
        return 0.85 if name[0].isupper() else 0.65

    def group_from_here(self) -> float:
        found = self.run("}")
        self.place += 1
        return found

    def argument(self) -> float:
        """The width of a command's argument: a group, or one token."""
        while self.place < len(self.tokens) and self.tokens[self.place] == " ":
            self.place += 1
        return self.one() if self.place < len(self.tokens) else 0.0

    def scripts(self, base: str) -> float:
        """The width of a subscript and a superscript on one base, which stand one above the other."""
        widest = 0.0
        while self.place < len(self.tokens) and self.tokens[self.place] in ("_", "^"):
            self.place += 1
            widest = max(widest, self.argument() * _SCRIPT)
        if base == r"\sum":
            return max(0.0, widest - 1.45)
        return widest + 0.05

    def raw(self) -> str:
        """The text of a group that holds no formula."""
        start = self.place
        depth = 0
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            self.place += 1
            depth += {"{": 1, "}": -1}.get(token, 0)
            if depth == 0:
                break
        return "".join(self.tokens[start : self.place])[1:-1]

    def text(self) -> float:
        return sum(0.34 if letter == " " else _LETTERS.get(letter, 0.75) for letter in self.raw())

    def environment(self) -> float:
        name = self.raw()
        if name == "array":
            self.raw()
        gap, around, scale = {"cases": (1.0, 0.9, 1.0), "smallmatrix": (0.34, 0.9, _SCRIPT)}.get(name, (1.0, 1.1, 1.0))
        columns: list[float] = []
        column, entry = 0, 0.0
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            ends = token.startswith(r"\end")
            if token == "&" or token == r"\\" or ends:
                columns += [0.0] * (column + 1 - len(columns))
                columns[column] = max(columns[column], entry)
                column, entry = (column + 1 if token == "&" else 0), 0.0
                self.place += 1
                if ends:
                    self.raw()
                    break
            elif token in ("_", "^"):
                entry += self.scripts("")
            else:
                entry += self.one()
        return scale * sum(columns) + gap * max(0, len(columns) - 1) + around

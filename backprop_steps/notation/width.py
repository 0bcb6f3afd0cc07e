"""How wide a piece of TeX will be when it is set: an estimate in em, made without setting it.

The glyph widths are Computer Modern's at ten points, a little generous, so that what is said to fit does.
"""

from __future__ import annotations

import re
from functools import lru_cache

# words in \text, control sequences, plain scripts, a bracket or relation before a sign, digits, and single characters
_TOKEN = re.compile(
    r"\\text\{[^{}]*\}|\\[A-Za-z]+|\\.|(?:[_^](?:[A-Za-z0-9+*]|\{[^{}\\]*\}))+|[(=] ?-|[0-9]+|[^\s\\]", re.DOTALL
)
_PLAIN_SCRIPT = re.compile(r"[_^](?:[^{]|\{[^{}]*\})")
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
    "vdots": 0.28, "ddots": 1.28, "prod": 1.28 + 0.17, "approx": 0.78 + _RELATION,
    "le": 0.78 + _RELATION, "ge": 0.78 + _RELATION, "ne": 0.78 + _RELATION, "in": 0.67 + _RELATION,
    "Rightarrow": 1.0 + _RELATION, "rightarrow": 1.0 + _RELATION, "to": 1.0 + _RELATION, "leftarrow": 1.0 + _RELATION,
    "quad": 1.0, "qquad": 2.0, "lvert": 0.28, "rvert": 0.28, "partial": 0.57, "ln": 0.85, "exp": 1.5 + 0.17,
    "max": 1.9, "min": 1.7, "tanh": 2.1, "sin": 1.25, "cos": 1.35, "nabla": 0.83, "ell": 0.42, "eta": 0.5,
    "displaystyle": 0.0, "textstyle": 0.0, "limits": 0.0, "nolimits": 0.0, "mid": 0.28 + _RELATION,
    "bigl": 0.1, "bigr": 0.1, "Bigl": 0.25, "Bigr": 0.25, "biggl": 0.4, "biggr": 0.4, "left": 0.25, "right": 0.25,
}  # fmt: skip
_SYMBOLS = {"{": 0.5, "}": 0.5, ",": 0.17, ";": 0.28, ":": 0.23, "!": -0.17, " ": 0.34, "%": 0.84, "_": 0.5, "&": 0.78}
_ACCENTS = frozenset(
    {"hat", "tilde", "bar", "vec", "dot", "widehat", "underline", "mathrm", "mathbf", "mathit", "mathcal", "mathbb"}
)
_FRACTIONS = frozenset({"frac", "dfrac", "tfrac"})

_COMMANDS = frozenset({"begin", "end", "sqrt", "sum", "hspace"}) | _ACCENTS | _FRACTIONS

# the digits are equally wide: so lines that differ only in their numbers are measured once
_ALIKE = str.maketrans("123456789", "0" * 9)
# the gap between columns, what the brackets take, the size of the entries
_ENVIRONMENTS = {"cases": (1.0, 0.9, 1.0), "smallmatrix": (0.34, 0.9, _SCRIPT)}


def width(tex: str) -> float:
    """The estimated width in em. Fractions count by their wider part, matrices by the widest entry of each column."""
    return _width(tex if r"\hspace" in tex else tex.translate(_ALIKE))


@lru_cache(maxsize=4096)
def _width(tex: str) -> float:
    tokens: list[str] = _TOKEN.findall(tex)
    widths = [_alone(token) for token in tokens]
    try:
        return sum(widths)  # type: ignore[arg-type]
    except TypeError:
        return _Reader(tokens, widths).run("")


@lru_cache(maxsize=8192)
def _alone(token: str) -> float | None:
    """The width of a token that has no argument; None for one that has, or that opens or closes something."""
    first = token[0]
    if first == "\\":
        if token.startswith(r"\text{"):
            return sum(0.34 if letter == " " else _LETTERS.get(letter, 0.75) for letter in token[6:-1])
        name = token[1:]
        if name in _COMMANDS or name == "\\":
            return None
        known = _WORDS.get(name, _SYMBOLS.get(name))
        return known if known is not None else 0.85 if name[0].isupper() else 0.65
    if first in "_^":
        if len(token) == 1:
            return None
        return max(_SCRIPT * width(script[1:].strip("{}")) for script in _PLAIN_SCRIPT.findall(token)) + 0.05
    if first.isdigit():
        return 0.54 * len(token)
    if len(token) > 1:
        return _MARKS[first] + 0.78
    return None if first in "{}&" else _LETTERS.get(first) or _MARKS.get(first) or 0.8


class _Reader:
    """Goes once through the tokens, adding up."""

    __slots__ = ("place", "tokens", "widths")

    def __init__(self, tokens: list[str], widths: list[float | None]) -> None:
        self.tokens = tokens
        self.widths = widths
        self.place = 0

    def run(self, stop: str) -> float:
        """The width up to a closing token of this kind, or to the end."""
        total = 0.0
        tokens, widths = self.tokens, self.widths
        while self.place < len(tokens):
            known = widths[self.place]
            if known is not None:
                total += known
                self.place += 1
            elif tokens[self.place] == stop:
                break
            else:
                total += self.one()
        return total

    def one(self) -> float:
        """The width of the next token with its arguments."""
        token, known = self.tokens[self.place], self.widths[self.place]
        self.place += 1
        if known is not None:
            return known
        if token == "{":
            found = self.run("}")
            self.place += 1
            return found
        if token in "_^":
            self.place -= 1
            return self.scripts()
        name = token[1:]
        if name in _FRACTIONS:
            return max(self.argument(), self.argument()) + 0.28
        if name in _ACCENTS:
            return self.argument()
        if name == "sqrt":
            return self.argument() + 0.9
        if name == "hspace":
            return float(self.name().removesuffix("em"))
        if name == "sum":
            return max(1.45, self.scripts()) + 0.17
        return self.environment() if name == "begin" else 0.0

    def argument(self) -> float:
        """The width of a command's argument: a group, or one token."""
        return self.one() if self.place < len(self.tokens) else 0.0

    def scripts(self) -> float:
        """The width of a subscript and a superscript on one base, which stand one above the other."""
        widest = 0.0
        while self.place < len(self.tokens) and self.tokens[self.place][0] in "_^":
            known = self.widths[self.place]
            self.place += 1
            widest = max(widest, self.argument() * _SCRIPT if known is None else known)
        return widest

    def name(self) -> str:
        """The text of a group that holds no formula."""
        start = self.place
        self.place = self.tokens.index("}", start) + 1
        return "".join(self.tokens[start + 1 : self.place - 1])

    def environment(self) -> float:
        name = self.name()
        if name == "array":
            self.name()
        gap, around, scale = _ENVIRONMENTS.get(name, (1.0, 1.1, 1.0))
        columns: list[float] = []
        column, entry = 0, 0.0
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token in ("&", r"\\", r"\end"):
                columns += [0.0] * (column + 1 - len(columns))
                columns[column] = max(columns[column], entry)
                column, entry = (column + 1 if token == "&" else 0), 0.0
                self.place += 1
                if token == r"\end":
                    self.name()
                    break
            else:
                entry += self.one()
        return scale * sum(columns) + gap * max(0, len(columns) - 1) + around

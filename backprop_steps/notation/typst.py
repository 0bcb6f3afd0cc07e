r"""The TeX of this project's formulas as Typst's formulas.

What TeX is written here is a closed set: the symbols of `notation.macros`, and what the printers and the documents put
around them. It is taken apart by structure, and whatever is not of the set is refused, so that nothing is lost on the
way. Every bracket on the page is written as a sign (`\(`), since Typst drops brackets that only group, after `^`, `_`
and `/`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from backprop_steps.notation.pieces import (
    PRIME,
    Group,
    Piece,
    PieceError,
    Script,
    Text,
    is_script,
    name_in,
    parse,
    plain_words,
)
from backprop_steps.notation.typst_signs import ACCENTS, CHARACTERS, FONTS, SIGNS, WORDS

_MATRICES = frozenset({"bmatrix", "pmatrix", "matrix", "smallmatrix", "array"})
_DELIMITERS = {"bmatrix": '"["', "pmatrix": '"("'}
_BIG = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
_NOTHING = '""'


class TypstFormulaError(ValueError):
    """A formula that cannot be written for Typst: TeX that is none of what the pages use."""


@lru_cache(maxsize=8192)
def formula(tex: str) -> str:
    """A formula, or a row of a display with its `&`, for between two dollar signs. Raises TypstFormulaError."""
    try:
        return _written(parse(tex, fields=False))
    except PieceError as error:
        raise TypstFormulaError(f"{tex}: {error}") from error


def string(text: str) -> str:
    """A text as a string of Typst's, in quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _written(items: Sequence[Piece], nothing: str = "") -> str:
    return joined(_Writer(items).all()) or nothing


def joined(tokens: Sequence[str]) -> str:
    """Tokens of a formula in a row. A space parts letters, which would be a word; beside a text it would show."""
    whole = ""
    for token in tokens:
        apart = whole and not whole.endswith('"') and not token.startswith('"')
        whole += f" {token}" if apart else token
    return whole


class _Writer:
    """Writes pieces one after the other; what is written so far may still get scripts."""

    def __init__(self, items: Sequence[Piece]) -> None:
        self.items, self.place = items, 0
        self.tokens: list[str] = []

    def all(self) -> list[str]:
        """The tokens of all pieces."""
        while self.place < len(self.items):
            self.one()
        return self.tokens

    def until(self, end: str) -> list[str]:
        """The tokens up to a control word, which is passed over."""
        while self.place < len(self.items):
            if self.items[self.place] == Text(end):
                self.place += 1
                return self.tokens
            self.one()
        raise TypstFormulaError(f"there is no {end}")

    def one(self) -> None:
        """Write the next piece, with its arguments and its scripts."""
        item = self.items[self.place]
        self.place += 1
        match item:
            case Text(text) if text.isspace():
                return
            case Script():
                self.place -= 1
                self.scripts(_NOTHING)
                return
            case Text("'"):
                self.place -= 1
                self.scripts(self.tokens.pop() if self.tokens else _NOTHING)
                return
            case Group((Text(","),)):  # a decimal comma
                self.tokens.append('class("normal", \\,)')
                return
            case Group(inner):  # braces show nothing: what is in them is one base where scripts follow
                several = len(inner) > 1 or (bool(inner) and isinstance(inner[0], Group))
                self.scripts(_written(inner), several)
                return
            case Text(text) if text.isdigit() or (text == "." and self.within_number()):
                token = self.number(text)
            case Text(text):
                token = self.command(text) if text[0] == "\\" else self.sign(text)
        if token:
            self.scripts(token)

    def within_number(self) -> bool:
        """Whether a point stands between two digits."""
        at = self.place
        before = self.items[at - 2] if at > 1 else None
        after = self.items[at] if at < len(self.items) else None
        return all(isinstance(one, Text) and one.text.isdigit() for one in (before, after))

    def number(self, digits: str) -> str:
        """The digits of a number and its point, which are one word."""
        while self.place < len(self.items):
            item = self.items[self.place]
            if not isinstance(item, Text):
                break
            self.place += 1
            if not (item.text.isdigit() or (item.text == "." and self.within_number())):
                self.place -= 1
                break
            digits += item.text
        return digits

    def sign(self, text: str) -> str:
        """A single character."""
        if text == ":" and self.items[self.place : self.place + 1] == (Text("="),):
            self.place += 1
            return "colon.eq"
        if text.isascii() and text.isalpha():
            return text
        if text in CHARACTERS:
            return CHARACTERS[text]
        if text.isascii() or not text.isprintable():
            raise TypstFormulaError(f"{text!r} is no sign of a formula")
        return text

    def command(self, text: str) -> str:
        """A control word with its arguments."""
        name = text[1:]
        if name in SIGNS:
            return SIGNS[name]
        if name in ACCENTS:
            below = self.argument(text)
            line = f"{ACCENTS[name]}({_written(below, _NOTHING)})"
            # a line to write on, with nothing but space over it, is a sign like any other: a minus after it is no sign
            return f'class("normal", {line})' if below[:1] == (Text(r"\hspace"),) else line
        if name in FONTS:
            inner = _written(self.argument(text), _NOTHING)
            for font in FONTS[name]:
                inner = f"{font}({inner})"
            return inner
        if name in WORDS:
            said = string(plain_words(self.argument(text)))
            return f"{WORDS[name]}({said})" if WORDS[name] else said
        special = _SPECIAL.get(name)
        if special is None:
            raise TypstFormulaError(f"{text} is no macro of a formula here")
        return special(self)

    def argument(self, macro: str) -> Sequence[Piece]:
        """What stands in braces after a macro, or the one token there."""
        while self.place < len(self.items):
            item = self.items[self.place]
            self.place += 1
            if isinstance(item, Group):
                return item.items
            if isinstance(item, Text) and item.text.isspace():
                continue
            if isinstance(item, Text) and (item.text in ("'", "&") or item.text[1:] in (*ACCENTS, *FONTS, *WORDS)):
                break
            return (item,)
        raise TypstFormulaError(f"nothing stands after {macro}")

    def scripts(self, base: str, several: bool = False) -> None:
        """The base with the primes and scripts that follow it; `several`: the base is more than one sign."""
        below, above = "", []
        while self.place < len(self.items):
            item = self.items[self.place]
            if item == PRIME:
                above.append("prime")
            elif isinstance(item, Script) and item.mark == "_":
                below = _written(item.items, _NOTHING)
            elif isinstance(item, Script):
                above.append(_written(item.items, _NOTHING))
            elif not (isinstance(item, Text) and item.text.isspace() and self.script_after_space()):
                break
            self.place += 1
        raised = joined(above)
        if several and (below or raised):
            self.tokens.append(f"attach({base}{raised and f', t: {raised}'}{below and f', b: {below}'})")
        elif base or below or raised:
            self.tokens.append(
                (base or _NOTHING) + (f"_({below})" if below else "") + (f"^({raised})" if raised else "")
            )

    def script_after_space(self) -> bool:
        after = self.items[self.place + 1 : self.place + 2]
        return bool(after) and is_script(after[0])

    # what has arguments of its own kind

    def fraction(self) -> str:
        above, below = self.argument(r"\frac"), self.argument(r"\frac")
        return f"frac({_written(above, _NOTHING)}, {_written(below, _NOTHING)})"

    def space(self) -> str:
        return f"#h({name_in(self.argument(r'hspace'))})"

    def root(self) -> str:
        inner = _written(self.argument(r"\sqrt"), _NOTHING)
        return f"sqrt({inner})"

    def fenced(self) -> str:
        """Brackets that grow with what is between them."""
        opening = self.delimiter()
        inner = _Writer(self.items)
        inner.place = self.place
        tokens = inner.until(r"\right")
        self.place = inner.place
        return f"lr({joined([one for one in (opening, *tokens, self.delimiter()) if one])})"

    def sized(self, size: str) -> str:
        """A bracket that is larger than the line."""
        return f"lr(size: #{_BIG[size]}, {self.delimiter()})"

    def delimiter(self) -> str:
        """The bracket after a control word that sizes it; nothing for the point that stands for none."""
        while self.place < len(self.items) and self.items[self.place] in (Text(" "), Text("\n")):
            self.place += 1
        item = self.items[self.place] if self.place < len(self.items) else None
        if not isinstance(item, Text):
            raise TypstFormulaError("a bracket is missing")
        self.place += 1
        if item.text == ".":
            return ""
        return self.command(item.text) if item.text[0] == "\\" else self.sign(item.text)

    def environment(self) -> str:
        name = name_in(self.argument(r"\begin"))
        if name == "array":
            self.argument(name)
        rows = self.rows(name)
        if name == "cases":
            # columns are flush right and left in turn: every cell stands in one that is flush left
            return f"cases({', '.join(joined(['&', *_between(row, ['quad', '&', '&'])]) for row in rows)})"
        if name == "aligned":
            return r" \ ".join(joined(_between(row, ["&"])) for row in rows)
        if name not in _MATRICES:
            raise TypstFormulaError(f"{name} is no environment of a formula here")
        cells = "; ".join(", ".join(joined(cell) or _NOTHING for cell in row) for row in rows)
        matrix = f"mat(delim: {_DELIMITERS.get(name, '#none')}, {cells})"
        return f"script({matrix})" if name == "smallmatrix" else matrix

    def rows(self, name: str) -> list[list[list[str]]]:
        """The cells of an environment, row by row, and past its end."""
        rows: list[list[list[str]]] = [[[]]]
        inner = _Writer(self.items)
        inner.place = self.place
        while inner.place < len(self.items):
            item = self.items[inner.place]
            if item in (Text("&"), Text(r"\\"), Text(r"\end")):
                inner.place += 1
                rows[-1][-1] = inner.tokens
                inner.tokens = []
                if item == Text(r"\end"):
                    self.place = inner.place
                    if name_in(self.argument(r"\end")) != name:
                        break
                    return rows if rows[-1] != [[]] else rows[:-1]
                if item == Text("&"):
                    rows[-1].append([])
                else:
                    rows.append([[]])
            else:
                inner.one()
        raise TypstFormulaError(rf"\begin{{{name}}} has no end")


_SPECIAL: dict[str, Callable[[_Writer], str]] = {
    "frac": _Writer.fraction,
    "sqrt": _Writer.root,
    "hspace": _Writer.space,
    "left": _Writer.fenced,
    "begin": _Writer.environment,
}
for _size in _BIG:
    for _side in ("", "l", "r"):
        _SPECIAL[_size + _side] = lambda writer, size=_size: writer.sized(size)  # type: ignore[misc]


def _between(cells: Sequence[Sequence[str]], separator: Sequence[str]) -> list[str]:
    """The tokens of the cells, with those of the separator between."""
    return [token for n, cell in enumerate(cells) for token in (*(separator if n else ()), *cell)]

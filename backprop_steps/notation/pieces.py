"""TeX taken apart as far as scripts and groups go: what patterns are made of, and what is read with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Ways to set a word that do not change what it says.
_FONTS = frozenset({r"\mathit", r"\mathrm", r"\text", r"\textit", r"\mathnormal", r"\operatorname"})
_NOTHING = frozenset({r"\,", r"\;", r"\!", r"\:", r"\displaystyle", r"\left", r"\right"})
_PLAIN_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_TOKEN = re.compile(r"<([a-z_]+)(\??)>|" + _PLAIN_TOKEN.pattern, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """One token as it stands: a character, a control word, white space."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A placeholder; `optional` where it may be left out."""

    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Braces and what is in them."""

    items: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A subscript or a superscript. `braced`: written with braces, needed or not."""

    mark: str
    items: tuple[Piece, ...]
    braced: bool


Piece = Text | Field | Group | Script


class PieceError(ValueError):
    """Braces that do not match, a script of nothing."""


def parse(text: str, *, fields: bool = True) -> tuple[Piece, ...]:
    """The pieces of a pattern, or of plain TeX (`fields=False`). Raises PieceError."""
    found = _TOKEN.finditer(text) if fields else _PLAIN_TOKEN.finditer(text)
    return _Reader([Field(match[1], match[2] == "?") if fields and match[1] else match[0] for match in found]).items(0)


_text = lru_cache(maxsize=1024)(Text)  # the same few tokens make up every formula


class _Reader:
    def __init__(self, tokens: list[Field | str]) -> None:
        self.tokens, self.position = tokens, 0

    def items(self, depth: int) -> tuple[Piece, ...]:
        if depth > 50:
            raise PieceError("more than 50 braces within one another")
        found: list[Piece] = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            if token == "}":
                if not depth:
                    raise PieceError("a } without its {")
                return tuple(found)
            self.position += 1
            found.append(self._piece(token, depth))
        if depth:
            raise PieceError("a { without its }")
        return tuple(found)

    def _piece(self, token: Field | str, depth: int) -> Piece:
        if isinstance(token, Field):
            return token
        if token == "{":
            return Group(self._group(depth))
        if token in ("_", "^"):
            return self._script(token, depth)
        if token == "\\":
            raise PieceError("nothing stands after \\")
        return _text(token)

    def _group(self, depth: int) -> tuple[Piece, ...]:
        inside = self.items(depth + 1)
        self.position += 1
        return inside

    def _script(self, mark: str, depth: int) -> Script:
        while self.position < len(self.tokens) and str(self.tokens[self.position]).isspace():
            self.position += 1
        if self.position == len(self.tokens) or self.tokens[self.position] in ("}", "_", "^", "'"):
            raise PieceError(f"nothing stands after {mark}")
        token = self.tokens[self.position]
        self.position += 1
        if token == "{":
            return Script(mark, self._group(depth), braced=True)
        return Script(mark, (self._piece(token, depth),), braced=False)


def write(items: Iterable[Piece]) -> str:
    """The pieces as TeX again, or as a pattern."""
    return join(_written(item) for item in items)


def _written(item: Piece) -> str:
    match item:
        case Text(text):
            return text
        case Field(name, optional):
            return f"<{name}?>" if optional else f"<{name}>"
        case Group(items):
            return f"{{{write(items)}}}"
        case Script(mark, items, braced):
            inner = write(items)
            return f"{mark}{{{inner}}}" if braced else mark + inner


def join(texts: Iterable[str]) -> str:
    """Pieces of TeX one after the other, with a space where a control word would swallow a letter."""
    whole = ""
    for text in texts:
        if text and text[0].isalpha() and ends_in_word(whole):
            whole += " "
        whole += text
    return whole


def ends_in_word(text: str) -> bool:
    """Whether the text ends in a control word, which a letter must not stand directly against."""
    return "\\" in text and text[text.rindex("\\") + 1 :].isalpha()


@dataclass(frozen=True, slots=True)
class Parts:
    """A symbol: the letter, and what stands below and above it. None: no such script."""

    base: tuple[Piece, ...]
    sub: Script | None
    sup: Script | None


_PRIME = Text(r"\prime")


def parts(items: tuple[Piece, ...]) -> Parts:
    """A symbol taken apart. Primes are a superscript. Raises PieceError where something follows the scripts."""
    base: list[Piece] = []
    sub: list[Script] = []
    sup: list[Script] = []
    for item in items:
        if isinstance(item, Text) and item.text.isspace():
            continue
        if isinstance(item, Script) and base:
            (sub if item.mark == "_" else sup).append(item)
        elif item == Text("'") and base:
            sup.append(Script("^", (_PRIME,), braced=False))
        elif sub or sup:
            raise PieceError("something follows the scripts")
        else:
            base.append(item)
    return Parts(tuple(base), _one(sub), _one(sup))


def _one(scripts: list[Script]) -> Script | None:
    if not scripts:
        return None
    items = tuple(piece for script in scripts for piece in script.items)
    return Script(scripts[0].mark, items, scripts[0].braced or len(items) > 1)


def canonical(items: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """One way to write what can be written in several: no white space, braces for every script and for nothing else
    of one piece, what stands below before what stands above.

    Words set upright or as text are bare words: `\\mathrm{Loss}` is `Loss`.
    """
    return tuple(_ordered(list(_plain(items))))


def _plain(items: tuple[Piece, ...]) -> Iterator[Piece]:
    rest = iter(items)
    for item in rest:
        match item:
            case Text(text) if text.isspace() or text in _NOTHING:
                continue
            case Text(text) if text in _FONTS:
                word = next(rest, None)
                while isinstance(word, Text) and word.text.isspace():
                    word = next(rest, None)
                if word is not None:
                    yield from canonical(_unwrapped((word,)))
            case Text(r"\dfrac" | r"\tfrac"):
                yield Text(r"\frac")
            case Text(r"\prime"):
                yield Text("'")
            case Group(inner):
                plain = canonical(inner)
                yield plain[0] if len(plain) == 1 else Group(plain)
            case Script(mark, inner, _):
                yield Script(mark, canonical(_unwrapped(inner)), braced=True)
            case _:
                yield item


def _unwrapped(items: tuple[Piece, ...]) -> tuple[Piece, ...]:
    while len(items) == 1 and isinstance(items[0], Group):
        items = items[0].items
    return items


def _ordered(items: list[Piece]) -> Iterator[Piece]:
    place = 0
    while place < len(items):
        end = place
        while end < len(items) and _is_script(items[end]):
            end += 1
        if end == place:
            yield items[place]
            end += 1
        else:
            yield from _sorted(items[place:end])
        place = end


def _is_script(item: Piece) -> bool:
    return isinstance(item, Script) or item == Text("'")


def _sorted(scripts: list[Piece]) -> Iterator[Piece]:
    """Primes, then below, then above, each once; `^{'}` and `'` are the same."""
    primes = sum(item == Text("'") for item in scripts)
    below: list[Piece] = []
    above: list[Piece] = []
    for script in scripts:
        if not isinstance(script, Script):
            continue
        if script.mark == "_":
            below += script.items
            continue
        while script.items[:1] == (Text("'"),):
            primes += 1
            script = Script(script.mark, script.items[1:], script.braced)
        above += script.items
    yield from [Text("'")] * primes
    if below:
        yield Script("_", tuple(below), braced=True)
    if above:
        yield Script("^", tuple(above), braced=True)


PRIME = Text("'")


def is_script(item: Piece) -> bool:
    """Whether it goes to what is before it."""
    return isinstance(item, Script) or item == PRIME


def name_in(items: Sequence[Piece]) -> str:
    """The name or the length that stands in braces: of `\\begin`, of `\\hspace`."""
    return "".join(item.text for item in items if isinstance(item, Text))


_SPELLED = {r"\textbackslash": "\\", r"\textasciicircum": "^", r"\textasciitilde": "~", "~": "\u00a0", "'": "’"}


def plain_words(items: Sequence[Piece]) -> str:
    r"""What stands in `\text{…}`, as it is read. Raises PieceError for what is no text."""
    found = []
    for item in items:
        match item:
            case Text(text) if text in _SPELLED:
                found.append(_SPELLED[text])
            case Text(text) if text[0] != "\\":
                found.append(text)
            case Text(text) if len(text) == 2 and not text[1].isalpha():
                found.append(text[1])
            case Group(inner):
                found.append(plain_words(inner))
            case _:
                raise PieceError(f"{item} cannot stand among words")
    return "".join(found)

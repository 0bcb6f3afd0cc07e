"""A written symbol fitted to a pattern of a notation: what stands below and above it goes into the pattern's slots.

The pattern that prints a quantity reads it here too. How well a symbol fits is a number, 0 for exactly: a hand may
leave out brackets and commas, and write a word with other capitals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from backprop_steps.checking.reading.written import Symbol
from backprop_steps.notation.patterns import Pattern
from backprop_steps.notation.pieces import Field, Group, Piece, PieceError, Script, Text, parts

ACCENTS = {r"\hat": "hat", r"\bar": "bar", r"\tilde": "tilde", r"\vec": "vec", r"\dot": "dot", r"\widehat": "hat"}
BRACKETS = frozenset("()[]")
OTHER_BRACKETS = 1
OTHER_CAPITALS = 1
OTHER_CASE = 8
OTHER_PLACE = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an index goes."""

    name: str


Atom = str | Slot


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern taken apart like a written symbol."""

    base: str
    marks: tuple[str, ...]
    primes: int
    sub: tuple[Atom, ...]
    sup: tuple[Atom, ...]


@lru_cache(maxsize=4096)
def form_of(pattern: Pattern, missing: frozenset[str]) -> Form | None:
    """The form of a pattern with these placeholders left out; None where it is no letter with scripts."""
    try:
        own = parts(pattern.pieces(missing))
    except PieceError:
        return None
    base, marks = _base(own.base)
    if base is None:
        return None
    sub = tuple(_atoms(own.sub))
    sup = list(_atoms(own.sup))
    primes = sup.count("'")
    return Form(base, marks, primes, sub, tuple(atom for atom in sup if atom != "'"))


def _base(pieces: tuple[Piece, ...]) -> tuple[str | None, tuple[str, ...]]:
    name = ""
    marks: list[str] = []
    for piece in pieces:
        match piece:
            case Text(text) if text in ACCENTS:
                marks.insert(0, ACCENTS[text])
            case Text(text) if text.startswith("\\") and text[1:].isalpha():
                name += _greek(text[1:])
            case Text(text) if text.isalnum():
                name += text
            case Group(inner):
                below, own = _base(inner)
                if below is None:
                    return None, ()
                name += below
                marks = [*own, *marks]
            case _:
                return None, ()
    return (name or None), tuple(marks)


def _greek(word: str) -> str:
    return {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "ell": "ell"}.get(
        word, word
    )


def _atoms(script: Script | None) -> Iterator[Atom]:
    if script is None:
        return
    word = ""
    for piece in _flat(script.items):
        if isinstance(piece, Text) and piece.text.isalnum():
            word += piece.text
            continue
        if word:
            yield word
            word = ""
        match piece:
            case Field(name, _):
                yield Slot(name)
            case Text(r"\prime" | "'"):
                yield "'"
            case Text(r"\_"):
                pass  # parts two words of a name
            case Text(text) if text.startswith("\\"):
                yield _greek(text[1:])
            case Text(text) if not text.isspace():
                yield text
    if word:
        yield word


def _flat(items: tuple[Piece, ...]) -> Iterator[Piece]:
    for item in items:
        if isinstance(item, Group):
            yield from _flat(item.items)
        else:
            yield item


def fits(form: Form, symbol: Symbol) -> Iterator[tuple[int, dict[str, str]]]:
    """The ways in which a symbol is of this form: how loosely, and what goes into each slot."""
    loose = _base_fit(form, symbol)
    if loose is None or form.primes != symbol.primes:
        return
    straight = False
    for cost, values in _scripts(form, symbol.sub, symbol.sup):
        straight = True
        yield loose + cost, values
    if not straight and bool(symbol.sub) != bool(symbol.sup) and _may_move(symbol):
        # what stands below may be written above and the other way round
        for cost, values in _scripts(form, symbol.sup, symbol.sub):
            yield loose + cost + OTHER_PLACE, values


def _may_move(symbol: Symbol) -> bool:
    """Whether what stands above may be meant to stand below: in brackets a sample may, and any layer l may not."""
    return symbol.sup[1:2] not in (("l",), ("L",), ("ell",)) or symbol.sup[0] not in BRACKETS


def _base_fit(form: Form, symbol: Symbol) -> int | None:
    marks = tuple(mark for mark in symbol.marks if mark not in ("vec", "bold"))
    if marks != tuple(mark for mark in form.marks if mark != "vec"):
        return None
    if form.base == symbol.base:
        return 0
    if form.base.lower() != symbol.base.lower() or symbol.base == "l":
        return None  # a small l is a layer, never the loss
    return OTHER_CAPITALS if len(form.base) > 1 and form.base[0].isascii() and len(symbol.base) > 1 else OTHER_CASE


def _scripts(form: Form, sub: tuple[str, ...], sup: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    for below_cost, below in _script(form.sub, sub):
        for above_cost, above in _script(form.sup, sup):
            if all(below[name] == value for name, value in above.items() if name in below):
                yield below_cost + above_cost, {**below, **above}


def _script(atoms: tuple[Atom, ...], tokens: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """One script against its part of the form."""
    if not atoms and not tokens:
        return [(0, {})]
    if not atoms or not tokens:
        return []
    cost = 0 if _brackets(atoms) == _brackets(tokens) else OTHER_BRACKETS
    plain = [atom for atom in atoms if atom not in BRACKETS and atom != ","]
    chunks = _chunks(tokens)
    found: list[tuple[int, dict[str, str]]] = []
    for values in _spread(plain, chunks):
        if (cost, values) not in found:
            found.append((cost, values))
    return found


def _brackets(items: tuple[Atom, ...] | tuple[str, ...]) -> str:
    return "".join(item for item in items if isinstance(item, str) and item in BRACKETS)


def _chunks(tokens: tuple[str, ...]) -> list[list[str]]:
    """The tokens between the commas and brackets."""
    chunks: list[list[str]] = [[]]
    for token in tokens:
        if token in (",", ";") or token in BRACKETS:
            chunks.append([])
        else:
            chunks[-1].append(token)
    return [chunk for chunk in chunks if chunk]


def _spread(atoms: list[Atom], chunks: list[list[str]]) -> Iterator[dict[str, str]]:
    """The atoms dealt out over the chunks, in order, at least one to each."""
    if not chunks:
        if not atoms:
            yield {}
        return
    if len(atoms) < len(chunks):
        return
    most = len(atoms) - len(chunks) + 1
    for count in range(1, most + 1):
        if len(chunks) == 1 and count != len(atoms):
            continue
        for first in _fill(atoms[:count], chunks[0]):
            for rest in _spread(atoms[count:], chunks[1:]):
                yield {**first, **rest}


def _fill(atoms: list[Atom], chunk: list[str]) -> Iterator[dict[str, str]]:
    """Some atoms against the signs that stand without a comma between them."""
    if len(atoms) == 1:
        atom = atoms[0]
        whole = "".join(chunk)
        if isinstance(atom, Slot):
            yield {atom.name: whole}
        elif atom.lower() == whole.lower():
            yield {}
        return
    if len(chunk) == len(atoms):
        yield from _each(atoms, chunk)
        return
    text = "".join(chunk)
    if len(text) == len(atoms):
        yield from _each(atoms, list(text))
        return
    yield from _cut(atoms, text)


def _each(atoms: list[Atom], texts: list[str]) -> Iterator[dict[str, str]]:
    values: dict[str, str] = {}
    for atom, text in zip(atoms, texts, strict=True):
        if isinstance(atom, Slot):
            values[atom.name] = text
        elif atom.lower() != text.lower():
            return
    yield values


def _cut(atoms: list[Atom], text: str) -> Iterator[dict[str, str]]:
    """Every way to cut a run of digits or letters: W_{1011} may be from 10 to 11."""
    if not atoms:
        if not text:
            yield {}
        return
    atom, rest = atoms[0], atoms[1:]
    if isinstance(atom, str):
        if text.lower().startswith(atom.lower()):
            yield from _cut(rest, text[len(atom) :])
        return
    if len(text) > 12:
        return
    for size in range(1, len(text) - len(rest) + 1):
        for values in _cut(rest, text[size:]):
            yield {atom.name: text[:size], **values}

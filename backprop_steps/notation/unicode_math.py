"""The TeX of this project's formulas as Unicode: what a terminal shows.

A formula is one line, `δ₁⁽²⁾ = (ŷ − y)·ŷ(1 − ŷ)`; only `block` gives a matrix or a case distinction the rows it has.
What TeX is written here is a closed set (`notation.macros`, and what the printers put around it), so it is taken apart
by structure; a fraction on the line gets the brackets that its bar stood for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from backprop_steps.notation.boxes import Box, beside, enclosed, grid, one
from backprop_steps.notation.macros import ACCENTS, FONTS, WORDS
from backprop_steps.notation.pieces import Group, Piece, Script, Text, parse
from backprop_steps.notation.unicode_signs import (
    BINARY,
    BRACKETS,
    COMBINING,
    FUNCTIONS,
    GREEK,
    NOTHING,
    RELATIONS,
    SIGNS,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    VULGAR,
    hand,
)

_MATRICES = frozenset({"bmatrix", "smallmatrix", "array", "pmatrix", "matrix"})
_BARE = frozenset({"smallmatrix", "array"})  # their brackets are written around them
_COMMA = (Text(","),)  # in braces: a decimal comma
_AND, _NEXT, _BEGIN, _END = Text("&"), Text(r"\\"), Text(r"\begin"), Text(r"\end")
_NUMBER = re.compile(r"[0-9.,]+")
_SQUARE = re.compile(r"\[[^\[\]]*\]")
CELL = 0.4
"""How wide a cell of a terminal is reckoned to be, in em, where a width is given for a page that is set."""
_SIZES = re.compile(r"\\(?:left|right|[bB]igg?[lr]?)")


@lru_cache(maxsize=8192)
def line(tex: str) -> str:
    """A formula on one line."""
    return line_of(parse(tex, fields=False))


def line_of(items: Sequence[Piece]) -> str:
    """The pieces of a formula on one line."""
    return "".join(_Setter(flat=True).box(items).lines)


@lru_cache(maxsize=2048)
def block(tex: str) -> Box:
    """A formula with its matrices and case distinctions in rows."""
    return _Setter(flat=False).box(parse(tex, fields=False))


class _Atom:
    """A piece that is set. Its kind says what space is around it, as in TeX (`ord`, `bin`, `rel`, `open`, `close`,
    `punct`, `op`, `sum`, `space`), and what brackets: `number`, `word` (a name of several letters), `words` (prose),
    `array`, `over` (a fraction on the line), `slash` (one that the notation itself writes so), `sign` (no operator).
    `text` is its first line, which is all of it where it is flat.
    """

    __slots__ = ("box", "kind", "text")

    def __init__(self, kind: str, box: Box | str) -> None:
        self.kind, self.box = kind, one(box) if isinstance(box, str) else box
        self.text = self.box.lines[0]


@lru_cache(maxsize=256)
def _ordinary(text: str) -> _Atom:
    """A letter. No atom is ever changed: it may stand in several places."""
    return _Atom("ord", text)


class _Setter:
    def __init__(self, flat: bool) -> None:
        self.flat = flat

    def box(self, items: Sequence[Piece]) -> Box:
        """The pieces set one beside the other."""
        return _joined(self.atoms(items))

    def text(self, items: Sequence[Piece]) -> str:
        """The pieces on one line, wherever they stand."""
        return _joined(_Setter(flat=True).atoms(items)).lines[0]

    def atoms(self, items: Sequence[Piece]) -> list[_Atom]:
        """Each piece with its kind."""
        found: list[_Atom] = []
        place = 0
        while place < len(items):
            place = self._one(items, place, found)
        return found

    def _one(self, items: Sequence[Piece], place: int, found: list[_Atom]) -> int:
        item = items[place]
        match item:
            case Text(text) if text.isalpha():
                found.append(_ordinary(text))
            case Text(text) if text.isdigit():
                end = place + 1
                while end < len(items) and isinstance(after := items[end], Text) and after.text.isdigit():
                    text += after.text
                    end += 1
                _digits(text, found)
                return end
            case Text("'"):
                _raise("′", found)
            case Text(text):
                return self._command(text, items, place, found) if text[0] == "\\" else self._sign(text, place, found)
            case Script():
                return self._scripts(items, place, found)
            case Group(inner):
                if inner == _COMMA:
                    _digits(",", found)
                elif inner:
                    found.append(_Atom("ord", self.box(inner)))
        return place + 1

    def _sign(self, text: str, place: int, found: list[_Atom]) -> int:
        if text.isspace() or text == "~":
            if text == "~":
                found.append(_Atom("space", " "))
            elif found and found[-1].kind == "bin" and (len(found) == 1 or found[-2].kind == "space"):
                found[-1] = _Atom("going_on", found[-1].box)  # a row that begins with the operator between two terms
        elif text == "." and found and found[-1].kind == "number":
            _digits(text, found)
        elif text == "=" and found and found[-1].text == ":":
            found[-1] = _Atom("rel", ":=")
        elif text in "+-*":
            found.append(_Atom("bin", {"-": "−"}.get(text, text)))
        elif text in RELATIONS:
            found.append(_Atom("rel", RELATIONS[text]))
        elif text in "([":
            found.append(_Atom("open", text))
        elif text in ")]":
            found.append(_Atom("close", text))
        elif text in ",;":
            found.append(_Atom("punct", text))
        elif text == "/":
            found.append(_Atom("slash", text))
        elif text != "&":
            found.append(_Atom("ord", text))
        return place + 1

    def _command(self, text: str, items: Sequence[Piece], place: int, found: list[_Atom]) -> int:
        name = text[1:]
        rest = place + 1
        if text == r"\begin":
            return self._environment(items, place, found)
        if _SIZES.fullmatch(text):
            return rest + 1 if rest < len(items) and items[rest] == Text(".") else rest
        if text in (r"\frac", r"\dfrac", r"\tfrac"):
            above, rest = _argument(items, rest)
            below, rest = _argument(items, rest)
            found.append(self._fraction(above, below))
        elif text == r"\sqrt":
            inner, rest = _argument(items, rest)
            atoms = self.atoms(inner)
            whole = len(atoms) == 1
            found.append(
                _Atom("ord", beside([one("√"), _joined(atoms) if whole else enclosed("(", _joined(atoms), ")")]))
            )
        elif text == r"\underline":
            inner, rest = _argument(items, rest)
            room = _space_in(inner)
            found.append(_Atom("word", "_" * room) if room else _underlined(self.box(inner)))
        elif text in ACCENTS:
            inner, rest = _argument(items, rest)
            found.append(_Atom("ord", unicodedata.normalize("NFC", self.text(inner) + COMBINING.get(name, ""))))
        elif text in WORDS or text == r"\operatorname":
            inner, rest = _argument(items, rest)
            found.append(_Atom("words" if text == r"\text" else "word", _words(inner)))
        elif text in FONTS:
            inner, rest = _argument(items, rest)
            plain = hand(name, self.text(inner))
            found.append(_Atom("word" if len(plain) > 1 else "ord", plain))
        elif text == r"\boxed":
            inner, rest = _argument(items, rest)
            found.append(_Atom("ord", self.box(inner)))
        elif name in FUNCTIONS:
            found.append(_Atom("op", name))
        elif name in RELATIONS:
            found.append(_Atom("rel", RELATIONS[name]))
        elif name in BINARY:
            found.append(_Atom("bin", BINARY[name]))
        elif name in ("sum", "prod"):
            found.append(_Atom("sum", {"sum": "∑", "prod": "∏"}[name]))
        elif name in BRACKETS:
            found.append(_Atom(*BRACKETS[name]))
        elif name in SPACES:
            if SPACES[name]:
                found.append(_Atom("space", SPACES[name]))
        elif name in NOTHING:
            pass
        else:
            found.append(_Atom("ord", GREEK.get(name) or SIGNS.get(name) or name))
        return rest

    def _scripts(self, items: Sequence[Piece], place: int, found: list[_Atom]) -> int:
        """What stands below comes first, then what stands above."""
        below = above = None
        while place < len(items):
            script = items[place]
            if not isinstance(script, Script):
                break
            if script.mark == "_":
                below = script
            else:
                above = script
            place += 1
        if not found:
            found.append(_Atom("ord", ""))
        for mark in (below, above):
            if mark is not None:
                _raise(_scripted(self.text(mark.items), mark.mark), found, top=mark is above)
        return place

    def _fraction(self, above: Sequence[Piece], below: Sequence[Piece]) -> _Atom:
        top, bottom = (_Setter(flat=True).atoms(part) for part in (above, below))
        one_side, other = _joined(top).lines[0], _joined(bottom).lines[0]
        if one_side.isdigit() and other.isdigit():
            small = VULGAR.get(f"{one_side}/{other}") or f"{_scripted(one_side, '^')}⁄{_scripted(other, '_')}"
            return _Atom("ord", small)
        if _is_loose(top):
            one_side = f"({one_side})"
        if _is_loose(bottom) or not _is_single(bottom):
            other = f"({other})"
        return _Atom("over", f"{one_side}/{other}")

    def _environment(self, items: Sequence[Piece], place: int, found: list[_Atom]) -> int:
        name, rest = _name(items, place + 1)
        if name == "array":
            _, rest = _argument(items, rest)
        rows, rest = _rows(items, rest)
        cells = [row for row in rows if row != [[]]]
        if name == "cases":
            found.append(_Atom("ord", self._cases(cells)))
            return rest
        opening, closing = ("(", ")") if name == "pmatrix" else ("[", "]")
        if name in _BARE and found and found[-1].kind == "open":
            found.pop()
            while rest < len(items) and items[rest] in (Text(r"\right"), Text("]"), Text(" ")):
                rest += 1
        if self.flat or len(cells) == 1:
            inner = "; ".join("  ".join(self.text(cell) for cell in row) for row in cells)
            found.append(_Atom("array", f"{opening}{inner}{closing}"))
        else:
            found.append(
                _Atom("array", enclosed(opening, grid([[self.text(c) for c in row] for row in cells]), closing))
            )
        return rest

    def _cases(self, rows: Sequence[Sequence[Sequence[Piece]]]) -> Box:
        written = [[self.text(cell) for cell in row] for row in rows]
        if self.flat:
            return one("{ " + "; ".join("  ".join(row) for row in written) + " }")
        return enclosed("{", grid(written, left=True), "")


def _joined(atoms: Sequence[_Atom]) -> Box:
    """The atoms side by side, with the space that their kinds ask for."""
    boxes: list[Box] = []
    texts: list[str] = []
    tall = False
    before: _Atom | None = None
    for place, atom in enumerate(atoms):
        after = atoms[place + 1] if place + 1 < len(atoms) else None
        box = atom.box
        if atom.kind == "over" and (_touches(before, "close") or _touches(after, "open")):
            box = one(f"({atom.text})")
        space = _space(before, atom)
        boxes += (one(space), box) if space else (box,)
        texts.append(space + box.lines[0])
        tall = tall or len(box.lines) > 1
        before = _Atom("sign", atom.box) if atom.kind == "bin" and atom.text in "+−±∓" and _is_sign(before) else atom
    return beside(boxes) if tall else one("".join(texts).rstrip())


def _space_in(items: Sequence[Piece]) -> int:
    """How many cells of nothing there are, where there is nothing else."""
    if len(items) != 2 or items[0] != Text(r"\hspace"):
        return 0
    wide, _ = _name(items, 1)
    return round(float(wide.removesuffix("em")) / CELL)


def _underlined(box: Box) -> _Atom:
    """A symbol with a line under it. What is longer, the answer in a gap, stays as it is, to be read by eye and rule:
    a line under every sign of it would be a sign of its own.
    """
    if len(box.lines) == 1 and len(box.lines[0]) == 1:
        return _Atom("ord", unicodedata.normalize("NFC", box.lines[0] + COMBINING["underline"]))
    return _Atom("ord" if len(box.lines) == 1 else "array", box)


_AFTER_SIGN = frozenset({"open", "bin", "rel", "punct", "space", "slash", "op", "sum", "sign"})


def _is_sign(before: _Atom | None) -> bool:
    """Whether an operator after this is the sign of what follows."""
    return before is None or before.kind in _AFTER_SIGN


def _touches(neighbour: _Atom | None, bracket: str) -> bool:
    """Whether a fraction on the line would run into this factor."""
    return neighbour is not None and neighbour.kind in ("ord", "word", "number", "over", "array", "op", bracket)


def _space(before: _Atom | None, atom: _Atom) -> str:
    """What stands between two atoms."""
    if before is None or "space" in (before.kind, atom.kind):
        return ""
    if atom.kind == "bin" and before.kind not in ("rel", "punct", "bin"):
        return "" if _is_sign(before) else " "
    if "rel" in (before.kind, atom.kind) or before.kind in ("bin", "punct", "going_on"):
        return " "
    if atom.kind in ("open", "close", "punct") and before.kind not in ("sum",):
        return ""
    if before.kind in ("open", "sign", "slash") or atom.kind == "slash":
        return ""
    if atom.kind == "sum" or before.kind in ("sum", "op") or atom.kind == "op":
        return " "
    if "words" in (before.kind, atom.kind):
        return ""
    apart = before.kind == "word" or atom.kind == "word" or "_" in before.text or "array" in (before.kind, atom.kind)
    return " " if apart or (atom.kind == "number" and before.kind in ("number", "ord")) else ""


def _digits(text: str, found: list[_Atom]) -> None:
    if found and found[-1].kind == "number" and _NUMBER.fullmatch(found[-1].text):
        found[-1] = _Atom("number", found[-1].text + text)
    else:
        found.append(_Atom("number", text))


def _raise(script: str, found: list[_Atom], top: bool = True) -> None:
    """A script behind the last atom, at the height where it belongs."""
    if not found:
        found.append(_Atom("ord", ""))
    last = found[-1]
    kind = "ord" if last.kind == "over" else last.kind
    if last.kind == "over":
        last = _Atom("ord", f"({last.text})")
    found[-1] = _Atom(kind, last.box.with_script(script, top))


def _scripted(text: str, mark: str) -> str:
    """A script in small characters, or, where there are none, behind its sign."""
    table = SUPERSCRIPTS if mark == "^" else SUBSCRIPTS
    text = text.replace(" ", "")
    if text and all(character in table for character in text):
        return "".join(table[character] for character in text)
    square = _SQUARE.match(text)
    if square and mark == "^":  # ^{[2](i)}
        rest = text[square.end() :]
        return f"^{square[0]}{_scripted(rest, mark) if rest else ''}"
    if set(text) <= {"′", "*", "∗", "†", "‡"}:
        return text
    if len(text) == 1 or (mark == "_" and text.isalnum()):
        return mark + text
    return f"{mark}({text})" if mark == "^" else f"{mark}{{{text}}}"


def _is_loose(atoms: Sequence[_Atom]) -> bool:
    """Whether an operator stands at the top of it that a fraction would tear apart."""
    return any(
        atom.kind in ("rel", "over", "slash", "sum") or (atom.kind == "bin" and (place > 0 or len(atoms) == 1))
        for place, atom in enumerate(_level(atoms))
    )


def _is_single(atoms: Sequence[_Atom]) -> bool:
    """Whether it is one thing: a symbol, a number, something in brackets, or what is differentiated by."""
    top = _level(atoms)
    if len(top) == 2 and top[0].text in ("∂", "d"):
        return True
    return len(top) == 1


def _level(atoms: Sequence[_Atom]) -> list[_Atom]:
    """The atoms outside every pair of brackets; a pair is one of them, together with the name before it."""
    found: list[_Atom] = []
    depth = 0
    for atom in atoms:
        if atom.kind == "close":
            depth -= 1
        elif not depth and not (atom.kind == "open" and found and found[-1].kind in ("op",)):
            found.append(_Atom("ord", atom.box) if atom.kind == "open" else atom)
        if atom.kind == "open":
            depth += 1
    return found


def _argument(items: Sequence[Piece], place: int) -> tuple[Sequence[Piece], int]:
    while place < len(items) and isinstance(items[place], Text) and items[place].text.isspace():  # type: ignore[union-attr]
        place += 1
    if place == len(items):
        return (), place
    item = items[place]
    return (item.items if isinstance(item, Group) else (item,)), place + 1


def _name(items: Sequence[Piece], place: int) -> tuple[str, int]:
    inner, place = _argument(items, place)
    return "".join(item.text for item in inner if isinstance(item, Text)), place


def _rows(items: Sequence[Piece], place: int) -> tuple[list[list[list[Piece]]], int]:
    """The cells of an environment, row by row, up to its end, and where that is."""
    rows: list[list[list[Piece]]] = [[[]]]
    depth = 0
    while place < len(items):
        item = items[place]
        if item == _END and not depth:
            return rows, _name(items, place + 1)[1]
        depth += (item == _BEGIN) - (item == _END)
        if item == _AND and not depth:
            rows[-1].append([])
        elif item == _NEXT and not depth:
            rows.append([[]])
        else:
            rows[-1][-1].append(item)
        place += 1
    return rows, place


def _words(items: Sequence[Piece]) -> str:
    r"""What stands in `\text{…}`, as plain text."""
    found = []
    for item in items:
        match item:
            case Text(text):
                found.append(
                    text[1:] if text[0] == "\\" and len(text) == 2 else {r"\textbackslash": "\\"}.get(text, text)
                )
            case Group(inner):
                found.append(_words(inner))
            case Script(mark, inner, _):
                found.append(mark + _words(inner))
    return "".join(found)

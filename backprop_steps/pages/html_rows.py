"""The rows of a display in HTML: each member of a chain a `math` element of its own, a wide one several.

So a narrow screen may break a row before a relation or a sign, as a hand would, and a printed page may end between two
rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from backprop_steps.notation.mathml import Names
from backprop_steps.notation.pieces import Piece, PieceError, Text, parse, write
from backprop_steps.notation.unicode_signs import RELATIONS
from backprop_steps.notation.width import width
from backprop_steps.pages.escaping import html_display, one_line

_PHONE = 14.0
"""A row with a member wider than this, in em, may be wider than a phone, and its display scrolls there."""
_OPENING = frozenset({"(", "[", r"\{", r"\left", r"\begin"})
_CLOSING = frozenset({")", "]", r"\}", r"\right", r"\end"})
_RELATIONS = frozenset({name if len(name) == 1 else f"\\{name}" for name in RELATIONS}) - {r"\mid", r"\in"}
_SIGNS = frozenset({"+", "-"})
_OPEN = _RELATIONS | _SIGNS | {r"\cdot", r"\times", r"\odot", r"\quad", "/", ","}
_APART = frozenset({r"\qquad"})
_Pieces = tuple[Piece, ...]
_GAP = Markup('<span class="gap"> </span>')


@dataclass(frozen=True, slots=True)
class HtmlRow:
    """MathML left and right of where rows are aligned; the remark is text. `wide`: the display may have to scroll."""

    left: Markup
    right: Markup
    remark: str
    wide: bool


def html_rows(rows: Sequence[tuple[str, str, str]], names: Names | None = None) -> list[HtmlRow]:
    """The rows of a display, of TeX."""
    if len(rows) == 1 and not rows[0][1]:
        rows = [("", rows[0][0], rows[0][2])]
    room = _PHONE - max(width(left) for left, _, _ in rows)
    wide = max(width(right) for _, right, _ in rows) > room
    return [
        HtmlRow(_math(_pieces(left), names), _GAP.join(_sides(right, bool(left), room, names)), remark, wide)
        for left, right, remark in rows
    ]


def _sides(tex: str, goes_on: bool, room: float, names: Names | None) -> Iterator[Markup]:
    """What stands side by side in a row: a chain, as its members, and what is said of it; or several equations.

    Only where there is no room for all of it is it in pieces.
    """
    if width(tex) <= room:
        yield _math(_pieces(tex), names)
        return
    for number, side in enumerate(_split(_pieces(tex), _APART)):
        side = _trimmed(side[1:] if number else side)
        members = [(side, False)] if number else _members(side, goes_on)
        yield Markup("").join(_math(piece, names, rest) for piece, rest in members)


def _members(side: _Pieces, goes_on: bool) -> list[tuple[_Pieces, bool]]:
    """The members of a chain that goes on from what is left of it; a whole equation among others stays together.

    A wide member is more pieces, each but the first begun with its sign; of each, whether it is such a rest.
    """
    first, *others = _split(side, _RELATIONS)
    if not first:
        members = others
    elif goes_on:
        members = [first, *others]
    else:
        return [(side, False)]
    return [(piece, place > 0) for member in members for place, piece in enumerate(_terms(member))]


def _terms(member: _Pieces) -> list[_Pieces]:
    if width(write(member)) <= _PHONE:
        return [member]
    found: list[_Pieces] = []
    for piece in _split(member, _SIGNS):
        if found and _ends_open(found[-1]):  # the sign of what follows
            found[-1] = (*found[-1], *piece)
        else:
            found.append(piece)
    return found


def _ends_open(piece: _Pieces) -> bool:
    """Whether nothing stands at its end that a sign could put what follows to."""
    last = next((item for item in reversed(piece) if not _is_space(item)), None)
    return last is None or (isinstance(last, Text) and last.text in _OPEN)


def _math(piece: _Pieces, names: Names | None, rest: bool = False) -> Markup:
    return Markup(html_display(piece, names, rest)) if piece else Markup()


@lru_cache(maxsize=1024)
def _pieces(tex: str) -> _Pieces:
    plain = one_line(tex)
    try:
        return _trimmed(parse(plain, fields=False))
    except PieceError:  # it is shown as it is
        return (Text(plain),)


def _split(items: _Pieces, marks: frozenset[str]) -> list[_Pieces]:
    """Pieces apart before each of these signs that stands outside of brackets; before the first may be nothing."""
    found: list[list[Piece]] = [[]]
    depth = 0
    for item in items:
        sign = item.text if isinstance(item, Text) else ""
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if not depth and sign in marks:
            defined = sign == "=" and found[-1][-1:] == [Text(":")]
            found.append([found[-1].pop()] if defined else [])
        found[-1].append(item)
    return [_trimmed(tuple(piece)) for piece in found]


def _trimmed(items: _Pieces) -> _Pieces:
    start, end = 0, len(items)
    while start < end and _is_space(items[start]):
        start += 1
    while start < end and _is_space(items[end - 1]):
        end -= 1
    return items[start:end]


def _is_space(item: Piece) -> bool:
    return isinstance(item, Text) and item.text.isspace()

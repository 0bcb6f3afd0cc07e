"""The rows of a display in HTML: each member of a chain a `math` element of its own, a wide one several.

So a narrow screen may break a row before a relation or a sign, as a hand would, and a printed page may end between two
rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from backprop_steps.notation.mathml import Names
from backprop_steps.notation.pieces import Piece, PieceError, Text, parse, write
from backprop_steps.notation.unicode_signs import RELATIONS
from backprop_steps.notation.width import width
from backprop_steps.pages.escaping import html_display

_PHONE = 14.0
"""A row with a member wider than this, in em, may be wider than a phone, and its display scrolls there."""
_OPENING = frozenset({"(", "[", r"\{", r"\left", r"\begin"})
_CLOSING = frozenset({")", "]", r"\}", r"\right", r"\end"})
_RELATIONS = frozenset({name if len(name) == 1 else f"\\{name}" for name in RELATIONS}) - {r"\mid", r"\in"}
_SIGNS = frozenset({"+", "-"})
_APART = frozenset({r"\qquad"})
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
    right = [_sides(tex, bool(left)) for left, tex, _ in rows]
    widest = max((width(member) for row in right for side in row for member in side), default=0.0)
    wide = max(width(left) for left, _, _ in rows) + widest > _PHONE
    return [
        HtmlRow(_math(left, names), _GAP.join(_side(side, names) for side in sides), remark, wide)
        for (left, _, remark), sides in zip(rows, right, strict=True)
    ]


def _sides(tex: str, goes_on: bool) -> list[tuple[str, ...]]:
    """What stands side by side in a row, each as its members."""
    first, *others = (side.removeprefix(r"\qquad").strip() for side in _split(tex, _APART))
    return [_members(first, goes_on), *((other,) for other in others)]


def _side(members: Sequence[str], names: Names | None) -> Markup:
    return Markup("").join(_math(member, names, _goes_on(member)) for member in members)


def _math(tex: str, names: Names | None, goes_on: bool = False) -> Markup:
    return Markup(html_display(tex, names, goes_on)) if tex else Markup()


def _goes_on(member: str) -> bool:
    """Whether a piece begins with the sign that it is put to the one before it by."""
    return member[0] in "+-"


def _members(tex: str, goes_on: bool) -> tuple[str, ...]:
    """The members of a chain that goes on from what is left of it; a whole equation among others stays together."""
    first, *others = _split(tex, _RELATIONS)
    if first and not goes_on:
        return (tex,)
    members = [first, *others] if first else others
    return tuple(piece for member in members for piece in (_terms(member) if width(member) > _PHONE else (member,)))


def _terms(member: str) -> tuple[str, ...]:
    """A wide member in pieces, each but the first begun with its sign."""
    first, *others = _split(member, _SIGNS)
    found = [first]
    for piece in others:
        if found[-1] and found[-1].rstrip("\\;,! ").removesuffix(r"\quad") and not _ends_open(found[-1]):
            found.append(piece)
        else:  # the sign of what follows
            found[-1] = f"{found[-1]} {piece}"
    return tuple(found)


def _ends_open(tex: str) -> bool:
    """Whether a relation or an operator is the last thing of it, so that a sign after it belongs to what follows."""
    return any(tex.rstrip().endswith(sign) for sign in (*_RELATIONS, r"\cdot", r"\times", r"\odot", "+", "-"))


@lru_cache(maxsize=4096)
def _split(tex: str, marks: frozenset[str]) -> tuple[str, ...]:
    """TeX apart before each of these signs that stands outside of brackets; what is before the first may be nothing."""
    try:
        items = parse(tex, fields=False)
    except PieceError:
        return (tex,)
    found: list[list[Piece]] = [[]]
    depth = 0
    for item in items:
        sign = item.text if isinstance(item, Text) else ""
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if not depth and sign in marks:
            defined = sign == "=" and found[-1][-1:] == [Text(":")]
            found.append([found[-1].pop()] if defined else [])
        found[-1].append(item)
    return tuple(write(piece).strip() for piece in found)

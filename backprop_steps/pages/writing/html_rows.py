"""The rows of a display in HTML: each member of a chain a `math` element of its own, a wide one several.

So a narrow screen may break a row before a relation or a sign, as a hand would, and a printed page may end between two
rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from backprop_steps.notation.mathml import Names
from backprop_steps.notation.unicode_signs import RELATIONS
from backprop_steps.notation.width import width
from backprop_steps.pages.markup.escaping import html_display, one_line

_PHONE = 14.0
"""A row wider than this, in em, may be wider than a phone: it may break, and its display may scroll."""
_DESK = 38.0
"""The width of a page on a desk, in em of its formulas."""
_REMARK, _LONGEST, _BETWEEN = 0.5, 32, 2.0
"""The width of a letter of a remark, the letters after which it breaks, and what is left free before it."""
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[_^]\s*[^\\\s{]|[()\[\]{}=<>+-]")
_LAST = re.compile(r"(\\[A-Za-z]+|\S)\s*\Z")
_OPENING = frozenset({"(", "[", "{", r"\{", r"\left", r"\begin"})
_CLOSING = frozenset({")", "]", "}", r"\}", r"\right", r"\end"})
_RELATIONS = frozenset({name if len(name) == 1 else f"\\{name}" for name in RELATIONS}) - {r"\mid", r"\in"}
_SIGNS = frozenset({"+", "-"})
_OPEN = _RELATIONS | _SIGNS | {r"\cdot", r"\times", r"\odot", r"\quad", "/", ","}
_APART = frozenset({r"\qquad"})
_GAP = Markup('<span class="gap"> </span>')


class HtmlRow(NamedTuple):
    """MathML left and right of where rows are aligned; the remark is text."""

    left: Markup
    right: Markup
    remark: str
    wide: bool
    """The display may have to scroll."""
    below: bool
    """Remarks have no room beside the rows of the display."""


def html_rows(rows: Sequence[tuple[str, str, str]], names: Names | None = None) -> list[HtmlRow]:
    """The rows of a display, of TeX."""
    rows = [(one_line(left), one_line(right), remark) for left, right, remark in rows]
    if len(rows) == 1 and not rows[0][1]:
        rows = [("", rows[0][0], rows[0][2])]
    room = _PHONE - max(width(left) for left, _, _ in rows)
    widest = max(width(right) for _, right, _ in rows)
    beside = _DESK - _PHONE + room - widest
    below = any(_REMARK * min(len(remark), _LONGEST) + _BETWEEN > beside for _, _, remark in rows if remark)
    return [
        HtmlRow(_math(left, names), _right(right, bool(left), room, names), remark, widest > room, below)
        for left, right, remark in rows
    ]


def _right(tex: str, goes_on: bool, room: float, names: Names | None) -> Markup:
    """What stands side by side in a row: a chain, as its members, and what is said of it; or several equations.

    Only where there is no room for all of it is it in pieces.
    """
    if width(tex) <= room:
        return _math(tex, names)
    first, *others = _split(tex, _APART)
    found = [Markup("").join(_math(piece, names, rest) for piece, rest in _members(first, goes_on))]
    found += [_math(side.removeprefix(r"\qquad"), names) for side in others]
    return _GAP.join(found)


def _members(side: str, goes_on: bool) -> Iterator[tuple[str, bool]]:
    """The members of a chain that goes on from what is left of it; a whole equation among others stays together.

    A wide member is more pieces, each but the first begun with its sign; of each, whether it is such a rest.
    """
    first, *others = _split(side, _RELATIONS)
    if not first.strip():
        members = others
    elif goes_on or first.lstrip().startswith(r"\quad"):  # from its left side, or from the row above
        members = [first, *others]
    else:
        members = [side]
    for member in members:
        yield from ((piece, place > 0) for place, piece in enumerate(_terms(member)))


def _terms(member: str) -> list[str]:
    if width(member) <= _PHONE:
        return [member]
    found = [""]
    for piece in _split(member, _SIGNS):
        last = _LAST.search(found[-1])
        if last is None or last[1] in _OPEN:  # the sign of what follows
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _math(tex: str, names: Names | None, rest: bool = False) -> Markup:
    return Markup(html_display(tex, names, rest)) if tex.strip() else Markup()


def _split(tex: str, marks: frozenset[str]) -> list[str]:
    """TeX apart before each of these signs that stands outside of brackets; before the first may be nothing."""
    ends = [0]
    depth = 0
    for match in _TOKEN.finditer(tex):
        token = match[0]
        if token in _OPENING:
            depth += 1
        elif token in _CLOSING:
            depth -= 1
        elif not depth and token in marks:
            defined = token == "=" and tex[: match.start()].endswith(":")
            ends.append(match.start() - defined)
    return [tex[start:end] for start, end in pairwise([*ends, len(tex)])]

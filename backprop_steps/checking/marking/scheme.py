"""The marking scheme: what a derivation is worth, quantity by quantity, and what a mistake costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from backprop_steps.checking.causes import Kind
from backprop_steps.checking.reading.files import text_of_file
from backprop_steps.errors import did_you_mean
from backprop_steps.expression.names import matches
from backprop_steps.problem.keys import FLAG, NUMBER, TEXT, Key, Keys, either, listing, mapping, whole
from backprop_steps.source.cursor import Cursor, Section
from backprop_steps.source.document import read_document
from backprop_steps.source.messages import FileErrors, Report
from backprop_steps.source.nodes import MapNode, Node, Scalar

KINDS: tuple[Kind, ...] = get_args(Kind)
"""The classes of mistakes."""

MOST_POINTS = 1000
MOST_DIGITS = 20
LARGEST_FILE = 200_000
"""The bound on a scheme file, in bytes."""


@dataclass(frozen=True, slots=True)
class Points:
    """What one quantity is worth: for the method by which it is found, and for the answer."""

    method: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """What a mistake of one class costs.

    `method` is the share (0 to 1) that stays of the step in which it is made, `value` that of the quantity's answer;
    `elsewhere` is what is taken off for one in a quantity that carries no points.
    """

    method: Decimal
    value: Decimal
    elsewhere: Decimal


def _cost(method: str, value: str, elsewhere: str) -> Cost:
    return Cost(Decimal(method), Decimal(value), Decimal(elsewhere))


DEFAULT_COSTS: Mapping[Kind, Cost] = {
    "notation": _cost("1", "1", "0"),
    "method": _cost("0", "0", "1"),
    "copying": _cost("1", "0", "0.5"),
    "arithmetic": _cost("1", "0", "0.5"),
}
ONE_EACH = Points(Decimal(1), Decimal(1))


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a derivation is marked. As it stands, without arguments, it is the default.

    The default asks for every gradient: one mark for the method, one for the answer. It is fair because a mistake
    costs once, where it is made: what follows from it earns full marks; a slip of the pen or of the calculator costs
    the answer, never the method; a mistake of method costs the method of its step, and the other steps to the same
    gradient earn theirs; one made for a whole array costs as much as one in an element that is worked; a right answer
    earns its mark however it was come by; an equality sign misused costs nothing; a mistake in a quantity that carries
    no points, on the way or in an update, costs what it would cost in one that does, a slip half of it; and what could
    not be read is never counted as wrong. A gradient may be shown by the update that it is put into, as some notations
    do. Leaving out what is on the way costs nothing; leaving out a gradient costs its marks, so every page is marked
    out of the same total.

    `points` are patterns of names (`W1[*,1]`), the first that fits counts; empty, each gradient counts one mark for the
    method and one for the answer. Of quantities with points, those that fit `must_show` earn nothing where they are not
    shown, and the others are then not counted; empty, all must be shown. `tolerance` is the number of significant
    digits to which an answer must be right. `up_to_constant`: a constant factor of the loss, such as 2/N, may be
    absorbed.
    """

    points: tuple[tuple[str, Points], ...] = ()
    costs: Mapping[Kind, Cost] = field(default_factory=lambda: DEFAULT_COSTS)
    must_show: tuple[str, ...] = ()
    follow_through: bool = True
    tolerance: int | None = None
    up_to_constant: bool = False

    def points_of(self, name: str, asked: bool) -> Points | None:
        """What a quantity is worth, None where it carries no points. `asked`: it is one of the problem's gradients."""
        if not self.points:
            return ONE_EACH if asked else None
        found = next((points for pattern, points in self.points if matches(pattern, name)), None)
        return found if found is not None and (found.method or found.value) else None

    def wants(self, name: str) -> bool:
        """Whether a quantity that carries points must be shown."""
        return not self.must_show or any(matches(pattern, name) for pattern in self.must_show)

    def unmatched(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The patterns that fit none of the names of a problem: probably misspelt."""
        patterns = (*(pattern for pattern, _ in self.points), *self.must_show)
        return tuple(dict.fromkeys(one for one in patterns if not any(matches(one, name) for name in names)))

    def doubts(self, names: tuple[str, ...]) -> list[str]:
        """What is to be said of each pattern that fits none of the names of a problem, with the likeliest one."""
        arrays = dict.fromkeys(f"{re.split('[0-9[]', name)[0]}*" for name in names)
        return [
            f"the pattern {one!r} fits nothing in this problem{did_you_mean(one, (*arrays, *names))}"
            for one in self.unmatched(names)
        ]


_POINTS: Keys = {
    "method": Key("Marks for the method: the right rule, carried out on whatever numbers", NUMBER),
    "value": Key("Marks for the answer", NUMBER),
}
_COST: Keys = {
    "method": Key("The share of the method marks that stays where such a mistake is made, from 0 to 1", NUMBER),
    "value": Key("The share of the answer marks that stays, from 0 to 1", NUMBER),
    "elsewhere": Key("Marks taken off for such a mistake in a quantity that carries no points", NUMBER),
}
_MISTAKES: Keys = {kind: Key(f"What a mistake of the class {kind} costs", mapping(_COST)) for kind in KINDS}
SCHEME: Keys = {
    "points": Key(
        "What each quantity is worth, by patterns of names ('dL/dW*'); the first pattern that fits counts. "
        "Left out: one mark for the method and one for the answer of every gradient",
        {
            "type": "object",
            "additionalProperties": either(NUMBER, mapping(_POINTS)),
            "minProperties": 1,
        },
    ),
    "mistakes": Key("What a mistake costs, by its class", mapping(_MISTAKES)),
    "must_show": Key(
        "Patterns of the quantities that must be on the page; others earn their points only if they are. "
        "Left out: all that carry points",
        either(TEXT, listing(TEXT)),
    ),
    "follow_through": Key(
        "Whether an answer that is right given an earlier mistake earns its marks; true unless given", FLAG
    ),
    "tolerance": Key(
        "The significant digits to which an answer must be right; left out: as many as are shown", whole(MOST_DIGITS)
    ),
    "up_to_constant": Key(
        "Whether a constant factor of the loss, such as 2/N, may be absorbed; false unless given", FLAG
    ),
}


def schema() -> dict[str, Any]:
    """The JSON Schema of a scheme file (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A marking scheme of backprop-steps",
        "description": "What a hand derivation is worth, quantity by quantity, and what a mistake costs.",
        **mapping(SCHEME),
    }


def load_scheme(path: str | Path) -> Scheme:
    """The scheme of a file. Raises UserError where it cannot be read, FileErrors with all its mistakes."""
    return read_scheme(text_of_file(path, "a marking scheme", LARGEST_FILE), str(path))


def read_scheme(text: str, file: str) -> Scheme:
    """The scheme of a text; `file` is what messages call it. Raises FileErrors."""
    return read_document(text, file, FileErrors, _read, f"a marking scheme has {', '.join(SCHEME)}")


def _read(node: Node, report: Report) -> Scheme | None:
    cursor = Cursor(node, "a marking scheme", report)
    if not isinstance(node, MapNode):
        cursor.expected("a mapping (points: ..., follow_through: ...)")
        return None
    section = cursor.section(SCHEME, "")
    return _scheme(section) if section is not None else None


def _scheme(section: Section) -> Scheme:
    tolerance = section.get("tolerance")
    return Scheme(
        points=_points(section.get("points")),
        costs=_costs(section.get("mistakes")),
        must_show=_patterns(section.get("must_show")),
        follow_through=_flag(section.get("follow_through"), True),
        tolerance=tolerance.whole(1, MOST_DIGITS) if tolerance is not None else None,
        up_to_constant=_flag(section.get("up_to_constant"), False),
    )


def _flag(cursor: Cursor | None, default: bool) -> bool:
    found = cursor.flag() if cursor is not None else None
    return default if found is None else found


def _points(cursor: Cursor | None) -> tuple[tuple[str, Points], ...]:
    entries = cursor.entries("a mapping from patterns of names to marks ('dL/dW*': 2)") if cursor is not None else None
    if cursor is None or entries is None:
        return ()
    if not entries:
        cursor.wrong("must name at least one quantity; leave the key out for the default")
    found = []
    for pattern, (place, value) in entries.items():
        if not pattern:
            cursor.report.add(place, "a pattern must not be empty")
            continue
        what = f"points {pattern!r}"
        if not value.is_mapping:
            amount = _amount(value.renamed(what), MOST_POINTS)
            found.append((pattern, Points(amount, amount)))
            continue
        section = value.renamed(what).section(_POINTS, f"{what}: ", f"{what} ")
        if section is not None:
            parts = [_part(section, key, Decimal(0), MOST_POINTS) for key in _POINTS]
            found.append((pattern, Points(*parts)))
    return tuple(found)


def _costs(cursor: Cursor | None) -> Mapping[Kind, Cost]:
    section = cursor.section(_MISTAKES, "mistakes: ", "mistakes ") if cursor is not None else None
    found = dict(DEFAULT_COSTS)
    for kind in KINDS if section is not None else ():
        value = section.get(kind) if section is not None else None
        keys = value.section(_COST, f"{value.what}: ", f"{value.what} ") if value is not None else None
        if keys is None:
            continue
        default = DEFAULT_COSTS[kind]
        found[kind] = Cost(
            _part(keys, "method", default.method, 1),
            _part(keys, "value", default.value, 1),
            _part(keys, "elsewhere", default.elsewhere, MOST_POINTS),
        )
    return found


def _part(section: Section, key: str, default: Decimal, most: int) -> Decimal:
    cursor = section.get(key)
    return _amount(cursor, most) if cursor is not None else default


def _amount(cursor: Cursor, most: int) -> Decimal:
    number = cursor.number()
    if number is None:
        return Decimal(0)
    amount = Decimal(number.text)
    if not 0 <= amount <= most:
        cursor.expected(f"a number from 0 to {most}")
    return amount


def _patterns(cursor: Cursor | None) -> tuple[str, ...]:
    if cursor is None:
        return ()
    items = cursor.items("a list of patterns of names") if not isinstance(cursor.node, Scalar) else [cursor]
    found = [item.scalar("a pattern of names ('dL/d*')") for item in items or ()]
    return tuple(text for text in found if text is not None)

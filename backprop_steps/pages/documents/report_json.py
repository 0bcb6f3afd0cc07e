"""The report on hand-ins as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from backprop_steps.checking.marking.marks import Marks, never_shown
from backprop_steps.checking.model import Link, Marking


def report_json(rows: Sequence[tuple[Marking, Marks, Sequence[str]]], several: bool) -> str:
    """One object a hand-in, from its marking, its marks and what is said of each link; a list where `several`."""
    found = [_hand_in(*row) for row in rows]
    page = found if several else found[0]
    # What a hand-in brings along may be half a character; it stands as its code.
    text = json.dumps(page, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def _hand_in(marking: Marking, marks: Marks, said: Sequence[str]) -> dict[str, Any]:
    return {
        "summary": dict(marking.summary),
        "links": [_link(link, text) for link, text in zip(marking.links, said, strict=True)],
        "marks": _marks(marks),
        "missing": list(never_shown(marking, marks)),
        "aliases": [
            {"written": alias.written, "stands_for": alias.stands_for, "line": alias.line} for alias in marking.aliases
        ],
        "conventions": list(marking.conventions),
        "notation": marking.notation,
        "file": marking.name,
        "complaint": marking.complaint,
    }


def _link(link: Link, said: str) -> dict[str, Any]:
    return {
        "line": link.line,
        "column": link.column,
        "text": link.text,
        "quantity": link.quantity,
        "verdict": link.verdict.value,
        "causes": list(link.causes),
        "found": link.found,
        "expected": link.expected,
        "expected_from_yours": link.expected_from_yours,
        "follows_from": link.follows_from,
        "message": said,
    }


def _marks(marks: Marks) -> dict[str, Any]:
    return {
        "total": _number(marks.total),
        "out_of": _number(marks.out_of),
        "method": _number(marks.method),
        "method_of": _number(marks.method_of),
        "value": _number(marks.value),
        "value_of": _number(marks.value_of),
        "open": _number(marks.open),
        "deductions": [
            {"line": one.line, "quantity": one.quantity, "class": one.kind, "points": _number(one.points)}
            for one in marks.deductions
        ],
        "quantities": [
            {
                "quantity": row.quantity,
                "method": _number(row.method),
                "method_of": _number(row.method_of),
                "value": _number(row.value),
                "value_of": _number(row.value_of),
                "shown": row.shown,
                "open": _number(row.open),
            }
            for row in marks.quantities
        ],
    }


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)

"""What is said of hand-ins, as a page: for a terminal, in Markdown, in HTML or in JSON; for a teacher or a student."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from backprop_steps.checking.causes import CAUSES
from backprop_steps.checking.marking.marks import (
    Marks,
    QuantityMarks,
    array_of,
    first_mistake,
    kind_of,
    marks,
    names_of,
    never_shown,
)
from backprop_steps.checking.marking.scheme import Scheme
from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.offers import Audience
from backprop_steps.pages.documents.report_json import report_json
from backprop_steps.pages.markup.cells import ascii_signs, shown, uncoloured
from backprop_steps.pages.writing.formats import REPORT_FORMATS, TERMINAL, TERMINAL_ASCII
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.page import environment, write_page
from backprop_steps.pages.writing.report_lines import PageLine, is_array, longest_run, page_lines, same_value
from backprop_steps.pages.writing.wording import SHIPPED, Wording
from backprop_steps.problem.model import Meta

_DECIMAL = re.compile(r"-?[0-9]+([.,][0-9]+)?([eE][-+]?[0-9]+)?")
_MARGIN = 10
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand-in, as a document is given it.

    `never_shown` names whole arrays where none of one was shown, `missed` are the marks there were for all that. `lost`
    are the quantities shown whose marks are not full, `full` is the number of the others.
    """

    file: str
    marking: Marking
    marks: Marks
    lines: tuple[PageLine, ...]
    fence: str
    first: Link | None
    never_shown: tuple[str, ...]
    missed: Decimal
    lost: tuple[QuantityMarks, ...]
    full: int


def report(
    markings: Sequence[Marking],
    *,
    to: str = "terminal",
    audience: Audience = "teacher",
    scheme: Scheme | None = None,
    title: str = "",
    several: bool | None = None,
    colour: bool = False,
    width: int = 0,
    ascii_only: bool = False,
    wording: Wording = SHIPPED,
) -> str:
    """The report on one hand-in or several.

    To a student nothing is said of what would be right. `several`: JSON is a list, one object a hand-in; unless
    given, where there is not exactly one. `colour`, `width` (in cells, 0: any) and `ascii_only` are the terminal's.
    `wording` are the templates.
    """
    scheme = scheme if scheme is not None else Scheme()
    told = [for_student(marking) if audience == "student" else marking for marking in markings]
    found = [marks(marking, scheme) for marking in markings]
    if to == "json":
        rows = list(zip(told, found, messages(told, audience, wording), strict=True))
        return report_json(rows, several=len(rows) != 1 if several is None else several)
    room = max(width - _MARGIN, _NARROWEST) if width and to == "terminal" else 0
    plain = ascii_only and to == "terminal"
    page = write_page(
        "report",
        {
            "hands": [_hand(marking, given, room) for marking, given in zip(told, found, strict=True)],
            "frequent": frequent(markings),
            "titled": bool(title),
            **_words(audience, wording),
        },
        format=TERMINAL_ASCII if plain else REPORT_FORMATS[to],
        write=_no_formula,
        title=shown(title) or (shown(told[0].name) if told else ""),
        meta=Meta(),
        wording=wording,
    )
    if to == "terminal":
        page = "\n".join(line.rstrip() for line in page.split("\n"))
    page = ascii_signs(page) if plain else page
    return page if colour or to != "terminal" else uncoloured(page)


def for_student(marking: Marking) -> Marking:
    """The marking without anything that would be right. What was said of a line that could not be read stays."""
    links = (
        replace(
            link,
            expected=None,
            expected_from_yours=None,
            right=None,
            message=link.message if link.verdict is Verdict.NOT_UNDERSTOOD else "",
        )
        for link in marking.links
    )
    return replace(marking, links=tuple(links))


def messages(markings: Sequence[Marking], audience: Audience, wording: Wording = SHIPPED) -> list[list[str]]:
    """What is said of each link of each hand-in, as plain text: nothing of a correct one."""
    templates = environment(TERMINAL, _no_formula, wording, "report")
    words = _words(audience, wording)
    with templates.answering(words):
        remark = vars(templates.get_template("documents/wording/marking.j2").make_module(words))["remark"]
        return [
            ["" if link.verdict is Verdict.CORRECT else " ".join(str(remark(link)).split()) for link in marking.links]
            for marking in markings
        ]


def frequent(markings: Sequence[Marking]) -> list[tuple[str, int, int]]:
    """How often each cause was found, in how many hand-ins, the most frequent first; `""` is no cause."""
    times: Counter[str] = Counter()
    hands: Counter[str] = Counter()
    for marking in markings:
        found = [link.causes[0] if link.causes else "" for link in marking.links if link.verdict is Verdict.INCORRECT]
        times.update(found)
        hands.update(set(found))
    order = [*CAUSES, ""]
    return sorted(
        ((cause, n, hands[cause]) for cause, n in times.items()), key=lambda row: (-row[1], order.index(row[0]))
    )


def in_arrays(names: Sequence[str], every: Sequence[str]) -> tuple[str, ...]:
    """The names, with the array's in place of its elements' where all of several are among them."""
    there = Counter(map(array_of, every))
    given = Counter(map(array_of, names))
    whole = {array for array, n in there.items() if 1 < n == given[array]}
    return tuple(dict.fromkeys(array_of(name) if array_of(name) in whole else name for name in names))


def in_whole(lost: Sequence[QuantityMarks], every: Sequence[QuantityMarks]) -> tuple[QuantityMarks, ...]:
    """The quantities, with an array in place of its elements where all of several lost the same."""
    shown_of = Counter(array_of(row.quantity) for row in every)
    alike: dict[str, list[QuantityMarks]] = {}
    for row in lost:
        alike.setdefault(array_of(row.quantity), []).append(row)
    found = []
    for array, rows in alike.items():
        whole = 1 < len(rows) == shown_of[array] and len({replace(row, quantity=array) for row in rows}) == 1
        found += [_sum(array, rows)] if whole else rows
    return tuple(found)


def _sum(name: str, rows: Sequence[QuantityMarks]) -> QuantityMarks:
    n = len(rows)
    row = rows[0]
    return replace(
        row,
        open=n * row.open,
        quantity=name,
        method=n * row.method,
        method_of=n * row.method_of,
        value=n * row.value,
        value_of=n * row.value_of,
    )


def _words(audience: Audience, wording: Wording) -> dict[str, Any]:
    """What the wording of a report is given."""
    decimal = partial(decimal_of, comma=wording.language.comma)
    return {
        "audience": audience,
        "points": lambda amount: decimal(points(amount)),
        "decimal": decimal,
        "kind_of": kind_of,
        "formula": formula,
        "is_number": lambda text: _DECIMAL.fullmatch(text) is not None,
        "same_value": same_value,
        "is_array": is_array,
    }


def points(amount: Decimal) -> str:
    """Marks as they are written: `2`, `0.5`."""
    rounded = amount.quantize(Decimal("0.01"))
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".")


def decimal_of(text: str, comma: bool) -> str:
    """A decimal with the mark that the language has."""
    return text.replace(".", ",") if comma else text


def formula(tex: str) -> Formula | str:
    """What would be right, as a formula; as plain text where a sign in it would end the formula."""
    return shown(tex) if re.search(r"[$`\n]", tex) else Formula(tex)


def _hand(marking: Marking, given: Marks, room: int) -> Hand:
    rows = [row for row in given.quantities if row.shown]
    lost = tuple(row for row in rows if row.method != row.method_of or row.value != row.value_of)
    unseen = [row.method_of + row.value_of for row in given.quantities if not row.shown]
    return Hand(
        file=shown(marking.name),
        marking=marking,
        marks=given,
        lines=page_lines(marking, room),
        fence="`" * max(3, longest_run(marking, "`") + 1),
        first=first_mistake(marking),
        never_shown=in_arrays(never_shown(marking, given), names_of(marking)),
        missed=sum(unseen, Decimal(0)),
        lost=in_whole(lost, rows),
        full=len(rows) - len(lost),
    )


def _no_formula(what: Quantity | Expression) -> str:
    raise TypeError(f"a report has no notation to print {what} in")

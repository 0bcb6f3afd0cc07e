"""A hand-in line by line, with what is said of it: marks, what is underlined, and where the remarks belong."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import islice, pairwise, takewhile

from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.pages.markup.cells import folded, shown, width

MARKS: dict[Verdict, str] = {
    Verdict.CORRECT: "✓",
    Verdict.ROUNDED: "≈",
    Verdict.FOLLOWS: "→",
    Verdict.INCORRECT: "✗",
    Verdict.NOT_UNDERSTOOD: "?",
}
"""The sign of a verdict, in the margin of a line."""

UNDER: dict[str, str] = {"incorrect": "^", "follows": "~", "rounded": "~", "not_understood": "?"}
"""What is put beneath a member."""

_WORST = (Verdict.INCORRECT, Verdict.FOLLOWS, Verdict.NOT_UNDERSTOOD, Verdict.ROUNDED, Verdict.CORRECT)
_RANK = {verdict: rank for rank, verdict in enumerate(_WORST)}
LONGEST_MEMBER = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line, and the verdict of the link it is a part of; `""` where it is no claim."""

    text: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Row:
    """As much of a line as there is room for, and beneath it what underlines it (nothing where nothing is)."""

    text: tuple[Piece, ...]
    under: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A link that something is said of, or several of one line of which the same is said; numbered through the page.

    `members` are what they are on the page; `link` is the last of them, whose value is the most rounded.
    """

    number: int
    link: Link
    mark: str
    members: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The verdict's name."""
        return self.link.verdict.value


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of the hand-in. `verdict` is the worst of its links, `""` where there is none; `label` its number."""

    number: int
    label: str
    verdict: str
    mark: str
    rows: tuple[Row, ...]
    remarks: tuple[Remark, ...]


def page_lines(marking: Marking, room: int = 0) -> tuple[PageLine, ...]:
    """The lines of a hand-in. `room`: the cells that one may take, folded where it is longer; 0: any number."""
    lines = marking.text.split("\n")
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    touching: list[list[Link]] = [[] for _ in lines]
    remarks: list[list[Remark]] = [[] for _ in lines]
    count = 0
    for link in sorted(marking.links, key=lambda link: link.span.start):
        first = max(bisect_right(starts, link.span.start) - 1, 0)
        last = max(bisect_right(starts, max(link.span.end - 1, link.span.start)) - 1, first)
        for number in range(first, last + 1):
            touching[number].append(link)
        if link.verdict is not Verdict.CORRECT:
            said = remarks[first]
            if said and _said_alike(said[-1].link, link):
                said[-1] = replace(said[-1], link=link, members=(*said[-1].members, member(link.text)))
                continue
            count += 1
            said.append(Remark(count, link, MARKS[link.verdict], (member(link.text),)))
    digits = len(str(len(lines)))
    return tuple(
        _page_line(number, digits, line, start, links, said, room)
        for number, (line, start, links, said) in enumerate(zip(lines, starts, touching, remarks, strict=True), start=1)
    )


def _said_alike(one: Link, other: Link) -> bool:
    """Whether one remark does for two links: the same verdict for the same reason, and the same right value."""
    if one.verdict not in (Verdict.FOLLOWS, Verdict.ROUNDED) or one.verdict is not other.verdict:
        return False
    if (one.quantity, one.follows_from, one.message) != (other.quantity, other.follows_from, other.message):
        return False
    if is_array(one) or is_array(other) or same_value(one) != same_value(other):
        return False
    return one.expected == other.expected or rounds_to(one.expected, other.expected)


def same_value(link: Link) -> bool:
    """Whether the value on the page is the true one, at the digits at which that is told."""
    return rounds_to(link.found, link.expected)


def is_array(link: Link) -> bool:
    """Whether a member is a matrix written out: what is right is then told of one entry."""
    return re.search(r"\\begin\{|\[.*[ ,;].*\]", link.text) is not None


def rounds_to(value: str | None, shown: str | None) -> bool:
    """Whether a decimal is another one to the digits of that."""
    try:
        number, short = Decimal(value or ""), Decimal(shown or "")
        return number.quantize(short, ROUND_HALF_UP) == short
    except InvalidOperation:  # a formula, or none
        return False


def member(text: str) -> str:
    """A member in a remark: on one line, its middle left out where it is long."""
    plain = re.sub(r"\s+", " ", shown(text.replace("\n", " "))).strip()
    return plain if len(plain) <= LONGEST_MEMBER else f"{plain[: LONGEST_MEMBER - 20]} … {plain[-15:]}"


def longest_run(marking: Marking, character: str) -> int:
    """The longest run of a character in a hand-in: a fence around it must be longer."""
    return max((len(run) for run in re.findall(re.escape(character) + "+", marking.text)), default=0)


def _page_line(
    number: int, digits: int, line: str, start: int, links: Sequence[Link], remarks: Sequence[Remark], room: int
) -> PageLine:
    worst = min((link.verdict for link in links), key=lambda verdict: _RANK[verdict], default=None)
    pieces = [Piece(shown(text), verdict) for text, verdict in _pieces(line.rstrip("\r"), start, links)]
    rows = [Row(tuple(row), _under(row)) for row in _rows(pieces, room)]
    return PageLine(
        number,
        str(number).rjust(digits),
        worst.value if worst is not None else "",
        MARKS[worst] if worst is not None else " ",
        tuple(rows),
        tuple(remarks),
    )


def _pieces(line: str, start: int, links: Sequence[Link]) -> Iterator[tuple[str, str]]:
    """The line cut where a link begins or ends; where links overlap, the worst verdict stands."""
    spans = []
    for link in links:
        begin, end = max(link.span.start - start, 0), min(link.span.end - start, len(line))
        inside = line[begin:end]
        begin += len(inside) - len(inside.lstrip())
        end = begin + len(inside.strip())
        if begin < end:
            spans.append((begin, end, link.verdict))
    cuts = sorted({0, len(line), *(begin for begin, _, _ in spans), *(end for _, end, _ in spans)})
    at = 0
    for begin, end in pairwise(cuts):
        while at < len(spans) and spans[at][1] <= begin:
            at += 1
        near = takewhile(lambda span: span[0] <= begin, islice(spans, at, None))  # noqa: B023 - used up at once
        covering = [verdict for _, last, verdict in near if end <= last]
        yield line[begin:end], min(covering, key=lambda verdict: _RANK[verdict]).value if covering else ""


def _rows(pieces: Sequence[Piece], room: int) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    left = room
    for piece in pieces:
        text = piece.text
        while room and width(text) > left:
            head, *_ = folded(text, left) if left else [""]
            if width(head) > left:  # a wide character where one cell is left
                head = ""
            if head:
                row.append(Piece(head, piece.verdict))
            if row:
                yield row
            text, row, left = text[len(head) :], [], max(room, 2)
        if text:
            row.append(Piece(text, piece.verdict))
            left -= width(text)
    if row or not pieces:
        yield row


def _under(row: Sequence[Piece]) -> tuple[Piece, ...]:
    pieces = [Piece(UNDER.get(piece.verdict, " ") * width(piece.text), piece.verdict) for piece in row]
    while pieces and not pieces[-1].text.strip():
        pieces.pop()
    return tuple(pieces)

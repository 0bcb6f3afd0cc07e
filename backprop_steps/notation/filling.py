"""Lines filled with pieces of a formula, each as full as it gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backprop_steps.notation.products import juxtapose
from backprop_steps.notation.tex import Measure

Split = Callable[[float, float], list[str]]
"""Breaks a formula into lines: the first so wide, the others so wide."""

# a broken piece begins on the row it is in, unless less than this share of a row is left there
_WORTH_STARTING = 0.4


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece that stays whole if it can: as it continues a line, as it begins one, and how it is broken."""

    text: str
    fresh: str
    split: Split | None = None
    lead: str = ""  # what comes before the split lines: the operator
    fresh_lead: str = ""
    opens: bool = False  # it is a sum in brackets, or over an index: broken it still reads well


def fill(segments: Sequence[Segment], first: float, rest: float, measure: Measure, lone: float = 0.0) -> list[str]:
    """Segments set in lines, each line as full as it gets; a segment wider than a line is itself broken.

    The last line does not hold a single segment, where the one before it can spare another; nor does the first one hold
    a single segment no wider than `lone`, where the second opens a sum.
    """
    lines: list[_Row] = []
    row, room, limit = _Row(""), first, first
    for segment in segments:
        taken = measure(segment.text)
        if taken <= room:
            row.add(segment)
            room -= taken
            continue
        fresh = measure(segment.fresh)
        alone = not lines and not row.begun and len(row.segments) == 1 and limit - room <= lone
        if row and fresh <= rest and not (alone and segment.opens):
            lines.append(row)
            row, limit = _Row("", [segment]), rest
            room = limit - fresh
            continue
        lead = segment.lead
        if row and (room < _WORTH_STARTING * rest or segment.split is None):
            lines.append(row)
            row, room, limit, lead = _Row(""), rest, rest, segment.fresh_lead
        if segment.split is None:
            row, room = _Row("", [segment]), limit - fresh
            continue
        parts = segment.split(room - measure(lead), rest)
        opening = lead + parts[0]
        parts[0] = juxtapose(row.text, opening) if row else opening
        lines += map(_Row, parts[:-1])
        row = _Row(parts[-1])
        limit = rest if len(parts) > 1 else limit
        room = limit - measure(row.text)
    if lines:
        lines[-1].keep_company(row, rest, len(lines) == 1, measure)
    return [line.text for line in (*lines, row)]


class _Row:
    """A line as it is filled: the end of a segment that was broken, or nothing, and then whole segments."""

    __slots__ = ("begun", "segments")

    def __init__(self, begun: str, segments: Sequence[Segment] = ()) -> None:
        self.begun = begun
        self.segments = list(segments)

    def __bool__(self) -> bool:
        return bool(self.begun or self.segments)

    def add(self, segment: Segment) -> None:
        """One more segment at the end."""
        self.segments.append(segment)

    @property
    def text(self) -> str:
        """The line; its first segment has the operator of one that begins a line."""
        if self.begun or not self.segments:
            return self.begun + "".join([segment.text for segment in self.segments])
        return self.segments[0].fresh + "".join([segment.text for segment in self.segments[1:]])

    def keep_company(self, last: _Row, room: float, first: bool, measure: Measure) -> None:
        """Give this line's last segment to a last line that holds only one, if company is left for the others here.

        On the first line, after the relation, a segment may stand alone that is wider than the one of the last line.
        """
        if last.begun or len(last.segments) != 1 or not self.segments:
            return
        lonely = measure(last.segments[0].text)
        spare = self.begun or len(self.segments) > 2
        if not spare and not (first and len(self.segments) == 2 and measure(self.segments[0].fresh) > lonely):
            return
        if measure(self.segments[-1].fresh) + lonely <= room:
            last.segments.insert(0, self.segments.pop())

"""A sheet with gaps: which numbers, right-hand sides or whole steps are left to be found, and where they stand.

What a gap asks for stands nowhere else on the sheet: a number that is asked for is a gap wherever it is put in later,
and so is the same number of something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from backprop_steps.expression.quantity import Quantity, derivative
from backprop_steps.expression.transform import numbers, rebuild
from backprop_steps.expression.tree import Expression, Gap, Matrix, Number
from backprop_steps.network.graph import Graph
from backprop_steps.offers import Depth
from backprop_steps.pages.telling.lines import Line, Member
from backprop_steps.pages.telling.sheet import Entry, Part, Section

Unit = tuple[str, int] | Quantity
"""What is asked for or told as one: an element, or all of a passage after so many updates."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Which gaps are wanted.

    `numbers`: every number that is calculated; `right-sides`: all that stands right of what a line is about; `steps`:
    passages with all their lines. Of these every k-th, and only from the gradients on where `only_backward` says so.
    `known` are the passages whose formula is a part of the problem: only their numbers can be asked for.
    """

    depth: Depth = "numbers"
    every: int = 1
    only_backward: bool = False
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """One gap of a kind: the part it is in, what it is about, and the answer; None where it is a whole step.

    In place of a whole right-hand side or step, a sheet may have gaps for the numbers that are found there.
    """

    kind: Depth
    part: str
    quantity: Quantity
    answer: Expression | None


@dataclass(frozen=True, slots=True)
class Gapped:
    """The parts of a sheet with gaps, those of its key, which has every step, and the gaps from top to bottom."""

    parts: tuple[Part, ...]
    key: tuple[Part, ...]
    asked: tuple[Asked, ...]


def with_gaps(parts: tuple[Part, ...], wanted: Gaps, graph: Graph, height: Callable[[Line, str], int]) -> Gapped:
    """The sheet with the gaps wanted. `height` says how many rows a line of a part takes, which is the room
    that a step needs."""
    parts = tuple(map(_asked_once, parts))
    maker = _Maker(wanted, height, *(_numbers if wanted.depth == "numbers" else _units)(parts, wanted, graph))
    made = tuple(map(maker.part, parts))
    asked = tuple(maker.found)
    return Gapped(made, tuple(map(replace(maker, without_steps=False).part, parts)), asked)


def _asked_once(part: Part) -> Part:
    """The part without arrays of numbers that are found one by one: nobody learns from writing them down again."""
    return replace(
        part, sections=tuple(replace(s, entries=tuple(map(_without_arrays, s.entries))) for s in part.sections)
    )


def _without_arrays(entry: Entry) -> Entry:
    if not entry.work or entry.left_out:
        return entry
    statement = entry.statement
    if statement is not None:
        kept = tuple(member for member in statement.members if not member.numeric)
        statement = replace(statement, members=kept) if kept else None
    return replace(entry, statement=statement, assembled=None)


def _open(parts: tuple[Part, ...], wanted: Gaps) -> Iterator[Entry]:
    """The entries in which gaps may be."""
    for part in parts:
        for section in part.sections:
            if not (wanted.only_backward and _is_forward(section)):
                yield from section.entries


def _is_forward(section: Section) -> bool:
    return not section.generation and section.name in ("forward", "loss")


def _numbers(parts: tuple[Part, ...], wanted: Gaps, graph: Graph) -> tuple[set[Unit], set[Quantity]]:
    """Every k-th number that is calculated, in the order in which they come up."""
    by_text: dict[object, list[Quantity]] = {}
    places: dict[Quantity | None, object] = {}
    seen = set(_calculated(parts, wanted, told=True))
    for quantity, number in _calculated(parts, wanted):
        if (quantity, number) not in seen:
            before = places.get(_behind(quantity, graph))
            key = before if before is not None else number.text.lstrip("-")
            places.setdefault(quantity, key)
            by_text.setdefault(key, []).append(quantity)
    groups = list(by_text.values())[wanted.every - 1 :: wanted.every]
    return set(), {quantity for group in groups for quantity in group}


def _behind(quantity: Quantity, graph: Graph) -> Quantity | None:
    """Of a parameter after an update, the gradient that moved it: who sees the one knows the other."""
    before = quantity.after(-quantity.generation)
    if not quantity.generation or before.array() not in {parameter.array() for parameter in graph.parameters}:
        return None
    return derivative(graph.goal, before).after(quantity.generation - 1)


def _calculated(parts: tuple[Part, ...], wanted: Gaps, *, told: bool = False) -> Iterator[tuple[Quantity, Number]]:
    """The numbers that are calculated where gaps may be, or, `told`, where there may be none; with whose they are."""
    if told:
        backward = {id(entry) for entry in _open(parts, wanted)}
        entries = [entry for entry in _open(parts, replace(wanted, only_backward=False)) if id(entry) not in backward]
    else:
        entries = list(_open(parts, wanted))
    for entry in entries:
        for line in entry.lines:
            for member in line.members:
                if member.numeric:
                    yield from _whose(member.expression, line)


def _whose(node: Expression, line: Line) -> Iterator[tuple[Quantity, Number]]:
    if node is line.members[-1].expression and isinstance(node, Number):
        yield line.subject, node
    for number in numbers(node):
        if number.of is not None:
            yield number.of, number


def _units(parts: tuple[Part, ...], wanted: Gaps, graph: Graph) -> tuple[set[Unit], set[Quantity]]:
    """Every k-th line or passage, and the numbers that are found in them."""
    lines: dict[Unit, list[Line]] = {}
    for entry in _open(parts, wanted):
        for line in entry.lines:
            lines.setdefault(_unit(entry, line, wanted.depth), []).append(line)
    asked = set(list(lines)[wanted.every - 1 :: wanted.every])
    found: dict[Quantity, Number] = {}
    for unit in asked:
        found |= {q: number for line in lines[unit] for q, number in results(line) if q in asked or q not in lines}
    texts = {number.text.lstrip("-") for number in found.values()} - _PLAIN
    calculated = list(_calculated(parts, wanted))
    same = {q for q, number in calculated if number.text.lstrip("-") in texts or _behind(q, graph) in found}
    told = {q for q, _ in _calculated(parts, wanted, told=True)}
    return asked, {*found, *same} - told


_PLAIN = {"0", "1"}
"""What many a quantity is: it is no answer that a neighbour gives away."""


def _unit(entry: Entry, line: Line, depth: Depth) -> Unit:
    about = line.about
    element = bool(about.index) and all(isinstance(index, int) for index in about.index)
    return line.subject if element and depth == "right-sides" else (entry.passage.id, entry.generation)


def results(line: Line) -> Iterator[tuple[Quantity, Number]]:
    """The numbers that a line ends in, with whose they are."""
    if not line.members or not line.members[-1].numeric:
        return
    last = line.result.body if isinstance(line.result, Gap) else line.result
    if isinstance(last, Number):
        yield line.subject, last
    if isinstance(last, (Number, Matrix)):
        yield from ((number.of, number) for number in numbers(last) if number.of is not None)


@dataclass(slots=True)
class _Maker:
    wanted: Gaps
    height: Callable[[Line, str], int]
    units: set[Unit]
    numbers: set[Quantity]
    without_steps: bool = True
    name: str = ""
    found: list[Asked] = field(default_factory=list)

    def part(self, part: Part) -> Part:
        self.name = part.name
        return replace(part, sections=tuple(map(self.section, part.sections)))

    def section(self, section: Section) -> Section:
        return replace(section, entries=tuple(map(self.entry, section.entries)))

    def entry(self, entry: Entry) -> Entry:
        if self.wanted.depth == "steps" and (entry.passage.id, entry.generation) in self.units:
            if not self.without_steps:
                return entry
            self.found.append(Asked("steps", self.name, entry.passage.quantity.array().after(entry.generation), None))
            room = max(2, sum(self.height(line, self.name) for line in entry.lines))
            return Entry(entry.kind, entry.passage, entry.generation, first=entry.first, room=room)
        return replace(
            entry,
            formulas=tuple(self.line(entry, line) for line in entry.formulas),
            statement=entry.statement and self.line(entry, entry.statement),
            work=tuple(self.line(entry, line) for line in entry.work),
            assembled=entry.assembled and self.line(entry, entry.assembled),
            listed=tuple(self.line(entry, line) for line in entry.listed),
        )

    def line(self, entry: Entry, line: Line) -> Line:
        if self.wanted.depth == "right-sides" and _unit(entry, line, "right-sides") in self.units:
            known = entry.passage.id in self.wanted.known
            return replace(
                line, members=tuple(m if known and not m.numeric else self.side(line, m) for m in line.members)
            )
        return replace(line, members=tuple(self.member(line, member) for member in line.members))

    def side(self, line: Line, member: Member) -> Member:
        self.found.append(Asked("right-sides", self.name, line.subject, member.expression))
        return replace(member, expression=Gap(member.expression))

    def member(self, line: Line, member: Member) -> Member:
        last = member is line.members[-1] and member.numeric and isinstance(member.expression, Number)
        if last and line.subject in self.numbers:
            self.found.append(Asked("numbers", self.name, line.subject, member.expression))
            return replace(member, expression=Gap(member.expression))
        return replace(member, expression=self.numbered(member.expression))

    def numbered(self, node: Expression) -> Expression:
        if isinstance(node, Number) and node.of in self.numbers:
            assert node.of is not None
            self.found.append(Asked("numbers", self.name, node.of, node))
            return Gap(node)
        return rebuild(node, self.numbered)

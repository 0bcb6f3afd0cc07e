"""The sheet: which passages are told where, in formulas and in numbers. What is said about them is the template's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import prod
from typing import Literal

from backprop_steps.derivation.steps import Passage
from backprop_steps.evaluation.evaluate import generation_of
from backprop_steps.expression.names import matches, name_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression, Ref
from backprop_steps.offers import Detail, Show
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.telling import Binding, Telling, continued
from backprop_steps.pages.telling.used import Used


@dataclass(frozen=True, slots=True)
class Entry:
    """One passage on the page.

    `kind` is what the wording goes by: `pre_activation`, `gradient_weight`, `delta_hidden`, `update_bias` … `formulas`
    are its symbolic lines, `statement` the matrix formula with the matrices written out, `work` its arithmetic, one
    line an element, `assembled` the whole array's result. `left_out` counts the elements that are only in `assembled`,
    `listed` has those of which only the result is told; `used` is what goes into them and is not derived on a sheet of
    which only a part was asked for; `first` says that it is the first of its kind on the sheet. `alike` counts the
    local derivatives of one node that stand together: so many with the first of them, 0 with the others. `room`: on a
    worksheet, so many lines to write all of it on.
    """

    kind: str
    passage: Passage
    generation: int = 0
    formulas: tuple[Line, ...] = ()
    statement: Line | None = None
    work: tuple[Line, ...] = ()
    assembled: Line | None = None
    left_out: int = 0
    listed: tuple[Line, ...] = ()
    used: tuple[Line, ...] = ()
    first: bool = True
    alike: int = 1
    room: int = 0

    @property
    def layer(self) -> int:
        """The layer it is about."""
        return self.passage.layer

    @property
    def subject(self) -> Quantity:
        """The quantity it is about, with letters."""
        return self.passage.quantity

    @property
    def empty(self) -> bool:
        """Whether nothing is left to print."""
        return not self.lines

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines, in order."""
        lines = (*self.formulas, self.statement, *self.work, self.assembled, *self.listed)
        return tuple(line for line in lines if line is not None)


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive entries of one layer. `name`: forward, loss, backward or update; `generation` counts updates made."""

    name: str
    layer: int
    generation: int
    entries: tuple[Entry, ...]

    @property
    def listed(self) -> tuple[Line, ...]:
        """What is not worked here, each with its result."""
        return tuple(line for entry in self.entries for line in entry.listed)


@dataclass(frozen=True, slots=True)
class Part:
    """The sections of one run through the derivation: formulas, numbers, both, or the confirming forward pass."""

    name: Literal["formulas", "numbers", "both", "confirm"]
    generation: int
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the derivation is wanted: the detail, the elements by name, all or one worked example of each kind."""

    detail: Detail = "full"
    only: tuple[str, ...] = ()
    show: Show = "all"
    rows: bool = False

    def wants(self, quantity: Quantity) -> bool:
        """Whether an element is among those asked for; a parameter's name asks for its gradient and its update too."""
        return not self.only or any(matches(p, name) for p in self.only for name in self.names(quantity))

    def names(self, quantity: Quantity) -> list[str]:
        """The names by which an element is asked for: its own, before any update, of what it is the derivative by."""
        named = [quantity, quantity.after(-generation_of(quantity))]
        if quantity.by is not None:
            named.append(quantity.by.after(-quantity.by.generation))
        return [name_of(one, rows=self.rows) for one in dict.fromkeys(named)]


@dataclass(slots=True)
class SheetMaker:
    """Lays a derivation out as its notation's hand does."""

    telling: Telling
    choice: Choice
    said: set[tuple[str, str]] = field(default_factory=set)
    worked: set[tuple[Expression, int]] = field(default_factory=set)
    used: Used = field(init=False)

    def __post_init__(self) -> None:
        self.used = Used(self.telling)

    def make(self) -> tuple[Part, ...]:
        """The parts in order: formulas, numbers, the confirmation; and the same again for every further update."""
        evaluation = self.telling.evaluation
        conventions = self.telling.notation.conventions
        told = self.telling.derivation.passages
        if evaluation is None:
            return (self._part("formulas", 0, told, self._formulas),)
        parts = []
        if conventions.arrangement == "formulas_first":
            parts.append(self._part("formulas", 0, told, self._formulas))
            parts.append(self._part("numbers", 0, told, self._numbers))
        else:
            parts.append(self._part("both", 0, told, self._both))
        trained = any(passage.section == "update" for passage in told)
        for generation in range(1, evaluation.updates + 1 if trained else 1):
            forward = [passage for passage in told if passage.section in ("forward", "loss")]
            parts.append(self._part("confirm", generation, forward, self._numbers))
            if generation < evaluation.updates:
                back = [passage for passage in told if passage.section in ("backward", "update")]
                parts.append(self._part("numbers", generation, back, self._numbers))
        return tuple(part for part in parts if part.sections)

    def _part(
        self,
        name: Literal["formulas", "numbers", "both", "confirm"],
        generation: int,
        passages: tuple[Passage, ...] | list[Passage],
        entry: Callable[[Passage, int], Entry],
    ) -> Part:
        entries: list[Entry] = []
        for passage in passages:
            made = entry(passage, generation)
            if not made.empty:
                made = self._with_used(made)
                entries.append(replace(made, first=(name, made.kind) not in self.said))
                self.said.add((name, made.kind))
        sections = [
            Section(section, layer, generation, tuple(group))
            for (section, layer), group in groupby(_alike(entries), key=lambda e: (e.passage.section, _place(e)))
        ]
        return Part(name, generation, tuple(sections))

    def _with_used(self, made: Entry) -> Entry:
        """With what it uses that was not asked for, where only a part was."""
        if not self.choice.only:
            return made
        bindings = self._worked(made.passage, self._wanted(made.passage), made.generation)
        return replace(made, used=self.used.by(made.passage, bindings, made.generation, made.lines))

    def _formulas(self, passage: Passage, generation: int) -> Entry:
        return Entry(kind(self.telling, passage), passage, generation, formulas=self._formula_lines(passage))

    def _formula_lines(self, passage: Passage) -> tuple[Line, ...]:
        view = self.telling.notation.conventions.formulas
        brief = self.choice.detail == "brief"
        if view == "element" and self._sized(passage):
            wanted = self._wanted(passage)
            return tuple(self.telling.formula(passage, binding, brief) for binding in wanted)
        if self.choice.only and not self._wanted(passage):
            return ()
        return tuple(self.telling.formula_lines(passage, "index" if view == "element" else view, brief))

    def _numbers(self, passage: Passage, generation: int, joined: bool = False) -> Entry:
        """The arithmetic of a passage; `joined` puts it after the symbolic chain of each element."""
        made = Entry(kind(self.telling, passage), passage, generation)
        wanted = self._wanted(passage)
        if not wanted or not (passage.worked or self.choice.only) or self._idle(passage, wanted[0]):
            return made
        conventions = self.telling.notation.conventions
        # the matrix of an update would move its frozen entries too
        partly = passage.section == "update" and not self.choice.only and len(wanted) < self._count(passage)
        if conventions.numbers == "matrix" and not partly:
            if not any(quantities(passage.basis)):  # a formula that is a number already: no array is equal to it
                return made
            line = self.telling.array_working(passage, generation)
            if line is not None or not self.telling.is_array(passage):
                return replace(made, statement=line)
        several = len(wanted) > 1
        arrays = conventions.numbers == "both" and several and not self.choice.only and not partly
        if arrays and isinstance(passage.basis, Ref):
            return replace(made, statement=self.telling.array_working(passage, generation))
        if self._stands_above(passage, generation):
            if arrays:
                return replace(made, statement=self.telling.result(passage, generation))
            return replace(made, work=tuple(self.telling.outcome(passage, one, generation) for one in wanted))
        symbols = conventions.formulas == "element" or conventions.arrangement == "formulas_first"
        worked = self._worked(passage, wanted, generation)
        if joined:
            brief = self.choice.detail == "brief"
            work = tuple(self.telling.joined(passage, binding, brief) for binding in worked)
        else:
            work = tuple(self.telling.working(passage, binding, generation, symbols) for binding in worked)
        statement = None
        if arrays and passage.section != "update" and not generation:
            statement = self.telling.array_statement(passage, generation)
        left_out = len(wanted) - len(worked)
        assembled = None
        if (
            several
            and not self.choice.only
            and (left_out or (arrays and not generation) or passage.section == "update")
        ):
            assembled = self.telling.result(passage, generation)
        if conventions.formulas == "element":
            assembled = None  # its symbols are those of elements; the table of results has the rest
        listed: tuple[Line, ...] = ()
        if assembled is None and left_out and self.choice.show == "all":
            listed = tuple(self.telling.outcome(passage, b, generation) for b in wanted if b not in worked)
        return replace(made, statement=statement, work=work, assembled=assembled, left_out=left_out, listed=listed)

    def _stands_above(self, passage: Passage, generation: int) -> bool:
        """Whether the very arithmetic of a passage is that of one before it: back through an activation of slope 1."""
        arithmetic = (passage.basis, generation)
        above = arithmetic in self.worked and passage.section == "backward" and not self.choice.only
        self.worked.add(arithmetic)
        return above and self.telling.notation.conventions.formulas == "matrix"

    def _both(self, passage: Passage, generation: int) -> Entry:
        joined = self.telling.notation.conventions.formulas == "element"
        numbers = self._numbers(passage, generation, joined)
        if joined and numbers.work:
            return numbers
        formulas = self._formula_lines(passage)
        if len(formulas) == 1 and formulas[0].head is not None:
            # where the numbers are about the same symbol, they go on in the same chain
            if numbers.statement is not None and numbers.statement.head == formulas[0].head:
                return replace(numbers, statement=continued(formulas[0], numbers.statement))
            if len(numbers.work) == 1 and self.telling.is_scalar(passage):
                work = self.telling.working(passage, self._wanted(passage)[0], generation)
                return replace(numbers, work=(continued(formulas[0], work),))
        return replace(numbers, formulas=formulas)

    def _wanted(self, passage: Passage) -> list[Binding]:
        frozen = self.telling.derivation.graph.frozen
        if not self._sized(passage):
            return [{}]
        bindings = self.telling.bindings(passage.quantity)
        if not self.choice.only and not (passage.section == "update" and frozen):
            return bindings
        return [
            binding
            for binding in bindings
            for quantity in [self.telling.at(passage.quantity, binding)]
            if self.choice.wants(quantity)
            and not (passage.section == "update" and quantity.after(-quantity.generation) in frozen)
        ]

    def _count(self, passage: Passage) -> int:
        """How many elements the passage has."""
        return prod(letter.axis.size for letter in passage.letters if isinstance(letter.axis.size, int))

    def _sized(self, passage: Passage) -> bool:
        return all(isinstance(letter.axis.size, int) for letter in passage.letters)

    def _worked(self, passage: Passage, wanted: list[Binding], generation: int = 0) -> list[Binding]:
        """The elements whose arithmetic is told: all, or the first one that shows the most."""
        conventions = self.telling.notation.conventions
        first = conventions.worked_updates == "first" and passage.section == "update"
        # an array that no formula between matrices gives: one shows how, and then comes the whole
        first = first or (
            conventions.numbers == "matrix" and generation == 0 and kind(self.telling, passage) != "local"
        )
        if self.choice.show == "all" and not (first and not self.choice.only):
            return wanted
        return next(([b] for b in wanted if self._tells(passage, b, generation)), wanted[:1])

    def _tells(self, passage: Passage, binding: Binding, generation: int) -> bool:
        """Whether there is something to see in an element's arithmetic: it is not 0, and an update moves it."""
        evaluation = self.telling.evaluation
        subject = self.telling.at(passage.quantity, binding, generation)
        if evaluation is None or not evaluation.has(subject):
            return False
        before = evaluation.value(subject.after(-1)) if passage.section == "update" else 0
        return evaluation.value(subject) != before

    def _idle(self, passage: Passage, first: Binding) -> bool:
        evaluation = self.telling.evaluation
        return evaluation is None or not evaluation.has(self.telling.at(passage.quantity, first))


def _alike(entries: list[Entry]) -> Iterator[Entry]:
    """The entries, those that stand together for one node counted."""
    for (local, node), group in groupby(entries, key=lambda e: (e.kind == "local", e.subject.of)):
        together = list(group)
        if local and node is not None and not node.index:
            yield replace(together[0], alike=len(together))
            yield from (replace(entry, alike=0) for entry in together[1:])
        else:
            yield from together


def _place(entry: Entry) -> int:
    return entry.layer if entry.passage.section in ("forward", "backward") else 0


def kind(telling: Telling, passage: Passage) -> str:
    """What the wording goes by."""
    quantity = passage.quantity
    depth = telling.derivation.graph.depth
    if passage.section == "update":
        return f"update_{quantity.role}"
    if quantity.role == "derivative":
        assert quantity.by is not None
        if quantity.of != telling.derivation.graph.goal:
            return "local"
        by = quantity.by
        if by.role == "pre_activation":
            return "delta_output" if by.layer == depth else "delta_hidden"
        if by.role == "activation":
            return "gradient_output" if by.layer == depth else "gradient_hidden"
        return f"gradient_{by.role}"
    if quantity.role == "delta":
        return "delta_output" if quantity.layer == depth else "delta_hidden"
    return quantity.role


def lines(parts: tuple[Part, ...]) -> Iterator[Line]:
    """Every line of the sheet, in order."""
    for part in parts:
        for section in part.sections:
            for entry in section.entries:
                yield from entry.used
                yield from entry.lines

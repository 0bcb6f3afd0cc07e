"""The causes of a mistake: each is made on the right formulas, and those that give what is written are named.

A cause has to fit decisively. A slip in one literal of a formula that is right otherwise is read off that literal; a
wrong formula has to agree in every world, a wrong result to the digits it shows; what fits only loosely is named where
nothing fits closely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from backprop_steps.checking.causes import CAUSES, MOST, Setting
from backprop_steps.checking.causes.differing import Differing
from backprop_steps.checking.judging.case import Case, alike, valuation
from backprop_steps.checking.judging.comparing import count, leaves, literal_differences, spoken_of
from backprop_steps.checking.judging.expected import Expected
from backprop_steps.checking.judging.judgement import BAD, FAULTS, Judgement
from backprop_steps.checking.judging.matrices import Matrices, fit, has_matrix, in_shape_of, literal_rows
from backprop_steps.checking.judging.rights import Rights, literals, places_of
from backprop_steps.checking.truth.literals import HALF, close, single, unit, whole
from backprop_steps.checking.truth.tensors import Label, NoValue, Tensor, Value, at, labels_of, same, tensor
from backprop_steps.checking.truth.world import NoSuchElement, World
from backprop_steps.expression.arrays import Array
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import contains, free_letters, quantities, quantity_letters, rename
from backprop_steps.expression.tree import Expression, Matrix, Number, Sigma

MOST_RIGHTS = 16
"""No more forms of what would be right than these are changed."""
MOST_TRIED = 600
"""No more mutants than these are evaluated for one mistake."""
MOST_MADE = 6_000
"""No more mutants than these are made for one mistake."""
FEW = 3
"""A formula that differs from the right one in no more literals than these has slips in them."""
OFF = Decimal("1.1")
"""A result that was cut off, from numbers that were rounded, lies no further off than so many units."""

CLOSELY, LOOSELY, WORST = 0, 1, 2
"""How well a mutant fits: exactly, to rounding, or by its value alone where it has other literals."""


@dataclass(slots=True)
class Diagnosis:
    """Looks for the causes of one mistake."""

    case: Case
    said: Judgement
    expected: Expected
    rows: bool
    rights: Rights = field(init=False)
    tried: int = field(default=0, init=False)
    made: int = field(default=0, init=False)
    found: dict[str, int] = field(default_factory=dict, init=False)
    """The causes that fit, and how well."""
    _spoken: frozenset[Quantity] = field(init=False)
    _written: dict[int, Value | NoSuchElement | None] = field(default_factory=dict, init=False)
    _numbers: dict[int, Mapping[Quantity, Number]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.rights = Rights(self.case, self.said, self.expected)
        self._spoken = spoken_of(self.case.node)

    def causes(self) -> tuple[str, ...]:
        """The causes that fit, likeliest first; none where none does."""
        if self.said.causes or self.expected.left <= 0:
            return self.said.causes
        try:
            self._look()
        except FAULTS:
            return ()
        finally:
            self.expected.left -= self.tried
        best = min(self.found.values(), default=CLOSELY)
        found = [name for name in CAUSES if self.found.get(name) == best]
        if not found and self._arithmetic():
            found.append("arithmetic")
        return tuple(found)

    def _look(self) -> None:
        """From what is nearest to what is written to what the derivation says of it; the first that tells is taken."""
        node = self.case.node
        rows = literal_rows(node)
        if rows is not None and self.case.subject is not None:
            self._entries(rows)
            return
        for result in self.rights.results():
            self._slips([(result, node)], results=True)
        if single(node) is not None:
            self._calculated_wrongly()
        if single(node) is None and self._in_literals():
            return
        for rights in (self.rights.shown, self.rights.told):
            if self.found:
                return
            self._changed(rights())

    def _calculated_wrongly(self) -> None:
        """Whether the result is what a slip in calculating makes of the numbers before it."""
        setting = self._setting(self.rights.places)
        for right in self.rights.shown():
            if not any(quantities(right)) and single(right) is None and self._fits(right) is None:
                mutants = self._making("arithmetic", right, setting)
                if any(self._fits(mutant) == CLOSELY for mutant in mutants):
                    self.found["arithmetic"] = CLOSELY

    # slips in literals

    def _in_literals(self) -> bool:
        """Whether the formula is a right one but for a few literals that a slip explains."""
        for number, right in enumerate(self._forms()):
            if number > MOST_RIGHTS:
                break
            pairs = literal_differences(right, self.case.node)
            if pairs and len(pairs) <= FEW:
                self._slips(pairs)
                if self.found:
                    return True
        return False

    def _forms(self) -> Iterator[Expression]:
        yield from self.rights.shown()
        yield from self.rights.told()

    def _slips(self, pairs: Iterable[tuple[Number, Expression]], *, results: bool = False) -> None:
        """The causes that make of each right literal the one that is written."""
        fitting: set[str] | None = None
        for right, written in pairs:
            literal = single(written)
            assert literal is not None
            fits = self._of_literal(right, literal, results)
            fitting = fits if fitting is None else fitting & fits
        for name in fitting or ():
            self.found[name] = CLOSELY

    def _of_literal(self, right: Number, written: tuple[Decimal, str], results: bool) -> set[str]:
        value, text = written
        setting = self._setting(places_of(text))
        found = set()
        for one in [right, *([] if results else literals(right.value, places_of(text)))]:
            for name, cause in CAUSES.items():
                if name in found or (cause.name == "arithmetic" and not results):
                    continue
                for form in (one, Matrix(((one,),))):
                    if any(_entry(mutant) == value for mutant in self._making(name, form, setting)):
                        found.add(name)
        return found

    def _entries(self, rows: list[list[tuple[Decimal, str]]]) -> None:
        """The wrong entries of an array of literals."""
        case = self.case
        assert case.subject is not None
        matrices = Matrices(case.truth, case.signs)
        elements = matrices.elements(case.subject.quantity)
        right = [[self._right(element) for element in line] for line in elements]
        rows = in_shape_of(rows, right) or rows
        if (len(rows), len(rows[0])) != (len(right), len(right[0])):
            turned = [list(line) for line in zip(*rows, strict=True)]
            if (len(turned), len(turned[0])) == (len(right), len(right[0])) and not _wrong(turned, right):
                self.found["missing_transpose"] = CLOSELY
            else:
                self.found["wrong_shape"] = CLOSELY
            return
        fitting: set[str] | None = None
        for (value, text), aims in _wrong(rows, right):
            fits: set[str] = set()
            for aim in aims:
                for one in literals(aim, places_of(text)):
                    fits |= self._of_literal(one, (value, text), True)
            fitting = fits if fitting is None else fitting & fits
        for name in fitting or ():
            self.found[name] = CLOSELY

    def _right(self, element: Quantity) -> list[Decimal]:
        """What would be right for an element: as the page has it, as its numbers give it, the truth."""
        case, yours = self.case, self.case.yours
        assert yours is not None
        found: list[Decimal] = []
        ways: tuple[Callable[[], Decimal], ...] = (
            lambda: yours.value(element).value,
            lambda: yours.calculated(element).value,
            lambda: case.truth.number(yours.world, element, case.signs),
        )
        for way in ways:
            try:
                found.append(way())
            except FAULTS:
                continue
        return list(dict.fromkeys(found))

    # changed formulas

    def _changed(self, rights: Iterable[Expression]) -> None:
        """The causes that make of a right formula what is written."""
        setting = self._setting(self.rights.places)
        here = leaves(self.case.node)
        nearest = sorted(dict.fromkeys(rights), key=lambda right: abs(leaves(right) - here))
        for right in nearest[:MOST_RIGHTS]:
            if self.tried > MOST_TRIED:
                return
            if self._fits(right) is not None:
                continue  # it does not tell right from wrong
            known = self._spoken | spoken_of(right)
            for name in CAUSES:
                if self.found.get(name) == CLOSELY:
                    continue
                for mutant in self._making(name, right, setting):
                    if not (self._can_be(name, mutant) and (spoken_of(mutant) <= known or self._put_in(mutant))):
                        continue  # it brings in what is not written
                    fit = self._fits(mutant)
                    if fit is not None:
                        self.found[name] = min(fit, self.found.get(name, WORST))
                    if fit == CLOSELY or self.tried > MOST_TRIED:
                        break

    def _put_in(self, mutant: Expression) -> bool:
        """Whether a member of numbers is just this formula, the page's numbers put in."""
        if not self.case.member.numeric or single(self.case.node) is not None:
            return False
        filled = self.rights.filled(mutant)
        return filled is not None and literal_differences(filled, self.case.node) == []

    def _can_be(self, name: str, mutant: Expression) -> bool:
        """Whether a wrong range is seen: a sum is written, or none is left."""
        return name != "wrong_bounds" or contains(self.case.node, Sigma) or not contains(mutant, Sigma)

    def _making(self, name: str, right: Expression, setting: Setting) -> Iterator[Expression]:
        seen = {right}
        for mutant in CAUSES[name].make(right, setting):
            self.made += 1
            if self.made > MOST_MADE or len(seen) > MOST:
                return
            if mutant not in seen:
                seen.add(mutant)
                yield mutant

    def _setting(self, places: int) -> Setting:
        case = self.case
        if places not in self._numbers:
            self._numbers[places] = self.rights.numbers(places) if case.member.numeric else {}
        subject = case.subject.quantity if case.subject is not None else None
        return Setting(case.truth.graph, subject, self._numbers[places], self.rows)

    def _fits(self, mutant: Expression) -> int | None:
        """How well a formula agrees with what is written; None where it does not."""
        self.tried += 1
        try:
            if has_matrix(self.case.node) or has_matrix(mutant):
                return self._fits_array(mutant)
            if self.case.member.numeric:
                return self._fits_number(mutant)
            if self._is_formula(mutant):
                return CLOSELY
            return self._fits_mixed(mutant) if count(self.case.node) else None
        except FAULTS:
            return None

    def _fits_number(self, mutant: Expression) -> int | None:
        case = self.case
        found, value = case.own(case.node), self._number(mutant)
        if value is None:
            return None
        literal = single(case.node)
        if literal is None:
            fit = _level(found, value, Decimal(0), case.slack(case.node))
            return fit if fit is None or count(mutant) == count(case.node) else WORST
        step = Decimal(0) if whole(literal[1]) else unit(literal[1])
        return _level(found, value, step * HALF, step * OFF)

    def _fits_mixed(self, mutant: Expression) -> int | None:
        """How well a formula agrees with what is written partly in numbers: with other numbers for its symbols, too."""
        case = self.case
        if case.subject is None or not self._spoken <= spoken_of(mutant) or quantity_letters(case.subject.quantity):
            return None
        fits = []
        for world in (None, *case.truth.worlds[:2]):
            found, value = (self._number(node, world) for node in (case.node, mutant))
            if found is None or value is None:
                return None
            fits.append(_level(found, value, Decimal(0), case.slack(case.node)))
        return None if None in fits else max(fit for fit in fits if fit is not None)

    def _number(self, mutant: Expression, world: World | None = None) -> Decimal | None:
        """The value with the page's numbers, the symbols of the member with those of a world."""
        case = self.case
        if not any(quantities(mutant)):
            return case.own(mutant)
        if case.yours is None:
            return None
        yours, shift = case.yours, case.subject.shift if case.subject is not None else 0

        def number(quantity: Quantity) -> Decimal:
            moved = quantity.after(shift)
            if world is not None and quantity in self._spoken:
                return case.truth.number(world, moved, case.signs)
            return yours.value(moved).value

        own = replace(valuation(case.truth, case.signs, yours.world, 0), number=number)
        value = own.value(mutant)
        return value if isinstance(value, Decimal) else None

    def _fits_array(self, mutant: Expression) -> int | None:
        case, matrices = self.case, Matrices(self.case.truth, self.case.signs)
        if not has_matrix(case.node) or free_letters(mutant):
            return None
        shift = case.subject.shift if case.subject is not None else 0
        world = case.truth.own or case.truth.worlds[0]

        def value(node: Expression) -> Array:
            own = case.yours if any(quantities(node)) else None
            return matrices.value(world, node, shift, (lambda quantity: own.value(quantity).value) if own else None)

        found, other = value(case.node), value(mutant)
        return CLOSELY if fit(found, other, alike) else None

    # formulas, in every world

    def _is_formula(self, mutant: Expression) -> bool:
        seen = faults = nothing = False
        for place, (world, choice) in enumerate(self.case.places()):
            if place not in self._written:
                self._written[place] = self._tried(world, choice, self._as_written)
            found = self._written[place]
            value = self._tried(world, choice, partial(self._value, mutant, found))
            if found is None and value is None:
                nothing = True
                continue
            if found is None or value is None:
                return False
            # an index that the array has not is so on both sides, or on neither
            if isinstance(found, NoSuchElement) or isinstance(value, NoSuchElement):
                if type(found) is not type(value):
                    return False
                faults = True
                continue
            seen = True
            if not same(found, value, alike):
                return False
        return seen or ((faults or nothing) and self._same_anywhere(mutant))

    def _same_anywhere(self, mutant: Expression) -> bool:
        """Whether a formula is what is written when every index and every derivative exists."""
        return not Differing(self.case.node, self.case.truth.graph, self.rows).from_(mutant)

    def _as_written(self, world: World, choice: Mapping[Letter, int]) -> Value:
        case = self.case
        return case.value(world, case.node, choice, case.labels(world, choice))

    def _tried(
        self, world: World, choice: dict[Letter, int], value: Callable[[World, Mapping[Letter, int]], Value]
    ) -> Value | NoSuchElement | None:
        """A value; the fault where an index is out of range; None where there is none."""
        try:
            return value(world, choice)
        except NoSuchElement as fault:
            return fault
        except FAULTS:
            return None

    def _value(
        self, mutant: Expression, found: Value | NoSuchElement | None, world: World, choice: Mapping[Letter, int]
    ) -> Value:
        """The value of a mutant; one in letters, where the chain is about a whole array, entry by entry.

        The first entry that is not as `found` ends it: Raises NoValue.
        """
        case = self.case
        # the letter of a sum that is not written any more is one of the page's own
        own = {
            letter: next((one for one in choice if one.axis == letter.axis), letter)
            for letter in free_letters(mutant) - set(choice)
        }
        mutant = rename(mutant, {letter: one for letter, one in own.items() if one != letter})
        letters = free_letters(mutant) - set(choice)
        if not letters or case.subject is None:
            return case.value(world, mutant, choice, case.labels(world, choice))
        labels = labels_of(case.true(world, choice))
        by_label = {
            label: letter
            for label in labels
            for letter in letters
            if (letter.axis.kind, letter.axis.layer) == (label.kind, label.layer) and not letter.copy
        }

        written = found if isinstance(found, Decimal | Tensor) else Decimal(0)
        comparable = found is written and set(labels_of(written)) <= set(labels)

        def entry(index: Mapping[Label, int]) -> Decimal:
            self.tried += 1  # each entry of an array costs as much as a number
            own = {letter: index[label] for label, letter in by_label.items()}
            ones = {letter: 1 for letter in letters if letter.axis.size == 1}
            value = case.value(world, mutant, {**choice, **ones, **own}, ())
            if not isinstance(value, Decimal):
                raise NoValue("this is no single number")
            if comparable and not alike(at(written, index), value):
                raise NoValue("another entry")
            return value

        return tensor(labels, entry)

    def _arithmetic(self) -> bool:
        """A result that is off although what it is calculated from is right, and no slip explains it."""
        case = self.case
        before = case.before()
        result = single(case.node) is not None or literal_rows(case.node) is not None
        return case.member.numeric and result and before is not None and before[0].verdict not in BAD


def _level(found: Decimal, value: Decimal, near: Decimal, far: Decimal) -> int | None:
    if alike(found, value) or close(found, value, near):
        return CLOSELY
    return LOOSELY if close(found, value, far) else None


def _entry(mutant: Expression) -> Decimal | None:
    """The literal that a mutant of one, or of an array of one, is."""
    if isinstance(mutant, Matrix) and len(mutant.rows) == 1 and len(mutant.rows[0]) == 1:
        mutant = mutant.rows[0][0]
    literal = single(mutant)
    return literal[0] if literal is not None else None


def _wrong(
    rows: list[list[tuple[Decimal, str]]], right: list[list[list[Decimal]]]
) -> list[tuple[tuple[Decimal, str], list[Decimal]]]:
    """The entries that are none of what would be right there."""
    return [
        ((value, text), aims)
        for line, aims_line in zip(rows, right, strict=True)
        for (value, text), aims in zip(line, aims_line, strict=True)
        if not any(close(value, aim, unit(text)) for aim in aims)
    ]

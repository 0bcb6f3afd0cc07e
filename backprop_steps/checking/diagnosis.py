"""The causes of a mistake: each is made on the right formulas, and those that give what is written are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from backprop_steps.checking.case import Case, alike, valuation
from backprop_steps.checking.causes import CAUSES, Setting
from backprop_steps.checking.expected import Expected
from backprop_steps.checking.judgement import BAD, FAULTS, Judgement
from backprop_steps.checking.literals import close, single, unit, whole
from backprop_steps.checking.matrices import has_matrix
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.tensors import NoValue, Value, labels_of, same, tensor
from backprop_steps.checking.world import NoSuchElement, World
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import free_letters, quantities, replace_refs
from backprop_steps.expression.tree import Expression, Number

MOST_RIGHTS = 12
MOST_TRIED = 2_500
"""No more mutants than these are tried for one mistake."""


@dataclass(slots=True)
class Diagnosis:
    """Looks for the causes of one mistake."""

    case: Case
    said: Judgement
    expected: Expected
    rows: bool
    tried: int = field(default=0, init=False)

    def causes(self) -> tuple[str, ...]:
        """The causes that fit, likeliest first; none where none does."""
        if self.said.causes or has_matrix(self.case.node):
            return self.said.causes
        rights = list(dict.fromkeys(self._rights()))[:MOST_RIGHTS]
        setting = Setting(
            self.case.truth.graph,
            self.case.subject.quantity if self.case.subject is not None else None,
            self._numbers(),
            self.rows,
        )
        found = []
        for name, cause in CAUSES.items():
            for right in rights:
                if any(self._is_this(mutant) for mutant in cause.mutants(right, setting)):
                    found.append(name)
                    break
            if self.tried > MOST_TRIED:
                break
        if not found and self._arithmetic():
            found.append("arithmetic")
        return tuple(found)

    def _rights(self) -> Iterator[Expression]:
        """What would be right here: the result, the member before with or without its numbers, the derivation's own."""
        case = self.case
        literal = single(case.node)
        if literal is not None and self.said.true is not None:
            yield _at_digits(self._aim(), literal[1])
        for place in range(case.place - 1, -1, -1):
            said, node = case.done[place], case.chain.members[place].node
            head = place == 0 and not case.chain.chain.headless
            if node is None or (said is None and not head) or (head and case.subject is not None):
                continue
            if said is not None and said.verdict is Verdict.INCORRECT:
                continue
            if has_matrix(node):
                continue
            yield node
            if case.member.numeric and any(quantities(node)):
                filled = self._filled(node)
                if filled is not None:
                    yield filled
        if case.subject is not None:
            for node in self.expected.formulas(case.subject.quantity):
                yield node
                if case.member.numeric:
                    filled = self._filled(node)
                    if filled is not None:
                        yield filled

    def _aim(self) -> Decimal:
        """The value that would be right: the true one, or what the page's own numbers give."""
        assert self.said.true is not None
        return self.said.yours if self.said.yours is not None else self.said.true

    def _numbers(self) -> Mapping[Quantity, Number]:
        case = self.case
        if case.yours is None or not case.member.numeric:
            return {}
        found: dict[Quantity, Number] = dict(case.yours.world.graph.values)
        for name, statement in case.yours.statements.items():
            found[name] = Number(f"{statement.value:f}")
        return found

    def _filled(self, node: Expression) -> Expression | None:
        """The formula with the page's numbers put in; None where one is missing."""
        case = self.case
        if case.yours is None or free_letters(node):
            return None
        yours, shift = case.yours, case.subject.shift if case.subject is not None else 0
        literal = single(case.node)
        places = _places(literal[1]) if literal is not None else 6

        def number(quantity: Quantity) -> Expression | None:
            value = yours.value(quantity.after(shift)).value
            return Number(f"{round(value, max(places + 2, 6)).normalize():f}")

        try:
            return replace_refs(node, number)
        except FAULTS:
            return None

    def _is_this(self, mutant: Expression) -> bool:
        """Whether a mutant is what is written."""
        self.tried += 1
        if self.tried > MOST_TRIED:
            return False
        try:
            return self._is_number(mutant) if self.case.member.numeric else self._is_formula(mutant)
        except FAULTS:
            return False

    def _is_number(self, mutant: Expression) -> bool:
        case = self.case
        found = case.own(case.node)
        literal = single(case.node)
        step = unit(literal[1]) if literal is not None and not whole(literal[1]) else Decimal(0)
        given = single(mutant)
        if given is not None and literal is not None:
            return given[0] == found
        slack = step * Decimal("0.6") + (Decimal(0) if literal is not None else case.slack(case.node))
        if not any(quantities(mutant)):
            return close(found, case.own(mutant), slack + (case.slack(mutant) if literal is None else step / 2))
        if case.yours is None:
            return False
        yours, shift = case.yours, case.subject.shift if case.subject is not None else 0
        own = replace(
            valuation(case.truth, case.signs, yours.world, 0),
            number=lambda quantity: yours.value(quantity.after(shift)).value,
        )
        value = own.value(mutant)
        return isinstance(value, Decimal) and close(found, value, slack + step / 2)

    def _is_formula(self, mutant: Expression) -> bool:
        case = self.case
        seen = False
        for world, choice in case.places():
            found = self._tried(world, choice, self._written)
            value = self._tried(world, choice, lambda *place: self._value(mutant, *place))
            if found is None and value is None:
                continue
            if found is None or value is None:
                return False
            seen = True
            # an index that the array has not is so on both sides, or on neither
            if isinstance(found, NoSuchElement) or isinstance(value, NoSuchElement):
                if type(found) is not type(value):
                    return False
            elif not same(found, value, alike):
                return False
        return seen

    def _written(self, world: World, choice: Mapping[Letter, int]) -> Value:
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

    def _value(self, mutant: Expression, world: World, choice: Mapping[Letter, int]) -> Value:
        """The value of a mutant; one in letters, where the chain is about a whole array, entry by entry."""
        case = self.case
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

        def entry(index: Mapping[object, int]) -> Decimal:
            own = {letter: index[label] for label, letter in by_label.items()}
            ones = {letter: 1 for letter in letters if letter.axis.size == 1}
            value = case.value(world, mutant, {**choice, **ones, **own}, ())
            if not isinstance(value, Decimal):
                raise NoValue("this is no single number")
            return value

        return tensor(labels, entry)  # type: ignore[arg-type]

    def _arithmetic(self) -> bool:
        """A result that is off although what it is calculated from is right, and no slip explains it."""
        case = self.case
        before = case.before()
        return (
            case.member.numeric
            and single(case.node) is not None
            and before is not None
            and before[0].verdict not in BAD
        )


def _places(text: str) -> int:
    exponent = Decimal(text).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _at_digits(value: Decimal, text: str) -> Expression:
    return Number(f"{round(value, _places(text)):f}")

"""One member of a chain with all that its verdict depends on: its values, and those it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from operator import mul

from backprop_steps.checking.binding.chains import BoundChain, BoundMember, assignments
from backprop_steps.checking.binding.conditions import Condition, within
from backprop_steps.checking.judging.judgement import FAULTS, GOOD, Judgement, Subject, Wrong
from backprop_steps.checking.truth.literals import Known, radius
from backprop_steps.checking.truth.tensors import Label, NoValue, Value, combined, each, labels_of, same
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.checking.truth.valuation import Valuation
from backprop_steps.checking.truth.world import World
from backprop_steps.checking.truth.yours import Mine, Yours
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import quantity_letters, rename_quantity
from backprop_steps.expression.tree import Expression

LabelsAt = Callable[[World, Mapping[Letter, int]], tuple[Label, ...]]
"""The axes that a value is to have, in a world and with numbers for letters."""
TOLERANCE = Decimal("1e-12")
WIDER = Decimal("1.05")
"""The roundings of several literals are taken together a little wider than their first order says."""


@dataclass(slots=True)
class Case:
    """One member, and all that its verdict depends on. `done` are the judgements of the members before it."""

    truth: Truth
    signs: Signs
    exact: Known
    yours: Yours | None
    wrong: list[Wrong]
    careful: bool
    speaks_in_arrays: bool
    standing: Set[int]
    chain: BoundChain
    subject: Subject | None
    lines: tuple[int, ...]
    done: list[Judgement | None]
    place: int
    member: BoundMember
    restricted: bool = False
    """Whether only those places count where the conditions beside the chain hold."""
    targets_given: bool = False
    """Whether the problem's own targets stand in every world."""

    def places(self, worlds: tuple[World, ...] | None = None) -> Iterator[tuple[World, dict[Letter, int]]]:
        """Every world, with every choice of integers for the chain's free letters."""
        choices = assignments(self.chain.letters)
        if worlds is None:
            worlds = self.truth.given_targets if self.targets_given else self.truth.worlds
        for world in worlds:
            for choice in choices:
                if not self.restricted or self._allowed(world, choice):
                    yield world, choice

    def _allowed(self, world: World, choice: Mapping[Letter, int]) -> bool:
        def value(name: str) -> Decimal | int | None:
            letter = self.chain.names.get(name)
            if letter is not None:
                return choice.get(letter)
            return self.truth.number(world, Quantity("variable", name=name), self.signs)

        return all(condition.holds(value) for condition in self.chain.conditions if not self._bounds(condition))

    def _bounds(self, condition: Condition) -> bool:
        """Whether a condition says where a letter lies that stands for any number."""
        return condition.number is not None and condition.left not in self.chain.names

    @property
    def node(self) -> Expression:
        """The member as a formula."""
        assert self.member.node is not None
        return self.member.node

    def value(self, world: World, node: Expression, choice: Mapping[Letter, int], wanted: tuple[Label, ...]) -> Value:
        """The value of a formula of the page in a world."""
        shift = self.subject.shift if self.subject is not None else 0
        if self.restricted:
            own = valuation(self.truth, self.signs, world, shift)
            share = Decimal(self.truth.worlds.index(world) + 1 if world in self.truth.worlds else 0)
            share = (2 * share + 1) / (2 * len(self.truth.worlds) + 3)
            for name, value in within(tuple(filter(self._bounds, self.chain.conditions)), share).items():
                own.replaced[Quantity("variable", name=name)] = value
            return own.value(node, wanted, choice)
        return valuation(self.truth, self.signs, world, shift).value(node, wanted, choice)

    def true(self, world: World, choice: Mapping[Letter, int]) -> Value:
        """The value of what the chain is about."""
        assert self.subject is not None
        values = valuation(self.truth, self.signs, world, 0)
        whole = values.tensor_of(rename_quantity(self.subject.quantity, choice))
        if self.subject.sampled:
            return each(whole, partial(mul, self.scale))
        if self.subject.less is None:
            return whole
        before = values.tensor_of(rename_quantity(self.subject.less, choice))
        return combined([whole, before], lambda pair: pair[0] - pair[1])

    def at_any_number(self, node: Expression) -> bool:
        """Whether a formula has a letter that stands for any number, and its value differs from number to number."""
        if not self.truth.any_numbers(node, self.signs):
            return False
        try:
            values = [self.value(world, node, {}, ()) for world in self.truth.worlds]
        except FAULTS:
            return False
        return not all(same(one, values[0], alike) for one in values[1:])

    @property
    def scale(self) -> Decimal:
        """How many times its quantity the chain is about."""
        return self.subject.times(self.truth.graph) if self.subject is not None else Decimal(1)

    def scaled(self, mine: Mine) -> Mine:
        """What the page has for the quantity, as often as the chain is about it."""
        return mine.times(self.scale)

    def single_true(self) -> Decimal | None:
        """The one number that the chain is about, in the problem's own numbers."""
        own = self.truth.own
        if own is None or self.subject is None or quantity_letters(self.subject.quantity):
            return None
        try:
            value = self.true(own, {})
        except FAULTS:
            return None
        return value if isinstance(value, Decimal) else None

    def calculated(self) -> Mine:
        """What the page's own values give for what the chain is about. Raises what Yours raises."""
        assert self.yours is not None
        assert self.subject is not None
        mine = self.scaled(self.yours.calculated(self.subject.quantity))
        if self.subject.less is None:
            return mine
        before = self.yours.value(self.subject.less)
        return Mine(mine.value - before.value, mine.slack, mine.used | before.used)

    def own(self, node: Expression) -> Decimal:
        """The number of a formula in the problem's own numbers. Raises NoValue where it is none."""
        world = self.truth.own
        if world is None:
            raise NoValue("the problem has no numbers to compare with")
        value = self.value(world, node, {}, ())
        if not isinstance(value, Decimal):
            raise NoValue("this is no single number")
        return value

    def slack(self, node: Expression) -> Decimal:
        """How far the roundings of a formula's literals can move its value."""
        return radius(node, self.own, self.exact) * WIDER

    def page_slack(self, node: Expression) -> Decimal:
        """The same where what the page itself has calculated exactly is exact, too."""
        texts = self.yours.exact if self.yours is not None else frozenset[str]()
        return radius(node, self.own, Known({*self.exact.texts, *texts})) * WIDER

    def before(self) -> tuple[Judgement, Expression, int] | None:
        """The member before this one with what was said of it, and the line of the mistake it would hand on."""
        if not self.place:
            return None
        said, node = self.done[self.place - 1], self.chain.members[self.place - 1].node
        if said is None or node is None:
            return None
        return said, node, said.root if said.root is not None else self.lines[self.place - 1]

    def good(self) -> Iterator[Expression]:
        """The head of the chain, and the members before this one that are right."""
        for place, member in enumerate(self.chain.members[: self.place]):
            said = self.done[place]
            if member.node is not None and (said is None or said.verdict in GOOD):
                yield member.node

    def same_as(self, other: Expression) -> bool:
        """Whether the member equals another formula in every world: entry by entry, or with products of arrays summed
        where nothing says which of their axes are left, `w^T x`.
        """
        ways = (self.labels,) if self.subject is not None else (self.labels, _no_labels)
        return any(self._same_along(other, labels) for labels in ways)

    def _same_along(self, other: Expression, labels: LabelsAt) -> bool:
        seen = False
        for world, choice in self.places():
            try:
                wanted = labels(world, choice)
                one = self.value(world, other, choice, wanted)
                two = self.value(world, self.node, choice, wanted)
            except FAULTS:
                continue
            seen = True
            if not same(one, two, alike):
                return False
        return seen

    def labels(self, world: World, choice: Mapping[Letter, int]) -> tuple[Label, ...]:
        """The axes that the member's value is to have."""
        if self.subject is not None:
            return labels_of(self.true(world, choice))
        head = self.chain.members[max(self.place - 1, 0)].node
        return tuple(valuation(self.truth, self.signs, world, 0).labels(head, choice)) if head is not None else ()


def _no_labels(world: World, choice: Mapping[Letter, int]) -> tuple[Label, ...]:
    return ()


def valuation(truth: Truth, signs: Signs, world: World, shift: int) -> Valuation:
    """What evaluates the page's formulas in a world; its quantities are those after `shift` more updates."""
    found = truth.valuation(world, signs)
    if not shift:
        return found
    return replace(found, number=lambda quantity: truth.number(world, quantity.after(shift), signs))


def alike(one: Decimal, two: Decimal) -> bool:
    """Whether two values of formulas are the same but for the noise of the calculation."""
    return abs(one - two) <= TOLERANCE * max(abs(one), abs(two)) + Decimal("1e-22")

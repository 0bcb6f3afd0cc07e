"""What would be right in the place of a wrong member, in every form in which a hand may have had it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from backprop_steps.checking.causes.places import summed
from backprop_steps.checking.judging.case import Case
from backprop_steps.checking.judging.expected import Expected, of_samples, step_of
from backprop_steps.checking.judging.judgement import FAULTS, Judgement
from backprop_steps.checking.judging.matrices import Matrices
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.truth.literals import rounded, single
from backprop_steps.derivation.local import slope_at
from backprop_steps.expression.element import element
from backprop_steps.expression.quantity import Index, Letter, Quantity, derivative
from backprop_steps.expression.transform import (
    free_letters,
    quantities,
    quantity_letters,
    rename,
    rename_quantity,
    replace_refs,
)
from backprop_steps.expression.tree import Expression, Matrix, Number, Product, Ref, Sigma

PLACES = 6
"""Values that the page does not show are put into formulas with so many places, or two more than the member shows."""
WIDER = (0, 1, -1, 2, -2)
"""A slip may change how many digits a result has: the right one is tried with so many places more."""


@dataclass
class Rights:
    """The right forms of one member."""

    case: Case
    said: Judgement
    expected: Expected

    @cached_property
    def places(self) -> int:
        """The decimals that the member shows."""
        literal = single(self.case.node)
        return places_of(literal[1]) if literal is not None else PLACES

    def results(self) -> Iterator[Number]:
        """The right result as a literal: what the page's own numbers give, and the true one."""
        if single(self.case.node) is None:
            return
        aims = [aim for aim in (self.said.yours, self.said.true) if aim is not None]
        if self.said.yours is not None and self.case.yours is not None:
            # the hand may have gone on from more digits than the page shows
            slack = self.case.calculated().slack
            aims += [self.said.yours - slack, self.said.yours + slack]
        for value in dict.fromkeys(aims):
            yield from literals(value, self.places)

    def shown(self) -> Iterator[Expression]:
        """The members before this one that are not wrong, nearest first, as they are and with their numbers put in."""
        case = self.case
        for place in range(case.place - 1, -1, -1):
            said, node = case.done[place], case.chain.members[place].node
            head = place == 0 and not case.chain.chain.headless
            if node is None or (said is None and not head) or (head and case.subject is not None):
                continue
            if said is not None and said.verdict in (Verdict.INCORRECT, Verdict.NOT_UNDERSTOOD):
                continue
            yield from self._forms(node)

    def told(self) -> Iterator[Expression]:
        """What the derivations tell of the quantity, as it is and with its numbers put in."""
        if self.case.subject is None:
            return
        quantity = self.case.subject.quantity
        formulas = self.expected.formulas(quantity) or tuple(self._through(quantity))
        if self.case.subject.less is not None:
            formulas = tuple(filter(None, (step_of(node, self.case.subject.less) for node in formulas)))
        for node in (*formulas, *self._local(quantity)):
            yield from self._forms(of_samples(node) if self.case.subject.sampled else node)

    def _through(self, quantity: Quantity) -> Iterator[Expression]:
        """The chain rule for the gradient of what no derivation asks for, an input: over all that is made of it, by
        name and with the local derivatives.
        """
        of, by = quantity.of, quantity.by
        if of is None or by is None or of != self.case.truth.graph.goal or by.generation:
            return
        named: list[Expression] = []
        local: list[Expression] = []
        for link in (link for links in self.case.truth.worlds[0].links.values() for link in links):
            if link.by.array() != by.array():
                continue
            binding = _binding((link.by, by))
            above = Ref(derivative(of, rename_quantity(link.of, binding)))
            letters = [letter for letter in quantity_letters(link.of) if letter not in binding]
            for found, own in ((named, Ref(derivative(link.of, link.by))), (local, link.local)):
                product: Expression = Product((above, rename(own, binding)))
                for letter in letters:
                    product = Sigma(letter, product)
                found.append(product)
        for terms in (named, local):
            if terms:
                yield (whole := summed(terms))
                yield element(whole, {})

    def _local(self, quantity: Quantity) -> Iterator[Expression]:
        """The local derivatives of one quantity by another from which it is made directly."""
        of, by = quantity.of, quantity.by
        if of is None or by is None:
            return
        operation = self.case.truth.graph.producer(Quantity("activation", of.layer))
        if (of.role, by.role) == ("activation", "pre_activation") and operation and operation.activation is not None:
            slope = slope_at(operation.activation, of, by)
            if slope is not None and not operation.activation.coupled:
                yield slope
        generation = by.generation
        of, by = of.after(-generation), by.after(-generation)
        for link in self.case.truth.worlds[0].links.get(of.array(), ()):
            if link.by.array() != by.array():
                continue
            binding = _binding((link.of, of), (link.by, by))
            yield replace_refs(rename(link.local, binding), lambda one: Ref(one.after(generation)))

    def _forms(self, node: Expression) -> Iterator[Expression]:
        if self.case.member.numeric and any(quantities(node)):
            filled = self.filled(node)
            if filled is not None:
                yield filled
        yield node

    def filled(self, node: Expression) -> Expression | None:
        """The formula with the page's numbers put in; None where one is missing."""
        case = self.case
        if case.yours is None or free_letters(node):
            return None
        shift = case.subject.shift if case.subject is not None else 0
        matrices = Matrices(case.truth, case.signs)

        def number(quantity: Quantity) -> Expression:
            moved = quantity.after(shift)
            if moved.of is None and case.truth.axes(case.truth.settled(moved)):
                return Matrix(tuple(tuple(map(self._literal, row)) for row in matrices.elements(moved)))
            if moved.by is not None and case.truth.axes(moved.by):
                return Matrix(tuple(tuple(map(self._literal, row)) for row in matrices.elements(moved)))
            return self._literal(moved)

        try:
            return replace_refs(node, number)
        except FAULTS:
            return None

    def _literal(self, quantity: Quantity) -> Number:
        assert self.case.yours is not None
        value = self.case.yours.value(quantity).value
        return Number(f"{rounded(value, max(self.places + 2, PLACES)).normalize():f}")

    def numbers(self, places: int) -> Mapping[Quantity, Number]:
        """What may be copied: what the page shows for each quantity, the givens, and what would be true of the rest."""
        case = self.case
        if case.yours is None:
            return {}
        found: dict[Quantity, Number] = dict(case.yours.world.graph.values)
        for quantity, value in self.expected.known(case.truth):
            found.setdefault(quantity, Number(f"{rounded(value, places):f}"))
        for name, statement in case.yours.statements.items():
            found[name] = Number(f"{statement.value:f}")
        return found


def _binding(*pairs: tuple[Quantity, Quantity]) -> dict[Letter, Index]:
    """What the letters of each first quantity stand for where it is the second."""
    found: dict[Letter, Index] = {}
    for one, two in pairs:
        for letter, index in (*zip(one.index, two.index, strict=False), (one.sample, two.sample)):
            if isinstance(letter, Letter) and index is not None:
                found.setdefault(letter, index)
    return found


def literals(value: Decimal, places: int) -> Iterator[Number]:
    """A value as a literal, with so many places and with a few more and less."""
    seen = set()
    for more in WIDER:
        if places + more >= 0:
            text = f"{rounded(value, places + more):f}"
            if text not in seen:
                seen.add(text)
                yield Number(text)


def places_of(text: str) -> int:
    """The decimals of a literal."""
    exponent = Decimal(text).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0

"""A passage as lines: the formulas in the notation's view, the numbers element by element or in matrices."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from decimal import Decimal

from backprop_steps.derivation.steps import Passage
from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate_in, nudged, piece_that_holds
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import (
    ZERO,
    bound_apart,
    numbers,
    quantities,
    rebuild,
    replace_refs,
    without_single,
)
from backprop_steps.expression.tree import Apply, Cases, Expression, Negative, Number, Product, Quotient, Ref, Sum
from backprop_steps.notation.profile import View
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.pages.telling.arrays import ArrayTelling
from backprop_steps.pages.telling.lines import Line, Member, Relation
from backprop_steps.pages.telling.speech import Binding, distinct

__all__ = ["Binding", "Telling", "continued"]

_SAME = Decimal("1e-33")


class Telling(ArrayTelling):
    """Turns passages into lines: the formulas in any view, and the arithmetic of single elements."""

    __slots__ = ()

    def formula_lines(self, passage: Passage, view: View, brief: bool = False) -> list[Line]:
        """The symbolic chain: once for the array (matrix or index view), or once for each element."""
        if view == "element":
            return [self.formula(passage, binding, brief) for binding in self.bindings(passage.quantity)]
        if view == "matrix" and not self._is_own_function(passage):
            line = self.array_formula(passage, brief)
            if line is not None:
                return [line]
        return [self.index_formula(passage, brief)]

    def _is_own_function(self, passage: Passage) -> bool:
        """Whether it is an activation that is the problem's own formula: its definition is told entry by entry."""
        operation = self.derivation.graph.producer(passage.quantity) if passage.section == "forward" else None
        row = operation.activation if operation is not None else None
        return row is not None and row.name not in ACTIVATIONS and row.formula is not None

    def formula(self, passage: Passage, binding: Binding, brief: bool = False, generation: int = 0) -> Line:
        """The symbolic chain of one element."""
        subject = self.at(passage.quantity, binding, generation)
        members = [
            Member(
                self._relation(passage),
                self._element(step.expression, binding, generation),
                step.reason or step.rule.value,
            )
            for step in self._number_steps(passage, brief)
            if step.reason != "spelt_out" or passage.section == "update"
        ]
        return self._line(passage, subject, self._head(passage, subject), members)

    def index_formula(self, passage: Passage, brief: bool = False) -> Line:
        """The symbolic chain in letters, with the ranges of the free ones."""
        head = without_single(self._head(passage, passage.quantity))
        members = [
            Member(
                self._relation(passage),
                without_single(bound_apart(self.spoken(step.expression))),
                step.reason or step.rule.value,
            )
            for step in self._number_steps(passage, brief)
            if step.reason != "spelt_out" or passage.section == "update" or not self.is_scalar(passage)
        ]
        line = self._line(passage, passage.quantity, head, members)
        ranges = tuple(letter for letter in passage.letters if letter.axis.size != 1)
        return Line(line.subject, line.head, line.members, line.layer, ranges)

    def working(self, passage: Passage, binding: Binding, generation: int = 0, symbols: bool = True) -> Line:
        """One element with its numbers: (symbols,) numbers substituted, result."""
        subject = self.at(passage.quantity, binding, generation)
        basis = self._element(passage.basis, binding, generation, numbers=True)
        members: list[Member] = []
        if symbols:
            lower = self.notation.conventions.arrangement == "formulas_first"
            symbolic = basis if lower else self._element(passage.basis, binding, generation)
            members.append(Member(self._relation(passage), symbolic))
        members += self._worked(passage, basis, subject, symbols)
        return self._line(passage, subject, self._head(passage, subject), members)

    def outcome(self, passage: Passage, binding: Binding, generation: int = 0) -> Line:
        """One element and what it comes to, without the arithmetic."""
        assert self.evaluation is not None
        subject = self.at(passage.quantity, binding, generation)
        found = self.evaluation.literal(subject)
        assert found is not None
        rounded = found[1]
        if self.evaluation.rounding.carry == "rounded":  # the value carried on is what is shown: was it rounded here?
            basis = self._element(passage.basis, binding, generation, numbers=True)
            rounded = self._worked(passage, basis, subject, symbols=True)[-1].relation == "≈"
        member = Member("≈" if rounded else self._relation(passage), found[0], numeric=True)
        return self._line(passage, subject, self._head(passage, subject), [member])

    def uses(self, passage: Passage, binding: Binding, generation: int = 0) -> Iterator[Quantity]:
        """The quantities whose numbers are put in where this element is worked."""
        return quantities(self._element(passage.basis, binding, generation, numbers=True))

    def _worked(self, passage: Passage, basis: Expression, subject: Quantity, symbols: bool) -> list[Member]:
        assert self.evaluation is not None
        literals = self.evaluation.literal
        inexact: set[Quantity] = set()

        def literal(quantity: Quantity) -> Expression | None:
            found = literals(quantity)
            if found is None:
                return None
            if found[1]:
                inexact.add(quantity)
            return found[0]

        if self._view(passage.basis, numbers=True).put_in_as_it_is:
            put = replace_refs(basis, literal)
            rounded = bool(inexact)
        else:
            put = _as_a_hand_writes(replace_refs(rebuild(basis, self._decided), literal))
            rounded = bool(inexact) and _holds(put, inexact)  # what was rounded may be no longer there
        put = _without_sign_of_nothing(put)
        result = self.evaluation.shown(subject)
        if isinstance(put, Number) or put == Negative(Number(result.text.removeprefix("-"), result.exact)):
            literally = put if isinstance(put, Number) and put.value == result.value else result
            return [Member("≈" if rounded else self._first(passage, symbols), literally, numeric=True)]
        first = self._first(passage, symbols)
        members = [Member("≈" if rounded and first == "=" else first, put, numeric=True)]
        exact = self._comes_to(put, result.value)
        members.append(Member("=" if exact else "≈", result, numeric=True))
        return members

    def _decided(self, node: Expression) -> Expression:
        """A distinction of cases within a formula by the piece that holds: it is all there is to say in numbers."""
        evaluation = self.evaluation
        if isinstance(node, Cases) and evaluation is not None and all(map(evaluation.has, quantities(node))):
            return self._decided(piece_that_holds(node, evaluation.value, self.derivation.functions))
        return rebuild(node, self._decided)

    def _comes_to(self, put: Expression, result: Decimal) -> bool:
        """Whether the printed numbers give the printed result exactly."""
        try:
            with arithmetic():
                if not _same(evaluate_in(put, _no_value, self.derivation.functions, {}), result):
                    return False
                with nudged():
                    return _same(evaluate_in(put, _no_value, self.derivation.functions, {}), result)
        except ArithmeticFault:  # of rounded numbers only: ln(1 - 1.0000), where a was 0.99999998
            return False

    def _first(self, passage: Passage, symbols: bool) -> Relation:
        return "=" if symbols else self._relation(passage)

    def joined(self, passage: Passage, binding: Binding, brief: bool) -> Line:
        """The symbolic chain of an element, and its numbers after it."""
        subject = self.at(passage.quantity, binding)
        basis = self._element(passage.basis, binding, 0, numbers=True)
        numbers = self._worked(passage, basis, subject, symbols=True)
        return continued(self.formula(passage, binding, brief), self._line(passage, subject, Ref(subject), numbers))


def continued(formula: Line, numbers: Line) -> Line:
    """A symbolic chain, and the numbers of another about the same after it."""
    members = [*formula.members, *(member for member in numbers.members if member.numeric)]
    assert formula.head is not None
    return replace(formula, subject=numbers.subject, members=tuple(distinct(formula.head, members)))


def _as_a_hand_writes(node: Expression) -> Expression:
    """With e^0.55 for e^-(-0.55): the two signs are not worth a line. Nor is a fraction of nothing, which is 0."""
    if isinstance(node, Apply) and node.function == "exp":
        argument = node.arguments[0]
        if isinstance(argument, Negative) and isinstance(argument.body, Number) and argument.body.text.startswith("-"):
            return Apply("exp", (replace(argument.body, text=argument.body.text[1:]),))
    if _is_nothing(node):
        return ZERO
    node = rebuild(node, _as_a_hand_writes)
    if isinstance(node, Sum):
        return replace(node, terms=(_without_sign_of_nothing(node.terms[0]), *node.terms[1:]))
    return node


def _without_sign_of_nothing(node: Expression) -> Expression:
    """What a line begins with: nobody writes -0."""
    match node:
        case Negative(Product((Number() as first, *_)) as body) if not first.value:
            return body
    return node


def _holds(node: Expression, values: Set[Quantity]) -> bool:
    """Whether the number of one of the quantities stands in the formula."""
    return any(number.of in values for number in numbers(node))


def _is_nothing(node: Expression) -> bool:
    """Whether a fraction with a numerator 0 is all there is, or makes all of it 0."""
    match node:
        case Quotient(Number() as top, _):
            return not top.value
        case Negative(body):
            return _is_nothing(body)
        case Product(factors):
            return any(map(_is_nothing, factors))
    return False


def _same(one: Decimal, two: Decimal) -> bool:
    return abs(one - two) <= _SAME * (abs(two) or 1)


def _no_value(quantity: Quantity) -> Decimal:
    raise KeyError(quantity)

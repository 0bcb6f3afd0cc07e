"""For tests: what stands on a sheet, evaluated as it stands there, number by number or array by array.

A derivative between two quantities that the sheet has no number for is a local one: the difference quotient of the
formula between them, all else held as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import reduce
from itertools import chain
from typing import TypeVar

from graphs import STEP

from backprop_steps.evaluation.evaluate import Evaluation
from backprop_steps.expression.arithmetic import evaluate_in
from backprop_steps.expression.arrays import Array, evaluate_array
from backprop_steps.expression.element import element
from backprop_steps.expression.quantity import Letter, Quantity, derivative
from backprop_steps.expression.transform import children, rebuild, rename_quantity, replace_refs
from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Derivative,
    Expression,
    Hadamard,
    Matrix,
    Negative,
    Number,
    Product,
    Ref,
    Sigma,
    Sum,
    Transpose,
)
from backprop_steps.network.graph import letters_of
from backprop_steps.pages.telling.telling import Telling

T = TypeVar("T")
Value = Callable[[Quantity], Decimal]
KINK = Decimal("1e-20")
"""How far the two one-sided differences of a smooth function stay apart, at most."""


class KinkError(Exception):
    """A difference quotient was asked for at a kink."""


class SheetValues:
    """The values of what is said on one sheet."""

    def __init__(self, telling: Telling) -> None:
        assert telling.evaluation is not None
        self.telling = telling
        self.evaluation: Evaluation = telling.evaluation
        self.graph = telling.derivation.graph
        self.functions = telling.derivation.functions
        self._slopes: dict[tuple[Expression, Quantity], Array] = {}
        self._lettered: dict[Quantity, Quantity] = {}

    # single numbers

    def value(self, quantity: Quantity) -> Decimal:
        """The number that the sheet goes on with; of a derivative without one, the local derivative."""
        if self.evaluation.has(quantity):
            return self.evaluation.value(quantity)
        assert quantity.of is not None, quantity
        assert quantity.by is not None, quantity
        of, by = quantity.of, quantity.by
        ((slope,),) = self.slopes(self._definition(of), by)
        return slope

    def _definition(self, quantity: Quantity) -> Expression:
        """The formula of one element, about quantities after as many updates."""
        generation = quantity.generation
        operation = self.graph.producer(quantity.after(-generation))
        assert operation is not None, quantity
        where = (*quantity.index, *(() if quantity.sample is None else (quantity.sample,)))
        formula = element(operation.formula, dict(zip(letters_of(operation.output), where, strict=True)))
        return replace_refs(formula, lambda other: Ref(other.after(generation)))

    def slopes(self, formula: Expression, by: Quantity) -> Array:
        """How every entry of a formula follows one number; through a quantity without a name, on to what it is."""
        if (formula, by) not in self._slopes:
            low, here, high = (self.grid(formula, self._nudged(by, step * STEP)) for step in (-1, 0, 1))
            if any(abs(a + b - 2 * m) > KINK for a, m, b in zip(flat(low), flat(here), flat(high), strict=True)):
                raise KinkError
            self._slopes[formula, by] = _entrywise(lambda one, two: (two - one) / (2 * STEP), low, high)
        return self._slopes[formula, by]

    def _nudged(self, by: Quantity, change: Decimal) -> Value:
        def value(quantity: Quantity) -> Decimal:
            if quantity == by:
                return self.value(by) + change
            if quantity.role == "pre_activation" and not self.telling.notation.names("pre_activation"):
                return evaluate_in(self._definition(quantity), value, self.functions, {})
            return self.value(quantity)

        return value

    # formulas

    def grid(self, node: Expression, value: Value | None = None) -> Array:
        """The rows of a member; one number is a row of one."""
        known = value or self.value
        node = self._without_derivatives(node)
        if self.about_arrays(node):
            node = self._without_softmax(node, known)
            return evaluate_array(node, lambda quantity: self._array(quantity, known), self.functions)
        return ((evaluate_in(node, known, self.functions, {}),),)

    def about_arrays(self, node: Expression) -> bool:
        """Whether a formula is between whole arrays."""
        return any(
            isinstance(part, Matrix | Transpose | Hadamard)
            or part == Constant("ones")
            or (isinstance(part, Ref) and self.is_whole(part.quantity))
            for part in parts_of(node)
        )

    def is_whole(self, quantity: Quantity) -> bool:
        """Whether it is an array, and not one number of it."""
        if quantity.of is not None and quantity.by is not None:
            return self.is_whole(quantity.of) or self.is_whole(quantity.by)
        return not quantity.index and quantity.sample is None and bool(letters_of(self._with_letters(quantity)))

    def _without_derivatives(self, node: Expression) -> Expression:
        if isinstance(node, Sigma) and any(isinstance(part, Derivative) for part in parts_of(node)):
            node = element(node, {})  # term by term: a difference quotient is one number's
        if not isinstance(node, Derivative):
            return rebuild(node, self._without_derivatives)
        assert isinstance(node.by, Ref)
        ((slope,),) = self.slopes(element(node.of, {}), node.by.quantity)
        return Number(str(slope))

    def _without_softmax(self, node: Expression, value: Value) -> Expression:
        """Softmax is of all units together: of each column where units run down, of each row where they run across."""
        if not isinstance(node, Apply) or node.function != "softmax":
            return rebuild(node, lambda part: self._without_softmax(part, value))
        rows = self.grid(node.arguments[0], value)
        vectors = rows if self.telling.layout.rows else tuple(zip(*rows, strict=True))
        powers = [[entry.exp() for entry in vector] for vector in vectors]
        shares = tuple(tuple(Number(str(one / sum(vector))) for one in vector) for vector in powers)
        return Matrix(shares if self.telling.layout.rows else tuple(zip(*shares, strict=True)))

    def _array(self, quantity: Quantity, value: Value) -> Array:
        return tuple(tuple(value(entry) for entry in row) for row in self.entries(quantity))

    def entries(self, quantity: Quantity) -> tuple[tuple[Quantity, ...], ...]:
        """The elements of an array, as they lie in this notation; one number alone."""
        if not self.is_whole(quantity):
            return ((quantity,),)
        lettered = self._with_letters(quantity)
        down, across = self.telling.layout.places(lettered)

        def entry(i: int, j: int) -> Quantity:
            binding = {place: n for place, n in ((down, i), (across, j)) if place is not None}
            return rename_quantity(lettered, binding)

        return tuple(tuple(entry(i, j) for j in _range(across)) for i in _range(down))

    def _with_letters(self, quantity: Quantity) -> Quantity:
        if quantity.of is not None and quantity.by is not None:
            return derivative(self._with_letters(quantity.of), self._with_letters(quantity.by))
        if quantity not in self._lettered:
            generation = quantity.generation
            found = self.telling.lettered(quantity.after(-generation).array())
            assert found is not None, quantity
            self._lettered[quantity] = found.after(generation)
        return self._lettered[quantity]

    # the chain rule between whole arrays

    def is_chain(self, node: Expression) -> bool:
        """Whether a member is the chain rule between whole arrays; one derivative alone is meant entry by entry."""
        return not isinstance(node, Ref) and any(
            (isinstance(part, Derivative) and (self.about_arrays(part.of) or self.about_arrays(part.by)))
            or (isinstance(part, Ref) and self.is_between(part) and self.is_whole(part.quantity))
            for part in parts_of(node)
        )

    def is_between(self, node: Expression) -> bool:
        """Whether it is a derivative that is not the goal's: it may have been found as a difference quotient."""
        if isinstance(node, Derivative):
            return True
        of = node.quantity.of if isinstance(node, Ref) else None
        return of is not None and of.after(-of.generation) != self.graph.goal

    def jacobian(self, node: Expression) -> Array:
        """A row for each entry of what is differentiated, a column for each entry of what it is differentiated by."""
        match node:
            case Product(factors):
                return reduce(_matrix_product, map(self.jacobian, factors))
            case Sum(terms):
                return reduce(lambda one, two: _entrywise(Decimal.__add__, one, two), map(self.jacobian, terms))
            case Negative(body):
                return _entrywise(lambda one, _: -one, self.jacobian(body), self.jacobian(body))
            case Ref(quantity) if quantity.of is not None and quantity.by is not None:
                columns = list(flat(self.entries(quantity.by)))
                return tuple(
                    tuple(self.value(derivative(of, by)) for by in columns) for of in flat(self.entries(quantity.of))
                )
            case Derivative(of, Ref(by)):
                slopes = [flat(self.slopes(element(of, {}), entry)) for entry in flat(self.entries(by))]
                return tuple(zip(*slopes, strict=True))
        return self.grid(node)


def parts_of(node: Expression) -> Iterator[Expression]:
    """The node and all below it."""
    yield node
    for child in children(node):
        yield from parts_of(child)


def flat(rows: tuple[tuple[T, ...], ...]) -> tuple[T, ...]:
    """The entries row by row."""
    return tuple(chain.from_iterable(rows))


def rounded_literals(node: Expression) -> list[Number]:
    """Every occurrence of a literal that was rounded, in reading order."""
    return [part for part in parts_of(node) if isinstance(part, Number) and not part.exact]


def _entrywise(operation: Callable[[Decimal, Decimal], Decimal], one: Array, two: Array) -> Array:
    return tuple(
        tuple(operation(a, b) for a, b in zip(first, second, strict=True))
        for first, second in zip(one, two, strict=True)
    )


def _matrix_product(one: Array, two: Array) -> Array:
    columns = tuple(zip(*two, strict=True))
    return tuple(
        tuple(sum((a * b for a, b in zip(row, column, strict=True)), Decimal(0)) for column in columns) for row in one
    )


def _range(place: Letter | None) -> range:
    if place is None:
        return range(1, 2)
    assert isinstance(place.axis.size, int)
    return range(1, place.axis.size + 1)

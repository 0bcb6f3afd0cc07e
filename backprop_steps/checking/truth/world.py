"""One world: a network with numbers, and the value in it of whatever a line may speak of.

A line that is true in symbols is true in every world; a line with numbers is true in the problem's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import product

from backprop_steps.derivation.local import Link, links, slope_at
from backprop_steps.expression.arithmetic import Functions, arithmetic, evaluate_in
from backprop_steps.expression.quantity import LEARNING_RATE, Letter, Quantity
from backprop_steps.expression.transform import (
    quantities,
    quantity_letters,
    rename_quantity,
)
from backprop_steps.expression.tree import Expression
from backprop_steps.network.graph import Graph, Operation, letters_of

WHOLE = "whole"
ZERO, ONE = Decimal(0), Decimal(1)


class Unknown(Exception):  # noqa: N818 - not a fault: the line speaks of something this world has not
    """A quantity that this world has no value for: an index out of range, an update never made."""


class NoSuchElement(Unknown):
    """An index that the array does not have."""


class World:
    """The values of a network through its updates. `delta` and `error` are the signs that the page gives them.

    Every value is asked for by its Quantity with integers for indices; `a1''[2]` is the activation after two updates.
    """

    def __init__(self, graph: Graph, functions: Functions, updates: int, later: int = 0) -> None:
        """`updates` are made at once, `later` more where they are asked for."""
        self.graph, self.functions = graph, functions
        self.most = updates + later
        self.links = {operation.output.array(): _links(operation) for operation in graph.operations}
        self.arrays = {element.array() for element in graph.values} | set(self.links)
        given = {quantity: number.value for quantity, number in graph.values.items()}
        self.passes = [Pass(self, given)]
        with arithmetic():
            self.passes[0].forward()
            for _ in range(updates):
                self._update()

    def _update(self) -> None:
        self.passes.append(Pass(self, self.passes[-1].updated()))
        self.passes[-1].forward()

    def value(self, quantity: Quantity) -> Decimal:
        """The value of an element. Raises Unknown, or ArithmeticFault where a number does not exist.

        A derivative with the name `WHOLE` is that along every path.
        """
        generation = quantity.by.generation if quantity.by is not None else quantity.generation
        if generation > self.most or generation < 0:
            raise Unknown
        if generation >= len(self.passes):
            with arithmetic():
                while generation >= len(self.passes):
                    self._update()
        return self.passes[generation].value(quantity.after(-generation) if generation else quantity)

    def formula(self, array: Quantity) -> Operation | None:
        """The operation that makes this array."""
        return self.graph.producer(array)


@lru_cache(maxsize=256)
def _links(operation: Operation) -> tuple[Link, ...]:
    """Every local derivative of an operation, one occurrence pattern after the other; worlds of one size share them."""
    found: list[Link] = []
    seen: set[Quantity] = set()
    for quantity in quantities(operation.formula):
        array = quantity.array()
        if array not in seen and array.role != "target":
            seen.add(array)
            found += links(operation, quantity)
    return tuple(found)


def bindings(letters: Iterator[Letter] | tuple[Letter, ...]) -> Iterator[dict[Letter, int]]:
    """Every assignment of integers to letters whose ranges have a size."""
    fixed = tuple(letters)
    ranges = [range(1, letter.axis.size + 1) for letter in fixed if isinstance(letter.axis.size, int)]
    for numbers in product(*ranges):
        yield dict(zip(fixed, numbers, strict=True))


class Pass:
    """One forward pass with its derivatives: the values before the next update.

    `overrides` are values that somebody else has found for some quantities: they are taken in place of their own
    formula, and everything behind them is calculated from them.
    """

    def __init__(self, world: World, given: Mapping[Quantity, Decimal]) -> None:
        self.world = world
        self.given = given
        self.values: dict[Quantity, Decimal] = dict(given)
        self._partials: dict[Quantity, dict[Quantity, list[tuple[Quantity, Decimal]]]] = {}
        self._derivatives: dict[Quantity, dict[Quantity, Decimal]] = {}

    def forward(self) -> None:
        """Calculate every quantity of the graph."""
        for operation in self.world.graph.operations:
            for binding in bindings(letters_of(operation.output)):
                element = rename_quantity(operation.output, binding)
                self.values[element] = self.number(operation.formula, binding)

    def updated(self) -> dict[Quantity, Decimal]:
        """The given values after one step of gradient descent."""
        graph = self.world.graph
        trained = {parameter.array() for parameter in graph.parameters}
        new = dict(self.given)
        for quantity, value in self.given.items():
            if quantity.array() in trained and quantity not in graph.frozen and quantity.array() not in graph.frozen:
                new[quantity] = value - self.given[LEARNING_RATE] * self.derivative(graph.goal, quantity)
        return new

    def number(self, node: Expression, binding: Mapping[Letter, int]) -> Decimal:
        """The value of a formula of the graph."""
        return evaluate_in(node, self.value, self.world.functions, binding)

    def value(self, quantity: Quantity) -> Decimal:
        """The value of an element, without generations."""
        found = self.values.get(quantity)
        if found is not None:
            return found
        if quantity.of is not None and quantity.by is not None:
            whole = quantity.name == WHOLE
            return (self.whole_derivative if whole else self.derivative)(quantity.of, quantity.by)
        if quantity.role == "delta":
            found = self.derivative(self.world.graph.goal, _like("pre_activation", quantity))
        elif quantity.role == "error":
            found = self.value(_like("target", quantity)) - self.value(_like("activation", quantity))
        elif quantity.role == "slope":
            found = self._slope(quantity)
        elif quantity.array() in self.world.arrays:
            raise NoSuchElement
        else:
            raise Unknown
        self.values[quantity] = found
        return found

    def _slope(self, quantity: Quantity) -> Decimal:
        operation = self.world.formula(Quantity("activation", quantity.layer))
        if operation is None or operation.activation is None or operation.activation.coupled:
            raise Unknown
        output, z = _like("activation", quantity), _like("pre_activation", quantity)
        node = slope_at(operation.activation, output, z)
        assert node is not None
        return self.number(node, {})

    def derivative(self, of: Quantity, by: Quantity) -> Decimal:
        """The derivative of one element by another; 0 where there is none.

        Of what is made directly from it, by that operation alone, as the factors of a chain mean it; otherwise along
        every path. Raises Unknown where either is no element of this graph.
        """
        if of != self.world.graph.goal and of in self.values:
            direct = [partial for part, partial in self.partials(of.array()).get(of, ()) if part == by]
            if direct:
                return sum(direct, ZERO)
        return self.whole_derivative(of, by)

    def _by_error(self, of: Quantity, by: Quantity) -> Decimal:
        """The derivative of the error, target minus output, or by it: it is no node, but the output's other name."""
        if of == by:
            return ONE
        if by.role == "error":
            return -self.derivative(of, _like("activation", by))
        output, target = _like("activation", of), _like("target", of)
        if by in (output, target):
            return ONE if by == target else -ONE
        return -self.derivative(output, by)

    def whole_derivative(self, of: Quantity, by: Quantity) -> Decimal:
        """The derivative along every path."""
        graph = self.world.graph
        if of.role == "error" or by.role == "error":
            return self._by_error(of, by)
        if by == graph.goal and graph.upstream and of in self.values:
            return ZERO  # nothing is made of the loss
        if by not in self.values and by.array() in self.world.arrays:
            raise NoSuchElement
        if of.role in ("delta", "slope", "derivative") or by not in self.values:
            raise Unknown
        if of == graph.goal and graph.upstream:
            return self._arriving().get(by, ZERO)
        if of not in self.values:
            raise Unknown
        if of not in self._derivatives:
            self._derivatives[of] = self._back({of: ONE})
        return self._derivatives[of].get(by, ZERO)

    def _arriving(self) -> dict[Quantity, Decimal]:
        goal = self.world.graph.goal
        if goal not in self._derivatives:
            arriving = {quantity: number.value for quantity, number in self.world.graph.upstream.items()}
            self._derivatives[goal] = self._back(arriving)
        return self._derivatives[goal]

    def _back(self, bars: dict[Quantity, Decimal]) -> dict[Quantity, Decimal]:
        """The chain rule, from the elements with a known derivative back through the graph."""
        found = dict(bars)
        with arithmetic():
            for operation in reversed(self.world.graph.operations):
                array = operation.output.array()
                if not any(element.array() == array for element in found):
                    continue
                for element, parts in self.partials(array).items():
                    bar = found.get(element)
                    if bar is None:
                        continue
                    for quantity, partial in parts:
                        found[quantity] = found.get(quantity, ZERO) + bar * partial
        return found

    def partials(self, array: Quantity) -> dict[Quantity, list[tuple[Quantity, Decimal]]]:
        """The local derivatives of each element of an array by each element that it is made from."""
        known = self._partials.get(array)
        if known is None:
            known = self._partials[array] = {}
            for link in self.world.links.get(array, ()):
                letters = sorted(
                    quantity_letters(link.of) | quantity_letters(link.by),
                    key=lambda letter: (letter.axis.kind, letter.axis.layer, letter.copy),
                )
                for binding in bindings(tuple(letters)):
                    element = rename_quantity(link.of, binding)
                    part = rename_quantity(link.by, binding)
                    known.setdefault(element, []).append((part, self.number(link.local, binding)))
        return known


def _like(role: str, quantity: Quantity) -> Quantity:
    """The quantity of another role at the same place."""
    return Quantity(role, quantity.layer, quantity.index, quantity.sample)  # type: ignore[arg-type]

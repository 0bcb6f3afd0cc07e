"""What the problem gives: the values of the inputs, targets, parameters, and the shapes of the arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backprop_steps.expression.quantity import LEARNING_RATE, Letter, Quantity
from backprop_steps.expression.tree import Expression, Number, Ref
from backprop_steps.network.graph import letters_of
from backprop_steps.pages.telling.lines import Line, Member
from backprop_steps.pages.telling.telling import Telling

Kind = Literal["inputs", "targets", "parameters", "learning_rate", "values", "upstream"]


@dataclass(frozen=True, slots=True)
class Given:
    """Values of one kind: element by element, or as whole arrays."""

    kind: Kind
    layer: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shaped:
    """An array and its shape; a size is a number or a letter."""

    array: Expression
    role: str
    layer: int
    rows: int | str
    columns: int | str


def given(telling: Telling) -> tuple[Given, ...]:
    """All values given: inputs, targets, parameters layer by layer, gradients that arrive, learning rate."""
    graph = telling.derivation.graph
    if telling.evaluation is None:
        return ()
    found: list[Given] = []
    if not graph.depth:
        found.append(Given("values", 0, tuple(line for q in graph.inputs for line in _elements(telling, q))))
    else:
        found += [Given("inputs", 0, _lines(telling, quantity)) for quantity in graph.inputs]
        last = Quantity("target", graph.depth)
        lettered = telling.lettered(last)
        if lettered is not None and any(quantity.role == "target" for quantity in graph.values):
            found.append(Given("targets", graph.depth, _lines(telling, lettered)))
        for layer in range(1, graph.depth + 1):
            lines = [line for p in graph.parameters if p.layer == layer for line in _lines(telling, p)]
            if lines:
                found.append(Given("parameters", layer, tuple(lines)))
    if graph.upstream:
        from backprop_steps.expression.quantity import derivative

        arriving = [_line(derivative(graph.goal, q), number) for q, number in graph.upstream.items()]
        found.append(Given("upstream", 0, tuple(arriving)))
    if LEARNING_RATE in graph.values:
        found.append(Given("learning_rate", 0, (_line(LEARNING_RATE, graph.values[LEARNING_RATE]),)))
    return tuple(found)


def shapes(telling: Telling) -> tuple[Shaped, ...]:
    """The arrays of a layered network with their shapes, in the order of the forward pass."""
    graph = telling.derivation.graph
    arrays = [*graph.inputs]
    for operation in graph.operations:
        arrays += [p for p in graph.parameters if p.layer == operation.output.layer and operation.kind == "affine"]
        if operation.output.role in ("pre_activation", "activation") and telling.notation.names(operation.output.role):
            arrays.append(operation.output)
    found = []
    for quantity in arrays:
        if quantity.role == "node" or not letters_of(quantity):
            continue
        down, across = telling.layout.places(quantity)
        found.append(Shaped(Ref(quantity.array()), quantity.role, quantity.layer, _extent(down), _extent(across)))
    return tuple(found)


def _extent(place: Letter | None) -> int | str:
    return 1 if place is None else place.axis.size


def _lines(telling: Telling, quantity: Quantity) -> tuple[Line, ...]:
    # a single target stands in the loss by the symbol of an element
    single = quantity.role == "target" and all(letter.axis.size == 1 for letter in letters_of(quantity))
    if single or telling.notation.conventions.formulas == "element":
        return tuple(_elements(telling, quantity))
    return (_line(quantity.array(), telling.matrix(quantity)),)


def _elements(telling: Telling, quantity: Quantity) -> list[Line]:
    assert telling.evaluation is not None
    found = []
    for binding in telling.bindings(quantity):
        bound = telling.at(quantity, binding)
        found.append(_line(bound, telling.evaluation.shown(bound)))
    return found


def _line(quantity: Quantity, value: Expression | Number) -> Line:
    return Line(quantity, Ref(quantity), (Member("=", value, numeric=True),), quantity.layer)

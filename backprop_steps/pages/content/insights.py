"""What there is to learn from this very network: facts for the lecture, found in its structure and its numbers.

Each finder is a row of FINDERS; the wording of a finding is the template's, under the finding's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from backprop_steps.derivation.steps import Derivation
from backprop_steps.evaluation.evaluate import Evaluation, elements
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.quantity import LEARNING_RATE, LOSS, Quantity, derivative
from backprop_steps.expression.transform import rename_quantity
from backprop_steps.expression.tree import Expression, Number, Ref
from backprop_steps.network.graph import Operation
from backprop_steps.operations.collapses import COLLAPSES

SATURATED = Decimal("0.05")
"""A slope below this lets so little of the error through that the unit hardly learns."""


@dataclass(frozen=True, slots=True)
class Insight:
    """One fact. `about` are the quantities it is about, `numbers` the values it names."""

    key: str
    about: tuple[Expression, ...] = ()
    numbers: tuple[Number, ...] = ()


def insights(derivation: Derivation, evaluation: Evaluation | None) -> tuple[Insight, ...]:
    """The facts in the order in which a lecturer would mention them."""
    return tuple(found for finder in FINDERS for found in finder(derivation, evaluation))


def _collapse(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    loss = next((operation.loss for operation in derivation.graph.operations if operation.loss is not None), None)
    last = _activations(derivation)[-1:] if loss is not None else []
    for operation in last:
        assert operation.activation is not None
        assert loss is not None
        if (operation.activation.name, loss.name) in COLLAPSES:
            target = Quantity("target", operation.output.layer)
            yield Insight("collapse", (Ref(operation.output.array()), Ref(target)))


def _bias(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    biases = [parameter for parameter in derivation.graph.parameters if parameter.role == "bias"]
    by = {passage.quantity.by.role for passage in derivation.passages if passage.quantity.by is not None}
    if biases and "bias" in by:  # those that are frozen have no gradient on the page
        yield Insight("bias", (Ref(biases[-1].array()),))


def _sigmoid(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    if any(o.activation is not None and o.activation.name == "sigmoid" for o in _activations(derivation)):
        yield Insight("sigmoid_slope")


def _dead(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    dead = [unit for unit, slopes in _units(derivation, evaluation, ("relu",)) if not any(slopes)]
    if dead:
        yield Insight("dead", tuple(map(Ref, dead)))


def _saturated(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    flat = [(unit, max(s)) for unit, s in _units(derivation, evaluation, ("sigmoid", "tanh")) if max(s) < SATURATED]
    if flat and evaluation is not None:
        yield Insight(
            "saturated",
            tuple(Ref(unit) for unit, _ in flat),
            tuple(shown(largest, evaluation.rounding) for _, largest in flat),
        )


def _shrinking(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    depth = derivation.graph.depth
    if evaluation is None or depth < 2:
        return
    sizes = [_size(derivation, evaluation, "pre_activation", layer) for layer in (1, depth)]
    if all(sizes) and sizes[0] < sizes[1]:
        first, last = (Quantity("pre_activation", layer) for layer in (1, depth))
        ratio = shown(sizes[1] / sizes[0], evaluation.rounding)
        numbers: tuple[Number, ...] = (
            shown(sizes[0], evaluation.rounding),
            shown(sizes[1], evaluation.rounding),
            ratio,
        )
        numbers += _on_the_way(derivation, evaluation)
        yield Insight("shrinking", (Ref(derivative(LOSS, first)), Ref(derivative(LOSS, last))), numbers)


def _on_the_way(derivation: Derivation, evaluation: Evaluation) -> tuple[Number, ...]:
    """The largest weight in size and the largest slope between the last layer and the first; nothing where a function
    has no slope unit by unit, or where these two do not make anything smaller.
    """
    depth = derivation.graph.depth
    weights, slopes = [], []
    for parameter in derivation.graph.parameters:
        if parameter.role == "weight" and parameter.layer > 1:
            weights += [rename_quantity(parameter, binding) for binding in elements(parameter)]
    for operation in _activations(derivation):
        if operation.output.layer < depth:
            slope = Quantity("slope", operation.output.layer, operation.output.index, operation.output.sample)
            slopes += [rename_quantity(slope, binding) for binding in elements(slope)]
    if not weights or not slopes or not all(map(evaluation.has, slopes)):
        return ()
    largest = [max(abs(evaluation.value(one)) for one in group) for group in (weights, slopes)]
    return tuple(shown(value, evaluation.rounding) for value in largest) if prod(largest) < 1 else ()


def _twins(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    """Units of a hidden layer that have the same weights coming in and going out, and the same bias."""
    graph = derivation.graph
    if evaluation is None:
        return
    for operation in _activations(derivation):
        layer = operation.output.layer
        if layer == graph.depth:
            continue
        alike: dict[tuple[Decimal, ...], list[Quantity]] = {}
        for unit in sorted(
            {rename_quantity(operation.output, b).index[0] for b in elements(operation.output)}, key=str
        ):
            found = [
                evaluation.value(one)
                for parameter in graph.parameters
                for one in [rename_quantity(parameter, binding) for binding in elements(parameter)]
                if (one.layer == layer and one.index[:1] == (unit,))
                or (one.role == "weight" and one.layer == layer + 1 and one.index[1] == unit)
            ]
            alike.setdefault(tuple(found), []).append(operation.output.at(unit, sample=operation.output.sample))
        for units in alike.values():
            if len(units) > 1:
                yield Insight("twins", tuple(map(Ref, units)))


def _predicted(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    """How much the goal should fall by the first step, going by the slope at its beginning, and how much it falls."""
    graph = derivation.graph
    if evaluation is None or not evaluation.updates or not evaluation.has(graph.goal):
        return
    told = {passage.quantity.array() for passage in derivation.passages if passage.section == "update"}
    moved = [
        one
        for parameter in graph.parameters
        if parameter.array().after(1) in told
        for one in [rename_quantity(parameter, binding) for binding in elements(parameter)]
        if one not in graph.frozen
    ]
    fall = sum((evaluation.value(derivative(graph.goal, one)) ** 2 for one in moved), Decimal(0))
    fall *= evaluation.value(LEARNING_RATE)
    truly = evaluation.value(graph.goal) - evaluation.value(graph.goal.after(1))
    if fall and truly:
        yield Insight("predicted", (), (shown(fall, evaluation.rounding), shown(truly, evaluation.rounding)))


def _largest(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    if evaluation is None:
        return
    found: list[tuple[Decimal, Quantity]] = []
    for parameter in derivation.graph.parameters:
        if parameter.role == "weight":
            for binding in elements(parameter):
                weight = rename_quantity(parameter, binding)
                found.append((abs(evaluation.value(derivative(derivation.graph.goal, weight))), weight))
    if len(found) > 1 and max(found, key=lambda pair: pair[0])[0]:
        weight = max(found, key=lambda pair: pair[0])[1]
        gradient = derivative(derivation.graph.goal, weight)
        yield Insight("largest", (Ref(weight), Ref(gradient)), (evaluation.shown(gradient),))


def _direction(derivation: Derivation, evaluation: Evaluation | None) -> Iterator[Insight]:
    for found in _largest(derivation, evaluation):
        weight = _weight(found)
        updated = any(p.section == "update" and p.layer == weight.layer for p in derivation.passages)
        if updated and weight not in derivation.graph.frozen:
            yield Insight("direction", found.about, found.numbers)


def _weight(insight: Insight) -> Quantity:
    first = insight.about[0]
    assert isinstance(first, Ref)
    return first.quantity


def _activations(derivation: Derivation) -> list[Operation]:
    return [operation for operation in derivation.graph.operations if operation.kind == "activation"]


def _units(
    derivation: Derivation, evaluation: Evaluation | None, functions: tuple[str, ...]
) -> Iterator[tuple[Quantity, list[Decimal]]]:
    """The output of every unit with one of these activations, and its slope at every sample."""
    for operation in _activations(derivation):
        if evaluation is None or operation.activation is None or operation.activation.name not in functions:
            continue
        output = operation.output
        slope = Quantity("slope", output.layer, output.index, output.sample)
        found: dict[int, list[Decimal]] = {}
        for binding in elements(slope):
            bound = rename_quantity(slope, binding)
            unit = bound.index[0]
            assert isinstance(unit, int)
            found.setdefault(unit, []).append(evaluation.value(bound))
        for unit, slopes in found.items():
            yield output.at(unit, sample=output.sample), slopes


def _size(derivation: Derivation, evaluation: Evaluation, role: str, layer: int) -> Decimal:
    """The largest gradient by a pre-activation of the layer; 0 where there is none."""
    operation = derivation.graph.producer(Quantity("pre_activation", layer))
    if operation is None:
        return Decimal(0)
    gradients = [
        derivative(derivation.graph.goal, rename_quantity(operation.output, binding))
        for binding in elements(operation.output)
    ]
    return max((abs(evaluation.value(g)) for g in gradients if evaluation.has(g)), default=Decimal(0))


Finder = Callable[[Derivation, Evaluation | None], Iterator[Insight]]
FINDERS: tuple[Finder, ...] = (
    _collapse, _bias, _sigmoid, _dead, _saturated, _shrinking, _twins, _largest, _direction, _predicted
)  # fmt: skip

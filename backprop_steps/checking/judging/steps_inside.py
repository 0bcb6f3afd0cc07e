"""Where a derivative that is a step is taken: `ReLU'(W x)` for `ReLU'(W x + b)` has the right value at most places.

Such a formula may be right in every world by luck. What stands inside has to be a pre-activation of a layer with that
activation, or what it makes of one: these are positive together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from backprop_steps.checking.binding.chains import assignments
from backprop_steps.checking.judging.case import Case, alike
from backprop_steps.checking.judging.judgement import FAULTS
from backprop_steps.checking.truth.tensors import Tensor, Value
from backprop_steps.checking.truth.world import World
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import free_letters, nodes, quantities
from backprop_steps.expression.tree import Apply, Cases, Expression

MOST_WORLDS = 2


def taken_elsewhere(case: Case) -> bool:
    """Whether the derivative of such a function is taken somewhere that is no pre-activation of its layers."""
    found = [node for node in nodes(case.node) if isinstance(node, Apply) and node.primes == 1]
    stepped = _stepped(case) if found else {}
    return any(
        node.function in stepped
        and any(quantities(node))
        and not _inside(case, node.arguments[0], stepped[node.function])
        for node in found
    )


def _stepped(case: Case) -> Mapping[str, list[int]]:
    """The functions whose derivative is a step, each with its layers."""
    layers: dict[str, list[int]] = {}
    for operation in case.truth.graph.operations:
        activation = operation.activation
        derivative = activation.derivative if activation is not None else None
        if activation is not None and isinstance(derivative, Cases):
            layers.setdefault(activation.function, []).append(operation.output.layer)
    return layers


def _inside(case: Case, argument: Expression, layers: list[int]) -> bool:
    if not any(quantity.role != "variable" for quantity in quantities(argument)):
        return True  # of a lemma
    shift = case.subject.shift if case.subject is not None else 0
    updates = {quantity.generation + shift for quantity in quantities(argument)}
    for world in case.truth.worlds[:MOST_WORLDS]:
        known = [value for update in updates for value in _positive_together(case, world, layers, update)]
        for choice in assignments(tuple(sorted(free_letters(argument), key=repr))):
            try:
                value = _value(case, world, argument, choice)
            except FAULTS:
                continue
            if not all(any(alike(entry, one) for one in known) for entry in _entries(value)):
                return False
    return True


def _value(case: Case, world: World, argument: Expression, choice: Mapping[Letter, int]) -> Value:
    """The value of what stands inside, for every unit of the layer of its weights, and every sample."""
    layers = {quantity.layer for quantity in quantities(argument) if quantity.role in ("weight", "bias", "threshold")}
    labels = case.truth.valuation(world, case.signs).labels(argument, choice)
    kept = [label for label in labels if label.kind == "sample" or not layers or label.layer in layers]
    return case.value(world, argument, choice, tuple(kept))


def _entries(value: Value) -> Iterator[Decimal]:
    if isinstance(value, Tensor):
        yield from value.data.values()
    else:
        yield value


def _positive_together(case: Case, world: World, layers: list[int], updates: int) -> Iterator[Decimal]:
    for layer in layers:
        for role in ("pre_activation", "activation"):
            for _, element in case.truth.elements(Quantity(role, layer)):
                try:
                    yield case.truth.number(world, element.after(updates), case.signs)
                except FAULTS:
                    continue

"""What of a problem a hand-in may be asked to show, by name: what marks are given for, whatever a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from backprop_steps.evaluation.evaluate import elements
from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import LEARNING_RATE, Quantity, derivative
from backprop_steps.expression.transform import quantities, quantity_letters, rename_quantity
from backprop_steps.network.graph import Graph


def names_asked(graph: Graph, *, rows: bool, steps: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of every quantity of a problem in teaching order, and those of its gradients.

    The gradients are those of the parameters that an update may move, in a circuit without parameters those of its
    values. An array stands for its elements where a size of it is a letter, or the problem has no numbers.
    """
    whole = graph.symbolic
    outputs = [operation.output for operation in graph.operations]
    forward = list(_names(outputs, rows, whole))
    backward = [derivative(graph.goal, output) for output in reversed(outputs) if output != graph.goal]
    deltas = [Quantity("delta", q.layer, q.index, q.sample) for q in outputs if q.role == "pre_activation"]
    wanted = graph.parameters or (graph.inputs if not graph.depth else ())
    moved = [one for array in wanted for one in _elements(array, whole) if not {one, one.array()} & graph.frozen]
    asked = [name_of(derivative(graph.goal, one), rows=rows) for one in moved]
    found = [*forward, *_names([*backward, *reversed(deltas)], rows, whole), *asked]
    updates = steps if graph.parameters and (LEARNING_RATE in graph.values or graph.symbolic) else 0
    for step in range(1, updates + 1):
        found += [name_of(one.after(step), rows=rows) for one in moved]
        found += _names([output.after(step) for output in outputs], rows, whole)
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(asked))


def on_the_way(graph: Graph, *, rows: bool) -> Mapping[str, frozenset[str]]:
    """For the gradient of each array, the derivatives by name that it may be put together from, whole arrays all."""
    found: dict[str, frozenset[str]] = {}
    for array in {one.array() for one in (*graph.parameters, *graph.inputs)}:
        made, parts = [array], []
        for operation in graph.operations:
            output = operation.output.array()
            used = {quantity.array() for quantity in quantities(operation.formula)} & set(made)
            if not used:
                continue
            made.append(output)
            parts += [derivative(output, one) for one in used]
            if output != graph.goal:
                parts.append(derivative(graph.goal, output))
                if output.role == "pre_activation":
                    parts.append(Quantity("delta", output.layer))
        whole = derivative(graph.goal, array)
        found[name_of(whole, rows=rows)] = frozenset(name_of(one, rows=rows) for one in parts if one != whole)
    return found


def _names(arrays: Iterable[Quantity], rows: bool, whole: bool) -> Iterator[str]:
    for array in arrays:
        for one in _elements(array, whole):
            yield name_of(one, rows=rows)


def _elements(quantity: Quantity, whole: bool) -> Iterator[Quantity]:
    if whole or any(isinstance(letter.axis.size, str) for letter in quantity_letters(quantity)):
        yield quantity.array()
        return
    for binding in elements(quantity):
        yield rename_quantity(quantity, binding)

"""What of a problem a hand-in may be asked to show, by name: what marks are given for, whatever a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backprop_steps.evaluation.evaluate import elements
from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import LEARNING_RATE, Quantity, derivative
from backprop_steps.expression.transform import quantity_letters, rename_quantity
from backprop_steps.network.graph import Graph


def names_asked(graph: Graph, *, rows: bool, steps: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of every quantity of a problem in teaching order, and those of its gradients.

    The gradients are those of the parameters that an update may move, in a circuit without parameters those of its
    values. An array stands for its elements where a size of it is a letter.
    """
    outputs = [operation.output for operation in graph.operations]
    forward = list(_names(outputs, rows))
    backward = [derivative(graph.goal, output) for output in reversed(outputs) if output != graph.goal]
    deltas = [Quantity("delta", q.layer, q.index, q.sample) for q in outputs if q.role == "pre_activation"]
    wanted = graph.parameters or (graph.inputs if not graph.depth else ())
    moved = [one for array in wanted for one in _elements(array) if not {one, one.array()} & graph.frozen]
    asked = [name_of(derivative(graph.goal, one), rows=rows) for one in moved]
    found = [*forward, *_names([*backward, *reversed(deltas)], rows), *asked]
    updates = steps if graph.parameters and (LEARNING_RATE in graph.values or graph.symbolic) else 0
    for step in range(1, updates + 1):
        found += [name_of(one.after(step), rows=rows) for one in moved]
        found += _names([output.after(step) for output in outputs], rows)
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(asked))


def _names(arrays: Iterable[Quantity], rows: bool) -> Iterator[str]:
    for array in arrays:
        for one in _elements(array):
            yield name_of(one, rows=rows)


def _elements(quantity: Quantity) -> Iterator[Quantity]:
    if any(isinstance(letter.axis.size, str) for letter in quantity_letters(quantity)):
        yield quantity.array()
        return
    for binding in elements(quantity):
        yield rename_quantity(quantity, binding)

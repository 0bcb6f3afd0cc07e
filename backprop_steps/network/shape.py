"""What a notation must know of a graph: its sizes, its names, its own functions."""

from __future__ import annotations

from backprop_steps.network.graph import Graph
from backprop_steps.notation.notation import Shape
from backprop_steps.operations.activations import ACTIVATIONS


def shape_of(graph: Graph) -> Shape:
    """What a notation must know of a graph."""
    biases = [p for p in graph.parameters if p.role == "bias"]
    nodes = (*graph.inputs, *(operation.output for operation in graph.operations)) if not graph.depth else ()
    rows = [operation.activation for operation in graph.operations if operation.activation is not None]
    own = {row.name for row in rows} - set(ACTIVATIONS)
    return Shape(
        units=graph.units,
        samples=graph.samples,
        batch=graph.batch,
        shared_bias=frozenset(p.layer for p in biases if not p.index),
        circuit=not graph.depth,
        names=tuple(quantity.name for quantity in nodes if quantity.name is not None),
        functions=tuple(sorted(own)),
        of_layers=tuple(row.function for row in rows if row.function != row.name),
        biased=bool(biases),
    )

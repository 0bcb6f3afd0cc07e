"""What lies on the paths from a quantity to what is differentiated: the part of a net that a chain rule follows."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_steps.derivation.paths import consumers
from backprop_steps.expression.quantity import Quantity
from backprop_steps.network.graph import Graph
from backprop_steps.pages.pictures.columns import drawn_units

_PARAMETERS = ("weight", "bias", "threshold")


def on_paths(graph: Graph, start: Quantity | None) -> frozenset[Quantity]:
    """The elements on the paths from a quantity (an array: from any of it) to the goal; none where there is no start.

    Of a batch no sample is told apart. Of what comes in beside the path nothing is on it: of a weight's two ends only
    the one that it leads to.
    """
    if start is None:
        return frozenset()
    return frozenset(_in_layers(graph, start) if graph.depth else _in_circuit(graph, start))


def _in_circuit(graph: Graph, start: Quantity) -> set[Quantity]:
    found = {start}
    for operation in graph.operations:
        if any(operation in consumers(graph, one) for one in tuple(found)):
            found.add(operation.output)
    return found


def _in_layers(graph: Graph, start: Quantity) -> set[Quantity]:
    found: set[Quantity] = {graph.goal}
    if start.role in ("loss", "partial_loss"):
        return found
    layer = start.layer
    units = [unit for unit in start.index[:1] if isinstance(unit, int)] or _all(graph, layer)
    if start.role in _PARAMETERS:
        found |= {start.at(*start.index)}
        if not start.index:
            found |= _wires(graph, layer, units, _all(graph, layer - 1)) if start.role == "weight" else set()
    if start.role not in ("activation", "input") and _coupled(graph, layer):
        units = _all(graph, layer)
    while layer <= graph.depth:
        role = "activation" if layer else "input"
        if start.role == "pre_activation" or layer != start.layer or start.role in _PARAMETERS:
            found |= {Quantity("pre_activation", layer, (unit,)) for unit in units}
        found |= {Quantity("activation" if role == "activation" else "input", layer, (unit,)) for unit in units}
        layer += 1
        if layer <= graph.depth:
            found |= _wires(graph, layer, _all(graph, layer), units)
            units = _all(graph, layer)
    return found


def _coupled(graph: Graph, layer: int) -> bool:
    """Whether every output of a layer depends on every sum of it."""
    rows = [o.activation for o in graph.operations if o.output.layer == layer and o.activation is not None]
    return any(row.coupled for row in rows)


def _all(graph: Graph, layer: int) -> list[int]:
    return drawn_units(graph.units[layer])


def _wires(graph: Graph, layer: int, to: Iterable[int], source: Iterable[int]) -> set[Quantity]:
    return {Quantity("weight", layer, (j, i)) for j in to for i in source}

"""The nodes of a circuit in layers, its wires with few crossings: Sugiyama's way, by the package fast-sugiyama."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass

from backprop_steps.errors import UserError

REMEDY = 'pip install "backprop-steps[pictures]"'


class PictureError(UserError):
    """A picture that cannot be drawn: a package that draws it is not installed, or there is nothing to draw."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Where each node stands, (layer, height), and what each wire passes on its way: (layer, height) each."""

    nodes: tuple[tuple[int, float], ...]
    ways: tuple[tuple[tuple[int, float], ...], ...]


def can_layer() -> bool:
    """Whether the package that lays circuits out is installed."""
    return importlib.util.find_spec("fast_sugiyama") is not None


def layers(nodes: int, wires: Sequence[tuple[int, int]]) -> Layers:
    """The layers of nodes 0, 1, …, of which none is apart from the others; at least one wire, none of them twice.

    Raises PictureError, with the remedy, where the package is not installed.
    """
    if not can_layer():
        raise PictureError(f"a picture of a circuit needs the package fast-sugiyama: {REMEDY}")
    from fast_sugiyama import from_edges

    ((positions, _, _, pieces),) = from_edges(
        list(wires), minimum_length=1, vertex_spacing=1, dummy_vertices=True, dummy_size=1, ranking_type="minimize"
    )
    last = max(y for _, (_, y) in positions)
    places = {int(node): (round(last - y), float(x)) for node, (x, y) in positions}
    onward: dict[int, list[int]] = {}
    for start, end in pieces or ():
        onward.setdefault(int(start), []).append(int(end))
    ways: dict[tuple[int, int], tuple[tuple[int, float], ...]] = {}
    for start in range(nodes):
        for first in onward.get(start, ()):
            passed, at = [], first
            while at >= nodes:  # what the package puts in where a wire goes over a layer
                passed.append(places[at])
                (at,) = onward[at]
            ways[start, at] = tuple(passed)
    return Layers(tuple(places[node] for node in range(nodes)), tuple(ways[wire] for wire in wires))

"""The same problem once more with what `again_with` changes."""

from __future__ import annotations

from dataclasses import replace

from backprop_steps.problem.model import Layer, Network, Problem
from backprop_steps.source.places import moved


def replaced(problem: Problem) -> list[Problem]:
    """The problem with each replacement of `again_with` made."""
    network = problem.network
    if network is None:
        return []
    parts = parts_of(network)
    found = []
    for number, (entry, layers) in enumerate(zip(network.again_with, parts[1:], strict=True)):
        places = moved(problem.places, ("again_with", number, "activation"), ("layers", entry.layer - 1, "activation"))
        changed = replace(network, layers=layers, again_with=(), parts=parts)
        found.append(replace(problem, network=changed, places=places))
    return found


def parts_of(network: Network) -> tuple[tuple[Layer, ...], ...]:
    """The layers of every part of the sheet: as they are first, then with each replacement made."""
    if network.parts:
        return network.parts
    found = [network.layers]
    for entry in network.again_with:
        layers = list(network.layers)
        layers[entry.layer - 1] = replace(layers[entry.layer - 1], activation=entry.activation)
        found.append(tuple(layers))
    return tuple(found)

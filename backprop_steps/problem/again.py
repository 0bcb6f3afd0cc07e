"""The same problem once more with what `again_with` changes."""

from __future__ import annotations

from dataclasses import replace

from backprop_steps.problem.model import Problem
from backprop_steps.source.places import moved


def replaced(problem: Problem) -> list[Problem]:
    """The problem with each replacement of `again_with` made."""
    network = problem.network
    if network is None:
        return []
    found = []
    for number, entry in enumerate(network.again_with):
        layers = list(network.layers)
        layers[entry.layer - 1] = replace(layers[entry.layer - 1], activation=entry.activation)
        places = moved(problem.places, ("again_with", number, "activation"), ("layers", entry.layer - 1, "activation"))
        found.append(replace(problem, network=replace(network, layers=tuple(layers), again_with=()), places=places))
    return found

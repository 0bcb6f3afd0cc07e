"""The published JSON Schema of the problem file."""

from __future__ import annotations

from typing import Any

from backprop_steps.problem.keys import CIRCUIT_PROBLEM, NETWORK_PROBLEM, mapping


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12), for completion and first checks in an editor; the loader checks much more."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A problem of backprop-steps",
        "description": "A layered network, or a circuit of named scalars, whose backpropagation is to be written out.",
        "type": "object",
        "anyOf": [
            {"description": "A layered network", **mapping(NETWORK_PROBLEM, ("inputs", "layers"))},
            {"description": "A circuit of named scalars", **mapping(CIRCUIT_PROBLEM, ("values", "nodes"))},
        ],
    }

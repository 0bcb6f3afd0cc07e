"""What a hand-in may be asked to show: the names of a problem's quantities, and which are its gradients."""

from __future__ import annotations

import pytest

import backprop_steps as bp
from backprop_steps.checking.marking.asked import names_asked, on_the_way
from backprop_steps.expression.names import read_name
from backprop_steps.network.build import build
from backprop_steps.notation.loading import load_profile
from backprop_steps.problem import shipped


def names(problem: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    loaded = bp.load(problem)
    graph = build(loaded, load_profile(loaded.notation).conventions)
    rows = loaded.network is not None and loaded.network.orientation == "rows"
    return names_asked(graph, rows=rows, steps=loaded.steps)


def test_a_network() -> None:
    found, asked = names("layer_sigmoid")
    assert asked == (
        "dL/dW1[1,1]", "dL/dW1[1,2]", "dL/dW1[2,1]", "dL/dW1[2,2]", "dL/db1[1]", "dL/db1[2]",
        "dL/dW2[1,1]", "dL/dW2[1,2]", "dL/db2[1]",
    )  # fmt: skip
    assert set(asked) | {"z1[1]", "a1[2]", "L", "dL/da1[1]", "delta2[1]", "W1'[2,1]", "b2'[1]", "L'"} <= set(found)
    assert found.index("z1[1]") < found.index("L") < found.index("delta2[1]") < found.index("dL/dW1[1,1]")
    assert not {"x[1]", "W1[1,1]", "eta"} & set(found)


def test_without_numbers_an_array_is_asked_for_as_a_whole() -> None:
    found, asked = names("batch_symbolic")
    assert asked == ("dL/dW1", "dL/dW2")
    assert {"z1", "a2", "delta1", "W1'"} <= set(found)
    assert not any("[" in name for name in found)


def test_what_a_gradient_may_be_put_together_from() -> None:
    loaded = bp.load("batch_symbolic")
    way = on_the_way(build(loaded, load_profile("batch").conventions), rows=True)
    assert way["dL/dW2"] == {"dz2/dW2", "delta2", "dL/dz2", "da2/dz2", "dL/da2"}
    assert way["dL/dW1"] > way["dL/dW2"] - {"dz2/dW2"}
    circuit = on_the_way(build(bp.load("circuit"), load_profile("circuit").conventions), rows=False)
    assert circuit["df/dx"] == {"dq/dx", "df/dq"}
    assert circuit["df/dz"] == frozenset()


def test_circuits_batches_sizes_that_are_letters_and_frozen_parameters() -> None:
    assert names("circuit")[1] == ("df/dx", "df/dy", "df/dz")
    assert "a1[3;2]" in names("xor")[0]
    assert "dL/dW1" in names("bracket_regression")[1]


@pytest.mark.parametrize("problem", [row.name for row in shipped()])
def test_every_name_reads_back(problem: str) -> None:
    loaded = bp.load(problem)
    layers = len(loaded.network.layers) if loaded.network is not None else 0
    circuit = loaded.circuit
    nodes = [name for name, _ in (*circuit.values, *circuit.nodes)] if circuit is not None else []
    found, asked = names(problem)
    assert set(asked) <= set(found)
    assert asked
    for name in found:
        read_name(name, layers=layers, node_names=nodes)

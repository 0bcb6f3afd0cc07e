"""The oracle itself: against central differences, against hand calculations, and its random problems."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from oracle import central_differences, fits, gradients
from problem_yaml import to_yaml
from strategies import circuits, networks
from walker import names_in

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Number, Ref
from backprop_steps.problem.model import (
    ActivationChoice,
    Circuit,
    Layer,
    LossChoice,
    Network,
    Optimizer,
    Problem,
)

NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=30)


def numbers(*texts: str) -> tuple[Number, ...]:
    return tuple(map(Number, texts))


def assert_close(found: dict[str, float], wanted: dict[str, float], relative: float) -> None:
    """Equal names, and numbers that agree, the smallest measured by the largest."""
    assert found.keys() == wanted.keys()
    largest = max(map(abs, wanted.values()))
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, rel=relative, abs=relative * max(largest, 1.0)), name


@NO_DEADLINE
@given(networks())
def test_the_oracle_agrees_with_central_differences_on_networks(problem: Problem) -> None:
    once = replace(problem, optimizer=None)
    assert_close(gradients(once), central_differences(once, 1e-7), 1e-5)


@NO_DEADLINE
@given(circuits())
def test_the_oracle_agrees_with_central_differences_on_circuits(problem: Problem) -> None:
    once = replace(problem, optimizer=None)
    assert_close(gradients(once), central_differences(once, 1e-6), 1e-5)


@NO_DEADLINE
@given(networks())
def test_random_networks_have_only_moderate_numbers_and_every_name(problem: Problem) -> None:
    found = gradients(problem)
    assert all(math.isfinite(value) for value in found.values())
    assert problem.network is not None
    for number, layer in enumerate(problem.network.layers, start=1):
        assert layer.weights is not None
        units, inputs = len(layer.weights), len(layer.weights[0])
        assert sum(name.startswith(f"dL/dW{number}[") for name in found) == units * inputs
        assert sum(name.startswith(f"dL/dz{number}[") for name in found) == len(problem.network.inputs or ()) * units


@NO_DEADLINE
@given(circuits())
def test_random_circuits_have_at_most_twenty_nodes_and_use_every_name(problem: Problem) -> None:
    circuit = problem.circuit
    assert circuit is not None
    assert len(circuit.nodes) <= 20
    used = set().union(*(names_in(formula) for _, formula in circuit.nodes))
    assert used == {name for name, _ in (*circuit.values, *circuit.nodes)} - {"f"}


@NO_DEADLINE
@given(networks() | circuits())
def test_a_random_problem_as_yaml_holds_its_numbers(problem: Problem) -> None:
    data = yaml.safe_load(to_yaml(problem))
    if problem.network is not None:
        assert len(data["layers"]) == len(problem.network.layers)
        first = problem.network.layers[0].weights
        assert first is not None
        rows = data["layers"][0]["weights"]
        corner = rows[-1][0] if problem.network.orientation == "rows" else rows[0][-1]
        assert corner == float(first[0][-1].text)
    else:
        assert problem.circuit is not None
        assert list(data["nodes"]) == [name for name, _ in problem.circuit.nodes]
        assert data["values"] == {name: float(number.text) for name, number in problem.circuit.values if number}


def two_layers(**changes: object) -> Problem:
    """The well-known example with inputs 0.05 and 0.10, of which every number is in print."""
    network = Network(
        input_units=2,
        inputs=(numbers("0.05", "0.10"),),
        targets=(numbers("0.01", "0.99"),),
        layers=(
            Layer(
                2,
                ActivationChoice("sigmoid"),
                (numbers("0.15", "0.20"), numbers("0.25", "0.30")),
                "shared",
                numbers("0.35"),
            ),
            Layer(
                2,
                ActivationChoice("sigmoid"),
                (numbers("0.40", "0.45"), numbers("0.50", "0.55")),
                "shared",
                numbers("0.60"),
            ),
        ),
        loss=LossChoice("half_squared_error"),
    )
    optimizer = Optimizer(Number("0.5"), frozen=("b*",))
    return Problem("Two layers", network=replace(network, **changes), optimizer=optimizer)  # type: ignore[arg-type]


def test_the_printed_numbers_of_the_well_known_example() -> None:
    found = gradients(two_layers())
    assert found["L"] == pytest.approx(0.298371109, abs=5e-10)
    assert found["a2[1]"] == pytest.approx(0.75136507, abs=5e-9)
    assert found["dL/dW2[1,1]"] == pytest.approx(0.082167041, abs=5e-10)
    assert found["W2'[1,1]"] == pytest.approx(0.35891648, abs=5e-9)
    assert found["W1'[1,1]"] == pytest.approx(0.149780716, abs=5e-10)
    assert found["W1'[2,2]"] == pytest.approx(0.29950229, abs=5e-9)
    assert found["b1'"] == 0.35
    # In print it is 0.291027924, calculated on from rounded weights.
    assert found["L'"] == pytest.approx(0.2910277737, abs=5e-11)


def test_rows_turn_the_names_of_weights_round() -> None:
    by_columns, by_rows = gradients(two_layers()), gradients(two_layers(orientation="rows"))
    assert by_rows["dL/dW1[2,1]"] == by_columns["dL/dW1[1,2]"]
    assert by_rows["W1'[1,2]"] == by_columns["W1'[2,1]"]


def test_a_batch_puts_the_sample_before_the_unit() -> None:
    found = gradients(two_layers(batch=True))
    assert "a1[1;2]" in found
    assert "a1[2]" not in found


def test_gradients_that_arrive_take_the_place_of_the_loss() -> None:
    given_at_z2 = gradients(two_layers(upstream=(("z2[1]", Number("0.5")),), loss=None, targets=None))
    assert given_at_z2["dL/dz2[1]"] == 0.5
    assert given_at_z2["dL/dz2[2]"] == 0
    assert given_at_z2["dL/da1[2]"] == pytest.approx(0.5 * 0.45)
    assert "L" not in given_at_z2
    assert "dL/da2[1]" not in given_at_z2


def test_a_circuit_by_hand() -> None:
    x, y, z, q = (Ref(Quantity("node", name=name)) for name in "xyzq")
    values = (("x", Number("-2")), ("y", Number("5")), ("z", Number("-4")))
    circuit = Circuit(values, (("f", q * z), ("q", x + y)), "f")
    found = gradients(Problem("", circuit=circuit, optimizer=Optimizer(Number("0.1"), parameters=("x", "y"))))
    assert [found[name] for name in ("q", "f", "df/dq", "df/dz", "df/dx")] == [3, -12, -4, 3, -4]
    assert found["x'"] == pytest.approx(-1.6)
    assert found["f'"] == pytest.approx(-15.2)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [("b*", "b1[2]", True), ("W1[2,*]", "W1[2,3]", True), ("W1[2,*]", "W12,3", False), ("b", "b1", False)],
)
def test_only_the_star_is_special_in_a_pattern(pattern: str, name: str, expected: bool) -> None:
    assert fits(pattern, name) is expected

"""A problem as a graph: one indexed formula for each operation, in the order in which they are computed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from graphs import choice, graph, problem, row

from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import LEARNING_RATE, LOSS, SAMPLES, Axis, Letter, Quantity
from backprop_steps.expression.reading import read_formula
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Sigma,
    expression,
)
from backprop_steps.network.build import build
from backprop_steps.network.graph import Graph
from backprop_steps.notation.profile import Conventions
from backprop_steps.operations.base import A, X, Y, exp, ln
from backprop_steps.problem.model import Circuit, Layer, LossChoice, Network, Optimizer, Problem

ERROR_FIRST = Conventions(difference="target_minus_output")
SPLIT = Conventions(split_loss=True)
HALF = Quotient(expression(1), expression(2))


def unit(layer: int, size: int | str, copy: int = 0) -> Letter:
    return Letter(Axis("unit", layer, size), copy)


def sample(size: int | str) -> Letter:
    return Letter(Axis("sample", 0, size))


I, J, K = unit(0, 2), unit(1, 3), unit(2, 1)  # noqa: E741
W = Ref(Quantity("weight", 1, (J, I)))
B = Ref(Quantity("bias", 1, (J,)))


def names(graph: Graph) -> list[str]:
    return [name_of(operation.output.array()) for operation in graph.operations]


def formula(graph: Graph, name: str) -> Expression:
    (found,) = (operation.formula for operation in graph.operations if name_of(operation.output.array()) == name)
    return found


def a_and_y(layer: int, size: int, n: Letter | None = None) -> tuple[Ref, Ref]:
    unit_letter = unit(layer, size)
    return Ref(Quantity("activation", layer, (unit_letter,), n)), Ref(Quantity("target", layer, (unit_letter,), n))


# layers


def test_the_operations_of_a_network_in_the_order_of_the_forward_pass() -> None:
    found = graph(2, 3, 1)
    assert names(found) == ["z1", "a1", "z2", "a2", "L"]
    assert [operation.kind for operation in found.operations] == [
        "affine",
        "activation",
        "affine",
        "activation",
        "loss",
    ]
    assert [name_of(p.array()) for p in found.parameters] == ["W1", "b1", "W2", "b2"]
    assert (found.goal, found.depth, found.units, found.symbolic) == (LOSS, 2, (2, 3, 1), True)


@pytest.mark.parametrize("samples", [None, 1, 4, "N"])
@pytest.mark.parametrize("orientation", ["columns", "rows"])
def test_an_affine_map_multiplies_in_the_order_of_its_orientation(orientation: Any, samples: Any) -> None:
    n = None if samples is None else sample(samples)
    x = Ref(Quantity("input", 0, (I,), n))
    found = graph(2, 3, 1, orientation=orientation, samples=samples)
    order = (W, x) if orientation == "columns" else (x, W)
    assert formula(found, "z1") == Sigma(I, Product(order)) + B
    assert found.operations[0].output == Quantity("pre_activation", 1, (J,), n)


def test_the_notation_decides_the_orientation_where_the_problem_does_not() -> None:
    rows = Conventions(orientation="rows")
    x = Ref(Quantity("input", 0, (I,)))
    assert formula(graph(2, 3, 1, conventions=rows), "z1") == Sigma(I, Product((x, W))) + B
    assert formula(graph(2, 3, 1, conventions=rows, orientation="columns"), "z1") == Sigma(I, Product((W, x))) + B


@pytest.mark.parametrize(
    ("bias", "parameters", "rest"),
    [
        ("per_unit", ["W1", "b1"], B),
        ("shared", ["W1", "b1"], Ref(Quantity("bias", 1))),
        ("threshold", ["W1", "t1"], Negative(Ref(Quantity("threshold", 1, (J,))))),
        ("none", ["W1"], None),
    ],
)
def test_what_is_added_to_the_weighted_sum(bias: Any, parameters: list[str], rest: Expression | None) -> None:
    found = graph(2, 3, bias=bias)
    weighted = Sigma(I, W * Ref(Quantity("input", 0, (I,))))
    assert formula(found, "z1") == (weighted if rest is None else weighted + rest)
    assert [name_of(p.array()) for p in found.parameters] == parameters


def test_activations_by_name_and_by_formula() -> None:
    swish = read_formula_of_x("x / (1 + exp(-x))")
    found = graph(
        1, 1, 1, 1, 1, activations=("sigmoid", choice("swish", swish), replace(choice("f"), bare=True), "identity")
    )
    activations = [operation for operation in found.operations if operation.kind == "activation"]
    z = [Ref(operation.output) for operation in found.operations if operation.kind == "affine"]
    assert [operation.formula for operation in activations] == [
        1 / (1 + exp(-z[0])),
        z[1] / (1 + exp(-z[1])),
        Apply("f", (z[2],)),
        z[3],
    ]
    assert [operation.named for operation in activations] == [
        Apply("sigmoid", (z[0],)),
        Apply("swish", (z[1],)),
        Apply("f", (z[2],)),
        None,
    ]
    assert set(found.functions) == {("sigmoid", 0), ("swish", 0), ("identity", 0)}


def read_formula_of_x(text: str) -> Expression:
    return read_formula(text, {"x": X.quantity})


@pytest.mark.parametrize("slope", [None, "0.2"])
def test_the_slope_of_a_leaky_relu_is_put_in(slope: str | None) -> None:
    leaky = replace(choice("leaky_relu"), parameter=None if slope is None else Number(slope))
    found = formula(graph(1, 1, activations=(leaky,)), "a1")
    assert isinstance(found, Cases)
    z = Ref(Quantity("pre_activation", 1, (unit(1, 1),)))
    assert found.pieces[1][0] == Number(slope or "0.01") * z


def test_softmax_sums_over_a_letter_of_its_own() -> None:
    found = graph(2, 3, activations=("softmax",), samples="N")
    n, other = sample("N"), unit(1, 3, copy=1)
    z = Quantity("pre_activation", 1, (J,), n)
    assert formula(found, "a1") == Quotient(exp(Ref(z)), Sigma(other, exp(Ref(z.at(other, sample=n)))))


# losses


@pytest.mark.parametrize(
    ("loss", "samples", "front"),
    [
        (LossChoice("squared_error"), None, None),
        (LossChoice("half_squared_error"), None, HALF),
        (LossChoice("half_squared_error"), 4, Quotient(expression(1), expression(2) * Ref(SAMPLES))),
        (LossChoice("half_squared_error", reduce="sum"), 4, HALF),
        (LossChoice("squared_error"), "N", Quotient(expression(1), Ref(SAMPLES))),
        (LossChoice("squared_error", reduce="sum"), "N", None),
        (LossChoice("mean_squared_error"), 4, Quotient(expression(1), Ref(SAMPLES))),
        (LossChoice("mean_squared_error", scale="1/(2N)"), 4, Quotient(expression(1), expression(2) * Ref(SAMPLES))),
        (LossChoice("mean_squared_error", scale="1/2"), 4, HALF),
        (LossChoice("mean_squared_error", scale="1"), 4, None),
        # one sample that is no batch: 1/N is 1
        (LossChoice("mean_squared_error"), None, None),
        (LossChoice("mean_squared_error", scale="1/(2N)"), None, HALF),
    ],
)
def test_the_constant_before_the_squared_losses(loss: LossChoice, samples: Any, front: Expression | None) -> None:
    n = None if samples is None else sample(samples)
    a, y = a_and_y(1, 2, n)
    total: Expression = Sigma(unit(1, 2), (a - y) ** 2)
    if n is not None:
        total = Sigma(n, total)
    assert formula(graph(2, 2, loss=loss, samples=samples), "L") == (
        total if front is None else Product((front, total))
    )


def test_the_difference_is_written_as_the_notation_writes_it() -> None:
    a, y = a_and_y(1, 1)
    assert formula(graph(2, 1, conventions=ERROR_FIRST), "L") == HALF * Sigma(unit(1, 1), (y - a) ** 2)


@pytest.mark.parametrize(
    ("loss", "term"),
    [
        ("binary_cross_entropy", lambda a, y: y * ln(a) + (1 - y) * ln(1 - a)),
        ("cross_entropy", lambda a, y: y * ln(a)),
    ],
)
def test_the_minus_of_a_cross_entropy_stands_before_the_sums(loss: str, term: Any) -> None:
    a, y = a_and_y(1, 2)
    assert formula(graph(2, 2, loss=loss), "L") == Negative(Sigma(unit(1, 2), term(a, y)))
    n = sample(3)
    a, y = a_and_y(1, 2, n)
    mean = Quotient(expression(1), Ref(SAMPLES))
    assert formula(graph(2, 2, loss=loss, samples=3), "L") == Negative(mean * Sigma(n, Sigma(unit(1, 2), term(a, y))))


def test_a_custom_loss_takes_the_target_and_the_output() -> None:
    quartic = LossChoice("quartic", formula=(Y - A) ** 4)
    a, y = a_and_y(1, 1)
    found = graph(2, 1, loss=quartic)
    assert formula(found, "L") == Sigma(unit(1, 1), (y - a) ** 4)
    assert found.operations[-1].term == (y - a) ** 4


def test_the_loss_of_each_output_has_a_name_where_the_notation_splits_it() -> None:
    found = graph(2, 2, conventions=SPLIT)
    a, y = a_and_y(1, 2)
    o = unit(1, 2)
    assert names(found) == ["z1", "a1", "E", "L"]
    assert formula(found, "E") == HALF * (a - y) ** 2
    assert formula(found, "L") == Sigma(o, Ref(Quantity("partial_loss", 1, (o,))))
    assert found.operations[-2].loss == found.operations[-1].loss


@pytest.mark.parametrize(("units", "samples"), [((2, 1), None), ((2, 2), 3)])
def test_there_is_nothing_to_split_with_one_output_or_in_a_batch(units: tuple[int, ...], samples: Any) -> None:
    assert names(graph(*units, conventions=SPLIT, samples=samples)) == ["z1", "a1", "L"]


def test_the_constants_of_the_losses_are_fractions() -> None:
    losses = [
        operation.loss
        for kind in ("half_squared_error", "cross_entropy")
        for operation in graph(1, 1, loss=kind).operations
    ]
    assert [loss.constant for loss in losses if loss is not None] == [Fraction(1, 2), Fraction(-1)]


# values


def numeric(**more: Any) -> Network:
    settings: dict[str, Any] = {
        "input_units": 2,
        "layers": (
            Layer(3, choice("tanh"), (row("1", "2"), row("3", "4"), row("5", "6")), "per_unit", row("7", "8", "9")),
            Layer(1, choice("identity"), (row("0.10", "0.2", "-0.3"),), "shared", row("0.5")),
        ),
        "inputs": (row("1.0", "0"),),
        "targets": (row("1"),),
        "loss": LossChoice("squared_error"),
    }
    return Network(**{**settings, **more})


def built(network: Network, optimizer: Optimizer | None = None) -> Graph:
    return build(Problem("Numbers", network=network, optimizer=optimizer), Conventions())


def given(graph: Graph, *, rows: bool = False) -> dict[str, str]:
    return {name_of(quantity, rows=rows): number.text for quantity, number in graph.values.items()}


def test_every_number_by_its_name_with_the_digits_that_were_given() -> None:
    found = built(numeric(), Optimizer(Number("0.50")))
    assert given(found) == {
        "eta": "0.50",
        "N": "1",
        "x[1]": "1.0",
        "x[2]": "0",
        "y[1]": "1",
        **{"W1[1,1]": "1", "W1[1,2]": "2", "W1[2,1]": "3", "W1[2,2]": "4", "W1[3,1]": "5", "W1[3,2]": "6"},
        **{"b1[1]": "7", "b1[2]": "8", "b1[3]": "9"},
        **{"W2[1,1]": "0.10", "W2[1,2]": "0.2", "W2[1,3]": "-0.3", "b2": "0.5"},
    }
    assert found.values[LEARNING_RATE] == Number("0.50")


def test_a_batch_has_its_samples_before_the_semicolon() -> None:
    samples = {"inputs": (row("1", "2"), row("3", "4")), "targets": (row("0"), row("1")), "samples": 2, "batch": True}
    found = given(built(numeric(**samples)))
    assert {name: text for name, text in found.items() if name[0] in "xyN"} == {
        **{"N": "2", "x[1;1]": "1", "x[1;2]": "2", "x[2;1]": "3", "x[2;2]": "4"},
        **{"y[1;1]": "0", "y[2;1]": "1"},
    }


def test_nothing_is_given_where_a_weight_is_not() -> None:
    first, second = numeric().layers
    assert built(numeric(layers=(replace(first, weights=None), second))).symbolic
    assert built(numeric(inputs=None)).values == {}


@pytest.mark.parametrize(
    ("patterns", "frozen"),
    [
        ((), set()),
        (("b*",), {"b1", "b1[1]", "b1[2]", "b1[3]", "b2"}),
        (("W1[2,*]",), {"W1[2,1]", "W1[2,2]"}),
        (("W2", "b2"), {"W2", "b2"}),
    ],
)
def test_what_an_update_leaves_alone(patterns: tuple[str, ...], frozen: set[str]) -> None:
    found = built(numeric(), Optimizer(Number("1"), frozen=patterns))
    assert {name_of(quantity) for quantity in found.frozen} == frozen


def test_rows_say_from_and_to_in_the_patterns_too() -> None:
    found = built(numeric(orientation="rows"), Optimizer(Number("1"), frozen=("W1[2,*]",)))
    assert {name_of(quantity) for quantity in found.frozen} == {"W1[1,2]", "W1[2,2]", "W1[3,2]"}


@pytest.mark.parametrize(
    ("upstream", "operations", "parameters"),
    [
        ((("z2[1]", Number("0.5")),), ["z1", "a1", "z2"], ["W1", "b1", "W2", "b2"]),
        ((("a2[1]", Number("0.5")),), ["z1", "a1", "z2", "a2"], ["W1", "b1", "W2", "b2"]),
        ((("z1[1]", Number("1")), ("z1[3]", Number("2"))), ["z1"], ["W1", "b1"]),
    ],
)
def test_what_lies_behind_the_gradients_that_arrive_is_cut_off(
    upstream: Any, operations: list[str], parameters: list[str]
) -> None:
    found = built(numeric(upstream=upstream, loss=None, targets=None))
    assert names(found) == operations
    assert [name_of(p.array()) for p in found.parameters] == parameters
    assert {name_of(q): n.text for q, n in found.upstream.items()} == {name: number.text for name, number in upstream}
    assert found.goal == LOSS
    assert found.producer(LOSS) is None


# circuits


def circuit(nodes: dict[str, str], values: dict[str, str | None], goal: str, **more: Any) -> Graph:
    quantities = {name: Quantity("node", name=name) for name in (*values, *nodes)}
    made = Circuit(
        values=tuple((name, None if text is None else Number(text)) for name, text in values.items()),
        nodes=tuple((name, read_formula(text, quantities)) for name, text in nodes.items()),
        differentiate=goal,
    )
    return build(Problem("Nodes", circuit=made, **more), Conventions())


def test_a_circuit_is_a_graph_of_nodes() -> None:
    found = circuit({"q": "x + y", "f": "q * z"}, {"x": "-2", "y": "5", "z": "-4"}, "f")
    q, x, y, z = (Ref(Quantity("node", name=name)) for name in "qxyz")
    assert [operation.formula for operation in found.operations] == [x + y, q * z]
    assert {operation.kind for operation in found.operations} == {"node"}
    assert found.goal == Quantity("node", name="f")
    assert found.inputs == (x.quantity, y.quantity, z.quantity)
    assert given(found) == {"x": "-2", "y": "5", "z": "-4"}
    assert (found.depth, found.parameters, found.batch) == (0, (), False)


def test_nodes_stand_after_those_they_use_and_otherwise_as_in_the_file() -> None:
    nodes = {"f": "p * q", "p": "r + x", "s": "x", "q": "r * s", "r": "x ^ 2"}
    assert names(circuit(nodes, {"x": "2"}, "f")) == ["s", "r", "p", "q", "f"]


def test_a_circle_has_no_order() -> None:
    with pytest.raises(ValueError, match="in a circle"):
        circuit({"p": "q + x", "q": "p + x"}, {"x": "1"}, "q")


def test_a_circuit_with_a_value_left_out_has_no_numbers() -> None:
    found = circuit({"f": "x * y"}, {"x": "1", "y": None}, "f", optimizer=Optimizer(Number("0.1"), parameters=("x",)))
    assert found.symbolic
    assert found.parameters == (Quantity("node", name="x"),)


def test_producers_are_found_for_elements_and_arrays() -> None:
    found = build(problem(2, 3, 1), Conventions())
    z = found.operations[0]
    assert found.producer(Quantity("pre_activation", 1)) is z
    assert found.producer(Quantity("pre_activation", 1, (2,))) is z
    assert found.producer(Quantity("input", 0)) is None

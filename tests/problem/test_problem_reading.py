"""What a good file says, in all the ways in which it can be said."""

from pathlib import Path

import pytest

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Apply, Negative, Number, Power, Product, Quotient, Ref, Sum
from backprop_steps.problem.loading import read_problem
from backprop_steps.problem.model import (
    ActivationChoice,
    Circuit,
    Layer,
    LossChoice,
    Meta,
    Network,
    Optimizer,
    Problem,
    Replacement,
    Rounding,
)


def read(text: str) -> Problem:
    return read_problem(text, "p.yaml", Path("p.yaml"))


def network(text: str) -> Network:
    found = read(text).network
    assert found is not None
    return found


def circuit(text: str) -> Circuit:
    found = read(text).circuit
    assert found is not None
    return found


def row(*texts: str) -> tuple[Number, ...]:
    return tuple(map(Number, texts))


ONE = """inputs: [0.05, 0.10]
targets: [0.01]
layers:
  - {units: 1, activation: sigmoid, weights: [[0.15, 0.20]], bias: [0.35]}
loss: half_squared_error
"""
SYMBOLIC = """inputs: f
samples: N
layers:
  - {units: h, activation: sigmoid}
  - {units: 1, activation: identity}
loss: mean_squared_error
"""


def test_a_whole_file() -> None:
    text = """# What it teaches,
# in two lines.

# Not this.
title: Two layers
meta: {author: A. Teacher, date: 2025-08-06, course: 101, license: CC0}
notation: node
inputs: [0.05, 0.10]
targets: [1]
layers:
  - units: 2
    activation: tanh
    weights: [[0.15, 0.20],
              [0.25, -0.30]]
    bias: [0.35, 0.350]
  - units: 1
    activation: {name: leaky_relu, slope: 0.10}
    weights: [[0.40, 0.45]]
    bias: 0.60
loss: {kind: mean_squared_error, scale: 1 / (2N)}
optimizer: {kind: gradient_descent, learning_rate: 0.5, frozen: ['b*', 'W1[2,*]']}
steps: 2
rounding: {digits: 6, kind: significant, mode: half_even, carry: rounded, comma: yes}
symbols: {delta: g, learning_rate: \\gamma}
again_with: [{layer: 1, activation: sigmoid}]
"""
    assert read(text) == Problem(
        title="Two layers",
        notation="node",
        meta=Meta("A. Teacher", "2025-08-06", "101", "CC0"),
        network=Network(
            input_units=2,
            layers=(
                Layer(
                    2,
                    ActivationChoice("tanh"),
                    (row("0.15", "0.20"), row("0.25", "-0.30")),
                    "per_unit",
                    row("0.35", "0.350"),
                ),
                Layer(
                    1,
                    ActivationChoice("leaky_relu", parameter=Number("0.10")),
                    (row("0.40", "0.45"),),
                    "shared",
                    row("0.60"),
                ),
            ),
            inputs=(row("0.05", "0.10"),),
            targets=(row("1"),),
            loss=LossChoice("mean_squared_error", scale="1/(2N)"),
            again_with=(Replacement(1, ActivationChoice("sigmoid")),),
        ),
        optimizer=Optimizer(Number("0.5"), ("b*", "W1[2,*]")),
        steps=2,
        rounding=Rounding(6, "significant", "half_even", "rounded", comma=True),
        symbols=(("delta", "g"), ("learning_rate", "\\gamma")),
        source=Path("p.yaml"),
        comment="What it teaches, in two lines.",
    )


def test_what_is_left_out_has_a_default() -> None:
    problem = read(ONE)
    assert (problem.title, problem.notation, problem.optimizer, problem.steps) == ("P", "layer", None, 1)
    assert problem.rounding == Rounding(4, "places", "half_up", "exact", comma=None)
    assert read("values: [x]\nnodes: {f: x}\ndifferentiate: f\n").notation == "circuit"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0.10", "0.10"),
        ("5", "5"),
        ("-0.30", "-0.30"),
        (".5", "0.5"),
        ("-.50", "-0.50"),
        ("5.", "5"),
        ("+3", "3"),
        ("\u22122.0", "-2.0"),
        ("007", "7"),
        ("010", "10"),
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("1e-3", "1e-3"),
        ("2.10E+05", "2.10e5"),
        ("1e0", "1"),
        ("'0.20'", "0.20"),
    ],
)
def test_the_digits_of_a_number_are_kept(written: str, kept: str) -> None:
    text = ONE.replace("[0.01]", f"[{written}]")
    assert network(text).targets == (row(kept),)


@pytest.mark.parametrize("word", ["no", "off", "false", "False", "NO"])
def test_no_bias_in_every_word_of_yaml(word: str) -> None:
    (layer,) = network(ONE.replace("[0.35]", word)).layers
    assert (layer.bias_kind, layer.bias) == ("none", None)


def test_names_that_yaml_would_read_as_something_else() -> None:
    problem = read(
        "title: no\nmeta: {author: 1e3, course: on}\nvalues: {y: 1, n: 2}\nnodes: {no: y * n}\ndifferentiate: no\n"
    )
    assert (problem.title, problem.meta.author, problem.meta.course) == ("no", "1e3", "on")
    assert problem.circuit is not None
    assert (problem.circuit.differentiate, dict(problem.circuit.values)["y"]) == ("no", Number("1"))


def test_a_batch_has_rows_and_a_flat_list_for_one_output() -> None:
    found = network(ONE.replace("[0.05, 0.10]", "[[1, 2], [3, 4], [5, 6]]").replace("[0.01]", "[0, 1, 1]"))
    assert (found.samples, found.batch, found.input_units) == (3, True, 2)
    assert found.inputs == (row("1", "2"), row("3", "4"), row("5", "6"))
    assert found.targets == (row("0"), row("1"), row("1"))
    rows = network(ONE.replace("[0.05, 0.10]", "[[1, 2], [3, 4]]").replace("[0.01]", "[[0], [1]]"))
    assert rows.targets == (row("0"), row("1"))


def test_a_batch_of_one_is_a_batch() -> None:
    found = network(ONE.replace("[0.05, 0.10]", "[[1, 2]]"))
    assert (found.samples, found.batch, found.targets) == (1, True, (row("0.01"),))
    assert (network(ONE).samples, network(ONE).batch) == (1, False)


def test_classes_become_one_hot_targets() -> None:
    text = """inputs: [[1], [2]]
classes: [2, 0]
layers: [{units: 3, activation: softmax, weights: [[1], [2], [3]], bias: false}]
loss: {kind: cross_entropy, reduce: sum}
"""
    found = network(text)
    assert found.targets == (row("0", "0", "1"), row("1", "0", "0"))
    assert found.loss == LossChoice("cross_entropy", "sum")
    assert network(text.replace("[[1], [2]]", "[1]").replace("[2, 0]", "1")).targets == (row("0", "1", "0"),)


def test_weights_in_rows_are_kept_units_by_inputs() -> None:
    text = """orientation: rows
inputs: [1, 2, 3]
targets: [1, 1]
layers: [{units: 2, activation: relu, weights: [[11, 21], [12, 22], [13, 23]], bias: [1, 2]}]
loss: squared_error
"""
    found = network(text)
    assert found.orientation == "rows"
    assert found.layers[0].weights == (row("11", "12", "13"), row("21", "22", "23"))


def test_a_threshold_in_place_of_a_bias() -> None:
    (layer,) = network(ONE.replace("bias: [0.35]", "threshold: [0.35]")).layers
    assert (layer.bias_kind, layer.bias) == ("threshold", row("0.35"))


@pytest.mark.parametrize(
    ("bias", "kind"),
    [
        ("", "per_unit"),
        (", bias: true", "per_unit"),
        (", bias: false", "none"),
        (", bias: shared", "shared"),
        (", threshold: true", "threshold"),
    ],
)
def test_a_symbolic_sheet(bias: str, kind: str) -> None:
    found = network(SYMBOLIC.replace("sigmoid", f"sigmoid{bias}"))
    assert (found.input_units, found.samples, found.batch, found.inputs, found.targets) == ("f", "N", True, None, None)
    assert [(layer.units, layer.weights, layer.bias) for layer in found.layers] == [("h", None, None), (1, None, None)]
    assert found.layers[0].bias_kind == kind


def test_numbers_for_the_samples_do_not_need_weights() -> None:
    found = network(SYMBOLIC.replace("inputs: f\nsamples: N", "inputs: [1, 2]\ntargets: [3]").replace("h,", "2,"))
    assert (found.inputs, found.targets, found.layers[0].weights) == ((row("1", "2"),), (row("3"),), None)


def test_an_activation_and_a_loss_of_ones_own() -> None:
    text = ONE.replace("sigmoid", "{name: swish, formula: x / (1 + exp(-x))}").replace(
        "half_squared_error", "{name: fourth, formula: (y - a)^4 / 4, reduce: sum}"
    )
    found = network(text)
    x = Ref(Quantity("variable", name="x"))
    y, a = (Ref(Quantity("variable", name=name)) for name in ("y", "a"))
    swish = Quotient(x, Sum((Number("1"), Apply("exp", (Negative(x),)))))
    assert found.layers[0].activation == ActivationChoice("swish", formula=swish)
    fourth = Quotient(Power(Sum((y, Negative(a))), Number("4")), Number("4"))
    assert found.loss == LossChoice("fourth", "sum", formula=fourth)


def test_an_activation_that_is_only_a_name() -> None:
    assert network(ONE.replace("sigmoid", "{name: f}")).layers[0].activation == ActivationChoice("f", bare=True)
    assert network(ONE.replace("sigmoid", "{name: tanh}")).layers[0].activation == ActivationChoice("tanh")


@pytest.mark.parametrize("activation", ["sigmoid", "{name: f}", "{name: g, formula: exp(x)}"])
@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_outputs_that_can_lie_between_0_and_1_fit(activation: str, loss: str) -> None:
    found = network(ONE.replace("sigmoid", activation).replace("half_squared_error", loss))
    assert found.loss == LossChoice(loss)


def test_targets_of_softmax_with_another_loss_are_free() -> None:
    text = """
inputs: [0.05, 0.10]
targets: [0.01, 0.5]
layers: [{units: 2, activation: softmax, weights: [[1, 2], [3, 4]], bias: false}]
loss: half_squared_error
"""
    assert network(text).targets == (row("0.01", "0.5"),)


def test_upstream_in_place_of_a_loss() -> None:
    text = ONE.replace("loss: half_squared_error", "upstream: {'z1[1]': -0.50}").replace("targets: [0.01]\n", "")
    found = network(text)
    assert (found.loss, found.upstream) == (None, (("z1[1]", Number("-0.50")),))
    batch = text.replace("[0.05, 0.10]", "[[1, 2], [3, 4]]").replace("'z1[1]': -0.50", "'a1[1;1]': 1, 'a1[2;1]': 2")
    assert network(batch).upstream == (("a1[1;1]", Number("1")), ("a1[2;1]", Number("2")))


def test_a_circuit() -> None:
    text = """title: A circuit
values: {x: -2, y: 5, z: -4}
nodes:
  f: q * z      # before the node it uses
  q: x + y
differentiate: f
optimizer: {learning_rate: 0.1, parameters: [x, y]}
"""
    found = circuit(text)
    q, x, y, z = (Ref(Quantity("node", name=name)) for name in "qxyz")
    assert found.values == (("x", Number("-2")), ("y", Number("5")), ("z", Number("-4")))
    assert found.nodes == (("f", Product((q, z))), ("q", Sum((x, y))))
    assert found.differentiate == "f"
    assert read(text).optimizer == Optimizer(Number("0.1"), parameters=("x", "y"))


@pytest.mark.parametrize("values", ["[x, e]", "{x: , e: }", "{x: null, e: ~}"])
def test_a_symbolic_circuit(values: str) -> None:
    found = circuit(f"values: {values}\nnodes: {{f: x^e}}\ndifferentiate: f\n")
    assert found.values == (("x", None), ("e", None))
    assert found.nodes == (("f", Power(Ref(Quantity("node", name="x")), Ref(Quantity("node", name="e")))),)


def test_a_circuit_that_starts_in_the_middle() -> None:
    found = circuit("values: {x: 1}\nnodes: {f: x * x}\nupstream: {f: 2}\n")
    assert (found.differentiate, found.upstream) == ("L", (("f", Number("2")),))


def test_an_alias_repeats_what_its_anchor_says() -> None:
    text = ONE.replace("[0.05, 0.10]", "&row [0.05, 0.10]").replace("[[0.15, 0.20]]", "[*row]")
    assert network(text).layers[0].weights == network(text).inputs == (row("0.05", "0.10"),)

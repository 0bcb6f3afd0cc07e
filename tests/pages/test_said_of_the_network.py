"""What a sheet says of its loss and its functions is true of this very network, whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped_pages import page

import backprop_steps
from backprop_steps.offers import Detail
from backprop_steps.problem.loading import read_problem

SMALL = """
title: Small
notation: {notation}
inputs: {inputs}
{targets}
layers:
  - {{units: 2, activation: {hidden}, weights: [[0.5, -0.25], [0.4, 0.6]], bias: [0.1, 0.2]}}
  - {{units: 2, activation: {output}, weights: [[-0.7, -0.3], [0.2, 0.9]], bias: [0.1, 0]}}
{end}
optimizer: {{learning_rate: 0.2}}
"""


def sheet(
    notation: str,
    end: str = "loss: half_squared_error",
    *,
    hidden: str = "tanh",
    output: str = "identity",
    batch: bool = False,
    detail: Detail = "full",
) -> str:
    """A sheet about two hidden units and two outputs."""
    targets = "" if "upstream" in end else f"targets: {'[[0, 1], [1, 0], [0, 1]]' if batch else '[0, 1]'}"
    inputs = "[[1, -2], [0, 1], [2, 2]]" if batch else "[1, -2]"
    text = SMALL.format(notation=notation, inputs=inputs, targets=targets, hidden=hidden, output=output, end=end)
    return str(backprop_steps.render(read_problem(text, "small.yaml", Path("small.yaml")), detail=detail))


@pytest.mark.parametrize(("reduce", "averaged"), [("mean", True), ("sum", False)])
@pytest.mark.parametrize("notation", ["layer", "node", "batch", "mazur"])
def test_the_factor_of_the_mean_is_spoken_of_where_there_is_a_mean(notation: str, reduce: str, averaged: bool) -> None:
    text = sheet(notation, f"loss: {{kind: cross_entropy, reduce: {reduce}}}", output="softmax", batch=True)
    assert ("with the factor of the mean" in text) is averaged


@pytest.mark.parametrize(
    ("end", "times_slope", "factor"),
    [
        ("loss: half_squared_error", True, False),
        ("loss: squared_error", True, True),
        ('loss: {name: fourth, formula: "(y - a)^4"}', False, False),
        ("upstream: {'a2[1]': 0.3, 'a2[2]': -1}", False, False),
    ],
)
def test_the_error_signal_is_error_times_slope_where_the_loss_is_of_squares(
    end: str, times_slope: bool, factor: bool
) -> None:
    text = sheet("node", end, output="sigmoid")
    assert ("error times slope" in text) is times_slope
    assert ("with the factor that the loss brings" in text) is factor
    assert text.count("with respect to the weighted sum.") == 1


SOFTPLUS = '{name: softplus, formula: "ln(1 + e^x)"}'


@pytest.mark.parametrize(
    ("notation", "z"),
    [("layer", "z_j^{(1)}"), ("nielsen", "z^2_j"), ("bracket", "z_{1,j}"), ("batch", "H_l"), ("mazur", "net_{h1}")],
)
def test_a_formula_that_is_one_call_is_written_out_too(notation: str, z: str) -> None:
    lines = sheet(notation, hidden=SOFTPLUS).splitlines()
    (at,) = (place for place, line in enumerate(lines) if f"&= \\mathrm{{softplus}}({z}) " in line)
    assert lines[at + 1].startswith(rf"&= \ln(1 + e^{{{z}}})")


@pytest.mark.parametrize(
    ("notation", "hidden", "said"),
    [
        ("node", SOFTPLUS, r"and applies $\mathrm{softplus}$. Here $\mathrm{softplus}(x) = \ln(1 + e^x)$."),
        ("node", "sigmoid", r"and applies $\sigma$. Here $\sigma(x) = \frac{1}{1 + e^{-x}}$."),
        ("node", "relu", ""),
        ("layer", "sigmoid", ""),
    ],
)
def test_a_function_whose_formula_stands_on_no_line_is_introduced(notation: str, hidden: str, said: str) -> None:
    text = sheet(notation, hidden=hidden, output=hidden)
    assert said in text
    assert text.count("Here $") == bool(said)


def test_between_arrays_without_numbers_a_function_is_introduced() -> None:
    assert r"Here $\sigma(x) = \frac{1}{1 + e^{-x}}$." in page("bracket_regression")


@pytest.mark.parametrize("loss", ["half_squared_error", "cross_entropy"])
def test_what_is_put_in_for_softmax_is_said_where_no_lemma_says_it(loss: str) -> None:
    said = (
        "By the quotient rule, the derivative of $Y_5$ with respect to its own weighted sum is $Y_5(1 - Y_5)$, and "
        "with respect to that of $Y_6$ it is $-Y_5Y_6$."
    )
    assert sheet("node", f"loss: {loss}", output="softmax").count(said) == 1
    assert "By the quotient rule" not in sheet("layer", f"loss: {loss}", output="softmax")


def test_before_softmax_the_terms_are_gathered_by_its_weighted_sums() -> None:
    lines = sheet("node", output="softmax").splitlines()
    signal = next(line for line in lines if line.startswith(r"\delta_5 &= ")).removesuffix(r" \\").partition("&= ")[2]
    (at,) = (place for place, line in enumerate(lines) if line.startswith(r"\frac{dLoss}{dW_{35}} &="))
    assert lines[at + 1].startswith(rf"&= -\{{{signal}\}}Y_3 ")
    assert "each derivative put in" in lines[at + 1] + lines[at + 2]
    assert any(line.startswith(r"&= -\delta_5Y_3 ") for line in lines[at + 2 : at + 4])
    (at,) = (place for place, line in enumerate(lines) if line.startswith(r"\frac{dLoss}{dY_3} &="))
    assert lines[at + 1] == rf"&= -\{{{signal}\}}W_{{35}} \\"
    assert lines[at + 2].startswith(r"&\quad - \{")


def test_the_formulas_of_a_notation_have_one_sign_for_a_product() -> None:
    text = sheet("node", "loss: squared_error", output="sigmoid")
    formulas, _, numbers = text.partition("## The numbers")
    assert r"\times" not in formulas
    assert r"\cdot 1 " in formulas
    assert r"0.5 \times 1" in numbers


def test_no_arithmetic_stands_twice_where_the_activation_changes_nothing() -> None:
    text = sheet("layer")
    assert r"\frac{\partial L}{\partial\hat{y}_1} \approx" in text
    assert r"\delta_1^{(2)} \approx" not in text
    assert r"&\approx \begin{bmatrix}" in text.partition("error signal $\\delta^{(2)}$")[2]


def test_an_array_that_no_formula_between_matrices_gives_has_one_entry_worked() -> None:
    text = sheet("batch", "loss: cross_entropy", output="softmax", batch=True)
    before, _said, after = text.partition("The others are found in the same way:")
    assert before.count(r"\frac{\partial L}{\partial\hat{y}_{") == 2  # in letters, and the one that is worked
    assert after.lstrip().startswith("$$\n\\frac{\\partial L}{\\partial\\hat{y}} \\approx \\begin{bmatrix}")


SQUASHED = """
title: Squashed
notation: circuit
values: {w: 2, x: -1, b: 0.5}
nodes:
  v: w * x + b
  s: sigmoid(v)
  t: tanh(w * s)
  r: relu(t + x)
  e: exp(s)
  f: t * e + r
differentiate: f
"""


def test_a_node_that_is_a_function_has_its_slope_by_its_own_name() -> None:
    problem = read_problem(SQUASHED, "squashed.yaml", Path("squashed.yaml"))
    text = str(backprop_steps.render(problem))
    assert r"\frac{\partial s}{\partial v} = s(1 - s) \approx 0.1824 \cdot (1 - 0.1824) \approx 0.1491" in text
    assert r"\frac{\partial t}{\partial s} = w(1 - t^2) \approx" in text


def test_a_circuit_says_what_its_functions_are_in_a_letter_that_is_no_node() -> None:
    text = str(backprop_steps.render(read_problem(SQUASHED, "squashed.yaml", Path("squashed.yaml"))))
    assert (
        r"Here $\sigma(u) = \frac{1}{1 + \exp(-u)}$, with the derivative $\sigma'(u) = \sigma(u)(1 - \sigma(u))$."
        in text
    )
    assert r", with the derivative $\tanh'(u) = 1 - \tanh^2(u)$. The slope of ReLU is 1 where" in text
    assert "$f$, node by node.\n" in page("circuit_sigmoid")


@pytest.mark.parametrize("lang", ["en", "de"])
def test_an_exponential_is_no_power_of_a_node_named_e(lang: str) -> None:
    problem = read_problem(SQUASHED, "squashed.yaml", Path("squashed.yaml"))
    text = str(backprop_steps.render(problem, lang=lang))
    assert r"e = \exp(s) \approx" in text
    assert "e^" not in text
    marking = backprop_steps.check(problem, text)
    assert set(marking.summary) - {"correct"} == {name for name, count in marking.summary.items() if not count}
    assert ("de/ds", r"\exp(s)") in [(link.quantity, link.text) for link in marking.links]


def test_an_exponential_is_no_power_of_an_error_that_is_written_e() -> None:
    text = SMALL.format(
        notation="node",
        inputs="[1, -2]",
        targets="targets: [0, 1]",
        hidden="sigmoid",
        output="identity",
        end="loss: half_squared_error\nsymbols: {error: e}",
    )
    shown = str(backprop_steps.render(read_problem(text, "small.yaml", Path("small.yaml"))))
    assert r"\frac{1}{1 + \exp(-x)}" in shown
    assert "e_5 &= Ob_5 - Y_5" in shown
    assert "e^" not in shown

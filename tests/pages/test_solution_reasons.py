"""What the solution says is true of the formula below it, in every notation: signs, places, indices, reasons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shipped_pages import page

import backprop_steps
from backprop_steps.problem.loading import read_problem


def test_a_weight_before_softmax_reaches_every_output() -> None:
    text = page("softmax_classes", "node")
    assert (
        r"carries $Y_3^{(n)}$ into the weighted sum of $Y_5^{(n)}$; through $\mathrm{softmax}$ that changes every "
        r"output, and the paths add up to minus $\delta_5^{(n)}$ times $Y_3^{(n)}$"
    ) in text
    assert "and nowhere else" not in text
    assert "to $net_{o1}$ and nowhere else" in page("softmax_squared", "mazur")


@pytest.mark.parametrize("problem", ["softmax_classes", "xor"])
def test_what_cross_entropy_leaves_has_the_sign_of_the_line_below(problem: str) -> None:
    assert "only target minus output" in page(problem, "node")
    assert "only output minus target" in page(problem, "layer")


def test_the_slope_is_that_of_the_unit_that_the_weight_leads_to() -> None:
    assert (
        "The weight $w_5$ carries $out_{h1}$ to $net_{o1}$ and nowhere else; so its gradient is what arrives at "
        "$out_{o1}$, times the slope there, times $out_{h1}$."
    ) in page("mazur")
    # an identity has no slope to multiply by
    assert "what arrives at $out_{o1}$, times $out_{h3}$." in page("three_layers", "mazur")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("own_loss", r"carries $X_k$ to $O_l$ and nowhere else; so its gradient is what arrives at $\hat{y}_l$"),
        ("softmax_squared", r"so its gradient is $\frac{\partial L}{\partial O_l}$ times $X_k$"),
        ("softmax_classes", r"so its gradient is $\frac{\partial L}{\partial O_{i,l}}$ times $Z_{i,k}$"),
    ],
)
def test_a_weight_in_letters_leads_to_a_unit_with_its_letter(problem: str, said: str) -> None:
    assert said in page(problem, "batch")


def test_thresholds_have_a_caption_and_an_update_that_subtracts() -> None:
    text = page("threshold_units", "node")
    assert "the update adds; that of a threshold subtracts." in text
    assert "\nThe thresholds of the hidden layer likewise:\n" in text
    assert "that of a threshold" not in page("node_relu", "node")


@pytest.mark.parametrize(
    ("problem", "notation", "said"),
    [
        ("xor", "layer", r"Here $\mathbf{1}$ is a column of 4 ones; it gives every sample the same biases."),
        ("bracket_regression", "bracket", r"Here $\mathbf{1}$ is a column of $N$ ones; it gives every sample the same"),
    ],
)
def test_the_array_of_ones_is_explained_once_where_it_comes_first(problem: str, notation: str, said: str) -> None:
    for detail in ("full", "lecture"):
        text = page(problem, notation, detail)  # type: ignore[arg-type]
        before, found, after = text.partition(said)
        assert found, detail
        assert before.rpartition("Forward pass")[2].count(r"\mathbf{1}") == 0
        assert "is a column of" not in after
    assert r"| $\mathbf{1}$ | a column of ones |" in page(problem, notation, "lecture")
    assert "a column of" not in page("layer_sigmoid", "layer", "lecture")


@pytest.mark.parametrize(
    ("problem", "notation", "sign"),
    [
        ("softmax_classes", "layer", "[k = j]"),
        ("softmax_squared", "batch", "[m = l]"),
        ("softmax_squared", "nielsen", "[m = j]"),
    ],
)
def test_the_sign_for_equal_indices_is_not_that_of_ones_and_is_explained_once(
    problem: str, notation: str, sign: str
) -> None:
    text = page(problem, notation)
    assert text.count(f"We write ${sign}$ for 1 where the two are equal, and for 0 elsewhere.") == 1
    assert r"\mathbf{1}_" not in text
    assert f"({sign} - " in text


def test_the_softmax_lemma_says_that_there_are_two_cases_before_it_names_one() -> None:
    text = page("softmax_classes", "layer")
    said = r"the derivative $\frac{\partial\hat{y}_k}{\partial z_j^{(2)}}$ has two cases."
    assert 0 < text.index(said) < text.index("**Where $k = j$**") < text.index(r"**Where $k \ne j$**")


@pytest.mark.parametrize("notation", ["layer", "bracket", "nielsen"])
def test_every_index_letter_has_a_subscript_in_unicode(notation: str) -> None:
    text = page("softmax_classes", notation, "lecture", to="terminal")
    assert not re.findall(r"_[a-z]\b", text)


OWN = """
title: Own
notation: layer
inputs: [1, -2]
targets: [0.5]
layers:
  - {{units: 2, activation: {{name: g, formula: "{formula}"}}, weights: [[0.5, -0.25], [0.4, 0.6]], bias: [0.1, 0.2]}}
  - {{units: 1, activation: identity, weights: [[-0.7, -0.3]], bias: [0.1]}}
loss: half_squared_error
optimizer: {{learning_rate: 0.2}}
"""


@pytest.mark.parametrize(
    ("formula", "ends", "put_in"),
    [
        (
            "x / (1 + e^(-x))",
            r"\frac{1 + e^{-x} + xe^{-x}}{(1 + e^{-x})^2}",
            r"\frac{1 + e^{-z_j^{(1)}} + z_j^{(1)}e^{-z_j^{(1)}}}{(1 + e^{-z_j^{(1)}})^2}",
        ),
        ("ln(1 + e^x)", r"\frac{e^x}{1 + e^x}", r"\frac{e^{z_j^{(1)}}}{1 + e^{z_j^{(1)}}}"),
        ("x / (1 + abs(x))", r"\frac{1}{(1 + \lvert x \rvert)^2}", r"\frac{1}{(1 + \lvert z_j^{(1)} \rvert)^2}"),
    ],
)
def test_the_slope_of_a_formula_of_ones_own_is_put_in_as_the_lemma_ends(formula: str, ends: str, put_in: str) -> None:
    problem = read_problem(OWN.format(formula=formula), "own.yaml", Path("own.yaml"))
    before, _, after = str(backprop_steps.render(problem)).partition("## Backward")
    assert f"&= {ends} " in before
    assert rf"\cdot {put_in} " in after


@pytest.mark.parametrize(
    ("problem", "notation", "said"),
    [
        ("layer_sigmoid", "node", r"For the sigmoid, $\sigma'(x) = \sigma(x)(1 - \sigma(x))$."),
        ("layer_sigmoid", "mazur", r"For the sigmoid, $\sigma'(x) = \sigma(x) \times (1 - \sigma(x))$."),
        ("xor", "batch", r"For tanh, $\tanh'(x) = 1 - \tanh^2(x)$."),
        ("softmax_classes", "node", "The slope of ReLU is 1 where its input is positive, and 0 elsewhere"),
        ("softmax_classes", "batch", "The slope of ReLU is 1 where its input is positive, and 0 elsewhere"),
        ("softmax_classes", "mazur", "The slope of ReLU is 1 where its input is positive, and 0 elsewhere"),
        ("own_loss", "nielsen", "The slope of leaky ReLU is 1 where its input is positive, and $0.1$ elsewhere."),
    ],
)
def test_a_slope_is_said_once_before_it_is_put_in(problem: str, notation: str, said: str) -> None:
    text = page(problem, notation)
    assert text.count(said) == 1
    assert "slope by its value" not in text
    before, put_in, _ = text.partition("the slope put in")
    assert not put_in or "For the sigmoid" in before


def test_a_slope_that_has_a_lemma_is_put_in_by_it() -> None:
    text = page("layer_sigmoid", "layer")
    assert r"\odot a^{(1)} \odot (1 - a^{(1)}) \quad \text{(by the lemma)}" in text
    assert "For the sigmoid" not in text
    assert "the slope put in" not in text


@pytest.mark.parametrize("notation", ["layer", "bracket", "batch", "mazur", "nielsen"])
def test_a_product_that_collapses_has_its_lemma_and_the_lemma_all_that_it_puts_in(notation: str) -> None:
    text = page("softmax_classes", notation)
    lemma = text.partition("Lemma: where the product collapses")[2].partition("Backward pass")[0]
    assert 0 < text.index("Lemma: the derivatives of softmax") < text.index("Lemma: where the product collapses")
    assert "has one term for each output; it gives" in lemma
    assert lemma.index("logarithm") < lemma.index("put in")
    assert re.search(r"text\{\(?by the lemma", text.partition("Backward pass")[2])
    assert "the factors cancel" not in text
    if notation != "batch":  # which has no passage about one sigmoid's weighted sum
        sigmoid = page("neuron_logistic", notation if notation != "mazur" else "neuron", "lecture")
        lemma = sigmoid.partition("Lemma: where the product collapses")[2]
        assert lemma.index("logarithm") < lemma.index("slope of the sigmoid") < lemma.index("put in")


def test_where_the_weighted_sum_has_no_name_the_cancelled_line_is_told() -> None:
    text = page("softmax_classes", "node")
    targets = r"(Ob_5^{(1)} + Ob_6^{(1)} + Ob_7^{(1)})"
    assert rf"\{{Ob_5^{{(1)}} - Y_5^{{(1)}}{targets}\}} \quad \text{{(the factors cancel)}}" in text
    assert r"&= \frac{1}{N}(Ob_5^{(1)} - Y_5^{(1)}) \quad \text{(the targets add up to 1)}" in text
    assert (
        r"The error signal $\delta_5^{(1)}$ is minus the derivative of the loss with respect to the weighted sum."
        in text
    )
    text = page("neuron_logistic", "node")
    assert r"&= Ob_3 \cdot (1 - Y_3) - (1 - Ob_3)Y_3 && \quad \text{the factors cancel}" in text
    assert r"&= Ob_3 - Y_3 && \quad \text{like terms together}" in text


def test_what_softmax_and_cross_entropy_leave_is_printed_in_mazurs_notation_too() -> None:
    text = page("softmax_classes", "mazur")
    assert r"&= -\frac{1}{N}(target_{o1}^{(1)} - out_{o1}^{(1)}) \quad \text{(by the lemma)} \\" in text
    assert r"&\approx -\frac{1}{2} \times (0 - 0.2371) \approx 0.1185" in text


ONE_UNIT = """
title: One unit a layer
notation: layer
inputs: [1]
targets: [0.5]
layers:
  - {units: 1, activation: sigmoid, weights: [[0.5]], bias: [0.1]}
  - {units: 1, activation: identity, weights: [[-0.7]], bias: [0.1]}
loss: half_squared_error
optimizer: {learning_rate: 0.2}
"""


def test_layers_of_one_unit_are_spoken_of_in_the_singular() -> None:
    text = str(backprop_steps.render(read_problem(ONE_UNIT, "one.yaml", Path("one.yaml"))))
    assert "The neuron multiplies its input by its weight, then adds its bias." in text
    assert "Now the output $a^{(1)}$ of the hidden layer is what comes in." in text
    assert "The weight $W_{11}^{(2)}$ carries $a^{(1)}$." in text
    assert "The weight of the hidden layer carries $x$." in text


@pytest.mark.parametrize(("notation", "weights"), [("layer", "W^{(2)}"), ("nielsen", "w^3"), ("bracket", "W_2")])
def test_why_the_weights_are_transposed_is_said_where_they_first_are(notation: str, weights: str) -> None:
    text = page("layer_sigmoid", notation)
    before, said, after = text.partition(f"In ${weights}$ the weights that leave one ")
    assert said
    assert after.count("so the matrix is transposed.") == 1
    one = f"({weights})^T" if "^" in weights else f"{weights}^T"
    assert one not in before
    assert one in after


def test_what_is_listed_ends_with_and() -> None:
    assert "Now the outputs $out_{h1}$ and $out_{h2}$ of the hidden layer are what comes in." in page("mazur")
    assert "$b_{o1}$, $b_{o2}$ and $b_{o3}$ are added as they are:" in page("node_relu", "mazur")


def test_a_formula_in_letters_stands_for_all_and_no_so_on_follows_it() -> None:
    assert "and so on" not in page("layer_sigmoid", "batch")
    assert ", and so on, the partial derivatives become" in page("mazur")


def test_the_numbers_of_a_single_unit_are_captioned_sample_by_sample() -> None:
    text = page("xor", "layer")
    assert "**Sample by sample**\n\n$$\n\\begin{aligned}\nz_1^{(2)} &" in text


def test_that_a_bias_is_frozen_is_said_on_a_brief_sheet_too() -> None:
    assert "$b_1$ and $b_2$ are frozen and not updated." in page("mazur", detail="brief")
    assert "$b_1$ and $b_2$ are frozen and not updated." in page("mazur")


def test_the_output_of_a_single_neuron_is_the_neurons() -> None:
    assert "$a$: the output of the neuron" in page("neuron_logistic", detail="lecture")
    assert "the outputs of the network" in page("node_relu", detail="lecture")
    assert "How does $Loss$ change" in page("node_relu", detail="lecture")
    assert "adds the bias that the layer shares" in page("mazur", "node")


def test_the_symbols_of_the_formulas_are_linked_to_those_of_the_numbers() -> None:
    said = r"$X_1$ for $x_1$, $W_{13}$ for $w_{13}$, $Y_3$ for $y_3$ and $\eta$ for $\gamma$."
    assert f"The formulas have symbols of their own: {said}" in page("node_relu")
    assert "symbols of their own" not in page("mazur")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("node_relu", r"The new value of $w_{13}$ is written $w_{13}^{new}$"),
        ("neuron_logistic", r"The new value of $w_1$ is written $w_1^{\mathrm{new}}$"),
    ],
)
def test_how_a_new_value_is_marked_is_said_before_it_is(problem: str, said: str) -> None:
    before, found, _ = page(problem).partition(said)
    assert found
    assert "new}" not in before
    assert "The new value of" not in page("mazur")  # w^+ stands on the left of the update itself


def test_a_gradient_that_no_passage_finds_is_a_dash() -> None:
    text = page("mazur")
    assert "| $b_1$ | $0.35$ | — | — |" in text
    assert "A dash: not derived, not updated." in text
    assert "| $w_1$ | $0.15$ | $0.000438568$ | $0.149780716$ |" in text

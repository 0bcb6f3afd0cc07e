"""The key insights of a lecture: what is true of several units is said in one sentence."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

import backprop_steps
from backprop_steps.expression.tree import Ref
from backprop_steps.pages.content.insights import Insight, insights

NETWORK = """
title: Units alike
notation: layer
inputs: [1, 2]
targets: [1]
layers:
  - {{units: 3, activation: {activation}, weights: {weights}, bias: false}}
  - {{units: 1, activation: identity, weights: [[0.8, 0.6, 0.4]], bias: false}}
loss: half_squared_error
optimizer: {{learning_rate: 0.1}}
rounding: {{digits: 4}}
"""


@pytest.mark.parametrize(
    ("activation", "weights", "said"),
    [
        (
            "relu",
            "[[0.5, 0.25], [-1, -0.5], [1, 1]]",
            "$a_2^{(1)}$ is 0 and so is the slope there: nothing passes back through it, and the weights that lead to "
            "it do not change in this step.",
        ),
        (
            "relu",
            "[[-0.5, -0.25], [-1, -0.5], [1, 1]]",
            "$a_1^{(1)}$ and $a_2^{(1)}$ are 0 and so are the slopes there: nothing passes back through them, and the "
            "weights that lead to them do not change in this step.",
        ),
        (
            "sigmoid",
            "[[2, 2], [0.1, 0.1], [0.1, 0.2]]",
            r"At $a_1^{(1)}$ the activation is flat: its slope is $0.0025$. The weights that lead there learn slowly.",
        ),
        (
            "tanh",
            "[[2, 2], [0.1, 0.1], [-2, -1]]",
            r"At $a_1^{(1)}$ and $a_3^{(1)}$ the activation is flat: the slopes are $2.5 \times 10^{-5}$ and $0.0013$. "
            "The weights that lead there learn slowly.",
        ),
    ],
)
def test_units_that_are_alike_are_named_in_one_sentence(
    tmp_path: Path, activation: str, weights: str, said: str
) -> None:
    file = tmp_path / "problem.yaml"
    file.write_text(NETWORK.format(activation=activation, weights=weights))
    text = str(backprop_steps.render(backprop_steps.load(str(file)), detail="lecture"))
    insights = re.findall(r"^> \*\*Key insight\.\*\* (.*)$", text, re.MULTILINE)
    about_units = [one for one in insights if "there" in one and "largest where" not in one]
    assert about_units == [said]


TWINS = """
title: Twins
notation: layer
inputs: [1, 2]
targets: [1]
layers:
  - {units: 3, activation: sigmoid, weights: [[0.5, 0.25], [0.5, 0.25], [1, 1]], bias: [0.1, 0.1, 0.1]}
  - {units: 1, activation: identity, weights: [[0.8, 0.8, 0.4]], bias: false}
loss: half_squared_error
optimizer: {learning_rate: 0.1}
rounding: {digits: 4}
"""


def _found(text: str, tmp_path: Path) -> dict[str, Insight]:
    file = tmp_path / "problem.yaml"
    file.write_text(text)
    problem = backprop_steps.load(str(file))
    return {one.key: one for one in insights(backprop_steps.derive(problem), backprop_steps.evaluate(problem))}


def test_units_that_do_the_same_are_told_so(tmp_path: Path) -> None:
    twins = _found(TWINS, tmp_path)["twins"]
    assert [one.quantity.index for one in twins.about if isinstance(one, Ref)] == [(1,), (2,)]
    apart = TWINS.replace("[[0.8, 0.8, 0.4]]", "[[0.8, 0.7, 0.4]]")
    assert "twins" not in _found(apart, tmp_path)


def test_what_the_gradient_promises_is_set_beside_what_the_step_does(tmp_path: Path) -> None:
    promised, true = _found(TWINS, tmp_path)["predicted"].numbers
    problem = backprop_steps.load(str(tmp_path / "problem.yaml"))
    evaluation = backprop_steps.evaluate(problem)
    assert evaluation is not None
    graph = evaluation.derivation.graph
    moved = [
        v
        for q, v in evaluation.generations[0].items()
        if q.of == graph.goal and q.by and q.by.role in ("weight", "bias")
    ]
    assert abs(promised.value - Decimal("0.1") * sum(slope**2 for slope in moved)) < Decimal("1e-4")
    fall = evaluation.value(graph.goal) - evaluation.value(graph.goal.after(1))
    assert abs(true.value - fall) < Decimal("1e-4")


def test_why_the_gradient_shrinks_is_said_in_numbers() -> None:
    text = str(backprop_steps.render(backprop_steps.load("layer_sigmoid"), detail="lecture"))
    assert "on the way no weight is larger in size than $0.45$, and no slope larger than $0.241301$" in text


@pytest.mark.parametrize(
    ("name", "told"), [("layer_sigmoid", True), ("mazur", False)]
)  # the biases of mazur are frozen
def test_what_a_gradient_of_a_bias_is_is_said_only_where_there_is_one(name: str, told: bool) -> None:
    page = backprop_steps.handout(backprop_steps.load(name))
    assert ("The gradient of a bias is not scaled" in page) == told

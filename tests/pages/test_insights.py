"""The key insights of a lecture: what is true of several units is said in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import backprop_steps

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

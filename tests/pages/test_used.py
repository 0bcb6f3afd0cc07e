"""A sheet that was asked for a part only says what that part uses, with its value."""

from __future__ import annotations

import re

import pytest

import backprop_steps

SAID = re.compile(
    r"^Used here, and (?:found|derived) on the full sheet:\n\n\$\$\n(.*?)\n\$\$$", re.MULTILINE | re.DOTALL
)


def page(problem: str, *only: str, **wishes: object) -> str:
    return str(backprop_steps.render(backprop_steps.load(problem), only=only, **wishes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("problem", "only", "said"),
    [
        ("layer_sigmoid", "dL/dW1[1,1]", [r"g_1^{(1)} \approx 0.013368"]),
        # what goes into the numbers, not what goes into the formulas before them
        (
            "node_relu",
            "dL/dW1[1,1]",
            [r"\delta_5 = -0.522, \qquad \delta_6 = 0.85, \qquad \delta_7 = -0.267, \qquad y_3' = 1"],
        ),
        ("upstream", "dL/dW1[1,1]", [r"\delta_1^{(1)} = 0.0125"]),
        # the gradient that arrives is given
        ("upstream", "dL/dW2[1,1]", [r"a_1^{(1)} = 0.5"]),
        # every generation has its own
        (
            "several_steps",
            "dL/dW1[1,1]",
            [r"\delta^{(1)} = -2", r"\delta_{new}^{(1)} = -0.8", r"\delta_{new(2)}^{(1)} = -0.32"],
        ),
        # symbols only: the formula
        ("any_activation", "dL/dW1[1,1]", [r"\delta^{(1)} = (W^{(2)})^T\delta^{(2)} \odot f'(z^{(1)})"]),
        # given, or worked on the sheet itself
        ("layer_sigmoid", "dL/da2[1]", [r"\hat{y} \approx 0.751365"]),
        ("layer_sigmoid", "*", []),
    ],
)
def test_what_is_used_is_said(problem: str, only: str, said: list[str]) -> None:
    text = page(problem, only)
    assert SAID.findall(text) == said


def test_what_is_used_twice_is_said_once() -> None:
    text = page("layer_sigmoid", "dL/dW1[1,*]")
    assert len(re.findall(r"\\frac\{\\partial L\}\{\\partial W_\{1\d\}\^\{\(1\)\}\}", text)) == 2
    assert text.count(r"g_1^{(1)} \approx 0.013368") == 1


def test_whole_arrays_are_said_where_arrays_are_worked() -> None:
    (said,) = SAID.findall(page("batch_data", "dL/dW1[1,1]"))
    assert re.findall(r"(\S+) \\approx \\begin\{bmatrix\}", said) == [r"\hat{y}", "Z"]


def test_a_whole_sheet_says_nothing_of_the_kind() -> None:
    assert "Used here" not in page("layer_sigmoid")


def test_a_lemma_that_is_not_used_is_left_out() -> None:
    assert "Lemma" not in page("layer_sigmoid", "dL/dW1[1,1]")
    assert "Lemma" in page("layer_sigmoid", "delta1[1]")

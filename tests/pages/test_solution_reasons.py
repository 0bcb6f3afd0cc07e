"""What the solution says is true of the formula below it, in every notation: signs, places, indices, reasons."""

from __future__ import annotations

import pytest
from shipped_pages import page


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

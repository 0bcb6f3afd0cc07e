"""On a page that minds rows and columns, a true formula whose matrices do not fit as they are written is a mistake."""

from __future__ import annotations

import pytest
from shipped_pages import checker

from backprop_steps.checking.model import Verdict

CHAIN = (
    r"\frac{\partial L}{\partial b_1} = \frac{\partial \left[ \frac{1}{2N}\sum_{i=1}^{N} (y_i - \hat{y}_i)^2 \right]}"
    r"{\partial a_2} \cdot \frac{\partial \sigma(z_2)}{\partial z_2} \cdot \frac{\partial (W_2a_1 + b_2ONES)}"
    r"{\partial a_1} \cdot \frac{\partial \tanh(z_1)}{\partial z_1} \cdot \frac{\partial (W_1x + b_1\mathbf{1}^T)}"
    r"{\partial b_1}"
)


@pytest.mark.parametrize(
    ("problem", "formula", "cause"),
    [
        ("bracket_regression", r"\frac{\partial L}{\partial b^{(1)}} = \delta^{(1)}\mathbf{1}", None),
        ("bracket_regression", r"\frac{\partial L}{\partial b^{(1)}} = (\delta^{(1)})^T\mathbf{1}", "wrong_shape"),
        ("many_samples", r"z_1 = W_1x + b_1\mathbf{1}^T", None),
        ("many_samples", r"z_1 = W_1x + b_1\mathbf{1}", "missing_transpose"),
        ("many_samples", r"z_2 = W_2a_1^T + b_2\mathbf{1}^T", "wrong_shape"),
        ("many_samples", CHAIN.replace("ONES", r"\mathbf{1}^T"), None),
        ("many_samples", CHAIN.replace("ONES", r"\mathbf{1}"), "missing_transpose"),
        ("xor", r"\delta^2 = (w^3)^T\delta^3 \odot \tanh'(z^2)", None),
        ("xor", r"\delta^2 = (w^3)^T\delta^3\tanh'(z^2)", None),  # the same shape: entry by entry
    ],
)
def test_arrays_that_do_not_fit(problem: str, formula: str, cause: str | None) -> None:
    # the second line is right, and says how the page lays its arrays
    other = r"z_1 = W_1x + b_1\mathbf{1}^T" if problem == "many_samples" else "(a^T)^T = a"
    marking = checker(problem).check(f"${formula}$ and ${other}$")
    link = marking.links[0]
    assert link.causes == ((cause,) if cause else ())
    assert link.verdict.value == ("incorrect" if cause else "correct")


@pytest.mark.parametrize(("bias", "right"), [(r"0.35 & 0.35", True), (r"0.35 \\ 0.35", False)])
def test_weights_that_are_given_lie_as_the_vectors_beside_them(bias: str, right: bool) -> None:
    page = rf"""$$W^{{(1)}} = \begin{{bmatrix}} 0.15 & 0.25 \\ 0.20 & 0.30 \end{{bmatrix}}$$

$$b^{{(1)}} = \begin{{bmatrix}} {bias} \end{{bmatrix}}$$
"""
    verdicts = [link.verdict for link in checker("layer_sigmoid").check(page).links]
    assert verdicts == [Verdict.CORRECT if right else Verdict.INCORRECT, Verdict.CORRECT]

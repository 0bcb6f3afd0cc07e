"""Formulas as Unicode: one line, or a matrix in rows; and the same with ASCII signs."""

from __future__ import annotations

import re

import pytest
from shipped_pages import golden_formulas

from backprop_steps.notation.macros import ALONE, FONTS
from backprop_steps.notation.unicode_math import block, line
from backprop_steps.notation.unicode_signs import in_ascii


@pytest.mark.parametrize(
    ("tex", "unicode", "plain"),
    [
        (
            r"\delta_1^{(2)} = (\hat{y} - y) \cdot \hat{y}(1 - \hat{y})",
            "δ₁⁽²⁾ = (ŷ − y) · ŷ(1 − ŷ)",
            "delta_1^(2) = (y_hat - y) * y_hat(1 - y_hat)",
        ),
        (r"\frac{\partial L}{\partial W^{(2)}}", "∂L/∂W⁽²⁾", "dL/dW^(2)"),
        (r"\delta^{(2)}(a^{(1)})^T", "δ⁽²⁾(a⁽¹⁾)ᵀ", "delta^(2)(a^(1))^T"),
        # a fraction keeps what its bar held together
        (r"\frac{1 - y}{1 - a} - \frac{y}{a}", "(1 − y)/(1 − a) − y/a", "(1 - y)/(1 - a) - y/a"),
        (r"\frac{a}{2b}", "a/(2b)", "a/(2b)"),
        (r"\eta\frac{\partial E_{total}}{\partial w_5}", "η(∂Eₜₒₜₐₗ/∂w₅)", "eta(dE_(total)/dw_5)"),
        (r"\frac{1}{1 + e^{-z_1}}", "1/(1 + e^(−z₁))", "1/(1 + e^(-z_1))"),
        (r"\frac{1}{2}(y - a)^2", "½(y − a)²", "(1/2)(y - a)^2"),
        (r"\frac{5}{12}x", "⁵⁄₁₂x", "(5/12)x"),
        (r"\left(\frac{a}{b}\right)^2", "(a/b)²", "(a/b)^2"),
        (r"\frac{dLoss}{dY_5}", "dLoss/dY₅", "dLoss/dY_5"),
        # signs and spaces
        (r"Y_5 = -\mathit{Err}_5 \cdot \mathrm{Relu}'(-0.3)", "Y₅ = −Err₅ · Relu′(−0.3)", "Y_5 = -Err_5 * Relu'(-0.3)"),
        (r"w_5^+ := w_5 - 0.1", "w₅⁺ := w₅ − 0.1", "w_5^+ := w_5 - 0.1"),
        (r"2.1 \times 10^{-5}", "2.1 × 10⁻⁵", "2.1 * 10^(-5)"),
        (r"0{,}5 \cdot x", "0,5 · x", "0,5 * x"),
        (r"\ln a", "ln a", "ln a"),
        (r"\odot (1 - a)", "⊙ (1 − a)", "(*) (1 - a)"),
        (r"W^{(1),\mathrm{new}}", "W⁽¹⁾ʼⁿᵉʷ", "W^((1),new)"),
        (r"\sqrt{x + 1} + \sqrt{x}", "√(x + 1) + √x", "sqrt(x + 1) + sqrt x"),
        (r"\eta\delta_1", "ηδ₁", "eta delta_1"),
        # scripts that have no small letters stay apart from what follows
        (r"W_{new,11}^{(1)}", "W_{new,11}⁽¹⁾", "W_{new,11}^(1)"),
        (r"a_k^{[1](i)}x_{2,i}", "aₖ^[1]⁽ⁱ⁾x₂‚ᵢ", "a_k^[1]^(i)x_(2,i)"),
        (r"\sum_{k=1}^{3} W_{kj}", "∑ₖ₌₁³ Wₖⱼ", "sum_(k=1)^3 W_(kj)"),
        # rows on one line
        (r"\begin{bmatrix} 0.1 & -2 \\ 3 & 4 \end{bmatrix}^T", "[0.1  −2; 3  4]ᵀ", "[0.1  -2; 3  4]^T"),
        (r"\left[\begin{smallmatrix} 1 \\ 2 \end{smallmatrix}\right]", "[1; 2]", "[1; 2]"),
        (
            r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
            "{ 1  if x > 0; 0  otherwise }",
            "{ 1  if x > 0; 0  otherwise }",
        ),
        (r"k \in \{1, \dots, N\}", "k ∈ {1, …, N}", "k in {1, ..., N}"),
    ],
)
def test_a_formula_on_one_line(tex: str, unicode: str, plain: str) -> None:
    assert line(tex) == unicode
    assert in_ascii(unicode) == plain


def test_a_matrix_in_rows_stands_on_the_line_of_the_formula() -> None:
    box = block(r"z = \begin{bmatrix} 0.1 & -0.2 \\ 10 & 2 \end{bmatrix}\begin{bmatrix} 8 \\ -3 \end{bmatrix}^T + x")
    assert [row.rstrip() for row in box.lines] == [
        "z = ⎡ 0.1  −0.2 ⎤ ⎡  8 ⎤ᵀ + x",
        "    ⎣  10     2 ⎦ ⎣ −3 ⎦",
    ]
    assert box.base == 0


def test_every_macro_of_a_symbol_is_a_sign() -> None:
    left = {macro for macro in ALONE if re.search(r"[A-Za-z]{4}|\\", line(f"a{macro} b"))}
    assert left == {r"\arcsin", r"\arccos", r"\arctan", r"\sinh", r"\cosh", r"\tanh"}
    assert all(line(f"{font}{{K}}") for font in FONTS)


def test_no_tex_is_left_of_any_formula_on_the_golden_pages() -> None:
    assert len(golden_formulas()) > 500
    for tex in golden_formulas():
        rows = re.sub(r"\\(begin|end)\{aligned\}", "", tex)
        found = line(rows)
        assert "\\" not in found, tex
        assert not re.search(r"\b[dt]?frac\b|cdot|mathrm|\btext\b", found), tex
        assert in_ascii(found).isascii(), tex
        assert "?" not in in_ascii(found.replace("?", "")), tex

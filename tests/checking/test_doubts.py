"""A line that is right but for what a scanner may have made of it is not understood; one that is wrong stays wrong."""

from __future__ import annotations

import pytest
from shipped_pages import checker

from backprop_steps.checking.judging.doubts import unpaired


def verdicts(problem: str, text: str) -> list[str]:
    return [link.verdict.value for link in checker(problem).check(text).links]


@pytest.mark.parametrize(
    ("problem", "line", "expected"),
    [
        # l for 1
        ("several_steps", r"$L = \frac{1}{2}(l - 3)^2 = 2$", ["not_understood", "correct"]),
        ("several_steps", r"$x = \begin{bmatrix} l \\ 2 \end{bmatrix}$", ["not_understood"]),
        ("several_steps", r"$W_1 := W_l - \alpha\frac{\partial L}{\partial W_1}$", ["not_understood"]),
        # what is raised stands on the line
        ("three_layers", r"$\frac{\partial C}{\partial w2_{11}} \approx 0.21925$ and $\delta^4_1$", ["correct"]),
        (
            "many_samples",
            r"$\frac{\partial L}{\partial W_2} = -\frac{1}{N}[(y - a_2) \odot a_2 \odot (1 - a_2)]a_1T$",
            ["not_understood"],
        ),
        ("many_samples", r"$\frac{dLoss}{dY_j^{(n)}} = -\delta_6(n)W_{j6}$", ["not_understood"]),
        ("mazur", r"$out_{h1} = \frac{1}{1 + e-0.3775} = 0.593269992$", ["not_understood", "correct"]),
        ("batch_symbolic", r"$a^{s,3}_1 = \frac{1}{1 + e^{-zs,3_1}}$, $s \in \{1, \dots, N\}$", ["not_understood"]),
        ("rounded_on", r"$a^2_j = \frac{1}{1 + e-z^2_j}$, $j \in \{1, 2\}$", ["not_understood"]),
        ("mazur", r"$out_{h1} = \frac{1}{1 + e-0.4} = 0.593269992$", ["incorrect", "correct"]),
        ("three_layers", r"$1 - 0.537052 = 0.711577$", ["not_understood"]),
        ("three_layers", r"$1 - 0.537052 = 0.9$", ["incorrect"]),
        # a space in a number
        (
            "circuit_sigmoid",
            r"$\frac{\partial f}{\partial w_2} = \frac{1}{d^2}e^u = \frac{1}{1.3 68^2} \cdot e^{-1}$",
            ["correct", "not_understood"],
        ),
        # a bracket has lost its other half
        ("several_steps", r"$z_1 = 0.5 \cdot (1 + 0.25 \cdot 2 + 0$", ["not_understood"]),
        ("several_steps", r"$z_1 = 0.5 \cdot (1 + 0.25 \cdot 2) + 0$", ["incorrect"]),
        ("several_steps", r"a) $z_1 = 0.5 \cdot 1 + 0.35 \cdot 2 + 0$", ["incorrect"]),
    ],
)
def test_what_may_be_the_scanners_is_not_called_wrong(problem: str, line: str, expected: list[str]) -> None:
    assert verdicts(problem, line) == expected


def test_what_may_be_misread_is_not_carried_on() -> None:
    page = r"""$$w_{13} = w_{13} + \gamma x_1 \delta_3 = 0.5 + 0.1 \times l \times 2 = 0.7$$
$$y_3^{new} = 0.7 \times 1 + 0.65 \times 2 + 0.2 = 2.2$$
"""
    assert verdicts("several_steps", page) == ["correct", "not_understood", "correct", "correct", "correct"]


def test_brackets_over_several_rows_pair_up_and_those_of_two_equations_do_not() -> None:
    broken = r"a &= b + \{c \\ &\quad + d\} \\ e &= f"
    assert not unpaired(broken, 0, len(broken))
    torn = r"Err_5(3),new = b"
    assert unpaired(torn, torn.index("new"), len(torn))
    second = r"W = \begin{bmatrix} 1 \\ 2 \end{bmatrix}, \qquad b^{(2) = \begin{bmatrix} 1 \\ 2 \end{bmatrix}"
    assert unpaired(second, second.index("b^"), len(second))
    bracketed = r"x = \left[ \begin{matrix} 1 \\ 2 \end{matrix} \right], \qquad y = 1"
    assert not unpaired(bracketed, bracketed.index("y"), len(bracketed))
    crossed = r"a &= b + (c \\ e &= f)"
    assert unpaired(crossed, 0, len(crossed))


def test_a_symbol_at_the_head_is_taken_for_no_number() -> None:
    # O is a pre-activation there: with 0 for it the line would be about nothing
    page = r"$O = \begin{bmatrix} 1 & -1 \end{bmatrix}\begin{bmatrix} 0.5 & -0.75 \\ -0.5 & 0.26 \end{bmatrix}$"
    assert verdicts("own_loss", page + " and $H = XW$") == ["incorrect", *verdicts("own_loss", "$H = XW$")]

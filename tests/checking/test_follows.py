"""What a mistake hands on: later lines that are right given it follow, and what it does not touch is correct."""

from __future__ import annotations

from shipped_pages import checker

from backprop_steps.checking.model import Verdict


def said(problem: str, page: str) -> list[tuple[int, str, str, int | None]]:
    """Every link that is not correct: its line, its text, its verdict, and the line it follows from."""
    marking = checker(problem).check(page)
    assert marking.complaint is None
    return [
        (link.line, link.text, link.verdict.value, link.follows_from)
        for link in marking.links
        if link.verdict is not Verdict.CORRECT
    ]


def test_a_mistake_of_the_first_update_is_carried_on_through_the_second() -> None:
    page = r"""$$Err_3 = Ob_3 - y_3 = 3 - 1 = 1$$
$$\delta_3 = Err_3 = 1$$
$$w_{23} = 0.45$$
$$y_3^{new} = w_{13}^{new}x_1 + w_{23}^{new}x_2 + b_3^{new} = 0.6 \times 1 + 0.45 \times 2 + 0.1 = 1.6$$
$$Err_3^{new} = Ob_3 - y_3^{new} = 3 - 1.6 = 1.4$$
$$w_{23}^{new,2} = 0.73$$
"""
    first, *others = said("several_steps", page)
    assert first == (1, "1", "incorrect", None)
    assert [text for _, text, _, _ in others] == [
        "1", "0.45", r"0.6 \times 1 + 0.45 \times 2 + 0.1", "1.6", "3 - 1.6", "1.4", "0.73",
    ]  # fmt: skip
    assert {(verdict, root) for _, _, verdict, root in others} == {("follows", 1)}


def test_a_mistake_that_is_carried_on_does_not_turn_the_weights_of_the_page() -> None:
    page = r"""$${w'}^2_{11} = 0.5 - 0.1 \cdot (-2) \approx -0.7$$
$${z'}^2_1 = {w'}^2_{11}a^1_1 + 0.65a^1_2 + {b'}^2_1 = -0.7 \cdot 1 + 0.65 \cdot 2 + 0.2 = 0.8$$
$${a'}^2_1 = 0.8$$
$$\frac{\partial C'}{\partial {w'}^2_{12}} = -2.2 \cdot 2 = -4.4$$
$${w''}^2_{12} = 0.65 - 0.1 \cdot (-4.4) = 1.09$$
"""
    marking = checker("several_steps").check(page)
    assert marking.conventions == ()
    assert [link.line for link in marking.links if link.verdict is Verdict.INCORRECT] == [1]
    assert {link.follows_from for link in marking.links if link.verdict is Verdict.FOLLOWS} == {1}


def test_names_that_only_turned_weights_leave_over_do_not_turn_them() -> None:
    page = r"""$$W_{1,11} := 0.5 - 0.1 \cdot (-2) = 0.3$$
$$z_1^{\mathrm{new}} = 0.3 \cdot 1 + 0.65 \cdot 2 + 0.2 = 1.8$$
$$W_{1,12}^{\mathrm{new},2} := 0.65 - 0.1 \cdot (-2.4) = 0.89$$
$$\frac{\partial L^{\mathrm{new}}}{\partial b_1^{\mathrm{new}}} = -(3 - 1.8) = -1.2$$
$$b_1^{\mathrm{new},2} := 0.2 - 0.1 \cdot (-1.2) = 0.32$$
"""
    marking = checker("several_steps").check(page)
    assert marking.conventions == ()
    assert marking.summary == {"correct": 1, "rounded": 0, "follows": 8, "incorrect": 1, "not_understood": 0}


def test_a_mistake_goes_on_into_the_derivative_of_an_array_entry_by_entry() -> None:
    page = r"""$$Z \approx \begin{bmatrix} 4.256 & 0.7311 \end{bmatrix}$$
$$\frac{\partial Z}{\partial H} = Z \odot (1 - Z) \approx \begin{bmatrix} 4.256 & 0.7311 \end{bmatrix}
\odot \left( 1 - \begin{bmatrix} 4.256 & 0.7311 \end{bmatrix} \right)
\approx \begin{bmatrix} -13.8575 & 0.1966 \end{bmatrix}$$
"""
    verdicts = [(line, verdict, root) for line, _, verdict, root in said("threshold_units", page)]
    assert verdicts == [(1, "incorrect", None), (2, "follows", 1), (4, "follows", 1)]


def test_a_derivative_upside_down_is_no_zero_of_the_next_step() -> None:
    page = r"""$$\frac{dLoss}{dW_{24}} = \frac{dLoss}{dY_4} \cdot \frac{dY_4}{dW_{24}}$$
$$\frac{dLoss}{dW_{14}} = \frac{dLoss}{dY_4} \cdot \frac{dW_{14}}{dY_4}$$
"""
    assert said("node_relu", page) == [(2, r"\frac{dLoss}{dY_4} \cdot \frac{dW_{14}}{dY_4}", "incorrect", None)]


def test_a_row_of_numbers_goes_on_from_the_formula_before_it_past_a_wrong_result() -> None:
    page = r"""$$a_2^{(1)} \approx 0.96884$$
$$g^{(2)} \approx 0.131791$$
$$\frac{\partial L}{\partial a_1^{(1)}} \approx (0.131791)(0.40) \approx 0.052616$$
$$g^{(1)} = (W^{(2)})^Tg^{(2)} \odot a^{(1)} \odot (1 - a^{(1)})
\approx \begin{bmatrix} 0.40 & 0.45 \end{bmatrix}^T \cdot 0.131791
\odot \begin{bmatrix} 0.593270 \\ 0.96884 \end{bmatrix}
\odot \left( 1 - \begin{bmatrix} 0.593270 \\ 0.96884 \end{bmatrix} \right)$$
"""
    wrong = [(line, verdict) for line, _, verdict, _ in said("layer_sigmoid", page)]
    assert wrong == [(1, "incorrect"), (2, "follows"), (3, "follows"), (3, "incorrect"), (5, "follows")]


def test_what_is_calculated_exactly_is_not_taken_for_a_rounded_right_value() -> None:
    page = r"""$$W_{1,22} := 0.5 - 0 \cdot 0.0399 = 0.5$$
$$z_{1,2,2}^{\mathrm{new}} \approx 0.5043 \cdot 0 + 0.5 \cdot 1 - 0.5194 \approx 0.0194$$
"""
    wrong = [(line, text, verdict) for line, text, verdict, _ in said("xor", page)]
    assert wrong == [
        (1, r"0.5 - 0 \cdot 0.0399", "incorrect"),
        (1, "0.5", "follows"),
        (2, r"0.5043 \cdot 0 + 0.5 \cdot 1 - 0.5194", "follows"),
        (2, "0.0194", "incorrect"),
    ]


def test_a_wrong_formula_is_no_right_one_because_its_numbers_are_nought_here() -> None:
    page = r"$$W_{24} = W_{24} + \frac{1}{2}\eta \cdot X_2 \cdot \delta_5 \cdot W_{45} \cdot \mathrm{Relu}'(W_{14}X_1"
    assert [verdict for *_, verdict, _ in said("dead_relu", page + "+ W_{24}X_2 + b_4)$$")] == ["incorrect"]
    # the target may be put in, as it is 1 here
    assert said("dead_relu", r"$$\frac{\partial L}{\partial \hat{y}} = -(1 - \hat{y})$$") == []


def test_a_local_derivative_that_is_stated_wrong_and_used_right_spoils_nothing() -> None:
    page = r"""$$out_{h2} = \mathrm{ReLU}(1.5) = 1.5$$
$$\frac{\partial E_{total}}{\partial out_{h1}} = 0.98 \times 1 \times 0.8 = 0.784$$
$$\frac{\partial net_{h1}}{\partial b_{h1}} = -1$$
$$\frac{\partial E_{total}}{\partial b_{h1}} = 0.784 \times 1 \times 1 = 0.784$$
"""
    wrong = [(line, verdict) for line, _, verdict, _ in said("dead_relu", page)]
    assert wrong == [
        (1, "incorrect"), (1, "follows"), (2, "follows"), (2, "follows"), (3, "incorrect"), (4, "follows"),
        (4, "follows"),
    ]  # fmt: skip


def test_one_off_in_the_last_digit_is_no_rounding_of_what_the_page_has_exactly() -> None:
    page = r"""$$w_{13} = 0.5 + 0.1 \times 1 \times 2 = 0.8$$
$$y_3^{new} = 0.8 \times 1 + 0.65 \times 2 + 0.2 = 2.3$$
$$Err_3^{new} = 3 - 2.3 = 0.6$$
"""
    assert [(line, verdict) for line, _, verdict, _ in said("several_steps", page)] == [
        (1, "incorrect"), (2, "follows"), (2, "follows"), (3, "follows"), (3, "incorrect"),
    ]  # fmt: skip


def test_a_slip_in_calculating_is_named_beside_the_sign_that_it_gives() -> None:
    (link,) = [
        link
        for link in checker("circuit_reuse").check("$q = x \\cdot y = 3 \\cdot (-1) = 3$").links
        if link.verdict is Verdict.INCORRECT
    ]
    assert {"sign", "arithmetic"} <= set(link.causes)


def test_two_wrong_signs_do_not_turn_the_error_signals_of_the_page() -> None:
    page = r"""$$\delta_5 = Err_5 \cdot \sigma'(W_{35}Y_3 + W_{45}Y_4 - \theta_5) = Err_5 \cdot Y_5 \cdot (1 - Y_5)$$
$$\frac{dLoss}{dW_{35}} = -\delta_5Y_3$$
$$\frac{dLoss}{dW_{45}} = \delta_5Y_4$$
$$\frac{dLoss}{dY_3} = -\delta_5W_{35}$$
$$\frac{dLoss}{dY_4} = \delta_5W_{45}$$
$$W_{35} = W_{35} + \eta \cdot Y_3 \cdot \delta_5$$
$$W_{45} = W_{45} + \eta \cdot Y_4 \cdot \delta_5$$
"""
    marking = checker("threshold_units").check(page)
    assert marking.conventions == ()
    assert [link.line for link in marking.links if link.verdict is Verdict.INCORRECT] == [3, 5]


def test_a_derivative_worked_out_anew_goes_past_the_wrong_one() -> None:
    page = r"""$$z^{(1)} = (0.5)(1) + (0.65)(2) + 0 = 1.8$$
$$\frac{\partial L}{\partial\hat{y}} = 2(1.8 - 3) = -2.4$$
$$\delta^{(1)} = 1.8 - 3 = -1.2$$
"""
    wrong = [(line, verdict, root) for line, _, verdict, root in said("several_steps", page)]
    assert wrong == [
        (1, "incorrect", None), (1, "follows", 1), (2, "incorrect", None), (2, "follows", 2), (3, "follows", 1),
        (3, "follows", 1),
    ]  # fmt: skip


def test_what_is_carried_on_rounded_does_not_follow_from_a_mistake() -> None:
    page = r"""$$z^3_2 = a^3_2 = 1.15$$
$$\frac{\partial C}{\partial a^3_2} = 1.15 - 2 = -0.85$$
$$\delta^3_2 = (1.15 - 2) \cdot \mathrm{ReLU}'(1.150) = -0.85$$
"""
    assert not said("node_relu", page)  # 1.15 is a weight, too, and the output rounded


def test_a_wrong_value_said_again_follows_from_where_it_went_wrong() -> None:
    page = r"""$$L = \frac{1}{2}(1 - 3)^2 = 7$$
$$L = 7$$
"""
    assert said("several_steps", page) == [(1, "7", "incorrect", None), (2, "7", "follows", 1)]


def test_a_chain_that_stands_upside_down_is_wrong_where_the_loss_has_no_formula() -> None:
    line = r"$$W^{(2)}_{k,l} := W^{(2)}_{k,l} - \eta\frac{\partial W^{(2)}_{k,l}}{\partial L}$$"
    (link,) = checker("upstream").check(line).links
    assert link.verdict is Verdict.INCORRECT
    assert "inverted_chain" in link.causes


def test_a_wrong_derivative_that_is_said_again_may_be_worked_out_anew() -> None:
    """The error of the second line is wrong by itself, and stated once more; delta goes on from the output instead."""
    page = r"""$$\hat{y} = \frac{1}{1 + e^{-1.12}} = 0.7530$$
$$\frac{\partial L}{\partial \hat{y}} = 0.7530 - 0.01 = 0.7340$$
$$\frac{\partial L}{\partial \hat{y}} = 0.7340$$
$$\delta^{(2)} = (0.7530 - 0.01)(0.7530)(1 - 0.7530) = 0.1382$$
"""
    assert said("layer_sigmoid", page) == [
        (1, r"\frac{1}{1 + e^{-1.12}}", "incorrect", None),
        (1, "0.7530", "follows", 1),
        (2, "0.7530 - 0.01", "follows", 1),
        (2, "0.7340", "incorrect", None),
        (3, "0.7340", "follows", 2),
        (4, "(0.7530 - 0.01)(0.7530)(1 - 0.7530)", "follows", 1),
        (4, "0.1382", "follows", 1),
    ]


def test_a_wrong_sign_is_none_of_the_ways_in_which_the_problem_rounds() -> None:
    """The problem's own notation has the other sign for delta, and goes on from rounded values."""
    page = r"""$$\delta^2_2 = 0.522 \cdot 1.15 - 0.85 \cdot (-0.45) + 0.267 \cdot 0.75 \approx -1.183$$
$$\frac{\partial C}{\partial b^2_2} = \delta^2_2 \approx -1.183$$
"""
    assert said("node_relu", page) == [(1, "-1.183", "incorrect", None), (2, "-1.183", "follows", 1)]

"""A symbol that may stand for several quantities alike stands for the one with which its chain is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped_pages import checker

from backprop_steps.checking.binding.readings import MOST_READINGS, readings
from backprop_steps.checking.check import check
from backprop_steps.checking.model import Verdict
from backprop_steps.expression.quantity import Quantity
from backprop_steps.problem.loading import load

HAND_INS = Path(__file__).parent / "hand_ins"

OUTPUT = (
    r"$$\frac{\partial E_{total}}{\partial w_{1k}} = \sum_{n=1}^{N} \frac{\partial E_{total}}{\partial out_{o1}^{(n)}}"
    r" \times \frac{\partial out_{o1}^{(n)}}{\partial net_{o1}^{(n)}}"
    r" \times \frac{\partial net_{o1}^{(n)}}{\partial w_{1k}}$$"
)


def verdicts(problem: str, text: str) -> list[str]:
    return [link.verdict.value for link in checker(problem).check(text).links]


@pytest.mark.parametrize("text", [OUTPUT, OUTPUT.replace("o1", "h1")])
def test_the_factors_beside_a_weight_tell_its_layer(text: str) -> None:
    assert verdicts("many_samples", text) == ["correct"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\partial net_{o1}^{(n)}}{", r"\partial net_{h1}^{(n)}}{"),
        (r"\partial out_{o1}^{(n)}}{", r"\partial out_{h1}^{(n)}}{"),
        (r"\sum_{n=1}^{N} ", r"2 \sum_{n=1}^{N} "),
    ],
)
def test_what_is_right_of_neither_layer_is_wrong(right: str, wrong: str) -> None:
    assert right in OUTPUT
    assert verdicts("many_samples", OUTPUT.replace(right, wrong)) == ["incorrect"]


def test_one_layer_is_meant_all_over_a_chain() -> None:
    marking = checker("any_activation").check(
        r"$$\frac{\partial E_{total}}{\partial w_{1k}}"
        r" = \frac{\partial E_{total}}{\partial net_{o1}} \times \frac{\partial net_{o1}}{\partial w_{1k}}"
        r" = \frac{\partial E_{total}}{\partial net_{o1}} \times out_{hk}"
        r" = \frac{\partial E_{total}}{\partial net_{o1}} \times i_k$$"
    )
    assert [link.verdict for link in marking.links] == [Verdict.CORRECT, Verdict.CORRECT, Verdict.INCORRECT]
    assert {link.quantity for link in marking.links} == {"dL/dW2"}


def test_the_readings_are_few_and_change_as_little_as_they_can() -> None:
    doubts = {
        (Quantity("weight", 1, (1, number)), Quantity("weight", 2, (1, number))): Quantity("weight", 1, (1, number))
        for number in range(1, 9)
    }
    found = [reading.chosen for reading in readings(doubts, batch=False)]
    assert len(found) == MOST_READINGS
    changed = [sum(chosen[doubt] != taken for doubt, taken in doubts.items()) for chosen in found]
    assert changed == sorted(changed)
    assert min(changed) == 1
    assert list(readings({}, batch=True)) == []


@pytest.mark.parametrize(
    ("member", "verdict"),
    [
        ("(t - o)(1 - o)o", "correct"),  # delta is target minus output on this page
        ("(t - o)(1 - o^2)", "not_understood"),  # o may be the outputs of either layer: nobody can tell what is wrong
        ("(t - out_o1)(1 - out_o1)out_o1", "correct"),
        ("(t - out_o1)(1 - out_o1)", "incorrect"),  # t can only be the target
        ("(q - o)(1 - o)o", "not_understood"),
    ],
)
def test_a_letter_of_common_use_that_the_page_never_explains(member: str, verdict: str) -> None:
    problem = load(HAND_INS / "worked_example_no_bias.problem.yaml")
    marking = check(problem, f"delta_o1 = (target_o1 - out_o1)(1 - out_o1)out_o1 = {member}")
    assert [link.verdict.value for link in marking.links] == ["correct", verdict]


def test_a_letter_in_the_other_case_is_no_reason_to_call_a_formula_wrong() -> None:
    # O is the pre-activation of the output in one notation, o the output in many a hand
    problem = load(HAND_INS / "worked_example_no_bias.problem.yaml")
    (link,) = check(problem, "E_total = 1/2 (target_o1 - o)^2").links
    assert link.verdict is Verdict.CORRECT

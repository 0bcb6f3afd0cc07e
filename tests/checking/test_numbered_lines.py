"""A number of a line is no factor: `a = b (3)`."""

from __future__ import annotations

import pytest
from shipped_pages import checker

SUM = "w_{11} x_1 + w_{12} x_2 + b_1"


def verdicts(text: str) -> list[str]:
    return [link.verdict.value for link in checker("layer_sigmoid").check(text).links]


@pytest.mark.parametrize(
    "line",
    [
        rf"$${SUM} \tag{{1}}$$",
        rf"$${SUM} \label{{eq:z}}$$",
        rf"$${SUM} \quad (1)$$",
        rf"$${SUM} \qquad [2.3]$$",
        rf"$${SUM} \; (1)$$",
        rf"$${SUM} \hspace{{2cm}} (1)$$",
        rf"$${SUM} (1)$$",
        rf"$${SUM} \dots (7)$$",
        rf"$${SUM} (*)$$",
        rf"$${SUM} = 0.3775 \,(2)$$",
        "0.3775 (3)",
        "0.3775    (3)",
        "0.3775\t[3]",
    ],
)
def test_a_number_behind_a_line(line: str) -> None:
    head = r"$$z_1^{(1)} = " if line.startswith("$$") else "z_1^(1) = "
    assert set(verdicts(head + line.removeprefix("$$"))) == {"correct"}


def test_numbers_count_on() -> None:
    lines = ["z_1^(1) = 0.3775 (1)", "z_2^(1) = 0.3925 (2)", "b_1^(1) = 0.35 (2.1)"]
    assert verdicts("\n\n".join(lines)) == ["correct"] * 3
    assert verdicts("\n\n".join(lines[::-1])) == ["correct", "incorrect", "correct"]  # times 1 is right


@pytest.mark.parametrize("text", ["z_1^(1) = 0.3775(3)", "z_1^(1) = 0.3775 (3) + 1", "z_1^(1) = 0.3775 (x_1)"])
def test_what_stands_in_the_formula_is_a_factor(text: str) -> None:
    assert verdicts(text) == ["incorrect"]


def test_a_right_factor_is_no_number_of_a_line() -> None:
    assert verdicts("z_1^(1) = 0.18875 (2)") == ["correct"]


def test_empty_brackets_are_not_understood() -> None:
    assert verdicts("a_1^(1) = σ(z_1^(1)) * () ") == ["not_understood"]

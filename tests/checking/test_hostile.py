"""Whatever is handed in: nothing crashes, hangs or runs; each line gets a verdict or the page one clear message."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from noise import KINDS
from shipped_pages import checker, page

PROBLEMS = ("mazur", "node_relu", "xor", "circuit_reuse", "batch_symbolic")
SECOND = 1.0
"""No line takes longer; processor time, so that what else the machine does is not counted."""
HOSTILE = {
    "a tower of powers": "$z_1 = 9**9**9**9$",
    "a tower in braces": "$z_1 = 9^{9^{9^{9}}}$",
    "an exponent of many digits": "$z_1 = 2^{99999999999999999999}$",
    "e to a large number": "$z_1 = e^{10^{30}}$",
    "brackets": "$z_1 = " + "(" * 10_000 + "1" + ")" * 10_000 + "$",
    "open brackets": "$z_1 = " + "[{(" * 3_000 + "$",
    "fractions": "$z_1 = " + r"\frac{1}{" * 2_000 + "1" + "}" * 2_000 + "$",
    "minus signs": "$z_1 = " + "-" * 5_000 + "1$",
    "primes": "$z_1 = f" + "'" * 5_000 + "(x)$",
    "a million characters": "$z_1 = " + "1+" * 500_000 + "1$",
    "a million digits": "$z_1 = " + "1" * 1_000_000 + "$",
    "a long chain": "$" + "0.5 = " * 20_000 + "0.5$",
    "NUL bytes": "$z_1\0 = \0 0.5\0$",
    "right to left": "$z_1 \u202e= 5.0\u202c$ \u200f\u2067 z = 1",
    "no characters": "\ud7ff\ufffe\uffff = \x07",
    "code": "$z_1 = __import__('os').system('true')$",
    "a formula of YAML": "z_1 = !!python/object/apply:os.system ['true']",
    "dollars": "$" * 10_001,
    "a matrix": r"$z_1 = \begin{bmatrix} " + "1 & " * 20_000 + r"1 \end{bmatrix}$",
    "subscripts": "$" + "w_{" * 3_000 + "1" + "}" * 3_000 + " = 1$",
    "sums": "$L = " + r"\sum_{i=1}^{9} " * 300 + "1$",
    "more decimals than are calculated": "$b_3 = 0.5" + "0" * 60 + "1$",
    "a matrix of such": r"$W_1 = \begin{bmatrix} 0.5" + "0" * 60 + r"1 & 0.2 \\ 0.25 & 0.3 \end{bmatrix}$",
    "names that stand on names": "$q_0 = 2$\n"
    + "\n".join(rf"$q_{{{i + 1}}} = q_{{{i}}} \cdot q_{{{i}}}$" for i in range(60)),
    "an index of many digits": "z" + "₁" * 5_000 + " = 1",
    "a node of many digits": "$Y_{" + "3" * 5_000 + "} = 1$",
    "a power of ten of many digits": "z = 1.5e99999999999999999999",
    "factors": "$z_1 = " + "|x" * 1_400 + "$",
    "factorials of nothing": "$L = " + "!" * 1_000 + "$",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_is_answered_in_time(text: str) -> None:
    marker = checker("mazur")
    marker.check("$z_1 = 1$")
    start = process_time()
    marking = marker.check(text)
    assert process_time() - start < SECOND
    assert marking.complaint is None or "\n" not in marking.complaint


@pytest.mark.parametrize("problem", ["xor", "circuit_reuse", "node_relu"])
@pytest.mark.parametrize("line", [line for line in HOSTILE if "digits" in line])
def test_numbers_beyond_every_bound_are_not_read_in_any_notation(problem: str, line: str) -> None:
    checker(problem).check(HOSTILE[line])


@given(st.text(alphabet=st.characters(), max_size=300), st.sampled_from(PROBLEMS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_characters_are_answered(text: str, name: str) -> None:
    checker(name).check(text)


@given(st.lists(st.sampled_from([*r"_^{}[]()=+-·.,'$&\ 019azLWδσ∂", r"\frac", r"\sum", "\n", r"\\"]), max_size=80))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_signs_of_formulas_are_answered(parts: list[str]) -> None:
    checker("mazur").check("$" + "".join(parts) + "$")


@given(st.data(), st.sampled_from(PROBLEMS))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sheets_cut_and_mixed_are_answered(data: st.DataObject, name: str) -> None:
    text = page(name)
    for _ in range(data.draw(st.integers(1, 5))):
        one, two = (data.draw(st.integers(0, len(text) - 1)) for _ in range(2))
        length = data.draw(st.integers(0, 30))
        text = text[:one] + text[two : two + length] + text[one + length :]
    checker(name).check(text)


@pytest.mark.parametrize("kind", KINDS)
def test_noise_makes_no_right_line_wrong(kind: str) -> None:
    chance = Random(kind)
    right = page("mazur")
    noisy = "\n".join(KINDS[kind](line, chance) if "=" in line else line for line in right.split("\n"))
    assert checker("mazur").check(noisy).summary["incorrect"] == 0


def test_a_value_beyond_every_bound_is_no_crash() -> None:
    powers = "\n".join(rf"$q_{{{i + 1}}} = q_{{{i}}}^{{1000}}$" for i in range(12))
    assert checker("mazur").check(f"$q_0 = 1000$\n{powers}").complaint is None


def test_the_work_for_wrong_lines_grows_with_their_number_only() -> None:
    lines = [
        rf"$\frac{{\partial E_{{total}}}}{{\partial w_{i % 8 + 1}}} = out_{{h1}} w_{i % 5 + 1} + {i}$"
        for i in range(160)
    ]
    times = []
    for many in (40, 160):
        start = process_time()
        assert checker("mazur").check("\n\n".join(lines[:many])).summary["incorrect"] == many
        times.append(process_time() - start)
    assert times[1] < 10 * times[0]


def test_a_page_of_two_thousand_lines_takes_no_ten_seconds() -> None:
    lines = [line for line in page("mazur").split("\n") if "=" in line and "&" not in line]
    long = "\n\n".join((lines * (2_000 // len(lines) + 1))[:2_000])
    start = process_time()
    checker("mazur").check(long)
    assert process_time() - start < 10

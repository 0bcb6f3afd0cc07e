"""Every way to go wrong, on lines whose right form is known; and what holds for all of them on every shipped sheet."""

from __future__ import annotations

from random import Random

import pytest
from cause_tools import line_about, of_kind, setting, told

from backprop_steps.checking.causes import CAUSES, KINDS, MOST, Cause, Setting
from backprop_steps.checking.causes.differing import Differing
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Number
from backprop_steps.notation.loading import profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.pages.documents.render import NoNumberError
from backprop_steps.pages.writing.printing import Printing
from backprop_steps.problem import shipped

NOTATIONS = [name for name, _ in profiles()]
SHIPPED = [row.name for row in shipped()]
W, B = "neuron_logistic", "batch_symbolic"
UPDATE = (W, "neuron", "W1'[1,1]", 3)
FORWARD = (W, "neuron", "z1[1]", 3)
LOGISTIC = (W, "neuron", "dL/dz1[1]", 5)
OUTER = ("mazur", "layer", "dL/dW2", 3)
ROW = (B, "batch", "dL/dW2", 3)
SUMMED = r"\hat{y}_i(1 - \hat{y}_i)Z_{i,k}"

Place = tuple[str, str, str, int]


def made(cause: str, place: Place, member: int) -> list[str]:
    """The mutants of one member of one line, printed."""
    telling, line = line_about(*place)
    printing = Printing(telling.notation, ("if", "otherwise"))
    mutants = CAUSES[cause].mutants(line.members[member].expression, setting(telling, line))
    return [printing.tex(mutant, line.layer) for mutant in mutants]


@pytest.mark.parametrize(
    ("cause", "place", "member", "expected"),
    [
        # w_1 - alpha dL/dw_1
        (
            "broken_chain",
            UPDATE,
            0,
            [r"-\alpha \cdot \partial L/\partial w_1", r"\alpha \cdot \partial L/\partial w_1"],
        ),
        ("update_sign", UPDATE, 0, [r"w_1 + \alpha \cdot \partial L/\partial w_1"]),
        ("updated_value_used", UPDATE, 0, []),
        # the same with its numbers, and its result
        ("update_sign", UPDATE, 1, [r"0.4 + 0.1 \cdot (-0.7551)"]),
        ("arithmetic", UPDATE, 1, [r"(0.4 - 0.1) \cdot (-0.7551)", r"0.4 - 0.1 \cdot 0.7551"]),
        ("digits_swapped", UPDATE, 1, [r"0.4 - 0.1 \cdot (-0.5751)", r"0.4 - 0.1 \cdot (-0.7515)"]),
        ("sign", UPDATE, 2, ["-0.4755"]),
        ("digits_swapped", UPDATE, 2, ["0.7455", "0.4575"]),
        ("digit_dropped", UPDATE, 2, ["0.755", "0.455"]),
        ("decimal_point", UPDATE, 2, ["0.04755", "4.755", "0.004755", "47.55"]),
        ("arithmetic", UPDATE, 2, ["0.4765", "0.4745", "0.4855", "0.4655", "0.5755", "0.3755"]),
        # w_1 x_1 + w_2 x_2 + b
        (
            "sign",
            FORWARD,
            0,
            ["-(w_1x_1 + w_2x_2 + b)", "w_1x_1 - w_2x_2 + b", "w_1x_1 + w_2x_2 - b", "-w_1x_1 + w_2x_2 + b"],
        ),
        ("missing_term", FORWARD, 0, ["w_1x_1 + w_2x_2", "w_1x_1 + b", "w_2x_2 + b"]),
        ("missing_path", FORWARD, 0, []),
        (
            "updated_value_used",
            FORWARD,
            0,
            [
                r"w_1^{\mathrm{new}}x_1 + w_2x_2 + b",
                r"w_1x_1 + w_2^{\mathrm{new}}x_2 + b",
                r"w_1x_1 + w_2x_2 + b^{\mathrm{new}}",
                r"w_1^{\mathrm{new}}x_1 + w_2^{\mathrm{new}}x_2 + b^{\mathrm{new}}",
            ],
        ),
        (
            "wrong_index",
            FORWARD,
            0,
            [
                "w_2x_1 + w_2x_2 + b",
                "w_1x_2 + w_2x_2 + b",
                "w_1a + w_2x_2 + b",
                "w_1x_1 + w_1x_2 + b",
                "w_1x_1 + w_2x_1 + b",
            ],
        ),
        ("broken_chain", FORWARD, 1, [r"0.4 \cdot 2"]),
        # dL/da · da/dz
        ("missing_activation_derivative", LOGISTIC, 0, [r"\partial L/\partial a"]),
        (
            "inverted_chain",
            LOGISTIC,
            0,
            [
                r"\partial a/\partial L \cdot \partial a/\partial z",
                r"\partial L/\partial a \cdot \partial z/\partial a",
            ],
        ),
        ("missing_activation_derivative", LOGISTIC, 1, ["-y/a + (1 - y)/(1 - a)"]),
        # matrices
        ("missing_transpose", OUTER, 1, [r"\delta^{(2)}a^{(1)}"]),
        (
            "wrong_shape",
            OUTER,
            1,
            [
                r"(a^{(1)})^T\delta^{(2)}",
                r"(\delta^{(2)})^Ta^{(1)}",
                r"\delta^{(2)} \odot (a^{(1)})^T",
                r"(\delta^{(2)})^T(a^{(1)})^T",
            ],
        ),
        # paths
        (
            "missing_path",
            ("mazur", "layer", "dL/da1[1]", 2),
            0,
            ["(-0.038098237)(0.50)", "(0.138498562)(0.40)"],
        ),
        # letters and sums
        (
            "wrong_bounds",
            ROW,
            2,
            [
                rf"-\frac{{1}}{{N}}(Y_i - \hat{{y}}_i){SUMMED}",
                rf"-\frac{{1}}{{N}}\sum_{{i=1}}^{{3}} (Y_i - \hat{{y}}_i){SUMMED}",
            ],
        ),
        ("missing_activation_derivative", ROW, 2, [r"-\frac{1}{N}\sum_{i=1}^{N} (Y_i - \hat{y}_i)Z_{i,k}"]),
        (
            "wrong_bounds",
            (B, "batch", "z1", 1),
            0,
            [r"\sum_{k=1}^{2} X_{i,k}W^{(1)}_{k,l}", r"\sum_{k=1}^{N} X_{i,k}W^{(1)}_{k,l}"],
        ),
    ],
)
def test_a_mistake_is_made_in_every_way(cause: str, place: Place, member: int, expected: list[str]) -> None:
    assert made(cause, place, member) == expected


@pytest.mark.parametrize(
    ("cause", "place", "member", "among"),
    [
        ("wrong_index", ROW, 2, SUMMED.replace("Z_{i,k}", "Z_{k,i}")),  # the sample and the unit in the wrong order
        ("wrong_index", (B, "batch", "z1", 1), 0, r"\sum_{k=1}^{3} X_{i,k}W^{(1)}_{l,k}"),
        ("missing_factor", ROW, 2, rf"-\sum_{{i=1}}^{{N}} (Y_i - \hat{{y}}_i){SUMMED}"),
        ("extra_factor", (W, "neuron", "dL/db1[1]", 5), 2, "(a - y)x_1"),
        ("extra_factor", LOGISTIC, 2, "(a - y)a(1 - a)"),
        ("sign", (W, "neuron", "da1[1]/dz1[1]", 4), 1, "a(1 + a)"),
        ("sign", (W, "neuron", "dL/db1[1]", 5), 2, "y - a"),
        ("missing_factor", ("bracket_regression", "bracket", "dL/dW1", 5), 3, r"-\frac{1}{N}[W_2^T(y - a_2)"),
        ("missing_transpose", ("bracket_regression", "bracket", "dL/dW1", 5), 3, "[W_2(y - a_2)"),
        ("wrong_value_used", ("mazur", "layer", "dL/dW2[1,2]", 2), 1, "0.082167041"),
        ("updated_value_used", ("mazur", "layer", "z1[1]", 2), 0, "(0.149780716)(0.05)"),
        ("arithmetic", ("mazur", "layer", "z1[1]", 2), 0, "(0.20)(0.10 + 0.35)"),
    ],
)
def test_what_students_do_is_among_the_mistakes(cause: str, place: Place, member: int, among: str) -> None:
    assert [one for one in made(cause, place, member) if among in one]


@pytest.mark.parametrize(
    ("cause", "number", "expected"),
    [
        ("digits_swapped", "10", []),
        ("digits_swapped", "0.5517", ["0.5571", "0.5157"]),
        ("digit_dropped", "0.5517", ["0.517", "0.557"]),
        ("digit_dropped", "0.9", []),
        ("digit_dropped", "12", ["2", "1"]),
        ("decimal_point", "2.1e-5", ["2.1e-4", "2.1e-6"]),
        ("decimal_point", "0", []),
        ("arithmetic", "0", []),
        ("arithmetic", "0.9", ["0.8"]),
        ("sign", "-0.3", ["0.3"]),
    ],
)
def test_a_bare_result_goes_wrong(cause: str, number: str, expected: list[str]) -> None:
    telling, line = line_about(*UPDATE)
    here = Setting(telling.derivation.graph, line.subject)
    mutants = [one.text for one in CAUSES[cause].mutants(Number(number), here) if isinstance(one, Number)]
    assert set(expected) <= set(mutants) if cause == "arithmetic" else sorted(mutants) == sorted(expected)


def test_of_a_rounded_result_the_last_digit_is_not_taken_for_wrong() -> None:
    telling, line = line_about(*UPDATE)
    here = Setting(telling.derivation.graph, line.subject)
    found = [one.text for one in CAUSES["arithmetic"].mutants(Number("0.47", exact=False), here)]  # type: ignore[attr-defined]
    assert found == ["0.57", "0.37"]


def test_the_table_is_the_closed_list() -> None:
    kinds = {kind: {cause.name for cause in CAUSES.values() if cause.kind == kind} for kind in KINDS}
    assert kinds == {
        "notation": {"broken_chain"},
        "method": {
            "sign", "update_sign", "wrong_index", "missing_factor", "extra_factor", "missing_activation_derivative",
            "missing_term", "missing_path", "missing_transpose", "wrong_shape", "wrong_bounds", "inverted_chain",
            "updated_value_used", "wrong_sample",
        },
        "copying": {"wrong_value_used", "digits_swapped", "digit_dropped", "decimal_point"},
        "arithmetic": {"arithmetic"},
    }  # fmt: skip
    assert all(cause.name == name and cause.about for name, cause in CAUSES.items())


def test_the_special_cause_stands_before_the_general_one() -> None:
    order = list(CAUSES)
    assert order.index("missing_activation_derivative") < order.index("missing_factor")
    assert order.index("update_sign") < order.index("sign")
    assert order.index("missing_path") < order.index("missing_term")


def test_what_is_no_mistake_is_not_made() -> None:
    # of a sum that is differentiated only the terms that hold the other quantity count
    chain = ("dead_relu", "bracket", "dL/db2[1]", 6)
    assert all("W_2^{\\mathrm{new}}a_1 + b_2)" not in mutant for mutant in made("updated_value_used", chain, 1))
    assert any("b_2^{\\mathrm{new}})}" in mutant for mutant in made("updated_value_used", chain, 1))
    # two arrays of one shape side by side are read entry by entry
    slope = ("xor", "nielsen", "delta1", 4)
    assert r"(w^3)^T\delta^3\tanh'(z^2)" not in made("wrong_shape", slope, 2)


SHEETS = [(name, notation) for name in SHIPPED for notation in NOTATIONS]


@pytest.mark.parametrize(("name", "notation"), Random(1).sample(SHEETS, 24))
def test_mutants_differ_from_the_right_one_and_are_few(name: str, notation: str) -> None:
    _mutants_differ(name, notation)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "notation"), SHEETS)
def test_on_every_sheet_mutants_differ_from_the_right_one_and_are_few(name: str, notation: str) -> None:
    _mutants_differ(name, notation)


def _mutants_differ(name: str, notation: str) -> None:
    try:
        telling, found = told(name, notation)
    except (NotationError, NoNumberError):
        pytest.skip("not to be said in this notation")
    for line in list(of_kind(found))[::3]:
        here = setting(telling, line)
        for member in line.members:
            differs = Differing(member.expression, telling.derivation.graph, telling.layout.rows)
            for cause in CAUSES.values():
                mutants = list(cause.mutants(member.expression, here))
                assert len(mutants) == len(set(mutants)) <= MOST
                assert member.expression not in mutants
                assert all(map(differs.from_, mutants[:3]))


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_every_cause_can_be_made_on_some_shipped_sheet(cause: Cause) -> None:
    for name, notation in (
        ("mazur", "layer"),
        ("xor", "batch"),
        ("batch_symbolic", "batch"),
        ("neuron_logistic", "neuron"),
    ):
        telling, found = told(name, notation)
        for line in found:
            if any(next(cause.mutants(member.expression, setting(telling, line)), None) for member in line.members):
                return
    pytest.fail(f"{cause.name} is never made")


def test_numbers_are_found_by_their_value() -> None:
    telling, line = line_about(*UPDATE)
    weight = Quantity("weight", 1, (1, 1))
    assert weight in setting(telling, line).standing_for(Number("0.40"))

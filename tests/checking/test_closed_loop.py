"""The closed loop: whatever `solve` prints is read back, and found right; however rounded, not wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from closed_loop import (
    FORMATS,
    Sheet,
    called_incorrect,
    odd_sheets,
    own_answers,
    own_sheets,
    read_back,
    rounded_anew,
    sheets,
    told_wrong,
    triples,
)
from covering import covering
from shipped_pages import PROBLEMS, checker, page, problem

import backprop_steps
from backprop_steps.checking.model import Verdict
from backprop_steps.errors import UserError
from backprop_steps.problem.loading import read_problem

ALL = list(sheets())
OWN = list(own_sheets())
SLICE = Random(1).sample(ALL, 12)
DIGITS = (3, 4, 5, 6)


def _rounded(sheet: Sheet, digits: int) -> None:
    carried, printed = sheet.text(digits), sheet.text()
    if carried is None or printed is None:
        pytest.skip("not to be said in this notation")
    assert called_incorrect(sheet.marked(carried)) == []
    assert called_incorrect(sheet.marked(rounded_anew(printed, digits))) == []


@pytest.mark.parametrize("sheet", [*OWN, *own_answers(), *SLICE], ids=str)
def test_a_sheet_is_understood_and_right(sheet: Sheet) -> None:
    read_back(sheet)


@pytest.mark.parametrize(
    ("sheet", "digits"),
    [(sheet, DIGITS[n % 4]) for n, sheet in enumerate((*OWN[::2], *own_answers()))],
    ids=lambda part: str(part),
)
def test_however_it_is_rounded_nothing_is_wrong(sheet: Sheet, digits: int) -> None:
    _rounded(sheet, digits)


@pytest.mark.parametrize(("file", "notation"), list(odd_sheets()), ids=lambda part: getattr(part, "stem", part))
def test_an_odd_sheet_is_understood_and_right(file: Path, notation: str) -> None:
    problem = backprop_steps.load(file)
    try:
        text = str(backprop_steps.render(problem, notation=notation))
    except UserError:
        pytest.skip("not to be said in this notation")
    assert told_wrong(backprop_steps.check(problem, text)) == []


ONE_SAMPLE = """
title: One sample through softmax
notation: bracket
inputs: [1, 2]
targets: [0, 1]
layers:
  - {units: 2, activation: softmax, weights: [[0.5, -1], [0.25, 1]], bias: [0, 0.1]}
loss: cross_entropy
"""


@pytest.mark.parametrize("notation", ["bracket", "node", "layer"])
@pytest.mark.parametrize("rate", ["", "optimizer: {learning_rate: 0.5}\n", "optimizer: gradient_descent\n"])
def test_the_chain_of_one_sample_through_softmax_is_right(notation: str, rate: str) -> None:
    """With a number for the learning rate, and with a letter where all else has numbers."""
    one = replace(read_problem(ONE_SAMPLE + rate, "one.yaml", Path("one.yaml")), notation=notation)
    summary = backprop_steps.check(one, str(backprop_steps.render(one))).summary
    assert {verdict for verdict, count in summary.items() if count} <= {"correct", "rounded"}


@pytest.mark.slow
@pytest.mark.parametrize("sheet", ALL, ids=str)
def test_every_sheet_is_understood_and_right(sheet: Sheet) -> None:
    read_back(sheet)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sheet", "digits"),
    [(Sheet(*what, *form), digits) for *what, form, digits in covering(triples(), FORMATS, DIGITS)],
    ids=str,
)
def test_every_notation_may_be_rounded_anyhow(sheet: Sheet, digits: int) -> None:
    """Each problem, notation, detail, format and number of digits with each of the others."""
    _rounded(sheet, digits)


CARRIED = [name for name in PROBLEMS if problem(name).rounding.carry == "rounded"]


@pytest.mark.parametrize("name", CARRIED)
def test_what_goes_on_from_rounded_numbers_as_the_problem_does_is_right(name: str) -> None:
    marking = checker(name).check(page(name))
    rounded = [link.text for link in marking.links if link.verdict is Verdict.ROUNDED]
    assert all(r"\begin{bmatrix}" in text for text in rounded)
    assert len(rounded) <= 1

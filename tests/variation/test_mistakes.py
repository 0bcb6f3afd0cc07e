"""Sheets with planted mistakes: they are on the page, they are carried on from, and nothing else is touched."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from cause_tools import told
from covering import others_slow
from shipped_pages import sayable

import backprop_steps as bp
from backprop_steps.checking.causes import CAUSES, Setting
from backprop_steps.expression.arithmetic import arithmetic, evaluate_in
from backprop_steps.expression.tree import Number
from backprop_steps.notation.notation import NotationError
from backprop_steps.pages.documents.mistaken import MistakesError, Planted, plant
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import lines
from backprop_steps.problem import shipped
from backprop_steps.variation.slips import Slipping
from backprop_steps.variation.trueness import Trueness

PROFILES = ("layer", "node", "mazur", "batch", "neuron", "circuit", "bracket")
NUMERIC = [row.name for row in shipped() if bp.evaluate(bp.load(row.name)) is not None]


def planted(name: str, notation: str, count: int, seed: int) -> Planted:
    try:
        return plant(bp.load(name), count, seed, notation)
    except NotationError:
        pytest.skip("not to be said in this notation")


ROWS = [(name, notation) for name, notation in sayable() if name in NUMERIC and notation in PROFILES]


@pytest.mark.parametrize(("name", "notation"), others_slow(ROWS, ROWS[::3]))
def test_planted_mistakes_stand_on_the_sheet_and_are_carried_on_from(name: str, notation: str) -> None:
    found = planted(name, notation, 2, 5)
    sheet, right = list(lines(found.parts)), told(name, notation)[1]
    assert len(sheet) == len(right)
    wrong = [mistake.line for mistake in found.mistakes]
    assert len(found.mistakes) == 2
    for mistake in found.mistakes:
        assert mistake.line in sheet
        assert mistake.after != mistake.before
        assert mistake.cause in CAUSES
    first = sheet.index(wrong[0])
    assert tuple(sheet[:first]) == right[:first]
    assert sheet[first] != right[first]
    with arithmetic():
        for line in sheet:
            if line not in wrong:
                _hold(found, line)


def _hold(found: Planted, line: Line) -> None:
    """The result of a line that is not wrong is that of the numbers beside it, and what the sheet goes on with."""
    result = line.members[-1].expression if line.members else None
    evaluation = found.telling.evaluation
    assert evaluation is not None
    if not isinstance(result, Number) or not line.members[-1].numeric or not evaluation.has(line.subject):
        return
    assert result.value in (evaluation.value(line.subject), evaluation.shown(line.subject).value), line
    if len(line.members) > 1 and line.members[-2].numeric:
        put = evaluate_in(line.members[-2].expression, evaluation.value, found.telling.derivation.functions, {})
        assert abs(put - result.value) <= max(abs(put), Decimal(1)) * Decimal("0.05"), line


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_makes_the_same_sheet(seed: int) -> None:
    one, two = (bp.mistakes(bp.load("mazur"), 3, seed) for _ in range(2))
    assert (one.sheet, one.key) == (two.sheet, two.key)
    assert bp.mistakes(bp.load("mazur"), 3, seed + 10).sheet != one.sheet


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_that_is_asked_for_is_the_cause(cause: str) -> None:
    name, notation = ("xor", "batch") if cause in ("wrong_sample", "wrong_bounds") else ("mazur", "layer")
    if cause in ("inverted_chain", "missing_transpose"):
        name, notation = ("layer_sigmoid", "bracket")
    found = plant(bp.load(name), 1, 4, notation, causes=[cause])
    assert [mistake.cause for mistake in found.mistakes] == [cause]


def test_the_wrong_value_goes_on_into_everything_that_depends_on_it() -> None:
    found = plant(bp.load("mazur"), 1, 2, "layer", causes=["digits_swapped"])
    evaluation, right = found.telling.evaluation, told("mazur", "layer")[0].evaluation
    assert evaluation is not None
    assert right is not None
    (mistake,) = found.mistakes
    subject = mistake.line.subject
    assert evaluation.value(subject) != right.value(subject)
    assert mistake.truth == right.shown(subject)


@pytest.mark.parametrize("name", ["bracket_regression", "batch_symbolic", "any_activation", "many_samples"])
def test_without_numbers_formulas_go_wrong(name: str) -> None:
    problem = bp.load(name)
    found = plant(problem, 3, 1)
    assert len(found.mistakes) == 3
    assert all(mistake.truth is None for mistake in found.mistakes)


def test_more_mistakes_than_there_is_room_for() -> None:
    with pytest.raises(
        MistakesError, match=r"^50 mistakes cannot be made on this sheet: there is room for no more than"
    ):
        plant(bp.load("circuit"), 50, 1)
    with pytest.raises(MistakesError, match=r"there is no room for one$"):
        plant(bp.load("circuit"), 1, 1, causes=["wrong_sample"])
    with pytest.raises(MistakesError, match="did you mean 'sign'"):
        plant(bp.load("circuit"), 1, 1, causes=["sgin"])


@pytest.mark.parametrize("to", ["markdown", "latex"])
@pytest.mark.parametrize(
    ("name", "notation"), [("mazur", "layer"), ("node_relu", "node"), ("xor", "batch"), ("three_layers", "bracket")]
)
def test_the_key_names_the_lines_of_the_page(name: str, notation: str, to: str) -> None:
    made = bp.mistakes(bp.load(name), 3, 2, notation=notation, to=to)
    assert made.sheet.count("Find the 3 mistakes") == 1
    numbers = [int(number) for number in re.findall(r"line (\d+) of the sheet", made.key)]
    assert len(numbers) == 3
    assert numbers == sorted(numbers)
    right = bp.render(bp.load(name), notation=notation, to=to).split("\n")
    assert all(made.sheet.split("\n")[number - 1] not in right for number in numbers)
    assert "Mistake 3" in made.key
    assert "Mistake" not in made.sheet
    assert made.sheet_with_key.startswith(made.sheet[:500])
    assert "Mistake 3" in made.sheet_with_key


def test_what_is_no_mistake_in_the_end_is_not_planted() -> None:
    # 4.56 with one digit dropped is 4.6, which is 4.56 rounded, or 4.5, which is that cut off
    slipping = Slipping(Setting(told("mazur", "layer")[0].derivation.graph), {}, lambda value: Number(str(value)))
    assert not slipping.apart(Number("-4.56", exact=True), Number("-4.6", exact=True))
    assert not slipping.apart(Number("-4.56", exact=True), Number("-4.5", exact=True))
    assert slipping.apart(Number("-4.56", exact=True), Number("-5.6", exact=True))
    # after one mistake another may come to the true value
    found = plant(
        bp.load("dead_relu"),
        3,
        1,
        "bracket",
        causes=["updated_value_used", "missing_factor", "missing_term", "wrong_value_used"],
    )
    for mistake in found.mistakes:
        last = mistake.line.members[-1].expression
        assert mistake.truth is None or not isinstance(last, Number) or last.value != mistake.truth.value


def test_a_factor_that_is_one_is_not_left_out() -> None:
    # the output is the sum itself, and the derivative of a sum by its bias is 1
    for name, notation in (("several_steps", "layer"), ("softmax_squared", "bracket")):
        for seed in range(4):
            found = plant(bp.load(name), 2, seed, notation, causes=["missing_factor", "missing_activation_derivative"])
            trueness = Trueness(found.problem)
            for mistake in found.mistakes:
                if not mistake.line.members[mistake.place].numeric:
                    assert not trueness.alike(mistake.line.subject, mistake.before, mistake.after)

"""Worksheets: what is left out, that it stands nowhere else on the sheet, and the loop: the key is marked with full
marks, the empty sheet as not shown, never as wrong.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from closed_loop import told_wrong
from covering import covering
from shipped_pages import PROBLEMS, checker, problem, sayable

import backprop_steps as bp
from backprop_steps.checking.marking.marks import marks
from backprop_steps.checking.marking.scheme import Scheme, load_scheme
from backprop_steps.checking.model import Verdict
from backprop_steps.errors import UserError
from backprop_steps.evaluation.evaluate import evaluate
from backprop_steps.notation.width import width
from backprop_steps.offers import Depth, HintPlace
from backprop_steps.pages.documents.worksheet import Worksheet, WorksheetError

DEPTHS: tuple[Depth, ...] = ("numbers", "right-sides", "steps")
BLANK = r"\underline{\hspace{"
NOT_SHOWN = {("threshold_units", "node"), ("dead_relu", "node")}
"""Where an input is 0, or what arrives is, this notation has the gradient in its table only, which no worksheet has."""
IN_HEAD = 2
"""The lines for name and date."""


def made(name: str, notation: str, depth: Depth, **wishes: object) -> Worksheet:
    try:
        return bp.worksheet(problem(name), gaps=depth, notation=notation, **wishes)  # type: ignore[arg-type]
    except WorksheetError:
        assert depth == "numbers"
        assert bp.evaluate(problem(name)) is None
        pytest.skip("no numbers")
    except UserError:
        pytest.skip("not to be said in this notation")


def own(name: str) -> str:
    return str(problem(name).notation)


def blanks(sheet: str) -> int:
    return sheet.count(BLANK) - IN_HEAD


def _loop(name: str, notation: str, depth: Depth, tmp_path) -> None:
    sheet = made(name, notation, depth)
    key, empty = checker(name).check(str(sheet.key)), checker(name).check(str(sheet.sheet))
    assert told_wrong(key) == []
    assert {link.verdict for link in empty.links} <= {Verdict.CORRECT, Verdict.ROUNDED}
    got = marks(key, Scheme())
    assert got.total == got.out_of or (name, notation) in NOT_SHOWN
    if depth != "numbers":  # the formulas stand on that one
        assert marks(empty, Scheme()).total == 0
        assert set(marks(empty, Scheme()).never_shown) == set(empty.asked)
    if notation == own(name):
        file = tmp_path / "scheme.yaml"
        file.write_text(sheet.scheme, encoding="utf-8")
        scheme = load_scheme(file)
        for_gaps = marks(key, scheme)
        assert for_gaps.out_of > 0
        assert for_gaps.total == for_gaps.out_of
        assert marks(empty, scheme).total == 0
        assert not any(row.shown for row in marks(empty, scheme).quantities)


@pytest.mark.parametrize(("name", "depth"), [(name, DEPTHS[n % 3]) for n, name in enumerate(PROBLEMS)])
def test_the_key_has_full_marks_and_the_empty_sheet_is_not_shown(name: str, depth: Depth, tmp_path) -> None:
    _loop(name, own(name), depth, tmp_path)


EVERY = [(name, own(name), depth) for name in PROBLEMS for depth in DEPTHS]
EVERY += [row for row in covering(sayable(), DEPTHS) if row not in EVERY]
"""Every problem in every notation that can say it with some depth of gaps, in its own with all of them."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "notation", "depth"), EVERY)
def test_every_key_has_full_marks(name: str, notation: str, depth: Depth, tmp_path) -> None:
    _loop(name, notation, depth, tmp_path)


def test_the_gaps_are_counted_and_named() -> None:
    sheet = bp.worksheet(bp.load("circuit"))
    assert [(gap.quantity, gap.answer) for gap in sheet.gaps] == [
        ("q", "3"), ("q", "3"), ("f", "-12"), ("df/dz", "3"), ("df/dq", "-4"), ("df/dx", "-4"), ("df/dy", "-4"),
    ]  # fmt: skip
    assert blanks(str(sheet.sheet)) == len(sheet.gaps)
    assert r"f = qz = \underline{\hspace{3em}} \cdot (-4) = \underline{\hspace{4em}}" in str(sheet.sheet)
    assert r"f = qz = \underline{3} \cdot (-4) = \underline{-12}" in str(sheet.key)


def test_the_key_says_where_its_answers_are() -> None:
    assert "What belongs in the gaps is underlined." in str(bp.worksheet(bp.load("circuit")).key)
    sides = str(bp.worksheet(bp.load("node_relu"), gaps="right-sides").key)
    assert "underlined; what takes several lines stands there as it is." in sides
    assert r"\delta_5 &= \underline{Err_5" in sides
    assert "The steps are written out." in str(bp.worksheet(bp.load("circuit"), gaps="steps").key)


def test_every_kth() -> None:
    every = bp.worksheet(bp.load("mazur"), every=2)
    asked = [gap.quantity for gap in every.gaps]
    assert list(dict.fromkeys(asked))[:4] == ["z1[2]", "a1[2]", "z2[2]", "a2[2]"]
    assert "0.3775" in str(every.sheet)
    assert "0.3925" not in str(every.sheet)
    # an update is asked for with the gradient that it would give away
    assert {one for one in asked if one.startswith("W1'")} == {
        f"W1'{one.removeprefix('dL/dW1')}" for one in asked if one.startswith("dL/dW1")
    }
    lines = bp.worksheet(bp.load("mazur"), gaps="right-sides", every=2)
    assert r"net_{h1} &= w_1 \times i_1" in str(lines.sheet)
    assert r"net_{h2} &= \underline" in str(lines.sheet)


def test_only_the_backward_pass() -> None:
    sheet = bp.worksheet(bp.load("layer_sigmoid"), only_backward=True)
    forward, backward = str(sheet.sheet).split("## Backward pass")
    assert blanks(forward) == 0
    assert r"\approx \frac{1}{1 + e^{-1.105906}} \approx 0.751365" in forward
    assert backward.count(BLANK) == len(sheet.gaps)
    # what the forward pass has found stands there as it is
    assert r"(0.751365 - 0.01)(0.751365)(1 - 0.751365) \approx \underline" in backward


def test_whole_steps_have_the_room_that_they_take() -> None:
    sheet = bp.worksheet(bp.load("mazur"), gaps="steps", hints="none")
    assert [gap.quantity for gap in sheet.gaps[:4]] == ["z1", "a1", "z2", "a2"]
    assert {gap.answer for gap in sheet.gaps} == {""}
    first = str(sheet.sheet).split(r"Work out $net_{h1},\; net_{h2}$")[1].split("Work out")[0]
    assert first.count("\n___\n") == 2
    second = str(sheet.sheet).split(r"Work out $out_{h1},\; out_{h2}$")[1].split("###")[0]
    assert second.count("\n___\n") == 6


def test_a_gap_is_as_wide_as_its_answer_takes_by_hand() -> None:
    sheet = str(bp.worksheet(bp.load("layer_sigmoid"), gaps="right-sides").sheet)
    row = next(
        line for line in sheet.split("\n") if line.startswith(r"\frac{\partial L}{\partial W_{11}^{(2)}} &\approx")
    )
    formula, number = map(float, re.findall(r"\\hspace\{([\d.]+)em\}", row))
    assert 1.2 * width("(0.138499)(0.593270)") < formula < 1.5 * width("(0.138499)(0.593270)") + 1
    assert 1.2 * width("0.082167") < number < 1.5 * width("0.082167") + 1
    # a formula with matrices has room for their rows
    batch = str(bp.worksheet(bp.load("batch_data"), gaps="right-sides").sheet)
    rows = batch.split("H &= ")[1].split("$$")[0].split(r"\\")
    assert len(rows) == 1 + 4 + 4


@pytest.mark.parametrize("name", ["mazur", "layer_sigmoid", "batch_data", "node_relu", "circuit_sigmoid", "xor"])
@pytest.mark.parametrize(
    "wishes", [{}, {"every": 2}, {"gaps": "right-sides", "every": 2}, {"gaps": "steps", "every": 3}]
)
def test_what_a_gap_asks_for_stands_nowhere_else(name: str, wishes: dict[str, object]) -> None:
    sheet = bp.worksheet(problem(name), **wishes)  # type: ignore[arg-type]
    asked = {gap.answer.lstrip("-") for gap in sheet.gaps if gap.kind == "numbers"}
    hidden = {one for one in asked if "." in one} - _given(name) - _alike(name, {gap.quantity for gap in sheet.gaps})
    printed = set(re.findall(r"(?<![\w.])\d+\.\d+(?![\w.])", str(sheet.sheet)))
    assert hidden & printed == set()
    assert len(hidden) > 2


def _alike(name: str, asked: set[str | None]) -> set[str]:
    """The numbers of the quantities that are not asked for: one may be by chance what another is."""
    page = json.loads(str(bp.render(problem(name), to="json")))
    return {value["shown"].lstrip("-") for name, value in page["values"].items() if name not in asked}


def _given(name: str) -> set[str]:
    """The numbers of the problem file, and those that its forward pass starts from."""
    derivation = bp.derive(problem(name))
    evaluation = evaluate(derivation, problem(name).rounding)
    assert evaluation is not None
    return {number.text.lstrip("-") for number in evaluation.given.values()}


def test_the_words_of_a_sheet_do_not_tell_what_its_lines_ask() -> None:
    for depth in ("right-sides", "steps"):
        sheet = str(bp.worksheet(bp.load("bracket_regression"), gaps=depth, hints="none").sheet)
        assert "carry" not in sheet
        assert "points uphill" not in sheet
        assert r"\eta\frac" not in sheet
    assert "went from" not in str(bp.worksheet(bp.load("mazur")).sheet)
    assert "Here the slope is" not in str(bp.worksheet(bp.load("node_relu")).sheet)


def test_hints_are_of_three_levels_and_tell_no_number() -> None:
    sheet = str(bp.worksheet(bp.load("mazur")).sheet)
    hints = sheet.split("## Hints")[1]
    first, second, third = re.split(r"### (?:Second|Third) hints.*", hints)
    assert "weighted sum: each input times its weight" in first
    assert r"net_{hj} = \sum_{k=1}^{2} w_{hj,ik} \times i_k + b_1" in second
    assert r"net_{h1} = w_1 \times i_1 + w_2 \times i_2 + b_1" in third
    assert re.findall(r"\d+\.\d+", hints) == []
    assert "Hints" not in str(bp.worksheet(bp.load("mazur"), hints="none").sheet)


def test_hints_may_be_folded_away_where_something_can_be() -> None:
    sheet = str(bp.worksheet(bp.load("circuit"), hints="folded").sheet)
    below = sheet.split(r"f = qz = \underline")[1]
    assert below.index("<summary>Hint 1: the rule</summary>") < below.index("## Backward pass")
    assert sheet.count("<details>") == sheet.count("</details>")
    page = str(bp.worksheet(bp.load("circuit"), hints="folded", to="html").sheet)
    assert page.count('<details class="hint">') == sheet.count("<details>")
    with pytest.raises(WorksheetError, match="nothing can be folded in latex"):
        bp.worksheet(bp.load("circuit"), hints="folded", to="latex")


@pytest.mark.parametrize("place", ["end", "folded"])
def test_what_hints_say_is_not_the_students(place: HintPlace) -> None:
    texts = []
    for hints in ("none", place):
        sheet = bp.worksheet(problem("mazur"), gaps="right-sides", hints=hints).sheet
        texts.append([link.text for link in checker("mazur").check(str(sheet)).links])
    assert texts[0] == texts[1]


def test_a_symbolic_problem_has_no_numbers_to_leave_out() -> None:
    with pytest.raises(WorksheetError, match="no numbers to leave out"):
        bp.worksheet(bp.load("any_activation"))
    with pytest.raises(WorksheetError, match="no gap is left"):
        bp.worksheet(bp.load("circuit"), every=99)


def test_a_formula_that_is_given_earns_nothing(tmp_path: Path) -> None:
    sheet = bp.worksheet(problem("circuit_reuse"), gaps="right-sides")
    assert "  'q': {value: 1}\n" in sheet.scheme
    assert "  'q''': {value: 1}\n" in sheet.scheme
    assert "  'df/dq': {method: 1, value: 1}\n" in sheet.scheme
    file = tmp_path / "scheme.yaml"
    file.write_text(sheet.scheme, encoding="utf-8")
    assert marks(checker("circuit_reuse").check(str(sheet.sheet)), load_scheme(file)).total == 0
    key = marks(checker("circuit_reuse").check(str(sheet.key)), load_scheme(file))
    assert key.total == key.out_of


def test_a_sheet_that_is_partly_filled_in_is_marked_for_what_it_shows(tmp_path) -> None:
    sheet = bp.worksheet(problem("layer_sigmoid"))
    text = str(sheet.sheet)
    right = text.replace(r"(0.20)(0.10) + 0.35 = \underline{\hspace{5em}}", "(0.20)(0.10) + 0.35 = 0.3775", 1)
    wrong = right.replace(r"(0.30)(0.10) + 0.35 = \underline{\hspace{5em}}", "(0.30)(0.10) + 0.35 = 0.3295", 1)
    assert len({text, right, wrong}) == 3
    file = tmp_path / "scheme.yaml"
    file.write_text(sheet.scheme, encoding="utf-8")
    marking = checker("layer_sigmoid").check(wrong)
    assert [link.quantity for link in marking.links if link.verdict is Verdict.INCORRECT] == ["z1[2]"]
    assert marks(marking, load_scheme(file)).total == 1
    assert marks(checker("layer_sigmoid").check(right), load_scheme(file)).total == 1


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(
    ("to", "blank"),
    [("latex", BLANK), ("typst", "underline(#h("), ("terminal", "______"), ("html", '<mspace class="blank"')],
)
def test_every_format_has_gaps(to: str, blank: str, depth: Depth) -> None:
    sheet = bp.worksheet(bp.load("layer_sigmoid"), gaps=depth, to=to)
    room = {
        "latex": r"\rule{\linewidth}",
        "typst": "line(length: 100%",
        "terminal": "____",
        "html": '<div class="room"',
    }[to]
    assert (room if depth == "steps" else blank) in str(sheet.sheet)
    assert blank not in str(sheet.key)


def test_the_links_of_a_step_do_not_tell_what_goes_into_it() -> None:
    for depth, told in (("numbers", True), ("right-sides", False), ("steps", False)):
        page = str(bp.worksheet(bp.load("layer_sigmoid"), gaps=depth, to="html").sheet)
        assert ('<div class="uses">' in page) is told

"""The pages of the shipped problems, word for word: `pytest tests/test_golden.py --update-golden` rewrites them."""

from __future__ import annotations

from difflib import unified_diff
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import backprop_steps as bp
from backprop_steps.checking.model import Marking
from backprop_steps.problem import shipped

GOLDEN = Path(__file__).parent / "golden"
LONGEST = 40
"""The lines of a difference that a failure shows."""

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    **{f"{row.name}.md": (row.name, {}) for row in shipped()},
    # the other levels of detail
    "neuron_logistic.lecture.md": ("neuron_logistic", {"detail": "lecture"}),
    "layer_sigmoid.lecture.md": ("layer_sigmoid", {"detail": "lecture"}),
    "node_relu.lecture.md": ("node_relu", {"detail": "lecture"}),
    "bracket_regression.lecture.md": ("bracket_regression", {"detail": "lecture"}),
    "batch_data.brief.md": ("batch_data", {"detail": "brief"}),
    "mazur.brief.md": ("mazur", {"detail": "brief"}),
    "xor.answers.md": ("xor", {"detail": "answers"}),
    "circuit_reuse.answers.md": ("circuit_reuse", {"detail": "answers"}),
    # what is left out, what is added
    "nielsen.representative.md": ("nielsen", {"show": "representative"}),
    "three_layers.only.md": ("three_layers", {"only": ("W1[*,1]",), "gradient_check": True}),
    # another notation
    "mazur.node.md": ("mazur", {"notation": "node"}),
    "layer_sigmoid.batch.md": ("layer_sigmoid", {"notation": "batch"}),
    # the other formats
    "layer_sigmoid.github.md": ("layer_sigmoid", {"dialect": "github"}),
    "softmax_classes.github.md": ("softmax_classes", {"dialect": "github"}),
    "layer_sigmoid.tex": ("layer_sigmoid", {"to": "latex"}),
    "batch_symbolic.tex": ("batch_symbolic", {"to": "latex"}),
    "circuit.fragment.tex": ("circuit", {"to": "latex", "fragment": True}),
    "layer_sigmoid.txt": ("layer_sigmoid", {"to": "terminal", "width": 80}),
    "softmax_classes.txt": ("softmax_classes", {"to": "terminal", "width": 80, "detail": "lecture"}),
    "node_relu.ascii.txt": ("node_relu", {"to": "terminal", "width": 80, "ascii_only": True}),
    "circuit.html": ("circuit", {"to": "html"}),
    "mazur.json": ("mazur", {"to": "json"}),
    "batch_data.json": ("batch_data", {"to": "json"}),
    "circuit_reuse.json": ("circuit_reuse", {"to": "json"}),
    # another language
    "layer_sigmoid.de.md": ("layer_sigmoid", {"lang": "de"}),
    "node_relu.de.lecture.md": ("node_relu", {"lang": "de", "detail": "lecture"}),
    "batch_data.de.tex": ("batch_data", {"lang": "de", "to": "latex"}),
    "circuit_reuse.de.txt": ("circuit_reuse", {"lang": "de", "to": "terminal", "width": 80}),
}


WORKSHEETS: dict[str, tuple[str, dict[str, Any]]] = {
    "layer_sigmoid.worksheet.md": ("layer_sigmoid", {}),
    "three_layers.de.worksheet.md": ("three_layers", {"lang": "de", "gaps": "right-sides"}),
    "node_relu.worksheet.tex": ("node_relu", {"gaps": "right-sides", "every": 2, "to": "latex"}),
    "circuit_reuse.worksheet.txt": ("circuit_reuse", {"gaps": "steps", "to": "terminal", "width": 80}),
}


@pytest.mark.parametrize("file", WORKSHEETS)
def test_the_worksheet_is_the_golden_one(file: str, update_golden: bool) -> None:
    problem, wishes = WORKSHEETS[file]
    compare(file, str(bp.worksheet(bp.load(problem), **wishes).sheet), update_golden)


HANDOUTS: dict[str, tuple[str, dict[str, Any]]] = {
    "dead_relu.handout.md": ("dead_relu", {}),
    "softmax_classes.de.handout.md": ("softmax_classes", {"lang": "de"}),
    "neuron_logistic.handout.tex": ("neuron_logistic", {"to": "latex"}),
}


@pytest.mark.parametrize("file", HANDOUTS)
def test_the_handout_is_the_golden_one(file: str, update_golden: bool) -> None:
    problem, wishes = HANDOUTS[file]
    compare(file, str(bp.handout(bp.load(problem), **wishes)), update_golden)


HAND_INS = Path(__file__).parent / "checking" / "hand_ins"
REPORTS: dict[str, tuple[str, dict[str, Any]]] = {
    f"{name.split('.')[0]}.report.{ending}": (name, wishes)
    for name in ("b_layer_sigmoid.md", "mazur_slips.md", "vectorised_slips.md")
    for ending, wishes in (
        ("txt", {"to": "terminal"}),
        ("md", {"to": "markdown"}),
        ("html", {"to": "html"}),
        ("student.txt", {"to": "terminal", "audience": "student"}),
        ("de.md", {"to": "markdown", "lang": "de"}),
    )
}


@pytest.mark.parametrize("file", REPORTS)
def test_the_report_is_the_golden_one(file: str, update_golden: bool) -> None:
    name, wishes = REPORTS[file]
    compare(file, str(bp.report(marked(name), title="Homework", **wishes)), update_golden)


@cache
def marked(name: str) -> Marking:
    """A hand-in of the collection, marked."""
    problem = bp.load(HAND_INS / f"{name.split('.')[0]}.problem.yaml")
    return bp.check(problem, (HAND_INS / name).read_text(encoding="utf-8"), name=name)


@pytest.mark.parametrize("file", PAGES)
def test_the_page_is_the_golden_one(file: str, update_golden: bool) -> None:
    problem, wishes = PAGES[file]
    compare(file, str(bp.render(bp.load(problem), **wishes)), update_golden)


def compare(file: str, page: str, update_golden: bool) -> None:
    """Fails with what has changed, where the page is not the golden one."""
    path = GOLDEN / file
    if update_golden:
        path.write_text(page, encoding="utf-8", newline="\n")
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    if page != golden:
        said = f"{file} has changed; if that is meant: pytest tests/{Path(__file__).name} --update-golden"
        pytest.fail(f"{said}\n{difference(golden, page)}", pytrace=False)


def test_every_golden_page_is_compared() -> None:
    assert {
        path.name for path in GOLDEN.iterdir()
    } == PAGES.keys() | WORKSHEETS.keys() | HANDOUTS.keys() | REPORTS.keys()


def difference(golden: str, page: str) -> str:
    """What has changed, and no more of it than can be read."""
    lines = unified_diff(golden.splitlines(), page.splitlines(), "golden", "now", n=1, lineterm="")
    shown = list(islice(lines, LONGEST + 1))
    return "\n".join([*shown[:LONGEST], "..."] if len(shown) > LONGEST else shown)


def test_a_difference_is_short() -> None:
    golden = "\n".join(f"line {number}" for number in range(500))
    assert difference(golden, golden.replace("line 7\n", "line seven\n")).splitlines() == [
        "--- golden",
        "+++ now",
        "@@ -7,3 +7,3 @@",
        " line 6",
        "-line 7",
        "+line seven",
        " line 8",
    ]
    long = difference(golden, golden.replace("line", "row")).splitlines()
    assert len(long) == LONGEST + 1
    assert long[-1] == "..."

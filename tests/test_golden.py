"""The pages of the shipped problems, word for word: `pytest tests/test_golden.py --update-golden` rewrites them."""

from __future__ import annotations

from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import backprop_steps as bp
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
    "mazur.json": ("mazur", {"to": "json"}),
    "batch_data.json": ("batch_data", {"to": "json"}),
    "circuit_reuse.json": ("circuit_reuse", {"to": "json"}),
}


@pytest.mark.parametrize("file", PAGES)
def test_the_page_is_the_golden_one(file: str, update_golden: bool) -> None:
    problem, wishes = PAGES[file]
    page = str(bp.render(bp.load(problem), **wishes))
    path = GOLDEN / file
    if update_golden:
        path.write_text(page, encoding="utf-8", newline="\n")
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    if page != golden:
        said = f"{file} has changed; if that is meant: pytest tests/{Path(__file__).name} --update-golden"
        pytest.fail(f"{said}\n{difference(golden, page)}", pytrace=False)


def test_every_golden_page_is_compared() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == PAGES.keys()


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

"""Elements are listed in one order, wherever on the sheet they are listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import backprop_steps

ROWS = """
title: Weights from and to
notation: layer
orientation: rows
inputs: [0.5, 1]
targets: [1, 0]
layers:
  - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: [0.1, 0.2]}
  - {units: 2, activation: sigmoid, weights: [[0.5, 0.6], [0.7, 0.8]], bias: [0.3, 0.4]}
loss: half_squared_error
optimizer: {kind: gradient_descent, learning_rate: 0.5}
"""


def in_order(found: list[str]) -> list[str]:
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("orientation", ["rows", "columns"])
@pytest.mark.parametrize(
    ("notation", "weight", "expected"),
    [
        ("layer", r"W_\{(\d\d)\}\^\{\(1\)\}", "11 12 21 22"),
        ("nielsen", r"w\^2_\{(\d\d)\}", "11 12 21 22"),
        # these count nodes, or weights, and so go from unit to unit
        ("node", r"[Ww]_\{([12][34])\}", "13 23 14 24"),
        ("mazur", r"w_([1-4])(?!\d)", "1 2 3 4"),
    ],
)
def test_weights_have_one_order(tmp_path: Path, orientation: str, notation: str, weight: str, expected: str) -> None:
    file = tmp_path / "problem.yaml"
    file.write_text(ROWS.replace("orientation: rows", f"orientation: {orientation}"))
    text = str(backprop_steps.render(backprop_steps.load(str(file)), notation=notation, detail="lecture"))
    table = in_order(re.findall(rf"^\| \${weight}\$ \|", text, re.MULTILINE))
    gradients = in_order(re.findall(rf"\{{d?(?:\\partial )?{weight}\}}", text))
    assert table == expected.split()
    assert gradients == expected.split()


def test_the_cards_have_the_order_of_the_table() -> None:
    text = str(backprop_steps.render(backprop_steps.load("layer_sigmoid"), detail="lecture"))
    cards, _, table = text.partition("## What we have found")[2].partition("## All results")
    found = re.findall(r"^> \$\\frac\{\\partial L\}\{\\partial ([Wb])\^\{\((\d)\)\}\}", cards, re.MULTILINE)
    assert found == [("W", "1"), ("b", "1"), ("W", "2"), ("b", "2")]
    assert in_order(re.findall(r"^\| \$([Wb])(?:_\{?\d+\}?)?\^\{\((\d)\)\}", table, re.MULTILINE)) == found

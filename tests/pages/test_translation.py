"""The words of a sheet come from the templates: who changes them there needs no Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import backprop_steps
from backprop_steps.pages.writing import page
from backprop_steps.pages.writing.formats import LATEX
from backprop_steps.resources import templates_folder

BENT = """
title: A bent activation
notation: layer
inputs: [0.5]
targets: [1]
layers: [{units: 1, activation: {name: bent, formula: '2 * min(x, 1)'}, weights: [[0.4]], bias: false}]
loss: half_squared_error
optimizer: {kind: gradient_descent, learning_rate: 0.5}
again_with: [{layer: 1, activation: {name: other, formula: '3 * min(x, 1)'}}]
"""


@pytest.fixture
def wording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped wording, which the sheets of this test are written with."""
    copy = tmp_path / "templates"
    shutil.copytree(templates_folder(), copy)
    monkeypatch.setattr(page, "templates_folder", lambda: copy)
    return copy / "documents" / "wording" / "en"


def test_the_words_of_a_case_distinction_are_the_templates(wording: Path, tmp_path: Path) -> None:
    file = wording / "formulas.j2"
    file.write_text(file.read_text().replace('"if": "if"', '"if": "falls"').replace(': "otherwise"', ': "sonst"'))
    problem = tmp_path / "bent.yaml"
    problem.write_text(BENT)
    text = str(backprop_steps.render(backprop_steps.load(problem), detail="lecture"))
    slope = r"\left( \begin{cases} 1 & \text{falls } z^{(1)} < 1 \\ 0 & \text{sonst} \end{cases} \right)"
    assert rf"2(\hat{{y}} - y){slope}" in text
    assert rf"3(\hat{{y}} - y){slope}" in text  # the part that only tells what changes
    assert r"\text{if" not in text
    assert r"\text{otherwise" not in text


def test_the_words_of_a_case_distinction_are_text(wording: Path) -> None:
    file = wording / "formulas.j2"
    file.write_text(file.read_text().replace('"if": "if"', '"if": "50 % {"'))
    assert page.case_words(LATEX) == (r"50 \% \{", "otherwise")

"""Notebooks: their text is that of the Markdown page, and their code comes to the numbers that are printed."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from covering import covering, others_slow
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import gradients
from shipped_pages import DETAILS, PROBLEMS, page, problem, sayable
from strategies import circuits, networks

import backprop_steps
from backprop_steps.errors import UserError
from backprop_steps.problem.loading import read_problem
from backprop_steps.problem.model import Problem

CHECK = re.compile(r"^check\(", re.MULTILINE)


def cells(text: str, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


def run(text: str) -> dict[str, Any]:
    """The code of a notebook, from top to bottom; a warning of NumPy's is an error."""
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for code in cells(text, "code"):
            exec(code, names)
    return names


def notebook(made: Problem, **wish: Any) -> str:
    return str(backprop_steps.render(made, to="notebook", **wish))


def numeric(name: str) -> bool:
    return backprop_steps.evaluate(problem(name)) is not None


@pytest.mark.parametrize(("name", "notation"), others_slow(sayable(), sayable()[::3]))
def test_the_code_comes_to_the_numbers_of_the_sheet_in_every_notation(name, notation):
    try:
        text = page(name, notation, to="notebook")
    except UserError:
        pytest.skip("not to be said in this notation")
    run(text)
    checks = sum(len(CHECK.findall(code)) for code in cells(text, "code"))
    assert (checks > 2) == numeric(name)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_text_is_that_of_the_markdown_page(name):
    for detail in DETAILS:
        made = backprop_steps.render(problem(name), detail=detail, to="notebook", pictures="none")
        text = "\n\n".join(cells(made, "markdown"))
        about_code = re.compile(r"(?:\A|\n\n)(?:The code calculates|There are no numbers to calculate).*(?=\n\n|\Z)")
        assert len(about_code.findall(text)) == (detail != "answers" or numeric(name))
        assert about_code.sub("", text) == page(name, detail=detail).strip()


@pytest.mark.parametrize("name", PROBLEMS)
def test_it_is_a_notebook_by_the_schema_and_the_same_each_time(name):
    nbformat = pytest.importorskip("nbformat")
    text = page(name, to="notebook")
    read = nbformat.reads(text, as_version=4)
    nbformat.validate(read, relax_add_props=False)
    assert len({cell.id for cell in read.cells}) == len(read.cells)
    assert text == notebook(problem(name))


@pytest.mark.parametrize("name", ["mazur", "node_relu", "circuit"])
def test_jupyter_runs_it(name, tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    made = nbformat.reads(page(name, to="notebook"), as_version=4)
    nbclient.NotebookClient(made, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    counts = [cell.execution_count for cell in made.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_code_of_a_handout_and_of_every_detail_runs(name):
    run(str(backprop_steps.handout(problem(name), to="notebook")))
    for detail in DETAILS:
        run(page(name, detail=detail, to="notebook"))


@pytest.mark.parametrize("name", [name for name in PROBLEMS if numeric(name)])
def test_a_wrong_number_stops_it(name):
    """Every check holds: with one printed digit changed, its cell fails."""
    text = page(name, to="notebook")
    names: dict[str, Any] = {}
    checks = 0
    for code in cells(text, "code"):
        exec(code, names)
        for line in code.splitlines():
            found = re.match(r"check\((\w+), (.*)\)$", line)
            if not found:
                continue
            printed = re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 3) % 10), found[2].split(", unit")[0])
            unit = ", unit" + line.split(", unit")[1].removesuffix(")") if ", unit" in line else ""
            with pytest.raises(AssertionError):
                exec(f"check({found[1]}, {printed}{unit})", names)
            checks += 1
    assert checks


ROUNDINGS = list(
    product(
        ["mazur", "node_relu", "batch_data", "circuit_sigmoid", "softmax_squared"],
        ["exact", "rounded"],
        ["places", "significant"],
        ["half_up", "half_even", "truncate"],
        [2, 5, 12],
    )
)


@pytest.mark.parametrize(("name", "carry", "kind", "mode", "digits"), others_slow(ROUNDINGS, covering(ROUNDINGS)))
def test_numbers_are_rounded_as_the_sheet_rounds_them(name, carry, kind, mode, digits):
    rounding = replace(problem(name).rounding, carry=carry, kind=kind, mode=mode, digits=digits)
    run(notebook(replace(problem(name), rounding=rounding)))


@settings(max_examples=12, deadline=None)
@given(made=networks(), notation=st.sampled_from(["layer", "node", "batch", "mazur", "bracket", "nielsen"]))
def test_random_networks_in_any_notation(made, notation):
    try:
        text = notebook(made, notation=notation)
    except UserError:
        return
    run(text)
    run(notebook(replace(made, rounding=replace(made.rounding, carry="rounded")), notation=notation))


@settings(max_examples=15, deadline=None)
@given(made=networks())
def test_the_gradients_are_those_of_another_program(made):
    names = run(notebook(made, notation="layer"))
    told = {passage.id for passage in backprop_steps.derive(made, "layer").passages}
    for name, expected in gradients(made).items():
        weight = re.fullmatch(r"dL/dW(\d+)\[(\d+),(\d+)\]", name)
        if weight is None or f"dL/dW{weight[1]}" not in told:
            continue
        assert names[f"dL_dW{weight[1]}"][int(weight[2]) - 1, int(weight[3]) - 1] == pytest.approx(
            expected, rel=1e-8, abs=1e-10
        )


@settings(max_examples=15, deadline=None)
@given(made=circuits())
def test_random_circuits(made):
    run(notebook(made))


def test_what_lies_a_little_below_the_half_is_rounded_down():
    """The output is 1.7e-13 less than 0.50005: no noise of binary fractions."""
    text = """
title: Near a tie
notation: layer
inputs: [0.02]
targets: [1]
layers: [{units: 1, activation: sigmoid, weights: [[0.01]], bias: [0]}]
loss: half_squared_error
optimizer: {learning_rate: 1}
rounding: {digits: 4, carry: rounded}
"""
    near = read_problem(text, "near.yaml", Path("near.yaml"))
    assert run(notebook(near))["a1"] == 0.5

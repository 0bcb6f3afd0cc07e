"""The shipped problems, the file to start from, and the published schema."""

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from backprop_steps.problem import load, new_problem_text, schema, shipped
from backprop_steps.problem.loading import read_problem
from backprop_steps.resources import problems_folder, templates_folder

NAMES = [problem.name for problem in shipped()]
VALIDATOR = Draft202012Validator(schema())


def plain(text: str) -> Any:
    """What an editor's YAML gives a validator; dates are texts."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 20
    assert {load(name).notation for name in NAMES} == {
        *("node", "layer", "bracket", "neuron", "batch", "mazur", "nielsen", "circuit")
    }


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_and_says_what_it_teaches(name: str) -> None:
    problem = load(name)
    text = (problems_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n\n")[0].splitlines() if line.startswith("#")]
    assert 1 <= len(lines) <= 3
    assert problem.comment.endswith(".")
    (listed,) = (one for one in shipped() if one.name == name)
    assert (listed.title, listed.comment) == (problem.title, problem.comment)


@pytest.mark.parametrize("name", NAMES)
def test_each_fits_the_schema(name: str) -> None:
    text = (problems_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    assert [error.message for error in VALIDATOR.iter_errors(plain(text))] == []


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("units: 2", "unit: 2"),
        ("inputs: [0.5, 1.0]", "inputs: [one]"),
        ("loss: half_squared_error", "loss: half_square"),
        ("steps: 1", "steps: 0"),
        ("digits: 4", "digits: 4, kind: decimals"),
        ("layers:", "layer:"),
    ],
)
def test_the_schema_sees_what_it_can(old: str, new: str) -> None:
    text = new_problem_text("x")
    assert old in text
    assert VALIDATOR.is_valid(plain(text))
    assert not VALIDATOR.is_valid(plain(text.replace(old, new)))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("my_first-problem", "My first problem"),
        ("xor", "Xor"),
        ("", "A new problem"),
        ('a "quoted": name # {}', 'A "quoted": name # {}'),
        ("\u00fcbung\x00 7", "\u00dcbung 7"),
    ],
)
def test_a_new_problem_loads(name: str, title: str) -> None:
    text = new_problem_text(name)
    problem = read_problem(text, "new.yaml", problems_folder() / "new.yaml")
    assert problem.title == title
    assert problem.network is not None
    assert text.startswith("# ")


def test_the_folders_are_there() -> None:
    assert (problems_folder() / "mazur.yaml").is_file()
    assert templates_folder().is_dir()


def test_listing_imports_neither_sympy_nor_lark() -> None:
    code = (
        "import sys; from backprop_steps.problem import load, schema, shipped; shipped(); schema(); load('mazur');"
        "print(sorted({'sympy', 'lark'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"

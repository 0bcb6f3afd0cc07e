"""The package as a library: load, derive, evaluate, render, and the page that is made of JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hand_made import marking

import backprop_steps as bp
from backprop_steps.checking.marking.scheme import read_scheme
from backprop_steps.derivation.steps import Rule
from backprop_steps.errors import UserError
from backprop_steps.expression.names import matches, read_name
from backprop_steps.expression.quantity import Quantity, derivative
from backprop_steps.notation.notation import NotationError
from backprop_steps.problem import ProblemErrors, shipped

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def values_of(name: str, **wishes: Any) -> dict[str, dict[str, Any]]:
    return page_of(name, **wishes)["values"]  # type: ignore[no-any-return]


def page_of(name: str, **wishes: Any) -> dict[str, Any]:
    return json.loads(bp.render(bp.load(name), to="json", **wishes))  # type: ignore[no-any-return]


def test_the_four_functions_of_the_package() -> None:
    problem = bp.load("mazur")
    derivation = bp.derive(problem)
    evaluation = bp.evaluate(problem)
    page = bp.render(problem, detail="brief")
    assert problem.notation == derivation.profile.name == "mazur"
    assert evaluation is not None
    assert round(evaluation.value(read_name("L")), 9) == Decimal("0.298371109")
    assert round(evaluation.value(read_name("W2'[1,1]")), 8) == Decimal("0.35891648")
    assert page.startswith("# A step by step backpropagation example\n")
    assert set(bp.__all__) == {
        "Page",
        "UserError",
        "load",
        "derive",
        "evaluate",
        "render",
        "check",
        "report",
        "mistakes",
        "pdf",
        "worksheet",
        "handout",
        "picture",
        "slides",
    }


def test_it_can_be_looked_at_without_waiting_for_sympy() -> None:
    code = "import sys, backprop_steps as bp; bp.__version__; print(sorted({'sympy', 'lark'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_is_not_there_is_said_as_python_says_it() -> None:
    with pytest.raises(AttributeError, match="module 'backprop_steps' has no attribute 'slove'"):
        bp.slove  # noqa: B018


def test_a_problem_may_be_a_name_or_a_path(tmp_path: Path) -> None:
    (source,) = (row.name for row in shipped() if row.name == "circuit")
    file = tmp_path / "own.yaml"
    file.write_text("values: {x: 3}\nnodes: {f: x ^ 2}\ndifferentiate: f\nnotation: circuit\ntitle: Square\n")
    assert bp.load(source).circuit is not None
    assert bp.load(str(file)) == bp.load(file)
    evaluation = bp.evaluate(bp.load(file))
    assert evaluation is not None
    assert evaluation.value(read_name("df/dx", node_names=("f", "x"))) == 6


def test_what_is_handed_over_cannot_be_changed() -> None:
    problem = bp.load("circuit")
    for thing, name in ((problem, "title"), (bp.derive(problem), "passages"), (bp.evaluate(problem), "rounding")):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, None)


def test_another_notation_tells_it_otherwise() -> None:
    problem = bp.load("mazur")
    node = bp.derive(problem, "node")
    assert node.profile.name == "node"
    rules = {passage.id: passage.steps[0].rule for passage in node.passages}
    assert rules["dL/da1"] is Rule.SUM_OVER_PATHS
    assert "delta2" in rules
    assert "delta2" not in {passage.id for passage in bp.derive(problem).passages}


def test_a_symbolic_problem_has_no_numbers() -> None:
    problem = bp.load("bracket_regression")
    assert bp.evaluate(problem) is None
    assert "\\partial" in bp.render(problem)


# pages


def test_a_page_shows_itself_in_a_notebook() -> None:
    page = bp.render(bp.load("circuit"))
    assert isinstance(page, bp.Page)
    assert isinstance(page, str)
    assert page._repr_markdown_() == str(page)


@pytest.mark.parametrize("name", [row.name for row in shipped()])
def test_a_page_is_the_same_every_time(name: str) -> None:
    problem = bp.load(name)
    assert bp.render(problem) == bp.render(bp.load(name))


def test_levels_of_detail_go_from_short_to_long() -> None:
    problem = bp.load("neuron_logistic")
    lengths = [len(bp.render(problem, detail=detail)) for detail in ("answers", "brief", "full", "lecture")]
    assert lengths == sorted(set(lengths))


def test_digits_win_over_the_problems_own() -> None:
    problem = bp.load("layer_sigmoid")
    assert "0.593270" in bp.render(problem)
    page = bp.render(problem, digits=3)
    assert "0.593" in page
    assert "0.5932" not in page
    assert problem.rounding.digits == 6


def test_carry_wins_over_the_problems_own() -> None:
    problem = bp.load("layer_sigmoid")
    exact, rounded = (values_of("layer_sigmoid", carry=carry, digits=2) for carry in ("exact", "rounded"))
    assert rounded["a1[1]"]["full"] == "0.59"
    assert exact["a1[1]"]["full"].startswith("0.5932699")
    assert bp.render(problem, carry="rounded", digits=2) == bp.render(
        replace(problem, rounding=replace(problem.rounding, digits=2, carry="rounded"))
    )


def test_only_what_is_asked_for_is_told() -> None:
    problem = bp.load("layer_sigmoid")
    page = bp.render(problem, only=("W1[*,1]",))
    assert "W_{11}^{(1)}" in page
    assert "W_{21}^{(1)}" in page
    assert "W_{12}^{(1)}" not in page
    assert "b_1^{(1)} =" not in page
    assert len(page) < len(bp.render(problem))


def test_in_rows_a_pattern_says_from_and_to() -> None:
    found = values_of("batch_data", only=("W1[*,1]",))
    assert set(found) == {"W1[1,1]", "W1[2,1]", "W1[3,1]"}
    assert [found[name]["full"] for name in sorted(found)] == ["0.2", "0.4", "-0.5"]


def test_one_of_a_kind_is_worked_and_the_rest_is_summed_up() -> None:
    problem = bp.load("nielsen")
    assert len(bp.render(problem, show="representative")) < len(bp.render(problem))


def test_a_gradient_check_is_added_at_the_end() -> None:
    problem = bp.load("layer_sigmoid")
    plain, checked = bp.render(problem), bp.render(problem, gradient_check=True)
    assert checked != plain
    assert checked.startswith(plain[:2000])


def test_a_fragment_has_no_preamble() -> None:
    problem = bp.load("circuit")
    article, fragment = (bp.render(problem, to="latex", fragment=only) for only in (False, True))
    assert article.startswith("\\documentclass")
    assert article.rstrip().endswith("\\end{document}")
    assert "\\documentclass" not in fragment
    assert "\\begin{document}" not in fragment
    assert fragment.strip().splitlines()[-1] in article


def test_each_dialect_fences_its_formulas() -> None:
    problem = bp.load("circuit")
    standard, github = (bp.render(problem, dialect=dialect) for dialect in ("standard", "github"))
    assert "$$\n" in standard
    assert "```math\n" in github
    assert "$$" not in github


# hand-ins


def test_a_hand_in_is_marked_and_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Any] = []

    def judge(problem: Any, text: str, name: str, scheme: Any) -> Any:
        asked.append((problem, text, name, scheme))
        return marking(name)

    monkeypatch.setitem(sys.modules, "backprop_steps.checking.check", SimpleNamespace(check=judge))
    problem = bp.load("mazur")
    (tmp_path / "s.yaml").write_text("tolerance: 2\n")
    found = bp.check(problem, "a = 1", name="ada", scheme=tmp_path / "s.yaml")
    assert asked == [(problem, "a = 1", "ada", read_scheme("tolerance: 2", "s"))]
    assert bp.report(found)._repr_markdown_().startswith("# ada\n")
    assert isinstance(json.loads(bp.report(found, to="json")), dict)
    assert isinstance(json.loads(bp.report([found], to="json")), list)
    assert "0.6475" not in bp.report(found, audience="student", scheme=tmp_path / "s.yaml")


# mistakes


def test_mistakes_of_a_file_come_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("inputs: [1]\nlayers:\n  - {units: 1, activation: sigmod}\nloss: half_squared_eror\n")
    with pytest.raises(ProblemErrors) as raised:
        bp.load(file)
    lines = raised.value.lines()
    assert [line.split(":")[1] for line in lines if line.startswith(str(file))] == [
        line.split(":")[1] for line in lines
    ]
    assert any("unknown activation 'sigmod'; did you mean 'sigmoid'?" in line for line in lines)
    assert any("did you mean 'half_squared_error'?" in line for line in lines)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bp.load("mazurr"), "did you mean 'mazur'"),
        (lambda: bp.derive(bp.load("mazur"), "nodes"), "did you mean 'node'"),
        (lambda: bp.render(bp.load("mazur"), notation="circuit"), "circuit"),
        (lambda: bp.render(bp.load("mazur"), notation="neuron"), "neuron"),
        (lambda: bp.derive(bp.load("upstream"), "node"), "no symbol for a pre-activation"),
    ],
)
def test_what_cannot_be_done_is_answered_with_one_line(call: Any, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        call()
    assert len(raised.value.lines()) == 1


def test_what_a_notation_cannot_say_is_an_error_of_its_own() -> None:
    with pytest.raises(NotationError):
        bp.derive(bp.load("circuit"), "batch")


def test_a_number_that_does_not_exist_is_the_users_mistake(tmp_path: Path) -> None:
    file = tmp_path / "log.yaml"
    file.write_text("title: Log\nnotation: circuit\nvalues: {x: 0}\nnodes: {f: ln(x)}\ndifferentiate: f\n")
    with pytest.raises(UserError, match="logarithm") as raised:
        bp.render(bp.load(file))
    assert len(raised.value.lines()) == 1


# JSON


def test_the_json_page_of_a_network() -> None:
    page = page_of("layer_sigmoid")
    assert list(page) == ["title", "notation", "symbolic", "values", "steps"]
    assert (page["title"], page["notation"], page["symbolic"]) == (
        "Two-layer network, one gradient step",
        "layer",
        False,
    )
    values = page["values"]
    assert values["x[1]"] == {"full": "0.05", "shown": "0.05", "exact": True}
    assert values["W1[1,2]"] == {"full": "0.2", "shown": "0.20", "exact": True}
    assert values["z1[1]"]["full"] == "0.3775"
    assert (values["a1[1]"]["shown"], values["a1[1]"]["exact"]) == ("0.593270", False)
    assert values["a1[1]"]["full"].startswith("0.5932699921071872551736")
    wanted = {"y[1]", "eta", "b1[2]", "z1[2]", "a1[2]", "L", "delta2[1]", "dL/dz2[1]", "dL/dW2[1,1]", "dL/da1[2]"}
    after = {"W1'[2,1]", "b1'[1]", "z1'[2]", "a2'[1]", "L'"}
    assert wanted | after <= set(values)
    assert not any(name.startswith("dL'") or "''" in name for name in values)


@pytest.mark.parametrize("name", [row.name for row in shipped()])
def test_every_value_is_a_decimal_string_under_a_name_that_reads_back(name: str) -> None:
    problem, page = bp.load(name), page_of(name)
    assert page["symbolic"] is (bp.evaluate(problem) is None)
    assert bool(page["values"]) is not page["symbolic"]
    rows = problem.network is not None and problem.network.orientation == "rows"
    layers = len(problem.network.layers) if problem.network is not None else 0
    circuit = problem.circuit
    nodes = [name for name, _ in (*circuit.values, *circuit.nodes)] if circuit is not None else []
    for key, value in page["values"].items():
        assert set(value) == {"full", "shown", "exact"}
        assert DECIMAL.fullmatch(value["full"]), (key, value)
        assert DECIMAL.fullmatch(value["shown"]), (key, value)
        full, shown = Decimal(value["full"]), Decimal(value["shown"])
        assert value["exact"] is (full == shown), (key, value)
        read_name(key, rows=rows, layers=layers, node_names=nodes)


def test_delta_has_the_sign_of_its_notation_and_the_derivative_has_not() -> None:
    for notation, sign in (("layer", ""), ("node", "-")):
        values = values_of("threshold_units", notation=notation)
        delta, gradient = (values[name]["full"] for name in ("delta2[1]", "dL/dz2[1]"))
        assert f"{sign}{delta}".removeprefix("--") == gradient


def test_a_batch_has_its_sample_first() -> None:
    values = values_of("xor")
    assert values["x[3;1]"]["full"] == "1"
    assert "a1[4;2]" in values
    assert "dL/da2[4;1]" in values


def test_one_apostrophe_for_each_update() -> None:
    values = values_of("several_steps")
    assert [values[name]["full"] for name in ("L", "L'", "L''", "L'''")] == ["2", "0.32", "0.0512", "0.008192"]


def test_a_circuit_has_its_own_names() -> None:
    values = {name: value["full"] for name, value in values_of("circuit").items()}
    assert values == {
        "x": "-2",
        "y": "5",
        "z": "-4",
        "q": "3",
        "f": "-12",
        "df/dq": "-4",
        "df/dz": "3",
        "df/dx": "-4",
        "df/dy": "-4",
        "dq/dx": "1",
        "dq/dy": "1",
    }


def test_only_the_values_asked_for_and_still_every_step() -> None:
    page = page_of("layer_sigmoid", only=("W1[*,1]", "L*"))
    assert set(page["values"]) == {"W1[1,1]", "W1[2,1]", "L", "L'"}
    assert page["steps"] == page_of("layer_sigmoid")["steps"]
    assert matches("W1[*,1]", "W1[2,1]")
    assert not matches("W1[*,1]", "W1'[2,1]")


def test_the_steps_in_teaching_order() -> None:
    derivation = bp.derive(bp.load("layer_sigmoid"))
    steps = page_of("layer_sigmoid")["steps"]
    assert [step["id"] for step in steps] == [name for name, _ in derivation.steps]
    assert steps[0] == {
        "id": "z1#1",
        "quantity": "z1",
        "section": "forward",
        "layer": 1,
        "rule": "definition",
        "reason": None,
        "uses": [],
    }
    (chain,) = (step for step in steps if step["id"] == "delta1#2")
    assert (chain["rule"], chain["uses"], chain["section"], chain["layer"]) == ("chain_rule", ["dL/da1"], "backward", 1)
    assert {step["rule"] for step in steps} <= {rule.value for rule in Rule}
    passages = {step["quantity"] for step in steps}
    assert all(used in passages for step in steps for used in step["uses"])


def test_a_node_that_the_goal_does_not_depend_on_has_a_value_and_no_gradient(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("values: {x: 1, y: 3}\nnodes: {r: x + y, q: x * y, f: ln(r)}\ndifferentiate: f\n", encoding="utf-8")
    evaluation = bp.evaluate(bp.load(file))
    assert evaluation is not None
    goal = Quantity("node", name="f")
    assert evaluation.value(Quantity("node", name="q")) == 3
    assert evaluation.value(derivative(goal, Quantity("node", name="x"))) == Decimal("0.25")
    assert not evaluation.has(derivative(goal, Quantity("node", name="q")))

"""Every value, gradient and update agrees with automatic differentiation: of shipped problems and of random ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import central_differences, fits, gradients
from problem_yaml import to_yaml
from strategies import circuits, networks

import backprop_steps
from backprop_steps.expression.names import name_of
from backprop_steps.problem.model import Problem

SHIPPED = sorted(path.stem for path in (Path(__file__).resolve().parent.parent / "problems").glob("*.yaml"))
NOTATIONS = ("node", "layer", "bracket", "batch", "mazur", "nielsen")
RANDOM = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
MANY = settings(RANDOM, max_examples=300)


def exactly(problem: Problem) -> Problem:
    """The same problem, calculated on with exact values."""
    return replace(problem, rounding=replace(problem.rounding, carry="exact"))


def evaluated(problem: Problem, notation: str | None = None) -> dict[str, float]:
    """Every number that the project finds, by name."""
    evaluation = backprop_steps.evaluate(problem, notation)
    assert evaluation is not None
    rows = problem.network is not None and problem.network.orientation == "rows"
    return {
        name_of(quantity.after(generation), rows=rows): float(value)
        for generation, values in enumerate(evaluation.generations)
        for quantity, value in values.items()
    }


def wanted_names(problem: Problem, names: set[str]) -> set[str]:
    """Of the oracle's names those the project must have: not the last gradients, nor what an update leaves alone."""
    optimizer = problem.optimizer
    frozen = optimizer.frozen if optimizer is not None else ()
    goal = problem.circuit.differentiate if problem.circuit is not None else "L"
    kept = {name for name, _ in problem.circuit.values} if problem.circuit is not None else set()
    kept -= set(optimizer.parameters) if optimizer is not None else set()
    found = set()
    for name in names:
        last = problem.steps if optimizer is not None else 0
        plain = name.replace("'", "")
        if "/d" in name:
            wanted = plain != f"d{goal}/d{goal}" and not (last and f"d{goal}{last * chr(39)}/" in name)
        else:
            whole = plain.partition("[")[0]
            wanted = "'" not in name or not (plain in kept or any(fits(p, plain) or fits(p, whole) for p in frozen))
        if wanted:
            found.add(name)
    return found


def assert_agrees(problem: Problem, notation: str | None = None) -> None:
    """The project's numbers and the oracle's, to ten digits; a number that cancelled, measured by the largest."""
    problem = exactly(problem)
    found, wanted = evaluated(problem, notation), gradients(problem)
    assert wanted_names(problem, set(wanted)) <= found.keys()
    largest = max(1.0, *map(abs, wanted.values()))
    for name in found.keys() & wanted.keys():
        assert found[name] == pytest.approx(wanted[name], rel=1e-10, abs=1e-13 * largest), name


def numeric(name: str) -> Problem:
    """A shipped problem; one without numbers, or with a function that is only a name, is skipped."""
    problem = backprop_steps.load(name)
    if backprop_steps.evaluate(problem) is None:
        pytest.skip(f"{name} has no numbers")
    return problem


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_problem_agrees_with_automatic_differentiation(name: str) -> None:
    assert_agrees(numeric(name))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_problem_agrees_with_central_differences(name: str) -> None:
    problem = exactly(replace(numeric(name), optimizer=None))
    found, wanted = evaluated(problem), central_differences(problem)
    for key in found.keys() & wanted.keys():
        assert found[key] == pytest.approx(wanted[key], rel=1e-6, abs=1e-7), key


@RANDOM
@given(problem=networks(), notation=st.sampled_from(NOTATIONS))
def test_a_random_network_agrees_with_automatic_differentiation(problem: Problem, notation: str) -> None:
    assert_agrees(problem, notation)


@pytest.mark.slow
@MANY
@given(problem=networks(), notation=st.sampled_from(NOTATIONS))
def test_many_random_networks_agree_with_automatic_differentiation(problem: Problem, notation: str) -> None:
    assert_agrees(problem, notation)


@RANDOM
@given(problem=circuits())
def test_a_random_circuit_agrees_with_automatic_differentiation(problem: Problem) -> None:
    assert_agrees(problem)


@pytest.mark.slow
@MANY
@given(problem=circuits())
def test_many_random_circuits_agree_with_automatic_differentiation(problem: Problem) -> None:
    assert_agrees(problem)


@settings(RANDOM, max_examples=20)
@given(problem=networks() | circuits())
def test_a_random_problem_file_agrees_with_automatic_differentiation(
    problem: Problem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("random") / "problem.yaml"
    file.write_text(to_yaml(problem), encoding="utf-8")
    read = backprop_steps.load(file)
    assert gradients(read) == gradients(problem)
    assert_agrees(read)

"""The handout: what a lecture has, and exercises whose answers are calculated from the network."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from shipped_pages import PROBLEMS, checker, problem

import backprop_steps as bp
from backprop_steps.checking.model import Verdict
from backprop_steps.evaluation.evaluate import Evaluation
from backprop_steps.expression.names import read_name
from backprop_steps.expression.tree import Number
from backprop_steps.pages.content.exercises import EXERCISES, Exercise, Setting, exercises
from backprop_steps.pages.documents.render import Hand, hand_of, profile_for, tell
from backprop_steps.pages.writing.screen import NO_SCREEN
from backprop_steps.problem.model import ActivationChoice, Problem


def setting(name: str) -> Setting:
    profile = profile_for(problem(name), None, "markdown")
    told = tell(problem(name), profile)
    _, printing = hand_of(Hand("markdown", "standard", NO_SCREEN, False), told, [])
    return Setting(problem(name), told, printing, lambda other: tell(other, profile))


def found(name: str, key: str) -> Exercise:
    return next(one for one in exercises(setting(name)) if one.key == key)


def values(other: Problem) -> Evaluation:
    evaluation = bp.evaluate(other)
    assert evaluation is not None
    return evaluation


def loss(other: Problem, generation: int = 0) -> Decimal:
    return values(other).value(read_name("L" + "'" * generation))


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_has_a_handout(name: str) -> None:
    page = str(bp.handout(problem(name)))
    assert (
        page.index("## Objectives") < page.index("## Overview") < page.index("## Exercises") < page.index("## Answers")
    )
    steps = [(int(n), int(of)) for n, of in re.findall(r"^## Step (\d) of (\d): ", page, re.MULTILINE)]
    assert steps == [(n, len(steps)) for n in range(1, len(steps) + 1)]
    assert len(steps) > 1
    questions, answers = page.split("## Exercises")[1].split("## Answers")
    count = questions.count("**Exercise ")
    assert count == answers.count("**Exercise ") == len(exercises(setting(name))) >= 2
    assert re.search(r"\*\*Exercise \d\.\*\* *$", questions, re.MULTILINE) is None


def test_every_exercise_is_set_by_some_shipped_problem() -> None:
    keys = {one.key for name in PROBLEMS for one in exercises(setting(name))}
    assert len(keys) == len(EXERCISES)


def test_every_symbol_is_explained_in_its_step() -> None:
    page = str(bp.handout(problem("layer_sigmoid")))
    forward, after = page.split("## Step 1 of 4")[1].split("## Step 2 of 4")
    for said in (
        r"- $W^{(1)}$: the weights of the hidden layer, $2 \times 2$",
        r"- $z^{(1)}$: the weighted sums of the hidden layer, $2 \times 1$",
        r"- $\hat{y}$: the output of the network",
    ):
        assert said in forward
    assert "- $y$: the target: what the output should be" in after
    circuit = str(bp.handout(problem("circuit"))).split("## Step 2 of 2")[0]
    assert "- $z$: a value that is given\n- $q$: a value that is computed\n" in circuit


def test_a_gradient_worked_alone_is_right() -> None:
    for name in ("layer_sigmoid", "mazur", "three_layers", "circuit_reuse", "node_relu"):
        page = str(bp.handout(problem(name)))
        answer = page.split("## Answers")[1].split("**Exercise 2.**")[0]
        marking = checker(name).check(answer)
        assert len(marking.links) > 3
        assert {link.verdict for link in marking.links} <= {Verdict.CORRECT, Verdict.ROUNDED}, name
        asked = re.search(r"work out \$(.*?)\$ yourself", page)
        assert asked is not None
        assert asked[1] in answer


@pytest.mark.parametrize("name", ["mazur", "dead_relu", "neuron_logistic", "softmax_classes"])
def test_a_nudge_is_estimated_and_calculated(name: str) -> None:
    numbers = found(name, "nudge").numbers
    evaluation = values(problem(name))
    gradients = {
        quantity: value
        for quantity, value in evaluation.generations[0].items()
        if quantity.by is not None and quantity.by.role == "weight" and quantity.of == read_name("L")
    }
    steepest = max(gradients, key=lambda one: abs(gradients[one]))
    by = steepest.by
    assert by is not None
    network = problem(name).network
    assert network is not None
    layers = list(network.layers)
    weights = layers[by.layer - 1].weights
    assert weights is not None
    rows = [list(row) for row in weights]
    to, source = by.index
    assert isinstance(to, int)
    assert isinstance(source, int)
    rows[to - 1][source - 1] = Number(str(rows[to - 1][source - 1].value + Decimal("0.1")))
    layers[by.layer - 1] = replace(layers[by.layer - 1], weights=tuple(map(tuple, rows)))
    moved = replace(problem(name), network=replace(network, layers=tuple(layers)))
    assert numbers[0].text == "0.1"
    assert abs(numbers[2].value - gradients[steepest] / 10) < Decimal("1e-4")
    assert abs(numbers[3].value - (loss(moved) - loss(problem(name)))) < Decimal("1e-4")


@pytest.mark.parametrize("name", ["mazur", "xor", "three_layers"])
def test_a_longer_step_is_calculated(name: str) -> None:
    exercise = found(name, "longer_step")
    optimizer = problem(name).optimizer
    assert optimizer is not None
    assert optimizer.learning_rate is not None
    rate = Number(str(optimizer.learning_rate.value * 10))
    longer = replace(problem(name), optimizer=replace(optimizer, learning_rate=rate))
    before, after = loss(problem(name)), loss(longer, 1)
    assert abs(exercise.numbers[3].value - after) < Decimal("1e-4")
    assert exercise.sign == (after > before) - (after < before)


@pytest.mark.parametrize(("name", "other"), [("mazur", "tanh"), ("three_layers", "sigmoid"), ("dead_relu", "sigmoid")])
def test_another_activation_is_calculated(name: str, other: str) -> None:
    exercise = found(name, "other_activation")
    network = problem(name).network
    assert network is not None
    first = replace(network.layers[0], activation=ActivationChoice(other))
    changed = replace(problem(name), network=replace(network, layers=(first, *network.layers[1:])))
    assert exercise.words[1] == other
    assert abs(exercise.numbers[1].value - loss(changed)) < Decimal("1e-4")
    assert exercise.sign == (loss(changed) > loss(problem(name))) - (loss(changed) < loss(problem(name)))
    # its last row ends in a gradient of the network so changed
    shown = Decimal(re.findall(r"-?\d+\.\d+", exercise.rows[-1][1])[-1])
    gradients = [v for q, v in values(changed).generations[0].items() if q.by is not None and q.by.role == "weight"]
    assert min(abs(shown - gradient) for gradient in gradients) < Decimal("1e-4")


@pytest.mark.parametrize("name", ["mazur", "layer_sigmoid", "neuron_logistic", "three_layers"])
def test_for_these_targets_nothing_changes(name: str) -> None:
    exercise = found(name, "target")
    network = problem(name).network
    assert network is not None
    outputs = [
        value for quantity, value in values(problem(name)).generations[0].items()
        if quantity.role == "activation" and quantity.layer == len(network.layers)
    ]  # fmt: skip
    assert [one.value for one in exercise.numbers] == pytest.approx(outputs, abs=1e-4)
    targets = (tuple(Number(str(value)) for value in outputs),)
    there = values(replace(problem(name), network=replace(network, targets=targets)))
    slopes = [v for q, v in there.generations[0].items() if q.of == read_name("L") and q.by and q.by.role == "weight"]
    assert slopes
    assert all(abs(slope) < Decimal("1e-25") for slope in slopes)


def test_paths_are_counted() -> None:
    assert found("mazur", "paths").numbers[0].text == "2"
    assert found("node_relu", "paths").numbers[0].text == "3"
    assert found("layer_sigmoid", "paths").numbers[0].text == "1"
    assert found("three_layers", "paths").numbers[0].text == "2"


def test_many_gradients_are_told_by_one_of_each_kind() -> None:
    few, many = str(bp.handout(problem("mazur"))), str(bp.handout(problem("node_relu")))
    assert r"net_{h2} &= w_3 \times i_1" in few
    assert "This is one gradient of each kind" in many
    assert len(str(bp.handout(problem("node_relu"), show="all"))) > len(many)


@pytest.mark.parametrize(("name", "word"), [("layer_sigmoid", "loss"), ("mazur", "error")])
def test_a_handout_calls_the_loss_as_its_notation_does(name: str, word: str) -> None:
    exercises = str(bp.handout(problem(name))).split("## Exercises")[1]
    assert f"say whether the {word} becomes" in exercises
    assert word == "loss" or "the loss" not in exercises


def test_a_circuit_has_values_and_no_parameters() -> None:
    assert "if the value changes a little" in str(bp.handout(problem("circuit")))

"""Symbols that stand for two things: none in a shipped notation, and a user's are answered where they stand."""

from pathlib import Path

import pytest

import backprop_steps
from backprop_steps.notation.collisions import collisions
from backprop_steps.notation.loading import ProfileErrors, load_profile, profiles, read_profile
from backprop_steps.notation.notation import Notation, NotationError, Shape, can_say
from backprop_steps.problem.loading import read_problem

SHAPES = [
    Shape((2, 1)),
    Shape((1, 1, 1)),
    Shape((2, 2, 2), shared_bias=frozenset({1})),
    Shape((3, 4, 3, 2)),
    Shape((2, 2, 1), samples=4, batch=True),
    Shape(("f", "h", 1), samples="N", batch=True),
    Shape((12, 11, 10), biased=False),
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", [name for name, _ in profiles()])
def test_a_shipped_notation_writes_no_two_things_alike(name: str, shape: Shape) -> None:
    profile = load_profile(name)
    if can_say(profile, shape) is None:
        assert list(collisions(Notation(profile, shape))) == []


NETWORK = """\
inputs: [1, 2]
targets: [1]
layers:
  - {units: 2, activation: sigmoid, weights: [[1, 2], [-1, 0]], bias: [0, 0]}
  - {units: 1, activation: sigmoid, weights: [[1, 2]], bias: [0]}
loss: half_squared_error
symbols: {SYMBOLS}
"""


def said(text: str, path: Path) -> str:
    problem = read_problem(text, str(path), path)
    with pytest.raises(NotationError) as caught:
        backprop_steps.render(problem)
    (line,) = caught.value.lines()
    return line.removeprefix(f"{path}:")


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        ("delta: z", "7:18: symbols: delta: 'z' collides with the pre activation, which is written z^{(1)} too"),
        ("learning_rate: L", "7:26: symbols: learning_rate: 'L' collides with the loss, which is written L too"),
        (
            r"learning_rate: '\mathrm{L}'",
            "7:26: symbols: learning_rate: '\\\\mathrm{L}' collides with the loss, ",
        ),
        ("input: i", "7:18: symbols: input: 'i' collides with the index of a unit, which is written i too"),
        (r"target: '\hat{y}'", r"7:19: symbols: target: '\\hat{y}' collides with the output, which is written \hat{y}"),
        (
            "weight: 'w_<to>'",
            "7:19: symbols: weight: 'w_<to>' is one symbol for several, as w_1; put in what tells them apart: <layer>,",
        ),
    ],
)
def test_a_problems_own_symbol_that_collides(symbols: str, message: str, tmp_path: Path) -> None:
    assert said(NETWORK.replace("SYMBOLS", symbols), tmp_path / "p.yaml").startswith(message)


def test_names_and_sizes_that_collide(tmp_path: Path) -> None:
    circuit = "values: {w0: 1, w_0: 2}\nnodes: {f: w0 * w_0}\ndifferentiate: f\n"
    assert said(circuit, tmp_path / "p.yaml") == (
        "1:22: the name 'w_0' is written w_0, as 'w0' is; choose another name"
    )
    symbolic = (
        "inputs: f\nsamples: 3\nlayers: [{units: C, activation: sigmoid}, {units: 1, activation: sigmoid}]\n"
        "loss: mean_squared_error\nnotation: nielsen\n"
    )
    assert said(symbolic, tmp_path / "p.yaml") == (
        "3:18: the size C collides with the loss, which is written C in this notation; "
        "choose another letter, or symbols: {loss: ...}"
    )


def test_a_users_notation_that_collides(tmp_path: Path) -> None:
    profile = tmp_path / "mine.yaml"
    profile.write_text("extends: layer\nformulas:\n  loss: L\n  learning_rate: L\n", encoding="utf-8")
    problem = backprop_steps.load("layer_sigmoid")
    with pytest.raises(NotationError) as caught:
        backprop_steps.render(problem, notation=profile)
    assert caught.value.lines() == [
        f"{profile}:4:18: learning_rate: L collides with the loss, which is written L too; choose another symbol"
    ]
    profile.write_text("extends: layer\nformulas: {bias: 'b_<unit>'}\n", encoding="utf-8")
    with pytest.raises(NotationError) as caught:
        backprop_steps.render(problem, notation=profile)
    assert caught.value.lines() == [
        f"{profile}:2:18: bias: b_1 is one symbol for several, as b_1; "
        "put in what tells them apart: <layer>, <unit>, ..."
    ]


def test_letters_that_collide_in_a_users_notation() -> None:
    with pytest.raises(ProfileErrors) as caught:
        read_profile("extends: layer\nletters: {to: j, from: [i, j], sample: N, next: a, other: \\foo}", "m.yaml", "m")
    assert caught.value.lines() == [
        "m.yaml:2:28: letters: from: j stands in letters: to already; choose another letter",
        "m.yaml:2:40: letters: sample: N is how the samples is written; choose another letter",
        "m.yaml:2:49: letters: next: a is how the activation is written; choose another letter",
        "m.yaml:2:59: letters: other: '\\\\foo' is no letter; write one such as j, or \\ell",
    ]

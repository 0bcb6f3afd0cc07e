"""What is said of a file with mistakes: every message, word for word."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from backprop_steps.problem.loading import read_problem
from backprop_steps.problem.messages import ProblemErrors
from backprop_steps.source.messages import MOST

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("problem_mistakes.yaml").read_text(encoding="utf-8"))
BASES: dict[str, str] = TABLE["bases"]


def said(text: str) -> list[str]:
    with pytest.raises(ProblemErrors) as caught:
        read_problem(text, "p.yaml", Path("p.yaml"))
    lines = caught.value.lines()
    assert lines == [str(message) for message in caught.value.messages]
    return lines


@pytest.mark.parametrize("base", BASES)
def test_the_files_that_are_broken_below_are_good(base: str) -> None:
    read_problem(BASES[base], "p.yaml", Path("p.yaml"))


@pytest.mark.parametrize("row", TABLE["mistakes"], ids=lambda row: str(row["says"][0])[:60])
def test_every_mistake_is_answered(row: dict[str, Any]) -> None:
    text: str = row["text"] if "text" in row else BASES[row["in"]]
    for old, new in row.get("replace", []):
        assert old in text
        text = text.replace(old, new)
    assert said(text) == [f"p.yaml:{message}" for message in row["says"]]


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """title: XOR
notation: layr
inputs: [[0, 0], [0, 1], [1]]
targets: [0, 1, one]
layers:
  - {units: 2, activation: sigmod, weights: [[1, 2], [3]], bias: [1, 2, 3]}
  - {units: 1, activation: identity, weights: [[1, .nan]], bias: [0], bais: 0}
loss: cross_entropy
optimizer: {learning_rate: fast, frozen: ['c*']}
rounding: {digits: many, carry: on}
steps: 0
"""
    assert said(text) == [
        "p.yaml:2:11: unknown notation 'layr'; did you mean 'layer'?",
        "p.yaml:3:26: inputs row 3 has 1 entry, but row 1 has 2; expected 3 x 2, found 3 rows of 1 and 2 entries",
        "p.yaml:4:17: targets entry 3 must be a number, found 'one'",
        "p.yaml:6:28: unknown activation 'sigmod'; did you mean 'sigmoid'?",
        "p.yaml:6:54: layer 1: weights row 2 has 1 entry, but row 1 has 2; "
        "expected 2 x 2, found 2 rows of 1 and 2 entries",
        "p.yaml:6:66: layer 1: bias has 3 entries, but layer 1 has 2 units; expected 2, found 3; "
        "a plain number is one bias, shared by the layer's units",
        "p.yaml:7:52: layer 2: weights row 1, entry 2 must be a finite number, found '.nan'",
        "p.yaml:7:71: layer 2: unknown key 'bais'; did you mean 'bias'?",
        "p.yaml:8:7: loss cross_entropy needs outputs between 0 and 1, but layer 2 is identity, "
        "which gives any number; use softmax or sigmoid there",
        "p.yaml:9:28: optimizer: learning_rate must be a number, found 'fast'; left out, it stays a symbol",
        "p.yaml:9:43: frozen: 'c*' matches no parameter; known are W1, b1, W2, b2",
        "p.yaml:10:20: rounding digits must be a whole number from 0 to 20, found 'many'",
        "p.yaml:10:33: unknown rounding carry 'on'; known are exact, rounded",
        "p.yaml:11:8: steps must be a whole number from 1 to 100, found '0'",
    ]


def test_beyond_a_hundred_mistakes_the_rest_are_counted() -> None:
    text = BASES["network"].replace("[0.5, 1.0]", f"[{', '.join(['x'] * (MOST + 20))}]")
    lines = said(text)
    assert len(lines) == MOST + 1
    assert lines[-1] == "p.yaml: and 21 more mistakes"


@pytest.mark.parametrize("text", ["a: [1", "a: {b: 1", "a: b: c", "%bad", "'", "a:\n\t- b", "@"])
def test_what_is_not_yaml_is_told_with_its_place(text: str) -> None:
    (line,) = said(text)
    assert line.startswith("p.yaml:")
    assert ": this is not YAML: " in line


def test_without_the_c_parser_the_same_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    for row in TABLE["mistakes"]:
        text: str = row["text"] if "text" in row else BASES[row["in"]]
        for old, new in row.get("replace", []):
            text = text.replace(old, new)
        assert said(text) == [f"p.yaml:{message}" for message in row["says"]]


def test_aliases_that_would_repeat_without_bounds() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (line,) = said("\n".join(lines))
    assert line == "p.yaml:6:20: too many values in one file; the bound is 400000"


def test_too_many_parameters_in_all() -> None:
    text = """inputs: 1000
layers: [{units: 1000, activation: relu}, {units: 1, activation: relu}]
loss: squared_error
"""
    assert said(text) == ["p.yaml:2:9: layers has 1002001 weights and biases in all; the bound is 100000"]


@pytest.mark.parametrize(
    ("pattern", "bias", "remedy"),
    [
        ("b1[1]", "0.5", "; b1 is one number, shared by the layer"),
        ("b1[3]", "[0.5, 1]", "; b1 is 2"),
        ("b1", "false", "; known are W1, W2"),
        ("W1[1,3]", "false", "; W1 is 2 x 2"),
    ],
)
def test_frozen_patterns_that_match_nothing(pattern: str, bias: str, remedy: str) -> None:
    text = BASES["network"].replace("[0.1, -0.2]", bias).replace("bias: 0.3", "bias: false")
    text = text.replace("{learning_rate: 0.5}", f"{{frozen: '{pattern}'}}")
    assert said(text) == [f"p.yaml:14:21: frozen: '{pattern}' matches no parameter{remedy}"]


def test_too_many_frozen_patterns() -> None:
    text = BASES["network"].replace("{learning_rate: 0.5}", f"{{frozen: [{', '.join(['W1'] * 101)}]}}")
    (line,) = said(text)
    assert line.endswith("frozen: has 101 patterns; the bound is 100")


def test_too_many_layers() -> None:
    layers = ", ".join(["{units: 1, activation: relu}"] * 51)
    assert said(f"inputs: 1\nlayers: [{layers}]\nloss: squared_error\n") == [
        "p.yaml:2:9: layers has 51 entries; the bound is 50"
    ]


def test_a_circuit_with_too_many_nodes() -> None:
    nodes = "".join(f"  n{number}: x\n" for number in range(501))
    assert said(f"values: {{x: 1}}\nnodes:\n{nodes}differentiate: n0\n")[0] == (
        "p.yaml:3:3: nodes has 501 entries; the bound is 500"
    )


def test_a_long_chain_of_nodes_is_no_circle() -> None:
    nodes = "".join(f"  n{number}: n{number - 1} + x\n" for number in range(1, 400))
    text = f"values: {{x: 1}}\nnodes:\n  n0: x\n{nodes}differentiate: n399\n"
    assert read_problem(text, "p.yaml", Path("p.yaml")).circuit is not None
    assert said(text.replace("n0: x", "n0: n399"))[0].startswith(
        "p.yaml:3:3: the nodes depend on one another in a circle: n0 -> n399 -> n398 -> "
    )

"""Numbers that do not exist: one line each, with the place of the cause in the problem file."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_steps.cli import main

NETWORK = """\
title: A network
inputs: [1, 2]
targets: [1]
layers:
  - units: 2
    activation: sigmoid
    weights: [[1, 2], [-1, 0.2]]
    bias: [0, 0]
  - units: 1
    activation: identity
    weights: [[1, 2]]
    bias: [0]
loss: half_squared_error
"""
CIRCUIT = """\
title: A circuit
values: {x: 0, y: 3}
nodes:
  r: x + y
  q: x * y
  f: q + r
differentiate: f
"""
LOG = "{name: foo, formula: ln(x)}"
LN_NEEDS = "the logarithm needs a positive number"
OTHER_FORMULA = "change the formula, or the values"
OTHER_ACTIVATION = "choose other weights or inputs, or another activation"
OTHER_LOSS = "choose weights and targets for which the loss has a number, or another loss"
NOT_REAL = (
    "the derivative of this formula cannot be taken: it is no real number: a power of 0 or of a negative number; "
    "change the formula"
)
SLOWER = "choose a smaller learning rate, or fewer steps"


@pytest.mark.parametrize(
    ("text", "changes", "message"),
    [
        (CIRCUIT, {"x * y": "y / x"}, f"5:6: q has no number: division by zero, where x = 0, y = 3; {OTHER_FORMULA}"),
        (CIRCUIT, {"x * y": "sqrt(x)"}, f"5:6: dq/dx has no number: division by zero, where x = 0; {OTHER_FORMULA}"),
        (
            CIRCUIT,
            {"x * y": "exp(exp(6 * y))"},
            f"5:6: q has no number: a number grew beyond the bound, 10^999999, where y = 3; {OTHER_FORMULA}",
        ),
        (
            CIRCUIT,
            {"x * y": "y^100000"},
            "5:6: the derivative of this formula cannot be taken: a power too large to work with; "
            "the bound on exponents is 1000; change the formula",
        ),
        (CIRCUIT, {"x * y": "y + 0^x"}, f"5:6: {NOT_REAL}"),
        (CIRCUIT, {"x * y": "y * (-1)^0.5"}, f"5:6: {NOT_REAL}"),
        (
            NETWORK,
            {"activation: sigmoid": "activation: {name: foo, formula: x + 0^x}"},
            f"6:38: {NOT_REAL}",
        ),
        (
            CIRCUIT,
            {"q + r": "ln(r)", "differentiate: f": "differentiate: f\noptimizer: {learning_rate: 50, parameters: [x]}"},
            f"6:6: f' has no number: ln of -13.6667: {LN_NEEDS}, where r = -13.6667; {SLOWER}",
        ),
        (
            NETWORK,
            {"activation: sigmoid": f"activation: {LOG}"},
            f"6:38: a1[2] has no number: ln of -0.6: {LN_NEEDS}, where z1[2] = -0.6; {OTHER_ACTIVATION}",
        ),
        (
            NETWORK,
            {"activation: sigmoid": f"activation: {LOG.replace('ln', 'sqrt')}", "[-1, 0.2]": "[0, 0]"},
            f"6:38: slope1[2] has no number: division by zero, where z1[2] = 0; {OTHER_ACTIVATION}",
        ),
        (
            NETWORK,
            {"half_squared_error\n": f"half_squared_error\nagain_with: [{{layer: 1, activation: {LOG}}}]\n"},
            f"14:58: a1[2] has no number: ln of -0.6: {LN_NEEDS}, where z1[2] = -0.6; {OTHER_ACTIVATION}",
        ),
        (
            NETWORK,
            {"identity": "sigmoid", "[[1, 2]]": "[[500, 2]]", "half_squared_error": "binary_cross_entropy"},
            f"13:7: L has no number: ln of 0: {LN_NEEDS}, where y[1] = 1, a2[1] = 1; {OTHER_LOSS}",
        ),
        (
            NETWORK,
            {
                "identity": "sigmoid",
                "[[1, 2]]": "[[30, 2]]",
                "half_squared_error": "binary_cross_entropy\nrounding: {carry: rounded}",
            },
            f"13:7: L has no number: ln of 0.0000: {LN_NEEDS}, where y[1] = 1, a2[1] = 1.0000; {OTHER_LOSS}, "
            "or carry more digits (carry: exact)",
        ),
        (
            NETWORK,
            {"half_squared_error": "{name: foo, formula: y / (a - a)}"},
            "13:28: the derivative of this formula cannot be taken: division by zero; change the formula",
        ),
    ],
)
@pytest.mark.parametrize("notation", [None, "node"])
def test_a_number_that_does_not_exist(
    text: str, changes: dict[str, str], message: str, notation: str | None, tmp_path: Path
) -> None:
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "p.yaml"
    file.write_text(text, encoding="utf-8")
    options = ["--notation", notation] if notation is not None and "layers" in text else []
    result = CliRunner().invoke(main, ["solve", str(file), *options])
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{file}:{message}")
    assert result.stdout == ""

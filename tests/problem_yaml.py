"""A Problem written as the YAML a person would write, so that random problems go through the loader too."""

from __future__ import annotations

from collections.abc import Iterable

from formula_tools import plain

from backprop_steps.expression.tree import Number
from backprop_steps.problem.model import (
    ActivationChoice,
    Circuit,
    Layer,
    LossChoice,
    Network,
    Optimizer,
    Problem,
    Row,
)


def to_yaml(problem: Problem) -> str:
    """The problem file of a problem with numbers."""
    lines = [f"title: {problem.title}", f"notation: {problem.notation}"]
    if problem.network is not None:
        lines += _network(problem.network)
    if problem.circuit is not None:
        lines += _circuit(problem.circuit)
    if problem.optimizer is not None:
        lines += [f"optimizer: {_optimizer(problem.optimizer)}", f"steps: {problem.steps}"]
    return "\n".join(lines) + "\n"


def _network(network: Network) -> list[str]:
    assert network.inputs is not None
    lines = [f"inputs: {_rows(network.inputs) if network.batch else _row(network.inputs[0])}"]
    if network.targets is not None:
        one_output = all(len(row) == 1 for row in network.targets)
        if not network.batch:
            lines.append(f"targets: {_row(network.targets[0])}")
        elif one_output:
            lines.append(f"targets: {_row([row[0] for row in network.targets])}")
        else:
            lines.append(f"targets: {_rows(network.targets)}")
    if network.orientation is not None:
        lines.append(f"orientation: {network.orientation}")
    lines.append("layers:")
    for layer in network.layers:
        lines += _layer(layer, by_rows=network.orientation == "rows")
    if network.loss is not None:
        lines.append(f"loss: {_loss(network.loss)}")
    return lines + _upstream(network.upstream)


def _layer(layer: Layer, *, by_rows: bool) -> list[str]:
    assert layer.weights is not None
    weights = tuple(zip(*layer.weights, strict=True)) if by_rows else layer.weights
    lines = [f"  - units: {layer.units}", f"    activation: {_activation(layer.activation)}"]
    lines.append(f"    weights: {_rows(weights)}")
    match layer.bias_kind, layer.bias:
        case "none", _:
            lines.append("    bias: false")
        case "shared", (only,):
            lines.append(f"    bias: {only.text}")
        case "threshold", values if values is not None:
            lines.append(f"    threshold: {_row(values)}")
        case _, values if values is not None:
            lines.append(f"    bias: {_row(values)}")
    return lines


def _activation(choice: ActivationChoice) -> str:
    if choice.formula is not None:
        return f"{{name: {choice.name}, formula: '{plain(choice.formula)}'}}"
    if choice.parameter is not None:
        return f"{{name: {choice.name}, slope: {choice.parameter.text}}}"
    return f"{{name: {choice.name}}}" if choice.bare else choice.name


def _loss(choice: LossChoice) -> str:
    if choice.formula is not None:
        return f"{{name: {choice.kind}, formula: '{plain(choice.formula)}', reduce: {choice.reduce}}}"
    if choice.scale is not None:
        return f"{{kind: {choice.kind}, scale: {choice.scale}}}"
    return choice.kind if choice.reduce == "mean" else f"{{kind: {choice.kind}, reduce: {choice.reduce}}}"


def _circuit(circuit: Circuit) -> list[str]:
    lines = ["values:"]
    lines += [f"  {name}: {number.text}" for name, number in circuit.values if number is not None]
    lines += ["nodes:", *(f"  {name}: {plain(formula)}" for name, formula in circuit.nodes)]
    return [*lines, f"differentiate: {circuit.differentiate}", *_upstream(circuit.upstream)]


def _upstream(arriving: Iterable[tuple[str, Number]]) -> list[str]:
    entries = [f"'{name}': {number.text}" for name, number in arriving]
    return [f"upstream: {{{', '.join(entries)}}}"] if entries else []


def _optimizer(optimizer: Optimizer) -> str:
    entries = ["kind: gradient_descent"]
    if optimizer.learning_rate is not None:
        entries.append(f"learning_rate: {optimizer.learning_rate.text}")
    if optimizer.frozen:
        entries.append("frozen: [" + ", ".join(f"'{pattern}'" for pattern in optimizer.frozen) + "]")
    if optimizer.parameters:
        entries.append(f"parameters: [{', '.join(optimizer.parameters)}]")
    return "{" + ", ".join(entries) + "}"


def _row(row: Iterable[Number]) -> str:
    return "[" + ", ".join(entry.text for entry in row) + "]"


def _rows(rows: Iterable[Row]) -> str:
    return "[" + ", ".join(map(_row, rows)) + "]"

"""The gradients of a problem by torch in float64: its own layers, activations and losses, its own differentiation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from oracle import Arrays, CircuitRun, LayeredRun, collect
from walker import names_in, walk

from backprop_steps.problem.model import ActivationChoice, LossChoice, Problem

torch = pytest.importorskip("torch")


def _of_tensor(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *parts: function(*(torch.as_tensor(part, dtype=torch.float64) for part in parts))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    name: _of_tensor(function)
    for name, function in {
        "exp": torch.exp,
        "ln": torch.log,
        "sqrt": torch.sqrt,
        "sin": torch.sin,
        "cos": torch.cos,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "abs": torch.abs,
        "max": lambda *parts: torch.stack(torch.broadcast_tensors(*parts)).amax(0),
        "min": lambda *parts: torch.stack(torch.broadcast_tensors(*parts)).amin(0),
    }.items()
}


def gradients(problem: Problem) -> dict[str, float]:
    """Values and gradients by name, the gradients by torch."""
    network = problem.network
    run = LayeredRun(network) if network is not None else None

    def differentiate(_: Callable[[Arrays], Any], arrays: Arrays) -> Arrays:
        tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in arrays.items()}
        loss = layered_loss(run, tensors) if run is not None else circuit_loss(problem, tensors)
        found = torch.autograd.grad(loss, list(tensors.values()), allow_unused=True, materialize_grads=True)
        return {name: slope.numpy() for name, slope in zip(tensors, found, strict=True)}

    return collect(problem, differentiate)


def layered_loss(run: LayeredRun, tensors: Arrays) -> Any:
    """The loss of a layered network."""
    found: Arrays = {}
    signal = torch.tensor(run.inputs, dtype=torch.float64)
    for number, layer in run.layers:
        units = tensors[f"W{number}"].shape[0]
        bias = tensors.get(f"b{number}", torch.zeros((), dtype=torch.float64)) - tensors.get(f"t{number}", 0.0)
        z = torch.nn.functional.linear(signal, tensors[f"W{number}"], bias.expand(units)) + tensors[f"z{number}"]
        signal = activated(layer.activation, z) + tensors[f"a{number}"]
        found |= {f"z{number}": z, f"a{number}": signal}
    if run.arriving:
        return sum(number * found[array][place] for array, place, number in run.arriving)
    assert run.network.targets is not None
    assert run.network.loss is not None
    targets = [[float(entry.text) for entry in row] for row in run.network.targets]
    return lost(run.network.loss, torch.tensor(targets, dtype=torch.float64), signal)


def activated(choice: ActivationChoice, z: Any) -> Any:
    """The activations of a layer, by torch's own functions."""
    if choice.formula is not None:
        return walk(choice.formula, {"x": z}, FUNCTIONS)
    if choice.name == "leaky_relu":
        slope = float(choice.parameter.text) if choice.parameter is not None else 0.01
        return torch.nn.functional.leaky_relu(z, slope)
    shipped = {
        "identity": torch.nn.Identity(),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "softmax": torch.nn.Softmax(dim=1),
    }
    return shipped[choice.name](z)


def lost(choice: LossChoice, y: Any, a: Any) -> Any:
    """The loss, by torch's own losses; a mean over the samples is a sum divided by their number."""
    samples = len(y)
    share = 1.0 if choice.reduce == "sum" else 1 / samples
    if choice.formula is not None:
        return share * walk(choice.formula, {"y": y, "a": a}, FUNCTIONS).sum()
    match choice.kind:
        case "half_squared_error":
            return share * torch.nn.functional.mse_loss(a, y, reduction="sum") / 2
        case "squared_error":
            return share * torch.nn.functional.mse_loss(a, y, reduction="sum")
        case "mean_squared_error":
            constant = {None: 1 / samples, "1/N": 1 / samples, "1/(2N)": 1 / (2 * samples), "1/2": 0.5, "1": 1.0}
            return constant[choice.scale] * torch.nn.functional.mse_loss(a, y, reduction="sum")
        case "binary_cross_entropy":
            return share * torch.nn.functional.binary_cross_entropy(a, y, reduction="sum")
        case "cross_entropy":
            return -share * torch.special.xlogy(y, a).sum()
    raise ValueError(choice.kind)


def circuit_loss(problem: Problem, tensors: Arrays) -> Any:
    """What a circuit's gradients are of."""
    circuit = problem.circuit
    assert circuit is not None
    assert CircuitRun(circuit).start().keys() == tensors.keys()
    found = {name: tensors[name] for name, _ in circuit.values}
    waiting = dict(circuit.nodes)
    while waiting:
        for name, formula in list(waiting.items()):
            if names_in(formula) <= found.keys():
                found[name] = walk(waiting.pop(name), found, FUNCTIONS) + tensors[f"+{name}"]
    if circuit.upstream:
        return sum(float(number.text) * found[name] for name, number in circuit.upstream)
    return found[circuit.differentiate]

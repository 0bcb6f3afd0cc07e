"""Every gradient of a problem in float64, by automatic differentiation of the network itself.

Independent of the project: from the `Problem` straight to the numbers, by the `autograd` package. Nothing of the
derivation, of the evaluation or of the operations is used.

Every z and a (and every node of a circuit) has a *tap* added to it, an array of zeros. The gradient at the tap is the
gradient of that quantity: with one backward pass everything is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from walker import names_in, walk

from backprop_steps.problem.model import ActivationChoice, Circuit, LossChoice, Network, Problem

Arrays = dict[str, Any]
"""Parameters by name (`W1`, `b1`, `t1`) and taps by name (`z1`, `a1`, samples x units); or a circuit's scalars."""

SCALES: Mapping[str | None, Callable[[int], float]] = {
    None: lambda samples: 1 / samples,
    "1/N": lambda samples: 1 / samples,
    "1/(2N)": lambda samples: 1 / (2 * samples),
    "1/2": lambda samples: 0.5,
    "1": lambda samples: 1.0,
}


def sigmoid(x: Any) -> Any:
    return 1 / (1 + anp.exp(-x))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": anp.exp,
    "ln": anp.log,
    "sqrt": anp.sqrt,
    "sin": anp.sin,
    "cos": anp.cos,
    "tanh": anp.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: anp.where(x > 0, x, 0.0),
    "abs": anp.abs,
    "max": lambda *parts: _fold(anp.maximum, parts),
    "min": lambda *parts: _fold(anp.minimum, parts),
}


def _fold(function: Callable[..., Any], parts: tuple[Any, ...]) -> Any:
    result = parts[0]
    for part in parts[1:]:
        result = function(result, part)
    return result


def gradients(problem: Problem) -> dict[str, float]:
    """Values and gradients by the names of the project, generation after generation.

    Holds `L`, `z1[2]`, `a1[2]`, `W1[2,1]`, `dL/dW1[2,1]`, `dL/dz1[2]`, `dL/da1[2]` and so on (with the sample before a
    semicolon in a batch), then the same with `'` for every step of gradient descent; of a circuit `q`, `df/dq`, `x'`.
    """
    return collect(problem, lambda loss, arrays: grad(loss)(arrays))


def central_differences(problem: Problem, nudge: float = 1e-5) -> dict[str, float]:
    """The same names by nudging every single number both ways; no derivative is taken anywhere."""

    def differentiate(loss: Callable[[Arrays], Any], arrays: Arrays) -> Arrays:
        result = {}
        for name, array in arrays.items():
            slope = np.zeros(np.shape(array))
            for index in np.ndindex(slope.shape):
                ends = []
                for sign in (1, -1):
                    moved = np.array(array, dtype=float)
                    moved[index] += sign * nudge
                    ends.append(float(loss({**arrays, name: moved})))
                slope[index] = (ends[0] - ends[1]) / (2 * nudge)
            result[name] = slope
        return result

    return collect(problem, differentiate)


Differentiate = Callable[[Callable[[Arrays], Any], Arrays], Arrays]


def collect(problem: Problem, differentiate: Differentiate) -> dict[str, float]:
    """All the numbers of a problem, given how its loss is differentiated by every array."""
    run: LayeredRun | CircuitRun
    run = LayeredRun(problem.network) if problem.network is not None else CircuitRun(_circuit(problem))
    steps = problem.steps if problem.optimizer is not None else 0
    arrays = run.start()
    result: dict[str, float] = {}
    for generation in range(steps + 1):
        slopes = differentiate(run.loss, arrays)
        result |= run.report(arrays, slopes, generation)
        if generation < steps:
            arrays = _step(problem, run, arrays, slopes)
    return result


def _circuit(problem: Problem) -> Circuit:
    assert problem.circuit is not None
    return problem.circuit


def _step(problem: Problem, run: LayeredRun | CircuitRun, arrays: Arrays, slopes: Arrays) -> Arrays:
    """One step of gradient descent, each entry of its own: some may be frozen."""
    optimizer = problem.optimizer
    assert optimizer is not None
    assert optimizer.learning_rate is not None
    rate = float(optimizer.learning_rate.text)
    result = dict(arrays)
    for name in run.trained(optimizer.parameters):
        new = np.array(arrays[name], dtype=float)
        for index in np.ndindex(new.shape):
            element = run.element(name, index, 0)
            if not any(fits(pattern, element) or fits(pattern, name) for pattern in optimizer.frozen):
                new[index] -= rate * float(np.asarray(slopes[name])[index])
        result[name] = new
    return result


def fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern in which only `*` is special."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) is not None


@dataclass
class LayeredRun:
    """A layered network in numbers."""

    network: Network

    def __post_init__(self) -> None:
        self.layers = list(enumerate(self.network.layers, start=1))
        self.arriving: list[tuple[str, tuple[int, int], float]] = []
        for name, number in self.network.upstream:
            match = re.fullmatch(r"([za])(\d+)\[(?:(\d+);)?(\d+)\]", name)
            assert match is not None, name
            place = (int(match[3] or 1) - 1, int(match[4]) - 1)
            self.arriving.append((match[1] + match[2], place, float(number.text)))
        if self.arriving:
            self.layers = self.layers[: max(int(array[1:]) for array, _, _ in self.arriving)]
        if self.network.inputs is None:
            raise ValueError("a symbolic problem has no numbers")
        self.inputs = _array(self.network.inputs)
        self.samples = len(self.inputs)

    def start(self) -> Arrays:
        """The parameters as given, and taps of zeros."""
        arrays: Arrays = {}
        for number, layer in self.layers:
            assert layer.weights is not None
            arrays[f"W{number}"] = _array(layer.weights)
            if layer.bias_kind != "none":
                assert layer.bias is not None
                values = _array((layer.bias,))[0]
                letter = "t" if layer.bias_kind == "threshold" else "b"
                arrays[f"{letter}{number}"] = values[0] if layer.bias_kind == "shared" else values
            for letter in "za":
                arrays[f"{letter}{number}"] = np.zeros((self.samples, len(layer.weights)))
        return arrays

    def forward(self, arrays: Arrays) -> Arrays:
        """Every z and a, samples x units."""
        found: Arrays = {}
        signal = self.inputs
        for number, layer in self.layers:
            z = anp.dot(signal, anp.transpose(arrays[f"W{number}"]))
            if layer.bias_kind == "threshold":
                z = z - arrays[f"t{number}"]
            elif layer.bias_kind != "none":
                z = z + arrays[f"b{number}"]
            found[f"z{number}"] = z + arrays[f"z{number}"]
            found[f"a{number}"] = signal = activated(layer.activation, found[f"z{number}"]) + arrays[f"a{number}"]
        return found

    def loss(self, arrays: Arrays) -> Any:
        """The loss, or where gradients arrive the quantity of which they are the gradients."""
        found = self.forward(arrays)
        if self.arriving:
            return sum(number * found[array][place] for array, place, number in self.arriving)
        assert self.network.loss is not None
        assert self.network.targets is not None
        return lost(self.network.loss, _array(self.network.targets), found[f"a{len(self.layers)}"])

    def trained(self, parameters: tuple[str, ...]) -> list[str]:
        """The names of the arrays that are updated."""
        return [name for name in self.start() if name[0] in "Wbt"]

    def element(self, name: str, index: tuple[int, ...], generation: int) -> str:
        """The name of one number of an array."""
        name += "'" * generation
        if not index:
            return name
        ones = [str(i + 1) for i in index]
        if name[0] in "za":
            return f"{name}[{';'.join(ones)}]" if self.network.batch else f"{name}[{ones[1]}]"
        if name[0] == "W" and self.network.orientation == "rows":
            ones.reverse()
        return f"{name}[{','.join(ones)}]"

    def report(self, arrays: Arrays, slopes: Arrays, generation: int) -> dict[str, float]:
        """Values and gradients of one generation by name."""
        loss = "L" + "'" * generation
        values = {**arrays, **self.forward(arrays)}
        result = {} if self.arriving else {loss: float(self.loss(arrays))}
        last = f"a{len(self.layers)}"
        behind = {last} if self.arriving and last not in {array for array, _, _ in self.arriving} else set()
        for name in values.keys() - behind:
            for index, value in _entries(values[name]):
                element = self.element(name, index, generation)
                result[element] = value
                result[f"d{loss}/d{element}"] = float(np.asarray(slopes[name])[index])
        return result


def activated(choice: ActivationChoice, z: Any) -> Any:
    """The activations of a layer, samples x units."""
    if choice.formula is not None:
        return walk(choice.formula, {"x": z}, FUNCTIONS)
    match choice.name:
        case "identity":
            return z
        case "leaky_relu":
            slope = float(choice.parameter.text) if choice.parameter is not None else 0.01
            return anp.where(z > 0, z, slope * z)
        case "softmax":
            powers = anp.exp(z - anp.max(z, axis=1, keepdims=True))
            return powers / anp.sum(powers, axis=1, keepdims=True)
        case "sigmoid" | "tanh" | "relu":
            return FUNCTIONS[choice.name](z)
    raise ValueError(f"{choice.name} is only a name; it has no numbers")


def lost(choice: LossChoice, y: Any, a: Any) -> Any:
    """The loss of targets y and outputs a, samples x units."""
    samples = len(y)
    over_samples = 1.0 if choice.reduce == "sum" else 1 / samples
    if choice.formula is not None:
        return over_samples * anp.sum(walk(choice.formula, {"y": y, "a": a}, FUNCTIONS))
    match choice.kind:
        case "half_squared_error":
            return over_samples * 0.5 * anp.sum((y - a) ** 2)
        case "squared_error":
            return over_samples * anp.sum((y - a) ** 2)
        case "mean_squared_error":
            return SCALES[choice.scale](samples) * anp.sum((y - a) ** 2)
        case "binary_cross_entropy":
            return -over_samples * anp.sum(y * anp.log(a) + (1 - y) * anp.log(1 - a))
        case "cross_entropy":
            return -over_samples * anp.sum(y * anp.log(a))
    raise ValueError(choice.kind)


@dataclass
class CircuitRun:
    """A circuit in numbers. Every name has a tap (`+q`); the gradient of a name is the gradient at its tap."""

    circuit: Circuit

    def start(self) -> Arrays:
        """The values as given, and taps of zeros."""
        arrays: Arrays = {}
        for name, number in self.circuit.values:
            if number is None:
                raise ValueError("a symbolic problem has no numbers")
            arrays[name] = float(number.text)
        return {**arrays, **{f"+{name}": 0.0 for name, _ in self.circuit.nodes}}

    def forward(self, arrays: Arrays) -> Arrays:
        """Every node, whatever the order of the file."""
        found = {name: arrays[name] for name, _ in self.circuit.values}
        waiting = dict(self.circuit.nodes)
        while waiting:
            ready = [name for name, formula in waiting.items() if names_in(formula) <= found.keys()]
            for name in ready:
                found[name] = walk(waiting.pop(name), found, FUNCTIONS) + arrays[f"+{name}"]
        return found

    def loss(self, arrays: Arrays) -> Any:
        """What is differentiated, or where gradients arrive the quantity of which they are the gradients."""
        found = self.forward(arrays)
        if self.circuit.upstream:
            return sum(float(number.text) * found[name] for name, number in self.circuit.upstream)
        return found[self.circuit.differentiate]

    def trained(self, parameters: tuple[str, ...]) -> list[str]:
        """The names of the values that are updated."""
        return list(parameters)

    def element(self, name: str, index: tuple[int, ...], generation: int) -> str:
        """The name of a node."""
        return name + "'" * generation

    def report(self, arrays: Arrays, slopes: Arrays, generation: int) -> dict[str, float]:
        """Values and gradients of one generation by name."""
        primes = "'" * generation
        result = {}
        for name, value in self.forward(arrays).items():
            result[name + primes] = float(value)
            slope = slopes[f"+{name}" if f"+{name}" in slopes else name]
            result[f"d{self.circuit.differentiate}{primes}/d{name}{primes}"] = float(slope)
        return result


def _array(rows: tuple[tuple[Any, ...], ...]) -> Any:
    return np.array([[float(entry.text) for entry in row] for row in rows])


def _entries(array: Any) -> Iterator[tuple[tuple[int, ...], float]]:
    array = np.asarray(array)
    for index in np.ndindex(array.shape):
        yield index, float(array[index])

"""Random problems for Hypothesis: layered networks and circuits whose numbers stay finite, and off every kink."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal, get_args

import numpy as np
from circuit_strategies import circuits
from hypothesis import assume
from hypothesis import strategies as st
from oracle import gradients

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Apply, Expression, Negative, Number, Ref
from backprop_steps.problem.model import ActivationChoice, Layer, LossChoice, Network, Optimizer, Problem, Row

__all__ = ["circuits", "literals", "networks", "problems"]

X = Ref(Quantity("variable", name="x"))
Y = Ref(Quantity("variable", name="y"))
A = Ref(Quantity("variable", name="a"))

CUSTOM_ACTIVATIONS: dict[str, Expression] = {
    "swish": X / (1 + Apply("exp", (Negative(X),))),
    "softplus": Apply("ln", (1 + Apply("exp", (X,)),)),
    "square": X**2,
    "wave": Apply("sin", (X,)) + X,
    "squash": X / Apply("sqrt", (1 + X**2,)),
    "gate": Apply("tanh", (X,)) * Apply("sigmoid", (X,)),
}
CUSTOM_LOSSES: dict[str, Expression] = {
    "quartic": (Y - A) ** 4,
    "gentle": Apply("ln", (1 + (Y - A) ** 2,)),
    "tilted": Apply("exp", ((A - Y) / 10,)) - (A - Y) / 10,
}
ELEMENTWISE = ("identity", "sigmoid", "tanh", "relu", "leaky_relu")
LOGARITHMIC = ("binary_cross_entropy", "cross_entropy")
SQUARED = ("half_squared_error", "squared_error", "mean_squared_error")
LARGEST_Z = 12
"""Beyond it 1 - sigmoid(z) has lost the digits that a comparison at 1e-10 needs."""
LEAST_SHARE = 1e-4
"""How near the outputs may come to 0 and 1 where the loss takes their logarithms."""
SMALLEST_Z = 1e-4
"""How near a relu may come to its kink."""
LARGEST_NUMBER = 1e6

BiasKind = Literal["per_unit", "shared", "none", "threshold"]


def problems() -> st.SearchStrategy[Problem]:
    """Networks and circuits."""
    return st.one_of(networks(), circuits())


@st.composite
def literals(draw: st.DrawFn, least: int = -2, most: int = 2) -> Number:
    """A number of one to three decimals, as a person would write it."""
    places = draw(st.integers(1, 3))
    return Number(str(Decimal(draw(st.integers(least * 10**places, most * 10**places))).scaleb(-places)))


def rows(count: int, length: int) -> st.SearchStrategy[tuple[Row, ...]]:
    """Rows of numbers, all of one length."""
    row = st.lists(literals(), min_size=length, max_size=length).map(tuple)
    return st.lists(row, min_size=count, max_size=count).map(tuple)


@st.composite
def networks(draw: st.DrawFn) -> Problem:
    """A layered network of 1-4 layers with 1-5 units, one sample or a batch of 1-4, with or without updates."""
    loss = draw(losses())
    batch = draw(st.booleans())
    samples = draw(st.integers(1, 4)) if batch else 1
    input_units = units = draw(st.integers(1, 5))
    layers: list[Layer] = []
    count = draw(st.integers(1, 4))
    for number in range(1, count + 1):
        choice = draw(activations(loss if number == count else None))
        layer = draw(layers_of(choice, units))
        layers.append(layer)
        assert isinstance(layer.units, int)
        units = layer.units
    network = Network(
        input_units=input_units,
        layers=tuple(layers),
        samples=samples,
        batch=batch,
        inputs=draw(rows(samples, input_units)),
        targets=draw(targets(loss, layers[-1].activation, samples, units)),
        loss=loss,
        orientation=draw(st.sampled_from((None, "columns", "rows"))),
    )
    problem = Problem("A random network", network=network, optimizer=None)
    for _ in range(3):
        if not moderate(problem):
            problem = _tenfold_smaller(problem)
    assume(sound(problem))
    updated = replace(problem, optimizer=draw(optimizers(network)), steps=draw(st.integers(1, 2)))
    # A step of descent can be too far for float64; then the steps are fewer.
    return next((tried for tried in (updated, replace(updated, steps=1)) if sound(tried)), problem)


def losses() -> st.SearchStrategy[LossChoice]:
    """A shipped loss with every option it has, or a custom one."""
    reductions = st.sampled_from(get_args(Literal["mean", "sum"]))
    scales = st.sampled_from((None, "1/N", "1/(2N)", "1/2", "1"))
    kinds = st.sampled_from((*SQUARED[:2], *LOGARITHMIC))
    custom = st.sampled_from(sorted(CUSTOM_LOSSES))
    return st.one_of(
        st.builds(LossChoice, kinds, reductions),
        st.builds(lambda scale: LossChoice(SQUARED[2], scale=scale), scales),
        st.builds(lambda name, reduce: LossChoice(name, reduce, formula=CUSTOM_LOSSES[name]), custom, reductions),
    )


@st.composite
def activations(draw: st.DrawFn, loss: LossChoice | None) -> ActivationChoice:
    """An activation that fits the loss; with no loss, of a hidden layer, any."""
    if loss is not None and loss.kind in LOGARITHMIC:
        return ActivationChoice(draw(st.sampled_from(("sigmoid", "softmax"))))
    name = draw(st.sampled_from((*ELEMENTWISE, "softmax", *sorted(CUSTOM_ACTIVATIONS))))
    if name == "leaky_relu":
        return ActivationChoice(name, parameter=Number(draw(st.sampled_from(["0.2", "0.05"]))))
    return ActivationChoice(name, formula=CUSTOM_ACTIVATIONS.get(name))


@st.composite
def layers_of(draw: st.DrawFn, choice: ActivationChoice, inputs: int) -> Layer:
    """A layer with this activation over so many inputs, with any kind of bias."""
    units = draw(st.integers(2 if choice.name == "softmax" else 1, 5))
    kind: BiasKind = draw(st.sampled_from(get_args(BiasKind)))
    bias = None if kind == "none" else draw(rows(1, 1 if kind == "shared" else units))[0]
    return Layer(units, choice, draw(rows(units, inputs)), kind, bias)


@st.composite
def targets(draw: st.DrawFn, loss: LossChoice, output: ActivationChoice, samples: int, units: int) -> tuple[Row, ...]:
    """Targets that the loss takes: any, between 0 and 1, or shares that sum to 1."""
    if loss.kind == "cross_entropy":
        # Ten tenths are dealt out to the units.
        dealt = st.lists(st.integers(0, units - 1), min_size=10, max_size=10)
        one = st.integers(0, units - 1).map(lambda unit: [unit] * 10)
        found = []
        for _ in range(samples):
            where = draw(st.one_of(one, dealt))
            found.append(tuple(Number(str(Decimal(where.count(unit)).scaleb(-1))) for unit in range(units)))
        return tuple(found)
    entry = literals()
    if loss.kind == "binary_cross_entropy":
        entry = st.one_of(st.sampled_from(("0", "1")).map(Number), literals(0, 1))
    row = st.lists(entry, min_size=units, max_size=units).map(tuple)
    return draw(st.lists(row, min_size=samples, max_size=samples).map(tuple))


@st.composite
def optimizers(draw: st.DrawFn, network: Network) -> Optimizer:
    """Gradient descent, now and then with parameters that stay as they are."""
    patterns = ["W1", f"W{len(network.layers)}*", "W1[1,1]", "*[1,1]"]
    if any(layer.bias_kind in ("per_unit", "shared") for layer in network.layers):
        patterns.append("b*")
    frozen = draw(st.lists(st.sampled_from(patterns), max_size=2, unique=True)) if draw(st.booleans()) else []
    return Optimizer(draw(st.sampled_from(("0.05", "0.1", "0.25", "0.5")).map(Number)), tuple(frozen))


def moderate(problem: Problem) -> bool:
    """Whether float64 can be trusted with this problem, updates included: finite, of moderate size, not saturated."""
    network = problem.network
    assert network is not None
    assert network.loss is not None
    with np.errstate(all="ignore"):
        numbers = gradients(problem)
    if not all(abs(value) < LARGEST_NUMBER for value in numbers.values()):
        return False
    if any(abs(value) > LARGEST_Z for name, value in numbers.items() if name.startswith("z")):
        return False
    last = f"a{len(network.layers)}"
    outputs = [value for name, value in numbers.items() if name.startswith(last)]
    return network.loss.kind not in LOGARITHMIC or all(LEAST_SHARE < a < 1 - LEAST_SHARE for a in outputs)


def off_kinks(problem: Problem) -> bool:
    """Whether no relu is near its kink, before and after the updates."""
    network = problem.network
    assert network is not None
    kinked = [n for n, layer in enumerate(network.layers, start=1) if layer.activation.name in ("relu", "leaky_relu")]
    return not kinked or all(
        abs(value) > SMALLEST_Z
        for name, value in gradients(problem).items()
        if any(name.startswith((f"z{number}[", f"z{number}'")) for number in kinked)
    )


def sound(problem: Problem) -> bool:
    """Whether the numbers of the problem can be compared with those of the oracle."""
    return moderate(problem) and off_kinks(problem)


def _tenfold_smaller(problem: Problem) -> Problem:
    """The same network with the decimal point of every weight one place further left."""
    assert problem.network is not None

    def shift(entry: Number) -> Number:
        return Number(f"{entry.value.scaleb(-1):f}")

    layers = []
    for layer in problem.network.layers:
        assert layer.weights is not None
        layers.append(replace(layer, weights=tuple(tuple(map(shift, row)) for row in layer.weights)))
    return replace(problem, network=replace(problem.network, layers=tuple(layers)))

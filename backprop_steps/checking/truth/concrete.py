"""Problems with numbers for their letters: what is true of all of them is true in symbols.

Every size that is a letter becomes a small number, every value a random decimal; a function that is only a name becomes
some smooth function. The first has positive values only and takes a small step, so that every ReLU is alive before an
update and after it; the others take both signs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from backprop_steps.expression.tree import Expression, Number, expression
from backprop_steps.network.build import chosen_loss
from backprop_steps.operations.base import Domain, X
from backprop_steps.problem.model import Circuit, Layer, LossChoice, Network, Optimizer, Problem, Row, Size

SIZES = (3, 2, 4, 5, 6, 7)
"""What a size that is a letter becomes, the first letter first: different ones, so that no shape fits by chance."""


def concrete_sizes(network: Network) -> dict[str, int]:
    """A number for every size that is a letter; none that another size has already, where that can be."""
    sizes: tuple[Size, ...] = (network.samples, network.input_units, *(layer.units for layer in network.layers))
    letters = list(dict.fromkeys(size for size in sizes if isinstance(size, str)))
    taken = {size for size in sizes if isinstance(size, int)}
    free = [size for size in SIZES if size not in taken] + list(SIZES)
    return dict(zip(letters, free, strict=False))


def random_problem(problem: Problem, seed: int, *, positive: bool, keep_targets: bool = False) -> Problem:
    """The problem with random numbers, and numbers for the sizes that are letters. Deterministic in `seed`."""
    draw = _Draw(random.Random(seed), positive)
    optimizer = problem.optimizer or Optimizer()
    one = optimizer.learning_rate is not None and optimizer.learning_rate.value == 1
    # a learning rate of 1 is left out of the rule
    step = draw.between(0.002, 0.009) if positive else draw.between(0.1, 0.9)
    rate = replace(optimizer, learning_rate=optimizer.learning_rate if one else step)
    if problem.circuit is not None:
        return replace(problem, circuit=draw.circuit(problem.circuit), optimizer=rate, steps=1)
    assert problem.network is not None
    return replace(problem, network=draw.network(problem.network, keep_targets), optimizer=rate, steps=1)


def sized(network: Network, sizes: Mapping[str, int]) -> Network:
    """The network with numbers for the sizes that are letters."""

    def size(value: Size) -> int:
        return sizes[value] if isinstance(value, str) else value

    layers = tuple(replace(layer, units=size(layer.units)) for layer in network.layers)
    return replace(network, input_units=size(network.input_units), samples=size(network.samples), layers=layers)


class _Draw:
    """Random parts of a problem."""

    def __init__(self, chance: random.Random, positive: bool) -> None:
        self.chance, self.positive = chance, positive

    def between(self, low: float, high: float) -> Number:
        return Number(f"{self.chance.uniform(low, high):.5f}")

    def number(self) -> Number:
        size = self.chance.uniform(0.15, 1.2)
        negative = not self.positive and self.chance.random() < 0.5
        return Number(f"{-size if negative else size:.5f}")

    def row(self, size: int) -> Row:
        return tuple(self.number() for _ in range(size))

    def network(self, network: Network, keep_targets: bool) -> Network:
        network = sized(network, concrete_sizes(network))
        assert isinstance(network.input_units, int)
        assert isinstance(network.samples, int)
        before = network.input_units
        layers = []
        for layer in network.layers:
            layers.append(self.layer(layer, before))
            assert isinstance(layer.units, int)
            before = layer.units
        targets = network.targets
        if not (keep_targets and targets is not None):
            targets = tuple(self.targets(before, network.loss) for _ in range(network.samples))
        return replace(
            network,
            inputs=tuple(self.row(network.input_units) for _ in range(network.samples)),
            targets=targets if network.loss is not None else None,
            layers=tuple(layers),
            upstream=tuple((name, self.number()) for name, _ in network.upstream),
        )

    def layer(self, layer: Layer, before: int) -> Layer:
        assert isinstance(layer.units, int)
        activation = layer.activation
        if activation.bare:
            activation = replace(activation, bare=False, formula=_stand_in(activation.name))
        count = {"per_unit": layer.units, "threshold": layer.units, "shared": 1, "none": 0}[layer.bias_kind]
        weights = tuple(self.row(before) for _ in range(layer.units))
        return replace(layer, activation=activation, weights=weights, bias=self.row(count) if count else None)

    def targets(self, outputs: int, loss: LossChoice | None) -> Row:
        wanted: Domain = chosen_loss(loss).targets if loss is not None else "any"
        if wanted == "distribution":
            cuts = [self.chance.randint(1, 9) for _ in range(outputs)]
            parts = [round(cut / sum(cuts), 3) for cut in cuts[:-1]]
            return tuple(Number(f"{part:.3f}") for part in (*parts, 1 - sum(parts)))
        if wanted == "unit_interval" or (loss is not None and loss.formula is not None):
            return tuple(self.between(0.1, 0.9) for _ in range(outputs))
        return self.row(outputs)

    def circuit(self, circuit: Circuit) -> Circuit:
        # A logarithm or a root may want its argument on the side where the problem has it.
        values = tuple((name, self.near(number)) for name, number in circuit.values)
        return replace(circuit, values=values, upstream=tuple((name, self.number()) for name, _ in circuit.upstream))

    def near(self, number: Number | None) -> Number:
        if number is None or not number.value:
            return self.number()
        size = abs(float(number.value)) * self.chance.uniform(0.6, 1.6)
        negative = (number.value < 0) != (not self.positive and self.chance.random() < 0.25)
        return Number(f"{-size if negative else size:.5f}")


def _stand_in(name: str) -> Expression:
    """A smooth function in the place of one that is only a name."""
    seed = sum(map(ord, name)) % 7 + 2
    return expression(f"0.{seed}") * X + expression(f"0.0{seed}7") * X**2 + expression("0.13")


def seeds() -> Iterator[int]:
    """The seeds of the random problems, without end: one whose numbers do not exist is passed over."""
    seed = 20_251
    while True:
        yield seed
        seed += 1

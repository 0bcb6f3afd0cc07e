"""What is true of the problem: its own world, where it has numbers, and random ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import Literal

from backprop_steps.checking.truth.concrete import concrete_sizes, random_problem, seeds
from backprop_steps.checking.truth.literals import digits
from backprop_steps.checking.truth.tensors import Label
from backprop_steps.checking.truth.valuation import Valuation
from backprop_steps.checking.truth.world import Unknown, World
from backprop_steps.derivation.derive import derive, functions_of
from backprop_steps.derivation.steps import Derivation
from backprop_steps.errors import UserError
from backprop_steps.evaluation.evaluate import Evaluation, evaluate
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.quantity import LEARNING_RATE, Axis, Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression
from backprop_steps.network.build import build, chosen_loss
from backprop_steps.network.graph import Graph
from backprop_steps.network.shape import shape_of
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import can_say
from backprop_steps.notation.profile import Conventions
from backprop_steps.notation.spelling import SAMPLED
from backprop_steps.problem.model import Optimizer, Problem, Rounding

RANDOM_WORLDS = 5
MOST_TRIES = 60
LONGEST_ROUNDED = 12
"""Nobody goes on by hand from numbers rounded to more digits."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs that a page gives delta (1: dL/dz) and the error (1: target minus output), and how its arrays lie.

    `rows`: a sample is a row, and a weight's rows are where it comes from; `turned`: a weight's rows are its other end.
    `definitions` are what the page has named, u = 1 + e^(-x).
    """

    delta: int = 1
    error: int = 1
    rows: bool = False
    turned: bool = False
    definitions: Mapping[str, Expression] = field(default_factory=dict)

    @staticmethod
    def of(conventions: Conventions) -> Signs:
        """Those of a notation."""
        return Signs(conventions.delta_sign, conventions.error_sign)

    def sign(self, role: str) -> int:
        """The sign that the page gives a quantity of this role."""
        return self.delta if role == "delta" else self.error if role == "error" else 1


class Truth:
    """The worlds of one problem. `own` is None where it is symbolic, or where its numbers do not exist.

    All have the same structure: `graph` is that of the random ones, with numbers for all sizes.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._axes: dict[Quantity, tuple[Axis, ...]] = {}
        self._names: dict[Quantity, Quantity] = {}
        self._carried: dict[Rounding, tuple[Evaluation, ...]] = {}
        self.sizes = concrete_sizes(problem.network) if problem.network is not None else {}
        self.own = _own_world(problem)
        self.worlds = tuple(_random_worlds(problem))
        kept = problem.network is not None and problem.network.targets is not None and _told(problem)
        self.given_targets = tuple(_random_worlds(problem, keep_targets=True)) if kept else ()
        """Worlds with the problem's own targets, where these are classes: -ln p_2 is the loss of the second class."""
        self._numbers = {id(world): number for number, world in enumerate((*self.worlds, *self.given_targets))}
        """Which world is which; one that is not listed counts as the first."""
        self.concrete = random_problem(problem, next(seeds()), positive=True)
        """The problem with numbers for all its sizes."""
        self.graph: Graph = self.worlds[0].graph
        self.compared: dict[Hashable, bool | None] = {}
        """Of formulas that pages have had: whether they are true in every world."""
        self.shared_bias = {p.layer for p in self.graph.parameters if p.role == "bias" and not p.index}

    @cached_property
    def with_targets(self) -> tuple[World, ...]:
        """Worlds with the problem's own targets; none where it has none."""
        if self.problem.network is None or self.problem.network.targets is None:
            return ()
        return self.given_targets or tuple(_random_worlds(self.problem, keep_targets=True))

    def axes(self, quantity: Quantity) -> tuple[Axis, ...]:
        """The axes of an array that its indices leave open."""
        found = self._axes.get(quantity)
        if found is None:
            found = self._axes[quantity] = self._open_axes(quantity)
        return found

    def _open_axes(self, quantity: Quantity) -> tuple[Axis, ...]:
        if self.graph.depth == 0 or quantity.role in (
            "derivative",
            "loss",
            "learning_rate",
            "samples",
            "node",
            "variable",
        ):
            return ()
        units, layer = self.graph.units, quantity.layer
        found: list[Axis] = []
        if not quantity.index and not (quantity.role == "bias" and layer in self.shared_bias):
            found.append(Axis("unit", layer, units[layer]))
            if quantity.role == "weight":
                found.append(Axis("unit", layer - 1, units[layer - 1]))
        if self.graph.batch and quantity.sample is None and quantity.role in SAMPLED:
            found.append(Axis("sample", 0, self.graph.samples))
        return tuple(found)

    def carried(self, quantity: Quantity, literal: str | None, signs: Signs) -> set[Decimal]:
        """What an element comes to, in the page's signs, where the problem itself goes on from rounded values; nothing
        where it does not.

        With a literal it is what comes of values that were all rounded as that one is: a table of results shows none of
        the numbers on the way. What is rounded is what is printed, and that depends on the notation: there may be
        several.
        """
        found = set()
        for rounding in self._roundings(literal):
            if rounding not in self._carried:
                self._carried[rounding] = self._evaluations(rounding)
            for evaluation in self._carried[rounding]:
                theirs = Signs.of(evaluation.derivation.profile.conventions).sign(quantity.role)
                with suppress(KeyError):
                    found.add(signs.sign(quantity.role) * theirs * evaluation.value(quantity))
        return found

    def _roundings(self, literal: str | None) -> Iterator[Rounding]:
        own = self.problem.rounding
        if self.own is None:
            return
        if own.carry == "rounded":
            yield own
        exponent = Decimal(literal).as_tuple().exponent if literal is not None else None
        if literal is None or not isinstance(exponent, int) or digits(literal) > LONGEST_ROUNDED:
            return
        zeros = len(literal) - len(literal.rstrip("0"))
        for more in range(-1, min(zeros, 2) + 1):  # zeros at its end may have been added, or one left out
            yield Rounding(digits(literal) - more, "significant", own.mode, "rounded")
            yield Rounding(max(-exponent - more, 0), "places", own.mode, "rounded")

    def _evaluations(self, rounding: Rounding) -> tuple[Evaluation, ...]:
        found: list[Evaluation | None] = []
        for derivation in self._derivations:
            with suppress(UserError, ArithmeticError):
                found.append(evaluate(derivation, rounding, self.problem.steps))
        return tuple(evaluation for evaluation in found if evaluation is not None)

    @cached_property
    def _derivations(self) -> tuple[Derivation, ...]:
        """The derivation in every notation that can say the problem."""
        found: list[Derivation] = []
        for name, _ in profiles():
            profile = load_profile(name)
            graph = build(self.problem, profile.conventions)
            if can_say(profile, shape_of(graph)) is None:
                with suppress(UserError, ArithmeticError):
                    found.append(derive(graph, profile))
        return tuple(found)

    def number(self, world: World, quantity: Quantity, signs: Signs) -> Decimal:
        """The value of an element in a world. Raises Unknown."""
        role = quantity.role
        if role == "variable":
            return _variable(self._numbers.get(id(world), 0), quantity.name or "")
        sign = signs.sign(role)
        if quantity.of is not None and quantity.by is not None:
            sign = signs.sign(quantity.of.role) * signs.sign(quantity.by.role)
        return sign * world.value(self.settled(quantity))

    def any_numbers(self, node: Expression, signs: Signs) -> set[str]:
        """The letters in a formula that stand for any number: no names of the page's own, no nodes of a circuit."""
        names = {quantity.name for quantity in quantities(node) if quantity.role == "variable"}
        given = {quantity.name for quantity in self.graph.values}
        return {name for name in names - given if name is not None and name not in signs.definitions}

    def settled(self, quantity: Quantity) -> Quantity:
        """An element under the name that the graph has for it; the only entry of an array is that array."""
        found = self._names.get(quantity)
        if found is None:
            found = self._names[quantity] = self._named(quantity)
        return found

    def _named(self, quantity: Quantity) -> Quantity:
        if quantity.of is not None and quantity.by is not None:
            of, by = self.settled(quantity.of), self.settled(quantity.by)
            return Quantity("derivative", name=quantity.name, of=of, by=by)
        axes = self.axes(quantity)
        if axes and all(axis.size == 1 for axis in axes):
            units = [*quantity.index, *(1 for axis in axes if axis.kind == "unit")]
            sample = 1 if any(axis.kind == "sample" for axis in axes) else quantity.sample
            quantity = quantity.at(*units, sample=sample)
        if quantity.role == "bias" and quantity.layer in self.shared_bias and quantity.index:
            return Quantity("bias", quantity.layer, generation=quantity.generation)
        if quantity.role == "partial_loss" and self.graph.producer(quantity.after(-quantity.generation)) is None:
            return Quantity("loss", generation=quantity.generation)
        return quantity

    def valuation(self, world: World, signs: Signs) -> Valuation:
        """What evaluates formulas in a world, with the page's signs."""
        number = partial(self.number, world, signs=signs)
        return Valuation(number, self.axes, world.functions, signs.definitions)

    def elements(self, quantity: Quantity) -> Iterator[tuple[dict[Label, int], Quantity]]:
        """Every element of a quantity whose indices are numbers, with what was chosen along its open axes."""
        from itertools import product

        axes = self.axes(quantity)
        ranges = [range(1, axis.size + 1) for axis in axes if isinstance(axis.size, int)]
        for choice in product(*ranges):
            sample, units, index = quantity.sample, list(quantity.index), {}
            for axis, number in zip(axes, choice, strict=True):
                assert isinstance(axis.size, int)
                index[Label(axis.kind, axis.layer, axis.size)] = number
                if axis.kind == "sample":
                    sample = number
                else:
                    units.append(number)
            yield index, quantity.at(*units, sample=sample) if axes else quantity


def _own_world(problem: Problem) -> World | None:
    graph = _graph(problem)
    if graph.symbolic or any(op.activation is not None and _bare(op.activation) for op in graph.operations):
        return None
    updates = problem.steps if LEARNING_RATE in graph.values else 0
    try:
        return World(graph, functions_of(graph), updates)
    except (ArithmeticFault, Unknown):
        return None


def _bare(activation: object) -> bool:
    return getattr(activation, "formula", None) is None and not getattr(activation, "coupled", False)


def _told(problem: Problem) -> bool:
    """Whether the targets are classes or probabilities, which formulas leave out where they are 0 or 1."""
    loss = problem.network.loss if problem.network is not None else None
    return loss is not None and chosen_loss(loss).targets in ("distribution", "unit_interval")


def _random_worlds(problem: Problem, *, keep_targets: bool = False) -> Iterator[World]:
    """As many worlds as are wanted whose numbers exist."""
    made = 0
    for tries, seed in enumerate(seeds()):
        if made == RANDOM_WORLDS or tries == MOST_TRIES:
            return
        positive = made == 0 and tries < MOST_TRIES // 3
        graph = _graph(random_problem(problem, seed, positive=positive, keep_targets=keep_targets))
        try:
            world = World(graph, functions_of(graph), min(problem.steps, 1), max(problem.steps - 1, 0))
        except (ArithmeticFault, Unknown):
            continue
        made += 1
        yield world


def _graph(problem: Problem) -> Graph:
    profile = load_profile("circuit" if problem.circuit is not None else "layer")
    conventions = replace(profile.conventions, split_loss=True, orientation=_orientation(problem))
    return build(problem if problem.optimizer is not None else replace(problem, optimizer=Optimizer()), conventions)


def _orientation(problem: Problem) -> Literal["rows", "columns"]:
    network = problem.network
    if network is not None and network.orientation is not None:
        return network.orientation
    return load_profile(problem.notation).conventions.orientation


def _variable(world: int, name: str) -> Decimal:
    """Some value for a letter that stands for any number: another in every world, now below 0 and now above."""
    size = Decimal(sum(map(ord, name)) * 7 % 97 + 211 * world + 160) / Decimal(613)
    return -size if world % 2 else size

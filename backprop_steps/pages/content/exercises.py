"""Exercises made of this very network, each with its answer, calculated and not written down beforehand.

Each maker is a row of EXERCISES; the wording of an exercise and of its answer is the template's, under its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import prod

from backprop_steps.derivation.steps import Passage
from backprop_steps.evaluation.evaluate import Evaluation, elements, evaluate
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.quantity import LEARNING_RATE, Letter, Quantity, derivative
from backprop_steps.expression.transform import quantities, rename_quantity
from backprop_steps.expression.tree import Number, Product
from backprop_steps.notation.notation import NotationError
from backprop_steps.operations.losses import LOSSES
from backprop_steps.pages.content.faults import NoNumberError
from backprop_steps.pages.telling.answers import nudged
from backprop_steps.pages.telling.lines import Line, Member
from backprop_steps.pages.telling.telling import Binding, Telling
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.printing import Printing, Row
from backprop_steps.problem.again import replaced
from backprop_steps.problem.model import ActivationChoice, Problem, Replacement

NUDGE = Decimal("0.1")
"""By how much a parameter is moved: far enough that its slope is not all that is to be seen."""
LONGER = Decimal(10)
"""So many times as long is the step that is asked about."""
OTHER = {"sigmoid": "tanh", "tanh": "sigmoid", "relu": "sigmoid", "leaky_relu": "tanh", "identity": "tanh"}
"""The activation that is asked about in the place of each."""
_ON_THE_WAY = 12
"""An answer with more lines than these on the way to it leaves them to the pages before."""
_ROWS = 9
"""A chain of more rows than these is not put in element by element."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. `about` are the formulas it names, `numbers` the values, `words` names of functions.

    `rows` are what its answer shows as a display; `layer` is the layer it is about, `sign` -1, 0 or 1 where its answer
    depends on whether something falls or rises.
    """

    key: str
    about: tuple[Formula, ...] = ()
    numbers: tuple[Number, ...] = ()
    words: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    layer: int = 0
    sign: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What exercises are made of. `other` tells another problem in the same notation."""

    problem: Problem
    telling: Telling
    printing: Printing
    other: Callable[[Problem], Telling]

    @property
    def evaluation(self) -> Evaluation | None:
        """The numbers, where there are any."""
        return self.telling.evaluation

    @property
    def in_numbers(self) -> bool:
        """Whether symbols that stand for numbers are other ones."""
        return self.telling.notation.conventions.arrangement == "formulas_first" and self.evaluation is not None

    def formula(self, quantity: Quantity) -> Formula:
        """A quantity, in the symbols of the numbers where there are numbers."""
        return Formula(self.printing.tex(quantity, quantity.layer, self.in_numbers))

    def gradient(self, quantity: Quantity) -> Formula:
        """The derivative of the goal by a quantity."""
        return Formula(self.printing.tex(derivative(self.telling.derivation.graph.goal, quantity), quantity.layer))


def exercises(setting: Setting) -> tuple[Exercise, ...]:
    """The exercises in the order in which they are set."""
    return tuple(found for maker in EXERCISES for found in maker(setting))


def _by_hand(setting: Setting) -> Iterator[Exercise]:
    """One gradient, the furthest from the goal, to be worked out alone."""
    found = _furthest(setting.telling)
    if found is None:
        return
    passage, binding = found
    telling = setting.telling
    quantity = telling.at(passage.quantity, binding) if binding is not None else passage.quantity.array()
    assert quantity.by is not None
    lines = [*_on_the_way(setting, passage, binding), *_worked(setting, telling, passage, binding)]
    rows = [row for line in lines for row in setting.printing.rows(line)]
    yield Exercise("by_hand", (setting.gradient(quantity.by),), rows=tuple(rows), layer=quantity.by.layer)


def _other_activation(setting: Setting) -> Iterator[Exercise]:
    """The same network with another activation in its first layer: what changes in a formula, and in the numbers."""
    network = setting.problem.network
    found = _furthest(setting.telling)
    if network is None or network.again_with or network.parts or found is None:
        return
    name = network.layers[0].activation.name
    only = len(network.layers) == 1
    squared = network.loss is not None and network.loss.kind in LOSSES and "squared" in network.loss.kind
    if name not in OTHER or (only and not squared):
        return
    again = replace(network, again_with=(Replacement(1, ActivationChoice(OTHER[name])),))
    try:
        told = setting.other(replaced(replace(setting.problem, network=again))[0])
    except (NotationError, NoNumberError):
        return
    goal = setting.telling.derivation.graph.goal
    other = told.derivation.passage(found[0].quantity)
    if other is None:
        return
    lines = [*_slope_lines(setting, told, other, found[1]), *_worked(setting, told, other, found[1])]
    printing = setting.printing.of(told.notation)
    rows = [row for line in lines for row in printing.rows(replace(line, members=_ends(line.members)))]
    numbers: tuple[Number, ...] = ()
    sign = 0
    if setting.evaluation is not None and told.evaluation is not None and told.evaluation.has(goal):
        numbers = (setting.evaluation.shown(goal), told.evaluation.shown(goal))
        sign = _sign(told.evaluation.value(goal) - setting.evaluation.value(goal))
    assert found[0].quantity.by is not None
    about = setting.telling.at(found[0].quantity, found[1]) if found[1] is not None else found[0].quantity.array()
    assert about.by is not None
    yield Exercise(
        "other_activation", (setting.gradient(about.by),), numbers, (name, OTHER[name]), tuple(rows), 1, sign
    )


def _nudge(setting: Setting) -> Iterator[Exercise]:
    """By how much the goal changes when the parameter that it depends on most is moved: by the slope, and in truth."""
    evaluation = setting.evaluation
    derivation = setting.telling.derivation
    graph = derivation.graph
    if evaluation is None or not evaluation.has(graph.goal):
        return
    parameter = _steepest(setting.telling)
    if parameter is None:
        return
    slope = evaluation.value(derivative(graph.goal, parameter))
    exact = replace(setting.problem.rounding, carry="exact")
    try:
        change = nudged(derivation, parameter, NUDGE, exact) - nudged(derivation, parameter, Decimal(0), exact)
    except ArithmeticFault:
        return
    about = (setting.formula(parameter), setting.formula(graph.goal), setting.gradient(parameter))
    numbers = (
        Number(str(NUDGE)),
        evaluation.shown(derivative(graph.goal, parameter)),
        shown(slope * NUDGE, exact),
        shown(change, exact),
    )
    yield Exercise("nudge", about, numbers, layer=parameter.layer, sign=_sign(change))


def _longer_step(setting: Setting) -> Iterator[Exercise]:
    """What a step many times as long does to the goal."""
    evaluation = setting.evaluation
    derivation = setting.telling.derivation
    graph = derivation.graph
    if evaluation is None or not evaluation.updates or not evaluation.has(graph.goal):
        return
    rate = graph.values[LEARNING_RATE].value * LONGER
    values = {**graph.values, LEARNING_RATE: Number(f"{rate.normalize():f}")}
    exact = replace(setting.problem.rounding, carry="exact")
    try:
        moved = evaluate(replace(derivation, graph=replace(graph, values=values)), exact, 1)
    except ArithmeticFault:
        return
    if moved is None:
        return
    after = graph.goal.after(1)
    numbers = (values[LEARNING_RATE], evaluation.shown(graph.goal), evaluation.shown(after), moved.shown(after))
    about = (setting.formula(LEARNING_RATE), setting.formula(graph.goal))
    yield Exercise("longer_step", about, numbers, sign=_sign(moved.value(after) - evaluation.value(graph.goal)))


def _target(setting: Setting) -> Iterator[Exercise]:
    """The targets for which there is nothing to learn."""
    evaluation, graph = setting.evaluation, setting.telling.derivation.graph
    network = setting.problem.network
    if evaluation is None or network is None or graph.batch or network.loss is None:
        return
    if network.loss.kind not in LOSSES:
        return
    outputs = [
        Quantity("activation", graph.depth, (unit,)) for unit in range(1, (_size(network.layers[-1].units) or 0) + 1)
    ]
    if not outputs or not all(map(evaluation.has, outputs)):
        return
    targets = tuple(setting.formula(Quantity("target", one.layer, one.index)) for one in outputs)
    yield Exercise("target", targets, tuple(map(evaluation.shown, outputs)))


def _shape(setting: Setting) -> Iterator[Exercise]:
    """The shape of the gradient of the first weights, and why its factors fit."""
    telling = setting.telling
    if telling.notation.conventions.formulas != "matrix":
        return
    for passage in telling.derivation.passages:
        by = passage.quantity.by
        if passage.quantity.of != telling.derivation.graph.goal or by is None or by.role != "weight" or by.layer != 1:
            continue
        line = telling.array_formula(passage)
        if line is None or line.shape is None or telling.is_scalar(passage):
            continue
        rows = setting.printing.rows(replace(line, members=line.members[-1:]))
        about = (setting.gradient(by.array()), setting.formula(by.array()))
        sizes: tuple[str, ...] = ()
        if isinstance(line.result, Product) and len(line.result.factors) == 2:
            samples = max(
                (str(o.sample.axis.size) for o in _outputs(telling) if isinstance(o.sample, Letter)), default="1"
            )
            sizes = (line.shape[0], samples, line.shape[1])
        yield Exercise("shape", about, words=sizes, rows=tuple(rows), layer=1)


def _paths(setting: Setting) -> Iterator[Exercise]:
    """How many paths lead from a weight of the first layer to the goal."""
    found = _furthest(setting.telling)
    network = setting.problem.network
    if found is None or found[1] is None or network is None or len(network.layers) < 2:
        return
    sizes = [layer.units for layer in network.layers[1:]]
    by = setting.telling.at(found[0].quantity, found[1]).by
    assert by is not None
    if all(isinstance(size, int) for size in sizes):
        paths = prod(size for size in sizes if isinstance(size, int))
        about = (setting.formula(by), *(setting.formula(one) for one in _reached(setting.telling, by)))
        yield Exercise("paths", about, (Number(str(paths)),), layer=by.layer)


def _reached(telling: Telling, weight: Quantity) -> list[Quantity]:
    """The output of the unit that a weight leads to."""
    output = telling.derivation.graph.producer(Quantity("activation", weight.layer))
    assert output is not None
    return [output.output.at(weight.index[0], sample=output.output.sample)]


EXERCISES: tuple[Callable[[Setting], Iterator[Exercise]], ...] = (
    _by_hand, _paths, _other_activation, _nudge, _longer_step, _target, _shape
)  # fmt: skip


def _furthest(telling: Telling) -> tuple[Passage, Binding | None] | None:
    """The gradient that the longest chain leads to, and which element: the largest in size, the last without numbers.

    No element where the sizes are letters.
    """
    graph = telling.derivation.graph
    wanted = {q.array() for q in (graph.parameters if graph.depth else graph.inputs)}
    gradients = [
        passage
        for passage in telling.derivation.passages
        if passage.quantity.of == graph.goal and passage.quantity.by is not None
        and passage.quantity.by.array() in wanted and passage.quantity.by.role in ("weight", "node")
    ]  # fmt: skip
    if not gradients:
        return None
    lowest = min(passage.layer for passage in gradients)
    passage = max((one for one in gradients if one.layer == lowest), key=lambda one: len(one.steps))
    if any(isinstance(letter.axis.size, str) for letter in passage.letters):
        return passage, None
    bindings = telling.bindings(passage.quantity)
    evaluation = telling.evaluation
    if evaluation is None:
        return passage, bindings[-1]
    return passage, max(bindings, key=lambda one: abs(_value(evaluation, telling.at(passage.quantity, one))))


def _value(evaluation: Evaluation, quantity: Quantity) -> Decimal:
    return evaluation.value(quantity) if evaluation.has(quantity) else Decimal(0)


def _worked(setting: Setting, telling: Telling, passage: Passage, binding: Binding | None) -> list[Line]:
    """An element's chain with its numbers after it, where there are any.

    Where putting all of them in takes too many rows, the chain stands in letters, and below it what it comes to.
    """
    if binding is None:
        return [telling.array_formula(passage) or telling.index_formula(passage)]
    evaluation = telling.evaluation
    if evaluation is None or not evaluation.has(telling.at(passage.quantity, binding)):
        return [telling.formula(passage, binding)]
    line = telling.joined(passage, binding, brief=False)
    if len(setting.printing.of(telling.notation).rows(line)) <= _ROWS:
        return [line]
    return [telling.index_formula(passage), telling.outcome(passage, binding)]


def _on_the_way(setting: Setting, passage: Passage, binding: Binding | None) -> list[Line]:
    """What an element's chain takes from the gradients before it, from the goal on: last formulas and numbers."""
    telling = setting.telling
    found: dict[Quantity, Line] = {}

    def collect(passage: Passage, binding: Binding) -> None:
        for quantity in quantities(telling.formula(passage, binding).result):
            before = telling.derivation.passage(quantity) if quantity.role in ("derivative", "delta") else None
            inner = _binding(before, quantity) if before is not None and before is not passage else None
            if before is None or inner is None or quantity in found:
                continue
            collect(before, inner)
            *_, line = _worked(setting, telling, before, inner)
            found[quantity] = replace(line, members=_ends(line.members))

    if binding is not None and not telling.derivation.graph.batch:
        collect(passage, binding)
    return list(found.values()) if len(found) <= _ON_THE_WAY else []


def _slope_lines(setting: Setting, telling: Telling, passage: Passage, binding: Binding | None) -> list[Line]:
    """Where the slope of the unit that a weight leads to is to be seen: its local derivative, or its error signal."""
    by = passage.quantity.by
    assert by is not None
    z, goal = Quantity("pre_activation", by.layer), telling.derivation.graph.goal
    wanted = (derivative(Quantity("activation", by.layer), z), Quantity("delta", by.layer), derivative(goal, z))
    told = next((one for one in map(telling.derivation.passage, wanted) if one is not None), None)
    if told is None:
        return []
    unit = telling.at(passage.quantity, binding).by if binding is not None else None
    if unit is None or len(told.letters) != 1 or not isinstance(unit.index[0], int):
        line = telling.index_formula(told)
        return [replace(line, members=line.members[-1:])]
    return _worked(setting, telling, told, {told.letters[0]: unit.index[0]})


def _binding(passage: Passage, quantity: Quantity) -> Binding | None:
    """The integers that make this element of the passage's array; None where letters are left."""
    one, other = passage.quantity, quantity
    pairs = [(one.by, other.by), (one.of, other.of)] if one.by is not None else [(one, other)]
    found: dict[Letter, int] = {}
    for lettered, element in pairs:
        if lettered is None or element is None:
            return None
        for letter, index in zip((*lettered.index, lettered.sample), (*element.index, element.sample), strict=False):
            if isinstance(letter, Letter):
                if not isinstance(index, int):
                    return None
                found[letter] = index
    return found if set(passage.letters) <= set(found) else None


def _outputs(telling: Telling) -> Iterator[Quantity]:
    return (operation.output for operation in telling.derivation.graph.operations)


def _ends(members: Sequence[Member]) -> tuple[Member, ...]:
    """The last formula, and the numbers."""
    symbols = [member for member in members if not member.numeric]
    return (*symbols[-1:], *(member for member in members if member.numeric))


def _steepest(telling: Telling) -> Quantity | None:
    """The parameter (in a circuit: the value) that the goal depends on most."""
    graph, evaluation = telling.derivation.graph, telling.evaluation
    assert evaluation is not None
    found = [
        rename_quantity(parameter, binding)
        for parameter in (graph.parameters if graph.depth else graph.inputs)
        if parameter.role in ("weight", "node")
        for binding in elements(parameter)
    ]
    known = [one for one in found if evaluation.has(derivative(graph.goal, one)) and one in graph.values]
    best = max(known, key=lambda one: abs(evaluation.value(derivative(graph.goal, one))), default=None)
    return best if best is not None and evaluation.value(derivative(graph.goal, best)) else None


def _size(size: int | str) -> int | None:
    return size if isinstance(size, int) else None


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)

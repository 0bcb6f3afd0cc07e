"""The results in short: every gradient and every updated value, the loss before and after, and the gradient check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from backprop_steps.derivation.steps import Derivation
from backprop_steps.evaluation.evaluate import Evaluation, evaluate
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.quantity import Quantity, derivative
from backprop_steps.expression.transform import rename_quantity
from backprop_steps.expression.tree import Expression, Number, Ref
from backprop_steps.pages.telling.sheet import Choice
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.problem.model import Rounding

NUDGE = Decimal("0.0001")
"""How far the gradient check moves a parameter each way."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One parameter: its value, the gradient by it, and the value after each update (none where it is frozen).

    `derived` says whether a passage finds the gradient: of a frozen parameter none does.
    """

    parameter: Quantity
    before: Number
    gradient: Ref
    slope: Number
    after: tuple[Number, ...]
    derived: bool = True


@dataclass(frozen=True, slots=True)
class Losses:
    """The goal before the first update and after each; `steps` says of each update whether it fell (-1) or rose (1)."""

    goal: Quantity
    values: tuple[Number, ...]
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """One parameter nudged both ways: the loss on either side, their difference quotient, and the derived gradient."""

    goal: Quantity
    parameter: Quantity
    gradient: Expression
    nudge: Number
    up: Number
    down: Number
    quotient: Number
    derived: Number
    agrees: bool


def answers(telling: Telling, evaluation: Evaluation, choice: Choice) -> tuple[Answer, ...]:
    """A row for each parameter that was asked for (of a circuit: each value)."""
    derivation = telling.derivation
    graph = derivation.graph
    quantities = graph.parameters if graph.depth else tuple(graph.inputs)
    told = {passage.quantity.array() for passage in derivation.passages}
    found = []
    for parameter in quantities:
        for binding in telling.bindings(parameter):
            bound = rename_quantity(parameter, binding)
            slope = derivative(graph.goal, bound)
            if not evaluation.has(slope) or not (
                choice.wants(slope) or choice.wants(bound) or choice.wants(bound.after(1))
            ):
                continue
            moved = bound not in graph.frozen and parameter.array().after(1) in told
            after = [evaluation.shown(bound.after(g)) for g in range(1, evaluation.updates + 1)] if moved else []
            derived = derivation.passage(slope) is not None
            before, gradient = evaluation.shown(bound), evaluation.shown(slope)
            found.append(Answer(bound, before, Ref(slope), gradient, tuple(after), derived))
    return tuple(found)


def losses(derivation: Derivation, evaluation: Evaluation) -> Losses | None:
    """The goal's values; None where it is not computed (gradients arrive from outside)."""
    goal = derivation.graph.goal
    if not evaluation.has(goal):
        return None
    values = [evaluation.value(goal.after(generation)) for generation in range(evaluation.updates + 1)]
    shown_values = tuple(evaluation.shown(goal.after(generation)) for generation in range(evaluation.updates + 1))
    steps = tuple((after > before) - (after < before) for before, after in pairwise(values))
    return Losses(goal, shown_values, steps)


def gradient_check(
    derivation: Derivation, evaluation: Evaluation, rounding: Rounding, choice: Choice
) -> GradientCheck | None:
    """The gradient check of that parameter with the largest gradient whose gradient is on the sheet.

    None where there is no loss or no parameter.
    """
    graph = derivation.graph
    goal = graph.goal
    candidates = [
        q
        for q in graph.values
        if evaluation.has(derivative(goal, q))
        and q.role not in ("input", "target")
        and choice.wants(derivative(goal, q))
    ]
    if not candidates or not evaluation.has(goal):
        return None
    parameter = max(candidates, key=lambda q: abs(evaluation.value(derivative(goal, q))))
    exact = Rounding(digits=rounding.digits, kind=rounding.kind, mode=rounding.mode, carry="exact")
    sides = [nudged(derivation, parameter, change, exact) for change in (NUDGE, -NUDGE)]
    up, down = sides
    quotient = (up - down) / (2 * NUDGE)
    derived = evaluation.value(derivative(goal, parameter))
    fine = Rounding(digits=max(rounding.digits + 4, 8), kind="places", mode="half_up")
    above, below, found = shown(up, fine), shown(down, fine), shown(quotient, rounding)
    return GradientCheck(
        goal=goal,
        parameter=parameter,
        gradient=Ref(derivative(goal, parameter)),
        nudge=Number(str(NUDGE)),
        up=above,
        down=below,
        quotient=replace(found, exact=(above.value - below.value) / (2 * NUDGE) == found.value),
        derived=shown(derived, rounding),
        agrees=abs(quotient - derived) <= Decimal("1e-3") * max(abs(derived), Decimal("0.01")),
    )


def nudged(derivation: Derivation, parameter: Quantity, change: Decimal, rounding: Rounding) -> Decimal:
    """The goal with one parameter moved. Raises ArithmeticFault where it has no value there."""
    graph = derivation.graph
    values = dict(graph.values)
    values[parameter] = Number(f"{values[parameter].value + change:f}")
    moved = replace(derivation, graph=replace(graph, values=values))
    evaluation = evaluate(moved, rounding, 0)
    assert evaluation is not None
    return evaluation.value(graph.goal)

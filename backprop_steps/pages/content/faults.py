"""Numbers that do not exist: which part of the problem file is the cause, and what may help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from backprop_steps.derivation.local import links, slope_of
from backprop_steps.errors import UserError
from backprop_steps.evaluation.evaluate import NoValue, Values
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.network.graph import Graph, Operation
from backprop_steps.problem.model import Problem
from backprop_steps.source.places import Path

_MOST_NAMED = 4


class NoNumberError(UserError):
    """A value of the problem does not exist: a logarithm of zero, a division by zero, an overflow."""


@contextmanager
def faults_answered(problem: Problem, graph: Graph) -> Iterator[None]:
    """A fault of arithmetic within is answered with the place of its cause: NoNumberError."""
    try:
        yield
    except NoValue as fault:
        raise NoNumberError(_of_value(problem, graph, fault)) from None
    except ArithmeticFault as fault:
        raise NoNumberError(_of_formula(problem, graph, fault)) from None


def _of_value(problem: Problem, graph: Graph, fault: NoValue) -> str:
    rows = problem.network is not None and problem.network.orientation == "rows"
    name = name_of(fault.quantity, rows=rows)
    operation = graph.producer(fault.made_by) if fault.made_by is not None else None
    if operation is None:
        return f"{problem.at('optimizer', 'learning_rate')}{name} has no number: {fault.message}; {_SLOWER}"
    used = _used(operation, fault, graph)
    numbers = ", ".join(f"{name_of(q, rows=rows)} = {fault.known[q]:.6g}" for q in used)
    where = f", where {numbers}" if numbers else ""
    remedy = _remedy(problem, operation, fault)
    return f"{problem.at(*_path(operation))}{name} has no number: {fault.message}{where}; {remedy}"


_SLOWER = "choose a smaller learning rate, or fewer steps"
_REMEDIES = {
    "node": "change the formula, or the values",
    "affine": "choose smaller numbers",
    "activation": "choose other weights or inputs, or another activation",
    "loss": "choose weights and targets for which the loss has a number, or another loss",
}


def _remedy(problem: Problem, operation: Operation, fault: NoValue) -> str:
    remedy = _SLOWER if fault.quantity.generation else _REMEDIES["loss" if operation.loss else operation.kind]
    return remedy + (", or carry more digits (carry: exact)" if problem.rounding.carry == "rounded" else "")


def _used(operation: Operation, fault: NoValue, graph: Graph) -> list[Quantity]:
    """The quantities whose numbers explain the fault; none where they are too many to name."""
    known: Values = fault.known
    if operation.kind == "activation" and fault.made_by is not None and fault.made_by.index:
        made = fault.made_by
        used = [Quantity("pre_activation", made.layer, made.index, made.sample)]
    elif operation.kind == "affine":
        return []
    else:
        arrays = {quantity.array() for quantity in quantities(operation.formula)}
        used = [quantity for quantity in known if quantity.array() in arrays and quantity.role != "samples"]
    used = [quantity for quantity in used if quantity in known]
    return used if len(used) <= _MOST_NAMED else []


def _of_formula(problem: Problem, graph: Graph, fault: ArithmeticFault) -> str:
    operation = next((operation for operation in graph.operations if _is_out_of_bounds(operation)), None)
    place = problem.at(*_path(operation)) if operation is not None else problem.at()
    return f"{place}the derivative of this formula cannot be taken: {fault.message}; change the formula"


def _is_out_of_bounds(operation: Operation) -> bool:
    try:
        if operation.activation is not None:
            slope_of(operation.activation)
        else:
            for quantity in dict.fromkeys(quantities(operation.formula)):
                links(operation, quantity)
    except ArithmeticFault:
        return True
    return False


def _path(operation: Operation) -> Path:
    """Where the file says how this operation is done; its formula, where it is one of the problem's own."""
    layer = operation.output.layer - 1
    if operation.kind == "node":
        return ("nodes", operation.output.name or "")
    if operation.kind == "affine":
        return ("layers", layer)
    return ("layers", layer, "activation", "formula") if operation.activation is not None else ("loss", "formula")

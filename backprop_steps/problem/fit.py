"""Whether a loss fits the outputs it judges, and the targets it compares them with."""

from __future__ import annotations

from decimal import Decimal

from backprop_steps.expression.tree import Number
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import Activation
from backprop_steps.operations.losses import LOSSES
from backprop_steps.problem.data import Targets
from backprop_steps.problem.model import ActivationChoice, LossChoice
from backprop_steps.source.cursor import Cursor

_ONE = Decimal(1)


def check_loss(cursor: Cursor, loss: LossChoice, output: ActivationChoice, layer: int) -> None:
    """Note where the outputs of the last layer can leave the range that the loss is defined on."""
    if _misfit(loss, output):
        text = f"but layer {layer} is {output.name}, which gives {_range_of(output)}"
        cursor.report.add(cursor.place, f"loss {loss.kind} needs outputs between 0 and 1, {text}{_remedy(loss)}")


def check_replacement(cursor: Cursor, loss: LossChoice, output: ActivationChoice) -> None:
    """The same for an activation of `again_with`."""
    if _misfit(loss, output):
        cursor.wrong(
            f"does not fit: loss {loss.kind} needs outputs between 0 and 1, but {output.name} gives {_range_of(output)}"
        )


def _misfit(loss: LossChoice, output: ActivationChoice) -> bool:
    if loss.formula is not None or output.formula is not None or output.bare:
        # What a formula or a bare name can give is not known.
        return False
    return LOSSES[loss.kind].outputs != "any" and not _within_unit_interval(ACTIVATIONS[output.name])


def _range_of(output: ActivationChoice) -> str:
    low, high = ACTIVATIONS[output.name].range
    if low is not None and high is not None:
        return f"numbers from {low} to {high}"
    return "any number" if low is None else f"numbers from {low} up"


def _within_unit_interval(row: Activation) -> bool:
    low, high = row.range
    return row.open and low is not None and high is not None and low >= 0 and high <= 1


def _remedy(loss: LossChoice) -> str:
    fitting = [row.name for row in ACTIVATIONS.values() if _within_unit_interval(row)]
    first = "softmax" if LOSSES[loss.kind].targets == "distribution" else "sigmoid"
    fitting.sort(key=lambda name: name != first)
    return f"; use {' or '.join(fitting)} there"


def check_targets(targets: Targets, loss: LossChoice, output: ActivationChoice) -> None:
    """Note targets outside [0, 1], and those that do not sum to one, where the loss wants them so."""
    if loss.formula is not None or targets.rows is None or LOSSES[loss.kind].targets == "any":
        return
    coupled = output.name in ACTIVATIONS and ACTIVATIONS[output.name].coupled
    sums = LOSSES[loss.kind].targets == "distribution" and coupled
    for cursor, row in zip(targets.cursors, targets.rows, strict=True):
        outside = [number for number in row if not 0 <= number.value <= 1]
        if outside:
            cursor.wrong(f"must be between 0 and 1 for {loss.kind}, found {outside[0].text}")
        elif sums and sum(number.value for number in row) != _ONE:
            cursor.wrong(f"must sum to 1 for softmax with {loss.kind}, but {_sum(row)}")


def _sum(row: tuple[Number, ...]) -> str:
    total = sum((number.value for number in row), Decimal(0))
    if len(row) > 6:
        return f"the sum is {total}"
    return f"{' + '.join(number.text for number in row)} = {total}"

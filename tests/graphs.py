"""For tests: small networks, symbolic or with numbers, and their graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression, Number
from backprop_steps.network.build import build
from backprop_steps.network.graph import Graph
from backprop_steps.notation.profile import Conventions
from backprop_steps.problem.model import ActivationChoice, Layer, LossChoice, Network, Optimizer, Problem, Row

Values = Mapping[Quantity, Decimal]
STEP = Decimal("1e-14")
"""Differences this wide have fourteen right digits and more of a derivative calculated with thirty-eight."""


def choice(name: str, formula: Expression | None = None) -> ActivationChoice:
    return ActivationChoice(name, formula=formula)


def problem(
    *units: int | str,
    activations: tuple[ActivationChoice | str, ...] = ("sigmoid",),
    loss: LossChoice | str | None = "half_squared_error",
    samples: int | str | None = None,
    bias: Literal["per_unit", "shared", "none", "threshold"] = "per_unit",
    orientation: Literal["rows", "columns"] | None = None,
    **more: Any,
) -> Problem:
    """A symbolic network with these numbers of units, inputs first; the last activation serves the layers left."""
    chosen = [choice(one) if isinstance(one, str) else one for one in activations]
    chosen += chosen[-1:] * (len(units) - 1 - len(chosen))
    layers = tuple(Layer(size, one, bias_kind=bias) for size, one in zip(units[1:], chosen, strict=True))
    network = Network(
        input_units=units[0],
        layers=layers,
        samples=1 if samples is None else samples,
        batch=samples is not None,
        loss=LossChoice(loss) if isinstance(loss, str) else loss,
        orientation=orientation,
        **more,
    )
    return Problem("A network", network=network, optimizer=Optimizer())


def graph(*units: int | str, conventions: Conventions | None = None, **wishes: Any) -> Graph:
    """The graph of such a network."""
    return build(problem(*units, **wishes), conventions or Conventions())


def one_layer(
    activation: str, loss: LossChoice | str, zs: list[Row], targets: list[Row], *, batch: bool = False
) -> Problem:
    """A layer whose pre-activations are these: each unit passes its own input on."""
    units = len(zs[0])
    identity = tuple(tuple(Number("1" if i == j else "0") for i in range(units)) for j in range(units))
    network = Network(
        input_units=units,
        layers=(Layer(units, choice(activation), weights=identity, bias_kind="none"),),
        samples=len(zs),
        batch=batch,
        inputs=tuple(zs),
        targets=tuple(targets),
        loss=LossChoice(loss) if isinstance(loss, str) else loss,
    )
    return Problem("A layer", network=network)


def row(*texts: str | Decimal) -> Row:
    return tuple(Number(str(text)) for text in texts)


def around(value: Values, quantity: Quantity) -> Iterator[dict[Quantity, Decimal]]:
    """The values with one of them a little larger, and a little smaller."""
    for change in (STEP, -STEP):
        yield {**value, quantity: value[quantity] + change}

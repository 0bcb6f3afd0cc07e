"""Quantities and the operations between them, in the order in which a forward pass computes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression, Number
from backprop_steps.operations.base import Activation, Loss

Functions = Mapping[tuple[str, int], Expression]


@dataclass(frozen=True, slots=True)
class Operation:
    """How one quantity is made from others, for every value of the letters of `output`.

    `formula` is one indexed formula. `named` is the same in the form that names its function, a = sigma(z), where there
    is one; `term` is one output's share of a loss; `activation` and `loss` are the table rows behind it.
    """

    kind: Literal["affine", "activation", "partial_loss", "loss", "node"]
    output: Quantity
    formula: Expression
    named: Expression | None = None
    term: Expression | None = None
    activation: Activation | None = None
    loss: Loss | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """A network or a circuit.

    `goal` is what is differentiated; with `upstream` gradients it is not computed. `values` holds every number given,
    by element; it is empty where the problem is symbolic. `parameters` are arrays, indexed by letters. `frozen` are the
    elements (or whole symbolic arrays) that an update leaves alone. `functions` defines each activation's function and
    its derivatives in the free variable x. `reached` are the arrays on which the goal depends, or a quantity at which a
    gradient arrives; `users` has the operations that use an array and lead to the goal, in the order of the forward
    pass.
    """

    operations: tuple[Operation, ...]
    goal: Quantity
    parameters: tuple[Quantity, ...]
    inputs: tuple[Quantity, ...]
    values: Mapping[Quantity, Number]
    upstream: Mapping[Quantity, Number]
    frozen: frozenset[Quantity]
    functions: Functions
    units: tuple[int | str, ...]
    samples: int | str
    batch: bool
    reached: frozenset[Quantity] = field(init=False, compare=False, repr=False)
    users: Mapping[Quantity, tuple[Operation, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        found = {self.goal, *(quantity.array() for quantity in self.upstream)}
        users: dict[Quantity, tuple[Operation, ...]] = {}
        for operation in reversed(self.operations):
            if operation.output.array() in found:
                used = {quantity.array() for quantity in quantities(operation.formula)}
                users |= {array: (operation, *users.get(array, ())) for array in used}
                found |= used
        object.__setattr__(self, "reached", frozenset(found))
        object.__setattr__(self, "users", users)

    @property
    def symbolic(self) -> bool:
        """Whether there are no numbers to compute with."""
        return not self.values

    @property
    def depth(self) -> int:
        """The number of layers; 0 for a circuit."""
        return max(len(self.units) - 1, 0)

    def producer(self, quantity: Quantity) -> Operation | None:
        """The operation that makes this array; None for what is given."""
        array = quantity.array()
        return next((operation for operation in self.operations if operation.output.array() == array), None)


def letters_of(quantity: Quantity) -> tuple[Letter, ...]:
    """The letters of an indexed quantity: unit letters, then the sample's."""
    found = [index for index in quantity.index if isinstance(index, Letter)]
    if isinstance(quantity.sample, Letter):
        found.append(quantity.sample)
    return tuple(found)

"""The steps of a derivation, and the passages they form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.network.graph import Graph, letters_of
from backprop_steps.notation.profile import Profile


class Rule(StrEnum):
    """The closed set of moves."""

    DEFINITION = "definition"  # what the quantity is
    LOCAL_DERIVATIVE = "local_derivative"  # the derivative of one operation by one of its inputs
    CHAIN_RULE = "chain_rule"  # the product of the derivatives along the one path to the goal
    SUM_OVER_PATHS = "sum_over_paths"  # the chain rule where several paths lead to the goal
    SUBSTITUTION = "substitution"  # each derivative replaced by what it is
    SIMPLIFICATION = "simplification"  # the same value, written shorter
    UPDATE = "update"  # one step of gradient descent


Section = Literal["forward", "loss", "backward", "update"]


@dataclass(frozen=True, slots=True)
class Step:
    """One move: the expression it gives, in the index view, and why it is allowed.

    `uses` names the passages whose results go into it. `reason` names what in particular was done, for the wording:
    `named_function`, `written_out`, `error_name`, `taught_form`, `cancelled`, `collapse`, `delta_name`, `spelt_out`,
    `power_rule`.
    """

    rule: Rule
    expression: Expression
    uses: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chain of equalities about one quantity: quantity = step 1 = step 2 = ...

    `quantity` carries letters; an element of the passage puts integers for them. `worked` says whether the sheet
    works its numbers (a notation may go straight from the chain rule to the update), `worked_from` in which step the
    numbers are put.
    """

    id: str
    section: Section
    quantity: Quantity
    steps: tuple[Step, ...]
    worked: bool = True
    worked_from: int = -1

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The free letters, in the order of the quantity's indices."""
        quantity = self.quantity
        if quantity.of is None or quantity.by is None:
            return letters_of(quantity)
        return tuple(dict.fromkeys((*letters_of(quantity.of), *letters_of(quantity.by))))

    @property
    def layer(self) -> int:
        """The layer the passage is about; 0 for the loss and for circuits."""
        quantity = self.quantity
        return quantity.by.layer if quantity.by is not None else quantity.layer

    @property
    def basis(self) -> Expression:
        """The member into which the numbers are put."""
        return self.steps[self.worked_from].expression

    @property
    def result(self) -> Expression:
        """The last member: what the quantity is found to be."""
        return self.steps[-1].expression


@dataclass(frozen=True, slots=True)
class Gradient:
    """The derivative of the goal by one quantity (with its letters), from the gradients of what it feeds."""

    quantity: Quantity
    expression: Expression


@dataclass(frozen=True, slots=True)
class Derivation:
    """The passages in teaching order.

    `gradients` is the bare chain rule for every quantity, goal first: what the numbers are computed with, whether the
    notation tells it or not. `functions` defines the activation functions and their derivatives.
    """

    graph: Graph
    profile: Profile
    passages: tuple[Passage, ...]
    gradients: tuple[Gradient, ...]
    functions: Mapping[tuple[str, int], Expression]
    _by_array: dict[Quantity, Passage] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for passage in reversed(self.passages):
            self._by_array[passage.quantity.array()] = passage

    def passage(self, quantity: Quantity) -> Passage | None:
        """The passage about this array."""
        return self._by_array.get(quantity.array())

    @property
    def steps(self) -> tuple[tuple[str, Step], ...]:
        """All steps in order, each with its name: the passage's, and its number within."""
        return tuple(
            (f"{passage.id}#{number}", step)
            for passage in self.passages
            for number, step in enumerate(passage.steps, start=1)
        )


def passage_id(subject: Quantity) -> str:
    """The name of the passage about this array: `z1`, `dL/dW1`, `delta2`, `W1'`."""
    return name_of(subject.array())

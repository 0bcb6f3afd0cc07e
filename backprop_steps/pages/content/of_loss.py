"""What a document may ask about the loss."""

from __future__ import annotations

from backprop_steps.expression.quantity import Quantity, derivative
from backprop_steps.expression.tree import Negative, Product
from backprop_steps.network.graph import Graph
from backprop_steps.operations.base import ERROR
from backprop_steps.operations.collapses import COLLAPSES
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.printing import Printing
from backprop_steps.problem.model import LossChoice, Problem


class OfLoss:
    """The loss of one derivation."""

    def __init__(self, problem: Problem, telling: Telling, printing: Printing) -> None:
        self._problem = problem
        self._printing = printing
        self._telling = telling
        self._graph: Graph = telling.derivation.graph

    @property
    def loss(self) -> LossChoice | None:
        """What the problem says of its loss."""
        return self._problem.network.loss if self._problem.network is not None else None

    @property
    def collapses(self) -> bool:
        """Whether the last activation and the loss collapse to output minus target."""
        last = self._graph.producer(Quantity("activation", self._graph.depth))
        activation = last.activation.name if last is not None and last.activation is not None else ""
        name = next((op.loss.name for op in self._graph.operations if op.loss is not None), "")
        return (activation, name) in COLLAPSES

    @property
    def has_error(self) -> bool:
        """Whether the error has a passage: target and output, one less the other."""
        return any(passage.quantity.role == "error" for passage in self._telling.derivation.passages)

    @property
    def squares(self) -> bool:
        """Whether the loss is one of squares, and so hands back the error, perhaps with a constant factor."""
        return any(op.loss is not None and op.loss.derivative == 2 * ERROR for op in self._graph.operations)

    @property
    def loss_brings_factor(self) -> bool:
        """Whether what a loss of squares hands back is the error times something: 2, 1/N."""
        output = self._telling.derivation.passage(
            derivative(self._graph.goal, Quantity("activation", self._graph.depth))
        )
        found = None if output is None else output.steps[-1].expression
        return isinstance(found.body if isinstance(found, Negative) else found, Product)

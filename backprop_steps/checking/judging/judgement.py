"""What is said of one member before it becomes a link, and what it was judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backprop_steps.checking.model import Verdict
from backprop_steps.checking.truth.tensors import NoValue
from backprop_steps.checking.truth.world import Unknown
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.network.graph import Graph

FAULTS = (NoValue, Unknown, ArithmeticFault)
"""What is raised for a formula that has no value."""
GOOD = (Verdict.CORRECT, Verdict.ROUNDED)
BAD = (Verdict.INCORRECT, Verdict.FOLLOWS)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a chain is about. `shift`: the page writes it, and what it is made from, without the marks of an update;
    `less`: the chain is about how far the quantity lies from this one (the step of an update); `sampled`: about so many
    times the quantity as there are samples, the derivative of one sample's own loss.
    """

    quantity: Quantity
    shift: int = 0
    less: Quantity | None = None
    sampled: bool = False

    def times(self, graph: Graph) -> Decimal:
        """How many times its quantity the chain is about."""
        return Decimal(graph.samples) if self.sampled and isinstance(graph.samples, int) else Decimal(1)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one member, and what its causes are looked for with.

    `true` and `yours` are the value that would be right, and that of the page's own numbers, where it is one number.
    """

    verdict: Verdict
    numeric: bool = False
    found: Decimal | None = None
    true: Decimal | None = None
    yours: Decimal | None = None
    root: int | None = None
    message: str = ""
    open: bool = False
    causes: tuple[str, ...] = ()
    right: str | None = None
    """What would be right, in TeX, where it is neither the truth about a quantity nor a number."""
    misfit: bool = False
    """Whether it is true but for how its arrays lie."""
    beside: bool = False
    """Whether it is only compared with its neighbour, as what its chain is about is no number."""
    wanted: bool = False
    """Whether it is rounded as the problem's own sheet rounds it, which goes on from rounded numbers."""


def right(judged: Sequence[Judgement | None]) -> int:
    """How many members are right."""
    return sum(one is not None and one.verdict in GOOD for one in judged)


def wrong(judged: Sequence[Judgement | None]) -> int:
    """How many members are wrong, or not to be judged as they are read."""
    lost = (Verdict.INCORRECT, Verdict.NOT_UNDERSTOOD)
    return sum(one is not None and one.verdict in lost and not one.open for one in judged)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A formula of the page that is not true: later lines may follow from it."""

    subject: Quantity
    node: Expression
    line: int

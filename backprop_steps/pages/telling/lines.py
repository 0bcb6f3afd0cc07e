"""One chain of equalities as it will stand on the page: expressions, not yet printed in any language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backprop_steps.expression.quantity import Index, Letter, Quantity
from backprop_steps.expression.tree import Expression

Relation = Literal["=", "≈", ":=", "?"]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the chain, and how it follows from the one before. `numeric`: the numbers are put in."""

    relation: Relation
    expression: Expression
    reason: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """head = member = member …; `subject` is the element or array it is about, `layer` whose letters it is written in.

    `ranges` names the free letters of an index formula, `shape` the rows and columns of a matrix that is said with its
    shape. A head of None is a continuation of the caption.
    """

    subject: Quantity
    head: Expression | None
    members: tuple[Member, ...]
    layer: int
    ranges: tuple[Letter, ...] = ()
    shape: tuple[str, str] | None = None

    @property
    def result(self) -> Expression:
        """The last member."""
        return self.members[-1].expression

    @property
    def about(self) -> Quantity:
        """What it is about: of a derivative, what is differentiated by."""
        return self.subject.by if self.subject.by is not None else self.subject

    @property
    def unit(self) -> Index | None:
        """The unit it is about."""
        return self.about.index[0] if self.about.index else None

    @property
    def gradient(self) -> Quantity | None:
        """The derivative it is about, where it is about one."""
        return self.subject if self.subject.of is not None else None

    @property
    def sample(self) -> Index | None:
        """The sample it is about; None where there is only one."""
        return self.about.sample

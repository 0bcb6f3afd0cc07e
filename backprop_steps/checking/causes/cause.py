"""What a cause is, what it may need to know, and what holds for the mutants of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from backprop_steps.checking.causes.differing import Differing
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression, Number
from backprop_steps.network.graph import Graph

MOST = 64
"""No cause yields more mutants of one expression than this."""

Kind = Literal["notation", "method", "copying", "arithmetic"]
"""The class of a mistake: badly written; wrong method; right method with a value wrongly copied; wrongly calculated."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a mistake may need to know.

    `graph` is the problem's (sizes may be letters), `subject` what the chain is about (dL/dW2[1,2], delta2[1],
    W1'[2,1], an array, None for a chain about nothing in particular), `numbers` what the page shows for each
    quantity. `rows`: samples are rows, so that weights lie from, to.
    """

    graph: Graph
    subject: Quantity | None = None
    numbers: Mapping[Quantity, Number] = field(default_factory=dict)
    rows: bool = False
    _standing: dict[Decimal, list[Quantity]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def standing_for(self, number: Number) -> list[Quantity]:
        """The quantities that the page shows this number for."""
        if not self._standing:
            for quantity, literal in self.numbers.items():
                self._standing.setdefault(literal.value, []).append(quantity)
        return self._standing.get(number.value, [])

    def size(self, layer: int) -> int | str:
        """The number of units of a layer, the inputs are layer 0; 0 where there is no such layer."""
        return self.graph.units[layer] if 0 <= layer < len(self.graph.units) else 0

    @property
    def updates(self) -> bool:
        """Whether the chain is about a parameter after an update."""
        subject = self.subject
        return (
            subject is not None and subject.generation > 0 and subject.role in ("weight", "bias", "threshold", "node")
        )

    @property
    def about_slopes(self) -> bool:
        """Whether the chain is about a derivative or an error signal, or may be."""
        return self.subject is None or self.subject.role in ("derivative", "delta")


Mutants = Callable[[Expression, Setting], Iterator[Expression]]


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to go wrong.

    `mutants` takes a right expression as a page shows it (the three views, with or without its numbers, or the bare
    result) and gives it with this mistake in it, in every way there is, likeliest first: each different in value from
    the right one, none twice, at most MOST, never raising.
    """

    name: str
    kind: Kind
    make: Mutants
    about: str

    def mutants(self, right: Expression, setting: Setting) -> Iterator[Expression]:
        """The expression with this mistake in it, way after way."""
        seen = {right}
        differs = Differing(right, setting.graph, setting.rows)
        for mutant in self.make(right, setting):
            if mutant in seen:
                continue
            seen.add(mutant)
            if differs.from_(mutant):
                yield mutant
                if len(seen) > MOST:
                    return


def cause(name: str, kind: Kind) -> Callable[[Mutants], Cause]:
    """Makes a row of the table out of the function that makes the mistake; its docstring says what the mistake is."""

    def row(make: Mutants) -> Cause:
        about = " ".join((make.__doc__ or "").split())
        return Cause(name, kind, make, about)

    return row

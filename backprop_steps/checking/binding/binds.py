"""What the parts of the binder ask of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from backprop_steps.checking.binding.readings import Reading
from backprop_steps.checking.binding.symbols import Candidate, SymbolTable
from backprop_steps.checking.reading import written as w
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.network.graph import Graph


class Binds(Protocol):
    """Binds the members of one chain."""

    table: SymbolTable
    graph: Graph
    sizes: Mapping[str, int]
    head_codes: frozenset[int]
    free: frozenset[str]
    reading: Reading

    def bind(self, node: w.Written) -> Expression:
        """The formula that is written. Raises NotBound."""

    def nearest(self, found: tuple[Candidate, ...]) -> Quantity:
        """The likeliest reading; of equal ones, that of the layer nearest to what the chain is about."""

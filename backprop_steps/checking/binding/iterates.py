"""How many updates a page says that a parameter has behind it: `W(0)`, `w_{ij}(t+1)`."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.checking.binding.symbols import SymbolTable
from backprop_steps.checking.binding.unbound import FOREIGN
from backprop_steps.checking.reading import written as w
from backprop_steps.expression.quantity import Quantity

TIMES = frozenset({"t", "k", "p", "n", "tau"})
"""The letters that count the updates."""
PARAMETERS = frozenset({"weight", "bias", "threshold"})


@dataclass(frozen=True, slots=True)
class Iterates:
    """Reads the parameters of one page."""

    table: SymbolTable

    def parameter(self, symbol: w.Symbol, behind: w.Written) -> Quantity | None:
        """The parameter after as many updates as the brackets behind it say; None where they say nothing of the kind.

        A bare number counts updates on a page that counts them from 0; elsewhere it is a factor.
        """
        updates = updates_in(behind, numbers=self.table.dialect.iterates)
        if updates is None:
            return None
        found = self.table.read(symbol)
        if not found or found[0].cost >= FOREIGN + FOREIGN or found[0].quantity.role not in PARAMETERS:
            return None
        return found[0].quantity.after(updates)


def updates_in(node: w.Written, *, numbers: bool = False) -> int | None:
    """The number of updates that brackets speak of: none in `(t)`, one in `(t+1)`; with `numbers` two in `(2)`."""
    match node:
        case w.Group(items=(w.Numeral(text=text),), kind="(") if numbers and text.isdecimal() and len(text) < 3:
            return int(text)
        case w.Group(items=(w.Symbol() as letter,), kind="(") if _counts(letter):
            return 0
        case w.Group(items=(w.Sum(terms=((1, w.Symbol() as letter), (1, w.Numeral(text="1")))),), kind="(") if _counts(
            letter
        ):
            return 1
    return None


def _counts(letter: w.Symbol) -> bool:
    return letter.base in TIMES and not (letter.sub or letter.sup or letter.marks or letter.primes)


def counts_from_zero(page: w.Page) -> bool:
    """Whether a parameter has a 0 in brackets above it, or behind it where it is all of a head: no layer is 0."""
    return any(
        _has_zero(member.node, head=not place and not chain.headless)
        for chain in page.chains
        for place, member in enumerate(chain.members)
        if member.node is not None
    )


def _has_zero(node: w.Written, *, head: bool) -> bool:
    if head and isinstance(node, w.Product) and len(node.factors) == 2:
        letter, behind = node.factors
        named = isinstance(letter, w.Symbol) and letter.base in "wWb"
        if named and isinstance(behind, w.Group) and behind.items == (w.Numeral(behind.span, "0"),):
            return True
    return any(
        isinstance(one, w.Symbol) and one.base in "wWb" and one.sup == ("(", "0", ")") for one in w.every_node(node)
    )

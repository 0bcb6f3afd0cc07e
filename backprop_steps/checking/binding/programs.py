"""Gradients that are named in one word, as in a program: `dfdx`, `dL_dw`, `dZ`; and steps, `Δw`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backprop_steps.checking.binding.binds import Binds
from backprop_steps.checking.binding.forms import OTHER_CASE
from backprop_steps.checking.binding.unbound import FOREIGN, NotBound
from backprop_steps.checking.reading import written as w
from backprop_steps.expression.quantity import SAMPLES, Quantity
from backprop_steps.expression.quantity import derivative as slope
from backprop_steps.expression.tree import Expression, Negative, Number, Product, Ref, Sum, Transpose
from backprop_steps.notation.spelling import SAMPLED

ATTRIBUTES = frozenset({"grad", "data"})
"""What is asked of a value in a program, behind a point."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Binds the one-word names of one chain."""

    binder: Binds

    def derivative(self, symbol: w.Symbol) -> Expression | None:
        """A derivative that is named in one word, as in a program: `dfdx`, `dL_dw`, `dx` for that of the goal."""
        base = symbol.base
        if not base.startswith("d") or len(base) < 2 or symbol.marks:
            return None
        for end in range(len(base) - 1, 1, -1):
            if base[end] == "d" and end + 1 < len(base):
                of, by = self._alone(base[1:end], symbol, bare=True), self._alone(base[end + 1 :], symbol)
                if of is not None and by is not None:
                    return Ref(slope(of, by))
        by = self._alone(base[1:], symbol)
        return self._gradient(by) if by is not None and by != self.binder.graph.goal else None

    def _alone(self, base: str, symbol: w.Symbol, *, bare: bool = False) -> Quantity | None:
        """The quantity that a part of such a word is."""
        part = w.Symbol(symbol.span, base) if bare else replace(symbol, base=base, exponent=None)
        found = self.binder.table.read(part)
        return found[0].quantity if found and found[0].cost < FOREIGN else None

    def apart(self, d: w.Symbol, node: w.Written) -> Expression | None:
        """The gradient of a program's name, `dZ`, written as two letters side by side."""
        if isinstance(node, w.Transposed):
            turned = self.apart(d, node.body)
            return Transpose(turned) if turned is not None else None
        known = self.binder.table.read(d)
        is_gradient = self.binder.reading.differentials and d.span.end == node.span.start
        if not isinstance(node, w.Symbol) or (known and known[0].cost < FOREIGN and not is_gradient):
            return None
        found = self.binder.table.read(node)
        if (
            not found
            or found[0].cost > FOREIGN + OTHER_CASE
            or found[0].quantity.role in ("loss", "learning_rate", "samples")
        ):
            return None
        return self._gradient(self.binder.nearest(found))

    def _gradient(self, by: Quantity) -> Expression:
        """The gradient by a quantity as a one-word name means it: of a sample's own loss where the page does so."""
        gradient = Ref(slope(self.binder.graph.goal.after(by.generation), by))
        sampled = by.role in SAMPLED and self.binder.graph.batch
        return Product((Ref(SAMPLES), gradient)) if sampled and self.binder.table.dialect.sample_losses else gradient

    def attribute(self, node: w.Written, name: w.Written) -> Expression | None:
        """What a library for derivatives keeps of a value: its gradient, `a.grad`, and its number, `a.data`."""
        if not isinstance(name, w.Symbol) or name.base not in ATTRIBUTES or name.sub or name.sup:
            return None
        try:
            bound = self.binder.bind(node)
        except NotBound:
            return None
        if not isinstance(bound, Ref) or bound.quantity.role == "derivative":
            return None
        if name.base == "data":
            return bound
        goal = self.binder.graph.goal
        return Number("1") if bound.quantity == goal else self._gradient(bound.quantity)

    def step(self, node: w.Written) -> Expression | None:
        """How far an update moves a parameter, `\\Delta w`: what it is afterwards less what it was."""
        try:
            bound = self.binder.bind(node)
        except NotBound:
            return None
        if not isinstance(bound, Ref) or bound.quantity.role not in ("weight", "bias", "threshold", "node"):
            return None
        return Sum((Ref(bound.quantity.after(1)), Negative(bound)))

"""Single entries, bound: `(Wx)_i`, `softmax(z)_j`, the sign that is 1 where two indices are equal."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.checking.binding.binds import Binds
from backprop_steps.checking.binding.unbound import NotBound, spelled
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.truth.valuation import SOFTMAX
from backprop_steps.expression.quantity import Axis, Index, Letter, Quantity
from backprop_steps.expression.tree import Apply, Expression, Group, Kronecker, Quotient, Ref, Sigma

NOWHERE = Axis("unit", -1, 1)
"""What an index letter runs over while nothing has said it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Binds the entries that one chain speaks of."""

    binder: Binds

    def indicator(self, symbol: w.Symbol) -> Expression:
        """1 where two indices are equal: the sign 1 with `p = j` below it."""
        if len(symbol.sub) != 3 or symbol.sub[1] not in ("=", ","):
            raise NotBound(f"{spelled(symbol)} is not known", symbol.span)
        left, right = (int(token) if token.isdecimal() else self._loose_letter(token) for token in symbol.sub[::2])
        return Kronecker(left, right)

    def where_equal(self, node: w.Comparison) -> Expression:
        """1 where two indices are equal: `[p = j]`."""
        sides: list[Index] = []
        for side in (node.left, node.right):
            match side:
                case w.Numeral(text=text) if text.isdecimal():
                    sides.append(int(text))
                case w.Symbol(base=name) if not (side.sub or side.sup or side.marks):
                    sides.append(self._loose_letter(name))
                case _:
                    raise NotBound("no comparison of two indices", node.span)
        return Kronecker(*sides)

    def _loose_letter(self, name: str) -> Letter:
        """An index letter where nothing says what it runs over: the rest of the chain does."""
        return self.binder.table.names.letter(name, NOWHERE) or Letter(NOWHERE, 0)

    def indexed(self, node: w.Indexed) -> Expression:
        """An entry of an array: of a symbol's, or of the softmax of one."""
        return self.entry(self.binder.bind(node.body), node)

    def entry(self, body: Expression, node: w.Indexed) -> Expression:
        """An entry of a formula that is bound already. Raises NotBound."""
        while isinstance(body, Group):
            body = body.body
        tokens = [token for token in node.sub if token not in (",", "(", ")", "[", "]")]
        if len(tokens) == 1 and isinstance(body, Apply) and body.function == SOFTMAX:
            argument = body.arguments[0]
            if isinstance(argument, Ref) and not argument.quantity.index:
                return self._softmax_entry(argument.quantity, tokens[0])
        if tokens and isinstance(body, Ref) and not body.quantity.index and body.quantity.layer is not None:
            axes = self._unit_axes(body.quantity)
            if len(axes) == len(tokens):
                index = [self._index(token, axis) for token, axis in zip(tokens, axes, strict=True)]
                return Ref(body.quantity.at(*index, sample=body.quantity.sample))
        raise NotBound("an entry of this is not known", node.span)

    def _unit_axes(self, quantity: Quantity) -> list[Axis]:
        units = self.binder.graph.units
        if quantity.role in ("loss", "learning_rate", "samples", "derivative") or not units:
            return []
        layers = [quantity.layer, quantity.layer - 1] if quantity.role == "weight" else [quantity.layer]
        return [Axis("unit", layer, units[layer]) for layer in layers]

    def _index(self, token: str, axis: Axis) -> Index:
        if token.isdecimal():
            return int(token)
        return self.binder.table.names.letter(token, axis) or Letter(axis, 0)

    def _softmax_entry(self, z: Quantity, token: str) -> Expression:
        axis = self._unit_axes(z)[0]
        other = Letter(axis, -2)
        top = Apply("exp", (Ref(z.at(self._index(token, axis), sample=z.sample)),))
        return Quotient(top, Sigma(other, Apply("exp", (Ref(z.at(other, sample=z.sample)),))))

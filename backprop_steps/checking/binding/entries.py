"""Single entries, bound: `(Wx)_i`, `softmax(z)_j`, the sign that is 1 where two indices are equal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backprop_steps.checking.binding.binds import Binds
from backprop_steps.checking.binding.hands import INDEX_LETTERS
from backprop_steps.checking.binding.unbound import FOREIGN, NotBound, spelled
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.truth.valuation import SOFTMAX
from backprop_steps.expression.quantity import Axis, Index, Letter, Quantity
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Expression,
    Group,
    Kronecker,
    Negative,
    Number,
    Quotient,
    Ref,
    Sigma,
    Sum,
)

_INDICATORS = frozenset({"1", "I"})
NOWHERE = Axis("unit", -1, 1)
"""What an index letter runs over while nothing has said it."""


def differing(left: Index, right: Index) -> Expression:
    """1 where two indices are not equal, and 0 where they are."""
    return Group(Sum((Number("1"), Negative(Kronecker(left, right)))))


@dataclass(frozen=True, slots=True)
class Entries:
    """Binds the entries that one chain speaks of."""

    binder: Binds

    def indicator(self, symbol: w.Symbol) -> Expression:
        """1 where two indices are equal: the sign 1, or Kronecker's delta, with `p = j`, or `pj`, below it."""
        found = self._equal_below(symbol.sub)
        if found is None:
            raise NotBound(f"{spelled(symbol)} is not known", symbol.span)
        return found

    def _equal_below(self, sub: tuple[str, ...]) -> Kronecker | None:
        tokens = [token for token in "".join(sub) if token not in "=,"]
        if len(tokens) != 2 or not all(token.isalnum() for token in tokens):
            return None
        return Kronecker(*(self.index(token) for token in tokens))

    def is_kronecker(self, symbol: w.Symbol) -> bool:
        """Whether a delta with two letters below it, which is no error signal, is Kronecker's."""
        tokens = [token for token in "".join(symbol.sub) if token != ","]
        letters = [token for token in tokens if self._is_index_letter(token)]
        return symbol.base == "delta" and len(tokens) == len(letters) == 2 and not symbol.sup and not symbol.marks

    def indicated(self, mark: w.Written, beside: w.Written) -> Expression | None:
        """A sign before brackets that compare something, `1[i = j]`, `I(z > 0)`: it adds nothing to them."""
        sign = mark.text if isinstance(mark, w.Numeral) else mark.base if isinstance(mark, w.Symbol) else ""
        if sign not in _INDICATORS or (isinstance(mark, w.Symbol) and (mark.sub or mark.sup)):
            return None
        match beside:
            case w.Group(items=(w.Comparison() as comparison,)):
                equal = self.compared(comparison) or self.of_class(comparison)
                return equal if equal is not None or comparison.relation in ("=", "!=") else self.where(comparison)
        return None

    def where_equal(self, node: w.Comparison) -> Expression:
        """1 where two indices are equal, or where they are not: `[p = j]`, `[p ≠ j]`."""
        found = self.compared(node) or self.of_class(node)
        if found is None:
            raise NotBound("no comparison of two indices", node.span)
        return found

    def of_class(self, node: w.Comparison) -> Expression | None:
        """The target of a class where it is compared with the sample's own, `y_i = k`: that is 1 for the right one."""
        for label, other in ((node.left, node.right), (node.right, node.left)):
            if not (isinstance(label, w.Symbol) and isinstance(other, w.Symbol) and self._can_be_index(other)):
                continue
            found = self.binder.table.read(label) or self.binder.table.read(replace(label, sub=()))
            targets = [one.quantity for one in found if one.quantity.role == "target" and one.cost < FOREIGN]
            units = self.binder.graph.units[-1:]
            if targets and node.relation == "=" and units and units[0] != 1:
                axis = Axis("unit", len(self.binder.graph.units) - 1, units[0])
                sample = self._sample(label)
                return Ref(Quantity("target", axis.layer, (self._index(other.base, axis),), sample))
        return None

    def _sample(self, label: w.Symbol) -> Index | None:
        tokens = [token for token in (*label.sub, *label.sup) if token not in "()[],"]
        if not self.binder.graph.batch or len(tokens) != 1:
            return None
        return self._index(tokens[0], Axis("sample", 0, self.binder.graph.samples))

    def compared(self, node: w.Comparison) -> Expression | None:
        """1 where what is said of two indices holds; None unless both sides can be one."""
        sides: list[Index] = []
        for side in (node.left, node.right):
            match side:
                case w.Numeral(text=text) if text.isdecimal():
                    sides.append(self.index(text))
                case w.Symbol(base=name) if self._can_be_index(side):
                    sides.append(self.index(name))
                case _:
                    return None
        if node.relation not in ("=", "!=") or not any(isinstance(side, Letter) for side in sides):
            return None
        return Kronecker(*sides) if node.relation == "=" else differing(*sides)

    def _can_be_index(self, symbol: w.Symbol) -> bool:
        if symbol.sub or symbol.sup or symbol.marks or symbol.primes or symbol.base in self.binder.free:
            return False
        return self._is_index_letter(symbol.base) or not self.binder.table.read(symbol)

    def _is_index_letter(self, token: str) -> bool:
        return token in INDEX_LETTERS or token in self.binder.table.names.codes

    def index(self, token: str) -> Index:
        """An index where nothing says what it runs over: the rest of the chain does."""
        return int(token) if token.isdecimal() else self._loose_letter(token)

    def where(self, node: w.Comparison) -> Expression:
        """1 where a comparison holds and 0 elsewhere: `1(z > 0)`, `[z > 0]`."""
        if node.relation not in ("<", "<=", ">", ">="):
            raise NotBound("a condition that is no comparison", node.span)
        holds = Comparison(self.binder.bind(node.left), node.relation, self.binder.bind(node.right))
        return Cases(((Number("1"), holds), (Number("0"), None)))

    def _loose_letter(self, name: str) -> Letter:
        return self.binder.table.names.letter(name, NOWHERE) or Letter(NOWHERE, 0)

    def indexed(self, node: w.Indexed) -> Expression:
        """An entry of an array: of a symbol's, or of the softmax of one; or the number 1 with two indices below it."""
        if node.body == w.Numeral(node.body.span, "1") and (equal := self._equal_below(node.sub)) is not None:
            return equal
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

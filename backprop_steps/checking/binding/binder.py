"""What is written, bound to the problem: a tree of signs becomes an Expression about quantities.

Whether `g(z)` is a function at its argument or a product, whether `a^2` is a square or the second layer, what `x_i`
runs over: here it is settled, against the problem's symbols in every notation.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from backprop_steps.checking.binding.calls import Calls
from backprop_steps.checking.binding.entries import Entries
from backprop_steps.checking.binding.forms import OTHER_CASE
from backprop_steps.checking.binding.hand_table import HandTable
from backprop_steps.checking.binding.iterates import Iterates, updates_in
from backprop_steps.checking.binding.made_of import made_of
from backprop_steps.checking.binding.plain import at_node, plain_words
from backprop_steps.checking.binding.programs import Programs
from backprop_steps.checking.binding.readings import Doubt, Reading
from backprop_steps.checking.binding.sums import Sums
from backprop_steps.checking.binding.symbols import Candidate, SymbolTable
from backprop_steps.checking.binding.unbound import FOREIGN, NotBound, bare_point, gradient_of, is_operator, spelled
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.truth.valuation import TOTAL
from backprop_steps.expression.quantity import SAMPLES, Quantity, derivative
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Constant,
    Derivative,
    Dots,
    Expression,
    Group,
    Hadamard,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
    Transpose,
    expression,
)
from backprop_steps.network.graph import Graph

LIKE_DIGITS = frozenset("OolI")
"""Letters that a scanner takes for digits, or digits for them."""
DEEPEST = 80
"""The bound on the nesting of what is bound."""
PLAIN_EXPONENT = 0.5
"""What it costs to take a bare number above a letter for its exponent: less than for an index without its brackets."""


@dataclass(slots=True)
class Names:
    """What the page itself has named: letters for expressions, by how they are written."""

    aliases: dict[w.Symbol, Expression] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    """Letters that the page has said to be a function."""
    from_zero: frozenset[str] = frozenset()
    """Names whose entries the page counts from 0."""

    def get(self, symbol: w.Symbol) -> Expression | None:
        """What a symbol was introduced for."""
        return self.aliases.get(key_of(symbol))

    def forget(self, node: w.Written | None) -> None:
        """Forget what a symbol was introduced for."""
        if isinstance(node, w.Symbol):
            self.aliases.pop(key_of(node), None)

    def assigned_anew(self, chain: w.Chain) -> bool:
        """Whether a name is assigned another meaning, which the old one may go into: g <- W^T g."""
        head = chain.members[0].node
        assigns = not chain.headless and chain.relations[:1] in (("->",), (":=",))
        meaning = self.get(head) if assigns and isinstance(head, w.Symbol) else None
        return meaning is not None and not isinstance(meaning, Number)


def key_of(symbol: w.Symbol) -> w.Symbol:
    """A symbol as it is compared with others: what stands above it counts as signs only."""
    return symbol if symbol.exponent is None else replace(symbol, exponent=None)


class Binder:
    """Binds the members of one chain. `free` names letters that stand for nothing but themselves (x in a lemma)."""

    def __init__(
        self,
        table: SymbolTable,
        graph: Graph,
        sizes: Mapping[str, int],
        names: Names,
        free: frozenset[str] = frozenset(),
    ) -> None:
        self.table, self.graph, self.sizes, self.names, self.free = table, graph, sizes, names, free
        self.depth = 0
        self.head_codes: frozenset[int] = frozenset()
        """The letters of the chain's head: a sum sign without a letter does not sum over these."""
        self.head: Quantity | None = None
        """What the chain is about, of a derivative what it is taken by."""
        self.head_layer: int | None = None
        self.reading = Reading()
        """What is meant where a symbol may stand for several quantities alike."""
        self.doubts: dict[Doubt, Quantity | None] = {}
        """Where there was such a doubt, and what was taken; None where nothing was."""
        self.activations: Mapping[int, str] = {
            operation.output.layer: operation.activation.function
            for operation in graph.operations
            if operation.activation is not None
        }
        self.functions: Set[str] = {name for name, _ in graph.functions} | set(self.activations.values())
        self.calls = Calls(self)

    def bind(self, node: w.Written) -> Expression:
        """The formula that is written. Raises NotBound."""
        self.depth += 1
        try:
            if self.depth > DEEPEST:
                raise NotBound("nested too deeply", node.span)
            return self._bind(node)
        finally:
            self.depth -= 1

    def _bind(self, node: w.Written) -> Expression:
        match node:
            case w.Numeral(text=text):
                if text[:1] == "0" and text[1:2].isdigit():
                    raise NotBound("a number begins with 0", node.span)  # 0^2 without what raises the 2
                return Number(text)
            case w.Symbol():
                return self._symbol(node)
            case w.Sum(terms=terms):
                bound = [Negative(self.bind(term)) if sign < 0 else self.bind(term) for sign, term in terms]
                return bound[0] if len(bound) == 1 else Sum(tuple(bound))
            case w.Product():
                return self._product(node)
            case w.Fraction():
                return self._fraction(node)
            case w.Power(base=w.Group(kind="||", items=(inside,)), exponent=w.Numeral(text="2")):
                return Apply(TOTAL, (Power(self.bind(inside), Number("2")),))
            case w.Power(base=base, exponent=exponent):
                if isinstance(base, w.Symbol) and self.is_e(base):
                    return Power(Constant("e"), self.bind(exponent))
                return Power(self.bind(base), self.bind(exponent))
            case w.Root(body=body):
                return Apply("sqrt", (self.bind(body),))
            case w.Transposed(body=body):
                return Transpose(self.bind(body))
            case w.Primed(body=body):
                return Transpose(self.bind(body))
            case w.Group(items=(w.Comparison(relation="=" | "!=") as comparison,)):
                return Entries(self).where_equal(comparison)
            case w.Group(items=(w.Comparison() as comparison,), kind="(" | "["):
                return Entries(self).where(comparison)
            case w.Group(items=items, kind=kind):
                return self._group(node, items, kind)
            case w.Matrix(rows=rows):
                return Matrix(tuple(tuple(self.bind(entry) for entry in row) for row in rows))
            case w.Cases(pieces=pieces):
                return Cases(tuple((self.bind(body), self._condition(c) if c else None) for body, c in pieces))
            case w.Sigma():
                return Sums(self).bound(node)
            case w.Indexed():
                return Entries(self).indexed(node)
            case w.Blank():
                raise NotBound("left open", node.span, open_=True)
            case w.Dots():
                return Dots()
        raise NotBound("this has no meaning here", node.span)

    def is_e(self, symbol: w.Symbol) -> bool:
        """Whether a symbol is the number e: unless the problem itself has a quantity of that name."""
        if symbol.base != "e" or symbol.sub or symbol.marks:
            return False
        ways = (self.table.read(replace(symbol, sup=())), self.table.read(symbol))
        return not any(found and found[0].cost < FOREIGN and found[0].notation != HandTable.name for found in ways)

    def _condition(self, node: w.Comparison) -> Comparison:
        holds = Entries(self).compared(node)
        if holds is not None:
            return Comparison(holds, "=", Number("1"))
        if node.relation not in ("<", "<=", ">", ">=", "="):
            raise NotBound("a condition that is no comparison", node.span)
        return Comparison(self.bind(node.left), node.relation, self.bind(node.right))

    # symbols

    def _symbol(self, symbol: w.Symbol) -> Expression:
        if self.reading.arrays and len(symbol.sub) == 1 and symbol.sub[0].isdecimal():
            symbol = replace(symbol, sub=(), sup=("[", *symbol.sub, "]", *symbol.sup), exponent=None)
        if len(symbol.sup) > 3 and symbol.sup[-2] in (")", "]") and not self.table.exactly(symbol):
            # behind the layer stands what is done with the array: A^{[1]T}, A^{[1]2}
            last, bare = symbol.sup[-1], replace(symbol, sup=symbol.sup[:-1], exponent=None)
            if last in ("T", "top"):
                return Transpose(self._symbol(bare))
            if last.isdecimal():
                return Power(self._symbol(bare), Number(last))
        if self.table.dialect.primes_transpose and plain_words(symbol).primes == 1:
            bare = plain_words(symbol)
            return Transpose(self._symbol(replace(bare, primes=0, exponent=None)))
        alias = self.names.get(symbol) or self._entry_of_alias(symbol)
        if alias is not None:
            return alias
        if symbol.base in self.free and not symbol.sub and not symbol.marks:
            variable = Ref(self.reading.point or Quantity("variable", name=symbol.base))
            return Power(variable, self.bind(symbol.exponent)) if symbol.exponent is not None else variable
        if symbol.base == "1":
            return Constant("ones") if not symbol.sub else Entries(self).indicator(symbol)
        found = self.table.read(symbol)
        if symbol.exponent is not None:
            raised = self._raised(symbol, found[0].cost if found else None)
            if raised is not None:
                return raised
        if found:
            return Ref(self.nearest(found))
        if symbol.base in ("e", "pi") and not symbol.sub and not symbol.marks:
            constant = Constant("e" if symbol.base == "e" else "pi")
            return Power(constant, self.bind(symbol.exponent)) if symbol.exponent is not None else constant
        in_code = Programs(self).derivative(symbol)
        if in_code is not None:
            return in_code
        if symbol.base in self.sizes and not (symbol.sub or symbol.sup or symbol.marks):
            return self._size(symbol.base)
        of_head = self._of_head(symbol)
        if of_head is not None:
            return Ref(of_head)
        alone = self.calls.alone(symbol)
        if alone:
            return Ref(self.nearest(alone))
        if self.table.dialect.bars_differentiate and symbol.marks[-1:] == ("bar",):
            barred = self._symbol(replace(symbol, marks=symbol.marks[:-1]))
            if isinstance(barred, Ref) and barred.quantity.role != "variable":
                return Ref(derivative(self.graph.goal, barred.quantity))
        if Entries(self).is_kronecker(symbol):
            return Entries(self).indicator(symbol)
        return self._guess(symbol)

    def _entry_of_alias(self, symbol: w.Symbol) -> Expression | None:
        """An entry of an array that the page has named itself: `scores_2`."""
        if len(symbol.sub) != 1 or not symbol.sub[0].isdecimal() or symbol.sup:
            return None
        whole = self.names.get(replace(symbol, sub=()))
        quantity = whole.quantity if isinstance(whole, Ref) else None
        if quantity is None or quantity.role == "variable" or quantity.index or quantity.by is not None:
            return None
        size, number = self.graph.units[quantity.layer], int(symbol.sub[0]) + (symbol.base in self.names.from_zero)
        return Ref(quantity.at(number)) if isinstance(size, int) and 1 <= number <= size else None

    def _guess(self, symbol: w.Symbol) -> Expression:
        """A letter that stands for nothing here, as what it is said to be meant for among what it may stand for."""
        raised = symbol.exponent is not None and all(token not in "()[]" for token in symbol.sup)
        doubt = self.table.guesses(replace(symbol, sup=(), exponent=None) if raised else symbol)
        if doubt:
            meant = self.doubts[doubt] = self.reading.chosen.get(doubt)
            if meant is not None:
                return Power(Ref(meant), self.bind(symbol.exponent)) if raised and symbol.exponent else Ref(meant)
        raise NotBound(f"{spelled(symbol)} is not known", symbol.span)

    def _of_head(self, symbol: w.Symbol) -> Quantity | None:
        """An array that is named without its layer, as that of the layer that the chain is about: `\\nabla_a C`."""
        if symbol.sub or symbol.sup or self.head_layer is None:
            return None
        first = self.table.notation(self.table.dialect.notation).conventions.first_layer
        found = self.table.read(replace(symbol, sup=(str(self.head_layer + first - 1),)))
        return found[0].quantity if found and found[0].cost < FOREIGN else None

    def nearest(self, found: tuple[Candidate, ...]) -> Quantity:
        """The likeliest reading; of equal ones, that which is said to be meant, else that of the layer nearest to what
        the chain is about.
        """
        best = tuple(candidate.quantity for candidate in found if candidate.cost == found[0].cost)
        if len(best) == 1:
            return best[0]
        meant = self.doubts[best] = self.reading.chosen.get(best) or self._nearest(best)
        return meant

    def _nearest(self, best: Doubt) -> Quantity:
        if self.reading.units:
            best = tuple(sorted(best, key=lambda quantity: quantity.sample is not None))
        if self.head_layer is None or any(quantity.role != "weight" for quantity in best):
            return best[0]
        layer = self.head_layer
        return min(best, key=lambda quantity: abs(quantity.layer - layer))

    def _raised(self, symbol: w.Symbol, cost: float | None) -> Expression | None:
        """The symbol with what stands above it taken for an exponent, where that is the likelier reading."""
        assert symbol.exponent is not None
        if next((token for token in symbol.sup if token not in "()[]"), "") in ("l", "L", "ell"):
            return None  # the letter of a layer
        if symbol.sup == ("1",) and cost is not None:
            return None  # nobody writes a first power
        bare = replace(symbol, sup=(), exponent=None)
        alias = self.names.get(bare)
        if alias is not None:
            return Power(Group(alias), self.bind(symbol.exponent))
        below = self.table.read(bare)
        if not below:
            return None
        plain = all(token not in "()[]" for token in symbol.sup)
        if cost is not None and below[0].cost + (PLAIN_EXPONENT if plain else 3) >= cost:
            return None
        whole = isinstance(symbol.exponent, w.Numeral) and symbol.exponent.text.isdecimal()
        if self.is_e(bare) and not whole:
            return Power(Constant("e"), self.bind(symbol.exponent))  # an error is squared at most
        return Power(Ref(self.nearest(below)), self.bind(symbol.exponent))

    def _size(self, name: str) -> Expression:
        samples = self.graph.samples
        return Ref(SAMPLES) if name in ("N", "m") and samples == self.sizes[name] else expression(self.sizes[name])

    # products, functions at their arguments

    def _product(self, node: w.Product) -> Expression:
        parts: list[list[Expression]] = [[]]
        place = 0
        while place < len(node.factors):
            self._refuse_slips(node, place)
            bound, after = self.factor(node, place)
            if place and node.operators[place - 1] == "hadamard":
                parts.append([])
            parts[-1].append(bound)
            place = after
        flat = [part[0] if len(part) == 1 else Product(tuple(part)) for part in parts]
        return flat[0] if len(flat) == 1 else Hadamard(tuple(flat))

    def _refuse_slips(self, node: w.Product, place: int) -> None:
        """What a scanner made of one number is no product: `0.5 249`, `O.2`, `0.l`. Raises NotBound."""
        if place + 1 >= len(node.factors):
            return
        one, two, sign = node.factors[place], node.factors[place + 1], node.operators[place]
        if sign == "" and isinstance(one, w.Numeral) and isinstance(two, w.Numeral):
            raise NotBound("two numbers stand side by side", one.span)
        if sign == "" and isinstance(one, w.Symbol) and one.base in LIKE_DIGITS and not one.sub and bare_point(two):
            raise NotBound("a letter stands in a number", one.span)
        if sign == "." and one.span.end + 1 == two.span.start:
            pair = (one, two)
            letters = [
                part for part in pair if isinstance(part, w.Symbol) and part.base in LIKE_DIGITS and not part.sub
            ]
            if letters and any(isinstance(part, w.Numeral) for part in pair):
                raise NotBound("a letter stands in a number", one.span)

    def factor(self, node: w.Product, place: int) -> tuple[Expression, int]:
        """The factor at a place, with its argument where it is a function; and the place after it."""
        factor = node.factors[place]
        if isinstance(factor, w.Symbol):
            factor = plain_words(factor)
        beside = place + 1 < len(node.factors) and node.operators[place] == ""
        indicated = Entries(self).indicated(factor, node.factors[place + 1]) if beside else None
        if indicated is not None:
            return indicated, place + 2
        if place + 1 < len(node.factors) and node.operators[place] == ".":
            asked = Programs(self).attribute(factor, node.factors[place + 1])
            if asked is not None:
                return asked, place + 2
        is_d = isinstance(factor, w.Symbol) and factor.base == "d" and not (factor.sub or factor.sup)
        if beside and isinstance(factor, w.Symbol) and is_d and self.names.get(factor) is None:
            named = Programs(self).apart(factor, node.factors[place + 1])
            if named is not None:
                return named, place + 2
        if beside and isinstance(factor, w.Symbol) and factor.base == "Delta" and not factor.sub and not factor.sup:
            moved = Programs(self).step(node.factors[place + 1])
            if moved is not None:
                timed = place + 2 < len(node.factors) and updates_in(node.factors[place + 2]) is not None
                return moved, place + 2 + timed
        if beside and isinstance(factor, w.Symbol) and factor.base == "l" and not (factor.sub or factor.sup):
            factor = replace(factor, base="ell")  # l(y, o): of something it is a loss, not a layer
        if beside:
            factor = self.calls.hypothesis(factor, node.factors[place + 1])
        if beside and self.calls.is_of(gradient_of(factor) or factor, node.factors[place + 1]):
            return self.bind(factor), place + 2
        if beside and isinstance(factor, w.Symbol):
            at = at_node(factor, node.factors[place + 1])
            if at is not None:
                return self.bind(at), place + 2
            counted = Iterates(self.table).parameter(factor, node.factors[place + 1])
            if counted is not None:
                return Ref(counted), place + 2
        if isinstance(factor, w.Fraction) and is_operator(factor):
            if place + 1 >= len(node.factors):
                raise NotBound("nothing to differentiate stands behind it", factor.span)
            body, after = self._behind_operator(node, place + 1)
            return _differentiated(body, self._by(factor.denominator)), after
        if isinstance(factor, w.Symbol) and self._is_identity(factor):
            return Number("1"), place + 1
        if isinstance(factor, w.Symbol):
            name = self.calls.function(factor, node.factors[place + 1] if beside else None)
            if name is not None:
                return self.calls.call(factor, name, node, place)
        return self.bind(factor), place + 1

    def _behind_operator(self, node: w.Product, place: int) -> tuple[Expression, int]:
        """What d/dx is of: the factor behind it, with the numbers in front of that, `½ (y - a)^2`."""
        parts: list[Expression] = []
        while not parts or (place < len(node.factors) and not any(quantities(parts[-1]))):
            part, place = self.factor(node, place)
            parts.append(part)
        return parts[0] if len(parts) == 1 else Product(tuple(parts)), place

    def _is_identity(self, symbol: w.Symbol) -> bool:
        """Whether a factor is the matrix that changes nothing: an I that is no letter of the page's own."""
        if symbol.base != "I" or symbol.sub or symbol.sup or symbol.primes or self.names.get(symbol) is not None:
            return False
        found = self.table.read(symbol)
        return not found or found[0].cost >= OTHER_CASE

    # fractions

    def _fraction(self, node: w.Fraction) -> Expression:
        above, below = node.numerator, node.denominator
        if isinstance(above, w.Differential) and isinstance(below, w.Differential):
            if above.body is None:
                raise NotBound("nothing to differentiate stands behind it", node.span)
            of = self.bind(above.body)
            outer = self.head_layer
            if isinstance(of, Ref) and of.quantity.layer:
                self.head_layer = of.quantity.layer
            by = self._by(below)
            self.head_layer = outer
            free = isinstance(by, Ref) and by.quantity.role == "variable" and by.quantity.name in self.free
            if free and isinstance(of, Ref) and of.quantity == self.graph.goal:
                raise NotBound("this is about any function", node.span)
            return _differentiated(of, by)
        return Quotient(self.bind(above), self.bind(below))

    def _by(self, node: w.Written) -> Expression:
        assert isinstance(node, w.Differential)
        if node.body is None:
            raise NotBound("it is not said what it is differentiated by", node.span)
        by = self.bind(node.body)
        while isinstance(by, Group):
            by = by.body
        if not isinstance(by, Ref):
            made = made_of(by, self.graph)
            if made is None:
                raise NotBound("what it is differentiated by is no quantity", node.span)
            return Ref(made)
        return by

    # brackets and sums

    def _group(self, node: w.Group, items: tuple[w.Written, ...], kind: str) -> Expression:
        if len(items) > 1:
            entries = tuple(self.bind(item) for item in items)
            return Matrix((entries,)) if kind == "[" else Matrix(tuple((entry,) for entry in entries))
        if not items:
            raise NotBound("nothing stands in the brackets", node.span)
        body = self.bind(items[0])
        if kind == "||":
            return Apply("sqrt", (Apply(TOTAL, (Power(body, Number("2")),)),))
        return Apply("abs", (body,)) if kind == "|" else Group(body)


def _differentiated(of: Expression, by: Expression) -> Expression:
    """The derivative of one by the other: of a quantity of the problem by a quantity, a quantity too."""
    inner = of
    while isinstance(inner, Group):
        inner = inner.body
    if isinstance(inner, Ref) and inner.quantity.role not in ("variable", "derivative") and isinstance(by, Ref):
        return Ref(derivative(inner.quantity, by.quantity))
    return Derivative(inner, by)

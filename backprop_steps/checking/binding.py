"""What is written, bound to the problem: a tree of signs becomes an Expression about quantities.

Whether `g(z)` is a function at its argument or a product, whether `a^2` is a square or the second layer, what `x_i`
runs over: here it is settled, against the problem's symbols in every notation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backprop_steps.checking import written as w
from backprop_steps.checking.forms import OTHER_BRACKETS, OTHER_CASE
from backprop_steps.checking.names import ANY_ACTIVATION, ELEMENTARY, KNOWN, OF_ARRAYS
from backprop_steps.checking.symbols import Candidate, SymbolTable
from backprop_steps.checking.valuation import SOFTMAX, TOTAL
from backprop_steps.expression.quantity import SAMPLES, Axis, Index, Letter, Quantity, derivative
from backprop_steps.expression.transform import free_letters, quantities, rename
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
    Kronecker,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
    Transpose,
    expression,
)
from backprop_steps.network.graph import Graph
from backprop_steps.notation.spelling import SAMPLED

NOWHERE = Axis("unit", -1, 1)
"""What an index letter runs over while nothing has said it."""
DEEPEST = 80
"""The bound on the nesting of what is bound."""
FOREIGN = 2.0
"""From here on a reading is that of another notation than the page's."""
PLAIN_EXPONENT = 0.5
"""What it costs to take a bare number above a letter for its exponent: less than for an index without its brackets."""


class NotBound(Exception):  # noqa: N818 - no fault of the program: the line says something that is not known here
    """Something written that stands for nothing here; `open` where it is left to be found."""

    def __init__(self, message: str, span: w.Span, *, open_: bool = False) -> None:
        super().__init__(message)
        self.message, self.span, self.open = message, span, open_


@dataclass(slots=True)
class Names:
    """What the page itself has named: letters for expressions, by how they are written."""

    aliases: dict[w.Symbol, Expression] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    """Letters that the page has said to be a function."""

    def get(self, symbol: w.Symbol) -> Expression | None:
        """What a symbol was introduced for."""
        return self.aliases.get(key_of(symbol))


def key_of(symbol: w.Symbol) -> w.Symbol:
    """A symbol as it is compared with others: what stands above it counts as signs only."""
    return replace(symbol, exponent=None)


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
        self.head_layer: int | None = None
        self.guessed: list[w.Symbol] = []
        self.activations = {
            operation.output.layer: operation.activation.name
            for operation in graph.operations
            if operation.activation is not None
        }
        self.functions = {name for name, _ in graph.functions} | set(self.activations.values())

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
                if isinstance(base, w.Symbol) and self._is_e(base):
                    return Power(Constant("e"), self.bind(exponent))
                return Power(self.bind(base), self.bind(exponent))
            case w.Root(body=body):
                return Apply("sqrt", (self.bind(body),))
            case w.Transposed(body=body):
                return Transpose(self.bind(body))
            case w.Primed(body=body):
                return Transpose(self.bind(body))
            case w.Group(items=items, kind=kind):
                return self._group(node, items, kind)
            case w.Matrix(rows=rows):
                return Matrix(tuple(tuple(self.bind(entry) for entry in row) for row in rows))
            case w.Cases(pieces=pieces):
                return Cases(tuple((self.bind(body), self._condition(c) if c else None) for body, c in pieces))
            case w.Sigma():
                return self._sigma(node)
            case w.Indexed():
                return self._indexed(node)
            case w.Blank():
                raise NotBound("left open", node.span, open_=True)
            case w.Dots():
                return Dots()
        raise NotBound("this has no meaning here", node.span)

    def _is_e(self, symbol: w.Symbol) -> bool:
        """Whether a base of powers is the number e: unless the problem itself has a quantity of that name."""
        if symbol.base != "e" or symbol.sub or symbol.marks:
            return False
        found = self.table.read(replace(symbol, sup=()))
        return not found or found[0].cost >= FOREIGN

    def _condition(self, node: w.Comparison) -> Comparison:
        if node.relation not in ("<", "<=", ">", ">=", "="):
            raise NotBound("a condition that is no comparison", node.span)
        return Comparison(self.bind(node.left), node.relation, self.bind(node.right))

    # symbols

    def _symbol(self, symbol: w.Symbol) -> Expression:
        if len(symbol.sup) > 3 and symbol.sup[-2] in (")", "]") and not self._exactly(symbol):
            # behind the layer stands what is done with the array: A^{[1]T}, A^{[1]2}
            last, bare = symbol.sup[-1], replace(symbol, sup=symbol.sup[:-1], exponent=None)
            if last in ("T", "top"):
                return Transpose(self._symbol(bare))
            if last.isdecimal():
                return Power(self._symbol(bare), Number(last))
        alias = self.names.get(symbol)
        if alias is not None:
            return alias
        if symbol.base in self.free and not symbol.sub and not symbol.marks:
            variable = Ref(Quantity("variable", name=symbol.base))
            return Power(variable, self.bind(symbol.exponent)) if symbol.exponent is not None else variable
        if symbol.base == "1":
            return Constant("ones") if not symbol.sub else self._indicator(symbol)
        found = self.table.read(symbol)
        if symbol.exponent is not None:
            raised = self._raised(symbol, found[0].cost if found else None)
            if raised is not None:
                return raised
        if found:
            if found[0].cost >= 6:
                self.guessed.append(symbol)
            return Ref(self._nearest(found))
        if symbol.base in ("e", "pi") and not symbol.sub and not symbol.marks:
            constant = Constant("e" if symbol.base == "e" else "pi")
            return Power(constant, self.bind(symbol.exponent)) if symbol.exponent is not None else constant
        in_code = self._named_derivative(symbol)
        if in_code is not None:
            return in_code
        if symbol.base in self.sizes and not (symbol.sub or symbol.sup or symbol.marks):
            return self._size(symbol.base)
        raise NotBound(f"{spelled(symbol)} is not known", symbol.span)

    def _indicator(self, symbol: w.Symbol) -> Expression:
        """1 where two indices are equal: the sign 1 with `p = j` below it."""
        if len(symbol.sub) != 3 or symbol.sub[1] not in ("=", ","):
            raise NotBound(f"{spelled(symbol)} is not known", symbol.span)
        left, right = (int(token) if token.isdecimal() else self._loose_letter(token) for token in symbol.sub[::2])
        return Kronecker(left, right)

    def _loose_letter(self, name: str) -> Letter:
        """An index letter where nothing says what it runs over: the rest of the chain does."""
        return self.table.names.letter(name, NOWHERE) or Letter(NOWHERE, 0)

    def _indexed(self, node: w.Indexed) -> Expression:
        """An entry of an array: of a symbol's, or of the softmax of one."""
        return self._entry(self.bind(node.body), node)

    def _entry(self, body: Expression, node: w.Indexed) -> Expression:
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
        units = self.graph.units
        if quantity.role in ("loss", "learning_rate", "samples", "derivative") or not units:
            return []
        layers = [quantity.layer, quantity.layer - 1] if quantity.role == "weight" else [quantity.layer]
        return [Axis("unit", layer, units[layer]) for layer in layers]

    def _index(self, token: str, axis: Axis) -> Index:
        if token.isdecimal():
            return int(token)
        return self.table.names.letter(token, axis) or Letter(axis, 0)

    def _softmax_entry(self, z: Quantity, token: str) -> Expression:
        axis = self._unit_axes(z)[0]
        other = Letter(axis, -2)
        top = Apply("exp", (Ref(z.at(self._index(token, axis), sample=z.sample)),))
        return Quotient(top, Sigma(other, Apply("exp", (Ref(z.at(other, sample=z.sample)),))))

    def _nearest(self, found: tuple[Candidate, ...]) -> Quantity:
        """The likeliest reading; of equal ones, that of the layer nearest to what the chain is about."""
        best = [candidate.quantity for candidate in found if candidate.cost == found[0].cost]
        if self.head_layer is None or any(quantity.role != "weight" for quantity in best):
            return best[0]
        layer = self.head_layer
        return min(best, key=lambda quantity: abs(quantity.layer - layer))

    def _named_derivative(self, symbol: w.Symbol) -> Expression | None:
        """A derivative that is named in one word, as in a program: `dfdx`, `dL_dw`, `dx` for that of the goal."""
        base = symbol.base
        if not base.startswith("d") or len(base) < 2 or symbol.marks:
            return None
        for end in range(len(base) - 1, 1, -1):
            if base[end] == "d" and end + 1 < len(base):
                of, by = self._alone(base[1:end], symbol, bare=True), self._alone(base[end + 1 :], symbol)
                if of is not None and by is not None:
                    return Ref(derivative(of, by))
        by = self._alone(base[1:], symbol)
        return self._gradient(by) if by is not None and by != self.graph.goal else None

    def _alone(self, base: str, symbol: w.Symbol, *, bare: bool = False) -> Quantity | None:
        """The quantity that a part of such a word is."""
        part = w.Symbol(symbol.span, base) if bare else replace(symbol, base=base, exponent=None)
        found = self.table.read(part)
        return found[0].quantity if found and found[0].cost < FOREIGN else None

    def _exactly(self, symbol: w.Symbol) -> bool:
        found = self.table.read(symbol)
        return bool(found) and found[0].cost < OTHER_BRACKETS

    def _raised(self, symbol: w.Symbol, cost: float | None) -> Expression | None:
        """The symbol with what stands above it taken for an exponent, where that is the likelier reading."""
        assert symbol.exponent is not None
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
        return Power(Ref(self._nearest(below)), self.bind(symbol.exponent))

    def _size(self, name: str) -> Expression:
        samples = self.graph.samples
        return Ref(SAMPLES) if name in ("N", "m") and samples == self.sizes[name] else expression(self.sizes[name])

    # products, functions at their arguments

    def _product(self, node: w.Product) -> Expression:
        parts: list[list[Expression]] = [[]]
        place = 0
        while place < len(node.factors):
            bound, after = self._factor(node, place)
            if place and node.operators[place - 1] == "hadamard":
                parts.append([])
            parts[-1].append(bound)
            place = after
        flat = [part[0] if len(part) == 1 else Product(tuple(part)) for part in parts]
        return flat[0] if len(flat) == 1 else Hadamard(tuple(flat))

    def _factor(self, node: w.Product, place: int) -> tuple[Expression, int]:
        """The factor at a place, with its argument where it is a function; and the place after it."""
        factor = node.factors[place]
        beside = place + 1 < len(node.factors) and node.operators[place] == ""
        if beside and isinstance(factor, w.Symbol) and factor.base == "d" and not factor.sub and not factor.sup:
            named = self._named_apart(factor, node.factors[place + 1])
            if named is not None:
                return named, place + 2
        if beside and isinstance(factor, w.Symbol) and factor.base == "Delta" and not factor.sub and not factor.sup:
            moved = self._step(node.factors[place + 1])
            if moved is not None:
                return moved, place + 2
        if beside and self._is_of(factor, node.factors[place + 1]):
            return self.bind(factor), place + 2
        if isinstance(factor, w.Fraction) and _is_operator(factor):
            if place + 1 >= len(node.factors):
                raise NotBound("nothing to differentiate stands behind it", factor.span)
            body, after = self._factor(node, place + 1)
            return Derivative(body, self._by(factor.denominator)), after
        if isinstance(factor, w.Symbol):
            name = self._function(factor, node.factors[place + 1] if beside else None)
            if name is not None:
                return self._call(factor, name, node, place)
        return self.bind(factor), place + 1

    def _named_apart(self, d: w.Symbol, node: w.Written) -> Expression | None:
        """The gradient of a program's name, `dZ`, written as two letters side by side."""
        known = self.table.read(d)
        if not isinstance(node, w.Symbol) or (known and known[0].cost < FOREIGN):
            return None
        found = self.table.read(node)
        if (
            not found
            or found[0].cost > FOREIGN + OTHER_CASE
            or found[0].quantity.role in ("loss", "learning_rate", "samples")
        ):
            return None
        return self._gradient(self._nearest(found))

    def _gradient(self, by: Quantity) -> Expression:
        """The gradient by a quantity as a one-word name means it: of a sample's own loss where the page does so."""
        gradient = Ref(derivative(self.graph.goal.after(by.generation), by))
        sampled = by.role in SAMPLED and self.graph.batch
        return Product((Ref(SAMPLES), gradient)) if sampled and self.table.dialect.sample_losses else gradient

    def _step(self, node: w.Written) -> Expression | None:
        """How far an update moves a parameter, `\\Delta w`: what it is afterwards less what it was."""
        try:
            bound = self.bind(node)
        except NotBound:
            return None
        if not isinstance(bound, Ref) or bound.quantity.role not in ("weight", "bias", "threshold", "node"):
            return None
        return Sum((Ref(bound.quantity.after(1)), Negative(bound)))

    def _is_of(self, factor: w.Written, argument: w.Written) -> bool:
        """Whether a loss is written with what it depends on: `L(y, a)`."""
        if not (isinstance(factor, w.Symbol) and isinstance(argument, w.Group) and len(argument.items) > 1):
            return False
        found = self.table.read(factor)
        return bool(found) and (
            found[0].quantity.role in ("loss", "partial_loss") or found[0].quantity == self.graph.goal
        )

    def _function(self, symbol: w.Symbol, argument: w.Written | None) -> str | None:
        """The function that a symbol names here: a known one, `any` for the layer's own activation; None for none."""
        if argument is None or symbol.marks or self.names.get(symbol) is not None:
            return None
        if isinstance(argument, w.Indexed):
            argument = argument.body
        if isinstance(argument, w.Power):
            argument = argument.base
        bracketed = isinstance(argument, w.Group) and argument.kind != "|"
        word = symbol.base.lower()
        if symbol.base in self.names.functions and bracketed:
            return self.names.functions[symbol.base]
        if symbol.base in self.functions and bracketed:
            return symbol.base
        if word in OF_ARRAYS and bracketed:
            return word
        if word in KNOWN and (len(symbol.base) > 1 or symbol.base == word):
            name = KNOWN[word]
            if bracketed or name in ELEMENTARY or word in ("sigma", "tanh", "relu", "softmax", "sigmoid"):
                return "any" if name not in self.functions and name not in ELEMENTARY and word == "sigma" else name
            return None
        if bracketed and symbol.base in ANY_ACTIVATION:
            known = self.table.read(replace(symbol, primes=0))
            if not known or known[0].cost >= 2:
                return "any"
        return None

    def _of_arrays(self, name: str, argument: w.Group) -> Expression:
        """A product, a power or a sum as a program writes it; what else stands in the brackets says how it is laid."""
        first = self.bind(argument.items[0])
        if name == "sum":
            return Apply(TOTAL, (first,))
        if name == "square":
            return Power(Group(first), Number("2"))
        if len(argument.items) < 2:
            raise NotBound(f"{name} needs two arguments", argument.span)
        second = self.bind(argument.items[1])
        if name == "power":
            return Power(Group(first), second)
        return Hadamard((first, second)) if name == "multiply" else Product((first, second))

    def _call(self, symbol: w.Symbol, name: str, node: w.Product, place: int) -> tuple[Expression, int]:
        argument: w.Written = node.factors[place + 1]
        power: w.Written | None = None
        entry: w.Indexed | None = None
        if isinstance(argument, w.Indexed):
            entry, argument = argument, argument.body
        if isinstance(argument, w.Power) and isinstance(argument.base, w.Group):
            power, argument = argument.exponent, argument.base
        if name in OF_ARRAYS and isinstance(argument, w.Group):
            return self._of_arrays(name, argument), place + 2
        if isinstance(argument, w.Group) and argument.kind != "|":
            arguments = tuple(self.bind(item) for item in argument.items)
            after = place + 2
        else:
            bound, after = self._factor(node, place + 1)
            arguments = (bound,)
        if name == "any":
            name = self._activation_at(arguments[0], symbol)
        called: Expression = Apply(name, arguments, symbol.primes)
        if entry is not None:
            called = self._entry(called, entry)
        if name == "identity":
            called = expression(1) if symbol.primes else arguments[0]
        if symbol.exponent is not None and name in ELEMENTARY | {"tanh", "sigmoid"} and symbol.sup != ("-", "1"):
            called = Power(called, self.bind(symbol.exponent))
        if power is not None:
            called = Power(called, self.bind(power))
        return called, after

    def _activation_at(self, argument: Expression, symbol: w.Symbol) -> str:
        """The activation of the layer that the argument belongs to."""
        found = list(quantities(argument))
        for role in ("pre_activation", "weight", "bias"):
            for quantity in found:
                if quantity.role == role and quantity.layer in self.activations:
                    return self.activations[quantity.layer]
        names = {name for name in self.activations.values() if name != "identity"}
        if len(names) == 1:
            return names.pop()
        if symbol.base == "sigma":
            return "sigmoid"
        raise NotBound(f"{spelled(symbol)} may be any of {len(names)} activations", symbol.span)

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
            while isinstance(of, Group):
                of = of.body
            if isinstance(of, Ref) and of.quantity.role not in ("variable", "derivative") and isinstance(by, Ref):
                return Ref(derivative(of.quantity, by.quantity))
            return Derivative(of, by)
        return Quotient(self.bind(above), self.bind(below))

    def _by(self, node: w.Written) -> Expression:
        assert isinstance(node, w.Differential)
        if node.body is None:
            raise NotBound("it is not said what it is differentiated by", node.span)
        by = self.bind(node.body)
        while isinstance(by, Group):
            by = by.body
        if not isinstance(by, Ref):
            raise NotBound("what it is differentiated by is no quantity", node.span)
        return by

    # brackets and sums

    def _group(self, node: w.Group, items: tuple[w.Written, ...], kind: str) -> Expression:
        if len(items) > 1:
            entries = tuple(self.bind(item) for item in items)
            return Matrix((entries,)) if kind == "[" else Matrix(tuple((entry,) for entry in entries))
        body = self.bind(items[0])
        if kind == "||":
            return Apply("sqrt", (Apply(TOTAL, (Power(body, Number("2")),)),))
        return Apply("abs", (body,)) if kind == "|" else Group(body)

    def _sigma(self, node: w.Sigma) -> Expression:
        body = self.bind(node.body)
        while isinstance(body, Group):
            body = body.body
        if not node.letters:
            free = sorted(
                (letter for letter in free_letters(body) if letter.copy not in self.head_codes),
                key=lambda letter: letter.copy,
            )
            if not free:
                return Apply(TOTAL, (body,))
            for letter in free:
                body = Sigma(letter, body)
            return body
        for name in reversed(node.letters):
            body = self._over(name, node, body)
        return body

    def _over(self, name: str, node: w.Sigma, body: Expression) -> Expression:
        code = self.table.names.codes.get(name)
        letters = [letter for letter in free_letters(body) if letter.copy == code]
        letters.sort(key=lambda letter: letter.axis == NOWHERE)
        size = self._range(node)
        if not letters:
            # a sum over something that does not depend on the letter, as over unlettered arrays
            axis = Axis("sample", 0, size if size is not None else self.graph.samples)
            if size is None or self._open_samples(body, size):
                return Apply(TOTAL, (body,))
            return Sigma(Letter(axis, -1), body)
        axis = letters[0].axis if size is None else replace(letters[0].axis, size=size)
        own = Letter(axis, letters[0].copy)
        return Sigma(own, rename(body, dict.fromkeys(letters, own)))

    def _open_samples(self, body: Expression, size: int) -> bool:
        return self.graph.batch and size == self.graph.samples and any(q.sample is None for q in quantities(body))

    def _range(self, node: w.Sigma) -> int | None:
        """How many values the letter takes; None where it is not said, or not in numbers."""
        if node.upper is None:
            return None
        upper, lower = self._whole(node.upper), self._whole(node.lower) if node.lower is not None else 1
        if upper is None or lower is None:
            return None
        return max(upper - lower + 1, 0)

    def _whole(self, node: w.Written) -> int | None:
        match node:
            case w.Numeral(text=text) if text.isdecimal() and len(text) < 6:
                return int(text)
            case w.Symbol(base=base, sub=(), marks=()) if base in self.sizes:
                return self.sizes[base]
            case w.Symbol(sub=(), sup=(), marks=()):
                found = self.table.read(node)
                if found and found[0].quantity == SAMPLES and isinstance(self.graph.samples, int):
                    return self.graph.samples
            case w.Sum(terms=terms):
                parts = [(sign, self._whole(term)) for sign, term in terms]
                if all(part is not None for _, part in parts):
                    return sum(sign * part for sign, part in parts if part is not None)
        return None


def _is_operator(node: w.Fraction) -> bool:
    above, below = node.numerator, node.denominator
    return isinstance(above, w.Differential) and above.body is None and isinstance(below, w.Differential)


def spelled(symbol: w.Symbol) -> str:
    """A symbol for a message."""
    text = symbol.base + "'" * symbol.primes
    for mark in symbol.marks:
        text = f"{text} {mark}"
    if symbol.sub:
        text += f"_{''.join(symbol.sub)}"
    if symbol.sup:
        text += f"^{''.join(symbol.sup)}"
    return text

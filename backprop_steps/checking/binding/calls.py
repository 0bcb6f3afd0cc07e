"""Functions at their arguments: `g(z)`, `np.dot(W, x)`, `tanh^2 z`; and what is written with what it depends on."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Protocol

from backprop_steps.checking.binding.binds import Binds
from backprop_steps.checking.binding.entries import Entries
from backprop_steps.checking.binding.symbols import Candidate
from backprop_steps.checking.binding.unbound import NotBound, spelled
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.names import ANY_ACTIVATION, ELEMENTARY, KNOWN, NAMED_ALONE, OF_ARRAYS
from backprop_steps.checking.truth.valuation import SOFTMAX, TOTAL
from backprop_steps.expression.quantity import Quantity, Role
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import (
    Apply,
    Expression,
    Group,
    Hadamard,
    Number,
    Power,
    Product,
    Transpose,
    expression,
)

OF_SEVERAL = frozenset({"max", "min"})
MOST_UNITS = 4
"""Of so many units one may be meant without its number."""
IN_PROGRAM = "np."
"""What the functions of a program's arrays are called by, apart from the problem's own."""


class Names(Protocol):
    """What the page itself has named."""

    functions: dict[str, str]

    def get(self, symbol: w.Symbol) -> Expression | None:
        """What a symbol was introduced for."""


class Caller(Binds, Protocol):
    """What of the binder is asked for functions."""

    functions: Set[str]
    activations: Mapping[int, str]
    head: Quantity | None

    @property
    def names(self) -> Names:
        """What the page itself has named."""

    def factor(self, node: w.Product, place: int) -> tuple[Expression, int]:
        """The factor at a place, with its argument where it is a function; and the place after it."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Binds the functions of one chain."""

    binder: Caller

    def is_of(self, factor: w.Written, argument: w.Written) -> bool:
        """Whether a loss is written with what it depends on, `L(y, a)`, `J(w)`, or an output, `\\hat y(x)`."""
        if not (isinstance(factor, w.Symbol) and isinstance(argument, w.Group) and argument.kind == "("):
            return False
        named = all(isinstance(item, w.Symbol) for item in argument.items)
        found = self.binder.table.read(factor)
        if not found or not argument.items or not (named or len(argument.items) > 1):
            return False
        quantity = found[0].quantity
        if quantity.role in ("loss", "partial_loss") or quantity == self.binder.graph.goal:
            first = argument.items[0]
            of_any = not self.binder.graph.depth and len(argument.items) == 1
            if of_any and isinstance(first, w.Symbol) and not self.binder.table.read(first):
                raise NotBound(f"{spelled(first)} is not known", first.span)  # f(x) = 1/x: of any function
            return True
        first = argument.items[0]
        of = self.binder.table.read(first) if isinstance(first, w.Symbol) else ()
        return "hat" in factor.marks and quantity.role == "activation" and bool(of) and of[0].quantity.role == "input"

    def hypothesis(self, factor: w.Written, argument: w.Written) -> w.Written:
        """What the network makes of its inputs, `h(x)`, as the output that it is; anything else as it is written."""
        match factor, argument:
            case w.Symbol(base="h", sub=(), sup=(), marks=(), primes=0), w.Group(items=(w.Symbol() as of,), kind="("):
                functions = {*self.binder.functions, *self.binder.names.functions}
                found = self.binder.table.read(of)
                inputs = bool(found) and found[0].quantity.role == "input" and not found[0].quantity.index
                if inputs and "h" not in functions and of.base not in self.binder.free:
                    return replace(factor, base="y", marks=("hat",))
        return factor

    def function(self, symbol: w.Symbol, argument: w.Written | None) -> str | None:
        """The function that a symbol names here: a known one, `any` for the layer's own activation; None for none."""
        if argument is None or symbol.marks or self.binder.names.get(symbol) is not None:
            return None
        if _beside_itself(symbol, argument):
            return None
        if isinstance(argument, w.Indexed):
            argument = argument.body
        if isinstance(argument, w.Power):
            argument = argument.base
        bracketed = isinstance(argument, w.Group) and argument.kind != "|"
        word = symbol.base.lower()
        bracketed = bracketed or isinstance(_listed(argument, word), w.Group)
        if symbol.base in self.binder.names.functions and bracketed:
            return self.binder.names.functions[symbol.base]
        named = KNOWN.get("".join(symbol.sub).lower()) if symbol.base in ANY_ACTIVATION else None
        if named is not None and named not in ELEMENTARY and bracketed:
            return named  # g_{relu}
        own = "_".join((symbol.base, *symbol.sub))  # in TeX a dash below a letter may be one of its name
        for name in (symbol.base, own):
            if name in self.binder.functions and bracketed:
                return name
        if word in OF_ARRAYS and bracketed:
            return IN_PROGRAM + word
        if word == "sigma" and bracketed and self._above(symbol, argument):
            return self._numbered(symbol)
        if word in KNOWN and (len(symbol.base) > 1 or symbol.base == word):
            name = self._of_layer(KNOWN[word], symbol)
            applied = word in ("sigma", "tanh", "relu", "softmax", "sigmoid") and not symbol.primes
            if bracketed or name in ELEMENTARY or applied:
                other = name not in self.binder.functions and name not in ELEMENTARY
                return "any" if other and word == "sigma" else name
            return None
        of_layer = self._numbered(symbol)
        if bracketed and of_layer is not None and symbol.base in ANY_ACTIVATION:
            return None if self.binder.table.exactly(replace(symbol, primes=0)) else of_layer
        if bracketed and symbol.base in ANY_ACTIVATION:
            known = self.binder.table.read(replace(symbol, primes=0))
            if not known or known[0].cost >= 2:
                return "any"
        return None

    def _numbered(self, symbol: w.Symbol) -> str | None:
        """The activation of the layer whose number stands above a letter; None where none such does."""
        layer = "".join(token for token in symbol.sup if token not in "()[]")
        first = self.binder.table.notation(self.binder.table.dialect.notation).conventions.first_layer
        return self.binder.activations.get(int(layer) - first + 1) if layer.isdecimal() and len(layer) < 4 else None

    def _above(self, symbol: w.Symbol, argument: w.Written) -> bool:
        """Whether what stands above a sigma is the number of its layer: in brackets, or above the argument too."""
        if symbol.sup[:1] in (("(",), ("[",)):
            return True
        inside = argument.items[0] if isinstance(argument, w.Group) and len(argument.items) == 1 else None
        return bool(symbol.sup) and isinstance(inside, w.Symbol) and inside.sup == symbol.sup

    def _of_layer(self, name: str, symbol: w.Symbol) -> str:
        """The function of one layer where each has its own, as two slopes of leaky ReLU: by the number below it."""
        layers = self.binder.activations.items()
        own = {layer: function for layer, function in layers if function.startswith(f"{name}@")}
        if name in self.binder.functions or not own:
            return name
        number = "".join(symbol.sub)
        first = self.binder.table.notation(self.binder.table.dialect.notation).conventions.first_layer
        return own.get(int(number) - first + 1, name) if number.isdecimal() else "any"

    def alone(self, symbol: w.Symbol) -> tuple[Candidate, ...]:
        """What `f'` without an argument may stand for: the derivative of the activation of the unit or the layer that
        is spoken of, otherwise of any that has this one. A bare `sigma` beside it is the activation.
        """
        word, head = symbol.base.lower(), self.binder.head
        if symbol.primes > 1 or symbol.sub or symbol.marks or not (word in KNOWN or word in NAMED_ALONE):
            return ()
        if not symbol.primes and (word not in KNOWN or head is None or head.role != "slope"):
            return ()
        layers = self._layers_with(symbol, word)
        role: Role = "slope" if symbol.primes else "activation"
        if head is not None and head.layer in layers:
            return (Candidate(0, Quantity(role, head.layer, head.index[:1], head.sample), ""),)
        units = self.binder.graph.units
        whole = [Quantity(role, layer) for layer in layers]
        single = [Quantity(role, layer, (unit,)) for layer in layers for unit in _numbers(units[layer])]
        return tuple(Candidate(0, quantity, "") for quantity in (*whole, *(single if head is None else ())))

    def _layers_with(self, symbol: w.Symbol, word: str) -> list[int]:
        """The layers whose activation a function without an argument may be."""
        activations = [(layer, name) for layer, name in self.binder.activations.items() if name != SOFTMAX]
        if symbol.sup:
            numbered = self._numbered(symbol)
            return [layer for layer, name in activations if name == numbered and str(layer) in symbol.sup]
        own = KNOWN.get(word)
        layers = [layer for layer, name in activations if own in (None, name)]
        return layers if layers or word != "sigma" else [layer for layer, _ in activations]

    def call(self, symbol: w.Symbol, name: str, node: w.Product, place: int) -> tuple[Expression, int]:
        """A function at the argument that stands behind it; and the place after that."""
        argument: w.Written = _listed(node.factors[place + 1], name)
        power: w.Written | None = None
        entry: w.Indexed | None = None
        if isinstance(argument, w.Indexed):
            entry, argument = argument, argument.body
        if isinstance(argument, w.Power) and isinstance(argument.base, w.Group):
            power, argument = argument.exponent, argument.base
        if name.startswith(IN_PROGRAM) and isinstance(argument, w.Group):
            return self._of_arrays(name.removeprefix(IN_PROGRAM), argument), place + 2
        if isinstance(argument, w.Matrix) and name in ("max", "min"):  # max(0,5; 1): the commas are the decimals' own
            argument = w.Group(argument.span, tuple(cell for row in argument.rows for cell in row), "(")
        if isinstance(argument, w.Group) and argument.kind != "|":
            arguments = tuple(self.binder.bind(item) for item in argument.items)
            after = place + 2
        else:
            bound, after = self.binder.factor(node, place + 1)
            arguments = (bound,)
        if name == "any":
            name = self._activation_at(arguments[0], symbol)
        called: Expression = Apply(name, arguments, symbol.primes)
        if entry is not None:
            called = Entries(self.binder).entry(called, entry)
        if name == "identity":
            called = expression(1) if symbol.primes else arguments[0]
        raised = symbol.exponent is not None and not self._above(symbol, argument) and symbol.sup != ("-", "1")
        if raised and symbol.exponent is not None and name in ELEMENTARY | {"tanh", "sigmoid"}:
            called = Power(called, self.binder.bind(symbol.exponent))
        if power is not None:
            called = Power(called, self.binder.bind(power))
        return called, after

    def _of_arrays(self, name: str, argument: w.Group) -> Expression:
        """A product, a power or a sum as a program writes it; what else stands in the brackets says how it is laid."""
        first = self.binder.bind(argument.items[0])
        if name == "array":
            return first
        if name == "sum":
            return Apply(TOTAL, (first,))
        if name == "square":
            return Power(Group(first), Number("2"))
        if len(argument.items) < 2:
            raise NotBound(f"{name} needs two arguments", argument.span)
        second = self.binder.bind(argument.items[1])
        if name == "power":
            return Power(Group(first), second)
        if name == "outer":  # of two vectors, which a program lets neither lie nor stand
            return Product((Transpose(first), second) if self.binder.table.rows else (first, Transpose(second)))
        return Hadamard((first, second)) if name == "multiply" else Product((first, second))

    def _activation_at(self, argument: Expression, symbol: w.Symbol) -> str:
        """The activation of the layer that the argument belongs to."""
        found = list(quantities(argument))
        for role in ("pre_activation", "weight", "bias"):
            for quantity in found:
                if quantity.role == role and quantity.layer in self.binder.activations:
                    return self.binder.activations[quantity.layer]
        names = {name for name in self.binder.activations.values() if name != "identity"}
        if len(names) == 1:
            return names.pop()
        if symbol.base == "sigma":
            return "sigmoid"
        raise NotBound(f"{spelled(symbol)} may be any of {len(names)} activations", symbol.span)


def _beside_itself(symbol: w.Symbol, argument: w.Written) -> bool:
    """Whether brackets behind a letter are a factor: the letter itself is a term in them, `a(1 - a)`."""
    inside = argument.items[0] if isinstance(argument, w.Group) and len(argument.items) == 1 else None
    terms = [term for _, term in inside.terms] if isinstance(inside, w.Sum) else []
    return any(isinstance(term, w.Symbol) and replace(term, span=symbol.span) == symbol for term in terms)


def _numbers(size: int | str) -> range:
    """The numbers of a layer's units; none of many, or of a layer without a size."""
    return range(1, size + 1) if isinstance(size, int) and 1 < size <= MOST_UNITS else range(0)


def _listed(argument: w.Written, name: str) -> w.Written:
    """The arguments of a function of several: those that a semicolon parts are no column, `max(0; z)`."""
    if name not in OF_SEVERAL or not isinstance(argument, w.Matrix) or any(len(row) != 1 for row in argument.rows):
        return argument
    return w.Group(argument.span, tuple(row[0] for row in argument.rows), "(")

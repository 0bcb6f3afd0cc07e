"""A small notation and a few quantities for the tests of the printer."""

from hypothesis import strategies as st

from backprop_steps.expression.quantity import Axis, Letter, Quantity, derivative
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Constant,
    Derivative,
    Expression,
    Group,
    Kronecker,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
)
from backprop_steps.notation.indices import letter_bounds
from backprop_steps.notation.profile import Conventions
from backprop_steps.notation.tex import TexPrinter

NAMES = {
    "input": "x",
    "weight": "W",
    "bias": "b",
    "pre_activation": "z",
    "activation": "a",
    "target": "y",
    "error": "Err",
    "delta": r"\delta",
    "loss": "L",
    "learning_rate": r"\eta",
    "samples": "N",
}
FUNCTIONS = {"sigmoid": r"\sigma", "relu": r"\mathrm{ReLU}", "tanh": r"\tanh"}
J = Letter(Axis("unit", 1, 2))
M = Letter(Axis("unit", 1, 2), 1)
N = Letter(Axis("sample", 0, "N"))


class Plain:
    """Layers as superscripts where `superscripts`, no layers otherwise."""

    def __init__(self, superscripts=False, decimal_comma=False, **conventions):
        self.conventions = Conventions(**conventions)
        self.decimal_comma = decimal_comma
        self.writes_e = False
        self.superscripts = superscripts

    def spell(self, quantity, *, numbers=False, focus=None):
        if quantity.of is not None:
            mark = self.conventions.derivative
            of, by = self.spell(quantity.of), self.spell(quantity.by)
            space = " " if mark.startswith("\\") else ""
            if self.conventions.fractions == "inline":
                return f"{mark}{space}{of}/{mark}{space}{by}"
            return rf"\frac{{{mark}{space}{of}}}{{{mark}{space}{by}}}"
        tex = quantity.name or NAMES[quantity.role]
        if numbers:
            tex = tex.lower()
        index = [i if isinstance(i, int) else self.letter(i, focus) for i in (*quantity.index, quantity.sample) if i]
        if index:
            tex += f"_{{{''.join(map(str, index))}}}" if len(index) > 1 else f"_{index[0]}"
        return f"{tex}^{{({quantity.layer})}}" if self.superscripts and quantity.layer else tex

    def bounds(self, letter):
        return letter_bounds(letter, self.conventions.first_unit)

    def letter(self, letter, focus):
        return ("n" if letter.axis.kind == "sample" else "jm"[letter.copy]) if focus is None else "k"

    def function(self, name, layer=None, *, numbers=False):
        return FUNCTIONS.get(name, name)


def printer(numbers=False, **options):
    return TexPrinter(Plain(**options), numbers=numbers)


def tex(node: Expression, **options) -> str:
    return printer(**options).print(node)


def node(name):
    return Ref(Quantity("node", name=name))


def number(text):
    return Number(text)


def weight(to, source, layer=1):
    return Ref(Quantity("weight", layer, (to, source)))


def call(function, *arguments, primes=0):
    return Apply(function, arguments, primes)


A, B, X, Y = (node(name) for name in "abxy")
Z1 = Ref(Quantity("pre_activation", 1, (1,)))
A1 = Ref(Quantity("activation", 1, (1,)))
DELTA = Ref(Quantity("delta", 1, (5,)))
ERROR = Ref(Quantity("error", 2, (5,)))
ETA = Ref(Quantity("learning_rate"))
WHOLE_W = Ref(Quantity("weight", 2))
LOSS = Quantity("loss")
DL_DA = Ref(derivative(LOSS, A1.quantity))
DA_DZ = Ref(derivative(A1.quantity, Z1.quantity))


def trees(scalar=False):
    """Random formulas over every node that is a scalar; with `scalar`, only what is plain arithmetic and functions."""
    texts = ["0.5", "-0.3", "2", "0", "-0.00", "2.1e-5", "-1e-3", "10.5", "0.20"]
    plain = [A, X, Z1, A1, ERROR, Constant("e")]
    other = [DELTA, ETA, DL_DA, DA_DZ, Ref(LOSS), Kronecker(J, M), Constant("pi")]
    leaves = st.sampled_from([*map(Number, texts), *plain, *([] if scalar else other)])

    def grow(inner):
        parts = st.lists(inner, min_size=2, max_size=4).map(tuple)
        two = st.tuples(inner, inner)
        names = st.sampled_from(["sigmoid", "tanh", "exp", "ln", "sqrt", "abs", "sin"])
        kinds = [
            parts.map(Sum),
            parts.map(Product),
            inner.map(Negative),
            two.map(lambda pair: Quotient(*pair)),
            two.map(lambda pair: Power(*pair)),
            inner.map(Group),
            st.builds(lambda name, argument: Apply(name, (argument,)), names, inner),
            two.map(lambda pair: Apply("max", pair)),
        ]
        more = [
            inner.map(lambda argument: Apply("relu", (argument,), 1)),
            st.builds(Sigma, st.sampled_from([J, N]), inner),
            inner.map(lambda of: Derivative(of, X)),
            two.map(lambda pair: Cases(((pair[0], Comparison(X, ">", Number("0"))), (pair[1], None)))),
        ]
        return st.one_of(*kinds, *([] if scalar else more))

    return st.recursive(leaves, grow, max_leaves=10)


STYLES = [
    {"number_product": "brackets"},
    {"number_product": "times", "brackets": "curly_first", "formula_product": "pairs_juxtaposed", "derivative": "d"},
    {"fractions": "inline", "brackets": "square_outer", "formula_product": "dot"},
    {"superscripts": True, "formula_product": "times", "chain_product": "times", "decimal_comma": True},
]

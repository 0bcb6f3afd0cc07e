"""For tests: the plain printer that the reader reads back, and random formulas."""

from hypothesis import strategies as st

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.reading import ARITY
from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
)

NAMES = {name: Quantity("variable", name=name) for name in ("x", "y", "z", "a", "w0")}
X, Y, Z, A = (Ref(NAMES[name]) for name in ("x", "y", "z", "a"))

SUM, SIGNED, PRODUCT, POWER, ATOM = range(5)


def plain(node: Expression, wanted: int = SUM) -> str:
    """The formula in the plain language, with the brackets that the reading needs and no others."""
    text, level = _plain(node)
    return f"({text})" if level < wanted else text


def _plain(node: Expression) -> tuple[str, int]:
    match node:
        case Number(text):
            return text, ATOM
        case Constant(name):
            return name, ATOM
        case Ref(quantity):
            assert quantity.name is not None
            return quantity.name, ATOM
        case Negative(body):
            return f"-{plain(body, SIGNED)}", SIGNED
        case Sum((first, *rest)):
            # A sum that begins with a sum would read as one sum.
            text = plain(first, SIGNED)
            for term in rest:
                sign = "-" if isinstance(term, Negative) else "+"
                text += f" {sign} {plain(term.body if isinstance(term, Negative) else term, SIGNED)}"
            return text, SUM
        case Product((first, *rest)):
            head = plain(first, POWER if isinstance(first, Product) else PRODUCT)
            return " * ".join([head, *[plain(factor, POWER) for factor in rest]]), PRODUCT
        case Quotient(numerator, denominator):
            return f"{plain(numerator, PRODUCT)} / {plain(denominator, POWER)}", PRODUCT
        case Power(base, exponent):
            return f"{plain(base, ATOM)}^{plain(exponent, POWER)}", POWER
        case Apply(function, arguments):
            return f"{function}({', '.join(map(plain, arguments))})", ATOM
    raise AssertionError(node)


def formulas(functions: tuple[str, ...] = tuple(ARITY), *, constants: bool = True) -> st.SearchStrategy[Expression]:
    """Random trees of the kind that reading gives."""
    literals = st.sampled_from(["0", "1", "2", "3", "0.5", "0.20", "1.75"]).map(Number)
    leaves = literals | st.sampled_from([X, Y, Z])
    if constants:
        leaves |= st.sampled_from([Constant("e"), Constant("pi")])

    def wider(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        kinds = [
            st.builds(Negative, inner),
            several.filter(lambda parts: not isinstance(parts[0], Sum)).map(Sum),
            several.filter(lambda parts: not isinstance(parts[0], Product)).map(Product),
            st.builds(Quotient, inner, inner),
            st.builds(Power, inner, st.sampled_from([Number("2"), Number("3"), Negative(Number("1"))])),
        ]
        for name in functions:
            least, most = ARITY[name]
            arguments = st.lists(inner, min_size=least, max_size=most or least + 1).map(tuple)
            kinds.append(st.builds(Apply, st.just(name), arguments))
        return st.one_of(kinds)

    return st.recursive(leaves, wider, max_leaves=8)

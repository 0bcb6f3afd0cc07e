"""The cheap proof of a derivative: rules of differentiation, in SymPy's field of rational functions.

Letters, exponentials and logarithms are the generators of the field. Two of its elements are equal or not without any
search, and it is ready as soon as SymPy is; SymPy's general expressions take a tenth of a short cold run to get going.
Imports sympy: import this module only where mathematics is done.
"""

from __future__ import annotations

from typing import Any

from sympy import QQ
from sympy.polys.fields import field

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import children
from backprop_steps.expression.tree import (
    Apply,
    Expression,
    Group,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
)

LARGEST_DEGREE = 40


def proves_derivative(formula: Expression, by: Quantity, derivative: Expression) -> bool:
    """Whether `derivative` is proved here to be the derivative of a scalar formula by a quantity.

    False says nothing: the formula may not be rational in its letters, exponentials and logarithms, or two of those
    may depend on each other.
    """
    try:
        found = _Field([formula, derivative])
        return bool(found.derivative(found.convert(formula), by) == found.convert(derivative))
    except (_NotRational, ZeroDivisionError):
        return False


class _NotRational(Exception):  # noqa: N818 - no error: it is caught here, and another proof is tried
    """The formula is no rational function of the generators."""


class _Field:
    """The rational functions of everything in some formulas that is not put together by arithmetic."""

    def __init__(self, formulas: list[Expression]) -> None:
        nodes = list(dict.fromkeys(node for formula in formulas for node in _generators(formula)))
        _, *generators = field([f"g{number}" for number in range(len(nodes))], QQ)
        self.generators: dict[Expression, Any] = dict(zip(nodes, generators, strict=True))
        self.one = generators[0] ** 0

    def convert(self, node: Expression) -> Any:
        """The formula as an element of the field."""
        match node:
            case Ref():
                return self.generators[node]
            case Number():
                numerator, denominator = node.value.as_integer_ratio()
                return self.one * QQ(numerator, denominator)
            case Apply("exp", (Negative(body),), 0):
                return 1 / self.generators[Apply("exp", (body,))]
            case Apply("exp" | "ln", (_,), 0):
                return self.generators[node]
            case Negative(body):
                return -self.convert(body)
            case Group(body):
                return self.convert(body)
            case Sum(terms):
                return sum((self.convert(term) for term in terms), start=0 * self.one)
            case Product(factors):
                product = self.one
                for factor in factors:
                    product *= self.convert(factor)
                return product
            case Quotient(numerator, denominator):
                return self.convert(numerator) / self.convert(denominator)
            case Power(base, Number() as exponent) if exponent.value in range(1, LARGEST_DEGREE + 1):
                return self.convert(base) ** int(exponent.value)
        raise _NotRational

    def derivative(self, element: Any, by: Quantity) -> Any:
        """The derivative of an element: the chain rule through every generator that it is made of."""
        total = 0 * self.one
        for node, generator in self.generators.items():
            part = element.diff(generator)
            if part:
                total += part * self._slope(node, generator, by)
        return total

    def _slope(self, node: Expression, generator: Any, by: Quantity) -> Any:
        if isinstance(node, Ref):
            return self.one if node.quantity == by else 0 * self.one
        assert isinstance(node, Apply)
        inner = self.convert(node.arguments[0])
        slope = self.derivative(inner, by)
        return slope * generator if node.function == "exp" else slope / inner


def _generators(node: Expression) -> list[Expression]:
    """Letters, exponentials and logarithms. For e^(-u), e^u: the one is the reciprocal of the other."""
    match node:
        case Ref():
            return [node]
        case Apply("exp", (Negative(body),), 0):
            return [*_generators(body), Apply("exp", (body,))]
        case Apply("exp" | "ln", (body,), 0):
            return [*_generators(body), node]
    return [generator for child in children(node) for generator in _generators(child)]

"""The number of a formula of a problem, for the oracles: a walk over the tree with another library's arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from backprop_steps.expression.tree import (
    Apply,
    Constant,
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

Functions = Mapping[str, Callable[..., Any]]


def walk(node: Expression, values: Mapping[str, Any], functions: Functions) -> Any:
    """The value of a formula whose names have these values and whose functions are these."""

    def inner(part: Expression) -> Any:
        return walk(part, values, functions)

    match node:
        case Number(text=text):
            return float(text)
        case Constant(name=name):
            return {"e": math.e, "pi": math.pi}[name]
        case Ref(quantity=quantity):
            assert quantity.name is not None
            return values[quantity.name]
        case Negative(body=body):
            return -inner(body)
        case Group(body=body):
            return inner(body)
        case Sum(terms=terms):
            return reduce(lambda left, right: left + right, map(inner, terms))
        case Product(factors=factors):
            return reduce(lambda left, right: left * right, map(inner, factors))
        case Quotient(numerator=top, denominator=bottom):
            return inner(top) / inner(bottom)
        case Power(base=base, exponent=exponent):
            return inner(base) ** inner(exponent)
        case Apply(function=function, arguments=arguments, primes=0):
            return functions[function](*map(inner, arguments))
    raise TypeError(f"no problem file has a {type(node).__name__} in a formula")


def names_in(node: Expression) -> set[str]:
    """The names that a formula uses."""
    match node:
        case Ref(quantity=quantity):
            assert quantity.name is not None
            return {quantity.name}
        case Negative(body=body) | Group(body=body):
            return names_in(body)
        case Sum(terms=parts) | Product(factors=parts) | Apply(arguments=parts):
            return set().union(*map(names_in, parts))
        case Quotient(numerator=left, denominator=right) | Power(base=left, exponent=right):
            return names_in(left) | names_in(right)
    return set()

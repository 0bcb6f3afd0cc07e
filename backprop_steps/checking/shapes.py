"""Whether matrices fit as they are written: the rule of rows and columns, axis by axis.

Two arrays of the very same shape side by side are taken for a product element by element, as many hands write it.
"""

from __future__ import annotations

from collections.abc import Callable

from backprop_steps.checking.tensors import Label, NoValue
from backprop_steps.checking.valuation import SOFTMAX, TOTAL
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Expression,
    Group,
    Hadamard,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
    Transpose,
)

Shape = tuple[Label | None, Label | None]
"""What the rows and the columns run over; None for a single one."""
ShapeOf = Callable[[Quantity], Shape]
SCALAR: Shape = (None, None)


class Misfit(Exception):  # noqa: N818 - no fault of the program: arrays that do not fit
    """Two arrays that do not fit as they are written."""


class _Unknown(Exception):  # noqa: N818
    """A formula that says nothing about rows and columns."""


def fits(node: Expression, wanted: Shape, shape_of: ShapeOf, *, lying: bool = False) -> bool:
    """Whether every product and sum of a formula fits, and the whole has the wanted shape; `lying`: where that is a
    vector, it may lie or stand.
    """
    try:
        found = _shape(node, shape_of)
    except Misfit:
        return False
    except (_Unknown, NoValue):
        return True
    return found == wanted or SCALAR in (found, wanted) or (lying and None in wanted and found == wanted[::-1])


def _shape(node: Expression, shape_of: ShapeOf) -> Shape:
    match node:
        case Number() | Constant(name="e" | "pi"):
            return SCALAR
        case Ref(quantity):
            return shape_of(quantity)
        case Negative(body) | Group(body):
            return _shape(body, shape_of)
        case Transpose(body):
            rows, columns = _shape(body, shape_of)
            return columns, rows
        case Apply(function, arguments) if function not in (TOTAL, SOFTMAX):
            return _shape(arguments[0], shape_of)
        case Power(base, _):
            return _shape(base, shape_of)
        case Quotient(numerator, denominator):
            return _together([_shape(numerator, shape_of), _shape(denominator, shape_of)])
        case Sum(terms):
            return _together([_shape(term, shape_of) for term in terms])
        case Hadamard(factors):
            return _together([_shape(factor, shape_of) for factor in factors])
        case Product(factors):
            found = SCALAR
            for factor in factors:
                found = _times(found, _shape(factor, shape_of))
            return found
    raise _Unknown


def _together(shapes: list[Shape]) -> Shape:
    """What stands entry by entry beside another: of one shape, a single number, or one column for every sample."""
    found = SCALAR
    for shape in shapes:
        if SCALAR in (shape, found):
            found = shape if found == SCALAR else found
        elif shape != found:
            spread = [
                pair
                for pair in ((shape, found), (found, shape))
                if all(a is None or a == b for a, b in zip(*pair, strict=True))
            ]
            if not spread:
                raise Misfit
            found = spread[0][1]
    return found


def _times(one: Shape, two: Shape) -> Shape:
    if SCALAR in (one, two):
        return two if one == SCALAR else one
    if one[1] == two[0]:
        return one[0], two[1]
    if one == two:
        return one
    raise Misfit

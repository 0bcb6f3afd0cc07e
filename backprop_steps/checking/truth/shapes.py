"""Whether matrices fit as they are written: the rule of rows and columns, axis by axis.

Two arrays of the very same shape side by side are taken for a product element by element, as many hands write it. The
array of ones is a column as long as what it is multiplied with.
"""

from __future__ import annotations

from collections.abc import Callable

from backprop_steps.checking.truth.tensors import Label, NoValue
from backprop_steps.checking.truth.valuation import SOFTMAX, TOTAL
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import derivatives, nodes
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
MadeFrom = Callable[[Quantity], Quantity | None]
SCALAR: Shape = (None, None)
LONG = Label("any", 0, 0)
"""What the array of ones runs over: whatever it is multiplied with does."""
ONES: Shape = (LONG, None)


class Misfit(Exception):  # noqa: N818 - no fault of the program: arrays that do not fit
    """Two arrays that do not fit as they are written."""


class _Unknown(Exception):  # noqa: N818
    """A formula that says nothing about rows and columns."""


def fits(
    node: Expression, wanted: Shape, shape_of: ShapeOf, *, lying: bool = False, made_from: MadeFrom = lambda by: None
) -> bool:
    """Whether every product and sum of a formula fits, and the whole has the wanted shape; `lying`: where that is a
    vector, it may lie or stand. `made_from` says what is made of a quantity: what is differentiated by that has its
    shape.
    """
    for part in derivatives(node):
        made = made_from(part.by.quantity) if isinstance(part.by, Ref) else None
        whole = shape_of(made) if made is not None else SCALAR
        if not fits(part.of, whole, shape_of, lying=lying):
            return False
        if made is not None and whole == SCALAR and not _is_single(part.of, shape_of):
            return False  # W a, a number, is no a W
    try:
        found = _shape(node, shape_of)
    except Misfit:
        return False
    except (_Unknown, NoValue):
        return True
    if found == wanted or SCALAR in (found, wanted):
        return True
    # a sum over ones comes out standing or lying, and either is meant for a vector
    return None in found and found == wanted[::-1] and (lying or has_ones(node))


def _is_single(node: Expression, shape_of: ShapeOf) -> bool:
    try:
        found = _shape(node, shape_of)
    except (Misfit, _Unknown, NoValue):
        return True
    return found == SCALAR or LONG in found


def has_ones(node: Expression) -> bool:
    """Whether the array of ones stands in the formula."""
    return Constant("ones") in nodes(node)


def _shape(node: Expression, shape_of: ShapeOf) -> Shape:
    match node:
        case Number() | Constant(name="e" | "pi"):
            return SCALAR
        case Constant(name="ones"):
            return ONES
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
        elif _alike(shape, found):
            found = found if LONG in shape else shape
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


def _alike(one: Shape, two: Shape) -> bool:
    return all(a == b or (LONG in (a, b) and None not in (a, b)) for a, b in zip(one, two, strict=True))


def _times(one: Shape, two: Shape) -> Shape:
    if SCALAR in (one, two):
        return two if one == SCALAR else one
    if one[1] == two[0] or (LONG in (one[1], two[0]) and None not in (one[1], two[0])):
        return one[0], two[1]
    if one == two:
        return one
    raise Misfit

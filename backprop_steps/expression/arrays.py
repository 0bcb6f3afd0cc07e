"""The numbers of a formula in the matrix view: W a + b, the transpose, the product element by element.

Literals are plain numbers and go with an array of any shape. The array of ones is a column as long as it has to be:
`b 1^T` repeats the column b for every sample, `delta 1` adds the samples up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import reduce
from operator import add, mul
from typing import Any, Literal

from backprop_steps.expression.arithmetic import NO_FUNCTIONS, Functions, call_function, literal
from backprop_steps.expression.elementary import ONE, PI, ArithmeticFault, E, arithmetic, divide, fault, power
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import (
    Apply,
    Chain,
    Constant,
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
)

Array = tuple[tuple[Decimal, ...], ...]
ArrayValue = Callable[[Quantity], Array]
Binary = Callable[[Decimal, Decimal], Decimal]
Along = Literal["rows", "columns", "both"]
_TURNED: Mapping[Along, Along] = {"rows": "columns", "columns": "rows", "both": "both"}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """An array whose rows (or columns) are all the same one, as many as are needed: the array of ones and its kin.

    Along both, it is one number everywhere: `b 1 1^T`.
    """

    line: Array
    along: Along

    def times(self, count: int) -> Array:
        if self.along == "rows":
            return self.line * count
        return tuple([row * count for row in self.line])

    def like(self, other: Array) -> Array:
        if self.along == "both":
            return tuple([self.line[0] * len(other[0])] * len(other))
        return self.times(len(other) if self.along == "rows" else len(other[0]))


_Result = Decimal | Array | _Stretch


def evaluate_array(
    node: Expression, value_array: ArrayValue, functions: Functions = NO_FUNCTIONS, *, side_by_side: bool = False
) -> Array:
    """The rows of a formula in the matrix view; a single number is an array of one row and one column.

    `value_array` gives the rows of each quantity, a column vector as rows of one. With `side_by_side` two arrays of the
    same shape that have no matrix product are multiplied entry by entry. Raises ArithmeticFault as `evaluate`
    does, and, with both shapes, where arrays do not fit.
    """
    with arithmetic():
        try:
            result = _result(node, _Run(value_array, functions, side_by_side))
        except DecimalException as error:
            raise fault(error) from None
        except RecursionError:
            raise ArithmeticFault("a formula nested too deeply to evaluate") from None
    if isinstance(result, Decimal):
        return ((result,),)
    return result.times(1) if isinstance(result, _Stretch) else result


@dataclass(frozen=True, slots=True)
class _Run:
    value_array: ArrayValue
    functions: Functions
    side_by_side: bool = False

    def times(self, left: _Result, right: _Result) -> _Result:
        try:
            return _multiplied(left, right)
        except ArithmeticFault:
            if not self.side_by_side:
                raise
            return _pairwise(mul, left, right, "multiplied")

    def number(self, quantity: Quantity) -> Decimal:
        return _single(self.value_array(quantity))


def _result(node: Expression, run: _Run) -> _Result:
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise ArithmeticFault(f"{type(node).__name__} has no place in the matrix view")
    return handler(node, run)


def _number(node: Number, run: _Run) -> _Result:
    return literal(node.text)


def _constant(node: Constant, run: _Run) -> _Result:
    if node.name == "ones":
        return _Stretch(((ONE,),), "rows")
    return E if node.name == "e" else PI


def _ref(node: Ref, run: _Run) -> _Result:
    return run.value_array(node.quantity)


def _negative(node: Negative, run: _Run) -> _Result:
    return _each(_result(node.body, run), lambda entry: -entry)


def _sum(node: Sum, run: _Run) -> _Result:
    return reduce(lambda one, two: _pairwise(add, one, two, "added"), [_result(term, run) for term in node.terms])


def _hadamard(node: Hadamard, run: _Run) -> _Result:
    factors = [_result(factor, run) for factor in node.factors]
    return reduce(lambda one, two: _pairwise(mul, one, two, "multiplied element by element"), factors)


def _product(node: Product, run: _Run) -> _Result:
    return reduce(run.times, [_result(factor, run) for factor in node.factors])


def _quotient(node: Quotient, run: _Run) -> _Result:
    top, bottom = _result(node.numerator, run), _result(node.denominator, run)
    if _is_number(bottom) and not _is_number(top):
        divisor = _single(bottom)
        return _each(top, lambda entry: divide(entry, divisor))
    return _pairwise(divide, top, bottom, "divided")


def _power(node: Power, run: _Run) -> _Result:
    if node.base == Constant("e"):
        return _each(_result(node.exponent, run), Decimal.exp)
    exponent = _single(_result(node.exponent, run))
    return _each(_result(node.base, run), lambda entry: power(entry, exponent))


def _apply(node: Apply, run: _Run) -> _Result:
    name, primes, functions = node.function, node.primes, run.functions
    arguments = [_result(argument, run) for argument in node.arguments]
    if name == "softmax" and not primes and (name, 0) not in functions:
        return _softmax(arguments[0])
    if len(arguments) == 1:
        return _each(arguments[0], lambda entry: call_function(name, primes, [entry], functions, run.number))
    return reduce(
        lambda one, two: _pairwise(
            lambda left, right: call_function(name, primes, [left, right], functions, run.number), one, two, name
        ),
        arguments,
    )


def _softmax(value: _Result) -> _Result:
    """Each power of e over their sum, for a lying vector, otherwise column by column."""
    if isinstance(value, Decimal | _Stretch):
        raise ArithmeticFault("softmax is a function of a vector")
    powers = _each(value, Decimal.exp)
    assert not isinstance(powers, Decimal | _Stretch)
    if len(powers) == 1:
        whole = sum(powers[0], Decimal(0))
        return (tuple([divide(entry, whole) for entry in powers[0]]),)
    return _turned(tuple([tuple([divide(x, sum(column, Decimal(0))) for x in column]) for column in _turned(powers)]))


def _transpose(node: Transpose, run: _Run) -> _Result:
    body = _result(node.body, run)
    if isinstance(body, Decimal):
        return body
    if isinstance(body, _Stretch):
        return _Stretch(_turned(body.line), _TURNED[body.along])
    return _turned(body)


def _matrix(node: Matrix, run: _Run) -> _Result:
    return tuple([tuple([_single(_result(entry, run)) for entry in row]) for row in node.rows])


def _group(node: Group, run: _Run) -> _Result:
    return _result(node.body, run)


_HANDLERS: Mapping[type[Expression], Callable[[Any, _Run], _Result]] = {
    Number: _number,
    Constant: _constant,
    Ref: _ref,
    Negative: _negative,
    Sum: _sum,
    Hadamard: _hadamard,
    Product: _product,
    Chain: _product,
    Quotient: _quotient,
    Power: _power,
    Apply: _apply,
    Transpose: _transpose,
    Matrix: _matrix,
    Group: _group,
}


def _each(value: _Result, change: Callable[[Decimal], Decimal]) -> _Result:
    if isinstance(value, Decimal):
        return change(value)
    if isinstance(value, _Stretch):
        return _Stretch(tuple([tuple([change(entry) for entry in row]) for row in value.line]), value.along)
    return tuple([tuple([change(entry) for entry in row]) for row in value])


def _pairwise(operation: Binary, left: _Result, right: _Result, what: str) -> _Result:
    """Entry by entry; a literal goes with every entry, a stretch with as many rows or columns as there are."""
    if isinstance(left, Decimal):
        if isinstance(right, Decimal):
            return operation(left, right)
        number = left
        return _each(right, lambda entry: operation(number, entry))
    if isinstance(right, Decimal):
        other = right
        return _each(left, lambda entry: operation(entry, other))
    if isinstance(left, _Stretch) and isinstance(right, _Stretch):
        if left.along != right.along:
            raise ArithmeticFault("a repeated row and a repeated column have no common shape")
        return _Stretch(_fitted(operation, left.line, right.line, what), left.along)
    if isinstance(left, _Stretch):
        assert not isinstance(right, _Stretch)
        return _fitted(operation, left.like(right), right, what)
    return _fitted(operation, left, right.like(left) if isinstance(right, _Stretch) else right, what)


def _fitted(operation: Binary, left: Array, right: Array, what: str) -> Array:
    if _shape(left) != _shape(right):
        raise ArithmeticFault(f"arrays of shapes {_size(left)} and {_size(right)} cannot be {what}")
    return tuple(
        [tuple([operation(a, b) for a, b in zip(one, two, strict=True)]) for one, two in zip(left, right, strict=True)]
    )


def _multiplied(left: _Result, right: _Result) -> _Result:
    """The matrix product; a single number scales."""
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _pairwise(mul, left, right, "multiplied")
    if isinstance(left, _Stretch):
        if left.along == "rows":
            inner = _multiplied(left.line, right)
            assert not isinstance(inner, Decimal)
            if isinstance(inner, _Stretch):
                if inner.along == "columns" and _shape(inner.line) == (1, 1):
                    return _Stretch(inner.line, "both")
                raise ArithmeticFault("a product of repeated rows and repeated columns has no shape of its own")
            return _Stretch(inner, "rows")
        if left.along == "both":
            raise ArithmeticFault("an array of ones with no length of its own cannot be multiplied")
        if isinstance(right, _Stretch) and right.along != "columns":
            raise ArithmeticFault("a sum over ones alone has no length")
        return _multiplied(left.times(len(_line(right))), right)
    if isinstance(right, _Stretch):
        if right.along == "both" and _shape(left) == (1, 1):
            return _each(right, lambda entry: left[0][0] * entry)
        if right.along == "both":
            raise ArithmeticFault("an array of ones with no length of its own cannot be multiplied")
        if right.along == "columns":
            inner = _multiplied(left, right.line)
            assert not isinstance(inner, Decimal | _Stretch)
            return _Stretch(inner, "columns")
        # A lone number before ones scales them; it is the ones' length that stays open.
        if _shape(left) == (1, 1):
            return _each(right, lambda entry: left[0][0] * entry)
        return _multiplied(left, right.times(len(left[0])))
    if len(left[0]) == len(right):
        columns = _turned(right)
        return tuple([tuple([_dot(row, column) for column in columns]) for row in left])
    if _shape(left) == (1, 1):
        return _each(right, lambda entry: left[0][0] * entry)
    if _shape(right) == (1, 1):
        return _each(left, lambda entry: entry * right[0][0])
    raise ArithmeticFault(f"arrays of shapes {_size(left)} and {_size(right)} cannot be multiplied")


def _dot(row: tuple[Decimal, ...], column: tuple[Decimal, ...]) -> Decimal:
    return sum(map(mul, row, column), Decimal(0))


def _line(value: Array | _Stretch) -> Array:
    return value.line if isinstance(value, _Stretch) else value


def _turned(rows: Array) -> Array:
    return tuple(zip(*rows, strict=True))


def _shape(rows: Array) -> tuple[int, int]:
    return len(rows), len(rows[0])


def _size(rows: Array) -> str:
    return f"{len(rows)} x {len(rows[0])}"


def _is_number(value: _Result) -> bool:
    return isinstance(value, Decimal) or (not isinstance(value, _Stretch) and _shape(value) == (1, 1))


def _single(value: _Result) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, _Stretch) or _shape(value) != (1, 1):
        raise ArithmeticFault("a single number is wanted where an array stands")
    return value[0][0]

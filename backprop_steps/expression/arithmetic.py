"""The number of a formula, calculated in decimals as on a hand calculator with forty digits.

Sums of short decimals are exact. Nothing here can hang: numbers, angles and nesting have bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import Any

from backprop_steps.expression.elementary import (
    BUILT_IN,
    IRRATIONAL,
    KNOWN,
    ONE,
    PI,
    ZERO,
    ArithmeticFault,
    E,
    arithmetic,
    divide,
    fault,
    in_arithmetic,
    irrational,
    nudged,
    power,
)
from backprop_steps.expression.quantity import Index, Letter, Quantity
from backprop_steps.expression.transform import rename_quantity
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Chain,
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
)

__all__ = ["IRRATIONAL", "ArithmeticFault", "Functions", "Value", "arithmetic", "evaluate", "evaluate_in", "nudged"]

Value = Callable[[Quantity], Decimal]
Functions = Mapping[tuple[str, int], Expression]
"""Definitions of functions by name and number of primes, each a formula in the variable x."""

VARIABLE = Quantity("variable", name="x")
"""The variable in which functions are defined."""

NO_FUNCTIONS: Functions = {}
PRIMES = "'" * 9

literal = lru_cache(maxsize=8192)(Decimal)
"""The decimal of a literal's text. A sheet writes the same few hundred literals over and over."""


def evaluate(node: Expression, value: Value, functions: Functions = NO_FUNCTIONS) -> Decimal:
    """The number of a formula, to forty digits.

    `value` gives the number of each quantity; a quantity with letters that are summed over is asked for with the
    integers in their places. `functions` defines functions; a definition goes before what is known of that name.
    Raises ArithmeticFault where there is no such number; what `value` raises passes through.
    """
    return evaluate_in(node, value, functions, {})


def evaluate_in(node: Expression, value: Value, functions: Functions, binding: Mapping[Letter, Index]) -> Decimal:
    """The number of a formula as `evaluate` gives it, with these indices for its free letters."""
    if not in_arithmetic():
        with arithmetic():
            return evaluate_in(node, value, functions, binding)
    try:
        return _HANDLERS[type(node)](node, _Run(value, functions, dict(binding)))
    except DecimalException as error:
        raise fault(error) from None
    except RecursionError:
        raise ArithmeticFault("a formula nested too deeply to evaluate") from None


def call_function(name: str, primes: int, arguments: list[Decimal], functions: Functions, value: Value) -> Decimal:
    """The value of a function: as defined, otherwise as known. Raises ArithmeticFault where it is neither."""
    definition = functions.get((name, primes))
    if definition is not None and len(arguments) == 1:
        argument = arguments[0]

        def inner(quantity: Quantity) -> Decimal:
            return argument if quantity == VARIABLE else value(quantity)

        return _HANDLERS[type(definition)](definition, _Run(inner, functions, {}))
    known = BUILT_IN.get((name, primes))
    if known is None:
        raise ArithmeticFault(f"the function {name}{PRIMES[:primes]} is only a name; it has no values")
    return irrational(name, arguments[0], known(*arguments))


class _Run:
    """One evaluation: where the numbers come from, and what the letters stand for now."""

    __slots__ = ("binding", "functions", "value")

    def __init__(self, value: Value, functions: Functions, binding: dict[Letter, Index]) -> None:
        self.value = value
        self.functions = functions
        self.binding = binding


def _number(node: Number, run: _Run) -> Decimal:
    return literal(node.text)


def _constant(node: Constant, run: _Run) -> Decimal:
    if node.name == "e":
        return E
    if node.name == "pi":
        return PI
    raise ArithmeticFault("an array of ones is not one number")


def _ref(node: Ref, run: _Run) -> Decimal:
    if run.binding:
        return run.value(rename_quantity(node.quantity, run.binding))
    return run.value(node.quantity)


def _negative(node: Negative, run: _Run) -> Decimal:
    body = node.body
    return -_HANDLERS[type(body)](body, run)


def _sum(node: Sum, run: _Run) -> Decimal:
    return _total([_HANDLERS[type(term)](term, run) for term in node.terms])


def _total(numbers: list[Decimal]) -> Decimal:
    """Their sum; zero where what is left of them lies behind the digits that are known.

    Terms that cancel each other leave the roundings of their last digits: -1e-44, where a hand writes 0.
    """
    total = sum(numbers, ZERO)
    if total:
        known = total.adjusted() + KNOWN
        if any(number.adjusted() > known for number in numbers if number):
            return ZERO
    return total


def _product(node: Product, run: _Run) -> Decimal:
    total = ONE
    for factor in node.factors:
        total *= _HANDLERS[type(factor)](factor, run)
    return total


def _quotient(node: Quotient, run: _Run) -> Decimal:
    top, bottom = node.numerator, node.denominator
    return divide(_HANDLERS[type(top)](top, run), _HANDLERS[type(bottom)](bottom, run))


def _power(node: Power, run: _Run) -> Decimal:
    base, exponent = node.base, node.exponent
    size = _HANDLERS[type(exponent)](exponent, run)
    if type(base) is Constant and base.name == "e":
        return irrational("exp", size, size.exp())
    return power(_HANDLERS[type(base)](base, run), size)


def _apply(node: Apply, run: _Run) -> Decimal:
    arguments = [_HANDLERS[type(argument)](argument, run) for argument in node.arguments]
    return call_function(node.function, node.primes, arguments, run.functions, run.value)


def _sigma(node: Sigma, run: _Run) -> Decimal:
    letter, body = node.letter, node.body
    size = letter.axis.size
    if not isinstance(size, int):
        raise ArithmeticFault(f"a sum from 1 to {size} has no number while {size} has none")
    binding = run.binding
    outside = binding.get(letter)
    handler = _HANDLERS[type(body)]
    numbers = []
    for index in range(1, size + 1):
        binding[letter] = index
        numbers.append(handler(body, run))
    if outside is not None:
        binding[letter] = outside
    elif size:
        del binding[letter]
    return _total(numbers)


def _kronecker(node: Kronecker, run: _Run) -> Decimal:
    left, right = (run.binding.get(i, i) if isinstance(i, Letter) else i for i in (node.left, node.right))
    if left == right:
        return ONE
    if isinstance(left, int) and isinstance(right, int):
        return ZERO
    raise ArithmeticFault("a Kronecker delta has no number while its letters stand for none")


def piece_that_holds(node: Cases, value: Value, functions: Functions = NO_FUNCTIONS) -> Expression:
    """The first piece whose condition is true of these numbers. Raises ArithmeticFault where none is."""
    with arithmetic():
        return _piece(node, _Run(value, functions, {}))


def _cases(node: Cases, run: _Run) -> Decimal:
    body = _piece(node, run)
    return _HANDLERS[type(body)](body, run)


def _piece(node: Cases, run: _Run) -> Expression:
    for body, condition in node.pieces:
        if condition is None or _holds(condition, run):
            return body
    raise ArithmeticFault("none of the cases holds")


def _holds(condition: Comparison, run: _Run) -> bool:
    left = _HANDLERS[type(condition.left)](condition.left, run)
    right = _HANDLERS[type(condition.right)](condition.right, run)
    return _RELATIONS[condition.relation](left, right)


_RELATIONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq}


def _group(node: Group, run: _Run) -> Decimal:
    body = node.body
    return _HANDLERS[type(body)](body, run)


def _no_number(node: Expression, run: _Run) -> Decimal:
    raise ArithmeticFault(f"{_NOT_NUMBERS[type(node)]} is not one number")


_NOT_NUMBERS: Mapping[type[Expression], str] = {
    Hadamard: "an element-by-element product of arrays",
    Transpose: "a transposed array",
    Matrix: "a matrix",
    Derivative: "a derivative that is not worked out yet",
    Dots: "an ellipsis",
}

_HANDLERS: Mapping[type[Expression], Callable[[Any, _Run], Decimal]] = {
    Number: _number,
    Constant: _constant,
    Ref: _ref,
    Negative: _negative,
    Sum: _sum,
    Product: _product,
    Chain: _product,
    Quotient: _quotient,
    Power: _power,
    Apply: _apply,
    Sigma: _sigma,
    Kronecker: _kronecker,
    Cases: _cases,
    Group: _group,
    **dict.fromkeys(_NOT_NUMBERS, _no_number),
}

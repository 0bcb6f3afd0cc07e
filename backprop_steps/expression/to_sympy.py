"""Expression -> SymPy: every quantity a plain symbol, every literal an exact rational."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy

from backprop_steps.expression.elementary import ArithmeticFault
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.sympy_functions import FUNCTIONS, cases, named, sigma
from backprop_steps.expression.tree import (
    Apply,
    Cases,
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

LARGEST_EXPONENT = 1000
"""The bound on powers: SymPy works powers of numbers out to the last digit."""
LARGEST_NUMBER = 4_000
"""The bound on numbers, in bits."""

Symbol = Callable[[Quantity], Any]

_symbols: dict[Expression, Any] = {}
_meanings: dict[Any, Expression] = {}


def symbol_of(quantity: Quantity) -> Any:
    """The SymPy symbol of a quantity, always the same one."""
    return _opaque(Ref(quantity))


def meaning_of(symbol: Any) -> Expression:
    """What a symbol of `symbol_of` stands for. Raises KeyError for any other."""
    return _meanings[symbol]


def _opaque(node: Expression) -> Any:
    symbol = _symbols.get(node)
    if symbol is None:
        # The whole description as the name: distinct for distinct quantities, and sorted the same in every run.
        symbol = _symbols[node] = sympy.Symbol(repr(node))
        _meanings[symbol] = node
    return symbol


def to_sympy(node: Expression, symbol: Symbol | None = None) -> Any:
    """The SymPy expression of a scalar formula.

    `symbol` gives the symbol of each quantity; without it `symbol_of` does. Raises ArithmeticFault for a division by
    zero and for powers beyond the bounds, ValueError for arrays.
    """
    return _Conversion(symbol or symbol_of).convert(node)


class _Conversion:
    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol

    def convert(self, node: Expression) -> Any:
        convert = self.convert
        match node:
            case Ref(quantity):
                return self.symbol(quantity)
            case Number():
                return _rational(node.value)
            case Constant("e"):
                return sympy.E
            case Constant("pi"):
                return sympy.pi
            case Negative(body):
                return -convert(body)
            case Sum(terms):
                return sympy.Add(*[convert(term) for term in terms])
            case Product(factors):
                return _bounded(sympy.Mul(*[convert(factor) for factor in factors]))
            case Quotient(numerator, denominator):
                bottom = convert(denominator)
                if bottom == 0:
                    raise ArithmeticFault("division by zero")
                return _bounded(convert(numerator) / bottom)
            case Power(base, exponent):
                return _power(convert(base), convert(exponent))
            case Group(body):
                return convert(body)
            case Apply(function, arguments, primes):
                return _apply(function, primes, [convert(argument) for argument in arguments])
            case Cases(pieces):
                return self._cases(Cases(pieces))
            case Sigma(letter, body):
                return sigma(letter)(convert(body))
            case Kronecker() | Derivative():
                return _opaque(node)
        raise ValueError(f"{type(node).__name__} is not a scalar formula")

    def _cases(self, node: Cases) -> Any:
        arguments = []
        for body, condition in node.pieces:
            arguments.append(self.convert(body))
            if condition is not None:
                arguments += [self.convert(condition.left), self.convert(condition.right)]
        return cases(tuple([condition and condition.relation for _, condition in node.pieces]))(*arguments)


def _rational(value: Decimal) -> Any:
    if abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ArithmeticFault(f"a number beyond the bound, 10^{LARGEST_EXPONENT}")
    fraction = Fraction(value)
    return sympy.Rational(fraction.numerator, fraction.denominator)


def _power(base: Any, exponent: Any) -> Any:
    if base is sympy.E:
        return _exponential(exponent)
    if base == 0:
        if exponent == 0:
            raise ArithmeticFault("0^0 has no value")
        if exponent.is_negative:
            raise ArithmeticFault("division by zero: a negative power of 0")
    if exponent.is_Rational:
        size = abs(exponent)
        if isinstance(base, sympy.Pow) and base.exp.is_Rational:
            size *= abs(base.exp)
        if size > LARGEST_EXPONENT or size * _bits(base) > LARGEST_NUMBER:
            raise ArithmeticFault(f"a power too large to work with; the bound on exponents is {LARGEST_EXPONENT}")
    return sympy.Pow(base, exponent)


def _exponential(exponent: Any) -> Any:
    # exp(n ln 2) becomes 2^n at once, digits and all.
    for term in sympy.Add.make_args(exponent):
        if abs(term.as_coeff_Mul()[0]) > LARGEST_EXPONENT and term.has(sympy.log):
            raise ArithmeticFault(f"a power too large to work with; the bound on exponents is {LARGEST_EXPONENT}")
    return sympy.exp(exponent)


def _apply(function: str, primes: int, arguments: list[Any]) -> Any:
    kind = FUNCTIONS.get(function)
    if kind is None:
        return named(function, primes)(*arguments)
    if primes:
        letter = sympy.Dummy()
        return kind(letter).diff(letter, primes).subs(letter, arguments[0])
    if function == "ln" and arguments[0] == 0:
        raise ArithmeticFault("ln of 0: the logarithm needs a positive number")
    return _exponential(arguments[0]) if function == "exp" else kind(*arguments)


def _bits(value: Any) -> int:
    coefficient = value.as_coeff_Mul()[0]
    if not coefficient.is_Rational:
        return 0
    return int(max(abs(coefficient.p).bit_length(), coefficient.q.bit_length())) - 1


def _bounded(value: Any) -> Any:
    if _bits(value) > LARGEST_NUMBER:
        raise ArithmeticFault("a number too large to work with")
    return value

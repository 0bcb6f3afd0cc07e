"""SymPy -> Expression, in the order in which a hand writes: coefficient first, what is subtracted after what is added.

SymPy sorts factors and terms, multiplies numbers into brackets and turns signs round. Where it is told the formula that
the result came from, brackets, decimals and the order of letters come out as they stand there.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sympy

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.sympy_functions import WORDS, CasesFunction, Named, SigmaFunction
from backprop_steps.expression.to_sympy import meaning_of, to_sympy
from backprop_steps.expression.transform import children
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Constant,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
)

Back = Callable[[Any], Quantity]

ONE = Number("1")


def from_sympy(expr: Any, back: Back | None = None, like: Expression | None = None) -> Expression:
    """The formula of a SymPy expression.

    `back` gives the quantity of each symbol; without it, symbols are those of `to_sympy`. `like` is a formula whose
    brackets and digits are to be followed where they occur again. Raises ValueError for what is no formula here
    (infinities, imaginary numbers, functions of SymPy's own).
    """
    return _Hand(back, like).write(expr)


class _Hand:
    def __init__(self, back: Back | None, like: Expression | None) -> None:
        self.back = back
        self.sums: dict[Any, Expression] = {}
        self.literals: dict[Any, Number] = {}
        self.order: dict[Any, int] = {}
        self.power_of_e = False
        if like is not None and back is None:
            self._follow(like)

    def _follow(self, node: Expression) -> None:
        """Remember the brackets, the decimals and the order of the letters of a formula."""
        if isinstance(node, Ref):
            self.order.setdefault(to_sympy(node), len(self.order))
        elif isinstance(node, Number) and "." in node.text:
            self.literals.setdefault(abs(to_sympy(node)), Number(node.text.lstrip("-")))
        elif isinstance(node, Power) and node.base == Constant("e"):
            self.power_of_e = True
        for child in children(node):
            self._follow(child)
        if isinstance(node, Sum):
            total = to_sympy(node)
            if total.is_Add:
                self.sums.setdefault(total, node)

    def write(self, expr: Any) -> Expression:
        if expr.is_Rational:
            return self.number(expr)
        if expr.is_Symbol:
            return Ref(self.back(expr)) if self.back is not None else meaning_of(expr)
        if expr.is_Add:
            return self.sum(expr)
        if expr is sympy.E or expr is sympy.pi:
            return Constant("e") if expr is sympy.E else Constant("pi")
        if expr.is_Function:
            return self.function(expr)
        if expr.is_Mul or expr.is_Pow:
            return self.product(expr)
        raise ValueError(f"there is no formula for SymPy's {type(expr).__name__}")

    def number(self, value: Any) -> Expression:
        if value < 0:
            return Negative(self.number(-value))
        if value.is_Integer:
            return Number(str(value))
        if value in self.literals:
            return self.literals[value]
        if self.literals and _is_short_decimal(value.q):
            return Number(f"{Decimal(value.p) / Decimal(value.q):f}")
        return Quotient(Number(str(value.p)), Number(str(value.q)))

    def function(self, expr: Any) -> Expression:
        if isinstance(expr, CasesFunction):
            return Cases(tuple([(self.write(body), self._condition(r, sides)) for body, r, sides in expr.pieces()]))
        if isinstance(expr, SigmaFunction):
            assert expr.letter is not None
            return Sigma(expr.letter, self.write(expr.args[0]))
        arguments = tuple([self.write(argument) for argument in expr.args])
        if isinstance(expr, Named):
            return Apply(expr.word, arguments, expr.primes)
        if expr.func is sympy.exp and self.power_of_e:
            return Power(Constant("e"), arguments[0])
        if expr.func not in WORDS:
            raise ValueError(f"there is no formula for SymPy's {type(expr).__name__}")
        return Apply(WORDS[expr.func], arguments)

    def _condition(self, relation: Any, sides: tuple[Any, ...]) -> Comparison | None:
        if relation is None:
            return None
        return Comparison(self.write(sides[0]), relation, self.write(sides[1]))

    def sum(self, expr: Any) -> Expression:
        factor, base = self._bracket(expr)
        if base in self.sums:
            if factor == 1:
                return self.sums[base]
            return self._signed(factor, [self.sums[base]], [])
        terms = [self.write(term) for term in expr.as_ordered_terms()]
        added = [term for term in terms if not isinstance(term, Negative)]
        taken = [term for term in terms if isinstance(term, Negative)]
        return Sum((*added, *taken))

    def _bracket(self, expr: Any) -> tuple[Any, Any]:
        """A sum as a number times a sum, that as it was written where it was."""
        if expr in self.sums:
            return sympy.S.One, expr
        content, primitive = expr.primitive()
        if primitive in self.sums:
            return content, primitive
        if -primitive in self.sums or all(_is_negative(term) for term in primitive.args):
            return -content, -primitive
        return content, primitive

    def product(self, expr: Any) -> Expression:
        """A product or a power: what has a negative exponent goes below the line."""
        coefficient = sympy.S.One
        exponents: dict[Any, Any] = {}
        for factor in sympy.Mul.make_args(expr):
            if factor.is_Rational:
                coefficient *= factor
                continue
            # exp is a function to a hand, whatever SymPy thinks of its base.
            base, exponent = (factor, sympy.S.One) if factor.func is sympy.exp else factor.as_base_exp()
            if base.is_Add and exponent.is_Integer:
                number, base = self._bracket(base)
                coefficient *= number**exponent
            exponents[base] = exponents.get(base, sympy.S.Zero) + exponent
        above, below = [], []
        for base, exponent in sorted(exponents.items(), key=lambda item: self._place(*item)):
            if exponent == 0:
                continue
            if _is_negative(exponent):
                below.append(self._power(base, -exponent))
            else:
                above.append(self._power(base, exponent))
        return self._signed(coefficient, above, below)

    def _place(self, base: Any, exponent: Any) -> tuple[Any, ...]:
        """Where a factor stands: letters in the order of the formula, then functions, then brackets, then cases."""
        if isinstance(base, CasesFunction):
            rank = 3
        elif base.is_Add:
            rank = 2
        else:
            rank = int(base.is_Function or not exponent.is_Rational)
        first = min([self.order.get(symbol, len(self.order)) for symbol in base.free_symbols], default=-1)
        return rank, first, base.sort_key()

    def _power(self, base: Any, exponent: Any) -> Expression:
        written = self.write(base)
        if exponent == 1:
            return written
        if exponent == sympy.S.Half:
            return Apply("sqrt", (written,))
        return Power(written, self.write(exponent))

    def _signed(self, coefficient: Any, above: list[Expression], below: list[Expression]) -> Expression:
        """coefficient * above / below, the sign outside."""
        size = abs(coefficient)
        if below and not isinstance(self.number(size), Number):
            top, bottom = sympy.Integer(size.p), sympy.Integer(size.q)
        else:
            top, bottom = size, sympy.S.One
        numerator = _product(([] if top == 1 else [self.number(top)]) + above)
        written = numerator
        if below:
            written = Quotient(numerator, _product(([] if bottom == 1 else [self.number(bottom)]) + below))
        return Negative(written) if coefficient < 0 else written


def _product(factors: list[Expression]) -> Expression:
    if len(factors) > 1:
        return Product(tuple(factors))
    return factors[0] if factors else ONE


def _is_negative(term: Any) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _is_short_decimal(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1

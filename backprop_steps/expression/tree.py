"""A formula kept exactly as written, order and brackets included.

SymPy sorts factors and folds `2*3`; this tree does neither. The operators of Python build it as written
(`1 / (1 + exp(-x))`), so that an operation's file reads as its formula. `a - b` is a Sum of `a` and `Negative(b)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from backprop_steps.expression.quantity import Index, Letter, Quantity


class Expression:
    """One node of a formula. Every subclass is a frozen dataclass."""

    __slots__ = ()

    def __add__(self, other: Operand) -> Sum:
        return Sum((*_terms(self), expression(other)))

    def __radd__(self, other: Operand) -> Sum:
        return Sum((expression(other), self))

    def __sub__(self, other: Operand) -> Sum:
        return Sum((*_terms(self), Negative(expression(other))))

    def __rsub__(self, other: Operand) -> Sum:
        return Sum((expression(other), Negative(self)))

    def __mul__(self, other: Operand) -> Product:
        return Product((*_factors(self), expression(other)))

    def __rmul__(self, other: Operand) -> Product:
        return Product((expression(other), self))

    def __truediv__(self, other: Operand) -> Quotient:
        return Quotient(self, expression(other))

    def __rtruediv__(self, other: Operand) -> Quotient:
        return Quotient(expression(other), self)

    def __pow__(self, other: Operand) -> Power:
        return Power(self, expression(other))

    def __neg__(self) -> Negative:
        return Negative(self)


Operand = Expression | int | str


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A literal, with the digits it was given or is shown with. `exact` is False for a value shown rounded.

    `text` is an ASCII decimal (`-0.20`, `12`, `2.1e-5`); how it prints is the notation's. `of` is the quantity whose
    value it is, where it was calculated; a number is the same whosever it is.
    """

    text: str
    exact: bool = True
    of: Quantity | None = field(default=None, compare=False, repr=False)

    @property
    def value(self) -> Decimal:
        """The decimal that the text says."""
        return Decimal(self.text)


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A named number: `e`, `pi`; or the array of ones, `ones` (matrix view only)."""

    name: Literal["e", "pi", "ones"]


@dataclass(frozen=True, slots=True)
class Ref(Expression):
    """An occurrence of a quantity."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """A minus sign before an expression."""

    body: Expression


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """Terms in the order written; a subtracted term is a Negative.

    Every `turn` terms belong together: they are what one value of an index gave, in a sum over it that is written out.
    """

    terms: tuple[Expression, ...]
    turn: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """Factors in the order written. In the matrix view: the matrix product."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Chain(Product):
    """A product whose factors are the links of a chain: a factor that is itself a product is one link's derivative."""


@dataclass(frozen=True, slots=True)
class Hadamard(Expression):
    """The element-by-element product of arrays (matrix view)."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Transpose(Expression):
    """An array turned over its diagonal (matrix view)."""

    body: Expression


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """A fraction."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """A base and its exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Apply(Expression):
    """A function at its arguments; `primes` counts derivatives: sigma'(z) has one.

    `function` is the name of an activation, one of exp ln sqrt sin cos tanh abs max min, or a name that stays a name.
    A function that is another one in each layer has the layer behind its name: `leaky_relu@2`.
    """

    function: str
    arguments: tuple[Expression, ...]
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Sigma(Expression):
    """The sum of the body over every value of a letter."""

    letter: Letter
    body: Expression


@dataclass(frozen=True, slots=True)
class Derivative(Expression):
    """The derivative of a written-out formula by a quantity: d(Wa + b)/da. Of a named quantity, it is a Ref."""

    of: Expression
    by: Expression


@dataclass(frozen=True, slots=True)
class Kronecker(Expression):
    """1 where the two indices are equal, 0 elsewhere."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True)
class Comparison:
    """The condition of a piece of Cases."""

    left: Expression
    relation: Literal["<", "<=", ">", ">=", "="]
    right: Expression


@dataclass(frozen=True, slots=True)
class Cases(Expression):
    """Pieces in order, the first whose condition holds; a condition of None is "otherwise"."""

    pieces: tuple[tuple[Expression, Comparison | None], ...]


@dataclass(frozen=True, slots=True)
class Group(Expression):
    """Brackets that are kept although the reading does not need them."""

    body: Expression


@dataclass(frozen=True, slots=True)
class Gap(Expression):
    """What a worksheet leaves to be found: a number within a formula, or a whole member of a chain."""

    body: Expression


@dataclass(frozen=True, slots=True)
class Matrix(Expression):
    """A matrix written out, row by row. A column vector has rows of one."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Dots(Expression):
    """Terms left out of a long sum or matrix: an ellipsis. It has no value."""


def of_layer(function: str, layer: int) -> str:
    """The name of a layer's own function."""
    return f"{function}@{layer}"


def name_and_layer(function: str) -> tuple[str, int | None]:
    """The name of a function, and the layer whose own it is, if it is one's."""
    name, mark, layer = function.partition("@")
    return name, int(layer) if mark else None


def expression(operand: Operand) -> Expression:
    """An integer or a decimal string as a literal; an expression as it is."""
    if isinstance(operand, Expression):
        return operand
    text = str(operand)
    return Negative(Number(text[1:])) if text.startswith("-") else Number(text)


def _terms(node: Expression) -> tuple[Expression, ...]:
    return node.terms if isinstance(node, Sum) else (node,)


def _factors(node: Expression) -> tuple[Expression, ...]:
    return node.factors if isinstance(node, Product) else (node,)

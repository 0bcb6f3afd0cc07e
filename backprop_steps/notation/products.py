"""What a hand puts between two factors: nothing, a dot or a cross. One table for a notation."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum

from backprop_steps.expression.tree import Constant, Derivative, Dots, Expression, Kronecker, Matrix
from backprop_steps.notation.profile import Conventions


class Kind(IntEnum):
    """How a printed factor looks; what goes before and after it depends on that alone."""

    NUMBER = 0  # 0.5
    NUMERIC = 1  # brackets around nothing but numbers: (-0.3), (1 - 0.6)
    VALUE = 2  # another piece of arithmetic: e^{-0.3}, sigma(0.3)
    SYMBOL = 3  # a, W_{35}
    WORD = 4  # a name of several letters: Err_5
    FUNCTION = 5  # sigma(z)
    WORD_FUNCTION = 6  # Relu'(z)
    BRACKET = 7  # (y - a)
    FRACTION = 8  # 1/2, stacked
    DERIVATIVE = 9  # dL/da
    ARRAY = 10  # a matrix written out
    SIGMA = 11  # a sum, only as the last factor
    ONES = 12  # the array of ones, which is a symbol but looks like a number


NAMED = frozenset({Kind.SYMBOL, Kind.WORD, Kind.FUNCTION, Kind.WORD_FUNCTION, Kind.BRACKET})
"""The kinds that count when a product is long."""
SHAPES: dict[type, Kind] = {
    Constant: Kind.SYMBOL,
    Kronecker: Kind.WORD,
    Matrix: Kind.ARRAY,
    Dots: Kind.ARRAY,
    Derivative: Kind.DERIVATIVE,
}
"""The nodes that always look the same as a factor, and have no brackets."""


def seen_as(node: Expression) -> Kind:
    """How a node of `SHAPES` looks."""
    return Kind.ONES if node == _ONES else SHAPES[type(node)]


_ONES = Constant("ones")
MARKS = {"dot": r" \cdot ", "times": r" \times "}

_ARITHMETIC = (Kind.NUMBER, Kind.NUMERIC, Kind.VALUE)
_COEFFICIENTS = (Kind.NUMBER, Kind.NUMERIC, Kind.FRACTION)

# Of the factors on the left: those on the right that follow with nothing between.
_JUXTAPOSED: dict[Kind, tuple[Kind, ...]] = {
    Kind.NUMBER: (Kind.SYMBOL, Kind.FUNCTION, Kind.BRACKET, Kind.ARRAY, Kind.SIGMA),
    Kind.NUMERIC: (Kind.SYMBOL, Kind.FUNCTION, Kind.BRACKET, Kind.ARRAY, Kind.SIGMA),
    Kind.VALUE: (Kind.SIGMA,),
    Kind.SYMBOL: (
        Kind.SYMBOL,
        Kind.ONES,
        Kind.FUNCTION,
        Kind.BRACKET,
        Kind.FRACTION,
        Kind.DERIVATIVE,
        Kind.ARRAY,
        Kind.SIGMA,
    ),
    Kind.WORD: (),
    Kind.FUNCTION: (Kind.BRACKET,),
    Kind.WORD_FUNCTION: (),
    Kind.BRACKET: (Kind.SYMBOL, Kind.ONES, Kind.FUNCTION, Kind.BRACKET, Kind.ARRAY, Kind.SIGMA),
    Kind.FRACTION: (Kind.SYMBOL, Kind.FUNCTION, Kind.WORD_FUNCTION, Kind.BRACKET, Kind.ARRAY, Kind.SIGMA),
    Kind.DERIVATIVE: (),
    Kind.ARRAY: (Kind.SYMBOL, Kind.ONES, Kind.FUNCTION, Kind.BRACKET, Kind.ARRAY),
    Kind.SIGMA: (),
    Kind.ONES: (Kind.SYMBOL, Kind.ONES, Kind.FUNCTION, Kind.BRACKET, Kind.ARRAY, Kind.SIGMA),
}

Joiners = tuple[tuple[str, ...], ...]
"""Indexed by the kind on the left, then by the kind on the right."""


def number_mark(conventions: Conventions) -> str:
    """The sign between two numbers, where one is needed."""
    return MARKS.get(conventions.number_product, MARKS["dot"])


def symbol_mark(conventions: Conventions) -> str:
    """The sign between two symbols, where one is needed."""
    return MARKS.get(conventions.formula_product, MARKS["dot"])


def of_formulas(conventions: Conventions) -> Conventions:
    """The conventions of lines without numbers put in.

    Where those come before all numbers, a 1 or a 1/2 in them is multiplied by the sign of their symbols.
    """
    if conventions.arrangement != "formulas_first" or conventions.number_product == "brackets":
        return conventions
    return replace(conventions, number_product="times" if conventions.formula_product == "times" else "dot")


def joiner_tables(conventions: Conventions) -> tuple[Joiners, Joiners]:
    """What stands between two factors: in a product of up to two symbols, and in a longer one."""
    plain, marked = _joiners(conventions, False), _joiners(conventions, True)
    style = conventions.formula_product
    return plain if "juxtaposed" in style else marked, plain if style == "juxtaposed" else marked


def _joiners(conventions: Conventions, marked: bool) -> Joiners:
    """With `marked` a sign stands between symbols too, and coefficients alone are juxtaposed."""
    return tuple(tuple(_joiner(left, right, conventions, marked) for right in Kind) for left in Kind)


def _joiner(left: Kind, right: Kind, conventions: Conventions, marked: bool) -> str:
    symbols, numbers = symbol_mark(conventions), number_mark(conventions)
    if left is Kind.DERIVATIVE or (right is Kind.DERIVATIVE and left is not Kind.SYMBOL):
        return MARKS[conventions.chain_product]
    arithmetic = (*_ARITHMETIC, Kind.FRACTION)
    if left in arithmetic and right in arithmetic:
        bracketed = right is Kind.NUMERIC if left is not Kind.NUMERIC else right in (Kind.NUMERIC, Kind.VALUE)
        side_by_side = bracketed and left is not Kind.VALUE and conventions.number_product == "brackets"
        return "" if side_by_side else numbers
    if right is Kind.DERIVATIVE and conventions.fractions == "inline":
        return MARKS[conventions.chain_product]
    if right in _ARITHMETIC or (right is Kind.ONES and left in arithmetic):
        return numbers
    if right in _JUXTAPOSED[left] and not (marked and left not in _COEFFICIENTS and right is not Kind.SIGMA):
        return ""
    return symbols


def juxtapose(left: str, right: str) -> str:
    """Two pieces of TeX side by side, with a space where a control word would swallow the letter after it."""
    if right[0].isalpha() and left[left.rfind("\\") + 1 :].isalpha() and "\\" in left:
        return f"{left} {right}"
    return left + right

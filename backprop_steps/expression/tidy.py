"""A formula tidied as a hand does it in passing: no factor 1, no term 0, signs and whole numbers in front.

Nothing is decided here that a reader would want to see as a step of its own: no brackets are multiplied out, no terms
collected, no factors sorted. A decimal stays as it was given, with its sign and in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd
from typing import Any

from backprop_steps.expression.transform import ONE, ZERO, rebuild
from backprop_steps.expression.tree import (
    Chain,
    Constant,
    Derivative,
    Expression,
    Kronecker,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
    expression,
)

LONGEST = 9
"""The digits up to which a whole number is worth folding."""
LARGEST_FOLDED_POWER = 1000


def tidy(node: Expression) -> Expression:
    """The same value, written without what a hand would not write; the node itself where there is nothing to tidy.

    Factors 1, terms 0 and double minus signs go; whole numbers are multiplied and added; equal factors of a fraction
    cancel; signs and whole-number constants move to the front of their product (a decimal there stays first). The
    formula inside a `Derivative` stays as written.
    """
    return _HANDLERS.get(type(node), _inside)(node)


def whole(node: Expression) -> int | None:
    """The value of a literal without a decimal point, with its sign; None for anything else."""
    kind = type(node)
    if kind is Negative:
        value = whole(node.body) if type(node.body) is Number else None  # type: ignore[attr-defined]
        return None if value is None else -value
    if kind is not Number:
        return None
    text: str = node.text  # type: ignore[attr-defined]
    digits = text[1:] if text[:1] == "-" else text
    return int(text) if digits.isdecimal() and len(digits) <= LONGEST else None


def minus(node: Expression) -> Expression:
    """Minus the node, and never two minus signs."""
    if type(node) is Negative:
        return node.body
    return node if node == ZERO else Negative(node)


def product(factors: Iterable[Expression]) -> Expression:
    """The product, flat; of one factor that factor, of none 1."""
    flat: list[Expression] = []
    for factor in factors:
        flat += factor.factors if type(factor) is Product else (factor,)
    return flat[0] if len(flat) == 1 else Product(tuple(flat)) if flat else ONE


def factors_of(node: Expression) -> tuple[Expression, ...]:
    """The factors of a product, of anything else the node alone."""
    return node.factors if type(node) is Product else (node,)


def sign_and_size(node: Expression) -> tuple[bool, Expression]:
    """Whether a tidied node begins with a minus that can move, and the node without it. A decimal keeps its own."""
    if type(node) is Negative and (type(node.body) is not Number or whole(node) is not None):
        return True, node.body
    if type(node) is Number and node.text[:1] == "-" and whole(node) is not None:
        return True, Number(node.text[1:])
    return False, node


def bases(node: Expression) -> set[Expression]:
    """What the factors of a product are powers of, numbers aside."""
    return {_power_of(factor)[0] for factor in factors_of(node) if type(factor) is not Number}


def rational(node: Expression) -> Fraction | None:
    """The value of a whole number or a fraction of two, without a sign; None for anything else."""
    if type(node) is Quotient:
        top, bottom = whole(node.numerator), whole(node.denominator)
        return None if top is None or not bottom else Fraction(top, bottom)
    value = whole(node) if type(node) is Number else None
    return None if value is None else Fraction(value)


def _leaf(node: Expression) -> Expression:
    return node


def _inside(node: Expression) -> Expression:
    return rebuild(node, tidy)


def _negative(node: Negative) -> Expression:
    body = tidy(node.body)
    return node if body is node.body and type(body) is not Negative and body != ZERO else minus(body)


def _sum(node: Sum) -> Expression:
    terms: list[Expression] = []
    place = -1  # of the first whole number among the terms
    total = count = 0
    for term in map(tidy, node.terms):
        for part in term.terms if type(term) is Sum else (term,):
            value = whole(part)
            if value is None:
                terms.append(part)
            elif value:
                total += value
                count += 1
                if count == 1:
                    place = len(terms)
                    terms.append(part)
    if count > 1:
        terms[place : place + 1] = [expression(total)] if total else []
    if len(terms) == len(node.terms) and all(map(_same, terms, node.terms)):
        return node
    return terms[0] if len(terms) == 1 else Sum(tuple(terms)) if terms else ZERO


def _product(node: Product) -> Expression:
    negative = False
    constants: list[Expression] = []
    others: list[Expression] = []
    size = Fraction(1)
    for factor in map(tidy, node.factors):
        turned, factor = sign_and_size(factor)
        negative ^= turned
        for part in factors_of(factor):
            value = rational(part)
            if value is None:
                others.append(part)
            else:
                size *= value
                constants.append(part)
    if not size:
        return ZERO
    if size.numerator != 1:
        size, others = _cancelled(size, others)
    if size == 1:
        front = []
    elif len(constants) == 1 and rational(constants[0]) == size:
        front = constants
    else:
        front = [_fraction(size)]
    leading = next((place for place, part in enumerate(others) if not _decimal(part)), len(others))
    factors = others[:leading] + front + others[leading:]
    if not negative and len(factors) == len(node.factors) and all(map(_same, factors, node.factors)):
        return node
    result = product(factors)
    return minus(result) if negative else result


def _decimal(node: Expression) -> bool:
    return type(node) is Number or (type(node) is Negative and type(node.body) is Number)


def _cancelled(size: Fraction, others: list[Expression]) -> tuple[Fraction, list[Expression]]:
    """The whole number in front against those below the lines of the fractions after it: 2 · 1/(2N) is 1/N."""
    found: list[Expression] = []
    for factor in others:
        if type(factor) is Quotient:
            first, *rest = factors_of(factor.denominator)
            value = whole(first)
            common = gcd(size.numerator, value) if value else 1
            if value and common > 1:
                size /= common
                below = rest if value == common else [expression(value // common), *rest]
                factor = _over(factor.numerator, product(below))
                if factor == ONE:
                    continue
        found.append(factor)
    return size, found


def _quotient(node: Quotient) -> Expression:
    top, bottom = tidy(node.numerator), tidy(node.denominator)
    above, top = sign_and_size(top)
    below, bottom = sign_and_size(bottom)
    result = _over(*_reduced(top, bottom))
    if above is not below:
        return minus(result)
    if type(result) is Quotient and result.numerator is node.numerator and result.denominator is node.denominator:
        return node
    return result


def _over(top: Expression, bottom: Expression) -> Expression:
    if bottom == ONE:
        return top
    return ZERO if top == ZERO and bottom != ZERO else Quotient(top, bottom)


def _reduced(top: Expression, bottom: Expression) -> tuple[Expression, Expression]:
    """The two parts of a fraction without their common factors; the parts themselves where they have none."""
    if bottom == ZERO:
        return top, bottom
    numerator, denominator = rational(top), rational(bottom)
    if numerator is not None and denominator and Quotient in (type(top), type(bottom)):
        size = numerator / denominator
        return expression(size.numerator), expression(size.denominator)
    above, below = list(factors_of(top)), list(factors_of(bottom))
    changed = False
    one, other = _place_of_whole(above), _place_of_whole(below)
    if one is not None and other is not None:
        first, second = whole(above[one]) or 1, whole(below[other]) or 1
        if (common := gcd(first, second)) > 1:
            above[one], below[other] = expression(first // common), expression(second // common)
            changed = True
    for place, factor in enumerate(below):
        base, height = _power_of(factor)
        for number, candidate in enumerate(above):
            if candidate == ONE:
                continue
            same, power = _power_of(candidate)
            if same == base:
                least = min(height, power)
                above[number], below[place] = _to_the(base, power - least), _to_the(base, height - least)
                changed = True
                break
    if not changed:
        return top, bottom
    return _reduced(tidy(product(above)), tidy(product(below)))


def _place_of_whole(factors: list[Expression]) -> int | None:
    """Where the whole number stands: in front, or after leading decimals."""
    return next((place for place, factor in enumerate(factors) if whole(factor) is not None), None)


def _power_of(factor: Expression) -> tuple[Expression, int]:
    """The base of a power with a positive whole exponent, and the exponent."""
    if type(factor) is Power:
        height = whole(factor.exponent)
        if height is not None and height > 0:
            return factor.base, height
    return factor, 1


def _to_the(base: Expression, height: int) -> Expression:
    return ONE if height == 0 else base if height == 1 else Power(base, expression(height))


def _power(node: Power) -> Expression:
    base, exponent = tidy(node.base), tidy(node.exponent)
    height = whole(exponent)
    if height is not None:
        if height == 1:
            return base
        number = whole(base)
        if height == 0 and number != 0:
            return ONE
        if number is not None and height > 0 and _folds(number, height):
            return expression(number**height)
        if type(base) is Power and (inner := whole(base.exponent)) is not None and inner:
            return tidy(Power(base.base, expression(inner * height)))
    if base == ONE:
        return ONE
    return node if base is node.base and exponent is node.exponent else Power(base, exponent)


def _folds(number: int, height: int) -> bool:
    return abs(number) < 2 or (height < 10 and abs(number) ** height <= LARGEST_FOLDED_POWER)


def _sigma(node: Sigma) -> Expression:
    turned, body = sign_and_size(tidy(node.body))
    if body == ZERO:
        return ZERO
    result = node if body is node.body else Sigma(node.letter, body)
    return Negative(result) if turned else result


def _fraction(size: Fraction) -> Expression:
    top = expression(size.numerator)
    return top if size.denominator == 1 else Quotient(top, expression(size.denominator))


def _same(one: Expression, other: Expression) -> bool:
    return one is other


_HANDLERS: dict[type[Expression], Callable[[Any], Expression]] = {
    Number: _leaf,
    Constant: _leaf,
    Ref: _leaf,
    Kronecker: _leaf,
    Derivative: _leaf,
    Negative: _negative,
    Sum: _sum,
    Product: _product,
    Chain: _product,
    Quotient: _quotient,
    Power: _power,
    Sigma: _sigma,
}

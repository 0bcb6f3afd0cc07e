"""Constants gathered to the front of a product: 1/2 · 2 · (a - y) is a - y, 1/(2N) · 2 · (a - y) is 1/N (a - y)."""

from __future__ import annotations

from fractions import Fraction

from backprop_steps.expression.quantity import SAMPLES
from backprop_steps.expression.tidy import bases, product, tidy
from backprop_steps.expression.transform import ONE, rebuild
from backprop_steps.expression.tree import Expression, Negative, Number, Product, Quotient, Ref, Sigma, Sum, expression

N = Ref(SAMPLES)


def split_constant(node: Expression) -> tuple[Fraction, bool, tuple[Expression, ...]]:
    """The constant of a product, whether it is divided by N as well, and the other factors in order."""
    match node:
        case Negative(body):
            size, mean, rest = split_constant(body)
            return -size, mean, rest
        case Number(text) if text.lstrip("-").isdigit():
            return Fraction(int(text)), False, ()
        case Quotient(Number(top), bottom) if top.isdigit():
            size, mean, rest = _bottom(bottom)
            if rest:
                return Fraction(1), False, (node,)
            return Fraction(int(top)) / size, mean, ()
        case Product(factors):
            total, divided = Fraction(1), False
            others: list[Expression] = []
            for factor in factors:
                size, mean, rest = split_constant(factor)
                if mean and divided:  # a second 1/N stays where it is
                    others.append(factor)
                    continue
                total *= size
                divided = divided or mean
                others += rest
            return total, divided, tuple(others)
    return Fraction(1), False, (node,)


def _bottom(node: Expression) -> tuple[Fraction, bool, tuple[Expression, ...]]:
    if node == N:
        return Fraction(1), True, ()
    match node:
        case Number(text) if text.isdigit() and text.strip("0"):
            return Fraction(int(text)), False, ()
        case Product((Number(text), last)) if text.isdigit() and text.strip("0") and last == N:
            return Fraction(int(text)), True, ()
    return Fraction(1), False, (node,)


def constant(size: Fraction, mean: bool) -> Expression | None:
    """A positive constant as it stands before a sum: 1/2, 1/(2N), 3; None for 1."""
    bottom: list[Expression] = [expression(size.denominator)] if size.denominator != 1 else []
    if mean:
        bottom.append(N)
    if not bottom:
        return None if size == 1 else expression(size.numerator)
    return Quotient(expression(size.numerator), bottom[0] if len(bottom) == 1 else Product(tuple(bottom)))


def gathered(node: Expression) -> Expression:
    """The product with its constant in front, its sign before that; a minus goes into a sum of fractions."""
    size, mean, rest = split_constant(node)
    if size == 0:
        return expression(0)
    negative = size < 0
    if negative and len(rest) == 1 and isinstance(rest[0], Sum) and any(_fraction(term) for term in rest[0].terms):
        rest, negative = (negated(rest[0]),), False
    front = constant(abs(size), mean)
    factors = rest if front is None else (front, *rest)
    body = expression(1) if not factors else factors[0] if len(factors) == 1 else Product(factors)
    return Negative(body) if negative else body


def cancelled(node: Expression) -> Expression:
    """Without the factors that also stand below the line of a fraction in the same product: q s · 1/s is q."""
    if not isinstance(node, Product):
        return rebuild(node, cancelled) if isinstance(node, Negative | Sigma | Sum) else node
    for place, fraction in enumerate(node.factors):
        if not isinstance(fraction, Quotient):
            continue
        for other, factor in enumerate(node.factors):
            top, bottom = (factor.numerator, factor.denominator) if isinstance(factor, Quotient) else (factor, ONE)
            if other != place and bases(top) & bases(fraction.denominator):
                one = Quotient(product((top, fraction.numerator)), product((bottom, fraction.denominator)))
                factors = [tidy(one) if k == other else f for k, f in enumerate(node.factors) if k != place]
                return cancelled(gathered(product(factors)))
    return node


def negated(node: Expression) -> Expression:
    """Minus the node, with the signs of a sum turned rather than a minus put before it."""
    if isinstance(node, Sum):
        return Sum(tuple(term.body if isinstance(term, Negative) else Negative(term) for term in node.terms))
    return node.body if isinstance(node, Negative) else Negative(node)


def _fraction(term: Expression) -> bool:
    return isinstance(term.body if isinstance(term, Negative) else term, Quotient)

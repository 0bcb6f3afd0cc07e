"""The formula is right, and is calculated wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import everywhere, numeric, summed
from backprop_steps.expression.arithmetic import arithmetic as in_arithmetic
from backprop_steps.expression.transform import ONE
from backprop_steps.expression.tree import Expression, Group, Negative, Number, Power, Product, Quotient, Sum


@cause("arithmetic", "arithmetic")
def arithmetic(right: Expression, setting: Setting) -> Iterator[Expression]:
    """The numbers are put in right, and what comes out is off: a product after a sum taken first or last, a minus
    lost, a square forgotten or doubled, only the first term divided or multiplied; of a bare result, a digit or a
    carry is off.
    """
    if isinstance(right, Number):
        yield from _off(right)
    elif numeric(right):
        yield from everywhere(right, _taken_wrongly)


def _off(number: Number) -> Iterator[Expression]:
    """The result one off in one of its digits; in the last one only where that is not rounding."""
    mantissa, e, exponent = number.text.partition("e")
    places = len(mantissa.partition(".")[2])
    value = Number(mantissa).value
    smallest = 0 if number.exact else 1
    if not value:
        return
    for power in range(smallest, max(value.adjusted() + places, smallest) + 1):
        for step in (1, -1):
            with in_arithmetic():
                new = value + step * Number(f"1e{power - places}").value
            if new and (new > 0) == (value > 0):
                yield Number(f"{new:f}{e}{exponent}", number.exact)


def _taken_wrongly(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Sum):
        yield from _sum(node)
    elif isinstance(node, Product):
        yield from _product(node)
    elif isinstance(node, Power):
        if node.exponent == Number("2"):
            yield Product((Number("2"), node.base))
            yield node.base
            inner = node.base.body if isinstance(node.base, Group) else node.base
            if isinstance(inner, Sum):
                yield summed([_with_sign(term) for term in inner.terms])
    elif isinstance(node, Quotient) and isinstance(node.denominator, Sum) and node.numerator != ONE:
        first, *others = node.denominator.terms
        yield Sum((Quotient(node.numerator, first), *others))


def _sum(node: Sum) -> Iterator[Expression]:
    for place, (one, two) in enumerate(zip(node.terms, node.terms[1:], strict=False)):
        before, after = node.terms[:place], node.terms[place + 2 :]
        # 0.5 - 0.1 * 2 taken from the left: (0.5 - 0.1) * 2
        body, minus = (two.body, True) if isinstance(two, Negative) else (two, False)
        if isinstance(body, Product) and not isinstance(one, Product):
            first, *others = body.factors
            yield summed([*before, Product((Sum((one, Negative(first) if minus else first)), *others)), *after])
        if isinstance(one, Product) and not isinstance(body, Product):
            yield summed([*before, Product((*one.factors[:-1], Sum((one.factors[-1], two)))), *after])
    for place, term in enumerate(node.terms[1:], start=1):
        if isinstance(term, Negative) and isinstance(term.body, Number) and term.body.text.startswith("-"):
            lost = Negative(Number(term.body.text[1:], term.body.exact))
            yield Sum((*node.terms[:place], lost, *node.terms[place + 1 :]))


def _product(node: Product) -> Iterator[Expression]:
    for place, factor in enumerate(node.factors):
        inner = factor.body if isinstance(factor, Group) else factor
        others = (*node.factors[:place], *node.factors[place + 1 :])
        if isinstance(inner, Sum):
            first, *rest = inner.terms
            yield Sum((Product((*node.factors[:place], first, *node.factors[place + 1 :])), *rest))
        if isinstance(inner, Number) and inner.text.startswith("-"):
            positive = Number(inner.text[1:], inner.exact)
            yield Product((*node.factors[:place], positive, *node.factors[place + 1 :])) if others else positive


def _with_sign(term: Expression) -> Expression:
    """The square of a term, with the sign it has."""
    square = Number("2")
    return Negative(Power(term.body, square)) if isinstance(term, Negative) else Power(term, square)

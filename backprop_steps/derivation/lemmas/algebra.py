"""The algebra of a blackboard: like terms collected, a product of fractions as one fraction, brackets multiplied out.

A formula is taken apart into terms: a coefficient times powers of *atoms*. An atom is whatever is not taken apart: a
letter, a function, brackets that are not multiplied out. e^u counts as a power of an atom, so that e^x e^(-x) is 1.
Terms and factors keep the order in which they were met; numbers, then letters come first in a product.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd

from backprop_steps.expression.tidy import product, tidy, whole
from backprop_steps.expression.transform import ONE, ZERO, rebuild
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Constant,
    Expression,
    Group,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
    expression,
)

MOST_TERMS = 24
"""Beyond this many terms nothing is multiplied out: no hand would."""
HIGHEST_POWER_OF_A_SUM = 3
LARGEST_EXPONENT = 50


def collected(node: Expression) -> Expression:
    """Like terms together, each term one fraction, equal factors as powers; brackets within products are kept."""
    return _Algebra(opens_brackets=False).simplified(node)


def multiplied_out(node: Expression) -> Expression:
    """The same with every bracket within products multiplied out, as far as a hand would."""
    return _Algebra(opens_brackets=True).simplified(node)


def one_fraction(node: Expression) -> Expression:
    """The formula as a single fraction: the terms of every sum over their common denominator."""
    return _over_common_denominator(rebuild(node, one_fraction))


def canonical(node: Expression) -> Expression:
    """The same for formulas that differ only in the order of their terms and factors."""
    node = rebuild(node, canonical)
    if isinstance(node, Sum):
        return Sum(tuple(sorted(node.terms, key=repr)))
    return Product(tuple(sorted(node.factors, key=repr))) if isinstance(node, Product) else node


def negated(node: Sum) -> Sum:
    """The sum with every sign turned, the first term that is then positive in front."""
    turned = [term.body if isinstance(term, Negative) else Negative(term) for term in node.terms]
    first = next((term for term in turned if not isinstance(term, Negative)), turned[0])
    turned.remove(first)
    return Sum((first, *turned))


@dataclass(frozen=True, slots=True)
class _Term:
    coefficient: Fraction
    powers: dict[Expression, Fraction] = field(default_factory=dict)

    def times(self, other: _Term) -> _Term:
        powers = dict(self.powers)
        for atom, height in other.powers.items():
            powers[atom] = powers.get(atom, Fraction(0)) + height
        return _Term(self.coefficient * other.coefficient, {atom: h for atom, h in powers.items() if h})

    def to_the(self, height: int) -> _Term:
        return _Term(self.coefficient**height, {atom: h * height for atom, h in self.powers.items()})


_Terms = list[_Term]
_UNIT = _Term(Fraction(1))


class _Algebra:
    """One formula taken apart and put together again. `shown` remembers how each atom was written."""

    def __init__(self, *, opens_brackets: bool) -> None:
        self.opens = opens_brackets
        self.decimals = False
        self.shown: dict[Expression, Expression] = {}
        # For each e^v: the terms of v, and how the multiples of v were written where they occurred.
        self.arguments: dict[Expression, _Terms] = {}
        self.exponents: dict[tuple[Expression, Fraction], Expression] = {}

    def simplified(self, node: Expression) -> Expression:
        return self.written(self.terms(node))

    # taking apart

    def terms(self, node: Expression) -> _Terms:
        match node:
            case Number():
                self.decimals = self.decimals or whole(node) is None
                value = Fraction(node.value)
                return [_Term(value)] if value else []
            case Negative(body):
                return [replace(term, coefficient=-term.coefficient) for term in self.terms(body)]
            case Group(body):
                return self.terms(body)
            case Sum(parts):
                return _merged([term for part in parts for term in self.terms(part)])
            case Product(factors):
                return self._product([self.terms(factor) for factor in factors])
            case Quotient(top, bottom):
                return self._quotient(node, self.terms(top), self._closed(bottom))
            case Power(base, exponent):
                return self._power(base, exponent)
            case Apply("exp", (argument,), 0):
                return [self._exponential(argument)]
            case Apply(function, arguments, primes):
                return [self._atom(Apply(function, tuple(tidy(argument) for argument in arguments), primes))]
            case Cases(pieces):
                return [self._atom(Cases(tuple((self._apart(body), condition) for body, condition in pieces)))]
        return [self._atom(node)]

    def _apart(self, node: Expression) -> Expression:
        return _Algebra(opens_brackets=self.opens).simplified(node)

    def _product(self, factors: list[_Terms]) -> _Terms:
        found = [_UNIT]
        for terms in factors:
            if not terms:
                return []
            if len(terms) > 1 and len(found) * len(terms) > MOST_TERMS:
                self.opens = False  # nor is what stands around it: each bracket in a bracket would grow by as much
            if len(terms) > 1 and not self.opens:
                terms = [self._bracketed(terms)]
            found = [self._normal(one.times(two)) for one in found for two in terms]
        return _merged(found)

    def _closed(self, node: Expression) -> _Terms:
        """The terms of a denominator: it is not multiplied out."""
        opens, self.opens = self.opens, False
        terms = self.terms(node)
        self.opens = opens
        return terms

    def _quotient(self, node: Quotient, top: _Terms, bottom: _Terms) -> _Terms:
        if not bottom:
            return [self._atom(tidy(node))]
        return [self._normal(self._bracketed(top).times(self._bracketed(bottom).to_the(-1)))] if top else []

    def _power(self, base: Expression, exponent: Expression) -> _Terms:
        height = whole(exponent)
        if base == Constant("e"):
            return [self._exponential(exponent)]
        if height is None or abs(height) > LARGEST_EXPONENT:
            return [self._atom(tidy(Power(base, exponent)))]
        terms = self.terms(base)
        if not terms:
            return [] if height > 0 else [self._atom(Power(ZERO, exponent))]
        if len(terms) > 1 and self.opens and 1 < height <= HIGHEST_POWER_OF_A_SUM:
            return self._product([terms] * height)
        if len(terms) > 1 and height == 1:
            return terms
        return [self._normal(self._bracketed(terms).to_the(height))]

    def _bracketed(self, terms: _Terms) -> _Term:
        """Several terms as one: a bracket that stays closed. One known with its signs turned is that one, times -1."""
        if len(terms) == 1:
            return terms[0]
        shown = self.written(terms)
        if not isinstance(shown, Sum):
            return self._atom(shown)
        turned = canonical(Sum(tuple(t.body if isinstance(t, Negative) else Negative(t) for t in shown.terms)))
        if turned in self.shown:
            return _Term(Fraction(-1), {turned: Fraction(1)})
        return self._atom(shown)

    def _atom(self, node: Expression) -> _Term:
        key = canonical(node)
        self.shown.setdefault(key, node)
        return _Term(Fraction(1), {key: Fraction(1)})

    def _exponential(self, argument: Expression) -> _Term:
        """e^u as a power of e^v, where u is a number times v."""
        inner = _Algebra(opens_brackets=False)
        terms = inner.terms(argument)
        self.decimals = self.decimals or inner.decimals
        if not terms:
            return _UNIT
        height = terms[0].coefficient if len(terms) == 1 else Fraction(-1 if terms[0].coefficient < 0 else 1)
        base = [replace(term, coefficient=term.coefficient / height) for term in terms]
        key = canonical(Apply("exp", (inner.written(base),)))
        self.shown.setdefault(key, key)
        self.arguments.setdefault(key, base)
        for atom, shown in inner.shown.items():
            self.shown.setdefault(atom, shown)
        self.arguments.update(inner.arguments)
        self.exponents.setdefault((key, height), tidy(argument))
        return _Term(Fraction(1), {key: height})

    def _normal(self, term: _Term) -> _Term:
        """(sqrt u)^2 as u, and u^2/|u| as |u|."""
        for atom, height in term.powers.items():
            match atom:
                case Apply("sqrt", (inner,), 0) if abs(height) > 1:
                    twice = int(height / 2)
                    rest = _Term(Fraction(1), {atom: Fraction(-2 * twice)})
                    return self._normal(term.times(rest).times(self._bracketed(self.terms(inner)).to_the(twice)))
                case Apply("abs", (inner,), 0) if height < 0 and term.powers.get(inner, Fraction(0)) >= 2:
                    change = _Term(Fraction(1), {atom: Fraction(2), inner: Fraction(-2)})
                    return self._normal(term.times(change))
        return term

    # putting together

    def written(self, terms: _Terms) -> Expression:
        if not terms:
            return ZERO
        found = [self._written(term) for term in terms]
        return found[0] if len(found) == 1 else Sum(tuple(found))

    def _written(self, term: _Term) -> Expression:
        letters: list[Expression] = []
        above: list[Expression] = []
        below: list[Expression] = []
        for atom, height in term.powers.items():
            if atom in self.arguments:
                above.append(Apply("exp", (self._exponent(atom, height),)))
                continue
            shown = self.shown[atom]
            factor = shown if abs(height) == 1 else Power(shown, expression(str(abs(height))))
            if height < 0:
                below.append(factor)
            else:
                (letters if isinstance(shown, Ref) else above).append(factor)
        body = self._with_coefficient(abs(term.coefficient), letters, above, below)
        return Negative(body) if term.coefficient < 0 else body

    def _exponent(self, atom: Expression, height: Fraction) -> Expression:
        known = self.exponents.get((atom, height))
        if known is not None:
            return known
        return self.written([replace(t, coefficient=t.coefficient * height) for t in self.arguments[atom]])

    def _with_coefficient(
        self, value: Fraction, letters: list[Expression], above: list[Expression], below: list[Expression]
    ) -> Expression:
        factors = letters + above
        top, bottom = _decimal(value) if self.decimals else _whole(value)
        if bottom != ONE and not below and (above or not letters):
            return product([Quotient(top, bottom), *factors])
        numerator = product(factors if top == ONE else [top, *factors])
        under = below if bottom == ONE else [bottom, *sorted(below, key=lambda factor: not isinstance(factor, Ref))]
        return Quotient(numerator, product(under)) if under else numerator


def _merged(terms: _Terms) -> _Terms:
    """Like terms added, each in the place of the first of its kind."""
    found: dict[frozenset[tuple[Expression, Fraction]], _Term] = {}
    for term in terms:
        key = frozenset(term.powers.items())
        known = found.get(key)
        found[key] = term if known is None else replace(known, coefficient=known.coefficient + term.coefficient)
    return [term for term in found.values() if term.coefficient]


def _whole(value: Fraction) -> tuple[Expression, Expression]:
    return expression(value.numerator), expression(value.denominator)


def _decimal(value: Fraction) -> tuple[Expression, Expression]:
    """The value as a decimal, over a whole number where it has no end by itself."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    value *= rest
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str((value * 10**places).numerator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return Number(text), expression(rest)


def _over_common_denominator(node: Expression) -> Expression:
    algebra = _Algebra(opens_brackets=False)
    terms = algebra.terms(node)
    common: dict[Expression, Fraction] = {}
    number = 1
    for term in terms:
        number = number * term.coefficient.denominator // gcd(number, term.coefficient.denominator)
        for atom, height in term.powers.items():
            if height < 0 and atom not in algebra.arguments:
                common[atom] = max(common.get(atom, Fraction(0)), -height)
    if len(terms) < 2 or (not common and (number == 1 or algebra.decimals)):
        return algebra.written(terms)
    bottom = _Term(Fraction(number), common)
    top = collected(algebra.written([term.times(bottom) for term in terms]))
    return collected(Quotient(top, algebra.written([bottom])))

"""The rules of differentiation: a closed table, one function a rule.

A rule takes a formula and the variable, and gives the derivative with what is left to differentiate as `Derivative`
nodes; None where it is not the rule for this formula. The first rule of the table that fits is the one a teacher takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from backprop_steps.derivation.lemmas.lemma import Rule
from backprop_steps.expression.tidy import factors_of, product, tidy, whole
from backprop_steps.expression.transform import ONE, ZERO, quantities
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Constant,
    Derivative,
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

TWO = expression(2)
EULER = Constant("e")


@dataclass(frozen=True, slots=True)
class Applied:
    """What one rule makes of a derivative, and the names of what was used, the chief one first."""

    expression: Expression
    rules: tuple[Rule, ...]


DifferentiationRule = Callable[[Expression, Ref], Applied | None]


def applied(node: Expression, x: Ref) -> Applied:
    """The derivative of `node` by `x`, one rule taken. Raises ValueError for a formula that has no rule."""
    for rule in RULES:
        result = rule(node, x)
        if result is not None:
            return result
    raise ValueError(f"no rule differentiates a formula of the kind {type(node).__name__}")


def depends(node: Expression, x: Ref) -> bool:
    """Whether the variable occurs in the formula."""
    return x.quantity in quantities(node)


def constant(node: Expression, x: Ref) -> Applied | None:
    """c' = 0."""
    return None if depends(node, x) else Applied(ZERO, (Rule.CONSTANT,))


def variable(node: Expression, x: Ref) -> Applied | None:
    """x' = 1."""
    return Applied(ONE, (Rule.VARIABLE,)) if node == x else None


def brackets(node: Expression, x: Ref) -> Applied | None:
    """(u)' = u'."""
    return applied(node.body, x) if isinstance(node, Group) else None


def minus_sign(node: Expression, x: Ref) -> Applied | None:
    """(-u)' = -u'."""
    if not isinstance(node, Negative):
        return None
    return Applied(Negative(Derivative(node.body, x)), (Rule.CONSTANT_FACTOR,))


def sum_rule(node: Expression, x: Ref) -> Applied | None:
    """(u + v)' = u' + v'; constant terms vanish."""
    if not isinstance(node, Sum):
        return None
    terms: list[Expression] = []
    for term in node.terms:
        if not depends(term, x):
            continue
        if isinstance(term, Negative):
            terms.append(Negative(Derivative(term.body, x)))
        else:
            terms.append(Derivative(term, x))
    return Applied(terms[0] if len(terms) == 1 else Sum(tuple(terms)), (Rule.SUM,))


def constant_factor(node: Expression, x: Ref) -> Applied | None:
    """(c u)' = c u', (u / c)' = u' / c and (c / u)' = c (1/u)'."""
    match node:
        case Product(factors):
            fixed = [factor for factor in factors if not depends(factor, x)]
            if not fixed:
                return None
            rest = Derivative(product(factor for factor in factors if depends(factor, x)), x)
            return Applied(product([*fixed, rest]), (Rule.CONSTANT_FACTOR,))
        case Quotient(top, bottom) if not depends(bottom, x):
            return Applied(Product((Quotient(ONE, bottom), Derivative(top, x))), (Rule.CONSTANT_FACTOR,))
        case Quotient(top, bottom) if not depends(top, x) and top != ONE:
            return Applied(Product((top, Derivative(Quotient(ONE, bottom), x))), (Rule.CONSTANT_FACTOR,))
    return None


def product_rule(node: Expression, x: Ref) -> Applied | None:
    """(u v)' = u' v + u v'; with more factors, each is differentiated in turn."""
    if not isinstance(node, Product):
        return None
    factors = node.factors
    terms = [product((*factors[:i], Derivative(factors[i], x), *factors[i + 1 :])) for i in range(len(factors))]
    return Applied(Sum(tuple(terms)), (Rule.PRODUCT,))


def reciprocal_as_power(node: Expression, x: Ref) -> Applied | None:
    """1/u = u^-1, and 1/u^n = u^-n."""
    match node:
        case Quotient(top, Power(base, exponent)) if top == ONE and (height := whole(exponent)):
            return Applied(Derivative(Power(base, expression(-height)), x), (Rule.RECIPROCAL_AS_POWER,))
        case Quotient(top, bottom) if top == ONE:
            return Applied(Derivative(Power(bottom, expression(-1)), x), (Rule.RECIPROCAL_AS_POWER,))
    return None


def quotient_rule(node: Expression, x: Ref) -> Applied | None:
    """(u / v)' = (u' v - u v') / v^2."""
    if not isinstance(node, Quotient):
        return None
    u, v = node.numerator, node.denominator
    left = product((Derivative(u, x), v))
    right = Product((*factors_of(u), Derivative(v, x)))
    square = tidy(Power(v, TWO))
    return Applied(Quotient(Sum((left, Negative(right))), square), (Rule.QUOTIENT,))


def power_rule(node: Expression, x: Ref) -> Applied | None:
    """(x^n)' = n x^(n-1), and by the chain rule (u^n)' = n u^(n-1) u'."""
    if not isinstance(node, Power) or depends(node.exponent, x):
        return None
    exponent = node.exponent
    if exponent == ONE:
        return applied(node.base, x)
    return _chain((exponent, *_factors(Power(node.base, _less_one(exponent)))), node.base, x, Rule.POWER)


def exponential_rule(node: Expression, x: Ref) -> Applied | None:
    """(e^u)' = e^u u', and (c^u)' = c^u ln(c) u'."""
    match node:
        case Apply("exp", (inner,), 0):
            return _chain((node,), inner, x, Rule.EXPONENTIAL)
        case Power(base, inner) if base == EULER:
            return _chain((node,), inner, x, Rule.EXPONENTIAL)
        case Power(base, inner) if not depends(base, x):
            return _chain((node, Apply("ln", (base,))), inner, x, Rule.EXPONENTIAL)
    return None


def power_as_exponential(node: Expression, x: Ref) -> Applied | None:
    """u^v = e^(v ln u)."""
    if not isinstance(node, Power):
        return None
    exponent = product((node.exponent, Apply("ln", (node.base,))))
    return Applied(Derivative(Apply("exp", (exponent,)), x), (Rule.POWER_AS_EXPONENTIAL,))


def logarithm_rule(node: Expression, x: Ref) -> Applied | None:
    """(ln u)' = 1/u u'."""
    match node:
        case Apply("ln", (inner,), 0):
            return _chain((Quotient(ONE, inner),), inner, x, Rule.LOGARITHM)
    return None


def square_root_rule(node: Expression, x: Ref) -> Applied | None:
    """(sqrt u)' = 1 / (2 sqrt u) u'."""
    match node:
        case Apply("sqrt", (inner,), 0):
            return _chain((Quotient(ONE, Product((TWO, node))),), inner, x, Rule.SQUARE_ROOT)
    return None


def sine_rule(node: Expression, x: Ref) -> Applied | None:
    """(sin u)' = cos(u) u'."""
    match node:
        case Apply("sin", (inner,), 0):
            return _chain((Apply("cos", (inner,)),), inner, x, Rule.SINE)
    return None


def cosine_rule(node: Expression, x: Ref) -> Applied | None:
    """(cos u)' = -sin(u) u'."""
    match node:
        case Apply("cos", (inner,), 0):
            return _chain((Negative(Apply("sin", (inner,))),), inner, x, Rule.COSINE)
    return None


def tanh_rule(node: Expression, x: Ref) -> Applied | None:
    """(tanh u)' = (1 - tanh(u)^2) u'."""
    match node:
        case Apply("tanh", (inner,), 0):
            return _chain((1 - Power(node, TWO),), inner, x, Rule.TANH)
    return None


def sigmoid_rule(node: Expression, x: Ref) -> Applied | None:
    """sigma(u)' = sigma(u) (1 - sigma(u)) u'."""
    match node:
        case Apply("sigmoid", (inner,), 0):
            return _chain((node, 1 - node), inner, x, Rule.SIGMOID)
    return None


def absolute_value_rule(node: Expression, x: Ref) -> Applied | None:
    """|u|' = u/|u| u', where u is not 0."""
    match node:
        case Apply("abs", (inner,), 0):
            return _chain((Quotient(inner, node),), inner, x, Rule.ABSOLUTE_VALUE)
    return None


def relu_rule(node: Expression, x: Ref) -> Applied | None:
    """relu(u)' = relu'(u) u', which is 1 where u > 0 and 0 where u < 0, times u'."""
    match node:
        case Apply("relu", (inner,), 0):
            return _chain((Apply("relu", (inner,), 1),), inner, x, Rule.RELU)
    return None


def piece_by_piece(node: Expression, x: Ref) -> Applied | None:
    """The derivative of each piece, where that piece holds; of max and min, that of the greater or the smaller one."""
    pieces = in_pieces(node, x)
    if pieces is None:
        return None
    return Applied(Cases(tuple((Derivative(body, x), c) for body, c in pieces.pieces)), (Rule.PIECE_BY_PIECE,))


def in_pieces(node: Expression, x: Ref) -> Cases | None:
    """The greater or the smaller of two written as cases; cases as they are."""
    match node:
        case Cases():
            return node
        case Apply("max" | "min" as name, (first, *others), 0) if others:
            rest = others[0] if len(others) == 1 else Apply(name, tuple(others))
            if not depends(first, x):
                first, rest = rest, first
            relation = Comparison(first, ">" if name == "max" else "<", rest)
            return Cases(((first, relation), (rest, None)))
    return None


def function_by_name(node: Expression, x: Ref) -> Applied | None:
    """f(u)' = f'(u) u' for a function that is only a name."""
    match node:
        case Apply(name, (inner,), primes):
            return _chain((Apply(name, (inner,), primes + 1),), inner, x, Rule.FUNCTION_BY_NAME)
    return None


RULES: tuple[DifferentiationRule, ...] = (
    constant,
    variable,
    brackets,
    minus_sign,
    sum_rule,
    constant_factor,
    product_rule,
    reciprocal_as_power,
    quotient_rule,
    power_rule,
    exponential_rule,
    power_as_exponential,
    logarithm_rule,
    square_root_rule,
    sine_rule,
    cosine_rule,
    tanh_rule,
    sigmoid_rule,
    absolute_value_rule,
    relu_rule,
    piece_by_piece,
    function_by_name,
)


def _chain(outer: tuple[Expression, ...], inner: Expression, x: Ref, rule: Rule) -> Applied:
    """The outer derivative times the inner one; of the variable itself the outer one alone."""
    if inner == x:
        return Applied(product(outer), (rule,))
    return Applied(product((*outer, Derivative(inner, x))), (rule, Rule.CHAIN_RULE))


def _factors(power: Power) -> tuple[Expression, ...]:
    if power.exponent == ZERO:
        return ()
    return (power.base,) if power.exponent == ONE else (power,)


def _less_one(exponent: Expression) -> Expression:
    """n - 1, worked out where n is a number."""
    match exponent:
        case Number(text):
            return _number(Decimal(text) - 1)
        case Negative(Number(text)):
            return _number(-Decimal(text) - 1)
        case Quotient(top, bottom) | Negative(Quotient(top, bottom)):
            one, two = whole(top), whole(bottom)
            if one is not None and two:
                one = -one if isinstance(exponent, Negative) else one
                return tidy(Quotient(expression(one - two), expression(two)))
    return exponent - ONE


def _number(value: Decimal) -> Expression:
    return expression(format(value, "f"))

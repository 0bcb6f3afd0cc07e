"""Differentiating line by line: the outermost function first, one rule a line, simple inner derivatives at once."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.derivation.lemmas.algebra import canonical, collected, multiplied_out, negated
from backprop_steps.derivation.lemmas.lemma import LemmaLine, Rule
from backprop_steps.derivation.lemmas.rules import EULER, applied, depends
from backprop_steps.expression.tidy import product, tidy
from backprop_steps.expression.transform import ONE, ZERO, derivatives, rebuild, replace_nodes, size
from backprop_steps.expression.tree import (
    Apply,
    Derivative,
    Expression,
    Group,
    Negative,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
)

TRIVIAL = (Rule.CONSTANT, Rule.VARIABLE)


def worked(formula: Expression, x: Ref, *, at_once: bool = False) -> list[LemmaLine]:
    """The derivative of a formula by `x` worked out, from d/dx(formula) to where nothing is left to differentiate.

    `at_once`: a formula whose functions are all of linear arguments takes a single line. The last line is as the rules
    give it; `finished` simplifies it. Raises ValueError for a formula that has no rule.
    """
    current: Expression = Derivative(formula, x)
    lines = [LemmaLine(current, Rule.DEFINITION)]
    short = at_once or _linear(formula, x) or _single(formula, x)
    while waiting := list(dict.fromkeys(derivatives(current))):
        if all(_simple(node.of, x) for node in waiting) and (len(lines) > 1 or short):
            line = _all_at_once(current, waiting, lines[-1].rule, raw=at_once)
        else:
            chosen = next((node for node in waiting if not _simple(node.of, x)), waiting[0])
            step = applied(chosen.of, x)
            bare: dict[Expression, Expression] = {node: ONE for node in waiting if node.of == x}
            line = _line(replace_nodes(current, {**bare, chosen: step.expression}), step.rules)
        if line.expression != current:
            lines.append(line)
        current = line.expression
    return lines


def finished(node: Expression, *, multiply_out: bool = True) -> Iterator[LemmaLine]:
    """The lines that bring a derivative into its simplest form.

    Brackets are multiplied out only where the result is shorter for it, and not at all without `multiply_out`.
    """
    simple = collected(node)
    if canonical(simple) != canonical(node) or tidy(node) != node:
        fraction = isinstance(_plus(simple), Quotient) and isinstance(_plus(node), Product | Power)
        yield LemmaLine(simple, Rule.AS_QUOTIENT if fraction else Rule.SIMPLIFICATION)
        node = simple
    if isinstance(node, Negative) and isinstance(node.body, Sum):
        turned = negated(node.body)
        if not isinstance(turned.terms[0], Negative):
            yield LemmaLine(turned, Rule.SIGNS)
            node = turned
    if multiply_out:
        opened = multiplied_out(node)
        if size(opened) < size(node):
            yield LemmaLine(opened, Rule.MULTIPLY_OUT, (Rule.COLLECT,))


def clean(node: Expression) -> Expression:
    """What the rules give, without factors 1 and terms 0; the signs stay where the rules put them."""
    node = rebuild(node, clean) if not isinstance(node, Derivative) else node
    match node:
        case Negative(Negative(body)):
            return body
        case Negative(body) if body == ZERO:
            return ZERO
        case Sum(terms):
            flat = [part for term in terms for part in (term.terms if isinstance(term, Sum) else (term,))]
            kept = [term for term in flat if term != ZERO]
            return ZERO if not kept else kept[0] if len(kept) == 1 else Sum(tuple(kept))
        case Product(factors):
            return _clean_product(factors)
        case Quotient(top, bottom) if bottom == ONE or (top == ZERO and bottom != ZERO):
            return top
        case Power(base, exponent) if exponent == ONE:
            return base
    return node


def _clean_product(factors: tuple[Expression, ...]) -> Expression:
    if ZERO in factors:
        return ZERO
    kept = [factor for factor in factors if factor != ONE]
    if not kept:
        return ONE
    first = kept[0]
    # A minus before the first factor is one before the product; numbers keep the place in which they arose.
    if isinstance(first, Negative):
        rest = _clean_product((first.body, *kept[1:]))
        return rest.body if isinstance(rest, Negative) else Negative(rest)
    return product(kept)


def _line(node: Expression, rules: tuple[Rule, ...]) -> LemmaLine:
    if Rule.CHAIN_RULE in rules:
        return LemmaLine(clean(node), Rule.CHAIN_RULE, tuple(rule for rule in rules if rule is not Rule.CHAIN_RULE))
    return LemmaLine(clean(node), rules[0], rules[1:])


def _all_at_once(current: Expression, waiting: list[Derivative], before: Rule, *, raw: bool) -> LemmaLine:
    """Every derivative that waits, worked out in one line; `raw` leaves signs and numbers where the rules put them."""
    used: dict[Rule, None] = {}
    found: dict[Expression, Expression] = {
        node: _resolved(node, used) if raw else tidy(_resolved(node, used)) for node in waiting
    }
    rules = [rule for rule in used if rule not in TRIVIAL] or list(used)
    if before is Rule.CHAIN_RULE and len(waiting) == 1:
        return LemmaLine(clean(replace_nodes(current, found)), Rule.INNER_DERIVATIVE, tuple(rules))
    if len(rules) == 1 or isinstance(current, Derivative):
        return _line(replace_nodes(current, found), tuple(rules))
    return LemmaLine(clean(replace_nodes(current, found)), Rule.EACH_DERIVATIVE, tuple(rules))


def _resolved(node: Derivative, used: dict[Rule, None]) -> Expression:
    """A derivative worked out to the end; the rules that it takes are added to `used`."""
    assert isinstance(node.by, Ref)
    step = applied(node.of, node.by)
    used.update(dict.fromkeys(step.rules))
    found: dict[Expression, Expression] = {
        inner: _resolved(inner, used) for inner in dict.fromkeys(derivatives(step.expression))
    }
    return clean(replace_nodes(step.expression, found))


def _single(formula: Expression, x: Ref) -> bool:
    """Whether a formula takes one rule worth naming."""
    used: dict[Rule, None] = {}
    _resolved(Derivative(formula, x), used)
    return len([rule for rule in used if rule not in TRIVIAL]) <= 1


def _simple(node: Expression, x: Ref) -> bool:
    """Whether a derivative can be written down at once: functions of linear arguments, their sums and multiples."""
    if node == x or not depends(node, x):
        return True
    match node:
        case Negative(body) | Group(body):
            return _simple(body, x)
        case Sum(terms):
            return all(_simple(term, x) for term in terms)
        case Product(factors):
            moving = [factor for factor in factors if depends(factor, x)]
            return len(moving) == 1 and _simple(moving[0], x)
        case Quotient(top, bottom):
            return not depends(bottom, x) and _simple(top, x)
        case Power(base, exponent):
            if not depends(exponent, x):
                return _linear(base, x)
            return base == EULER and _linear(exponent, x)
        case Apply(_, (argument,)):
            return _linear(argument, x)
    return False


def _linear(node: Expression, x: Ref) -> bool:
    """Whether the derivative is a constant."""
    if node == x or not depends(node, x):
        return True
    match node:
        case Negative(body) | Group(body):
            return _linear(body, x)
        case Sum(terms):
            return all(_linear(term, x) for term in terms)
        case Product(factors):
            moving = [factor for factor in factors if depends(factor, x)]
            return len(moving) == 1 and _linear(moving[0], x)
        case Quotient(top, bottom):
            return not depends(bottom, x) and _linear(top, x)
    return False


def _plus(node: Expression) -> Expression:
    return node.body if isinstance(node, Negative) else node

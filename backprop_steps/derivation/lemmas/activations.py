"""The derivative of an activation function, line by line, and how it becomes the form in which it is taught."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_steps.derivation.lemmas.algebra import canonical, collected, multiplied_out, one_fraction
from backprop_steps.derivation.lemmas.lemma import Chain, Lemma, LemmaLine, Rule
from backprop_steps.derivation.lemmas.pieces import pieces_of, piecewise_lemma
from backprop_steps.derivation.lemmas.working import clean, finished, worked
from backprop_steps.expression.tidy import factors_of, product
from backprop_steps.expression.transform import nodes, replace_nodes, replace_refs
from backprop_steps.expression.tree import Apply, Expression, Product, Sum
from backprop_steps.operations.base import S, X


def derivative_lemma(function_name: str, formula: Expression, taught: Expression | None = None) -> Lemma:
    """The derivative of the function, from its formula in X, one rule a line.

    `taught` is the form in which the derivative is taught, in X and in the output, which is S or the function applied
    to X; further parts then show that it is the derivative. A function given piece by piece is differentiated so.
    Raises ValueError where `taught` is not proved to be the derivative, or where a rule is missing for the formula.
    """
    subject = Apply(function_name, (X,), primes=1)
    pieces = pieces_of(formula)
    if pieces is not None:
        return piecewise_lemma(subject, formula, pieces)
    output = Apply(function_name, (X,))
    goal = None if taught is None else replace_refs(taught, {S.quantity: output}.get)
    lines = worked(formula, X)
    # Before a taught form the brackets stay closed: it is from them that it is read off.
    lines += finished(lines[-1].expression, multiply_out=goal is None)
    derived = lines[-1].expression
    if goal is None or canonical(goal) == canonical(derived):
        return Lemma((Chain(subject, tuple(lines)),), goal if goal is not None else derived)
    if output not in nodes(goal):
        lines += _to_the_taught_form(derived, goal)
        return Lemma((Chain(subject, tuple(lines)),), goal)
    parts = (Chain(subject, tuple(lines)), *_bridge(subject, derived, goal, output, formula))
    return Lemma(parts, goal)


def _to_the_taught_form(derived: Expression, goal: Expression) -> Iterator[LemmaLine]:
    """From the derivative as found to a taught form that is in X alone."""
    fraction = one_fraction(derived)
    if not same(derived, goal):
        raise ValueError("the taught derivative is not the derivative")
    if canonical(fraction) not in (canonical(derived), canonical(goal)) and canonical(fraction) == canonical(
        one_fraction(goal)
    ):
        yield LemmaLine(fraction, Rule.ONE_FRACTION)
    yield LemmaLine(goal, Rule.SIMPLIFICATION)


def _bridge(
    subject: Apply, derived: Expression, goal: Expression, output: Apply, formula: Expression
) -> Iterator[Chain]:
    """From the taught form to the derivative as found: by the definition of the function, then as one fraction.

    In a product, each bracket that holds the function is first made a fraction of its own.
    """
    fractions: dict[Expression, Expression] = {output: formula}
    if isinstance(goal, Product):
        for factor in dict.fromkeys(factors_of(goal)):
            if isinstance(factor, Sum) and output in nodes(factor):
                lines = list(_as_fraction(factor, output, formula))
                fractions[factor] = lines[-1].expression
                yield Chain(factor, tuple(lines))
        put = clean(product(replace_nodes(factor, fractions) for factor in goal.factors))
        lines = [LemmaLine(put, Rule.SUBSTITUTION)]
        multiplied = one_fraction(put)
        if canonical(multiplied) != canonical(put):
            lines.append(LemmaLine(multiplied, Rule.PRODUCT_OF_FRACTIONS))
    else:
        lines = list(_as_fraction(goal, output, formula))
    lines += _arrival(lines[-1].expression, derived)
    yield Chain(goal, (*lines, LemmaLine(subject, Rule.AS_FOUND)))


def _as_fraction(node: Expression, output: Apply, formula: Expression) -> Iterator[LemmaLine]:
    written = replace_nodes(node, {output: formula})
    yield LemmaLine(written, Rule.DEFINITION)
    fraction = one_fraction(written)
    if canonical(fraction) != canonical(written):
        yield LemmaLine(fraction, Rule.ONE_FRACTION)


def _arrival(reached: Expression, derived: Expression) -> Iterator[LemmaLine]:
    """From the taught form as a fraction to the derivative as it was found, if it does not read the same."""
    if canonical(reached) == canonical(derived):
        return
    for change, rule in _MOVES:
        if canonical(change(reached)) == canonical(derived):
            yield LemmaLine(derived, rule)
            return
    for change, rule in _MOVES:
        meeting = change(reached)
        if canonical(meeting) == canonical(change(derived)):
            yield LemmaLine(meeting, rule)
            yield LemmaLine(derived, Rule.SIMPLIFICATION)
            return
    if not same(reached, derived):
        raise ValueError("the taught derivative is not the derivative")
    yield LemmaLine(derived, Rule.SIMPLIFICATION)


_MOVES: tuple[tuple[Callable[[Expression], Expression], Rule], ...] = (
    (collected, Rule.COLLECT),
    (one_fraction, Rule.ONE_FRACTION),
    (multiplied_out, Rule.MULTIPLY_OUT),
    (lambda node: multiplied_out(one_fraction(node)), Rule.MULTIPLY_OUT),
)


def same(one: Expression, other: Expression) -> bool:
    """Whether two forms are proved equal; by SymPy."""
    # SymPy is slow to start; a lemma that ends by elementary moves needs none of it.
    from backprop_steps.expression.symbolic import equal

    return equal(one, other)

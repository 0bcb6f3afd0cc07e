"""The derivative of a loss by the output, from its formula, in a few lines."""

from __future__ import annotations

from backprop_steps.derivation.lemmas.lemma import Chain, Lemma
from backprop_steps.derivation.lemmas.working import finished, worked
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression, Ref


def loss_lemma(term: Expression, output: Quantity) -> Lemma:
    """The derivative of one output's share of the loss by that output; the other letters count as constant."""
    found = formula_derivative(term, output, Ref(output))
    definition, *lines = found.lines
    return Lemma((Chain(definition.expression, tuple(lines)),), found.result)


def formula_derivative(formula: Expression, by: Quantity, subject: Expression) -> Chain:
    """`subject`, which is the derivative of `formula` by the quantity, worked out line by line.

    Functions of linear arguments, as most losses are, take one line: power and chain rule together. Everything else in
    the formula counts as constant. Raises ValueError for a formula that has no rule.
    """
    lines = worked(formula, Ref(by), at_once=True)
    lines += finished(lines[-1].expression)
    return Chain(subject, tuple(lines))

"""Where a long product collapses to output minus target: sigmoid and softmax, each with its cross-entropy."""

from __future__ import annotations

from backprop_steps.derivation.lemmas.lemma import Chain, IndexCase, Lemma, LemmaLine, Rule
from backprop_steps.expression.quantity import Letter, Quantity, derivative
from backprop_steps.expression.tree import (
    Apply,
    Derivative,
    Expression,
    Kronecker,
    Negative,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
    expression,
)

ONE = expression(1)


def bce_sigmoid_collapse(target: Quantity, activation: Quantity, pre_activation: Quantity, loss: Quantity) -> Lemma:
    """dL/dz = a - y for a sigmoid output with binary cross-entropy, without the constant before the sum."""
    y, a = Ref(target), Ref(activation)
    above, local = Ref(derivative(loss, activation)), Ref(derivative(activation, pre_activation))
    missed, found = Quotient(y, a), Quotient(1 - y, 1 - a)
    lines = (
        LemmaLine(Product((above, local)), Rule.CHAIN_RULE),
        LemmaLine(Product((Sum((Negative(missed), found)), a, 1 - a)), Rule.SUBSTITUTION),
        LemmaLine(Sum((Negative(Product((missed, a, 1 - a))), Product((found, a, 1 - a)))), Rule.MULTIPLY_OUT),
        LemmaLine(Sum((Negative(Product((y, 1 - a))), Product((1 - y, a)))), Rule.CANCEL),
        LemmaLine(Sum((Negative(y), Product((y, a)), a, Negative(Product((y, a))))), Rule.MULTIPLY_OUT),
        LemmaLine(a - y, Rule.COLLECT),
    )
    return Lemma((Chain(Ref(derivative(loss, pre_activation)), lines),), a - y)


def softmax_lemma(activation: Quantity, pre_activation: Quantity) -> Lemma:
    """The derivatives of the softmax outputs by one pre-activation z_j: a_j (1 - a_j), and -a_m a_j for the others.

    Both quantities carry the same letter j as index; m is the next letter over its axis. Raises ValueError where the
    index is no letter.
    """
    j = _letter(pre_activation)
    m, k = Letter(j.axis, j.copy + 1), Letter(j.axis, j.copy + 2)
    total = Sigma(k, _power_of_e(pre_activation, k))
    own, other = _power_of_e(pre_activation, j), _power_of_e(pre_activation, m)
    a_j, a_m = Ref(_at(activation, j)), Ref(_at(activation, m))
    z_j = Ref(pre_activation)
    square = Power(total, expression(2))
    definition = Chain(a_j, (LemmaLine(Quotient(own, total), Rule.DEFINITION),))
    equal = Chain(
        Ref(derivative(a_j.quantity, pre_activation)),
        (
            LemmaLine(Derivative(Quotient(own, total), z_j), Rule.DEFINITION),
            LemmaLine(
                Quotient(Sum((Product((own, total)), Negative(Product((own, own))))), square),
                Rule.QUOTIENT,
                (Rule.EXPONENTIAL,),
            ),
            LemmaLine(Product((Quotient(own, total), Quotient(total - own, total))), Rule.SPLIT_FRACTION),
            LemmaLine(Product((Quotient(own, total), 1 - Quotient(own, total))), Rule.SPLIT_FRACTION),
            LemmaLine(Product((a_j, 1 - a_j)), Rule.DEFINITION),
        ),
        case=IndexCase(m, j, equal=True),
    )
    across = Chain(
        Ref(derivative(a_m.quantity, pre_activation)),
        (
            LemmaLine(Derivative(Quotient(other, total), z_j), Rule.DEFINITION),
            LemmaLine(
                Negative(Quotient(Product((other, own)), square)), Rule.QUOTIENT, (Rule.CONSTANT, Rule.EXPONENTIAL)
            ),
            LemmaLine(Negative(Product((Quotient(other, total), Quotient(own, total)))), Rule.SPLIT_FRACTION),
            LemmaLine(Negative(Product((a_m, a_j))), Rule.DEFINITION),
        ),
        case=IndexCase(m, j, equal=False),
    )
    result = Product((a_m, Kronecker(m, j) - a_j))
    both = Chain(Ref(derivative(a_m.quantity, pre_activation)), (LemmaLine(result, Rule.BOTH_CASES),))
    return Lemma((definition, equal, across, both), result)


def cross_entropy_softmax_collapse(
    target: Quantity, activation: Quantity, pre_activation: Quantity, loss: Quantity
) -> Lemma:
    """dL/dz_j = a_j - y_j for softmax outputs with cross-entropy, without the constant before the sum.

    All but the loss carry the same letter j as index. Rests on targets that sum to one. Raises ValueError where the
    index is no letter.
    """
    j = _letter(pre_activation)
    m = Letter(j.axis, j.copy + 1)
    y_j, a_j = Ref(_at(target, j)), Ref(_at(activation, j))
    y_m, a_m = Ref(_at(target, m)), Ref(_at(activation, m))
    above, local = derivative(loss, a_m.quantity), derivative(a_m.quantity, pre_activation)
    one = Kronecker(m, j)
    targets = Sigma(m, y_m)
    lines = (
        LemmaLine(Sigma(m, Product((Ref(above), Ref(local)))), Rule.SUM_OVER_PATHS),
        LemmaLine(Sigma(m, Product((Negative(Quotient(y_m, a_m)), a_m, one - a_j))), Rule.SUBSTITUTION),
        LemmaLine(Negative(Sigma(m, Product((y_m, one - a_j)))), Rule.CANCEL),
        LemmaLine(Sum((Negative(Sigma(m, Product((y_m, one)))), Product((a_j, targets)))), Rule.MULTIPLY_OUT),
        LemmaLine(Sum((Negative(y_j), Product((a_j, targets)))), Rule.ONE_TERM_LEFT),
        LemmaLine(Sum((Negative(y_j), a_j)), Rule.TARGETS_SUM_TO_ONE),
        LemmaLine(a_j - y_j, Rule.SIMPLIFICATION),
    )
    return Lemma((Chain(Ref(derivative(loss, pre_activation)), lines),), a_j - y_j)


def _letter(quantity: Quantity) -> Letter:
    letter = quantity.index[0] if quantity.index else None
    if not isinstance(letter, Letter):
        raise ValueError("a softmax lemma needs a letter as the index of its quantities")
    return letter


def _at(quantity: Quantity, letter: Letter) -> Quantity:
    return quantity.at(letter, sample=quantity.sample)


def _power_of_e(pre_activation: Quantity, letter: Letter) -> Expression:
    return Apply("exp", (Ref(_at(pre_activation, letter)),))

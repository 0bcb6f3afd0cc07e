"""The collapses to output minus target, and softmax's own derivatives: their lines, and that each line holds."""

from decimal import Decimal

import pytest

from backprop_steps.derivation.lemmas import (
    Chain,
    Rule,
    bce_sigmoid_collapse,
    cross_entropy_softmax_collapse,
    softmax_lemma,
)
from backprop_steps.expression.arithmetic import arithmetic, evaluate
from backprop_steps.expression.element import element
from backprop_steps.expression.elementary import exp
from backprop_steps.expression.quantity import LOSS, Axis, Index, Letter, Quantity, derivative
from backprop_steps.expression.tree import Derivative, Expression, Kronecker, Negative, Product, Ref

AXIS = Axis("unit", 2, 3)
J, M = Letter(AXIS), Letter(AXIS, 1)
ACTIVATION, PRE_ACTIVATION, TARGET = (
    Quantity(role, 2, (J,))  # type: ignore[arg-type]
    for role in ("activation", "pre_activation", "target")
)
Z = {1: Decimal("0.3"), 2: Decimal("-0.8"), 3: Decimal("1.1")}
Y = {1: Decimal("0.2"), 2: Decimal("0.5"), 3: Decimal("0.3")}
STEP = Decimal("1e-14")


def softmax(z: dict[int, Decimal]) -> dict[int, Decimal]:
    total = sum(exp(value) for value in z.values())
    return {unit: exp(value) / total for unit, value in z.items()}


def logistic(z: dict[int, Decimal]) -> dict[int, Decimal]:
    return {unit: 1 / (1 + exp(-value)) for unit, value in z.items()}


class Values:
    """The numbers of three units: outputs by one function, the loss's and the outputs' derivatives by differences."""

    def __init__(self, outputs: object, loss: object) -> None:
        self.outputs, self.loss = outputs, loss

    def __call__(self, quantity: Quantity) -> Decimal:
        if quantity.of is not None and quantity.by is not None:
            return self.slope(quantity.of, quantity.by)
        (unit,) = quantity.index
        assert isinstance(unit, int)
        table = {"pre_activation": Z, "target": Y, "activation": self.outputs(Z)}  # type: ignore[operator]
        return table[quantity.role][unit]

    def slope(self, of: Quantity, by: Quantity) -> Decimal:
        (unit,) = by.index
        assert isinstance(unit, int)
        ends = []
        for shift in (STEP, -STEP):
            if by.role == "pre_activation":
                outputs = self.outputs({**Z, unit: Z[unit] + shift})  # type: ignore[operator]
            else:
                outputs = self.outputs(Z)  # type: ignore[operator]
                outputs[unit] += shift
            ends.append(self.loss(outputs) if of == LOSS else outputs[of.index[0]])  # type: ignore[operator]
        return (ends[0] - ends[1]) / (2 * STEP)


def binary_loss(a: dict[int, Decimal]) -> Decimal:
    return -sum((Y[u] * a[u].ln() + (1 - Y[u]) * (1 - a[u]).ln() for u in a), Decimal(0))


def cross_entropy(a: dict[int, Decimal]) -> Decimal:
    return -sum((Y[u] * a[u].ln() for u in a), Decimal(0))


def number(node: Expression, values: Values) -> Decimal:
    if isinstance(node, Derivative):
        assert isinstance(node.by, Ref)
        by = node.by.quantity
        (unit,) = by.index
        assert isinstance(unit, int)
        ends = []
        for shift in (STEP, -STEP):
            moved = {**Z, unit: Z[unit] + shift}
            ends.append(evaluate(node.of, lambda quantity, moved=moved: moved[quantity.index[0]]))  # type: ignore[misc]
        return (ends[0] - ends[1]) / (2 * STEP)
    return evaluate(node, values)


def assert_holds(chain: Chain, values: Values) -> None:
    compared = 0
    with arithmetic():
        for j in Z:
            for m in Z:
                if chain.case is not None and chain.case.equal is not (j == m):
                    continue
                binding: dict[Letter, Index] = {J: j, M: m}
                expected = number(element(chain.subject, binding), values)
                for line in chain.lines:
                    found = number(element(line.expression, binding), values)
                    assert abs(found - expected) < Decimal("1e-20"), line
                    compared += 1
    assert compared


def test_every_line_of_the_sigmoid_collapse_holds() -> None:
    (chain,) = bce_sigmoid_collapse(TARGET, ACTIVATION, PRE_ACTIVATION, LOSS).parts
    assert_holds(chain, Values(logistic, binary_loss))


def test_the_rules_of_the_sigmoid_collapse() -> None:
    lemma = bce_sigmoid_collapse(TARGET, ACTIVATION, PRE_ACTIVATION, LOSS)
    assert lemma.subject == Ref(derivative(LOSS, PRE_ACTIVATION))
    assert [line.rule for line in lemma.parts[0].lines] == [
        Rule.CHAIN_RULE,
        Rule.SUBSTITUTION,
        Rule.MULTIPLY_OUT,
        Rule.CANCEL,
        Rule.MULTIPLY_OUT,
        Rule.COLLECT,
    ]
    assert lemma.result == Ref(ACTIVATION) - Ref(TARGET)


def test_every_line_of_the_softmax_lemma_holds() -> None:
    for chain in softmax_lemma(ACTIVATION, PRE_ACTIVATION).parts:
        assert_holds(chain, Values(softmax, cross_entropy))


def test_the_two_cases_of_softmax() -> None:
    definition, equal, across, both = softmax_lemma(ACTIVATION, PRE_ACTIVATION).parts
    a_j, a_m = Ref(ACTIVATION), Ref(ACTIVATION.at(M))
    assert definition.subject == a_j
    assert equal.result == a_j * (1 - a_j)
    assert across.result == Negative(a_m * a_j)
    assert both.result == Product((a_m, Kronecker(M, J) - a_j))
    assert equal.case is not None
    assert equal.case.equal
    assert across.case is not None
    assert not across.case.equal


def test_every_line_of_the_softmax_collapse_holds_for_targets_that_sum_to_one() -> None:
    (chain,) = cross_entropy_softmax_collapse(TARGET, ACTIVATION, PRE_ACTIVATION, LOSS).parts
    assert_holds(chain, Values(softmax, cross_entropy))


def test_the_softmax_collapse_says_what_it_rests_on() -> None:
    lemma = cross_entropy_softmax_collapse(TARGET, ACTIVATION, PRE_ACTIVATION, LOSS)
    assert [line.rule for line in lemma.parts[0].lines] == [
        Rule.SUM_OVER_PATHS,
        Rule.SUBSTITUTION,
        Rule.CANCEL,
        Rule.MULTIPLY_OUT,
        Rule.ONE_TERM_LEFT,
        Rule.TARGETS_SUM_TO_ONE,
        Rule.SIMPLIFICATION,
    ]
    assert lemma.result == Ref(ACTIVATION) - Ref(TARGET)


def test_samples_keep_their_letter() -> None:
    n = Letter(Axis("sample", 0, "N"))
    lemma = softmax_lemma(ACTIVATION.at(J, sample=n), PRE_ACTIVATION.at(J, sample=n))
    assert lemma.result == Product((Ref(ACTIVATION.at(M, sample=n)), Kronecker(M, J) - Ref(ACTIVATION.at(J, sample=n))))


def test_a_softmax_lemma_needs_a_letter() -> None:
    with pytest.raises(ValueError, match="letter"):
        softmax_lemma(ACTIVATION.at(1), PRE_ACTIVATION.at(1))

"""A formula tidied in passing has the same value, and only what a hand would leave out is gone."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop_steps.expression.arithmetic import ArithmeticFault, evaluate
from backprop_steps.expression.quantity import Axis, Letter, Quantity
from backprop_steps.expression.tidy import tidy
from backprop_steps.expression.tree import (
    Apply,
    Derivative,
    Expression,
    Group,
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

X, Y, N = (Ref(Quantity("variable", name=name)) for name in "xyN")
ONE, ZERO, TWO = expression(1), expression(0), expression(2)
HALF = Quotient(ONE, TWO)
J = Letter(Axis("unit", 1, 3))


@pytest.mark.parametrize(
    ("untidy", "result"),
    [
        (Product((ONE, X)), X),
        (Product((X, ZERO)), ZERO),
        (Sum((X, ZERO, Y)), Sum((X, Y))),
        (Sum((ZERO, Negative(ZERO))), ZERO),
        (Negative(Negative(X)), X),
        (Product((HALF, TWO, Y - X, Negative(ONE))), Negative(Sum((Y, Negative(X))))),
        (Product((Negative(ONE), Negative(ONE), X)), X),
        (Product((X, TWO)), Product((TWO, X))),
        (Product((TWO, X, expression(3), Y)), Product((expression(6), X, Y))),
        (Product((HALF, expression(3), X)), Product((Quotient(expression(3), TWO), X))),
        (Product((Quotient(ONE, TWO * N), TWO, X)), Product((Quotient(ONE, N), X))),
        (Product((TWO, Quotient(X, TWO))), X),
        (Product((X, Product((Y, Negative(N))))), Negative(Product((X, Y, N)))),
        (Sum((X, Sum((Y, Negative(N))))), Sum((X, Y, Negative(N)))),
        (Power(X, Sum((expression(3), Negative(ONE)))), Power(X, TWO)),
        (Power(X, Sum((TWO, Negative(ONE)))), X),
        (Power(X, ZERO), ONE),
        (Power(Power(X, TWO), Negative(ONE)), Power(X, Negative(TWO))),
        (Power(TWO, expression(3)), expression(8)),
        (Quotient(X, ONE), X),
        (Quotient(ZERO, X), ZERO),
        (Quotient(X * Y, X), Y),
        (Quotient(X, X), ONE),
        (Quotient(X, X * Y), Quotient(ONE, Y)),
        (Quotient(X**3, X), Power(X, TWO)),
        (Quotient(X, X**2), Quotient(ONE, X)),
        (Quotient(expression(6), expression(3)), TWO),
        (Quotient(TWO * X, expression(4)), Quotient(X, TWO)),
        (Quotient(Negative(X), Y), Negative(Quotient(X, Y))),
        (Quotient(Negative(X), Negative(Y)), Quotient(X, Y)),
        (Sigma(J, Negative(X)), Negative(Sigma(J, X))),
        (Apply("exp", (Product((Negative(ONE), X)),)), Apply("exp", (Negative(X),))),
    ],
)
def test_what_a_hand_leaves_out(untidy: Expression, result: Expression) -> None:
    assert tidy(untidy) == result


@pytest.mark.parametrize(
    "node",
    [
        Product((Number("0.15"), Number("0.05"))),
        Sum((Number("0.15") * Number("0.05"), Number("0.35"))),
        Product((X, Number("0.5"))),
        Product((Number("0.5"), Negative(Number("0.20")))),
        Product((Number("-0.3"), X)),
        Product((Number("0.25"), expression(4), X)),
        Sum((Number("0.20"), Negative(Number("0.20")))),
        Quotient(Number("0.2"), Number("0.4")),
        Product((Y, X, X)),
        Product((X, Sum((ONE, Negative(X))))),
        Product((Quotient(Y, X), X)),
        Negative(Sum((Y, Negative(X)))),
        Power(Sum((ONE, Apply("exp", (Negative(X),)))), Negative(TWO)),
        Quotient(ONE, Sum((ONE, Apply("exp", (Negative(X),))))),
        Derivative(Product((ONE, X)), X),
        Group(Sum((X, Y))),
        Quotient(X, ZERO),
        Power(ZERO, ZERO),
        Power(Number("10"), expression(9)),
    ],
)
def test_what_stays(node: Expression) -> None:
    assert tidy(node) is node


def _grown(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        parts.map(Negative),
        st.builds(Quotient, parts, parts),
        st.builds(Power, parts, st.sampled_from([ZERO, ONE, TWO, Negative(ONE), Sum((TWO, Negative(ONE)))])),
        st.builds(Sigma, st.just(J), parts),
        st.builds(lambda part: Apply("tanh", (part,)), parts),
    )


LEAVES = st.sampled_from([X, Y, N, ZERO, ONE, TWO, expression(6), Number("0.5"), Number("-0.25"), Negative(ONE), HALF])
VALUES = {"x": Decimal("0.75"), "y": Decimal("-1.5"), "N": Decimal(4)}


@given(st.recursive(LEAVES, _grown, max_leaves=15))
def test_the_value_stays_and_tidying_again_changes_nothing(node: Expression) -> None:
    tidied = tidy(node)
    assert tidy(tidied) is tidied
    try:
        value = evaluate(node, lambda quantity: VALUES[quantity.name or ""])
    except ArithmeticFault:
        assume(False)
    again = evaluate(tidied, lambda quantity: VALUES[quantity.name or ""])
    assert abs(again - value) <= Decimal("1e-25") * max(Decimal(1), abs(value))

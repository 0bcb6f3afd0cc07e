"""The cheap proof of a derivative: true ones of rational functions, exponentials and logarithms, and no false one."""

from __future__ import annotations

import pytest

from backprop_steps.derivation.local import slope_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.rational import proves_derivative
from backprop_steps.expression.tree import Apply, Expression, Group, Ref, expression
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import X, Y, exp, ln, positive_or

PROVED: list[tuple[Expression, Expression]] = [
    (X**3 - 2 * X + "0.5", 3 * X**2 - 2),
    (Y / X, -(Y / X**2)),
    (Y * X, Group(Y)),
    (exp(-X), -exp(-X)),
    (exp(exp(X)), exp(X) * exp(exp(X))),
    (exp(-(X**2)), -2 * X * exp(-(X**2))),
    (ln(1 + exp(X)), 1 / (1 + exp(-X))),
    (ln(1 - X), -1 / (1 - X)),
    (Y, expression(0)),
]


@pytest.mark.parametrize(("formula", "derivative"), PROVED, ids=range(len(PROVED)))
def test_a_derivative_is_proved_and_a_wrong_one_is_not(formula: Expression, derivative: Expression) -> None:
    assert proves_derivative(formula, X.quantity, derivative)
    assert not proves_derivative(formula, X.quantity, derivative + 1)
    assert not proves_derivative(formula, X.quantity, derivative * 2 + X)


@pytest.mark.parametrize(
    ("formula", "derivative"),
    [
        (positive_or(X, X, 0), positive_or(X, 1, 0)),
        (Apply("sin", (X,)), Apply("cos", (X,))),
        (Apply("sigmoid", (X,), primes=1), expression(1)),
        (X ** expression("0.5"), 1 / (2 * X ** expression("0.5"))),
        (X**1000, 1000 * X**999),
        (1 / (X - X), expression(0)),
        (exp(2 * X), 2 * exp(X) ** 2),
    ],
    ids=["cases", "sine", "primed", "root", "large power", "division by zero", "dependent exponentials"],
)
def test_what_it_does_not_know_is_left_to_another_proof(formula: Expression, derivative: Expression) -> None:
    assert not proves_derivative(formula, X.quantity, derivative)


@pytest.mark.parametrize("name", [row.name for row in ACTIVATIONS.values() if row.formula is not None])
def test_every_taught_slope_is_proved(name: str) -> None:
    assert slope_of(ACTIVATIONS[name]) == ACTIVATIONS[name].derivative


def test_the_letter_of_another_quantity_is_a_constant() -> None:
    assert proves_derivative(Ref(Quantity("bias", 1)) * X, X.quantity, Ref(Quantity("bias", 1)))

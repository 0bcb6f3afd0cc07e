"""Sums that are put into formulas get letters of their own."""

from __future__ import annotations

import pytest

from backprop_steps.expression.quantity import Axis, Letter, Quantity
from backprop_steps.expression.transform import bound_apart, free_letters
from backprop_steps.expression.tree import Derivative, Expression, Ref, Sigma

AXIS = Axis("unit", 1, 2)
J, J2, J3 = (Letter(AXIS, copy) for copy in range(3))


def a(letter: Letter) -> Expression:
    return Ref(Quantity("activation", 1, (letter,)))


@pytest.mark.parametrize(
    ("node", "apart"),
    [
        (Sigma(J, a(J)), Sigma(J, a(J))),
        (a(J) * Sigma(J, a(J)), a(J) * Sigma(J2, a(J2))),
        (Sigma(J, a(J) / Sigma(J, a(J))), Sigma(J, a(J) / Sigma(J2, a(J2)))),
        (a(J) * Sigma(J, Sigma(J, a(J))), a(J) * Sigma(J2, Sigma(J3, a(J3)))),
        (Sigma(J, a(J)) * Sigma(J, a(J)), Sigma(J, a(J)) * Sigma(J, a(J))),
        (Derivative(Sigma(J, a(J)), a(J)), Derivative(Sigma(J2, a(J2)), a(J))),
    ],
    ids=["alone", "free beside it", "in another", "in another, free", "side by side", "differentiated by one"],
)
def test_no_sum_takes_a_letter_that_is_in_use(node: Expression, apart: Expression) -> None:
    assert bound_apart(node) == apart
    assert free_letters(bound_apart(node)) == free_letters(node)

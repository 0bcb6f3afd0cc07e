"""The chain rule with a derivative upside down."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import everywhere
from backprop_steps.expression.quantity import derivative
from backprop_steps.expression.tidy import rational
from backprop_steps.expression.transform import ONE
from backprop_steps.expression.tree import Derivative, Expression, Quotient, Ref


@cause("inverted_chain", "method")
def inverted_chain(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A derivative is upside down: dz/da for da/dz as a factor of the chain rule, or a fraction of a derivative, a/y
    for y/a.
    """

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Ref) and node.quantity.of is not None and node.quantity.by is not None:
            yield Ref(derivative(node.quantity.by, node.quantity.of))
        elif isinstance(node, Derivative):
            yield Derivative(node.by, node.of)
        elif isinstance(node, Quotient) and setting.about_slopes and rational(node) is None:
            yield node.denominator if node.numerator == ONE else Quotient(node.denominator, node.numerator)

    yield from everywhere(right, changes)

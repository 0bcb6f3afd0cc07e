"""The identity: a linear output unit."""

from backprop_steps.expression.tree import expression
from backprop_steps.operations.base import Activation, X

IDENTITY = Activation(
    name="identity",
    about="f(x) = x, a linear unit; any real number",
    formula=X,
    derivative=expression(1),
)

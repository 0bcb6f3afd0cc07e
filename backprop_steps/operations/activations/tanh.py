"""The hyperbolic tangent."""

from backprop_steps.operations.base import Activation, S, X, exp

TANH = Activation(
    name="tanh",
    about="(e^x - e^(-x)) / (e^x + e^(-x)), between -1 and 1; derivative 1 - a^2",
    formula=(exp(X) - exp(-X)) / (exp(X) + exp(-X)),
    derivative=1 - S**2,
    range=(-1, 1),
    open=True,
)

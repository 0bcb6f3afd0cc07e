"""The logistic sigmoid."""

from backprop_steps.operations.base import Activation, S, X, exp

SIGMOID = Activation(
    name="sigmoid",
    about="1 / (1 + e^(-x)), between 0 and 1; derivative a(1 - a)",
    formula=1 / (1 + exp(-X)),
    derivative=S * (1 - S),
    range=(0, 1),
    open=True,
)

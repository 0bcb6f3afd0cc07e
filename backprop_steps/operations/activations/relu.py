"""The rectified linear unit. At 0, where it has no derivative, 0 is taken, as is usual."""

from backprop_steps.operations.base import Activation, X, positive_or

RELU = Activation(
    name="relu",
    about="max(0, x); derivative 1 for x > 0, otherwise 0",
    formula=positive_or(X, X, 0),
    derivative=positive_or(X, 1, 0),
    range=(0, None),
)

"""The leaky rectified linear unit: a small slope, 0.01 unless given, where ReLU is flat."""

from backprop_steps.operations.base import SLOPE, Activation, X, positive_or

LEAKY_RELU = Activation(
    name="leaky_relu",
    about="x for x > 0, otherwise a small slope times x (0.01 unless given)",
    formula=positive_or(X, X, SLOPE * X),
    derivative=positive_or(X, 1, SLOPE),
    parameter=True,
)

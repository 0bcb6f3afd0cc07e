"""The squared losses: they differ only in the constant in front."""

from fractions import Fraction

from backprop_steps.operations.base import ERROR, Loss

SQUARED_ERROR = Loss(
    name="squared_error",
    about="sum of (y - a)^2 over the outputs",
    term=ERROR**2,
    derivative=2 * ERROR,
)
HALF_SQUARED_ERROR = Loss(
    name="half_squared_error",
    about="1/2 sum of (y - a)^2 over the outputs",
    term=ERROR**2,
    derivative=2 * ERROR,
    constant=Fraction(1, 2),
)
MEAN_SQUARED_ERROR = Loss(
    name="mean_squared_error",
    about="sum of (y - a)^2 over outputs and samples, times a scale: 1/N (default), 1/(2N), 1/2 or 1",
    term=ERROR**2,
    derivative=2 * ERROR,
    scaled=True,
)

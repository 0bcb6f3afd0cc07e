"""Binary cross-entropy: the loss of a yes-or-no output."""

from fractions import Fraction

from backprop_steps.operations.base import A, Loss, Y, ln

BINARY_CROSS_ENTROPY = Loss(
    name="binary_cross_entropy",
    about="-[y ln a + (1 - y) ln(1 - a)], summed over the outputs; a between 0 and 1",
    term=Y * ln(A) + (1 - Y) * ln(1 - A),
    derivative=Y / A - (1 - Y) / (1 - A),
    constant=Fraction(-1),
    outputs="unit_interval",
    targets="unit_interval",
)

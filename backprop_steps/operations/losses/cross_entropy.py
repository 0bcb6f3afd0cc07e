"""Cross-entropy: the loss of a choice between classes."""

from fractions import Fraction

from backprop_steps.operations.base import A, Loss, Y, ln

CROSS_ENTROPY = Loss(
    name="cross_entropy",
    about="-sum of y ln a over the outputs; a between 0 and 1, with softmax the targets sum to 1",
    term=Y * ln(A),
    derivative=Y / A,
    constant=Fraction(-1),
    outputs="unit_interval",
    targets="distribution",
)

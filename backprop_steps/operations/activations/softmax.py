"""Softmax: the outputs of a layer as probabilities. Each output depends on every pre-activation of the layer."""

from backprop_steps.operations.base import Activation

SOFTMAX = Activation(
    name="softmax",
    about="e^(z_j) / sum of e^(z_m), positive and summing to 1; derivative a_j(1 - a_j), and -a_j a_m across",
    formula=None,
    derivative=None,
    range=(0, 1),
    open=True,
    coupled=True,
)

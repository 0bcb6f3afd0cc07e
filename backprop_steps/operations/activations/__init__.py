"""The activations: one file and one row each."""

from backprop_steps.operations.activations.identity import IDENTITY
from backprop_steps.operations.activations.leaky_relu import LEAKY_RELU
from backprop_steps.operations.activations.relu import RELU
from backprop_steps.operations.activations.sigmoid import SIGMOID
from backprop_steps.operations.activations.softmax import SOFTMAX
from backprop_steps.operations.activations.tanh import TANH
from backprop_steps.operations.base import Activation

ACTIVATIONS: dict[str, Activation] = {row.name: row for row in (IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, SOFTMAX)}

"""The losses: one row each."""

from backprop_steps.operations.base import Loss
from backprop_steps.operations.losses.binary_cross_entropy import BINARY_CROSS_ENTROPY
from backprop_steps.operations.losses.cross_entropy import CROSS_ENTROPY
from backprop_steps.operations.losses.squared import HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR, SQUARED_ERROR

LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (HALF_SQUARED_ERROR, SQUARED_ERROR, MEAN_SQUARED_ERROR, BINARY_CROSS_ENTROPY, CROSS_ENTROPY)
}

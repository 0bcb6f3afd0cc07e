"""Pairs of activation and loss whose derivative by the pre-activation collapses to output minus target."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Collapse:
    """dL/dz of this pair is `a - y`, times the constant that stands before the sum over the samples.

    `because` names what the collapse rests on besides algebra: softmax needs targets that sum to one.
    """

    activation: str
    loss: str
    because: str | None = None


COLLAPSES: dict[tuple[str, str], Collapse] = {
    (row.activation, row.loss): row
    for row in (
        Collapse("sigmoid", "binary_cross_entropy"),
        Collapse("softmax", "cross_entropy", because="targets_sum_to_one"),
    )
}

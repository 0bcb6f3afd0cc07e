"""The ways in which a chain may be meant, where a symbol in it stands for one quantity as well as for another.

`w_{1k}` names no layer: the page means the one with which it is right, unless it has said itself what the name stands
for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice, product

from backprop_steps.expression.quantity import Quantity

MOST_READINGS = 12
"""No more readings of one chain than these are weighed."""

Doubt = tuple[Quantity, ...]
"""What a symbol may stand for alike."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Which quantity is meant in each doubt; `units`: an index of a batch that stands alone is a unit's everywhere."""

    chosen: Mapping[Doubt, Quantity] = field(default_factory=dict)
    units: bool = False
    layers: tuple[tuple[str, int], ...] = ()
    """Over which layers the index letters of this chain run, where that differs from statement to statement."""
    differentials: bool = False
    """A d before a name is the gradient by it, though d is a name itself."""
    point: Quantity | None = None
    """At which pre-activation a rule about any number is taken."""
    arrays: bool = False
    """A number below is that of a layer: `z_2^{(i)}` are the pre-activations of layer 2 for sample i."""


def readings(doubts: Mapping[Doubt, Quantity | None], batch: bool) -> Iterator[Reading]:
    """The other ways in which a chain may be meant, those that change the fewest symbols first.

    `doubts` says what was taken in each, None for nothing.
    """
    if not doubts:
        return
    if batch:
        yield Reading(units=True)
    yield from islice((Reading(dict(zip(doubts, way, strict=True))) for way in _ways(doubts)), MOST_READINGS)


def _ways(doubts: Mapping[Doubt, Quantity | None]) -> Iterator[tuple[Quantity, ...]]:
    """One quantity for each doubt, in every way but the one that was taken."""
    settled = [place for place, taken in enumerate(doubts.values()) if taken is not None]
    for size in range(len(settled) + 1):
        for kept in combinations(settled, len(settled) - size):
            choices = [
                (taken,) if place in kept and taken is not None else tuple(one for one in doubt if one != taken)
                for place, (doubt, taken) in enumerate(doubts.items())
            ]
            yield from (way for way in product(*choices) if way != tuple(doubts.values()))

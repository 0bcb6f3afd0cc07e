"""The ways in which a chain may be meant, where a symbol in it stands for one quantity as well as for another.

`w_{1k}` names no layer: the page means the one with which it is right, unless it has said itself what the name stands
for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product

from backprop_steps.expression.quantity import Quantity

MOST_READINGS = 12
"""No more readings of one chain than these are weighed."""
_MOST_MADE = 8 * MOST_READINGS

Doubt = tuple[Quantity, ...]
"""What a symbol may stand for alike."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Which quantity is meant in each doubt; `units`: an index of a batch that stands alone is a unit's everywhere."""

    chosen: Mapping[Doubt, Quantity] = field(default_factory=dict)
    units: bool = False


def readings(doubts: Mapping[Doubt, Quantity], batch: bool) -> Iterator[Reading]:
    """The other ways in which a chain may be meant, those that change the fewest symbols first.

    `doubts` says what was taken in each.
    """
    if not doubts:
        return
    if batch:
        yield Reading(units=True)
    ways = [(taken, *(one for one in doubt if one != taken)) for doubt, taken in doubts.items()]
    choices = list(islice(product(*ways), 1, _MOST_MADE))
    choices.sort(key=lambda way: sum(one != first for one, (first, *_) in zip(way, ways, strict=True)))
    yield from (Reading(dict(zip(doubts, way, strict=True))) for way in choices[:MOST_READINGS])

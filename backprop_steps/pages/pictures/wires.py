"""Where the labels of wires go: above and below each, along it, where no other wire and no other label is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, radians, sin

from backprop_steps.notation.width import width
from backprop_steps.pages.drawing.model import Label, Point
from backprop_steps.pages.drawing.places import CLEAR, Place, crosses, height_of, overlap, place_of, turn_of
from backprop_steps.pages.pictures.tags import Tag

_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.35, 0.65, 0.25, 0.75, 0.2, 0.8)
"""How far along a wire its labels may stand, what looks best first."""
_DISTANCES = ((1.0, 1.0), (3.0, 1.0), (5.0, 1.3), (7.0, 1.7), (8.0, 2.2), (10.0, 2.8))
"""How far two columns may be apart: so much, and so many times the longest label."""
_TRIES = 4000
"""After so many places that were tried there is no room."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A straight wire from left to right, and what stands above and below it."""

    start: Point
    end: Point
    above: Tag | None = None
    below: Tag | None = None


def gaps(told: Iterable[tuple[Tag | None, Tag | None]], least: float, far: bool) -> Iterator[float]:
    """The distances of two columns that are tried, for what is to be written on the wires between them.

    `far`: great distances too.
    """
    longest = max((width(tag.tex) for both in told for tag in both if tag is not None), default=0.0)
    if not longest:
        yield least
        return
    for more, times in _DISTANCES if far else _DISTANCES[:3]:
        yield max(least, longest * times + more)


@lru_cache(maxsize=1024)
def labelled(wires: tuple[Wire, ...]) -> tuple[Label, ...] | None:
    """The labels of wires between two columns; None where there is no room for them all.

    All at the same height of their wires, if that is possible; else each where it finds room. Kept, since the pictures
    of a page are of one network, and most of its wires have the same labels in each.
    """
    for share in _SHARES:
        together = [_labels(wire, share) for wire in wires]
        if all(_free(number, labels, wires, together[:number]) for number, labels in enumerate(together)):
            return tuple(label for labels in together for label in labels)
    return _one_by_one(wires)


def _one_by_one(wires: Sequence[Wire]) -> tuple[Label, ...] | None:
    """Each wire's labels at a share of its own: taken back where a later wire finds no room."""
    choices: list[list[list[Label]]] = []
    for number, wire in enumerate(wires):
        free = [labels for share in _SHARES if _free(number, labels := _labels(wire, share), wires, ())]
        if not free:
            return None
        choices.append(free)
    places = [[list(map(place_of, labels)) for labels in free] for free in choices]

    @cache  # the same two are held against each other again and again
    def apart(number: int, choice: int, before: int, chosen: int) -> bool:
        return _apart(places[number][choice], places[before][chosen])

    chosen: list[int] = []
    at = [0]
    for _ in range(_TRIES):
        number = len(chosen)
        if number == len(wires):
            return tuple(label for free, choice in zip(choices, chosen, strict=True) for label in free[choice])
        if at[number] == len(choices[number]):
            if not number:
                return None
            at.pop()
            chosen.pop()
            continue
        choice = at[number]
        at[number] += 1
        if all(apart(number, choice, before, other) for before, other in enumerate(chosen)):
            chosen.append(choice)
            at.append(0)
    return None


def _labels(wire: Wire, share: float) -> list[Label]:
    turn = turn_of(wire.start, wire.end)
    middle = Point(
        wire.start.x + share * (wire.end.x - wire.start.x), wire.start.y + share * (wire.end.y - wire.start.y)
    )
    found = []
    for tag, side in ((wire.above, -1), (wire.below, 1)):
        if tag is not None:
            off = height_of(tag.tex) / 2 + CLEAR
            at = Point(middle.x - side * off * sin(radians(turn)), middle.y + side * off * cos(radians(turn)))
            found.append(Label(at, tag.tex, tag.ink, turn))
    return found


def _free(number: int, labels: Sequence[Label], wires: Sequence[Wire], others: Sequence[Sequence[Label]]) -> bool:
    """Whether labels of this wire stay between the columns, off the other wires and the labels of others."""
    start, end = wires[number].start.x, wires[number].end.x
    for label in labels:
        place = place_of(label)
        if any(not start + CLEAR <= corner.x <= end - CLEAR for corner in place.corners()):
            return False
        room = place.grown(CLEAR)
        if any(other != number and crosses(room, wire.start, wire.end) for other, wire in enumerate(wires)):
            return False
    taken = [place_of(other) for group in others for other in group]
    return _apart(list(map(place_of, labels)), taken)


def _apart(ours: Sequence[Place], taken: Sequence[Place]) -> bool:
    return not any(overlap(place.grown(CLEAR), other) for place in ours for other in taken)

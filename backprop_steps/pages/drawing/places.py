"""Where labels are, and what they would stand on: oblong places, turned with the wire that they go along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin

from backprop_steps.notation.width import width
from backprop_steps.pages.drawing.model import Box, Label, Line, Picture, Point

_PLAIN, _STACKED = 1.15, 1.5
_NOTHING = 1e-12
CLEAR = 0.18
"""So much stays free around a label."""


@dataclass(frozen=True, slots=True)
class Place:
    """An oblong around its middle, its long side turned by so many degrees, clockwise."""

    at: Point
    width: float
    height: float
    turn: float = 0.0

    def corners(self) -> tuple[Point, ...]:
        """Its four corners, in order."""
        along, across = cos(radians(self.turn)), sin(radians(self.turn))
        half, tall = self.width / 2, self.height / 2
        return tuple(
            Point(self.at.x + x * along - y * across, self.at.y + x * across + y * along)
            for x, y in ((-half, -tall), (half, -tall), (half, tall), (-half, tall))
        )

    def grown(self, by: float) -> Place:
        """The same with so much more on every side."""
        return Place(self.at, self.width + 2 * by, self.height + 2 * by, self.turn)

    def reaches(self) -> float:
        """How far it may lie from its middle."""
        return hypot(self.width, self.height) / 2


def height_of(tex: str) -> float:
    """The height of a label, in em: a letter with what hangs below and stands above it."""
    return _STACKED if "_" in tex and "^" in tex else _PLAIN


def place_of(label: Label) -> Place:
    """The place that a label takes."""
    wide = width(label.tex)
    middle = label.at.x + {"middle": 0.0, "start": 0.5, "end": -0.5}[label.side] * wide
    return Place(Point(middle, label.at.y), wide, height_of(label.tex), label.turn)


def box_place(box: Box) -> Place:
    """The place of a frame."""
    return Place(Point(box.x + box.width / 2, box.y + box.height / 2), box.width, box.height)


def turn_of(start: Point, end: Point) -> float:
    """The slope of a line from left to right, in degrees, clockwise."""
    return degrees(atan2(end.y - start.y, end.x - start.x))


def overlap(one: Place, two: Place) -> bool:
    """Whether two places have a point in common (they are convex: by a side that parts them, if there is one)."""
    if hypot(one.at.x - two.at.x, one.at.y - two.at.y) > one.reaches() + two.reaches():
        return False
    return not _parted(one.corners(), two.corners(), (one.turn, two.turn))


def crosses(place: Place, start: Point, end: Point) -> bool:
    """Whether a straight line goes through a place."""
    x, y, reach = place.at.x, place.at.y, place.reaches()
    if (start.x < x - reach and end.x < x - reach) or (start.x > x + reach and end.x > x + reach):
        return False
    if (start.y < y - reach and end.y < y - reach) or (start.y > y + reach and end.y > y + reach):
        return False
    along, across = cos(radians(place.turn)), sin(radians(place.turn))
    from_x, from_y = start.x - x, start.y - y
    far_x, far_y = end.x - start.x, end.y - start.y
    # in the directions of the place's sides: from which share of the line on, and up to which, it is between them
    first, last = 0.0, 1.0
    for at, far, half in (
        (from_x * along + from_y * across, far_x * along + far_y * across, place.width / 2),
        (from_y * along - from_x * across, far_y * along - far_x * across, place.height / 2),
    ):
        if abs(far) < _NOTHING:
            if abs(at) > half:
                return False
            continue
        one, two = (-half - at) / far, (half - at) / far
        first, last = max(first, min(one, two)), min(last, max(one, two))
    return first <= last


def _parted(one: Iterable[Point], two: Iterable[Point], turns: Iterable[float]) -> bool:
    one, two = tuple(one), tuple(two)
    for turn in turns:
        for angle in (radians(turn), radians(turn + 90)):
            along, across = cos(angle), sin(angle)
            first = [point.x * along + point.y * across for point in one]
            second = [point.x * along + point.y * across for point in two]
            if max(first) < min(second) or max(second) < min(first):
                return True
    return False


def segments(lines: Iterable[Line]) -> Iterator[tuple[Point, Point]]:
    """The straight pieces of lines."""
    for line in lines:
        yield from zip(line.points, line.points[1:], strict=False)


def collisions(picture: Picture) -> list[str]:
    """What stands where it must not: a label on a line, on another label, on the edge of a frame or of the picture."""
    labels = [(label, place_of(label)) for label in picture.labels]
    lines = list(segments(shape for shape in picture.shapes if isinstance(shape, Line)))
    lines += [edge for shape in picture.shapes if isinstance(shape, Box) for edge in _edges(shape)]
    found = []
    for number, (label, place) in enumerate(labels):
        found += [f"{label.tex} is on a line" for start, end in lines if crosses(place, start, end)]
        found += [f"{label.tex} is on {other.tex}" for other, taken in labels[number + 1 :] if overlap(place, taken)]
        corners = place.corners()
        if not all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in corners):
            found.append(f"{label.tex} is not in the picture")
    return found


def _edges(box: Box) -> Iterator[tuple[Point, Point]]:
    corners = box_place(box).corners()
    yield from zip(corners, (*corners[1:], corners[0]), strict=True)

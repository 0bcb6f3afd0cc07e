"""The head of an arrow, and how far the line behind it is drawn."""

from __future__ import annotations

from math import cos, radians, sin

from backprop_steps.pages.drawing.model import Line, Point
from backprop_steps.pages.drawing.places import turn_of

_LONG, _WIDE = 0.55, 0.42


def drawn(line: Line) -> tuple[list[Point], tuple[Point, ...]]:
    """The points of a line as far as it is drawn, and the corners of its head; none where it is no arrow.

    The line of an arrow ends at the back of its head, so that it does not show beside the tip.
    """
    points = list(line.points)
    if not line.arrow:
        return points, ()
    corners = _head(points[-2], points[-1])
    points[-1] = Point((corners[1].x + corners[2].x) / 2, (corners[1].y + corners[2].y) / 2)
    return points, corners


def _head(before: Point, tip: Point) -> tuple[Point, Point, Point]:
    """The corners of an arrow's head: its tip, and the two at its back."""
    angle = radians(turn_of(before, tip))
    back = Point(tip.x - _LONG * cos(angle), tip.y - _LONG * sin(angle))
    across = (_WIDE / 2 * sin(angle), -_WIDE / 2 * cos(angle))
    return tip, Point(back.x + across[0], back.y + across[1]), Point(back.x - across[0], back.y - across[1])

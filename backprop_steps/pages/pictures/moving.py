"""Shapes and labels put together to a picture that holds them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_steps.pages.drawing.model import Box, Dot, Label, Line, Picture, Point, Shape
from backprop_steps.pages.drawing.places import box_place, place_of

_MARGIN = 0.3


def framed(name: str, shapes: Sequence[Shape], labels: Sequence[Label]) -> Picture:
    """The picture of all this, moved to where its upper left corner is at (0, 0)."""
    points = [point for shape in shapes for point in _points(shape)]
    points += [corner for label in labels for corner in place_of(label).corners()]
    left, top = (min(point[side] for point in points) - _MARGIN for side in (0, 1))
    right, bottom = (max(point[side] for point in points) + _MARGIN for side in (0, 1))
    return Picture(
        name,
        right - left,
        bottom - top,
        tuple(_moved(shape, -left, -top) for shape in shapes),
        tuple(replace(label, at=_shifted(label.at, -left, -top)) for label in labels),
    )


def _points(shape: Shape) -> Iterator[Point]:
    if isinstance(shape, Line):
        yield from shape.points
    elif isinstance(shape, Box):
        yield from box_place(shape).corners()
    else:
        yield Point(shape.at.x - shape.radius, shape.at.y - shape.radius)
        yield Point(shape.at.x + shape.radius, shape.at.y + shape.radius)


def _moved(shape: Shape, x: float, y: float) -> Shape:
    if isinstance(shape, Line):
        return replace(shape, points=tuple(_shifted(point, x, y) for point in shape.points))
    if isinstance(shape, Dot):
        return replace(shape, at=_shifted(shape.at, x, y))
    return replace(shape, x=shape.x + x, y=shape.y + y)


def _shifted(point: Point, x: float, y: float) -> Point:
    return Point(point.x + x, point.y + y)

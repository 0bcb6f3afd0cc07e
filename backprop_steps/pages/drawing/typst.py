"""A picture in Typst, with no package: its labels are formulas in the document's own fonts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from backprop_steps.notation.typst import formula
from backprop_steps.pages.drawing.arrows import drawn
from backprop_steps.pages.drawing.colours import IN_PRINT
from backprop_steps.pages.drawing.model import Box, Dot, Line, Picture, Point

_COLOURS = {ink: f'rgb("{colour}")' for ink, colour in IN_PRINT.items()}
_DASHES = {"solid": "", "dashed": ', dash: "dashed"', "dotted": ', dash: "dotted"'}
_SIDES = {"middle": "50%", "start": "0%", "end": "100%"}


def typst(picture: Picture) -> str:
    """An expression of Typst's code, without the sign before it: a box in em of the letters around it."""
    return "\n".join(
        [
            f"box(width: {picture.width:.4g}em, height: {picture.height:.4g}em, {{",
            "  let written(x, y, ink, turn, side, body) = context {",
            "    let size = measure(body)",
            "    place(dx: x - side * size.width, dy: y - size.height / 2,",
            "      rotate(turn, box(width: size.width, height: size.height, text(ink, body))))",
            "  }",
            *(f"  {line}" for line in _body(picture)),
            "})",
        ]
    )


def _body(picture: Picture) -> Iterator[str]:
    for shape in picture.shapes:
        yield _WRITERS[type(shape)](shape)
    for label in picture.labels:
        yield (
            f"written({label.at.x:.4g}em, {label.at.y:.4g}em, {_COLOURS[label.ink]}, {label.turn:.4g}deg, "
            f"{_SIDES[label.side]}, ${formula(label.tex)}$)"
        )


def _line(line: Line) -> str:
    (first, *rest), corners = drawn(line)
    head = f"; place(polygon(fill: {_COLOURS[line.ink]}, {', '.join(map(_at, corners))}))" if corners else ""
    stroke = f'(paint: {_COLOURS[line.ink]}, thickness: {line.wide:.4g}em{_DASHES[line.dash]}, join: "round")'
    pieces = ", ".join(f"curve.line({_at(point)})" for point in rest)
    return f"place(curve(stroke: {stroke}, curve.move({_at(first)}), {pieces})){head}"


def _box(box: Box) -> str:
    return (
        f"place(dx: {box.x:.4g}em, dy: {box.y:.4g}em, rect(width: {box.width:.4g}em, height: {box.height:.4g}em, "
        f"radius: {box.round:.4g}em, stroke: {box.wide:.4g}em + {_COLOURS[box.ink]}))"
    )


def _dot(dot: Dot) -> str:
    x, y = dot.at.x - dot.radius, dot.at.y - dot.radius
    return f"place(dx: {x:.4g}em, dy: {y:.4g}em, circle(radius: {dot.radius:.4g}em, fill: {_COLOURS[dot.ink]}))"


def _at(point: Point) -> str:
    return f"({point.x:.4g}em, {point.y:.4g}em)"


_WRITERS: Mapping[type, Callable[..., str]] = {Line: _line, Box: _box, Dot: _dot}

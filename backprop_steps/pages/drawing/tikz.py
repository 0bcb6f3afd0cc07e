r"""A picture in TikZ, with no library of it: its labels are formulas in the document's own fonts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from backprop_steps.pages.drawing.arrows import drawn
from backprop_steps.pages.drawing.colours import IN_PRINT
from backprop_steps.pages.drawing.model import Box, Dot, Line, Picture, Point
from backprop_steps.pages.markup.escaping import latex_tex

_COLOURS = {ink: ",".join(map(str, bytes.fromhex(colour[1:]))) for ink, colour in IN_PRINT.items()}
_DASHES = {"solid": "", "dashed": ", dashed", "dotted": ", dotted"}
_SIDES = {"middle": "", "start": ",anchor=mid west", "end": ",anchor=mid east"}


def tikz(picture: Picture) -> str:
    """A `tikzpicture`, its unit an em of the letters around it."""
    used = dict.fromkeys(one.ink for one in (*picture.shapes, *picture.labels))
    colours = [rf"\definecolor{{bp{ink}}}{{RGB}}{{{_COLOURS[ink]}}}%" for ink in used]
    frame = f"  \\useasboundingbox (0,0) rectangle ({_n(picture.width)},{_n(picture.height)});"
    body = [f"  {line}" for line in _body(picture)]
    begin = r"\begin{tikzpicture}[x=1em,y=-1em,every node/.style={inner sep=0pt,outer sep=0pt,anchor=mid}]"
    return "\n".join([*colours, begin, frame, *body, r"\end{tikzpicture}%"])


def _body(picture: Picture) -> Iterator[str]:
    for shape in picture.shapes:
        yield _WRITERS[type(shape)](shape)
    for label in picture.labels:
        turned = f",rotate={_n(-label.turn)}" if label.turn else ""
        yield rf"\node[bp{label.ink}{turned}{_SIDES[label.side]}] at {_at(label.at)} {{${latex_tex(label.tex)}$}};"


def _line(line: Line) -> str:
    points, corners = drawn(line)
    head = rf" \fill[bp{line.ink}] {' -- '.join(map(_at, corners))} -- cycle;" if corners else ""
    path = " -- ".join(map(_at, points))
    return rf"\draw[bp{line.ink}, line width={_n(line.wide)}em, line join=round{_DASHES[line.dash]}] {path};{head}"


def _box(box: Box) -> str:
    far = Point(box.x + box.width, box.y + box.height)
    return (
        rf"\draw[bp{box.ink}, line width={_n(box.wide)}em, rounded corners={_n(box.round)}em] "
        f"{_at(Point(box.x, box.y))} rectangle {_at(far)};"
    )


def _dot(dot: Dot) -> str:
    return rf"\fill[bp{dot.ink}] {_at(dot.at)} circle [radius={_n(dot.radius)}em];"


def _at(point: Point) -> str:
    return f"({_n(point.x)},{_n(point.y)})"


def _n(number: float) -> str:
    """A number as TeX reads it: without a power of ten."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


_WRITERS: Mapping[type, Callable[..., str]] = {Line: _line, Box: _box, Dot: _dot}

"""A picture as SVG: in a page of HTML, or as a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

from backprop_steps.pages.drawing.arrows import drawn
from backprop_steps.pages.drawing.colours import ON_SCREEN
from backprop_steps.pages.drawing.model import Box, Dot, Ink, Label, Line, Picture, Point
from backprop_steps.pages.drawing.svg_text import tspans

EM = 16
"""An em in SVG's units."""
_MARGIN = 8
_LETTERS = 15
"""The size of letters: a little less than an em, since the reader's font may be wider than that of TeX."""
_REM = 0.9
"""How large an em is in a page of HTML, in rem."""
_LEAST = 38.0
"""A picture shrinks to the width of the page; one that is wider than this, in rem, not further than to this: `wide`."""
_PAGE: Mapping[Ink, str] = {
    "ink": "var(--ink)",
    "faint": "var(--faint)",
    "gradient": "var(--incorrect)",
    "lit": "var(--link)",
    "before": "var(--link)",
    "after": "var(--incorrect)",
}
"""The colours of a page of HTML, which is dark where its reader's screen is."""
_FONTS = "'STIX Two Text', 'Latin Modern Roman', Cambria, 'Times New Roman', serif"
_DASHES = {"solid": "", "dashed": ' stroke-dasharray="6 4"', "dotted": ' stroke-dasharray="1.5 3"'}
_MIDDLE = 0.3
"""From the middle of a label down to the line that its letters stand on, in em."""


def svg(picture: Picture) -> str:
    """A file of its own, on white paper, whatever the page around it is."""
    wide, high = (length * EM + 2 * _MARGIN for length in (picture.width, picture.height))
    paper = f'<rect x="{-_MARGIN}" y="{-_MARGIN}" width="{wide:.6g}" height="{high:.6g}" fill="#fff"/>'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.6g}" height="{high:.6g}" '
        f'viewBox="{-_MARGIN} {-_MARGIN} {wide:.6g} {high:.6g}" role="img" aria-labelledby="title desc">'
    )
    said = f'<title id="title">{escape(picture.title)}</title>\n<desc id="desc">{escape(picture.alt)}</desc>'
    return "\n".join([head, said, paper, *_body(picture, ON_SCREEN), "</svg>", ""])


def inline_svg(picture: Picture) -> str:
    """An element for a page of HTML, in the page's colours."""
    wide, high = picture.width * EM, picture.height * EM
    rem = picture.width * _REM
    kind = "picture wide" if rem > _LEAST else "picture"
    head = (
        f'<svg class="{kind}" viewBox="0 0 {wide:.6g} {high:.6g}" width="{rem:.4g}rem" '
        f'role="img" aria-label="{escape(f"{picture.title}. {picture.alt}")}">'
    )
    return "\n".join([head, *_body(picture, _PAGE), "</svg>"])


def _body(picture: Picture, colours: Mapping[Ink, str]) -> Iterator[str]:
    for shape in picture.shapes:
        yield _WRITERS[type(shape)](shape, colours)
    yield f'<g font-family="{_FONTS}" font-size="{_LETTERS}" text-anchor="middle">'
    for label in picture.labels:
        yield _label(label, colours)
    yield "</g>"


def _line(line: Line, colours: Mapping[Ink, str]) -> str:
    points, corners = drawn(line)
    head = f'<polygon points="{_points(corners)}" fill="{colours[line.ink]}"/>' if corners else ""
    wide = f"{line.wide * EM:.4g}"
    return (
        f'<polyline points="{_points(points)}" fill="none" stroke="{colours[line.ink]}" stroke-width="{wide}"'
        f'{_DASHES[line.dash]} stroke-linejoin="round"/>{head}'
    )


def _box(box: Box, colours: Mapping[Ink, str]) -> str:
    return (
        f'<rect x="{box.x * EM:.6g}" y="{box.y * EM:.6g}" width="{box.width * EM:.6g}" height="{box.height * EM:.6g}" '
        f'rx="{box.round * EM:.4g}" fill="none" stroke="{colours[box.ink]}" stroke-width="{box.wide * EM:.4g}"/>'
    )


def _dot(dot: Dot, colours: Mapping[Ink, str]) -> str:
    x, y, radius = dot.at.x * EM, dot.at.y * EM, dot.radius * EM
    return f'<circle cx="{x:.6g}" cy="{y:.6g}" r="{radius:.4g}" fill="{colours[dot.ink]}"/>'


def _label(label: Label, colours: Mapping[Ink, str]) -> str:
    x, y = label.at.x * EM, label.at.y * EM
    turned = f' transform="rotate({label.turn:.4g} {x:.6g} {y:.6g})"' if label.turn else ""
    return (
        f'<text x="{x:.6g}" y="{y + _MIDDLE * EM:.6g}"{turned} fill="{colours[label.ink]}">{tspans(label.tex)}</text>'
    )


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{point.x * EM:.6g},{point.y * EM:.6g}" for point in points)


_WRITERS: Mapping[type, Callable[..., str]] = {Line: _line, Box: _box, Dot: _dot}

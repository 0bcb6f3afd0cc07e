"""What matplotlib draws, as shapes and labels: it has the axes, their ticks and the curves; the letters are the page's.

A plot so is a picture like any other: native in every language, its labels formulas in the fonts around it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from math import isnan
from typing import TYPE_CHECKING, Any

from backprop_steps.errors import UserError
from backprop_steps.expression.tree import Number
from backprop_steps.notation.width import width
from backprop_steps.pages.drawing.model import Dash, Dot, Ink, Label, Line, Point, Shape, Side
from backprop_steps.pages.drawing.places import height_of
from backprop_steps.pages.pictures.layering import REMEDY, PictureError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EM = 10.0
"""An em in matplotlib's points."""
COLOURS: dict[Ink, str] = {
    "ink": "#000001",
    "faint": "#000002",
    "gradient": "#000003",
    "lit": "#000004",
    "before": "#000005",
    "after": "#000006",
}
"""The colours that stand for inks on the way through matplotlib."""
_BASELINE = 0.3
"""From the middle of a label down to the line that its letters stand on, in em."""


def can_plot() -> bool:
    """Whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


@contextmanager
def blank_figure(wide: float, high: float) -> Iterator[Figure]:
    """A figure so large, in em, whatever settings of matplotlib are this user's own.

    Raises PictureError, with the remedy, where matplotlib is not installed.
    """
    if not can_plot():
        raise PictureError(f"a plot needs the package matplotlib: {REMEDY}")
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context("default"):
        yield Figure(figsize=(wide * EM / 72, high * EM / 72), dpi=72)


def drawn(figure: Figure, number: Callable[[Number], str]) -> tuple[list[Shape], list[Label]]:
    """The shapes and labels of a figure. Texts between dollar signs are TeX; `number` writes those of the ticks."""
    from matplotlib.backend_bases import RendererBase
    from matplotlib.colors import to_hex

    inks = {colour: ink for ink, colour in COLOURS.items()}
    shapes: list[Shape] = []
    labels: list[Label] = []
    size = tuple(float(side) * 72 for side in figure.get_size_inches())

    def tex_of(text: str) -> str:
        if text.startswith("$"):
            return text.strip("$")
        try:
            return number(Number(text.replace("\N{MINUS SIGN}", "-")))
        except (ValueError, ArithmeticError) as error:
            raise UserError(f"a plot has the text {text!r}, which is no formula") from error

    class Renderer(RendererBase):
        def point(self, x: float, y: float) -> Point:
            return Point(float(x) / EM, (size[1] - float(y)) / EM)

        def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
            dash: Dash = "dashed" if gc.get_dashes()[1] else "solid"
            for polygon in path.to_polygons(transform, closed_only=False):
                points = [self.point(x, y) for x, y in polygon]
                shapes.extend(
                    Line(piece, inks[to_hex(gc.get_rgb())], gc.get_linewidth() / EM, dash) for piece in _pieces(points)
                )

        def draw_markers(
            self,
            gc: Any,
            marker_path: Any,
            marker_trans: Any,
            path: Any,
            trans: Any,
            rgbFace: Any = None,  # noqa: N803
        ) -> None:
            extents = marker_path.get_extents(marker_trans)
            ink = inks[to_hex(gc.get_rgb())]
            for x, y in trans.transform(path.vertices):
                if rgbFace is not None and extents.width and extents.height:
                    shapes.append(Dot(self.point(x, y), float(extents.width) / 2 / EM, ink))
                else:
                    ends = (self.point(x + extents.x0, y + extents.y0), self.point(x + extents.x1, y + extents.y1))
                    shapes.append(Line(ends, ink, gc.get_linewidth() / EM))

        def draw_text(
            self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
        ) -> None:
            tex = tex_of(s)
            wide = width(tex)
            side: Side = {"right": "end", "left": "start"}.get(mtext.get_ha(), "middle") if mtext else "middle"  # type: ignore[assignment]
            across = {"end": wide, "start": 0.0, "middle": wide / 2}[side]
            at = Point(float(x) / EM + across, float(y) / EM - _BASELINE)
            labels.append(Label(at, tex, inks[to_hex(gc.get_rgb())], side=side))

        def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
            tex = tex_of(s) if s and s != "lp" else "x"
            high = height_of(tex)
            return width(tex) * EM, high * EM, (high / 2 - _BASELINE) * EM

        def get_canvas_width_height(self) -> tuple[float, float]:
            return size[0], size[1]

        def points_to_pixels(self, points: Any) -> Any:
            return points

    figure.draw(Renderer())
    return shapes, labels


def _pieces(points: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    """A line without the points that are none: it is broken there."""
    for missing, piece in groupby(points, key=lambda point: isnan(point.x) or isnan(point.y)):
        found = tuple(piece)
        if not missing and len(found) > 1:
            yield found

"""What a picture is made of, whatever language it is written in.

Lengths are in em of the picture's own letters; x goes to the right, y goes down, (0, 0) is the upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Ink = Literal["ink", "faint", "gradient", "lit", "before", "after"]
"""What something is drawn in: what it is about, and not a colour; every language has its own for it.

`ink`: symbols and values; `faint`: wires and frames; `gradient`: derivatives; `lit`: the path that is followed;
`before` and `after`: the curves and points of a plot.
"""

Side = Literal["middle", "start", "end"]
Dash = Literal["solid", "dashed", "dotted"]


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points. `wide` is its width in em; `arrow`: its end has a head."""

    points: tuple[Point, ...]
    ink: Ink = "faint"
    wide: float = 0.07
    dash: Dash = "solid"
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A frame with round corners; `round` is their radius."""

    x: float
    y: float
    width: float
    height: float
    round: float = 0.5
    ink: Ink = "faint"
    wide: float = 0.07


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    at: Point
    radius: float
    ink: Ink = "ink"


@dataclass(frozen=True, slots=True)
class Label:
    r"""A formula (words of it in `\text{…}`); `turn` is its slope, in degrees, clockwise.

    `side` says what of it stands at its place: its middle, its start (all of it is to the right) or its end. What is
    turned has its middle there.
    """

    at: Point
    tex: str
    ink: Ink = "ink"
    turn: float = 0.0
    side: Side = "middle"


Shape = Line | Box | Dot


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its size, what is drawn, from back to front, what is written, and what it says to who cannot see it.

    `name` is what it is of: `network`, `path`, `activation`, `loss`.
    """

    name: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]
    title: str = ""
    alt: str = ""

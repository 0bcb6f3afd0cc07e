"""A layered network as a picture: a column a layer, a frame a unit with its values in it, weights along the wires."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from backprop_steps.expression.quantity import LOSS, Quantity
from backprop_steps.network.graph import Graph
from backprop_steps.notation.width import width
from backprop_steps.pages.drawing.model import Box, Ink, Label, Line, Picture, Point, Shape
from backprop_steps.pages.drawing.places import CLEAR
from backprop_steps.pages.pictures.columns import Column, Unit, columns, height_of_lines, lines_at
from backprop_steps.pages.pictures.listing import Block, listed
from backprop_steps.pages.pictures.moving import framed
from backprop_steps.pages.pictures.tags import Stated, Tag, Tags, stated
from backprop_steps.pages.pictures.wires import Wire, gaps, labelled

_STEM = 0.8
"""The length of the line by which a bias comes in, in em."""
_WIDEST = 66.0
"""No picture is wider than this if less can be written: on a page its letters would be too small to read."""
_ROOM = (1.0, 2.0, 3.5, 5.5, 8.0)
_TRIED = (*((False, room) for room in _ROOM[:3]), *((True, room) for room in _ROOM))
"""What may stay free between two frames, one below the other: first with the columns near, then with them far apart."""
_LEAST = 5.0
"""The least distance between two columns."""
_SLOPE = 0.22
"""The same for high columns, as a share of their height: their wires must not be too steep to be followed."""
_LIT = 0.17
_UNDER = 1.2
"""What stays free between the network and the weights below it."""
_TO_LOSS = 3.0


@dataclass(frozen=True, slots=True)
class _Wires:
    """What is written on the wires between two columns, by weight: above and below."""

    above: bool
    symbols: bool


_WRITTEN = (_Wires(above=True, symbols=True), _Wires(above=True, symbols=False), _Wires(above=False, symbols=False))
"""What is written on wires: all; without the symbols; nothing. The first for which there is room."""


def network_picture(
    graph: Graph, tags: Tags, lit: Collection[Quantity] = frozenset(), *, complete: bool = True
) -> tuple[Picture, list[Stated]]:
    """The picture of a network, and what it states; `lit` are the elements on the path that is followed.

    `complete`: weights that have values but no room on their wires are written below the network.
    """
    cols = columns(graph, tags)
    crowded = any(unit.output is None for column in cols for unit in column.units) and not graph.symbolic
    for written in _WRITTEN[2:] if crowded else _WRITTEN:
        for far, room in _TRIED:
            laid_out = _Layout(tags, cols, lit, written, room, far)
            if laid_out.fits:
                below = complete and not written.above and not crowded
                return laid_out.picture(below), stated(laid_out.told())
    raise AssertionError("a network without writing on its wires fits")


class _Layout:
    """The columns side by side; `fits` where every label has found its place."""

    def __init__(
        self,
        tags: Tags,
        cols: Sequence[Column],
        lit: Collection[Quantity],
        written: _Wires,
        room: float,
        far: bool,
    ) -> None:
        self.far = far
        self.tags, self.columns, self.lit, self.written = tags, cols, lit, written
        units = [unit for column in cols for unit in column.units]
        self.pitch = max(unit.height + _below(unit) for unit in units) + room
        self.widths = [max(unit.width for unit in column.units) for column in cols]
        self.shapes: list[Shape] = []
        self.labels: list[Label] = []
        self.fits = self._can_fit() and self._columns()

    def picture(self, below: bool) -> Picture:
        """What has been laid out; with the weights below it, if they are to stand there."""
        network = framed("network", self.shapes, self.labels)
        blocks = list(self._blocks()) if below else []
        labels = listed(blocks, network.width / 2, network.height + _UNDER, _WIDEST)
        return framed("network", network.shapes, (*network.labels, *labels)) if labels else network

    def told(self) -> Iterator[Sequence[Tag]]:
        """What there is to say, unit by unit and then wire by wire: all of it, also where there was no room."""
        for unit in (unit for column in self.columns for unit in column.units if unit.output is not None):
            yield unit.lines
            yield unit.leaf
            yield (unit.arriving,) if unit.arriving is not None else ()
        for left, right in pairwise(self.columns):
            for one, two in self._wires(left, right):
                if two.output != LOSS:
                    yield _told(self.tags.with_gradient(_weight(right.layer, one, two)))

    def _blocks(self) -> Iterator[Block]:
        """The weights that have values, layer by layer: a row for each unit that they lead to."""
        for left, right in pairwise(self.columns):
            if right.units[0].output == LOSS:
                return
            weights = [[_weight(right.layer, one, two) for one in left.units] for two in right.units]
            if self.tags.value(weights[0][0]):
                yield [[_told(self.tags.with_gradient(weight)) for weight in row] for row in weights]

    def _can_fit(self) -> bool:
        """Whether there would be room at all, with the columns as near as can be."""
        if not self.written.above:
            return True
        pairs = pairwise(self.columns)
        told = [[both for one, two in self._wires(*pair) for both in [self._tags(pair[1], one, two)]] for pair in pairs]
        least = sum(next(gaps(one, _LEAST, far=False)) for one in told[:-1])
        return sum(self.widths) + least <= _WIDEST

    def _columns(self) -> bool:
        x = 0.0
        self.right = self.widths[0]
        wires: list[Shape] = []
        for number, column in enumerate(self.columns):
            if number:
                found = self._between(self.columns[number - 1], column, x)
                if found is None:
                    return False
                lines, labels, x = found
                wires += lines
                self.labels += labels
            self._frames(column, x, self.widths[number])
            x += self.widths[number]
            self.right = max(self.right, x)
        self.shapes = [*sorted(wires, key=lambda one: one.ink == "lit"), *self.shapes]
        return self.right <= _WIDEST or not self.written.above

    def _heights(self, column: Column) -> list[tuple[Unit, float]]:
        last = len(column.units) - 1
        return [(unit, (number - last / 2) * self.pitch) for number, unit in enumerate(column.units)]

    def _between(self, left: Column, right: Column, x: float) -> tuple[list[Shape], list[Label], float] | None:
        """The wires from a column to the next, their labels, and where the next begins."""
        pairs = [
            (one, y, two, other_y)
            for one, y in self._heights(left)
            for two, other_y in self._heights(right)
            if one.output is not None and two.output is not None
        ]
        to_loss = right.units[0].output == LOSS
        told = [self._tags(right, one, two) for one, _, two, _ in pairs]
        span = (max(len(left.units), len(right.units)) - 1) * self.pitch
        for gap in gaps(told, _TO_LOSS if to_loss else max(_LEAST, _SLOPE * span), self.far):
            wires = [
                Wire(Point(x, y), Point(x + gap, other_y), *both)
                for (_, y, _, other_y), both in zip(pairs, told, strict=True)
            ]
            labels = labelled(tuple(wires))
            if labels is not None:
                lines: list[Shape] = [
                    self._line((wire.start, wire.end), _on_path(self.lit, right.layer, one, two))
                    for wire, (one, _, two, _) in zip(wires, pairs, strict=True)
                ]
                return lines, [*labels], x + gap
        return None

    def _wires(self, left: Column, right: Column) -> Iterator[tuple[Unit, Unit]]:
        for one, two in product(left.units, right.units):
            if one.output is not None and two.output is not None:
                yield one, two

    def _tags(self, column: Column, source: Unit, to: Unit) -> tuple[Tag | None, Tag | None]:
        """What stands above and below a wire: a weight and what is below it; nothing on those that lead to the loss."""
        if to.output == LOSS or not self.written.above:
            return None, None
        weight = _weight(column.layer, source, to)
        above = self.tags.equation(weight)
        if not self.written.symbols and self.tags.value(weight):
            above = Tag(self.tags.value(weight))
        return above, self.tags.below(weight)

    def _line(self, points: tuple[Point, ...], lit: bool) -> Line:
        return Line(points, "lit", _LIT) if lit else Line(points)

    def _frames(self, column: Column, x: float, wide: float) -> None:
        for unit, y in self._heights(column):
            if unit.output is None:
                self.labels += lines_at(unit.lines, x + wide / 2, y)
                continue
            lit = _unsampled(unit.output) in self.lit
            ink: Ink = "lit" if lit else "ink"
            self.shapes.append(Box(x, y - unit.height / 2, wide, unit.height, 0.5, ink, _LIT if lit else 0.07))
            self.labels += lines_at(unit.lines, x + wide / 2, y)
            if unit.leaf:
                end = y + unit.height / 2
                stem = (Point(x + wide / 2, end + _STEM), Point(x + wide / 2, end))
                self.shapes.append(self._line(stem, unit.leaf_of is not None and unit.leaf_of in self.lit))
                high = height_of_lines(unit.leaf)
                self.labels += lines_at(unit.leaf, x + wide / 2, end + _STEM + 2 * CLEAR + high / 2)
            if unit.arriving is not None:
                end_x, long = x + wide, 2.2
                self.shapes.append(Line((Point(end_x + long, y), Point(end_x, y)), "gradient", arrow=True))
                far = end_x + long + 0.3 + width(unit.arriving.tex)
                self.labels.append(Label(Point((end_x + long + 0.3 + far) / 2, y), unit.arriving.tex, "gradient"))
                self.right = max(self.right, far)


def _told(tags: Sequence[Tag | None]) -> list[Tag]:
    return [tag for tag in tags if tag is not None]


def _below(unit: Unit) -> float:
    """How far what comes in from below reaches."""
    return _STEM + 2 * CLEAR + height_of_lines(unit.leaf) if unit.leaf else 0.0


def _weight(layer: int, source: Unit, to: Unit) -> Quantity:
    assert source.output is not None
    assert to.output is not None
    return Quantity("weight", layer, (to.output.index[0], source.output.index[0]))


def _on_path(lit: Collection[Quantity], layer: int, source: Unit, to: Unit) -> bool:
    if to.output == LOSS:
        return source.output is not None and _unsampled(source.output) in lit
    return _weight(layer, source, to) in lit


def _unsampled(quantity: Quantity) -> Quantity:
    return quantity.at(*quantity.index)

"""A circuit as a picture: a frame a node with its formula; above each wire the value, below it the gradient."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from backprop_steps.derivation.local import links
from backprop_steps.derivation.paths import consumers
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.arithmetic import arithmetic, evaluate_in
from backprop_steps.expression.quantity import Quantity, derivative
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Number
from backprop_steps.network.graph import Graph, Operation
from backprop_steps.notation.width import width
from backprop_steps.pages.drawing.model import Box, Label, Line, Picture, Point, Shape
from backprop_steps.pages.pictures.columns import INSIDE, height_of_lines, lines_at
from backprop_steps.pages.pictures.layering import Layers, PictureError, layers
from backprop_steps.pages.pictures.moving import framed
from backprop_steps.pages.pictures.tags import Stated, Tag, Tags, stated
from backprop_steps.pages.pictures.wires import Wire, gaps, labelled

_ROOM = (0.9, 1.8, 3.0, 5.0, 8.0)
_TRIED = (*((False, room) for room in _ROOM[:3]), *((True, room) for room in _ROOM))
"""What may stay free between two frames, one below the other: first with the columns near, then with them far apart."""
_LEAST = 2.5
_LIT = 0.17


def circuit_picture(graph: Graph, tags: Tags, lit: Collection[Quantity] = frozenset()) -> tuple[Picture, list[Stated]]:
    """The picture of a circuit, and what it states; `lit` are the nodes on the path that is followed.

    Raises PictureError where the package that lays it out is not installed.
    """
    operations = [one for one in graph.operations if one.output in graph.reached]
    used = {quantity for one in operations for quantity in quantities(one.formula)}
    nodes = [*(one for one in graph.inputs if one in used), *(one.output for one in operations)]
    wires = [
        (nodes.index(source), nodes.index(one.output))
        for one in operations
        for source in dict.fromkeys(quantities(one.formula))
    ]
    if not wires:
        raise PictureError("this circuit has no wire to draw")
    flow = _Flow(graph, tags, {one.output: one for one in operations})
    laid_out = layers(len(nodes), wires)
    for written in (True, False):
        for far, room in _TRIED:
            made = _Layout(flow, nodes, wires, laid_out, lit, room, far, written)
            if made.fits:
                return made.picture(), flow.told(nodes)
    raise AssertionError("a circuit without writing on its wires fits")


@dataclass(frozen=True, slots=True)
class _Flow:
    """What goes through the wires: values forward, derivatives back."""

    graph: Graph
    tags: Tags
    operations: Mapping[Quantity, Operation]

    def frame(self, node: Quantity) -> tuple[Tag, ...]:
        """The writing in a node's frame: its formula, and its gradient where several wires bring a part of it."""
        symbol, operation = self.tags.symbol(node), self.operations.get(node)
        formula = symbol if operation is None else f"{symbol} = {self.tags.printing.tex(operation.formula)}"
        gradient = self.tags.below(node) if self._parts(node) > 1 else None
        return (Tag(formula), *((gradient,) if gradient is not None else ()))

    def told(self, nodes: Sequence[Quantity]) -> list[Stated]:
        """What is written in the picture: of each node its value, and the gradient that comes back to it."""
        told = []
        for node in nodes:
            equation, below = self.tags.equation(node), self.tags.below(node)
            if equation is not None and self.tags.value(node):
                told.append([equation] if below is None or node == self.graph.goal else [equation, below])
        return stated(told)

    def wire(self, source: Quantity, to: Quantity) -> tuple[Tag | None, Tag | None]:
        """What stands above and below a wire: the value that it carries, and what comes back through it."""
        value, back = self.tags.value(source), self._back(source, to)
        return Tag(value) if value else None, Tag(back, "gradient") if back else None

    def ends(self) -> list[Quantity]:
        """The nodes that a wire leads out of: what is differentiated, or where gradients arrive."""
        return [one for one in self.operations if one == self.graph.goal or one in self.graph.upstream]

    def out(self, end: Quantity) -> tuple[Tag | None, Tag | None]:
        """What stands above and below a wire that leads out."""
        arriving = self.graph.upstream.get(end, Number("1"))
        seed = self.tags.values == "all" or end in self.graph.upstream
        value = self.tags.value(end)
        back = Tag(self.tags.printing.tex(arriving), "gradient") if seed and self.tags.evaluation is not None else None
        return Tag(value) if value else None, back

    def _parts(self, node: Quantity) -> int:
        """Of how many terms the gradient of a node is the sum."""
        return len(consumers(self.graph, node)) + (node in self.graph.upstream)

    def _back(self, source: Quantity, to: Quantity) -> str:
        """The gradient that one wire brings: where there are several, its term of the sum."""
        evaluation = self.tags.evaluation
        if evaluation is None or self.tags.values != "all":
            return ""
        if self._parts(source) < 2:
            return self.tags.gradient(source)
        values = evaluation.generations[0]
        above = values[derivative(self.graph.goal, to)] if to != self.graph.goal else Decimal(1)
        with arithmetic():
            functions = evaluation.derivation.functions
            parts = [
                above * evaluate_in(link.local, values.__getitem__, functions, {})
                for link in links(self.operations[to], source)
            ]
            return self.tags.printing.tex(shown(sum(parts[1:], parts[0]), evaluation.rounding))


class _Layout:
    """The frames in their layers; `fits` where every label has found its place."""

    def __init__(
        self,
        flow: _Flow,
        nodes: Sequence[Quantity],
        wires: Sequence[tuple[int, int]],
        places: Layers,
        lit: Collection[Quantity],
        room: float,
        far: bool,
        written: bool,
    ) -> None:
        self.nodes, self.lit = nodes, lit
        self.frames = [flow.frame(node) for node in nodes]
        heights = [height_of_lines(lines) + 2 * INSIDE for lines in self.frames]
        self.pitch = max(heights) + room
        count = 1 + max(layer for layer, _ in places.nodes)
        wide = [0.0] * count
        for (layer, _), lines in zip(places.nodes, self.frames, strict=True):
            wide[layer] = max(wide[layer], max(width(tag.tex) for tag in lines) + 2 * INSIDE + 0.4)
        self.shapes: list[Shape] = []
        self.labels: list[Label] = []
        self.fits = False
        pieces = self._pieces(flow, wires, places, written)
        left = [0.0]
        for layer in range(count):
            between = pieces.get(layer, [])
            last = layer == count - 1
            start = left[layer] + wide[layer]
            told = [both for _, _, both, _ in between]
            for gap in gaps(told, _LEAST, far):
                straight = [
                    Wire(Point(start, one * self.pitch), Point(start + gap, two * self.pitch), *both)
                    for one, two, both, _ in between
                ]
                labels = labelled(tuple(straight))
                if labels is not None:
                    break
            else:
                return
            self.labels += labels
            for wire, (_, _, _, (ends, on_path)) in zip(straight, between, strict=True):
                self.shapes.append(
                    Line((wire.start, wire.end), "lit" if on_path else "faint", _LIT if on_path else 0.07, arrow=ends)
                )
            left.append(start + (gap if between or not last else 0.0))
        self._through(wires, places, left, wide)
        for node, (layer, y), lines, height in zip(nodes, places.nodes, self.frames, heights, strict=True):
            on_path = node in lit
            top = y * self.pitch - height / 2
            self.shapes.append(
                Box(left[layer], top, wide[layer], height, 0.5, "lit" if on_path else "ink", _LIT if on_path else 0.07)
            )
            self.labels += lines_at(lines, left[layer] + wide[layer] / 2, y * self.pitch)
        self.fits = True

    def _pieces(
        self, flow: _Flow, wires: Sequence[tuple[int, int]], places: Layers, written: bool
    ) -> dict[int, list[tuple[float, float, tuple[Tag | None, Tag | None], tuple[bool, bool]]]]:
        """The straight pieces of wires behind each layer: heights, writing, whether it ends there, whether it is lit.

        A wire is written on where it leaves its node.
        """
        found: dict[int, list[tuple[float, float, tuple[Tag | None, Tag | None], tuple[bool, bool]]]] = {}
        nothing: tuple[Tag | None, Tag | None] = (None, None)
        for (source, to), way in zip(wires, places.ways, strict=True):
            stops = [places.nodes[source], *way, places.nodes[to]]
            on_path = self.nodes[source] in self.lit and self.nodes[to] in self.lit
            for number, (one, two) in enumerate(pairwise(stops)):
                both = flow.wire(self.nodes[source], self.nodes[to]) if written and not number else nothing
                ends = number == len(way)
                found.setdefault(one[0], []).append((one[1], two[1], both, (ends, on_path)))
        for end in flow.ends():
            layer, y = places.nodes[self.nodes.index(end)]
            found.setdefault(layer, []).append((y, y, flow.out(end) if written else nothing, (True, end in self.lit)))
        return found

    def _through(
        self, wires: Sequence[tuple[int, int]], places: Layers, left: Sequence[float], wide: Sequence[float]
    ) -> None:
        """The pieces of wires that go by a layer."""
        for (source, to), way in zip(wires, places.ways, strict=True):
            on_path = self.nodes[source] in self.lit and self.nodes[to] in self.lit
            for layer, y in way:
                points = (Point(left[layer], y * self.pitch), Point(left[layer] + wide[layer], y * self.pitch))
                self.shapes.append(Line(points, "lit" if on_path else "faint", _LIT if on_path else 0.07))

    def picture(self) -> Picture:
        """What has been laid out."""
        return framed("network", self.shapes, self.labels)

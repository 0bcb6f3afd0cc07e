"""What a layered network's picture has in it: a column a layer, its units, and what is written in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backprop_steps.expression.quantity import LOSS, Quantity
from backprop_steps.network.graph import Graph
from backprop_steps.notation.indices import size_tex
from backprop_steps.notation.width import width
from backprop_steps.pages.drawing.model import Label, Point
from backprop_steps.pages.drawing.places import height_of
from backprop_steps.pages.pictures.tags import Tag, Tags

MANY = 6
"""A layer of more units than these is drawn by its first two and its last."""
_BETWEEN = 0.15
"""What stays free between two lines of writing, in em."""
INSIDE = 0.4
"""What stays free within a frame."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A frame with lines of writing. `output` is what leaves it; None for the dots that stand for units left out.

    `leaf` comes in from below: the bias, or the targets of a loss; `leaf_of` is whose writing that is. `arriving` is a
    gradient that arrives from outside.
    """

    lines: tuple[Tag, ...]
    output: Quantity | None
    leaf: tuple[Tag, ...] = ()
    leaf_of: Quantity | None = None
    arriving: Tag | None = None

    @property
    def width(self) -> float:
        """The width that its writing asks for."""
        return max(
            max((width(tag.tex) for tag in self.lines), default=0.0) + 2 * INSIDE + 0.4,
            max((width(tag.tex) for tag in self.leaf), default=0.0) + 0.2,
        )

    @property
    def height(self) -> float:
        """The height of its frame."""
        return height_of_lines(self.lines) + 2 * INSIDE


def height_of_lines(tags: Sequence[Tag]) -> float:
    """The height of lines of writing."""
    return sum(height_of(tag.tex) + _BETWEEN for tag in tags)


def lines_at(tags: Sequence[Tag], x: float, y: float) -> Iterator[Label]:
    """Lines of writing around a place, one below the other."""
    down = y - height_of_lines(tags) / 2
    for tag in tags:
        high = height_of(tag.tex) + _BETWEEN
        yield Label(Point(x, down + high / 2), tag.tex, tag.ink)
        down += high


@dataclass(frozen=True, slots=True)
class Column:
    """The units of a layer, from top to bottom; `layer` is 0 for the inputs, one more than the last for the loss."""

    layer: int
    units: tuple[Unit, ...]


def columns(graph: Graph, tags: Tags) -> list[Column]:
    """The columns of a network, from the inputs to the loss, or to where gradients arrive."""
    found = [Column(0, tuple(_inputs(graph, tags)))]
    for layer in range(1, graph.depth + 1):
        if graph.producer(Quantity("pre_activation", layer)) is not None:
            found.append(Column(layer, tuple(_units(graph, tags, layer))))
    if graph.producer(LOSS) is not None:
        found.append(Column(graph.depth + 1, (_loss(graph, tags),)))
    return found


def drawn(size: int | str) -> list[int | None]:
    """The units of a layer that are drawn; None for the dots between."""
    if isinstance(size, str):
        return [1, 2, None]
    return list(range(1, size + 1)) if size <= MANY else [1, 2, None, size]


def drawn_units(size: int | str) -> list[int]:
    """The units of a layer that may be spoken of: all, or, where their number is a letter, those that are drawn."""
    return list(range(1, size + 1)) if isinstance(size, int) else [unit for unit in drawn(size) if unit is not None]


def _inputs(graph: Graph, tags: Tags) -> Iterator[Unit]:
    for unit in drawn(graph.units[0]):
        if unit is None:
            yield _dots(graph.units[0])
            continue
        quantity = tags.sampled(Quantity("input", 0, (unit,)))
        yield Unit(_told(tags.equation(quantity)), quantity)


def _units(graph: Graph, tags: Tags, layer: int) -> Iterator[Unit]:
    leaf = next((p for p in graph.parameters if p.layer == layer and p.role in ("bias", "threshold")), None)
    ends = graph.producer(Quantity("activation", layer)) is None
    for unit in drawn(graph.units[layer]):
        if unit is None:
            yield _dots(graph.units[layer])
            continue
        total = tags.sampled(Quantity("pre_activation", layer, (unit,)))
        output = tags.sampled(Quantity("activation", layer, (unit,)))
        arriving = next((q for q in (total, output) if q in graph.upstream), None)
        lines: list[Tag | None] = []
        if tags.values == "all" or ends or graph.symbolic:
            lines += tags.with_gradient(total) if arriving != total else [tags.equation(total)]
        if not ends:
            lines += tags.with_gradient(output) if arriving != output else [tags.equation(output)]
        if not tags.symbol(total) and tags.values == "all":  # its error signal may have a name all the same
            lines.append(tags.named_signal(total))
        comes = leaf.at(*((unit,) if leaf.index else ())) if leaf is not None else None
        yield Unit(
            _told(*lines),
            total if ends else output,
            leaf=_leaf(tags, comes) if comes is not None else (),
            leaf_of=comes,
            arriving=tags.equation(tags.derivative(arriving), "gradient") if arriving is not None else None,
        )


def _leaf(tags: Tags, quantity: Quantity) -> tuple[Tag, ...]:
    return _told(*tags.with_gradient(quantity))


def _loss(graph: Graph, tags: Tags) -> Unit:
    units = graph.units[-1]
    seen = [unit for unit in drawn(units) if unit is not None]
    parts = [tags.equation(Quantity("partial_loss", graph.depth, (unit,))) for unit in seen]
    if graph.producer(Quantity("partial_loss", graph.depth)) is None or tags.values == "none":
        parts = []
    targets = [tags.equation(tags.sampled(Quantity("target", graph.depth, (unit,)))) for unit in seen]
    if None in drawn(units):
        targets.insert(2, Tag(r"\vdots"))
        parts = []
    return Unit(_told(*parts, tags.equation(LOSS)), LOSS, leaf=_told(*targets) if tags.values != "none" else ())


def _dots(size: int | str) -> Unit:
    return Unit((Tag(r"\vdots"), *((Tag(size_tex(size)),) if isinstance(size, str) else ())), None)


def _told(*tags: Tag | None) -> tuple[Tag, ...]:
    return tuple(tag for tag in tags if tag is not None)

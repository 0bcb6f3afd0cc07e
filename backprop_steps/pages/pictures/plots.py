"""The plots of a network: an activation and its derivative, the loss from update to update. Drawn by matplotlib."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from backprop_steps.derivation.local import slope_of
from backprop_steps.evaluation.evaluate import elements, evaluate
from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate_in
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import rename_quantity, replace_refs
from backprop_steps.expression.tree import Apply, Expression
from backprop_steps.network.graph import Graph, Operation
from backprop_steps.notation.width import width
from backprop_steps.operations.base import S, X
from backprop_steps.pages.drawing.model import Dash, Dot, Ink, Label, Line, Picture, Point, Shape
from backprop_steps.pages.pictures.canvas import COLOURS, blank_figure, drawn
from backprop_steps.pages.pictures.layering import PictureError
from backprop_steps.pages.pictures.moving import framed
from backprop_steps.pages.pictures.tags import Tag, Tags
from backprop_steps.problem.model import Rounding

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDE, _HIGH = 25.0, 15.0
"""The size of a plot, in em."""
_LEFT, _BELOW = 0.13, 0.16
_REACH = 4.0
"""An activation is drawn at least from minus this to this."""
_POINTS = 200
_LISTED = 8
"""No more points than these are listed beside a plot; of more, the first and the last."""
_JUMP = 0.2
"""A curve that goes by more than this share of its height from one point to the next does not go there: it jumps."""
_THIN, _THICK, _POINT = 0.7, 1.6, 4.5


def plotted_layers(graph: Graph) -> list[int]:
    """The layers whose activation can be drawn as a curve and is worth it, of each function the first."""
    found: dict[str, int] = {}
    for operation in graph.operations:
        row = operation.activation
        if row is not None and not row.coupled and row.formula is not None and row.name != "identity":
            found.setdefault(row.function, operation.output.layer)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Point:
    """A unit's pre-activation, output and slope, and what is said of it."""

    x: float
    values: tuple[float, float]
    said: tuple[Tag, ...]


def activation_plot(graph: Graph, tags: Tags, layer: int | None) -> tuple[Picture, int, list[Tag]]:
    """An activation and its derivative with this network's points on them; which layer's, and what the points are.

    Without a layer, that of the first that has a curve. Raises PictureError where there is none.
    """
    layers = plotted_layers(graph)
    chosen = layers[0] if layer is None and layers else layer
    operation = graph.producer(Quantity("activation", chosen)) if chosen is not None else None
    if chosen is None or operation is None or not _has_curve(operation):
        where = f"layer {layer} has" if layer is not None else "this problem has"
        raise PictureError(f"{where} no activation that can be drawn as a curve")
    row = operation.activation
    assert row is not None
    slope = slope_of(row)
    assert row.formula is not None
    assert slope is not None
    slope = replace_refs(slope, {S.quantity: row.formula}.get)
    points = _points(operation, tags)
    reach = max([_REACH, *(abs(point.x) * 1.15 for point in points)])
    functions = tags.told.derivation.functions
    curves = [_curve(formula, reach, functions) for formula in (row.formula, slope)]
    names = [tags.printing.tex(Apply(row.function, (X,), primes=primes), chosen) for primes in (0, 1)]
    with blank_figure(_WIDE, _HIGH) as figure:
        axes = figure.add_axes((_LEFT, _BELOW, 0.97 - _LEFT, 0.95 - _BELOW))
        _plain(axes)
        inks: tuple[Ink, Ink] = ("before", "after")
        for (xs, ys), ink, style in zip(curves, inks, ("-", "--"), strict=True):
            axes.plot(xs, ys, style, color=COLOURS[ink], linewidth=_THICK)
        for number, ink in enumerate(inks):
            at = [(point.x, point.values[number]) for point in points]
            axes.plot(*zip(*at, strict=True), "o", color=COLOURS[ink], markersize=_POINT) if at else None
        axes.set_xlim(-reach, reach)
        axes.set_xlabel(f"${tags.printing.tex(X, chosen)}$", color=COLOURS["ink"])
        shapes, labels = drawn(figure, tags.printing.tex)
    said = [tag for point in points for tag in point.said]
    shown = points if len(points) <= _LISTED else []
    legend: list[tuple[Tag, Dash]] = [(Tag(names[0], "before"), "solid"), (Tag(names[1], "after"), "dashed")]
    _beside(shapes, labels, legend, [point.said for point in shown])
    return framed("activation", shapes, labels), chosen, said


def _has_curve(operation: Operation) -> bool:
    row = operation.activation
    return row is not None and not row.coupled and row.formula is not None


def _points(operation: Operation, tags: Tags) -> list[_Point]:
    """The points of every unit, and sample, of the layers that have this function."""
    found: list[_Point] = []
    row = operation.activation
    for other in tags.graph.operations if tags.evaluation is not None else ():
        if other.activation is None or row is None or other.activation.function != row.function:
            continue
        for binding in elements(other.output):
            output = rename_quantity(other.output, binding)
            total = Quantity("pre_activation", output.layer, output.index, output.sample)
            slope = Quantity("slope", output.layer, output.index, output.sample)
            values = [tags.exact(one) for one in (total, output, slope)]
            if None not in values:
                x, *ys = (float(value) for value in values if value is not None)
                equations = (tags.equation(total), tags.equation(output))
                said = tuple(tag for tag in equations if tag is not None)
                found.append(_Point(x, (ys[0], ys[1]), said))
    return found


def _curve(formula: Expression, reach: float, functions: object) -> tuple[list[float], list[float]]:
    """The points of a function of x; where it has no value, and where it jumps, the curve has a gap."""
    xs, ys = [], []
    for number in range(_POINTS + 1):
        x = -reach + 2 * reach * number / _POINTS
        try:
            with arithmetic():
                value = float(evaluate_in(formula, {X.quantity: Decimal(repr(x))}.__getitem__, functions, {}))  # type: ignore[arg-type]
        except ArithmeticFault:
            value = float("nan")
        xs.append(x)
        ys.append(value)
    jump = _JUMP * (max(ys) - min(ys))
    for number, (one, two) in enumerate(pairwise(tuple(ys)), start=1):
        if abs(two - one) > jump:
            ys[number] = float("nan")
    return xs, ys


def loss_plot(tags: Tags, rounding: Rounding, steps: int, word: str) -> tuple[Picture, list[Tag]]:
    """What is differentiated, before the first update and after each of so many; and the values, as they are told.

    `word` is what stands at the axis that counts the updates. Raises PictureError where there is nothing to draw.
    """
    goal = tags.graph.goal
    if tags.evaluation is None or not tags.evaluation.has(goal):
        raise PictureError("there is no loss with a number in this problem, and nothing to draw")
    evaluation = tags.evaluation
    if steps != evaluation.updates:
        again = evaluate(tags.told.derivation, rounding, steps)
        assert again is not None
        evaluation = again
    if not evaluation.updates:
        raise PictureError("nothing is updated in this problem: the loss stays what it is")
    values = [float(evaluation.value(goal.after(number))) for number in range(evaluation.updates + 1)]
    with blank_figure(_WIDE, _HIGH) as figure:
        axes = figure.add_axes((_LEFT + 0.04, _BELOW, 0.93 - _LEFT, 0.95 - _BELOW))
        _plain(axes, whole=True)
        few = len(values) <= _LISTED + 1
        axes.plot(values, "o-" if few else "-", color=COLOURS["before"], linewidth=_THICK, markersize=_POINT)
        axes.set_xlim(-0.04 * (len(values) - 1), 1.04 * (len(values) - 1))
        axes.set_ylim(*_from_zero(values))
        axes.set_xlabel(f"$\\text{{{word}}}$", color=COLOURS["ink"])
        shapes, labels = drawn(figure, tags.printing.tex)
    told = tags.of(evaluation)
    said = [tag for number in range(len(values)) if (tag := told.equation(goal.after(number))) is not None]
    shown = said if len(values) <= _LISTED else [said[0], said[-1]]
    _beside(shapes, labels, [], [(tag,) for tag in shown])
    return framed("loss", shapes, labels), shown


def _from_zero(values: Sequence[float]) -> tuple[float, float]:
    """The ends of the axis: 0 is on it, where the values are not all far from it."""
    low, high = min(values), max(values)
    room = 0.08 * (high - low or abs(high) or 1.0)
    if 0 <= low <= 0.6 * high:
        return 0.0, high + room
    return low - room, high + room


def _plain(axes: Axes, whole: bool = False) -> None:
    """Two axes, a few ticks, nothing else; `whole`: the lower axis counts."""
    from matplotlib.ticker import MaxNLocator

    axes.patch.set_visible(False)
    axes.figure.patch.set_visible(False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color(COLOURS["faint"])
        axes.spines[side].set_linewidth(_THIN)
    axes.tick_params(color=COLOURS["faint"], labelcolor=COLOURS["ink"], width=_THIN)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=whole))
    axes.yaxis.set_major_locator(MaxNLocator(5))


def _beside(
    shapes: list[Shape], labels: list[Label], legend: Iterable[tuple[Tag, Dash]], rows: Iterable[Sequence[Tag]]
) -> None:
    """What stands to the right of a plot: which curve is which, and the points."""
    x, y = _WIDE + 0.5, 1.4
    for tag, dash in legend:
        shapes.append(
            Line((Point(x, y), Point(x + 2.2, y)), tag.ink, _THICK / 10, "dashed" if dash == "dashed" else "solid")
        )
        labels.append(Label(Point(x + 2.8, y), tag.tex, tag.ink, side="start"))
        y += 1.6
    listed = [row for row in rows if row]
    if not listed:
        return
    y += 0.4
    first = max(width(row[0].tex) for row in listed)
    for row in listed:
        shapes.append(Dot(Point(x + 0.3, y), 0.18, "before"))
        across = x + 1.0
        for tag in row:
            labels.append(Label(Point(across, y), tag.tex, tag.ink, side="start"))
            across += first + 1.0
        y += 1.6

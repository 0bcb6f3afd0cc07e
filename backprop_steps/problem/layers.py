"""The layers of a network: sizes, activations, weights and biases, each against the layer before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.problem.choices import activation_of
from backprop_steps.problem.data import RESERVED
from backprop_steps.problem.grids import Grid, Side, check_length, check_shape, read_grid, read_line
from backprop_steps.problem.keys import LAYER, MOST_LAYERS, MOST_PARAMETERS, MOST_UNITS
from backprop_steps.problem.model import ActivationChoice, Layer, Row, Size
from backprop_steps.source.cursor import Cursor, Section
from backprop_steps.source.literals import is_name, read_flag
from backprop_steps.source.nodes import Scalar

BiasKind = Literal["per_unit", "shared", "none", "threshold"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a layer's entry says. None: not there, or not known because of a mistake that was noted."""

    section: Section | None
    number: int
    units: Size | None
    activation: ActivationChoice | None
    weights: tuple[Row, ...] | None
    bias_kind: BiasKind
    bias: Row | None

    def has(self, key: str) -> bool:
        """Whether the file gives this key."""
        return self.section is not None and key in self.section.values

    def layer(self) -> Layer | None:
        """The layer, where nothing of it is missing."""
        if self.units is None or self.activation is None:
            return None
        return Layer(self.units, self.activation, self.weights, self.bias_kind, self.bias)


def read_layers(section: Section, inputs: Size | None, rows: bool) -> list[Part]:
    """Every layer. `rows` says that the weights are [from][to]."""
    cursor = section.require("layers")
    entries = cursor.items("a list of layers") if cursor is not None else None
    if cursor is None or entries is None:
        return []
    if len(entries) > MOST_LAYERS:
        cursor.wrong(f"has {len(entries)} entries; the bound is {MOST_LAYERS}")
        return []
    parts: list[Part] = []
    sizes = [inputs]
    for number, entry in enumerate(entries, start=1):
        part = _read_layer(entry, number, sizes[-1], rows)
        parts.append(part)
        sizes.append(part.units)
    _check_bound(cursor, sizes)
    return parts


def _check_bound(cursor: Cursor, sizes: Sequence[Size | None]) -> None:
    known = [size if isinstance(size, int) else 1 for size in sizes]
    parameters = sum((before + 1) * after for before, after in pairwise(known))
    if parameters > MOST_PARAMETERS:
        cursor.wrong(f"has {parameters} weights and biases in all; the bound is {MOST_PARAMETERS}")


def _read_layer(cursor: Cursor, number: int, before: Size | None, rows: bool) -> Part:
    label = f"layer {number}"
    section = cursor.renamed(label).section(LAYER, f"{label}: ", f"{label}: ")
    if section is None:
        return Part(None, number, None, None, None, "per_unit", None)
    units_at = section.require("units")
    units = units_at.size(MOST_UNITS, RESERVED) if units_at is not None else None
    activation_at = section.require("activation")
    activation = activation_of(activation_at) if activation_at is not None else None
    if activation is not None and activation_at is not None and units == 1 and _is_coupled(activation):
        activation_at.wrong(f"must not be {activation.name} of a single unit, which is always 1; use sigmoid there")
    weights_at = section.get("weights")
    weights = _weights(weights_at, number, units, before, rows) if weights_at is not None else None
    kind, bias = _bias(section, number, units)
    return Part(section, number, units, activation, weights, kind, bias)


def _is_coupled(activation: ActivationChoice) -> bool:
    return activation.name in ACTIVATIONS and ACTIVATIONS[activation.name].coupled


def _side(number: int, size: Size | None) -> Side:
    """The units of a layer, or the inputs, as the side of a matrix."""
    plural = "" if size == 1 else "s"
    if number:
        return Side(size, f"layer {number} has {size} unit{plural}")
    return Side(size, f"there {'is' if size == 1 else 'are'} {size} input{plural}")


def _weights(
    cursor: Cursor, number: int, units: Size | None, before: Size | None, rows: bool
) -> tuple[Row, ...] | None:
    grid = read_grid(cursor, "a list of rows")
    if grid is None or _needs_numbers(cursor, number, units, before):
        return None
    to, source = _side(number, units), _side(number - 1, before)
    down, across = (source, to) if rows else (to, source)
    if _turned(grid, down, across):
        remedy = "leave out orientation: rows" if rows else "set orientation: rows"
        shape = f"expected {down.size} x {across.size}, found {across.size} x {down.size}"
        cursor.wrong(
            f"has its rows where the columns belong: {down.words} and {across.words}; {shape} "
            f"({'[from][to]' if rows else '[to][from]'}); turn it round, or {remedy}"
        )
        return None
    if not check_shape(grid, down, across) or grid.rows is None:
        return None
    return tuple(zip(*grid.rows, strict=True)) if rows else grid.rows


def _needs_numbers(cursor: Cursor, number: int, units: Size | None, before: Size | None) -> bool:
    for layer, size in ((number, units), (number - 1, before)):
        if isinstance(size, str):
            cursor.wrong(f"is given in numbers, but {_side(layer, size).words}; give that size as a number")
            return True
    return False


def _turned(grid: Grid, down: Side, across: Side) -> bool:
    if not grid.even or down.size == across.size:
        return False
    return (len(grid.lines), grid.lines[0].length) == (across.size, down.size)


def _bias(section: Section, number: int, units: Size | None) -> tuple[BiasKind, Row | None]:
    bias, threshold = section.get("bias"), section.get("threshold")
    if bias is not None and threshold is not None:
        threshold.wrong("and bias exclude each other; leave one out")
        return "per_unit", None
    if threshold is not None:
        if _flag(threshold) is True:
            return "threshold", None
        return "threshold", _per_unit(threshold, number, units, "a list of numbers, one a unit")
    if bias is None or _flag(bias) is True:
        return "per_unit", None
    if _flag(bias) is False:
        return "none", None
    if bias.is_list:
        remedy = "; a plain number is one bias, shared by the layer's units"
        return "per_unit", _per_unit(bias, number, units, "a list of numbers", remedy)
    if bias.is_mapping or (isinstance(bias.node, Scalar) and not bias.node.text.strip()):
        bias.expected("a list of numbers, one a unit, a number that the units share, or false")
        return "per_unit", None
    text = bias.node.text if isinstance(bias.node, Scalar) else ""
    if text == "shared":
        return "shared", None
    if is_name(text):
        bias.expected("a list of numbers, one a unit, a number that the units share, or false")
        return "per_unit", None
    shared = bias.number()
    return "shared", (shared,) if shared is not None else None


def _flag(cursor: Cursor) -> bool | None:
    return read_flag(cursor.node.text) if isinstance(cursor.node, Scalar) else None


def _per_unit(cursor: Cursor, number: int, units: Size | None, wanted: str, remedy: str = "") -> Row | None:
    line = read_line(cursor, wanted)
    if line is None:
        return None
    if isinstance(units, str):
        cursor.wrong(f"is given in numbers, but {_side(number, units).words}; give that size as a number")
        return None
    return line.numbers if check_length(line, _side(number, units), remedy) else None

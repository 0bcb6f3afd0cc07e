"""Symbols that stand for two things at once: in this notation, for this net."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backprop_steps.expression.quantity import Axis, Index, Letter, Quantity, Role
from backprop_steps.notation.notation import Notation
from backprop_steps.notation.patterns import canonical_tex
from backprop_steps.notation.spelling import SAMPLED
from backprop_steps.notation.symbols import base_of

_LAYERED: tuple[Role, ...] = ("weight", "bias", "threshold", "pre_activation", "activation", "slope", "delta")
_OF_THE_OUTPUT: tuple[Role, ...] = ("target", "error", "partial_loss")


@dataclass(frozen=True, slots=True)
class Collision:
    """One symbol of two things. `first` and `second` are roles, names of scalars, kinds of letters, sizes."""

    symbol: str
    first: str
    second: str


def collisions(notation: Notation) -> Iterator[Collision]:
    """Every symbol that is written alike for two quantities, for a quantity and an index, or for a quantity and a size.

    A layer has a bias or a threshold, not both: they may be written alike; so may the whole arrays of several layers.
    """
    for numbers in (False, True):
        yield from _quantities(notation, numbers)
    yield from _letters(notation)


def _quantities(notation: Notation, numbers: bool) -> Iterator[Collision]:
    seen: dict[str, Quantity] = {}
    for array in _arrays(notation):
        if not notation.names(array, numbers):
            continue
        for quantity in _elements(notation, array):
            tex = notation.spell(quantity, numbers=numbers)
            other = seen.setdefault(canonical_tex(tex) or tex, array)
            if other == array or {other.role, array.role} == {"bias", "threshold"}:
                continue
            # Where units are numbered through the net, W is the weights of any layer.
            if other.role != array.role or array.role == "node" or quantity != array:
                yield Collision(tex, _called(notation, other, numbers), _called(notation, array, numbers))
                break


def _called(notation: Notation, quantity: Quantity, numbers: bool) -> str:
    return quantity.name or notation.spellings.key(quantity.role, quantity.layer, numbers)


def _arrays(notation: Notation) -> Iterator[Quantity]:
    shape = notation.shape
    if shape.circuit:
        yield Quantity("learning_rate")
        for name in shape.names:
            yield Quantity("node", name=name)
        return
    yield from (Quantity("loss"), Quantity("learning_rate"), Quantity("input"))
    if shape.batch and not isinstance(shape.samples, str):
        yield Quantity("samples")
    for layer in range(1, shape.depth + 1):
        for role in _LAYERED:
            if role not in ("bias", "threshold") or shape.biased:
                yield Quantity(role, layer)
    for role in _OF_THE_OUTPUT:
        if role != "partial_loss" or notation.conventions.split_loss:
            yield Quantity(role, shape.depth)


def _elements(notation: Notation, array: Quantity) -> Iterator[Quantity]:
    """The array, and its element in letters and at its ends."""
    yield array
    if array.role in ("loss", "learning_rate", "samples", "node"):
        return
    if array.role == "bias" and array.layer in notation.shape.shared_bias:
        return
    axes = [_axis(notation, array.layer)]
    if array.role == "weight":
        axes.append(_axis(notation, array.layer - 1))
    samples = notation.shape.samples
    sampled = notation.shape.batch and array.role in SAMPLED
    batch = Axis("sample", 0, samples)
    letters: list[Index] = [Letter(axis) for axis in axes]
    yield array.at(*letters, sample=Letter(batch) if sampled else None)
    sizes = [axis.size for axis in axes]
    if any(isinstance(size, str) for size in sizes) or isinstance(samples, str):
        return
    yield array.at(*(1 for _ in sizes), sample=1 if sampled else None)
    yield array.at(*(size for size in sizes if isinstance(size, int)), sample=samples if sampled else None)


def _axis(notation: Notation, layer: int) -> Axis:
    return Axis("unit", layer, notation.shape.units[layer])


def _letters(notation: Notation) -> Iterator[Collision]:
    """Indices and symbolic sizes that look like a quantity."""
    shape = notation.shape
    if shape.circuit:
        return
    bases: dict[str, str] = {}
    for array in _arrays(notation):
        if notation.names(array) and array.role != "samples":
            key = _called(notation, array, False)
            spelling = notation.spellings.tables[False][key]
            base = canonical_tex(base_of(spelling.element or spelling.array or ""))
            bases.setdefault(base or "", key)
    letters = {notation.letter(Letter(_axis(notation, layer)), None): "unit" for layer in range(shape.depth + 1)}
    if shape.batch:
        letters[notation.letter(Letter(Axis("sample", 0, shape.samples)), None)] = "sample"
    sizes = {size: "size" for size in (*shape.units, shape.samples) if isinstance(size, str)}
    for name, kind in {**letters, **sizes}.items():
        if name in bases:
            yield Collision(name, bases[name], kind)

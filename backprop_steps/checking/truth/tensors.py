"""Values of formulas that speak of whole arrays, by what their axes mean rather than by rows and columns.

Each axis has a label: the units of a layer, or the samples. A product multiplies along the labels its factors share
and sums over those that the result does not want. So the order of the factors and a missing transpose make no
difference here; whether the matrices fit as written is a question of its own (`shapes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from backprop_steps.expression.quantity import Axis


@dataclass(frozen=True, slots=True)
class Label:
    """What an axis runs over, and how far."""

    kind: str
    layer: int
    size: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Numbers by label: `data` has one entry for each choice of an index (from 1) along each of `labels`."""

    labels: tuple[Label, ...]
    data: Mapping[tuple[int, ...], Decimal]


Value = Decimal | Tensor


class NoValue(Exception):  # noqa: N818 - not a fault: what is written has no value in this reading
    """A formula that has no value as it is read here; the message says why."""


def label_of(axis: Axis) -> Label:
    """The label of an axis that has a size."""
    assert isinstance(axis.size, int)
    return Label(axis.kind, axis.layer, axis.size)


def tensor(labels: tuple[Label, ...], value: Callable[[dict[Label, int]], Decimal]) -> Value:
    """The tensor of a function of the indices; axes of one entry are left out."""
    kept = tuple(dict.fromkeys(label for label in labels if label.size != 1))
    ones = {label: 1 for label in labels if label.size == 1}
    if not kept:
        return value(ones)
    data = {
        numbers: value({**ones, **dict(zip(kept, numbers, strict=True))})
        for numbers in product(*[range(1, label.size + 1) for label in kept])
    }
    return Tensor(kept, data)


def labels_of(value: Value) -> tuple[Label, ...]:
    """The labels of a value; a number has none."""
    return value.labels if isinstance(value, Tensor) else ()


def at(value: Value, index: Mapping[Label, int]) -> Decimal:
    """The entry at these indices; labels that the value has not are passed over."""
    if isinstance(value, Tensor):
        return value.data[tuple([index[label] for label in value.labels])]
    return value


def each(value: Value, change: Callable[[Decimal], Decimal]) -> Value:
    """A function of one number, entry by entry."""
    if isinstance(value, Tensor):
        return Tensor(value.labels, {index: change(entry) for index, entry in value.data.items()})
    return change(value)


def combined(values: Iterable[Value], operation: Callable[[list[Decimal]], Decimal]) -> Value:
    """A function of several numbers, entry by entry along all their labels."""
    parts = list(values)
    labels = tuple(dict.fromkeys(label for part in parts for label in labels_of(part)))
    if not labels:
        return operation([part for part in parts if isinstance(part, Decimal)])
    return tensor(labels, lambda index: operation([at(part, index) for part in parts]))


def summed(value: Value, over: Iterable[Label]) -> Value:
    """The sum along some labels."""
    gone = frozenset(over) & frozenset(labels_of(value))
    if not gone or not isinstance(value, Tensor):
        return value
    places = [place for place, label in enumerate(value.labels) if label not in gone]
    data: dict[tuple[int, ...], Decimal] = {}
    for index, entry in value.data.items():
        key = tuple([index[place] for place in places])
        data[key] = data.get(key, Decimal(0)) + entry
    if not places:
        return data[()]
    return Tensor(tuple([value.labels[place] for place in places]), data)


def same(one: Value, two: Value, close: Callable[[Decimal, Decimal], bool]) -> bool:
    """Whether two values agree, entry by entry; one that lacks a label is the same all along it."""
    labels = tuple(dict.fromkeys((*labels_of(one), *labels_of(two))))
    if not labels:
        assert isinstance(one, Decimal)
        assert isinstance(two, Decimal)
        return close(one, two)
    for numbers in product(*[range(1, label.size + 1) for label in labels]):
        index = dict(zip(labels, numbers, strict=True))
        if not close(at(one, index), at(two, index)):
            return False
    return True

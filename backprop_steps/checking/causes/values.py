"""A value that belongs to something else, or to another moment."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import each_value, everywhere
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import numbers, quantities, replace_refs
from backprop_steps.expression.tree import Expression, Number, Ref

PARAMETERS = frozenset({"weight", "bias", "threshold"})
STANDINGS = 3
"""A number is looked at as the value of so many quantities, where it is the value of several."""
CANDIDATES = 8
"""So many other values are tried in the place of one."""


@cause("updated_value_used", "method")
def updated_value_used(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A parameter of another moment: W1' where W1 belongs (an error signal made with the weights that were just
    updated), or W1 where W1' does; one of them, or all.
    """

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Ref):
            for other in _other_moments(node.quantity, setting):
                yield Ref(other)

    def values(node: Expression) -> Iterator[Expression]:
        assert isinstance(node, Number)
        standing = setting.standing_for(node)[:STANDINGS]
        if any(not _trained(quantity.after(-quantity.generation), setting) for quantity in standing):
            return  # it may as well be the learning rate, which has no other moment
        for quantity in standing:
            for other in _other_moments(quantity, setting):
                if other in setting.numbers:
                    yield setting.numbers[other]

    yield from everywhere(right, changes)
    yield from _all_moved(right, setting)
    if not isinstance(right, Number):
        yield from each_value(right, values)


def _all_moved(right: Expression, setting: Setting) -> Iterator[Expression]:
    """The formula with every parameter of another moment, where it has several."""
    moved = {quantity: list(_other_moments(quantity, setting)) for quantity in quantities(right)}
    if sum(map(bool, moved.values())) < 2:
        return
    for place in range(max(map(len, moved.values()))):
        new = {quantity: Ref(others[place]) for quantity, others in moved.items() if len(others) > place}
        yield replace_refs(right, new.get)


def _other_moments(quantity: Quantity, setting: Setting) -> Iterator[Quantity]:
    before = quantity.after(-quantity.generation)
    if not _trained(before, setting) or before in setting.graph.frozen or before.array() in setting.graph.frozen:
        return
    if setting.subject is not None and quantity.after(1) == setting.subject:
        return  # W' = W' - (step) says W on the left, and is no slip anybody can see
    yield quantity.after(1)
    if quantity.generation:
        yield quantity.after(-1)


def _trained(quantity: Quantity, setting: Setting) -> bool:
    array = quantity.array()
    if quantity.role not in PARAMETERS and quantity.role != "node":
        return False
    return any(parameter.array() == array for parameter in setting.graph.parameters)


@cause("wrong_value_used", "copying")
def wrong_value_used(right: Expression, setting: Setting) -> Iterator[Expression]:
    """The value of another quantity is copied: of the unit beside, of the same unit's other quantities, of what else is
    on the line; for a result, that of the unit beside.
    """
    onthis = [number for number in numbers(right) if setting.standing_for(number)]

    def changes(node: Expression) -> Iterator[Expression]:
        if not isinstance(node, Number):
            return
        standing = setting.standing_for(node)[:STANDINGS]
        found: list[Number] = []
        for quantity in standing:
            ranked = sorted(
                (distance, place)
                for place, other in enumerate(known)
                if (distance := _distance(quantity, other)) is not None
            )
            found += [setting.numbers[known[place]] for _, place in ranked[:CANDIDATES]]
        if standing and node is not right:
            found += onthis
        for value in dict.fromkeys(one.value for one in found):
            if value != node.value:
                yield next(one for one in found if one.value == value)

    known = list(setting.numbers)
    yield from each_value(right, changes)


def _distance(one: Quantity, two: Quantity) -> tuple[int, ...] | None:
    """How near one quantity's value lies to another's on the page; None where nobody would take it for that."""
    if one == two or one.generation != two.generation:
        return None
    if one.of is not None and one.by is not None:
        if two.of != one.of or two.by is None or two.by.role != one.by.role:
            return None
        return _distance(one.by, two.by)
    if two.of is not None:
        return None
    apart = [
        abs(a - b) for a, b in zip(one.index, two.index, strict=False) if isinstance(a, int) and isinstance(b, int)
    ]
    layers = abs(one.layer - two.layer)
    if one.role == two.role and one.name is None:
        return (0 if not layers else 2, layers, sum(apart), int(one.sample != two.sample))
    if one.name is not None and two.name is not None:
        return (0,)
    if one.layer == two.layer and one.index == two.index and one.sample == two.sample:
        return (1,)
    return None

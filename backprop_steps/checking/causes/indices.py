"""The right kind of quantity, and the wrong one of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import each_value, everywhere
from backprop_steps.expression.quantity import Index, Letter, Quantity, derivative
from backprop_steps.expression.transform import free_letters, nodes, quantities, quantity_letters, rename
from backprop_steps.expression.tree import Expression, Number, Ref, Sigma

NEAREST = 4
"""So many other units, other samples, or other names are tried for one symbol, the nearest first."""


@cause("wrong_sample", "method")
def wrong_sample(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A value of another sample of the batch."""

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Ref):
            for other in _other_samples(node.quantity, setting):
                yield Ref(other)

    def values(node: Expression) -> Iterator[Expression]:
        assert isinstance(node, Number)
        for quantity in setting.standing_for(node)[:NEAREST]:
            for other in _other_samples(quantity, setting):
                if other in setting.numbers:
                    yield setting.numbers[other]

    yield from everywhere(right, changes)
    if not isinstance(right, Number):
        yield from each_value(right, values)


def _other_samples(quantity: Quantity, setting: Setting) -> Iterator[Quantity]:
    if quantity.of is not None and quantity.by is not None:
        for by in _other_samples(quantity.by, setting):
            yield derivative(quantity.of, by)
    elif isinstance(quantity.sample, int):
        for sample in _others(quantity.sample, setting.graph.samples):
            yield quantity.at(*quantity.index, sample=sample)


def _others(here: int, size: int | str) -> list[int]:
    """The other values of an index, the nearest first."""
    if not isinstance(size, int):
        return []
    return sorted((value for value in range(1, size + 1) if value != here), key=lambda v: (abs(v - here), -v))[:NEAREST]


@cause("wrong_index", "method")
def wrong_index(right: Expression, setting: Setting) -> Iterator[Expression]:
    """The right kind of quantity of another unit or layer: x_1 for x_2, a weight's indices in the wrong order, the next
    layer's or the one before, another letter of a formula in letters; in a circuit, another node.
    """
    letters = sorted({letter for node in nodes(right) for letter in _letters(node)}, key=repr)

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Ref):
            for other in dict.fromkeys(other_elements(node.quantity, setting, letters, right)):
                if other != node.quantity and (other.of is None or other.of != other.by):
                    yield Ref(other)

    yield from everywhere(right, changes)
    free = sorted(free_letters(right), key=repr)
    for one, two in combinations([letter for letter in free if letter.axis.kind == "unit"], 2):
        yield rename(right, {one: two, two: one})  # all through the formula: a_j delta_k for a_k delta_j


def _letters(node: Expression) -> frozenset[Letter]:
    if isinstance(node, Ref):
        return quantity_letters(node.quantity)
    return frozenset({node.letter}) if isinstance(node, Sigma) else frozenset()


def other_elements(
    quantity: Quantity, setting: Setting, letters: list[Letter], right: Expression
) -> Iterator[Quantity]:
    """What may be written in the place of a quantity by one who takes the wrong index."""
    if quantity.of is not None and quantity.by is not None:
        for by in other_elements(quantity.by, setting, letters, right):
            yield derivative(quantity.of, by)
        for of in other_elements(quantity.of, setting, letters, right):
            yield derivative(of, quantity.by)
    elif quantity.name is not None:
        yield from _other_nodes(quantity, setting, right)
    elif quantity.role not in ("loss", "learning_rate", "samples"):
        yield from _other_units(quantity, setting, letters)
        yield from _other_layers(quantity, setting, letters)


def _other_units(quantity: Quantity, setting: Setting, letters: list[Letter]) -> Iterator[Quantity]:
    index, sample = quantity.index, quantity.sample
    sizes = _sizes(quantity, setting)
    if len(index) == 2:
        swapped = index[::-1]
        if all(_within(one, size) for one, size in zip(swapped, sizes, strict=True)):
            yield quantity.at(*swapped, sample=sample)
    if len(index) == 1 and isinstance(sample, Letter) and isinstance(index[0], Letter):
        yield quantity.at(sample, sample=index[0])
    for place, one in enumerate(index):
        others: list[Index] = (
            [*_others(one, sizes[place])]
            if isinstance(one, int)
            else [letter for letter in letters if letter.axis.kind == "unit" and letter != one]
        )
        for other in others:
            yield quantity.at(*index[:place], other, *index[place + 1 :], sample=sample)


def _within(index: Index, size: int | str) -> bool:
    return not (isinstance(index, int) and isinstance(size, int)) or index <= size


def _sizes(quantity: Quantity, setting: Setting) -> list[int | str]:
    """What each index of a quantity runs to."""
    layer = quantity.layer
    return [setting.size(layer), setting.size(layer - 1)] if len(quantity.index) == 2 else [setting.size(layer)]


def _other_layers(quantity: Quantity, setting: Setting, letters: list[Letter]) -> Iterator[Quantity]:
    """The same of the layer before and of the next; before the first layer's outputs come the inputs."""
    role, layer = quantity.role, quantity.layer
    if role in ("target", "error", "partial_loss"):
        return
    for other in (layer - 1, layer + 1):
        signal = role in ("input", "activation")
        if not (0 if signal else 1) <= other <= setting.graph.depth:
            continue
        new = Quantity(
            ("activation" if other else "input") if signal else role,
            other,
            quantity.index,
            sample=quantity.sample,
            generation=quantity.generation if other or not signal else 0,
        )
        if all(_within(one, size) for one, size in zip(new.index, _sizes(new, setting), strict=False)):
            yield new
        if len(new.index) == 1 and isinstance(new.index[0], Letter):
            for letter in letters:
                if (letter.axis.kind, letter.axis.layer) == ("unit", other) and letter != new.index[0]:
                    yield new.at(letter, sample=new.sample)


def _other_nodes(quantity: Quantity, setting: Setting, right: Expression) -> Iterator[Quantity]:
    known = [q for q in quantities(right) if q.name is not None and q.of is None]
    graph = setting.graph
    known += [*graph.inputs, *(operation.output for operation in graph.operations)]
    names = [name for name in dict.fromkeys(q.name for q in known) if name is not None and name != quantity.name]
    for name in names[: 2 * NEAREST]:
        yield Quantity(quantity.role, name=name, generation=quantity.generation)

"""Whatever a profile spells, it reads back."""

from collections.abc import Iterator

import pytest

from backprop_steps.expression.quantity import (
    LEARNING_RATE,
    LOSS,
    SAMPLES,
    Axis,
    Index,
    Letter,
    Quantity,
    Role,
    derivative,
)
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import GENERAL_LAYER, Notation, Shape, can_say
from backprop_steps.notation.reading import read

NAMES = [name for name, _ in profiles()]
SHAPES = [
    Shape((2, 2, 1)),
    Shape((3, 12, 2, 2)),
    Shape((2, 2, 2), shared_bias=frozenset({1, 2})),
    Shape((3, 2, 1), 4, True),
    Shape((2, 3, 2), 12, True),
    Shape((2, 1)),
    Shape((1, 1, 1)),
    Shape((2, 2, 1), 1, True),
    Shape((2, 1), 3, True),
]
UNIT_ROLES: tuple[Role, ...] = ("pre_activation", "activation", "slope", "delta")


def units(shape: Shape, layer: int, letters: bool) -> list[Index]:
    size = shape.units[layer]
    assert isinstance(size, int)
    if not letters:
        return list(range(1, size + 1))
    axis = Axis("unit", layer, size)
    return [Letter(axis), Letter(axis, 1)] if size > 1 else [Letter(axis)]


def samples(shape: Shape, letters: bool) -> list[Index | None]:
    if not shape.batch:
        return [None]
    if letters:
        return [Letter(Axis("sample", 0, shape.samples))]
    assert isinstance(shape.samples, int)
    return list(range(1, shape.samples + 1))


def elements(shape: Shape, letters: bool) -> Iterator[Quantity]:
    for sample in samples(shape, letters):
        yield from (Quantity("input", 0, (i,), sample) for i in units(shape, 0, letters))
        yield from (Quantity("target", shape.depth, (j,), sample) for j in units(shape, shape.depth, letters))
    yield from (LEARNING_RATE, SAMPLES)
    for updates in range(3):
        yield Quantity("loss", generation=updates)
        for layer in range(1, shape.depth + 1):
            for j in units(shape, layer, letters):
                for sample in samples(shape, letters):
                    roles = (*UNIT_ROLES, "error") if layer == shape.depth else UNIT_ROLES
                    yield from (Quantity(role, layer, (j,), sample, generation=updates) for role in roles)
                if layer == shape.depth:
                    yield Quantity("partial_loss", layer, (j,), generation=updates)
                yield Quantity("bias", layer, () if layer in shape.shared_bias else (j,), generation=updates)
                yield Quantity("threshold", layer, (j,), generation=updates)
                for i in units(shape, layer - 1, letters):
                    yield Quantity("weight", layer, (j, i), generation=updates)


def left_out(quantity: Quantity, shape: Shape) -> Quantity:
    """A letter that can only be 1 is not printed, so either is read."""
    index = tuple(1 if isinstance(i, Letter) and i.axis.size == 1 else i for i in quantity.index)
    return quantity.at(*index, sample=quantity.sample)


@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize("orientation", [None, "rows", "columns"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_read_back(name: str, shape: Shape, orientation: str | None, numbers: bool) -> None:
    profile = load_profile(name)
    if can_say(profile, shape) is not None:
        return
    notation = Notation(profile, shape, orientation=orientation)  # type: ignore[arg-type]
    spelled: dict[str, Quantity] = {}
    for quantity in elements(shape, letters=False):
        if not notation.names(quantity, numbers):
            continue
        tex = notation.spell(quantity, numbers=numbers)
        assert spelled.setdefault(tex, quantity) == quantity, f"two quantities are both {tex}"
        assert read(notation, tex, numbers=numbers) == quantity, tex
        if quantity.role == "weight":
            gradient = derivative(LOSS, quantity).after(0)
            assert read(notation, notation.spell(gradient, numbers=numbers), numbers=numbers) == gradient


# node and mazur count through the net, and say nothing of the layer of a letter
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("node", "mazur")])
def test_every_indexed_element_is_read_back(name: str, shape: Shape) -> None:
    profile = load_profile(name)
    if can_say(profile, shape) is not None:
        return
    notation = Notation(profile, shape)
    for focus in range(1, shape.depth + 1):
        for quantity in elements(shape, letters=True):
            if not notation.names(quantity):
                continue
            found = read(notation, notation.spell(quantity, focus=focus), focus=focus)
            assert found is not None
            assert left_out(found, shape) == left_out(quantity, shape)


@pytest.mark.parametrize("name", ["layer", "bracket", "nielsen", "batch"])
def test_arrays_are_read_back(name: str) -> None:
    notation = Notation(load_profile(name), Shape((2, 3, 2), 4, True))
    for role in ("weight", "bias", "pre_activation", "activation"):
        for layer in (1, 2):
            array = Quantity(role, layer)
            assert read(notation, notation.spell(array)) == array
            gradient = derivative(LOSS, array)
            assert read(notation, notation.spell(gradient)) == gradient


def test_any_layer_has_its_own_spelling() -> None:
    notation = Notation(load_profile("bracket"), Shape((2, 2, 1)))
    weights = Quantity("weight", GENERAL_LAYER)
    assert notation.spell(weights) == "W^{[l]}"
    assert read(notation, "W^{[l]}") == weights
    assert notation.spell(derivative(LOSS, weights)) == r"\frac{\partial L}{\partial W^{[l]}}"


def test_circuits_are_read_back() -> None:
    names = ("x", "w0", "w_out", "alpha", "total", "x_12", "L", "N")
    for name in ("circuit", "layer"):
        notation = Notation(load_profile(name), Shape(circuit=True, names=names))
        for node in names:
            for updates in range(3):
                quantity = Quantity("node", name=node, generation=updates)
                assert read(notation, notation.spell(quantity)) == quantity
        gradient = derivative(Quantity("node", name="L"), Quantity("node", name="w0"))
        assert notation.spell(gradient) == r"\frac{\partial L}{\partial w_0}"
        assert read(notation, r"\frac{\partial L}{\partial w_{0}}") == gradient

"""Quantities as keys: what is equal has one hash, however it was made, and what is met again is the same object."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace

import pytest

from backprop_steps.expression.quantity import LOSS, Axis, Letter, Quantity, derivative, quantity
from backprop_steps.expression.transform import rename_quantity

J = Letter(Axis("unit", 1, 2))
I = Letter(Axis("unit", 0, 3))  # noqa: E741 - the field's letter
WEIGHT = Quantity("weight", 1, (J, I))


@pytest.mark.parametrize("made", [WEIGHT, WEIGHT.at(2, 1), derivative(LOSS, WEIGHT), derivative(LOSS, WEIGHT.at(2, 1))])
def test_equal_quantities_have_one_hash_however_they_were_made(made: Quantity) -> None:
    again = Quantity(*(getattr(made, field.name) for field in fields(made)))
    kept = hash(made)
    copies = (again, copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made)), replace(made))
    for other in copies:
        assert other == made
        assert hash(other) == kept
    assert {made: 1}[again] == 1


def test_a_changed_quantity_does_not_keep_the_hash() -> None:
    hash(WEIGHT)
    assert hash(replace(WEIGHT, layer=2)) == hash(Quantity("weight", 2, (J, I)))
    assert hash(WEIGHT.after(1)) != hash(WEIGHT)
    assert repr(WEIGHT) == repr(Quantity("weight", 1, (J, I)))


def test_an_element_met_again_is_the_same_object() -> None:
    element = rename_quantity(WEIGHT, {J: 2, I: 1})
    assert element == Quantity("weight", 1, (2, 1))
    assert element is rename_quantity(WEIGHT, {J: 2, I: 1})
    assert element is WEIGHT.at(2, 1)
    assert derivative(LOSS, element) is derivative(LOSS, WEIGHT.at(2, 1))


def test_letters_over_axes_of_other_sizes_are_not_taken_for_one_another() -> None:
    longer = Letter(Axis("unit", 1, 5))
    one, other = (quantity("bias", 1, (letter,), None, None, 0, None, None) for letter in (J, longer))
    assert one.index == (J,)
    assert other.index == (longer,)

"""What a symbol stands for: a role, a layer or a name, and indices. Never a string of TeX.

A quantity is an *array* (`z1`, index empty), an *indexed element* (`z1[j]`, letters as indices) or one *number*
(`z1[2]`, integers as indices). The three are the matrix, the index and the element view of the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

Role = Literal[
    "input",  # layer 0; index (unit,)
    "weight",  # layer l; index (to, from), always in this order, whatever the notation prints
    "bias",  # layer l; index (unit,), or () where the layer shares one
    "threshold",  # layer l; index (unit,): subtracted where a bias is added
    "pre_activation",  # layer l; index (unit,)
    "activation",  # layer l; index (unit,); the last layer's is the network's output
    "target",  # layer K (the last); index (unit,)
    "error",  # layer K; index (unit,): target minus output, or output minus target (a convention of the profile)
    "partial_loss",  # layer K; index (unit,): the loss of one output alone
    "loss",
    "learning_rate",
    "samples",  # N, the number of samples
    "slope",  # layer l; index (unit,): the derivative of the activation function at the pre-activation
    "delta",  # layer l; index (unit,): plus or minus dL/dz (a convention of the profile)
    "derivative",  # of `of` by `by`
    "node",  # a named scalar of a circuit
    "variable",  # the free letter of a lemma: x in sigma'(x)
]


class Axis(NamedTuple):
    """What an index runs over: the units of a layer (the inputs are layer 0) or the samples; from 1 to `size`.

    A `size` that is a word ("N", "f", "h") is symbolic.
    """

    kind: Literal["unit", "sample"]
    layer: int
    size: int | str


class Letter(NamedTuple):
    """An index that is free or summed over. `copy` tells apart two letters over one axis (softmax needs j and m).

    A tuple, since letters are looked up for every index of every symbol: its hash takes a third of a dataclass's.
    """

    axis: Axis
    copy: int = 0


Index = int | Letter


class _Hashed:
    """Has room for the hash of a quantity, which is no field of it."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True)
class Quantity(_Hashed):
    """One symbol. `generation` counts the updates made so far: 0 is `W1[2,1]`, 1 is `W1'[2,1]`.

    `sample` is None where there is only one sample, or for a whole array.
    """

    role: Role
    layer: int = 0
    index: tuple[Index, ...] = ()
    sample: Index | None = None
    name: str | None = None
    generation: int = 0
    of: Quantity | None = None
    by: Quantity | None = None

    def __hash__(self) -> int:
        # Every number and every symbol of a sheet is looked up by its quantity, so that it is kept. What is
        # differentiated is left out: it is nearly always the loss.
        try:
            return self._hash
        except AttributeError:
            key = (self.role, self.layer, self.index, self.sample, self.name, self.generation, self.by)
            object.__setattr__(self, "_hash", hash(key))
            return self._hash

    def at(self, *index: Index, sample: Index | None = None) -> Quantity:
        """The same array's element at these indices."""
        return self._with(index, sample, self.generation)

    def array(self) -> Quantity:
        """The whole array this is an element of."""
        if self.of is not None and self.by is not None:
            return derivative(self.of.array(), self.by.array())
        if not self.index and self.sample is None:
            return self
        return self._with((), None, self.generation)

    def after(self, updates: int) -> Quantity:
        """The same quantity with the parameters of `updates` more updates."""
        if not updates or self.role in GIVEN_ROLES:
            return self
        if self.of is not None and self.by is not None:
            return derivative(self.of.after(updates), self.by.after(updates))
        return self._with(self.index, self.sample, self.generation + updates)

    def _with(self, index: tuple[Index, ...], sample: Index | None, generation: int) -> Quantity:
        return quantity(self.role, self.layer, index, sample, self.name, generation, self.of, self.by)


@lru_cache(maxsize=1 << 16)
def quantity(
    role: Role,
    layer: int,
    index: tuple[Index, ...],
    sample: Index | None,
    name: str | None,
    generation: int,
    of: Quantity | None,
    by: Quantity | None,
) -> Quantity:
    """The quantity with these parts, the same object each time while it is remembered.

    A sheet has the same few thousand elements over and over: to look one up takes a fifth of making it anew, and what
    is the same object is found at once by whatever is kept of it. No part has a default: what is left out would be
    remembered apart from what is said.
    """
    return Quantity(role, layer, index, sample, name, generation, of, by)


GIVEN_ROLES: frozenset[str] = frozenset({"input", "target", "learning_rate", "samples", "variable"})


def derivative(of: Quantity, by: Quantity) -> Quantity:
    """The derivative of one quantity by another, itself a quantity."""
    return quantity("derivative", 0, (), None, None, 0, of, by)


LOSS = Quantity("loss")
LEARNING_RATE = Quantity("learning_rate")
SAMPLES = Quantity("samples")

"""What quantities are called in a program: W1, z1, a1, dL_dW1, W1_new; a circuit's by the names of the file."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass, field

from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Index, Quantity

_HELPERS = frozenset({"np", "check", "rounded", "decimal", "sum", "range", "float"})
"""What the code of a notebook calls by these names."""
_ENDINGS = ("", "_new")


@dataclass(slots=True)
class Names:
    """A name for everything that is asked for, each another."""

    _names: dict[Hashable, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def of(self, array: Quantity, generation: int) -> str:
        """The name of an array after so many updates."""
        ending = _ENDINGS[generation] if generation < len(_ENDINGS) else f"_new{generation}"
        return self.named((array, generation), _base(array) + ending)

    def has(self, key: Hashable) -> bool:
        """Whether something was given a name before."""
        return key in self._names

    def named(self, key: Hashable, wanted: str) -> str:
        """The name of something, as wanted if Python takes it and nothing else has it."""
        if key not in self._names:
            name = unicodedata.normalize("NFKC", wanted)
            while keyword.iskeyword(name) or name in _HELPERS or name in self._taken:
                name += "_"
            self._taken.add(name)
            self._names[key] = name
        return self._names[key]


def _base(array: Quantity) -> str:
    if array.of is not None and array.by is not None:
        return f"d{_base(array.of)}_d{_base(array.by)}"
    if array.role == "error":
        return "error"
    return name_of(array)


def indices(quantity: Quantity) -> tuple[Index, ...]:
    """Every index of a quantity, in a fixed order, the sample last; of a derivative, those of both."""
    if quantity.of is not None and quantity.by is not None:
        return (*indices(quantity.of), *indices(quantity.by))
    return quantity.index if quantity.sample is None else (*quantity.index, quantity.sample)

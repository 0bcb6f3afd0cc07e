"""What a printer asks of a notation."""

from __future__ import annotations

from typing import Protocol

from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.notation.profile import Conventions


class Speller(Protocol):
    """Spells quantities, letters and functions in TeX; `focus` is the layer whose letters come first."""

    @property
    def conventions(self) -> Conventions:
        """The conventions of its profile."""
        ...

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma stands where the decimal point does."""
        ...

    @property
    def writes_e(self) -> bool:
        """Whether a quantity is written e, so that an exponential is exp(x)."""
        ...

    def spell(self, quantity: Quantity, *, numbers: bool = False, focus: int | None = None) -> str:
        """The symbol of a quantity; `numbers` takes the spelling used in lines of arithmetic."""
        ...

    def letter(self, letter: Letter, focus: int | None) -> str:
        """The letter of an index."""
        ...

    def bounds(self, letter: Letter) -> tuple[str, str]:
        """The first and the last value of a letter, as they are written."""
        ...

    def function(self, name: str, layer: int | None = None, *, numbers: bool = False) -> str:
        """The name of a function, without its argument."""
        ...

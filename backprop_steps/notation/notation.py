"""A notation: a profile applied to one net. It spells quantities, letters and functions; `reading` reads them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple
from functools import cached_property
from typing import Any, Literal

from backprop_steps.expression.quantity import SAMPLES, Index, Letter, Quantity
from backprop_steps.expression.tree import name_and_layer
from backprop_steps.notation.indices import letter_bounds, size_tex
from backprop_steps.notation.letters import Letters
from backprop_steps.notation.looks import script
from backprop_steps.notation.numbering import Numbering, Shape
from backprop_steps.notation.patterns import Pattern
from backprop_steps.notation.pieces import join
from backprop_steps.notation.profile import Conventions, Profile
from backprop_steps.notation.saying import can_say
from backprop_steps.notation.spelling import GENERAL_LAYER, Spellings
from backprop_steps.notation.symbols import NotationError, base_of, overridden
from backprop_steps.notation.words import name_tex, word_tex

__all__ = ["GENERAL_LAYER", "Notation", "NotationError", "Shape", "can_say"]

_GENERAL_LETTER = "l"
_E = "e"


class Notation:
    """How one problem is written.

    `symbols` are the problem's own letters (`{"delta": "g"}`), `orientation` its rows or columns where it says so.
    `spelled` has every symbol that was asked for so far, in order.
    Raises NotationError for a symbol that is not known, or that is no TeX.
    """

    def __init__(
        self,
        profile: Profile,
        shape: Shape,
        symbols: Mapping[str, str] | None = None,
        orientation: Literal["rows", "columns"] | None = None,
        decimal_comma: bool = False,
    ) -> None:
        profile = overridden(profile, shape, symbols or {})
        self.profile, self.shape = profile, shape
        self.decimal_comma = decimal_comma
        self.rows = (orientation or profile.conventions.orientation) == "rows"
        self.spellings = Spellings(profile, shape, profile.formulas, profile.numbers)
        self.numbering = Numbering(shape)
        sizes = {size for size in (*shape.units, shape.samples) if isinstance(size, str)}
        samples = profile.formulas.get("samples")
        if shape.batch and samples is not None:
            sizes |= {text for text in (samples.element, samples.array) if text is not None}
        self.letters = Letters(profile.letters, shape.depth, frozenset(sizes))
        self.readings: dict[bool, tuple[Any, ...]] = {}  # filled by the first symbol that is read
        self.spelled: dict[tuple[Quantity, bool, int | None], str] = {}

    @property
    def conventions(self) -> Conventions:
        """The conventions of the profile."""
        return self.profile.conventions

    @cached_property
    def writes_e(self) -> bool:
        """Whether something here is written e, as an error may be: that letter is then no base of exponentials."""
        patterns = {
            text for table in self.spellings.tables for spelling in table.values() for text in astuple(spelling)
        }
        return _E in self.shape.names or any(base_of(text) == _E for text in patterns if text and _E in text)

    def spell(self, quantity: Quantity, *, numbers: bool = False, focus: int | None = None) -> str:
        """The symbol of a quantity. Raises NotationError where it has no name here."""
        key = (quantity, numbers, focus)
        found = self.spelled.get(key)
        if found is None:
            found = self.spelled[key] = self._spell(quantity, numbers, focus)
        return found

    def names(self, quantity: Quantity | str, numbers: bool = False) -> bool:
        """Whether a quantity, or a role, has a symbol; what has none is written out where it is used."""
        if isinstance(quantity, Quantity):
            return quantity.role == "derivative" or self.spellings.pattern(quantity, numbers) is not None
        spelling = self.spellings.tables[numbers].get(quantity)
        return quantity == "derivative" or (spelling is not None and spelling.named)

    def letter(self, letter: Letter, focus: int | None) -> str:
        """The name of an index letter where this layer is spoken of."""
        return self.letters.letter(letter, focus)

    def bounds(self, letter: Letter) -> tuple[str, str]:
        """The first and the last value of a letter; the number of samples by its symbol, where it has one."""
        start, end = letter_bounds(letter, self.conventions.first_unit)
        if letter.axis.kind == "sample" and letter.axis.size == self.shape.samples and self.names(SAMPLES):
            return start, self.spell(SAMPLES)
        return start, end

    def function(self, name: str, layer: int | None = None, *, numbers: bool = False) -> str:
        """The name of an activation function; of one that the problem brings along, its own.

        A function that each layer has its own of is numbered by the layer.
        """
        name, own = name_and_layer(name)
        if own is not None:
            number = own + self.profile.conventions.first_layer - 1
            return f"{self.function(name, numbers=numbers)}_{script(str(number))}"
        known = (self.profile.number_functions.get(name) if numbers else None) or self.profile.functions.get(name)
        if known is not None:
            return known
        tex = name_tex(name)
        return tex if not tex.startswith(r"\mathit{") else word_tex(name)

    # spelling

    def _spell(self, quantity: Quantity, numbers: bool, focus: int | None) -> str:
        if quantity.of is not None and quantity.by is not None:
            return self._derivative(quantity.of, quantity.by, numbers, focus)
        if quantity.role == "samples" and isinstance(self.shape.samples, str):
            return size_tex(self.shape.samples)
        pattern = self.spellings.pattern(quantity, numbers)
        if pattern is None:
            raise NotationError(
                f"the {quantity.role.replace('_', '-')} has no name in the notation {self.profile.name}"
            )
        return pattern.spell(self.values(quantity, pattern, focus))

    def _derivative(self, of: Quantity, by: Quantity, numbers: bool, focus: int | None) -> str:
        above = self.spell(of, numbers=numbers, focus=focus)
        below = self.spell(by, numbers=numbers, focus=focus)
        return derivative_tex(self.conventions, above, below)

    def values(self, quantity: Quantity, pattern: Pattern, focus: int | None) -> dict[str, str]:
        """What is put for each placeholder of the pattern; what is left out is not in it."""
        found: dict[str, str] = {}
        optional = pattern.optional
        for name in pattern.fields:
            if name in optional and self.left_out(name, quantity.role, quantity.layer):
                continue
            value = _VALUES[name](self, quantity, focus)
            if value is not None:
                found[name] = value
        return found

    def left_out(self, name: str, role: str, layer: int) -> bool:
        """Whether an optional placeholder is left out: for the only unit of a layer, the only hidden layer."""
        if name == "layer":
            return self.shape.depth <= 2
        if name == "sample":
            return self.shape.samples == 1
        if name in ("row", "column"):
            name = self.place(name, role)
        if name == "sample":
            return False
        return self.shape.single(layer - 1 if name in ("from", "from_node") else layer)

    def place(self, name: str, role: str) -> str:
        """What `<row>` and `<column>` stand for."""
        down, across = ("to", "from") if role == "weight" else ("unit", "sample")
        return down if (name == "row") != self.rows else across

    def index_tex(self, index: Index | None, focus: int | None) -> str | None:
        """A unit's number, or the letter for it."""
        if isinstance(index, Letter):
            return self.letters.letter(index, focus)
        return None if index is None else str(index + self.conventions.first_unit - 1)


def layer_number(conventions: Conventions, quantity: Quantity) -> int:
    """The number that a quantity's layer has in its symbol."""
    behind = conventions.weight_layer == "from" and quantity.role in ("weight", "bias", "threshold")
    return quantity.layer + conventions.first_layer - (2 if behind else 1)


def derivative_tex(conventions: Conventions, above: str, below: str) -> str:
    """The derivative of one symbol by another."""
    mark = conventions.derivative
    above, below = join((mark, above)), join((mark, below))
    return rf"\frac{{{above}}}{{{below}}}" if conventions.fractions == "stacked" else f"{above}/{below}"


def shape_tex(conventions: Conventions, rows: int | str, columns: int | str, beside: bool = False) -> str:
    """The shape of an array; `beside` a formula it always has brackets."""
    shape = rf"{size_tex(str(rows))} \times {size_tex(str(columns))}"
    if conventions.shapes == "square":
        return f"[{shape}]"
    return f"({shape})" if beside else shape


def _at(quantity: Quantity, place: int) -> Index | None:
    return quantity.index[place] if place < len(quantity.index) else None


def _layer(notation: Notation, quantity: Quantity, focus: int | None) -> str:
    if quantity.layer == GENERAL_LAYER:
        return _GENERAL_LETTER
    return str(layer_number(notation.conventions, quantity))


def _first(notation: Notation, quantity: Quantity, focus: int | None) -> str | None:
    return notation.index_tex(_at(quantity, 0), focus)


def _second(notation: Notation, quantity: Quantity, focus: int | None) -> str | None:
    return notation.index_tex(_at(quantity, 1), focus)


def _sample(notation: Notation, quantity: Quantity, focus: int | None) -> str | None:
    if isinstance(quantity.sample, Letter):
        return notation.letters.letter(quantity.sample, focus)
    return None if quantity.sample is None else str(quantity.sample)


def _placed(name: str) -> Value:
    def value(notation: Notation, quantity: Quantity, focus: int | None) -> str | None:
        return _VALUES[notation.place(name, quantity.role)](notation, quantity, focus)

    return value


def _node(place: int, layers_back: int) -> Value:
    def value(notation: Notation, quantity: Quantity, focus: int | None) -> str | None:
        index = _at(quantity, place)
        if isinstance(index, int):
            return str(notation.numbering.node(quantity.layer - layers_back, index))
        return notation.index_tex(index, focus)

    return value


def _name(place: int, layers_back: int) -> Value:
    def value(notation: Notation, quantity: Quantity, focus: int | None) -> str | None:
        index, layer = _at(quantity, place), quantity.layer - layers_back
        if isinstance(index, int):
            return notation.numbering.unit_name(layer, index)
        letter = notation.index_tex(index, focus)
        return None if letter is None else notation.numbering.unit_kind(layer) + letter

    return value


def _number(notation: Notation, quantity: Quantity, focus: int | None) -> str | None:
    to, source = _at(quantity, 0), _at(quantity, 1)
    if isinstance(to, int) and isinstance(source, int):
        return str(notation.numbering.weight(quantity.layer, to, source))
    if to is None or source is None:
        return None
    return join((notation.index_tex(to, focus) or "", notation.index_tex(source, focus) or ""))


Value = Callable[[Notation, Quantity, int | None], str | None]

_VALUES: dict[str, Value] = {
    "layer": _layer,
    "unit": _first,
    "to": _first,
    "from": _second,
    "sample": _sample,
    "row": _placed("row"),
    "column": _placed("column"),
    "node": _node(0, 0),
    "to_node": _node(0, 0),
    "from_node": _node(1, 1),
    "unit_name": _name(0, 0),
    "to_name": _name(0, 0),
    "from_name": _name(1, 1),
    "number": _number,
    "name": lambda notation, quantity, focus: name_tex(quantity.name or ""),
    "updates": lambda notation, quantity, focus: str(quantity.generation),
    "pluses": lambda notation, quantity, focus: "+" * quantity.generation,
    "primes": lambda notation, quantity, focus: "'" * quantity.generation,
}

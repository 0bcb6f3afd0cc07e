"""A symbol back to its quantity, by the patterns that spell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backprop_steps.expression.quantity import Axis, Index, Letter, Quantity, Role, derivative
from backprop_steps.expression.tree import name_and_layer
from backprop_steps.notation.notation import Notation, layer_number
from backprop_steps.notation.patterns import Pattern, canonical_tex
from backprop_steps.notation.pieces import Text, parse, write
from backprop_steps.notation.spelling import GENERAL_LAYER, SAMPLED

_LAYERED: tuple[Role, ...] = ("weight", "bias", "threshold", "pre_activation", "activation", "slope", "delta")
_AT_THE_END: tuple[Role, ...] = ("target", "error", "partial_loss")
_SCALARS: tuple[Role, ...] = ("loss", "learning_rate", "samples")
_LONGEST = 2_000

ReadLetter = Callable[[str, Axis], Letter | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a symbol of this role and layer is written.

    `general`: by the pattern of the role, although the layer has one of its own (`H` for the outputs' `O`).
    """

    quantity: Quantity
    form: str
    pattern: Pattern
    missing: frozenset[str]
    general: bool = False


def read(notation: Notation, tex: str, *, numbers: bool = False, focus: int | None = None) -> Quantity | None:
    """The quantity that a symbol stands for; None where it is no symbol of this notation."""
    if len(tex) > _LONGEST:
        return None
    plain = canonical_tex(tex)
    if not plain:
        return None
    return _read(notation, plain, numbers, focus)


def read_function(notation: Notation, tex: str, *, numbers: bool = False) -> str | None:
    """The function that a symbol stands for, by the name it has in formulas; None where it is none here.

    A function that each layer has its own of is read with its number only: without one it could be any of them.
    """
    wanted = canonical_tex(tex) if len(tex) <= _LONGEST else None
    if not wanted:
        return None
    shape = notation.shape
    numbered = {name_and_layer(name)[0] for name in shape.of_layers}
    plain = (name for name in (*shape.functions, *notation.profile.functions) if name not in numbered)
    named = (*shape.of_layers, *plain)
    return next((name for name in named if canonical_tex(notation.function(name, numbers=numbers)) == wanted), None)


def _read(notation: Notation, plain: str, numbers: bool, focus: int | None) -> Quantity | None:
    fraction = _fraction(notation, plain)
    if fraction is not None:
        of, by = (_read(notation, part, numbers, focus) for part in fraction)
        return derivative(of, by) if of is not None and by is not None else None
    loose: Quantity | None = None

    def letter(name: str, axis: Axis) -> Letter | None:
        return notation.letters.read(name, axis, focus)

    for reading in _readings(notation, numbers):
        fields = reading.pattern.read_canonical(plain, reading.missing)
        if fields is None:
            continue
        found = quantity_of(notation, reading, fields, letter)
        if found is None:
            continue
        # The same symbol may fit several patterns; the one that spells it so is meant.
        if canonical_tex(notation.spell(found, numbers=numbers, focus=focus)) == plain:
            return found
        loose = loose or found
    return loose


def _fraction(notation: Notation, plain: str) -> tuple[str, str] | None:
    """What stands above and below in the derivative of one symbol by another."""
    mark = canonical_tex(notation.conventions.derivative) or ""
    pieces = parse(plain, fields=False)
    if pieces[:1] == (Text(r"\frac"),) and len(pieces) == 3:
        above, below = (write((piece,)) for piece in pieces[1:])
        above, below = (part[1:-1] if part.startswith("{") else part for part in (above, below))
    else:
        above, slash, below = plain.partition("/")
        if not slash:
            return None
    if not above.startswith(mark) or not below.startswith(mark):
        return None
    return above[len(mark) :].strip(), below[len(mark) :].strip()


def _readings(notation: Notation, numbers: bool) -> tuple[Reading, ...]:
    cache = notation.readings
    if numbers not in cache:
        cache[numbers] = tuple(every_reading(notation, numbers))
    return cache[numbers]


def every_reading(
    notation: Notation, numbers: bool, generations: int = 3, *, by_hand: bool = False
) -> Iterator[Reading]:
    """Every way in which a symbol of this notation is written, those with the most indices first.

    `generations`: those before every update, after one, after more. `by_hand`: also in ways that a sheet never has:
    the array of a whole batch for that of a single sample, the inputs as what comes out of layer 0.
    """
    shape = notation.shape
    for updates in range(generations):
        for name in shape.names:
            yield from _ways(notation, Quantity("node", name=name, generation=updates), numbers)
        yield from _ways(notation, Quantity("loss", generation=updates), numbers)
        if not shape.circuit:
            for layer in range(1, shape.depth + 1):
                for role in _LAYERED:
                    yield from _ways(notation, Quantity(role, layer, generation=updates), numbers, by_hand)
            for role in _AT_THE_END:
                if not (updates and role == "target"):
                    yield from _ways(notation, Quantity(role, shape.depth, generation=updates), numbers, by_hand)
        if not updates:
            yield from _ways(notation, Quantity("input"), numbers, by_hand)
            for role in ("learning_rate", "samples"):
                yield from _ways(notation, Quantity(role), numbers)
            for role in ("weight", "bias"):
                yield from _ways(notation, Quantity(role, GENERAL_LAYER), numbers)


def _ways(notation: Notation, quantity: Quantity, numbers: bool, by_hand: bool = False) -> Iterator[Reading]:
    """The forms of a quantity that can occur in this net, those with the most indices first."""
    spellings, shape, role = notation.spellings, notation.shape, quantity.role
    sampled = shape.batch and role in SAMPLED and role != "partial_loss"  # a batch's loss is not taken apart
    if quantity.layer == GENERAL_LAYER:
        forms = ["general"]
    elif role in (*_SCALARS, "node"):
        forms = ["array"]
    elif role == "bias" and quantity.layer in shape.shared_bias:
        forms = ["shared"]
    else:
        forms = ["batch_element", "element", "batch_array"] if sampled else ["lettered", "element", "array"]
        forms += ["batch_array"] if by_hand and not shape.batch and role in SAMPLED else []
    keys = [spellings.key(role, quantity.layer, numbers), role]
    if role == "delta":
        keys.append("output_delta")  # a hand may name what the sheet spells out
    if role == "input" and by_hand:
        keys.append("activation")  # a^{(0)}: what comes out of the layer before the first
    own = False
    for key in dict.fromkeys(keys):
        general = own and key == role
        for form in forms:
            updates = min(quantity.generation, 2)
            pattern = spellings.chosen(key, numbers, form, form == "batch_element", updates, quantity.name)
            if pattern is None or (role == "input" and key != role and "layer" not in pattern.fields):
                continue
            own = own or key != role
            optional = frozenset(name for name in pattern.optional if notation.left_out(name, role, quantity.layer))
            indices = pattern.fields - {"layer", "updates", "pluses", "primes"}
            if form in ("lettered", "element", "batch_element"):
                # the index of an only unit may be left out, and may be written
                for missing in dict.fromkeys((optional, frozenset())):
                    yield Reading(quantity, form, pattern, missing, general)
            if form == "batch_element":
                placed = {n: notation.place(n, role) if n in ("row", "column") else n for n in indices}
                units = frozenset(n for n, what in placed.items() if what != "sample")
                yield Reading(quantity, "sample", pattern, optional | units, general)
            if form == "batch_element" and "sample" in placed.values():
                samples = frozenset(n for n, what in placed.items() if what == "sample")
                yield Reading(quantity, "unit", pattern, optional | samples, general)
            if form in ("array", "batch_array", "shared", "general"):
                yield Reading(quantity, "array", pattern, optional | indices, general)


def quantity_of(notation: Notation, reading: Reading, fields: dict[str, str], letter: ReadLetter) -> Quantity | None:
    """The quantity with the indices that were read; None where they are not of this layer, or contradict it.

    `letter` says which index letter a name over an axis is.
    """
    quantity, shape = reading.quantity, notation.shape
    generation = _generation(quantity, fields)
    if generation is None:
        return None
    quantity = Quantity(quantity.role, quantity.layer, name=quantity.name, generation=generation)
    layer = quantity.layer
    if "layer" in fields:
        wanted = "l" if layer == GENERAL_LAYER else str(layer_number(notation.conventions, quantity))
        if fields["layer"] != wanted:
            return None
    if reading.form == "array":
        return quantity
    read = _Indices(notation, quantity, fields, letter)
    sample: Index | None = None
    if reading.form == "unit":
        index = read.index()
        return None if index is None else quantity.at(*index)
    if reading.form in ("batch_element", "sample"):
        sample = read.sample()
        if sample is None:
            return None
    if reading.form == "sample":
        return quantity.at(sample=sample)
    index = read.index()
    if index is None:
        return None
    sizes = (shape.units[layer], shape.units[layer - 1]) if quantity.role == "weight" else (shape.units[layer],)
    for place, size in zip(index, sizes, strict=True):
        if isinstance(place, int) and not (place >= 1 and (isinstance(size, str) or place <= size)):
            return None
    return quantity.at(*index, sample=sample)


def _generation(quantity: Quantity, fields: dict[str, str]) -> int | None:
    counts = {len(fields[name]) for name in ("pluses", "primes") if name in fields}
    counts |= {int(fields["updates"])} if "updates" in fields else set()
    if not counts:
        return quantity.generation
    count = counts.pop()
    fits = count == quantity.generation if quantity.generation < 2 else count >= 2
    return count if fits and not counts else None


@dataclass(frozen=True, slots=True)
class _Indices:
    """The indices of one symbol, from the values of its placeholders."""

    notation: Notation
    quantity: Quantity
    fields: dict[str, str]
    letter: ReadLetter

    def sample(self) -> Index | None:
        """The sample, a number or a letter."""
        shape = self.notation.shape
        text = self._of("sample")
        if text is None:
            return 1 if shape.samples == 1 else None
        return self._index(text, Axis("sample", 0, shape.samples), 1)

    def index(self) -> tuple[Index, ...] | None:
        """The units; one that is left out is the only one."""
        role, layer = self.quantity.role, self.quantity.layer
        if role == "weight":
            return self._weight(layer)
        if "node" in self.fields:
            return self._place(self.fields["node"], layer, named=False)
        if "unit_name" in self.fields:
            return self._place(self.fields["unit_name"], layer, named=True)
        unit = self._unit(self._of("unit"), layer)
        return None if unit is None else (unit,)

    def _weight(self, layer: int) -> tuple[Index, ...] | None:
        fields, numbering = self.fields, self.notation.numbering
        if "number" in fields:
            if not fields["number"].isdecimal():
                return self._lettered(fields["number"], layer)
            place = numbering.place_of_weight(int(fields["number"]))
            return place[1:] if place is not None and place[0] == layer else None
        for kind in ("node", "name"):
            if f"to_{kind}" in fields and f"from_{kind}" in fields:
                to = self._place(fields[f"to_{kind}"], layer, named=kind == "name")
                source = self._place(fields[f"from_{kind}"], layer - 1, named=kind == "name")
                return None if to is None or source is None else (*to, *source)
        first, second = self._unit(self._of("to"), layer), self._unit(self._of("from"), layer - 1)
        return None if first is None or second is None else (first, second)

    def _lettered(self, text: str, layer: int) -> tuple[Index, ...] | None:
        """To and from of a weight that is not numbered: `w_{ji}`."""
        if len(text) != 2:
            return None
        to, source = self._unit(text[0], layer), self._unit(text[1], layer - 1)
        return None if to is None or source is None else (to, source)

    def _place(self, text: str, layer: int, named: bool) -> tuple[Index, ...] | None:
        numbering = self.notation.numbering
        if named:
            if text == numbering.unit_kind(layer) and self.notation.shape.single(layer):
                return (1,)
            place = numbering.place_of_unit(text)
            if place is None and text[:1] == numbering.unit_kind(layer):
                return self._letter(text[1:], layer)
        elif text.isdecimal():
            place = numbering.place_of_node(int(text))
        else:
            return self._letter(text, layer)
        return (place[1],) if place is not None and place[0] == layer else None

    def _letter(self, text: str, layer: int) -> tuple[Index, ...] | None:
        axis = Axis("unit", layer, self.notation.shape.units[layer])
        letter = self.letter(text, axis)
        return None if letter is None else (letter,)

    def _of(self, name: str) -> str | None:
        role = self.quantity.role
        for placed in ("row", "column"):
            if self.notation.place(placed, role) == name and placed in self.fields:
                return self.fields[placed]
        return self.fields.get(name)

    def _unit(self, text: str | None, layer: int) -> Index | None:
        if text is None:
            return 1
        axis = Axis("unit", layer, self.notation.shape.units[layer])
        return self._index(text, axis, self.notation.conventions.first_unit)

    def _index(self, text: str, axis: Axis, first: int) -> Index | None:
        if text.isdecimal():
            number = int(text) - first + 1
            return number if number >= 1 else None
        return self.letter(text, axis)

"""Where the file names quantities: upstream gradients, and patterns of frozen parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from backprop_steps.expression.names import matches, name_of, read_name
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Number
from backprop_steps.problem.data import Samples
from backprop_steps.problem.layers import Part
from backprop_steps.source.cursor import Cursor, Section, hint
from backprop_steps.source.literals import short
from backprop_steps.source.messages import Place

MOST_PATTERNS = 100
"""The bound on the patterns of frozen parameters."""

_WHERE = "; a gradient arrives at a pre-activation (z2[1]) or an activation (a2[1])"
Upstream = tuple[tuple[str, Number], ...]


def read_network_upstream(section: Section, parts: Sequence[Part], samples: Samples, rows: bool) -> Upstream:
    """The gradients that arrive at a network's quantities: one for every element of an array, or none."""
    cursor = section.get("upstream")
    entries = cursor.entries("a mapping from quantities to numbers, {z2[1]: 0.5}") if cursor is not None else None
    if cursor is None or entries is None:
        return ()
    if not entries:
        cursor.wrong("must name a quantity, found an empty mapping")
    found: dict[Quantity, Number] = {}
    good = True
    for name, (place, value) in entries.items():
        quantity = _quantity(cursor, place, name, parts, samples, rows)
        number = value.renamed(f"upstream {short(name)}").number()
        if quantity is None or number is None:
            good = False
        elif quantity in found:
            cursor.report.add(place, f"upstream {short(name)} is repeated")
        else:
            found[quantity] = number
    if good:
        _check_all_elements(cursor, found, parts, samples)
    return tuple((name_of(quantity, rows=rows), number) for quantity, number in found.items())


def _quantity(
    cursor: Cursor, place: Place, name: str, parts: Sequence[Part], samples: Samples, rows: bool
) -> Quantity | None:
    def wrong(text: str) -> None:
        cursor.report.add(place, f"upstream {short(name)} {text}")

    try:
        quantity = read_name(name, rows=rows, layers=len(parts))
    except ValueError as error:
        why = str(error).removeprefix(repr(name)) if len(name) < 40 else ""
        cursor.report.add(place, f"upstream {short(name)}{why or ' is not the name of a quantity'}{_WHERE}")
        return None
    kind = {"pre_activation": "z", "activation": "a"}.get(quantity.role)
    if kind is None or quantity.generation:
        wrong(f"is not where a gradient can arrive{_WHERE}")
        return None
    layer = quantity.layer
    if not 1 <= layer <= len(parts):
        if parts:
            wrong(f"does not exist: there {'is 1 layer' if len(parts) == 1 else f'are {len(parts)} layers'}")
        return None
    units = parts[layer - 1].units
    example = f"{kind}{layer}[{'1;' if samples.batch else ''}1]"
    if not quantity.index:
        wrong(f"is an array; name each of its elements, {example}")
        return None
    if samples.batch != (quantity.sample is not None):
        wrong(f"must {'name its sample' if samples.batch else 'not name a sample, there is only one'}: {example}")
        return None
    if isinstance(units, str) or isinstance(samples.count, str):
        wrong("needs the sizes of the network in numbers")
        return None
    unit, sample = quantity.index[0], quantity.sample
    if isinstance(units, int) and isinstance(unit, int) and unit > units:
        wrong(f"does not exist: layer {layer} has {units} unit{'' if units == 1 else 's'}")
        return None
    if isinstance(samples.count, int) and isinstance(sample, int) and sample > samples.count:
        wrong(f"does not exist: the number of samples is {samples.count}")
        return None
    return quantity


def _check_all_elements(cursor: Cursor, found: dict[Quantity, Number], parts: Sequence[Part], samples: Samples) -> None:
    for array in dict.fromkeys(quantity.array() for quantity in found):
        units = parts[array.layer - 1].units
        if not isinstance(units, int) or not isinstance(samples.count, int):
            continue
        numbers = range(1, samples.count + 1) if samples.batch else (None,)
        wanted = (array.at(unit, sample=sample) for sample, unit in product(numbers, range(1, units + 1)))
        missing = next((quantity for quantity in wanted if quantity not in found), None)
        if missing is not None:
            cursor.report.add(
                cursor.place,
                f"upstream has no {name_of(missing)}, but others of {name_of(array)}; "
                f"give one for every element (0 where none arrives)",
            )


def check_frozen(
    patterns: Sequence[tuple[Cursor, str]], parts: Sequence[Part], inputs: int | str | None, rows: bool
) -> None:
    """Note the patterns that match no parameter."""
    sizes = [inputs, *(part.units for part in parts)]
    arrays = [array for part in parts for array in _parameters(part, sizes)]
    elements = {array.name: list(array.elements(rows)) for array in arrays} if patterns else {}
    for cursor, pattern in patterns[:MOST_PATTERNS]:
        if not any(_matches(pattern, array, elements[array.name]) for array in arrays):
            remedy = _frozen_hint(pattern, arrays, rows)
            cursor.report.add(cursor.place, f"frozen: {short(pattern)} matches no parameter{remedy}")
    for cursor, _ in patterns[MOST_PATTERNS : MOST_PATTERNS + 1]:
        cursor.report.add(cursor.place, f"frozen: has {len(patterns)} patterns; the bound is {MOST_PATTERNS}")


@dataclass(frozen=True, slots=True)
class _Array:
    """One parameter array; `shape` is (), (units,) or (units, inputs), None where a size is not a known number."""

    quantity: Quantity
    shape: tuple[int | str | None, ...]

    @property
    def name(self) -> str:
        return name_of(self.quantity)

    def elements(self, rows: bool) -> Iterator[str]:
        """The names of the elements, as far as the sizes are numbers."""
        sizes = [range(1, size + 1) for size in self.shape if isinstance(size, int)]
        if sizes and len(sizes) == len(self.shape):
            for index in product(*sizes):
                yield name_of(self.quantity.at(*index), rows=rows)


def _parameters(part: Part, sizes: Sequence[int | str | None]) -> Iterator[_Array]:
    units, inputs = sizes[part.number], sizes[part.number - 1]
    yield _Array(Quantity("weight", part.number), (units, inputs))
    if part.bias_kind == "threshold":
        yield _Array(Quantity("threshold", part.number), (units,))
    elif part.bias_kind != "none":
        yield _Array(Quantity("bias", part.number), () if part.bias_kind == "shared" else (units,))


def _matches(pattern: str, array: _Array, elements: Sequence[str]) -> bool:
    if matches(pattern, array.name):
        return True
    head, bracket, _ = pattern.partition("[")
    if bracket and not matches(head, array.name):
        return False
    if not elements:
        # Sizes are letters: the elements cannot be listed, but their array can be named.
        return bool(bracket and array.shape)
    return any(matches(pattern, name) for name in elements)


def _frozen_hint(pattern: str, arrays: Sequence[_Array], rows: bool) -> str:
    head = pattern.partition("[")[0]
    array = next((array for array in arrays if array.name == head), None)
    if array is None:
        return hint(head, [array.name for array in arrays])
    if not array.shape:
        return f"; {array.name} is one number, shared by the layer"
    return f"; {array.name} is {' x '.join(map(str, reversed(array.shape) if rows else array.shape))}"

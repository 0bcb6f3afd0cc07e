"""Where the file names quantities: upstream gradients, and patterns of frozen parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from backprop_steps.expression.names import matches, name_of, read_name
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Number
from backprop_steps.problem.cursor import Cursor, Section, hint
from backprop_steps.problem.data import Samples
from backprop_steps.problem.layers import Part
from backprop_steps.problem.literals import short
from backprop_steps.problem.messages import Place

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
    arrays = [array for part in parts for array in _parameters(part)]
    sizes = [inputs, *(part.units for part in parts)]
    for cursor, pattern in patterns:
        if not any(_matches(pattern, array, sizes, rows) for array in arrays):
            cursor.report.add(
                cursor.place,
                f"frozen: {short(pattern)} matches no parameter{_frozen_hint(pattern, arrays, sizes, rows)}",
            )


def _frozen_hint(pattern: str, arrays: Sequence[Quantity], sizes: Sequence[int | str | None], rows: bool) -> str:
    known = {name_of(array): array for array in arrays}
    array = known.get(pattern.partition("[")[0])
    if array is None:
        return hint(pattern.partition("[")[0], list(known))
    sides = [sizes[array.layer]] if array.role != "weight" else [sizes[array.layer], sizes[array.layer - 1]]
    shape = " x ".join(str(side) for side in (reversed(sides) if rows else sides))
    return f"; {name_of(array)} is {shape}"


def _parameters(part: Part) -> Iterator[Quantity]:
    yield Quantity("weight", part.number)
    if part.bias_kind == "threshold":
        yield Quantity("threshold", part.number)
    elif part.bias_kind != "none":
        yield Quantity("bias", part.number)


def _matches(pattern: str, array: Quantity, sizes: Sequence[int | str | None], rows: bool) -> bool:
    if matches(pattern, name_of(array)):
        return True
    to, source = sizes[array.layer], sizes[array.layer - 1]
    if not isinstance(to, int) or not isinstance(source, int):
        # Sizes are letters: the elements cannot be listed, but the array can be named.
        return "[" in pattern and matches(pattern.partition("[")[0], name_of(array))
    weight = array.role == "weight"
    indices = product(range(1, to + 1), range(1, source + 1)) if weight else ((unit,) for unit in range(1, to + 1))
    return any(matches(pattern, name_of(array.at(*index), rows=rows)) for index in indices)

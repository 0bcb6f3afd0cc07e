"""The samples of a layered network: inputs, targets or classes, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.expression.tree import Number
from backprop_steps.problem.grids import Grid, Line, Side, check_length, check_shape, entries, read_grid, read_line
from backprop_steps.problem.keys import MOST_SAMPLES, MOST_UNITS
from backprop_steps.problem.model import Row, Size
from backprop_steps.source.cursor import Cursor, Section
from backprop_steps.source.literals import read_whole, short

RESERVED = frozenset({"W", "b", "z", "a", "x", "y", "L", "t", "e", "pi", "eta", "delta"})
"""What a size must not be called: the letters of quantities."""
_WANTED_INPUTS = "a list of numbers, a list of rows, or how many inputs there are"


@dataclass(frozen=True, slots=True)
class Samples:
    """How many samples there are. `count` None: not known, because of a mistake that was noted."""

    count: Size | None
    batch: bool


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs. `units` None: not known; `rows` None: symbolic, or not known."""

    units: Size | None
    rows: tuple[Row, ...] | None
    samples: Samples
    given: bool
    """Whether the file gives numbers, good or bad."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The target rows (None: there was a mistake), and the cursor of each row for what is said of it later."""

    rows: tuple[Row, ...] | None
    cursors: tuple[Cursor, ...]
    cursor: Cursor


def read_inputs(section: Section) -> Inputs:
    """The inputs of a network; what is missing or wrong is noted and unknown."""
    cursor = section.require("inputs", ": give the numbers of a sample, or how many there are")
    if cursor is None:
        return Inputs(None, None, Samples(None, "samples" in section.values), False)
    if not cursor.is_list:
        units = cursor.size(MOST_UNITS, RESERVED) if not cursor.is_mapping else None
        if cursor.is_mapping:
            cursor.expected(_WANTED_INPUTS)
        return Inputs(units, None, _symbolic_samples(section), False)
    samples = section.get("samples")
    block = _read_block(cursor, _WANTED_INPUTS)
    if isinstance(block, Line):
        if samples is not None:
            samples.wrong("is not wanted: inputs is one sample; a batch is a list of rows, [[...], [...]]")
        return Inputs(block.length, None if block.numbers is None else (block.numbers,), Samples(1, False), True)
    if block is None:
        return Inputs(None, None, Samples(None, True), True)
    if samples is not None:
        _check_samples(samples, len(block.lines))
    even = check_shape(block, Side(None, ""), Side(None, ""))
    units = block.lines[0].length if even else None
    return Inputs(units, block.rows if even else None, Samples(len(block.lines), True), True)


def _read_block(cursor: Cursor, wanted: str) -> Line | Grid | None:
    """A flat list, or a list of rows; one that is neither is noted."""
    parts = cursor.items(wanted, " row")
    if parts is None:
        return None
    lists = [part.is_list for part in parts]
    if all(lists):
        return read_grid(cursor, wanted)
    if not any(lists):
        return read_line(cursor, wanted)
    odd = next(part for part in parts if part.is_list != lists[0])
    first, other = ("a row", "a number") if lists[0] else ("a number", "a row")
    cursor.report.add(odd.place, f"{cursor.what} mixes rows and numbers: entry 1 is {first}, here is {other}")
    return None


def _symbolic_samples(section: Section) -> Samples:
    cursor = section.get("samples")
    if cursor is None:
        return Samples(1, False)
    return Samples(cursor.size(MOST_SAMPLES, RESERVED), True)


def _check_samples(cursor: Cursor, rows: int) -> None:
    count = cursor.size(MOST_SAMPLES, RESERVED)
    if count is not None and count != rows:
        cursor.wrong(f"is {count}, but inputs has {entries(rows, 'row')}; leave samples out")


def read_targets(section: Section, samples: Samples, outputs: Size | None) -> Targets | None:
    """The targets, from `targets` or from `classes`; None where the file has neither."""
    targets, classes = section.get("targets"), section.get("classes")
    if targets is not None and classes is not None:
        classes.wrong("and targets say the same; leave one out")
    if targets is not None:
        return _from_targets(targets, samples, outputs)
    return _from_classes(classes, samples, outputs) if classes is not None else None


def _from_targets(cursor: Cursor, samples: Samples, outputs: Size | None) -> Targets:
    nothing = Targets(None, (), cursor)
    block = _read_block(cursor, "a list of numbers, or a list of rows")
    if block is None:
        return nothing
    output = Side(outputs, _outputs(outputs))
    sample = Side(samples.count, _samples(samples))
    letters = [side.words for side in (output, sample) if isinstance(side.size, str)]
    if letters:
        cursor.wrong(f"is given in numbers, but {letters[0]}; leave the targets out, or give that size as a number")
        return nothing
    if isinstance(block, Grid):
        if not samples.batch and samples.count is not None:
            cursor.wrong("is a list of rows, but inputs is one sample; write one flat list")
            return nothing
        fits = check_shape(block, sample, output)
        return Targets(block.rows if fits else None, tuple(line.cursor for line in block.lines), cursor)
    if not samples.batch:
        fits = check_length(block, output)
        return Targets((block.numbers,) if fits and block.numbers is not None else None, (cursor,), cursor)
    if isinstance(outputs, int) and outputs != 1:
        cursor.wrong(f"is a flat list, but {output.words}; with a batch, write a row a sample: [[...], [...]]")
        return nothing
    fits = check_length(block, sample)
    rows = tuple((number,) for number in block.numbers) if fits and block.numbers is not None else None
    parts = cursor.items("a list") or []
    return Targets(rows, tuple(parts), cursor)


def _from_classes(cursor: Cursor, samples: Samples, outputs: Size | None) -> Targets:
    nothing = Targets(None, (), cursor)
    wanted = "a list with the class of each sample"
    if not cursor.is_list and not cursor.is_mapping and not samples.batch:
        parts = [cursor]
    else:
        parts = cursor.items(wanted) or []
    if not parts:
        return nothing
    if not isinstance(outputs, int):
        if outputs is not None:
            cursor.wrong(f"needs the number of outputs, but the last layer has {outputs} units")
        return nothing
    if outputs == 1:
        cursor.wrong("needs an output for each class, but the last layer has 1 unit; give targets, 0 or 1")
        return nothing
    if isinstance(samples.count, str):
        cursor.wrong(
            f"is given in numbers, but {_samples(samples)}; leave the classes out, or give that size as a number"
        )
        return nothing
    if samples.count is not None and len(parts) != samples.count:
        cursor.wrong(
            f"has {entries(len(parts))}, but {_samples(samples)}; expected {samples.count}, found {len(parts)}"
        )
        return nothing
    rows = [_one_hot(part, outputs) for part in parts]
    good = tuple(row for row in rows if row is not None)
    return Targets(good if len(good) == len(rows) else None, tuple(parts), cursor)


def _one_hot(cursor: Cursor, outputs: int) -> Row | None:
    wanted = f"a class from 0 to {outputs - 1}, as the last layer has {outputs} units"
    text = cursor.scalar(wanted)
    if text is None:
        return None
    chosen = read_whole(text)
    if chosen is None or chosen >= outputs:
        cursor.wrong(f"must be {wanted}, found {short(text)}")
        return None
    return tuple(Number("1" if unit == chosen else "0") for unit in range(outputs))


def _outputs(outputs: Size | None) -> str:
    return f"the last layer has {outputs} unit{'' if outputs == 1 else 's'}"


def _samples(samples: Samples) -> str:
    if not samples.batch:
        return "inputs is one sample"
    return f"there {'is' if samples.count == 1 else 'are'} {samples.count} sample{'' if samples.count == 1 else 's'}"

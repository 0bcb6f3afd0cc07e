"""Rows of numbers: reading them, and saying which row does not fit what, with both shapes."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.problem.model import Row, Size
from backprop_steps.source.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Line:
    """One row: how many entries it has, and its numbers (None where one of them is not a number)."""

    cursor: Cursor
    length: int
    numbers: Row | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows, one below the other; not necessarily equally long."""

    cursor: Cursor
    lines: tuple[Line, ...]

    @property
    def rows(self) -> tuple[Row, ...] | None:
        """The numbers, or None where one of them is not a number."""
        found = tuple(line.numbers for line in self.lines if line.numbers is not None)
        return found if len(found) == len(self.lines) else None

    @property
    def even(self) -> bool:
        """Whether all rows are equally long."""
        return len({line.length for line in self.lines}) == 1


@dataclass(frozen=True, slots=True)
class Side:
    """What a side of a grid must be as long as: a number, and the words for it (`layer 1 has 2 units`)."""

    size: Size | None
    words: str

    def fits(self, length: int) -> bool:
        """Whether the length is right, as far as is known."""
        return not isinstance(self.size, int) or self.size == length


def read_line(cursor: Cursor, wanted: str) -> Line | None:
    """A list of numbers."""
    entries = cursor.items(wanted, ", entry" if cursor.what[-1:].isdigit() else " entry")
    if entries is None:
        return None
    numbers = [entry.number() for entry in entries]
    good = tuple(number for number in numbers if number is not None)
    return Line(cursor, len(numbers), good if len(good) == len(numbers) else None)


def read_grid(cursor: Cursor, wanted: str) -> Grid | None:
    """A list of lists of numbers; None where one of them is no list."""
    rows = cursor.items(wanted, " row")
    if rows is None:
        return None
    if not any(row.is_list for row in rows):
        cursor.wrong(f"must be {wanted}, found a flat list; each row is a list of its own: [[...]]")
        return None
    lines = [read_line(row, "a list of numbers") for row in rows]
    good = tuple(line for line in lines if line is not None)
    return Grid(cursor, good) if len(good) == len(lines) else None


def entries(count: int, noun: str = "entry") -> str:
    """`1 entry`, `3 entries`, `2 rows`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def check_shape(grid: Grid, down: Side, across: Side) -> bool:
    """Whether a grid has a row for each of `down` and an entry for each of `across`; every misfit is noted."""
    if grid.even:
        return _check_even(grid, down, across)
    length = across.size if isinstance(across.size, int) else grid.lines[0].length
    because = across.words if isinstance(across.size, int) else f"row 1 has {length}"
    count = down.size if isinstance(down.size, int) else len(grid.lines)
    for line in grid.lines:
        if line.length != length:
            line.cursor.wrong(f"has {entries(line.length)}, but {because}; {_expected(count, length, grid)}")
    if not down.fits(len(grid.lines)):
        grid.cursor.wrong(f"has {entries(len(grid.lines), 'row')}, but {down.words}; {_expected(count, length, grid)}")
    return False


def _check_even(grid: Grid, down: Side, across: Side) -> bool:
    count, length = len(grid.lines), grid.lines[0].length
    fits_down, fits_across = down.fits(count), across.fits(length)
    if fits_down and fits_across:
        return True
    expected = _expected(
        down.size if isinstance(down.size, int) else count,
        across.size if isinstance(across.size, int) else length,
        grid,
    )
    if fits_down:
        grid.lines[0].cursor.wrong(f"has {entries(length)}, but {across.words}; {expected}")
    elif fits_across:
        grid.cursor.wrong(f"has {entries(count, 'row')}, but {down.words}; {expected}")
    else:
        grid.cursor.wrong(
            f"has {entries(count, 'row')} of {entries(length)}, but {down.words} and {across.words}; {expected}"
        )
    return False


def _expected(rows: int, columns: int, grid: Grid) -> str:
    count = len(grid.lines)
    if grid.even:
        return f"expected {rows} x {columns}, found {count} x {grid.lines[0].length}"
    lengths = sorted({line.length for line in grid.lines})
    listed = f"{', '.join(map(str, lengths[:-1]))} and {lengths[-1]}"
    return f"expected {rows} x {columns}, found {entries(count, 'row')} of {listed} entries"


def check_length(line: Line, side: Side, remedy: str = "") -> bool:
    """Whether a flat list is as long as it must be; a misfit is noted."""
    if side.fits(line.length):
        return True
    line.cursor.wrong(
        f"has {entries(line.length)}, but {side.words}; expected {side.size}, found {line.length}{remedy}"
    )
    return False

"""A few rows out of a large product, in which every two choices still meet.

What goes wrong in a page goes wrong because of one choice, or of two that do not go together. `--whole` takes the whole
product all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from heapq import heapify, heappop, heappush
from itertools import combinations, product
from typing import Any

import pytest

whole = False
"""Whether the whole product is wanted: `--whole`, set by conftest.py before any test is collected."""


def covering(rows: Iterable[tuple[Any, ...]], *axes: Collection[Any]) -> list[tuple[Any, ...]]:
    """Of the rows, each with a choice of every axis: some, in which each two choices meet that do in any.

    With `--whole` all of them.
    """
    every = [(*row, *choices) for row in rows for choices in product(*axes)]
    return every if whole else pairwise(every)


def others_slow(rows: Iterable[tuple[Any, ...]], kept: Collection[tuple[Any, ...]]) -> list[object]:
    """The rows as parameters of a test; all but those that are kept are slow."""
    return [pytest.param(*row, marks=() if row in kept else pytest.mark.slow) for row in rows]


def pairwise(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Some of the rows, in their order: each pair of choices that is in one of them all is in one of these.

    The row with most pairs that are new comes next. What a row has of them only falls, so its last count is a bound.
    """
    seen: set[tuple[object, ...]] = set()
    heap = [(-len(pairs(row)), _turned(number, len(rows)), number) for number, row in enumerate(rows)]
    heapify(heap)
    chosen = []
    while heap:
        _, turn, number = heappop(heap)
        new = len(pairs(rows[number]) - seen)
        if not new:
            continue
        if heap and -new > heap[0][0]:
            heappush(heap, (-new, turn, number))
            continue
        seen |= pairs(rows[number])
        chosen.append(number)
    return [rows[number] for number in sorted(chosen)]


def pairs(row: tuple[Any, ...]) -> set[tuple[object, ...]]:
    """Every two choices of a row, with the places where they stand."""
    return {(i, row[i], j, row[j]) for i, j in combinations(range(len(row)), 2)}


def _turned(number: int, count: int) -> int:
    """Among rows with as much that is new, one far from the last is taken."""
    return number * 7919 % count

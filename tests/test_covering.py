"""The tests' own choice of rows: fewer, and no two choices that do not meet."""

from __future__ import annotations

from itertools import product

import covering
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped_pages import NOTATIONS, PROBLEMS, page, problem, sayable

from backprop_steps.notation.notation import NotationError

ROWS = list(product(range(9), "abcde", range(4), range(3)))


def met(rows: list[tuple[object, ...]]) -> set[tuple[object, ...]]:
    return set().union(*map(covering.pairs, rows))


@given(st.sets(st.sampled_from(ROWS)))
def test_every_two_choices_that_meet_in_a_row_meet_in_one_that_is_taken(rows: set[tuple[object, ...]]) -> None:
    among = sorted(rows, key=ROWS.index)
    some = covering.pairwise(among)
    assert met(some) == met(among)
    assert some == [row for row in among if row in some]


def test_few_rows_are_taken() -> None:
    assert len(covering.pairwise(ROWS)) == 45  # of 540: each of nine meets each of five
    assert covering.pairwise(ROWS) == covering.pairwise(ROWS)


def test_the_whole_product_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "whole", True)
    assert covering.covering([("a", 1), ("b", 2)], "xy") == [("a", 1, "x"), ("a", 1, "y"), ("b", 2, "x"), ("b", 2, "y")]


def test_what_is_left_out_cannot_be_said() -> None:
    assert {name for name, _ in sayable()} == set(PROBLEMS)
    assert all((name, str(problem(name).notation)) in sayable() for name in PROBLEMS)
    for name, notation in sorted(set(product(PROBLEMS, NOTATIONS)) - set(sayable())):
        with pytest.raises(NotationError):
            page(name, notation, "answers")

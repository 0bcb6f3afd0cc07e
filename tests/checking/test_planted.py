"""A slice of benchmarks/planted.py: what is planted is found, mostly by its own name, not by many."""

from __future__ import annotations

from planted import Tally, sheets


def test_planted_mistakes_are_found_and_named() -> None:
    tally = Tally()
    for sheet in sheets(40, 11):
        tally.add(sheet)
    assert tally.share_found > 0.95
    assert tally.share_named > 0.9
    assert not tally.elsewhere
    assert sum(tally.given) / len(tally.given) < 2

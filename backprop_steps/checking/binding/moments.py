"""Pages that write everything at a time, `e_j(n) = d_j(n) - y_j(n)`: the brackets say nothing of its value."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial

from backprop_steps.checking.binding.iterates import TIMES
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.walking import nodes_of, page_rewritten

_IN_BRACKETS = re.compile(r"[(（]\s*\\?(?:" + "|".join(sorted(TIMES)) + r")\s*[)）]")
_OFTEN = 3
"""So many different letters have the time behind them, where it is one."""


def without_moments(page: w.Page) -> w.Page:
    """The page without the letter of the time, where all its letters have one; it stands nowhere else there."""
    if not _IN_BRACKETS.search(page.text):
        return page
    behind: dict[str, set[str]] = {}
    written: Counter[str] = Counter()
    at_times: Counter[str] = Counter()
    for node in nodes_of(page):
        if isinstance(node, w.Symbol):
            written.update([node.base, *node.sub, *node.sup])
        elif isinstance(node, w.Product):
            for before, moment in zip(node.factors, node.factors[1:], strict=False):
                letter = _moment(moment)
                if letter is not None and (base := _base(before)) is not None:
                    behind.setdefault(letter, set()).add(base)
                    at_times[letter] += 1
    found = [letter for letter, bases in behind.items() if len(bases) >= _OFTEN]
    if len(found) != 1 or written[found[0]] != at_times[found[0]]:
        return page
    return page_rewritten(page, partial(_without, letter=found[0]))


def _moment(node: w.Written) -> str | None:
    """The letter of the time, where brackets hold nothing else."""
    match node:
        case w.Group(items=(w.Symbol(base=letter, sub=(), sup=(), marks=(), primes=0),), kind="(") if letter in TIMES:
            return letter
    return None


def _base(node: w.Written) -> str | None:
    """The letter that a time may stand behind."""
    match node:
        case w.Symbol(base=base) | w.Differential(body=w.Symbol(base=base)) | w.Power(base=w.Symbol(base=base)):
            return base
    return None


def _without(node: w.Written, letter: str) -> w.Written:
    """A product without the letter of the time in brackets."""
    if not isinstance(node, w.Product):
        return node
    kept = [
        place
        for place, factor in enumerate(node.factors)
        if not place or _moment(factor) != letter or _base(node.factors[place - 1]) is None
    ]
    if len(kept) == len(node.factors):
        return node
    if len(kept) == 1:
        return replace(node.factors[0], span=node.span)
    operators = tuple(node.operators[place - 1] for place in kept[1:])
    return replace(node, factors=tuple(node.factors[place] for place in kept), operators=operators)

"""Pages that write everything at a time, `e_j(n) = d_j(n) - y_j(n)`: the brackets say nothing of its value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from backprop_steps.checking.binding.iterates import TIMES
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.walking import every_node, rewritten

_OFTEN = 3
"""So many different letters have the time behind them, where it is one."""


def without_moments(page: w.Page) -> w.Page:
    """The page without the letter of the time, where all its letters have one; it stands nowhere else there."""
    behind: dict[str, set[str]] = {}
    written: Counter[str] = Counter()
    at_times: Counter[str] = Counter()
    for node in _nodes(page):
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
    chains = tuple(
        replace(
            chain,
            members=tuple(
                member if member.node is None else replace(member, node=_without(member.node, found[0]))
                for member in chain.members
            ),
        )
        for chain in page.chains
    )
    return replace(page, chains=chains)


def _nodes(page: w.Page) -> Iterator[w.Written]:
    for chain in page.chains:
        for member in chain.members:
            if member.node is not None:
                yield from every_node(member.node)


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
    def change(one: w.Written) -> w.Written:
        if not isinstance(one, w.Product):
            return one
        kept = [
            place
            for place, factor in enumerate(one.factors)
            if not place or _moment(factor) != letter or _base(one.factors[place - 1]) is None
        ]
        if len(kept) == len(one.factors):
            return one
        if len(kept) == 1:
            return replace(one.factors[0], span=one.span)
        operators = tuple(one.operators[place - 1] for place in kept[1:])
        return replace(one, factors=tuple(one.factors[place] for place in kept), operators=operators)

    return rewritten(node, change)

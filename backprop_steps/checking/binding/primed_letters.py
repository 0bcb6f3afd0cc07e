"""Index letters with a prime, as in the sum of a softmax over all j': each is given a letter that the page has not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from backprop_steps.checking.binding.hands import INDEX_LETTERS
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.walking import nodes_of, page_rewritten

_LETTERS = INDEX_LETTERS | frozenset("pqrsuv")
_MARKS = frozenset({"'", "prime"})
_FREE = "qprsmuvnlkji"
"""Letters that may stand for another index, those first that pages use least."""


def without_primes(page: w.Page) -> w.Page:
    """The page with a letter of its own for every index letter that has a prime; as it is where none has."""
    primed: dict[str, str] = {}
    used: set[str] = set()
    for node in nodes_of(page):
        if isinstance(node, w.Symbol):
            used |= {*node.sub, *node.sup, node.base}
            primed |= dict.fromkeys(_primed(node.sub), "")
        elif isinstance(node, w.Sigma):
            used |= set(node.letters)
            primed |= dict.fromkeys((name for name in node.letters if name.endswith("'")), "")
    free = [letter for letter in _FREE if letter not in used]
    if not primed or len(free) < len(primed):
        return page
    names = dict(zip(primed, free, strict=False))
    return page_rewritten(page, lambda node: _renamed(node, names))


def _primed(tokens: tuple[str, ...]) -> Iterator[str]:
    """The index letters among tokens that a prime stands behind, with their primes."""
    return (f"{one[-1]}'" for one, mark in pairwise(tokens) if set(one) <= _LETTERS and mark in _MARKS)


def _renamed(node: w.Written, names: Mapping[str, str]) -> w.Written:
    if isinstance(node, w.Sigma):
        letters = tuple(names.get(name, name) for name in node.letters)
        return node if letters == node.letters else replace(node, letters=letters)
    if not isinstance(node, w.Symbol) or not any(True for _ in _primed(node.sub)):
        return node
    made: list[str] = []
    for token in node.sub:
        if token in _MARKS and made and f"{made[-1][-1]}'" in names:
            made[-1] = made[-1][:-1] + names[f"{made[-1][-1]}'"]
        else:
            made.append(token)
    return replace(node, sub=tuple(made))

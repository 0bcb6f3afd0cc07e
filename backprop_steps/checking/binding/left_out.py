"""The index that an update leaves out: `w_{new} = w_{old} - eta dL/dw_1` is about w_1, and so is what goes on from
it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from backprop_steps.checking.binding.plain import plain_words
from backprop_steps.checking.binding.symbols import without_update
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.walking import chain_rewritten

Tokens = tuple[str, ...]


def with_indices(page: w.Page) -> w.Page:
    """The page with the index of each updated parameter that is named by its letter alone."""
    told: dict[str, Tokens] = {}
    chains = tuple(_with_index(chain, told) for chain in page.chains)
    return replace(page, chains=chains) if told else page


def _with_index(chain: w.Chain, told: dict[str, Tokens]) -> w.Chain:
    head = chain.members[0].node
    if chain.headless or not isinstance(head, w.Symbol):
        return chain
    bare, updates = without_update(plain_words(head))
    if updates != 1 or bare.sub or bare.sup or bare.marks or bare.primes:
        return chain
    letter, rest = bare.base, [member.node for member in chain.members[1:] if member.node is not None]
    by = {index for node in rest for index in _differentiated_by(node, letter)}
    if len(by) > 1 or any(_indexed(node, letter) - by for node in rest):
        return chain
    if by:
        told[letter] = by.pop()
    elif letter not in told or any(isinstance(part, w.Symbol) for node in rest for part in w.every_node(node)):
        return chain
    change = partial(_indexed_as, letter=letter, index=told[letter])
    return chain_rewritten(chain, change)


def _differentiated_by(node: w.Written, letter: str) -> set[Tokens]:
    """The indices of the parameters of this letter that the formula has derivatives by."""
    found = set()
    for part in w.every_node(node):
        match part:
            case w.Fraction(denominator=w.Differential(body=w.Symbol(base=base, sub=sub))) if base == letter and sub:
                found.add(sub)
    return found


def _indexed(node: w.Written, letter: str) -> set[Tokens]:
    """The indices that the letter has in a formula, as it was and after updates."""
    symbols = (part for part in w.every_node(node) if isinstance(part, w.Symbol) and part.base == letter)
    return {bare.sub for bare, _ in map(without_update, map(plain_words, symbols)) if bare.sub}


def _indexed_as(node: w.Written, letter: str, index: Tokens) -> w.Written:
    if not isinstance(node, w.Symbol) or node.base != letter or node.marks or node.primes:
        return node
    bare, _ = without_update(plain_words(node))
    if bare.sub or bare.sup:
        return node
    return replace(node, sub=(*index, ",", *node.sub) if node.sub else index)

"""Names of a program that are added to: `dx += …` is the sum of all that was put into dx, `W -= …` an update of W."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_steps.checking import written as w

_SIGNS = {"+=": 1, "-=": -1}


def spelled_out(page: w.Page) -> w.Page:
    """The page with every `+=` and `-=` as the statement that it makes.

    A gradient that is added to stands for the sum of its parts from the line on that completes it; the lines before
    state parts of it, and no equality. Anything else that is added to is updated.
    """
    if not any(_sign(chain) for chain in page.chains):
        return page
    kept = tuple(_kept(page.chains))
    code = {id(page.chains[place]) for place in page.code}
    chains = tuple(chain for _, chain in kept)
    return replace(page, chains=chains, code=frozenset(n for n, (was, _) in enumerate(kept) if id(was) in code))


def _kept(chains: tuple[w.Chain, ...]) -> Iterator[tuple[w.Chain, w.Chain]]:
    """The chains that state something, each as it was and as it is meant."""
    parts: dict[w.Written, list[tuple[int, w.Written]]] = {}
    for place, chain in enumerate(chains):
        head, member, sign = chain.members[0].node, chain.members[1:2], _sign(chain)
        if head is None or chain.headless or not member or member[0].node is None or not (sign or _sums(head)):
            yield chain, chain
            continue
        if not sign:
            parts[head] = [(1, member[0].node)]
        elif head not in parts:
            yield chain, _with(chain, ((1, head), (sign, member[0].node)), ":=")
            continue
        else:
            parts[head].append((sign, member[0].node))
        if not _goes_on(head, chains[place + 1 :]):
            yield chain, _with(chain, tuple(parts[head]), "=") if sign else chain


def _sign(chain: w.Chain) -> int:
    return _SIGNS.get(chain.relations[0], 0) if chain.relations and not chain.headless else 0


def _sums(head: w.Written) -> bool:
    """Whether it is a name that a program gives to a gradient: dx, dL_dw."""
    return isinstance(head, w.Symbol) and head.base[:1] == "d" and len(head.base) > 1


def _goes_on(head: w.Written, later: tuple[w.Chain, ...]) -> bool:
    """Whether the next statement about a name adds to it."""
    following = next((chain for chain in later if chain.members[0].node == head and chain.relations), None)
    return following is not None and _sign(following) != 0


def _with(chain: w.Chain, terms: tuple[tuple[int, w.Written], ...], relation: w.Relation) -> w.Chain:
    """The chain with a sum in place of its second member."""
    member = chain.members[1]
    made = replace(member, node=w.Sum(member.span, terms))
    return replace(
        chain, members=(chain.members[0], made, *chain.members[2:]), relations=(relation, *chain.relations[1:])
    )

"""Names that are added to: `dx += …` is the sum of all that was put into dx, as is `dx = dx + …`; `W -= …` is an
update of W.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_steps.checking.reading import written as w

_SIGNS = {"+=": 1, "-=": -1}


def spelled_out(page: w.Page) -> w.Page:
    """The page with every `+=`, `-=` and `dx = dx + …` as the statement that it makes.

    A gradient that is added to stands for the sum of its parts from the line on that completes it; the lines before
    state parts of it, and no equality. Anything else that is added to is updated.
    """
    if not any(_added(chain) for chain in page.chains):
        return page
    kept = tuple(_kept(page.chains))
    code = {id(page.chains[place]) for place in page.code}
    chains = tuple(chain for _, chain in kept)
    return replace(page, chains=chains, code=frozenset(n for n, (was, _) in enumerate(kept) if id(was) in code))


def _kept(chains: tuple[w.Chain, ...]) -> Iterator[tuple[w.Chain, w.Chain]]:
    """The chains that state something, each as it was and as it is meant."""
    parts: dict[w.Written, list[tuple[int, w.Written]]] = {}
    for place, chain in enumerate(chains):
        head, member, added = chain.members[0].node, chain.members[1:2], _added(chain)
        if head is None or chain.headless or not member or member[0].node is None or not (added or _sums(head)):
            yield chain, chain
            continue
        before = tuple(parts.get(head, ()))
        if not added:
            parts[head] = [(1, member[0].node)]
        elif head not in parts:
            yield chain, _with(chain, added, ((1, head),), ":=") if _sign(chain) else chain
            continue
        else:
            parts[head] += added
        if not _goes_on(head, chains[place + 1 :]):
            yield chain, _with(chain, added, before, "=") if added else chain


def _sign(chain: w.Chain) -> int:
    return _SIGNS.get(chain.relations[0], 0) if chain.relations and not chain.headless else 0


def _added(chain: w.Chain) -> tuple[tuple[int, w.Written], ...]:
    """What a chain adds to its head; nothing where it adds nothing."""
    head, second = chain.members[0].node, chain.members[1].node if len(chain.members) > 1 else None
    if head is None or second is None or chain.headless:
        return ()
    if sign := _sign(chain):
        return ((sign, second),)
    return _beyond(head, second) if _sums(head) else ()


def _beyond(head: w.Written, node: w.Written | None) -> tuple[tuple[int, w.Written], ...]:
    """The terms of a sum behind the head that it begins with."""
    return node.terms[1:] if isinstance(node, w.Sum) and node.terms[0] == (1, head) else ()


def _sums(head: w.Written) -> bool:
    """Whether it is a name that is given to a gradient: dx, dL_dw, x with a bar."""
    if not isinstance(head, w.Symbol):
        return False
    return (head.base[:1] == "d" and len(head.base) > 1) or head.marks[-1:] == ("bar",)


def _goes_on(head: w.Written, later: tuple[w.Chain, ...]) -> bool:
    """Whether the next statement about a name adds to it."""
    following = next((chain for chain in later if chain.members[0].node == head and chain.relations), None)
    return following is not None and bool(_added(following))


def _with(
    chain: w.Chain,
    added: tuple[tuple[int, w.Written], ...],
    before: tuple[tuple[int, w.Written], ...],
    relation: w.Relation,
) -> w.Chain:
    """The chain with a sum in place of its second member, and what was there before for its head in later ones."""
    head, second = chain.members[:2]
    made = [replace(second, node=w.Sum(second.span, (*before, *added)))]
    for member in chain.members[2:]:
        more = _beyond(head.node, member.node) if head.node is not None else ()
        made.append(replace(member, node=w.Sum(member.span, (*before, *more))) if more else member)
    return replace(chain, members=(head, *made), relations=(relation, *chain.relations[1:]))

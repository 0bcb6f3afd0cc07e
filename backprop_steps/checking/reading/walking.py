"""The trees of signs that a hand wrote: all the nodes of one, and one changed node by node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from backprop_steps.checking.reading import written as w


def nodes_of(page: w.Page) -> Iterator[w.Written]:
    """Every written node of a page."""
    for chain in page.chains:
        yield from nodes_of_chain(chain)


def nodes_of_chain(chain: w.Chain) -> Iterator[w.Written]:
    """Every written node of a chain."""
    for member in chain.members:
        yield from member.nodes


def page_rewritten(page: w.Page, change: Callable[[w.Written], w.Written]) -> w.Page:
    """The page with every node changed."""
    return replace(page, chains=tuple(chain_rewritten(chain, change) for chain in page.chains))


def chain_rewritten(chain: w.Chain, change: Callable[[w.Written], w.Written]) -> w.Chain:
    """The chain with every node changed."""
    members = (
        replace(member, node=None if member.node is None else rewritten(member.node, change))
        for member in chain.members
    )
    return replace(chain, members=tuple(members))


def rewritten(node: w.Written, change: Callable[[w.Written], w.Written]) -> w.Written:
    """The tree with every node changed, from the leaves up."""
    changes: dict[str, object] = {}
    for name in node.__dataclass_fields__:
        old = getattr(node, name)
        new = _changed(old, change)
        if new is not old:
            changes[name] = new
    return change(replace(node, **changes) if changes else node)  # type: ignore[arg-type]


def _changed(value: object, change: Callable[[w.Written], w.Written]) -> object:
    if isinstance(value, w.Written):
        return rewritten(value, change)
    if isinstance(value, tuple) and any(isinstance(item, w.Written | tuple) for item in value):
        return tuple(_changed(item, change) for item in value)
    return value

"""Lists of names: `[w1 w2 w0] = [0.4 0.1 -0.2]` has no product in its brackets but a row."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from backprop_steps.checking.reading import written as w


def names_in_rows(page: w.Page) -> w.Page:
    """The page with the names that stand side by side in square brackets as a row, where as long a row is beside it."""
    chains = tuple(map(_in_rows, page.chains))
    return page if chains == page.chains else replace(page, chains=chains)


def _in_rows(chain: w.Chain) -> w.Chain:
    rows = [member.node for member in chain.members]
    lengths = {len(row.rows[0]) for row in rows if _is_row(row)}
    if not lengths:
        return chain
    members = []
    for member in chain.members:
        match member.node:
            case w.Group(items=(w.Product(factors=names, operators=signs),), kind="[") if (
                len(names) in lengths and set(signs) == {""} and all(isinstance(name, w.Symbol) for name in names)
            ):
                members.append(replace(member, node=w.Matrix(member.span, (names,))))
            case _:
                members.append(member)
    return replace(chain, members=tuple(members))


def _is_row(node: w.Written | None) -> TypeGuard[w.Matrix]:
    return isinstance(node, w.Matrix) and len(node.rows) == 1

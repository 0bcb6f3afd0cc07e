"""The signs that a sheet has to explain where it first prints them: the array of ones, and [k = j]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backprop_steps.expression.transform import children
from backprop_steps.expression.tree import Constant, Expression, Kronecker
from backprop_steps.network.graph import Graph
from backprop_steps.pages.sheet import Entry, Part

ONES = Constant("ones")


@dataclass(frozen=True, slots=True)
class FirstSigns:
    """The entries that print a sign first, None where none does; of [k = j] also how it is printed there."""

    ones: Entry | None = None
    indicator: Entry | None = None
    indicated: Kronecker | None = None


def first_signs(graph: Graph, parts: tuple[Part, ...]) -> FirstSigns:
    """Where the sheet comes upon each of them."""
    entries = [entry for part in parts for section in part.sections for entry in section.entries]
    ones = indicator = indicated = None
    shared = any(parameter.role in ("bias", "threshold") and not parameter.index for parameter in graph.parameters)
    if graph.batch or shared:
        ones = next((entry for entry in entries if any(node == ONES for node in _signs(entry))), None)
    if any(operation.activation is not None and operation.activation.coupled for operation in graph.operations):
        found = ((entry, node) for entry in entries for node in _signs(entry) if isinstance(node, Kronecker))
        indicator, indicated = next(found, (None, None))
    return FirstSigns(ones, indicator, indicated)


def _signs(entry: Entry) -> Iterator[Expression]:
    for line in entry.lines:
        for member in line.members:
            yield from _leaves(member.expression)


def _leaves(node: Expression) -> Iterator[Expression]:
    below = children(node)
    if not below:
        yield node
    for child in below:
        yield from _leaves(child)

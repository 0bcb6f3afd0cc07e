"""What the functions of a sheet are, and what their slopes are, as equations in x."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from string import ascii_letters

from backprop_steps.derivation.local import slope_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import nodes, replace_refs
from backprop_steps.expression.tree import Apply, Cases, Expression, Ref
from backprop_steps.network.graph import Graph
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import Activation, S, X
from backprop_steps.pages.writing.macros import Formula

Tex = Callable[[Expression], str]
_LETTERS = ("x", *"tuvrspqk", *ascii_letters)
"""What a function may be told in, where the nodes of a circuit leave it free: the usual letters first."""


@dataclass(frozen=True, slots=True)
class NodeFunction:
    """A function of the table that the nodes of a circuit apply: its name there, what it is, and its slope."""

    name: str
    definition: Formula | None
    slope: Formula | None


def node_functions(graph: Graph, names: Collection[str], tex: Tex) -> list[NodeFunction]:
    """Those in a circuit's formulas, in their order, as equations in a letter that is none of its `names`."""
    letter = next((one for one in _LETTERS if one not in names), "xi")
    free = {X.quantity: Ref(Quantity("variable", name=letter))}

    def told(node: Expression) -> str:
        return tex(replace_refs(node, free.get))

    every = (node for one in graph.operations if one.kind == "node" for node in nodes(one.formula))
    applied = dict.fromkeys(node.function for node in every if isinstance(node, Apply))
    rows = [ACTIVATIONS[name] for name in applied if name in ACTIVATIONS]
    return [NodeFunction(row.name, definition(row, told), slope(row, told)) for row in rows]


def definition(row: Activation, tex: Tex) -> Formula | None:
    """What a function is; None for a bare name, for what passes through unchanged, and for what is told in cases."""
    if row.formula is None or isinstance(row.formula, Ref | Cases):
        return None
    return Formula(f"{tex(Apply(row.function, (X,)))} = {tex(row.formula)}")


def slope(row: Activation, tex: Tex) -> Formula | None:
    """The derivative of a function as it is taught; None for a bare name, and for softmax."""
    found = None if row.coupled else slope_of(row)
    if found is None:
        return None
    value = replace_refs(found, {S.quantity: Apply(row.function, (X,))}.get)
    return Formula(f"{tex(Apply(row.function, (X,), primes=1))} = {tex(value)}")

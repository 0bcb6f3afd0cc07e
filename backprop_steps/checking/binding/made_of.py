"""Which quantity a formula is by what it is made of: `W a + b` is z, `sigma(z)` is a, `(y - a)^2` the loss."""

from __future__ import annotations

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Apply, Expression, Group, Ref
from backprop_steps.network.graph import Graph


def made_of(node: Expression, graph: Graph) -> Quantity | None:
    """The quantity that a formula is, whatever its signs and constants; None where it is made of something else."""
    while isinstance(node, Group):
        node = node.body
    if isinstance(node, Apply) and len(node.arguments) == 1 and not node.primes:
        inside = node.arguments[0]
        if isinstance(inside, Ref) and inside.quantity.role == "pre_activation":
            z = inside.quantity
            return Quantity("activation", z.layer, z.index, z.sample, generation=z.generation)
        return None
    found = list(quantities(node))
    weights = [one for one in found if one.role == "weight"]
    if weights:
        first = weights[0]
        fed = [one for one in found if one.role in ("activation", "input") and one.layer == first.layer - 1]
        others = [one for one in found if one not in fed and one.role not in ("weight", "bias", "threshold")]
        if others or not fed or any((one.layer, one.index[:1]) != (first.layer, first.index[:1]) for one in weights):
            return None
        return Quantity("pre_activation", first.layer, first.index[:1], fed[0].sample, generation=first.generation)
    outputs = {one.layer for one in found if one.role == "activation"}
    if outputs == {graph.depth} and all(one.role in ("activation", "target", "samples") for one in found):
        return graph.goal
    return None

"""The range of a sum."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import everywhere
from backprop_steps.expression.quantity import Axis, Letter
from backprop_steps.expression.transform import rename
from backprop_steps.expression.tree import Expression, Sigma


@cause("wrong_bounds", "method")
def wrong_bounds(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A sum runs over the wrong range: one short, as far as another sum of the network does, or the sum over the
    samples is not there at all.
    """
    sizes = dict.fromkeys((*setting.graph.units, setting.graph.samples))

    def changes(node: Expression) -> Iterator[Expression]:
        if not isinstance(node, Sigma):
            return
        axis = node.letter.axis
        if axis.kind == "sample":
            yield node.body
        shorter = [axis.size - 1] if isinstance(axis.size, int) and axis.size > 1 else []
        for size in (*sizes, *shorter):
            if size != axis.size and size != 1:
                new = Letter(Axis(axis.kind, axis.layer, size), node.letter.copy)
                yield Sigma(new, rename(node.body, {node.letter: new}))
        if axis.size == 2 and axis.kind == "unit":
            yield rename(node.body, {node.letter: 1})

    yield from everywhere(right, changes)

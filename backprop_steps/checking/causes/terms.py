"""Something of a sum is left out, or a part of it is set equal to the whole."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import everywhere, flipped, numeric, stripped, summed, without
from backprop_steps.expression.transform import ONE, rename
from backprop_steps.expression.tree import Expression, Number, Product, Ref, Sigma, Sum


@cause("broken_chain", "notation")
def broken_chain(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A part is set equal to the whole, and the rest is forgotten or added later: W = W + (step) = (step); a running
    calculation 0.4 · 1 = 0.4 + 0.4 = 0.8 + 0.1.
    """
    if not isinstance(right, Sum):
        return
    terms = right.terms
    if setting.updates:
        step = summed(terms[1:])
        yield step
        yield flipped(step)
    if numeric(right):
        for count in range(1, len(terms) - 1):
            yield summed(terms[:count])


@cause("missing_path", "method")
def missing_path(right: Expression, setting: Setting) -> Iterator[Expression]:
    """One of the ways to the loss is not followed: a term of the sum over paths is missing, or all but one, or a sum
    over units is cut to one unit.
    """
    if not (setting.about_slopes or setting.updates):
        return

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Sum) and all(map(_is_path, node.terms)):
            for place in range(len(node.terms)):
                yield summed(without(node.terms, place))
            if len(node.terms) > 2:
                yield from node.terms
        elif isinstance(node, Sigma) and node.letter.axis.kind == "unit":
            size = node.letter.axis.size
            for unit in (1, *((2,) if isinstance(size, int) and size >= 2 else ())):
                yield rename(node.body, {node.letter: unit})
            yield node.body

    yield from everywhere(right, changes)


def _is_path(term: Expression) -> bool:
    """Whether a term can be what one path gives: a product, or one derivative; 1 - a and y - a are no sums over
    paths.
    """
    inner = stripped(term)
    if isinstance(inner, Product):
        return True
    return isinstance(inner, Ref) and inner.quantity.role in ("derivative", "delta")


@cause("missing_term", "method")
def missing_term(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A term of a sum is left out: the bias, one product of a weighted sum, one output's share of the loss."""

    def changes(node: Expression) -> Iterator[Expression]:
        if isinstance(node, Sum):
            for place in reversed(range(len(node.terms))):  # the bias, which stands last, is forgotten most
                left = summed(without(node.terms, place))
                if left != ONE:  # 1/(1 + e^-z) does not become 1/1 in anybody's hands
                    yield left

    if not isinstance(right, Number):
        yield from everywhere(right, changes)

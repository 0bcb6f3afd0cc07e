"""A plus for a minus."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import everywhere, flipped, with_child
from backprop_steps.expression.quantity import LEARNING_RATE
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression, Negative, Number, Sum


@cause("update_sign", "method")
def update_sign(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A parameter is moved uphill: the step is added where it is subtracted, or the other way round."""
    if isinstance(right, Sum) and (setting.updates or _is_step(right)):
        first, *step = right.terms
        yield Sum((first, *map(_turned, step)))


def _is_step(node: Sum) -> bool:
    return any(LEARNING_RATE in quantities(term) for term in node.terms[1:])


@cause("sign", "method")
def sign(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A sign is wrong: of the whole, of one term, of one factor, or within brackets (1 + a for 1 - a, y - a for a -
    y).
    """
    yield flipped(right)
    yield from everywhere(right, _signs)


def _signs(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Sum):
        for place in range(1, len(node.terms)):
            yield with_child(node, place, _turned(node.terms[place]))
        yield with_child(node, 0, _turned(node.terms[0]))
        if len(node.terms) == 2 and isinstance(node.terms[1], Negative) and not isinstance(node.terms[0], Negative):
            yield Sum((node.terms[1].body, Negative(node.terms[0])))
    elif isinstance(node, Negative):
        yield node.body
    elif isinstance(node, Number) and node.text.startswith("-"):
        yield flipped(node)


def _turned(term: Expression) -> Expression:
    """A term with the other sign: a number after a plus is subtracted, not bracketed with a minus of its own."""
    if isinstance(term, Number) and not term.text.startswith("-"):
        return Negative(term)
    return flipped(term)

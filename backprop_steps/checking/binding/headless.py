"""Chains that begin with the sign, or whose left side is words: what they are about."""

from __future__ import annotations

from decimal import Decimal

from backprop_steps.checking.binding.chains import BoundChain
from backprop_steps.checking.binding.kinds import numbers_in
from backprop_steps.checking.binding.learning import elements
from backprop_steps.checking.truth.literals import close, single, unit
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.checking.truth.world import Unknown
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.quantity import Quantity


def guessed(made: BoundChain, truth: Truth, signs: Signs) -> Quantity | None:
    """The quantity whose number a chain with words for its left side comes to; the numbers in the words have to fit."""
    own = truth.own
    numbers = {int(word) for word in numbers_in(made.chain.words)}
    if own is None:
        return None
    last = next((m.node for m in reversed(made.members) if m.node is not None and m.numeric), None)
    literal = single(last) if last is not None else None
    if literal is None:
        return None
    for quantity in elements(truth):
        place = quantity.by if quantity.by is not None else quantity
        if numbers and place.index and not numbers & {i for i in place.index if isinstance(i, int)}:
            continue
        try:
            value = truth.number(own, quantity, signs)
        except (Unknown, ArithmeticFault):
            continue
        if close(value, literal[0], unit(literal[1]) * Decimal("0.5")):
            return quantity
    return None

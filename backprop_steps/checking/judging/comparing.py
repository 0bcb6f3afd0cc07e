"""Two formulas side by side: the same but for brackets and some literals."""

from __future__ import annotations

from backprop_steps.checking.truth.literals import HALF, close, unit, whole
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import children, numbers, quantities, quantity_letters, rename
from backprop_steps.expression.tree import (
    Constant,
    Expression,
    Group,
    Negative,
    Number,
    Product,
    Ref,
    Sigma,
)

Pair = tuple[Number, Number]
"""A literal of the right formula, and what is written in its place."""


def literal_differences(right: Expression, written: Expression) -> list[Pair] | None:
    """The literals in which a formula differs from the right one by more than rounding; None where more differs."""
    found: list[Pair] = []
    return found if _walk(right, written, found) else None


def spoken_of(node: Expression) -> frozenset[Quantity]:
    """The quantities of a formula; of those with letters for indices only which array."""
    return frozenset(q.array() if quantity_letters(q) else q for q in quantities(node))


def count(node: Expression) -> int:
    """How many literals a formula has."""
    return sum(1 for _ in numbers(node))


def leaves(node: Expression) -> int:
    """How many literals and quantities a formula has."""
    below = children(node)
    return sum(map(leaves, below)) if below else 1


def _walk(right: Expression, written: Expression, found: list[Pair]) -> bool:
    one, two = _number(right), _number(written)
    if one is not None or two is not None:
        if one is None or two is None:
            return False
        if not same_literal(one, two):
            found.append((one, two))
        return True
    right, written = _bare(right), _bare(written)
    if isinstance(right, Ref | Constant):
        return right == written
    if isinstance(right, Product) and isinstance(written, Product):
        pairs = list(zip(right.factors, written.factors, strict=False))
        return len(right.factors) == len(written.factors) and all(_walk(a, b, found) for a, b in pairs)
    if type(right) is not type(written):
        return False
    if isinstance(right, Sigma) and isinstance(written, Sigma):
        if right.letter.axis.size != written.letter.axis.size:
            return False
        return _walk(rename(right.body, {right.letter: written.letter}), written.body, found)
    for name in ("function", "primes"):
        if getattr(right, name, None) != getattr(written, name, None):
            return False
    below, there = children(right), children(written)
    return len(below) == len(there) and all(_walk(a, b, found) for a, b in zip(below, there, strict=True))


def same_literal(right: Number, written: Number) -> bool:
    """Whether a literal is the right one, or it rounded to the digits that are shown."""
    if close(right.value, written.value):
        return True
    return not whole(written.text) and close(right.value, written.value, unit(written.text) * HALF)


def _bare(node: Expression) -> Expression:
    while isinstance(node, Group):
        node = node.body
    return node


def _number(node: Expression) -> Number | None:
    """The literal that a formula is, its signs and brackets taken in."""
    minus = False
    while isinstance(node, Group | Negative):
        minus ^= isinstance(node, Negative)
        node = node.body
    if not isinstance(node, Number):
        return None
    if not minus:
        return node
    return Number(node.text[1:] if node.text.startswith("-") else f"-{node.text}", node.exact)

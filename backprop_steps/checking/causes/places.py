"""Changing one place of a formula: each sub-formula in reading order, with something else in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from backprop_steps.expression.tidy import whole
from backprop_steps.expression.transform import ONE, children, nodes, rebuild
from backprop_steps.expression.tree import (
    Constant,
    Expression,
    Group,
    Hadamard,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
    Transpose,
)

Changes = Callable[[Expression], Iterable[Expression]]


def everywhere(node: Expression, changes: Changes) -> Iterator[Expression]:
    """The formula with one sub-formula changed, in every way that `changes` names for it; the whole formula first."""
    yield from changes(node)
    for place, child in enumerate(children(node)):
        for new in everywhere(child, changes):
            yield with_child(node, place, new)


def with_child(node: Expression, place: int, new: Expression) -> Expression:
    """The node with another child at this place."""
    counted = -1

    def change(child: Expression) -> Expression:
        nonlocal counted
        counted += 1
        return new if counted == place else child

    return rebuild(node, change)


def without(items: Sequence[Expression], *places: int) -> tuple[Expression, ...]:
    """The items but those at these places."""
    return tuple(item for place, item in enumerate(items) if place not in places)


def product_like(node: Product | Hadamard, factors: Sequence[Expression]) -> Expression:
    """The same kind of product, of these factors; of one factor that factor, of none 1."""
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else type(node)(tuple(factors))


def summed(terms: Sequence[Expression]) -> Expression:
    """The sum of the terms; of one term that term."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def each_value(node: Expression, changes: Changes) -> Iterator[Expression]:
    """The formula with one of the numbers that are put in changed; its own 1, 2 and 1/2 are no such numbers."""
    if isinstance(node, Number):
        yield from changes(node)
    elif numeric(node):
        for place, child in enumerate(children(node)):
            if not _belongs_to_formula(node, place, child):
                for new in each_value(child, changes):
                    yield with_child(node, place, new)


def with_copied(node: Expression) -> bool:
    """Whether numbers are put into a formula that are not its own: 0.3 · a(1 - a), and not 1/2 · (y - a)^2."""
    if isinstance(node, Number):
        return True
    return any(
        with_copied(child)
        for place, child in enumerate(children(node))
        if not _belongs_to_formula(node, place, stripped(child))
    )


def _belongs_to_formula(node: Expression, place: int, child: Expression) -> bool:
    """Whether a whole number is the formula's own: of a fraction, an exponent, the 1 of 1 - a, the 2 in front."""
    if whole(child) is None:
        return False
    if isinstance(node, Quotient | Power):
        return True
    if isinstance(node, Sum):
        return child == ONE and not place and len(node.terms) == 2
    return isinstance(node, Product) and child == Number("2") and not place


def stripped(node: Expression) -> Expression:
    """The node without the signs and brackets around it."""
    while isinstance(node, Negative | Group):
        node = node.body
    return node


def numeric(node: Expression) -> bool:
    """Whether the numbers are put in: literals, and no quantity."""
    found = [part for part in nodes(node) if isinstance(part, Ref | Number)]
    return bool(found) and not any(isinstance(part, Ref) for part in found)


def about_arrays(node: Expression) -> bool:
    """Whether it is between whole arrays."""
    return any(
        isinstance(part, Matrix | Transpose | Hadamard) or part == Constant("ones") or is_array(part)
        for part in nodes(node)
    )


def is_array(node: Expression) -> bool:
    """Whether it is an array by itself: a matrix written out, a whole array's name, or the transpose of one."""
    if isinstance(node, Matrix):
        return True
    if isinstance(node, Transpose):
        return is_array(node.body)
    if not isinstance(node, Ref):
        return False
    quantity = node.quantity
    if quantity.of is not None and quantity.by is not None:
        if quantity.of.role not in ("loss", "partial_loss"):
            return False  # of an array by an array: it has no rows and columns of its own
        quantity = quantity.by
    return not quantity.index and quantity.sample is None and quantity.role in _ARRAYS


# a bias without an index is one number that the layer shares
_ARRAYS = frozenset({"input", "weight", "pre_activation", "activation", "target", "error", "delta", "slope"})


def flipped(node: Expression) -> Expression:
    """The node with the other sign, as a hand writes it."""
    if isinstance(node, Negative):
        return node.body
    if isinstance(node, Number):
        text = node.text
        return Number(text.removeprefix("-") if text.startswith("-") else f"-{text}", node.exact)
    if isinstance(node, Product):
        first, *others = node.factors
        if isinstance(first, Negative) or (isinstance(first, Number) and first.text.startswith("-")):
            return Product((flipped(first), *others))
    if isinstance(node, Matrix):
        return Matrix(tuple(tuple(map(flipped, row)) for row in node.rows))
    return Negative(node)

"""Rebuilding trees: expressions put for quantities, letters or integers for letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import is_
from types import UnionType
from typing import Any

from backprop_steps.expression.quantity import Index, Letter, Quantity, derivative
from backprop_steps.expression.quantity import quantity as remembered
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Chain,
    Comparison,
    Constant,
    Derivative,
    Dots,
    Expression,
    Gap,
    Group,
    Hadamard,
    Kronecker,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
    Transpose,
)

Binding = Mapping[Letter, Index]
Change = Callable[[Expression], Expression]
ONE = Number("1")
ZERO = Number("0")
_LEAVES = frozenset({Ref, Number, Constant, Kronecker, Dots})
"""Most nodes of a formula are one of these, and are known before any pattern is tried."""


def children(node: Expression) -> tuple[Expression, ...]:
    """The nodes directly below this one, in reading order."""
    if type(node) in _LEAVES:
        return ()
    match node:
        case Sum(parts) | Product(parts) | Hadamard(parts) | Apply(_, parts):
            return parts
        case Negative(body) | Transpose(body) | Group(body) | Gap(body) | Sigma(_, body):
            return (body,)
        case Quotient(one, two) | Power(one, two) | Derivative(one, two):
            return (one, two)
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Cases(pieces):
            found: list[Expression] = []
            for body, condition in pieces:
                found.append(body)
                if condition is not None:
                    found += (condition.left, condition.right)
            return tuple(found)
    return ()


def nodes(node: Expression) -> Iterator[Expression]:
    """The node and all below it, in reading order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(children(one)[::-1])


def contains(node: Expression, kinds: type[Expression] | UnionType) -> bool:
    """Whether a node of one of these kinds stands anywhere in the formula."""
    return any(isinstance(one, kinds) for one in nodes(node))


def size(node: Expression) -> int:
    """The number of nodes."""
    return sum(1 for _ in nodes(node))


def rebuild(node: Expression, change: Change) -> Expression:
    """The same node with every child changed; the node itself where no child is."""
    rebuilder = _REBUILDERS.get(type(node))
    return node if rebuilder is None else rebuilder(node, change)


def _sum(node: Sum, change: Change) -> Expression:
    new = _changed(node.terms, change)
    return node if new is node.terms else Sum(new, node.turn)


def _factors(node: Product | Hadamard, change: Change) -> Expression:
    new = _changed(node.factors, change)
    return node if new is node.factors else type(node)(new)


def _body(node: Negative | Transpose | Group | Gap, change: Change) -> Expression:
    body = change(node.body)
    return node if body is node.body else type(node)(body)


def _apply(node: Apply, change: Change) -> Expression:
    new = _changed(node.arguments, change)
    return node if new is node.arguments else Apply(node.function, new, node.primes)


def _quotient(node: Quotient, change: Change) -> Expression:
    one, two = change(node.numerator), change(node.denominator)
    return node if one is node.numerator and two is node.denominator else Quotient(one, two)


def _power(node: Power, change: Change) -> Expression:
    base, exponent = change(node.base), change(node.exponent)
    return node if base is node.base and exponent is node.exponent else Power(base, exponent)


def _derivative(node: Derivative, change: Change) -> Expression:
    of, by = change(node.of), change(node.by)
    return node if of is node.of and by is node.by else Derivative(of, by)


def _sigma(node: Sigma, change: Change) -> Expression:
    body = change(node.body)
    return node if body is node.body else Sigma(node.letter, body)


def _matrix(node: Matrix, change: Change) -> Expression:
    return Matrix(tuple([tuple([change(entry) for entry in row]) for row in node.rows]))


def _cases(node: Cases, change: Change) -> Expression:
    return Cases(
        tuple((change(body), c and Comparison(change(c.left), c.relation, change(c.right))) for body, c in node.pieces)
    )


_REBUILDERS: Mapping[type[Expression], Callable[[Any, Change], Expression]] = {
    Sum: _sum,
    Product: _factors,
    Chain: _factors,
    Hadamard: _factors,
    Negative: _body,
    Transpose: _body,
    Group: _body,
    Gap: _body,
    Apply: _apply,
    Quotient: _quotient,
    Power: _power,
    Derivative: _derivative,
    Sigma: _sigma,
    Matrix: _matrix,
    Cases: _cases,
}
"""By kind, since it is done for every node of every line; a kind that is not here has no children."""


def _changed(parts: tuple[Expression, ...], change: Change) -> tuple[Expression, ...]:
    """The parts changed; the same tuple where none is."""
    new = tuple([change(part) for part in parts])
    return parts if all(map(is_, new, parts)) else new


def replace_refs(node: Expression, new: Callable[[Quantity], Expression | None]) -> Expression:
    """Every quantity for which `new` gives an expression, replaced by it."""

    def change(part: Expression) -> Expression:
        if isinstance(part, Ref):
            return new(part.quantity) or part
        return rebuild(part, change)

    return change(node)


def replace_nodes(node: Expression, new: Mapping[Expression, Expression]) -> Expression:
    """Every node for which there is another in `new`, replaced by it; what is put is not looked into again."""

    def change(part: Expression) -> Expression:
        found = new.get(part)
        return rebuild(part, change) if found is None else found

    return change(node)


def numbers(node: Expression) -> Iterator[Number]:
    """Every literal of a formula, in reading order."""
    return (one for one in nodes(node) if isinstance(one, Number))


def quantities(node: Expression) -> Iterator[Quantity]:
    """Every occurrence of a quantity, in reading order."""
    if isinstance(node, Ref):
        yield node.quantity
    else:
        for child in children(node):
            yield from quantities(child)


def derivatives(node: Expression) -> Iterator[Derivative]:
    """Every derivative that is written and not worked out, the outermost where one holds another."""
    if isinstance(node, Derivative):
        yield node
    else:
        for child in children(node):
            yield from derivatives(child)


def quantity_letters(quantity: Quantity) -> frozenset[Letter]:
    """The letters among a quantity's indices, a derivative's two quantities included."""
    if quantity.of is not None and quantity.by is not None:
        return quantity_letters(quantity.of) | quantity_letters(quantity.by)
    found = {index for index in quantity.index if isinstance(index, Letter)}
    if isinstance(quantity.sample, Letter):
        found.add(quantity.sample)
    return frozenset(found)


def free_letters(node: Expression) -> frozenset[Letter]:
    """The letters that are not summed over within the node."""
    if isinstance(node, Ref):
        return quantity_letters(node.quantity)
    if isinstance(node, Sigma):
        return free_letters(node.body) - {node.letter}
    if isinstance(node, Kronecker):
        return frozenset(index for index in (node.left, node.right) if isinstance(index, Letter))
    found: frozenset[Letter] = frozenset()
    for child in children(node):
        found |= free_letters(child)
    return found


def rename_quantity(quantity: Quantity, binding: Binding) -> Quantity:
    """The quantity with indices put for its letters."""
    if quantity.of is not None and quantity.by is not None:
        return derivative(rename_quantity(quantity.of, binding), rename_quantity(quantity.by, binding))
    if not quantity.index and quantity.sample is None:
        return quantity
    index = tuple([binding.get(i, i) if type(i) is Letter else i for i in quantity.index])
    sample = quantity.sample
    if type(sample) is Letter:
        sample = binding.get(sample, sample)
    return remembered(quantity.role, quantity.layer, index, sample, quantity.name, quantity.generation, None, None)


def rename(node: Expression, binding: Binding) -> Expression:
    """The node with other letters (or integers) for its free letters; sums stay sums."""

    def change(part: Expression) -> Expression:
        if isinstance(part, Ref):
            return Ref(rename_quantity(part.quantity, binding))
        if isinstance(part, Kronecker):
            return kronecker(part, binding)
        if isinstance(part, Sigma) and part.letter in binding:
            return rename(part, {letter: index for letter, index in binding.items() if letter != part.letter})
        return rebuild(part, change)

    return change(node)


def without_single(node: Expression) -> Expression:
    """The node with 1 for every letter that can only be 1, and no sum over one value."""

    def change(part: Expression) -> Expression:
        if isinstance(part, Sigma) and part.letter.axis.size == 1:
            return change(rename(part.body, {part.letter: 1}))
        return rebuild(part, change)

    single = {letter: 1 for letter in free_letters(node) if letter.axis.size == 1}
    return change(rename(node, single) if single else node)


def bound_apart(node: Expression) -> Expression:
    """The node, with other letters for the sums that run over a letter which is free in it, or is summed over around
    them: a definition that is put in may have brought its own.
    """

    def renamed(part: Expression, taken: frozenset[Letter]) -> Expression:
        if isinstance(part, Derivative):
            return Derivative(renamed(part.of, taken | free_letters(part.by)), part.by)
        if not isinstance(part, Sigma):
            return rebuild(part, lambda child: renamed(child, taken))
        letter = part.letter
        while letter in taken:
            letter = Letter(letter.axis, letter.copy + 1)
        body = part.body if letter == part.letter else rename(part.body, {part.letter: letter})
        return Sigma(letter, renamed(body, taken | {letter}))

    return renamed(node, free_letters(node))


def kronecker(node: Kronecker, binding: Binding) -> Expression:
    """The delta with indices put for its letters: 1 or 0 where both are known."""
    left, right = (binding.get(i, i) if isinstance(i, Letter) else i for i in (node.left, node.right))
    if left == right:
        return ONE
    if isinstance(left, int) and isinstance(right, int):
        return ZERO
    return Kronecker(left, right)

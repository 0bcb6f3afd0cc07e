"""Whether a formula has another value than the right one: evaluated with made-up numbers for every quantity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import product
from zlib import crc32

from backprop_steps.checking.causes.places import about_arrays
from backprop_steps.derivation.matrix import Layout
from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate_in
from backprop_steps.expression.arrays import Array, ArrayValue, evaluate_array
from backprop_steps.expression.quantity import Axis, Index, Letter, Quantity
from backprop_steps.expression.stand_ins import StandIns
from backprop_steps.expression.transform import free_letters, quantities, quantity_letters, rebuild, rename
from backprop_steps.expression.tree import Derivative, Expression, Group, Ref, Sigma, Sum
from backprop_steps.network.graph import Graph

POINTS = 2
TOLERANCE = Decimal("1e-20")


class Differing:
    """Tells formulas from one right formula by their values at a few points.

    What has no value at any point (arrays that do not fit, a logarithm of a negative number) counts as different.
    """

    def __init__(self, right: Expression, graph: Graph, rows: bool) -> None:
        self.right, self.graph = right, graph
        self.layout = Layout(rows=rows)
        self.functions = StandIns(graph.functions)
        words = sorted({size for size in (*graph.units, graph.samples) if isinstance(size, str)})
        self.sizes: Mapping[int | str, int] = {word: 2 + place for place, word in enumerate(words)}
        self._values: list[Array | None] | None = None
        self._numbers: dict[tuple[Quantity, int], Decimal] = {}

    def from_(self, other: Expression) -> bool:
        """Whether the formula differs from the right one."""
        if self._values is None:
            self._values = [self._value(self.right, point) for point in range(POINTS)]
        compared = False
        for point, here in enumerate(self._values):
            if here is None:
                continue
            there = self._value(other, point)
            if there is None or _shape(here) != _shape(there):
                return True
            compared = True
            if any(
                abs(a - b) > TOLERANCE * max(Decimal(1), abs(a))
                for one, two in zip(here, there, strict=True)
                for a, b in zip(one, two, strict=True)
            ):
                return True
        return not compared

    def _value(self, node: Expression, point: int) -> Array | None:
        try:
            with arithmetic():
                node = _opaque(self._sized(node))
                if about_arrays(node):
                    return self._array_value(node, lambda quantity: self._array(quantity, point))
                letters = sorted(free_letters(node), key=repr)
                # in one point the letters that are free all differ, in the other they are all the same
                binding: dict[Letter, Index] = {letter: 1 + place * (1 - point) for place, letter in enumerate(letters)}
                return ((evaluate_in(node, self._number_at(point), self.functions, binding),),)
        except ArithmeticFault:
            return None

    def _array_value(self, node: Expression, value: ArrayValue) -> Array:
        """Two arrays of one shape that are no matrix product are one entry by entry, as many hands write it."""
        try:
            return evaluate_array(node, value, self.functions)
        except ArithmeticFault:
            return evaluate_array(node, value, self.functions, side_by_side=True)

    def _number_at(self, point: int) -> Callable[[Quantity], Decimal]:
        def number(quantity: Quantity) -> Decimal:
            key = (quantity, point)
            if key not in self._numbers:
                low, high = ("0.05", "0.95") if point else ("-1.5", "0.95")
                share = Decimal(crc32(f"{quantity!r} {point}".encode())) / Decimal(2**32)
                self._numbers[key] = Decimal(low) + share * (Decimal(high) - Decimal(low))
            return self._numbers[key]

        return number

    def _sized(self, node: Expression) -> Expression:
        """With a number for every size that is a word."""
        if not isinstance(node, Sigma):
            return rebuild(node, self._sized)
        letter = node.letter
        axis = Axis(letter.axis.kind, letter.axis.layer, self._size(letter.axis.size))
        new = Letter(axis, letter.copy)
        return Sigma(new, rename(self._sized(node.body), {letter: new}))

    def _size(self, size: int | str) -> int:
        return size if isinstance(size, int) else self.sizes.get(size, 2)

    def _array(self, quantity: Quantity, point: int) -> Array:
        number = self._number_at(point)
        if quantity.index or quantity.sample is not None:
            return ((number(quantity),),)
        down, across = self._shape_of(quantity)
        entries = [number(quantity.at(i, j)) for i, j in product(range(1, down + 1), range(1, across + 1))]
        return tuple(tuple(entries[i * across : (i + 1) * across]) for i in range(down))

    def _shape_of(self, quantity: Quantity) -> tuple[int, int]:
        """Rows and columns of a whole array."""
        if quantity.of is not None and quantity.by is not None:
            if quantity.of.role != "loss":
                raise ArithmeticFault("a derivative between two arrays has no shape here")
            return self._shape_of(quantity.by)
        known = next(
            (
                one
                for one in (*self.graph.parameters, *self.graph.inputs, *(o.output for o in self.graph.operations))
                if one.array() == quantity.array().after(-quantity.generation)
            ),
            None,
        )
        if known is None and quantity.role in ("delta", "slope", "error", "target"):
            return self._shape_of(Quantity("pre_activation", quantity.layer))
        if known is None:
            return 1, 1
        down, across = self.layout.places(known)
        return self._length(down), self._length(across)

    def _length(self, place: Letter | None) -> int:
        return 1 if place is None else self._size(place.axis.size)


def _shape(rows: Array) -> tuple[int, int]:
    return len(rows), len(rows[0])


def _opaque(node: Expression) -> Expression:
    """A derivative that is not worked out, as a quantity of its own; of a sum, that of the terms it concerns."""
    if isinstance(node, Derivative):
        return Ref(Quantity("variable", name=repr(Derivative(_concerned(node.of, node.by), node.by))))
    return rebuild(node, _opaque)


def _may_be(one: Quantity, two: Quantity) -> bool:
    """Whether two quantities are the same, or an array and what may be an element of it."""
    if one == two or one.array() != two.array():
        return one == two
    return not (one.index and two.index) or bool(quantity_letters(one) | quantity_letters(two))


def _concerned(of: Expression, by: Expression) -> Expression:
    """The sum without the terms that do not depend on what it is differentiated by."""
    while isinstance(of, Group):
        of = of.body
    if not isinstance(of, Sum) or not isinstance(by, Ref):
        return of
    kept = [term for term in of.terms if any(_may_be(quantity, by.quantity) for quantity in quantities(term))]
    return Sum(tuple(kept)) if len(kept) > 1 else kept[0] if kept else of

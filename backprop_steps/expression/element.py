"""The element view of one formula for many elements: what depends on no letter is built once, the rest is filled in."""

from __future__ import annotations

from collections.abc import Callable

from backprop_steps.expression.quantity import Index, Letter, Quantity, derivative
from backprop_steps.expression.quantity import quantity as remembered
from backprop_steps.expression.transform import Binding, children, kronecker, quantity_letters, rebuild
from backprop_steps.expression.tree import Expression, Kronecker, Negative, Product, Ref, Sigma, Sum

Values = list[Index]
"""What each letter stands for now, by its place."""
Make = Callable[[Values], Expression]
Terms = Callable[[Values], list[Expression]]
Places = dict[Letter, int]


def element(node: Expression, binding: Binding) -> Expression:
    """The element view: integers for the letters, and every sum written out, term by term.

    A sum over a range whose size is a word stays a sum.
    """
    return ElementView(node)(binding)


class ElementView:
    """The element view of one formula, to be had for one binding after another."""

    def __init__(self, node: Expression) -> None:
        self._start: Values = []
        self._places: Places = {}
        self._make = self._compiled(node, self._places)

    def __call__(self, binding: Binding) -> Expression:
        """The element view with these integers for the letters."""
        values = self._start.copy()
        for letter, index in binding.items():
            place = self._places.get(letter)
            if place is not None:
                values[place] = index
        return self._make(values)

    def _place(self, letter: Letter, places: Places) -> int:
        """The place of a letter; one that nothing is put for stands for itself."""
        if letter not in places:
            places[letter] = self._new(letter)
        return places[letter]

    def _new(self, letter: Letter) -> int:
        self._start.append(letter)
        return len(self._start) - 1

    def _compiled(self, node: Expression, places: Places) -> Make:
        if isinstance(node, Ref):
            quantity = self._quantity(node.quantity, places)
            return (lambda values: node) if quantity is None else (lambda values: Ref(quantity(values)))
        if isinstance(node, Sigma):
            terms = self._terms(node, places)
            return lambda values: _sum_of(terms(values), node.letter.axis.size)
        if isinstance(node, Sum):
            return self._sum(node, places)
        if isinstance(node, Kronecker):
            letters = [(i, self._place(i, places)) for i in (node.left, node.right) if isinstance(i, Letter)]
            return lambda values: kronecker(node, {letter: values[place] for letter, place in letters})
        return self._rebuilt(node, places)

    def _rebuilt(self, node: Expression, places: Places) -> Make:
        if _is_fixed(node):
            return lambda values: node
        makers = [self._compiled(child, places) for child in children(node)]
        if type(node) is Product:
            return lambda values: Product(tuple([make(values) for make in makers]))
        if type(node) is Negative:
            (body,) = makers
            return lambda values: Negative(body(values))

        def made(values: Values) -> Expression:
            rest = iter(makers)
            return rebuild(node, lambda part: next(rest)(values))

        return made

    def _sum(self, node: Sum, places: Places) -> Make:
        parts: list[Terms] = [
            self._terms(term, places) if type(term) is Sigma else _single(self._compiled(term, places))
            for term in node.terms
        ]
        return lambda values: Sum(tuple([term for part in parts for term in part(values)]))

    def _terms(self, node: Sigma, places: Places) -> Terms:
        """The terms of a sum; a sum over a range whose size is a word stays a sum."""
        size = node.letter.axis.size
        place = self._new(node.letter)
        inner = {**places, node.letter: place}
        body = self._compiled(node.body, inner)
        places |= {letter: where for letter, where in inner.items() if letter != node.letter}
        if not isinstance(size, int):
            return lambda values: [Sigma(node.letter, body(values))]

        def written(values: Values) -> list[Expression]:
            found: list[Expression] = []
            for value in range(1, size + 1):
                values[place] = value
                term = body(values)
                found += term.terms if type(term) is Sum else (term,)
            return found

        return written

    def _quantity(self, quantity: Quantity, places: Places) -> Callable[[Values], Quantity] | None:
        """How an element of a quantity is made; None where it has no letters."""
        if quantity.of is not None and quantity.by is not None:
            return self._derivative(quantity, quantity.of, quantity.by, places)
        role, layer, name, generation = quantity.role, quantity.layer, quantity.name, quantity.generation
        if not any(isinstance(index, Letter) for index in (*quantity.index, quantity.sample)):
            return None
        indices = [self._index(index, places) for index in quantity.index]
        sample = None if quantity.sample is None else self._index(quantity.sample, places)

        def made(values: Values) -> Quantity:
            index = tuple([values[place] for place in indices])
            return remembered(
                role, layer, index, None if sample is None else values[sample], name, generation, None, None
            )

        return made

    def _derivative(
        self, quantity: Quantity, of: Quantity, by: Quantity, places: Places
    ) -> Callable[[Values], Quantity] | None:
        above, below = self._quantity(of, places), self._quantity(by, places)
        if above is None and below is None:
            return None
        return lambda values: derivative(of if above is None else above(values), by if below is None else below(values))

    def _index(self, index: Index, places: Places) -> int:
        if isinstance(index, Letter):
            return self._place(index, places)
        self._start.append(index)
        return len(self._start) - 1


def _single(make: Make) -> Terms:
    return lambda values: [make(values)]


def _sum_of(terms: list[Expression], turns: int | str) -> Expression:
    if len(terms) == 1:
        return terms[0]
    return Sum(tuple(terms), len(terms) // turns if isinstance(turns, int) else 1)


def _is_fixed(node: Expression) -> bool:
    """Whether the formula is its own element view, whatever is put for letters."""
    if isinstance(node, Ref):
        return not quantity_letters(node.quantity)
    return not isinstance(node, Sigma | Kronecker) and all(map(_is_fixed, children(node)))

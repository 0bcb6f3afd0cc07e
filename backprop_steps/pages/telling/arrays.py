"""Passages between whole arrays: the matrix formula, the same with the matrices written out, the array of results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from backprop_steps.derivation.matrix import matrix_view, whole
from backprop_steps.derivation.steps import Passage, Rule, Step
from backprop_steps.evaluation.evaluate import elements, generation_of
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.arrays import Array, evaluate_array
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import (
    children,
    contains,
    free_letters,
    quantities,
    rebuild,
    rename,
    rename_quantity,
    replace_refs,
    without_single,
)
from backprop_steps.expression.tree import (
    Chain,
    Derivative,
    Expression,
    Hadamard,
    Matrix,
    Product,
    Ref,
    Sigma,
    Sum,
    Transpose,
)
from backprop_steps.network.graph import letters_of
from backprop_steps.notation.looks import is_numeric
from backprop_steps.pages.telling.lines import Line, Member, Relation
from backprop_steps.pages.telling.speech import Speech

SAME = Decimal("1e-28")
"""Numbers no further apart are the same: what is left is the noise of the calculation."""
_MOST_MATRICES = 3
"""A matrix formula with more matrices than this is not written out in numbers."""


class ArrayTelling(Speech):
    """Tells passages in the matrix view, where they have one."""

    __slots__ = ()

    def array_formula(self, passage: Passage, brief: bool = False) -> Line | None:
        """The symbolic chain between whole arrays; None where there is no such formula."""
        scalar = self.is_scalar(passage)
        beside = self._beside(passage) if scalar else None
        if beside is not None:
            scalar = False
            if self._matrix_basis(beside, last_only=True) is None:
                return None  # its weights have only an index view: both chains begin with the same output
        elif not scalar and self._matrix_basis(passage, last_only=True) is None:
            return None  # where the result has only an index view, the whole chain is told in it
        elif scalar and self._single(passage.steps[-1]) is None and self._array(passage, passage.steps[-1]) is None:
            return None
        members: list[Member] = []
        lost = False
        for step in self._steps(passage, brief):
            view = self._single(step) if scalar else None
            if view is None and (scalar or step.reason != "function_written_out"):
                view = self._array(passage, step)
            if view is not None and not (members and _together(members[-1].expression) == view):
                reason = step.reason or _rule_of(step, view).value
                if lost and reason == Rule.SIMPLIFICATION:
                    return None  # nothing would say what was put in: in letters it can be said
                members.append(Member(self._relation(passage), view, reason))
            lost = view is None and (lost or (step.rule is Rule.SUBSTITUTION and not step.reason))
        if not members:
            return None
        subject = whole(passage.quantity, self.layout)
        head = without_single(self._head(passage, passage.quantity)) if scalar else self._head(passage, subject)
        return replace(self._line(passage, subject, head, members), shape=self._shape(passage))

    def _shape(self, passage: Passage) -> tuple[str, str] | None:
        """The rows and columns that a gradient by a matrix has, as the matrix has them."""
        by = passage.quantity.by
        if by is None or by.role != "weight" or self.is_scalar(passage):
            return None
        down, across = self.layout.places(by)
        return ("1" if down is None else str(down.axis.size), "1" if across is None else str(across.axis.size))

    def _beside(self, passage: Passage) -> Passage | None:
        """The gradient of the weights that a single bias lies beside, in a notation that writes the long chain."""
        by = passage.quantity.by
        if by is None or by.role not in ("bias", "threshold") or not self.notation.conventions.written_out_factors:
            return None
        weights = (p for p in self.derivation.passages if p.quantity.of == passage.quantity.of)
        return next((p for p in weights if p.quantity.by and _place(p.quantity.by) == ("weight", by.layer)), None)

    def _single(self, step: Step) -> Expression | None:
        """The step about one number, without letters; None where a sum over units is left in it."""
        if step.reason == "spelt_out":
            return None
        node = without_single(self.spoken(step.expression))
        return None if contains(node, Sigma) else node

    def _array(self, passage: Passage, step: Step) -> Expression | None:
        if step.reason == "written_out":
            return self._written_arrays(step.expression)
        if step.rule in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS):
            return self._formal_arrays(step.expression) if passage.quantity.role != "node" else None
        target = passage.quantity.by if passage.quantity.by is not None else passage.quantity
        long_chain = self.notation.conventions.written_out_factors
        apart = long_chain and step.rule is Rule.SUBSTITUTION and not step.reason
        layout = replace(self.layout, apart=apart, adds_up=long_chain and passage.section == "backward")
        return matrix_view(self.spoken(step.expression), target, layout)

    def _formal_arrays(self, node: Expression) -> Expression:
        """The chain rule between arrays, by name: what is added up over units and samples, the matrices add up."""
        while isinstance(node, Sigma):
            node = node.body
        return replace_refs(node, lambda quantity: Ref(quantity.array()))

    def _written_arrays(self, node: Expression) -> Expression | None:
        """The same product, each factor as the derivative of the formula that it is of."""
        while isinstance(node, Sigma):
            node = node.body
        if not isinstance(node, Product):
            return None
        factors: list[Expression] = []
        for factor in node.factors:
            if not isinstance(factor, Derivative) or not isinstance(factor.by, Ref):
                return None
            of = self.spoken(factor.of)
            lettered = self._lettered_like(of)
            view = None if lettered is None else matrix_view(of, lettered, self.layout)
            factors.append(Derivative(view or without_single(of), Ref(whole(factor.by.quantity, self.layout))))
        return Product(tuple(factors))

    def _lettered_like(self, node: Expression) -> Quantity | None:
        """The quantity that a formula defines, in the formula's letters; None for the loss, which is no array."""
        own = {letter.axis: letter for letter in free_letters(node)}
        for operation in self.derivation.graph.operations:
            if operation.output.role == "loss":
                continue
            renamed = {letter: own.get(letter.axis, letter) for letter in letters_of(operation.output)}
            formulas = (self.spoken(operation.formula), operation.named)
            if any(formula is not None and rename(formula, renamed) == node for formula in formulas):
                return rename_quantity(operation.output, renamed)
        return None

    def result(self, passage: Passage, generation: int = 0) -> Line | None:
        """The whole array with its numbers; None for a scalar."""
        assert self.evaluation is not None
        if self.is_scalar(passage) or not self.is_array(passage):
            return None
        subject = passage.quantity.array().after(generation)
        exact = self._array_exact(passage.quantity, generation)
        value = self.matrix(passage.quantity, generation)
        return self._line(
            passage, subject, self._head(passage, subject), [Member("=" if exact else "≈", value, numeric=True)]
        )

    def array_statement(self, passage: Passage, generation: int = 0) -> Line | None:
        """The matrix formula with the matrices written out."""
        view = self._matrix_basis(passage)
        if view is None:
            return None
        rounded = False

        def literal(quantity: Quantity) -> Expression | None:
            nonlocal rounded
            lettered = self.lettered(quantity)
            if lettered is None:
                return None
            rounded = rounded or not self._array_exact(lettered, generation)
            return self.matrix(lettered, generation)

        put = _of_numbers(replace_refs(view, literal))
        subject = passage.quantity.array().after(generation)
        members = [
            Member(self._relation(passage), replace_refs(view, lambda q: Ref(self.later(q, generation)))),
            Member("≈" if rounded else "=", put, numeric=True),
        ]
        return self._line(passage, subject, self._head(passage, subject), members)

    def array_working(self, passage: Passage, generation: int = 0) -> Line | None:
        """The matrix formula with the matrices written out, and its result."""
        assert self.evaluation is not None
        line = self.array_statement(passage, generation)
        if line is None:
            return None
        put, value = line.members[-1], self.matrix(passage.quantity, generation)
        written = _matrices(put.expression) <= _MOST_MATRICES
        if written or self.evaluation.rounding.carry == "rounded":
            exact = self._come_to(put.expression, value)
        else:
            exact = self._array_exact(passage.quantity, generation)
        result = Member("=" if exact else "≈", value, numeric=True)
        shown = line.members if written else line.members[:-1]
        return Line(line.subject, line.head, (*shown, result), line.layer)

    def uses_of_array(self, passage: Passage, generation: int = 0) -> Iterator[Quantity]:
        """The arrays that are written out where this passage is worked."""
        view = self._matrix_basis(passage)
        return (self.later(quantity, generation) for quantity in quantities(view)) if view is not None else iter(())

    def array_value(self, quantity: Quantity) -> Line | None:
        """A whole array and its numbers; None for what is no array of this graph."""
        generation = generation_of(quantity)
        lettered = self.lettered(quantity.after(-generation))
        if lettered is None:
            return None
        relation: Relation = "=" if self._array_exact(lettered, generation) else "≈"
        value = Member(relation, self.matrix(lettered, generation), numeric=True)
        return Line(quantity, Ref(quantity), (value,), quantity.layer)

    def _come_to(self, put: Expression, value: Expression) -> bool:
        """Whether the printed numbers give the printed result exactly."""
        try:
            found, expected = (evaluate_array(node, _no_value, self.derivation.functions) for node in (put, value))
        except ArithmeticFault:  # softmax, which is not taken entry by entry
            return False
        return all(
            abs(a - b) <= SAME for one, two in zip(found, expected, strict=True) for a, b in zip(one, two, strict=True)
        )

    def _matrix_basis(self, passage: Passage, last_only: bool = False) -> Expression | None:
        """The last step that has a matrix view, in that view; None where no step (or not the last) has one."""
        target = passage.quantity.by if passage.quantity.by is not None else passage.quantity
        if self.is_scalar(passage) or not self.is_array(passage):
            return None
        for step in reversed(passage.steps):
            if step.rule in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS) or step.reason == "function_written_out":
                continue
            if step.rule is Rule.DEFINITION and passage.section == "backward":
                continue
            view = matrix_view(self.spoken(step.expression), target, self.layout)
            if view is not None or last_only:
                return view
        return None

    def matrix(self, quantity: Quantity, generation: int = 0) -> Expression:
        """The numbers of an array (given with its letters), laid out as this notation lays arrays out."""
        assert self.evaluation is not None
        shown = self.evaluation.shown
        rows = tuple([tuple([shown(one) for one in row]) for row in self.entries(quantity, generation)])
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else Matrix(rows)

    def entries(self, quantity: Quantity, generation: int = 0) -> tuple[tuple[Quantity, ...], ...]:
        """The elements of an array (given with its letters), row by row, as this notation lays arrays out."""
        down, across = self.layout.places(quantity)

        def entry(i: int, j: int) -> Quantity:
            binding = {place: number for place, number in ((down, i), (across, j)) if place is not None}
            return self.later(self.at(quantity, binding), generation)

        return tuple(tuple(entry(i, j) for j in _range(across)) for i in _range(down))

    def _array_exact(self, quantity: Quantity, generation: int) -> bool:
        assert self.evaluation is not None
        for binding in elements(quantity):
            found = self.evaluation.literal(self.later(self.at(quantity, binding), generation))
            if found is None or found[1]:
                return False
        return True


def _of_numbers(node: Expression) -> Expression:
    """With what is said of arrays left out where there are only numbers: no transpose, no product entry by entry."""
    node = rebuild(node, _of_numbers)
    match node:
        case Transpose(body) if is_numeric(body):
            return body
        case Hadamard(factors) if all(map(is_numeric, factors)):
            return Product(factors)
    return node


def _together(node: Expression) -> Expression:
    """A product whose links were kept apart, as one product: with nothing between them to leave out, it is the same."""
    node = rebuild(node, _together)
    if not isinstance(node, Chain):
        return node
    return Product(tuple(factor for link in node.factors for factor in _factors(link)))


def _factors(node: Expression) -> tuple[Expression, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _place(quantity: Quantity) -> tuple[str, int]:
    return quantity.role, quantity.layer


def _rule_of(step: Step, view: Expression) -> Rule:
    """The rule that a member shows: between matrices no sum over paths is left to see, unless there are several."""
    unseen = step.rule is Rule.SUM_OVER_PATHS and not isinstance(view, Sum) and not contains(view, Sigma)
    return Rule.CHAIN_RULE if unseen else step.rule


def _no_value(quantity: Quantity) -> Array:
    raise KeyError(quantity)


def _matrices(node: Expression) -> int:
    return 1 if isinstance(node, Matrix) else sum(_matrices(child) for child in children(node))


def _range(place: Letter | None) -> range:
    if place is None:
        return range(1, 2)
    size = place.axis.size
    assert isinstance(size, int)
    return range(1, size + 1)

"""A passage as lines: the formulas in the notation's view, the numbers element by element or in matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from backprop_steps.derivation.matrix import Layout, matrix_view, whole
from backprop_steps.derivation.steps import Derivation, Passage, Rule, Step
from backprop_steps.evaluation.evaluate import Evaluation, elements
from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate_in
from backprop_steps.expression.quantity import Letter, Quantity, derivative
from backprop_steps.expression.tidy import tidy
from backprop_steps.expression.transform import children, element, quantities, rebuild, rename_quantity, replace_refs, without_single
from backprop_steps.expression.tree import Apply, Derivative, Expression, Kronecker, Matrix, Negative, Number, Product, Ref, Sigma
from backprop_steps.network.graph import letters_of
from backprop_steps.notation.notation import Notation
from backprop_steps.notation.profile import View
from backprop_steps.pages.lines import Line, Member, Relation

_SAME = Decimal("1e-28")
_MOST_MATRICES = 3
"""A matrix formula with more matrices than this is not written out in numbers."""
Binding = Mapping[Letter, int]


@dataclass(frozen=True, slots=True)
class Telling:
    """Turns passages into lines, for one derivation, its numbers (None: symbolic) and a notation."""

    derivation: Derivation
    evaluation: Evaluation | None
    notation: Notation
    layout: Layout
    _spoken: dict[tuple[Expression, bool], tuple[Expression, bool]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    # formulas

    def formula_lines(self, passage: Passage, view: View, brief: bool = False) -> list[Line]:
        """The symbolic chain: once for the array (matrix or index view), or once for each element."""
        if view == "element":
            return [self.formula(passage, binding, brief) for binding in elements(passage.quantity)]
        if view == "matrix":
            line = self.array_formula(passage, brief)
            if line is not None:
                return [line]
        return [self.index_formula(passage, brief)]

    def formula(self, passage: Passage, binding: Binding, brief: bool = False, generation: int = 0) -> Line:
        """The symbolic chain of one element."""
        subject = self.at(passage.quantity, binding, generation)
        members = [
            Member(self._relation(passage), self._element(step.expression, binding, generation), step.reason or step.rule.value)
            for step in self._steps(passage, brief)
            if step.reason != "spelt_out" or passage.section == "update"
        ]
        return self._line(passage, subject, self._head(passage, subject), members)

    def index_formula(self, passage: Passage, brief: bool = False) -> Line:
        """The symbolic chain in letters, with the ranges of the free ones."""
        head = without_single(self._head(passage, passage.quantity))
        members = [
            Member(self._relation(passage), without_single(self.spoken(step.expression)), step.reason or step.rule.value)
            for step in self._steps(passage, brief)
            if step.reason != "spelt_out" or passage.section == "update" or not self.is_scalar(passage)
        ]
        line = self._line(passage, passage.quantity, head, members)
        ranges = tuple(letter for letter in passage.letters if letter.axis.size != 1)
        return Line(line.subject, line.head, line.members, line.layer, ranges)

    def array_formula(self, passage: Passage, brief: bool = False) -> Line | None:
        """The symbolic chain between whole arrays; None where there is no such formula."""
        scalar = self.is_scalar(passage)
        members: list[Member] = []
        for step in self._steps(passage, brief):
            view = self._single(step) if scalar else None
            if view is None and (scalar or step.reason != "function_written_out"):
                view = self._array(passage, step)
            if view is not None:
                members.append(Member(self._relation(passage), view, step.reason or step.rule.value))
        if not members:
            return None
        subject = whole(passage.quantity, self.layout)
        head = without_single(self._head(passage, passage.quantity)) if scalar else self._head(passage, subject)
        return self._line(passage, subject, head, members)

    def is_array(self, passage: Passage) -> bool:
        """Whether the elements of the passage lie in one array: a derivative between two arrays has more indices."""
        quantity = passage.quantity
        if quantity.of is None or quantity.by is None:
            return True
        return set(letters_of(quantity.of)) <= set(letters_of(quantity.by))

    def _single(self, step: Step) -> Expression | None:
        """The step about one number, without letters; None where a sum over units is left in it."""
        if step.reason == "spelt_out":
            return None
        node = without_single(self.spoken(step.expression))
        return None if _has_sum(node) else node

    def is_scalar(self, passage: Passage) -> bool:
        """Whether the passage is about one number: no letter of it runs over more than one value."""
        return all(letter.axis.size == 1 for letter in passage.letters)

    def _array(self, passage: Passage, step: Step) -> Expression | None:
        if step.reason == "written_out":
            return self._written_arrays(step.expression)
        if step.rule in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS):
            return self._formal_arrays(step.expression) if passage.quantity.role != "node" else None
        target = passage.quantity.by if passage.quantity.by is not None else passage.quantity
        return matrix_view(self.spoken(step.expression), target, self.layout)

    def _formal_arrays(self, node: Expression) -> Expression | None:
        """The chain rule between arrays, by name: only a notation that writes the long chain says it so."""
        if not self.notation.conventions.written_out_factors:
            return None
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
        """The quantity that a formula defines; None for the loss, which is no array."""
        for operation in self.derivation.graph.operations:
            if operation.output.role != "loss" and node in (self.spoken(operation.formula), operation.named):
                return operation.output
        return None

    # numbers

    def working(self, passage: Passage, binding: Binding, generation: int = 0, symbols: bool = True) -> Line:
        """One element with its numbers: (symbols,) numbers substituted, result."""
        assert self.evaluation is not None
        subject = self.at(passage.quantity, binding, generation)
        basis = self._element(passage.basis, binding, generation, numbers=True)
        members: list[Member] = []
        if symbols:
            lower = self.notation.conventions.arrangement == "formulas_first"
            symbolic = self._element(passage.basis, binding, generation, numbers=lower)
            members.append(Member(self._relation(passage), symbolic))
        members += self._worked(passage, basis, subject, symbols)
        return self._line(passage, subject, self._head(passage, subject), members)

    def _worked(self, passage: Passage, basis: Expression, subject: Quantity, symbols: bool) -> list[Member]:
        assert self.evaluation is not None
        literals = self.evaluation.literal
        rounded = False

        def literal(quantity: Quantity) -> Expression | None:
            nonlocal rounded
            found = literals(quantity)
            if found is None:
                return None
            rounded = rounded or found[1]
            return found[0]

        put = replace_refs(basis, literal)
        result = self.evaluation.shown(subject)
        if isinstance(put, Number) or put == Negative(Number(result.text.removeprefix("-"), result.exact)):
            literally = put if isinstance(put, Number) and put.value == result.value else result
            return [Member("≈" if rounded else self._first(passage, symbols), literally, numeric=True)]
        put = _as_a_hand_writes(put)
        members = [Member("≈" if rounded else self._first(passage, symbols), put, numeric=True)]
        exact = self._comes_to(put, result.value)
        members.append(Member("=" if exact else "≈", result, numeric=True))
        return members

    def _comes_to(self, put: Expression, result: Decimal) -> bool:
        """Whether the printed numbers give the printed result exactly."""
        try:
            with arithmetic():
                value = evaluate_in(put, _no_value, self.derivation.functions, {})
        except ArithmeticFault:  # of rounded numbers only: ln(1 - 1.0000), where a was 0.99999998
            return False
        return _same(value, result)

    def _first(self, passage: Passage, symbols: bool) -> Relation:
        return "=" if symbols else self._relation(passage)

    def result(self, passage: Passage, generation: int = 0) -> Line | None:
        """The whole array with its numbers; None for a scalar."""
        assert self.evaluation is not None
        if self.is_scalar(passage) or not self.is_array(passage):
            return None
        subject = passage.quantity.array().after(generation)
        exact = self._array_exact(passage.quantity, generation)
        value = self.matrix(passage.quantity, generation)
        return self._line(passage, subject, self._head(passage, subject), [Member("=" if exact else "≈", value, numeric=True)])

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

        put = replace_refs(view, literal)
        subject = passage.quantity.array().after(generation)
        members = [
            Member(self._relation(passage), replace_refs(view, lambda q: Ref(q.after(generation)))),
            Member("≈" if rounded else "=", put, numeric=True),
        ]
        return self._line(passage, subject, self._head(passage, subject), members)

    def array_working(self, passage: Passage, generation: int = 0) -> Line | None:
        """The matrix formula with the matrices written out, and its result."""
        line = self.array_statement(passage, generation)
        if line is None:
            return None
        exact = self._array_exact(passage.quantity, generation) and line.members[-1].relation == "="
        result = Member("=" if exact else "≈", self.matrix(passage.quantity, generation), numeric=True)
        shown = line.members if _matrices(line.members[-1].expression) <= _MOST_MATRICES else line.members[:-1]
        return Line(line.subject, line.head, (*shown, result), line.layer)

    def joined(self, passage: Passage, binding: Binding, work: Line, brief: bool) -> Line:
        """The symbolic chain of an element, and its numbers after it."""
        return continued(self.formula(passage, binding, brief), work)

    def _matrix_basis(self, passage: Passage) -> Expression | None:
        target = passage.quantity.by if passage.quantity.by is not None else passage.quantity
        if self.is_scalar(passage) or not self.is_array(passage):
            return None
        for step in reversed(passage.steps):
            if step.rule in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS) or step.reason == "function_written_out":
                continue
            view = matrix_view(self.spoken(step.expression), target, self.layout)
            if view is not None:
                return view
        return None

    def matrix(self, quantity: Quantity, generation: int = 0) -> Expression:
        """The numbers of an array (given with its letters), laid out as this notation lays arrays out."""
        assert self.evaluation is not None
        down, across = self.layout.places(quantity)
        rows = []
        for i in _range(down):
            row = []
            for j in _range(across):
                binding = {place: number for place, number in ((down, i), (across, j)) if place is not None}
                row.append(self.evaluation.shown(self.at(quantity, binding, generation)))
            rows.append(tuple(row))
        if len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        return Matrix(tuple(rows))

    def lettered(self, array: Quantity) -> Quantity | None:
        """The same array with its letters; None for what is no array of this graph (a scalar is its own)."""
        graph = self.derivation.graph
        if array.of is not None and array.by is not None:
            by, of = self.lettered(array.by), self.lettered(array.of)
            return None if by is None or of is None else derivative(of, by)
        if array.role in ("learning_rate", "samples", "loss"):
            return array
        if array.role in ("delta", "slope", "error", "target"):
            base = graph.producer(Quantity("activation", array.layer)) or graph.producer(
                Quantity("pre_activation", array.layer)
            )
            if base is None:
                return None
            return array.at(*base.output.index, sample=base.output.sample)
        for known in (*graph.inputs, *graph.parameters, *(operation.output for operation in graph.operations)):
            if known.array() == array.array():
                return known
        return None

    def _array_exact(self, quantity: Quantity, generation: int) -> bool:
        assert self.evaluation is not None
        for binding in elements(quantity):
            found = self.evaluation.literal(self.at(quantity, binding, generation))
            if found is None or found[1]:
                return False
        return True

    # how a member is spoken

    def spoken(self, node: Expression, numbers: bool = False) -> Expression:
        """Quantities that have no name here, written out: sigma'(z) for a slope, the sum for an unnamed pre-activation."""
        slope_named = numbers and self.notation.names("slope", numbers=True)

        def expand(quantity: Quantity) -> Expression | None:
            if quantity.role == "slope" and not slope_named:
                z = Quantity("pre_activation", quantity.layer, quantity.index, quantity.sample)
                return Apply(self._function(quantity.layer), (self.spoken(Ref(z)),), primes=1)
            if quantity.role == "pre_activation" and not self.notation.names("pre_activation"):
                return self._formula_of(quantity)
            return None

        return replace_refs(node, expand)

    def _function(self, layer: int) -> str:
        operation = self.derivation.graph.producer(Quantity("activation", layer))
        assert operation is not None
        assert operation.activation is not None
        return operation.activation.name

    def _formula_of(self, quantity: Quantity) -> Expression:
        from backprop_steps.derivation.paths import in_letters

        operation = self.derivation.graph.producer(quantity)
        assert operation is not None
        return in_letters(operation.formula, operation.output, quantity)

    def _element(self, node: Expression, binding: Binding, generation: int, numbers: bool = False) -> Expression:
        known = self._spoken.get((node, numbers))
        if known is None:  # spoken once, not once for each element
            spoken = self.spoken(node, numbers)
            known = self._spoken[node, numbers] = spoken, _has_kronecker(spoken)
        written = element(known[0], binding)
        if known[1]:
            written = tidy(written)
        if generation:
            written = replace_refs(written, lambda quantity: Ref(quantity.after(generation)))
        return written

    def at(self, quantity: Quantity, binding: Binding, generation: int = 0) -> Quantity:
        """An element of an array, after so many updates."""
        bound = rename_quantity(quantity, binding)
        return bound.after(generation) if generation else bound

    def _steps(self, passage: Passage, brief: bool) -> tuple[Step, ...]:
        return (passage.steps[-1],) if brief else passage.steps

    def _head(self, passage: Passage, subject: Quantity) -> Ref:
        """The left side; an update in place has the parameter's own symbol there."""
        in_place = passage.section == "update" and self.notation.conventions.updates_in_place
        return Ref(subject.after(-1) if in_place else subject)

    def _relation(self, passage: Passage) -> Relation:
        if passage.section == "update" and self.notation.conventions.assignment == ":=":
            return ":="
        return "="

    def _line(self, passage: Passage, subject: Quantity, head: Expression, members: list[Member]) -> Line:
        return Line(subject, head, tuple(_distinct(head, members)), passage.layer)


def continued(formula: Line, numbers: Line) -> Line:
    """A symbolic chain, and the numbers of another about the same after it."""
    members = [*formula.members, *(member for member in numbers.members if member.numeric)]
    assert formula.head is not None
    return Line(numbers.subject, formula.head, tuple(_distinct(formula.head, members)), formula.layer, formula.ranges)


def _distinct(head: Expression, members: list[Member]) -> Iterator[Member]:
    """Without members that say again what stands before them."""
    before = head
    for member in members:
        if member.expression != before:
            yield member
            before = member.expression


def _as_a_hand_writes(node: Expression) -> Expression:
    """With e^0.55 for e^-(-0.55): the two signs are not worth a line."""
    if isinstance(node, Apply) and node.function == "exp":
        argument = node.arguments[0]
        if isinstance(argument, Negative) and isinstance(argument.body, Number) and argument.body.text.startswith("-"):
            return Apply("exp", (Number(argument.body.text[1:], argument.body.exact),))
    return rebuild(node, _as_a_hand_writes)


def _matrices(node: Expression) -> int:
    return 1 if isinstance(node, Matrix) else sum(_matrices(child) for child in children(node))


def _has_sum(node: Expression) -> bool:
    return isinstance(node, Sigma) or any(_has_sum(child) for child in children(node))


def _has_kronecker(node: Expression) -> bool:
    return isinstance(node, Kronecker) or any(_has_kronecker(child) for child in children(node))


def _range(place: Letter | None) -> range:
    if place is None:
        return range(1, 2)
    size = place.axis.size
    assert isinstance(size, int)
    return range(1, size + 1)


def _same(one: Decimal, two: Decimal) -> bool:
    return abs(one - two) <= _SAME * max(abs(two), Decimal(1))


def _no_value(quantity: Quantity) -> Decimal:
    raise KeyError(quantity)



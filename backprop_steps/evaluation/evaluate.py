"""Derivation -> numbers: every quantity's value, in decimals, update after update."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product

from backprop_steps.derivation.local import links, slope_at
from backprop_steps.derivation.paths import consumers
from backprop_steps.derivation.steps import Derivation, Passage
from backprop_steps.evaluation.rounding import as_carried, as_rounded, shown
from backprop_steps.expression.arithmetic import IRRATIONAL, ArithmeticFault, arithmetic, evaluate_in, nudged
from backprop_steps.expression.quantity import LEARNING_RATE, Letter, Quantity, derivative
from backprop_steps.expression.transform import contains, nodes, quantities, rename_quantity
from backprop_steps.expression.tree import Apply, Constant, Expression, Number, Ref
from backprop_steps.network.graph import Operation, letters_of
from backprop_steps.problem.model import Rounding

Values = dict[Quantity, Decimal]
NO_MISTAKES: Mapping[Quantity, Decimal] = {}


class NoValue(ArithmeticFault):
    """A quantity that has no number. `made_by` is the output of the operation whose formula is the cause.

    `known` are the numbers that the calculation had until then.
    """

    def __init__(self, message: str, quantity: Quantity, made_by: Quantity | None, known: Values) -> None:
        super().__init__(message)
        self.quantity, self.made_by, self.known = quantity, made_by, known


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every number of a sheet.

    `generations[g]` holds the values after g updates, under the quantities' names before any update; the last one
    has the forward pass only. `given` keeps the digits that the file gave. `endless` are the quantities whose value
    seems to end and does not: sigmoid(70) is not 1.
    """

    derivation: Derivation
    rounding: Rounding
    generations: tuple[Mapping[Quantity, Decimal], ...]
    given: Mapping[Quantity, Number]
    endless: frozenset[Quantity] = frozenset()
    _literals: dict[Quantity, tuple[Number, bool]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What is shown for each quantity that was asked for, and whether it was rounded: a sheet asks many times."""

    def value(self, quantity: Quantity) -> Decimal:
        """The value the calculation goes on with. Raises KeyError where there is none."""
        if not quantity.generation and quantity.of is None:
            return self.generations[0][quantity]
        generation = generation_of(quantity)
        return self.generations[generation][quantity.after(-generation)]

    def literal(self, quantity: Quantity) -> tuple[Number, bool] | None:
        """What is shown for the quantity, and whether it was rounded from the value carried on; None for none."""
        found = self._literals.get(quantity)
        if found is None and self.has(quantity):
            found = self._literals[quantity] = self._literal(quantity)
        return found

    def shown(self, quantity: Quantity) -> Number:
        """The literal that stands for the quantity on the sheet: as given, or rounded. Raises KeyError for none."""
        found = self.literal(quantity)
        if found is None:
            raise KeyError(quantity)
        return found[0]

    def _literal(self, quantity: Quantity) -> tuple[Number, bool]:
        literal = self.given.get(quantity)
        if literal is not None:
            return (literal if quantity in self.derivation.graph.values else replace(literal, of=quantity)), False
        value = self.value(quantity)
        literal = shown(value, self.rounding)
        if literal.exact and self.rounding.carry == "rounded" and "e" not in literal.text:
            literal = as_carried(value, self.rounding)
        if literal.exact and quantity in self.endless:
            return replace(as_rounded(literal, self.rounding), of=quantity), True
        return replace(literal, of=quantity), not literal.exact and literal.value != value

    def has(self, quantity: Quantity) -> bool:
        """Whether there is a number for it."""
        generation = generation_of(quantity)
        return generation < len(self.generations) and quantity.after(-generation) in self.generations[generation]

    @property
    def rounds(self) -> bool:
        """Whether any number has more digits than are shown."""
        return any(
            not self.shown(quantity.after(generation)).exact
            for generation, values in enumerate(self.generations)
            for quantity in values
            if quantity.role != "slope"
        )

    @property
    def updates(self) -> int:
        """How many updates were made."""
        return len(self.generations) - 1


def generation_of(quantity: Quantity) -> int:
    """How many updates lie before this quantity; of a derivative, before what is differentiated by."""
    return quantity.by.generation if quantity.by is not None else quantity.generation


def computable(derivation: Derivation) -> bool:
    """Whether there are numbers to compute with: all values given, and every function known."""
    graph = derivation.graph
    if graph.symbolic:
        return False
    return all(
        operation.activation is None or operation.activation.coupled or operation.activation.formula is not None
        for operation in graph.operations
    )


def evaluate(
    derivation: Derivation,
    rounding: Rounding,
    steps: int = 1,
    mistaken: Mapping[Quantity, Decimal] = NO_MISTAKES,
) -> Evaluation | None:
    """The numbers of a derivation through `steps` updates; None where it is symbolic.

    A quantity in `mistaken` (after so many updates as its name says) has the value given there in place of its own,
    and the calculation goes on with it. Raises NoValue where a value does not exist (a logarithm of zero, an overflow).
    """
    if not computable(derivation):
        return None
    given = dict(derivation.graph.values)
    generations = _calculated(derivation, rounding, steps, mistaken, given)
    endless: frozenset[Quantity] = frozenset()
    if rounding.carry == "exact" and _seems_to_end(derivation, rounding, generations):
        with suppress(NoValue), nudged():
            again = _calculated(derivation, rounding, steps, mistaken, dict(derivation.graph.values))
            endless = frozenset(
                name.after(number)
                for number, (one, two) in enumerate(zip(generations, again, strict=True))
                for name, value in one.items()
                if value != two[name]
            )
    return Evaluation(derivation, rounding, generations, given, endless)


def _seems_to_end(derivation: Derivation, rounding: Rounding, generations: Sequence[Values]) -> bool:
    """Whether the result of an exponential or its like has no more digits than are shown."""
    return any(
        shown(values[rename_quantity(operation.output, binding)], rounding).exact
        for operation in derivation.graph.operations
        if _is_irrational(operation, derivation)
        for binding in elements(operation.output)
        for values in generations
    )


def _is_irrational(operation: Operation, derivation: Derivation) -> bool:
    definitions = [derivation.functions.get((name, 0)) for name in _functions_of(operation.formula)]
    formulas = [operation.formula, *(formula for formula in definitions if formula is not None)]
    return any(contains(formula, Constant) or IRRATIONAL & set(_functions_of(formula)) for formula in formulas)


def _functions_of(node: Expression) -> Iterator[str]:
    return (one.function for one in nodes(node) if isinstance(one, Apply))


def _calculated(
    derivation: Derivation,
    rounding: Rounding,
    steps: int,
    mistaken: Mapping[Quantity, Decimal],
    given: dict[Quantity, Number],
) -> tuple[Values, ...]:
    graph = derivation.graph
    updates = steps if LEARNING_RATE in graph.values else 0
    with arithmetic():
        calculation = _Calculation(derivation, rounding, given, mistaken)
        values: Values = {quantity: number.value for quantity, number in given.items()}
        generations = [values]
        for number in range(updates + 1):
            calculation.forward(values)
            if number < updates or updates == 0:
                calculation.backward(values)
            if number < updates:
                values = calculation.updated(values)
                generations.append(values)
    return tuple(generations)


def elements(quantity: Quantity) -> Iterator[dict[Letter, int]]:
    """Every assignment of integers to the letters of a quantity, the last letter running fastest."""
    if quantity.of is not None and quantity.by is not None:
        letters = tuple(dict.fromkeys((*letters_of(quantity.of), *letters_of(quantity.by))))
    else:
        letters = letters_of(quantity)
    ranges = [range(1, letter.axis.size + 1) for letter in letters if isinstance(letter.axis.size, int)]
    for numbers in product(*ranges):
        yield dict(zip(letters, numbers, strict=True))


class _Calculation:
    """One pass after the other over one set of values."""

    def __init__(
        self,
        derivation: Derivation,
        rounding: Rounding,
        given: dict[Quantity, Number],
        mistaken: Mapping[Quantity, Decimal],
    ) -> None:
        self.derivation, self.rounding, self.given, self.mistaken = derivation, rounding, given, mistaken
        self.graph = derivation.graph
        self.carried = rounding.carry == "rounded"
        self.updates = 0
        self.told = {passage.quantity.array(): passage for passage in derivation.passages}
        self.trained = {p.quantity.after(-1).array(): p for p in derivation.passages if p.section == "update"}
        self.slopes = slopes_shown(derivation)
        self.sign = derivation.profile.conventions.delta_sign

    def forward(self, values: Values) -> None:
        for operation in self.graph.operations:
            output = operation.output
            self._fill(values, output, operation.formula, output.array() in self.told)
            if operation.activation is not None and not operation.activation.coupled:
                slope = _slope_quantity(output)
                self._fill(values, slope, self._slope(operation), slope.array() in self.slopes)
        for passage in self.derivation.passages:
            if passage.quantity.role == "error":
                self._fill(values, passage.quantity, passage.result, True)

    def _slope(self, operation: Operation) -> Expression:
        assert operation.activation is not None
        output = operation.output
        z = Quantity("pre_activation", output.layer, output.index, output.sample)
        slope = slope_at(operation.activation, output, z)
        assert slope is not None
        return slope

    def backward(self, values: Values) -> None:
        goal = self.graph.goal
        for quantity, number in self.graph.upstream.items():
            self._gradient(values, quantity, number.value)
        for passage in self.derivation.passages:
            if passage.quantity.role == "derivative" and passage.quantity.of != goal:
                # what is only another quantity, dz/dw is a, has that quantity's digits
                self._fill(values, passage.quantity, passage.result, not isinstance(passage.result, Ref))
                self._keep_digits(passage)
        for gradient in self.derivation.gradients:
            quantity = gradient.quantity
            told = self._passage(quantity)
            if told is None or not told.worked:
                self._fill_gradient(values, quantity, gradient.expression, False, 1)
            else:
                sign = self.sign if told.quantity.role == "delta" else 1
                self._fill_gradient(values, quantity, told.basis, True, sign)

    def _keep_digits(self, passage: Passage) -> None:
        """A derivative that is a given value has the digits that were given: dz/dw is 0.10, not 0.1.

        So it has after an update, as long as the update does not move that value.
        """
        if not isinstance(passage.result, Ref):
            return
        for binding in elements(passage.quantity):
            given = rename_quantity(passage.result.quantity, binding)
            literal = None if self.updates and self._moves(given) else self.given.get(given)
            quantity = rename_quantity(passage.quantity, binding).after(self.updates)
            if literal is not None and quantity not in self.mistaken:
                self.given[quantity] = literal

    def _moves(self, quantity: Quantity) -> bool:
        """Whether an update changes a given value."""
        return quantity.array() in self.trained and quantity not in self.graph.frozen

    def _passage(self, quantity: Quantity) -> Passage | None:
        delta = Quantity("delta", quantity.layer)
        if quantity.role == "pre_activation" and delta in self.told:
            return self.told[delta]
        return self.told.get(derivative(self.graph.goal, quantity).array())

    def _fill_gradient(self, values: Values, quantity: Quantity, node: Expression, printed: bool, sign: int) -> None:
        subject = derivative(self.graph.goal, quantity)
        for binding in elements(quantity):
            value = self._round(self._number(subject, node, values, binding), printed)
            self._gradient(values, rename_quantity(quantity, binding), sign * value)

    def _gradient(self, values: Values, quantity: Quantity, value: Decimal) -> None:
        delta = Quantity("delta", quantity.layer, quantity.index, quantity.sample)
        if quantity.role == "pre_activation":
            value = self.sign * self._kept(delta, self.sign * value)
        value = values[derivative(self.graph.goal, quantity)] = self._kept(derivative(self.graph.goal, quantity), value)
        if quantity.role == "pre_activation":
            values[delta] = self.sign * value

    def _kept(self, quantity: Quantity, value: Decimal, updates: int = 0) -> Decimal:
        """The value, or the mistaken one in its place."""
        if not self.mistaken:
            return value
        return self.mistaken.get(quantity.after(self.updates + updates), value)

    def updated(self, values: Values) -> Values:
        new: Values = {}
        for quantity in self.graph.values:
            if not self._moves(quantity):
                new[quantity] = values[quantity]
                continue
            passage = self.trained[quantity.array()]
            binding = {p: i for p, i in zip(passage.letters, quantity.index, strict=True) if isinstance(i, int)}
            value = self._round(self._number(passage.quantity, passage.basis, values, binding), True)
            new[quantity] = self._kept(quantity, value, 1)
        self.updates += 1
        return new

    def _fill(self, values: Values, quantity: Quantity, node: Expression, printed: bool) -> None:
        for binding in elements(quantity):
            element = rename_quantity(quantity, binding)
            value = self._round(self._number(quantity, node, values, binding), printed)
            values[element] = self._kept(element, value)

    def _number(self, quantity: Quantity, node: Expression, values: Values, binding: Mapping[Letter, int]) -> Decimal:
        """The number of a formula, which is that of an element of this quantity. Raises NoValue where there is none."""
        try:
            return evaluate_in(node, values.__getitem__, self.derivation.functions, binding)
        except ArithmeticFault as fault:
            subject = rename_quantity(quantity, binding)
            made_by = self._made_by(subject, values)
            raise NoValue(fault.message, subject.after(self.updates), made_by, values) from None

    def _made_by(self, subject: Quantity, values: Values) -> Quantity | None:
        """The output of the operation that gives a quantity, or its derivative, no number; None for an update."""
        if subject.generation:
            return None
        if subject.role in ("slope", "delta"):
            return Quantity("activation", subject.layer, subject.index, subject.sample)
        if subject.by is None:
            return subject if subject.role != "error" else self.graph.goal
        if subject.of is not None and subject.of != self.graph.goal:
            return subject.of
        users = consumers(self.graph, subject.by)
        faulty = (user for user in users if self._has_no_slope(user, subject.by, values))
        return next(faulty, users[0]).output

    def _has_no_slope(self, operation: Operation, by: Quantity, values: Values) -> bool:
        """Whether it is this of several operations on a named scalar that has no derivative there."""
        if self.graph.depth:  # in a network, what is used by one operation is used by no other
            return True
        try:
            for link in links(operation, by):
                evaluate_in(link.local, values.__getitem__, self.derivation.functions, {})
        except ArithmeticFault:
            return True
        return False

    def _round(self, value: Decimal, printed: bool) -> Decimal:
        return shown(value, self.rounding).value if self.carried and printed else value


def slopes_shown(derivation: Derivation) -> frozenset[Quantity]:
    """The slopes that a sheet shows: they have no passage, but are printed where the numbers of a formula are."""
    named = _names_slopes(derivation)
    bases = [passage.basis for passage in derivation.passages if passage.worked and named]
    return frozenset(q.array() for basis in bases for q in quantities(basis) if q.role == "slope")


def _names_slopes(derivation: Derivation) -> bool:
    """Whether slopes have a symbol among numbers; without one their formula is written where they are used."""
    profile = derivation.profile
    spelling = profile.numbers.get("slope") or profile.formulas.get("slope")
    return spelling is not None and spelling.named


def _slope_quantity(output: Quantity) -> Quantity:
    return Quantity("slope", output.layer, output.index, output.sample)

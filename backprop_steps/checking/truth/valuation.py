"""The value of a bound formula in a world: scalars, formulas in index letters, and formulas in whole arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from operator import eq, ge, gt, le, lt
from typing import Any

from backprop_steps.checking.truth.tensors import (
    Label,
    NoValue,
    Value,
    at,
    combined,
    each,
    label_of,
    labels_of,
    summed,
    tensor,
)
from backprop_steps.checking.truth.world import WHOLE
from backprop_steps.expression.arithmetic import Functions, call_function, literal
from backprop_steps.expression.elementary import ONE, PI, ZERO, ArithmeticFault, E, arithmetic, divide, fault, power
from backprop_steps.expression.quantity import Axis, Letter, Quantity
from backprop_steps.expression.transform import children, quantities, rename_quantity
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Chain,
    Constant,
    Derivative,
    Dots,
    Expression,
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

TOTAL = "total"
"""The function that a sum sign without a letter is bound to: the sum of all entries."""
SOFTMAX = "softmax"
_STEP = Decimal("1e-12")
_CONSTANT = frozenset({"input", "target", "samples", "learning_rate", "variable"})
"""The roles of what depends on nothing."""
_NO_NODE = frozenset({"delta", "slope", "derivative"})
"""The roles of what no operation makes."""

Labels = frozenset[Label]
AxesOf = Callable[[Quantity], tuple[Axis, ...]]
"""The axes of an array that its indices do not settle; none for a number."""
NumberOf = Callable[[Quantity], Decimal]


@contextmanager
def _calculating() -> Iterator[None]:
    """Decimals of forty digits; what has no number is a fault of the formula, not of the program."""
    with arithmetic():
        try:
            yield
        except DecimalException as error:
            raise fault(error) from None
        except RecursionError:
            raise NoValue("nested too deeply") from None


@dataclass(slots=True)
class Valuation:
    """Evaluates formulas. `number` gives the value of an element, `axes` the open axes of a quantity."""

    number: NumberOf
    axes: AxesOf
    functions: Functions
    definitions: Mapping[str, Expression] = field(default_factory=dict)
    replaced: dict[Quantity, Decimal] = field(default_factory=dict)
    """Values to take in place of an element's own, while a formula is differentiated."""
    _along: tuple[Quantity, Decimal] | None = field(default=None, init=False)
    """An element, and the step that it is moved by with all that depends on it, while a formula is differentiated."""
    _defined: dict[str, Decimal] = field(default_factory=dict, init=False)
    """The values of the definitions, each worked out once: one may use another twice, and that another twice again."""

    def value(
        self, node: Expression, wanted: Iterable[Label] = (), letters: Mapping[Letter, int] | None = None
    ) -> Value:
        """The value of a formula; `wanted` are the labels that its result is to keep.

        Raises NoValue, ArithmeticFault, and what `number` raises.
        """
        with _calculating():
            return self._value(node, frozenset(wanted), dict(letters or {}))

    def tensor_of(self, quantity: Quantity) -> Value:
        """The value of a quantity, whole where its indices leave axes open. Raises as `value` does."""
        with _calculating():
            return self._tensor_of(quantity)

    def _value(self, node: Expression, wanted: Labels, letters: dict[Letter, int]) -> Value:
        handler = _HANDLERS.get(type(node))
        if isinstance(node, Dots):
            raise NoValue("what the dots stand for is left open")
        if handler is None:
            raise NoValue(f"a {type(node).__name__.lower()} has no value here")
        return handler(self, node, wanted, letters)

    def _ref(self, node: Ref, wanted: Labels, letters: dict[Letter, int]) -> Value:
        quantity = rename_quantity(node.quantity, letters)
        return self._tensor_of(quantity)

    def _tensor_of(self, quantity: Quantity) -> Value:
        if quantity.of is not None and quantity.by is not None:
            above, below = self.axes(quantity.of), self.axes(quantity.by)
            if not above and not below:
                return self._element(quantity)
            of, by = quantity.of, quantity.by

            def entry(index: dict[Label, int]) -> Decimal:
                return self._element(Quantity("derivative", of=_at(of, above, index), by=_at(by, below, index)))

            return tensor(tuple(map(label_of, (*above, *below))), entry)
        axes = self.axes(quantity)
        if not axes:
            return self._element(quantity)
        return tensor(tuple(map(label_of, axes)), lambda index: self._element(_at(quantity, axes, index)))

    def _element(self, quantity: Quantity) -> Decimal:
        if quantity in self.replaced:
            return self.replaced[quantity]
        definition = self.definitions.get(quantity.name or "") if quantity.role == "variable" else None
        if definition is None or quantity.name is None:
            return self.number(quantity) + self._drift(quantity)
        if quantity.name not in self._defined:
            found = self._value(definition, frozenset(), {})
            if not isinstance(found, Decimal):
                raise NoValue(f"{quantity.name} is an array")
            self._defined[quantity.name] = found
        return self._defined[quantity.name]

    def _drift(self, quantity: Quantity) -> Decimal:
        """How far an element goes with the one that is moved."""
        if self._along is None or quantity.role in _CONSTANT:
            return ZERO
        if quantity.role in _NO_NODE:
            raise NoValue(f"a {quantity.role} is not differentiated here")
        element, step = self._along
        return step * self.number(Quantity("derivative", name=WHOLE, of=quantity, by=element))

    def _sum(self, node: Sum, wanted: Labels, letters: dict[Letter, int]) -> Value:
        return combined([self._value(term, wanted, letters) for term in node.terms], lambda parts: sum(parts, ZERO))

    def _negative(self, node: Negative, wanted: Labels, letters: dict[Letter, int]) -> Value:
        return each(self._value(node.body, wanted, letters), lambda entry: -entry)

    def _factors(self, node: Product | Hadamard, wanted: Labels, letters: dict[Letter, int]) -> Value:
        found = [self.labels(factor, letters) for factor in node.factors]
        wanted -= _summed_out(node, found)
        times = Counter(label for labels in found for label in labels)
        parts = []
        for factor, own in zip(node.factors, found, strict=True):
            others = {label for label, count in times.items() if count > (label in own)}
            parts.append(self._value(factor, wanted | others, letters))
        whole = combined([part for part in parts if part is not None], _multiplied)
        if isinstance(node, Hadamard):
            return whole
        counts: dict[Label, int] = {}
        for part in parts:
            for label in labels_of(part):
                counts[label] = counts.get(label, 0) + 1
        ones = any(_is_ones(factor) for factor in node.factors)
        return summed(whole, [label for label, count in counts.items() if label not in wanted and (count > 1 or ones)])

    def _quotient(self, node: Quotient, wanted: Labels, letters: dict[Letter, int]) -> Value:
        parts = [self._value(part, wanted, letters) for part in (node.numerator, node.denominator)]
        return combined(parts, lambda pair: divide(pair[0], pair[1]))

    def _power(self, node: Power, wanted: Labels, letters: dict[Letter, int]) -> Value:
        exponent = self._value(node.exponent, wanted, letters)
        if node.base == Constant("e"):
            return each(exponent, Decimal.exp)
        return combined([self._value(node.base, wanted, letters), exponent], lambda pair: power(pair[0], pair[1]))

    def _apply(self, node: Apply, wanted: Labels, letters: dict[Letter, int]) -> Value:
        if node.function == TOTAL:
            body = self._value(node.arguments[0], wanted, letters)
            return summed(body, [label for label in labels_of(body) if label not in wanted])
        arguments = [self._value(argument, wanted, letters) for argument in node.arguments]
        if node.function == SOFTMAX and not node.primes:
            return _softmax(arguments[0])

        def call(parts: list[Decimal]) -> Decimal:
            try:
                return call_function(node.function, node.primes, parts, self.functions, self.number)
            except TypeError:
                raise NoValue(f"{node.function} is not a function of {len(parts)} numbers") from None

        return combined(arguments, call)

    def _sigma(self, node: Sigma, wanted: Labels, letters: dict[Letter, int]) -> Value:
        size = node.letter.axis.size
        if not isinstance(size, int):
            raise NoValue(f"a sum up to {size} has no number here")
        terms = [self._value(node.body, wanted, {**letters, node.letter: number}) for number in range(1, size + 1)]
        return combined(terms, lambda parts: sum(parts, ZERO)) if terms else ZERO

    def _derivative(self, node: Derivative, wanted: Labels, letters: dict[Letter, int]) -> Value:
        """The whole derivative of a written formula: its quantities as independent as it shows them, where it shows
        the one by which it is taken; otherwise that comes in through what it shows.
        """
        if not isinstance(node.by, Ref):
            raise NoValue("a derivative is taken by a quantity")
        by = rename_quantity(node.by.quantity, letters)
        axes = self.axes(by)
        shown = {quantity.array() for quantity in quantities(node.of)}
        through = by.array() not in shown and not any(one.name in self.definitions for one in shown)

        def at_step(element: Quantity, step: Decimal) -> Value:
            outer, before = self._along, self.replaced.copy()
            self._defined.clear()
            if through:
                self._along = (element, step)
            else:
                self.replaced[element] = self._element(element) + step
            try:
                return self._value(node.of, wanted, letters)
            finally:
                self._along = outer
                self.replaced = before
                self._defined.clear()

        def moved(element: Quantity) -> Value:
            sides = [at_step(element, step) for step in (_STEP, -_STEP)]
            return combined(sides, lambda pair: (pair[0] - pair[1]) / (2 * _STEP))

        if not axes:
            return moved(by)
        parts: dict[tuple[int, ...], Value] = {}
        labels = tuple(map(label_of, axes))

        def entry(index: dict[Label, int]) -> Decimal:
            key = tuple(index[label] for label in labels)
            if key not in parts:
                parts[key] = moved(_at(by, axes, index))
            return at(parts[key], index)

        example = moved(_at(by, axes, dict.fromkeys(labels, 1)))
        return tensor(tuple(dict.fromkeys((*labels, *labels_of(example)))), entry)

    def _cases(self, node: Cases, wanted: Labels, letters: dict[Letter, int]) -> Value:
        parts: list[Value] = []
        for body, condition in node.pieces:
            sides = (condition.left, condition.right) if condition is not None else (Number("0"), Number("0"))
            values = [self._value(side, wanted, letters) for side in sides]
            alone = not parts and all(isinstance(value, Decimal) for value in values)
            if alone and (condition is None or _RELATIONS[condition.relation](*values)):
                return self._value(body, wanted, letters)
            if not alone:
                parts += [*values, self._value(body, wanted, letters)]
            elif body is node.pieces[-1][0]:
                raise ArithmeticFault("none of the cases holds")
        relations = [condition.relation if condition is not None else "=" for _, condition in node.pieces]
        relations = relations[len(relations) - len(parts) // 3 :]

        def chosen(entries: list[Decimal]) -> Decimal:
            for place, relation in enumerate(relations):
                left, right, value = entries[3 * place : 3 * place + 3]
                if _RELATIONS[relation](left, right):
                    return value
            raise ArithmeticFault("none of the cases holds")

        return combined(parts, chosen)

    def _kronecker(self, node: Kronecker, wanted: Labels, letters: dict[Letter, int]) -> Value:
        one, two = (letters.get(i, i) if isinstance(i, Letter) else i for i in (node.left, node.right))
        return ONE if one == two else ZERO

    def labels(self, node: Expression, letters: Mapping[Letter, int]) -> Labels:
        """Every label that a formula's arrays have, without those that a transpose in it sums over."""
        if isinstance(node, Ref):
            of, by = node.quantity.of, node.quantity.by
            parts = (node.quantity,) if of is None or by is None else (of, by)
            return frozenset({label_of(axis) for part in parts for axis in self.axes(part) if axis.size != 1})
        found = [self.labels(child, letters) for child in children(node)]
        union = frozenset().union(*found)
        return union - _summed_out(node, found) if isinstance(node, Product) else union


def _summed_out(node: Product | Hadamard, labels: Sequence[Labels]) -> Labels:
    """What a product sums over whatever is wanted: the one axis that a transposed factor has in common with what it is
    multiplied with, `w^T x`.
    """
    for factor, own, following in zip(node.factors, labels, labels[1:], strict=False):
        if isinstance(node, Product) and isinstance(factor, Transpose) and len(own & following) == 1:
            return own & following
    return frozenset()


def _at(quantity: Quantity, axes: tuple[Axis, ...], index: Mapping[Label, int]) -> Quantity:
    """The element of an array at these indices."""
    if not axes:
        return quantity
    sample = quantity.sample
    units = list(quantity.index)
    for axis in axes:
        if axis.kind == "sample":
            sample = index[label_of(axis)]
        else:
            units.append(index[label_of(axis)])
    return Quantity(
        quantity.role,
        quantity.layer,
        tuple(units),
        sample,
        quantity.name,
        quantity.generation,
        quantity.of,
        quantity.by,
    )


def _multiplied(parts: list[Decimal]) -> Decimal:
    whole = ONE
    for part in parts:
        whole *= part
    return whole


def _is_ones(node: Expression) -> bool:
    if isinstance(node, Transpose | Group):
        return _is_ones(node.body)
    return node == Constant("ones")


def _softmax(value: Value) -> Value:
    units = [label for label in labels_of(value) if label.kind == "unit"]
    if len(units) != 1:
        raise NoValue("softmax is a function of all pre-activations of a layer")
    powers = each(value, Decimal.exp)
    return combined([powers, summed(powers, units)], lambda pair: divide(pair[0], pair[1]))


def _literal(valuation: Valuation, node: Number, wanted: Labels, letters: dict[Letter, int]) -> Value:
    return literal(node.text)


def _constant(valuation: Valuation, node: Constant, wanted: Labels, letters: dict[Letter, int]) -> Value:
    return {"e": E, "pi": PI, "ones": ONE}[node.name]


def _body(valuation: Valuation, node: Group | Transpose, wanted: Labels, letters: dict[Letter, int]) -> Value:
    return valuation._value(node.body, wanted, letters)


_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq}
_HANDLERS: Mapping[type[Expression], Callable[[Valuation, Any, Labels, dict[Letter, int]], Value]] = {
    Number: _literal,
    Constant: _constant,
    Ref: Valuation._ref,
    Negative: Valuation._negative,
    Sum: Valuation._sum,
    Product: Valuation._factors,
    Chain: Valuation._factors,
    Hadamard: Valuation._factors,
    Quotient: Valuation._quotient,
    Power: Valuation._power,
    Apply: Valuation._apply,
    Sigma: Valuation._sigma,
    Derivative: Valuation._derivative,
    Cases: Valuation._cases,
    Kronecker: Valuation._kronecker,
    Group: _body,
    Transpose: _body,
}


HAS_NO_VALUE = (Dots, Matrix)

"""Problem -> Graph: a layered network is a shorter way to write one, a circuit is one already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from backprop_steps.expression.names import matches, name_of, read_name
from backprop_steps.expression.quantity import LEARNING_RATE, LOSS, SAMPLES, Axis, Index, Letter, Quantity
from backprop_steps.expression.transform import quantities, replace_refs
from backprop_steps.expression.tree import (
    Apply,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Sigma,
    expression,
)
from backprop_steps.network.graph import Graph, Operation
from backprop_steps.notation.profile import Conventions
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import ERROR, SLOPE, A, Activation, Loss, X, Y, exp
from backprop_steps.operations.losses import LOSSES
from backprop_steps.problem.again import parts_of
from backprop_steps.problem.model import (
    SCALES,
    ActivationChoice,
    Circuit,
    Layer,
    LossChoice,
    Network,
    Optimizer,
    Problem,
)

DEFAULT_LEAK = Number("0.01")


def build(problem: Problem, conventions: Conventions) -> Graph:
    """The graph of a problem, its formulas in the order in which this notation's hand writes them."""
    if problem.circuit is not None:
        return _circuit(problem.circuit, problem.optimizer)
    assert problem.network is not None
    return _Layers(problem.network, problem.optimizer, conventions).graph()


def chosen_activation(choice: ActivationChoice, layer: int | None = None) -> Activation:
    """The table row of a choice, its parameter put in; a row made for a custom function or a bare name.

    With `layer`, a function that has a parameter is that layer's own.
    """
    if choice.bare or choice.formula is not None:
        return Activation(choice.name, "", formula=choice.formula, derivative=None)
    row = ACTIVATIONS[choice.name]
    if not row.parameter or row.formula is None or row.derivative is None:
        return row
    given = choice.parameter or DEFAULT_LEAK
    formula, derivative = (replace_refs(node, {SLOPE.quantity: given}.get) for node in (row.formula, row.derivative))
    return replace(row, formula=formula, derivative=derivative, given=given, layer=layer)


def several_parameters(layers: tuple[Layer, ...]) -> frozenset[str]:
    """The names of the activations that occur with different parameters."""
    found: dict[str, set[Decimal]] = {}
    for choice in (layer.activation for layer in layers):
        if choice.name in ACTIVATIONS and ACTIVATIONS[choice.name].parameter:
            found.setdefault(choice.name, set()).add((choice.parameter or DEFAULT_LEAK).value)
    return frozenset(name for name, parameters in found.items() if len(parameters) > 1)


def chosen_loss(choice: LossChoice) -> Loss:
    """The table row of a choice; a row made for a custom formula."""
    if choice.formula is not None:
        return Loss(choice.kind, "", term=choice.formula, derivative=None)
    return LOSSES[choice.kind]


class _Layers:
    """The graph of a layered network."""

    def __init__(self, network: Network, optimizer: Optimizer | None, conventions: Conventions) -> None:
        self.network, self.optimizer, self.conventions = network, optimizer, conventions
        self.units = (network.input_units, *(layer.units for layer in network.layers))
        self.unit = [Letter(Axis("unit", layer, size)) for layer, size in enumerate(self.units)]
        self.sample: Letter | None = Letter(Axis("sample", 0, network.samples)) if network.batch else None
        self.rows = (network.orientation or conventions.orientation) == "rows"
        self.several = frozenset[str]().union(*map(several_parameters, parts_of(network)))
        self.operations: list[Operation] = []
        self.parameters: list[Quantity] = []
        self.functions: dict[tuple[str, int], Expression] = {}
        self.values: dict[Quantity, Number] = {}

    def graph(self) -> Graph:
        signal = Quantity("input", 0, (self.unit[0],), self.sample)
        inputs = (signal,)
        for number, layer in enumerate(self.network.layers, start=1):
            signal = self._layer(number, layer, signal)
        if self.network.loss is not None:
            self._loss(self.network.loss, signal)
        self._values()
        upstream = {
            quantity: number
            for name, number in self.network.upstream
            for quantity in [read_name(name, rows=self.network.orientation == "rows")]
        }
        if upstream:
            self._cut(upstream)
        return Graph(
            operations=tuple(self.operations),
            goal=LOSS,
            parameters=tuple(self.parameters),
            inputs=inputs,
            values=self.values,
            upstream=upstream,
            frozen=self._frozen(),
            functions=self.functions,
            units=self.units,
            samples=self.network.samples,
            batch=self.network.batch,
        )

    def _layer(self, number: int, layer: Layer, signal: Quantity) -> Quantity:
        to, source = self.unit[number], self.unit[number - 1]
        weight = Quantity("weight", number, (to, source))
        self.parameters.append(weight)
        factors = (Ref(signal), Ref(weight)) if self.rows else (Ref(weight), Ref(signal))
        total: Expression = Sigma(source, Product(factors))
        if layer.bias_kind == "threshold":
            threshold = Quantity("threshold", number, (to,))
            self.parameters.append(threshold)
            total = total - Ref(threshold)
        elif layer.bias_kind != "none":
            bias = Quantity("bias", number, (to,) if layer.bias_kind == "per_unit" else ())
            self.parameters.append(bias)
            total = total + Ref(bias)
        z = Quantity("pre_activation", number, (to,), self.sample)
        self.operations.append(Operation("affine", z, total))
        a = Quantity("activation", number, (to,), self.sample)
        row = chosen_activation(layer.activation, number if layer.activation.name in self.several else None)
        named = None if row.formula == X else Apply(row.function, (Ref(z),))
        self.operations.append(Operation("activation", a, self._activated(row, z), named, activation=row))
        if row.formula is not None:
            self.functions[row.function, 0] = row.formula
        return a

    def _activated(self, row: Activation, z: Quantity) -> Expression:
        if row.coupled:
            letter = z.index[0]
            assert isinstance(letter, Letter)
            other = Letter(letter.axis, letter.copy + 1)
            return Quotient(exp(Ref(z)), Sigma(other, exp(Ref(z.at(other, sample=z.sample)))))
        if row.formula is None:
            return Apply(row.function, (Ref(z),))
        return replace_refs(row.formula, lambda quantity: Ref(z) if quantity == X.quantity else None)

    def _loss(self, choice: LossChoice, output: Quantity) -> None:
        row = chosen_loss(choice)
        target = Quantity("target", output.layer, output.index, output.sample)
        term = replace_refs(row.term, self._loss_letters(target, output).get)
        constant, mean = self._constant(row, choice)
        front = _constant_expression(constant, mean)
        if self.conventions.split_loss and not self.network.batch and self.units[-1] != 1:
            part = Quantity("partial_loss", output.layer, output.index)
            self.operations.append(Operation("partial_loss", part, _times(front, term), term=term, loss=row))
            total: Expression = Sigma(self.unit[-1], Ref(part))
            self.operations.append(Operation("loss", LOSS, total, loss=row))
        else:
            total = Sigma(self.unit[-1], term)
            if self.sample is not None:
                total = Sigma(self.sample, total)
            total = _times(front, total)
            self.operations.append(Operation("loss", LOSS, total, term=term, loss=row))

    def _loss_letters(self, target: Quantity, output: Quantity) -> dict[Quantity, Expression]:
        difference = (
            Ref(target) - Ref(output)
            if self.conventions.difference == "target_minus_output"
            else Ref(output) - Ref(target)
        )
        return {Y.quantity: Ref(target), A.quantity: Ref(output), ERROR.quantity: difference}

    def _constant(self, row: Loss, choice: LossChoice) -> tuple[Fraction, bool]:
        """The number before the sums, and whether 1/N stands there too."""
        if row.scaled:
            scale, mean = SCALES[choice.scale or "1/N"]
            return row.constant * scale, mean and self.network.batch
        return row.constant, self.network.batch and choice.reduce == "mean"

    def _values(self) -> None:
        network, values = self.network, self.values
        if self.optimizer is not None and self.optimizer.learning_rate is not None:
            values[LEARNING_RATE] = self.optimizer.learning_rate
        if isinstance(network.samples, int):
            values[SAMPLES] = Number(str(network.samples))
        if network.inputs is None or any(layer.weights is None for layer in network.layers):
            values.clear()
            return
        self._rows("input", 0, network.inputs)
        if network.targets is not None:
            self._rows("target", len(network.layers), network.targets)
        for number, layer in enumerate(network.layers, start=1):
            for j, row in enumerate(layer.weights or (), start=1):
                for i, entry in enumerate(row, start=1):
                    values[Quantity("weight", number, (j, i))] = entry
            for j, entry in enumerate(layer.bias or (), start=1):
                if layer.bias_kind == "shared":
                    values[Quantity("bias", number)] = entry
                elif layer.bias_kind == "threshold":
                    values[Quantity("threshold", number, (j,))] = entry
                else:
                    values[Quantity("bias", number, (j,))] = entry

    def _rows(self, role: str, layer: int, rows: tuple[tuple[Number, ...], ...]) -> None:
        for n, row in enumerate(rows, start=1):
            sample: Index | None = n if self.network.batch else None
            for i, entry in enumerate(row, start=1):
                assert role in ("input", "target")
                kind = Quantity("input" if role == "input" else "target", layer, (i,), sample)
                self.values[kind] = entry

    def _cut(self, upstream: Mapping[Quantity, Number]) -> None:
        """Leave out what lies behind the quantities at which gradients arrive."""
        last = max(quantity.layer for quantity in upstream)
        keeps_activation = any(q.role == "activation" and q.layer == last for q in upstream)
        self.operations = [
            operation
            for operation in self.operations
            if operation.output.layer < last
            or (operation.output.layer == last and (operation.kind == "affine" or keeps_activation))
        ]
        self.parameters = [parameter for parameter in self.parameters if parameter.layer <= last]

    def _frozen(self) -> frozenset[Quantity]:
        patterns = self.optimizer.frozen if self.optimizer is not None else ()
        if not patterns:
            return frozenset()
        rows = self.network.orientation == "rows"
        found = {
            quantity
            for quantity in self.values
            if quantity.role in ("weight", "bias", "threshold")
            and any(matches(pattern, name_of(quantity, rows=rows)) for pattern in patterns)
        }
        for parameter in self.parameters:
            name = name_of(parameter.array(), rows=rows)
            if any(matches(pattern, name) for pattern in patterns):
                found.add(parameter.array())
        return frozenset(found)


def _constant_expression(constant: Fraction, mean: bool) -> Expression | None:
    """A constant as it stands before a sum: 1/2, 1/(2N), -1/N; None for 1."""
    negative, size = constant < 0, abs(constant)
    bottom: list[Expression] = [expression(size.denominator)] if size.denominator != 1 else []
    if mean:
        bottom.append(Ref(SAMPLES))
    if not bottom:
        body: Expression | None = None if size == 1 else expression(size.numerator)
    else:
        body = Quotient(expression(size.numerator), bottom[0] if len(bottom) == 1 else Product(tuple(bottom)))
    if not negative:
        return body
    return Negative(body if body is not None else expression(1))


def _times(front: Expression | None, body: Expression) -> Expression:
    """A constant before a sum; a bare minus is a sign, not a factor."""
    if front is None:
        return body
    if front == Negative(Number("1")):
        return Negative(body)
    if isinstance(front, Negative):
        return Negative(Product((front.body, body)))
    return Product((front, body))


def _circuit(circuit: Circuit, optimizer: Optimizer | None) -> Graph:
    numeric = all(number is not None for _, number in circuit.values)
    values = {Quantity("node", name=name): number for name, number in circuit.values if number is not None and numeric}
    rate = optimizer.learning_rate if optimizer is not None else None
    if rate is not None and numeric:
        values[LEARNING_RATE] = rate
    goal = Quantity("node", name=circuit.differentiate)
    operations = _ordered([Operation("node", Quantity("node", name=name), body) for name, body in circuit.nodes])
    return Graph(
        operations=tuple(operations),
        goal=goal,
        parameters=tuple(Quantity("node", name=name) for name in (optimizer.parameters if optimizer else ())),
        inputs=tuple(Quantity("node", name=name) for name, _ in circuit.values),
        values=values,
        upstream={Quantity("node", name=name): number for name, number in circuit.upstream},
        frozen=frozenset(),
        functions={},
        units=(),
        samples=1,
        batch=False,
    )


def _ordered(operations: list[Operation]) -> list[Operation]:
    """Each node after those it uses; otherwise in the order of the file."""
    made = {operation.output for operation in operations}
    done: set[Quantity] = set()
    ordered: list[Operation] = []
    waiting = operations
    while waiting:
        ready = [
            operation
            for operation in waiting
            if all(quantity in done or quantity not in made for quantity in quantities(operation.formula))
        ]
        if not ready:
            raise ValueError("the nodes of the circuit depend on one another in a circle")
        for operation in ready:
            done.add(operation.output)
        ordered += ready
        waiting = [operation for operation in waiting if operation not in ready]
    return ordered

"""What a student's own values give: the right method, with what stands on the page in place of the truth.

A quantity that the page has stated is taken as stated; any other is calculated, one operation at a time, from what it
depends on. A stated value stands for half a unit of its last place either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from backprop_steps.checking.model import Verdict
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.checking.truth.world import Unknown, World
from backprop_steps.derivation.local import slope_at
from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate_in
from backprop_steps.expression.quantity import LEARNING_RATE, Letter, Quantity, derivative
from backprop_steps.expression.transform import quantity_letters
from backprop_steps.expression.tree import Expression
from backprop_steps.network.graph import letters_of

BAD = (Verdict.INCORRECT, Verdict.FOLLOWS)
ZERO = Decimal(0)
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """A value that the page gives for an element: how exactly, where, what is said of it, and the root of its mistake.

    `shift` is how far it lies from the truth.
    """

    value: Decimal
    slack: Decimal
    line: int
    verdict: Verdict
    root: int | None = None
    shift: Decimal = ZERO

    @property
    def bad(self) -> bool:
        """Whether it comes of a mistake."""
        return self.verdict in BAD


@dataclass(frozen=True, slots=True)
class Mine:
    """A value found from the page's own: how exactly, and the statements that went into it."""

    value: Decimal
    slack: Decimal = ZERO
    used: frozenset[Statement] = frozenset()

    @property
    def root(self) -> int | None:
        """The line of the first mistake among what it was found from."""
        lines = [
            statement.root if statement.root is not None else statement.line for statement in self.used if statement.bad
        ]
        return min(lines, default=None)

    @property
    def rounding(self) -> int | None:
        """The line of the statement that was rounded furthest."""
        rounded = max(self.used, key=lambda statement: abs(statement.shift), default=None)
        return rounded.line if rounded is not None else None

    def times(self, factor: Decimal) -> Mine:
        """So many times the value."""
        return self if factor == 1 else replace(self, value=self.value * factor, slack=self.slack * factor)


class Yours:
    """The page's values in one world, by element as `canonical` names it."""

    def __init__(self, truth: Truth, world: World, signs: Signs) -> None:
        self.truth, self.world, self.signs = truth, world, signs
        self.statements: dict[Quantity, Statement] = {}
        self._found: dict[Quantity, Mine] = {}

    def kept(self) -> Yours:
        """The same with what is stated so far, and nothing later."""
        new = Yours(self.truth, self.world, self.signs)
        new.statements.update(self.statements)
        return new

    @property
    def exact(self) -> frozenset[str]:
        """The values that the page states with no slack, as they are written without zeros behind."""
        return frozenset(f"{abs(said.value).normalize():f}" for said in self.statements.values() if not said.slack)

    def past(self) -> Iterator[Yours]:
        """The same without the local derivatives that are stated, which a hand may write wrong and use right; and
        without the derivatives that are not the true ones, which it may work out anew.
        """
        goals = {self.world.graph.goal.array().after(number) for number in range(len(self.world.passes))}
        local = {name for name in self.statements if name.of is not None and name.of.array() not in goals}
        wrong = {name for name, said in self.statements.items() if name.of is not None and said.bad}
        for left_out in filter(None, (local, wrong)):
            new = Yours(self.truth, self.world, self.signs)
            new.statements.update((name, said) for name, said in self.statements.items() if name not in left_out)
            yield new

    def canonical(self, quantity: Quantity) -> tuple[Quantity, int]:
        """The name under which an element is kept, and the sign that its own name has beside it."""
        settled = self.truth.settled(quantity)
        if any(self.truth.axes(part) for part in (settled.of, settled.by, settled) if part is not None):
            raise Unknown
        if quantity_letters(settled):
            raise Unknown
        if settled.role == "delta":
            z = Quantity("pre_activation", settled.layer, settled.index, settled.sample, generation=settled.generation)
            goal = self.world.graph.goal.after(settled.generation)
            return derivative(goal, z), self.signs.delta
        if settled.role == "error":
            return settled, self.signs.error
        if settled.of is not None and settled.by is not None:
            return settled, 1
        return settled, 1

    def state(self, quantity: Quantity, statement: Statement) -> None:
        """Take a value as the page gives it, from here on."""
        name, sign = self.canonical(quantity)
        value = statement
        if sign < 0:
            value = replace(statement, value=-statement.value)
        self.statements[name] = value
        self._found.clear()

    def value(self, quantity: Quantity) -> Mine:
        """The element's value on this page: as stated, or calculated. Raises Unknown, ArithmeticFault."""
        name, sign = self.canonical(quantity)
        return _times(self._get(name, 0), sign)

    def calculated(self, quantity: Quantity) -> Mine:
        """The element's value by its own operation, whatever the page states for itself."""
        name, sign = self.canonical(quantity)
        with arithmetic():
            return _times(self._calculate(name, 0), sign)

    def of_outputs(self, quantity: Quantity) -> Mine | None:
        """A gradient as the sum of those of each output's own loss; None where the page does not have them all."""
        name, sign = self.canonical(quantity)
        graph = self.world.graph
        if name.by is None or name.of != graph.goal.after(name.by.generation) or graph.batch:
            return None
        losses = [op.output.array() for op in graph.operations if op.output.role == "partial_loss"]
        parts = [
            derivative(one.after(name.by.generation), name.by)
            for array in losses
            for _, one in self.truth.elements(array)
        ]
        if not parts or any(part not in self.statements for part in parts):
            return None
        return _times(self._from(lambda value: sum(map(value, parts), ZERO), 0), sign)

    def _get(self, name: Quantity, depth: int) -> Mine:
        stated = self.statements.get(name)
        if stated is not None:
            return Mine(stated.value, stated.slack, frozenset((stated,)))
        found = self._found.get(name)
        if found is None:
            with arithmetic():
                found = self._found[name] = self._calculate(name, depth + 1)
        return found

    def _calculate(self, name: Quantity, depth: int) -> Mine:
        if depth > _DEEPEST:
            raise Unknown
        if not self.statements:
            return Mine(self.world.value(name))
        if name.of is not None and name.by is not None:
            return self._derivative(name.of, name.by, depth)
        trained = name.generation and name.role in ("weight", "bias", "threshold", "node")
        if trained and name.after(-name.generation).array() in {p.array() for p in self.world.graph.parameters}:
            return self._update(name.after(-1), depth)
        if name.role == "slope":
            return self._slope(name, depth)
        if name.role == "error":
            pair = [Quantity(role, name.layer, name.index, name.sample) for role in ("target", "activation")]
            return self._from(lambda value: value(pair[0]) - value(pair[1].after(name.generation)), depth)
        generation = name.generation
        operation = self.world.formula(name.after(-generation) if generation else name)
        if operation is None:
            return Mine(self.world.value(name))
        binding = _binding(operation.output, name)
        formula = operation.formula
        return self._from(lambda value: self._number(formula, value, binding, generation), depth)

    def _update(self, before: Quantity, depth: int) -> Mine:
        """What a parameter becomes by the next update."""
        graph = self.world.graph
        if before.after(-before.generation) in graph.frozen:
            return self._get(before, depth)
        gradient = derivative(graph.goal.after(before.generation), before)
        return self._from(lambda value: value(before) - value(LEARNING_RATE) * value(gradient), depth)

    def _slope(self, name: Quantity, depth: int) -> Mine:
        operation = self.world.formula(Quantity("activation", name.layer))
        if operation is None or operation.activation is None or operation.activation.coupled:
            raise Unknown
        output, z = (Quantity(role, name.layer, name.index, name.sample) for role in ("activation", "pre_activation"))
        node = slope_at(operation.activation, output, z)
        assert node is not None
        return self._from(lambda value: self._number(node, value, {}, name.generation), depth)

    def _derivative(self, of: Quantity, by: Quantity, depth: int) -> Mine:
        """The chain rule one operation at a time, over everything that the quantity feeds."""
        generation = by.generation
        plain_of, plain = of.after(-generation), by.after(-generation)
        arriving = self.world.graph.upstream.get(plain)
        if plain_of == self.world.graph.goal and arriving is not None:
            return Mine(arriving.value)
        if plain_of == plain:
            return Mine(Decimal(1))
        parts = [(element, part) for array in self.world.links for element, part in self._parts(array, plain)]

        def total(value: Callable[[Quantity], Decimal]) -> Decimal:
            whole = ZERO
            for element, (local, binding) in parts:
                step = derivative(element.after(generation), by)
                if step in self.statements and element != plain_of:
                    own = value(step)
                else:
                    own = self._local(element, local, binding, value, generation)
                above = Decimal(1) if element == plain_of else value(derivative(of, element.after(generation)))
                whole += above * own
            return whole

        return self._from(total, depth)

    def _parts(self, array: Quantity, by: Quantity) -> list[tuple[Quantity, tuple[Expression, Mapping[Letter, int]]]]:
        found: list[tuple[Quantity, tuple[Expression, Mapping[Letter, int]]]] = []
        for link in self.world.links[array]:
            if link.by.array() == by.array():
                found += [(element, (link.local, binding)) for element, binding in _instances(link.of, link.by, by)]
        return found

    def _local(
        self,
        element: Quantity,
        local: Expression,
        binding: Mapping[Letter, int],
        value: Callable[[Quantity], Decimal],
        generation: int,
    ) -> Decimal:
        """A local derivative; of the loss, with the error that the page states."""
        found = self._number(local, value, binding, generation)
        if element.role not in ("loss", "partial_loss") or self.world.graph.depth == 0:
            return found
        errors = [name for name in self.statements if name.role == "error" and name.generation == generation]
        for name in errors:
            place = Quantity("activation", name.layer, name.index, name.sample)
            if set(name.index) <= set(binding.values()) or not binding:
                true = value(Quantity("target", name.layer, name.index, name.sample)) - value(place.after(generation))
                if true and _about(binding, name):
                    return found / true * self.signs.error * value(name)
        return found

    def _number(
        self, node: Expression, value: Callable[[Quantity], Decimal], binding: Mapping[Letter, int], generation: int
    ) -> Decimal:
        def own(quantity: Quantity) -> Decimal:
            return value(quantity.after(generation))

        return evaluate_in(node, own, self.world.functions, binding)

    def _from(self, formula: Callable[[Callable[[Quantity], Decimal]], Decimal], depth: int) -> Mine:
        """The value of a formula of other elements, and how far their slack moves it."""
        parts: dict[Quantity, Mine] = {}

        def value(quantity: Quantity) -> Decimal:
            name, sign = self.canonical(quantity)
            if name not in parts:
                parts[name] = self._get(name, depth)
            return sign * parts[name].value

        middle = formula(value)
        slack, used = ZERO, frozenset[Statement]()
        for name, part in list(parts.items()):
            used |= part.used
            if part.slack:
                parts[name] = Mine(part.value + part.slack)
                try:
                    slack += abs(formula(value) - middle)
                except (ArithmeticFault, Unknown):
                    slack += part.slack
                parts[name] = part
        return Mine(middle, slack, used)


def _times(mine: Mine, sign: int) -> Mine:
    return mine if sign > 0 else Mine(-mine.value, mine.slack, mine.used)


def _binding(pattern: Quantity, element: Quantity) -> dict[Letter, int]:
    """The integers that an element has for the letters of its array."""
    indices = [index for index in element.index if isinstance(index, int)]
    if isinstance(element.sample, int) and isinstance(pattern.sample, Letter):
        indices.append(element.sample)
    return dict(zip(letters_of(pattern), indices, strict=True))


def _instances(of: Quantity, by: Quantity, element: Quantity) -> list[tuple[Quantity, dict[Letter, int]]]:
    """The elements made directly from this one, each with what the letters then stand for."""
    from backprop_steps.checking.truth.world import bindings
    from backprop_steps.expression.transform import rename_quantity

    fixed: dict[Letter, int] = {}
    for letter, index in (*zip(by.index, element.index, strict=True), (by.sample, element.sample)):
        if isinstance(letter, Letter):
            assert isinstance(index, int)
            if fixed.setdefault(letter, index) != index:
                return []
        elif letter != index:
            return []
    rest = tuple(letter for letter in dict.fromkeys(letters_of(of)) if letter not in fixed)
    return [(rename_quantity(of, {**fixed, **more}), {**fixed, **more}) for more in bindings(rest)]


def _about(binding: Mapping[Letter, int], error: Quantity) -> bool:
    """Whether a local derivative of the loss is by the output that this error belongs to."""
    units = {number for letter, number in binding.items() if letter.axis.kind == "unit"}
    samples = {number for letter, number in binding.items() if letter.axis.kind == "sample"}
    return (not units or set(error.index) == units) and (not samples or {error.sample} == samples)

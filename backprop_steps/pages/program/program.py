"""A derivation as a program in NumPy: what each quantity is assigned, in the order in which a sheet comes to it.

An assignment is a member of the sheet's own chain of equalities, the one into which the sheet puts numbers; and it is
rounded where the sheet goes on from what is rounded.
"""

from __future__ import annotations

from collections.abc import Callable

from backprop_steps.derivation.local import slope_at
from backprop_steps.derivation.steps import Passage
from backprop_steps.evaluation.evaluate import slopes_shown
from backprop_steps.expression.quantity import LEARNING_RATE, SAMPLES, Quantity, derivative
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression, Ref, name_and_layer
from backprop_steps.network.graph import letters_of
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import X
from backprop_steps.pages.program.numpy_code import Dims, NumpyCode, Variable, is_jacobian
from backprop_steps.pages.program.numpy_functions import DEFINED, KNOWN, softmax
from backprop_steps.pages.program.numpy_names import Names, indices
from backprop_steps.pages.program.numpy_text import Checks, assignment, tools, values
from backprop_steps.pages.telling.sheet import Choice, Part, Section, SheetMaker
from backprop_steps.pages.telling.telling import Telling

_MOST_SYMBOLS = 6


class Program:
    """The code of one run through a derivation, cell by cell: a cell goes on from what those before it assigned.

    `symbol` is what the sheet writes for a quantity, which a comment says of a variable. `begun`: the tools and what is
    given stand in a cell of another program before it.
    """

    def __init__(self, telling: Telling, symbol: Callable[[Quantity], str], begun: bool = False) -> None:
        assert telling.evaluation is not None
        self._telling, self._evaluation, self._symbol = telling, telling.evaluation, symbol
        self._derivation, self._graph = telling.derivation, telling.derivation.graph
        self._told = {passage.quantity.array(): passage for passage in self._derivation.passages}
        self._trained = {p.quantity.after(-1).array(): p for p in self._derivation.passages if p.section == "update"}
        self._slopes = slopes_shown(self._derivation)
        self._sign = self._derivation.profile.conventions.delta_sign
        self._carried = self._evaluation.rounding.carry == "rounded"
        self._arriving = {derivative(self._graph.goal, q): number for q, number in self._graph.upstream.items()}
        self._values = {**self._graph.values, **self._arriving}
        self._given = frozenset(quantity.array() for quantity in self._values)
        self._names = Names()
        self._checks = Checks(self._evaluation)
        self._done: set[tuple[Quantity, int]] = set()
        self._lines: list[str] = []
        if begun:
            self.given()

    def given(self) -> str:
        """The first cell: the tools that the others need, and the values that are given."""
        used = {quantity for operation in self._graph.operations for quantity in quantities(operation.formula)}
        arrays = dict.fromkeys(quantity.array() for quantity in self._values)
        for array in sorted(arrays, key=lambda array: array == LEARNING_RATE):
            if array != SAMPLES or array in used:
                self._need(array, 0)
        return f"{tools(self._evaluation.rounding)}\n\n{self._written()}"

    def cell(self, part: Part, section: Section) -> str:
        """The code of a section: what its entries are about, and that each comes to what is printed."""
        if part.name != "formulas":
            for entry in section.entries:
                if self._has_numbers(entry.passage, part.generation):
                    self._tell(entry.passage, part.generation)
        return self._written()

    def whole(self) -> str:
        """All of the code in one cell."""
        cells = [self.given()]
        for part in SheetMaker(self._telling, Choice()).make():
            cells += [self.cell(part, section) for section in part.sections]
        return "\n".join(cell for cell in cells if cell)

    def _written(self) -> str:
        lines, self._lines = self._lines, []
        return "\n".join(lines)

    def _has_numbers(self, passage: Passage, generation: int) -> bool:
        first = dict.fromkeys(passage.letters, 1)
        return self._evaluation.has(self._telling.at(passage.quantity, first, generation))

    def _tell(self, passage: Passage, generation: int) -> None:
        quantity = passage.quantity.after(-passage.quantity.generation)
        after = generation + passage.quantity.generation
        self._need(quantity.array(), after)
        name = self._variable(quantity, after).name
        self._lines += self._checks.line(name, passage.quantity, self._dims(quantity), generation)

    # what each quantity is

    def _need(self, array: Quantity, generation: int) -> None:
        """Assigns a quantity, after so many updates, when that is not done: first all that it uses."""
        array = self._alias(array)
        generation = self._last_moved(array, generation)
        if (array, generation) in self._done:
            return
        self._done.add((array, generation))
        variable = self._variable(array, generation)
        if array in self._given and not generation:
            self._lines += assignment(variable.name, values(variable, self._values), self._comment(variable))
        elif array in self._trained:
            self._update(array, variable, generation)
        else:
            node, rounds = self._definition(array)
            self._assign(variable, node, rounds, generation)

    def _assign(self, variable: Variable, node: Expression, rounds: bool, generation: int) -> None:
        for quantity in quantities(node):
            self._need(quantity.array(), generation)
        text = self._code(generation).assigned(node, variable)
        said = "" if generation or variable.quantity.array() in self._trained else self._comment(variable)
        self._lines += assignment(variable.name, f"rounded({text})" if rounds and self._carried else text, said)

    def _comment(self, variable: Variable) -> str:
        """The sheet's symbol, or symbols, of what a variable holds, where they are not the variable's name."""
        quantity = variable.quantity
        notation = self._telling.notation
        if quantity.generation or quantity.role in ("derivative", "node"):
            return ""
        elements = [quantity.array()]
        if notation.conventions.formulas == "element":
            elements = [self._telling.at(quantity, binding) for binding in self._telling.bindings(quantity)]
        if not all(map(notation.names, elements)):
            return ""
        symbols = [self._symbol(element) for element in elements]
        if len(symbols) > _MOST_SYMBOLS:
            symbols = [*symbols[:2], "…", symbols[-1]]
        return "" if symbols == [variable.name] else ", ".join(symbols)

    def _code(self, generation: int) -> NumpyCode:
        layout = self._telling.layout
        return NumpyCode(layout, lambda quantity: self._variable(quantity, generation), self._function)

    def _update(self, array: Quantity, variable: Variable, generation: int) -> None:
        self._assign(variable, self._trained[array].basis, True, generation - 1)
        before = self._variable(array, generation - 1)
        for frozen in self._graph.frozen:
            if frozen.array() == array and frozen != array:
                here = dict(zip(indices(variable.quantity), indices(frozen), strict=True))
                places = (0 if letter is None else here[letter] for letter in variable.dims)
                place = ", ".join(str(number - 1) for number in places if isinstance(number, int))
                self._lines.append(f"{variable.name}[{place}] = {before.name}[{place}]  # frozen")

    def _definition(self, array: Quantity) -> tuple[Expression, bool]:
        """What a quantity is, in its letters, and whether the sheet goes on from it as it is printed."""
        told = self._told.get(array)
        operation = self._graph.producer(array)
        if operation is not None:
            named = operation.named if operation.activation is not None else None
            return named or operation.formula, told is not None
        if array.role == "slope":
            return self._slope(array), array in self._slopes
        if array.role == "delta":
            by = derivative(self._graph.goal, Quantity("pre_activation", array.layer))
            if told is not None and told.worked and by not in self._given:
                return told.basis, True
            return self._signed(self._lettered(by)), False
        if array.of is not None and array.of != self._graph.goal and told is not None:
            return told.result, not isinstance(told.result, Ref)
        if array.by is not None:
            return self._gradient(array, array.by)
        assert told is not None
        return told.result, True

    def _gradient(self, array: Quantity, by: Quantity) -> tuple[Expression, bool]:
        delta = self._told.get(Quantity("delta", by.layer)) if by.role == "pre_activation" else None
        if delta is not None and delta.worked:
            return self._signed(delta.quantity), False
        told = self._told.get(array)
        if told is not None and told.worked:
            return told.basis, True
        return next(one.expression for one in self._derivation.gradients if one.quantity.array() == by), False

    def _signed(self, quantity: Quantity) -> Expression:
        return Ref(quantity) if self._sign == 1 else -Ref(quantity)

    def _slope(self, array: Quantity) -> Expression:
        operation = self._graph.producer(Quantity("activation", array.layer))
        assert operation is not None
        assert operation.activation is not None
        output = operation.output
        z = Quantity("pre_activation", output.layer, output.index, output.sample)
        slope = slope_at(operation.activation, output, z)
        assert slope is not None
        return slope

    # variables and functions

    def _alias(self, array: Quantity) -> Quantity:
        """A gradient by a weighted sum is its delta, where that is told and has the same sign."""
        if array.by is not None and array.by.role == "pre_activation" and array.of == self._graph.goal:
            delta = Quantity("delta", array.by.layer)
            told = self._told.get(delta)
            if self._sign == 1 and told is not None and told.worked and array not in self._given:
                return delta
        return array

    def _last_moved(self, array: Quantity, generation: int) -> int:
        """The last update that changed a quantity: a value given that none moves is the same throughout."""
        return generation if array in self._trained or array not in self._given else 0

    def _variable(self, quantity: Quantity, generation: int) -> Variable:
        array = self._alias(quantity.array())
        lettered = self._lettered(array)
        return Variable(self._names.of(array, self._last_moved(array, generation)), lettered, self._dims(lettered))

    def _lettered(self, array: Quantity) -> Quantity:
        told = self._told.get(array)
        found = told.quantity if told is not None else self._telling.lettered(array)
        assert found is not None
        return found

    def _dims(self, quantity: Quantity) -> Dims:
        subject = quantity.by if quantity.by is not None else quantity
        letters = letters_of(subject)
        if is_jacobian(quantity):
            return self._telling.layout.places(Quantity("weight", 0, indices(quantity)))
        if quantity.of is not None and not set(letters_of(quantity.of)) <= set(letters):
            return tuple(dict.fromkeys((*letters_of(quantity.of), *letters)))
        return self._telling.layout.places(subject) if letters else ()

    def _function(self, function: str, primes: int) -> str:
        """What a function is called; where it is called for the first time, it is defined."""
        name, layer = name_and_layer(function)
        formula = self._derivation.functions.get((function, primes))
        own = formula is not None and name not in ACTIVATIONS
        if (function, primes) in KNOWN and not own:
            return KNOWN[function, primes]
        key, known = (function, primes), self._names.has((function, primes))
        called = self._names.named(key, f"{name}{'' if layer is None else layer}{'_prime' * primes}")
        if not known:
            formula = formula or DEFINED.get(key)
            if formula is None:
                definition = softmax(called, self._telling.layout.rows)
            else:
                definition = f"def {called}(x):\n    return {self._code(0).function_of(formula, X.quantity, 'x')}"
            self._lines += [*([""] if self._lines else []), definition, ""]
        return called

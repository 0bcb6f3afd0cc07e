"""What a document may ask about the network to choose its words: names, counts and kinds. Never a word itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import chain

from backprop_steps.derivation.paths import consumers
from backprop_steps.expression.quantity import LEARNING_RATE, SAMPLES, Index, Letter, Quantity, derivative
from backprop_steps.expression.transform import quantities, rename_quantity, without_single
from backprop_steps.expression.tree import Expression, Negative, Product, Ref, Sum
from backprop_steps.network.graph import Operation, letters_of
from backprop_steps.notation.indices import size_tex
from backprop_steps.notation.notation import GENERAL_LAYER, shape_tex
from backprop_steps.pages.content import functions
from backprop_steps.pages.content.of_loss import OfLoss
from backprop_steps.pages.telling.first_signs import slopes_of
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Entry
from backprop_steps.pages.writing.macros import Formula

_NAMED = 6
"""No more units than these are named one by one in a sentence."""


class Net(OfLoss):
    """The network of one derivation."""

    # the whole

    @property
    def goal(self) -> Quantity:
        """What is differentiated."""
        return self._graph.goal

    @property
    def depth(self) -> int:
        """The number of layers; 0 for a circuit."""
        return self._graph.depth

    @property
    def layers(self) -> range:
        """The numbers of the layers, from 1."""
        return range(1, self.depth + 1)

    @property
    def batch(self) -> bool:
        """Whether there are several samples."""
        return self._graph.batch

    @property
    def samples(self) -> int | Formula:
        """The number of samples: a number, or the letter for it."""
        return _size(self._graph.samples)

    @property
    def batch_size(self) -> int | Formula:
        """The number of samples, with its symbol where the page has it: `N = 4`."""
        named = self._telling.notation.conventions.formulas != "element" or any(
            SAMPLES in quantities(operation.formula) for operation in self._graph.operations
        )
        if isinstance(self._graph.samples, str) or not named or not self._telling.notation.names(SAMPLES):
            return self.samples
        return Formula(f"{self._tex(SAMPLES, 0)} = {self._graph.samples}")

    @property
    def rows(self) -> bool:
        """Whether each sample is a row."""
        return self._telling.layout.rows

    @property
    def upstream(self) -> bool:
        """Whether gradients arrive, and there is no loss."""
        return bool(self._graph.upstream)

    @property
    def updated(self) -> bool:
        """Whether there is an update."""
        return any(passage.section == "update" for passage in self._telling.derivation.passages)

    @property
    def named_z(self) -> bool:
        """Whether the pre-activation has a name in this notation."""
        return self._telling.notation.names("pre_activation")

    @property
    def names_slope(self) -> bool:
        """Whether a slope has a symbol of its own where numbers are put in."""
        return self._telling.notation.names("slope", numbers=True)

    # a layer

    def units(self, layer: int) -> int | Formula:
        """How many units a layer has (0: the inputs): a number, or the letter for it."""
        return _size(self._graph.units[layer])

    def number(self, layer: int) -> int:
        """The number that this notation gives a layer."""
        return layer + self._telling.notation.conventions.first_layer - 1

    def unit(self, index: Index | None, layer: int) -> Index | None:
        """The number that this notation gives a unit."""
        if not isinstance(index, int):
            return index
        return index + self._telling.notation.conventions.first_unit - 1

    def activation(self, layer: int) -> str:
        """The name of a layer's activation."""
        operation = self._activation(layer)
        return operation.activation.name if operation is not None and operation.activation is not None else "identity"

    def bare(self, layer: int) -> bool:
        """Whether a layer's activation is only a name."""
        operation = self._activation(layer)
        row = operation.activation if operation is not None else None
        return row is not None and row.formula is None and not row.coupled

    @property
    def without_values(self) -> Formula | None:
        """The first activation that is only a name, in a network that has numbers otherwise."""
        bare = [layer for layer in self.layers if self.bare(layer)]
        return self.function(bare[0]) if bare and not self._graph.symbolic else None

    def parameter(self, layer: int) -> Expression | None:
        """The parameter of a layer's activation; None where it has none."""
        operation = self._activation(layer)
        return operation.activation.given if operation is not None and operation.activation is not None else None

    def slope_by_output(self, layer: int) -> bool:
        """Whether the slope of a layer's activation is known from its output alone."""
        return self.activation(layer) in ("sigmoid", "tanh")

    def function(self, layer: int) -> Formula:
        """The symbol of a layer's activation function."""
        operation = self._activation(layer)
        row = operation.activation if operation is not None else None
        return Formula(self._telling.notation.function("identity" if row is None else row.function))

    def bias(self, layer: int) -> str:
        """`bias`, `shared`, `threshold`, or nothing."""
        for parameter in self._graph.parameters:
            if parameter.layer == layer and parameter.role in ("bias", "threshold"):
                return "threshold" if parameter.role == "threshold" else "bias" if parameter.index else "shared"
        return ""

    @property
    def thresholds(self) -> bool:
        """Whether a layer has thresholds instead of biases."""
        return any(self.bias(layer) == "threshold" for layer in self.layers)

    def array(self, role: str, layer: int) -> Formula | None:
        """The symbol of a layer's quantity, as a matrix or with letters; None where there is no one symbol for it."""
        quantity = self._lettered(role, layer)
        if quantity is None:
            return None
        return self._formula(quantity)

    def shape(self, role: str, layer: int) -> Formula | None:
        """The shape of a layer's array."""
        quantity = self._lettered(role, layer)
        if quantity is None:
            return None
        down, across = self._telling.layout.places(quantity)
        rows, columns = (place.axis.size if place is not None else 1 for place in (down, across))
        return Formula(shape_tex(self._telling.notation.conventions, rows, columns))

    def signals(self, layer: int) -> list[Formula]:
        """The symbols of what the weights of a layer carry: of a few, each; of many, all in one."""
        quantity = self._lettered("activation" if layer > 1 else "input", layer - 1)
        if quantity is None:
            return []
        units = self._graph.units[layer - 1]
        if self._telling.notation.conventions.formulas != "element" or not isinstance(units, int):
            return [self._formula(quantity)]
        named = [self._tex(quantity.at(unit, sample=quantity.sample), layer) for unit in range(1, units + 1)]
        return [Formula(one) for one in named] if units <= _NAMED else [Formula(rf"{named[0]}, \dots, {named[-1]}")]

    @property
    def names_delta(self) -> bool:
        """Whether this notation has a name for the error signal."""
        return self._telling.notation.names(Quantity("delta", self.depth))

    def delta(self, layer: int, entry: Entry | None = None) -> Formula | None:
        """The symbol of a layer's error signal, or of the derivative that it is; None where neither is stated.

        With an entry about one weight, by its number or in letters: of the unit that it leads to.
        """
        lettered = self._signal(layer)
        if lettered is None:
            return None
        about = self.about(entry) if entry is not None else None
        if about is not None and about.index and (isinstance(about.index[0], int) or self._lettered_weight(about)):
            return Formula(self._tex(without_single(Ref(_at(lettered, about.index[0]))), layer))
        return self._formula(lettered)

    def _signal(self, layer: int) -> Quantity | None:
        for passage in self._telling.derivation.passages:
            quantity = passage.quantity
            by = quantity.by
            if quantity.role == "delta" and quantity.layer == layer:
                named = quantity
            elif by is not None and by.role == "pre_activation" and by.layer == layer and quantity.of == self.goal:
                named = Quantity("delta", layer, by.index, by.sample)
                named = named if self._telling.notation.names(named) else quantity
            else:
                continue
            return named
        if any(quantity.role == "pre_activation" and quantity.layer == layer for quantity in self._graph.upstream):
            lettered = self._lettered("pre_activation", layer)
            assert lettered is not None
            named = Quantity("delta", layer, lettered.index, lettered.sample)
            return named if self._telling.notation.names(named) else derivative(self.goal, lettered)
        return None

    @property
    def general_updates(self) -> list[tuple[Formula, Formula]]:
        """The update rule of any layer, as rows of a display; none where the notation has no symbol for that."""
        patterns = self._telling.notation.profile.formulas
        found = []
        for array in dict.fromkeys(replace(p.array(), layer=GENERAL_LAYER) for p in self._graph.parameters):
            if array.role not in patterns or not patterns[array.role].general:
                continue
            step = Product((Ref(LEARNING_RATE), Ref(derivative(self.goal, array))))
            rule = Sum((Ref(array), Negative(step)))
            found.append((Formula(self._tex(array, 1)), Formula(f":= {self._tex(rule, 1)}")))
        return found

    def slopes(self, entry: Entry) -> dict[str, list[Quantity]]:
        """The units of a piecewise activation by their slope, as shown; empty where there are none, or too many."""
        evaluation = self._telling.evaluation
        operation = self._activation(entry.layer)
        if evaluation is None or operation is None or self.activation(entry.layer) not in ("relu", "leaky_relu"):
            return {}
        from backprop_steps.evaluation.evaluate import elements

        found: dict[str, list[Quantity]] = {}
        for binding in elements(operation.output):
            output = self._telling.at(operation.output, binding, entry.generation)
            slope = Quantity("slope", output.layer, output.index, output.sample, generation=output.generation)
            found.setdefault(evaluation.shown(slope).text, []).append(output)
        return found if sum(map(len, found.values())) <= _NAMED else {}

    @property
    def respelled(self) -> list[tuple[Formula, Formula]]:
        """What has one symbol in formulas and another in numbers: an example of each kind, both ways."""
        graph = self._graph
        found: list[tuple[str, tuple[Formula, Formula]]] = []
        outputs = [o.output for o in graph.operations if o.output.role == "activation"][:1]
        for quantity in (*graph.inputs[:1], *graph.parameters, *outputs, LEARNING_RATE):
            sized = all(isinstance(letter.axis.size, int) for letter in letters_of(quantity))
            one = rename_quantity(quantity, dict.fromkeys(letters_of(quantity), 1)) if sized else quantity
            general, special = (self._printing.tex(one, one.layer, numbers) for numbers in (False, True))
            if general != special and all(role != quantity.role for role, _ in found):
                found.append((quantity.role, (Formula(general), Formula(special))))
        return [pair for _, pair in found]

    @property
    def moved(self) -> tuple[Formula, Formula] | None:
        """A parameter that an update moves in place, and the symbol that its new value has afterwards."""
        if not self._telling.notation.conventions.updates_in_place or self._telling.evaluation is None:
            return None
        for passage in self._telling.derivation.passages:
            if passage.section == "update" and passage.quantity.role != "node":
                told = self._telling.bindings(passage.quantity)[0]
                after = self._telling.at(passage.quantity, told)
                numbers = self._telling.notation.conventions.arrangement == "formulas_first"
                before, new = (self._printing.tex(q, q.layer, numbers) for q in (after.after(-1), after))
                return (Formula(before), Formula(new))
        return None

    @property
    def frozen(self) -> list[Formula]:
        """What the update leaves alone: whole arrays, or single parameters."""
        frozen = self._graph.frozen
        found: list[Formula] = []
        seen: set[Quantity] = set()
        for quantity in sorted(frozen, key=lambda q: (q.layer, q.role, str(q.index))):
            array = quantity.array()
            if array in frozen:
                if array not in seen:
                    lettered = self._lettered(array.role, array.layer)
                    found.append(self._formula(lettered or array))
            elif array not in seen:
                found.append(Formula(self._tex(quantity, quantity.layer)))
                continue
            seen.add(array)
        return found

    # an entry

    def about(self, entry: Entry) -> Quantity:
        """What the first line of an entry is about: an element, an array, or letters; of a derivative, its `by`."""
        line = _first(entry)
        node = without_single(Ref(line.about if line is not None else (entry.subject.by or entry.subject)))
        assert isinstance(node, Ref)
        return node.quantity

    def subjects(self, entry: Entry) -> list[Quantity]:
        """What the lines of an entry are about, one by one, if they are not too many to be named; else the first."""
        named = list(dict.fromkeys(line.about for line in entry.formulas or entry.work))
        return [self.about(entry)] if len(named) > _NAMED or len(named) < 2 else named

    def several(self, entry: Entry) -> bool:
        """Whether an entry is about several quantities one by one, and the first stands for them."""
        lines = entry.work or entry.formulas
        return len({line.subject.of for line in lines}) > 1 and all(not line.ranges for line in entry.lines)

    def signal(self, entry: Entry) -> Quantity | None:
        """What the weight of an entry carries."""
        weight = self.about(entry)
        source = self._lettered("activation" if weight.layer > 1 else "input", weight.layer - 1)
        if source is None or len(weight.index) != 2:
            return source.array() if source is not None else None
        return source.at(weight.index[1], sample=source.sample)

    def fed(self, entry: Entry) -> list[Quantity]:
        """What the quantity of an entry goes into, one by one; empty where they are too many."""
        quantity = self.about(entry)
        role = "pre_activation" if self.named_z else "activation"
        layer = quantity.layer + 1 if quantity.role == "activation" else quantity.layer
        target = self._lettered(role, layer)
        if target is not None and self._lettered_weight(quantity):
            return [target.at(quantity.index[0], sample=target.sample)]
        if target is None or not quantity.index or not isinstance(quantity.index[0], int):
            return []
        sample = quantity.sample if isinstance(quantity.sample, int) else target.sample
        if quantity.role != "activation":
            return [target.at(quantity.index[0], sample=sample)]
        units = self._graph.units[layer]
        if not isinstance(units, int) or units > _NAMED:
            return []
        return [target.at(unit, sample=sample) for unit in range(1, units + 1)]

    def reached(self, entry: Entry) -> Quantity | None:
        """The output of the unit that the weight of an entry leads to."""
        weight = self.about(entry)
        output = self._lettered("activation", weight.layer)
        if output is None or not weight.index:
            return output
        return output.at(weight.index[0], sample=output.sample)

    def feeds(self, entry: Entry) -> list[Quantity]:
        """What a circuit's quantity goes into."""
        quantity = entry.subject.by or entry.subject
        return [operation.output for operation in consumers(self._graph, quantity)]

    def slopes_in(self, entry: Entry) -> tuple[int, ...]:
        """The layers whose activations' slopes an entry uses."""
        return slopes_of(self._telling, entry)

    def taught_slope(self, layer: int) -> Formula | None:
        """The slope of a layer's activation as it is taught, as an equation in x; None for a bare name."""
        operation = self._activation(layer)
        row = operation.activation if operation is not None else None
        return None if row is None else functions.slope(row, lambda node: self._tex(node, layer))

    @cached_property
    def node_functions(self) -> list[functions.NodeFunction]:
        """The functions that the nodes of a circuit apply."""
        return functions.node_functions(
            self._graph, self._telling.notation.shape.names, lambda node: self._tex(node, 0)
        )

    def softmax_slopes(self, entry: Entry) -> list[Formula]:
        """Of an output of softmax: it, its derivative by its own weighted sum, another output, the one by its sum."""
        signal, units = self.about(entry), self._graph.units[entry.layer]
        output = self._lettered("activation", entry.layer)
        if output is None or not signal.index:
            return []
        one = Ref(output.at(signal.index[0], sample=signal.sample))
        told: list[Expression] = [one, Product((one, 1 - one))]
        if units != 1:
            other = Ref(output.at(2 if signal.index[0] == 1 else 1, sample=signal.sample))
            told += [other, Negative(Product((one, other)))]
        return [Formula(self._tex(formula, entry.layer)) for formula in told]

    def function_defined(self, entry: Entry) -> Formula | None:
        """What the function of an activation is, as an equation in x, where it is new and no line of the sheet says it.

        Without a name for the weighted sum a line has the function's name only; between whole arrays too, until
        numbers are put in.
        """
        operation = self._activation(entry.layer)
        row = operation.activation if operation is not None else None
        if row is None:
            return None
        known = any(self.function(earlier) == self.function(entry.layer) for earlier in range(1, entry.layer))
        told = any(member.reason == "function_written_out" for line in entry.lines for member in line.members)
        if known or told or (self.named_z and self._telling.evaluation is not None):
            return None
        return functions.definition(row, lambda node: self._tex(node, entry.layer))

    def since(self, entry: Entry) -> Formula | None:
        """The definition of what a local derivative is of, as an equation; None where it is given nowhere."""
        line = _first(entry)
        of = entry.subject.of
        definition = self._telling.derivation.passage(of) if of is not None else None
        if line is None or definition is None or line.subject.of is None:
            return None
        subject = line.subject.of
        if any(isinstance(index, int) for index in (*subject.index, subject.sample)):
            binding = {
                letter: number
                for letter, number in zip(
                    (*definition.quantity.index, definition.quantity.sample),
                    (*subject.index, subject.sample),
                    strict=True,
                )
                if isinstance(letter, Letter) and isinstance(number, int)
            }
            told = self._telling.formula(definition, binding)
        else:
            told = self._telling.index_formula(definition)
        if told.head is None or not told.members:
            return None
        return Formula(f"{self._tex(told.head, line.layer)} = {self._tex(told.members[0].expression, line.layer)}")

    def definition(self, node: Quantity) -> Formula | None:
        """How a circuit's node is computed, as an equation."""
        passage = self._telling.derivation.passage(node)
        if passage is None:
            return None
        return Formula(f"{self._tex(node, 0)} = {self._tex(passage.steps[0].expression, 0)}")

    # pieces

    def _activation(self, layer: int) -> Operation | None:
        return self._graph.producer(Quantity("activation", layer))

    def _lettered_weight(self, quantity: Quantity) -> bool:
        """Whether it is one weight of many, in letters, where formulas are."""
        in_letters = self._telling.notation.conventions.formulas == "index"
        return in_letters and quantity.role == "weight" and len(quantity.index) == 2

    def _lettered(self, role: str, layer: int) -> Quantity | None:
        graph = self._graph
        outputs = (operation.output for operation in graph.operations)
        known = next(
            (q for q in chain(graph.inputs, graph.parameters, outputs) if (q.role, q.layer) == (role, layer)), None
        )
        if known is None and role == "target" and graph.depth:
            output = self._lettered("activation", layer)
            known = None if output is None else Quantity("target", layer, output.index, output.sample)
        return known if known is not None and self._telling.notation.names(known) else None

    def _formula(self, quantity: Quantity) -> Formula:
        if self._telling.notation.conventions.formulas != "element":
            quantity = quantity.array()
        return Formula(self._tex(without_single(Ref(quantity)), (quantity.by or quantity).layer))

    def _tex(self, what: Expression | Quantity, layer: int) -> str:
        return self._printing.tex(what, layer)


def _at(quantity: Quantity, unit: Index) -> Quantity:
    """The same, of one unit."""
    if quantity.of is not None and quantity.by is not None:
        return derivative(quantity.of, _at(quantity.by, unit))
    return quantity.at(unit, sample=quantity.sample) if quantity.index else quantity


def _first(entry: Entry) -> Line | None:
    return next(iter(entry.lines), None)


def _size(size: int | str) -> int | Formula:
    return Formula(size_tex(size)) if isinstance(size, str) else size

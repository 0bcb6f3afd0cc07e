"""How a member of a chain is spoken in one notation: what has a name, which generation it is of, what stands left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from backprop_steps.derivation.matrix import Layout
from backprop_steps.derivation.paths import in_letters
from backprop_steps.derivation.steps import Derivation, Passage, Rule, Step
from backprop_steps.evaluation.evaluate import Evaluation, elements
from backprop_steps.expression.element import ElementView
from backprop_steps.expression.quantity import Letter, Quantity, derivative
from backprop_steps.expression.tidy import tidy
from backprop_steps.expression.transform import contains, rebuild, rename_quantity, replace_refs
from backprop_steps.expression.tree import Apply, Cases, Expression, Kronecker, Negative, Number, Quotient, Ref
from backprop_steps.network.graph import letters_of
from backprop_steps.notation.notation import Notation
from backprop_steps.pages.telling.lines import Line, Member, Relation

Binding = Mapping[Letter, int]


class _View:
    """The elements of one formula. `node` is kept, since its identity is what the view is found by."""

    __slots__ = ("_element", "_has_kronecker", "_last", "node", "put_in_as_it_is")

    def __init__(self, node: Expression, spoken: Expression) -> None:
        self.node = node
        self._element = ElementView(spoken)
        self._has_kronecker = contains(spoken, Kronecker)
        self.put_in_as_it_is = not contains(spoken, Cases | Quotient | Apply)
        """Whether nothing but numbers for symbols is to be put into an element: no case, no fraction, no function."""
        self._last: tuple[Binding, Expression] | None = None

    def __call__(self, binding: Binding) -> Expression:
        """One element; the last is kept, since a line has it in symbols and then in numbers."""
        if self._last is not None and self._last[0] is binding:
            return self._last[1]
        written = self._element(binding)
        if self._has_kronecker:
            written = tidy(written)
        self._last = binding, written
        return written


@dataclass(frozen=True, slots=True)
class Speech:
    """What every way of telling has in common: a derivation, its numbers (None: symbolic), a notation, its layout."""

    derivation: Derivation
    evaluation: Evaluation | None
    notation: Notation
    layout: Layout
    _views: dict[tuple[int, bool], _View] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By the formula's identity, which is that of a step's: comparing formulas takes as long as writing one out."""
    _told: dict[tuple[str, bool], tuple[Step, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    _unmoved: dict[Quantity, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def bindings(self, quantity: Quantity) -> list[Binding]:
        """Every element, in the one order in which a sheet lists them.

        Weights come in the order of their matrix's rows where their symbols count rows and columns, otherwise unit by
        unit: first those that lead to the first unit.
        """
        found: list[Binding] = list(elements(quantity))
        weight = quantity.by if quantity.by is not None else quantity
        source, to = self.layout.places(weight)
        if not self.layout.rows or source is None or to is None or source not in weight.index:
            return found
        pattern = self.notation.spellings.pattern(weight, numbers=False)
        if pattern is None or "row" not in pattern.fields:
            return found
        turned = {source: to, to: source}
        return sorted(found, key=lambda binding: [binding[turned.get(letter, letter)] for letter in binding])

    def is_array(self, passage: Passage) -> bool:
        """Whether the elements of the passage lie in one array: a derivative between two arrays has more indices."""
        quantity = passage.quantity
        if quantity.of is None or quantity.by is None:
            return True
        return set(letters_of(quantity.of)) <= set(letters_of(quantity.by))

    def is_scalar(self, passage: Passage) -> bool:
        """Whether the passage is about one number: no letter of it runs over more than one value."""
        return all(letter.axis.size == 1 for letter in passage.letters)

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

    def spoken(self, node: Expression, numbers: bool = False) -> Expression:
        """What has no name here, written out: sigma'(z) for a slope, the sum for an unnamed pre-activation."""
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
        return operation.activation.function

    def _formula_of(self, quantity: Quantity) -> Expression:
        operation = self.derivation.graph.producer(quantity)
        assert operation is not None
        return in_letters(operation.formula, operation.output, quantity)

    def _element(self, node: Expression, binding: Binding, generation: int, numbers: bool = False) -> Expression:
        written = self._view(node, numbers)(binding)
        if generation:
            written = replace_refs(written, lambda quantity: Ref(self.later(quantity, generation)))
        return written

    def _view(self, node: Expression, numbers: bool) -> _View:
        """The element view of a formula as it is spoken: made once, not once for each element."""
        numbers = numbers and self.notation.names("slope", numbers=True)
        found = self._views.get((id(node), numbers))
        if found is None:
            found = self._views[id(node), numbers] = _View(node, self.spoken(node, numbers))
        return found

    def at(self, quantity: Quantity, binding: Binding, generation: int = 0) -> Quantity:
        """An element of an array, after so many updates."""
        bound = rename_quantity(quantity, binding)
        return bound.after(generation) if generation else bound

    def later(self, quantity: Quantity, generation: int) -> Quantity:
        """The quantity after so many updates; a value given that no update moves keeps its symbol."""
        known = self._unmoved.get(quantity)
        if known is None:
            known = self._unmoved[quantity] = self._stays(quantity)
        return quantity if known else quantity.after(generation)

    def _stays(self, quantity: Quantity) -> bool:
        derivation = self.derivation
        graph = derivation.graph
        array = quantity.array()
        given = next((q for q in (*graph.parameters, *graph.inputs) if q.array() == array), None)
        if given is None or quantity.generation:
            return False
        if quantity in graph.frozen or derivation.passage(given.after(1)) is None:
            return True
        if quantity != quantity.array() or any(isinstance(letter.axis.size, str) for letter in letters_of(given)):
            return False
        return all(rename_quantity(given, binding) in graph.frozen for binding in elements(given))

    def _steps(self, passage: Passage, brief: bool) -> tuple[Step, ...]:
        return (passage.steps[-1],) if brief else passage.steps

    def _number_steps(self, passage: Passage, brief: bool) -> tuple[Step, ...]:
        """The steps as they are told number by number: softmax, by its name, is a function of a whole array."""
        key = (passage.id, brief)
        if key not in self._told:
            self._told[key] = self._written_steps(passage, brief)
        return self._told[key]

    def _written_steps(self, passage: Passage, brief: bool) -> tuple[Step, ...]:
        operations = self.derivation.graph.operations
        coupled = {o.output.layer: o for o in operations if o.activation is not None and o.activation.coupled}
        names = {operation.activation.name for operation in coupled.values() if operation.activation is not None}

        def written(node: Expression) -> Expression:
            if isinstance(node, Apply) and node.function in names and isinstance(node.arguments[0], Ref):
                z = node.arguments[0].quantity
                operation = coupled[z.layer]
                return in_letters(operation.formula, operation.output, operation.output.at(*z.index, sample=z.sample))
            return rebuild(node, written)

        steps = self._steps(passage, brief)
        return tuple(replace(step, expression=written(step.expression)) for step in steps) if names else steps

    def _head(self, passage: Passage, subject: Quantity) -> Ref:
        """The left side; the first update in place has the parameter's own symbol there, a later one is marked."""
        in_place = passage.section == "update" and self.notation.conventions.updates_in_place
        in_place = in_place and subject.generation == 1
        return Ref(subject.after(-1) if in_place else subject)

    def _relation(self, passage: Passage) -> Relation:
        if passage.section == "update" and self.notation.conventions.assignment == ":=":
            return ":="
        return "="

    def _line(self, passage: Passage, subject: Quantity, head: Expression, members: list[Member]) -> Line:
        return Line(subject, head, tuple(_put_in(distinct(head, members))), passage.layer)


def distinct(head: Expression, members: list[Member]) -> Iterator[Member]:
    """Without members that say again what stands before them."""
    before = _literal(head)
    for member in members:
        here = _literal(member.expression)
        if here != before:
            yield member
            before = here


def _put_in(members: Iterable[Member]) -> Iterator[Member]:
    """The members; only what follows a product of derivatives puts each of them in."""
    before = ""
    for member in members:
        if member.reason == Rule.SUBSTITUTION and before not in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS, "written_out"):
            member = replace(member, reason="")
        yield member
        before = member.reason


def _literal(node: Expression) -> Expression:
    """A negative number as one literal, whichever way it came about."""
    if isinstance(node, Negative) and isinstance(node.body, Number) and not node.body.text.startswith("-"):
        return replace(node.body, text=f"-{node.body.text}")
    return node

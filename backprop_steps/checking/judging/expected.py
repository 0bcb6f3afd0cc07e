"""The right formula for what a chain is about: as the derivation tells it in the page's notation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from backprop_steps.checking.binding.learning import elements
from backprop_steps.checking.judging.judgement import FAULTS
from backprop_steps.checking.truth.truth import Truth
from backprop_steps.derivation.derive import derive
from backprop_steps.derivation.matrix import Layout, matrix_view
from backprop_steps.derivation.paths import in_letters
from backprop_steps.derivation.steps import Derivation, Passage, Rule, Step
from backprop_steps.errors import UserError
from backprop_steps.expression.element import element
from backprop_steps.expression.quantity import SAMPLES, Index, Letter, Quantity, derivative
from backprop_steps.expression.transform import quantities, rename, replace_refs, without_single
from backprop_steps.expression.tree import (
    Apply,
    Expression,
    Group,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
)
from backprop_steps.network.build import build
from backprop_steps.network.graph import Graph
from backprop_steps.network.shape import shape_of
from backprop_steps.notation.loading import load_profile
from backprop_steps.notation.notation import Notation, NotationError
from backprop_steps.notation.profile import Profile
from backprop_steps.notation.tex import TexPrinter
from backprop_steps.problem.model import Problem

MOST_TRIED = 6_000
"""No more mutants than these are evaluated for all mistakes of a page."""
MOST_KNOWN = 3_000
"""In a network of more elements than these only what the page shows is taken for a value that may be copied."""
FALLBACKS = ("layer", "circuit")
"""The notations asked for what the page's own does not tell."""


class Expected:
    """The passages of a problem, in one notation and in those that tell more."""

    def __init__(self, problem: Problem, profile: Profile) -> None:
        self.problem, self.profile = problem, profile
        self.left = MOST_TRIED
        network = problem.network
        self.rows = (network.orientation if network is not None else None) == "rows"
        self._formulas: dict[Quantity, tuple[Expression, ...]] = {}
        self._known: tuple[tuple[Quantity, Decimal], ...] | None = None

    def known(self, truth: Truth) -> tuple[tuple[Quantity, Decimal], ...]:
        """The true values that a hand may take for another; the same all over the page."""
        if self._known is None:
            self._known = known_values(truth)
        return self._known

    @cached_property
    def derivations(self) -> tuple[tuple[Derivation, Notation], ...]:
        """The problem's derivation in each notation that can tell it, the page's first."""
        found = []
        names = [self.profile.name, *FALLBACKS]
        for name in dict.fromkeys(names):
            profile = self.profile if name == self.profile.name else load_profile(name)
            try:
                graph = build(self.problem, profile.conventions)
                derivation = derive(graph, profile)
                found.append((derivation, self._notation(profile, graph)))
            except (UserError, ArithmeticError, AssertionError):
                continue
        return tuple(found)

    def _notation(self, profile: Profile, graph: Graph) -> Notation:
        orientation = self.problem.network.orientation if self.problem.network is not None else None
        symbols = dict(self.problem.symbols)
        try:
            return Notation(profile, shape_of(graph), symbols, orientation, self.problem.comma)
        except NotationError:
            return Notation(profile, shape_of(graph), {}, orientation, self.problem.comma)

    def tex(self, quantity: Quantity, less: Quantity | None = None, *, sampled: bool = False) -> str | None:
        """The result for a quantity, for what it is more than another, or for one sample's own loss, in TeX; None where
        the derivation does not tell it.

        It is said in the page's notation wherever that has the names, or can write out what it has no name for.
        """
        for derivation, own in self.derivations:
            passage = derivation.passage(quantity) or derivation.passage(_delta(quantity))
            if passage is None:
                continue
            page = self.derivations[0][1]
            for notation in dict.fromkeys((page, own)):
                for whole in self._said(derivation, own, notation, passage, quantity):
                    node = (step_of(whole, less) if less is not None else None) or whole
                    node = of_samples(node) if sampled else node
                    try:
                        return TexPrinter(notation, focus=passage.layer).print(without_single(node))
                    except (NotationError, ValueError, KeyError):
                        continue
        return None

    def _said(
        self, derivation: Derivation, own: Notation, notation: Notation, passage: Passage, quantity: Quantity
    ) -> Iterator[Expression]:
        """The result as a derivation has it, and with what a notation has no name for written out."""
        layout = Layout(rows=notation.rows)
        if notation is own:
            yield from self._told(passage, quantity, layout)
        written = self._in_names(derivation, own, notation, passage.result)
        if notation.conventions.formulas == "matrix" and not any(own_index(quantity)):
            view = matrix_view(written, _by(passage.quantity), layout)
            if view is not None:
                yield view
        lettered = any(isinstance(index, Letter) for index in own_index(quantity))
        yield written if lettered else _at(written, passage, quantity)

    def _in_names(
        self, derivation: Derivation, own: Notation, notation: Notation, node: Expression, depth: int = 0
    ) -> Expression:
        """A formula of a derivation with what has no name in a notation written out: an error signal as the derivative
        that it is, or as what that is.
        """
        graph = derivation.graph
        turned = own.conventions.delta == "negative_gradient"
        same = own.conventions.delta == notation.conventions.delta

        def written_out(quantity: Quantity) -> Expression | None:
            if quantity.role in ("slope", "pre_activation") and not notation.names(quantity):
                return self._written_out(graph, notation, quantity)
            if quantity.role != "delta" or (same and notation.names(quantity)) or depth > graph.depth:
                return None
            z = Quantity("pre_activation", quantity.layer, quantity.index, quantity.sample)
            if notation.names(z):
                gradient = Ref(derivative(graph.goal, z).after(quantity.generation))
                return Negative(gradient) if turned else gradient
            passage = derivation.passage(quantity)
            if passage is None:
                return None
            result = _at(passage.result, passage, quantity, sums=True)
            result = self._in_names(derivation, own, notation, result, depth + 1)
            return Group(result) if isinstance(result, Sum | Negative) else result

        return replace_refs(node, written_out)

    def _written_out(self, graph: Graph, notation: Notation, quantity: Quantity) -> Expression | None:
        """The slope of an activation as sigma'(z), a pre-activation as the sum that it is."""
        z = Quantity("pre_activation", quantity.layer, quantity.index, quantity.sample, generation=quantity.generation)
        if quantity.role == "slope":
            operation = graph.producer(Quantity("activation", quantity.layer))
            if operation is None or operation.activation is None:
                return None
            inside = Ref(z) if notation.names(z) else self._written_out(graph, notation, z)
            return Apply(operation.activation.function, (inside,), primes=1) if inside is not None else None
        operation = graph.producer(z)
        return in_letters(operation.formula, operation.output, z) if operation is not None else None

    def _told(self, passage: Passage, quantity: Quantity, layout: Layout) -> Iterator[Expression]:
        """What is right, the best way to say it first: a whole array between matrices, where there is such a view."""
        own = own_index(quantity)
        if not any(own) and any(own_index(passage.quantity)):
            worked = (step for step in reversed(passage.steps) if is_worked(step))
            views = (matrix_view(step.expression, _by(passage.quantity), layout) for step in worked)
            yield from (view for view in views if view is not None)
        lettered = any(isinstance(index, Letter) for index in own)
        yield passage.result if lettered else _at(passage.result, passage, quantity)

    def formulas(self, quantity: Quantity) -> tuple[Expression, ...]:
        """Every right formula that the derivations have for a quantity, the page's own notation first."""
        if quantity not in self._formulas:
            self._formulas[quantity] = tuple(dict.fromkeys(self._found(quantity)))
        return self._formulas[quantity]

    def _found(self, quantity: Quantity) -> Iterator[Expression]:
        generation = quantity.by.generation if quantity.by is not None else quantity.generation
        for derivation, _ in self.derivations:
            # what holds after the first update holds after every other
            for updates in dict.fromkeys((generation, generation - 1)):
                if updates < 0:
                    continue
                before = quantity.after(-updates)
                for name in dict.fromkeys((before, _delta(before))):
                    passage = derivation.passage(name)
                    if passage is not None:
                        for step in reversed(passage.steps):
                            for node in self._spelt_out(derivation, step.expression):
                                for form in _written(node, passage, before, self.rows):
                                    yield _after(form, updates)

    def _spelt_out(self, derivation: Derivation, node: Expression) -> Iterator[Expression]:
        """The formula, and that of an update with what the gradient is in its place."""
        yield node
        spoken = self._spoken(derivation.graph, node)
        if spoken != node:
            yield spoken
        gradient = next((q for q in quantities(node) if q.by is not None and isinstance(node, Sum)), None)
        passage = derivation.passage(gradient) if gradient is not None else None
        if passage is None or gradient is None:
            return
        for step in reversed(passage.steps):
            formula = _at(step.expression, passage, gradient, sums=True)
            spelt = replace_refs(node, {gradient: formula}.get)
            yield from dict.fromkeys((spelt, self._spoken(derivation.graph, spelt)))

    def _spoken(self, graph: Graph, node: Expression) -> Expression:
        """The formula with sigma'(z) for a slope, and with the sum for a pre-activation that has no name."""
        spelling = self.profile.formulas.get("pre_activation")
        named = spelling is not None and (spelling.element is not None or spelling.array is not None)

        def expand(quantity: Quantity) -> Expression | None:
            if quantity.role == "slope":
                operation = graph.producer(Quantity("activation", quantity.layer))
                if operation is None or operation.activation is None:
                    return None
                z = Quantity("pre_activation", quantity.layer, quantity.index, quantity.sample)
                return Apply(operation.activation.function, (self._spoken(graph, Ref(z)),), primes=1)
            if quantity.role == "pre_activation" and not named:
                operation = graph.producer(quantity)
                return in_letters(operation.formula, operation.output, quantity) if operation is not None else None
            return None

        return replace_refs(node, expand)


def _written(node: Expression, passage: Passage, quantity: Quantity, rows: bool) -> Iterator[Expression]:
    """A step's formula between whole arrays, where the quantity is one; with its sums, and with them written out.

    A mistake may be made once for all terms of a sum, or in one that is written out.
    """
    whole = quantity.by if quantity.by is not None else quantity
    if not whole.index and passage.quantity != quantity:
        view = matrix_view(node, passage.quantity, Layout(rows=rows))
        if view is not None:
            yield view
    for sums in (True, False):
        yield _at(node, passage, quantity, sums=sums)


def _after(node: Expression, updates: int) -> Expression:
    """A formula after so many more updates."""
    return replace_refs(node, lambda quantity: Ref(quantity.after(updates))) if updates else node


def of_samples(node: Expression) -> Expression:
    """So many times a formula as there are samples; without the 1/N before it, where it has one."""
    match node:
        case Negative(body):
            return Negative(of_samples(body))
        case Product(factors=(Quotient(numerator, Ref(number)), *rest)) if number == SAMPLES and rest:
            factors = (*([] if numerator == Number("1") else [numerator]), *rest)
            return factors[0] if len(factors) == 1 else Product(factors)
        case Sigma(letter, body):
            return Sigma(letter, of_samples(body))
    return Product((Ref(SAMPLES), node if isinstance(node, Product) else Group(node)))


def step_of(node: Expression, before: Quantity) -> Expression | None:
    """How far an update moves a parameter, out of the formula of what it is afterwards; None where that has no such
    form.
    """
    match node:
        case Sum(terms=(Ref(quantity), *rest)) if quantity == before and rest:
            return rest[0] if len(rest) == 1 else Sum(tuple(rest))
    return None


def known_values(truth: Truth) -> tuple[tuple[Quantity, Decimal], ...]:
    """Every element of the problem's own world with its value, update after update; none of a large network."""
    own = truth.own
    if own is None:
        return ()
    found: list[tuple[Quantity, Decimal]] = []
    for quantity in elements(truth):
        for generation in range(len(own.passes)):
            try:
                moved = quantity.after(generation)
                found.append((moved, own.value(truth.settled(moved))))
            except FAULTS:
                continue
        if len(found) > MOST_KNOWN:
            return ()
    for generation in range(1, len(own.passes)):
        for quantity in own.graph.values:
            moved = quantity.after(generation)
            if moved != quantity:
                found.append((moved, own.value(moved)))
    return tuple(found)


def is_worked(step: Step) -> bool:
    """Whether a step says how its quantity is calculated: a product of derivatives by name does not."""
    return step.rule not in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS) and step.reason != "written_out"


def _by(quantity: Quantity) -> Quantity:
    """What a derivative is by; any other quantity itself."""
    return quantity.by if quantity.by is not None else quantity


def own_index(quantity: Quantity) -> tuple[Index | None, ...]:
    """The indices of a quantity; of a derivative, of what it is by."""
    by = _by(quantity)
    return (*by.index, by.sample)


def _delta(quantity: Quantity) -> Quantity:
    """dL/dz by its other name."""
    loss = quantity.of is not None and quantity.of.role == "loss"
    if loss and quantity.by is not None and quantity.by.role == "pre_activation":
        z = quantity.by
        return Quantity("delta", z.layer, z.index, z.sample, generation=z.generation)
    return quantity


def _at(node: Expression, passage: Passage, quantity: Quantity, *, sums: bool = False) -> Expression:
    """A step's formula for the element that is asked for, its sums kept or written out; otherwise with its letters."""
    by = quantity.by if quantity.by is not None else quantity
    own = passage.quantity.by if passage.quantity.by is not None else passage.quantity
    binding: dict[Letter, Index] = {}
    if len(by.index) == len(own.index):
        for letter, index in (*zip(own.index, by.index, strict=True), (own.sample, by.sample)):
            if isinstance(letter, Letter) and index is not None:
                binding[letter] = index
    if not binding or len(binding) < len([i for i in own.index if isinstance(i, Letter)]):
        return node
    if not sums and all(isinstance(index, int) for index in binding.values()):
        return element(node, binding)
    return rename(node, binding)

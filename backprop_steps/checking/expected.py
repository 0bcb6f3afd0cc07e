"""The right formula for what a chain is about: as the derivation tells it in the page's notation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from backprop_steps.derivation.derive import derive
from backprop_steps.derivation.steps import Derivation, Passage
from backprop_steps.errors import UserError
from backprop_steps.expression.element import element
from backprop_steps.expression.quantity import Index, Letter, Quantity
from backprop_steps.expression.transform import rename
from backprop_steps.expression.tree import Expression
from backprop_steps.network.build import build
from backprop_steps.network.graph import Graph
from backprop_steps.network.shape import shape_of
from backprop_steps.notation.loading import load_profile
from backprop_steps.notation.notation import Notation, NotationError
from backprop_steps.notation.profile import Profile
from backprop_steps.notation.tex import TexPrinter
from backprop_steps.problem.model import Problem

FALLBACKS = ("layer", "circuit")
"""The notations asked for what the page's own does not tell."""


class Expected:
    """The passages of a problem, in one notation and in those that tell more."""

    def __init__(self, problem: Problem, profile: Profile) -> None:
        self.problem, self.profile = problem, profile

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
            return Notation(profile, shape_of(graph), symbols, orientation, self.problem.rounding.comma)
        except NotationError:
            return Notation(profile, shape_of(graph), {}, orientation, self.problem.rounding.comma)

    def tex(self, quantity: Quantity) -> str | None:
        """The result for a quantity, in TeX; None where the derivation does not tell it."""
        for derivation, notation in self.derivations:
            passage = derivation.passage(quantity) or derivation.passage(_delta(quantity))
            if passage is None:
                continue
            lettered = any(isinstance(index, Letter) for index in (*own_index(quantity),))
            node = passage.result if lettered else _at(passage.result, passage, quantity)
            try:
                return TexPrinter(notation, focus=passage.layer).print(node)
            except (NotationError, ValueError, KeyError):
                continue
        return None

    def formulas(self, quantity: Quantity) -> Iterator[Expression]:
        """Every right formula that the derivations have for a quantity, the page's own notation first."""
        for derivation, _ in self.derivations:
            for name in (quantity, _delta(quantity)):
                passage = derivation.passage(name)
                if passage is not None:
                    for step in reversed(passage.steps):
                        # a mistake may be made once for all terms of a sum, or in one that is written out
                        yield _at(step.expression, passage, quantity, sums=True)
                        yield _at(step.expression, passage, quantity)


def own_index(quantity: Quantity) -> tuple[Index | None, ...]:
    """The indices of a quantity; of a derivative, of what it is by."""
    by = quantity.by if quantity.by is not None else quantity
    return (*by.index, by.sample)


def _delta(quantity: Quantity) -> Quantity:
    """dL/dz by its other name."""
    if quantity.by is not None and quantity.by.role == "pre_activation":
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

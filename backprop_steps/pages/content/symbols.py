"""The symbols of a sheet, each with what it stands for and its shape; and the derivatives that the sheet is after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backprop_steps.evaluation.evaluate import elements
from backprop_steps.expression.quantity import LEARNING_RATE, SAMPLES, Letter, Quantity, derivative
from backprop_steps.expression.transform import without_single
from backprop_steps.expression.tree import Ref
from backprop_steps.notation.notation import shape_tex
from backprop_steps.pages.telling.first_signs import ONES
from backprop_steps.pages.telling.sheet import Choice
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.printing import Printing

_LISTED = 4
"""No more elements than these are listed one by one."""
ONE_BY_ONE = 12
"""No more derivatives than these are asked for, and answered on cards, one by one."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What is looked for: a derivative, or those by the elements of one array; and the question."""

    derivative: Formula
    question: Formula


@dataclass(frozen=True, slots=True)
class Symbol:
    """One row of the table of symbols. `shape` is None for what is told element by element."""

    role: str
    layer: int
    symbol: Formula
    shape: Formula | None
    single: bool


def symbols(telling: Telling, printing: Printing, ones: bool = False) -> tuple[Symbol, ...]:
    """The symbols in the order in which the sheet comes upon them; with `ones` the array of ones is among them."""
    return tuple(_Symbols(telling, printing, ones).all())


def objectives(telling: Telling, printing: Printing, choice: Choice) -> list[Objective]:
    """The derivatives by every parameter (of a circuit: by every value given) that were asked for.

    One by one, or, where they are many, by whole arrays: those of an array whose elements are told one by one are
    listed, the ones in the middle by dots.
    """
    graph = telling.derivation.graph
    told = {passage.quantity.by.array() for passage in telling.derivation.passages if passage.quantity.by is not None}
    wanted = [q for q in (graph.parameters if graph.depth else graph.inputs) if q.array() in told]
    wanted = [q for q in wanted if asked(telling, choice, q)]
    view = telling.notation.conventions.formulas
    if view == "element" and all(isinstance(letter.axis.size, int) for q in wanted for letter in _letters(q)):
        groups = [[telling.at(quantity, binding) for binding in telling.bindings(quantity)] for quantity in wanted]
        groups = [[one for one in group if asked(telling, choice, one)] for group in groups]
        if sum(map(len, groups)) <= ONE_BY_ONE:
            groups = [[one] for group in groups for one in group]
    else:
        groups = [[quantity.array() if view == "matrix" else quantity] for quantity in wanted]
    found = []
    for group in groups:
        tex = [printing.tex(without_single(Ref(derivative(graph.goal, one))), one.layer) for one in group]
        found.append(Objective(Formula(tex[0]), Formula(rf"{listed(tex)} = \;?")))
    return found


def asked(telling: Telling, choice: Choice, parameter: Quantity) -> bool:
    """Whether a parameter, or any element of it, is among those asked for."""
    if not choice.only or not all(isinstance(letter.axis.size, int) for letter in _letters(parameter)):
        return True
    goal = telling.derivation.graph.goal
    return any(
        choice.wants(bound) or choice.wants(derivative(goal, bound)) or choice.wants(bound.after(1))
        for binding in elements(parameter)
        for bound in [telling.at(parameter, binding)]
    )


class _Symbols:
    def __init__(self, telling: Telling, printing: Printing, ones: bool) -> None:
        self.telling, self.printing, self.ones = telling, printing, ones
        self.graph = telling.derivation.graph

    def all(self) -> Iterator[Symbol]:
        graph = self.graph
        if graph.batch:
            yield Symbol("samples", 0, Formula(self.printing.tex(SAMPLES)), None, True)
        if self.ones:
            yield Symbol("ones", 0, Formula(self.printing.tex(ONES)), None, True)
        for quantity in graph.inputs:
            for symbol in self.symbol(quantity):
                yield replace(symbol, role="value") if symbol.role == "node" else symbol
        for operation in graph.operations:
            if operation.kind == "affine":
                layer = operation.output.layer
                for parameter in graph.parameters:
                    if parameter.layer == layer:
                        yield from self.symbol(parameter)
            if operation.kind == "loss" and operation.output == graph.goal:
                yield from self.with_loss()
            yield from self.symbol(operation.output)
        yield from self.signals()
        if any(passage.section == "update" for passage in self.telling.derivation.passages):
            yield from self.symbol(LEARNING_RATE)

    def with_loss(self) -> Iterator[Symbol]:
        output = self.graph.producer(Quantity("activation", self.graph.depth))
        if output is None:
            return
        index, sample = output.output.index, output.output.sample
        yield from self.symbol(Quantity("target", self.graph.depth, index, sample))
        error = Quantity("error", self.graph.depth, index, sample)
        if any(passage.quantity == error for passage in self.telling.derivation.passages):
            yield from self.symbol(error)

    def signals(self) -> Iterator[Symbol]:
        for passage in self.telling.derivation.passages:
            if passage.quantity.role == "delta":
                yield from self.symbol(passage.quantity)

    def symbol(self, quantity: Quantity) -> Iterator[Symbol]:
        if not self.telling.notation.names(quantity):
            return
        letters = _letters(quantity)
        single = all(letter.axis.size == 1 for letter in letters)
        view = self.telling.notation.conventions.formulas
        if single:
            shown = [without_single(Ref(quantity))]
        elif view == "matrix":
            shown = [Ref(quantity.array())]
        elif view == "element" and all(isinstance(letter.axis.size, int) for letter in letters):
            shown = [Ref(self.telling.at(quantity, binding)) for binding in self.telling.bindings(quantity)]
        else:
            shown = [Ref(quantity)]
        tex = [self.printing.tex(one, quantity.layer) for one in shown]
        shape = None
        if view != "element" and letters:
            down, across = self.telling.layout.places(quantity)
            rows, columns = (place.axis.size if place is not None else 1 for place in (down, across))
            shape = Formula(shape_tex(self.telling.notation.conventions, rows, columns))
        yield Symbol(quantity.role, quantity.layer, Formula(listed(tex)), shape, single)


def listed(tex: list[str]) -> str:
    """One after the other; of many the first, the second and the last."""
    return r",\; ".join(tex if len(tex) <= _LISTED else [tex[0], tex[1], r"\dots", tex[-1]])


def _letters(quantity: Quantity) -> list[Letter]:
    return [index for index in (*quantity.index, quantity.sample) if isinstance(index, Letter)]

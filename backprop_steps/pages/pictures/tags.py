"""What is written beside a quantity in a picture: its symbol in the page's notation, its value, its derivative."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal

from backprop_steps.evaluation.evaluate import Evaluation
from backprop_steps.expression.quantity import Index, Letter, Quantity, derivative
from backprop_steps.expression.tree import Number
from backprop_steps.notation.notation import Notation
from backprop_steps.offers import Values
from backprop_steps.pages.drawing.model import Ink
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.printing import RELATIONS, Printing


@dataclass(frozen=True, slots=True)
class Tag:
    """A line of writing: its TeX, and what it is written in."""

    tex: str
    ink: Ink = "ink"


@dataclass(frozen=True, slots=True)
class Stated:
    """A quantity with its value, and the number of the derivative by it; TeX or empty."""

    equation: str
    gradient: str = ""


class Tags:
    """Writes in one notation; `sample`: whose values, in a batch."""

    def __init__(self, told: Telling, printing: Printing, *, values: Values = "all", sample: int | None = None) -> None:
        self.told = told
        self.printing = printing.of(_on_the_line(told.notation))
        self.graph = told.derivation.graph
        self.evaluation = told.evaluation if values != "none" else None
        self.values = values
        conventions = told.notation.conventions
        self._numbers = conventions.arrangement == "formulas_first" and self.evaluation is not None
        self._sample = sample

    def sampled(self, quantity: Quantity) -> Quantity:
        """The quantity of the sample that is drawn: of one, or, by its letter, of any."""
        sample: Index | None = next((q.sample for q in self.graph.inputs if isinstance(q.sample, Letter)), None)
        if sample is not None:
            sample = 1 if self.graph.samples == 1 else self._sample or sample
        return quantity.at(*quantity.index, sample=sample)

    def symbol(self, quantity: Quantity) -> str:
        """The symbol; empty where it has none."""
        notation = self.told.notation
        if quantity.of is not None and quantity.by is not None:
            named = all(notation.names(one, self._numbers) for one in (quantity.of, quantity.by))
            return self.printing.tex(quantity, quantity.by.layer, self._numbers) if named else ""
        if not notation.names(quantity, self._numbers):
            return ""
        return self.printing.tex(quantity, quantity.layer, self._numbers)

    def number(self, quantity: Quantity) -> Number | None:
        """The number, as the sheet shows it."""
        if self.evaluation is None or not self.evaluation.has(quantity):
            return None
        if self.values == "given" and quantity not in self.graph.values and quantity not in self._arriving():
            return None
        return self.evaluation.shown(quantity)

    def exact(self, quantity: Quantity) -> Decimal | None:
        """The number that the calculation goes on with."""
        if self.evaluation is None or not self.evaluation.has(quantity):
            return None
        return self.evaluation.value(quantity)

    def of(self, evaluation: Evaluation) -> Tags:
        """The same for other numbers."""
        found = copy(self)
        found.evaluation = evaluation
        return found

    def _arriving(self) -> set[Quantity]:
        """The gradients that arrive from outside, by every name that they have."""
        goal = self.graph.goal
        return {name for one in self.graph.upstream for name in (derivative(goal, one), self.derivative(one))}

    def value(self, quantity: Quantity) -> str:
        """The number in TeX; empty where there is none."""
        number = self.number(quantity)
        return "" if number is None else self.printing.tex(number)

    def gradient(self, quantity: Quantity) -> str:
        """The number of the goal's derivative by the quantity; empty where there is none."""
        return self.value(derivative(self.graph.goal, quantity))

    def equation(self, quantity: Quantity, ink: Ink = "ink") -> Tag | None:
        """`w_5 = 0.40`; the symbol alone where there is no number; None where it has no symbol."""
        symbol, number = self.symbol(quantity), self.number(quantity)
        if not symbol:
            return None
        if number is None:
            return Tag(symbol, ink)
        return Tag(f"{symbol} {RELATIONS['=' if number.exact else '≈']} {self.printing.tex(number)}", ink)

    def with_gradient(self, quantity: Quantity) -> list[Tag | None]:
        """A quantity and, below it, the derivative by it; nothing where it has no symbol."""
        equation = self.equation(quantity)
        return [equation, self.below(quantity)] if equation is not None else []

    def below(self, quantity: Quantity) -> Tag | None:
        """What stands below a quantity: the number of the goal's derivative by it, or the error signal that it is.

        None where the sheet does not tell it.
        """
        if self.values != "all":
            return None
        told = self.derivative(quantity)
        if told.role == "delta":
            return self.named_signal(quantity)
        frozen = quantity in self.graph.frozen or quantity.array() in self.graph.frozen
        if frozen or (quantity.role == "activation" and self.told.derivation.passage(told) is None):
            return None
        value = self.value(told)
        return Tag(value, "gradient") if value else None

    def named_signal(self, quantity: Quantity) -> Tag | None:
        """The error signal of a pre-activation, where it has a name and the sheet tells it."""
        signal = self.signal(quantity)
        if signal.role != "delta" or self.told.derivation.passage(signal) is None:
            return None
        return self.equation(signal, "gradient")

    def signal(self, quantity: Quantity) -> Quantity:
        """What the derivative by a pre-activation is called: the error signal, where that has a name."""
        delta = Quantity("delta", quantity.layer, quantity.index, quantity.sample)
        return delta if self.told.notation.names(delta) else derivative(self.graph.goal, quantity)

    def derivative(self, quantity: Quantity) -> Quantity:
        """The goal's derivative by a quantity, by the name that the page has for it."""
        return self.signal(quantity) if quantity.role == "pre_activation" else derivative(self.graph.goal, quantity)


def stated(groups: Iterable[Sequence[Tag]]) -> list[Stated]:
    """What groups of lines say, each once: a quantity, and the bare number below it, which is a derivative."""
    found: dict[Stated, None] = {}
    for tags in groups:
        told: list[Stated] = []
        for tag in tags:
            if tag.ink == "gradient" and told and not any(sign in tag.tex for sign in RELATIONS.values()):
                told[-1] = replace(told[-1], gradient=tag.tex)
            else:
                told.append(Stated(tag.tex))
        found |= dict.fromkeys(told)
    return list(found)


def _on_the_line(notation: Notation) -> Notation:
    """The same notation with its fractions on the line: a label has the height of one."""
    found = copy(notation)
    found.profile = replace(notation.profile, conventions=replace(notation.conventions, fractions="inline"))
    found.spelled = {}
    return found

"""What a document template is given. `templates/README.md` says it in words; this file is where it is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_steps.derivation.steps import Passage
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.network.graph import Graph
from backprop_steps.operations.collapses import COLLAPSES
from backprop_steps.pages.answers import Answer, answers, gradient_check, losses
from backprop_steps.pages.given import given, shapes
from backprop_steps.pages.insights import insights
from backprop_steps.pages.lines import Line
from backprop_steps.pages.macros import Formula
from backprop_steps.pages.printing import WIDTH, Printing, Row
from backprop_steps.pages.sheet import Choice, Part, SheetMaker
from backprop_steps.pages.telling import Telling
from backprop_steps.notation.width import width
from backprop_steps.problem.model import Problem


def context(
    problem: Problem,
    telling: Telling,
    again: list[Telling],
    printing: Printing,
    choice: Choice,
    check: bool,
) -> Mapping[str, Any]:
    """The names a document may use."""
    derivation, evaluation = telling.derivation, telling.evaluation
    tools = Tools(telling, printing)
    found_answers = answers(derivation, evaluation, choice) if evaluation is not None else ()
    found: dict[str, Any] = {
        "problem": problem,
        "detail": choice.detail,
        "numeric": evaluation is not None,
        "conventions": telling.notation.conventions,
        "net": Net(telling),
        "parts": SheetMaker(telling, choice).make() if choice.detail != "answers" else (),
        "given": given(telling),
        "shapes": shapes(telling),
        "answers": found_answers,
        "shape_table": [(s.array, Formula(rf"{s.rows} \times {s.columns}")) for s in shapes(telling)],
        "answer_table": tools.answer_rows(found_answers),
        "losses": losses(derivation, evaluation) if evaluation is not None else None,
        "check": gradient_check(derivation, evaluation, problem.rounding) if check and evaluation is not None else None,
        "insights": insights(derivation, evaluation) if choice.detail == "lecture" else (),
        "again": [_changed(telling, other, choice) for other in again],
        "rows": tools.rows,
        "packed": tools.packed,
        "formula": tools.formula,
        "same_display": tools.same_display,
    }
    return found


class Tools:
    """The functions a document may call to set formulas."""

    def __init__(self, telling: Telling, printing: Printing) -> None:
        self.telling, self.printing = telling, printing

    def rows(self, line: Line, reasons: Mapping[str, str] | None = None, numbers: bool = False) -> list[Row]:
        """The rows of a display for one line."""
        return self.printing.rows(line, reasons, numbers)

    def same_display(
        self, lines: Sequence[Line], reasons: Mapping[str, str] | None = None, numbers: bool = False
    ) -> list[Row]:
        """The rows of one display for several lines, one under the other; reasons beside the first."""
        first, *others = lines
        return [
            *self.printing.rows(first, reasons, numbers),
            *(row for line in others for row in self.printing.rows(line, None, numbers)),
        ]

    def packed(self, lines: list[Line], numbers: bool = False) -> list[str]:
        """Short equations side by side, as many to a row as there is room for."""
        rows: list[str] = []
        room = 0.0
        for line in lines:
            tex = " ".join(part for row in self.printing.rows(line, None, numbers) for part in row[:2] if part)
            wide = width(tex) + 2
            if rows and wide <= room:
                rows[-1] += rf", \qquad {tex}"
                room -= wide
            else:
                rows.append(tex)
                room = WIDTH - wide
        return rows

    def answer_rows(self, found: Sequence[Answer]) -> list[tuple[object, ...]]:
        """The cells of the table of results: parameter, value, gradient, and the values after the updates."""
        numbers = self.telling.notation.conventions.arrangement == "formulas_first"
        updated = any(answer.after for answer in found)
        rows: list[tuple[object, ...]] = []
        for answer in found:
            cells: list[object] = [
                self.formula(answer.parameter, numbers=numbers),
                self.formula(answer.before),
                self.formula(answer.slope),
            ]
            if updated:
                cells.append(self.formula(answer.after[-1]) if answer.after else "")
            rows.append(tuple(cells))
        return rows

    def formula(self, what: Quantity | Expression, layer: int = 0, numbers: bool = False) -> Formula:
        """A quantity or an expression as a formula, in the letters of a layer."""
        return Formula(self.printing.tex(what, layer, numbers))


class Net:
    """What a document may ask about the network, to choose its words."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._graph: Graph = telling.derivation.graph

    @property
    def goal(self) -> Quantity:
        """What is differentiated."""
        return self._graph.goal

    @property
    def depth(self) -> int:
        """The number of layers; 0 for a circuit."""
        return self._graph.depth

    @property
    def units(self) -> tuple[int | str, ...]:
        """The inputs, and the units of each layer."""
        return self._graph.units

    @property
    def batch(self) -> bool:
        """Whether there are several samples."""
        return self._graph.batch

    @property
    def samples(self) -> int | str:
        """The number of samples."""
        return self._graph.samples

    @property
    def named_z(self) -> bool:
        """Whether the pre-activation has a name in this notation."""
        return self._telling.notation.names("pre_activation")

    def activation(self, layer: int) -> str:
        """The name of a layer's activation."""
        operation = self._graph.producer(Quantity("activation", layer))
        return operation.activation.name if operation is not None and operation.activation is not None else "identity"

    def function(self, layer: int) -> Formula:
        """The symbol of a layer's activation function."""
        return Formula(self._telling.notation.function(self.activation(layer), layer))

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return next((op.loss.name for op in self._graph.operations if op.loss is not None), "")

    @property
    def collapses(self) -> bool:
        """Whether the last activation and the loss collapse to output minus target."""
        return (self.activation(self.depth), self.loss) in COLLAPSES

    def bias(self, layer: int) -> str:
        """`bias`, `shared`, `threshold`, or nothing."""
        for parameter in self._graph.parameters:
            if parameter.layer == layer and parameter.role in ("bias", "threshold"):
                return "threshold" if parameter.role == "threshold" else "bias" if parameter.index else "shared"
        return ""

    def feeds(self, passage: Passage) -> list[Quantity]:
        """What a circuit's quantity goes into."""
        from backprop_steps.derivation.paths import consumers

        quantity = passage.quantity.by or passage.quantity
        return [operation.output for operation in consumers(self._graph, quantity)]


def _changed(telling: Telling, other: Telling, choice: Choice) -> tuple[Part, ...]:
    """The part of another derivation that differs from the first: only what changes."""
    before = {(passage.id, passage.steps) for passage in telling.derivation.passages}
    names = {passage.id for passage in other.derivation.passages if (passage.id, passage.steps) not in before}
    parts = SheetMaker(other, choice).make()
    found = []
    for part in parts[:1]:
        sections = []
        for section in part.sections:
            entries = tuple(entry for entry in section.entries if entry.passage.id in names)
            if entries:
                sections.append(type(section)(section.name, section.layer, section.generation, entries))
        found.append(Part(part.name, part.generation, tuple(sections)))
    return tuple(found)


"""What a document template is given. `templates/README.md` says it in words; this file is where it is put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression, Number
from backprop_steps.network.graph import Graph
from backprop_steps.notation.notation import shape_tex
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import Loss
from backprop_steps.operations.losses import LOSSES
from backprop_steps.pages.content.insights import insights
from backprop_steps.pages.content.net import Net
from backprop_steps.pages.content.reminders import Reminders, on_the_line
from backprop_steps.pages.content.results import cards, gradient_lines, updates_shown
from backprop_steps.pages.content.step_links import StepLinks
from backprop_steps.pages.content.symbols import objectives, symbols
from backprop_steps.pages.markup.escaping import terminal_tex
from backprop_steps.pages.telling.answers import Answer, answers, gradient_check, losses
from backprop_steps.pages.telling.first_signs import ONES, first_signs
from backprop_steps.pages.telling.given import given, shapes
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Choice, Entry, Part, Section, SheetMaker
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.macros import Formula, Linked
from backprop_steps.pages.writing.printing import RELATIONS, Printing, Row
from backprop_steps.problem.model import Problem

if TYPE_CHECKING:
    from backprop_steps.pages.program.program import Program


def context(
    problem: Problem,
    telling: Telling,
    again: list[Telling],
    printing: Printing,
    choice: Choice,
    check: bool,
    parts: tuple[Part, ...] | None = None,
    coded: bool = False,
    slides: bool = False,
) -> Mapping[str, Any]:
    """The names a document may use.

    `parts` are those of the sheet where they are not as the derivation has them; `coded`: the page has cells of code;
    `slides`: its steps are slides.
    """
    derivation, evaluation = telling.derivation, telling.evaluation
    conventions = telling.notation.conventions
    tools = Tools(telling, printing)
    found_answers = answers(telling, evaluation, choice) if evaluation is not None else ()
    lecture = choice.detail == "lecture"
    if parts is None:
        parts = SheetMaker(telling, choice).make() if choice.detail != "answers" else ()
    titled, entitling = _titling(telling, printing, slides)
    links = cache(lambda: StepLinks(titled, entitling, parts))
    changed = [
        _changed(problem, telling, other, choice, printing, links, number, coded, slides)
        for number, other in enumerate(again, start=1)
    ]
    first = first_signs([(telling, parts), *((other, one.parts) for other, one in zip(again, changed, strict=True))])
    found: dict[str, Any] = {
        "problem": problem,
        "detail": choice.detail,
        "partial": bool(choice.only),
        "numeric": evaluation is not None,
        "rounds": evaluation is not None and evaluation.rounds,
        "conventions": conventions,
        "net": Net(problem, telling, printing),
        "parts": parts,
        "steps": tuple(
            dict.fromkeys(step_of(s, e, telling) for part in parts[:1] for s in part.sections for e in s.entries)
        ),
        "step_of": lambda section, entry: step_of(section, entry, telling),
        "given": given(telling),
        "shapes": shapes(telling),
        "shape_table": [(s.array, Formula(shape_tex(conventions, s.rows, s.columns))) for s in shapes(telling)],
        "answers": found_answers,
        "answer_table": tools.answer_rows(found_answers),
        "updates_shown": updates_shown(found_answers),
        "gradient_lines": gradient_lines(telling, choice) if evaluation is None else (),
        "losses": losses(derivation, evaluation) if evaluation is not None else None,
        "check": gradient_check(derivation, evaluation, problem.rounding, choice)
        if check and evaluation is not None
        else None,
        "first_signs": first,
        "ones_sign": ONES,
        "objectives": objectives(telling, printing, choice) if lecture else (),
        "symbols": symbols(telling, printing, ones=first.ones is not None) if lecture else (),
        "insights": insights(derivation, evaluation) if lecture else (),
        "cards": cards(telling, printing, choice) if lecture else None,
        "lemmas": (),
        "step_links": links,
        "linked": lambda formula, quantity: Linked(formula, links().anchor(quantity)),
        "linked_answers": lambda: tools.answer_rows(found_answers, links()),
        "again": changed,
        "rows": tools.rows,
        "packed": tools.packed,
        "formula": tools.formula,
        "number": tools.number,
        "comes_to": tools.comes_to,
        "same_display": tools.same_display,
        "grouped": tools.grouped,
        "compact": tools.compact,
        "coded": coded,
        "program": _program(telling, tools) if coded else None,
        "worksheet": None,
        "handout": False,
        "pictures": None,
        "slides": slides,
        "place_of": cache(lambda: _places(parts, changed)),
        "reminders": cache(lambda: Reminders(titled, entitling)),
    }
    tells_all = lecture or "lemmas" in conventions.tells
    needed = tells_all or own_formulas(derivation.graph) or _collapses(parts)
    if needed and choice.detail in ("full", "lecture") and _takes_slopes(parts, choice):
        # The rules of differentiation are only loaded for a sheet that tells them.
        from backprop_steps.pages.content.lemmas import LemmaRows, lemmas

        setting = LemmaRows(telling, printing)
        # how softmax is differentiated goes into the collapse, where there is one
        kinds = ("softmax", "collapse") if _collapses(parts) else ()
        told = tuple(lemma for lemma in lemmas(telling) if tells_all or lemma.own or lemma.kind in kinds)
        found |= {"lemmas": told, "lemma_rows": setting.rows, "lemma_condition": setting.condition}
        found["lemma_indicator"] = setting.indicator
    return found


def own_formulas(graph: Graph) -> bool:
    """Whether an activation or the loss is the problem's own formula, which no reader knows the derivative of."""
    rows = [row for operation in graph.operations for row in (operation.activation, operation.loss) if row is not None]
    own = [row for row in rows if row.name not in ACTIVATIONS and row.name not in LOSSES]
    return any(isinstance(row, Loss) or row.formula is not None for row in own)


def _collapses(parts: Sequence[Part]) -> bool:
    """Whether the sheet puts output minus target for a long product."""
    entries = (entry for part in parts for section in part.sections for entry in section.entries)
    return any(step.reason == "collapse" for entry in entries for step in entry.passage.steps)


def _takes_slopes(parts: Sequence[Part], choice: Choice) -> bool:
    """Whether the sheet differentiates an activation: one that was asked for a part only may not."""
    entries = (entry for part in parts for section in part.sections for entry in section.entries)
    reasons = (step.reason for entry in entries for step in entry.passage.steps)
    return not choice.only or any(reason in ("taught_form", "collapse") for reason in reasons)


def _titling(telling: Telling, printing: Printing, slides: bool) -> tuple[Telling, Printing]:
    """What tells and prints the titles of steps."""
    if not slides:
        return telling, printing
    titled = on_the_line(telling)
    return titled, printing.of(titled.notation)


def _places(parts: Sequence[Part], again: Sequence[Again]) -> Callable[[Entry], tuple[int, int]]:
    """Says of an entry which it is of all, and of how many."""
    told = [*parts, *(part for one in again for part in one.parts)]
    entries = [entry for part in told for section in part.sections for entry in section.entries]
    numbers = {id(entry): number for number, entry in enumerate(entries, start=1)}
    return lambda entry: (numbers[id(entry)], len(entries))


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

    def packed(self, lines: list[Line], numbers: bool = False) -> list[tuple[str, str]]:
        """Short equations side by side, as many to a row as there is room for, but none alone on the last."""
        rows: list[list[str]] = []
        room = 0.0
        for line in lines:
            tex = " ".join(part for row in self.printing.rows(line, None, numbers) for part in row[:2] if part)
            wide = self.printing.measure(tex) + 2
            if rows and wide <= room:
                rows[-1].append(tex)
                room -= wide
            else:
                rows.append([tex])
                room = self.printing.room - wide
        if len(rows) > 1 and len(rows[-1]) == 1 and len(rows[-2]) > 2:
            moved = rows[-2][-1]
            if sum(map(self.printing.measure, (moved, rows[-1][0]))) + 4 <= self.printing.room:
                rows[-1].insert(0, rows[-2].pop())
        return [("", r", \qquad ".join(row)) for row in rows]

    def compact(self, lines: Sequence[Line], numbers: bool = False) -> list[list[Row] | list[tuple[str, str]]]:
        """Displays for lines in order: those of one row side by side, each that takes more in a display of its own."""
        found: list[list[Row] | list[tuple[str, str]]] = []
        short: list[Line] = []
        for line in lines:
            rows = self.printing.rows(line, None, numbers)
            if len(rows) == 1:
                short.append(line)
                continue
            found += [self.packed(short, numbers)] if short else []
            found.append(rows)
            short = []
        return found + ([self.packed(short, numbers)] if short else [])

    def grouped(self, lines: Sequence[Line]) -> list[list[Line]]:
        """The lines unit by unit: those of one unit, for every sample, together."""
        found: dict[object, list[Line]] = {}
        for line in lines:
            found.setdefault(line.unit, []).append(line)
        return list(found.values())

    def answer_rows(self, found: Sequence[Answer], links: StepLinks | None = None) -> list[tuple[object, ...]]:
        """The cells of the table of results: parameter, value, gradient, and the values after the updates.

        With `links`, what was found leads to the step where it was.
        """

        def result(number: Number, quantity: Quantity) -> object:
            shown = self.formula(number)
            return shown if links is None else Linked(shown, links.anchor(quantity))

        numbers = self.telling.notation.conventions.arrangement == "formulas_first"
        updates = updates_shown(found)
        rows: list[tuple[object, ...]] = []
        for answer in found:
            cells: list[object] = [
                self.formula(answer.parameter, numbers=numbers),
                self.formula(answer.before),
                result(answer.slope, answer.gradient.quantity) if answer.derived else "—",
            ]
            moved = answer.parameter
            cells += [result(answer.after[n - 1], moved.after(n)) if answer.after else "—" for n in updates]
            rows.append(tuple(cells))
        return rows

    def formula(self, what: Quantity | Expression, layer: int = 0, numbers: bool = False) -> Formula:
        """A quantity or an expression as a formula, in the letters of a layer."""
        return Formula(self.printing.tex(what, layer, numbers))

    def symbol(self, quantity: Quantity) -> str:
        """The symbol of a quantity as it stands among numbers, in a line of Unicode."""
        numbers = self.telling.notation.conventions.arrangement == "formulas_first"
        return terminal_tex(self.printing.tex(quantity, quantity.layer, numbers))

    def comes_to(self, number: Number) -> str:
        """The TeX of a number after the sign that is true of it."""
        return f"{RELATIONS['=' if number.exact else '≈']} {self.printing.tex(number)}"

    def number(self, text: str) -> Formula:
        """A number named in a sentence, with the decimal mark that the formulas have."""
        return self.formula(Number(text))


def step_of(section: Section, entry: Entry, telling: Telling) -> str:
    """Which step of the whole an entry belongs to; of a single layer, the sum and the activation are a step each."""
    if section.name == "forward" and telling.derivation.graph.depth == 1 and telling.notation.names("pre_activation"):
        return "weighted_sum" if entry.kind == "pre_activation" else "activation"
    return section.name


def _program(telling: Telling, tools: Tools, begun: bool = False) -> Program | None:
    """The code that recomputes the sheet; None where there are no numbers."""
    from backprop_steps.pages.program.program import Program  # only a notebook has code

    return Program(telling, tools.symbol, begun=begun) if telling.evaluation is not None else None


@dataclass(frozen=True, slots=True)
class Again:
    """The second, short part: what another activation changes, and the network as it then is.

    The formulas are told in letters; where the problem has numbers, all of them are others: `answers` has the results,
    with a row of `answer_table` each.
    """

    net: Net
    parts: tuple[Part, ...]
    layer: int
    step_links: Callable[[], StepLinks]
    program: Program | None
    answers: tuple[Answer, ...]
    answer_table: list[tuple[object, ...]]
    updates_shown: tuple[int, ...]
    reminders: Callable[[], Reminders]


def _changed(
    problem: Problem,
    telling: Telling,
    other: Telling,
    choice: Choice,
    printing: Printing,
    links: Callable[[], StepLinks],
    number: int,
    coded: bool,
    slides: bool,
) -> Again:
    """The part of another derivation that differs from the first: only what changes."""
    before = {(passage.id, passage.steps) for passage in telling.derivation.passages}
    names = {passage.id for passage in other.derivation.passages if (passage.id, passage.steps) not in before}
    parts: list[Part] = []
    if choice.detail != "answers":
        for part in SheetMaker(replace(other, evaluation=None), choice).make()[:1]:
            sections = []
            for section in part.sections:
                entries = tuple(entry for entry in section.entries if entry.passage.id in names)
                if entries:
                    sections.append(replace(section, entries=entries))
            parts.append(Part(part.name, part.generation, tuple(sections)))
    printing = printing.of(other.notation)
    layer = next(
        (n for n in range(1, other.derivation.graph.depth + 1) if _activation(telling, n) != _activation(other, n)), 1
    )
    told = tuple(part for part in parts if part.sections)
    program = _program(other, Tools(other, printing), begun=True) if coded else None
    titled, entitling = _titling(other, printing, slides)
    own = cache(lambda: StepLinks(titled, entitling, told, links(), f"again-{number}-"))
    found = answers(other, other.evaluation, choice) if other.evaluation is not None else ()
    return Again(
        Net(problem, other, printing),
        told,
        layer,
        own,
        program,
        found,
        Tools(other, printing).answer_rows(found),
        updates_shown(found),
        cache(lambda: Reminders(titled, entitling)),
    )


def _activation(telling: Telling, layer: int) -> object:
    operation = telling.derivation.graph.producer(Quantity("activation", layer))
    return None if operation is None else operation.formula

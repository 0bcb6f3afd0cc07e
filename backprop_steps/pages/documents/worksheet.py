"""A worksheet: the worked solution with gaps, hints for them, and the key, which is the same sheet filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backprop_steps.checking.marking.asked import names_asked
from backprop_steps.checking.marking.marks import array_of
from backprop_steps.derivation.steps import Passage
from backprop_steps.errors import UserError
from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import contains, quantity_letters
from backprop_steps.expression.tree import Gap
from backprop_steps.notation.breaking import rows_of_highest
from backprop_steps.offers import Depth, Detail, HintPlace
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.losses import LOSSES
from backprop_steps.pages.content.context import context
from backprop_steps.pages.content.hints import Hint, hints, subject_of
from backprop_steps.pages.documents.gaps import Asked, Gapped, Gaps, results, with_gaps
from backprop_steps.pages.documents.page import Page
from backprop_steps.pages.documents.render import Hand, hand_of, profile_for, tell
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Choice, Entry, Part, SheetMaker, lines
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import write_page
from backprop_steps.pages.writing.printing import Printing
from backprop_steps.pages.writing.screen import NO_SCREEN, Screen
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.again import replaced
from backprop_steps.problem.model import Problem

FOLDING = frozenset({"markdown", "html"})
"""The formats in which something can be folded away."""


class WorksheetError(UserError):
    """The worksheet that is asked for cannot be made of this problem."""


@dataclass(frozen=True, slots=True)
class WorksheetWish:
    """What kind of worksheet is wanted."""

    gaps: Gaps = field(default_factory=Gaps)
    hints: HintPlace = "end"
    to: str = "markdown"
    dialect: str = "standard"
    notation: str | Path | None = None
    detail: Detail = "full"
    screen: Screen = NO_SCREEN
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap: its kind, the plain name of what it is about, and its answer in TeX; empty where it is a whole step."""

    kind: Depth
    quantity: str
    answer: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The sheet, its key, the gaps from top to bottom, and a marking scheme with marks for what they ask, in YAML."""

    sheet: Page
    key: Page
    gaps: tuple[GapRow, ...]
    scheme: str


def render_worksheet(problem: Problem, wish: WorksheetWish) -> Worksheet:
    """The worksheet and its key.

    Raises WorksheetError where there is nothing to leave out, and where hints are to be folded in a format that
    cannot; NotationError where the notation cannot say the problem.
    """
    if wish.hints == "folded" and wish.to not in FOLDING:
        raise WorksheetError(f"nothing can be folded in {wish.to}; take --hints end, Markdown or HTML")
    told = tell(problem, profile_for(problem, wish.notation, wish.to))
    if told.evaluation is None and wish.gaps.depth == "numbers":
        raise WorksheetError("this problem has no numbers to leave out; take --gaps right-sides or --gaps steps")
    wish = replace(
        wish, gaps=replace(wish.gaps, known=frozenset(p.id for p in told.derivation.passages if _known(told, p)))
    )
    sheet = _Sheet(problem, told, wish)
    gapped = with_gaps(SheetMaker(told, sheet.choice).make(), wish.gaps, told.derivation.graph, sheet.height)
    if not gapped.asked:
        raise WorksheetError(f"no gap is left on this sheet: there are fewer than {wish.gaps.every} to choose from")
    rows = tuple(map(sheet.row, gapped.asked))
    return Worksheet(sheet.page(gapped, True), sheet.page(gapped, False), rows, sheet.scheme(gapped, rows))


class _Sheet:
    """One problem's sheet, with open gaps or filled in."""

    def __init__(self, problem: Problem, told: Telling, wish: WorksheetWish) -> None:
        self.problem, self.told, self.wish = problem, told, wish
        rows = problem.network is not None and problem.network.orientation == "rows"
        self.choice = Choice(wish.detail, rows=rows)
        self.again = [tell(other, told.derivation.profile) for other in replaced(problem)]
        self.wording = Wording(problem.lang, wish.own)
        self.hand = Hand(wish.to, wish.dialect, wish.screen, rows, wording=self.wording)
        _, self.printing = hand_of(self.hand, told, self.again)

    def height(self, line: Line, part: str) -> int:
        """The rows that a line takes when it is written out, those of its matrices too."""
        tallest = max((rows_of_highest(member.expression) for member in line.members), default=1)
        return len(self.printing.rows(line, None, self._in_numbers(part))) + tallest - 1

    def row(self, asked: Asked) -> GapRow:
        """A gap by the plain name of what it is about."""
        quantity = asked.quantity
        numbers = self._in_numbers(asked.part)
        answer = self.printing.tex(asked.answer, quantity.layer, numbers) if asked.answer is not None else ""
        return GapRow(asked.kind, self._name(quantity), answer)

    def scheme(self, gapped: Gapped, gaps: tuple[GapRow, ...]) -> str:
        """Marks for what is asked for: one for the number, one for how it is come by where that is asked for too."""
        graph, depth = self.told.derivation.graph, self.wish.gaps.depth
        names, _ = names_asked(graph, rows=self.choice.rows, steps=self.problem.steps)
        told = {self._name(line.subject) for line in lines(gapped.key)}
        numbers = {self._name(quantity) for line in lines(gapped.key) for quantity, _ in results(line)}
        asked = {gap.quantity for gap in gaps if gap.kind == depth}
        unmoved = set(self._unmoved())
        found = []
        for name in (name for name in names if name not in unmoved):
            of_array = array_of(name) in asked and (depth == "steps" or name not in told)
            # what no line is about is given: an error signal where a gradient arrives
            if (name in asked and not told.isdisjoint((name, array_of(name)))) or of_array:
                value = graph.symbolic or name in numbers or array_of(name) in numbers
                points = {
                    "method": depth != "numbers" and array_of(name).rstrip("'") not in self.wish.gaps.known,
                    "value": value,
                }
                worth = ", ".join(f"{kind}: 1" for kind, wanted in points.items() if wanted)
                found.append(f"  {_quoted(name)}: {{{worth}}}")
        return "\n".join(
            ["# marks for what the worksheet asks for, none for what it says itself", "points:", *found, ""]
        )

    def _unmoved(self) -> Iterator[str]:
        """The updated values that show nothing: the same symbol has the same number as before."""
        evaluation, graph = self.told.evaluation, self.told.derivation.graph
        if evaluation is None or not self.told.notation.conventions.updates_in_place:
            return
        for parameter in graph.parameters:
            for binding in self.told.bindings(parameter):
                for step in range(1, self.problem.steps + 1):
                    after = self.told.at(parameter, binding).after(step)
                    if evaluation.has(after) and evaluation.value(after) == evaluation.value(after.after(-1)):
                        yield self._name(after)

    def _name(self, quantity: Quantity) -> str:
        """A quantity by its plain name; an array where its indices are letters."""
        return name_of(quantity.array() if quantity_letters(quantity) else quantity, rows=self.choice.rows)

    def _in_numbers(self, part: str) -> bool:
        """Whether a part has the symbols for numbers."""
        first = self.told.notation.conventions.arrangement == "formulas_first"
        return first and part in ("numbers", "confirm")

    def page(self, gapped: Gapped, open_gaps: bool) -> Page:
        """The sheet to hand out, or its key."""
        wish = self.wish
        format, printing = hand_of(replace(self.hand, open_gaps=open_gaps), self.told, self.again)
        text = write_page(
            "worksheet",
            self.names(gapped, printing, open_gaps),
            format=format,
            write=printing.tex,
            title=self.problem.title,
            meta=self.problem.meta,
            wording=self.wording,
        )
        return Page(wish.screen.finished(text) if wish.to == "terminal" else text)

    def names(self, gapped: Gapped, printing: Printing, open_gaps: bool) -> Mapping[str, Any]:
        """What the document is given: what a solution is, without what would give the answers away."""
        parts = gapped.parts if open_gaps else gapped.key
        graph = self.told.derivation.graph
        names = dict(context(self.problem, self.told, self.again, printing, self.choice, False, parts))
        filled = [
            replace(one, parts=_chosen(with_gaps(one.parts, self.wish.gaps, graph, self.height), open_gaps))
            for one in names["again"]
        ]
        words = WorksheetWords(
            depth=self.wish.gaps.depth,
            only_backward=self.wish.gaps.only_backward,
            open=open_gaps,
            hints=self._hints(gapped) if open_gaps else (),
            folded=self.wish.hints == "folded",
            given=tuple(self._definitions()),
            subject=lambda entry: subject_of(self.told, printing, entry),
        )
        silent = {
            "answers": (),
            "answer_table": (),
            "insights": (),
            "cards": None,
            "losses": None,
            "gradient_lines": (),
            # how a function is differentiated is known; what follows for this network is for the reader to find
            "lemmas": tuple(one for one in names["lemmas"] if not words.quiet or one.kind == "derivative"),
        }
        return {**names, **silent, "again": filled, "worksheet": words}

    def _definitions(self) -> Iterator[Line]:
        """The formulas that are a part of the problem."""
        for passage in self.told.derivation.passages:
            if passage.id in self.wish.gaps.known:
                line = self.told.formula_lines(passage, "index")[0]
                yield replace(line, members=line.members[-1:])

    def _hints(self, gapped: Gapped) -> tuple[Hint, ...]:
        if self.wish.hints == "none":
            return ()
        asking = [e for part in gapped.parts for s in part.sections for e in s.entries if _asks(e)]
        return hints(self.told, self.printing, asking)


@dataclass(frozen=True, slots=True)
class WorksheetWords:
    """What the templates go by on a worksheet.

    `open`: it is the sheet to hand out and not its key. `hints` has one for each passage with gaps, `folded`: below
    the passage. `given` are the formulas that are a part of the problem. `subject` says what an entry is about.
    """

    depth: str
    only_backward: bool
    open: bool
    hints: tuple[Hint, ...]
    folded: bool
    given: tuple[Line, ...]
    subject: Callable[[Entry], Formula]

    @property
    def quiet(self) -> bool:
        """Whether nothing is said between the lines: the words would be the answer."""
        return self.depth != "numbers"

    def hint(self, entry: Entry) -> Hint | None:
        """The hint that stands below an entry, where hints are folded."""
        found = (one for one in self.hints if self.folded and one.entry is entry)
        return next(found, None)


def _quoted(name: str) -> str:
    """A name as a string of YAML, in which a prime is doubled."""
    return "'" + name.replace("'", "''") + "'"


def _known(told: Telling, passage: Passage) -> bool:
    """Whether the formula of a passage is a part of the problem: a node of a circuit, a function or loss of its own."""
    operation = told.derivation.graph.producer(passage.quantity)
    if operation is None or passage.section not in ("forward", "loss"):
        return False
    loss, activation = operation.loss, operation.activation
    own_loss = loss is not None and loss.name not in LOSSES
    own_function = activation is not None and activation.name not in ACTIVATIONS and activation.formula is not None
    return operation.output.role == "node" or own_loss or own_function


def _chosen(gapped: Gapped, open_gaps: bool) -> tuple[Part, ...]:
    return gapped.parts if open_gaps else gapped.key


def _asks(entry: Entry) -> bool:
    """Whether something is left out in an entry."""
    return bool(entry.room) or any(contains(member.expression, Gap) for line in entry.lines for member in line.members)

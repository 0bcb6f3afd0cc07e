"""What a sheet was for, at its end: every gradient as a formula and a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_steps.derivation.steps import Passage
from backprop_steps.expression.quantity import Quantity
from backprop_steps.notation.width import width
from backprop_steps.pages.answers import Answer
from backprop_steps.pages.lines import Line, Member
from backprop_steps.pages.macros import Formula
from backprop_steps.pages.printing import WIDTH, Printing
from backprop_steps.pages.sheet import Choice
from backprop_steps.pages.symbols import asked
from backprop_steps.pages.telling import Binding, Telling

_CARDS = 8
"""No more gradients than these are put on cards; a longer list is a table."""

_COLUMNS = 3
"""No more updates than these have a column of their own."""


def gradient_lines(telling: Telling, choice: Choice) -> tuple[Line, ...]:
    """Every parameter's gradient as its last formula, for the whole array."""
    view = telling.notation.conventions.formulas
    found = []
    for passage in _wanted(telling, choice):
        line = telling.array_formula(passage) if view == "matrix" else None
        found.append(_shortened(line or telling.index_formula(passage)))
    return tuple(found)


def cards(telling: Telling, printing: Printing, choice: Choice) -> tuple[Formula, ...]:
    """Every gradient on a card: its formula, and its number where it is one; none where there are too many."""
    view = telling.notation.conventions.formulas
    if view != "element" or not all(_sized(passage) for passage in _wanted(telling, choice)):
        found = [_tex(printing, line) for line in gradient_lines(telling, choice)]
    else:
        pairs = [(p, binding) for p in _wanted(telling, choice) for binding in telling.bindings(p.quantity)]
        pairs = [(p, b) for p, b in pairs if asked(telling, choice, telling.at(_by(p), b))]
        found = [tex for pair in pairs for tex in _element(telling, printing, *pair)] if len(pairs) <= _CARDS else []
    return tuple(Formula(tex) for tex in found if width(tex) <= WIDTH - 2)


def updates_shown(found: Sequence[Answer]) -> tuple[int, ...]:
    """The updates that have a column in the table: all, or the first ones and the last."""
    updates = max((len(answer.after) for answer in found), default=0)
    return tuple(range(1, updates + 1)) if updates <= _COLUMNS else (*range(1, _COLUMNS), updates)


def _element(telling: Telling, printing: Printing, passage: Passage, binding: Binding) -> Iterator[str]:
    line = _shortened(telling.formula(passage, binding))
    members = list(line.members)
    evaluation = telling.evaluation
    if evaluation is not None:
        subject = telling.at(passage.quantity, binding)
        number = evaluation.shown(subject)
        exact = number.exact or number.value == evaluation.value(subject)
        members.append(Member("=" if exact else "≈", number, numeric=True))
    yield _tex(printing, Line(line.subject, line.head, tuple(members), line.layer))


def _tex(printing: Printing, line: Line) -> str:
    """A line on one row, however wide."""
    assert line.head is not None
    tex = printing.tex(line.head, line.layer)
    for member in line.members:
        tex += f" {'=' if member.relation == '=' else chr(92) + 'approx'} {printing.tex(member.expression, line.layer)}"
    return tex


def _shortened(line: Line) -> Line:
    """The line from its head straight to its last member."""
    return replace(line, members=line.members[-1:])


def _by(passage: Passage) -> Quantity:
    assert passage.quantity.by is not None
    return passage.quantity.by


def _wanted(telling: Telling, choice: Choice) -> list[Passage]:
    """The gradients asked for, in the order of the parameters."""
    graph = telling.derivation.graph
    wanted = [q.array() for q in (graph.parameters if graph.depth else graph.inputs)]
    found = [
        passage
        for passage in telling.derivation.passages
        if passage.quantity.of == graph.goal
        and passage.quantity.by is not None
        and passage.quantity.by.array() in wanted
        and asked(telling, choice, passage.quantity.by)
    ]
    return sorted(found, key=lambda passage: wanted.index(_by(passage).array()))


def _sized(passage: Passage) -> bool:
    return all(isinstance(letter.axis.size, int) for letter in passage.letters)

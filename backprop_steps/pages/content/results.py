"""What a sheet was for, at its end: every gradient as a formula and a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from backprop_steps.derivation.steps import Passage
from backprop_steps.expression.quantity import Quantity
from backprop_steps.pages.content.symbols import ONE_BY_ONE, asked
from backprop_steps.pages.telling.answers import Answer
from backprop_steps.pages.telling.lines import Line, Member
from backprop_steps.pages.telling.sheet import Choice
from backprop_steps.pages.telling.telling import Binding, Telling
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.printing import Printing

_COLUMNS = 3
"""No more updates than these have a column of their own."""


@dataclass(frozen=True, slots=True)
class Card:
    """A gradient, and what was found for it."""

    gradient: Quantity
    formula: Formula


@dataclass(frozen=True, slots=True)
class Cards:
    """What was found. `alike`: only one gradient of each kind is shown; `beyond`: these are too wide for a card."""

    shown: tuple[Card, ...]
    beyond: tuple[Formula, ...]
    alike: bool = False


def gradient_lines(telling: Telling, choice: Choice) -> tuple[Line, ...]:
    """Every parameter's gradient as its last formula, for the whole array."""
    return tuple(replace(line, members=line.members[-1:]) for line in _gradient_lines(telling, choice))


def _gradient_lines(telling: Telling, choice: Choice) -> Iterator[Line]:
    view = telling.notation.conventions.formulas
    for passage in _wanted(telling, choice):
        line = telling.array_formula(passage) if view == "matrix" else None
        yield line or telling.index_formula(passage)


def cards(telling: Telling, printing: Printing, choice: Choice) -> Cards:
    """The gradients asked for on cards: each with its formula and, where it is one number, with that."""
    wanted = _wanted(telling, choice)
    if telling.notation.conventions.formulas != "element" or not all(_sized(passage) for passage in wanted):
        return _cards(printing, [(line, line.members[-1:]) for line in _gradient_lines(telling, choice)])
    groups = [
        [(p, b) for b in telling.bindings(p.quantity) if asked(telling, choice, telling.at(_by(p), b))] for p in wanted
    ]
    alike = sum(map(len, groups)) > ONE_BY_ONE
    found = []
    for passage, binding in (pair for group in groups for pair in (group[:1] if alike else group)):
        line, number = telling.formula(passage, binding), _number(telling, passage, binding)
        found.append((line, (*line.members[-1:], *number)))
    return replace(_cards(printing, found), alike=alike)


def _cards(printing: Printing, lines: Sequence[tuple[Line, tuple[Member, ...]]]) -> Cards:
    """Each line with the members that belong on its card, or with its number only; what is wider still is named."""
    shown, beyond = [], []
    for line, best in lines:
        number = best[-1:] if best[-1].numeric else ()
        written = [_tex(printing, replace(line, members=chosen)) for chosen in (best, number) if chosen]
        fitting = next((tex for tex in written if printing.measure(tex) <= printing.room - 2), None)
        if fitting is not None:
            shown.append(Card(line.subject, Formula(fitting)))
        else:
            assert line.head is not None
            beyond.append(Formula(printing.tex(line.head, line.layer)))
    return Cards(tuple(shown), tuple(beyond))


def updates_shown(found: Sequence[Answer]) -> tuple[int, ...]:
    """The updates that have a column in the table: all, or the first ones and the last."""
    updates = max((len(answer.after) for answer in found), default=0)
    return tuple(range(1, updates + 1)) if updates <= _COLUMNS else (*range(1, _COLUMNS), updates)


def _number(telling: Telling, passage: Passage, binding: Binding) -> tuple[Member, ...]:
    """The value of a gradient as the last member of its line; nothing on a symbolic sheet."""
    evaluation = telling.evaluation
    if evaluation is None:
        return ()
    subject = telling.at(passage.quantity, binding)
    number = evaluation.shown(subject)
    exact = number.exact or number.value == evaluation.value(subject)
    return (Member("=" if exact else "≈", number, numeric=True),)


def _tex(printing: Printing, line: Line) -> str:
    """A line on one row, however wide."""
    assert line.head is not None
    tex = printing.tex(line.head, line.layer)
    for member in line.members:
        tex += f" {'=' if member.relation == '=' else chr(92) + 'approx'} {printing.tex(member.expression, line.layer)}"
    return tex


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

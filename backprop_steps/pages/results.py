"""What a sheet was for, at its end: every gradient as a formula and a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_steps.derivation.steps import Passage
from backprop_steps.evaluation.evaluate import elements
from backprop_steps.pages.answers import Answer
from backprop_steps.pages.lines import Line, Member
from backprop_steps.pages.macros import Formula
from backprop_steps.pages.printing import WIDTH, Printing
from backprop_steps.pages.telling import Binding, Telling
from backprop_steps.notation.width import width

_CARDS = 8
"""No more gradients than these are put on cards; a longer list is a table."""


def gradient_lines(telling: Telling) -> tuple[Line, ...]:
    """Every parameter's gradient as its last formula, for the whole array."""
    view = telling.notation.conventions.formulas
    found = []
    for passage in _wanted(telling):
        line = telling.array_formula(passage) if view == "matrix" else None
        found.append(_shortened(line or telling.index_formula(passage)))
    return tuple(found)


def cards(telling: Telling, printing: Printing) -> tuple[Formula, ...]:
    """Every gradient on a card: its formula, and its number where it is one; none where there are too many."""
    view = telling.notation.conventions.formulas
    if view != "element" or not all(_sized(passage) for passage in _wanted(telling)):
        found = [_tex(printing, line) for line in gradient_lines(telling)]
    else:
        pairs = [(passage, binding) for passage in _wanted(telling) for binding in elements(passage.quantity)]
        found = [tex for pair in pairs for tex in _element(telling, printing, *pair)] if len(pairs) <= _CARDS else []
    return tuple(Formula(tex) for tex in found if width(tex) <= WIDTH - 2)


def answer_order(found: Sequence[Answer], rows: bool) -> tuple[Answer, ...]:
    """The weights in the order of the matrix's rows; where samples are rows, these are the inputs."""
    if not rows:
        return tuple(found)
    keys: dict[tuple[str, int], int] = {}
    for answer in found:
        keys.setdefault((answer.parameter.role, answer.parameter.layer), len(keys))
    return tuple(
        sorted(
            found,
            key=lambda a: (
                keys[a.parameter.role, a.parameter.layer],
                tuple(reversed([index for index in a.parameter.index if isinstance(index, int)])),
            ),
        )
    )


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


def _wanted(telling: Telling) -> list[Passage]:
    graph = telling.derivation.graph
    wanted = {q.array() for q in (graph.parameters if graph.depth else graph.inputs)}
    return [
        passage
        for passage in telling.derivation.passages
        if passage.quantity.of == graph.goal and passage.quantity.by is not None and passage.quantity.by.array() in wanted
    ]


def _sized(passage: Passage) -> bool:
    return all(isinstance(letter.axis.size, int) for letter in passage.letters)

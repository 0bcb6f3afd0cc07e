"""For tests: the right lines of a problem's sheet, and the setting in which mistakes are made in them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import backprop_steps as bp
from backprop_steps.checking.causes import Setting
from backprop_steps.expression.names import name_of
from backprop_steps.notation.loading import load_profile
from backprop_steps.pages.documents.mistaken import numbers_of
from backprop_steps.pages.documents.render import tell
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Choice, SheetMaker, lines
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.printing import Printing


@cache
def told(name: str, notation: str) -> tuple[Telling, tuple[Line, ...]]:
    """How a shipped problem is told, and its lines. Raises NotationError where it cannot be said so."""
    telling = tell(bp.load(name), load_profile(notation))
    return telling, tuple(lines(SheetMaker(telling, Choice()).make()))


def setting(telling: Telling, line: Line) -> Setting:
    numbers = numbers_of(telling.evaluation) if telling.evaluation is not None else {}
    return Setting(telling.derivation.graph, line.subject, numbers, telling.layout.rows)


def of_kind(found: tuple[Line, ...]) -> Iterator[Line]:
    """The first line about each array, of each length."""
    seen = set()
    for line in found:
        key = (line.subject.array(), len(line.members))
        if key not in seen:
            seen.add(key)
            yield line


def line_about(name: str, notation: str, subject: str, members: int) -> tuple[Telling, Line]:
    """The line about a quantity, by its plain name, with so many members."""
    telling, found = told(name, notation)
    for line in found:
        try:
            about = name_of(line.subject, rows=telling.layout.rows)
        except ValueError:
            about = name_of(line.subject.array(), rows=telling.layout.rows)
        if about == subject and len(line.members) == members:
            return telling, line
    raise LookupError(subject)


def tex(telling: Telling, line: Line) -> Iterator[str]:
    """The members, printed."""
    printing = Printing(telling.notation, ("if", "otherwise"))
    for member in line.members:
        yield printing.tex(member.expression, line.layer)

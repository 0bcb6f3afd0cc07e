"""Three hints for each step of a worksheet: which rule it is by, the formula in general, and the formula there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from backprop_steps.derivation.steps import Passage, Rule
from backprop_steps.expression.tree import Ref
from backprop_steps.pages.content.symbols import listed
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Entry
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.printing import Printing

_RULES = (Rule.CHAIN_RULE.value, Rule.SUM_OVER_PATHS.value)
_MOST = 6
"""No more elements than these have a third hint of their own; the others are found in the same way."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What helps with one passage: `subject` is what is looked for, the rule is by the entry's kind.

    `general` has the formula with letters or between arrays, `here` with the symbols of this place, never a number;
    `alike`: of some elements only. `here` is empty where the general formula is all there is.
    """

    entry: Entry
    subject: Formula
    general: Line
    here: tuple[Line, ...]
    alike: bool


def hints(telling: Telling, printing: Printing, entries: Iterable[Entry]) -> tuple[Hint, ...]:
    """A hint for each passage that these entries are about, in order; what comes again after an update needs none."""
    found: dict[str, Hint] = {}
    for entry in entries:
        if entry.passage.id not in found:
            found[entry.passage.id] = _hint(telling, printing, entry)
    return tuple(found.values())


def subject_of(telling: Telling, printing: Printing, entry: Entry) -> Formula:
    """What an entry is about, as it stands left of its lines: an array, or its elements."""
    passage, generation = entry.passage, entry.generation
    if telling.notation.conventions.formulas == "element" and _sized(passage):
        lines = [
            telling.formula(passage, binding, generation=generation) for binding in telling.bindings(passage.quantity)
        ]
        shown = [line.head for line in lines if line.head is not None]
    else:
        shown = [Ref(passage.quantity.array().after(generation))]
    return Formula(listed([printing.tex(one, entry.layer) for one in shown]))


def _hint(telling: Telling, printing: Printing, entry: Entry) -> Hint:
    passage = entry.passage
    general, lines = _general(telling, passage), list(_here(telling, passage))
    same = len(lines) == 1 and printing.rows(lines[0]) == printing.rows(general)
    return Hint(
        entry=entry,
        subject=subject_of(telling, printing, entry),
        general=general,
        here=() if same else tuple(lines[:_MOST]),
        alike=len(lines) > _MOST,
    )


def _general(telling: Telling, passage: Passage) -> Line:
    """The formula of the rule: the chain rule where it is one, otherwise the definition."""
    view = telling.notation.conventions.formulas
    line = telling.formula_lines(passage, "index" if view == "element" else view)[0]
    rule = next((member for member in line.members if member.reason in _RULES), line.members[0])
    return replace(line, members=(rule,), shape=None)


def _here(telling: Telling, passage: Passage) -> Iterator[Line]:
    """The last formula, for each element or, where the numbers are put in array by array, for the array."""
    conventions = telling.notation.conventions
    if not _sized(passage) or telling.evaluation is None or conventions.numbers == "matrix":
        if conventions.formulas == "element" and _sized(passage):
            lines = telling.formula_lines(passage, "element")
        else:
            lines = [telling.array_formula(passage) or telling.index_formula(passage)]
    else:
        lines = [telling.formula(passage, binding) for binding in telling.bindings(passage.quantity)]
    for line in lines:
        yield replace(line, members=line.members[-1:], shape=None)


def _sized(passage: Passage) -> bool:
    return all(isinstance(letter.axis.size, int) for letter in passage.letters)

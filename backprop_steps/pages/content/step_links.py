"""The steps of a page that can be linked to: what each is called by, and which others it uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.pages.content.symbols import listed
from backprop_steps.pages.telling.sheet import Entry, Part
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.macros import Formula, Linked
from backprop_steps.pages.writing.printing import Printing

_OTHER = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step: its symbols as a link to it, whether they are one number, and the steps that it uses."""

    link: Linked
    single: bool
    uses: tuple[Linked, ...]

    @property
    def anchor(self) -> str:
        """What it is linked to by."""
        return self.link.anchor


class StepLinks:
    """The steps of one run through the derivation.

    `before` are those of a run before this one, which it may use; `prefix` sets the anchors of the two apart.
    """

    def __init__(
        self,
        telling: Telling,
        printing: Printing,
        parts: Sequence[Part],
        before: StepLinks | None = None,
        prefix: str = "",
    ) -> None:
        self._telling, self._printing, self._before = telling, printing, before
        self._links: dict[tuple[bool, Quantity], Linked] = {}
        for part in parts:
            for entry in (entry for section in part.sections for entry in section.entries):
                symbolic = part.name == "formulas"
                anchor = _anchor(entry, f"{prefix}formula-" if symbolic and len(parts) > 1 else prefix)
                self._links[symbolic, _subject(entry)] = Linked(self._symbols(part, entry), anchor)

    def step(self, part: Part, entry: Entry) -> StepLink:
        """The step that an entry is."""
        letters = [letter for letter in entry.passage.letters if letter.axis.size != 1]
        link = self._links[part.name == "formulas", _subject(entry)]
        return StepLink(link, not letters, self._uses(part, entry, link))

    def anchor(self, quantity: Quantity) -> str:
        """Where the numbers of a quantity are found, or, where there are none, its formula; empty where nothing is."""
        found = self._find(quantity.array(), False)
        return found.anchor if found else ""

    def _find(self, array: Quantity, symbolic: bool) -> Linked | None:
        """The step about an array: from formulas to formulas, from numbers to numbers, where there are both."""
        found = self._links.get((symbolic, array)) or self._links.get((not symbolic, array))
        return found or (self._before._find(array, symbolic) if self._before is not None else None)

    def _uses(self, part: Part, entry: Entry, own: Linked) -> tuple[Linked, ...]:
        symbolic = part.name == "formulas"
        arrays: list[Quantity] = []
        for step in entry.passage.steps:
            arrays += [quantity.array() for quantity in quantities(step.expression)]
            arrays += [one.quantity.array() for one in self._telling.derivation.passages if one.id in step.uses]
        found = {self._find(array.after(entry.generation), symbolic) for array in arrays}
        if not symbolic:  # numbers go back to the formula that they are put into
            found.add(self._links.get((True, _subject(entry))))
        return tuple(link for link in self._all() if link in found and link != own)

    def _all(self) -> list[Linked]:
        """Every step, in the order of the page."""
        return [*(self._before._all() if self._before is not None else ()), *self._links.values()]

    def _symbols(self, part: Part, entry: Entry) -> Formula:
        """The heads of its lines: of its formulas, which are about all of it, else of its numbers."""
        first = self._telling.notation.conventions.arrangement == "formulas_first"
        numbers = first and part.name in ("numbers", "confirm")
        lines = entry.formulas or ((entry.statement,) if entry.statement else ()) or entry.work or entry.lines
        heads = [self._printing.tex(line.head, line.layer, numbers) for line in lines if line.head is not None]
        if not heads:
            heads = [self._printing.tex(entry.subject, entry.layer, numbers)]
        return Formula(listed(list(dict.fromkeys(heads))))


def _subject(entry: Entry) -> Quantity:
    return entry.subject.array().after(entry.generation)


def _anchor(entry: Entry, prefix: str) -> str:
    """The name of the quantity as a fragment of an address."""
    name = name_of(_subject(entry)).replace("/", "-by-").replace("'", "-after")
    return prefix + _OTHER.sub("-", name)

"""Verdicts and a marking scheme -> marks: for the method and for the answer of every quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from backprop_steps.checking.causes import CAUSES, Kind
from backprop_steps.checking.marking.scheme import Points, Scheme
from backprop_steps.checking.model import Link, Marking, Verdict

_INDICES = re.compile(r"\[[^\]]*\]")
_SAMPLE = re.compile(r"\[[0-9]+;")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NONE = Decimal(0)
_FINEST = Decimal("0.01")
"""Marks are given to the hundredth."""


@dataclass(frozen=True, slots=True)
class QuantityMarks:
    """The marks of one quantity, each beside what could be had.

    `shown`: a line is about it. `open` are marks that depend on what could not be read: neither earned nor lost.
    """

    quantity: str
    method: Decimal
    method_of: Decimal
    value: Decimal
    value_of: Decimal
    shown: bool
    open: Decimal = _NONE


@dataclass(frozen=True, slots=True)
class Deduction:
    """Marks taken off for a mistake in a quantity that carries no points; `quantity` None: in nothing particular."""

    line: int
    quantity: str | None
    kind: Kind
    points: Decimal


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one submission. The total is never below zero.

    `never_shown` are the quantities whose marks are lost because no line is about them.
    """

    quantities: tuple[QuantityMarks, ...]
    deductions: tuple[Deduction, ...]
    never_shown: tuple[str, ...]

    @property
    def method(self) -> Decimal:
        """The method marks earned."""
        return sum((row.method for row in self.quantities), _NONE)

    @property
    def method_of(self) -> Decimal:
        """The method marks there are."""
        return sum((row.method_of for row in self.quantities), _NONE)

    @property
    def value(self) -> Decimal:
        """The answer marks earned."""
        return sum((row.value for row in self.quantities), _NONE)

    @property
    def value_of(self) -> Decimal:
        """The answer marks there are."""
        return sum((row.value_of for row in self.quantities), _NONE)

    @property
    def deducted(self) -> Decimal:
        """What was taken off."""
        return sum((row.points for row in self.deductions), _NONE)

    @property
    def total(self) -> Decimal:
        """What the submission earns."""
        return max(self.method + self.value - self.deducted, _NONE)

    @property
    def out_of(self) -> Decimal:
        """What could be earned."""
        return self.method_of + self.value_of

    @property
    def open(self) -> Decimal:
        """The marks that depend on what could not be read."""
        return sum((row.open for row in self.quantities), _NONE)


def marks(marking: Marking, scheme: Scheme) -> Marks:
    """The marks of a submission by a scheme."""
    rows: list[QuantityMarks] = []
    carrying: list[str] = []
    asked = frozenset(marking.asked or marking.missing)
    marker = _Marker(marking, scheme)
    for name in names_of(marking):
        points = scheme.points_of(name, name in asked)
        if points is None:
            continue
        carrying.append(name)
        links = marker.for_marks(name)
        if links or scheme.wants(name):
            rows.append(marker.row(name, points, links))
    return Marks(
        tuple(rows),
        marker.deductions(carrying),
        tuple(row.quantity for row in rows if not row.shown),
    )


def names_of(marking: Marking) -> tuple[str, ...]:
    """Every quantity that marks may be given for, in teaching order."""
    if marking.quantities:
        return marking.quantities
    shown = (link.quantity for link in marking.links if link.quantity is not None)
    return tuple(dict.fromkeys((*marking.asked, *shown, *marking.missing)))


def concerns(quantity: str | None, name: str) -> bool:
    """Whether a line about a quantity is about the one of this name: itself, its whole array, or an element of it."""
    if quantity is None or quantity == name:
        return quantity == name
    return name == array_of(quantity) or quantity in (array_of(name), of_every_sample(name))


def array_of(name: str) -> str:
    """The name of the array that an element belongs to: `dL/dW1` of `dL/dW1[2,1]`."""
    return _INDICES.sub("", name)


def of_every_sample(name: str) -> str:
    """The name of what a unit has for all samples together: `a1[2]` of `a1[3;2]`."""
    return _SAMPLE.sub("[", name)


def kind_of(link: Link) -> Kind:
    """The class of a mistake: that of its likeliest cause. Without one, a value is a slip and a formula is not."""
    if link.causes:
        return CAUSES[link.causes[0]].kind
    return "arithmetic" if link.numeric else "method"


def never_shown(marking: Marking, given: Marks) -> tuple[str, ...]:
    """The quantities that the page never shows: those whose marks are lost, and gradients that carry none."""
    arrays = {array_of(name) for name in given.never_shown}
    return tuple(dict.fromkeys((*given.never_shown, *(name for name in marking.missing if name not in arrays))))


def first_mistake(marking: Marking) -> Link | None:
    """The first link of the page that is incorrect."""
    return next((link for link in marking.links if link.verdict is Verdict.INCORRECT), None)


def agree(found: str | None, expected: str | None, digits: int) -> bool:
    """Whether two decimals are the same to so many significant digits: apart by half a unit of the last at most."""
    if found is None or expected is None or not _DECIMAL.fullmatch(found) or not _DECIMAL.fullmatch(expected):
        return False
    try:
        one, other = Decimal(found), Decimal(expected)
        if not other:
            return not one
        return abs(one - other) <= Decimal(5).scaleb(other.adjusted() - digits)
    except InvalidOperation:
        return False


def repeated(marking: Marking) -> Iterator[Link]:
    """The mistakes of method that the page has made before: in another element of the same array, or, of which way an
    update goes, in another update.

    They cost once, as the same formula for the whole array, or for all parameters, would.
    """
    first: dict[tuple[str, str], str] = {}
    for link in marking.links:
        if link.verdict is not Verdict.INCORRECT or link.quantity is None or kind_of(link) != "method":
            continue
        if not link.causes:
            continue
        cause, array = link.causes[0], array_of(link.quantity)
        if cause == "update_sign":
            array = ""
        elif array == link.quantity:
            continue
        if first.setdefault((array, cause), link.quantity) != link.quantity:
            yield link


def _is_gradient(name: str) -> bool:
    return "/d" in name or name.startswith("delta")


class _Marker:
    """One marking and one scheme."""

    def __init__(self, marking: Marking, scheme: Scheme) -> None:
        self.marking, self.scheme = marking, scheme
        self.repeated = frozenset(map(id, repeated(marking)))
        self.roots = {link.line for link in marking.links if self._is_mistake(link)}
        self._about: dict[str, list[int]] = {}
        self._within: dict[str, list[int]] = {}
        for number, link in enumerate(marking.links):
            if link.quantity is not None:
                self._about.setdefault(link.quantity, []).append(number)
                self._within.setdefault(array_of(link.quantity), []).append(number)

    def about(self, name: str) -> list[Link]:
        """The links that concern a quantity, in the order of the page."""
        near = {*self._within.get(name, ())}
        for one in (name, array_of(name), of_every_sample(name)):
            near.update(self._about.get(one, ()))
        return [self.marking.links[number] for number in sorted(near)]

    def for_marks(self, name: str) -> list[Link]:
        """The links that the marks of a quantity come from: those about it; where it has no answer, also those of what
        it is said to be, or of its update.
        """
        links = self.about(name)
        if any(self._is_answer(link) for link in links):
            return links
        return [*links, *(self._under_another_name(name, links) or self.in_its_place(name))]

    def _under_another_name(self, name: str, links: Sequence[Link]) -> list[Link]:
        """The numbers of the gradient that a quantity is rightly said to be: `dL/db = delta`, and delta stands above.

        A mistake in them is one of that quantity, and here it is carried on.
        """
        indices = name.removeprefix(array_of(name))
        found: list[Link] = []
        for link in links:
            if link.same_as is None or not _is_gradient(link.same_as) or not self._is_right(link):
                continue
            other = link.same_as if "[" in link.same_as else f"{link.same_as}{indices}"
            answers = [one for one in self.about(other) if self._is_answer(one) and one.quantity != name]
            found += [
                replace(one, verdict=Verdict.FOLLOWS, follows_from=one.line) if self._is_mistake(one) else one
                for one in answers
            ]
        return found

    def in_its_place(self, name: str) -> list[Link]:
        """The links about the update of a parameter, which show its gradient where no line of its own does.

        Which way the update goes says nothing of the gradient. What is no parameter has another value after an update,
        but no update of its own.
        """
        if self.marking.asked and name not in self.marking.asked:
            return []
        _, slash, by = name.rpartition("/d")
        array, bracket, indices = by.partition("[")
        links = self.about(f"{array}'{bracket}{indices}") if slash else []
        return [link for link in links if not (self._is_mistake(link) and "update_sign" in link.causes[:1])]

    def row(self, name: str, points: Points, links: Sequence[Link]) -> QuantityMarks:
        """The marks of one quantity, from the links about it in the order of the page."""
        read = [link for link in links if link.verdict is not Verdict.NOT_UNDERSTOOD]
        method = value = left = _NONE
        costs = [self.scheme.costs[kind_of(link)] for link in read if self._is_mistake(link)]
        if read and not self._is_bare(name, read):
            method = points.method * self._method(name, read)
        elif not read and links:
            left += points.method
        answers = self._answers(name, read)
        if answers:
            kept = min((cost.value for cost in costs), default=Decimal(1))
            shares = [Decimal(1) if self._is_right(one) else kept * self._earned(one) for one in answers]
            value = points.value * sum(shares) / len(shares)
        elif any(self._is_answer(link) for link in links):
            left += points.value
        method, value = (part.quantize(_FINEST) for part in (method, value))
        # of what only the answer is worth something, a formula that leads there shows nothing
        shown = any(map(self._is_answer, links)) if not points.method else bool(links)
        return QuantityMarks(name, method, points.method, value, points.value, shown, left)

    def _method(self, name: str, links: Sequence[Link]) -> Decimal:
        """The share of a gradient's method that is right, step for step: its own formulas, and where one of them is
        wrong, the derivatives that it is put together from.

        A mistake in a formula for a whole array, whose elements are worked one by one, is one mistake, shared by all.
        """
        lost, right = _NONE, self._right_on_the_way(name)
        wrong = 0
        for link in links:
            cost = self.scheme.costs[kind_of(link)].method if self._is_mistake(link) else Decimal(1)
            if cost < 1:
                wrong += 1
                lost += (1 - cost) / self._shared_by(name, link, links)
            elif not link.numeric:
                right += 1
        return 1 - lost / (wrong + right) if wrong else Decimal(1)

    def _is_bare(self, name: str, links: Sequence[Link]) -> bool:
        """Whether nothing shows how an answer was come by: it is wrong, by no known slip, and stands alone."""
        alone = all(self._is_mistake(link) and link.numeric and not link.causes for link in links)
        return alone and not self._right_on_the_way(name)

    def _right_on_the_way(self, name: str) -> int:
        found = 0
        for part in self.marking.on_the_way.get(array_of(name), ()):
            links = [self.marking.links[number] for number in self._within.get(part, ())]
            right = any(self._is_right(link) or link.verdict is Verdict.FOLLOWS for link in links)
            found += right and not any(self._is_mistake(link) for link in links)
        return found

    def _shared_by(self, name: str, link: Link, links: Sequence[Link]) -> int:
        """By how many elements a mistake is made at once."""
        array = array_of(name)
        if link.quantity != array or name == array or not any(one.numeric and one.quantity == name for one in links):
            return 1
        return sum(array_of(one) == array for one in self.marking.quantities) or 1

    def _answers(self, name: str, links: Sequence[Link]) -> list[Link]:
        """The last answer that is given; of an array that is told element by element, the last for each."""
        last: dict[str | None, Link] = {}
        for link in links:
            if self._is_answer(link):
                last[link.quantity] = link
        elements = [link for quantity, link in last.items() if quantity is not None and array_of(quantity) != quantity]
        if name == array_of(name) and elements:
            return elements
        return [link for link in reversed(links) if self._is_answer(link)][:1]

    def deductions(self, carrying: Sequence[str]) -> tuple[Deduction, ...]:
        """What is taken off for mistakes in quantities without points: the dearest of each quantity, or line."""
        found: dict[object, Deduction] = {}
        worth = {link for name in carrying for link in self.for_marks(name)}
        for link in self.marking.links:
            if not self._is_mistake(link) or link in worth:
                continue
            kind = kind_of(link)
            one = Deduction(link.line, link.quantity, kind, self.scheme.costs[kind].elsewhere)
            about = link.quantity if link.quantity is not None else link.line
            if one.points and (about not in found or found[about].points < one.points):
                found[about] = one
        return tuple(sorted(found.values(), key=lambda one: one.line))

    def _is_mistake(self, link: Link) -> bool:
        return link.verdict is Verdict.INCORRECT and id(link) not in self.repeated and not self._tolerated(link)

    def _is_answer(self, link: Link) -> bool:
        return link.numeric or not self.marking.numeric

    def _is_right(self, link: Link) -> bool:
        return link.verdict in (Verdict.CORRECT, Verdict.ROUNDED) or self._tolerated(link)

    def _earned(self, link: Link) -> int:
        """Whether an answer that is not right is right given what was before it, and that counts."""
        if link.verdict is not Verdict.FOLLOWS or self.scheme.follow_through:
            return 1
        # What only early rounding has moved is no mistake carried on.
        return 0 if link.follows_from is None or link.follows_from in self.roots else 1

    def _tolerated(self, link: Link) -> bool:
        digits = self.scheme.tolerance
        return digits is not None and link.numeric and agree(link.found, link.expected, digits)

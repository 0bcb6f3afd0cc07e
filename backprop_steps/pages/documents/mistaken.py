"""The solved sheet with mistakes to find: each made in one line, and carried on from there as a student would."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path
from random import Random

from backprop_steps.checking.causes import CAUSES, Setting
from backprop_steps.checking.causes.places import numeric
from backprop_steps.errors import UserError, did_you_mean
from backprop_steps.evaluation.evaluate import Evaluation, evaluate, generation_of
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate_in
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantity_letters
from backprop_steps.expression.tree import Expression, Number
from backprop_steps.notation.loading import load_profile
from backprop_steps.notation.notation import NotationError
from backprop_steps.offers import Detail
from backprop_steps.pages.documents.render import tell, telling
from backprop_steps.pages.telling.lines import Line, Member, Relation
from backprop_steps.pages.telling.sheet import Choice, Part, SheetMaker, lines
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.printing import Printing
from backprop_steps.problem.model import Problem
from backprop_steps.variation.slips import Chain, Slip, Slipping, is_array_formula, is_result
from backprop_steps.variation.trueness import BY_SHAPE, Trueness

DRAWS = 12
"""So many times the places of the mistakes are drawn, before it is said that there is no room for them."""

TRIES = 24
"""So many mistakes are tried in one line, before another line is taken."""


class MistakesError(UserError):
    """The mistakes that are asked for cannot be made on this sheet."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake on the sheet.

    `part` and `line` are where it stands, `place` which member of the line is wrong. `before` is what should stand
    there, with the values that the sheet has so far; `truth` the right value of what the line is about, where there
    is one.
    """

    cause: str
    part: str
    line: Line
    place: int
    before: Expression
    truth: Number | None = None

    @property
    def after(self) -> Expression:
        """The wrong member."""
        return self.line.members[self.place].expression

    @property
    def kind(self) -> str:
        """The class of its cause."""
        return CAUSES[self.cause].kind


@dataclass(frozen=True, slots=True)
class Planted:
    """A sheet with mistakes: what is said on it, and where it is wrong, from top to bottom."""

    problem: Problem
    telling: Telling
    parts: tuple[Part, ...]
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet with the mistakes made so far. `slips` has for each line, by its number, what is wrong in it."""

    problem: Problem
    right: Telling
    telling: Telling
    choice: Choice
    slips: dict[int, Slip] = field(default_factory=dict)
    carried: dict[Quantity, Decimal] = field(default_factory=dict)

    def parts(self) -> tuple[Part, ...]:
        return edited(SheetMaker(self.telling, self.choice).make(), self.slips, self.telling)

    def told(self) -> list[tuple[str, Line]]:
        return [(part.name, line) for part in self.parts() for line in lines((part,))]

    def with_slip(self, number: int, slip: Slip) -> _Sheet:
        carried = {**self.carried, **slip.carried}
        told = self.telling
        if slip.carried:
            derivation = self.right.derivation
            evaluation = evaluate(derivation, self.problem.rounding, self.problem.steps, carried)
            told = telling(self.problem, derivation, evaluation)
        return replace(self, telling=told, slips={**self.slips, number: slip}, carried=carried)


def plant(
    problem: Problem,
    count: int,
    seed: int,
    notation: str | Path | None = None,
    *,
    causes: Collection[str] = tuple(CAUSES),
    detail: Detail = "full",
) -> Planted:
    """The solved sheet of a problem with so many mistakes in it, each of another cause where there is room for it.

    What depends on a wrong value is calculated from it; everything before it is right. The same seed gives the same
    sheet. Raises MistakesError where there is no room for so many, NotationError where the notation cannot say the
    problem.
    """
    for name in causes:
        if name not in CAUSES:
            raise MistakesError(f"unknown cause {name!r}{did_you_mean(name, list(CAUSES))}")
    random = Random(seed)
    right = tell(problem, load_profile(notation or problem.notation))
    sheet = _Sheet(problem, right, right, Choice(detail, rows=right.layout.rows))
    planter = _Planter(sheet, causes, random)
    most = 0
    for _ in range(DRAWS):
        made, sites = planter.planted(count)
        if len(sites) == count:
            return _finished(made, sites)
        most = max(most, len(sites))
        if not sites:
            break  # every line was tried
    room = "there is no room for one" if not most else f"there is room for no more than {most}"
    raise MistakesError(f"{count} mistakes cannot be made on this sheet: {room}")


def _finished(sheet: _Sheet, sites: list[int]) -> Planted:
    told = sheet.told()
    mistakes = []
    for number in sorted(sites):
        slip, (part, line) = sheet.slips[number], told[number]
        evaluation = sheet.right.evaluation
        truth = evaluation.literal(line.subject) if evaluation is not None and not _lettered(line.subject) else None
        mistakes.append(Mistake(slip.cause, part, line, slip.place, slip.before, truth and truth[0]))
    return Planted(sheet.problem, sheet.telling, sheet.parts(), tuple(mistakes))


class _Planter:
    """Draws the places, and makes the mistakes from top to bottom."""

    def __init__(self, sheet: _Sheet, causes: Collection[str], random: Random) -> None:
        self.sheet, self.causes, self.random = sheet, causes, random
        self.trueness = Trueness(sheet.problem)
        self.printing = Printing(sheet.right.notation, ("if", "otherwise"))

    def planted(self, count: int) -> tuple[_Sheet, list[int]]:
        """A sheet with so many mistakes, or with as many as there was room for in the places drawn."""
        sheet = self.sheet
        told = sheet.told()
        numbers = [number for number, (_, line) in enumerate(told) if line.members]
        self.random.shuffle(numbers)
        sites: list[int] = []
        # a place in which no mistake can be made is given up for the next
        while len(numbers) and len(sites) < count:
            wanted = count - len(sites)
            drawn, numbers = sorted(numbers[:wanted]), numbers[wanted:]
            for number in drawn:
                if sites and number < max(sites):
                    continue  # what stands below was carried on without it
                made = self._mistaken(sheet, number)
                if made is not None:
                    sheet = made
                    sites.append(number)
        return sheet, sites

    def _mistaken(self, sheet: _Sheet, number: int) -> _Sheet | None:
        told = sheet.told()
        part, line = told[number]
        used = {slip.cause for slip in sheet.slips.values()}
        chain = self._chain(sheet, line, told[:number])
        if chain is None:
            return None
        evaluation = sheet.telling.evaluation
        numbers = numbers_of(evaluation) if evaluation is not None else {}
        setting = Setting(sheet.telling.derivation.graph, line.subject, numbers, sheet.telling.layout.rows)
        slipping = Slipping(
            setting, sheet.telling.derivation.functions, lambda value: shown(value, sheet.problem.rounding)
        )
        fresh = [name for name in self.causes if name not in used]
        for causes in (fresh, [name for name in self.causes if name in used]):
            for slip in islice(slipping.slips(chain, causes, self.random), TRIES):
                if slip.carried and not self._wrong_in_truth(slip, slipping):
                    continue
                if self._true_in_formula(slip, line):
                    continue
                made = self._tried(sheet, number, slip, told, part)
                if made is not None:
                    return made
        return None

    def _wrong_in_truth(self, slip: Slip, slipping: Slipping) -> bool:
        """Whether some value is not the true one: after another mistake a slip may come to that, and is none then."""
        right = self.sheet.right.evaluation
        assert right is not None
        return any(
            not right.has(quantity) or slipping.apart(right.shown(quantity), slipping.shown(value))
            for quantity, value in slip.carried.items()
        )

    def _true_in_formula(self, slip: Slip, line: Line) -> bool:
        """Whether a formula is as true with the mistake in it as without: a factor is left out that is 1."""
        if CAUSES[slip.cause].kind != "method" or is_result(slip.after):
            return False
        rows = self.sheet.right.layout.rows
        if slip.cause in BY_SHAPE and not self.trueness.fits(line.subject, slip.after, rows=rows):
            return False
        return not numeric(slip.before) and self.trueness.alike(line.subject, slip.before, slip.after)

    def _chain(self, sheet: _Sheet, line: Line, before: list[tuple[str, Line]]) -> Chain | None:
        members = tuple(member.expression for member in line.members)
        numeric = tuple(member.numeric for member in line.members)
        result = any(numeric)
        if result and any(_overlap(line.subject, other.subject) and _has_result(other) for _, other in before):
            # its numbers stand above already: a wrong one here would be a mistake there, too
            return None
        return Chain(line.subject, members, numeric, entries(sheet.telling, line.subject) if result else ())

    def _tried(self, sheet: _Sheet, number: int, slip: Slip, told: list[tuple[str, Line]], part: str) -> _Sheet | None:
        """The sheet with one more mistake; None where it cannot be said, cannot be seen, or changes what stands
        above.
        """
        line = told[number][1]
        try:
            if not self._visible(slip, line, part):
                return None
            made = sheet.with_slip(number, slip)
            after = made.told()
        except (NotationError, ArithmeticFault, KeyError):
            return None
        if len(after) != len(told) or after[:number] != told[:number]:
            return None
        expressions = tuple(member.expression for member in after[number][1].members)
        return made if expressions == slip.members else None

    def _visible(self, slip: Slip, line: Line, part: str) -> bool:
        """Whether the wrong member is printed otherwise than the right one."""
        numbers = self.sheet.telling.notation.conventions.arrangement == "formulas_first" and part != "formulas"
        tex = [self.printing.tex(node, line.layer, numbers) for node in slip.members]
        return tex[slip.place] != self.printing.tex(slip.before, line.layer, numbers) and all(
            one != two for one, two in pairwise(tex)
        )


def edited(parts: tuple[Part, ...], slips: dict[int, Slip], telling: Telling) -> tuple[Part, ...]:
    """The parts with what is wrong in each line put in its place; lines are counted through the sheet."""
    counted = -1

    def change(line: Line) -> Line:
        nonlocal counted
        counted += 1
        slip = slips.get(counted)
        return line if slip is None else _slipped(line, slip, telling)

    return tuple(
        replace(
            part,
            sections=tuple(
                replace(
                    section,
                    entries=tuple(
                        replace(
                            entry,
                            formulas=tuple(map(change, entry.formulas)),
                            statement=entry.statement and change(entry.statement),
                            work=tuple(map(change, entry.work)),
                            assembled=entry.assembled and change(entry.assembled),
                            listed=tuple(map(change, entry.listed)),
                        )
                        for entry in section.entries
                    ),
                )
                for section in part.sections
            ),
        )
        for part in parts
    )


def _slipped(line: Line, slip: Slip, telling: Telling) -> Line:
    """The line with the members of the slip; the relation is true of the printed numbers, as on a right sheet."""
    old = line.members
    extra = len(slip.members) - len(old)  # a part that is set equal to the whole stands between its members
    members = []
    for place, expression in enumerate(slip.members):
        model = old[place if place < slip.place or not extra else place - extra]
        relation: Relation = model.relation
        if place and model.numeric and place == len(slip.members) - 1:
            relation = _relation(slip.members[place - 1], expression, model.relation, telling)
        members.append(Member(relation, expression, "" if place == slip.place else model.reason, model.numeric))
    return replace(line, members=tuple(members))


def _relation(put: Expression, result: Expression, otherwise: Relation, telling: Telling) -> Relation:
    if is_array_formula(put) or not isinstance(result, Number):
        return otherwise
    try:
        with arithmetic():
            value = evaluate_in(put, _no_value, telling.derivation.functions, {})
    except (ArithmeticFault, KeyError):
        return otherwise
    return "=" if value == result.value or (result.exact and otherwise == "=") else "≈"


def numbers_of(evaluation: Evaluation) -> dict[Quantity, Number]:
    """What the sheet shows for every quantity, update after update."""
    return {
        quantity.after(generation): evaluation.shown(quantity.after(generation))
        for generation, values in enumerate(evaluation.generations)
        for quantity in values
    }


def entries(telling: Telling, subject: Quantity) -> tuple[tuple[Quantity, ...], ...]:
    """The quantities that a line about this one gives the values of, as they lie in its result."""
    evaluation = telling.evaluation
    if evaluation is None or _lettered(subject):
        return ()
    if evaluation.has(subject):
        return ((subject,),)
    generation = generation_of(subject)
    lettered = telling.lettered(subject.after(-generation))
    if lettered is None:
        return ()
    found = telling.entries(lettered, generation)
    return found if all(evaluation.has(one) for row in found for one in row) else ()


def _lettered(subject: Quantity) -> bool:
    return bool(quantity_letters(subject))


def _overlap(one: Quantity, two: Quantity) -> bool:
    """Whether two lines are about the same numbers: the same element, or an array and an element of it."""
    return one == two or (one.array() == two.array() and (one == one.array() or two == two.array()))


def _has_result(line: Line) -> bool:
    return bool(line.members) and line.members[-1].numeric and is_result(line.result)


def _no_value(quantity: Quantity) -> Decimal:
    raise KeyError(quantity)

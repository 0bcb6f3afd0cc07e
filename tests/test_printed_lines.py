"""What is printed is true: every `=` on a sheet holds exactly and every `≈` to the digits shown.

The members of every line are evaluated as they stand there: the literals with the digits that are printed, the symbols
with the values that the sheet goes on with. Each member is held against the one before it, and a result against the
value that it is the result of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from covering import others_slow, pairwise
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sheet_values import KinkError, SheetValues, flat, parts_of, rounded_literals
from shipped_pages import sayable
from strategies import problems

import backprop_steps as bp
from backprop_steps.evaluation.evaluate import elements, generation_of
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic
from backprop_steps.expression.arrays import Array
from backprop_steps.expression.element import element
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import quantities, quantity_letters, rebuild, rename_quantity
from backprop_steps.expression.tree import Apply, Constant, Expression, Matrix, Negative, Number, Ref
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.pages.content.results import gradient_lines
from backprop_steps.pages.documents.render import NoNumberError, tell
from backprop_steps.pages.telling.given import given as given_values
from backprop_steps.pages.telling.lines import Line, Member
from backprop_steps.pages.telling.sheet import Choice, SheetMaker, lines
from backprop_steps.problem.model import Problem, Rounding

NOTATIONS = [name for name, _ in profiles()]
EXACT = Decimal("1e-22")
DIFFERENCES = Decimal("1e-18")
"""What a difference quotient leaves, at these sizes."""
MARGIN = Decimal("2.5")
"""Roundings are added up one by one; together, in a product, they come to a little more."""
MOST_LITERALS = 60
"""With more rounded literals than these, a line is held by its result alone: each of them would be moved in turn."""
ELEMENTS = 3
"""So many elements of a formula in letters are looked at, and so many worked elements of one passage."""


@dataclass(frozen=True, slots=True)
class Said:
    """A member, and its value.

    `by_difference` says that there may be a difference quotient in it, `primed` that it has a derivative by its name,
    which of rounded numbers is not quite what is put for it: tanh'(z), and 1 - a^2.
    """

    expression: Expression
    value: Array
    is_chain: bool
    by_difference: bool
    primed: bool


class Lines:
    """The lines of one sheet, and whether they are true."""

    def __init__(self, values: SheetValues, rounding: Rounding) -> None:
        self.values, self.rounding = values, rounding
        self.held = 0

    def hold(self, line: Line) -> None:
        """Every relation of a line; of a formula in letters, at some of the elements."""
        if generation_of(line.subject) > self.values.evaluation.updates:
            return  # without a learning rate an update has no numbers
        lettered = bool(quantity_letters(line.subject))
        for binding in some(list(elements(line.subject))) if lettered else [{}]:
            frozen = self._is_frozen(rename_quantity(line.subject, binding))
            if frozen and not all(member.numeric for member in line.members):
                continue  # the formula of the update is meant for the others
            try:
                self._hold(line, binding)
            except KinkError:
                continue

    def _hold(self, line: Line, binding: dict[Letter, int]) -> None:
        subject = rename_quantity(line.subject, binding)
        told = [self._said(Ref(subject))]
        for number, member in enumerate(line.members):
            expression = element(member.expression, binding) if binding else member.expression
            try:
                after = self._said(expression)
            except ArithmeticFault:  # of rounded numbers there may be no result: ln(1 - 1.0000)
                assert rounded_literals(expression), line
                assert "≈" in (member.relation, *(later.relation for later in line.members[number + 1 :])), line
                return
            if self._is_stretched(expression) and len(after.value) == len(after.value[0]) == 1:
                rows = tuple(tuple(after.value[0][0] for _ in row) for row in told[0].value)
                after = replace(after, value=rows)
            if self.rounding.carry == "exact" or (number and line.members[number - 1].numeric):
                self._hold_pair(member.relation, told[-1], after, line)
            elif member.numeric:
                self._hold_put(member, told, after, line)
            told.append(after)
            self.held += 1
        if line.members[-1].numeric and is_result(told[-1].expression):
            self._hold_result(told[-1].expression, subject, line)

    def _is_stretched(self, node: Expression) -> bool:
        """Whether one number stands everywhere, c 1 1^T: the array of ones is as long as it has to be."""
        parts = list(parts_of(node))
        arrays = any(isinstance(part, Matrix) for part in parts) or any(map(self.values.is_whole, quantities(node)))
        return Constant("ones") in parts and not arrays

    def _is_frozen(self, subject: Quantity) -> bool:
        """Whether it is, or holds, a parameter that the update leaves alone."""
        if subject.of is not None or not subject.generation:
            return False
        entries = flat(self.values.entries(subject))
        return any(entry.after(-entry.generation) in self.values.graph.frozen for entry in entries)

    def _hold_put(self, member: Member, told: list[Said], put: Said, line: Line) -> None:
        """Where the sheet goes on from rounded values, between its symbols the equality is one of formulas.

        So what the numbers are put into is one of the members before, and what they come to is what is carried on.
        """
        formulas = [one for one in told[1:] if not one.by_difference and one.primed == put.primed]
        if formulas and not put.by_difference:
            assert any(self._related(member.relation, one, put) for one in formulas), (line, formulas, put)
        if is_result(line.members[-1].expression) and not rounded_literals(put.expression):
            for number, carried in zip(flat(put.value), flat(told[0].value), strict=True):
                assert carried in (number, shown(number, self.rounding).value), line

    def _said(self, node: Expression) -> Said:
        parts = list(parts_of(node))
        by_difference = any(map(self.values.is_between, parts))
        primed = any(isinstance(part, Apply) and part.primes for part in parts)
        return Said(node, self._value(node), self.values.is_chain(node), by_difference, primed)

    def _value(self, node: Expression) -> Array:
        if self.values.is_chain(node):
            return self.values.jacobian(node)
        return self.values.grid(node)

    def _hold_pair(self, relation: str, before: Said, after: Said, line: Line) -> None:
        assert self._related(relation, before, after), (line, before, after)
        if relation == "≈" and not (rounded_literals(before.expression) or rounded_literals(after.expression)):
            assert not self._related("=", before, after), (line, "equal, and said to be rounded")

    def _related(self, relation: str, before: Said, after: Said) -> bool:
        """Whether two members are equal, or as near as their rounded literals say."""
        one, two = before.value, after.value
        if not (before.is_chain or after.is_chain) and (len(one), len(one[0])) != (len(two), len(two[0])):
            return False
        pairs = list(zip(flat(one), flat(two), strict=True))
        exact = DIFFERENCES if before.by_difference or after.by_difference else EXACT
        rounded = rounded_literals(before.expression) or rounded_literals(after.expression)
        if relation == "=" or (relation == ":=" and not rounded):  # a rounded number can be assigned too
            return all(abs(a - b) <= exact * max(1, abs(a)) for a, b in pairs)
        if max(len(rounded_literals(side.expression)) for side in (before, after)) > MOST_LITERALS:
            return True
        slack = _added(self._slack(before.expression) + self._slack(after.expression), len(pairs))
        return all(abs(a - b) <= room + exact * max(1, abs(a)) for (a, b), room in zip(pairs, slack, strict=True))

    def _slack(self, node: Expression) -> list[tuple[Decimal, ...]]:
        """For each rounded literal, how far each entry moves with what rounding may have taken from it."""
        if is_result(node):
            return [tuple(self._unit(entry) for entry in literals(node))]
        numbers = rounded_literals(node)
        if not numbers:
            return []
        found = []
        here = flat(self._value(node))
        for place, number in enumerate(numbers):
            sides = []
            for sign in (1, -1):
                try:
                    moved = flat(self._value(_moved(node, place, sign * self._unit(number))))
                except ArithmeticFault:
                    moved = tuple(Decimal("Infinity") for _ in here)
                sides.append([abs(a - b) for a, b in zip(moved, here, strict=True)])
            found.append(tuple(MARGIN * max(pair) for pair in zip(*sides, strict=True)))
        return found

    def _unit(self, number: Number) -> Decimal:
        """What rounding may take from a literal: half a unit of its last place, a whole one where it is cut off."""
        exponent = number.value.as_tuple().exponent
        assert isinstance(exponent, int)
        return Decimal(1 if self.rounding.mode == "truncate" else "0.5").scaleb(exponent)

    def _hold_result(self, result: Expression, subject: Quantity, line: Line) -> None:
        """The last literals are what the sheet goes on with, to the digits shown, as it rounds."""
        for literal, value in zip(literals(result), flat(self._value(Ref(subject))), strict=True):
            assert literal.value in (value, shown(value, self.rounding).value), (line, literal, value)


def is_result(node: Expression) -> bool:
    """Whether it is nothing but literals."""
    if isinstance(node, Matrix):
        return all(map(is_result, chain.from_iterable(node.rows)))
    return isinstance(node.body if isinstance(node, Negative) else node, Number)


def literals(node: Expression) -> Iterator[Number]:
    if isinstance(node, Matrix):
        for entry in chain.from_iterable(node.rows):
            yield from literals(entry)
    elif isinstance(node, Negative):
        assert isinstance(node.body, Number)
        yield Number(str(-node.body.value), node.body.exact)
    else:
        assert isinstance(node, Number)
        yield node


def some(found: list[Any]) -> list[Any]:
    """The first, the last and one between."""
    return found if len(found) <= ELEMENTS else [found[0], found[len(found) // 2], found[-1]]


def _added(slack: list[tuple[Decimal, ...]], length: int) -> list[Decimal]:
    return [sum((one[place] for one in slack), Decimal(0)) for place in range(length)]


def _moved(node: Expression, place: int, change: Decimal) -> Expression:
    """The formula with its rounded literal of this number moved."""
    counted = -1

    def moved(part: Expression) -> Expression:
        nonlocal counted
        if isinstance(part, Number) and not part.exact:
            counted += 1
            return Number(str(part.value + change), exact=False) if counted == place else part
        return rebuild(part, moved)

    return moved(node)


def printed_lines(problem: Problem, notation: str) -> tuple[Lines, list[Line]] | None:
    """The sheet's lines, of many elements of one passage only some; None where there is no such sheet of numbers."""
    try:
        telling = tell(problem, load_profile(notation))
    except (NotationError, NoNumberError):
        return None
    if telling.evaluation is None:
        return None
    found = [line for values in given_values(telling) for line in values.lines]
    found += gradient_lines(telling, Choice())
    passages: dict[object, list[Line]] = {}
    for line in lines(SheetMaker(telling, Choice()).make()):
        passages.setdefault((line.subject.array(), len(line.members)), []).append(line)
    found += chain.from_iterable(map(some, passages.values()))
    return Lines(SheetValues(telling), problem.rounding), found


EVERY = [(*pair, carry) for pair in sayable() for carry in ("exact", "rounded")]


@pytest.mark.parametrize(("name", "notation", "carry"), others_slow(EVERY, pairwise(EVERY)))
def test_every_printed_relation_holds(name: str, notation: str, carry: Any) -> None:
    problem = bp.load(name)
    sheet = printed_lines(replace(problem, rounding=replace(problem.rounding, carry=carry)), notation)
    if sheet is None:
        pytest.skip("symbolic, or not to be said in this notation")
    held, found = sheet
    with arithmetic():
        for line in found:
            held.hold(line)
    assert held.held >= len(found) // 2


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    problem=problems(),
    notation=st.sampled_from(NOTATIONS),
    rounding=st.builds(
        Rounding,
        digits=st.integers(2, 7),
        kind=st.sampled_from(["places", "significant"]),
        mode=st.sampled_from(["half_up", "half_even", "truncate"]),
        carry=st.sampled_from(["exact", "rounded"]),
    ),
)
def test_every_relation_of_a_random_sheet_holds(problem: Problem, notation: str, rounding: Rounding) -> None:
    if problem.circuit is not None:
        notation = "layer" if notation == "layer" else "circuit"
    sheet = printed_lines(replace(problem, rounding=rounding), notation)
    assume(sheet is not None)
    assert sheet is not None
    held, found = sheet
    with arithmetic():
        for line in found:
            held.hold(line)
    assert held.held

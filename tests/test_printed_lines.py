"""What is printed is true: every `=` on a sheet holds exactly and every `≈` to the digits shown.

The members of every line are evaluated as they stand there: the literals with the digits that are printed, the symbols
with the values that the sheet goes on with, a derivative between two quantities by nudging the one and following it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import networks

import backprop_steps as bp
from backprop_steps.derivation.steps import Derivation
from backprop_steps.evaluation.evaluate import Evaluation, elements
from backprop_steps.expression.arithmetic import arithmetic, evaluate_in
from backprop_steps.expression.arrays import evaluate_array
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import children, free_letters, quantities, rename_quantity
from backprop_steps.expression.tree import Derivative, Expression, Hadamard, Matrix, Number, Product, Ref, Sigma, Transpose
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.pages.lines import Line
from backprop_steps.pages.render import tell
from backprop_steps.pages.sheet import Choice, SheetMaker, lines
from backprop_steps.pages.telling import Telling
from backprop_steps.problem import shipped
from backprop_steps.problem.model import Problem

NOTATIONS = [row[0] for row in profiles()]
SHIPPED = [row.name for row in shipped()]
STEP = Decimal("1e-14")
EXACT = Decimal("1e-22")
Grid = tuple[tuple[Decimal, ...], ...]


class Sheet:
    """The lines of one sheet, and how to evaluate what stands in them."""

    def __init__(self, telling: Telling) -> None:
        assert telling.evaluation is not None
        self.telling = telling
        self.derivation: Derivation = telling.derivation
        self.evaluation: Evaluation = telling.evaluation

    def value(self, quantity: Quantity) -> Decimal:
        """The value of a quantity: the sheet's own, or of a derivative that it has no number for, by nudging."""
        if self.evaluation.has(quantity):
            return self.evaluation.value(quantity)
        assert quantity.of is not None, quantity
        assert quantity.by is not None, quantity
        return self.nudged(quantity.of, quantity.by)

    def nudged(self, of: Quantity, by: Quantity) -> Decimal:
        """How `of` follows `by`, all else that `by` does not feed held as it is."""
        up, down = (self.following(of, by, change) for change in (STEP, -STEP))
        return (up - down) / (2 * STEP)

    def following(self, of: Quantity, by: Quantity, change: Decimal) -> Decimal:
        generation = by.generation
        values = dict(self.evaluation.generations[generation])
        by, of = by.after(-generation), of.after(-of.generation)
        values[by] += change
        moved = {by.array()}
        for operation in self.derivation.graph.operations:
            if operation.output.array() in moved:
                continue
            if any(q.array() in moved for q in quantities(operation.formula)):
                moved.add(operation.output.array())
                for binding in elements(operation.output):
                    bound = rename_quantity(operation.output, binding)
                    number = evaluate_in(operation.formula, values.__getitem__, self.derivation.functions, binding)
                    values[bound] = number
        return values[of]

    def number(self, node: Expression, binding: Mapping[Letter, int]) -> Decimal:
        """The value of a formula about single numbers."""
        return evaluate_in(node, self.value, self.derivation.functions, binding)

    def grid(self, node: Expression, generation: int) -> Grid:
        """The value of a formula about arrays."""
        return evaluate_array(node, self.array, self.derivation.functions)

    def array(self, quantity: Quantity) -> Grid:
        generation = quantity.by.generation if quantity.by is not None else quantity.generation
        lettered = self.telling.lettered(quantity.after(-generation))
        assert lettered is not None, quantity
        down, across = self.telling.layout.places(lettered)

        def entry(i: int, j: int) -> Decimal:
            binding = {place: n for place, n in ((down, i), (across, j)) if place is not None}
            return self.value(rename_quantity(lettered, binding).after(generation))

        return tuple(tuple(entry(i, j) for j in _range(across)) for i in _range(down))


def _range(place: Letter | None) -> range:
    if place is None:
        return range(1, 2)
    assert isinstance(place.axis.size, int)
    return range(1, place.axis.size + 1)


def nodes(node: Expression) -> Iterator[Expression]:
    yield node
    for child in children(node):
        yield from nodes(child)


def is_about_arrays(line: Line, node: Expression) -> bool:
    """Whether a member is a formula between arrays rather than numbers."""
    if any(isinstance(part, Matrix | Transpose | Hadamard) for part in nodes(node)):
        return True
    return any(not q.index and q.of is None and q.role in ("weight", "pre_activation", "activation", "delta", "input",
                                                          "target", "error", "slope") or
               (q.by is not None and not q.by.index and q.by.role not in ("node", "bias") and q.of.index == ())
               for q in quantities(node))  # fmt: skip


def is_formal(node: Expression) -> bool:
    """Whether a member is the chain rule between whole arrays: it names the factors, it is no product of arrays."""
    between = [q for q in quantities(node) if q.of is not None and q.by is not None and q.of.role != "loss"]
    return isinstance(node, Product) and any(not q.of.index and not q.by.index and q.of.role != "node" for q in between)


def literals(node: Expression) -> list[Number]:
    return [part for part in nodes(node) if isinstance(part, Number)]


def half_unit(number: Number) -> Decimal:
    """Half a unit of a rounded literal's last place; nothing for an exact one."""
    if number.exact:
        return Decimal(0)
    return Decimal(5).scaleb(number.value.as_tuple().exponent - 1)


def swing(sheet: Sheet, node: Expression, truncated: bool) -> Decimal:
    """How far the value of a formula may move while its rounded literals move by what rounding took from them."""
    found = Decimal(0)
    here = sheet.number(node, {})
    rounded = [part for part in nodes(node) if isinstance(part, Number) and not part.exact]
    for literal in dict.fromkeys(rounded):
        half = half_unit(literal) * (2 if truncated else 1)
        sides = []
        for change in (half, -half):
            moved = Number(f"{literal.value + change:f}", exact=True)
            sides.append(abs(sheet.number(_with(node, literal, moved), {}) - here))
        found += max(sides)
    return found * Decimal("1.2")


def _with(node: Expression, old: Expression, new: Expression) -> Expression:
    from backprop_steps.expression.transform import rebuild

    return new if node == old else rebuild(node, lambda part: _with(part, old, new))


def check_line(sheet: Sheet, line: Line, rounding: Any) -> int:
    """Every relation of a line; gives how many were held. A formula in letters is checked at every element."""
    assert line.head is not None
    letters = set().union(*(free_letters(m.expression) for m in line.members), free_letters(line.head))
    if letters:
        target = next(q for q in quantities(line.head))
        return sum(check_members(sheet, line, binding, rounding) for binding in list(elements(target))[:6])
    return check_members(sheet, line, {}, rounding)


def check_members(sheet: Sheet, line: Line, binding: Mapping[Letter, int], rounding: Any) -> int:
    held = 0
    before: Expression = Ref(line.subject) if not binding else line.head
    for member in line.members:
        after = member.expression
        pair = (before, after)
        before = after
        if any(isinstance(part, Derivative) for side in pair for part in nodes(side)):
            before = pair[0]
            continue
        if rounding.carry == "rounded" and not member.numeric:
            continue  # between symbols the equality is one of formulas; the sheet goes on from rounded values of both
        if any(is_formal(side) for side in pair):
            before = pair[0]
            continue
        if any(isinstance(part, Sigma) and isinstance(part.letter.axis.size, str) for s in pair for part in nodes(s)):
            continue
        if any(is_about_arrays(line, side) for side in pair):
            held += check_arrays(sheet, line, pair, member.relation)
        else:
            one, two = (sheet.number(side, binding) for side in pair)
            assert_related(sheet, pair, one, two, member.relation, rounding, line)
            held += 1
    return held


def check_arrays(sheet: Sheet, line: Line, pair: tuple[Expression, Expression], relation: str) -> int:
    one, two = (sheet.grid(side, 0) for side in pair)
    assert (len(one), len(one[0])) == (len(two), len(two[0])), line.subject
    for first, second in zip((n for row in one for n in row), (n for row in two for n in row), strict=True):
        if relation == "≈":
            slack = sum((half_unit(n) for side in pair for n in literals(side)), Decimal(0)) * 20
            assert abs(first - second) <= slack * max(1, abs(first)), (line.subject, first, second)
        else:
            assert abs(first - second) <= EXACT * max(1, abs(first)), (line.subject, first, second)
    return 1


def assert_related(
    sheet: Sheet,
    pair: tuple[Expression, Expression],
    one: Decimal,
    two: Decimal,
    relation: str,
    rounding: Any,
    line: Line,
) -> None:
    told = (line.subject, pair, one, two, relation)
    if relation in ("=", ":="):
        assert abs(one - two) <= EXACT * max(1, abs(one)), told
        return
    truncated = rounding.mode == "truncate"
    slack = swing(sheet, pair[0], truncated) + swing(sheet, pair[1], truncated)
    assert abs(one - two) <= slack + EXACT, told


def sheet_of(problem: Problem, notation: str) -> tuple[Sheet, list[Line]] | None:
    try:
        telling = tell(problem, load_profile(notation))
    except NotationError:
        return None
    if telling.evaluation is None:
        return None
    return Sheet(telling), list(lines(SheetMaker(telling, Choice()).make()))


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("carry", ["exact", "rounded"])
def test_every_printed_relation_holds(name: str, notation: str, carry: Any) -> None:
    problem = bp.load(name)
    problem = replace(problem, rounding=replace(problem.rounding, carry=carry))
    made = sheet_of(problem, notation)
    if made is None:
        pytest.skip("symbolic, or not to be said in this notation")
    sheet, found = made
    with arithmetic():
        held = sum(check_line(sheet, line, problem.rounding) for line in found)
    assert held >= len(found) // 2


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    problem=networks(),
    notation=st.sampled_from(NOTATIONS),
    digits=st.integers(2, 7),
    kind=st.sampled_from(["places", "significant"]),
    mode=st.sampled_from(["half_up", "half_even", "truncate"]),
    carry=st.sampled_from(["exact", "rounded"]),
)
def test_every_relation_of_a_random_sheet_holds(
    problem: Problem, notation: str, digits: int, kind: Any, mode: Any, carry: Any
) -> None:
    rounding = replace(problem.rounding, digits=digits, kind=kind, mode=mode, carry=carry)
    made = sheet_of(replace(problem, rounding=rounding), notation)
    if made is not None:
        sheet, found = made
        with arithmetic():
            assert sum(check_line(sheet, line, rounding) for line in found) > 0

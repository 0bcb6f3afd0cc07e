"""The verdict on a number: the true value as printed, rounded, right given the page's own numbers, or a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from backprop_steps.checking.causes.places import with_copied
from backprop_steps.checking.judging.case import Case, valuation
from backprop_steps.checking.judging.formulas import calculated, judged_identity, with_wrong
from backprop_steps.checking.judging.judgement import BAD, FAULTS, Judgement
from backprop_steps.checking.judging.matrices import has_matrix
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.truth.literals import HALF, close, digits, exact_at, single, unit, whole
from backprop_steps.checking.truth.tensors import NoValue
from backprop_steps.checking.truth.world import Unknown
from backprop_steps.checking.truth.yours import Mine, Statement, Yours
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression

ONE_OFF = Decimal("1.5")
"""A last digit that is one off lies no further than this many units from the true value."""


def judged_number(case: Case) -> Judgement:
    """A member of numbers only, against the value of the quantity that the chain is about."""
    said = _judged(case)
    return replace(said, wanted=True) if said.verdict is Verdict.ROUNDED and _is_as_wanted(case) else said


def _is_as_wanted(case: Case) -> bool:
    """Whether it is the number of the problem's own sheet, where that goes on from rounded ones, or comes to it."""
    subject = case.subject
    if subject is None or subject.less is not None or subject.sampled:
        return False
    ways, value = case.truth.carried(subject.quantity, None, case.signs), case.own(case.node)
    return value in ways or (single(case.node) is None and shown(value, case.truth.problem.rounding).value in ways)


def _judged(case: Case) -> Judgement:
    true = case.single_true()
    if true is None:
        return replace(judged_neighbour(case), beside=case.subject is not None)
    value = case.own(case.node)
    literal = single(case.node)
    said = Judgement(Verdict.CORRECT, numeric=True, found=value, true=true)
    if literal is None:
        slack = case.slack(case.node)
        if close(value, true, slack):
            return said
        return _explained(case, said, value, slack, Decimal(0))
    text = literal[1]
    root = _root_of_exact(case, value) if not close(value, true) else None
    if root is not None:
        return replace(said, verdict=Verdict.FOLLOWS, yours=value, root=root)
    if properly_rounded(value, true, text):
        return said
    step = Decimal(0) if whole(text) else unit(text)
    if step and not exact_at(true, text) and not _is_given(case) and abs(value - true) <= step * ONE_OFF:
        return replace(said, verdict=Verdict.ROUNDED)
    if case.subject is not None and case.subject.less is None and not case.subject.sampled:
        table = text if case.chain.chain.heading is not None else None
        ways = case.truth.carried(case.subject.quantity, table, case.signs)
        if any(properly_rounded(value, way, text) for way in ways):
            return replace(said, verdict=Verdict.ROUNDED)
    return _explained(case, said, value, Decimal(0), step)


def _root_of_exact(case: Case, value: Decimal) -> int | None:
    """The line of the mistake in the numbers before, where these come to the value exactly: then it is no rounded true
    one, however few digits it shows.
    """
    before = case.before()
    if before is None or before[0].verdict not in BAD or any(quantities(before[1])) or has_matrix(before[1]):
        return None
    return before[2] if close(case.own(before[1]), value) else None


def judged_neighbour(case: Case) -> Judgement:
    """A member of a chain about nothing in particular, against the nearest one before it that could be read."""
    place = case.place - 1
    while place >= 0 and case.chain.members[place].node is None:
        place -= 1
    before = case.chain.members[place].node if place >= 0 else None
    if before is None:
        return Judgement(Verdict.NOT_UNDERSTOOD, message="there is nothing to compare it with")
    if not case.member.numeric or any(quantities(before)):
        return judged_identity(case, before)
    one, two = _plain(case, before), _plain(case, case.node)
    said = Judgement(Verdict.CORRECT, numeric=True, found=two, true=one)
    literal = single(case.node)
    if literal is not None and properly_rounded(two, one, literal[1]):
        return said
    slack = _plain_slack(case, before) + _plain_slack(case, case.node)
    if close(one, two, slack):
        return said
    step = unit(literal[1]) if literal is not None and not whole(literal[1]) else Decimal(0)
    return replace(said, verdict=Verdict.ROUNDED if step and close(one, two, slack + step) else Verdict.INCORRECT)


def properly_rounded(value: Decimal, true: Decimal, text: str) -> bool:
    """Whether a literal is the true value rounded to the digits it shows, a half either way.

    A whole number of one digit stands for itself: 1 is not 0.98.
    """
    if close(value, true):
        return True
    if whole(text) and digits(text) < 2:
        return False
    return close(value, true, unit(text) * HALF)


def _is_given(case: Case) -> bool:
    own = case.truth.own
    return own is not None and case.subject is not None and case.subject.quantity in own.graph.values


def _plain(case: Case, node: Expression) -> Decimal:
    """The number of a formula without symbols."""
    value = valuation(case.truth, case.signs, case.truth.own or case.truth.worlds[0], 0).value(node)
    if not isinstance(value, Decimal):
        raise NoValue("this is no single number")
    return value


def _plain_slack(case: Case, node: Expression) -> Decimal:
    return case.slack(node) if case.truth.own is not None else Decimal(0)


# numbers that are not the true ones


def _explained(case: Case, said: Judgement, value: Decimal, slack: Decimal, step: Decimal) -> Judgement:
    """A number that is not the true one: explained by the page's earlier numbers, or a mistake."""
    assert said.true is not None
    literal = single(case.node)
    for mine, bad in _sources(case):
        # neither the truth nor what comes of a mistake is rounded where it ends within the digits
        certain = not mine.slack and (bad is not None or close(mine.value, said.true))
        exact = certain and literal is not None and exact_at(mine.value, literal[1])
        reach = mine.slack + slack + (0 if exact else step)
        if not close(value, mine.value, reach):
            continue
        if bad is None and close(said.true, mine.value, reach + mine.slack):
            return replace(said, verdict=Verdict.ROUNDED)
        root = bad if bad is not None else mine.rounding
        if root is not None:
            return replace(said, verdict=Verdict.FOLLOWS, yours=mine.value, root=root)
    if _without_value(case):
        return Judgement(Verdict.NOT_UNDERSTOOD, message="the numbers before are rounded too much to tell")
    return replace(said, verdict=Verdict.INCORRECT, yours=calculated(case))


def _without_value(case: Case) -> bool:
    """Whether what the chain is about does not exist with the numbers that the page shows: ln(1 - 1.0000)."""
    try:
        case.calculated()
    except ArithmeticFault:
        return True
    except (NoValue, Unknown):
        return False
    return False


def explained_mixed(case: Case, said: Judgement) -> Judgement:
    """A formula with numbers in it that is not true: explained by the page's earlier numbers, or a mistake."""
    if said.true is None or case.yours is None or not with_copied(case.node):
        return said
    try:
        mine = from_page(case, case.node, case.yours)
        again = _explained(case, said, mine.value, mine.slack + case.slack(case.node), Decimal(0))
    except FAULTS:
        return said
    return again if again.verdict in (Verdict.ROUNDED, Verdict.FOLLOWS) else said


def _sources(case: Case) -> Iterator[tuple[Mine, int | None]]:
    """What the member may come from, nearest first, and the line of the mistake behind it (None: no mistake)."""
    yours, subject = case.yours, case.subject
    assert yours is not None
    assert subject is not None
    for place in range(case.place - 1, -1, -1):
        said, node = case.done[place], case.chain.members[place].node
        if said is None or node is None or said.verdict is Verdict.NOT_UNDERSTOOD or has_matrix(node):
            continue
        bad = None
        if said.verdict in BAD:
            bad = said.root if said.root is not None else case.lines[place]
        try:
            if any(quantities(node)):
                mine = from_page(case, node, yours)
                yield mine, bad if bad is not None else mine.root
            else:
                yield Mine(case.own(node), case.page_slack(node)), bad
        except FAULTS:
            continue
    for wrong in case.wrong:
        if wrong.subject == subject.quantity:
            try:
                yield case.scaled(from_page(case, wrong.node, yours)), wrong.line
            except FAULTS:
                continue
    try:
        mine = case.calculated()
        yield mine, mine.root
        if subject.less is None:  # a table says again what the page has
            mine = case.scaled(yours.value(subject.quantity))
            yield mine, mine.root
        parts = yours.of_outputs(subject.quantity) if subject.less is None else None
        if parts is not None:
            yield case.scaled(parts), parts.root
        for past in yours.past():
            mine = replace(case, yours=past).calculated()
            yield mine, mine.root
        if case.wrong:
            derived = case.scaled(with_wrong(case, yours.world, yours).calculated(subject.quantity))
            yield derived, derived.root
    except FAULTS:
        return


def from_page(case: Case, node: Expression, yours: Yours) -> Mine:
    """The value of a formula with the page's own values in it."""
    shift = case.subject.shift if case.subject is not None else 0
    parts: dict[Quantity, Mine] = {}

    def number(quantity: Quantity) -> Decimal:
        moved = quantity.after(shift)
        if moved.role == "variable":
            raise Unknown
        if moved not in parts:
            parts[moved] = yours.value(moved)
        return parts[moved].value

    own = replace(valuation(case.truth, case.signs, yours.world, 0), number=number)

    def value() -> Decimal:
        found = own.value(node)
        if not isinstance(found, Decimal):
            raise NoValue("this is no single number")
        return found

    middle, slack, used = value(), Decimal(0), frozenset[Statement]()
    for name, part in list(parts.items()):
        used |= part.used
        if part.slack:
            parts[name] = Mine(part.value + part.slack)
            slack += abs(value() - middle)
            parts[name] = part
    return Mine(middle, slack, used)

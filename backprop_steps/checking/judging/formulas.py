"""The verdict on a formula: true in every world, right given an earlier mistake, or a mistake."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import pairwise
from operator import mul

from backprop_steps.checking.binding.chains import assignments, quantity_of, renamed
from backprop_steps.checking.causes.places import with_child, with_copied
from backprop_steps.checking.judging.case import Case, alike
from backprop_steps.checking.judging.judgement import BAD, FAULTS, Judgement
from backprop_steps.checking.judging.matrices import Matrices, has_matrix
from backprop_steps.checking.judging.steps_inside import taken_elsewhere
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.truth.literals import close, is_whole
from backprop_steps.checking.truth.shapes import Shape, fits, has_ones
from backprop_steps.checking.truth.tensors import NoValue, each, labels_of, same
from backprop_steps.checking.truth.world import NoSuchElement, World
from backprop_steps.checking.truth.yours import Statement, Yours
from backprop_steps.expression.quantity import LEARNING_RATE, Quantity, derivative
from backprop_steps.expression.transform import (
    children,
    numbers,
    quantities,
    quantity_letters,
    rebuild,
    rename_quantity,
)
from backprop_steps.expression.tree import Constant, Derivative, Expression, Group, Hadamard, Product, Ref, Transpose
from backprop_steps.network.graph import Operation

MOST_COMPARED = 20_000
"""Of so many formulas it is kept whether they are true; then from the start."""
ROUGH = Decimal("1e-4")
"""Arrays with rounded numbers in their formula agree no better than so, relative to their entries."""


def judged_formula(case: Case) -> Judgement:
    """A member with symbols in it, against the quantity that the chain is about."""
    true = case.single_true()
    equal = _equal(case)
    if equal and taken_elsewhere(case):
        return Judgement(Verdict.INCORRECT, true=true)
    if not equal and _is_frozen(case):
        equal = _is_rule_of_update(case)
    if equal or _both_given(case, true):
        causes = _misfit(case)
        if causes:
            return Judgement(Verdict.INCORRECT, true=true, causes=causes, misfit=True)
        return Judgement(Verdict.CORRECT, true=true)
    if _equal_in_numbers(case, true):
        return Judgement(Verdict.CORRECT, true=true)
    if not equal and _is_formal_chain(case):
        return Judgement(Verdict.CORRECT, true=true)
    if equal is None:
        return Judgement(Verdict.NOT_UNDERSTOOD, message="this has no value here")
    root = _root(case)
    if root is not None:
        return Judgement(Verdict.FOLLOWS, true=true, yours=calculated(case), root=root)
    return Judgement(Verdict.INCORRECT, true=true, found=_own(case))


def _is_formal_chain(case: Case) -> bool:
    """Whether the member is a chain of derivatives between arrays, one going on from the other, through a softmax.

    The derivative of all outputs of a softmax by all its pre-activations has two axes of one kind; the product has no
    value by labels, and only the names are compared.
    """
    subject = case.subject.quantity if case.subject is not None else None
    if subject is not None and subject.role == "delta":
        subject = derivative(case.truth.graph.goal, Quantity("pre_activation", subject.layer))
    if subject is None or subject.of is None or subject.by is None:
        return False
    node = case.node
    while isinstance(node, Group):
        node = node.body
    links = [_named(factor, case) for factor in node.factors] if isinstance(node, Product | Hadamard) else []
    steps = [link for link in links if link is not None]
    if not steps or len(steps) < len(links) or not any(_is_coupled(case, link) for link in steps):
        return False
    return (
        steps[0][0] == subject.of.array()
        and steps[-1][1] == subject.by.array()
        and all(before[1] == after[0] for before, after in pairwise(steps))
    )


def _named(node: Expression, case: Case) -> tuple[Quantity, Quantity] | None:
    """What is differentiated by what, in one factor; of a written formula, what its definition is of."""
    while isinstance(node, Group):
        node = node.body
    quantity = quantity_of(node)
    if quantity is not None and quantity.of is not None and quantity.by is not None:
        return quantity.of.array(), quantity.by.array()
    by = quantity_of(node.by) if isinstance(node, Derivative) else None
    if by is None:
        return None
    graph = case.truth.graph
    makers = [op.output.array() for op in graph.operations if by.array() in map(Quantity.array, _used(op))]
    if len(makers) != 1:
        return None
    # where each output has a loss of its own, the page's formula is that of them all
    return (graph.goal if makers[0].role == "partial_loss" else makers[0], by.array())


def _used(operation: Operation) -> list[Quantity]:
    return list(quantities(operation.formula))


def _is_coupled(case: Case, link: tuple[Quantity, Quantity]) -> bool:
    operation = case.truth.graph.producer(link[0])
    return operation is not None and operation.activation is not None and operation.activation.coupled


def _is_frozen(case: Case) -> bool:
    """Whether the chain is about what an update makes of a parameter that this problem leaves as it is."""
    subject = case.subject.quantity if case.subject is not None else None
    if subject is None or not subject.generation:
        return False
    frozen = {quantity.array() for quantity in case.truth.graph.frozen}
    return subject.after(-subject.generation).array() in frozen


def _is_rule_of_update(case: Case) -> bool:
    """Whether the member is the rule by which such a parameter would be updated."""
    assert case.subject is not None
    before = case.subject.quantity.after(-1)
    gradient = derivative(case.truth.graph.goal.after(before.generation), before)
    return case.same_as(Ref(before) - Ref(LEARNING_RATE) * Ref(gradient))


def is_multiple(case: Case) -> bool:
    """Whether a gradient is the true one but for a constant of the loss: 2, N, their product or quotient."""
    if case.subject is None or case.subject.quantity.role not in ("derivative", "delta"):
        return False
    samples = case.truth.graph.samples
    size = Decimal(samples) if isinstance(samples, int) else Decimal(1)
    ratios = {a * b for a in (Decimal(2), Decimal("0.5"), Decimal(1)) for b in (size, 1 / size, Decimal(1))}
    seen = False
    for world, choice in case.places():
        try:
            true = case.true(world, choice)
            value = case.value(world, case.node, choice, labels_of(true))
        except FAULTS:
            continue
        seen = True
        ratios = {ratio for ratio in ratios if same(each(true, partial(mul, ratio)), value, alike)}
        if not ratios:
            return False
    return seen


def judged_identity(case: Case, before: Expression) -> Judgement:
    """A member of a chain about nothing in particular, against the one before it."""
    said, place = (case.done[case.place - 1], case.place - 1) if case.place else (None, 0)
    if case.same_as(before):
        if said is not None and said.verdict in BAD:
            return Judgement(Verdict.FOLLOWS, root=said.root if said.root is not None else case.lines[place])
        return Judgement(Verdict.CORRECT)
    if said is not None and said.verdict in BAD and any(case.same_as(node) for node in case.good()):
        return Judgement(Verdict.CORRECT)
    if case.member.numeric and case.at_any_number(before):
        if is_whole(case.node):
            return Judgement(Verdict.INCORRECT)  # said of every number: f'(x) = 1
        return Judgement(Verdict.NOT_UNDERSTOOD, message="it is not said at which number")
    if case.truth.own is not None and not case.restricted and (_has_numbers(before) or _has_numbers(case.node)):
        one, two = case.own(before), case.own(case.node)
        right = close(one, two, case.slack(before) + case.slack(case.node))
        return Judgement(Verdict.CORRECT if right else Verdict.INCORRECT, found=two, true=one)
    return Judgement(Verdict.INCORRECT)


def calculated(case: Case) -> Decimal | None:
    """What the page's own values give for the quantity."""
    if case.yours is None or case.subject is None or quantity_letters(case.subject.quantity):
        return None
    try:
        return case.calculated().value
    except (*FAULTS, ValueError):
        return None


def with_wrong(case: Case, world: World, yours: Yours | None = None) -> Yours:
    """The page's wrong formulas as values in a world, beside its numbers."""
    mine = Yours(case.truth, world, case.signs)
    if yours is not None:
        mine.statements.update(yours.statements)
    valuation = case.truth.valuation(world, case.signs)
    for wrong in case.wrong:
        for choice in assignments(tuple(sorted(quantity_letters(wrong.subject), key=lambda letter: letter.copy))):
            element = rename_quantity(wrong.subject, choice)
            if _open(case, element):
                continue
            try:
                value = valuation.value(renamed(wrong.node, choice))
            except FAULTS:
                continue
            if isinstance(value, Decimal) and (yours is None or mine.canonical(element)[0] not in yours.statements):
                mine.state(element, Statement(value, Decimal(0), wrong.line, Verdict.INCORRECT, wrong.line))
    return mine


def _open(case: Case, quantity: Quantity) -> bool:
    parts = (quantity,) if quantity.of is None or quantity.by is None else (quantity.of, quantity.by)
    return any(case.truth.axes(part) for part in parts)


def _equal(case: Case) -> bool | None:
    """Whether the member is what the chain is about in every world; None where no world can tell. Asked once for all
    pages and dialects in which it depends on nothing of the page's own.
    """
    if case.restricted or case.signs.definitions:
        return _compared(case)
    key = (case.node, case.subject, case.chain.letters, case.signs.delta, case.signs.error, case.targets_given)
    known = case.truth.compared
    if key not in known:
        if len(known) > MOST_COMPARED:
            known.clear()
        known[key] = _compared(case)
    return known[key]


def _compared(case: Case, worlds: tuple[World, ...] | None = None) -> bool | None:
    seen = 0
    for world, choice in case.places(worlds):
        try:
            true = case.true(world, choice)
        except FAULTS:
            continue
        try:
            value = case.value(world, case.node, choice, labels_of(true))
        except NoSuchElement:
            return False
        except FAULTS:
            continue
        seen += 1
        if not same(value, true, alike):
            return False
    return True if seen else None


def _equal_in_numbers(case: Case, true: Decimal | None) -> bool:
    """Whether a formula with numbers in it has the true value in the problem's own world; where they may be no more
    than the formula's own, in every world with the problem's own targets.
    """
    own = case.truth.own
    if own is None or not _has_numbers(case.node):
        return False
    if case.truth.with_targets and not with_copied(case.node):
        if any(quantity.role == "target" for quantity in quantities(case.node)):
            return False  # what it says of the target has to hold for any
        return _compared(case, case.truth.with_targets) is True
    try:
        if true is None:
            if case.subject is None or quantity_letters(case.subject.quantity):
                return False
            whole = case.true(own, {})
            value = case.value(own, case.node, {}, labels_of(whole))
            return same(value, whole, lambda one, two: close(one, two, ROUGH * max(abs(one), abs(two))))
        return close(case.own(case.node), true, case.slack(case.node))
    except FAULTS:
        return False


def _both_given(case: Case, true: Decimal | None) -> bool:
    """Whether one value is said to be another in this problem's numbers: `x_1 = x_2 = 1`, `a_1 = a_2 = σ(0.1)`."""
    own, quantity = case.truth.own, quantity_of(case.node)
    if own is None or quantity is None or case.subject is None or quantity_letters(case.subject.quantity):
        return False
    if true is None:
        return _same_array(case, own)
    names = [case.truth.settled(one) for one in (quantity, case.subject.quantity)]
    given = own.graph.values
    worked = any(member.numeric for member in case.chain.members[1:])
    formal = quantity.of is not None or quantity.role == "delta"
    if formal and not any(member.numeric for member in case.chain.members[1 : case.place]):
        return False  # a step of the derivation: dL/dw_2 is no dL/dz, though x_2 is 1
    if not worked and not all(name in given for name in names):
        return False
    try:
        return close(case.truth.number(own, names[0], case.signs), true)
    except FAULTS:
        return False


def _same_array(case: Case, own: World) -> bool:
    """Whether an array whose entries the chain has written out has those of another in this problem's numbers."""
    if not any(member.node is not None and has_matrix(member.node) for member in case.chain.members[1:]):
        return False
    try:
        whole = case.true(own, {})
        return same(case.value(own, case.node, {}, labels_of(whole)), whole, alike)
    except FAULTS:
        return False


def _has_numbers(node: Expression) -> bool:
    return any(True for _ in numbers(node))


def _own(case: Case) -> Decimal | None:
    try:
        return case.own(case.node)
    except FAULTS:
        return None


def _root(case: Case) -> int | None:
    """The line of the mistake that this formula is right given; None where there is none."""
    before = case.before()
    if before is not None and before[0].verdict in BAD and case.same_as(before[1]):
        return before[2]
    return _from_wrong_formulas(case)


def _from_wrong_formulas(case: Case) -> int | None:
    """Whether the member is what the page's own wrong formulas give; then the line of the first of them."""
    assert case.subject is not None
    if not case.wrong:
        return None
    lines: set[int] = set()
    for world in case.truth.worlds:
        mine = with_wrong(case, world)
        for choice in assignments(case.chain.letters):
            quantity = rename_quantity(case.subject.quantity, choice)
            try:
                value = case.value(world, case.node, choice, ())
                if not isinstance(value, Decimal):
                    return None
                ways = [case.scaled(mine.calculated(quantity)), case.scaled(mine.value(quantity))]
            except FAULTS:
                return None
            used = next((way.used for way in ways if way.used and alike(value, way.value)), None)
            if used is None:
                return None
            lines |= {statement.line for statement in used}
    return min(lines, default=None)


# rows and columns


def _misfit(case: Case) -> tuple[str, ...]:
    """Why the matrices of a true formula do not fit as written, on a page that speaks of whole arrays."""
    assert case.subject is not None
    if not (case.careful or case.speaks_in_arrays) or quantity_letters(case.subject.quantity):
        return ()
    matrices = Matrices(case.truth, case.signs)
    try:
        wanted = matrices.shape(case.subject.quantity)
    except NoValue:
        return ()
    by = case.subject.quantity.by
    lying = not case.careful or (by is not None and by.role == "weight" and by.layer in case.standing)
    right = partial(fits, wanted=wanted, lying=lying, made_from=_made_from(case))
    if right(case.node, shape_of=matrices.shape) or right(_laid_down(case), shape_of=_as_laid(case)):
        return ()
    if case.truth.graph.batch and case.truth.graph.samples == 1 and has_ones(case.node):
        return ()
    if any(right(other, shape_of=matrices.shape) for other in _turned(case.node)):
        return ("missing_transpose",)
    return ("wrong_shape",)


def _as_laid(case: Case) -> Callable[[Quantity], Shape]:
    """Rows and columns of an array on a page whose weights of a layer of one unit stand."""
    matrices = Matrices(case.truth, case.signs)

    def shape(quantity: Quantity) -> Shape:
        own = quantity.by if quantity.by is not None else quantity
        found = matrices.shape(quantity)
        return found[::-1] if own.role == "weight" and own.layer in case.standing else found

    return shape if case.standing else matrices.shape


def _laid_down(case: Case) -> Expression:
    """The member with a bias that stands laid down, where it is transposed to go with samples in rows: `x W + b^T`."""
    return _with_biases_laid(case.node) if case.signs.rows else case.node


def _with_biases_laid(node: Expression) -> Expression:
    if isinstance(node, Transpose):
        inner = quantity_of(node.body)
        return node.body if inner is not None and inner.role == "bias" and not inner.index else node
    return rebuild(node, _with_biases_laid)


def turned_weights(node: Expression) -> set[int]:
    """The layers whose whole weights stand transposed in a formula."""
    if isinstance(node, Transpose):
        inner = quantity_of(node.body)
        return {inner.layer} if inner is not None and inner.role == "weight" and not inner.index else set()
    return set().union(*map(turned_weights, children(node)))


def _made_from(case: Case) -> Callable[[Quantity], Quantity | None]:
    """What is made of a quantity, where that is one thing: what a formula that is differentiated by it stands for."""

    def output(by: Quantity) -> Quantity | None:
        made = [op.output.array() for op in case.truth.graph.operations if by.array() in map(Quantity.array, _used(op))]
        # a loss may be written for all samples at once, its sum left out
        return made[0] if len(made) == 1 and made[0] != case.truth.graph.goal else None

    return output


def _turned(node: Expression) -> list[Expression]:
    """The formula with one of its arrays transposed."""
    found: list[Expression] = []
    if isinstance(node, Ref) or node == Constant("ones"):
        return [Transpose(node)]
    if isinstance(node, Transpose):
        return []
    for place, child in enumerate(children(node)):
        for new in _turned(child):
            found.append(with_child(node, place, new))
    return found

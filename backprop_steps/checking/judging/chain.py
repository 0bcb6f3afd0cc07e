"""The members of a chain, judged one by one: `correct`, `rounded`, `follows`, `incorrect`, in this order.

Where the chain is about a quantity, each member is compared with the truth about it; a chain about nothing in
particular is compared neighbour with neighbour. What the page has stated before is taken where truth does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from backprop_steps.checking.binding.chains import BoundChain, BoundMember, assignments
from backprop_steps.checking.judging.case import Case
from backprop_steps.checking.judging.diagnosis import Diagnosis
from backprop_steps.checking.judging.expected import Expected
from backprop_steps.checking.judging.figures import explained_mixed, judged_neighbour, judged_number
from backprop_steps.checking.judging.formulas import (
    is_multiple,
    judged_formula,
    judged_identity,
    turned_weights,
)
from backprop_steps.checking.judging.judgement import BAD, FAULTS, GOOD, Judgement, Subject, Wrong
from backprop_steps.checking.judging.matrices import Matrices, has_matrix, judged_matrix
from backprop_steps.checking.judging.spaces import judged_space
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.truth.literals import HALF, Known, close, exact_at, known, single, unit, whole
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.checking.truth.world import WHOLE
from backprop_steps.checking.truth.yours import Statement, Yours
from backprop_steps.expression.quantity import LEARNING_RATE, SAMPLES, Quantity
from backprop_steps.expression.transform import quantities, quantity_letters, rename_quantity
from backprop_steps.expression.tree import Expression, Group, Quotient, Ref

COMPARISONS = ("<", ">", "<=", ">=", "!=")
_PARAMETERS = ("weight", "bias", "threshold")
MOST_WRONG = 4
"""So many wrong formulas for one quantity are remembered, the last ones, for what may follow from them."""


@dataclass(slots=True)
class Judge:
    """Judges the chains of one page in order; what they state is remembered."""

    truth: Truth
    signs: Signs
    yours: Yours | None
    exact: Known
    wrong: list[Wrong] = field(default_factory=list)
    updating: bool = False
    careful: bool = False
    """Whether the page minds rows and columns: it transposes."""
    speaks_in_arrays: bool = False
    """Whether the page's notation speaks of whole arrays: then they have to fit, but a vector may lie or stand."""
    standing: set[int] = field(default_factory=set)
    """The layers of one unit whose weights the page has written as a column: `w^T x`."""
    up_to_constant: bool = False
    """Whether a gradient may lack a constant of the loss, such as 2/N, or have it twice."""

    @staticmethod
    def of(truth: Truth, signs: Signs) -> Judge:
        """A judge who has seen nothing yet."""
        yours = Yours(truth, truth.own, signs) if truth.own is not None else None
        values: list[Decimal] = []
        if truth.own is not None:
            for run in truth.own.passes:
                values += run.values.values()
        given = [number.text for number in truth.own.graph.values.values()] if truth.own is not None else []
        return Judge(truth, signs, yours, known(values, given))

    def chain(self, chain: BoundChain, lines: tuple[int, ...]) -> tuple[list[Judgement | None], Subject | None]:
        """A judgement for every member but the head, and what the chain is about. `lines` are the members' lines."""
        best: tuple[int, list[Judgement | None], Subject | None] | None = None
        for subject in self._subjects(chain):
            judged = self._judged(chain, subject, lines)
            bad = sum(j is not None and j.verdict is Verdict.INCORRECT for j in judged)
            good = sum(j is not None and j.verdict in GOOD for j in judged)
            # what has no value when it is read so is no better than what is wrong
            lost = sum(
                j is not None and not j.open and j.verdict is Verdict.NOT_UNDERSTOOD and member.node is not None
                for j, member in zip(judged, chain.members, strict=True)
            )
            score = good - bad - lost
            if best is None or score > best[0]:
                best = (score, judged, subject)
            if not bad and good:
                break
        assert best is not None
        _, judged, subject = best
        return judged, subject

    # what it is about

    def _subjects(self, chain: BoundChain) -> Iterator[Subject | None]:
        step = chain.step
        if step is not None and self.exists(step[0]):
            yield Subject(step[0], less=step[1])
            return
        of_sample = chain.of_sample
        if of_sample is not None and self.exists(of_sample):
            yield Subject(of_sample, sampled=True)
            return
        quantity = chain.subject
        if quantity is None or not self.exists(quantity):
            yield None
            return
        parameter = quantity.role in _PARAMETERS or quantity in self._trained()
        if parameter and self._updates(chain, quantity):
            yield from self._updated(quantity)
            return
        yield Subject(quantity)
        yield from self._meant_entries(chain, quantity)
        if quantity.of is not None and quantity.of != self.truth.graph.goal and not self.truth.graph.depth:
            yield Subject(replace(quantity, name=WHOLE))
        if quantity.role in ("learning_rate", "samples", "input", "target", "variable"):
            return
        if parameter and self.exists(quantity.after(1)):
            yield Subject(quantity.after(1))
        generation = quantity.by.generation if quantity.by is not None else quantity.generation
        if self.updating and not generation and self.truth.own is not None:
            for shift in range(1, len(self.truth.own.passes)):
                yield Subject(quantity.after(shift), shift)

    def _updated(self, quantity: Quantity) -> Iterator[Subject]:
        """What a parameter is after an update: the next that the page comes to, then those before and behind it."""
        most = max(len(self.truth.own.passes) - 1, 1) if self.truth.own is not None else 2
        made = max((name.generation for name in self._stated() if name.role == quantity.role), default=0)
        first = made + 1 if quantity.after(made) in self._stated() else max(made, 1)
        order = dict.fromkeys((min(first, most), *range(1, most + 1)))
        yield from (Subject(quantity.after(update)) for update in order if self.exists(quantity.after(update)))

    def _stated(self) -> Mapping[Quantity, Statement]:
        return self.yours.statements if self.yours is not None else {}

    def _meant_entries(self, chain: BoundChain, quantity: Quantity) -> Iterator[Subject]:
        """Where a single number is given for a whole array: the entries that the words before it number."""
        numbers = {
            int(word) for word in chain.chain.words.replace(":", " ").split() if word.isdecimal() and len(word) < 4
        }
        whole = quantity.by if quantity.by is not None else quantity
        if not numbers or quantity_letters(quantity) or not self.truth.axes(whole):
            return
        if not all(member.numeric and not has_matrix(member.node) for member in chain.members[1:] if member.node):
            return
        for _, element in self.truth.elements(whole):
            if numbers & {index for index in element.index if isinstance(index, int)}:
                yield Subject(element if quantity.by is None else replace(quantity, by=element))

    def _trained(self) -> frozenset[Quantity]:
        return frozenset(parameter.array() for parameter in self.truth.graph.parameters)

    def _updates(self, chain: BoundChain, quantity: Quantity) -> bool:
        """Whether the chain says what the quantity becomes: an assignment, itself on both sides, a learning rate."""
        if not quantity.generation and chain.chain.relations[:1] and chain.chain.relations[0] in (":=", "+=", "-="):
            return not (len(chain.members) == 2 and chain.members[1].numeric and self._given(chain, quantity))
        for member in chain.members[1:]:
            if member.node is not None:
                found = set(quantities(member.node))
                if quantity in found or LEARNING_RATE in found:
                    return not quantity.generation
        if self.updating and not quantity.generation and len(chain.members) > 1:
            return not self._given(chain, quantity)
        return False

    def _given(self, chain: BoundChain, quantity: Quantity) -> bool:
        """Whether the chain ends with the value that the quantity has before every update, a number or an array."""
        own, last = self.truth.own, chain.members[-1].node
        if own is None or last is None:
            return False
        try:
            if chain.members[-1].numeric and not has_matrix(last):
                value = self.truth.valuation(own, self.signs).value(last)  # 10^{-7} is no literal
                return self.truth.number(own, quantity, self.signs) == value
            entries = Matrices(self.truth, self.signs).entries(quantity, last) if has_matrix(last) else []
            return bool(entries) and all(self.truth.number(own, one, self.signs) == value for one, value, _ in entries)
        except FAULTS:
            return False

    def exists(self, quantity: Quantity) -> bool:
        """Whether the problem has such a quantity."""
        world = self.truth.own or self.truth.worlds[0]
        if quantity.generation and LEARNING_RATE not in world.graph.values:
            world = self.truth.worlds[0]  # an update without a learning rate is said in symbols
        choice = assignments(tuple(quantity_letters(quantity)))
        try:
            self.truth.valuation(world, self.signs).tensor_of(rename_quantity(quantity, choice[0] if choice else {}))
        except FAULTS:
            return False
        return True

    # the members

    def _judged(self, chain: BoundChain, subject: Subject | None, lines: tuple[int, ...]) -> list[Judgement | None]:
        done: list[Judgement | None] = []
        for place, member in enumerate(chain.members):
            relation = (
                chain.chain.relations[place - 1 + chain.chain.headless] if place or chain.chain.headless else None
            )
            if relation is None or relation in COMPARISONS:
                done.append(None)
            elif relation == "in":
                done.append(judged_space(self._case(chain, subject, lines, done, member)))
            elif member.node is None:
                message = member.trouble or ""
                done.append(Judgement(Verdict.NOT_UNDERSTOOD, message=message, open=member.open))
            else:
                done.append(self._judgement(chain, subject, lines, done, member))
        return done

    def kept(self) -> Judge:
        """The same with what the page has stated so far, and nothing later."""
        return replace(self, yours=self.yours and self.yours.kept(), wrong=list(self.wrong))

    def diagnosed(
        self,
        chain: BoundChain,
        subject: Subject | None,
        lines: tuple[int, ...],
        judged: list[Judgement | None],
        place: int,
        expected: Expected,
        *,
        rows: bool,
    ) -> Judgement:
        """The judgement of a mistake with its causes; `expected` has the right formulas."""
        said = judged[place]
        assert said is not None
        case = self._case(chain, subject, lines, judged[:place], chain.members[place])
        return replace(said, causes=Diagnosis(case, said, expected, rows).causes())

    def _case(
        self,
        chain: BoundChain,
        subject: Subject | None,
        lines: tuple[int, ...],
        done: list[Judgement | None],
        member: BoundMember,
    ) -> Case:
        return Case(
            self.truth, self.signs, self.exact, self.yours, self.wrong, self.careful, self.speaks_in_arrays,
            self.standing, chain, subject, lines, done, len(done), member,
        )  # fmt: skip

    def _judgement(
        self,
        chain: BoundChain,
        subject: Subject | None,
        lines: tuple[int, ...],
        done: list[Judgement | None],
        member: BoundMember,
    ) -> Judgement:
        case = self._case(chain, subject, lines, done, member)
        try:
            if has_matrix(case.node):
                return judged_matrix(case)
            said = self._in_a_case(case)
            ways = [replace(case, restricted=True)] if chain.conditions else []
            if said.verdict in GOOD and subject is None and ways and _denied(ways[0]):
                return replace(said, verdict=Verdict.INCORRECT)
            if self.truth.given_targets and not any(quantity.role == "target" for quantity in quantities(case.node)):
                ways.append(replace(case, targets_given=True))  # -ln p_2: the class is put in
            for way in ways if said.verdict in (Verdict.INCORRECT, Verdict.NOT_UNDERSTOOD) else ():
                again = self._in_a_case(way)
                if again.verdict in GOOD:
                    return again
            return said
        except FAULTS as reason:
            return Judgement(Verdict.NOT_UNDERSTOOD, message=str(reason) or "this has no value here")

    def _in_a_case(self, case: Case) -> Judgement:
        if case.subject is None:
            return judged_neighbour(case)
        if case.member.numeric:
            return judged_number(case)
        said = judged_formula(case)
        loosely = self.up_to_constant or case.chain.one_sample
        if said.verdict is Verdict.INCORRECT and loosely and is_multiple(case):
            return replace(said, verdict=Verdict.CORRECT)
        return explained_mixed(case, said) if said.verdict is Verdict.INCORRECT else said

    # what is remembered

    def remember(
        self, chain: BoundChain, judged: list[Judgement | None], subject: Subject | None, lines: tuple[int, ...]
    ) -> None:
        """Take what the chain states for what the page goes on with."""
        if subject is None:
            return
        quantity = subject.quantity
        if quantity.role in ("pre_activation", "activation"):
            for member, said in zip(chain.members, judged, strict=True):
                if member.node is not None and said is not None and said.verdict in GOOD:
                    self.standing |= {
                        layer for layer in turned_weights(member.node) if self.truth.graph.units[layer] == 1
                    }
        generation = quantity.by.generation if quantity.by is not None else quantity.generation
        if generation or (quantity.of is not None and quantity.by is not None):
            self.updating = True
        for place in range(len(judged) - 1, -1, -1):
            judgement, node = judged[place], chain.members[place].node
            if judgement is None or node is None or judgement.verdict is Verdict.NOT_UNDERSTOOD:
                continue
            if judgement.numeric:
                most = self._calculated_to(chain, subject, lines, judged, place)
                if self._state(subject, node, judgement, lines[place], most):
                    break
            elif judgement.verdict is Verdict.INCORRECT:
                alike = [one for one in self.wrong if one.subject == quantity]
                if len(alike) == MOST_WRONG:
                    self.wrong.remove(alike[0])
                whole = Quotient(Group(node), Ref(SAMPLES)) if subject.sampled else node
                self.wrong.append(Wrong(quantity, whole, lines[place]))
                break

    def _calculated_to(
        self, chain: BoundChain, subject: Subject, lines: tuple[int, ...], judged: list[Judgement | None], place: int
    ) -> Decimal | None:
        """How far a result may lie off, where the numbers before it end within its digits: 0.5 - 0 = 0.5 is no 0.46."""
        before = chain.members[place - 1] if place else None
        if before is None or before.node is None or not before.numeric or self.truth.own is None:
            return None
        case = self._case(chain, subject, lines, judged[:place], chain.members[place])
        literal = single(case.node)
        try:
            value, slack = case.own(before.node), case.page_slack(before.node)
        except FAULTS:
            return None
        ends = literal is not None and (close(value, literal[0]) or (not slack and exact_at(value, literal[1])))
        return slack if ends else None

    def _state(self, subject: Subject, node: Expression, judgement: Judgement, line: int, most: Decimal | None) -> bool:
        """Take a result as what the page goes on with; it lies no further off than `most`, where that is known."""
        quantity = subject.quantity
        if self.yours is None or quantity_letters(quantity):
            return False
        number, scale = single(node), subject.times(self.truth.graph)
        if number is not None:
            entries: list[tuple[Quantity, Decimal, str]] = [(quantity, number[0], number[1])]
        elif has_matrix(node):
            entries = Matrices(self.truth, self.signs).entries(quantity, node)
        else:
            return False
        for element, value, text in entries:
            slack = Decimal(0) if whole(text) else unit(text) * HALF
            value, slack, place = value / scale, slack / scale, unit(text) / scale
            try:
                true = self.truth.number(self.yours.world, element, self.signs)
                if subject.less is not None:
                    value += self.yours.value(subject.less).value
            except FAULTS:
                continue
            if most is not None and judgement.verdict in BAD:
                slack = min(slack, most / scale)
            if judgement.verdict is Verdict.ROUNDED:
                slack = max(slack, place, abs(value - true))
            if judgement.verdict in GOOD and close(value, true):
                slack = Decimal(0)
            root = judgement.root if judgement.verdict is Verdict.FOLLOWS else line
            verdict = judgement.verdict
            if has_matrix(node) and verdict is Verdict.INCORRECT and close(value, true, slack + place):
                verdict = Verdict.CORRECT
            self.yours.state(element, Statement(value, slack, line, verdict, root, value - true))
        return bool(entries)


def _denied(case: Case) -> bool:
    """Whether a rule about any number does not hold where its condition does: f'(z) = 1 if z < 0."""
    before = case.chain.members[case.place - 1].node if case.place else None
    return before is not None and any(True for _ in case.places()) and judged_identity(case, before).verdict in BAD

"""A submission, marked: read, bound, judged link by link, in the dialect in which most of it is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from backprop_steps.checking.binding.assignments import spelled_out
from backprop_steps.checking.binding.hands import INDEX_LETTERS, Hand, hands_of, layers_of_letters
from backprop_steps.checking.binding.index_letters import LetterNames
from backprop_steps.checking.binding.learning import first_layer, recognised, symbols, vocabulary
from backprop_steps.checking.binding.left_out import with_indices
from backprop_steps.checking.binding.moments import without_moments
from backprop_steps.checking.binding.named_e import with_e_named
from backprop_steps.checking.binding.neurons import numbered_below
from backprop_steps.checking.binding.primed_letters import without_primes
from backprop_steps.checking.binding.symbols import Dialect, NotationTables, SymbolTable
from backprop_steps.checking.judging.links import misfits, names_deltas, roles
from backprop_steps.checking.judging.matrices import Matrices
from backprop_steps.checking.judging.page import PageJudge
from backprop_steps.checking.judging.unexplained import Unexplained
from backprop_steps.checking.marking.asked import names_asked, on_the_way
from backprop_steps.checking.marking.marking import Results
from backprop_steps.checking.marking.scheme import Scheme
from backprop_steps.checking.model import Marking, Verdict
from backprop_steps.checking.reading import ReadingError, read_page
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.lists import names_in_rows
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.expression.quantity import Role
from backprop_steps.expression.tree import Matrix
from backprop_steps.network.build import build
from backprop_steps.network.shape import shape_of
from backprop_steps.notation.loading import load_profile, own_profile, profiles
from backprop_steps.notation.notation import can_say
from backprop_steps.notation.profile import Profile
from backprop_steps.problem.again import replaced
from backprop_steps.problem.model import Problem

MOST_DOUBTS = 3
"""No more often than this a page is judged anew because of what a scanner may have misread."""
MOST_JUDGED = 4_000
"""So many chains are judged to find out how a page is meant; a long one is read in fewer ways."""
MOST_NEAR = 2
"""A page is read in no more notations than these besides its own, and of so many links at least: one line is in any."""
ENOUGH_LINKS = 12
BEST_HANDS = 2
"""In so many hands a page is read with other layers for its index letters, too."""
READ_ONLY = Path(__file__).parent / "binding" / "notations"
"""Notations that pages come in and that no sheet is printed in."""
FORWARD = ("pre_activation", "activation")

T = TypeVar("T")


def check(problem: Problem, text: str, name: str = "-", scheme: Scheme | None = None) -> Marking:
    """What is said of every link of a hand-in. Never raises for what stands on the page."""
    return Checker(problem, scheme).check(text, name)


@dataclass(slots=True)
class _Tries:
    """In how many more ways a page may be read."""

    left: int

    def of(self, ways: Iterable[T]) -> Iterator[T]:
        """The ways, as long as there are tries left."""
        for way in ways:
            if self.left <= 0:
                return
            self.left -= 1
            yield way


class Checker:
    """Marks hand-ins of one problem; what is true of it is worked out once."""

    def __init__(self, problem: Problem, scheme: Scheme | None = None) -> None:
        self.problem = problem
        self.up_to_constant = scheme is not None and scheme.up_to_constant
        self.truths = [Truth(problem), *map(Truth, replaced(problem))]
        self.shape = shape_of(self.truths[0].graph)
        self.own = load_profile(problem.notation)
        self.graph = build(problem, self.own.conventions)
        self.profiles = self._profiles()
        orientation = problem.network.orientation if problem.network is not None else None
        there = {parameter.role for parameter in self.truths[0].graph.parameters}
        absent = frozenset[Role](("bias", "threshold")) - there
        self.notations = NotationTables(self.profiles, self.shape, dict(problem.symbols), orientation, absent)

    def check(self, text: str, name: str = "-") -> Marking:
        """The marking of one hand-in."""
        try:
            page = self.judged(text)
        except ReadingError as error:
            return self._named(Marking(name, text, (), self.own.name, complaint=str(error)))
        return self._named(Results(page).marking(name, text))

    def judged(self, text: str) -> PageJudge:
        """The page, judged in the dialect in which most of it is right. Raises ReadingError."""
        table = self.table(Dialect(self.own.name))
        words = vocabulary((one for _, one in table.tables), self.shape.names)
        read = read_page(text, words, decimal_comma=self.problem.comma or None)
        page = with_indices(names_in_rows(without_moments(spelled_out(read))))
        page = without_primes(numbered_below(page, self.shape))
        name, *others = recognised(page, table, self.own.name)
        first, behind = first_layer(page, self.profiles[name].conventions.first_layer, self.shape.depth)
        dialect = Dialect(name, first_layer=first, weights_behind=behind)
        if self.shape.depth and table.notation(self.own.name).writes_e:
            page = with_e_named(page, self.table(dialect).exactly)
        tries = _Tries(MOST_JUDGED // max(len(page.chains), 1))
        best = self._best(page, self._judged(page, dialect), tries, [Dialect(other) for other in others])
        for _ in range(MOST_DOUBTS):
            doubtful = best.doubts(words)
            if doubtful <= best.doubtful:
                break
            best = self._judged(page, best.dialect, doubtful=doubtful | best.doubtful)
        best.diagnose()
        return best

    def _best(self, page: w.Page, plain: PageJudge, tries: _Tries, others: list[Dialect]) -> PageJudge:
        """The page in the dialect in which most of it is explained; `others` are those that are nearly as likely."""
        tried = [plain]
        if plain.unexplained and len(plain.links) >= ENOUGH_LINKS:
            unexplained = Unexplained.of(page, plain)
            near = (one for one in others[:MOST_NEAR] if unexplained.may_be_explained(partial(self._judge, one)))
            tried += [one for one in (self._judged(page, one) for one in tries.of(near)) if not one.unexplained]
        if plain.poor:
            tried += self._by_hands(page, plain, tries)
        first = best = max(tried, key=lambda one: one.score)
        for one in tried:
            # a hand that makes more of the page may only have a sign turned
            if one is first or one.count(Verdict.NOT_UNDERSTOOD) < first.count(Verdict.NOT_UNDERSTOOD):
                best = self._turned(page, one, best, tries)
        if best.dialect not in [one.dialect for one in tried]:
            best = self._turned(page, best, best, tries)  # a page may do two things otherwise
        return self._laid(page, best)

    def _turned(self, page: w.Page, one: PageJudge, best: PageJudge, tries: _Tries) -> PageJudge:
        """The best so far, or the page with one thing done otherwise than a judgement of it takes them."""
        for other in tries.of(_other_dialects(one.dialect, one)):
            if other != one.dialect:
                best = max(best, self._judged(page, other, best.score), key=lambda one: one.score)
        return best

    def _laid(self, page: w.Page, judged: PageJudge) -> PageJudge:
        """The page with its arrays laid as it lays them: a forward pass says so, more than one line, or one where
        vectors lie so too.
        """
        best = judged
        if not misfits(judged.links):
            return best
        own = judged.signs.rows
        for rows, turned in ((own, True), (not own, False), (not own, True)):
            other = self._judged(page, replace(judged.dialect, rows=rows, weights_lie_turned=turned))
            mended = misfits(judged.links) - misfits(other.links)
            forward = any(quantity is not None and quantity.role in FORWARD for _, quantity in mended)
            if other.score > best.score and (forward or len(mended) > 1 or (mended and _lies_so(judged, other.signs))):
                best = other
        return best

    def _by_hands(self, page: w.Page, plain: PageJudge, tries: _Tries) -> list[PageJudge]:
        """The page in every hand that its letters and numbers allow; in the best of them also with index letters that
        run over other layers, as long as that leaves something to explain.
        """
        found = list(dict.fromkeys(symbols(page)))
        if self.shape.circuit:
            return []
        layers = layers_of_letters(found, self.shape.depth)
        unexplained = Unexplained.of(page, plain)

        def explains(dialect: Dialect) -> bool:
            return unexplained.may_be_explained(partial(self._judge, dialect))

        def in_other_layers(hand: Hand | None) -> Iterator[Dialect]:
            dialect = replace(plain.dialect, hand=hand)
            yield from (replace(dialect, letter_layers=other) for other in layers[1:])
            yield replace(dialect, letter_layers=layers[-1], letters_general=True)

        tried: list[PageJudge] = []
        for hand in hands_of(found, self.shape):
            dialect = replace(plain.dialect, hand=hand, letter_layers=layers[0])
            if any(map(explains, (dialect, *in_other_layers(hand)))):
                tried += [self._judged(page, one) for one in tries.of([dialect])]
            if tried and not tried[-1].unexplained:
                break
        lettered = any(token in INDEX_LETTERS for symbol in found for token in symbol.sub)
        for one in sorted(tried, key=lambda one: -one.score)[:BEST_HANDS] if layers[0] or lettered else ():
            for other in tries.of(filter(explains, in_other_layers(one.dialect.hand))):
                if all(judged.unexplained for judged in tried):
                    tried.append(self._judged(page, other))
        return tried

    def _named(self, marking: Marking) -> Marking:
        """The marking with the names of what the problem has, which marks are given for."""
        rows = self.problem.network is not None and self.problem.network.orientation == "rows"
        quantities, asked = names_asked(self.graph, rows=rows, steps=self.problem.steps)
        way = on_the_way(self.graph, rows=rows)
        return replace(marking, quantities=quantities, asked=asked, on_the_way=way, numeric=not self.graph.symbolic)

    def table(self, dialect: Dialect) -> SymbolTable:
        """The symbols as a dialect reads them."""
        return SymbolTable(self.notations, self.own.name, dialect, LetterNames())

    def _judged(
        self, page: w.Page, dialect: Dialect, least: int | None = None, doubtful: frozenset[int] = frozenset()
    ) -> PageJudge:
        """The page, judged in a dialect; not to its end where it cannot score more than `least`."""
        judge = self._judge(dialect, doubtful)
        judge.judge(page, least)
        return judge

    def _judge(self, dialect: Dialect, doubtful: frozenset[int] = frozenset()) -> PageJudge:
        profile = dialect.counted(self.profiles[dialect.notation])
        judge = PageJudge(self.problem, self.truths, self.table(dialect), dialect, profile, doubtful)
        for one in judge.judges:
            one.up_to_constant = self.up_to_constant
        return judge

    def _profiles(self) -> dict[str, Profile]:
        """Every notation that can say the problem; its own first."""
        found = {self.own.name: self.own}
        printed = (load_profile(name) for name, _ in profiles())
        for profile in (*printed, *map(own_profile, sorted(READ_ONLY.glob("*.yaml")))):
            if can_say(profile, self.shape) is None:
                found.setdefault(profile.name, profile)
        return found


def _other_dialects(dialect: Dialect, judged: PageJudge) -> Iterator[Dialect]:
    """What the page may do otherwise than its notation, where that could explain what is found wrong."""
    if judged.barred:
        yield replace(dialect, bars_differentiate=True)
    if not judged.count(Verdict.INCORRECT):
        return
    spoken_of = roles(judged.links)
    if judged.table.shape.batch and "derivative" in spoken_of:
        yield replace(dialect, sample_losses=True)
    if judged.table.shape.batch:
        yield replace(dialect, samples_turned=True)
    if judged.primed and not judged.transposes:
        yield replace(dialect, primes_transpose=True)
    if judged.counts_from_zero and judged.table.shape.depth:
        yield replace(dialect, iterates=True)
    if names_deltas(judged.links):
        yield replace(dialect, own_deltas=True)
    if "delta" in spoken_of:
        yield replace(dialect, delta_turned=True)
    if "error" in spoken_of:
        yield replace(dialect, error_turned=True)
    if "delta" in spoken_of and "error" in spoken_of:
        yield replace(dialect, delta_turned=True, error_turned=True)
    if "weight" in spoken_of:
        yield replace(dialect, weights_turned=True)


def _lies_so(judged: PageJudge, signs: Signs) -> bool:
    """Whether a vector that is written out lies as it does with these signs, and not as it was taken to."""
    for link in judged.links:
        node, subject = link.chain.members[link.place].node, link.subject
        if not isinstance(node, Matrix) or subject is None or subject.quantity.index:
            continue
        taken, other = (Matrices(judged.truth, one).shape(subject.quantity) for one in (judged.signs, signs))
        written = len(node.rows) > 1, len(node.rows[0]) > 1
        if taken != other and written == tuple(label is not None for label in other) and not all(written):
            return True
    return False

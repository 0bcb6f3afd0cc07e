"""A whole page, judged chain after chain; what it states and what it names is carried on."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from backprop_steps.checking.binding.binder import Names
from backprop_steps.checking.binding.chains import (
    BoundChain,
    bound,
    for_layers,
    layer_letter,
)
from backprop_steps.checking.binding.hands import INDEX_LETTERS
from backprop_steps.checking.binding.iterates import counts_from_zero
from backprop_steps.checking.binding.kinds import (
    cut,
    is_condition,
    is_shape,
    leads,
    minds_shapes,
    most_links,
    parts,
    primes,
    transposes,
)
from backprop_steps.checking.binding.readings import Reading, readings
from backprop_steps.checking.binding.symbols import Dialect, SymbolTable
from backprop_steps.checking.judging.chain import Judge
from backprop_steps.checking.judging.doubts import mended, unpaired, written_out
from backprop_steps.checking.judging.expected import Expected
from backprop_steps.checking.judging.judgement import GOOD, Judgement, Subject, right, wrong
from backprop_steps.checking.judging.links import BEST, Judged
from backprop_steps.checking.judging.links import score as score_of
from backprop_steps.checking.judging.matrices import has_matrix
from backprop_steps.checking.judging.meanings import Meanings, unread
from backprop_steps.checking.judging.naming import Naming
from backprop_steps.checking.model import Alias, Verdict
from backprop_steps.checking.reading import read_page
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.labels import without_label
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.notation.profile import Profile
from backprop_steps.problem.model import Problem

_GENERAL = 6
"""What it costs that index letters mean other layers in other statements: more than one wrong line is explained so."""
_NEW_NAME = 4
"""What a name of the page's own costs: what it says of itself is right whatever it is."""
_OTHERWISE = re.compile("is not known|is no single number")
"""What is said of letters that may mean something else."""
WORST = (Verdict.CORRECT, Verdict.ROUNDED, Verdict.FOLLOWS, Verdict.NOT_UNDERSTOOD, Verdict.INCORRECT)


Weighed = tuple[BoundChain, list[Judgement | None], Subject | None]
"""A chain as it is read, what is said of its members, and what it is about."""


class PageJudge:
    """Judges one page in one dialect."""

    def __init__(
        self,
        problem: Problem,
        truths: list[Truth],
        table: SymbolTable,
        dialect: Dialect,
        profile: Profile,
        doubtful: frozenset[int] = frozenset(),
    ) -> None:
        self.profile = profile
        self.problem, self.table, self.dialect, self.truths = problem, table, dialect, truths
        usual = Signs.of(profile.conventions)
        self.definitions: dict[str, Expression] = {}
        self.signs = Signs(
            -usual.delta if dialect.delta_turned else usual.delta,
            -usual.error if dialect.error_turned else usual.error,
            table.rows,
            dialect.weights_lie_turned,
            self.definitions,
        )
        self.judges = [Judge.of(truth, self.signs) for truth in truths]
        self.doubtful = doubtful
        """Where members begin that may be right but for the scanner."""
        self.active = 0
        self.names = Names()
        self.meanings = Meanings(table, dialect, self.signs, self.names, lambda: self.truth)
        self.naming = Naming(self)
        self.aliases: list[Alias] = []
        self.links: list[Judged] = []
        self.transposes = self.primed = False
        """Whether the page has a T above something, and whether a prime stands beside an array."""
        self.counts_from_zero = False
        """Whether the page counts updates: a parameter has a 0 in brackets."""
        self.barred = False
        """Whether letters with a bar stand on the page for something that no notation has."""
        self.shown: set[Quantity] = set()
        self._spoken: dict[str, int] = {}
        """Of which layer the page has spoken last, role by role."""
        self._numbered: tuple[int, ...] = ()
        """The number of the last line that had one."""

    @property
    def truth(self) -> Truth:
        """The problem as the page speaks of it now."""
        return self.truths[self.active]

    @property
    def score(self) -> int:
        """How well the page is explained so: what follows from a mistake is, if less well than what is right."""
        general = _GENERAL if self.dialect.letters_general else 0
        return score_of(self.links) - _NEW_NAME * len(self.aliases) - general

    @property
    def poor(self) -> bool:
        """Whether so little of the page is right that its letters may mean something else."""
        bad = self.unexplained
        unknown = any(_OTHERWISE.search(link.judgement.message) for link in self.links)
        return bad > 0 and (unknown or bool(self.definitions) or (bad > 1 and bad * 8 >= len(self.links)))

    @property
    def unexplained(self) -> int:
        """How many links are wrong or not understood."""
        return self.count(Verdict.INCORRECT) + self.count(Verdict.NOT_UNDERSTOOD)

    def count(self, verdict: Verdict) -> int:
        """How many links have this verdict."""
        return sum(link.judgement.verdict is verdict for link in self.links)

    def judge(self, page: w.Page, least: int | None = None) -> None:
        """Judge every chain in order; no further than where a score above `least` is out of reach."""
        for judge in self.judges:
            judge.careful = minds_shapes(page) or self.dialect.primes_transpose
            judge.speaks_in_arrays = self.profile.conventions.formulas != "element"
        self.transposes, self.primed = transposes(page), primes(page)
        self.counts_from_zero = counts_from_zero(page)
        self.meanings.read(page)
        self.barred = any(one.marks[-1:] == ("bar",) and not self.table.read(one) for one in self.meanings.symbols)
        score, seen, ahead = 0, 0, sum(map(most_links, page.chains))
        for chain in page.chains:
            score, seen = score + score_of(self.links[seen:]), len(self.links)
            if least is not None and score + ahead * BEST <= least:
                return
            ahead -= most_links(chain)
            if leads(chain):
                continue
            start = chain.members[0].span.start
            before = page.text[max(start - 60, 0) : start]
            if (len(chain.members) > 1 or chain.headless) and not is_condition(chain, before):
                self._chain(chain)
                self.meanings.before = chain.members[-1].span.end

    def doubts(self, words: frozenset[str]) -> frozenset[int]:
        """Where those members begin that are called wrong and may be right but for the scanner."""
        found: set[int] = set()
        chains = {id(link.chain): link for link in self.links if link.then is not None}
        for link in chains.values():
            members = link.chain.members
            wrong = frozenset(
                place for place, said in enumerate(link.judged) if said and said.verdict is Verdict.INCORRECT
            )
            own = members[0].member.span.start, members[-1].member.span.end
            if not unpaired(self.meanings.text, min(own), max(own)):
                wrong -= self._gone_on_from(link)
                wrong = mended(written_out(self.meanings.text, link.chain), wrong, partial(self._wrong, link, words))
            found |= {members[place].member.span.start for place in wrong if place < len(members)}
        return frozenset(found)

    def _gone_on_from(self, link: Judged) -> frozenset[int]:
        """The wrong members of a chain that the members behind them are calculated from: so they were written."""
        roots = {said.root for said in link.judged if said is not None and said.verdict is Verdict.FOLLOWS}
        return frozenset(
            place
            for place, said in enumerate(link.judged)
            if said is not None and said.verdict is Verdict.INCORRECT and link.lines[place] in roots
        )

    def _wrong(self, link: Judged, words: frozenset[str], text: str) -> frozenset[int] | None:
        """Which members of a chain are wrong when this is what is written."""
        display = "\n\\begin{aligned}\n" + text + "\n\\end{aligned}\n" if "&" in text else text
        chains = read_page(f"$${display}$$", words, decimal_comma=self.problem.comma or None).chains
        if len(chains) != 1 or len(chains[0].members) != len(link.chain.members) or link.then is None:
            return None
        made = self.meanings.bound(chains[0])
        judged, subject = link.then.chain(made, link.lines)
        if subject is None and link.subject is not None:
            return None  # its head is no quantity any more
        return frozenset(
            place
            for place, said in enumerate(judged)
            if said is not None and said.verdict in (Verdict.INCORRECT, Verdict.NOT_UNDERSTOOD)
        )

    def diagnose(self) -> None:
        """Find the causes of the mistakes."""
        rows = self.problem.network is not None and self.problem.network.orientation == "rows"
        expected: dict[int, Expected] = {}
        for number, link in enumerate(self.links):
            if link.then is None or link.judgement.causes:
                continue
            truth = link.then.truth
            right = expected.setdefault(id(truth), Expected(truth.concrete, self.profile))
            said = link.then.diagnosed(
                link.chain, link.subject, link.lines, list(link.judged), link.place, right, rows=rows
            )
            self.links[number] = replace(link, judgement=said)

    # one chain

    def _chain(self, chain: w.Chain) -> None:
        for part in parts(chain):
            self._part(part)

    def _part(self, chain: w.Chain) -> None:
        if not chain.headless and len(chain.members) > 1 and is_shape(chain.members[0].node):
            # `g a^T (2 x 2)` and on the next row `= ...`: what stands before the sign is a remark
            chain = replace(chain, members=chain.members[1:], headless=True, words="")
        if self.names.assigned_anew(chain):
            made = self.meanings.bound(chain)
            if len(chain.members) > 2:
                self._part(cut(chain, 1, len(chain.members)))
            self.names.forget(chain.members[0].node)
            self.naming.introduces(chain, made)
            return
        made = self._named(chain, self.meanings.bound(chain))
        if chain.headless:
            made = self.meanings.with_subject(made)
        elif made.members[0].node is None and layer_letter(chain) is not None:
            pass  # a statement about any layer gives no name
        elif made.members[0].node is None and all(m.node is not None and has_matrix(m.node) for m in made.members[1:]):
            return  # a list in a program
        elif self.naming.names_function(chain):
            return
        elif self.naming.learns(chain, made):
            made = self.meanings.bound(chain)
        if unread(made) and self.meanings.numbers_arrays:
            other = self.meanings.as_written(chain, Reading(arrays=True))
            made = made if unread(other) else other
        if unread(made):
            layers = self._for_layers(chain)
            if layers:
                self.links += layers
                return
        lines = tuple(self.meanings.line(member.member.span.start) for member in made.members)
        made = self.meanings.with_conditions(made)
        made, judged, subject = self._weighed(chain, made, lines)
        if wrong(judged) and self.naming.lets(chain, made, judged):
            made, judged, subject = self._weighed(chain, self.meanings.bound(chain), lines)
        bare = without_label(chain) if wrong(judged) else None
        if bare is not None and (not bare[1] or bare[1] > self._numbered):
            other = self.meanings.with_conditions(self.meanings.as_written(bare[0]))
            other, again, about = self._weighed(bare[0], other, lines)
            if right(again) >= right(judged) and wrong(again) < wrong(judged):
                made, judged, subject = other, again, about
                self._numbered = bare[1] or self._numbered
        self.links += [link for link in self._links(made, judged, subject, lines) if not link.judgement.open]
        self._remember(made, judged, subject, lines)
        self.meanings.last = made
        if subject is not None and any(one is not None and not one.open for one in judged):
            self._spoken[subject.quantity.role] = subject.quantity.layer
            self._show(subject.quantity)  # what is left to be found is not shown

    def _named(self, chain: w.Chain, made: BoundChain) -> BoundChain:
        """A chain whose head may be one of several quantities, read as of one of them: it introduces no name then."""
        head = chain.members[0].node
        if chain.headless or made.members[0].node is not None or not isinstance(head, w.Symbol):
            return made
        if len(head.sub) != 1 or head.sub[0] not in INDEX_LETTERS:
            return made
        others = (self.meanings.bound(chain, reading) for reading in self.meanings.readings(chain, made))
        return next((other for other in others if other.members[0].node is not None), made)

    def _remember(
        self, made: BoundChain, judged: list[Judgement | None], subject: Subject | None, lines: tuple[int, ...]
    ) -> None:
        """Carry on what a chain states; nothing of one that may be misread."""
        if not any(member.member.span.start in self.doubtful for member in made.members[1:]):
            self.judges[self.active].remember(made, judged, subject, lines)

    def _links(
        self, made: BoundChain, judged: list[Judgement | None], subject: Subject | None, lines: tuple[int, ...]
    ) -> list[Judged]:
        """The links of a chain, before what it states is remembered."""
        for place, said in enumerate(judged):
            doubtful = made.members[place].member.span.start in self.doubtful
            if doubtful and said is not None and said.verdict is Verdict.INCORRECT:
                judged[place] = Judgement(Verdict.NOT_UNDERSTOOD, message="a sign of this may be misread")
        wrong = any(said is not None and said.verdict is Verdict.INCORRECT for said in judged)
        then = self.judges[self.active].kept() if wrong else None
        found = []
        for place, said in enumerate(judged):
            if said is not None and said.verdict is Verdict.INCORRECT:
                found.append(Judged(made, place, said, subject, then, lines, tuple(judged)))
            elif said is not None:
                found.append(Judged(made, place, said, subject))
        return found

    def _weighed(self, chain: w.Chain, made: BoundChain, lines: tuple[int, ...]) -> Weighed:
        """The chain as it is meant: of what its symbols may stand for alike, with which most of it is right."""
        made, judged, subject = self._judged(made, lines)
        for reading in self.meanings.readings(chain, made) if wrong(judged) else ():
            other = self.meanings.with_conditions(self.meanings.as_written(chain, reading))
            other, again, about = self._judged(other, lines)
            better = right(again) > right(judged) and wrong(again) < wrong(judged)
            named = reading.differentials and subject is None and about is not None  # nobody begins with a product
            if better or (named and right(again) >= right(judged)):
                made, judged, subject = other, again, about
            if not wrong(judged):
                break
        if wrong(judged) and not made.conditions and self.meanings.any_numbers(made.head):
            return self._at_a_point(chain, (made, judged, subject), lines)
        if wrong(judged) and made.doubts:
            return self._as_before(chain, (made, judged, subject), lines)
        return made, judged, subject

    def _at_a_point(self, chain: w.Chain, first: Weighed, lines: tuple[int, ...]) -> Weighed:
        """A rule about any number that ends in numbers: taken at that pre-activation at which it is right, or comes of
        what the page has for it; where there is one only, or the page has spoken of one only, at that one.
        """
        yours = self.judges[self.active].yours
        known = [one for one in yours.statements if one.role == "pre_activation"] if yours is not None else []
        fitting: dict[Quantity | None, Weighed] = {}
        for reading in self.meanings.points(first[0], known):
            other, judged, subject = self._judged(self.meanings.as_written(chain, reading), lines)
            if subject is None:
                continue  # its layer has another function
            fitting[reading.point] = other, judged, subject
            stated = reading.point in known
            if not wrong(judged) and (stated or not any(one and one.verdict is not Verdict.CORRECT for one in judged)):
                return other, judged, subject
        only = [fitting[point] for point in (known if len(known) == 1 else fitting) if point in fitting]
        return only[0] if len(only) == 1 else first

    def _as_before(self, chain: w.Chain, first: Weighed, lines: tuple[int, ...]) -> Weighed:
        """A wrong chain whose symbols leave its layer open: taken to go on where the page has spoken of such things."""
        _, judged, subject = first
        role = subject.quantity.role if subject is not None else None
        if subject is None or role not in self._spoken or subject.quantity.layer == self._spoken[role]:
            return first
        for reading in readings(first[0].doubts, self.truth.graph.batch):
            other = self.meanings.with_conditions(self.meanings.as_written(chain, reading))
            other, again, about = self._judged(other, lines)
            same = about is not None and (about.quantity.role, about.quantity.layer) == (role, self._spoken[role])
            if same and right(again) >= right(judged):
                return other, again, about
        return first

    def _judged(self, made: BoundChain, lines: tuple[int, ...]) -> Weighed:
        """A chain and what is said of it, in the problem as the page speaks of it now or, where it is all right there,
        as it is with another activation: then the page goes on with that.
        """
        first = self.active
        judged, subject = self.judges[first].chain(made, lines)
        if len(self.judges) > 1 and wrong(judged):
            for other, judge in enumerate(self.judges):
                if other == first:
                    continue
                self.active = other
                moved = self.meanings.with_conditions(self.meanings.bound(made.chain))
                for one in (made, moved):
                    again, about = judge.chain(one, lines)
                    if all(said is None or said.verdict in GOOD for said in again):
                        return one, again, about
            self.active = first
        return made, judged, subject

    def _for_layers(self, chain: w.Chain) -> list[Judged]:
        """A statement about any layer: judged for each layer for which it says something, the worst verdict kept.

        Numbers are those of one layer: it is taken for that one of which it is right.
        """
        found: list[Judged] = []
        first, behind = self.profile.conventions.first_layer, self.dialect.weights_behind
        for one in for_layers(chain, self.truth.graph.depth, first, behind=behind):
            made = bound(one, self.meanings.binder())
            if made.head is None or any(member.node is None for member in made.members):
                continue
            if made.subject is not None and not self.judges[self.active].exists(made.subject):
                continue  # the bias of a layer that has none
            lines = tuple(self.meanings.line(member.member.span.start) for member in made.members)
            judged, subject = self.judges[self.active].chain(made, lines)
            of_one = layer_letter(chain) != "L" and any(member.numeric for member in made.members)
            if of_one and wrong(judged):
                continue
            new = self._links(made, judged, subject, lines)
            self._remember(made, judged, subject, lines)
            if of_one:
                return new
            if subject is not None:
                self._show(subject.quantity)
            if not found:
                found = new
            else:
                pairs = zip(found, new, strict=True)
                found = [max(pair, key=lambda link: WORST.index(link.judgement.verdict)) for pair in pairs]
        return found

    def _show(self, quantity: Quantity) -> None:
        self.shown.add(quantity)
        if quantity.role == "delta":
            z = Quantity("pre_activation", quantity.layer, quantity.index, quantity.sample)
            self.shown.add(Quantity("derivative", of=self.truth.graph.goal, by=z))

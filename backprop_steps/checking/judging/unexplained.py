"""What of a page is unexplained, and whether another way of reading it may explain some of that: found out without
judging all of it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from backprop_steps.checking.judging.page import PageJudge
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.reading import written as w

MOST_OF = 4
"""Where more than one part in so many of a page is unexplained, its letters may all mean something else."""


@dataclass(frozen=True, slots=True)
class Unexplained:
    """The chains of a page that stand for nothing here, and those that are wrong, as they were first judged."""

    page: w.Page
    much: bool
    """Whether so much of the page is unexplained, or named by the page itself, that it may be read in any way."""
    unbound: tuple[tuple[w.Chain, int], ...]
    """Chains with so many members that can be read, and stand for nothing."""
    wrong: w.Page
    mistakes: int

    @staticmethod
    def of(page: w.Page, plain: PageJudge) -> Unexplained:
        """What the first judgement of a page leaves over; what is unreadable stays so."""
        members = [(link.chain.members[link.place].member, link.judgement.verdict) for link in plain.links]
        lost = (Verdict.INCORRECT, Verdict.NOT_UNDERSTOOD)
        bad = {member.span.start for member, said in members if said in lost and member.node is not None}
        mistaken = {member.span.start for member, said in members if said is Verdict.INCORRECT}
        wrong = tuple(chain for chain in page.chains if _holds(chain, mistaken))
        counted = ((chain, _unbound(plain, chain)) for chain in page.chains if _holds(chain, bad))
        return Unexplained(
            page,
            bool(plain.aliases) or len(bad) * MOST_OF > len(plain.links),
            tuple((chain, count) for chain, count in counted if count),
            replace(page, chains=wrong, code=frozenset()),
            len(mistaken),
        )

    def may_be_explained(self, another: Callable[[], PageJudge]) -> bool:
        """Whether a judge that reads the page otherwise can make something of it. `another` makes such a judge."""
        if self.much:
            return True
        judge = another()
        judge.meanings.read(self.page)
        if any(_unbound(judge, chain) < count for chain, count in self.unbound):
            return True
        if not self.wrong.chains:
            return False
        judge = another()
        judge.judge(self.wrong)
        return judge.unexplained < self.mistakes


def _holds(chain: w.Chain, places: set[int]) -> bool:
    return any(chain.members[0].span.start <= place <= chain.members[-1].span.end for place in places)


def _unbound(judge: PageJudge, chain: w.Chain) -> int:
    """How many members of a chain can be read, and stand for nothing as this judge reads them."""
    made = judge.meanings.as_written(chain)
    return sum(one.node is None and one.member.node is not None for one in made.members)

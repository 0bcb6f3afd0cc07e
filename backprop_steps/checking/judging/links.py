"""The links of a page that is judged, and how well they explain it together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backprop_steps.checking.binding.chains import BoundChain, quantity_of
from backprop_steps.checking.judging.chain import Judge
from backprop_steps.checking.judging.judgement import Judgement, Subject
from backprop_steps.checking.judging.matrices import has_matrix
from backprop_steps.checking.model import Verdict
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression

BEST = 2
"""The most that one link adds to a score."""
_EXPLAINED = {Verdict.FOLLOWS: 1, Verdict.NOT_UNDERSTOOD: -1, Verdict.INCORRECT: -2}


@dataclass(frozen=True, slots=True)
class Judged:
    """One link with all that was found out about it."""

    chain: BoundChain
    place: int
    judgement: Judgement
    subject: Subject | None
    then: Judge | None = None
    """Of a mistake: the judge with what the page had stated till then, for its causes."""
    lines: tuple[int, ...] = ()
    judged: tuple[Judgement | None, ...] = ()
    """What is said of all the members of its chain."""


def score(links: Iterable[Judged]) -> int:
    """How well a page is explained by what is said of its links."""
    return sum(map(_worth, links))


def _worth(link: Judged) -> int:
    """What a link adds to the score of its page; little where what its chain is about has no number, as it is read."""
    said, member = link.judgement, link.chain.members[link.place]
    if said.verdict is Verdict.NOT_UNDERSTOOD and link.subject is not None and member.numeric:
        return _EXPLAINED[Verdict.INCORRECT]
    return _EXPLAINED.get(said.verdict, 0 if said.beside else BEST)


def misfits(links: Iterable[Judged]) -> set[tuple[int, Quantity | None]]:
    """The places of the members whose arrays do not fit as they are laid, with what they are about."""
    found = set()
    for link in links:
        member = link.chain.members[link.place]
        laid = link.judgement.misfit or (member.node is not None and has_matrix(member.node))
        if laid and link.judgement.verdict is Verdict.INCORRECT:
            found.add((member.member.span.start, link.subject.quantity if link.subject is not None else None))
    return found


def names_deltas(links: Iterable[Judged]) -> bool:
    """Whether a delta is wrongly said to be the derivative of the loss by something: the page may mean just that."""
    return any(
        link.judgement.verdict in (Verdict.INCORRECT, Verdict.NOT_UNDERSTOOD)
        and link.subject is not None
        and link.subject.quantity.role == "delta"
        and is_derivative(link.chain.members[link.place].node)
        for link in links
    )


def is_derivative(node: Expression | None) -> bool:
    """Whether a formula is the derivative of one quantity by another, by name."""
    quantity = quantity_of(node)
    return quantity is not None and quantity.of is not None and quantity.by is not None


def roles(links: Iterable[Judged]) -> set[str]:
    """The roles of what the wrong chains speak of."""
    return {
        part.role
        for link in links
        if link.judgement.verdict is Verdict.INCORRECT
        for member in link.chain.members
        if member.node is not None
        for quantity in quantities(member.node)
        for part in (quantity, quantity.of, quantity.by)
        if part is not None
    }

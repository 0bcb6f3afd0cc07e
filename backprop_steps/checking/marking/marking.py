"""What was found out about a page, as a Marking: its links, the right value beside each, what was never shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from backprop_steps.checking.binding.chains import quantity_of
from backprop_steps.checking.judging.expected import Expected
from backprop_steps.checking.judging.judgement import GOOD, Subject
from backprop_steps.checking.judging.links import Judged
from backprop_steps.checking.judging.page import PageJudge
from backprop_steps.checking.judging.rights import places_of
from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.checking.truth.literals import rounded, single
from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantity_letters

_NUMBERINGS: Mapping[str, tuple[str, ...]] = {"net": ("numbered_through",), "behind_inputs": ("numbered_behind",)}
FEWEST = 2
"""The right value is given with so many digits at least."""
SHORT = 8
"""A value that ends within so many places is given whole."""


@dataclass(frozen=True)
class Results:
    """Makes the marking of a page that has been judged."""

    page: PageJudge

    def marking(self, name: str, text: str) -> Marking:
        """What is said of the page."""
        return Marking(
            name=name,
            text=text,
            links=tuple(self._links()),
            notation=self.page.dialect.notation,
            aliases=tuple(self.page.aliases),
            conventions=tuple(self._conventions()),
            missing=tuple(self._missing()),
        )

    def _links(self) -> Iterator[Link]:
        for link in self.page.links:
            member = link.chain.members[link.place].member
            judgement = link.judgement
            line = self.page.meanings.line(member.span.start)
            yield Link(
                line=line,
                column=member.span.start - self.page.meanings.start(line) + 1,
                span=member.span,
                text=member.text,
                quantity=self._name(link.subject),
                verdict=Verdict.CORRECT if judgement.wanted else judgement.verdict,
                expected=self._expected(link),
                found=self._decimal(judgement.found, link),
                expected_from_yours=self._decimal(judgement.yours, link),
                follows_from=judgement.root,
                message=judgement.message,
                numeric=judgement.numeric and not _to_be_worked(link),
                causes=judgement.causes,
                right=self._formula(link) if _comes_right(link) else None,
                same_as=self._name_of(quantity_of(link.chain.members[link.place].node)),
            )

    def _expected(self, link: Judged) -> str | None:
        """The truth: the number, or among formulas the formula."""
        said = link.judgement
        if said.right is not None:
            return said.right
        formulas = not any(member.numeric for member in link.chain.members)
        tex = self._formula(link) if formulas else None
        return tex if tex is not None else self._decimal(said.true, link)

    def _formula(self, link: Judged) -> str | None:
        """The right formula in the place of a wrong one."""
        member = link.chain.members[link.place]
        if link.judgement.verdict is not Verdict.INCORRECT or link.subject is None or member.numeric:
            return None
        return self._right.tex(link.subject.quantity, link.subject.less, sampled=link.subject.sampled)

    @cached_property
    def _right(self) -> Expected:
        return Expected(self.page.problem, self.page.profile)

    def _decimal(self, value: Decimal | None, link: Judged) -> str | None:
        if value is None:
            return None
        literal = self._written_result(link)
        if value == rounded(value, SHORT):
            return f"{value.normalize():f}"
        places = places_of(literal[1]) if literal is not None else 0
        # beside 3 the right one is not 1, but 0.5812; beside 0.07 not 0.06, but 0.064
        return f"{rounded(value, max(places or self.page.problem.rounding.digits, FEWEST - 1 - value.adjusted())):f}"

    @staticmethod
    def _written_result(link: Judged) -> tuple[Decimal, str] | None:
        """The number that a member is, or that it comes to on the page: its digits are those that are spoken of."""
        nodes = (member.node for member in link.chain.members[link.place :])
        return next(
            (found for found in (single(node) for node in nodes if node is not None) if found is not None), None
        )

    def _name(self, subject: Subject | None) -> str | None:
        return self._name_of(subject.quantity if subject is not None else None)

    def _name_of(self, quantity: Quantity | None) -> str | None:
        if quantity is None or quantity.role == "variable":
            return None
        rows = self.page.problem.network is not None and self.page.problem.network.orientation == "rows"
        try:
            return name_of(quantity if not quantity_letters(quantity) else quantity.array(), rows=rows)
        except (ValueError, KeyError):
            return None

    def _conventions(self) -> Iterator[str]:
        if self.page.dialect.delta_turned:
            yield "delta_turned"
        if self.page.dialect.error_turned:
            yield "error_turned"
        if self.page.dialect.sample_losses:
            yield "sample_losses"
        if self.page.dialect.hand is not None:
            yield self.page.dialect.hand.key
            yield from _NUMBERINGS.get(self.page.dialect.hand.numbering, ())
        if self.page.dialect.letters_general:
            yield "letters_general"
        if self.page.dialect.first_layer is not None:
            yield "layers_counted"
        for habit in (
            "weights_behind",
            "weights_turned",
            "samples_turned",
            "own_deltas",
            "primes_transpose",
            "iterates",
            "bars_differentiate",
        ):
            if getattr(self.page.dialect, habit):
                yield habit
        if self.page.dialect.rows is not None:
            yield "samples_in_rows" if self.page.dialect.rows else "samples_in_columns"
        if self.page.dialect.weights_lie_turned:
            yield "weights_lie_turned"

    def _missing(self) -> Iterator[str]:
        """The gradients that the page never shows."""
        truth = self.page.truths[0]
        graph = truth.graph
        rows = self.page.problem.network is not None and self.page.problem.network.orientation == "rows"
        shown = {quantity.array() for quantity in self.page.shown}
        for parameter in graph.parameters:
            array = parameter.array()
            gradient = Quantity("derivative", of=graph.goal, by=array)
            if gradient in shown or array.after(1) in shown or array in graph.frozen:
                continue
            yield name_of(gradient, rows=rows)


def _comes_right(link: Judged) -> bool:
    """Whether a number of the chain is right: then it says nothing to call that the right one in a formula's place."""
    both = zip(link.chain.members, link.judged, strict=False)
    return any(member.numeric and said is not None and said.verdict in GOOD for member, said in both)


def _to_be_worked(link: Judged) -> bool:
    """Whether what it comes to is left to be found: `0.15 + 0.2 = ?`."""
    return any(member.open for member in link.chain.members[link.place + 1 :])

"""What is said of a submission: a verdict on every link, its causes, and the summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from backprop_steps.checking.reading.written import Span


class Verdict(StrEnum):
    """The closed set, in the order in which they are tried."""

    CORRECT = "correct"  # the true expression, or the true value as printed
    ROUNDED = "rounded"  # the true value, less well rounded than it could be
    FOLLOWS = "follows"  # not true, but right given an earlier mistake
    INCORRECT = "incorrect"  # a mistake is made here
    NOT_UNDERSTOOD = "not_understood"  # could not be read or bound; never counted as wrong


@dataclass(frozen=True, slots=True)
class Link:
    """One equality, standing for its right member.

    `line` and `column` (from 1) are where the member begins, `text` is it as written, `span` its characters in the
    file. `quantity` is the plain name of what the chain is about (`delta2[1]`), None for a chain about nothing in
    particular. `found` is the number or formula on the page, `expected` the truth, `expected_from_yours` what the
    student's own values give; each as text in the notation's TeX for formulas, as decimals for numbers.
    `follows_from` is the line of the root mistake. `numeric`: the member is a value, and no formula or arithmetic whose
    result is left to be found. `right` is the formula that would be right in the place of a wrong one, where
    its chain comes to the right number all the same, which `expected` is. `causes` are names out of the closed table,
    likeliest first. `same_as` is the plain name of the quantity that the member is, where it is no more than that.
    """

    line: int
    column: int
    span: Span
    text: str
    quantity: str | None
    verdict: Verdict
    causes: tuple[str, ...] = ()
    found: str | None = None
    expected: str | None = None
    expected_from_yours: str | None = None
    follows_from: int | None = None
    message: str = ""
    numeric: bool = False
    right: str | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that the page brings along: what it is written as, what it stands for (in words or a plain
    name), the line.
    """

    written: str
    stands_for: str
    line: int


@dataclass(frozen=True, slots=True)
class Marking:
    """Everything that is said of one submission.

    `links` in the order of the page; `aliases` and `conventions` are what was learnt from it (`delta_turned`: its sign
    is the other than the notation's; what is said of each is wording); `missing` names the gradients never shown.

    What marks are given for does not depend on what a page shows, so the problem's own names are here too:
    `quantities` has every one in teaching order, `asked` the gradients among them that the derivation is for;
    `on_the_way` the derivatives that the gradient of each array may be put together from.
    `numeric`: the problem has numbers.
    """

    name: str
    text: str
    links: tuple[Link, ...]
    notation: str
    aliases: tuple[Alias, ...] = ()
    conventions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    complaint: str | None = None
    """Why nothing of the page was read, where a bound was exceeded."""
    quantities: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    on_the_way: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numeric: bool = True

    @property
    def summary(self) -> Mapping[str, int]:
        """How many links have each verdict."""
        return {verdict.value: sum(link.verdict is verdict for link in self.links) for verdict in Verdict}

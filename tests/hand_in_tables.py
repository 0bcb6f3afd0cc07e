"""The hand-ins with what a careful marker says of them, and the spellings: the tables that marking is held to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from backprop_steps.checking.check import Checker
from backprop_steps.checking.model import Link, Marking
from backprop_steps.problem.loading import load
from backprop_steps.problem.model import Problem

FOLDER = Path(__file__).parent / "checking" / "hand_ins"
NAMES = sorted(path.name.removesuffix(".expected.yaml") for path in FOLDER.glob("*.expected.yaml"))
SPELLINGS = Path(__file__).parent / "checking" / "spellings.yaml"

NOT_YET: dict[str, str] = {}
"""The hand-ins on which the checker says less than a careful marker, and what it does not see."""

Row = dict[str, Any]


def hand_in(name: str) -> Path:
    """The file of a hand-in."""
    (path,) = (path for path in FOLDER.glob(f"{name}.*") if path.suffix in (".md", ".txt", ".tex"))
    return path


@cache
def problem_of(name: str) -> Problem:
    """The problem that a hand-in is of."""
    return load(FOLDER / f"{name}.problem.yaml")


@cache
def marked(name: str) -> Marking:
    """A hand-in, marked; once in a run."""
    path = hand_in(name)
    return Checker(problem_of(name)).check(path.read_text(encoding="utf-8"), path.name)


@cache
def rows(name: str) -> tuple[Row, ...]:
    """What is expected of a hand-in, where it is not plain."""
    return tuple(yaml.safe_load((FOLDER / f"{name}.expected.yaml").read_text(encoding="utf-8")) or ())


def found(row: Row, links: list[Link], text: str) -> tuple[Link | None, list[str]]:
    """The link that a row means, and what is said of it otherwise than the row says."""
    there = [link for link in links if link.line == row["line"] and row["has"] in link.text]
    if "after" in row:
        there = [link for link in there if text[: link.span.start].rstrip().endswith(row["after"].rstrip())]
    if not there:
        return None, ["no such link"]
    return min(((link, complaints(row, link)) for link in there), key=lambda one: len(one[1]))


def complaints(row: Row, link: Link) -> list[str]:
    """What is said of a link otherwise than its row says."""
    wrong = []
    if link.verdict.value != row["verdict"]:
        wrong.append(f"is {said(link)}, not {row['verdict']}")
    if "cause" in row and row["cause"] not in link.causes:
        wrong.append(f"causes are {list(link.causes)}, not {row['cause']}")
    if "follows_from" in row and link.follows_from != row["follows_from"]:
        wrong.append(f"follows from {link.follows_from}, not {row['follows_from']}")
    if "expected" in row and not _same_value(row["expected"], link.expected):
        wrong.append(f"expected is {link.expected}, not {row['expected']}")
    return wrong


def _same_value(right: str, given: str | None) -> bool:
    """Whether two decimals agree to the digits that both have."""
    try:
        a, b = Decimal(right), Decimal(given or "")
    except ArithmeticError:
        return False
    unit = max(a.as_tuple().exponent, b.as_tuple().exponent)
    return abs(a - b) <= Decimal(1).scaleb(int(unit)) / 2


def said(link: Link) -> str:
    """All of a link that a failure shows."""
    return f"{link.verdict.value} {list(link.causes)} {link.text!r} (found {link.found}, expected {link.expected})"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A line as a hand writes it, and the verdict on its last equality. `before` is what the page has above it."""

    problem: str
    line: str
    verdict: str
    cause: str | None = None
    before: str = ""

    @property
    def page(self) -> str:
        """The whole page."""
        return f"{self.before}\n\n{self.line}" if self.before else self.line


@dataclass(frozen=True, slots=True)
class Spellings:
    """Lines of one kind."""

    heading: str
    about: str
    rows: tuple[Spelling, ...]


@cache
def spellings() -> tuple[Spellings, ...]:
    """The table of spellings."""
    groups = yaml.safe_load(SPELLINGS.read_text(encoding="utf-8"))
    return tuple(
        Spellings(
            group["heading"],
            group.get("about", ""),
            tuple(
                Spelling(group["problem"], *row) if isinstance(row, list) else Spelling(group["problem"], **row)
                for row in group["rows"]
            ),
        )
        for group in groups
    )

"""Every sheet that `solve` prints, read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from covering import covering
from shipped_pages import DETAILS, Dialect, checker, page, problem, sayable

import backprop_steps
from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.errors import UserError
from backprop_steps.notation.loading import profiles
from backprop_steps.offers import Detail
from backprop_steps.problem import shipped

FORMATS: tuple[tuple[str, Dialect], ...] = (("markdown", "standard"), ("markdown", "github"), ("latex", "standard"))
ODD = Path(__file__).parent / "odd_problems"
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a shipped problem."""

    problem: str
    notation: str
    detail: Detail
    to: str
    dialect: Dialect

    def __str__(self) -> str:
        return "-".join((self.problem, self.notation, self.detail, self.to, self.dialect))

    def text(self, digits: int | None = None) -> str | None:
        """The page, with so many significant digits carried where that is said; None where it cannot be said so."""
        try:
            if digits is None:
                return page(self.problem, self.notation, self.detail, self.to, self.dialect)
            rounding = replace(problem(self.problem).rounding, kind="significant", digits=digits, carry="rounded")
            return str(
                backprop_steps.render(
                    replace(problem(self.problem), rounding=rounding),
                    to=self.to,
                    dialect=self.dialect,
                    notation=self.notation,
                    detail=self.detail,
                )
            )
        except UserError:
            return None

    def marked(self, text: str) -> Marking:
        return checker(self.problem).check(text)


def sheets() -> Iterator[Sheet]:
    """Every problem in every notation that can say it, at every detail: all of them as Markdown and as LaTeX; in
    GitHub's dialect, which only fences formulas otherwise, some in which each two of the three meet.
    """
    for to, dialect in FORMATS:
        for name, notation, detail in triples() if dialect == "standard" else covering(triples()):
            yield Sheet(name, notation, detail, to, dialect)


def triples() -> list[tuple[str, str, Detail]]:
    """Every problem with each notation that can say it and each detail."""
    return [(*pair, detail) for pair in sayable() for detail in DETAILS]


def own_sheets() -> Iterator[Sheet]:
    """Every problem in its own notation, worked out in full, in the formats by turns."""
    for number, row in enumerate(shipped()):
        to, dialect = FORMATS[number % len(FORMATS)]
        yield Sheet(row.name, str(problem(row.name).notation), "full", to, dialect)


def own_answers() -> Iterator[Sheet]:
    """Every problem's table of answers, in its own notation, in the formats by turns."""
    for number, row in enumerate(shipped()):
        to, dialect = FORMATS[number % len(FORMATS)]
        yield Sheet(row.name, str(problem(row.name).notation), "answers", to, dialect)


def odd_sheets() -> Iterator[tuple[Path, str]]:
    """The problems of tests/odd_problems, each something that a shipped one has not, in every notation."""
    for file in sorted(ODD.glob("*.yaml")):
        for notation, _ in profiles():
            yield file, notation


def read_back(sheet: Sheet, shown: Callable[[str], str] = str) -> None:
    """The sheet is understood and right, as `shown` gives the text that is handed in."""
    text = sheet.text()
    if text is None:
        pytest.skip("not to be said in this notation")
    marking = sheet.marked(shown(text))
    assert marking.complaint is None
    assert marking.links
    assert told_wrong(marking) == []


def told_wrong(marking: Marking) -> list[str]:
    """The links of a right sheet that are called anything but correct, or on a number rounded."""
    return [_said(link) for link in marking.links if not _right(link)]


def called_incorrect(marking: Marking) -> list[str]:
    return [_said(link) for link in marking.links if link.verdict is Verdict.INCORRECT]


def _right(link: Link) -> bool:
    return link.verdict is Verdict.CORRECT or (link.verdict is Verdict.ROUNDED and link.numeric)


def _said(link: Link) -> str:
    return f"line {link.line}: {link.verdict} {link.quantity} {link.text!r} {link.message}"


def rounded_anew(text: str, digits: int) -> str:
    """The page with every decimal that shows more significant digits rounded to so many."""

    def shorter(found: re.Match[str]) -> str:
        value = Decimal(found[0])
        if len(value.as_tuple().digits) <= digits or not value:
            return found[0]
        places = digits - 1 - value.adjusted()
        if places < 1:
            return found[0]
        return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"

    return _DECIMAL.sub(shorter, text)

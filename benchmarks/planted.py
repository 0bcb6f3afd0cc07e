"""How many planted mistakes `check` finds, and by what name: python benchmarks/planted.py [--count N] [--seed S]

Sheets of every shipped problem in every notation that can say it get one to three mistakes each, causes that came least
often first, and are marked. Prints two Markdown tables, cause by notation and what was said elsewhere on the sheets;
`--write` puts them into docs/planted.md. Fails where fewer are found, or named, than is promised.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from time import process_time

import backprop_steps
from backprop_steps.checking.causes import CAUSES
from backprop_steps.checking.check import Checker
from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.errors import UserError
from backprop_steps.notation.loading import profiles
from backprop_steps.pages.documents.mistaken import MistakesError, Planted, plant
from backprop_steps.pages.documents.mistakes_page import KeyRow, key_rows, sheet_page
from backprop_steps.problem import shipped

FOUND, NAMED = 0.99, 0.90
"""What is promised: the share that is found, and of these the share whose own cause is among those given."""
PAGE = Path(__file__).parent.parent / "docs" / "planted.md"
NEAR = 6
"""A member begins at most so many lines before the row in which it is wrong."""
ALIKE = 0.8
"""So much of two members is the same where one is the other, laid out anew."""
_LAYOUT = re.compile(r"\\text\{[^{}]*\}|\\\\\*?|\\quad|\\qquad|\\left|\\right|\\[Bb]igg?[lr]?(?![a-z])|[&\s]")


@dataclass(frozen=True, slots=True)
class Planting:
    """One planted mistake and what was said of it; `link` is the one at its place, None where none is."""

    problem: str
    notation: str
    seed: int
    key: KeyRow
    link: Link | None

    @property
    def found(self) -> bool:
        return self.link is not None and self.link.verdict is Verdict.INCORRECT

    @property
    def named(self) -> bool:
        return self.link is not None and self.key.cause in self.link.causes


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its mistakes, the links that are right and are called wrong, and how long marking took."""

    plantings: tuple[Planting, ...]
    elsewhere: tuple[Link, ...]
    links: int
    seconds: float
    text: str = field(repr=False, default="")


def sheets(count: int, seed: int, *, most: int = 3) -> Iterator[Sheet]:
    """Sheets with so many mistakes together; the same seed gives the same."""
    chance = random.Random(seed)
    problems = {row.name: backprop_steps.load(row.name) for row in shipped()}
    checkers = {name: Checker(problem) for name, problem in problems.items()}
    places = [(problem, notation) for problem in problems for notation, _ in profiles()]
    seen: Counter[tuple[str, str]] = Counter()
    made = 0
    while made < count:
        chance.shuffle(places)
        for problem, notation in places:
            here = chance.randrange(10**6)
            tries = chance.random()
            causes = sorted(CAUSES, key=lambda name: (seen[name, notation], hash_of(name, here)))
            planted = _planted(problems[problem], notation, causes[: 2 * most], here, 1 + int(tries * most))
            for name in causes[: 2 * most]:  # what was asked for and had no room comes later again
                seen[name, notation] += 1
            if planted is None:
                continue
            sheet = marked(problem, notation, here, planted, checkers[problem])
            made += len(sheet.plantings)
            yield sheet
            if made >= count:
                return


def hash_of(name: str, seed: int) -> float:
    """A number that is the same at every run, unlike Python's own hash of a text."""
    return random.Random(f"{name} {seed}").random()


def _planted(
    problem: backprop_steps.problem.Problem, notation: str, causes: list[str], seed: int, most: int
) -> Planted | None:
    for count in range(most, 0, -1):
        try:
            return plant(problem, count, seed, notation, causes=causes)
        except MistakesError:
            continue
        except UserError:
            return None  # this notation cannot say it
    return None


def marked(problem: str, notation: str, seed: int, planted: Planted, checker: Checker) -> Sheet:
    """A sheet with planted mistakes, marked."""
    page = str(sheet_page(planted))
    start = process_time()
    marking = checker.check(page)
    seconds = process_time() - start
    keys = key_rows(planted, page)
    plantings: tuple[Planting, ...] = ()
    for key in keys:
        taken = {id(one.link) for one in plantings}  # two mistakes may read alike, on lines near each other
        plantings += (Planting(problem, notation, seed, key, link_at(key, marking, taken)),)
    lines = {p.link.line for p in plantings if p.link is not None} | {k.page_line for k in keys}
    at = {id(p.link) for p in plantings}
    wrong = tuple(link for link in marking.links if id(link) not in at and not innocent(link, lines))
    return Sheet(plantings, wrong, len(marking.links), seconds, page)


def link_at(key: KeyRow, marking: Marking, taken: Collection[int] = ()) -> Link | None:
    """The link of the member that is wrong: the incorrect one of those that read like it there."""
    wanted = bare(key.wrong.partition(" ")[2])
    near = [link for link in marking.links if key.page_line is None or abs(link.line - key.page_line) <= NEAR]
    there = [link for link in near if bare(link.text) == wanted]
    if not there:  # where it is broken anew over rows, the member that is written most like it
        there = sorted(near, key=lambda link: -SequenceMatcher(None, bare(link.text), wanted).ratio())[:1]
        there = [link for link in there if SequenceMatcher(None, bare(link.text), wanted).ratio() > ALIKE]
    free = [link for link in there if id(link) not in taken] or there
    return min(free, key=lambda link: link.verdict is not Verdict.INCORRECT, default=None)


def bare(tex: str) -> str:
    """TeX without what only lays it out."""
    return _LAYOUT.sub("", tex)


def innocent(link: Link, mistakes: set[int | None]) -> bool:
    """Whether what is said of a link that has no mistake is true: it is right, or follows from a planted mistake."""
    if link.verdict is Verdict.FOLLOWS:
        return any(line is not None and abs((link.follows_from or 0) - line) <= NEAR for line in mistakes)
    return link.verdict is Verdict.CORRECT or (link.verdict is Verdict.ROUNDED and link.numeric)


@dataclass(slots=True)
class Tally:
    """The figures of many sheets."""

    planted: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    named: Counter[tuple[str, str]] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    given: list[int] = field(default_factory=list)
    links: int = 0
    sheets: int = 0
    slowest: float = 0.0

    def add(self, sheet: Sheet) -> None:
        """Count one more sheet."""
        self.sheets += 1
        self.links += sheet.links
        self.slowest = max(self.slowest, sheet.seconds)
        for planting in sheet.plantings:
            cell = planting.key.cause, planting.notation
            self.planted[cell] += 1
            self.found[cell] += planting.found
            self.named[cell] += planting.named
            if planting.found and planting.link is not None:
                self.given.append(len(planting.link.causes))
        for link in sheet.elsewhere:
            self.elsewhere[link.verdict.value] += 1

    @property
    def share_found(self) -> float:
        return sum(self.found.values()) / max(sum(self.planted.values()), 1)

    @property
    def share_named(self) -> float:
        return sum(self.named.values()) / max(sum(self.found.values()), 1)

    def tables(self) -> Iterator[str]:
        """Cause by notation, as Markdown, and what was said elsewhere."""
        notations = sorted({notation for _, notation in self.planted})
        yield "| cause | " + " | ".join(f"`{name}`" for name in notations) + " | all |"
        yield "|---|" + "--:|" * (len(notations) + 1)
        for cause in (*CAUSES, ""):
            cells = [self._cell(cause, notation) for notation in (*notations, "")]
            yield f"| {f'`{cause}`' if cause else '**all**'} | " + " | ".join(cells) + " |"

    def _cell(self, cause: str, notation: str) -> str:
        def total(counts: Counter[tuple[str, str]]) -> int:
            return sum(n for (c, k), n in counts.items() if cause in (c, "") and notation in (k, ""))

        planted = total(self.planted)
        return f"{planted} / {total(self.found)} / {total(self.named)}" if planted else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    parser.add_argument("--verbose", action="store_true", help="say what was missed")
    wanted = parser.parse_args()
    tally = Tally()
    for sheet in sheets(wanted.count, wanted.seed):
        tally.add(sheet)
        if wanted.verbose:
            for line in complaints(sheet):
                print(line, file=sys.stderr, flush=True)
    text = report(tally, wanted.count, wanted.seed)
    print(text)
    if wanted.write:
        PAGE.write_text(text, encoding="utf-8")
    if tally.share_found < FOUND or tally.share_named < NAMED or tally.elsewhere:
        sys.exit("\nthis is less than is promised")


def complaints(sheet: Sheet) -> Iterator[str]:
    """What went wrong on a sheet, a line each."""
    for p in sheet.plantings:
        if not p.found or not p.named:
            said = f"{p.link.verdict.value} {list(p.link.causes)} {p.link.message}" if p.link is not None else "no link"
            where = f"{p.problem} {p.notation} {p.seed} :{p.key.page_line} {p.key.cause}"
            yield f"{where}: {said} | {p.key.head} {p.key.wrong} [{p.key.right}]"
    for link in sheet.elsewhere:
        p = sheet.plantings[0]
        causes = ", ".join(f"{q.key.cause}:{q.key.page_line}" for q in sheet.plantings)
        yield (
            f"{p.problem} {p.notation} {p.seed} :{link.line} ELSEWHERE {link.verdict.value} {link.quantity} "
            f"{link.text[:90]!r} {link.message} {list(link.causes)} from {link.follows_from} ({causes})"
        )


def report(tally: Tally, count: int, seed: int) -> str:
    """The page."""
    planted = sum(tally.planted.values())
    given = sum(tally.given) / max(len(tally.given), 1)
    elsewhere = ", ".join(f"{n} {verdict}" for verdict, n in sorted(tally.elsewhere.items())) or "none"
    return "\n".join(
        (
            "# Planted mistakes",
            "",
            f"Made by `PYTHONPATH=. python benchmarks/planted.py --count {count} --seed {seed} --write`:",
            "every shipped problem, in every notation that can say it gets mistakes as `mistakes` plants them, and is",
            "marked by `check`.",
            "",
            f"{planted} mistakes on {tally.sheets} sheets: found {tally.share_found:.1%}; of these its own cause is",
            f"among those given for {tally.share_named:.1%} ({given:.1f} causes are given for each, all that fit).",
            f"Of {tally.links} links, those without a mistake that are called anything but correct, rounded or",
            f"following: {elsewhere}.",
            "",
            "Each cell: planted / found / named.",
            "",
            *tally.tables(),
            "",
        )
    )


if __name__ == "__main__":
    main()

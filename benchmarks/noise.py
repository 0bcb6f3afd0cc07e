"""What becomes of right sheets that a bad scan has garbled: python benchmarks/noise.py [--pages N] [--seed S]

Noise may make a line unreadable. It must not make a right line wrong. Prints a Markdown table by kind of noise: how
many links of garbled lines are still understood, and how many links of the page are called wrong that were not;
`--write` puts it into docs/noise.md. Fails where any is. No line is left out of account, not even one that reads as
another valid formula now that a sign of it is lost.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import backprop_steps
from backprop_steps.checking.check import Checker
from backprop_steps.checking.model import Link, Verdict
from backprop_steps.errors import UserError
from backprop_steps.notation.loading import profiles
from backprop_steps.problem import shipped

PAGE = Path(__file__).parent.parent / "docs" / "noise.md"
SHARE = 0.2
"""So many of the lines with a formula are garbled."""
FORMULA = re.compile(r"=|\\approx|≈")

Garble = Callable[[str, Random], str]


def one_of(pattern: str, new: Callable[[re.Match[str]], str]) -> Garble:
    """Changes one place that a pattern finds; the line as it is where it finds none."""
    compiled = re.compile(pattern)

    def garble(line: str, chance: Random) -> str:
        found = list(compiled.finditer(line))
        if not found:
            return line
        here = chance.choice(found)
        return line[: here.start()] + new(here) + line[here.end() :]

    return garble


KINDS: dict[str, Garble] = {
    "spaces inside a word": one_of(r"(?<=\\mathrm\{)[A-Za-z]{3,}(?=\})", lambda m: " ".join(m[0])),
    "spaces inside a number": one_of(r"\d\.\d{2,}", lambda m: f"{m[0][:3]} {m[0][3:]}"),
    "l for 1": one_of(r"1", lambda m: "l"),
    "O for 0": one_of(r"0", lambda m: "O"),
    "a brace dropped": one_of(r"[{}]", lambda m: ""),
    ". for \\cdot": one_of(r"\\cdot|\\times", lambda m: "."),
    "a superscript lost": one_of(r"\^\{([^{}]*)\}|\^(\w)", lambda m: m[1] or m[2] or ""),
    "a stray $": one_of(r" ", lambda m: " $ "),
    "a bracket dropped": one_of(r"[()\[\]]", lambda m: ""),
    "a double space": one_of(r" ", lambda m: "  "),
}
"""What a scan does to a line."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """One page with noise of one kind: the links of its garbled lines, and what is called wrong now."""

    problem: str
    notation: str
    kind: str
    links: int
    understood: int
    wrong: tuple[tuple[Link, str, str], ...]


def pages(count: int, seed: int) -> Iterator[Garbled]:
    """So many garbled pages; the same seed gives the same."""
    chance = random.Random(seed)
    problems = {row.name: backprop_steps.load(row.name) for row in shipped()}
    checkers = {name: Checker(problem) for name, problem in problems.items()}
    places = [(name, notation) for name in problems for notation, _ in profiles()]
    made = 0
    while made < count:
        name, notation = chance.choice(places)
        try:
            right = str(backprop_steps.render(problems[name], notation=notation, detail="brief"))
        except UserError:
            continue
        kind = list(KINDS)[made % len(KINDS)]
        yield garbled(name, notation, kind, right, checkers[name], chance)
        made += 1


def garbled(name: str, notation: str, kind: str, right: str, checker: Checker, chance: Random) -> Garbled:
    """A right page with noise of one kind on some of its lines."""
    lines = right.split("\n")
    places = [number for number, line in enumerate(lines) if FORMULA.search(line)]
    changed = {}
    for number in places:
        if chance.random() < SHARE:
            new = KINDS[kind](lines[number], chance)
            if new != lines[number]:
                changed[number] = new
    text = "\n".join(changed.get(number, line) for number, line in enumerate(lines))
    before = {link.line for link in checker.check(right).links if link.verdict is Verdict.INCORRECT}
    marking = checker.check(text)
    here = [link for link in marking.links if link.line - 1 in changed]
    wrong = tuple(
        (link, lines[link.line - 1], text.split("\n")[link.line - 1])
        for link in marking.links
        if link.verdict is Verdict.INCORRECT and link.line not in before
    )
    understood = sum(link.verdict is not Verdict.NOT_UNDERSTOOD for link in here)
    return Garbled(name, notation, kind, len(here), understood, wrong)


def heading(count: int, seed: int) -> tuple[str, ...]:
    """What stands above the table."""
    return (
        "# Noise",
        "",
        f"Made by `PYTHONPATH=. python benchmarks/noise.py --pages {count} --seed {seed} --write`: right",
        f"sheets of the shipped problems, {SHARE:.0%} of the lines of each garbled as a bad scan does it, each page",
        "in one way, are marked.",
        "A garbled line may become `not_understood`; no right line of the page is to be called wrong.",
        "",
        "| noise | links of garbled lines | still understood | right, called wrong |",
        "|---|--:|--:|--:|",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="say which right lines became wrong")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    wanted = parser.parse_args()
    links: Counter[str] = Counter()
    understood: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for page in pages(wanted.pages, wanted.seed):
        for name in (page.kind, "all"):
            links[name] += page.links
            understood[name] += page.understood
            wrong[name] += len(page.wrong)
        if wanted.verbose:
            for link, was, now in page.wrong:
                where = f"{page.problem} {page.notation} {page.kind}"
                print(f"{where}: {link.text!r}\n    {was}\n    {now}", file=sys.stderr)
    rows = [
        f"| {name} | {links[name]} | {understood[name] / links[name]:.0%} | {wrong[name]} |"
        for name in (*KINDS, "all")
        if links[name]
    ]
    text = "\n".join((*heading(wanted.pages, wanted.seed), *rows, ""))
    print(text)
    if wanted.write:
        PAGE.write_text(text, encoding="utf-8")
    if wrong["all"]:
        sys.exit("\nright lines are called wrong")


if __name__ == "__main__":
    main()

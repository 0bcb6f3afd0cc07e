"""The page docs/what_check_understands.md, made of the tables that marking is held to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hand_in_tables import NAMES, NOT_YET, Row, Spelling, found, hand_in, marked, problem_of, rows, spellings
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from shipped_pages import checker

from backprop_steps.checking.causes import CAUSES
from backprop_steps.checking.judging.page import PageJudge
from backprop_steps.checking.marking.marking import Results
from backprop_steps.checking.model import Link, Verdict
from backprop_steps.expression.quantity import Letter
from backprop_steps.expression.tree import Expression
from backprop_steps.notation import unicode_math
from backprop_steps.notation.letters import Letters
from backprop_steps.notation.notation import NotationError
from backprop_steps.notation.tex import TexPrinter
from backprop_steps.pages.writing.formats import TERMINAL
from backprop_steps.pages.writing.page import environment

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "what_check_understands.md"
TEMPLATE = "what_check_understands.md.j2"
LONGEST = 110
"""The characters of a formula that are shown."""
SIGNS = {":=": "←", "->": "←", "~": "≈"}
UNREAD = "…"


@dataclass(frozen=True, slots=True)
class Shown:
    """A link of a hand-in that more is to be said of than that it is right."""

    hand_in: str
    line: int
    text: str
    expected: str


def page() -> str:
    """The page, as it ought to be now."""
    jinja = Environment(
        loader=FileSystemLoader(HERE / "checking"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    jinja.filters["code"] = code
    return jinja.get_template(TEMPLATE).render(
        groups=[(group, [(row, *read(row)) for row in group.rows]) for group in spellings()],
        causes=[(name, mistakes_of(name)) for name in CAUSES],
        unread=[shown for name in NAMES if name not in NOT_YET for shown in _unread(name)],
        hands=[_hand(name) for name in NAMES if name not in NOT_YET],
        not_yet=[(hand_in(name).name, reason) for name, reason in NOT_YET.items()],
        **_wording(),
    )


def code(text: str) -> str:
    """Text as code in a cell of a table: on one line, and no bar in it that ends the cell."""
    flat = " ⏎ ".join(text.strip("\n").split("\n")).replace("|", "\\|")
    return f"`` {flat} ``" if "`" in flat else f"`{flat}`"


def _wording() -> dict[str, Any]:
    def write(_: object) -> str:
        raise TypeError

    templates = environment(TERMINAL, write)
    words = vars(templates.get_template("documents/wording/marking.j2").make_module({}))
    causes = vars(templates.get_template("documents/wording/causes.j2").make_module({}))["causes"]
    return {
        "said": {name: str(causes[name]["teacher"]) for name in CAUSES},
        "does": {key: str(value) for key, value in words["conventions"].items()},
        "verdict": {key: str(value) for key, value in words["verdicts"].items()},
    }


# spellings


@cache
def judged(row: Spelling) -> PageJudge:
    """The page of a line, judged; once in a run."""
    return checker(row.problem).judged(row.page)


def links(row: Spelling) -> tuple[Link, ...]:
    """What is said of the page of a line."""
    return Results(judged(row)).marking("-", row.page).links


def read(row: Spelling) -> tuple[str, Link]:
    """The last chain of a line in the problem's own notation, as it was read; and the link that is judged."""
    return told(judged(row)), links(row)[-1]


def told(page: PageJudge) -> str:
    """The last chain of a page, each member as it was read: in the notation of the problem, or one that can say it."""
    own = page.problem.notation
    tables = sorted((table for _, table in page.table.tables), key=lambda table: table.name != own)
    printers = []
    for table in tables:
        notation = copy(table.notation)  # the table is every page's
        notation.letters, notation._spelled = _PageLetters(notation.letters, page), {}
        printers.append(TexPrinter(notation))
    chain = page.links[-1].chain
    parts = [_printed(printers, chain.members[0].node)]
    for sign, member in zip(chain.chain.relations, chain.members[1:], strict=False):
        parts += [SIGNS.get(sign, sign), _printed(printers, member.node)]
    return _short(" ".join(parts))


class _PageLetters(Letters):
    """The index letters of a notation; those that a page brings along are called as on the page."""

    def __init__(self, own: Letters, page: PageJudge) -> None:
        super().__init__(own.choices, own.depth, own.taken)
        self.page = page.table.names

    def letter(self, letter: Letter, focus: int | None) -> str:
        return self.page.name(letter) or super().letter(letter, focus)


def _printed(printers: list[TexPrinter], node: Expression | None) -> str:
    for printer in printers if node is not None else ():
        with suppress(NotationError):
            return unicode_math.line(printer.print(node))
    return UNREAD


# hand-ins


def mistakes_of(cause: str) -> list[Shown]:
    """The links of the hand-ins whose cause this is, and is found to be."""
    return [
        _shown(name, link)
        for name in NAMES
        for row in rows(name)
        if row.get("cause") == cause and (link := _as_expected(name, row)) is not None
    ]


def _as_expected(name: str, row: Row) -> Link | None:
    link, wrong = found(row, list(marked(name).links), marked(name).text)
    return None if wrong else link


def _unread(name: str) -> Iterator[Shown]:
    for link in marked(name).links:
        if link.verdict is Verdict.NOT_UNDERSTOOD:
            yield _shown(name, link)


def _shown(name: str, link: Link) -> Shown:
    right = link.expected or ""
    return Shown(
        hand_in(name).name,
        link.line,
        _short(link.text),
        _short(unicode_math.line(right)) if "\\" in right or "_" in right else right,
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST].rstrip()} …"


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand-in in short: of what problem, in what notation, what was learnt, how many links have each verdict."""

    file: str
    title: str
    notation: str
    conventions: tuple[str, ...]
    aliases: tuple[str, ...]
    counts: tuple[int, ...]


def _hand(name: str) -> Hand:
    marking = marked(name)
    counts = Counter(link.verdict for link in marking.links)
    return Hand(
        hand_in(name).name,
        problem_of(name).title,
        marking.notation,
        marking.conventions,
        tuple(dict.fromkeys(alias.written for alias in marking.aliases)),
        tuple(counts[verdict] for verdict in Verdict),
    )

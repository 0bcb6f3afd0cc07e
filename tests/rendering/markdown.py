"""The formulas of a Markdown page in either dialect, and what would keep a host from showing them right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Dialect = Literal["standard", "github"]


@dataclass(frozen=True, slots=True)
class Span:
    """One formula: its TeX, whether it is displayed, and the line of the page where it begins."""

    tex: str
    display: bool
    line: int


_FENCE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[ ]*(?P<word>\w*)[^\n]*\n(?P<body>.*?)^ {0,3}(?P=fence)`*[ ]*$", re.M | re.S
)
_GITHUB_INLINE = re.compile(r"\$`(?P<body>[^`\n]+)`\$")
_CODE = re.compile(r"(?P<ticks>`+)(?!`)(?:.*?)(?<!`)(?P=ticks)(?!`)", re.S)
_DISPLAY = re.compile(r"\$\$(?P<body>.+?)\$\$", re.S)
# As pandoc and Jupyter read it: no space inside the dollars, no digit after the closing one, no blank line between.
_INLINE = re.compile(r"(?<![\\$])\$(?P<body>(?![\s$])(?:\\.|[^\\$\n]|\n(?!\s*\n))*?(?<![\s\\]))\$(?![\d$])", re.S)
_DOLLAR = re.compile(r"(?<!\\)\$")


def math_spans(page: str, dialect: Dialect = "standard") -> list[Span]:
    """Every formula of a page, in order. Raises ValueError where a dollar is left that belongs to no formula."""
    found: list[Span] = []
    page = _take_fences(page, dialect, found)
    if dialect == "github":
        page = _take(_GITHUB_INLINE, page, found, display=False)
    page = _CODE.sub(_blank, page)
    if dialect == "standard":
        page = _take(_DISPLAY, page, found, display=True)
        page = _take(_INLINE, page, found, display=False)
    stray = _DOLLAR.search(page)
    if stray is not None:
        line = page.count("\n", 0, stray.start()) + 1
        raise ValueError(f"line {line}: a dollar that begins or ends no formula")
    return sorted(found, key=lambda span: span.line)


def faults(page: str, dialect: Dialect = "standard") -> list[str]:
    """What a Markdown host would show wrong although the TeX is right, one line each."""
    found = []
    for span in math_spans(page, dialect):
        for said, pattern in _FORBIDDEN.items():
            if re.search(pattern, span.tex, re.M):
                found.append(f"line {span.line}: {said}: {span.tex.strip()[:60]}")
        if dialect == "standard" and span.display and not _own_block(page, span):
            found.append(f"line {span.line}: a display stands in a line of text")
    return found + [
        f"line {number}: a raw | in the formula of a table"
        for number, line in enumerate(page.splitlines(), start=1)
        if line.lstrip().startswith("|") and re.search(r"\$[^$|]*\|[^$]*\$(?=[^$]*\|)", _without_cells(line))
    ]


_FORBIDDEN = {
    "align in place of aligned": r"\\begin\{align\*?\}",
    "operatorname is not known everywhere": r"\\operatorname",
    "an equation number belongs in the text": r"\\tag\b",
    "a blank line inside": r"\S\s*\n[ \t]*\n\s*\S",
    "a line that is only =": r"^[ \t]*=+[ \t]*$",
}


def _own_block(page: str, span: Span) -> bool:
    before = page.splitlines()[span.line - 1].partition("$$")[0]
    return not before.strip(" >-*0123456789.")


def _without_cells(line: str) -> str:
    # A cell boundary between two formulas is not inside one: whole formulas without a bar are taken out first.
    return re.sub(r"(?<!\\)\$`?[^$|]*`?\$", "", line)


def _take_fences(page: str, dialect: Dialect, found: list[Span]) -> str:
    def take(match: re.Match[str]) -> str:
        if dialect == "github" and match["word"] == "math":
            found.append(Span(match["body"].strip("\n"), True, page.count("\n", 0, match.start()) + 1))
        return _blank(match)

    return _FENCE.sub(take, page)


def _take(pattern: re.Pattern[str], page: str, found: list[Span], *, display: bool) -> str:
    def take(match: re.Match[str]) -> str:
        found.append(Span(match["body"], display, page.count("\n", 0, match.start()) + 1))
        return _blank(match)

    return pattern.sub(take, page)


def _blank(match: re.Match[str]) -> str:
    """As many lines of nothing, so that later lines keep their numbers."""
    return re.sub(r"[^\n]", " ", match[0])

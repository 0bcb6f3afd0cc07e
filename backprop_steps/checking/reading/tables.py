"""Tables of results: a row says of the quantity that it begins with what its columns are headed by.

| parameter | before | gradient | after |
|---|--:|--:|--:|
| $w_5$ | $0.40$ | $0.0822$ | $0.3589$ |

In LaTeX the rows are those of a tabular; in plain text the columns stand two spaces apart, below a line of dashes for
each. A column whose heading says nothing of this kind is read as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from backprop_steps.checking.reading.drafts import Draft
from backprop_steps.checking.reading.signs import Sign
from backprop_steps.checking.reading.written import Heading, Relation

ROW = re.compile(r"\s*\|.*\|\s*$")
RULER = re.compile(r"^[ \t]{0,8}\|?[ \t]{0,8}:?-{2,99}:?[ \t]{0,8}\|[-| :\t]*$", re.MULTILINE)
"""What is below the head of a table."""
_DASHES = re.compile(r"^[ \t]*-{2,99}(?:[ ]{2,99}-{2,99}){1,20}[ \t]*$", re.MULTILINE)
_APART = re.compile(r"[ ]{2,}")
_TABULAR = re.compile(r"\\begin\s*\{tabular[xy*]?\}(.*?)\\end\s*\{tabular[xy*]?\}", re.DOTALL)
_LINE = re.compile(r"[^\n]+")
_END_OF_ROW = re.compile(r"\\\\\s*(?:\[[^\]\n]{0,20}\])?\s*$")
_GRADIENT = re.compile(r"gradient|derivative|ableitung|\bgrad\b", re.IGNORECASE)
_UPDATED = re.compile(
    r"\b(?:after|new|updated|neu|neuer|neues|nach|nachher|danach)\b(?:[^0-9]{0,24}([0-9]{1,3})\b)?", re.IGNORECASE
)
_VALUE = re.compile(
    r"\b(?:before|old|values?|initial|start|wert|werte|alt|alter|vorher|results?|ergebnis|answers?|numbers?)\b",
    re.IGNORECASE,
)
_HEADED = ("NAME", "DIFF", "LB", "FRAC")

Headings = tuple[Heading | None, ...]


def rows(text: str) -> Mapping[int, Headings]:
    """By where the line of a row begins, what its columns are headed by; tables that say nothing have none."""
    return {start: headings for start, headings in _rows(text) if any(headings[1:])}


def spaced_rows(text: str) -> Mapping[int, Headings]:
    """The same of the tables in plain text."""
    found = {}
    for ruler in _DASHES.finditer(text):
        above = text.rfind("\n", 0, max(ruler.start() - 1, 0)) + 1
        headings = _headings(_APART.split(text[above : ruler.start()].strip()))
        place = ruler.end() + 1
        while any(headings[1:]) and (line := _LINE.match(text, place)) and line.group().strip():
            found[line.start()] = headings
            place = line.end() + 1
    return found


def _rows(text: str) -> Iterator[tuple[int, Headings]]:
    for ruler in RULER.finditer(text):
        above = text.rfind("\n", 0, max(ruler.start() - 1, 0)) + 1
        headings = _headings(_bars(text[above : ruler.start()]))
        place = ruler.end() + 1
        while (line := _LINE.match(text, place)) and ROW.fullmatch(line.group()):
            yield line.start(), headings
            place = line.end() + 1
    for tabular in _TABULAR.finditer(text):
        found = None
        for line in _LINE.finditer(text, tabular.start(1), tabular.end(1)):
            if "&" not in line.group():
                continue
            if found is None:
                found = _headings(_END_OF_ROW.sub("", line.group()).split("&"))
            else:
                yield line.start(), found


def _bars(line: str) -> list[str]:
    return line.strip().strip("|").split("|")


def _headings(cells: list[str]) -> Headings:
    return (None, *(_heading(cell) for cell in cells[1:]))


def _heading(cell: str) -> Heading | None:
    if _GRADIENT.search(cell):
        return Heading(gradient=True)
    if updated := _UPDATED.search(cell):
        return Heading(updates=int(updated.group(1) or 1))
    return Heading() if _VALUE.search(cell) else None


def is_formula(cell: list[Sign]) -> bool:
    """Whether a cell has a formula and no words."""
    return bool(cell) and all(sign.type != "TEXT" for sign in cell) and any(sign.type in _HEADED for sign in cell)


def is_statement(cell: list[Sign]) -> bool:
    """Whether a cell says itself what a value beside it is of: an equality, or a derivative."""
    return any(sign.type in ("REL", "DIFF") or sign.text in ("partial", "∂") for sign in cell)


def stated(head: list[Sign], cell: list[Sign], heading: Heading) -> Draft | None:
    """What a cell states of the quantity that its row begins with; None where either is no formula."""
    if not head or head[0].type not in _HEADED or any(sign.type in ("TEXT", "REL") for sign in head):
        return None
    members: list[list[Sign]] = [head, []]
    relations: list[Relation] = ["="]
    while cell and cell[-1].type in ("ROW", "EDGE"):
        cell = cell[:-1]
    for sign in cell:
        if sign.type in ("TEXT", "COMMA", "SEMI", "STOP", "COLON") or (sign.type == "REL" and sign.text not in "=~"):
            return None
        if sign.type == "REL":
            relations.append(cast(Relation, sign.text))
            members.append([])
        else:
            members[-1].append(sign)
    if not all(members) or not any(sign.type == "NUM" for sign in members[-1]):
        return None
    return Draft("math", members, relations, heading=heading)

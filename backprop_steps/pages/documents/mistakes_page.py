"""A sheet with mistakes to find, and its key, as pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from backprop_steps.expression.tree import Expression
from backprop_steps.notation.names import SymbolNames
from backprop_steps.notation.notation import Notation
from backprop_steps.pages.content.context import context
from backprop_steps.pages.documents.mistaken import Mistake, Planted
from backprop_steps.pages.documents.page import Page
from backprop_steps.pages.documents.render import tell
from backprop_steps.pages.telling.sheet import Choice
from backprop_steps.pages.writing.formats import FORMATS, html_naming
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import case_words, write_page
from backprop_steps.pages.writing.printing import RELATIONS, Printing, Row
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.again import replaced


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One mistake in the words of the key. `head` is TeX; `wrong` and `right` too, each begun with its relation.

    `page_line` is the line of the sheet's file, from 1.
    """

    cause: str
    kind: str
    head: str
    wrong: str
    right: str
    truth: Formula | None
    page_line: int | None


def render_mistakes(
    planted: Planted, to: str = "markdown", dialect: str = "standard", own: Own | None = None
) -> tuple[Page, Page, Page]:
    """The sheet, its key, and both on one page: the key after the sheet."""
    write = _writing(planted, to, dialect, own)
    sheet = write("mistakes", "", False)
    # the lines of a source in Typst or HTML are no lines of what is seen of it, and hold no TeX to find them by
    lines = sheet if to not in ("typst", "html") else ""
    return sheet, write("mistakes_key", lines, False), write("mistakes", lines, True)


def sheet_page(planted: Planted, to: str = "markdown", dialect: str = "standard") -> Page:
    """The sheet alone: what is handed out."""
    return _writing(planted, to, dialect)("mistakes", "", False)


def key_rows(planted: Planted, sheet: str) -> tuple[KeyRow, ...]:
    """The mistakes of a sheet in the words of the key, from top to bottom."""
    return tuple(_rows(planted, Printing(planted.telling.notation, case_words(FORMATS["markdown", "standard"])), sheet))


def _writing(planted: Planted, to: str, dialect: str, own: Own | None = None) -> Callable[[str, str, bool], Page]:
    """What writes a document about the planted mistakes, told by the lines of the sheet where it is given."""
    again = [tell(other, planted.telling.derivation.profile) for other in replaced(planted.problem)]
    choice = Choice(rows=planted.telling.layout.rows)
    format = FORMATS[to, dialect if to == "markdown" else "standard"]
    if to == "html":
        notations = (planted.telling.notation, *(other.notation for other in again))
        format = html_naming(SymbolNames(notations, rows=choice.rows))
    wording = Wording(planted.problem.lang, own)
    printing = Printing(planted.telling.notation, case_words(format, wording), wraps=to == "html")
    names = dict(context(planted.problem, planted.telling, again, printing, choice, False, planted.parts))

    def page(document: str, sheet: str, with_key: bool) -> Page:
        text = write_page(
            document,
            {**names, "mistakes": tuple(_rows(planted, printing, sheet)), "with_key": with_key},
            format=format,
            write=printing.tex,
            title=planted.problem.title,
            meta=planted.problem.meta,
            wording=wording,
        )
        return Page(text)

    return page


def _rows(planted: Planted, printing: Printing, sheet: str) -> Iterator[KeyRow]:
    where = 0
    for mistake in planted.mistakes:
        line, numbers = mistake.line, _in_numbers(planted.telling.notation, mistake)

        def tex(node: Expression, layer: int = line.layer, numbers: bool = numbers) -> str:
            return printing.tex(node, layer, numbers)

        relation = RELATIONS[line.members[mistake.place].relation]
        found = _line_of(sheet, _printed(mistake, printing, numbers), where) if sheet else None
        where = found or where
        yield KeyRow(
            mistake.cause,
            mistake.kind,
            tex(line.head) if line.head is not None else "",
            f"{relation} {tex(mistake.after)}",
            f"{relation} {tex(mistake.before)}",
            Formula(tex(mistake.truth)) if mistake.truth is not None else None,
            found,
        )


def _in_numbers(notation: Notation, mistake: Mistake) -> bool:
    """Whether the line stands where a notation has its symbols for numbers."""
    return notation.conventions.arrangement == "formulas_first" and mistake.part != "formulas"


def _printed(mistake: Mistake, printing: Printing, numbers: bool) -> tuple[list[Row], int]:
    """The rows of the line, and the number of the first that is not as it should be."""
    line, members = mistake.line, list(mistake.line.members)
    members[mistake.place] = replace(members[mistake.place], expression=mistake.before)
    wrong = printing.rows(line, None, numbers)
    right = printing.rows(replace(line, members=tuple(members)), None, numbers)
    differ = (number for number, (one, two) in enumerate(zip(wrong, right, strict=False)) if one != two)
    return wrong, next(differ, len(wrong) - 1)


def _line_of(sheet: str, printed: tuple[list[Row], int], after: int) -> int | None:
    """The line of the page that holds this row of these, at or below another line; None where it is not found."""
    rows, wanted = printed
    page = sheet.split("\n")
    for holds in (_is_row, _has_row):
        for start in range(max(after - 1, 0), len(page)):
            found = _followed(page, rows, start, holds)
            if found:
                return found[wanted] + 1
    return None


def _is_row(line: str, left: str, right: str) -> bool:
    """Whether a line of the page is this row, and no other that happens to hold both of its sides."""
    place = line.find(right)
    before = line[:place].rstrip("& ")
    return place >= 0 and before.endswith(left) and not line[place + len(right) :][:1].isdigit()


def _has_row(line: str, left: str, right: str) -> bool:
    return left in line and right in line


def _followed(page: list[str], rows: list[Row], start: int, holds: Callable[[str, str, str], bool]) -> list[int]:
    """Where in the page each of the rows stands, if the first stands at `start`; a reason may have a line between."""
    found: list[int] = []
    for left, right, _ in rows:
        here = found[-1] + 1 if found else start
        near = range(here, min(here + (3 if found else 1), len(page)))
        place = next((n for n in near if holds(page[n], left, right)), None)
        if place is None:
            return []
        found.append(place)
    return found

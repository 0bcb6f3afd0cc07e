"""From the characters of a hand-in to its chains."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from backprop_steps.checking.reading.apart import signs_apart
from backprop_steps.checking.reading.bounds import (
    LONGEST_NUMBER,
    LONGEST_PASSAGE,
    MOST_CHAINS,
    ReadingError,
    TroubleError,
    check_page,
)
from backprop_steps.checking.reading.brackets import unwrapped
from backprop_steps.checking.reading.chains import Chainer
from backprop_steps.checking.reading.characters import plain
from backprop_steps.checking.reading.commas import merged, uses_decimal_comma
from backprop_steps.checking.reading.drafts import Draft
from backprop_steps.checking.reading.drawn import Margin, with_matrices
from backprop_steps.checking.reading.lexing import Lexer, Mode
from backprop_steps.checking.reading.macros import Macros, defined
from backprop_steps.checking.reading.masking import masked, without_emphasis
from backprop_steps.checking.reading.parsing import read_member
from backprop_steps.checking.reading.passages import Passage, Stretch, passages
from backprop_steps.checking.reading.signs import SPACE, Sign
from backprop_steps.checking.reading.tables import (
    ROW,
    RULER,
    Headings,
    is_formula,
    is_statement,
    rows,
    spaced_rows,
    stated,
)
from backprop_steps.checking.reading.tuples import one_by_one
from backprop_steps.checking.reading.vocabulary import Words
from backprop_steps.checking.reading.words import join_prose, settle
from backprop_steps.checking.reading.written import Chain, Heading, Member, Page, Span

_BULLET = re.compile(
    r"\s*(?:>\s*)*(?:#{1,6}\s+|[-+*•◦▪·–—]\s+(?:\[[ xX]\]\s+)?|▪"
    r"|\(?(?:[0-9]{1,3}|[a-zA-Z]|[ivx]{1,4})[.)](?:\s+|$))*"
)
_SPACED = re.compile(r"\s*\|\s.*\s\|\s*$")
_COMMANDS = re.compile(r"\\[A-Za-z]+\*?|[{}$`]")
_TOO_LONG = re.compile(rf"[\d⁰¹²³⁴-⁹₀-₉]{{{LONGEST_NUMBER + 1}}}|[0-9.][eE][-+−]?0*[1-9][0-9]{{6}}")
_TEX = re.compile(r"\\[A-Za-z]|[_^]\s*\{")


def read_page(text: str, words: Collection[str], *, decimal_comma: bool | None = None) -> Page:
    """All chains of a hand-in, in order, each member with its tree or with what is the trouble.

    `words` are the names of several letters. `decimal_comma`: whether `1,5` is a number; None lets the page tell.
    Raises ReadingError where a bound of the whole page is exceeded, and nothing else.
    """
    check_page(text)
    names = Words(words)
    macros, clean = defined(plain(text))
    clean = masked(clean)
    comma = uses_decimal_comma(clean) if decimal_comma is None else decimal_comma
    found = list(passages(clean))
    formulas = (clean[one.start : one.end] for passage in found for one in passage.stretches if one.mode == "math")
    apart = signs_apart(formulas)
    tables, headed, spaced = bool(RULER.search(clean)), rows(clean), spaced_rows(clean)
    chainer = Chainer(text)
    margin = Margin()
    for passage in with_matrices(clean, found):
        if passage.size > LONGEST_PASSAGE:
            chainer.finish()
            chainer.done.append(_too_long(passage))
            continue
        line = clean.rfind("\n", 0, passage.stretches[0].start) + 1
        goes_on = passage.mode == "text" and margin.goes_on(clean, passage)
        headings = (headed.get(line) or spaced.get(line)) if passage.mode == "text" else None
        separator = "  " if line in spaced else "&" if headings is not None and not tables else "|"
        read = []
        for cells in _cells(clean, passage, tables, separator):
            signs = _signs(clean, cells, names, macros, apart, goes_on)
            if comma:
                signs = merged(signs)
            read.append(join_prose(unwrapped(signs), text))
        for signs in _not_stated(read, headings, chainer):
            if passage.mode != "math":
                signs = one_by_one(signs)
            chainer.passage(signs, passage.mode, passage.indented, apart=False)
        if len(chainer.done) > MOST_CHAINS:
            raise ReadingError(f"the page has more than {MOST_CHAINS} formulas; that is the bound")
    chainer.finish()
    chains = [(draft.mode == "code", _chain(draft, text)) for draft in chainer.done]
    return Page(text, tuple(chain for _, chain in chains), frozenset(i for i, (code, _) in enumerate(chains) if code))


def _not_stated(cells: list[list[Sign]], headings: Headings | None, chainer: Chainer) -> Iterator[list[Sign]]:
    """The cells that are read as they stand; what a cell states by its heading, the chainer is given as a whole."""
    if headings is None or len(headings) != len(cells):
        yield from cells
        return
    formula: list[Sign] = []
    """The cell before, where it is a formula that this one has the value of."""
    for place, (cell, heading) in enumerate(zip(cells, headings, strict=True)):
        if place and is_formula(cell) and headings[place + 1 : place + 2] == (Heading(),):
            formula = cell
            continue
        whole, about = cell, heading
        if formula:
            equals = [Sign("REL", "=", one.start, one.start) for one in cell[:1]]
            whole = [*formula, *equals, *cell]
            about = None if is_statement(formula) else headings[place - 1] or heading
        draft = stated(cells[0], whole, about) if about is not None else None
        if draft is None:
            yield whole
        else:
            chainer.finish()
            chainer.done.append(draft)
        formula = []


def _too_long(passage: Passage) -> Draft:
    start, end = passage.stretches[0].start, passage.stretches[-1].end
    sign = Sign("LONG", f"a line of {passage.size} characters is too long; the bound is {LONGEST_PASSAGE}", start, end)
    return Draft("math", [[sign]])


def _cells(text: str, passage: Passage, tables: bool, separator: str) -> list[list[Stretch]]:
    """The stretches of a passage, line by line; each cell of a table stands for itself."""
    first, last = passage.stretches[0].start, passage.stretches[-1].end
    if tables and passage.mode == "text" and RULER.fullmatch(text[first:last]):
        return []
    apart = separator != "|" or (ROW if tables else _SPACED).fullmatch(text[first:last])
    if passage.mode != "text" or not apart:
        return [list(passage.stretches)]
    cells: list[list[Stretch]] = [[]]
    for one in passage.stretches:
        if one.mode != "text":
            cells[-1].append(one)
            continue
        place = one.start
        while place <= one.end:
            bar = text.find(separator, place, one.end)
            end = bar if bar >= 0 else one.end
            if end > place:
                cells[-1].append(Stretch(place, end, "text"))
            if bar < 0:
                break
            cells.append([])
            place = bar + len(separator)
    return [cell for cell in cells if cell]


def _signs(text: str, cells: list[Stretch], names: Words, macros: Macros, apart: bool, goes_on: bool) -> list[Sign]:
    made: list[Sign] = []
    drawn = any(one.sign for one in cells)
    for number, one in enumerate(cells):
        start, end, mode = one.start, one.end, one.mode
        if one.sign:
            made.append(Sign(*one.sign, start, end))
            continue
        if mode == "text":
            line = without_emphasis(text[start:end])
            first = _after_bullet(line) if number == 0 and not goes_on else 0
            tex = bool(_TEX.search(line))
            lexer = Lexer(line, first, len(line), mode, tex, start, macros)
        else:
            tex = mode == "math"
            lexer = Lexer(text, start, end, mode, tex, 0, macros, apart and tex)
        signs = settle(lexer.signs(), names, mode, tex)
        if made and signs and not drawn:
            made.append(Sign("EDGE", "", start, start))
        made += signs
    if goes_on and made:
        made[0].gap = SPACE  # however far the row is indented
    return made


def _after_bullet(line: str) -> int:
    found = _BULLET.match(line)
    return found.end() if found else 0


def _chain(draft: Draft, text: str) -> Chain:
    members = tuple(_member(signs, draft.mode, text) for signs in draft.members)
    words, after = (
        _COMMANDS.sub("", said.replace(r"\times", "×")).strip(" \t:→←-–—*#>|") for said in (draft.words, draft.after)
    )
    return Chain(members, tuple(draft.relations), draft.headless, words, after, draft.heading)


def _member(signs: list[Sign], mode: Mode, text: str) -> Member:
    span = Span(signs[0].start, signs[-1].end)
    written = text[span.start : span.end]
    if _TOO_LONG.search(written) or any(_TOO_LONG.search(sign.text) for sign in signs):
        return Member(
            span, written, None, f"a number is too long; the bound is {LONGEST_NUMBER} digits, or six above e"
        )
    try:
        return Member(span, written, read_member(signs, mode))
    except TroubleError as trouble:
        return Member(span, written, None, str(trouble))

"""The text of a web page: what a browser shows of it, line by line, with its formulas as text.

A formula in MathML is what its `alttext` says, or the TeX that it was made from (`<annotation>`, as KaTeX, MathJax and
pandoc leave it); `<script type="math/tex">` is TeX too. What is struck out, and what is no text, is left out.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from backprop_steps.checking.reading.signs import several

_IS_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_UNSEEN = several("script style head del s strike svg nav template math mjx-container")
"""What is left out with all that stands in it; of formulas, all but what they say in words or TeX."""
_BLOCKS = several(
    "address article aside blockquote br dd details div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "ol p pre section summary table tbody thead tr ul"
)
_EMPTY = several("area base br col embed hr img input link meta param source track wbr")
_RELATIONS = "=≈≔:"
_OPERATORS = "+−-·×⊙"
_APART = several("details figure h1 h2 h3 h4 h5 h6 p pre summary table")
_CELLS = frozenset({"td", "th"})
_KEPT = frozenset({"sub", "sup"})
_TEX = ("math/tex", "application/x-tex", "text/x-tex", "tex")
_DISPLAY = "mode=display"
_INDENT = 4
_COLUMN = 60
"""Where a row stands that begins with a relation: behind the left side of the row above, however long that is."""


def is_web_page(text: str) -> bool:
    """Whether a file is HTML from its first line on."""
    return _IS_PAGE.match(text) is not None


def text_of_web_page(page: str) -> str:
    """What the page says, a block a line; the cells of a table between bars."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = (line.rstrip() if line.strip() else "" for line in reader.lines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


class _Reader(HTMLParser):
    """Collects the text. `_hidden` are the elements left out that are open, `_tex` that what comes is TeX."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden: list[str] = []
        self._tex: list[str] | None = None
        self._mark = "$"
        self._said = False
        """The formula that is open has been said."""
        self._pre = 0
        self._cells = 0

    def lines(self) -> list[str]:
        """The lines of the page."""
        return "".join(self._pieces).split("\n")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "annotation" and given.get("encoding", "") in _TEX and not self._said:
            self._tex, self._mark = [], "$"
        elif tag == "script" and given.get("type", "").startswith(_TEX):
            self._tex, self._mark = [], "$$" if _DISPLAY in given.get("type", "") else "$"
        if self._hidden:
            if tag not in _EMPTY:
                self._hidden.append(tag)
            return
        if tag == "math":
            self._said = bool(given.get("alttext"))
            self._say(given.get("alttext", ""))
        if "why" in given.get("class", "").split():
            self._pieces.append(" " * _INDENT)  # a reason, in a column of its own
        if tag in _UNSEEN or "katex-html" in given.get("class", "") or given.get("aria-hidden") == "true":
            self._hidden.append(tag)
        elif tag in _CELLS:
            self._cells += 1
            self._pieces.append(" | ")
        elif tag in _BLOCKS:
            self._pre += tag == "pre"
            self._break(tag in _APART or "display" in given.get("class", "").split())
        elif tag in _KEPT:
            self._pieces.append(f"<{tag}>")

    def _break(self, apart: bool) -> None:
        """The line ends here, unless it has just begun; `apart`: a blank line follows."""
        if not self._begins():
            self._pieces.append("\n")
        if apart:
            self._pieces.append("\n")

    def _begins(self) -> bool:
        return next((piece for piece in reversed(self._pieces) if piece.strip(" ")), "\n").endswith("\n")

    def _say(self, formula: str) -> None:
        """A formula in words. One that begins a line stands where a hand would write it."""
        if not formula:
            return
        indent = 0
        if self._begins():
            indent = _INDENT
            if formula[0] in _RELATIONS:
                indent += _COLUMN
            elif formula[0] in _OPERATORS:
                indent += _COLUMN + _INDENT
        self._pieces.append(f"{' ' * indent} {formula} ")

    def handle_endtag(self, tag: str) -> None:
        if self._tex is not None and tag in ("annotation", "script"):
            self._pieces.append(f" {self._mark}{''.join(self._tex).strip()}{self._mark} ")
            self._tex, self._said = None, True
        if self._hidden:
            if tag in self._hidden:  # what was left open inside ends with it
                del self._hidden[len(self._hidden) - 1 - self._hidden[::-1].index(tag) :]
            return
        if tag == "tr":
            self._pieces.append(" |")
        if tag == "thead":
            self._pieces.append("\n|" + "---|" * self._cells)
        if tag in ("thead", "table"):
            self._cells = 0
        if tag in _BLOCKS:
            self._pre -= tag == "pre"
            self._break(tag in _APART)
        elif tag in _KEPT:
            self._pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._tex is not None:
            self._tex.append(data)
        elif not self._hidden:
            self._pieces.append(data if self._pre else re.sub(r"[ \t\r\n]+", " ", data))

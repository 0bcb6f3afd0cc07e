"""The formats a page can be written in: one row each. Light, because `list` and `--help` read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from backprop_steps.pages.markup import escaping
from backprop_steps.pages.markup.blocks import Block
from backprop_steps.pages.writing.notebook import notebook
from backprop_steps.pages.writing.slide_rows import slide_rows

if TYPE_CHECKING:
    from backprop_steps.notation.mathml import Names
    from backprop_steps.pages.drawing.model import Picture

TexRow = tuple[str, str, str]
"""A row of a display: TeX left and right of where it is aligned, and a remark, which is text."""


def _html_rows(rows: Sequence[TexRow], names: Names | None = None) -> Sequence[object]:
    from backprop_steps.pages.writing.html_rows import html_rows  # and MathML, where there is HTML to write

    return html_rows(rows, names)


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written.

    `macros` are its files in `templates/formats/`, a later one overriding what an earlier one says. `escape` makes
    plain text safe, `paragraph` a paragraph's beginning. `tex` and `inline_tex` write a formula, or a row of a display
    with its `&`, in the format's own language: they are given TeX, of the closed set that pages are written in.
    `attached` are the kinds of block that go on with the paragraph before them; `leading` writes a paragraph that leads
    up to a display or the like, where that is another thing. `rows` lays the rows of a display out where it is not TeX
    or Typst that does: as text, or as what the macro of the format makes of them. `folds`: it has links, and steps that
    fold. `bound` makes the page of its beginning and its blocks, where it is more than one text after the other.
    `picture` writes a picture for the macro `picture`; without it there are none. `readable`: a picture that is wider
    or higher than this, in em, is on no page that did not ask for it, since it could not be read.
    """

    name: str
    about: str
    macros: tuple[str, ...]
    escape: Callable[[str], str]
    tex: Callable[[str], str]
    inline_tex: Callable[[str], str]
    paragraph: Callable[[str], str] = _as_it_is
    attached: tuple[str, ...] = ()
    rows: Callable[[Sequence[TexRow]], Sequence[object]] | None = None
    leading: Callable[[str], str] | None = None
    folds: bool = False
    bound: Callable[[str, Sequence[Block]], str] | None = None
    picture: Callable[[Picture], str] | None = None
    readable: tuple[float, float] = (80.0, 80.0)


def _tikz(picture: Picture) -> str:
    from backprop_steps.pages.drawing.tikz import tikz

    return tikz(picture)


def _typst(picture: Picture) -> str:
    from backprop_steps.pages.drawing.typst import typst

    return typst(picture)


def _svg(picture: Picture) -> str:
    from backprop_steps.pages.drawing.svg import inline_svg

    return inline_svg(picture)


STANDARD = Format(
    "standard",
    "Markdown for Jupyter, pandoc and VS Code: formulas in $…$ and $$…$$",
    ("markdown.j2", "markdown.standard.j2"),
    escaping.markdown,
    escaping.markdown_tex,
    escaping.markdown_inline_tex,
    escaping.markdown_paragraph,
)
GITHUB = Format(
    "github",
    "Markdown for GitHub: formulas in $`…`$ and ```math fences",
    ("markdown.j2", "markdown.github.j2"),
    escaping.github,
    escaping.markdown_tex,
    escaping.markdown_inline_tex,
    escaping.markdown_paragraph,
)
LATEX = Format(
    "latex",
    "a complete LaTeX article; with --fragment only its body, for \\input",
    ("latex.j2",),
    escaping.latex,
    escaping.latex_tex,
    escaping.latex_tex,
    attached=("display", "result"),
    picture=_tikz,
)
TYPST = Format(
    "typst",
    "a complete Typst document, the source of the PDF",
    ("typst.j2",),
    escaping.typst,
    escaping.typst_tex,
    escaping.typst_tex,
    leading=escaping.typst_leading,
    picture=_typst,
)

TERMINAL = Format(
    "terminal",
    "text for a terminal, in colour where it has colours",
    ("terminal.j2",),
    escaping.terminal,
    escaping.terminal_tex,
    escaping.terminal_tex,
)
TERMINAL_ASCII = replace(TERMINAL, name="ascii", tex=escaping.ascii_tex, inline_tex=escaping.ascii_tex)
"""For a terminal that cannot show more; what is no formula is made ASCII sign by sign (`cells.ascii_signs`)."""
HTML = Format(
    "html",
    "one HTML file that needs nothing else: formulas as MathML, steps that fold, for a screen of any width",
    ("html.j2",),
    escaping.html,
    escaping.html_display,
    escaping.html_math,
    escaping.html_paragraph,
    rows=_html_rows,
    folds=True,
    picture=_svg,
)
NOTEBOOK = replace(
    STANDARD,
    name="notebook",
    about="a Jupyter notebook: the text of the solution, and code in NumPy that calculates its numbers and checks them",
    macros=(*STANDARD.macros, "notebook.j2"),
    bound=notebook,
)
SLIDES = Format(
    "slides",
    "slides, 16:9, a step a slide, revealed line by line",
    ("slides.j2", "slides.revealed.j2"),
    escaping.typst,
    escaping.typst_tex,
    escaping.typst_tex,
    escaping.slide_paragraph,
    rows=slide_rows,
    picture=_typst,
    readable=(80.0, 45.0),
    folds=True,
)
STILL_SLIDES = replace(SLIDES, name="still", macros=("slides.j2", "slides.still.j2"))
"""Slides each of which is one page, to hand out."""

FORMATS: dict[tuple[str, str], Format] = {
    ("markdown", "standard"): STANDARD,
    ("markdown", "github"): GITHUB,
    ("latex", "standard"): LATEX,
    ("terminal", "standard"): TERMINAL,
    ("typst", "standard"): TYPST,
    ("html", "standard"): HTML,
    ("notebook", "standard"): NOTEBOOK,
}
"""By what `--to` and `--dialect` say; only Markdown has dialects."""

OUTPUTS: dict[str, str] = {
    "markdown": "Markdown, in the dialect --dialect standard (Jupyter, pandoc, VS Code) or github",
    "latex": LATEX.about,
    "html": HTML.about,
    "typst": TYPST.about,
    "pdf": 'a PDF of A4 pages, by the Typst package (pip install "backprop-steps[pdf]"), or with --engine tex by TeX',
    "notebook": NOTEBOOK.about,
    "terminal": "text for a terminal: formulas as Unicode, within its width, in colour where it has colours",
    "json": "every value by its name, as decimal strings at full and at shown precision, and the list of steps",
}
"""What `--to` takes, each with a line about it."""

ENDINGS: dict[str, str] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".htm": "html",
    ".txt": "terminal",
    ".typ": "typst",
    ".pdf": "pdf",
    ".ipynb": "notebook",
    ".json": "json",
}
"""The format that an output file's ending asks for."""

REPORT_FORMATS: dict[str, Format] = {"terminal": TERMINAL, "markdown": STANDARD, "html": HTML}
"""The formats of a report on hand-ins, by what `check --to` says; there is JSON too."""

REPORT_OUTPUTS = (*REPORT_FORMATS, "json")
"""What `check --to` takes."""

REPORT_ENDINGS: dict[str, str] = {
    ".txt": "terminal",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
}
"""The format of a report that an output file's ending asks for."""


def html_naming(names: Names) -> Format:
    """HTML in which every symbol carries the name of its quantity."""
    return replace(
        HTML,
        tex=partial(escaping.html_display, names=names),
        inline_tex=cache(partial(escaping.html_math, names=names)),  # a symbol is named in many a sentence and link
        rows=partial(_html_rows, names=names),
    )


PICTURES: dict[str, str] = {".svg": "svg", ".typ": "typst", ".tex": "latex", ".pdf": "pdf", ".png": "png"}
"""The language of a picture that an output file's ending asks for."""

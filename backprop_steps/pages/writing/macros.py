"""What a document template calls: the format's macros, each a block of the page or a piece of a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import Template, TemplateRuntimeError
from markupsafe import Markup

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.pages.markup.blocks import Block, blocks, fenced, has_block, joined
from backprop_steps.pages.markup.cells import shown
from backprop_steps.pages.markup.escaping import terminal_tex, tex_text
from backprop_steps.pages.writing.formats import Format

if TYPE_CHECKING:
    from backprop_steps.checking.model import Link
    from backprop_steps.pages.drawing.model import Picture
    from backprop_steps.pages.writing.report_lines import PageLine


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula already written in TeX. In text it becomes inline math."""

    tex: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A formula that leads to a step on the page, by its anchor; to nowhere if that is empty."""

    formula: Formula
    anchor: str


_TALLEST = 62.0
"""A picture that is higher than this, in em, is set smaller: it has to stand on one page."""
LED_UP_TO = frozenset({"display", "result", "table", "items", "caption"})
"""The blocks that a page's end must not part from the paragraph before them."""

Math = Formula | Quantity | Expression | str
"""What may stand where a formula is expected; there, a string is TeX. It must not come from a file."""

Write = Callable[[Quantity | Expression], str]
"""Writes a quantity or an expression in TeX."""

Row = Math | Sequence[Math]
"""A row of a display: a formula; or what is left and right of the alignment, and then a remark, which is text."""


class Surroundings(Protocol):
    """The environment that the macros are in: its format, how it writes, and its templates."""

    format: Format
    write: Write

    def finalized(self, value: object) -> Markup:
        """What is printed for a value."""
        ...

    def get_template(self, name: str) -> Template:
        """A template by its name."""
        ...


class Macros:
    """The format's macros, by name, and what a document is offered of them."""

    def __init__(self, environment: Surroundings) -> None:
        self._environment = environment
        self._format = environment.format
        self._macros: dict[str, Callable[..., Markup]] = {}
        self._written: dict[str, Markup] = {}  # formulas in lines of text: a table has the same numbers again and again

    def offered(self) -> Mapping[str, Callable[..., Markup]]:
        """The names a document template may call."""
        return {
            "heading": self.heading,
            "caption": self.caption,
            "display": self.display,
            "result": self.result,
            "table": self.table,
            "items": self.items,
            "note": self.note,
            "rule": self.rule,
            "room": self.room,
            "folded": self.folded,
            "spread": self.spread,
            "blank": self.blank,
            "math": self.math,
            "strong": self.strong,
            "emphasis": self.emphasis,
            "code": self.code,
            "annotated": self.annotated,
            "cell": self.cell,
            "step": self.step,
            "picture": self.picture,
        }

    def call(self, kind: str, *arguments: object, **named: object) -> Markup:
        """The text that the format's macro writes, without the line breaks around it."""
        if not self._macros:
            self._load()
        return Markup(str(self._macros[kind](*arguments, **named)).strip("\n"))

    # blocks

    def heading(self, level: int, text: object) -> Markup:
        """A heading; level 1 is the highest below the title, 3 the lowest."""
        if level not in (1, 2, 3):
            raise TemplateRuntimeError(f"a heading's level is 1, 2 or 3, not {level}")
        return self._block("heading", level, self._inline(text))

    def caption(self, text: object) -> Markup:
        """A line that says whose the next display is: "neuron 1"."""
        return self._block("caption", self._inline(text))

    def display(self, rows: Sequence[Row]) -> Markup:
        """Formulas set off from the text, aligned where there are several."""
        if not rows:
            raise TemplateRuntimeError("a display needs at least one row")
        several = len(rows) > 1
        remarks = any(_parts(row)[2] for row in rows)
        if self._format.rows is not None:
            parts = [_parts(row) for row in rows]
            texts = [(self._shown(left), self._shown(right), remark) for left, right, remark in parts]
            laid_out = [Markup(row) if isinstance(row, str) else row for row in self._format.rows(texts)]
            return self._block("display", laid_out, remarks)
        return self._block("display", [Markup(self._row(row, several)) for row in rows], remarks)

    def result(self, formula: Math | Linked, label: object = "") -> Markup:
        """One formula that stands out: what a step was for."""
        if isinstance(formula, Linked):
            inline, shown = self.link(formula), self._linked(formula, Markup(self._tex(formula.formula)))
        else:
            inline, shown = self.math(formula), Markup(self._tex(formula))
        return self._block("result", shown, inline, self._inline(label))

    def table(self, header: Sequence[object], rows: Sequence[Sequence[object]], align: str = "") -> Markup:
        """A table. `align` has a letter a column: l, c, r, or p for text that may break over lines; default l."""
        width = len(header)
        if any(len(row) != width for row in rows) or len(align) > width or set(align) - set("lcrp"):
            raise TemplateRuntimeError("the rows of a table, its header and its alignment must have the same width")
        cells = [[self._inline(cell) for cell in row] for row in rows]
        return self._block("table", [self._inline(cell) for cell in header], cells, align.ljust(width, "l"))

    def items(self, values: Sequence[object], numbered: bool | str = False) -> Markup:
        """A list. `numbered`: false, true, or "circled" for ①②③. An item holds text and inline math only."""
        return self._block("items", [self._inline(value) for value in values], numbered)

    def note(self, label: object = "", *, caller: Callable[[], str]) -> Markup:
        """A remark set apart, with a label: `{% call note("Key insight") %}…{% endcall %}`. It may hold blocks."""
        start = f"{self.strong(label)} " if label else ""
        return self._block("note", Markup(self.assembled(start + str(caller()))))

    def picture(self, picture: Picture | None, caption: object = "") -> Markup:
        """A picture with what stands below it; nothing where there is none, or where the format has no pictures."""
        if picture is None or self._format.picture is None:
            return Markup("")
        body = Markup(self._format.picture(picture))
        scale = round(min(1.0, _TALLEST / picture.height), 3)
        return self._block("picture", body, f"{picture.title}. {picture.alt}", self._inline(caption), scale)

    def rule(self) -> Markup:
        """A line across the page."""
        return self._block("rule")

    def step(
        self,
        anchor: str,
        label: object,
        uses: Sequence[Linked | Math] = (),
        label_of_uses: object = "",
        place: Sequence[object] = (),
        *,
        caller: Callable[[], str],
    ) -> Markup:
        """A step, which folds and can be linked to: `{% call step("loss", "The loss") %}…{% endcall %}`.

        It may hold blocks. Where the format folds nothing, what is in it stands as it is. `place` is which step it is,
        in words, as a number, and of how many: slides say so.
        """
        if not self._format.folds:
            return Markup(caller())
        links = [self.link(one) if isinstance(one, Linked) else self.math(one) for one in uses]
        where = [self._inline(place[0]), *place[1:]] if place else []
        body = Markup(self.assembled(str(caller())))
        return self._block("step", anchor, self._inline(label), links, self._inline(label_of_uses), body, where)

    def room(self, lines: int) -> Markup:
        """So many lines to write on."""
        return self._block("room", lines)

    def folded(self, label: object, *, caller: Callable[[], str]) -> Markup:
        """What is folded away below its label, where the format can; it may hold blocks."""
        return self._block("folded", self._inline(label), Markup(self.assembled(str(caller()))))

    def spread(self, on: bool = True) -> Markup:
        """From here on there is room between the lines of a display for a hand; not `on`: no more."""
        return self._block("spread", on)

    def cell(self, code: str) -> Markup:
        """A cell of code, in a notebook; no block where there is no code."""
        return Markup(fenced(Block("cell", code))) if code else Markup("")

    def annotated(
        self, lines: Sequence[PageLine], remark: Callable[[Link], object], names: Mapping[str, str], fence: str
    ) -> Markup:
        """The lines of a hand-in with their marks.

        `remark` writes what is said of a link, `names` are what verdicts are called. Only the formats of
        reports have it. `fence` is longer than any run of backticks in the lines.
        """
        rows = [(line, [(one, self._inline(remark(one.link))) for one in line.remarks]) for line in lines]
        return self._block("annotated", rows, names, fence)

    # pieces of a line

    def math(self, formula: Math) -> Markup:
        """A formula in a line of text."""
        source = self._source(formula)
        if source not in self._written:
            self._written[source] = self.call("math", Markup(self._format.inline_tex(source)))
        return self._written[source]

    def link(self, link: Linked) -> Markup:
        """A formula in a line of text that leads to the step where it is found, where the format has links."""
        return self._linked(link, self.math(link.formula))

    def _linked(self, link: Linked, shown: Markup) -> Markup:
        if not self._format.folds or not link.anchor:
            return shown
        return self.call("link", shown, link.anchor, terminal_tex(link.formula.tex))

    def blank(self, wide: float) -> Markup:
        """A line to write on, so wide in em."""
        return self.math(rf"\underline{{\hspace{{{wide}em}}}}")

    def strong(self, text: object) -> Markup:
        """Bold text."""
        return self.call("strong", self._inline(text))

    def emphasis(self, text: object) -> Markup:
        """Emphasised text."""
        return self.call("emphasis", self._inline(text))

    def code(self, text: str) -> Markup:
        """A name or a piece of somebody's page, letter by letter."""
        plain = shown(text)
        return self.call("code", self._inline(plain), plain)

    # the page

    def assembled(self, stream: str) -> str:
        """The text of a stream's blocks."""
        return joined(self.page(stream), self._format.attached)

    def page(self, stream: str) -> list[Block]:
        """The blocks of a stream, its paragraphs as the format writes them."""
        found = blocks(stream)
        return [
            block if block.kind != "paragraph" else Block("paragraph", self._paragraph(block.text, after))
            for block, after in zip_longest(found, found[1:])
        ]

    def _paragraph(self, text: str, after: Block | None) -> str:
        leads = self._format.leading is not None and after is not None and after.kind in LED_UP_TO
        return self._format.leading(text) if leads and self._format.leading else self._format.paragraph(text)

    def _load(self) -> None:
        # On first use: the format's own files are templates of the environment that is being made.
        for name in self._format.macros:
            module = self._environment.get_template(f"formats/{name}").module
            self._macros |= {key: value for key, value in vars(module).items() if not key.startswith("_")}

    def _block(self, kind: str, *arguments: object) -> Markup:
        text = str(self.call(kind, *arguments))
        return Markup(fenced(Block(kind, text)) if text else "")

    def _inline(self, text: object) -> Markup:
        if isinstance(text, Formula):
            return self.math(text)
        marked = self._environment.finalized(text)
        if has_block(marked):
            raise TemplateRuntimeError("only text and inline math may stand here, not a display, a table or a heading")
        return Markup(" ".join(marked.split("\n")).strip(" "))

    def _source(self, formula: Math) -> str:
        if isinstance(formula, str):
            return formula
        return formula.tex if isinstance(formula, Formula) else self._environment.write(formula)

    def _shown(self, formula: Math | None) -> str:
        return "" if formula is None else self._source(formula)

    def _tex(self, formula: Math) -> str:
        return self._format.tex(self._source(formula))

    def _row(self, row: Row, several: bool) -> str:
        left, right, remark = _parts(row)
        one, two = (self._source(part) if part is not None else "" for part in (left, right))
        text = (r" && \quad " if several else r" \qquad ") + rf"\text{{{tex_text(remark)}}}" if remark else ""
        if right is None:
            whole = one + (" &" if several and remark else "") + text
        else:
            whole = f"{one} {'&' if several else ''}{two}{text}"
        return self._format.tex(whole)


def _parts(row: Any) -> tuple[Math | None, Math | None, str]:
    if isinstance(row, (Formula, Quantity, Expression, str)):
        return row, None, ""
    left, right, remark = (*row, None, None)[:3]
    return left, right, str(remark or "")

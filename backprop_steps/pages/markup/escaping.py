"""Plain text made safe for a page: the one place that knows which characters mean something to a format.

What writes the formulas of one format is imported when that format is written.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from typing import TYPE_CHECKING

from backprop_steps.notation.pieces import PieceError
from backprop_steps.notation.unicode_math import line as formula_line
from backprop_steps.notation.unicode_signs import in_ascii

if TYPE_CHECKING:
    from backprop_steps.notation.mathml import Names

# C0 and C1 controls, but for newline and tab: nothing prints them, and blocks are fenced by them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What turns the direction of writing shows a page otherwise than it is.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# One pass, so that nothing is escaped twice. A character is left alone where no dialect gives it a meaning; at the end
# of a piece the neighbour is not known, and the cautious reading is taken.
_MARKDOWN = re.compile(
    r"""
      [\\`*_\[\]{}|$~^]
    | <(?=[A-Za-z/!?]|\Z)        # a tag, a comment; "a < b" stays
    | &(?=\#?\w+;|\Z|\#?\w+\Z)   # an entity
    | (?<!\w)[@\#](?=\S|\Z)      # a citation, a mention, an issue's number
    """,
    re.VERBOSE,
)
_MARKDOWN_ENTITIES = {"<": "&lt;", "&": "&amp;", "\\": "&#92;"}  # Jupyter takes `\\(` for the start of a formula
_MARKDOWN_START = re.compile(r"(?:[#>]|[-+](?= |$)|[-=](?=[-=\s]*$))|(\d+)(?=[.)](?: |$))")


def markdown(text: str) -> str:
    """Plain text for Markdown in the standard dialect: it prints as it is, as no markup, no HTML and no formula."""
    return _MARKDOWN.sub(_markdown_character, _CONTROLS.sub("", text))


def github(text: str) -> str:
    r"""Plain text for GitHub, where `\$` may still open a formula; an element around the sign keeps it from that."""
    return markdown(text).replace("\\$", "<span>$</span>")


def markdown_paragraph(line: str) -> str:
    """A paragraph that does not begin like a heading, a quotation, a rule or a list."""
    start = _MARKDOWN_START.match(line)
    if start is None:
        return line
    return f"{line[: start.end()]}\\{line[start.end() :]}" if start[1] else f"\\{line}"


def markdown_tex(tex: str) -> str:
    """TeX for Markdown: no blank line, and no `<` that an HTML reader would take for a tag."""
    return re.sub(r"\s+", " ", tex.replace("<", " < ").replace(">", " > ")).strip()


def markdown_inline_tex(tex: str) -> str:
    r"""TeX inside a line: moreover without a raw `|`, which ends the cell of a table."""
    return markdown_tex(tex.replace(r"\|", r"\Vert ").replace("|", r"\vert "))


def terminal(text: str) -> str:
    """Plain text for a terminal: nothing in it steers one."""
    return _TURNS.sub("", _CONTROLS.sub("", text))


def terminal_tex(tex: str) -> str:
    """TeX for a terminal: as a line of Unicode; as it is where it is no TeX."""
    plain = one_line(tex)
    try:
        return formula_line(plain)
    except PieceError:
        return plain


def ascii_tex(tex: str) -> str:
    """TeX for a terminal that has only ASCII."""
    return in_ascii(terminal_tex(tex))


def one_line(tex: str) -> str:
    """TeX on one line, which steers no terminal."""
    return re.sub(r"\s+", " ", terminal(tex)).strip()


def html(text: str) -> str:
    """Plain text for HTML, in an element or in a quoted attribute."""
    return entities.escape(terminal(text))


def html_paragraph(line: str) -> str:
    """A paragraph of a page in HTML; no line begins with the punctuation after a formula."""
    return f"<p>{_HTML_PUNCTUATION.sub('</math>&#8288;', line)}</p>"


_HTML_PUNCTUATION = re.compile(r"</math>(?=[,.;:?)])")


def html_math(tex: str, names: Names | None = None) -> str:
    """A formula in a line of HTML: MathML, which browsers set themselves, or its TeX where that cannot be made."""
    from backprop_steps.notation.mathml import math
    from backprop_steps.notation.mathml_atoms import MathmlError

    plain = one_line(tex)
    try:
        return math(plain, names)
    except MathmlError:
        return f'<code class="tex">{html(plain)}</code>'


def html_display(tex: str, names: Names | None = None, goes_on: bool = False) -> str:
    """A formula set off from the text; `goes_on`: the rest of one, begun with the sign that puts it to the first."""
    from backprop_steps.notation.mathml import math
    from backprop_steps.notation.mathml_atoms import MathmlError

    try:
        return math(one_line(tex), names, display=True, goes_on=goes_on)
    except MathmlError:
        return f'<code class="tex">{html(one_line(tex))}</code>'


def _markdown_character(match: re.Match[str]) -> str:
    character = match[0]
    return _MARKDOWN_ENTITIES.get(character) or f"\\{character}"


_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "`": r"\textasciigrave{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",  # with babel, a `"` of its own may be a shorthand
    "[": "{[}",  # at the start of a row or an item it would open an option
    "*": "{*}",
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2060": "{}",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "·": r"\textperiodcentered{}",
    "−": r"\ensuremath{-}",
    "×": r"\ensuremath{\times}",
    "÷": r"\ensuremath{\div}",
    "±": r"\ensuremath{\pm}",
    "≈": r"\ensuremath{\approx}",
    "≠": r"\ensuremath{\neq}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "∂": r"\ensuremath{\partial}",
    "∑": r"\ensuremath{\sum}",
    "√": r"\ensuremath{\surd}",
    "∞": r"\ensuremath{\infty}",
    "∈": r"\ensuremath{\in}",
    "⊙": r"\ensuremath{\odot}",
    "→": r"\ensuremath{\rightarrow}",
    "←": r"\ensuremath{\leftarrow}",
    "⇒": r"\ensuremath{\Rightarrow}",
    "′": r"\ensuremath{'}",
    "•": r"\textbullet{}",
    "µ": r"\ensuremath{\mu}",
    "€": r"\texteuro{}",
}
# What pdfTeX prints with the T1 encoding as it is.
_LATEX_AS_IT_IS = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž‘’“”„‚«»‹›¡¿§£©®°"
)
# `--` would print as a dash; a word joiner between keeps the two apart.
_LATEX_LIGATURE = re.compile("([-,])(?=\\1)")
_LATEX_MADE_FROM = {"<super>": "textsuperscript", "<sub>": "textsubscript", "<circle>": "textcircled"}
_LATEX_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
    "\u0331": "b",
}  # fmt: skip


def latex(text: str) -> str:
    """Plain text for LaTeX: it prints as it is, runs no command, and stops no engine.

    A character that pdfTeX cannot print stands as its code, `[U+4E2D]`.
    """
    if text.isascii() and text.isalnum():
        return text
    plain = _LATEX_LIGATURE.sub("\\1\u2060", unicodedata.normalize("NFC", _CONTROLS.sub("", text)))
    return "".join(_latex_character(one) for one in plain)


def latex_tex(tex: str) -> str:
    """TeX for LaTeX: without a blank line, which would end the formula."""
    return re.sub(r"\s+", " ", tex).strip()


_TYPST = re.compile(
    r"""
      [\\`*_\[\]{}$\#<>@~"=+/]    # markup wherever it stands; `=`, `+` and `/` at the start of a content block
    | (?<!\w)-|-(?!\w)|-(?=\d)    # a dash, a list, a minus sign; a hyphen within a word stays
    | (?<=\d)\.(?=\s|\Z)         # a numbered list
    | \.(?=\.)                   # an ellipsis
    """,
    re.VERBOSE,
)


def typst(text: str) -> str:
    """Plain text for Typst's markup, wherever in it: it prints as it is, with the quotation marks of its language."""
    return _TYPST.sub(r"\\\g<0>", terminal(text))


def typst_tex(tex: str) -> str:
    """TeX as a formula of Typst's, for between two dollar signs."""
    from backprop_steps.notation.typst import formula

    return formula(tex)


def typst_leading(line: str) -> str:
    """A paragraph that stays on the page of what comes after it."""
    return f"#block(sticky: true)[{line}]"


def slide_paragraph(line: str) -> str:
    """A paragraph on a slide."""
    return f"say[{line}],"


def quoted(text: str) -> str:
    """Plain text as a string in Typst's code."""
    from backprop_steps.notation.typst import string

    return string(terminal(text))


def tex_text(text: str) -> str:
    r"""Plain text for inside `\text{…}` in a formula, in every format."""
    return "".join(_LATEX.get(one, one) if one in r"\{}$&#%_^~" else one for one in _CONTROLS.sub("", text))


def _latex_character(one: str) -> str:
    if one in _LATEX:
        return _LATEX[one]
    if one.isascii() or one in _LATEX_AS_IT_IS:
        return one
    if unicodedata.category(one) == "Cf":
        return ""
    # Greek, superscripts, circled digits, letters with rarer accents: by what Unicode says they are.
    name = unicodedata.name(one, "")
    tag, *codes = unicodedata.decomposition(one).split() or [""]
    plain = "".join(chr(int(code, 16)) for code in codes)
    if tag in _LATEX_MADE_FROM:
        return rf"\{_LATEX_MADE_FROM[tag]}{{{latex(plain)}}}"
    if tag == "<fraction>":
        top, bottom = plain.split("\u2044")
        return rf"\ensuremath{{\frac{{{top}}}{{{bottom}}}}}"
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name)
    if greek and greek[2] in _GREEK:
        letter = greek[2].lower().replace("lamda", "lambda")
        if greek[1] == "SMALL":
            return rf"\ensuremath{{\{letter}}}" if letter != "omicron" else "o"
        return rf"\ensuremath{{\{letter.capitalize()}}}" if greek[2] in _GREEK_CAPITALS else _GREEK_LATIN[greek[2]]
    if plain in _LATEX_ACCENTS:  # a letter's decomposition is the plain letter, then its accent
        return rf"\{_LATEX_ACCENTS[plain]}{{{latex(chr(int(tag, 16)))}}}"
    return rf"\texttt{{[U+{ord(one):04X}]}}"


_GREEK_CAPITALS = frozenset(("GAMMA", "DELTA", "THETA", "LAMDA", "XI", "PI", "SIGMA", "UPSILON", "PHI", "PSI", "OMEGA"))
_GREEK_LATIN = {
    "ALPHA": "A", "BETA": "B", "EPSILON": "E", "ZETA": "Z", "ETA": "H", "IOTA": "I", "KAPPA": "K", "MU": "M",
    "NU": "N", "OMICRON": "O", "RHO": "P", "TAU": "T", "CHI": "X",
}  # fmt: skip
_GREEK = _GREEK_CAPITALS | _GREEK_LATIN.keys()

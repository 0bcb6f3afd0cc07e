"""What is no claim is blanked out, character for character: comments, struck-out text, the preamble, tags, pictures,
and what a worksheet says itself, its hints and the room that was not needed.
"""

from __future__ import annotations

import re

_TAGS = (
    r"</?(?:i|b|em|strong|u|span|div|p|code|pre|table|thead|tbody|tr|td|th|li|ul|ol|h[1-6]|br|hr|font|a|img|center|small"
    r"|big|mark|html|body|head|title|math|mrow|mi|mo|mn)(?:\s[^<>]{0,300})?/?>"
)
_GONE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<tag>del|s|strike|script|style|head|svg)(?:\s[^<>]{0,200})?>.*?(?:</(?P=tag)\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_STRUCK = re.compile(r"~~(?=\S)(?:[^~\n]|~(?!~)|\n(?!\s*\n))*~~")
_BRACES = re.compile(r"(?P<struck>\\(?:sout|st)\s*\{)|\\.|(?P<opens>\{)|(?P<closes>\})|(?P<ends>\n[ \t]*\n)", re.DOTALL)
_TAG = re.compile(_TAGS, re.IGNORECASE)
_BREAKING = re.compile(r"</?(?:p|br|tr|li|div|td|th|h[1-6]|pre|table|ul|ol|hr)\b", re.IGNORECASE)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_RULE = re.compile(r"^[ \t]*(?:-{3,}|={4,}|\*{3,}|─{3,}|═{3,})[ \t]*$", re.MULTILINE)
"""A line across the page, or below a heading."""
_IS_LATEX = re.compile(r"\\documentclass|\\begin\s*\{document\}|^\s*\\(?:sub)*section\*?\s*\{|^%", re.MULTILINE)
_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
_END = re.compile(r"\\end\s*\{document\}")
_PICTURE = re.compile(
    r"\\begin\s*\{(?P<kind>tikzpicture|picture|pspicture)\}.*?(?:\\end\s*\{(?P=kind)\}|\Z)"
    r"|\\definecolor\{\w*\}\{\w*\}\{[^{}\n]*\}|\\ifdefined\\pdfliteral[^\n]*",
    re.DOTALL,
)
_LINK = re.compile(r"(?<!\\)\[(?P<text>(?:[^\[\]\n\\]|\\.)*)\]\((?:#|https?:|mailto:|\.{0,2}/)[^()\s]*\)")
_QUOTED = re.compile(
    r"^[ \t]*>[^\n$]*\$\$(?:[^$]|\$(?!\$))*\$\$|^[ \t]*>[^\n]*\\\[(?:[^\\]|\\(?!\]))*\\\]", re.MULTILINE
)
"""A display in a quotation."""
_MARK = re.compile(r"(?<=\n)[ \t]*(?:>[ \t]?)+")
_BOLD = re.compile(r"(\*\*|__)(?=[^\s*_])((?:[^*\n]|(?<!\*)\*(?!\*)){1,300}?)(?<=[^\s*_])\1")
_SIZED_BRACKET = re.compile(r"\\(?:small|normalsize|[lL]arge|LARGE|[hH]uge)\s*(\{)\s*(?:\\[{}]|[()\[\]])\s*(\})")
"""`\\large{(}`: the braces are there for the size of one bracket, which closes elsewhere."""
_STARS = re.compile(r"(?<![\w*)\]}])\*(?=[^\s*=])([^*\n]{1,200}?)(?<=[^\s*(=])\*(?![\w*(\[{])")
_LOW = re.compile(r"(?<![\w_)\]}\\])_(?=[A-Za-z])([A-Za-z][A-Za-z ,.]{0,200}?)_(?![\w_])")


_HINTS = re.compile(
    r"^(?:(?P<marks>#{1,6})[ \t]+hints?\b[^\n]*|\\(?P<subs>(?:sub)*)section\*?\{hints?\b[^\n]*|hints?\n-+[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_FOLDED_HINT = re.compile(r"<details>\s*<summary>\s*hint\b.*?(?:</details>|\Z)", re.DOTALL | re.IGNORECASE)
_ROOM_LEFT = re.compile(
    r"(?<=&)[ \t]*\\quad[ \t]*\\underline\{\\hspace\{[^{}\n]*\}\}(?=[ \t]*(?:$|\\\\|\\end|&&|\\quad[ \t]*\\text))",
    re.MULTILINE,
)


def blank(text: str) -> str:
    """Spaces of the same length; line ends stay."""
    return re.sub(r"[^\n]", " ", text)


def masked(text: str) -> str:
    """The page without what says nothing, every other character in its place."""
    text = _RULE.sub(lambda found: blank(found.group()), _without_worksheet(text))
    if "<" in text:
        if "<!--" in text or re.search(r"<(?:del|s|strike|script|style|head|svg)\b", text, re.IGNORECASE):
            text = _GONE.sub(lambda found: blank(found.group()), text)
        text = _TAG.sub(_tag, text)
    if "](" in text:
        text = _LINK.sub(lambda found: blank(found.group()), text)
    if ">" in text:
        text = _QUOTED.sub(lambda found: _MARK.sub(lambda mark: blank(mark.group()), found.group()), text)
    if "~~" in text:
        text = _STRUCK.sub(lambda found: blank(found.group()), text)
    text = _SIZED_BRACKET.sub(_without_braces, text)
    if r"\sout" in text or r"\st" in text:
        text = _without_struck_arguments(text)
    if r"\begin" in text and "picture" in text:
        text = _PICTURE.sub(lambda found: blank(found.group()), text)
    if _IS_LATEX.search(text):
        text = _COMMENT.sub(lambda found: blank(found.group()), text)
        begins = _DOCUMENT.search(text)
        if begins:
            text = blank(text[: begins.end()]) + text[begins.end() :]
        ends = _END.search(text)
        if ends:
            text = text[: ends.start()] + blank(text[ends.start() :])
    return text


def _without_braces(found: re.Match[str]) -> str:
    """A bracket of another size, its command and braces blanked out."""
    start, end = found.start(1) - found.start() + 1, found.end(2) - found.start() - 1
    whole = found.group()
    return blank(whole[:start]) + whole[start:end] + blank(whole[end:])


def _without_struck_arguments(text: str) -> str:
    r"""The page without what LaTeX strikes out, `\sout{so $z = 1$}`: to the brace that closes it, in its paragraph."""
    opened: list[int | None] = []
    struck: list[tuple[int, int]] = []
    for found in _BRACES.finditer(text):
        if found["struck"]:
            opened.append(found.start())
        elif found["opens"]:
            opened.append(None)
        elif found["ends"]:
            opened.clear()
        elif found["closes"] and opened and (start := opened.pop()) is not None:
            while struck and struck[-1][0] > start:
                struck.pop()
            struck.append((start, found.end()))
    ends = [0, *(end for _, end in struck)]
    kept = [text[end:start] for end, (start, _) in zip(ends, struck, strict=False)]
    gone = [blank(text[start:end]) for start, end in struck]
    return "".join(f"{one}{two}" for one, two in zip(kept, gone, strict=True)) + text[ends[-1] :]


def _without_worksheet(text: str) -> str:
    """The page without the hints of a worksheet, and without lines to write on that go on with a formula: a gap has as
    many lines as its answer takes, and who needs fewer leaves the others open.
    """
    if r"\hspace" in text:
        text = _ROOM_LEFT.sub(lambda found: blank(found.group()), text)
    if "<summary>" in text:
        text = _FOLDED_HINT.sub(lambda found: blank(found.group()), text)
    hints = _HINTS.search(text)
    if hints is None:
        return text
    if hints["marks"]:
        next_one = re.compile(rf"^#{{1,{len(hints['marks'])}}}[ \t]", re.MULTILINE)
    elif hints["subs"] is not None:
        next_one = re.compile(rf"^\\(?:sub){{0,{len(hints['subs']) // 3}}}section|^\\end\{{document", re.MULTILINE)
    else:
        next_one = re.compile(r"^[^\n]+\n-+[ \t]*$", re.MULTILINE)
    after = next_one.search(text, hints.end())
    end = after.start() if after else len(text)
    return text[: hints.start()] + blank(text[hints.start() : end]) + text[end:]


def _tag(found: re.Match[str]) -> str:
    tag = found.group()
    return ("\n" if _BREAKING.match(tag) else " ") + blank(tag[1:])


def without_emphasis(line: str) -> str:
    """A line of prose without the stars and low lines of Markdown's emphasis."""
    if "**" in line or "__" in line:
        line = _BOLD.sub(lambda found: f"  {found.group(2)}  ", line)
    if "*" in line:
        line = _STARS.sub(lambda found: f" {found.group(1)} ", line)
    if "_" in line:
        line = _LOW.sub(lambda found: f" {found.group(1)} ", line)
    return line

"""What is no claim is blanked out, character for character: comments, struck-out text, the preamble, tags."""

from __future__ import annotations

import re

_TAGS = (
    r"</?(?:i|b|em|strong|u|span|div|p|code|pre|table|thead|tbody|tr|td|th|li|ul|ol|h[1-6]|br|hr|font|a|img|center|small"
    r"|big|mark|html|body|head|title|math|mrow|mi|mo|mn)(?:\s[^<>]{0,300})?/?>"
)
_GONE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<tag>del|s|strike|script|style|head)(?:\s[^<>]{0,200})?>.*?(?:</(?P=tag)\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_STRUCK = re.compile(r"~~(?=\S)(?:[^~\n]|~(?!~)|\n(?!\s*\n))*~~")
_TAG = re.compile(_TAGS, re.IGNORECASE)
_BREAKING = re.compile(r"</?(?:p|br|tr|li|div|td|th|h[1-6]|pre|table|ul|ol|hr)\b", re.IGNORECASE)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_IS_LATEX = re.compile(r"\\documentclass|\\begin\s*\{document\}|^\s*\\(?:sub)*section\*?\s*\{|^%", re.MULTILINE)
_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
_END = re.compile(r"\\end\s*\{document\}")
_BOLD = re.compile(r"(\*\*|__)(?=[^\s*_])([^*\n]{1,300}?)(?<=[^\s*_])\1")
_STARS = re.compile(r"(?<![\w*)\]}])\*(?=[^\s*=])([^*\n]{1,200}?)(?<=[^\s*(=])\*(?![\w*(\[{])")
_LOW = re.compile(r"(?<![\w_)\]}\\])_(?=[A-Za-z])([A-Za-z][A-Za-z ,.]{0,200}?)_(?![\w_])")


def blank(text: str) -> str:
    """Spaces of the same length; line ends stay."""
    return re.sub(r"[^\n]", " ", text)


def masked(text: str) -> str:
    """The page without what says nothing, every other character in its place."""
    if "<" in text:
        if "<!--" in text or re.search(r"<(?:del|s|strike|script|style|head)\b", text, re.IGNORECASE):
            text = _GONE.sub(lambda found: blank(found.group()), text)
        text = _TAG.sub(_tag, text)
    if "~~" in text:
        text = _STRUCK.sub(lambda found: blank(found.group()), text)
    if _IS_LATEX.search(text):
        text = _COMMENT.sub(lambda found: blank(found.group()), text)
        begins = _DOCUMENT.search(text)
        if begins:
            text = blank(text[: begins.end()]) + text[begins.end() :]
        ends = _END.search(text)
        if ends:
            text = text[: ends.start()] + blank(text[ends.start() :])
    return text


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

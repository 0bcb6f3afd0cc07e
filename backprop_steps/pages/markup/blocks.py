"""A page as a sequence of blocks, whatever the white space of the template that wrote it.

A document template writes a *stream*: prose, and between the prose the blocks (headings, displays, tables) that the
format's macros made, each fenced by control characters that no text can contain. So a template may be laid out for the
eye of who edits it, and the page still has exactly one blank line between two blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_START, _MIDDLE, _END = "\x02", "\x1f", "\x03"
_BLOCK = re.compile(f"{_START}([a-z]+){_MIDDLE}([^{_END}]*){_END}")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
# Not \s: a no-break space in prose is there on purpose.
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page that stands on its own: `kind` is the name of the macro that writes it."""

    kind: str
    text: str


def fenced(block: Block) -> str:
    """A block as it stands in a stream."""
    return f"{_START}{block.kind}{_MIDDLE}{block.text}{_END}"


def has_block(text: str) -> bool:
    """Whether a piece of text has a block in it, where only inline pieces may stand."""
    return _START in text


def blocks(stream: str) -> list[Block]:
    """The blocks of a stream. Prose between them falls into paragraphs at its blank lines; a paragraph is one line."""
    found: list[Block] = []
    # re.split gives prose, kind, text, prose, kind, text, …, prose
    pieces = _BLOCK.split(stream)
    for number, prose in enumerate(pieces[::3]):
        for paragraph in _BLANK_LINE.split(prose):
            line = _SPACE.sub(" ", paragraph).strip(" ")
            if line:
                found.append(Block("paragraph", line))
        if 3 * number + 2 < len(pieces):
            found.append(Block(pieces[3 * number + 1], pieces[3 * number + 2]))
    return found


def joined(page: Sequence[Block], attached: Sequence[str] = ()) -> str:
    """The blocks with one blank line between; a kind in `attached` goes on with a text, or another such, before it."""
    leading = ("paragraph", "caption", *attached)
    parts: list[str] = []
    for before, block in zip((None, *page), page, strict=False):
        if before is not None:
            parts.append("\n" if block.kind in attached and before.kind in leading else "\n\n")
        parts.append(block.text)
    return "".join(parts)

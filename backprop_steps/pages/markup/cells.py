"""Text as a terminal shows it: which characters may be shown, and how many cells each takes."""

from __future__ import annotations

import re
import unicodedata

TAB = 4
_STYLE = re.compile("\x1b\\[[0-9;]*m")
_OPENING = re.compile(r"\s*(?:(?:-|[0-9]+\.)\s+)?")
_PLAIN = re.compile(r"[ -~]*")


def shown(text: str) -> str:
    """Text that comes from outside, on one line, so that it cannot steer what shows it.

    A control character is its picture (␛), a tab is spaces; what turns the direction of writing or takes no room is
    left out.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(map(_shown, text))


def _shown(one: str) -> str:
    if one == "\t":
        return " " * TAB
    if one < " " or one == "\x7f":
        return chr(0x2400 + ord(one)) if one < " " else "␡"
    category = unicodedata.category(one)
    if category in ("Zl", "Zp"):
        return " "
    if category in ("Cc", "Cs", "Cn", "Co"):
        return "\ufffd"
    return "" if category == "Cf" else one


def width(text: str) -> int:
    """The cells that a text takes; colours take none."""
    text = _STYLE.sub("", text)
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(one: str) -> int:
    if unicodedata.category(one) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1


def padded(text: str, room: int, right: bool = False) -> str:
    """The text with spaces to fill so many cells."""
    space = " " * max(room - width(text), 0)
    return space + text if right else text + space


def folded(text: str, room: int) -> list[str]:
    """The text in pieces of so many cells at most; a character is never parted from the accents on it."""
    if width(text) <= room:
        return [text]
    pieces: list[str] = []
    start = taken = 0
    for at, one in enumerate(text):
        wide = _width(one)
        if wide and taken + wide > room and at > start:
            pieces.append(text[start:at])
            start, taken = at, 0
        taken += wide
    return [*pieces, text[start:]]


def wrapped(line: str, room: int) -> list[str]:
    """A line broken between words where it is wider than so many cells; what goes on stands below where it began.

    A no-break space breaks only in what takes more than a line.
    """
    if width(line) <= room:
        return [line]
    start = _OPENING.match(line)
    hanging = " " * (width(start[0]) if start else 0)
    lines, row = [], ""
    words = [
        part
        for word in re.findall(r"[ \t]*[^ \t]+", line)
        for part in ([word] if width(word) <= room else re.findall(r"\s*\S+", word))
    ]
    for word in words:
        if row.strip() and width(row + word) > room:
            lines.append(row)
            row = hanging + word.lstrip()
        else:
            row += word
    return [*lines, row]


def uncoloured(text: str) -> str:
    """The text without colours."""
    return _STYLE.sub("", text)


_ASCII = {
    "✓": "v", "✗": "x", "≈": "~", "→": ">", "│": "|", "–": "-", "—": "-", "…": ".", "·": "*", "−": "-", "×": "x",
    "’": "'",
    "‘": "'", "“": '"', "”": '"', "„": '"', "ß": "s", "′": "'", "∂": "d", "≤": "<", "≥": ">", "←": "<", "\u00a0": " ",
}  # fmt: skip


def ascii_signs(text: str) -> str:
    """The text with ASCII signs alone, in as many cells: what stands beneath it stays beneath it."""
    if text.isascii():
        return text
    return "".join(map(_ascii_sign, unicodedata.normalize("NFC", text)))


def _ascii_sign(one: str) -> str:
    if one < "\x7f":
        return one
    plain = unicodedata.normalize("NFKD", one)[0]
    return _ASCII.get(one) or (plain if plain.isascii() and width(one) == 1 else "?" * width(one))

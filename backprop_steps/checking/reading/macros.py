r"""The commands that a page defines for itself: `\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}`, `\def`.

They are put in where they are called, sign by sign: a sign out of an argument stands where it was written, every other
where the call is. Number, length, depth and the sum of all that is put in are bounded, so that no definition, of
itself by itself or by a hundred others, runs away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

MOST_MACROS = 200
"""Definitions on a page."""
LONGEST_BODY = 1_000
"""Characters of a definition."""
DEEPEST_CALL = 8
"""Calls in calls."""
MOST_PUT_IN = 150_000
"""Characters that all calls of a page may come to."""

_BRACE = re.compile(r"\\[\s\S]|[{}]")
_COMMENTED = re.compile(r"(?<!\\)%[^\n]*\Z")
_PARAMETER = re.compile(r"#([1-9])")
_OPTION = re.compile(r"\s*\[([^\[\]\n]{0,80})\]")
_OPENING = re.compile(r"\s*\{")
_ONE = re.compile(r"\s*(\\[A-Za-z]+|\\?[^\s{}])")


@dataclass(frozen=True, slots=True)
class Macro:
    """How many arguments a command takes, what it stands for, and the first argument where it is not given."""

    arguments: int
    body: str
    default: str | None = None


@dataclass(slots=True)
class Macros:
    """The commands of one page, and how much may still be put in for them."""

    known: Mapping[str, Macro] = field(default_factory=dict)
    left: int = MOST_PUT_IN


@dataclass(frozen=True, slots=True)
class Call:
    """What a call comes to: `starts[i]` and `ends[i]` are where character i of the text stands in the calling one."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    after: int
    """Where the call ends."""


@cache
def _definition() -> re.Pattern[str]:
    # Few pages define commands; making this ready takes as long as reading ten lines.
    return re.compile(
        r"\\(?:(?P<new>(?:re|provide)?newcommand|providecommand)\*?\s*(?:\{\s*\\(?P<braced>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))"
        r"\s*(?:\[(?P<count>[0-9])\])?\s*(?:\[(?P<default>[^\[\]\n]{0,80})\])?"
        r"|def\s*\\(?P<def>[A-Za-z]+)\s*(?P<given>(?:\#[1-9])*)"
        r"|(?P<operator>DeclareMathOperator)\*?\s*\{\s*\\(?P<named>[A-Za-z]+)\s*\})\s*(?=\{)"
    )


def defined(text: str) -> tuple[Macros, str]:
    """The commands that a page defines, and the page with the definitions blanked out."""
    if not any(word in text for word in ("newcommand", "\\def", "providecommand", "DeclareMathOperator")):
        return Macros(), text
    known: dict[str, Macro] = {}
    kept: list[str] = []
    place = 0
    for found in islice(_definition().finditer(text), MOST_MACROS):
        if found.start() < place:
            continue
        line = text.rfind("\n", max(0, found.start() - 500), found.start()) + 1
        close = _closing(text, found.end())
        if close is None or _COMMENTED.search(text, line, found.start()):
            continue
        name = found["braced"] or found["bare"] or found["def"] or found["named"]
        body = text[found.end() + 1 : close]
        count = int(found["count"] or 0) or len(found["given"] or "") // 2
        if found["operator"]:
            body = r"\operatorname{" + body + "}"
        known[name] = Macro(count, body, found["default"])
        kept += [text[place : found.start()], re.sub(r"[^\n]", " ", text[found.start() : close + 1])]
        place = close + 1
    return Macros(known), "".join([*kept, text[place:]])


def _closing(text: str, start: int) -> int | None:
    level = 0
    for found in _BRACE.finditer(text, start, start + LONGEST_BODY):
        level += {"{": 1, "}": -1}.get(found.group(), 0)
        if level == 0:
            return found.start()
    return None


def called(macro: Macro, text: str, start: int, place: int, end: int, partners: Mapping[int, int]) -> Call | None:
    """What the call that begins at `start` comes to; its arguments begin at `place`. None where one is missing.

    `partners` says where the brace that opens at a place closes.
    """
    arguments: list[tuple[str, int]] = []
    if macro.default is not None and macro.arguments:
        option = _OPTION.match(text, place, end)
        arguments.append((option[1], option.start(1)) if option else (macro.default, -1))
        place = option.end() if option else place
    while len(arguments) < macro.arguments:
        one = _ONE.match(text, place, end)
        opening = _OPENING.match(text, place, end)
        if opening:
            close = partners.get(opening.end() - 1)
            if close is None:
                return None
            arguments.append((text[opening.end() : close], opening.end()))
            place = close + 1
        elif one:
            arguments.append((one[1], one.start(1)))
            place = one.end()
        else:
            return None
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for number, piece in enumerate(_PARAMETER.split(macro.body)):
        written, at = piece, -1
        if number % 2:
            written, at = arguments[int(piece) - 1] if int(piece) <= len(arguments) else ("", -1)
        pieces.append(written)
        starts += [start] * len(written) if at < 0 else range(at, at + len(written))
        ends += [place] * len(written) if at < 0 else range(at + 1, at + len(written) + 1)
        if number % 2 == 0 and re.search(r"\\[A-Za-z]+\Z", written):
            # A command in front of an argument that is a letter is not one with it.
            pieces.append(" ")
            starts.append(start)
            ends.append(place)
    return Call("".join(pieces), tuple(starts), tuple(ends), place)

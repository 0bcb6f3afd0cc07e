"""What a scanner may have made of a right line: such a line is not called wrong, it is not understood.

A scanner loses a bracket, takes l for 1 and O for 0, and sets what is raised on the line. Where brackets do not pair
up, nobody can tell what was written. Where a sign may be another one, the line is read with that; if it is right then,
the mistake may be the scanner's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from backprop_steps.checking.binding.chains import BoundChain

MOST_READINGS = 40
"""No line is read otherwise more often than this."""
MOST_SIGNS = 3
"""No more signs of one line than these are taken for others at once."""

MOST_BETWEEN = 40
"""Between the head of a chain and its next member stand no more characters than these."""

_PAIRS = (("{", "}"), ("(", ")"), ("[", "]"))
_ESCAPED = re.compile(r"\\[{}\\]|\\(?:left|right|[Bb]igg?[lr]?)\s*\.")
_TORN = re.compile(r"[)}\]],$|[_^]$")
_MARKER = re.compile(r"^\s*(?:[-*•>]\s+)*\(?[A-Za-z0-9]{1,3}[.)]\s")
_DISPLAYS = r"\\(?:begin|end)\{(?:align|aligned|gather|gathered|split|equation)\*?\}"
_EDGE = re.compile(rf"\n|\$|\\\\|{_DISPLAYS}|\\\[|\\\]")
_MATRIX = re.compile(r"\\begin\{(\w*matrix|array|cases)\}.*?\\end\{\1\}", re.DOTALL)
_AROUND = 400
"""A row is looked for no further than so many characters from its formula."""
_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-z]?([lIOo])(?![A-Za-z])")
_DIGITS = {"l": "1", "I": "1", "O": "0", "o": "0"}
_RAISED = re.compile(
    r"(?<=(?<![A-Za-z\\])e)-?(?:[\d.]+|(?:\\mathrm\{\w+\}|\\?[A-Za-z]+)(?:[_^](?:\{[^{}]*\}|\w))*)"
    r"|(?<=[A-Za-z}\])'])(?<!\{[A-Za-z])(?:\d+|T(?![A-Za-z]))"
    r"|(?<=[A-Za-z]_\d)T(?![A-Za-z])"
    r"|(?:(?<=[A-Za-z}\]'])|(?<=[A-Za-z_]\d)|(?<=[A-Za-z_]\d\d))(?:\((?:\d|[A-Za-z])\)[+*]*|\[(?:\d|[A-Za-z])\])"
    r"|(?<=[A-Za-z}\])'])[A-Za-z],\d+(?!\d)"
    r"|(?<=\})(?:[A-Za-z]|\d+)(?=\s)"
)
_SPLIT = re.compile(r"(?<=[\d.]) +(?=\d)")
_SQUARE = re.compile(r"(?<=\d\.)\d+([23])(?!\d)")
_RESULT = (
    re.compile(r"(?:^|=|\\approx|≈|&|\\\\|\}|\[|,)\s*[-+]?\s*\d+\.$"),
    re.compile(r"\s*(?:$|=|\\approx|≈|&|\\\\|\\end|\]|,)"),
)
"""What stands before the decimals of a number that is a result by itself, or an entry, and behind it: no square is."""
_PIECES = re.compile(rf"&\s*(?:=|:=|\\approx|\\to|≈)|\$|{_DISPLAYS}")
"""No bracket is open where a row begins with its sign of equality, or a display ends."""


def unpaired(text: str, start: int, end: int) -> bool:
    """Whether some bracket of a line has lost its other half: of the formula at this place of the text, with what
    stands around it in its row; or the formula begins within a symbol.
    """
    if _TORN.search(text, max(start - 2, 0), start):
        return True
    first = max(start - _AROUND, 0)
    window = _MATRIX.sub(_in_one_row, text[first : end + _AROUND])
    start, end = start - first, end - first
    before = [edge.end() for edge in _EDGE.finditer(window, 0, start)]
    after = _EDGE.search(window, end)
    row = window[before[-1] if before else start : after.start() if after else end]
    return any(map(_is_open, _PIECES.split(_MARKER.sub("", row))))


def _in_one_row(matrix: re.Match[str]) -> str:
    return matrix[0].replace("\\\\", "  ").replace("\n", " ")


def _is_open(piece: str) -> bool:
    bare = _ESCAPED.sub("", piece)
    printed = piece.count("\\{") != piece.count("\\}")
    return printed or any(bare.count(one) != bare.count(other) for one, other in _PAIRS)


def otherwise(text: str) -> Iterator[str]:
    """The text with one sign taken for another: l for 1, O for 0; with a number that a space parts in one; or with
    something raised that stands on the line.
    """
    for found in _SPLIT.finditer(text):
        yield text[: found.start()] + text[found.end() :]
    for found in _LETTER.finditer(text):
        yield text[: found.start(1)] + _DIGITS[found[1]] + text[found.end(1) :]
    for found in _RAISED.finditer(text):
        yield f"{text[: found.start()]}^{{{found[0]}}}{text[found.end() :]}"
    for found in _SQUARE.finditer(text):
        if _RESULT[0].search(text, 0, found.start()) and _RESULT[1].match(text, found.end()):
            continue
        yield f"{text[: found.start(1)]}^{{{found[1]}}}{text[found.end() :]}"


def mended(text: str, before: frozenset[int], wrong: Callable[[str], frozenset[int] | None]) -> frozenset[int]:
    """Which of the wrong members of a line are right when a few of its signs are taken for others.

    `wrong` says which members are wrong in a reading, None where it is no reading of the same members.
    """
    now = before
    for _ in range(MOST_SIGNS):
        if not now:
            break
        for reading in islice(otherwise(text), MOST_READINGS):
            left = wrong(reading)
            if left is not None and left & now < now:
                text, now = reading, left & now
                break
        else:
            break
    return before - now


def written_out(text: str, chain: BoundChain) -> str:
    """A chain as it is written, beginning with its head."""
    first, *others = (member.member for member in chain.members)
    if others and others[0].span.start < first.span.start:
        return text[first.span.start : others[-1].span.end]
    gap = text[first.span.end : others[0].span.start] if others else ""
    if len(gap) > MOST_BETWEEN:  # the head stands in another display
        return f"{first.text} = {text[others[0].span.start : others[-1].span.end]}"
    return text[first.span.start : (others or [first])[-1].span.end]

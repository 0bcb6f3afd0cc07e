r"""A formula of a label as text of SVG: letters slanted, scripts smaller and at their height.

Labels are symbols, numbers and equations of the two, of the closed set that pages are written in; what else may stand
in one (an accent, a fraction) is written by `notation.unicode_math`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from backprop_steps.notation.macros import ACCENTS, FONTS, WORDS
from backprop_steps.notation.pieces import Group, Piece, Script, Text, parse, plain_words, write
from backprop_steps.notation.unicode_math import line_of
from backprop_steps.notation.unicode_signs import BINARY, FUNCTIONS, GREEK, RELATIONS
from backprop_steps.notation.width import width

_KEPT = "\u00a0"
"""A space that stays at the beginning and at the end of an element."""
_SMALL = 0.72
_RAISED = {"_": 0.25, "^": -0.44}
"""How far a script is moved down, in em of what it belongs to."""
_LEANS = 0.12
"""So much further to the right than its foot is the head of a slanted letter, in em."""
_PRIME = Text("'")


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters of one kind: how large, how far below the line they stand, and by how much they are moved along it."""

    text: str
    slanted: bool
    size: float
    down: float
    back: float = 0.0


def tspans(tex: str) -> str:
    """The formula as elements that go into `<text>`."""
    parts: list[str] = []
    at = 0.0
    for run in _joined(_runs(parse(tex, fields=False), 1.0, 0.0)):
        moves = f' dy="{_em(run.down - at, run.size)}"' if abs(run.down - at) > 1e-9 else ""
        moves += f' dx="{_em(run.back, run.size)}"' if run.back else ""
        size = f' font-size="{run.size:.3g}em"' if run.size != 1 else ""
        slant = ' font-style="italic"' if run.slanted else ""
        at = run.down
        parts.append(f"<tspan{moves}{size}{slant}>{escape(run.text).replace(' ', _KEPT)}</tspan>")
    return "".join(parts)


def _em(length: float, size: float) -> str:
    """A length in em of the line, in em of letters of this size."""
    return f"{length / size:.3f}em"


def _joined(runs: Iterator[_Run]) -> Iterator[_Run]:
    """Runs of one kind in one."""
    before: _Run | None = None
    for run in runs:
        if before is not None and not run.back and (before.slanted, before.size, before.down) == (
            run.slanted, run.size, run.down
        ):  # fmt: skip
            before = _Run(before.text + run.text, run.slanted, run.size, run.down, before.back)
            continue
        if before is not None:
            yield before
        before = run
    if before is not None:
        yield before


def _runs(items: Sequence[Piece], size: float, down: float) -> Iterator[_Run]:
    place = 0
    while place < len(items):
        item = items[place]
        if isinstance(item, Script) or item == _PRIME:
            end = place
            while end < len(items) and (isinstance(items[end], Script) or items[end] == _PRIME):
                end += 1
            yield from _scripts(items[place:end], size, down)
            place = end
            continue
        taken = 2 if isinstance(item, Text) and _has_argument(item.text) and place + 1 < len(items) else 1
        after = items[place + taken] if place + taken < len(items) else None
        if isinstance(item, Text) and item.text[1:] in FUNCTIONS:
            apart = _ends_a_term(items[:place]) and not any(
                sign in items[max(place - 2, 0) : place] for sign in _SIGNED
            )
            yield _Run(("\u2009" if apart else "") + line_of([item]), False, size, down)
            if after is not None and not isinstance(after, Script) and after != Text("("):
                yield _Run("\u2009", False, size, down)
        elif item == Text(",") and size == 1.0 and len(items) > 1:  # {,} is that of a number
            yield _Run(", ", False, size, down)
        elif item in _SIGNED and _ends_a_term(items[:place]):
            yield _Run(f"\u2009{'−' if item == Text('-') else '+'}\u2009", False, size, down)
        else:
            yield from _piece(items[place : place + taken], size, down)
        place += taken


def _scripts(items: Sequence[Piece], size: float, down: float) -> Iterator[_Run]:
    """What stands below, then what stands above it: moved back over the former."""
    below = [piece for item in items if isinstance(item, Script) and item.mark == "_" for piece in item.items]
    above = [piece for item in items if isinstance(item, Script) and item.mark == "^" for piece in item.items]
    primes = sum(item == _PRIME for item in items)
    small = size * _SMALL
    if primes:
        yield _Run("′" * primes, False, size, down)
    lower = list(_runs(below, small, down + _RAISED["_"] * size))
    yield from lower
    back = width(write(below)) * small - _LEANS * size if below and above else 0.0
    for run in _runs(above, small, down + _RAISED["^"] * size):
        yield _Run(run.text, run.slanted, run.size, run.down, run.back - back)
        back = 0.0


def _piece(items: Sequence[Piece], size: float, down: float) -> Iterator[_Run]:
    item = items[0]
    match item:
        case Group(inner):
            yield from _runs(inner, size, down)
        case Text(text) if text.isspace():
            return
        case Text(r"\sqrt") if isinstance(items[-1], Group):
            inner = items[-1].items
            yield _Run("√" if len(inner) == 1 else "√(", False, size, down)
            yield from _runs(inner, size, down)
            yield _Run("" if len(inner) == 1 else ")", False, size, down)
        case Text(text) if text == r"\text" and isinstance(items[-1], Group):
            yield _Run(plain_words(items[-1].items), False, size, down)
        case Text(text) if text in ("-", "+", "=") or text[1:] in RELATIONS or text[1:] in BINARY:
            yield _Run(_SIGNS.get(text) or f" {line_of(items).strip()} ", False, size, down)
        case Text(text) if text in ("/", "(", ")", ",", ".") or text.isdigit():
            yield _Run(text, False, size, down)
        case Text(text):
            slanted = text.isalpha() or text[1:] in GREEK or text[1:] in ("ell", "mathit") or _accented(items)
            yield _Run(line_of(items), slanted, size, down)


_SIGNS = {"-": "−", "+": "+", "=": " = "}
_ARGUMENT = frozenset((r"\text", r"\operatorname", r"\mathit", r"\sqrt"))
_SIGNED = (Text("-"), Text("+"))


def _ends_a_term(before: Sequence[Piece]) -> bool:
    """Whether a sign after this stands between two terms, and is not the sign of the one after it."""
    last = next((item for item in reversed(before) if not isinstance(item, Text) or not item.text.isspace()), None)
    if not isinstance(last, Text):
        return last is not None
    return not (last.text in ("=", "(", "[", ",", "/") or last.text[1:] in RELATIONS or last.text[1:] in BINARY)


def _has_argument(text: str) -> bool:
    return text in ACCENTS or text in FONTS or text in WORDS or text in _ARGUMENT


def _accented(items: Sequence[Piece]) -> bool:
    """Whether it is a letter with an accent: it is slanted as the letter is."""
    if not isinstance(items[0], Text) or items[0].text not in ACCENTS or len(items) != 2:
        return False
    inner = items[1].items if isinstance(items[1], Group) else (items[1],)
    return all(isinstance(one, Text) and (one.text.isalpha() or one.text[1:] in GREEK) for one in inner)

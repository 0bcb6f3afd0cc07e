"""The conditions under which a line is said: "where x < 0", "for p ≠ j". They hold for index letters and free
letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

_SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("<", r"\lt"), "<"),
    **dict.fromkeys((">", r"\gt"), ">"),
    **dict.fromkeys((r"\leq", r"\le", r"\leqslant", "≤", "<="), "<="),
    **dict.fromkeys((r"\geq", r"\ge", r"\geqslant", "≥", ">="), ">="),
    **dict.fromkeys((r"\neq", r"\ne", "≠", "!="), "!="),
    "=": "=",
}
_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, ">": gt, "<=": le, ">=": ge, "!=": ne, "=": eq}
_CONDITION = re.compile(
    r"(?<![A-Za-z\\_^{])([A-Za-z])\s*(<=|>=|!=|\\[a-z]+|[<>=≤≥≠])\s*(0(?![.,]?[0-9])|[A-Za-z](?![A-Za-z_^]))"
)
_NEAR = 100
"""A condition stands no further from its line than this many characters."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`left` is a letter, `right` another or 0."""

    left: str
    relation: str
    right: str

    def holds(self, value: Callable[[str], Decimal | int | None]) -> bool:
        """Whether it is so; true where one of its letters stands for nothing."""
        one = value(self.left)
        two = 0 if self.right == "0" else value(self.right)
        return one is None or two is None or _HOLDS[self.relation](one, two)


def conditions(before: str, after: str) -> tuple[Condition, ...]:
    """The conditions in the text before and behind a line."""
    return tuple(dict.fromkeys((*_found(before[-_NEAR:]), *_found(after[:_NEAR]))))


def _found(text: str) -> Iterator[Condition]:
    for match in _CONDITION.finditer(text):
        relation = _SIGNS.get(match[2])
        if relation is not None:
            yield Condition(match[1], relation, match[3])


def restricting(found: tuple[Condition, ...], letters: Collection[str]) -> tuple[Condition, ...]:
    """Those that speak of letters of the line."""
    return tuple(c for c in found if c.left in letters and (c.right == "0" or c.right in letters))

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
_TURNED: Mapping[str, str] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_RELATION = r"\s*(<=|>=|!=|\\[a-z]+|[<>=≤≥≠])\s*"
_NUMBER = r"[-−–]?[0-9]{1,9}(?:\{?[.,]\}?[0-9]{1,9})?(?![0-9A-Za-z_^\\])"
_LETTER = r"(?<![A-Za-z\\_^{])([A-Za-z])"
_CONDITION = re.compile(rf"{_LETTER}{_RELATION}({_NUMBER}|[A-Za-z](?![A-Za-z_^]))")
_FROM_LEFT = re.compile(rf"(?<![0-9A-Za-z.,])({_NUMBER}){_RELATION}{_LETTER}(?![A-Za-z_^])")
"""The left half of `-1 < x < 1`."""
_NEAR = 100
"""A condition stands no further from its line than this many characters."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`left` is a letter, `right` another or a number."""

    left: str
    relation: str
    right: str

    @property
    def number(self) -> Decimal | None:
        """What the letter is compared with, where that is a number."""
        return None if self.right.isalpha() else Decimal(self.right)

    def holds(self, value: Callable[[str], Decimal | int | None]) -> bool:
        """Whether it is so; true where one of its letters stands for nothing."""
        one = value(self.left)
        two = self.number if self.number is not None else value(self.right)
        return one is None or two is None or _HOLDS[self.relation](one, two)


def conditions(before: str, after: str) -> tuple[Condition, ...]:
    """The conditions in the text before and behind a line."""
    return tuple(dict.fromkeys((*_found(before[-_NEAR:]), *_found(after[:_NEAR]))))


def _found(text: str) -> Iterator[Condition]:
    for match in _CONDITION.finditer(text):
        relation = _SIGNS.get(match[2])
        if relation is not None:
            yield Condition(match[1], relation, _plain(match[3]))
    for match in _FROM_LEFT.finditer(text):
        relation = _TURNED.get(_SIGNS.get(match[2], ""))
        if relation is not None:
            yield Condition(match[3], relation, _plain(match[1]))


def _plain(text: str) -> str:
    for sign, plain in (("−", "-"), ("–", "-"), ("{", ""), ("}", ""), (",", ".")):
        text = text.replace(sign, plain)
    return text


def restricting(found: tuple[Condition, ...], letters: Collection[str]) -> tuple[Condition, ...]:
    """Those that speak of letters of the line."""
    return tuple(c for c in found if c.left in letters and (c.number is not None or c.right in letters))


def within(found: Collection[Condition], share: Decimal) -> dict[str, Decimal]:
    """A value for each letter that is compared with numbers, for which all of that holds: further up the larger `share`
    is, which lies between 0 and 1.
    """
    made = {}
    for name in {condition.left for condition in found if condition.number is not None}:
        mine = [(c.relation, c.number) for c in found if c.left == name and c.number is not None]
        equal = [number for relation, number in mine if relation == "="]
        low = max((number for relation, number in mine if relation[0] == ">"), default=None)
        high = min((number for relation, number in mine if relation[0] == "<"), default=None)
        if equal:
            made[name] = equal[0]
        elif low is not None:
            made[name] = low + share * (1 if high is None else high - low)
        elif high is not None:
            made[name] = high - share
    return made

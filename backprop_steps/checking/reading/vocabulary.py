"""The names of several letters that a page may use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from backprop_steps.checking.reading.characters import GREEK_NAMES
from backprop_steps.checking.reading.commands import FUNCTIONS
from backprop_steps.checking.reading.signs import Sign, several

LINKS = several("and so where with hence thus then therefore since because if for when or und also wo dann")
"""Words that stand between formulas and are never the name of a thing."""


@dataclass(slots=True)
class Words:
    """The names with several letters that a page may use."""

    vocabulary: Collection[str]
    _exact: frozenset[str] = field(init=False)
    _folded: frozenset[str] = field(init=False)
    _longest: int = field(init=False)
    _mixed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        known = {word for word in self.vocabulary if len(word) > 1}
        self._exact = frozenset(known | FUNCTIONS | GREEK_NAMES)
        self._folded = frozenset(word.lower() for word in known) | FUNCTIONS | {g.lower() for g in GREEK_NAMES}
        self._longest = max(map(len, self._exact))
        self._mixed = frozenset(word for word in known if not word.isalpha())

    def knows(self, word: str) -> bool:
        """Whether it is a name, whatever its capitals."""
        return word in self._exact or word.lower() in self._folded

    def begins(self, parts: list[str]) -> int:
        """So many of these letters and numbers side by side are one name, `x1w1`, or a step of it; 0 for none."""
        for size in range(len(parts) if self._mixed else 0, 1, -1):
            word = "".join(parts[:size])
            if word in self._mixed or (word[0] == "d" and word[1:] in self._mixed):
                return size
        return 0

    def spells(self, pieces: list[str], after: Sign | None) -> bool:
        """Whether letters apart are a word, and not letters side by side; `after` is the sign after them."""
        word = "".join(pieces)
        if not self.knows(word):
            return False
        if all(len(piece) > 1 and self.knows(piece) for piece in pieces):
            return False
        if word.lower() in FUNCTIONS:
            calls = after is not None and after.type in ("LPAR", "LCUR", "PRIME", "CARET", "UNDERSCORE")
            return calls and (len(word) > 2 or (after is not None and after.type == "LPAR"))
        if word.lower() in GREEK_NAMES:
            return len(word) > 4
        if len(word) == 2:
            return word in self._exact and word[0].isupper() and word[1].islower()
        return word in self._exact or word.lower() in self._folded

    def split(self, run: str) -> list[str]:
        """A run of letters, by the longest known word at each place; what is in no word is letters.

        `dLoss` is d and Loss, `wx` w and x. A long run of which nothing is known stays whole: a name that only this
        page knows.
        """
        if len(run) == 1 or self.knows(run):
            return [run]
        parts: list[str] = []
        place = 0
        found = False
        while place < len(run):
            longest = min(self._longest, len(run) - place)
            for size in range(longest, 1, -1):
                piece = run[place : place + size]
                if piece in self._exact:
                    break
            else:
                for size in range(longest, 1, -1):
                    # Without its capitals only a word of three letters or more is sure to be one.
                    if size > 2 and run[place : place + size].lower() in self._folded:
                        break
                else:
                    size = 1
            found = found or size > 1
            parts.append(run[place : place + size])
            place += size
        letters = sum(len(part) == 1 for part in parts)
        if (not found and len(run) >= 4) or (found and letters > 2):
            return [run]
        return parts

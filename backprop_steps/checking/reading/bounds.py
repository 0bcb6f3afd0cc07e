"""How much is read: no page makes the reader crash, hang or run code, and the message says which bound it met."""

from __future__ import annotations

from backprop_steps.errors import UserError

LONGEST_PAGE = 2_000_000
"""Characters of a hand-in."""
MOST_LINES = 20_000
"""Lines of a hand-in."""
LONGEST_PASSAGE = 100_000
"""Characters of one line of text, or of one display."""
LONGEST_NUMBER = 1_000
"""The bound on the digits of one number; its exponent may have six."""
LONGEST_MEMBER = 3_000
"""Signs (tokens) of one member of a chain."""
DEEPEST = 60
"""Brackets, fractions and scripts in one another."""
MOST_CHAINS = 20_000
"""Chains of one hand-in."""


class ReadingError(UserError):
    """A page that is not read at all: which bound it exceeds."""


class TroubleError(Exception):
    """A member that cannot be read; the message is one line."""


def check_page(text: str) -> None:
    """Refuse what is too long to be a hand-in."""
    if len(text) > LONGEST_PAGE:
        raise ReadingError(f"the page has {len(text)} characters; the bound is {LONGEST_PAGE}")
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        raise ReadingError(f"the page has {lines} lines; the bound is {MOST_LINES}")

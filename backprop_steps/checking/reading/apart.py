r"""Pages on which every sign stands apart, `0 . 5 \cdot W _ { 1 1 }`, as programs write what they read off a photo."""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMMAND = re.compile(r"\\[A-Za-z]+\*?")
_BESIDE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.]|\.[0-9]")
_APART = re.compile(r"[0-9] [0-9]|[0-9] \. [0-9]")
NUMBER = re.compile(r"[0-9](?: [0-9])*(?: \. [0-9](?: [0-9])*)?")
"""A number whose signs stand apart."""
_FEW = 4
"""So many numbers apart may be a bad scan of some of the page; more are how all of it is written."""


def signs_apart(formulas: Iterable[str]) -> bool:
    """Whether in the formulas of a page no letter or digit stands beside another, and digits of numbers are apart."""
    apart = beside = 0
    for formula in formulas:
        bare = _COMMAND.sub(" ", formula)
        apart += len(_APART.findall(bare))
        beside += len(_BESIDE.findall(bare))
    return apart >= _FEW and beside * 10 <= apart

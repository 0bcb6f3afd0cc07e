"""Functions that are only names, as functions with values: two formulas with f in them can then be told apart by
numbers.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

from backprop_steps.expression.arithmetic import NO_FUNCTIONS, VARIABLE, Functions
from backprop_steps.expression.elementary import BUILT_IN
from backprop_steps.expression.tree import Expression, Number, Ref


class StandIns(dict[tuple[str, int], Expression]):
    """Any smooth function in the place of each function that is only a name; the same one every time.

    What `functions` defines, and what is known of itself, stays what it is.
    """

    def __init__(self, functions: Functions = NO_FUNCTIONS) -> None:
        super().__init__(functions)

    def get(self, key: tuple[str, int], default: Any = None) -> Any:
        """The definition of a function; None where it needs none."""
        if key not in self:
            if key in BUILT_IN:
                return None
            first, second = divmod(crc32(repr(key).encode()) % 9999, 100)
            x = Ref(VARIABLE)
            self[key] = (Number(str(first + 1)) + x * Number(str(second + 1)) + x**2) / 100
        return self[key]

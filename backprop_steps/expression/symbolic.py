"""The mathematics that SymPy does: derivatives of scalar formulas, and the proof that two forms are equal.

Imports sympy, which is slow to start: import this module only where mathematics is done.
"""

from __future__ import annotations

from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.equality import equal
from backprop_steps.expression.from_sympy import from_sympy
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.to_sympy import symbol_of, to_sympy
from backprop_steps.expression.tree import Expression

__all__ = ["differentiate", "equal", "from_sympy", "symbol_of", "to_sympy"]


def differentiate(node: Expression, by: Quantity) -> Expression:
    """SymPy's derivative of a scalar formula by one quantity (all its occurrences), cases piece by piece.

    Brackets, decimals and the order of letters are those of the formula. Raises ArithmeticFault where there is none in
    real numbers, 0^x or x (-1)^0.5, or where `to_sympy` does, and ValueError where that does.
    """
    found = to_sympy(node).diff(symbol_of(by))
    try:
        return from_sympy(found, like=node)
    except ValueError:
        raise ArithmeticFault("it is no real number: a power of 0 or of a negative number") from None

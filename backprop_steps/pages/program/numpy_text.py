"""What stands around the formulas of a program: the tools, arrays of literals, and what each value is held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import chain

from backprop_steps.evaluation.evaluate import Evaluation
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import rename_quantity
from backprop_steps.expression.tree import Number
from backprop_steps.pages.program.numpy_code import Dims, Variable, literal
from backprop_steps.problem.model import Rounding

_WIDTH = 100
_EXACT = Decimal("1e-9")
"""The unit of a number that is shown to significant digits, and with all that it has."""
_MODES = {"half_up": "ROUND_HALF_UP", "half_even": "ROUND_HALF_EVEN", "truncate": "ROUND_DOWN"}

Nested = str | list["Nested"]
"""An array of literals, row within row; a number is its literal."""


def tools(rounding: Rounding) -> str:
    """What every notebook begins with: NumPy, `check`, and `rounded` where the sheet goes on from rounded numbers."""
    cut = rounding.mode == "truncate"
    found = f'''import numpy as np


def check(value, printed, unit={_text(_default(rounding))}):
    """Asserts that a value is what the sheet prints, to {"a unit" if cut else "half a unit"} of the last place."""
    difference = np.abs(np.subtract(value, printed))
    most = {"" if cut else "0.5 * "}np.array(unit) + 1e-9 * np.abs(printed) + 1e-12
    assert np.all(difference <= most), f"{{value}} is not {{printed}}"
'''
    return f"import decimal\n\n{found}\n{_rounded(rounding)}" if rounding.carry == "rounded" else found


def _rounded(rounding: Rounding) -> str:
    place = f"number.adjusted() - {rounding.digits - 1}"
    if rounding.kind == "places":
        place = f"-{rounding.digits} if number.adjusted() >= -{rounding.digits} else number.adjusted() - 1"
    return f'''
def rounded(value):
    """What the sheet writes down for a value, and goes on from."""

    def one(entry):
        number = decimal.Decimal(f"{{entry:.14g}}")  # without the noise of binary fractions
        place = {place}
        return float(number.quantize(decimal.Decimal(10) ** place, decimal.{_MODES[rounding.mode]}))

    return np.vectorize(one, otypes=[float])(value)[()]
'''


def assignment(name: str, value: str, comment: str = "") -> list[str]:
    """The lines of an assignment, with a comment behind the last."""
    return f"{name} = {value}{f'  # {comment}' if comment else ''}".split("\n")


def values(variable: Variable, given: Mapping[Quantity, Number]) -> str:
    """The literals of what is given: an array, or a number."""
    found = _nested(variable.quantity, variable.dims, lambda quantity: literal(given[quantity]))
    if isinstance(found, str):
        return found
    whole = all(text.lstrip("-").isdigit() for text in _flat(found))
    start = f"{variable.name} = np.array("
    return f"np.array({_lines(found, len(start))}{', dtype=float' if whole else ''})"


class Checks:
    """Holds the values of a program against what the sheet prints."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._default = _default(evaluation.rounding)

    def line(self, name: str, quantity: Quantity, dims: Dims, generation: int) -> list[str]:
        """The lines that check a variable, which holds a quantity (with its letters) after so many updates."""

        def shown(one: Quantity) -> Number:
            return self._evaluation.shown(one.after(generation))

        try:
            printed = _nested(quantity, dims, lambda one: literal(shown(one)))
            units = _nested(quantity, dims, lambda one: _text(self._unit(shown(one))))
        except KeyError:  # nothing is printed for it
            return []
        start = f"check({name}, "
        text = start + _lines(printed, len(start))
        if set(_flat(units)) == {_text(self._default)}:
            return f"{text})".split("\n")
        one = next(iter(_flat(units))) if len(set(_flat(units))) == 1 else None
        unit = one or _lines(units, len("    unit="))
        apart = len(text) + len(unit) > _WIDTH
        return f"{text},{chr(10) + '      ' if apart else ' '}unit={unit})".split("\n")

    def _unit(self, number: Number) -> Decimal:
        """A unit of the last place of what is printed."""
        if number.exact or (self._evaluation.rounding.kind == "places" and "e" not in number.text):
            return self._default
        exponent = number.value.as_tuple().exponent
        assert isinstance(exponent, int)
        return Decimal(1).scaleb(exponent)


def _default(rounding: Rounding) -> Decimal:
    return Decimal(1).scaleb(-rounding.digits) if rounding.kind == "places" else _EXACT


def _text(unit: Decimal) -> str:
    return f"1e{unit.adjusted()}".replace("1e0", "1")


def _nested(quantity: Quantity, dims: Dims, text: Callable[[Quantity], str]) -> Nested:
    """The texts of an array's elements, as its axes count them."""

    def made(rest: Dims, binding: Mapping[Letter, int]) -> Nested:
        if not rest:
            return text(rename_quantity(quantity, binding))
        letter, *others = rest
        if letter is None:
            return [made(tuple(others), binding)]
        assert isinstance(letter.axis.size, int)
        return [made(tuple(others), {**binding, letter: n}) for n in range(1, letter.axis.size + 1)]

    return made(dims, {})


def _flat(nested: Nested) -> list[str]:
    return [nested] if isinstance(nested, str) else list(chain.from_iterable(map(_flat, nested)))


def _lines(nested: Nested, column: int) -> str:
    """An array in a line; where that is too long its rows below one another, the first one at this column."""
    if isinstance(nested, str):
        return nested
    line = f"[{', '.join(_lines(row, 0) for row in nested)}]"
    if column + len(line) <= _WIDTH or all(isinstance(row, str) for row in nested):
        return line
    return "[" + f",\n{' ' * (column + 1)}".join(_lines(row, column + 1) for row in nested) + "]"

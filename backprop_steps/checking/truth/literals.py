"""How much a written number may stand for: a literal is a closed interval of half a unit of its last place either way.

A number that is known exactly is itself: what the problem gives, and what comes out exact at the digits shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import count

from backprop_steps.expression.transform import numbers, rebuild
from backprop_steps.expression.tree import Expression, Group, Negative, Number

HALF = Decimal("0.5")
FEWEST = 3
"""Nobody rounds to fewer significant digits than these."""
_MOST = 48
"""No more numbers of one formula than these are moved one by one; the rest are taken as they stand."""
_NOISE = Decimal("1e-18")


def unit(text: str) -> Decimal:
    """One unit of the last place of a literal: 0.01 for 0.20; 1 for a whole number."""
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


def whole(text: str) -> bool:
    """Whether a literal has no decimals."""
    exponent = Decimal(text).as_tuple().exponent
    return isinstance(exponent, int) and exponent >= 0


def digits(text: str) -> int:
    """The significant digits of a literal."""
    return len(Decimal(text).as_tuple().digits) if Decimal(text) else 1


def single(node: Expression) -> tuple[Decimal, str] | None:
    """The value and the text of a formula that is one literal, with a minus and brackets perhaps."""
    sign = 1
    while isinstance(node, Negative | Group):
        if isinstance(node, Negative):
            sign = -sign
        node = node.body
    return (sign * node.value, node.text) if isinstance(node, Number) else None


def is_whole(node: Expression) -> bool:
    """Whether a formula is one literal without decimals."""
    literal = single(node)
    return literal is not None and whole(literal[1])


@dataclass(frozen=True, slots=True)
class Known:
    """What is exact as it is written, whatever its sign: 1.15 where a value is just that, but not 1.150."""

    texts: Collection[str]

    def exact(self, text: str) -> bool:
        """Whether a literal is one of them, or a whole number."""
        return whole(text) or text in self.texts


def known(values: Iterable[Decimal], given: Iterable[str]) -> Known:
    """Those of the values that end within twelve places, with all their digits, and what is given, as it is given.

    A given number to which another value is rounded, at three digits or more, may be meant for that one.
    """
    sizes = [abs(value) for value in values]
    ends = {f"{size.normalize():f}" for size in sizes if size == rounded(size, 12)}
    exact = {text.lstrip("-") for text in given}
    return Known(frozenset((ends | exact) - {text for text in exact if _may_be_rounded(text, sizes)}))


def _may_be_rounded(text: str, values: Iterable[Decimal]) -> bool:
    if digits(text) < FEWEST or whole(text):
        return False
    return any(0 < abs(Decimal(text) - value) <= unit(text) * HALF for value in values)


def radius(node: Expression, value: Callable[[Expression], Decimal], exact: Known) -> Decimal:
    """How far the value of a formula moves when each of its rounded literals moves by half a unit, added up."""
    found = list(numbers(node))
    moved = [place for place, number in enumerate(found) if not exact.exact(number.text)]
    if not moved:
        return Decimal(0)
    middle = value(node)
    total = Decimal(0)
    for place in moved[:_MOST]:
        step = unit(found[place].text) * HALF
        changed = str(found[place].value + step)
        total += abs(value(_with(node, place, Number(changed))) - middle)
    return total


def _with(node: Expression, place: int, new: Number) -> Expression:
    """The formula with another literal at one place of its reading order."""
    counter = count()

    def change(part: Expression) -> Expression:
        if isinstance(part, Number):
            return new if next(counter) == place else part
        return rebuild(part, change)

    return change(node)


def rounded(value: Decimal, places: int) -> Decimal:
    """The value to so many decimals; as it is where that takes more digits than a calculation has."""
    try:
        return round(value, places)
    except InvalidOperation:
        return value


def exact_at(value: Decimal, text: str) -> bool:
    """Whether a value ends within the digits that a literal shows."""
    exponent = Decimal(text).as_tuple().exponent
    return isinstance(exponent, int) and close(value, rounded(value, -exponent))


def close(one: Decimal, two: Decimal, slack: Decimal = Decimal(0)) -> bool:
    """Whether two numbers are no further apart than the slack, and the noise of the calculation."""
    return abs(one - two) <= slack + _NOISE * max(Decimal(1), abs(one), abs(two))

"""A number copied with its digits in disorder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

from backprop_steps.checking.causes.cause import Setting, cause
from backprop_steps.checking.causes.places import each_value
from backprop_steps.expression.tree import Expression, Number

Slips = Callable[[str], Iterator[str]]


@cause("digits_swapped", "copying")
def digits_swapped(right: Expression, setting: Setting) -> Iterator[Expression]:
    """Two neighbouring digits of a number have changed places: 0.5571 for 0.5517."""
    yield from _copied(right, setting, _swapped)


@cause("digit_dropped", "copying")
def digit_dropped(right: Expression, setting: Setting) -> Iterator[Expression]:
    """A digit within a number is left out: 0.517 for 0.5517."""
    yield from _copied(right, setting, _dropped)


@cause("decimal_point", "copying")
def decimal_point(right: Expression, setting: Setting) -> Iterator[Expression]:
    """The decimal point is in the wrong place: 0.055 for 0.55; of 2.1e-5, the exponent is one off."""
    yield from _copied(right, setting, _shifted)


def _copied(right: Expression, setting: Setting, slips: Slips) -> Iterator[Expression]:
    """The formula with a slip in one of the numbers that are copied; the 1 and the 2 of a formula are no such
    numbers.
    """

    def changes(node: Expression) -> Iterator[Expression]:
        if not isinstance(node, Number):
            return
        sign = "-" if node.text.startswith("-") else ""
        mantissa, e, exponent = node.text.removeprefix("-").partition("e")
        if e and slips is _shifted:
            for power in (int(exponent) + 1, int(exponent) - 1):
                yield Number(f"{sign}{mantissa}e{power}", node.exact)
            return
        for new in slips(mantissa):
            yield Number(f"{sign}{new}{e}{exponent}", node.exact)

    yield from each_value(right, changes)


def _swapped(text: str) -> Iterator[str]:
    for place, (one, two) in enumerate(pairwise(text)):
        if one != two and one != "." and two != ".":
            new = text[:place] + two + one + text[place + 2 :]
            if not (place == 0 and two == "0"):  # 10 is not written 01
                yield new


def _dropped(text: str) -> Iterator[str]:
    whole, _, _ = text.partition(".")
    for place, digit in enumerate(text[:-1]):  # without its last digit it is only less exact
        if digit == "." or (place < len(whole) and len(whole) == 1):
            continue
        new = text[:place] + text[place + 1 :]
        fewer = "." in text and text.startswith(new)  # of 0.4755 without a 5 is left what is cut off after three digits
        if not fewer and not (new.startswith("0") and not new.startswith("0.")):
            yield new
    if "." not in text and len(text) > 1:
        yield text[:-1]


def _shifted(text: str) -> Iterator[str]:
    value = Decimal(text)
    if value:
        for power in (-1, 1, *((-2, 2) if "." in text else ())):
            yield f"{value.scaleb(power):f}"

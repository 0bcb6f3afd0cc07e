"""Numbers as a hand writes them: so many places or significant digits, exact where they end before that."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from backprop_steps.expression.tree import Number
from backprop_steps.problem.model import Rounding

_MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}
_GUARD = Context(prec=30)
"""Digits beyond these are the noise of the calculation: what is exact to here is exact."""
_ROUNDING = Context(prec=60)
_SMALL = -5
_LARGE = 15
"""From so many digits before the point on, a number is written with a power of ten."""


def shown(value: Decimal, rounding: Rounding) -> Number:
    """The literal that a sheet shows for a value; `exact` where nothing was rounded away.

    A value below one unit of the last place keeps two significant digits and a power of ten; a power of ten also keeps
    a literal from showing zeros that are not known: 123456 to three significant digits is 1.23e5.
    """
    clean = _GUARD.plus(value)
    if not clean:
        return Number("0")
    if rounding.kind == "places":
        if clean.adjusted() < -rounding.digits:
            return _scientific(clean, 2, rounding)
        if clean.adjusted() >= _LARGE:
            return _scientific(clean, 6, rounding)
        rounded = clean.quantize(Decimal(1).scaleb(-rounding.digits), _MODES[rounding.mode], _ROUNDING)
    else:
        rounded = _significant(clean, rounding.digits, rounding)
        hides = rounded != clean and _exponent(rounded) > 0
        if hides or clean.adjusted() < _SMALL or clean.adjusted() >= _LARGE:
            return _scientific(clean, rounding.digits, rounding)
    return Number(_plain(rounded)) if rounded == clean else Number(f"{rounded:f}", exact=False)


def as_carried(value: Decimal, rounding: Rounding) -> Number:
    """The literal of a value that was rounded before the sheet went on with it: the digits that the rounding left.

    So 1.150 keeps its zero, and 11 · 11 to two significant digits, 1.2e2, does not turn into a 120 of three; but
    1.018 · 1.0 has three places as all others have, not four.
    """
    places = _places(value, rounding)
    if _exponent(value) < -places:
        shorter = value.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)
        value = shorter if shorter == value else value
    if _exponent(value) <= 0:
        return Number(f"{value:f}")
    power = value.adjusted()
    return Number(f"{value.scaleb(-power):f}e{power}")


def as_rounded(literal: Number, rounding: Rounding) -> Number:
    """The literal of a value that only seems to end: with all the places that are shown, 1.0000."""
    value = Decimal(literal.text)
    if not value or "e" in literal.text:
        return Number(literal.text, exact=False)
    return Number(f"{value.quantize(Decimal(1).scaleb(-_places(value, rounding)), context=_ROUNDING):f}", exact=False)


def _places(value: Decimal, rounding: Rounding) -> int:
    """The decimals that a value is shown with."""
    return rounding.digits if rounding.kind == "places" else max(rounding.digits - 1 - value.adjusted(), 0)


def _significant(value: Decimal, digits: int, rounding: Rounding) -> Decimal:
    """The value to so many digits, no more where it is rounded up to a power of ten: 9.996 is 10.0."""
    digits = max(digits, 1)
    rounded = value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), _MODES[rounding.mode], _ROUNDING)
    if rounded.adjusted() == value.adjusted():
        return rounded
    return rounded.quantize(Decimal(1).scaleb(rounded.adjusted() - digits + 1), context=_ROUNDING)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def _scientific(value: Decimal, digits: int, rounding: Rounding) -> Number:
    rounded = _significant(value, digits, rounding)
    exact = rounded == value
    power = rounded.adjusted()
    mantissa = rounded.scaleb(-power)
    text = _plain(mantissa) if exact else f"{mantissa:f}"
    return Number(f"{text}e{power}", exact=exact)


def _plain(value: Decimal) -> str:
    """All digits and no more: 0.60 is 0.6, 1E+2 is 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

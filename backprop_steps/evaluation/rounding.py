"""Numbers as a hand writes them: so many places or significant digits, exact where they end before that."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from backprop_steps.expression.tree import Number
from backprop_steps.problem.model import Rounding

_MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}
_GUARD = Context(prec=30)
"""Digits beyond these are the noise of the calculation: what is exact to here is exact."""
_ROUNDING = Context(prec=60)
_LARGE = 15
"""From so many digits before the point on, a number is written with a power of ten."""


def shown(value: Decimal, rounding: Rounding) -> Number:
    """The literal that a sheet shows for a value; `exact` where nothing was rounded away.

    A value that would round to nothing but zeros keeps two significant digits and a power of ten.
    """
    clean = _GUARD.plus(value)
    if not clean:
        return Number("0")
    if rounding.kind == "places":
        exponent = -rounding.digits
        if clean.adjusted() < exponent:
            return _scientific(clean, 2, rounding)
    else:
        exponent = clean.adjusted() - rounding.digits + 1
    if clean.adjusted() >= _LARGE:
        return _scientific(clean, rounding.digits if rounding.kind == "significant" else 6, rounding)
    if rounding.kind == "significant" and clean.adjusted() < -5:
        return _scientific(clean, rounding.digits, rounding)
    unit = Decimal(1).scaleb(exponent)
    rounded = clean.quantize(unit, _MODES[rounding.mode], _ROUNDING)
    if rounded == clean:
        return Number(_plain(rounded))
    if not rounded:
        return _scientific(clean, 2, rounding)
    return Number(f"{rounded:f}", exact=False)


def _scientific(value: Decimal, digits: int, rounding: Rounding) -> Number:
    unit = Decimal(1).scaleb(value.adjusted() - digits + 1)
    rounded = value.quantize(unit, _MODES[rounding.mode], _ROUNDING)
    exact = rounded == value
    power = rounded.adjusted()
    mantissa = rounded.scaleb(-power)
    text = _plain(mantissa) if exact else f"{mantissa:f}"
    return Number(f"{text}e{power}", exact=exact)


def _plain(value: Decimal) -> str:
    """All digits and no more: 0.60 is 0.6, 1E+2 is 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

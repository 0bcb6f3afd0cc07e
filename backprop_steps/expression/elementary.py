"""The elementary functions on decimals, to forty digits, and the faults of arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    getcontext,
    localcontext,
)

DIGITS = 40
"""The digits of every calculation."""
KNOWN = DIGITS - 6
"""So many digits of a number are known: the last few of those it is calculated with bear the roundings before it."""
LARGEST_POWER = 999_999
"""The bound on numbers: ten to this power."""
LARGEST_ANGLE = 50
"""The bound on the argument of sin and cos: ten to this power."""

_CONTEXT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-LARGEST_POWER,
    Emax=LARGEST_POWER,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)

NUDGE = Decimal("1e-12")
_NUDGED = ContextVar("nudged", default=False)
_RATIONAL_AT: Mapping[str, Decimal] = {
    **dict.fromkeys(("exp", "sin", "cos", "tanh", "sigmoid"), Decimal(0)),
    "ln": Decimal(1),
}
"""The only rational number of which a function, and its slope, is rational."""
IRRATIONAL = frozenset(_RATIONAL_AT)
"""The functions whose results do not end."""
_BOUNDED = frozenset({"tanh", "sigmoid", "sin", "cos"})

ZERO = Decimal(0)
ONE = Decimal(1)
TWO = Decimal(2)
E = Decimal("2.718281828459045235360287471352662497757247094")
PI = Decimal("3.141592653589793238462643383279502884197169399")


class ArithmeticFault(ArithmeticError):  # noqa: N818 - a fault of the numbers, not of the program
    """A formula that has no number: a division by zero, a logarithm of nothing, a number beyond every bound."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@contextmanager
def arithmetic() -> Iterator[None]:
    """Decimals are calculated to forty digits within. Around many evaluations it saves each of them the switch."""
    with localcontext(_CONTEXT):
        yield


@contextmanager
def nudged() -> Iterator[None]:
    """Within, whatever an exponential, a logarithm or an angle gives lies a little off, toward what it never reaches.

    A number that comes out the same depends on none of them, and ends where it seems to end: sigmoid(70) does not.
    """
    token = _NUDGED.set(True)
    try:
        yield
    finally:
        _NUDGED.reset(token)


def irrational(function: str, argument: Decimal, result: Decimal) -> Decimal:
    """The result of a function that is irrational but at one argument: as it is, or within `nudged()` a little off."""
    if not _NUDGED.get() or function not in _RATIONAL_AT or argument == _RATIONAL_AT[function]:
        return result
    if function == "exp":
        return result + NUDGE * abs(argument).exp()  # beside e^80 even e^-80 is seen
    return result * (ONE - NUDGE) if function in _BOUNDED else result + NUDGE


def in_arithmetic() -> bool:
    """Whether the calculation already runs within `arithmetic()`."""
    context = getcontext()
    return context.prec == DIGITS and context.Emax == LARGEST_POWER and context.traps[Overflow]


def fault(error: DecimalException) -> ArithmeticFault:
    """A failure of the decimal module in the words of this one."""
    if isinstance(error, Overflow):
        return ArithmeticFault(f"a number grew beyond the bound, 10^{LARGEST_POWER}")
    return ArithmeticFault(f"this has no value ({type(error).__name__})")


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The quotient. Raises ArithmeticFault for a division by zero."""
    if not denominator:
        raise ArithmeticFault("division by zero")
    return numerator / denominator


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """The power, exact for integer exponents as far as the digits go.

    Raises ArithmeticFault for 0^0, for a negative power of zero and for a broken power of a negative number.
    """
    if not base:
        if not exponent:
            raise ArithmeticFault("0^0 has no value")
        if exponent < 0:
            raise ArithmeticFault("division by zero: a negative power of 0")
    elif base < 0 and exponent != exponent.to_integral_value():
        raise ArithmeticFault(f"a negative number has no power {_short(exponent)}")
    return base**exponent


def exp(x: Decimal) -> Decimal:
    """e^x."""
    return x.exp()


def ln(x: Decimal) -> Decimal:
    """The natural logarithm. Raises ArithmeticFault where x is not positive."""
    if x <= 0:
        raise ArithmeticFault(f"ln of {_short(x)}: the logarithm needs a positive number")
    return x.ln()


def sqrt(x: Decimal) -> Decimal:
    """The square root. Raises ArithmeticFault where x is negative."""
    if x < 0:
        raise ArithmeticFault(f"sqrt of {_short(x)}: the root needs a number that is not negative")
    return x.sqrt()


def sigmoid(x: Decimal) -> Decimal:
    """1 / (1 + e^(-x)), without a large number on either side."""
    if x < 0:
        small = x.exp()
        return small / (ONE + small)
    return ONE / (ONE + (-x).exp())


def tanh(x: Decimal) -> Decimal:
    """The hyperbolic tangent, to forty digits also near 0, where its two exponentials cancel."""
    if not x:
        return ZERO
    size = x.adjusted()
    if size < -DIGITS // 2 - 1:
        # The next term of the series, x^5, is below the last digit.
        return x - x * x * x / 3
    if size >= 3:
        return ONE if x > 0 else -ONE
    context = getcontext()
    context.prec = DIGITS + 5 + max(0, -size)
    try:
        small = (-2 * abs(x)).exp()
        result = (ONE - small) / (ONE + small)
    finally:
        context.prec = DIGITS
    return +result if x > 0 else -result


def sin(x: Decimal) -> Decimal:
    """The sine of an angle in radians. Raises ArithmeticFault beyond the bound on angles."""
    return _by_mpmath("sin", x)


def cos(x: Decimal) -> Decimal:
    """The cosine of an angle in radians. Raises ArithmeticFault beyond the bound on angles."""
    return _by_mpmath("cos", x)


def _by_mpmath(function: str, x: Decimal) -> Decimal:
    if not x:
        return ZERO if function == "sin" else ONE
    if x.adjusted() >= LARGEST_ANGLE:
        raise ArithmeticFault(f"{function} of {_short(x)}: the bound on angles is 10^{LARGEST_ANGLE}")
    if x.adjusted() < -DIGITS:
        return x if function == "sin" else ONE
    # Imported here: few networks have a sine in them.
    from mpmath import libmp

    bits = 160
    angle = libmp.from_str(str(x), bits + 200, "n")
    value = (libmp.mpf_sin if function == "sin" else libmp.mpf_cos)(angle, bits, "n")
    found = +Decimal(libmp.to_str(value, DIGITS + 5))
    # pi is known to so many digits; what they leave of sin(pi), 1e-41, is a zero
    return ZERO if found.adjusted() < x.adjusted() - KNOWN else found


def _maximum(*values: Decimal) -> Decimal:
    return +max(values)


def _minimum(*values: Decimal) -> Decimal:
    return +min(values)


def _slope_of_sigmoid(x: Decimal) -> Decimal:
    # With e^(-|x|), so that no digits cancel in 1 - sigmoid(x).
    small = (-abs(x)).exp()
    return small / (ONE + small) ** 2


def _slope_of_tanh(x: Decimal) -> Decimal:
    small = (-2 * abs(x)).exp()
    return 4 * small / (ONE + small) ** 2


def _slope_of_ln(x: Decimal) -> Decimal:
    return divide(ONE, x)


def _slope_of_sqrt(x: Decimal) -> Decimal:
    return divide(ONE, TWO * sqrt(x))


def _slope_of_relu(x: Decimal) -> Decimal:
    return ONE if x > 0 else ZERO


def _slope_of_abs(x: Decimal) -> Decimal:
    return ONE if x > 0 else -ONE if x < 0 else ZERO


def _slope_of_cos(x: Decimal) -> Decimal:
    return -sin(x)


def _relu(x: Decimal) -> Decimal:
    return +x if x > 0 else ZERO


BUILT_IN: Mapping[tuple[str, int], Callable[..., Decimal]] = {
    ("exp", 0): exp,
    ("exp", 1): exp,
    ("ln", 0): ln,
    ("ln", 1): _slope_of_ln,
    ("sqrt", 0): sqrt,
    ("sqrt", 1): _slope_of_sqrt,
    ("sin", 0): sin,
    ("sin", 1): cos,
    ("cos", 0): cos,
    ("cos", 1): _slope_of_cos,
    ("tanh", 0): tanh,
    ("tanh", 1): _slope_of_tanh,
    ("sigmoid", 0): sigmoid,
    ("sigmoid", 1): _slope_of_sigmoid,
    ("relu", 0): _relu,
    ("relu", 1): _slope_of_relu,
    ("abs", 0): abs,
    ("abs", 1): _slope_of_abs,
    ("identity", 0): Decimal.__pos__,
    ("max", 0): _maximum,
    ("min", 0): _minimum,
}
"""The functions that are known by themselves, by name and number of primes."""


def _short(number: Decimal) -> str:
    """A number for a message: a few digits of it."""
    return f"{number:.6g}"

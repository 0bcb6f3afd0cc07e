import math
import time
from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
from formula_tools import NAMES, X, Y, formulas
from hypothesis import assume, example, given
from hypothesis import strategies as st

from backprop_steps.expression.arithmetic import VARIABLE, ArithmeticFault, arithmetic, evaluate, evaluate_in
from backprop_steps.expression.quantity import Axis, Letter, Quantity
from backprop_steps.expression.reading import read_formula
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Constant,
    Derivative,
    Expression,
    Group,
    Kronecker,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
)

D = Decimal
VALUES = {NAMES["x"]: D("0.3"), NAMES["y"]: D("-1.25"), NAMES["z"]: D("2"), NAMES["a"]: D("0"), NAMES["w0"]: D("7")}


def number(text: str) -> Decimal:
    return evaluate(read_formula(text, NAMES), VALUES.__getitem__)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", "0.3"),
        ("0.15 * 0.05 + 0.20 * 0.10 + 0.35", "0.3775"),
        ("1 - 0.9", "0.1"),
        ("0.1^2", "0.01"),
        ("1.1^10", "2.5937424601"),
        ("2^-3", "0.125"),
        ("(-2)^3", "-8"),
        ("-2^2", "-4"),
        ("1 / 8", "0.125"),
        ("x * y - z", "-2.375"),
        ("exp(0) + cos(0) + sin(0) + tanh(0)", "2"),
        ("sqrt(0.0625)", "0.25"),
        ("sigmoid(0)", "0.5"),
        ("relu(y) + relu(x)", "0.3"),
        ("abs(y)", "1.25"),
        ("max(x, y, z) + min(x, y)", "0.75"),
        ("e^0", "1"),
        ("ln(1)", "0"),
        ("sin(pi)", "0"),
        ("cos(pi / 2) + sin(3 * pi)", "0"),
        ("sqrt(sin(2 * pi))", "0"),
        ("0^2", "0"),
    ],
)
def test_exact_values(text: str, value: str) -> None:
    assert number(text) == D(value)


@given(st.lists(st.decimals(-1000, 1000, places=6), min_size=1, max_size=30))
def test_sums_of_short_decimals_are_exact(numbers: list[Decimal]) -> None:
    terms = tuple(Number(f"{n:f}") for n in numbers)
    assert Fraction(evaluate(Sum(terms), VALUES.__getitem__)) == sum(map(Fraction, numbers))


@given(st.decimals(-9, 9, places=2), st.integers(1, 8))
def test_integer_powers_are_exact(base: Decimal, exponent: int) -> None:
    value = evaluate(Power(Number(f"{base:f}"), Number(str(exponent))), VALUES.__getitem__)
    assert Fraction(value) == Fraction(base) ** exponent


TRANSCENDENTAL = {
    "exp": mpmath.exp,
    "ln": mpmath.ln,
    "sqrt": mpmath.sqrt,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
}


@pytest.mark.parametrize("function", sorted(TRANSCENDENTAL))
@given(
    st.decimals(-80, 80, places=5) | st.sampled_from([D("1e-12"), D("-1e-25"), D("1e-21"), D("3.1415926535897932384")])
)
@example(D("1e-60"))
@example(D("1000"))
def test_functions_to_thirty_eight_digits(function: str, argument: Decimal) -> None:
    if function in ("ln", "sqrt"):
        argument = abs(argument)
        assume(argument)
    value = evaluate(Apply(function, (Ref(VARIABLE),)), lambda _: argument)
    with mpmath.workdps(120):
        exact = TRANSCENDENTAL[function](mpmath.mpf(str(argument)))
        assert abs(mpmath.mpf(str(value)) - exact) <= abs(exact) * mpmath.mpf("1e-38")


def test_pi_and_e() -> None:
    with mpmath.workdps(60):
        assert abs(mpmath.mpf(str(number("pi"))) - mpmath.pi) < mpmath.mpf("1e-39")
        assert abs(mpmath.mpf(str(number("e"))) - mpmath.e) < mpmath.mpf("1e-39")


@given(formulas())
def test_agrees_with_floats(tree: Expression) -> None:
    try:
        value = evaluate(tree, VALUES.__getitem__)
    except ArithmeticFault:
        return
    assume(abs(value) < 1e15)
    try:
        expected, error = _float(tree)
    except (ArithmeticError, ValueError):
        return
    assume(error < 1e-3 * max(1.0, abs(expected)))
    assert abs(float(value) - expected) <= error + 1e-12 * abs(expected)


def _float(node: Expression) -> tuple[float, float]:
    """The value in floating point, with a generous estimate of its rounding error."""
    match node:
        case Number(text):
            return float(text), 1e-15
        case Constant(name):
            return getattr(math, name), 1e-15
        case Ref(quantity):
            return float(VALUES[quantity]), 1e-15
        case Negative(body):
            value, error = _float(body)
            return -value, error
    parts = {Sum: "terms", Product: "factors", Apply: "arguments"}
    inner = getattr(node, parts[type(node)]) if type(node) in parts else ()
    if isinstance(node, Quotient):
        inner = (node.numerator, node.denominator)
    if isinstance(node, Power):
        inner = (node.base, node.exponent)
    pairs = [_float(part) for part in inner]
    values = [value for value, _ in pairs]
    result = _combine(node, values)
    error = 1e-15 * abs(result)
    for position, (value, wrong) in enumerate(pairs):
        for moved in (value + wrong, value - wrong):
            error += abs(_combine(node, [*values[:position], moved, *values[position + 1 :]]) - result)
    return result, error * 4


def _combine(node: Expression, values: list[float]) -> float:
    match node:
        case Sum():
            return math.fsum(values)
        case Product():
            return math.prod(values)
        case Quotient():
            return values[0] / values[1]
        case Power():
            return math.pow(values[0], values[1])
        case Apply(function):
            table = {
                "ln": math.log,
                "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
                "relu": lambda x: max(0.0, x),
                "abs": abs,
                "max": max,
                "min": min,
            }
            return float((table.get(function) or getattr(math, function))(*values))
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / a", "division by zero"),
        ("a^0", "0^0 has no value"),
        ("a^-1", "division by zero: a negative power of 0"),
        ("ln(a)", "ln of 0: the logarithm needs a positive number"),
        ("ln(y)", "ln of -1.25: the logarithm needs a positive number"),
        ("sqrt(y)", "sqrt of -1.25: the root needs a number that is not negative"),
        ("y^0.5", "a negative number has no power 0.5"),
        ("exp(1e9)", "a number grew beyond the bound, 10^999999"),
        ("9^9^9", "a number grew beyond the bound, 10^999999"),
        ("9^9^9^9^9", "a number grew beyond the bound, 10^999999"),
        ("(1e400)^1e400", "a number grew beyond the bound, 10^999999"),
        ("sin(1e60)", "sin of 1e+60: the bound on angles is 10^50"),
    ],
)
def test_faults_come_at_once(text: str, message: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ArithmeticFault) as caught:
        number(text)
    assert caught.value.message == message
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("text", ["1/3 + 1/3 + 1/3 - 1", "exp(x) * (1 - 1/3) - exp(x) * 2/3", "1e9 / 7 - 2e9 / 14"])
def test_terms_that_cancel_each_other_leave_nothing(text: str) -> None:
    assert number(text) == 0


@pytest.mark.parametrize(
    ("text", "value"), [("1 + 1e-30 - 1", "1e-30"), ("1e-45 + 2e-45", "3e-45"), ("1e20 - 1e20 + 1e-12", "1e-12")]
)
def test_what_is_known_is_left_of_terms_that_cancel(text: str, value: str) -> None:
    assert number(text) == D(value)


def test_elements_that_cancel_each_other_leave_nothing() -> None:
    x = Ref(Quantity("input", 0, (FROM,)))
    third = D("0." + 40 * "3")
    thirds = {1: third, 2: third, 3: D("-0." + 39 * "6" + "7")}
    assert evaluate(Sigma(FROM, x), lambda quantity: thirds[quantity.index[0]]) == 0


def test_extremes_that_have_a_value() -> None:
    assert number("sigmoid(-1e9)") == 0
    assert number("sigmoid(1e9)") == 1
    assert number("tanh(-1e9)") == -1
    assert number("exp(-1e9)") == 0


FROM, TO = Letter(Axis("unit", 0, 3)), Letter(Axis("unit", 1, 2))
N = Letter(Axis("sample", 0, "N"))


def weight(quantity: Quantity) -> Decimal:
    """10 times the row plus the column; an input is its own index."""
    assert all(isinstance(index, int) for index in quantity.index)
    if quantity.role == "input":
        return D(quantity.index[0])
    return D(10 * quantity.index[0] + quantity.index[1])


def test_a_sum_over_a_letter_asks_for_elements() -> None:
    x, w = Ref(Quantity("input", 0, (FROM,))), Ref(Quantity("weight", 1, (TO, FROM)))
    row = Sigma(FROM, Product((w, x)))
    assert evaluate_in(row, weight, {}, {TO: 2}) == 21 * 1 + 22 * 2 + 23 * 3
    assert evaluate(Sigma(TO, row), weight) == 74 + 134
    assert evaluate(Sum((Sigma(FROM, x), Sigma(FROM, x))), weight) == 12
    assert evaluate(Sigma(FROM, Sigma(TO, Product((x, Sigma(FROM, x))))), weight) == 6 * 6 * 2


def test_kronecker_picks_one_term() -> None:
    x = Ref(Quantity("input", 0, (FROM,)))
    assert evaluate(Sigma(FROM, Product((x, Kronecker(FROM, 2)))), weight) == 2
    assert evaluate(Kronecker(TO, TO), weight) == 1
    assert evaluate(Kronecker(1, 2), weight) == 0


@pytest.mark.parametrize(
    "node",
    [
        Sigma(N, Number("1")),
        Kronecker(FROM, TO),
        Constant("ones"),
        Matrix(((Number("1"),),)),
        Derivative(X, X),
        Apply("f", (X,)),
        Cases(((X, Comparison(X, "<", Number("0"))),)),
    ],
)
def test_what_has_no_number(node: Expression) -> None:
    with pytest.raises(ArithmeticFault):
        evaluate(node, VALUES.__getitem__)


@pytest.mark.parametrize(("relation", "value"), [("<", 0), ("<=", 1), (">", 0), (">=", 1), ("=", 1)])
def test_cases_take_the_first_that_holds(relation: str, value: int) -> None:
    pieces = ((Number("1"), Comparison(X, relation, Number("0.30"))), (Number("0"), None))  # type: ignore[arg-type]
    assert evaluate(Cases(pieces), VALUES.__getitem__) == value


def test_only_the_case_that_holds_is_calculated() -> None:
    safe = Cases(((Quotient(Number("1"), Y), Comparison(Y, ">", Number("0"))), (Group(Number("5")), None)))
    assert evaluate(safe, lambda _: D(0)) == 5


def test_definitions_of_functions() -> None:
    x = Ref(VARIABLE)
    functions = {("f", 0): x * x + 1, ("f", 1): 2 * x, ("sigmoid", 0): Apply("f", (x,)) / 2}
    nested = Sum((Apply("f", (Apply("f", (X,)),)), Apply("f", (X,), 1)))
    assert evaluate(nested, VALUES.__getitem__, functions) == D("2.1881") + D("0.6")
    assert evaluate(Apply("sigmoid", (Number("3"),)), VALUES.__getitem__, functions) == 5
    assert evaluate(Apply("relu", (X,), 1), VALUES.__getitem__) == 1
    assert evaluate(Apply("sigmoid", (Number("0"),), 1), VALUES.__getitem__) == D("0.25")


def test_a_function_defined_by_itself_is_a_fault() -> None:
    with pytest.raises(ArithmeticFault):
        evaluate(Apply("f", (X,)), VALUES.__getitem__, {("f", 0): Apply("f", (Ref(VARIABLE),))})


def test_many_evaluations_within_one_switch() -> None:
    tree = read_formula("1 / 3", NAMES)
    with arithmetic():
        assert evaluate(tree, VALUES.__getitem__) == D("0." + "3" * 40)
    assert evaluate(tree, VALUES.__getitem__) == D("0." + "3" * 40)

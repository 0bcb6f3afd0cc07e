import time
from decimal import Decimal

import pytest
import sympy
from formula_tools import NAMES, A, X, Y, Z, formulas, plain
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate
from backprop_steps.expression.quantity import Axis, Letter, Quantity
from backprop_steps.expression.reading import read_formula
from backprop_steps.expression.symbolic import differentiate, equal, from_sympy, symbol_of, to_sympy
from backprop_steps.expression.transform import children
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Expression,
    Hadamard,
    Kronecker,
    Negative,
    Number,
    Power,
    Product,
    Ref,
    Sigma,
    Sum,
)

D = Decimal
SMOOTH = ("exp", "sin", "cos", "tanh", "sigmoid")


def read(text: str) -> Expression:
    return read_formula(text, NAMES)


@pytest.mark.parametrize(
    ("formula", "by", "derivative"),
    [
        ("x * y + z", "x", "y"),
        ("x * y + z", "z", "1"),
        ("x * y + z", "a", "0"),
        ("-x", "x", "-1"),
        ("x / y", "y", "-x / y^2"),
        ("1 / x - 1 / y", "x", "-1 / x^2"),
        ("x^3 + 2*x^2 - x + 1", "x", "3 * x^2 + 4 * x - 1"),
        ("(y - a)^2", "a", "-2 * (y - a)"),
        ("(a - y)^2", "a", "2 * (a - y)"),
        ("1/2 * (y - a)^2", "a", "-(y - a)"),
        ("0.5 * (a - y)^2", "a", "a - y"),
        ("y * ln(a) + (1 - y) * ln(1 - a)", "a", "y / a - (1 - y) / (1 - a)"),
        ("1 / (1 + exp(-x))", "x", "exp(-x) / (1 + exp(-x))^2"),
        ("1 / (1 + e^-x)", "x", "e^(-x) / (1 + e^(-x))^2"),
        (
            "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
            "x",
            "1 - (exp(x) - exp(-x))^2 / (exp(x) + exp(-x))^2",
        ),
        ("x / (1 + exp(-x))", "x", "x * exp(-x) / (1 + exp(-x))^2 + 1 / (1 + exp(-x))"),
        ("ln(1 + exp(x))", "x", "exp(x) / (1 + exp(x))"),
        ("sigmoid(z * x + y)", "z", "x * sigmoid(z * x + y) * (1 - sigmoid(z * x + y))"),
        ("(x^2 + 1)^3", "x", "6 * x * (x^2 + 1)^2"),
        ("sqrt(x)", "x", "1 / (2 * sqrt(x))"),
        ("x^y", "x", "y * x^(y - 1)"),
        ("0.01 * x", "x", "0.01"),
        ("0.2 * x^2 * y", "x", "0.4 * x * y"),
        ("x / 2", "x", "1 / 2"),
        ("sin(x)^2", "x", "2 * sin(x) * cos(x)"),
    ],
)
def test_derivatives_are_written_as_a_hand_writes_them(formula: str, by: str, derivative: str) -> None:
    assert plain(differentiate(read(formula), NAMES[by])) == derivative


def test_functions_that_sympy_would_give_a_heaviside() -> None:
    zero, one = Number("0"), Number("1")
    assert differentiate(Apply("relu", (X,)), X.quantity) == Apply("relu", (X,), 1)
    assert differentiate(Apply("relu", (X,), 1), X.quantity) == zero
    assert differentiate(read("max(0, x)"), X.quantity) == Cases(((one, Comparison(X, ">", zero)), (zero, None)))
    assert differentiate(read("min(x, y)"), Y.quantity) == Cases(((one, Comparison(Y, "<", X)), (zero, None)))
    absolute = ((one, Comparison(X, ">", zero)), (Negative(one), Comparison(X, "<", zero)), (zero, None))
    assert differentiate(read("abs(x)"), X.quantity) == Cases(absolute)


def test_a_function_that_is_only_a_name() -> None:
    f = Apply("f", (Product((Y, X)),))
    first = differentiate(f, X.quantity)
    assert first == Product((Y, Apply("f", f.arguments, 1)))
    assert differentiate(first, X.quantity) == Product((Power(Y, Number("2")), Apply("f", f.arguments, 2)))


def test_cases_are_differentiated_piece_by_piece() -> None:
    zero = Number("0")
    leaky = Cases(((X, Comparison(X, ">", zero)), (Product((Number("0.01"), X)), Comparison(X, "<=", zero))))
    assert differentiate(leaky, X.quantity) == Cases(
        ((Number("1"), Comparison(X, ">", zero)), (Number("0.01"), Comparison(X, "<=", zero)))
    )
    assert differentiate(Product((Y, leaky)), Y.quantity) == leaky


def test_sums_over_a_letter_and_deltas_are_passed_through() -> None:
    letter = Letter(Axis("unit", 1, 3))
    element = Ref(Quantity("input", 0, (letter,)))
    total = Sigma(letter, Product((X, element)))
    assert differentiate(total, X.quantity) == Sigma(letter, element)
    assert differentiate(Power(total, Number("2")), Y.quantity) == Number("0")
    delta = Kronecker(letter, 2)
    assert differentiate(Product((X, delta)), X.quantity) == delta


def test_distinct_quantities_are_distinct_symbols() -> None:
    quantities = [
        Quantity("weight", 1, (1, 2)),
        Quantity("weight", 1, (12,)),
        Quantity("weight", 11, (2,)),
        Quantity("weight", 1, (1, 2), generation=1),
        Quantity("node", name="x"),
        Quantity("variable", name="x"),
    ]
    assert len({symbol_of(quantity) for quantity in quantities}) == len(quantities)
    assert symbol_of(quantities[0]) is symbol_of(Quantity("weight", 1, (1, 2)))


def test_symbols_of_ones_own() -> None:
    letters = {quantity: sympy.Symbol(name) for name, quantity in NAMES.items()}
    back = {symbol: quantity for quantity, symbol in letters.items()}
    expr = to_sympy(read("x * (y - 1/2)"), letters.__getitem__)
    assert expr == sympy.Symbol("x") * (sympy.Symbol("y") - sympy.Rational(1, 2))
    assert equal(from_sympy(expr, back.__getitem__), read("x * (y - 1/2)"))


def test_sums_put_what_is_added_first() -> None:
    x, y = (symbol_of(NAMES[name]) for name in "xy")
    sums = (1 - x, x + 1, y - x, 2 * x - 3, sympy.Rational(-3, 2) * x + y)
    assert [plain(from_sympy(total)) for total in sums] == ["1 - x", "x + 1", "y - x", "2 * x - 3", "y - 3 / 2 * x"]


@settings(max_examples=60, deadline=None)
@given(formulas((*SMOOTH, "sqrt", "ln", "relu", "abs", "max", "min")))
def test_there_and_back_keeps_the_value(tree: Expression) -> None:
    try:
        back = from_sympy(to_sympy(tree), like=tree)
    except (ArithmeticFault, ValueError):
        return
    point = {X.quantity: D("0.37"), Y.quantity: D("1.21"), Z.quantity: D("-0.53")}
    try:
        one, two = evaluate(tree, point.__getitem__), evaluate(back, point.__getitem__)
    except ArithmeticFault:
        return
    assert abs(one - two) <= D("1e-25") * max(D(1), abs(one), _largest(tree, point), _largest(back, point))


def _largest(node: Expression, point: dict[Quantity, Decimal]) -> Decimal:
    """The largest number on the way: what rounding is measured by."""
    return max([abs(evaluate(node, point.__getitem__)), *[_largest(child, point) for child in children(node)]])


@settings(max_examples=60, deadline=None)
@given(formulas(SMOOTH), st.decimals("0.1", "0.9", places=3))
def test_derivatives_agree_with_central_differences(tree: Expression, x: Decimal) -> None:
    step = D("1e-10")

    def at(node: Expression, x: Decimal) -> Decimal:
        return evaluate(node, {X.quantity: x, Y.quantity: D("0.77"), Z.quantity: D("-1.3")}.__getitem__)

    try:
        derivative = at(differentiate(tree, X.quantity), x)
        with arithmetic():
            once = (at(tree, x + step) - at(tree, x - step)) / (2 * step)
            twice = (at(tree, x + 2 * step) - at(tree, x - 2 * step)) / (4 * step)
    except (ArithmeticFault, ValueError):
        return
    # Differences that disagree among themselves say nothing.
    assume(abs(derivative) < 10**8)
    assume(abs(once - twice) <= D("1e-9") * max(D(1), abs(once)))
    assert abs(derivative - once) <= D("1e-8") * max(D(1), abs(once))


EQUAL = [
    ("x * (1 - x)", "x - x^2"),
    ("(x + y)^2", "x^2 + 2*x*y + y^2"),
    ("sigmoid(x)", "1 / (1 + exp(-x))"),
    ("sigmoid(x) * (1 - sigmoid(x))", "exp(-x) / (1 + exp(-x))^2"),
    ("tanh(x)", "2 * sigmoid(2*x) - 1"),
    ("e^(x + y)", "e^x * e^y"),
    ("ln(x * y)", "ln(x) + ln(y)"),
    ("ln(sigmoid(x))", "-ln(1 + exp(-x))"),
    ("sin(x)^2 + cos(x)^2", "1"),
    ("sqrt(x) * sqrt(x)", "x"),
    ("max(0, x)", "relu(x)"),
    ("abs(x)", "max(x, -x)"),
    ("0.25 * x", "x / 4"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_forms_are_proved_equal(left: str, right: str) -> None:
    assert equal(read(left), read(right))


@pytest.mark.parametrize(
    ("left", "right"), [("x", "y"), ("x^2", "x"), ("sigmoid(x)", "tanh(x)"), ("sqrt(x^2)", "x"), ("relu(x)", "x")]
)
def test_different_functions_are_not(left: str, right: str) -> None:
    assert not equal(read(left), read(right))


def test_bare_names_are_equal_to_themselves_only() -> None:
    f, g = Apply("f", (X,)), Apply("g", (X,))
    assert equal(Sum((f, f)), Product((Number("2"), f)))
    assert not equal(f, g)
    assert not equal(f, Apply("f", (X,), 1))


def test_cases_are_proved_on_each_side() -> None:
    zero = Number("0")
    one = Cases(((X, Comparison(X, ">", zero)), (zero, None)))
    other = Cases(((zero, Comparison(X, "<=", zero)), (X, None)))
    wrong = Cases(((X, Comparison(X, ">", zero)), (X * 2, None)))
    assert equal(one, other)
    assert equal(one, Apply("relu", (X,)))
    assert not equal(one, wrong)


@given(formulas(SMOOTH))
@settings(max_examples=30, deadline=None)
def test_whatever_is_multiplied_out_is_equal(tree: Expression) -> None:
    try:
        assert equal(Product((tree, Sum((A, Number("1"))))), Sum((Product((tree, A)), tree)))
    except ArithmeticFault:
        return


@pytest.mark.parametrize(
    "text",
    ["9^9^9", "(2*x)^9999", "((2*x)^99)^99", "(((x+1)^30)^30)^30", "exp(1e8 * ln(2))", "1 / (x - x)", "(x - x)^-1"],
)
def test_bombs_are_faults_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ArithmeticFault):
        differentiate(read(text), X.quantity)
    assert time.perf_counter() - start < 1


def test_arrays_are_no_scalar_formula() -> None:
    with pytest.raises(ValueError, match="Hadamard"):
        to_sympy(Hadamard((X, Y)))


def test_what_sympy_alone_knows_is_refused() -> None:
    for strange in (sympy.zoo, sympy.I, sympy.gamma(symbol_of(X.quantity)), sympy.nan):
        with pytest.raises(ValueError, match="no formula"):
            from_sympy(strange)

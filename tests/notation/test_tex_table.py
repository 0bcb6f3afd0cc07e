"""Expression -> TeX, case by case, as a hand would write it."""

import pytest
from tex_samples import (
    A1,
    DA_DZ,
    DELTA,
    DL_DA,
    ERROR,
    ETA,
    WHOLE_W,
    Z1,
    A,
    B,
    J,
    M,
    N,
    X,
    Y,
    call,
    number,
    tex,
    weight,
)

from backprop_steps.expression.quantity import Axis, Letter, Quantity
from backprop_steps.expression.tree import (
    Cases,
    Chain,
    Comparison,
    Constant,
    Derivative,
    Dots,
    Group,
    Hadamard,
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
    Transpose,
)

n = number
HALF = Quotient(n("1"), n("2"))
SAMPLES = Ref(Quantity("samples"))
SIGMA = call("sigmoid", X)

SIGNS = [
    (A + B - X, "a + b - x"),
    (A + n("-0.3"), "a - 0.3"),
    (A - n("-0.3"), "a - (-0.3)"),
    (A + (-B), "a - b"),
    (A - (B + X), "a - (b + x)"),
    (A - (B - X) - Y, "a - (b - x) - y"),
    (Sum((A, Sum((n("-0.3"), B)))), "a - 0.3 + b"),
    (-A + B, "-a + b"),
    (Negative(-A), "-(-a)"),
    (-(A + B), "-(a + b)"),
    (-(A * B), "-ab"),
    (Negative(n("-0.3")), "-(-0.3)"),
    (A - n("0"), "a - 0"),
    (A + n("-0.00"), "a + 0.00"),
    (-n("0.0"), "0.0"),
    (n("0.20") + n("-0.5"), "0.20 - 0.5"),
    (A - n("-0.25") * n("0.4"), r"a - (-0.25) \cdot 0.4"),
]

PRODUCTS = [
    (weight(3, 5) * A1, "W_{35}a_1"),
    (2 * X, "2x"),
    (n("-2") * X, "-2x"),
    (X * 2, r"x \cdot 2"),
    (X * n("-2"), r"x \cdot (-2)"),
    (A * (1 - A), "a(1 - a)"),
    (SIGMA * (1 - SIGMA), r"\sigma(x)(1 - \sigma(x))"),
    (SIGMA * X, r"\sigma(x) \cdot x"),
    (SIGMA * SIGMA, r"\sigma(x) \cdot \sigma(x)"),
    (X * SIGMA, r"x\sigma(x)"),
    (DELTA * weight(3, 5), r"\delta_5W_{35}"),
    (ETA * X, r"\eta x"),
    ((-DELTA) * weight(3, 5) + (-DELTA) * weight(3, 6), r"(-\delta_5)W_{35} + (-\delta_5)W_{36}"),
    (ERROR * X, r"Err_5 \cdot x"),
    (ERROR * call("relu", Z1, primes=1), r"Err_5 \cdot \mathrm{ReLU}'(z_1)"),
    (DL_DA * DA_DZ, r"\frac{\partial L}{\partial a_1} \cdot \frac{\partial a_1}{\partial z_1}"),
    (DL_DA * X, r"\frac{\partial L}{\partial a_1} \cdot x"),
    (A - ETA * DL_DA, r"a - \eta\frac{\partial L}{\partial a_1}"),
    (2 * HALF * (A - Y), r"2 \cdot \frac{1}{2}(a - y)"),
    (HALF * (A - Y) ** 2, r"\frac{1}{2}(a - y)^2"),
    (Product((A, Product((B, X)))), "abx"),
    (Product((A, Group(A + B))), "a(a + b)"),
    (Product((A, Sum((A, B)))), "a(a + b)"),
    (call("ln", A) * X, r"\ln(a) \cdot x"),
    (Y * call("ln", A), r"y\ln a"),
    (2 * Constant("pi"), r"2\pi"),
    (A * Cases(((X, None),)), r"a\left( \begin{cases} x & \text{otherwise} \end{cases} \right)"),
]

FRACTIONS_AND_POWERS = [
    (Quotient(A, B), r"\frac{a}{b}"),
    (-Y / A + (1 - Y) / (1 - A), r"\frac{-y}{a} + \frac{1 - y}{1 - a}"),
    (1 / (1 + call("exp", -X)), r"\frac{1}{1 + e^{-x}}"),
    ((Y - A) ** 2, "(y - a)^2"),
    (X**2, "x^2"),
    (X ** n("10"), "x^{10}"),
    ((1 + call("exp", -X)) ** n("-1"), "(1 + e^{-x})^{-1}"),
    (n("-0.3") ** 2, "(-0.3)^2"),
    (n("0.3") ** 2, "0.3^2"),
    (n("2.1e-5") ** 2, r"(2.1 \times 10^{-5})^2"),
    (SIGMA**2, r"\sigma(x)^2"),
    (call("exp", X) ** 2, "(e^x)^2"),
    (call("sqrt", X) ** 2, r"(\sqrt{x})^2"),
    (Power(X**2, n("3")), "(x^2)^3"),
    (HALF**2, r"\left( \frac{1}{2} \right)^2"),
    (DL_DA**2, r"\left( \frac{\partial L}{\partial a_1} \right)^2"),
    (Group(A + B) ** 2, "(a + b)^2"),
    (Transpose(WHOLE_W), "W^T"),
    (Transpose(A + B), "(a + b)^T"),
]

FUNCTIONS = [
    (call("sigmoid", Z1, primes=1), r"\sigma'(z_1)"),
    (call("relu", A + B), r"\mathrm{ReLU}(a + b)"),
    (call("sigmoid", Group(A + B)), r"\sigma(a + b)"),
    (call("sigmoid", HALF), r"\sigma\left( \frac{1}{2} \right)"),
    (call("max", n("0"), X), r"\max(0, x)"),
    (call("ln", 1 - A), r"\ln(1 - a)"),
    (call("ln", A), r"\ln a"),
    (call("ln", n("0.5")), r"\ln(0.5)"),
    (call("abs", X), r"\lvert x \rvert"),
    (call("abs", HALF), r"\left\lvert \frac{1}{2} \right\rvert"),
    (call("sqrt", X + 1), r"\sqrt{x + 1}"),
    (call("exp", -HALF), r"\exp\left( -\frac{1}{2} \right)"),
    (call("tanh", X), r"\tanh(x)"),
    (call("exp", X, primes=1), r"\exp'(x)"),
]

SUMS_AND_ARRAYS = [
    (1 / SAMPLES * Sigma(N, (Y - A) ** 2), r"\frac{1}{N}\sum_{n=1}^{N} (y - a)^2"),
    (Sigma(J, A + B), r"\sum_{j=1}^{2} (a + b)"),
    (Sigma(J, -A), r"\sum_{j=1}^{2} (-a)"),
    (Sigma(N, Sigma(J, A * B)), r"\sum_{n=1}^{N} \sum_{j=1}^{2} ab"),
    (Sigma(J, A) * X, r"\left( \sum_{j=1}^{2} a \right)x"),
    (Sigma(J, A) + B, r"\sum_{j=1}^{2} a + b"),
    (Sigma(J, n("-0.3") * A), r"\sum_{j=1}^{2} (-0.3)a"),
    (Sigma(Letter(Axis("unit", 1, "units")), A), r"\sum_{j=1}^{\mathrm{units}} a"),
    (A * (Kronecker(J, M) - B), r"a([j = m] - b)"),
    (Kronecker(J, 2), "[j = 2]"),
    (Derivative(WHOLE_W * A1 + B, A1), r"\frac{\partial (Wa_1 + b)}{\partial a_1}"),
    (Derivative(B, WHOLE_W * A1 + B), r"\frac{\partial b}{\partial (Wa_1 + b)}"),
    (Derivative(SIGMA, X), r"\frac{\partial \sigma(x)}{\partial x}"),
    (
        Cases(((X, Comparison(X, ">", n("0"))), (n("0"), None))),
        r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
    ),
    (Hadamard((Transpose(WHOLE_W) * DELTA, call("sigmoid", Z1, primes=1))), r"W^T\delta_5 \odot \sigma'(z_1)"),
    (Hadamard((-A, A + B)), r"(-a) \odot (a + b)"),
    (A * Transpose(Constant("ones")), r"a\mathbf{1}^T"),
    (A + Dots() + B, r"a + \cdots + b"),
    (Matrix(((n("1"), n("-2")), (A, B))), r"\begin{bmatrix} 1 & -2 \\ a & b \end{bmatrix}"),
    (
        Matrix(((A, Dots(), B), (Dots(), Dots(), Dots()), (X, Dots(), Y))),
        r"\begin{bmatrix} a & \cdots & b \\ \vdots & \ddots & \vdots \\ x & \cdots & y \end{bmatrix}",
    ),
]


@pytest.mark.parametrize(
    ("node", "expected"), [*SIGNS, *PRODUCTS, *FRACTIONS_AND_POWERS, *FUNCTIONS, *SUMS_AND_ARRAYS], ids=str
)
def test_the_commonest_conventions(node, expected):
    assert tex(node) == expected


ARITHMETIC = n("0.15") * n("0.05") + n("-0.6") * n("0.42") + n("0.35")


@pytest.mark.parametrize(
    ("node", "style", "expected"),
    [
        (ARITHMETIC, "brackets", "(0.15)(0.05) + (-0.6)(0.42) + 0.35"),
        (ARITHMETIC, "dot", r"0.15 \cdot 0.05 - 0.6 \cdot 0.42 + 0.35"),
        (ARITHMETIC, "times", r"0.15 \times 0.05 - 0.6 \times 0.42 + 0.35"),
        (n("0.5") * n("-0.3"), "brackets", "(0.5)(-0.3)"),
        (n("0.5") * n("-0.3"), "times", r"0.5 \times (-0.3)"),
        (n("-2") * n("0.5"), "times", r"-2 \times 0.5"),
        (n("0.6") * (1 - n("0.6")), "brackets", "(0.6)(1 - 0.6)"),
        (n("0.6") * (1 - n("0.6")), "dot", r"0.6 \cdot (1 - 0.6)"),
        (n("0.5") * n("2.1e-5"), "dot", r"0.5 \cdot (2.1 \times 10^{-5})"),
        (HALF * (n("0.5571") - 1) ** 2, "brackets", r"\frac{1}{2}(0.5571 - 1)^2"),
        (n("0.4") * call("sigmoid", n("0.3"), primes=1), "brackets", r"(0.4)\sigma'(0.3)"),
        (n("0.4") * n("0.3") ** 2, "brackets", "(0.4)(0.3)^2"),
        (n("0.4") * X, "brackets", "0.4x"),
    ],
)
def test_products_of_numbers(node, style, expected):
    assert tex(node, number_product=style) == expected


@pytest.mark.parametrize(
    ("node", "options", "expected"),
    [
        (ETA * X * DELTA, {"formula_product": "dot"}, r"\eta \cdot x \cdot \delta_5"),
        (ETA * X * DELTA, {"formula_product": "times"}, r"\eta \times x \times \delta_5"),
        (ETA * X * DELTA, {"formula_product": "pairs_juxtaposed"}, r"\eta \cdot x \cdot \delta_5"),
        (weight(3, 5) * X, {"formula_product": "pairs_juxtaposed"}, "W_{35}x"),
        (2 * X, {"formula_product": "dot"}, "2x"),
        (Chain((2 * X, A * (1 - A), B)), {"chain_product": "times"}, r"2x \times a(1 - a) \times b"),
        (Chain((-2 * X, A)), {"chain_product": "times"}, r"-2x \times a"),
        (Chain((-(2 * X), A)), {"chain_product": "times"}, r"-2x \times a"),
        (Chain((A, -(2 * X), A + B, n("1"))), {"chain_product": "times"}, r"a \times (-2x) \times (a + b) \times 1"),
        (Sigma(N, Chain((-X, A * B))), {}, r"\sum_{n=1}^{N} (-x \cdot ab)"),
        (Product((Chain((X, A)), B)), {}, r"(x \cdot a)b"),
        (DL_DA * DA_DZ, {"chain_product": "times", "derivative": "d"}, r"\frac{dL}{da_1} \times \frac{da_1}{dz_1}"),
        (Derivative(WHOLE_W * A1 + B, A1), {"derivative": "d"}, r"\frac{d(Wa_1 + b)}{da_1}"),
        (Derivative(A + B, A1), {"fractions": "inline"}, r"\partial (a + b)/\partial a_1"),
        (-Y / A + (1 - Y) / (1 - A), {"fractions": "inline"}, "-y/a + (1 - y)/(1 - a)"),
        (A - (-Y) / B, {"fractions": "inline"}, "a - (-y/b)"),
        (HALF * X, {"fractions": "inline"}, r"\frac{1}{2}x"),
        ((A / B) * X, {"fractions": "inline"}, "(a/b)x"),
        ((A / B) / (X * Y), {"fractions": "inline"}, "(a/b)/(xy)"),
        (call("ln", A) / B, {"fractions": "inline"}, r"\ln(a)/b"),
        (A / n("-0.5"), {"fractions": "inline"}, "a/(-0.5)"),
        (ETA * DL_DA, {"fractions": "inline"}, r"\eta \cdot \partial L/\partial a_1"),
        (A * (1 - A) * (B - A * (1 - B)), {"brackets": "square_outer"}, "a(1 - a)[b - a(1 - b)]"),
        ((Z1 + A1) * X, {"brackets": "square_outer", "superscripts": True}, "(z_1^{(1)} + a_1^{(1)})x"),
        (X * (A * Y + B * Y), {"brackets": "curly_first"}, r"x\{ay + by\}"),
        (X * (1 - A), {"brackets": "curly_first"}, "x(1 - a)"),
        (call("relu", A * (A * Y + B)), {"brackets": "curly_first"}, r"\mathrm{ReLU}(a(ay + b))"),
        (X * (A + B * (X * Y + 1)), {"brackets": "curly_first"}, r"x\{a + b(xy + 1)\}"),
        (A1**2, {"superscripts": True}, "(a_1^{(1)})^2"),
        (Transpose(WHOLE_W), {"superscripts": True}, "(W^{(2)})^T"),
        (n("0.5") + n("1.25e-7"), {"decimal_comma": True}, r"0{,}5 + 1{,}25 \times 10^{-7}"),
        (call("max", A, n("0.5")), {"decimal_comma": True}, r"\max(a; 0{,}5)"),
        (weight(3, 5), {"numbers": False}, "W_{35}"),
        (Sigma(J, A), {"first_unit": 0}, r"\sum_{j=0}^{1} a"),
        (Sigma(Letter(Axis("unit", 1, "n")), A), {"first_unit": 0}, r"\sum_{j=0}^{n-1} a"),
        (Kronecker(J, 2), {"first_unit": 0}, "[j = 1]"),
    ],
)
def test_other_conventions(node, options, expected):
    numbers = options.pop("numbers", False)
    assert tex(node, numbers=numbers, **options) == expected


def test_lines_of_arithmetic_take_the_other_spelling():
    assert tex(weight(3, 5) * n("0.5"), numbers=True) == r"w_{35} \cdot 0.5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.20", "0.20"),
        ("-12", "-12"),
        ("2.1e-5", r"2.1 \times 10^{-5}"),
        ("-2.1E+07", r"-2.1 \times 10^{7}"),
        ("1e-3", "10^{-3}"),
        ("1.0e-3", r"1.0 \times 10^{-3}"),
        ("3e0", "3"),
        ("-0", "0"),
        ("-0.000", "0.000"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+0.5", "0.5"),
    ],
)
def test_literals(text, expected):
    assert tex(Number(text)) == expected


def test_many_columns_are_an_array_since_bmatrix_takes_ten():
    row = tuple(n(str(value)) for value in range(11))
    assert tex(Matrix((row,))).startswith(r"\left[\begin{array}{ccccccccccc} 0 & 1 & 2")

"""Chains in rows; long lines broken at operators."""

import pytest
from tex_samples import A1, DL_DA, ETA, Z1, A, B, N, X, call, number, printer, weight

from backprop_steps.expression.tree import (
    Cases,
    Comparison,
    Derivative,
    Dots,
    Hadamard,
    Matrix,
    Product,
    Quotient,
    Sigma,
    Sum,
)
from backprop_steps.notation.arrays import elided
from backprop_steps.notation.breaking import chain
from backprop_steps.notation.width import width

n = number
TERMS = [n(f"0.{digit}5") * n("-1.5") for digit in range(1, 7)]
LONG = Sum(tuple(TERMS))


def rows(node, max_width=20.0, **options):
    return chain("L", [("=", node)], printer(**options), max_width)


def test_short_members_have_a_row_each():
    assert chain(Z1, [("=", X + B), (r"\approx", n("0.5"))], printer(), 30) == ["z_1 &= x + b", r"&\approx 0.5"]


def test_a_group_shares_a_row_while_it_fits():
    group = [("=", X + B), ("=", n("0.25") + n("0.3")), (r"\approx", n("0.5"))]
    assert chain(Z1, [group], printer(), 30) == [r"z_1 &= x + b = 0.25 + 0.3 \approx 0.5"]
    assert chain(Z1, [group], printer(), 8) == ["z_1 &= x + b", "&= 0.25 + 0.3", r"&\approx 0.5"]


def test_without_a_head_the_first_row_begins_with_the_relation():
    assert chain(None, [("=", A), ("=", B)], printer(), 30) == ["&= a", "&= b"]


def test_tex_is_taken_as_it_is():
    assert chain("L", [(":=", r"\square")], printer(), 30) == [r"L &:= \square"]


def test_a_wide_head_stands_alone():
    assert chain(LONG, [("=", A)], printer(number_product="brackets"), 20) == [
        "&(0.15)(-1.5) + (0.25)(-1.5) + (0.35)(-1.5)",
        r"&\quad + (0.45)(-1.5) + (0.55)(-1.5)",
        r"&\quad + (0.65)(-1.5)",
        "&= a",
    ]


def test_a_sum_breaks_before_its_signs():
    assert rows(A - X * B + n("-0.5") * B - A * X, 10.0) == ["L &= a - xb", r"&\quad - 0.5b - ax"]


def test_the_terms_of_one_turn_of_an_index_stay_together():
    terms = (A, n("0.25") * B, X, n("0.5") * B, A, n("0.75") * B)
    assert rows(Sum(terms), 10.0) == ["L &= a + 0.25b + x", r"&\quad + 0.5b + a", r"&\quad + 0.75b"]
    assert rows(Sum(terms, 2), 10.0) == ["L &= a + 0.25b", r"&\quad + x + 0.5b", r"&\quad + a + 0.75b"]
    assert rows(Sum(terms), 14.0) == ["L &= a + 0.25b + x + 0.5b", r"&\quad + a + 0.75b"]
    assert rows(Sum(terms, 3), 14.0) == ["L &= a + 0.25b + x", r"&\quad + 0.5b + a + 0.75b"]
    # a turn wider than the line is broken at its terms
    assert rows(Sum(terms, 3), 7.0)[0] == "L &= a + 0.25b"


def numbers(*texts: str):
    return Product(tuple(map(n, texts)))


def test_no_factor_is_left_alone_where_another_can_go_with_it():
    # four would fit on the first row
    assert rows(numbers("0.11", "0.22", "0.33", "0.44", "0.5"), 13.5) == [
        r"L &= 0.11 \cdot 0.22 \cdot 0.33",
        r"&\quad \cdot 0.44 \cdot 0.5",
    ]


def test_a_row_in_the_middle_does_not_give_away_its_company():
    assert rows(numbers("0.11", "0.22", "0.33", "0.44", "0.555"), 9.0) == [
        r"L &= 0.11 \cdot 0.22",
        r"&\quad \cdot 0.33 \cdot 0.44",
        r"&\quad \cdot 0.555",
    ]


def test_no_term_is_left_alone_where_another_can_go_with_it():
    assert rows(Sum((n("0.11"), n("0.22"), n("0.33"), n("0.44"), n("0.5"))), 15.0) == [
        "L &= 0.11 + 0.22 + 0.33",
        r"&\quad + 0.44 + 0.5",
    ]


def test_of_three_the_widest_is_left_alone():
    assert rows(numbers("0.123456789", "0.22", "0.5"), 11.5) == [r"L &= 0.123456789", r"&\quad \cdot 0.22 \cdot 0.5"]
    assert rows(numbers("0.5", "0.22", "0.123456789"), 11.5) == [r"L &= 0.5 \cdot 0.22", r"&\quad \cdot 0.123456789"]


def test_a_short_factor_before_a_sum_is_not_left_alone():
    terms = Sum((n("0.11"), n("0.22"), n("0.33"), n("0.44")))
    assert rows(n("0.5") * terms, 15.0) == [r"L &= 0.5 \cdot (0.11 + 0.22", r"&\quad + 0.33 + 0.44)"]
    # a fraction that fits on a row is not broken for the sake of the factor before it
    assert rows(n("0.5") * (terms / n("2")), 16.0) == [r"L &= 0.5", r"&\quad \cdot \frac{0.11 + 0.22 + 0.33 + 0.44}{2}"]


def test_what_fills_a_row_is_not_moved_to_one_that_is_too_narrow_for_it():
    assert rows(numbers("0.5", "0.5", "0.123456789", "0.987654321"), 13.0) == [
        r"L &= 0.5 \cdot 0.5 \cdot 0.123456789",
        r"&\quad \cdot 0.987654321",
    ]


def test_brackets_span_rows():
    assert rows(ETA * LONG * call("relu", Z1, primes=1), number_product="brackets") == [
        r"L &= \eta \cdot ((0.15)(-1.5) + (0.25)(-1.5)",
        r"&\quad + (0.35)(-1.5) + (0.45)(-1.5)",
        r"&\quad + (0.55)(-1.5) + (0.65)(-1.5))",
        r"&\quad \cdot \mathrm{ReLU}'(z_1)",
    ]


def test_curly_brackets_span_rows_too():
    assert rows(X * LONG, number_product="brackets", brackets="curly_first")[0].startswith(
        r"L &= x \cdot \{(0.15)(-1.5)"
    )


def test_tall_brackets_are_sized_since_left_and_right_cannot_span_rows():
    found = rows(X * Sum(tuple(Quotient(A, B) * X for _ in range(14))))
    assert found[0].startswith(r"L &= x\Bigl(\frac{a}{b}x + ")
    assert found[-1].endswith(r"\Bigr)")


def test_a_function_spans_rows_with_its_own_brackets():
    found = rows(call("sigmoid", LONG), number_product="brackets")
    assert found[0].startswith(r"L &= \sigma((0.15)(-1.5) +")
    assert found[-1].endswith("(0.65)(-1.5))")


def test_an_exponent_that_is_too_long_becomes_an_argument():
    found = rows(1 + call("exp", -LONG), number_product="brackets")
    assert found[0] == r"L &= 1 + \exp(-((0.15)(-1.5)"


def test_a_fraction_wider_than_the_line_is_written_on_the_line():
    found = rows(Quotient(LONG, A + B), number_product="brackets")
    assert found[-1].endswith(")/(a + b)")
    assert not any("frac" in row for row in found)


def test_a_chain_of_derivatives_breaks_before_the_dot():
    assert rows(DL_DA * DL_DA * DL_DA * DL_DA, 8.0)[1].startswith(r"&\quad \cdot \frac{\partial L}")


@pytest.mark.parametrize(
    "node",
    [
        LONG,
        X * LONG * B,
        (A - LONG) ** 2,
        -LONG,
        A - (-(LONG * X)),
        call("max", n("0"), LONG),
        Sigma(N, LONG),
        Sigma(N, -LONG),
        Derivative(LONG, A1) * X,
        Hadamard((LONG, A, LONG)),
        Quotient(LONG, LONG + 1),
        call("relu", weight(1, 2) * LONG + LONG),
        Sum(tuple(weight(1, unit) * X for unit in range(40))),
    ],
    ids=str,
)
@pytest.mark.parametrize("number_product", ["brackets", "dot", "times"])
def test_no_row_is_wider_than_the_page(node, number_product):
    for row in rows(node, 24.0, number_product=number_product):
        assert width(row.replace("&", "")) <= 24.0


def test_cases_stay_whole():
    cases = Cases(((LONG, Comparison(X, ">", n("0"))), (n("0"), None)))
    assert len(rows(cases)) == 1


def grid(height, breadth, text="0.25"):
    return Matrix(tuple(tuple(n(text) for _ in range(breadth)) for _ in range(height)))


def test_dots_stand_for_the_middle_of_a_matrix():
    numbered = Matrix(tuple(tuple(n(f"{10 * i + j}") for j in range(6)) for i in range(6)))
    assert elided(numbered, 4, 5).rows == (
        (n("0"), n("1"), n("2"), Dots(), n("5")),
        (n("10"), n("11"), n("12"), Dots(), n("15")),
        (Dots(),) * 5,
        (n("50"), n("51"), n("52"), Dots(), n("55")),
    )
    assert elided(numbered, 6, 6) is numbered
    with pytest.raises(ValueError, match="first and a last"):
        elided(numbered, 2, 5)


def test_a_matrix_too_wide_gets_small_entries_and_then_dots():
    plain, small, dots = (rows(grid(2, breadth), 22.0)[0] for breadth in (4, 7, 30))
    assert r"\begin{bmatrix}" in plain
    assert r"\begin{smallmatrix}" in small
    assert r"\cdots" in dots
    assert all(width(row.replace("&=", "=")) <= 22.0 for row in (plain, small, dots))


def test_a_matrix_too_high_gets_dots():
    assert rows(grid(40, 2), 22.0)[0].count(r"\\") == 11


def test_matrices_break_between_them():
    assert rows(grid(2, 4) * grid(4, 4) + grid(2, 4), 22.0)[1].startswith(r"&\quad \cdot \begin{bmatrix}")


@pytest.mark.parametrize(
    ("tex", "em"),
    [
        # measured with pdflatex, Computer Modern at ten points, display style
        (r"W_{35}Y_3", 2.8),
        (r"\frac{\partial L}{\partial W^{(2)}_{11}} \cdot \frac{a}{b}", 4.5),
        (r"(W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})", 9.6),
        (r"\sum_{i=1}^{N} (y_i-\hat{y}_i)^2", 5.5),
        (r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", 6.6),
        (r"L = -[y \ln a + (1-y)\ln(1-a)]", 13.8),
        (r"(0.65)(-1.6) + (0.75)(-1.7) + (0.85)(-1.8)", 19.4),
        (r"2.1 \times 10^{-5}", 4.6),
    ],
)
def test_widths_are_about_right(tex, em):
    assert 0.97 * em <= width(tex) <= 1.2 * em

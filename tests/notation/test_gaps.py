"""A gap in a formula: room to write, as wide as the answer, or the answer underlined; in every language of formulas."""

from __future__ import annotations

import pytest
from tex_samples import Z1, A, B, Plain, X, number, printer

from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Expression,
    Gap,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from backprop_steps.notation import mathml, typst, unicode_math
from backprop_steps.notation.breaking import chain
from backprop_steps.notation.looks import blank
from backprop_steps.notation.tex import TexPrinter
from backprop_steps.notation.width import width

n = number
SHORT = r"\underline{\hspace{3em}}"
"""No gap is narrower."""


def opened(**options: object) -> TexPrinter:
    return TexPrinter(Plain(**options), open_gaps=True)


def gap(text: str) -> Gap:
    return Gap(Number(text))


PRINTED: list[tuple[Expression, str, str]] = [
    (gap("5"), SHORT, r"\underline{5}"),
    (A + gap("7"), f"a + {SHORT}", r"a + \underline{7}"),
    # a number that is negative has its brackets; a gap does not tell that it will be
    (A + gap("-3"), f"a + {blank(width('-3'))}", r"a + (\underline{-3})"),
    (A - gap("-3"), f"a - {blank(width('-3'))}", r"a - (\underline{-3})"),
    (gap("-3") + A, f"{blank(width('-3'))} + a", r"\underline{-3} + a"),
    (Negative(gap("3")), f"-{SHORT}", r"-\underline{3}"),
    (Product((gap("2"), gap("-3"))), rf"{SHORT} \cdot {blank(width('-3'))}", r"\underline{2} \cdot (\underline{-3})"),
    (Product((gap("2"), A)), f"{SHORT}a", r"\underline{2}a"),
    # but where what is written would else mean something else: -3^2
    (Power(gap("-3"), n("2")), f"({blank(width('-3'))})^2", r"(\underline{-3})^2"),
    (Power(gap("3"), n("2")), f"({SHORT})^2", r"\underline{3}^2"),
    (Apply("exp", (Negative(gap("3")),)), rf"\exp(-{SHORT})", r"e^{-\underline{3}}"),
    (Power(Constant("e"), gap("3")), rf"\exp({SHORT})", r"e^{\underline{3}}"),
    (Quotient(n("1"), gap("4")), rf"\frac{{1}}{{{SHORT}}}", r"\frac{1}{\underline{4}}"),
    (Gap(A + B), blank(width("a + b")), r"\underline{a + b}"),
]


@pytest.mark.parametrize(("node", "open_", "filled"), PRINTED, ids=lambda part: str(part)[:30])
def test_a_gap_in_a_formula(node: Expression, open_: str, filled: str) -> None:
    assert opened().print(node) == open_
    assert printer().print(node) == filled


def test_brackets_that_a_notation_puts_around_every_number_are_there() -> None:
    node = Product((n("0.4"), gap("-0.5")))
    assert opened(number_product="brackets").print(node) == f"(0.4)({blank(width('-0.5'))})"
    assert printer(number_product="brackets").print(node) == r"(0.4)(\underline{-0.5})"


def test_a_gap_is_as_wide_as_a_hand_writes_the_answer() -> None:
    for tex in ("0.5", "0.593270", r"\frac{1}{1 + e^{-0.3775}}"):
        assert 1.3 * width(tex) <= width(blank(width(tex))) <= 1.3 * width(tex) + 1.5


def test_an_answer_of_several_lines_has_as_many_to_write_on() -> None:
    long = Sum(tuple(n(f"0.{digit}5") * n("1.5") for digit in range(1, 9)))
    filled = chain(Z1, [("=", Gap(long))], printer(), 20.0)
    assert "".join(filled).count("underline") == 0  # a bracket may open in one line and close in another
    rows = chain(Z1, [("=", Gap(long))], opened(), 20.0)
    assert len(rows) >= len(filled) > 1
    assert rows[0].startswith(r"z_1 &= \underline{\hspace{")
    assert all(row.startswith(r"&\quad \underline{\hspace{") for row in rows[1:])
    assert all(width(row) <= 20.5 for row in rows)


def test_an_answer_with_matrices_has_room_for_their_rows() -> None:
    node = Gap(Matrix(((X,), (A,), (B,))))
    rows = chain(Z1, [[("=", X + B), ("=", node)]], opened(), 40.0)
    assert rows[0] == "z_1 &= x + b"
    assert [row.split("{")[0] for row in rows[1:]] == [r"&= \underline", r"&\quad \underline", r"&\quad \underline"]


def test_html_has_gaps() -> None:
    made = mathml.math(r"0.4 \cdot \underline{\hspace{2em}} - 1")
    assert '<mn>0.4</mn><mo>⋅</mo><mspace class="blank" width="2em" height=".1em"></mspace><mo>−</mo>' in made


@pytest.mark.parametrize(
    ("tex", "in_typst", "in_unicode"),
    [
        (r"0.4 \cdot \underline{\hspace{2em}} - 1", 'class("normal", underline(#h(2em)))', "0.4 · _____ − 1"),
        (r"e^{-\underline{\hspace{2em}}}", 'class("normal", underline(#h(2em)))', "e^(−_____)"),
        (r"\underline{-0.3}", "underline(- 0.3)", "−0.3"),
        (r"\underline{w}x", "underline(w) x", "w̲x"),
    ],
)
def test_other_languages_have_gaps(tex: str, in_typst: str, in_unicode: str) -> None:
    assert in_typst in typst.formula(tex)
    assert unicode_math.line(tex) == in_unicode

import re
import subprocess
import sys
from pathlib import Path

import pytest
from formula_tools import NAMES, A, X, Y, Z, formulas, plain
from hypothesis import given
from hypothesis import strategies as st

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.reading import ALIASES, ARITY, DEEPEST, LONGEST, FormulaError, read_formula
from backprop_steps.expression.transform import children
from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
)

E = Constant("e")
ONE, TWO, THREE = Number("1"), Number("2"), Number("3")

TREES: list[tuple[str, Expression]] = [
    ("x", X),
    (" x ", X),
    ("((x))", X),
    ("0.20", Number("0.20")),
    (".5", Number(".5")),
    ("5.", Number("5.")),
    ("1e-3", Number("1e-3")),
    ("2.1E5", Number("2.1E5")),
    ("x + y", Sum((X, Y))),
    ("x - y", Sum((X, Negative(Y)))),
    ("x - y - z", Sum((X, Negative(Y), Negative(Z)))),
    ("(x + y) + z", Sum((X, Y, Z))),
    ("x + (y + z)", Sum((X, Sum((Y, Z))))),
    ("x - (y - z)", Sum((X, Negative(Sum((Y, Negative(Z))))))),
    ("x - -y", Sum((X, Negative(Negative(Y))))),
    ("x + -y", Sum((X, Negative(Y)))),
    ("+x", X),
    ("-2", Negative(TWO)),
    ("-x * y", Negative(Product((X, Y)))),
    ("(-x) * y", Product((Negative(X), Y))),
    ("x * -y * z", Product((X, Negative(Y), Z))),
    ("x - y * z", Sum((X, Negative(Product((Y, Z)))))),
    ("-x + y", Sum((Negative(X), Y))),
    ("x * y * z", Product((X, Y, Z))),
    ("(x * y) * z", Product((X, Y, Z))),
    ("x * (y * z)", Product((X, Product((Y, Z))))),
    ("a / x * y", Product((Quotient(A, X), Y))),
    ("a * x / y", Quotient(Product((A, X)), Y)),
    ("a / x / y", Quotient(Quotient(A, X), Y)),
    ("a / (x * y)", Quotient(A, Product((X, Y)))),
    ("a / -x", Quotient(A, Negative(X))),
    ("2 * 3", Product((TWO, THREE))),
    ("(x + y) * z", Product((Sum((X, Y)), Z))),
    ("x^2", Power(X, TWO)),
    ("x**2", Power(X, TWO)),
    ("-x^2", Negative(Power(X, TWO))),
    ("(-x)^2", Power(Negative(X), TWO)),
    ("2^-x", Power(TWO, Negative(X))),
    ("2^-x^2", Power(TWO, Negative(Power(X, TWO)))),
    ("x^y^z", Power(X, Power(Y, Z))),
    ("(x^y)^z", Power(Power(X, Y), Z)),
    ("x^2*y", Product((Power(X, TWO), Y))),
    ("x^(y+1)", Power(X, Sum((Y, ONE)))),
    ("e^x", Power(E, X)),
    ("exp(x)", Apply("exp", (X,))),
    ("log(x)", Apply("ln", (X,))),
    ("ln(x)", Apply("ln", (X,))),
    ("max(0, x, -y)", Apply("max", (Number("0"), X, Negative(Y)))),
    ("2 * pi", Product((TWO, Constant("pi")))),
    ("x / (1 + exp(-x))", Quotient(X, Sum((ONE, Apply("exp", (Negative(X),)))))),
    ("sigmoid(x)^2", Power(Apply("sigmoid", (X,)), TWO)),
    ("w0 * x\n + 1", Sum((Product((Ref(NAMES["w0"]), X)), ONE))),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_the_tree_is_as_written(text: str, tree: Expression) -> None:
    assert read_formula(text, NAMES) == tree


def test_a_name_goes_before_a_constant() -> None:
    e = Quantity("node", name="e")
    assert read_formula("e", {"e": e}) == Ref(e)
    assert read_formula("max * max(1, 2)", {"max": e}) == Product((Ref(e), Apply("max", (ONE, TWO))))


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "the formula is empty", 1),
        ("  ", "the formula is empty", 1),
        ("x + zz", "unknown name 'zz'; did you mean 'z'?", 5),
        ("X + 1", "unknown name 'X'; did you mean 'x'?", 1),
        ("x + foo", f"unknown name 'foo'; known are {', '.join(NAMES)}", 5),
        ("1 / (1 + sigmod(x))", "unknown function 'sigmod'; did you mean 'sigmoid'?", 10),
        ("exp", "'exp' is a function: write exp(...)", 1),
        ("exp()", "'exp' takes 1 argument, not 0", 1),
        ("x * ln(x, y)", "'ln' takes 1 argument, not 2", 5),
        ("max(x)", "'max' takes 2 arguments or more, not 1", 1),
        ("x (y)", "'x' is not a function; a product is written x * (...)", 1),
        ("2 x", "a product needs its sign: write * before 'x'", 3),
        ("(x)(y)", "a product needs its sign: write * before '('", 4),
        ("1.5.2", "a product needs its sign: write * before '.2'", 4),
        ("(x + y", "a bracket is not closed", 7),
        ("x + y)", "a bracket is closed that was not opened", 6),
        ("x + ", "the formula ends too early", 4),
        ("x * / y", "unexpected '/'", 5),
        ("()", "unexpected ')'", 2),
        ("x, y", "unexpected ','", 2),
        ("foo(x)", f"unknown function 'foo'; known are {', '.join(ARITY)}", 1),
        ("x ; y", "unexpected character ';'; there are names, numbers, + - * / ^ ( ) and functions", 3),
        ("__import__('os')", 'unexpected character "\'"; there are names, numbers, + - * / ^ ( ) and functions', 12),
        ("x[1]", "unexpected character '['; write (", 2),
        ("x × y", "unexpected character '×'; write *", 3),
        ("x²", "unexpected character '²'; write ^2", 2),
        ("√x", "unexpected character '√'; write sqrt(...)", 1),
        ("1e999999999", "the power of ten in '1e999999999' is too large; the bound is 400", 1),
        ("x + " * 600 + "x", f"a formula of 2401 characters is too long; the bound is {LONGEST}", LONGEST + 1),
        ("x + " + "(" * 150, f"nested too deeply; the bound is {DEEPEST} levels", 105),
        ("-" * 1500 + "x", f"nested too deeply; the bound is {DEEPEST} levels", 1401),
        ("x^" * 900 + "x", f"nested too deeply; the bound is {DEEPEST} levels", 1602),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column(text: str, message: str, column: int) -> None:
    with pytest.raises(FormulaError) as caught:
        read_formula(text, NAMES)
    assert caught.value.message == message
    assert caught.value.column == column


@given(st.text(max_size=60) | st.text("xyz e012.+-*/^(),", max_size=200))
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    column = 1
    try:
        assert isinstance(read_formula(text, NAMES), Expression)
    except FormulaError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


@pytest.mark.parametrize(
    "text",
    ["-" * 1999 + "x", "x/" * 999 + "x", "x^" * 999 + "x", "(" * 1999, "exp(" * 400, "x+" * 999 + "x", "x*/" * 600],
)
def test_long_formulas_neither_hang_nor_exhaust_the_stack(text: str) -> None:
    try:
        tree = read_formula(text, NAMES)
    except FormulaError:
        return
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in children(node)]
    assert depth <= DEEPEST


@given(formulas())
def test_what_is_printed_is_read_back(tree: Expression) -> None:
    assert read_formula(plain(tree), NAMES) == tree


def test_reading_a_formula_is_what_imports_lark() -> None:
    code = "import sys, backprop_steps.expression.reading; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_readme_names_every_function_of_formulas() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (passage,) = re.findall(r"^Formulas have .*?\n\n", readme, re.MULTILINE | re.DOTALL)
    assert {*ARITY, *ALIASES, "e", "pi"} <= set(re.findall(r"`(\w+)`", passage))

from decimal import Decimal

import pytest

from backprop_steps.expression.arithmetic import VARIABLE, ArithmeticFault
from backprop_steps.expression.arrays import Array, evaluate_array
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Expression,
    Group,
    Hadamard,
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

ONES = Constant("ones")


def rows(*lines: str) -> Array:
    return tuple(tuple(Decimal(entry) for entry in line.split()) for line in lines)


W = Ref(Quantity("weight", 1))
X = Ref(Quantity("input"))
B = Ref(Quantity("bias", 1))
Z = Ref(Quantity("pre_activation", 1))  # two units, three samples
N = Ref(Quantity("samples"))
VALUES = {
    W.quantity: rows("1 2 3", "4 5 6"),
    X.quantity: rows("1", "0", "-1"),
    B.quantity: rows("0.5", "0.25"),
    Z.quantity: rows("1 2 3", "4 5 6.5"),
    N.quantity: rows("3"),
}

ROWS: list[tuple[str, Expression, Array]] = [
    ("affine", Product((W, X)) + B, rows("-1.5", "-1.75")),
    ("transpose", Product((Transpose(W), B)), rows("1.5", "2.25", "3.0")),
    ("outer product", Product((B, Transpose(X))), rows("0.5 0 -0.5", "0.25 0 -0.25")),
    ("inner product", Product((Transpose(X), X)), rows("2")),
    ("scalar first", Product((Quotient(Number("1"), N), Group(Negative(N)), B)), rows("-0.5", "-0.25")),
    ("scalar last", Product((B, N)), rows("1.5", "0.75")),
    ("divided by a number", Quotient(B, Number("2")), rows("0.25", "0.125")),
    ("element by element", Hadamard((B, Sum((Number("1"), Negative(B))))), rows("0.25", "0.1875")),
    ("powers of elements", Power(B, Number("2")), rows("0.25", "0.0625")),
    ("a function of elements", Apply("relu", (Negative(X),)), rows("0", "0", "1")),
    ("a slope of elements", Apply("relu", (X,), 1), rows("1", "0", "0")),
    ("larger of two", Apply("max", (Number("0"), X)), rows("1", "0", "0")),
    ("a bias for every sample", Sum((Z, Product((B, Transpose(ONES))))), rows("1.5 2.5 3.5", "4.25 5.25 6.75")),
    ("samples added up", Product((Z, ONES)), rows("6", "15.5")),
    ("samples added up in rows", Product((Transpose(ONES), Transpose(Z))), rows("6 15.5")),
    (
        "a bias for every row",
        Sum((Transpose(Z), Product((ONES, Transpose(B))))),
        rows("1.5 4.25", "2.5 5.25", "3.5 6.75"),
    ),
    ("one less each", Sum((ONES, Negative(B))), rows("0.5", "0.75")),
    ("a mean over samples", Product((Quotient(Number("1"), Number("2")), Z, ONES)), rows("3", "7.75")),
    ("written out", Product((Matrix(((N, Number("1")), (Number("0"), N))), B)), rows("1.75", "0.75")),
    ("a number alone", Sum((Number("1"), Number("2"))), rows("3")),
]


@pytest.mark.parametrize(("formula", "value"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_matrix_view(formula: Expression, value: Array) -> None:
    assert evaluate_array(formula, VALUES.__getitem__) == value


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (Product((W, B)), "arrays of shapes 2 x 3 and 2 x 1 cannot be multiplied"),
        (Sum((W, B)), "arrays of shapes 2 x 3 and 2 x 1 cannot be added"),
        (Sum((X, B)), "arrays of shapes 3 x 1 and 2 x 1 cannot be added"),
        (Sum((N, B)), "arrays of shapes 1 x 1 and 2 x 1 cannot be added"),
        (Hadamard((X, B)), "arrays of shapes 3 x 1 and 2 x 1 cannot be multiplied element by element"),
        (Quotient(Number("1"), X), "division by zero"),
        (Apply("f", (X,)), "the function f is only a name; it has no values"),
        (Apply("ln", (X,)), "ln of 0: the logarithm needs a positive number"),
        (Product((Transpose(ONES), ONES)), "a sum over ones alone has no length"),
        (Matrix(((B,),)), "a single number is wanted where an array stands"),
    ],
)
def test_what_does_not_fit_is_told(formula: Expression, message: str) -> None:
    with pytest.raises(ArithmeticFault) as caught:
        evaluate_array(formula, VALUES.__getitem__)
    assert caught.value.message == message


def test_no_sums_over_letters_in_the_matrix_view() -> None:
    from backprop_steps.expression.quantity import Axis, Letter

    with pytest.raises(ArithmeticFault, match="Sigma"):
        evaluate_array(Sigma(Letter(Axis("unit", 1, 2)), B), VALUES.__getitem__)


def test_defined_functions_are_taken_element_by_element() -> None:
    square = {("f", 0): Ref(VARIABLE) ** 2}
    assert evaluate_array(Apply("f", (X,)), VALUES.__getitem__, square) == rows("1", "0", "1")

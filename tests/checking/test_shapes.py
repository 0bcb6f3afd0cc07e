"""Rows and columns: whether arrays fit as they are written, in the way in which the page lays them."""

from __future__ import annotations

import pytest
from shipped_pages import checker

from backprop_steps.checking.model import Marking

MINDFUL = r"$$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})$$"
BY = r"\frac{{\partial L}}{{\partial {}}}".format


def marked(problem: str, *lines: str) -> Marking:
    return checker(problem).check("\n\n".join(lines))


def said(marking: Marking) -> list[tuple[str, ...]]:
    return [(link.verdict.value, *link.causes[:1]) for link in marking.links]


@pytest.mark.parametrize(
    ("product", "cause"),
    [
        (r"\delta^{(1)} x", "missing_transpose"),
        (r"x \delta^{(1)}", "wrong_shape"),
        (r"x (\delta^{(1)})^T", "wrong_shape"),
        (r"x^T \delta^{(1)}", "wrong_shape"),
        (r"\delta^{(1)} \odot x", "wrong_shape"),
    ],
)
@pytest.mark.parametrize("beside", [MINDFUL, ""])
def test_an_outer_product_that_does_not_fit(product: str, cause: str, beside: str) -> None:
    marking = marked("layer_sigmoid", beside, rf"$$\frac{{\partial L}}{{\partial W^{{(1)}}}} = {product}$$")
    assert said(marking)[-1] == ("incorrect", cause)


@pytest.mark.parametrize(
    ("problem", "line", "cause"),
    [
        ("three_layers", r"\delta^{(1)} = W^{(2)} \delta^{(2)} \odot \sigma'(z^{(1)})", "missing_transpose"),
        ("bracket_regression", rf"{BY('W_2')} = {BY('z_2')} a_1", "missing_transpose"),
        ("bracket_regression", rf"{BY('W_2')} = ({BY('z_2')})^T a_1", "wrong_shape"),
        ("batch_symbolic", rf"{BY('W^{(2)}')} = Z {BY('O')}", "missing_transpose"),
        ("batch_symbolic", rf"{BY('W^{(2)}')} = ({BY('O')})^T Z", "wrong_shape"),
    ],
)
def test_a_matrix_product_that_does_not_fit(problem: str, line: str, cause: str) -> None:
    assert said(marked(problem, f"$${line}$$")) == [("incorrect", cause)]


@pytest.mark.parametrize("weight", [r"0.15 & 0.25 \\ 0.20 & 0.30", r"0.15 & 0.20 & 0.25 \\ 0.30 & 0.1 & 0.1"])
def test_a_matrix_that_is_written_out_in_another_shape(weight: str) -> None:
    given = rf"$$W^{{(1)}} = \begin{{pmatrix}} {weight} \end{{pmatrix}}$$"
    assert said(marked("layer_sigmoid", given))[0][0] == "incorrect"


def test_where_nothing_is_transposed_a_vector_may_lie_or_stand() -> None:
    lines = (r"$$\frac{\partial L}{\partial W^{(2)}} = \delta^{(2)} a^{(1)}$$",)
    assert said(marked("layer_sigmoid", *lines)) == [("correct",)]
    assert said(marked("layer_sigmoid", MINDFUL, *lines))[-1] == ("incorrect", "missing_transpose")


def test_a_notation_of_single_units_minds_no_shapes() -> None:
    line = r"$$\frac{\partial E_{total}}{\partial w^{(1)}} = \frac{\partial E_{total}}{\partial net^{(1)}} \times i$$"
    assert said(marked("mazur", line)) == [("correct",)]


TURNED = (
    r"$$z^{(1)} = (W^{(1)})^T x + b^{(1)}$$",
    r"$$z^{(2)} = (W^{(2)})^T a^{(1)} + b^{(2)}$$",
    r"$$\frac{\partial L}{\partial W^{(2)}} = a^{(1)} (\delta^{(2)})^T$$",
    r"$$\delta^{(1)} = W^{(2)} \delta^{(2)} \odot \sigma'(z^{(1)})$$",
    r"$$\frac{\partial L}{\partial W^{(1)}} = x (\delta^{(1)})^T$$",
)
ROWS = (
    r"$$z^{(1)} = x W^{(1)} + b^{(1)}$$",
    r"$$z^{(2)} = a^{(1)} W^{(2)} + b^{(2)}$$",
    r"$$\frac{\partial L}{\partial W^{(2)}} = (a^{(1)})^T \delta^{(2)}$$",
    r"$$\delta^{(1)} = \delta^{(2)} (W^{(2)})^T \odot \sigma'(z^{(1)})$$",
    r"$$\frac{\partial L}{\partial W^{(1)}} = x^T \delta^{(1)}$$",
)


@pytest.mark.parametrize(
    ("lines", "conventions"),
    [
        (TURNED, ("samples_in_columns", "weights_lie_turned")),
        (ROWS, ("samples_in_rows",)),
        (TURNED[2:], ("samples_in_columns", "weights_lie_turned")),
    ],
)
def test_a_page_may_lay_its_arrays_otherwise(lines: tuple[str, ...], conventions: tuple[str, ...]) -> None:
    marking = marked("layer_sigmoid", *lines)
    assert said(marking) == [("correct",)] * len(lines)
    assert marking.conventions == conventions


def test_a_slip_is_one_in_the_way_in_which_the_page_lays_its_arrays() -> None:
    forward = (r"$$z^{(1)} = x W^{(1)} + b^{(1)}$$", r"$$z^{(2)} = a^{(1)} W^{(2)} + b^{(2)}$$")
    wrong = r"$$\frac{\partial L}{\partial W^{(1)}} = \delta^{(1)} x^T$$"
    assert said(marked("three_layers", *forward, wrong)) == [*[("correct",)] * 2, ("incorrect", "wrong_shape")]
    assert said(marked("three_layers", forward[0], wrong)) == [("incorrect", "wrong_shape"), ("correct",)]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("np.outer(delta1, x)", "correct"),
        ("np.outer(x, delta1)", "incorrect"),
        ("delta1 @ x", "incorrect"),
    ],
)
def test_an_outer_product_of_a_program_turns_its_second_array_itself(code: str, verdict: str) -> None:
    marking = marked("layer_sigmoid", f"```python\nz1 = W1 @ x + b1\ndW1 = {code}\n```")
    assert [link.verdict.value for link in marking.links] == ["correct", verdict]

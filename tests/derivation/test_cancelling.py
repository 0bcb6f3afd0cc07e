"""What cancels in a product of local derivatives, and what a factor that depends on a case is called in it."""

from __future__ import annotations

from pathlib import Path

import pytest

import backprop_steps as bp
from backprop_steps.derivation.constants import cancelled
from backprop_steps.expression.quantity import Axis, Letter, Quantity, derivative
from backprop_steps.expression.tree import Expression, Negative, Product, Quotient, Ref, Sigma, expression
from backprop_steps.problem.loading import read_problem

a, q, s = (Ref(Quantity("node", name=name)) for name in "aqs")
K = Letter(Axis("unit", 1, 3))
ONE = expression(1)

CIRCUIT = """
title: Cases and what cancels
notation: circuit
values: {x: -2, y: 5, z: -4}
nodes:
  q: max(x, y)
  p: q * z
  g: ln(q)
  f: g * q + p * abs(z)
differentiate: f
"""


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Product((q, s, Quotient(ONE, s))), q),
        (Product((Quotient(q, s), s, 1 - s)), q * (1 - s)),
        (Negative(Product((Quotient(q, a), a, 1 - a))), Negative(q * (1 - a))),
        (Product((Quotient(q, a), Quotient(a, s), s)), q),
        (Product((a**2, Quotient(ONE, a))), a),
        (q + Product((s, Quotient(ONE, s))), q + 1),
        (Sigma(K, Product((s, Quotient(q, s)))), Sigma(K, q)),
        (Product((Quotient(ONE, expression(2) * s), s)), Quotient(ONE, expression(2))),
        (Product((q, Quotient(ONE, s))), Product((q, Quotient(ONE, s)))),
        (Product((1 - s, Quotient(ONE, s))), Product((1 - s, Quotient(ONE, s)))),
    ],
    ids=str,
)
def test_what_stands_above_and_below_in_one_product_goes(node: Expression, expected: Expression) -> None:
    assert cancelled(node) == expected


def page() -> str:
    return str(bp.render(read_problem(CIRCUIT, "c.yaml", Path("c.yaml"))))


def test_a_product_that_cancels_is_cancelled_as_a_simplification() -> None:
    lines = page().splitlines()
    product = r"&= \frac{\partial f}{\partial p} \cdot z + q\frac{1}{q} + g"
    at = next(number for number, line in enumerate(lines) if line.startswith(product))
    assert lines[at + 1] == r"&= \frac{\partial f}{\partial p} \cdot z + 1 + g \\"


def test_a_factor_that_depends_on_a_case_goes_by_its_name_once_it_has_a_number() -> None:
    assert r"\frac{\partial q}{\partial x} = \begin{cases} 1 & \text{if } x \ge y" in page()
    chain = r"\frac{\partial f}{\partial x} = \frac{\partial f}{\partial q} \cdot \frac{\partial q}{\partial x}"
    assert rf"{chain} \approx -13.3906 \cdot 0 = 0" in page()


def test_a_gradient_that_is_said_by_names_is_not_spelt_out() -> None:
    longer = CIRCUIT.replace("q: max(x, y)", "q: max(x, y)\n  h: abs(x)").replace("f: g * q", "f: h * h + g * q")
    longer = longer.replace("values: {x: -2,", "values: {k: 1, x: -2,").replace("h: abs(x)", "m: k * x\n  h: abs(m)")
    text = str(bp.render(read_problem(longer, "c.yaml", Path("c.yaml"))))
    assert r"&= \frac{\partial f}{\partial m} \cdot x && \quad" in text
    assert r"= \frac{\partial f}{\partial h} \cdot \frac{\partial h}{\partial m}" in text


def test_in_numbers_a_distinction_of_cases_within_a_formula_is_decided() -> None:
    assert r"&= 4 \cdot 5 - 20 \cdot (-1) = 40" in page()


@pytest.mark.parametrize(
    ("formula", "slopes"),
    [("max(x, y)", [1, 0]), ("max(y, x)", [0, 1]), ("min(x, y)", [1, 0]), ("max(x, 2) + y", [0, 1]), ("x*y", [2, 2])],
)
def test_of_equal_arguments_the_first_is_taken_but_never_a_number(formula: str, slopes: list[int]) -> None:
    file = f'values: {{x: 2, y: 2}}\nnodes: {{f: "{formula}"}}\ndifferentiate: f\n'
    evaluation = bp.evaluate(read_problem(file, "ties.yaml", Path("ties.yaml")))
    assert evaluation is not None
    of = Quantity("node", name="f")
    assert [evaluation.value(derivative(of, Quantity("node", name=name))) for name in "xy"] == slopes

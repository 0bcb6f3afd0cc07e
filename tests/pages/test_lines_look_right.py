"""No line that is true and still wrong to the eye: a number for an array, minus a fraction of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

import backprop_steps as bp
from backprop_steps.expression.transform import children, quantities, quantity_letters
from backprop_steps.expression.tree import Constant, Expression, Matrix, Negative, Number, Quotient
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.pages.documents.render import tell
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Choice, SheetMaker, lines
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.problem import shipped
from backprop_steps.problem.loading import read_problem
from backprop_steps.problem.model import Problem

NOTATIONS = [name for name, _ in profiles()]
OWN = {
    "ones everywhere": """
        title: t
        inputs: [[1, 2], [0.5, -1]]
        targets: [[1, 0], [0, 1]]
        layers:
          - {units: 2, activation: identity, weights: [[0.1, 0.2], [0.3, 0.4]], bias: [0.1, 0.2]}
          - {units: 2, activation: identity, weights: [[0.1, 0.2], [0.3, 0.4]], bias: [0.1, 0.2]}
        loss: {name: difference, formula: a - y, reduce: sum}
        optimizer: {learning_rate: 0.5}
        """,
    "targets 0": """
        title: t
        inputs: [[1, 2], [0.5, -1]]
        targets: [[1, 0], [0, 1]]
        layers:
          - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: [0.1, 0.2]}
        loss: binary_cross_entropy
        optimizer: {learning_rate: 0.5}
        """,
    "one unit, then two": """
        title: t
        inputs: [0.5, 0.2, -1]
        targets: [0.3, 0.1]
        layers:
          - {units: 1, activation: tanh, weights: [[0.1, 0.2, 0.3]], bias: [0.1]}
          - {units: 2, activation: sigmoid, weights: [[0.4], [-0.5]], bias: [0.1, 0.2]}
        loss: half_squared_error
        optimizer: {learning_rate: 0.5}
        """,
    "classes": """
        title: t
        inputs: [1, -0.5]
        classes: 2
        layers:
          - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: [0.1, 0.2]}
          - {units: 3, activation: softmax, weights: [[0.1, 0.2], [0.3, 0.4], [-0.2, 0.5]], bias: [0.1, 0.2, 0.3]}
        loss: cross_entropy
        optimizer: {learning_rate: 0.5}
        """,
    "a gradient that cancels": """
        title: t
        inputs: [0.3, 0.7]
        targets: [0.2]
        layers:
          - {units: 3, activation: softmax, weights: [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], bias: 0.1}
          - {units: 1, activation: sigmoid, weights: [[0.4, -0.3, 0.2]], bias: [0.1]}
        loss: half_squared_error
        optimizer: {learning_rate: 0.5}
        """,
}


def own(name: str) -> Problem:
    return read_problem(dedent(OWN[name]), f"{name}.yaml", Path(f"{name}.yaml"))


def every_line(loaded: Problem, notation: str) -> Iterator[tuple[Telling, Line]]:
    try:
        telling = tell(loaded, load_profile(notation))
    except NotationError:
        return
    for line in lines(SheetMaker(telling, Choice()).make()):
        yield telling, line


def nodes(node: Expression) -> Iterator[Expression]:
    yield node
    for child in children(node):
        yield from nodes(child)


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("name", [*(row.name for row in shipped()), *OWN])
def test_no_array_is_said_to_be_a_number_and_no_fraction_of_nothing_has_a_minus(name: str, notation: str) -> None:
    loaded = own(name) if name in OWN else bp.load(name)
    for telling, line in every_line(loaded, notation):
        array = telling.lettered(line.subject) if line.subject == line.subject.array() else None
        several = array is not None and any(letter.axis.size != 1 for letter in quantity_letters(array))
        for member in line.members:
            parts = list(nodes(member.expression))
            arrays = any(isinstance(part, Matrix | Constant) for part in parts)
            assert not several or arrays or any(quantities(member.expression)), (line.subject, member)
            for part in parts:
                match part:
                    case Negative(Quotient(Number(top), _)):
                        assert top.strip("0.") or not member.numeric, (line.subject, member)


def test_an_array_of_ones_is_said_as_one() -> None:
    page = str(bp.render(own("ones everywhere"), notation="layer"))
    assert "\n\\frac{\\partial L}{\\partial\\hat{Y}} = \\mathbf{1}\\mathbf{1}^T\n" in page
    signal = page.partition("called the error signal")[2].partition("The weights")[0]
    assert r"&= \begin{bmatrix} 1 & 1 \\ 1 & 1 \end{bmatrix}" in signal


def test_nothing_is_what_a_fraction_of_nothing_is() -> None:
    page = str(bp.render(own("targets 0"), notation="layer"))
    assert page.count(r"\left( 0 + \frac{1 - 0}{1 - ") == 2
    classes = str(bp.render(bp.load("softmax_classes")))
    assert r"\frac{\partial L}{\partial\hat{y}_{1,1}} &= 0 \\" in classes


def test_a_gradient_whose_terms_cancel_is_zero() -> None:
    """One bias moves all inputs of a softmax alike, and nothing behind it."""
    assert "| $b^{(1)}$ | $0.1$ | $0$ | $0.1$ |" in str(bp.render(own("a gradient that cancels"), detail="answers"))


UGLY = {
    "a row that says again what stands above it": r"(?m)^(&= .{6,}) \\\\\n\1(?: \\\\)?$",
    "the transpose of a number": r"(?<![\w.])-?[0-9]+\.[0-9]+\)?\^T",
    "a product of numbers entry by entry": r"\.[0-9]+\)? \\odot \(?-?[0-9]",
    "a number that the array of ones seems to go on": r"\.[0-9]+\\mathbf\{1\}",
    "a minus within a sum that could stand before it": r"\\sum_\{[^{}]*\}\^\{?\w+\}? \(-\([^()]*\)\)[A-Z]",
    "an assignment of a number that was rounded": r":= [^&\n]* := ",
}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("name", [*(row.name for row in shipped()), *OWN])
def test_nothing_ugly_is_printed(name: str, notation: str) -> None:
    try:
        page = str(bp.render(own(name) if name in OWN else bp.load(name), notation=notation))
    except NotationError as reason:
        pytest.skip(str(reason))
    for what, pattern in UGLY.items():
        found = re.search(pattern, page)
        assert found is None, f"{what}: {found[0]}"


def test_what_the_printed_matrices_come_to_exactly_is_equal_to_them() -> None:
    """As among single numbers: 0.8, rounded before, and 0.6 give 1.4 exactly."""
    page = str(bp.render(bp.load("batch_data")))
    assert r"0.2016 \end{bmatrix} = \begin{bmatrix} -0.2983 & -0.1013 \\" in page


def test_a_number_that_was_rounded_where_it_is_only_listed_is_not_said_to_be_equal() -> None:
    assert r"&w_{23} \approx 1.364, \qquad" in str(bp.render(bp.load("node_relu")))


def test_the_rounding_is_spoken_of_where_there_is_any() -> None:
    assert "Longer numbers" not in str(bp.render(bp.load("circuit")))
    assert "Longer numbers are shown to 3 decimal places" in str(bp.render(bp.load("circuit_sigmoid")))


def test_the_gradient_that_is_checked_is_on_the_sheet() -> None:
    page = str(bp.render(bp.load("three_layers"), only=("W1[*,1]",), gradient_check=True))
    assert r"The derived gradient is $\frac{\partial L}{\partial W_{21}^{(1)}} \approx -0.50699$" in page
    exact = str(bp.render(bp.load("circuit"), gradient_check=True))
    assert r"The derived gradient is $\frac{\partial f}{\partial x} = -4$" in exact


def test_where_what_was_rounded_is_gone_nothing_is_said_to_be_rounded() -> None:
    text = """
    title: A fraction of nothing
    values: {x: 1, y: 0, z: 2}
    nodes: {q: ln(z), f: x + abs(y) + y / q}
    differentiate: f
    """
    page = str(bp.render(read_problem(dedent(text), "f.yaml", Path("f.yaml"))))
    assert r"q = \ln z = \ln(2) \approx 0.6931" in page
    assert r"\frac{y}{q} = 1 + \lvert 0 \rvert + 0 = 1" in page

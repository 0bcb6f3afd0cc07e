"""No line that is true and still wrong to the eye: a number for an array, minus a fraction of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

import backprop_steps as bp
from backprop_steps.expression.transform import children, quantities, quantity_letters
from backprop_steps.expression.tree import Constant, Expression, Matrix, Negative, Number, Quotient
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.pages.lines import Line
from backprop_steps.pages.render import tell
from backprop_steps.pages.sheet import Choice, SheetMaker, lines
from backprop_steps.pages.telling import Telling
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
    assert r"\delta^{(2)} = \begin{bmatrix} 1 & 1 \\ 1 & 1 \end{bmatrix}" in page


def test_nothing_is_what_a_fraction_of_nothing_is() -> None:
    page = str(bp.render(own("targets 0"), notation="layer"))
    assert page.count(r"\left( 0 + \frac{1 - 0}{1 - ") == 2
    classes = str(bp.render(bp.load("softmax_classes")))
    assert r"\frac{\partial L}{\partial\hat{y}_{1,1}} &= 0 \\" in classes


def test_a_gradient_whose_terms_cancel_is_zero() -> None:
    """One bias moves all inputs of a softmax alike, and nothing behind it."""
    assert "| $b^{(1)}$ | $0.1$ | $0$ | $0.1$ |" in str(bp.render(own("a gradient that cancels"), detail="answers"))

"""The right formula that is named beside a wrong one: between matrices where the chain is about a whole array."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped_pages import checker

import backprop_steps as bp
from backprop_steps.checking.judging.expected import Expected
from backprop_steps.expression.names import read_name
from backprop_steps.network.build import build
from backprop_steps.network.shape import shape_of
from backprop_steps.notation.loading import load_profile
from backprop_steps.notation.notation import Notation, can_say

HAND_INS = Path(__file__).parent / "hand_ins"


def expected(name: str, suffix: str, line: int) -> set[str | None]:
    """What would have been right on a line of a hand-in."""
    problem = bp.load(HAND_INS / f"{name}.problem.yaml")
    marking = bp.check(problem, (HAND_INS / f"{name}{suffix}").read_text(encoding="utf-8"))
    return {link.expected for link in marking.links if link.line == line and link.verdict == "incorrect"}


@pytest.mark.parametrize(
    ("name", "suffix", "line", "right"),
    [
        # a whole array: between matrices
        ("b_layer_sigmoid", ".md", 24, r"(W^{(2)})^Tg^{(2)} \odot a^{(1)} \odot (1 - a^{(1)})"),
        ("nielsen_four_equations", ".md", 18, r"(w^3)^T\delta^3 \odot a^2 \odot (1 - a^2)"),
        # what the page's notation has no name for is written out in it
        (
            "a_node_relu",
            ".md",
            15,
            r"\{(-\delta_5)W_{35} + (-\delta_6)W_{36}\} \cdot \mathrm{Relu}'(W_{13}X_1 + W_{23}X_2 + b_3) \cdot X_2",
        ),
        # one element, or letters: as it was asked for, without a sum over one value
        ("index_sums", ".md", 17, r"\sum_{k=1}^{2} \delta_k^{(2)}W_{kj}^{(2)}"),
        (
            "e_batch_rows",
            ".md",
            13,
            r"-\frac{1}{N}\sum_{i=1}^{N} (Y_i - \hat{y}_i)\hat{y}_i(1 - \hat{y}_i)"
            r"W^{(2)}_{l,1}Z_{i,l}(1 - Z_{i,l})X_{i,k}",
        ),
    ],
)
def test_the_right_formula(name: str, suffix: str, line: int, right: str) -> None:
    assert right in expected(name, suffix, line)


def told(problem: str, notation: str) -> tuple[Expected, Notation]:
    """The right formulas of a shipped problem for a page in a notation, and that notation."""
    loaded = bp.load(problem)
    profile = load_profile(notation)
    graph = build(loaded, profile.conventions)
    assert can_say(profile, shape_of(graph)) is None
    orientation = loaded.network.orientation if loaded.network is not None else None
    return Expected(loaded, profile), Notation(profile, shape_of(graph), dict(loaded.symbols), orientation)


@pytest.mark.parametrize(
    ("problem", "notation", "name", "right"),
    [
        ("bracket_regression", "bracket", "dL/da1", r"W_2^T\frac{\partial L}{\partial z_2}"),
        ("node_relu", "node", "dL/da1[1]", r"(-\delta_5)W_{35} + (-\delta_6)W_{36} + (-\delta_7)W_{37}"),
        ("three_layers", "nielsen", "dL/da1[1]", r"\delta^3_1w^3_{11} + \delta^3_2w^3_{21}"),
    ],
)
def test_what_a_notation_does_not_tell_is_said_in_its_names(problem: str, notation: str, name: str, right: str) -> None:
    expected, _ = told(problem, notation)
    depth = len(bp.load(problem).network.layers)  # type: ignore[union-attr]
    assert expected.tex(read_name(name, layers=depth, node_names=())) == right


ELEMENTS = ("dL/da1[2]", "dL/dz1[1]", "dL/dW1[1,2]", "dL/db1[2]", "delta1[1]")
ARRAYS = ("dL/da1", "dL/dz1", "dL/dW1", "delta1")


@pytest.mark.parametrize(
    ("problem", "notations", "names"),
    [
        ("node_relu", ("node", "layer", "bracket", "mazur", "nielsen"), ELEMENTS),
        ("three_layers", ("node", "layer", "bracket", "mazur", "nielsen"), ELEMENTS),
        ("bracket_regression", ("layer", "bracket", "nielsen"), ARRAYS),
        ("batch_symbolic", ("layer", "bracket", "nielsen"), ARRAYS),
    ],
)
def test_what_is_said_to_be_right_is_right(problem: str, notations: tuple[str, ...], names: tuple[str, ...]) -> None:
    for notation in notations:
        expected, own = told(problem, notation)
        lines = []
        for name in names:
            quantity = read_name(name, layers=own.shape.depth, node_names=())
            tex = expected.tex(quantity)
            if tex is not None and all(
                own.names(one) for one in (quantity, quantity.of, quantity.by) if one is not None
            ):
                lines.append(f"$${own.spell(quantity)} = {tex}$$")
        assert len(lines) > 1
        marking = checker(problem).check("\n\n".join(lines))
        assert [(one.text, one.verdict.value) for one in marking.links if one.verdict != "correct"] == []


@pytest.mark.parametrize(
    ("line", "right", "number"),
    [
        (r"$\frac{\partial L}{\partial z} = (a - y) a (1 - a) = -0.3775$", "a - y", "-0.3775"),
        (r"$\frac{\partial L}{\partial z} = (a - y) a (1 - a) = -0.1234$", None, "-0.3775"),
        (r"$w_1 := w_1 + \alpha \frac{\partial L}{\partial w_1} = 0.3245$", None, "0.4755"),
        (r"$\frac{\partial L}{\partial w_2} = -0.25$", None, "-0.38"),
    ],
)
def test_a_wrong_formula_has_the_right_one_beside_it_where_its_chain_comes_to_the_right_number(
    line: str, right: str | None, number: str
) -> None:
    link = next(one for one in checker("neuron_logistic").check(line).links if one.verdict == "incorrect")
    assert link.expected is not None
    assert link.expected.startswith(number)
    assert link.right == right

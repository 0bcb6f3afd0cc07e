"""The matrix view: what each pattern of indices is as a matrix formula; its numbers are those of the elements."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sheet_values import SheetValues, flat
from strategies import networks

from backprop_steps.derivation.matrix import ONES, Layout, matrix_view, whole
from backprop_steps.derivation.steps import Passage
from backprop_steps.evaluation.evaluate import elements
from backprop_steps.expression.arithmetic import arithmetic
from backprop_steps.expression.element import element
from backprop_steps.expression.quantity import LEARNING_RATE, SAMPLES, Axis, Letter, Quantity
from backprop_steps.expression.transform import children, rename_quantity
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Chain,
    Comparison,
    Expression,
    Hadamard,
    Kronecker,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Transpose,
)
from backprop_steps.notation.loading import load_profile
from backprop_steps.pages.documents.render import NoNumberError, tell
from backprop_steps.problem.model import Problem

FROM, J, K = (Letter(Axis("unit", layer, size)) for layer, size in ((0, 3), (1, 4), (2, 5)))
N = Letter(Axis("sample", 0, 6))
ONE_UNIT = Letter(Axis("unit", 2, 1))
COLUMNS, ROWS = Layout(), Layout(rows=True)
ONES_ACROSS = Transpose(ONES)


def quantity(role: str, layer: int, *index: Letter, sample: Letter | None = None) -> Quantity:
    return Quantity(role, layer, index, sample)  # type: ignore[arg-type]


def ref(role: str, layer: int, *index: Letter, sample: Letter | None = None) -> Ref:
    return Ref(quantity(role, layer, *index, sample=sample))


def array(role: str, layer: int) -> Ref:
    return Ref(Quantity(role, layer))  # type: ignore[arg-type]


def turned(node: Expression) -> Transpose:
    return Transpose(node)


X, W1, W2, B, SHARED = (
    array("input", 0),
    array("weight", 1),
    array("weight", 2),
    array("bias", 1),
    Ref(Quantity("bias", 1)),
)
Z, A, D1, D2 = array("pre_activation", 1), array("activation", 1), array("delta", 1), array("delta", 2)
w1, w2 = ref("weight", 1, J, FROM), ref("weight", 2, K, J)
x, z, a, d1, d2, b = (
    ref("input", 0, FROM),
    ref("pre_activation", 1, J),
    ref("activation", 1, J),
    ref("delta", 1, J),
    ref("delta", 2, K),
    ref("bias", 1, J),
)
xn, zn, an, d1n, d2n = (
    ref("input", 0, FROM, sample=N),
    ref("pre_activation", 1, J, sample=N),
    ref("activation", 1, J, sample=N),
    ref("delta", 1, J, sample=N),
    ref("delta", 2, K, sample=N),
)
TWO = Number("2")
ONE = Number("1")
OVER_N = Quotient(Number("1"), Ref(SAMPLES))


@pytest.mark.parametrize(
    ("formula", "target", "columns", "rows"),
    [
        pytest.param(Sigma(FROM, w1 * x), z, W1 * X, X * W1, id="Wa"),
        pytest.param(Sigma(FROM, w1 * xn), zn, W1 * X, X * W1, id="Wa of a batch"),
        pytest.param(Sigma(FROM, w1 * x) + b, z, W1 * X + B, X * W1 + B, id="Wa + b"),
        pytest.param(Sigma(FROM, w1 * xn) + b, zn, W1 * X + B * ONES_ACROSS, X * W1 + ONES * B, id="WA + b1ᵀ"),
        pytest.param(Sigma(FROM, w1 * xn) - b, zn, W1 * X - B * ONES_ACROSS, X * W1 - ONES * B, id="WA - b1ᵀ"),
        pytest.param(
            Sigma(FROM, w1 * x) + SHARED, z, W1 * X + SHARED * ONES, X * W1 + SHARED * ONES_ACROSS, id="a shared bias"
        ),
        pytest.param(
            Sigma(FROM, w1 * xn) + SHARED,
            zn,
            W1 * X + Product((SHARED, ONES, ONES_ACROSS)),
            X * W1 + Product((SHARED, ONES, ONES_ACROSS)),
            id="a bias shared by units and samples",
        ),
        pytest.param(d1 * x, w1, D1 * turned(X), turned(X) * D1, id="δaᵀ"),
        pytest.param(x * d1, w1, D1 * turned(X), turned(X) * D1, id="δaᵀ, the other way round"),
        pytest.param(Sigma(N, d1n * xn), w1, D1 * turned(X), turned(X) * D1, id="ΔAᵀ"),
        pytest.param(
            OVER_N * Sigma(N, d1n * xn), w1, OVER_N * D1 * turned(X), OVER_N * turned(X) * D1, id="a constant in front"
        ),
        pytest.param(Sigma(K, w2 * d2), d1, turned(W2) * D2, D2 * turned(W2), id="Wᵀδ"),
        pytest.param(Sigma(K, d2n * w2), d1n, turned(W2) * D2, D2 * turned(W2), id="WᵀΔ"),
        pytest.param(
            Sigma(K, w2 * d2) * Apply("tanh", (z,), primes=1),
            d1,
            Hadamard((turned(W2) * D2, Apply("tanh", (Z,), primes=1))),
            Hadamard((D2 * turned(W2), Apply("tanh", (Z,), primes=1))),
            id="Wᵀδ ⊙ σ'(z)",
        ),
        pytest.param(d1n * an, zn, Hadamard((D1, A)), Hadamard((D1, A)), id="the same letters: ⊙"),
        pytest.param(
            a * (1 - a), z, Hadamard((A, Number("1") - A)), Hadamard((A, Number("1") - A)), id="a number beside arrays"
        ),
        pytest.param(-(d1 * x), w1, -(D1 * turned(X)), -(turned(X) * D1), id="a minus in front"),
        pytest.param(Sigma(N, d1n), b, D1 * ONES, ONES_ACROSS * D1, id="δ1"),
        pytest.param(Sigma(K, w2), d1, turned(W2) * ONES, ONES_ACROSS * turned(W2), id="Wᵀ1"),
        pytest.param(
            w1 - Ref(LEARNING_RATE) * d1 * x,
            w1,
            W1 - Ref(LEARNING_RATE) * D1 * turned(X),
            W1 - Ref(LEARNING_RATE) * turned(X) * D1,
            id="an update",
        ),
        pytest.param(
            Apply("sigmoid", (Sigma(FROM, w1 * x) + b,)),
            a,
            Apply("sigmoid", (W1 * X + B,)),
            Apply("sigmoid", (X * W1 + B,)),
            id="a function of a product",
        ),
        pytest.param((an / 2) ** 2, zn, (A / 2) ** 2, (A / 2) ** 2, id="quotient by a number, power"),
        pytest.param(
            Ref(LEARNING_RATE) / 2, LEARNING_RATE, Ref(LEARNING_RATE) / 2, Ref(LEARNING_RATE) / 2, id="no array"
        ),
        pytest.param(
            Sigma(J, ref("weight", 2, ONE_UNIT, J) * a) + Ref(Quantity("bias", 2)),
            ref("pre_activation", 2, ONE_UNIT),
            W2 * A + Ref(Quantity("bias", 2)),
            A * W2 + Ref(Quantity("bias", 2)),
            id="a shared bias of one unit",
        ),
    ],
)
def test_a_pattern_of_indices_is_a_matrix_formula(
    formula: Expression, target: Ref | Quantity, columns: Expression, rows: Expression
) -> None:
    subject = target.quantity if isinstance(target, Ref) else target
    assert matrix_view(formula, subject, COLUMNS) == columns
    assert matrix_view(formula, subject, ROWS) == rows


@pytest.mark.parametrize(
    ("formula", "target", "columns", "rows"),
    [
        pytest.param(
            Sigma(N, Product((OVER_N, d1n, ONE, xn))),
            w1,
            Chain((Product((OVER_N, D1, ONE)), turned(X))),
            Chain((Product((OVER_N, turned(X))), D1 * ONE)),
            id="behind what it follows, which the rows write last",
        ),
        pytest.param(
            Sigma(N, d1n * ONE * ONE),
            b,
            Chain((D1 * ONE, ONES)),
            Chain((ONES_ACROSS, D1 * ONE)),
            id="the last becomes the ones",
        ),
        pytest.param(
            Sigma(N, Sigma(K, Product((d2n, ONE, w2, an, ONE)))),
            b,
            Chain((Hadamard((Chain((turned(W2), D2 * ONE)), A)), ONES)),
            Chain((ONES_ACROSS, Hadamard((Chain((D2 * ONE, turned(W2))), A)))),
            id="of a product element by element too",
        ),
        pytest.param(d1 * ONE * ONE, z, D1 * ONE * ONE, D1 * ONE * ONE, id="nothing is added up"),
    ],
)
def test_factors_can_be_kept_apart_a_1_among_them(
    formula: Expression, target: Ref, columns: Expression, rows: Expression
) -> None:
    assert matrix_view(formula, target.quantity, Layout(apart=True)) == columns
    assert matrix_view(formula, target.quantity, Layout(rows=True, apart=True)) == rows


@pytest.mark.parametrize(
    ("formula", "columns", "rows"),
    [
        pytest.param(Sigma(J, d1), Product((ONES_ACROSS, D1)), None, id="of one array"),
        pytest.param(
            Sigma(N, Sigma(J, d1n)),
            Product((ONES_ACROSS, D1, ONES)),
            Product((ONES_ACROSS, D1, ONES)),
            id="of a batch",
        ),
    ],
)
def test_all_entries_can_be_added_up(formula: Expression, columns: Expression, rows: Expression | None) -> None:
    shared = Quantity("bias", 1)
    assert matrix_view(formula, shared, COLUMNS) is None
    assert matrix_view(formula, shared, Layout(adds_up=True)) == columns
    if rows is not None:
        assert matrix_view(formula, shared, Layout(rows=True, adds_up=True)) == rows


@pytest.mark.parametrize(
    ("formula", "target"),
    [
        pytest.param(Sigma(FROM, Sigma(N, xn * xn)), LEARNING_RATE, id="a sum over every entry"),
        pytest.param(d1 * Kronecker(J, FROM), w1, id="a Kronecker delta"),
        pytest.param(Cases(((z, Comparison(z, ">", Number("0"))), (Number("0"), None))), z, id="cases"),
        pytest.param(b, w1, id="a column for a matrix"),
        pytest.param(a / Sigma(J, a), z, id="a quotient by a sum of entries"),
        pytest.param(1 / a, z, id="a quotient by an array"),
        pytest.param(Power(TWO, a), z, id="an array as exponent"),
        pytest.param(Sigma(J, d1), SHARED, id="a sum of all entries, for a shared bias"),
        pytest.param(Sigma(N, Sigma(K, w2 * d2n * an)), x, id="letters that nothing stands for"),
    ],
)
def test_what_is_no_such_pattern_has_no_matrix_view(formula: Expression, target: Ref | Quantity) -> None:
    subject = target.quantity if isinstance(target, Ref) else target
    assert matrix_view(formula, subject, COLUMNS) is None
    assert matrix_view(formula, subject, ROWS) is None


def test_a_kept_letter_stays_an_index() -> None:
    kept = Layout(kept=frozenset({N}))
    formula = OVER_N * Sigma(N, d1n * xn)
    assert whole(xn.quantity, kept) == Quantity("input", 0, sample=N)
    assert matrix_view(formula, w1.quantity, kept) == OVER_N * Sigma(
        N, Ref(Quantity("delta", 1, sample=N)) * Transpose(Ref(Quantity("input", 0, sample=N)))
    )


def hold_views(values: SheetValues, passage: Passage) -> int:
    """Every matrix formula of a passage beside the formula it is of, entry by entry."""
    held = 0
    layout = values.telling.layout
    target = passage.quantity.by if passage.quantity.by is not None else passage.quantity
    for step in passage.steps:
        formula = values.telling.spoken(step.expression)
        view = matrix_view(formula, target, layout)
        if view is None or _names_softmax(formula):
            continue
        found = values.grid(view)
        subjects = values.entries(target.array())
        if len(found) != len(subjects) or len(found[0]) != len(subjects[0]):
            assert len(found) == len(found[0]) == 1, (passage.id, step)  # a number stands for an array of it
            found = tuple(found[0] * len(subjects[0]) for _ in subjects)
        numbers = dict(zip(flat(subjects), flat(found), strict=True))
        for binding in elements(target):
            ((expected,),) = values.grid(element(formula, binding))
            number = numbers[rename_quantity(target, binding)]
            assert abs(number - expected) <= Decimal("1e-25") * max(1, abs(expected)), (passage.id, step, view)
        held += 1
    return held


def _names_softmax(node: Expression) -> bool:
    """Softmax by its name is a function of arrays only."""
    named = isinstance(node, Apply) and node.function == "softmax"
    return named or any(_names_softmax(child) for child in children(node))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=networks(), notation=st.sampled_from(["layer", "bracket", "nielsen", "batch"]))
def test_a_matrix_formula_has_the_numbers_of_its_elements(problem: Problem, notation: str) -> None:
    for orientation in ("columns", "rows"):
        assert problem.network is not None
        network = replace(problem.network, orientation=orientation)  # type: ignore[arg-type]
        try:
            telling = tell(replace(problem, network=network, steps=1), load_profile(notation))
        except NoNumberError:
            return
        values = SheetValues(telling)
        with arithmetic():
            between_arrays = [p for p in telling.derivation.passages if telling.is_array(p)]
            trained = [p for p in between_arrays if p.section != "update" or values.evaluation.updates]
            assert sum(hold_views(values, passage) for passage in trained)

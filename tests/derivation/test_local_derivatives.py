"""The derivative of one operation: taught forms against SymPy, links against differences, collapses against the chain.

The tables are gone through row by row, so that a new activation, loss or collapse is tested as soon as it is there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sympy
from graphs import STEP, around, choice, one_layer, row
from graphs import graph as graph_of
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import problems

from backprop_steps.derivation.derive import derive
from backprop_steps.derivation.local import Link, links, slope_of
from backprop_steps.derivation.steps import Derivation
from backprop_steps.evaluation.evaluate import elements, evaluate
from backprop_steps.expression import arithmetic
from backprop_steps.expression.quantity import LOSS, Quantity, derivative
from backprop_steps.expression.symbolic import symbol_of, to_sympy
from backprop_steps.expression.transform import quantities, rebuild, rename_quantity, replace_refs
from backprop_steps.expression.tree import (
    Cases,
    Expression,
    Kronecker,
    Negative,
    Ref,
    Sum,
    expression,
)
from backprop_steps.network.build import build, chosen_activation
from backprop_steps.network.graph import Operation
from backprop_steps.notation.loading import load_profile
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import ERROR, A, Activation, S, X, Y
from backprop_steps.operations.collapses import COLLAPSES
from backprop_steps.operations.losses import LOSSES
from backprop_steps.problem.model import LossChoice, Problem

RANDOM = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)
POINTS = [Decimal(text) for text in ("-3", "-0.75", "-0.000001", "0.000001", "0.5", "2")]
"""On both sides of 0, near and far, where the shipped activations have their kinks."""
OUTPUTS = {
    "any": ("-0.5", "0.25", "2"),
    "unit_interval": ("0.1", "0.35", "0.55"),
    "distribution": ("0.1", "0.3", "0.6"),
}
TARGETS = {"any": ("1", "-2", "0.5"), "unit_interval": ("0", "1", "0.75"), "distribution": ("0", "1", "0")}
CLOSE = Decimal("1e-18")


def smooth(node: Expression, x: Decimal) -> Expression:
    """The formula that holds at x: of every case the piece that applies there."""
    if isinstance(node, Cases):
        for body, condition in node.pieces:
            numbers = {X.quantity: x}
            one = Cases(((expression(1), condition), (expression(0), None)))
            if condition is None or arithmetic.evaluate(one, numbers.__getitem__) == 1:
                return smooth(body, x)
    return rebuild(node, lambda part: smooth(part, x))


def same(left: Any, right: Any) -> bool:
    return bool(sympy.simplify((left - right).rewrite(sympy.exp)) == 0)


def told(problem: Problem, notation: str = "layer") -> Derivation:
    profile = load_profile("circuit" if problem.circuit is not None else notation)
    return derive(build(problem, profile.conventions), profile)


def assert_links_hold(problem: Problem, notation: str = "layer") -> int:
    """Every link of every operation, at every element, beside the difference of the operation's own formula."""
    derivation = told(problem, notation)
    evaluation = evaluate(derivation, replace(problem.rounding, carry="exact"))
    assert evaluation is not None
    held = 0
    with arithmetic.arithmetic():
        for operation in derivation.graph.operations:
            for array in dict.fromkeys(quantity.array() for quantity in quantities(operation.formula)):
                held += held_links(operation, array, derivation, evaluation.generations[0])
    return held


def held_links(operation: Operation, array: Quantity, derivation: Derivation, values: Any) -> int:
    graph = derivation.graph
    producer = graph.producer(array)
    known = [*graph.parameters, *graph.inputs, *([producer.output] if producer is not None else [])]
    by = next((q for q in known if q.array() == array), None)
    if by is None:  # nothing is differentiated by a target
        return 0
    found: dict[tuple[Quantity, Quantity], Decimal] = defaultdict(Decimal)
    for link in links(operation, by):
        both = derivative(link.of, link.by)
        for binding in elements(both):
            pair = rename_quantity(link.of, binding), rename_quantity(link.by, binding)
            found[pair] += arithmetic.evaluate_in(link.local, values.__getitem__, derivation.functions, binding)
    held = 0
    for binding in elements(operation.output):
        of = rename_quantity(operation.output, binding)
        for other in elements(by):
            element = rename_quantity(by, other)
            up, down = (
                arithmetic.evaluate_in(operation.formula, moved.__getitem__, derivation.functions, binding)
                for moved in around(values, element)
            )
            difference = (up - down) / (2 * STEP)
            assert abs(found[of, element] - difference) <= CLOSE * max(Decimal(1), abs(difference)), (of, element)
            held += 1
    return held


# activations


def with_formula(activation: Activation) -> tuple[Expression, Expression]:
    if activation.formula is None or activation.derivative is None:
        pytest.skip("no formula of one number; its links are held below")
    return activation.formula, activation.derivative


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("x", POINTS)
def test_the_taught_form_is_sympys_derivative(name: str, x: Decimal) -> None:
    formula, taught = with_formula(ACTIVATIONS[name])
    here = replace_refs(taught, {S.quantity: formula}.get)
    found = to_sympy(smooth(formula, x)).diff(symbol_of(X.quantity))
    assert same(found, to_sympy(smooth(here, x)))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_taught_form_is_what_the_steps_use(name: str) -> None:
    row = ACTIVATIONS[name]
    assert slope_of(row) == row.derivative


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("x", POINTS)
def test_every_link_through_an_activation_holds(name: str, x: Decimal) -> None:
    zs = row(x, "0.4", "-0.9")
    assert assert_links_hold(one_layer(name, "half_squared_error", [zs], [row("0", "1", "0")])) == 3 * 9 + 9 + 9 + 3


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if any(
    isinstance(part, Cases) for part in (row.formula, row.derivative))])  # fmt: skip
def test_a_kink_takes_the_side_that_is_taught(name: str) -> None:
    activation = chosen_activation(choice(name))
    taught = slope_of(activation)
    assert taught is not None
    at, below = (arithmetic.evaluate(taught, {X.quantity: x}.__getitem__) for x in (Decimal(0), Decimal("-1e-9")))
    assert at == below


def test_a_custom_formula_is_differentiated_by_sympy() -> None:
    swish = chosen_activation(choice("swish", X / (1 + Ref(Quantity("variable", name="x")) ** 2)))
    found = slope_of(swish)
    assert found is not None
    x = symbol_of(X.quantity)
    assert same(to_sympy(found), (1 - x**2) / (1 + x**2) ** 2)


def test_a_wrong_taught_form_is_found_out() -> None:
    wrong = replace(ACTIVATIONS["sigmoid"], derivative=S * (1 + S))
    with pytest.raises(AssertionError, match="the taught derivative of sigmoid is not its derivative"):
        slope_of(wrong)


def test_a_name_has_no_derivative_to_teach() -> None:
    assert slope_of(chosen_activation(replace(choice("f"), bare=True))) is None


# losses


@pytest.mark.parametrize("name", LOSSES)
def test_the_taught_form_of_a_loss_is_sympys_derivative(name: str) -> None:
    loss = LOSSES[name]
    by = ERROR if ERROR.quantity in quantities(loss.term) else A
    if loss.derivative is None:
        pytest.skip("SymPy's own")
    assert same(to_sympy(loss.term).diff(symbol_of(by.quantity)), to_sympy(loss.derivative))


@pytest.mark.parametrize("notation", ["layer", "node", "mazur"])
@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("name", LOSSES)
def test_every_link_through_a_loss_holds(name: str, batch: bool, notation: str) -> None:
    loss = LOSSES[name]
    outputs, targets = row(*OUTPUTS[loss.outputs]), row(*TARGETS[loss.targets])
    samples = [outputs, outputs[::-1]] if batch else [outputs]
    found = one_layer("identity", name, samples, [targets] * len(samples), batch=batch)
    assert assert_links_hold(found, notation) > 9


def test_the_difference_of_target_and_output_brings_its_sign() -> None:
    for notation, body in (("layer", "a - y"), ("node", "-(y - a)")):
        graph = told(one_layer("identity", "half_squared_error", [row("1")], [row("0")]), notation).graph
        link = the_link(graph.operations[-1], graph.operations[-2].output)
        a, y = Ref(link.by), Ref(Quantity("target", 1, link.by.index))
        assert link.local == (a - y if body == "a - y" else Negative(y - a))


def test_a_custom_loss_is_differentiated_by_sympy() -> None:
    quartic = LossChoice("quartic", formula=(Y - A) ** 4 / 4)
    graph = graph_of(2, 1, loss=quartic)
    link = the_link(graph.operations[-1], graph.operations[-2].output)
    a, y = symbol_of(link.by), symbol_of(Quantity("target", 1, link.by.index))
    assert same(to_sympy(link.local), -((y - a) ** 3))
    assert assert_links_hold(one_layer("tanh", quartic, [row("0.5", "-1")], [row("1", "0")])) == 2 * 4 + 4 + 4 + 2


# affine maps


def the_link(operation: Operation, by: Quantity) -> Link:
    (link,) = links(operation, by)
    assert link.by == by
    return link


@pytest.mark.parametrize("orientation", ["rows", "columns"])
@pytest.mark.parametrize("samples", [None, 3, "N"])
def test_an_affine_map_by_its_weights_inputs_and_bias(orientation: Any, samples: Any) -> None:
    graph = graph_of(3, 2, samples=samples, orientation=orientation)
    affine, (x,), (weight, bias) = graph.operations[0], graph.inputs, graph.parameters
    z = affine.output
    assert (z.sample is None) == (samples is None)
    assert the_link(affine, weight).local == Ref(x)
    assert the_link(affine, x).local == Ref(weight)
    assert the_link(affine, bias).local == expression(1)
    assert {the_link(affine, by).of for by in (weight, bias, x)} == {z}


def test_a_shared_bias_and_a_threshold() -> None:
    shared = graph_of(3, 2, bias="shared")
    bias = shared.parameters[1]
    assert bias.index == ()
    assert the_link(shared.operations[0], bias).local == expression(1)
    threshold = graph_of(3, 2, bias="threshold")
    assert the_link(threshold.operations[0], threshold.parameters[1]).local == Negative(expression(1))


def test_the_letters_asked_for_are_the_letters_given() -> None:
    graph = graph_of(3, 3, samples=2)
    affine, weight = graph.operations[0], graph.parameters[0]
    to, source = weight.index
    fresh = to._replace(copy=1), source._replace(copy=1)
    link = the_link(affine, weight.at(*fresh))
    assert link.of == affine.output.at(fresh[0], sample=affine.output.sample)
    assert link.local == Ref(graph.inputs[0].at(fresh[1], sample=affine.output.sample))
    activation, z = graph.operations[1], affine.output.at(fresh[0], sample=affine.output.sample)
    assert the_link(activation, z).of == activation.output.at(fresh[0], sample=z.sample)


def test_the_whole_jacobian_of_softmax() -> None:
    graph = graph_of(2, 3, activations=("softmax",))
    softmax = graph.operations[1]
    z = graph.operations[0].output
    link = the_link(softmax, z)
    (j,), (m,) = link.by.index, link.of.index
    assert j != m
    a = softmax.output
    assert link.local == Ref(a.at(m)) * Sum((Kronecker(m, j), Negative(Ref(a.at(j)))))


@RANDOM
@given(problem=problems(), notation=st.sampled_from(["layer", "node", "batch"]))
def test_every_link_of_a_random_graph_holds(problem: Problem, notation: str) -> None:
    assert assert_links_hold(problem, notation) > 0


# collapses


@pytest.mark.parametrize("pair", COLLAPSES)
def test_a_collapse_is_what_sympy_makes_of_the_chain(pair: tuple[str, str]) -> None:
    activation, loss = ACTIVATIONS[pair[0]], LOSSES[pair[1]]
    if activation.coupled:
        pytest.skip("a sum over the outputs; held by numbers below")
    assert activation.derivative is not None
    assert loss.derivative is not None
    a, y = symbol_of(A.quantity), symbol_of(Y.quantity)
    chain = to_sympy(loss.derivative) * to_sympy(replace_refs(activation.derivative, {S.quantity: A}.get))
    sign = sympy.Rational(loss.constant.numerator, loss.constant.denominator)
    assert same(sign * chain, a - y)


UNITS = st.lists(st.decimals(-3, 3, places=2), min_size=3, max_size=4)


@st.composite
def shares(draw: st.DrawFn, count: int) -> list[Decimal]:
    """Targets that sum to one, in hundredths."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=count - 1, max_size=count - 1)))
    return [Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]


@pytest.mark.parametrize("pair", COLLAPSES)
@pytest.mark.parametrize("notation", ["layer", "node", "nielsen"])
@settings(RANDOM, max_examples=10)
@given(data=st.data())
def test_a_collapse_is_the_whole_chain_in_numbers(pair: tuple[str, str], notation: str, data: st.DataObject) -> None:
    activation, loss = pair
    zs = data.draw(UNITS)
    targets = data.draw(shares(len(zs)))
    batch = data.draw(st.booleans())
    samples = [row(*zs), row(*zs[::-1])] if batch else [row(*zs)]
    problem = one_layer(activation, loss, samples, [row(*targets)] * len(samples), batch=batch)
    chain, collapsed = chain_and_collapse(problem, notation)
    assert len(chain) == len(zs) * len(samples)
    for one, two in zip(chain, collapsed, strict=True):
        assert abs(one - two) < CLOSE


def chain_and_collapse(problem: Problem, notation: str) -> tuple[list[Decimal], list[Decimal]]:
    """Every element of dL/dz, through the links one by one and as the last step says it."""
    derivation = told(problem, notation)
    evaluation = evaluate(derivation, problem.rounding)
    assert evaluation is not None
    graph, values = derivation.graph, evaluation.generations[0]
    z, a, loss = (operation.output for operation in graph.operations)
    assert loss == LOSS
    passage = derivation.passage(Quantity("delta", 1))
    assert passage is not None
    sign = -1 if derivation.profile.conventions.delta == "negative_gradient" else 1
    (above,), (here,) = links(graph.operations[2], a), links(graph.operations[1], z)
    chain: list[Decimal] = []
    collapsed = []
    with arithmetic.arithmetic():
        for binding in elements(z):
            total = Decimal(0)
            for other in elements(here.of):
                if any(binding.get(letter, number) != number for letter, number in other.items()):
                    continue
                of = rename_quantity(here.of, other)
                named = dict(zip(above.by.index, of.index, strict=True)) | {above.by.sample: of.sample}
                outer = arithmetic.evaluate_in(above.local, values.__getitem__, derivation.functions, named)  # type: ignore[arg-type]
                total += outer * arithmetic.evaluate_in(
                    here.local, values.__getitem__, derivation.functions, {**other, **binding}
                )
            chain.append(sign * total)
            collapsed.append(arithmetic.evaluate_in(passage.result, values.__getitem__, derivation.functions, binding))
    return chain, collapsed


def test_the_last_step_of_a_pair_that_collapses_is_the_collapse() -> None:
    for activation, loss in COLLAPSES:
        derivation = told(one_layer(activation, loss, [row("1", "2")], [row("0", "1")]))
        passage = derivation.passage(Quantity("delta", 1))
        assert passage is not None
        a, y = (Ref(Quantity(role, 1, passage.quantity.index)) for role in ("activation", "target"))
        assert passage.steps[-1].reason == "collapse"
        assert passage.result == a - y


def test_a_pair_that_is_not_in_the_table_does_not_collapse() -> None:
    derivation = told(one_layer("sigmoid", "half_squared_error", [row("1", "2")], [row("0", "1")]))
    assert not any(step.reason == "collapse" for _, step in derivation.steps)


@given(zs=UNITS)
@settings(RANDOM, max_examples=10)
def test_softmax_collapses_because_the_targets_sum_to_one(zs: list[Decimal]) -> None:
    assume(len(set(zs)) > 1)
    targets = row("1", "1", *["0"] * (len(zs) - 2))
    chain, collapsed = chain_and_collapse(one_layer("softmax", "cross_entropy", [row(*zs)], [targets]), "layer")
    assert any(abs(one - two) > CLOSE for one, two in zip(chain, collapsed, strict=True))
    assert COLLAPSES["softmax", "cross_entropy"].because == "targets_sum_to_one"

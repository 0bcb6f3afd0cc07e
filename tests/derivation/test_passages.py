"""The passages of a derivation: which steps they have, in which order they are told, and what each notation names."""

from __future__ import annotations

from functools import cache

import pytest
from graphs import problem

import backprop_steps as bp
from backprop_steps.derivation.derive import derive
from backprop_steps.derivation.steps import Derivation, Passage, Rule, Step, passage_id
from backprop_steps.expression.quantity import LEARNING_RATE, LOSS, Quantity, derivative
from backprop_steps.expression.transform import children, quantities, replace_refs
from backprop_steps.expression.tree import Chain, Derivative, Expression, Negative, Product, Ref, Sigma
from backprop_steps.network.build import build
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.problem import shipped

NOTATIONS = [name for name, _ in profiles()]
SHIPPED = [row.name for row in shipped()]
TAUGHT = ("simplification", "taught_form")


@cache
def told(name: str, notation: str) -> Derivation | None:
    """A shipped problem in a notation; None where it cannot be said in it."""
    try:
        return bp.derive(bp.load(name), notation)
    except NotationError:
        return None


def sayable() -> list[tuple[str, str]]:
    return [(name, notation) for name in SHIPPED for notation in NOTATIONS if told(name, notation) is not None]


def of(name: str, notation: str) -> Derivation:
    found = told(name, notation)
    assert found is not None
    return found


def passage(derivation: Derivation, name: str) -> Passage:
    (found,) = (passage for passage in derivation.passages if passage.id == name)
    return found


def said(name: str, notation: str, about: str) -> list[tuple[str, str]]:
    return [(step.rule.value, step.reason) for step in passage(of(name, notation), about).steps]


def ids(derivation: Derivation, section: str) -> list[str]:
    return [passage.id for passage in derivation.passages if passage.section == section]


# the moves of the passages that each style is known by


def test_node_a_hidden_weight_goes_by_the_gradient_above_it_spelt_out() -> None:
    assert said("mazur", "node", "dL/dW1") == [("chain_rule", ""), ("substitution", ""), TAUGHT]
    assert said("mazur", "node", "dL/da1") == [
        ("sum_over_paths", ""),
        ("substitution", ""),
        ("simplification", "delta_name"),
    ]
    relu = passage(of("node_relu", "node"), "dL/dW1")
    assert [(step.rule.value, step.reason) for step in relu.steps] == [("chain_rule", ""), ("substitution", "")]
    (above, *_) = relu.steps[1].expression.factors  # type: ignore[attr-defined]
    assert isinstance(above, Sigma)  # the sum over the outputs, not a delta of its own
    (delta,) = {quantity.array() for quantity in quantities(above) if quantity.role == "delta"}
    assert delta == Quantity("delta", 2)


def test_node_an_output_weight_is_minus_delta_times_the_signal_and_the_update_adds() -> None:
    derivation = of("node_relu", "node")
    assert said("node_relu", "node", "dL/dW2") == [
        ("chain_rule", ""),
        ("substitution", ""),
        ("simplification", "delta_name"),
    ]
    result = passage(derivation, "dL/dW2").result
    assert isinstance(result, Negative)
    update = passage(derivation, "W2'")
    assert [(step.rule.value, step.reason) for step in update.steps] == [("update", ""), ("substitution", "spelt_out")]
    old, change = update.result.terms  # type: ignore[attr-defined]
    assert old == Ref(Quantity("weight", 2, update.quantity.index))
    assert isinstance(change, Product)  # plus, with no minus before it
    assert [factor.quantity.role for factor in change.factors] == ["learning_rate", "activation", "delta"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("mazur", [("chain_rule", ""), ("substitution", ""), TAUGHT]),
        ("dead_relu", [("chain_rule", ""), ("substitution", ""), ("simplification", "")]),
        (
            "softmax_classes",
            [("sum_over_paths", ""), ("substitution", ""), ("simplification", ""), ("simplification", "collapse")],
        ),
    ],
)
def test_layer_delta_is_defined_once_and_followed_to_its_last_form(name: str, rest: list[tuple[str, str]]) -> None:
    assert said(name, "layer", "delta2") == [("definition", ""), *rest]


def test_layer_a_hidden_delta_is_told_from_the_layer_after_it_and_then_spelt_out() -> None:
    assert said("mazur", "layer", "delta1") == [
        ("definition", ""),
        ("chain_rule", ""),
        ("substitution", ""),
        TAUGHT,
        ("substitution", "spelt_out"),
    ]
    assert said("mazur", "layer", "dL/dW1") == [("chain_rule", ""), ("substitution", "")]
    weight = passage(of("mazur", "layer"), "dL/dW1").result
    assert [q.role for q in quantities(weight)] == ["delta", "input"]


def test_bracket_the_long_chain_is_written_first_and_each_factor_then_replaced() -> None:
    derivation = of("bracket_regression", "bracket")
    chain, written, substituted, simplified, taught = passage(derivation, "dL/dW1").steps
    rules = [(step.rule, step.reason) for step in (chain, written, substituted, simplified, taught)]
    assert rules == [
        (Rule.CHAIN_RULE, "") if chain.rule is Rule.CHAIN_RULE else (Rule.SUM_OVER_PATHS, ""),
        (Rule.SUBSTITUTION, "written_out"),
        (Rule.SUBSTITUTION, ""),
        (Rule.SIMPLIFICATION, ""),
        (Rule.SIMPLIFICATION, "taught_form"),
    ]
    links = [(q.of.array(), q.by.array()) for q in quantities(chain.expression) if q.of and q.by]
    roles = [(of.role, of.layer, by.role, by.layer) for of, by in links]
    assert roles == [
        ("loss", 0, "activation", 2),
        ("activation", 2, "pre_activation", 2),
        ("pre_activation", 2, "activation", 1),
        ("activation", 1, "pre_activation", 1),
        ("pre_activation", 1, "weight", 1),
    ]
    assert len([node for node in factors(written.expression) if isinstance(node, Derivative)]) == len(links)


def factors(node: Expression) -> tuple[Expression, ...]:
    while isinstance(node, Sigma | Negative):
        node = node.body
    assert isinstance(node, Product)
    return node.factors


def test_neuron_every_factor_stands_on_its_own_before_the_product_collapses() -> None:
    derivation = of("neuron_logistic", "neuron")
    assert ids(derivation, "backward") == [
        "dL/da1",
        "da1/dz1",
        "dL/dz1",
        "dz1/dW1",
        "dL/dW1",
        "dz1/db1",
        "dL/db1",
    ]
    assert said("neuron_logistic", "neuron", "dL/dz1") == [
        ("chain_rule", ""),
        ("substitution", ""),
        ("simplification", "collapse"),
    ]
    a, y = passage(derivation, "dL/dz1").result.terms  # type: ignore[attr-defined]
    assert (a.quantity.role, y.body.quantity.role) == ("activation", "target")


@pytest.mark.parametrize("name", ["batch_symbolic", "batch_data"])
def test_batch_a_weight_gradient_is_a_sum_over_the_samples_of_the_factors_told_before(name: str) -> None:
    derivation = of(name, "batch")
    assert said(name, "batch", "dL/dW1") == [
        ("chain_rule", ""),
        ("substitution", ""),
        ("simplification", ""),
    ]
    about = passage(derivation, "dL/dW1")
    for step in about.steps:
        samples = [node.letter for node in sums(step.expression) if node.letter.axis.kind == "sample"]
        assert len(samples) == 1
    assert about.steps[0].uses == ("dL/da2", "da2/dz2", "dz2/da1", "da1/dz1", "dz1/dW1")
    # the links are those results, each in the form in which it was told, and are kept apart
    links = about.steps[1].expression
    while isinstance(links, Sigma):
        links = links.body
    assert isinstance(links, Chain)
    assert [array_form(link) for link in links.factors] == [
        array_form(passage(derivation, use).result) for use in about.steps[0].uses
    ]


def array_form(node: Expression) -> Expression:
    """The formula without its letters."""
    return replace_refs(node, lambda quantity: Ref(quantity.array()))


def sums(node: Expression) -> list[Sigma]:
    found = [node] if isinstance(node, Sigma) else []
    return found + [sigma for child in children(node) for sigma in sums(child)]


def test_mazur_the_numbers_go_into_the_product_of_the_factors() -> None:
    derivation = of("mazur", "mazur")
    assert said("mazur", "mazur", "dL/dW2") == [("chain_rule", "")]
    assert said("mazur", "mazur", "dL/da1") == [("sum_over_paths", "")]
    assert ids(derivation, "loss") == ["E", "L"]
    assert ids(derivation, "backward") == [
        "dL/da2",
        "da2/dz2",
        "dz2/dW2",
        "dL/dW2",
        "dz2/da1",
        "dL/da1",
        "da1/dz1",
        "dz1/dW1",
        "dL/dW1",
    ]
    for about in derivation.passages:
        if about.section == "backward" and about.quantity.of == LOSS:
            assert about.worked_from in (0, len(about.steps) - 1)


def test_circuit_a_value_used_twice_is_a_sum_over_paths() -> None:
    derivation = of("circuit_reuse", "circuit")
    rules = {name: said("circuit_reuse", "circuit", name)[0][0] for name in ("df/dr", "df/dq", "df/dx", "df/dy")}
    assert rules == {
        "df/dr": "local_derivative",
        "df/dq": "sum_over_paths",
        "df/dx": "sum_over_paths",
        "df/dy": "chain_rule",
    }
    by_x = passage(derivation, "df/dx").steps[0]
    assert len(by_x.expression.terms) == 3  # type: ignore[attr-defined]
    assert by_x.uses == ("df/dq", "df/dr", "dq/dx", "dr/dx", "f")


# the order in which they are told


GIVEN_ROLES = ("input", "target", "weight", "bias", "threshold", "learning_rate", "samples", "slope")


def given(derivation: Derivation) -> set[Quantity]:
    graph = derivation.graph
    arrivals = {derivative(graph.goal, quantity).array() for quantity in graph.upstream}
    deltas = {Quantity("delta", quantity.layer) for quantity in graph.upstream if quantity.role == "pre_activation"}
    return {quantity.array() for quantity in graph.inputs} | arrivals | deltas


@pytest.mark.parametrize(("name", "notation"), sayable())
def test_each_step_uses_only_what_was_told_before_or_is_given(name: str, notation: str) -> None:
    derivation = of(name, notation)
    told_before: set[str] = set()
    arriving = {passage_id(quantity) for quantity in given(derivation)}
    for about in derivation.passages:
        for step in about.steps:
            for used in step.uses:
                assert used in told_before | arriving, (about.id, used)
        assert about.id not in told_before
        told_before.add(about.id)


@pytest.mark.parametrize(("name", "notation"), sayable())
def test_each_step_speaks_only_of_what_was_told_before_or_is_given(name: str, notation: str) -> None:
    derivation = of(name, notation)
    known = given(derivation)
    goal = derivation.graph.goal
    for about in derivation.passages:
        for step in about.steps:
            for quantity in quantities(step.expression):
                array = quantity.array()
                by_name = step.rule in BY_NAME or quantity.of not in (None, goal) or defines_delta(about, step)
                if quantity.of is not None and by_name:
                    continue  # a product of derivatives, by name, is what the chain rule is
                written_out = unnamed(derivation, quantity) and step.reason == "taught_form"
                assert array in known or quantity.role in GIVEN_ROLES or written_out, (about.id, step.rule, quantity)
        known.add(about.quantity.array())


BY_NAME = (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS)


def defines_delta(about: Passage, step: Step) -> bool:
    return about.quantity.role == "delta" and step is about.steps[0]


def unnamed(derivation: Derivation, quantity: Quantity) -> bool:
    """Whether a page writes out what this is, for want of a name."""
    spelling = derivation.profile.formulas.get("pre_activation")
    return quantity.role == "pre_activation" and (spelling is None or not spelling.named)


@pytest.mark.parametrize(("name", "notation"), sayable())
def test_sections_come_one_after_the_other_and_nothing_is_told_twice(name: str, notation: str) -> None:
    derivation = of(name, notation)
    sections = [passage.section for passage in derivation.passages]
    assert sections == sorted(sections, key=["forward", "loss", "backward", "update"].index)
    names = [passage.id for passage in derivation.passages]
    assert len(set(names)) == len(names)
    assert [name for name, _ in derivation.steps] == [
        f"{passage.id}#{number}" for passage in derivation.passages for number in range(1, len(passage.steps) + 1)
    ]
    for about in derivation.passages:
        assert about.steps
        for one, two in zip(about.steps, about.steps[1:], strict=False):
            assert one.expression != two.expression, about.id


@pytest.mark.parametrize(("name", "notation"), sayable())
def test_every_parameter_is_told_and_updated_once(name: str, notation: str) -> None:
    derivation = of(name, notation)
    graph = derivation.graph
    trained = [parameter for parameter in graph.parameters if parameter.array() not in graph.frozen]
    for parameter in trained:
        about = derivation.passage(derivative(graph.goal, parameter))
        update = derivation.passage(parameter.after(1))
        assert about is not None
        assert update is not None
        assert update.steps[0].rule is Rule.UPDATE
        assert update.steps[0].uses == (about.id,)
        assert update.steps[0].expression == Ref(parameter) - Ref(LEARNING_RATE) * Ref(
            derivative(graph.goal, parameter)
        )
    assert len(ids(derivation, "update")) == len(trained)


# what each notation names


def places(derivation: Derivation) -> set[str]:
    """The gradients by activations and pre-activations that have a passage, in the words of the conventions."""
    found = set()
    for about in derivation.passages:
        quantity = about.quantity
        by = quantity.by if quantity.of == derivation.graph.goal else None
        if quantity.role == "delta":
            by = Quantity("pre_activation", quantity.layer)
        if by is not None and by.role in ("activation", "pre_activation"):
            place = "output" if by.layer == derivation.graph.depth else "hidden"
            found.add(f"{place}_{by.role}")
    return found


@pytest.mark.parametrize("notation", [name for name in NOTATIONS if name not in ("neuron", "circuit")])
def test_the_gradients_that_a_notation_states_have_a_passage(notation: str) -> None:
    profile = load_profile(notation)
    derivation = derive(build(problem(2, 3, 2, 1), profile.conventions), profile)
    assert places(derivation) == set(profile.conventions.states)


@pytest.mark.parametrize(("name", "notation"), sayable())
def test_a_pre_activation_without_a_name_is_stepped_over(name: str, notation: str) -> None:
    derivation = of(name, notation)
    told_of = [about for about in derivation.passages if about.quantity.role == "pre_activation"]
    spoken = [
        quantity
        for _, step in derivation.steps
        for quantity in quantities(step.expression)
        if step.reason != "taught_form" and "pre_activation" in roles(quantity)
    ]
    if unnamed(derivation, Quantity("pre_activation")) or not derivation.graph.depth:
        assert spoken == []
        assert told_of == []
    else:
        assert spoken
        assert len(told_of) == derivation.graph.depth


def roles(quantity: Quantity) -> set[str]:
    return {part.role for part in (quantity, quantity.of, quantity.by) if part is not None}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_delta_is_there_where_it_has_a_symbol(notation: str) -> None:
    profile = load_profile(notation)
    name = "neuron_logistic" if notation == "neuron" else "circuit" if notation == "circuit" else "mazur"
    derivation = of(name, notation)
    layers = [about.quantity.layer for about in derivation.passages if about.quantity.role == "delta"]
    expected = {"node": [2], "layer": [2, 1], "nielsen": [2, 1]}
    assert layers == expected.get(notation, [])
    if profile.conventions.delta == "gradient":
        firsts = [about.steps[0].expression for about in derivation.passages if about.quantity.role == "delta"]
        assert all(isinstance(first, Ref) and first.quantity.of == LOSS for first in firsts)


def test_node_delta_is_the_error_times_the_slope_with_no_minus() -> None:
    relu = passage(of("node_relu", "node"), "delta2").result
    assert [q.role for q in quantities(relu)] == ["error", "slope"]
    assert isinstance(relu, Product)
    sigmoid = passage(of("mazur", "node"), "delta2").result
    assert [q.role for q in quantities(sigmoid)] == ["error", "activation", "activation"]
    assert isinstance(sigmoid, Product)


@pytest.mark.parametrize("notation", NOTATIONS)
def test_the_error_is_told_where_it_has_a_name(notation: str) -> None:
    if told("dead_relu", notation) is None:
        pytest.skip("cannot be said")
    errors = [about for about in of("dead_relu", notation).passages if about.quantity.role == "error"]
    spelling = load_profile(notation).formulas.get("error")
    assert len(errors) == (1 if spelling is not None and spelling.named else 0)
    for about in errors:
        first, second = about.result.terms  # type: ignore[attr-defined]
        assert (first.quantity.role, second.body.quantity.role) == ("target", "activation")


@pytest.mark.parametrize("notation", [name for name in NOTATIONS if name != "circuit"])
def test_the_loss_is_split_only_where_the_notation_says_so(notation: str) -> None:
    if told("mazur", notation) is None:
        pytest.skip("cannot be said")
    passages = ids(of("mazur", notation), "loss")
    assert passages[-1] == "L"
    assert ("E" in passages) is load_profile(notation).conventions.split_loss


@pytest.mark.parametrize(("name", "notation"), sayable())
def test_factors_stand_on_their_own_where_the_notation_says_so(name: str, notation: str) -> None:
    derivation = of(name, notation)
    own = [about for about in derivation.passages if about.quantity.of not in (None, derivation.graph.goal)]
    if not load_profile(notation).conventions.local_derivatives:
        assert own == []
    for about in own:
        assert about.steps[0].rule is Rule.LOCAL_DERIVATIVE

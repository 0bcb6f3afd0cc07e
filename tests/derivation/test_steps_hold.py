"""Every step re-evaluates to what it claims: all steps of a passage have one value, at every element.

Nothing is left out: where a step names a derivative that the sheet has no number for, and where it shows a derivative
of a formula, the number is the difference quotient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from graphs import STEP, around
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from strategies import problems

import backprop_steps as bp
from backprop_steps.derivation.steps import Derivation, Passage
from backprop_steps.evaluation.evaluate import Evaluation, elements, evaluate
from backprop_steps.expression.arithmetic import arithmetic, evaluate_in
from backprop_steps.expression.element import element
from backprop_steps.expression.quantity import Index, Letter, Quantity
from backprop_steps.expression.transform import quantities, rebuild, rename_quantity
from backprop_steps.expression.tree import Apply, Derivative, Expression, Number, Ref
from backprop_steps.network.graph import Operation, letters_of
from backprop_steps.notation.loading import profiles
from backprop_steps.notation.notation import NotationError
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.problem import shipped
from backprop_steps.problem.model import Problem

NOTATIONS = [name for name, _ in profiles()]
SHIPPED = [row.name for row in shipped()]
COUPLED = {name for name, row in ACTIVATIONS.items() if row.coupled}
EXACT = Decimal("1e-25")
DIFFERENCES = Decimal("1e-18")
"""What a difference quotient of this width leaves, at these sizes."""


class Steps:
    """The steps of one derivation and their values."""

    def __init__(self, derivation: Derivation, evaluation: Evaluation) -> None:
        self.derivation, self.evaluation = derivation, evaluation
        self.values = evaluation.generations[0]
        self.by_difference = False
        self.found: dict[Quantity, Decimal] = {}

    def value(self, quantity: Quantity) -> Decimal:
        """The sheet's number; of a derivative that it has none for, the difference quotient."""
        if self.evaluation.has(quantity):
            return self.evaluation.value(quantity)
        assert quantity.of is not None, quantity
        assert quantity.by is not None, quantity
        self.by_difference = True
        if quantity not in self.found:
            up, down = (self.followed(quantity.of, quantity.by, values) for values in around(self.values, quantity.by))
            self.found[quantity] = (up - down) / (2 * STEP)
        return self.found[quantity]

    def followed(self, of: Quantity, by: Quantity, values: dict[Quantity, Decimal]) -> Decimal:
        """A later quantity, calculated anew from a changed earlier one; in a circuit in one step, as it is written."""
        graph = self.derivation.graph
        moved = {by.array()}
        for operation in graph.operations:
            if operation.output.array() in moved or (not graph.depth and operation.output != of):
                continue
            if any(quantity.array() in moved for quantity in quantities(operation.formula)):
                moved.add(operation.output.array())
                for binding in elements(operation.output):
                    values[rename_quantity(operation.output, binding)] = evaluate_in(
                        operation.formula, values.__getitem__, self.derivation.functions, binding
                    )
        return values[of]

    def number(self, node: Expression, binding: Mapping[Letter, Index]) -> Decimal:
        """The value of a step at one element."""
        single = self.without_derivatives(self.in_full(element(node, binding)))
        return evaluate_in(single, self.value, self.derivation.functions, {})

    def without_derivatives(self, node: Expression) -> Expression:
        if not isinstance(node, Derivative):
            return rebuild(node, self.without_derivatives)
        assert isinstance(node.by, Ref)
        self.by_difference = True
        formula = element(node.of, {})
        up, down = (
            evaluate_in(formula, values.__getitem__, self.derivation.functions, {})
            for values in around(self.values, node.by.quantity)
        )
        return Number(str((up - down) / (2 * STEP)))

    def in_full(self, node: Expression) -> Expression:
        """The node with the function of a whole layer, softmax(z_1), by its formula."""
        if not isinstance(node, Apply) or node.function not in COUPLED or not isinstance(node.arguments[0], Ref):
            return rebuild(node, self.in_full)
        z = node.arguments[0].quantity
        activation = self.coupled(Quantity("activation", z.layer))
        assert activation is not None
        numbers = (*z.index, *([] if z.sample is None else [z.sample]))
        return element(activation.formula, dict(zip(letters_of(activation.output), numbers, strict=True)))

    def coupled(self, quantity: Quantity) -> Operation | None:
        """The operation that makes a quantity, where it is a function of a whole layer."""
        producer = self.derivation.graph.producer(quantity)
        row = producer.activation if producer is not None else None
        return producer if row is not None and row.coupled else None

    def hold(self, passage: Passage) -> int:
        """Every step of a passage at every element beside the value of the passage's quantity."""
        held = 0
        for binding in elements(passage.quantity):
            quantity = rename_quantity(passage.quantity, binding)
            if quantity.after(-1) in self.derivation.graph.frozen:
                continue
            expected = self.evaluation.value(quantity)
            for number, step in enumerate(passage.steps, start=1):
                if step.reason == "named_function" and self.coupled(passage.quantity) is not None:
                    continue  # its name says nothing of the other units; the next step is its formula
                self.by_difference = False
                found = self.number(step.expression, binding)
                close = DIFFERENCES if self.by_difference else EXACT
                assert abs(found - expected) <= close * max(Decimal(1), abs(expected)), (passage.id, number, step)
                held += 1
        return held


def steps_of(problem: Problem, notation: str) -> Steps | None:
    try:
        derivation = bp.derive(problem, notation)
    except NotationError:
        return None
    evaluation = evaluate(derivation, replace(problem.rounding, carry="exact"))
    return None if evaluation is None else Steps(derivation, evaluation)


def hold_all(steps: Steps) -> int:
    with arithmetic():
        return sum(
            steps.hold(passage)
            for passage in steps.derivation.passages
            if passage.section != "update" or steps.evaluation.updates
        )


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_step_of_a_shipped_problem_has_the_value_it_claims(name: str, notation: str) -> None:
    steps = steps_of(bp.load(name), notation)
    if steps is None:
        pytest.skip("symbolic, or not to be said in this notation")
    assert hold_all(steps) >= len(steps.derivation.passages)


# Formulas that do not hold are not shrunk: a network is slow to shrink, and any one shows the passage.
@settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=12,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(problem=problems(), notation=st.sampled_from(NOTATIONS))
def test_every_step_of_a_random_problem_has_the_value_it_claims(problem: Problem, notation: str) -> None:
    assume(one_leak(problem))
    steps = steps_of(problem, "circuit" if problem.circuit is not None else notation)
    assume(steps is not None)
    assert steps is not None
    hold_all(steps)


def one_leak(problem: Problem) -> bool:
    """Whether leaky ReLU is one function throughout: by its name alone, two slopes are not told apart."""
    layers = problem.network.layers if problem.network is not None else ()
    return len({layer.activation.parameter for layer in layers if layer.activation.name == "leaky_relu"}) <= 1


def test_a_step_that_does_not_hold_is_found() -> None:
    steps = steps_of(bp.load("mazur"), "layer")
    assert steps is not None
    passage = steps.derivation.passages[-1]
    wrong = replace(passage, steps=(*passage.steps, replace(passage.steps[0], expression=Number("1"))))
    with arithmetic(), pytest.raises(AssertionError, match="W2'"):
        steps.hold(wrong)

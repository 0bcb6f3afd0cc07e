"""The passages of the update: one step of gradient descent for each parameter."""

from __future__ import annotations

from backprop_steps.derivation.constants import gathered, negated
from backprop_steps.derivation.paths import in_letters
from backprop_steps.derivation.steps import Passage, Rule, Step, passage_id
from backprop_steps.derivation.style import Style
from backprop_steps.expression.quantity import LEARNING_RATE, Quantity, derivative
from backprop_steps.expression.transform import rebuild
from backprop_steps.expression.tree import Expression, Group, Negative, Product, Ref, Sigma, Sum
from backprop_steps.network.graph import Graph


def update(graph: Graph, style: Style, parameter: Quantity, told: list[Passage]) -> Passage:
    """new = old - learning rate · gradient; with the gradient's formula in its place where the notation shows it."""
    gradient = derivative(graph.goal, parameter)
    rate = Ref(LEARNING_RATE)
    passage = next((p for p in told if p.quantity.array() == gradient.array()), None)
    steps = [Step(Rule.UPDATE, Ref(parameter) - rate * Ref(gradient), (passage_id(gradient),))]
    if style.conventions.spell_out_updates and passage is not None:
        result = in_letters(passage.result, _target(passage.quantity), parameter)
        moved = _input_first(pulled_out(result))
        change = Ref(parameter) + _product(rate, moved.body) if isinstance(moved, Negative) else None
        spelt = change if change is not None else Ref(parameter) - _product(rate, moved)
        steps.append(Step(Rule.SUBSTITUTION, spelt, (passage_id(gradient),), "spelt_out"))
    return Passage(passage_id(parameter.after(1)), "update", parameter.after(1), tuple(steps))


def _target(quantity: Quantity) -> Quantity:
    assert quantity.by is not None
    return quantity.by


def pulled_out(node: Expression) -> Expression:
    """The minus that every term of a sum carries, in front of it: (-d) W + (-d) V is -(d W + d V)."""
    if isinstance(node, Group):
        return pulled_out(node.body)
    if isinstance(node, Sigma):
        body = pulled_out(node.body)
        return Negative(Sigma(node.letter, body.body)) if isinstance(body, Negative) else Sigma(node.letter, body)
    if isinstance(node, Sum):
        terms = [pulled_out(term) for term in node.terms]
        if all(isinstance(term, Negative) for term in terms):
            return Negative(Sum(tuple(term.body for term in terms if isinstance(term, Negative))))
        return node
    if isinstance(node, Product):
        return gathered(rebuild(node, pulled_out))
    if isinstance(node, Negative):
        return negated(pulled_out(node.body))
    return node


def _input_first(node: Expression) -> Expression:
    """The signal that the weight carries, before the error that it is multiplied with."""
    if isinstance(node, Negative):
        return Negative(_input_first(node.body))
    if isinstance(node, Product):
        last = node.factors[-1]
        if isinstance(last, Ref) and last.quantity.role in ("input", "activation"):
            return Product((last, *node.factors[:-1]))
    return node


def _product(rate: Expression, node: Expression) -> Product:
    return Product((rate, *node.factors)) if isinstance(node, Product) else Product((rate, node))

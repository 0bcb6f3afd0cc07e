"""The lemmas a network needs, in rows of a display: each activation's derivative, and where a product collapses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backprop_steps.derivation.lemmas import (
    Chain,
    Lemma,
    LemmaLine,
    Rule,
    bce_sigmoid_collapse,
    cross_entropy_softmax_collapse,
    derivative_lemma,
    formula_derivative,
    loss_lemma,
    softmax_lemma,
)
from backprop_steps.expression.quantity import Letter, Quantity, derivative
from backprop_steps.expression.transform import replace_refs
from backprop_steps.expression.tree import Comparison, Kronecker, Negative, Product, Ref
from backprop_steps.network.graph import Graph, Operation
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import A, Loss, Y
from backprop_steps.operations.collapses import COLLAPSES
from backprop_steps.operations.losses import LOSSES
from backprop_steps.pages.telling.lines import Line, Member
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.printing import Printing, Row

_RELATIONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "=": "="}


@dataclass(frozen=True, slots=True)
class TaughtLemma:
    """A lemma and what it is about: `kind` is derivative, softmax, loss or collapse; `name` that of the function.

    `own` says that the function is the problem's own, by its formula; `of_layer` that other layers have another one
    of that name.
    """

    kind: str
    name: str
    lemma: Lemma
    layer: int
    own: bool = False
    of_layer: bool = False

    @property
    def parts(self) -> tuple[Chain, ...]:
        """Its chains, in order."""
        return self.lemma.parts


def lemmas(telling: Telling) -> tuple[TaughtLemma, ...]:
    """One lemma for each activation function of the network, one for a loss given by its formula, and the collapse."""
    graph = telling.derivation.graph
    found: dict[tuple[str, str], TaughtLemma] = {}
    for operation in graph.operations:
        row = operation.activation
        if operation.kind != "activation" or row is None or row.name == "identity":
            continue
        layer = operation.output.layer
        if row.coupled and not telling.notation.names("pre_activation"):
            continue
        if row.coupled:
            z, a = _lettered(graph, operation)
            found.setdefault(("softmax", row.name), TaughtLemma("softmax", row.name, softmax_lemma(a, z), layer))
        elif row.formula is not None:
            lemma = derivative_lemma(row.function, row.formula, row.derivative)
            own = row.name not in ACTIVATIONS
            found.setdefault(
                ("derivative", row.function),
                TaughtLemma("derivative", row.name, lemma, layer, own, row.layer is not None),
            )
    found |= _own_loss(graph)
    found |= _collapse(graph, telling)
    return tuple(found.values())


def _own_loss(graph: Graph) -> dict[tuple[str, str], TaughtLemma]:
    operation = next((operation for operation in graph.operations if operation.loss is not None), None)
    last = graph.producer(Quantity("activation", graph.depth))
    if operation is None or operation.loss is None or last is None or operation.loss.name in LOSSES:
        return {}
    output = replace(last.output, sample=None)
    target = replace(output, role="target")
    term = replace_refs(operation.loss.term, {A.quantity: Ref(output), Y.quantity: Ref(target)}.get)
    name = operation.loss.name
    return {("loss", name): TaughtLemma("loss", name, loss_lemma(term, output), graph.depth, own=True)}


def _collapse(graph: Graph, telling: Telling) -> dict[tuple[str, str], TaughtLemma]:
    last = graph.producer(Quantity("activation", graph.depth))
    loss = next((operation.loss for operation in graph.operations if operation.loss is not None), None)
    if last is None or last.activation is None or loss is None or not telling.notation.names("pre_activation"):
        return {}
    if (last.activation.name, loss.name) not in COLLAPSES:
        return {}
    z, a = _lettered(graph, last)
    y = Quantity("target", graph.depth, a.index, a.sample)
    name = last.activation.name
    if last.activation.coupled:
        lemma = cross_entropy_softmax_collapse(y, a, z, graph.goal)
        letter = a.index[0]
        assert isinstance(letter, Letter)
        other = Letter(letter.axis, letter.copy + 1)
        factors: tuple[Chain, ...] = (
            _by_output(loss, y.at(other, sample=y.sample), a.at(other, sample=a.sample), graph.goal),
        )
    else:
        lemma = bce_sigmoid_collapse(y, a, z, graph.goal)
        slope = LemmaLine(Product((Ref(a), 1 - Ref(a))), Rule.SIGMOID)
        factors = (_by_output(loss, y, a, graph.goal), Chain(Ref(derivative(a, z)), (slope,)))
    lemma = Lemma((*factors, *lemma.parts), lemma.result)
    return {("collapse", name): TaughtLemma("collapse", name, lemma, graph.depth)}


def _by_output(loss: Loss, target: Quantity, output: Quantity, goal: Quantity) -> Chain:
    """The loss of one sample by an output: of its terms one holds that output."""
    term = replace_refs(loss.term, {A.quantity: Ref(output), Y.quantity: Ref(target)}.get)
    share = Negative(term) if loss.constant == -1 else term
    return formula_derivative(share, output, Ref(derivative(goal, output)))


def _lettered(graph: Graph, operation: Operation) -> tuple[Quantity, Quantity]:
    """The pre-activation and the activation of a layer, of one sample: a lemma is about one."""
    a = replace(operation.output, sample=None)
    return replace(a, role="pre_activation"), a


class LemmaRows:
    """Sets a lemma's chains, with the words of the template for the rules."""

    def __init__(self, telling: Telling, printing: Printing) -> None:
        self.telling, self.printing = telling, printing

    def rows(self, lemma: TaughtLemma, part: Chain, words: Mapping[str, str]) -> list[Row]:
        """The rows of one chain, the rule beside each line."""
        named = {}
        members = []
        for number, line in enumerate(part.lines):
            texts = [words[rule.value] for rule in (line.rule, *line.using) if words[rule.value]]
            named[str(number)] = ", ".join(dict.fromkeys(texts))
            members.append(Member("=", line.expression, str(number)))
        whole = Line(Quantity("variable", name="x"), part.subject, tuple(members), lemma.layer)
        return self.printing.rows(whole, named)

    def condition(self, lemma: TaughtLemma, part: Chain) -> Formula | None:
        """Where a chain holds; None where it always does."""
        if part.case is not None:
            left, right = (self.telling.notation.letter(x, lemma.layer) for x in (part.case.left, part.case.right))
            return Formula(f"{left} {'=' if part.case.equal else chr(92) + 'ne'} {right}")
        if not part.conditions:
            return None
        return Formula(r",\ ".join(self._comparison(condition) for condition in part.conditions))

    def indicator(self, lemma: TaughtLemma) -> Formula:
        """The sign that says both cases of a lemma in one, [k = j]."""
        case = next(part.case for part in lemma.parts if part.case is not None)
        return Formula(self.printing.tex(Kronecker(case.left, case.right), lemma.layer))

    def _comparison(self, condition: Comparison) -> str:
        left, right = (self.printing.tex(side) for side in (condition.left, condition.right))
        return f"{left} {_RELATIONS[condition.relation]} {right}"

"""Graph -> Derivation: the passages in teaching order."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_steps.derivation.gradients import Gradients, collapse_of, difference, error_of
from backprop_steps.derivation.local import slope_of
from backprop_steps.derivation.paths import consumers, in_letters, paths, substituted, total
from backprop_steps.derivation.steps import Derivation, Gradient, Passage, Rule, Section, Step, passage_id
from backprop_steps.derivation.style import Style
from backprop_steps.derivation.updates import update
from backprop_steps.expression.quantity import Letter, Quantity, derivative
from backprop_steps.expression.tidy import tidy
from backprop_steps.expression.transform import free_letters, nodes, quantities, replace_refs
from backprop_steps.expression.tree import Cases, Expression, Ref, Sigma
from backprop_steps.network.graph import Graph, Operation, letters_of
from backprop_steps.notation.profile import Profile
from backprop_steps.operations.base import S


def derive(graph: Graph, profile: Profile) -> Derivation:
    """Every step from the forward pass to the update, as this profile's hand writes it."""
    style = Style(profile, graph.depth, _coupled(graph))
    passages = [*_forward(graph, style), *_backward(graph, style)]
    passages += [update(graph, style, parameter, passages) for parameter in _trained(graph)]
    return Derivation(graph, profile, tuple(passages), tuple(_gradients(graph)), functions_of(graph))


def _coupled(graph: Graph) -> bool:
    last = graph.producer(Quantity("activation", graph.depth))
    return last is not None and last.activation is not None and last.activation.coupled


def _forward(graph: Graph, style: Style) -> Iterator[Passage]:
    for operation in graph.operations:
        if style.unnamed(operation.output):
            continue
        section: Section = "loss" if operation.kind in ("loss", "partial_loss") else "forward"
        if section == "loss" and operation.kind == "loss":
            yield from _error(operation, graph, style)
        steps = []
        coupled = operation.activation is not None and operation.activation.coupled
        if operation.named is not None and (style.named("pre_activation") or not coupled):
            steps.append(Step(Rule.DEFINITION, _named_inputs(graph, style, operation.named), reason="named_function"))
        if not steps or (_tells_more(operation) and style.named("pre_activation")):
            formula = _named_inputs(graph, style, operation.formula)
            steps.append(Step(Rule.DEFINITION, formula, reason="" if not steps else "function_written_out"))
        yield Passage(passage_id(operation.output), section, operation.output, tuple(steps))


def _tells_more(operation: Operation) -> bool:
    """Whether writing the function's formula out says more than its name does."""
    return operation.formula != operation.named and not isinstance(operation.formula, Ref | Cases)


def _named_inputs(graph: Graph, style: Style, node: Expression) -> Expression:
    """A formula in which every pre-activation without a name is written out."""

    def expand(quantity: Quantity) -> Expression | None:
        if not style.unnamed(quantity):
            return None
        producer = graph.producer(quantity)
        assert producer is not None
        return in_letters(producer.formula, producer.output, quantity)

    return replace_refs(node, expand)


def _error(operation: Operation, graph: Graph, style: Style) -> Iterator[Passage]:
    """The definition of the error, where it has a name and the derivation will come upon it."""
    if not style.named("error"):
        return
    differences = [node for node in nodes(operation.formula) if error_of(node, style) is not None]
    if not differences and collapse_of(graph) is not None:
        differences = [difference(graph, style)]
    for node in differences[:1]:
        error = error_of(node, style)
        assert error is not None
        yield Passage(passage_id(error), "loss", error, (Step(Rule.DEFINITION, node),))


def _backward(graph: Graph, style: Style) -> list[Passage]:
    gradients = Gradients(graph, style)
    passages: list[Passage] = []
    for quantity in targets(graph):
        if quantity.role in ("activation", "pre_activation", "partial_loss") and not style.stated(quantity):
            continue
        if quantity.array() in graph.frozen:
            continue
        if style.conventions.local_derivatives:
            passages += _local_passages(graph, gradients, quantity, passages)
        passages.append(gradients.passage(quantity))
    return passages if graph.depth else list(_gathered(graph, passages))


def _gathered(graph: Graph, passages: list[Passage]) -> Iterator[Passage]:
    """The local derivatives of a circuit's node one after the other, as soon as one of them is needed."""
    told: set[Quantity] = set()
    for passage in passages:
        node = passage.quantity.of
        if node is None or node == graph.goal:
            yield passage
        elif node not in told:
            told.add(node)
            yield from (other for other in passages if other.quantity.of == node)


def targets(graph: Graph) -> list[Quantity]:
    """What is differentiated by, from the goal back: each quantity after all that it feeds."""
    upstream = {quantity.array() for quantity in graph.upstream}
    trained = {parameter.array() for parameter in graph.parameters}
    last = {quantity.array() for quantity in graph.inputs} if graph.depth == 0 else set()
    wanted = ((trained | last) & graph.reached) - upstream
    order: list[Quantity] = []
    seen: set[Quantity] = set()
    for operation in reversed(graph.operations):
        output = operation.output
        if output.array() not in upstream and output != graph.goal and output.array() in graph.reached:
            order.append(output)
        for quantity in quantities(operation.formula):
            array = quantity.array()
            if array in wanted and array not in seen and operation is consumers(graph, array)[0]:
                seen.add(array)
                order.append(next((p for p in graph.parameters if p.array() == array), quantity))
    return order


def _local_passages(graph: Graph, gradients: Gradients, quantity: Quantity, before: list[Passage]) -> Iterator[Passage]:
    """Each factor of the chain on its own, stated once, in the order of the chain."""
    told = {passage.id for passage in before}
    for path in gradients.named_paths(quantity):
        for link in path.links:
            subject = derivative(link.of, link.by)
            if link.of == graph.goal or passage_id(subject) in told:
                continue
            told.add(passage_id(subject))
            operation = graph.producer(link.of)
            assert operation is not None
            local = link.local
            for letter in sorted_letters(free_letters(local) - set(letters_of(link.of)) - set(letters_of(link.by))):
                local = Sigma(letter, local)
            steps = [Step(Rule.LOCAL_DERIVATIVE, local, (passage_id(link.of),))]
            steps += gradients.taught(local)
            yield Passage(passage_id(subject), "backward", subject, tuple(steps))


def sorted_letters(letters: frozenset[Letter]) -> list[Letter]:
    """Letters in a fixed order: those of later layers inside."""
    return sorted(letters, key=lambda letter: (letter.axis.layer, letter.copy))


def _trained(graph: Graph) -> list[Quantity]:
    """The parameters that an update moves: not those that are frozen, nor those that the goal does not depend on."""
    reached = {quantity.array() for quantity in targets(graph)}
    return [p for p in graph.parameters if p.array() in reached and p.array() not in graph.frozen]


def _gradients(graph: Graph) -> Iterator[Gradient]:
    """The gradient by every quantity from those before it: what the numbers are computed with, told or not."""
    for quantity in targets(graph):
        parts = []
        for path in paths(graph, quantity, lambda other: other != graph.goal):
            head = None if path.start is None else Ref(derivative(graph.goal, path.start))
            parts.append(substituted(path, head))
        yield Gradient(quantity, tidy(total(parts)))


def functions_of(graph: Graph) -> dict[tuple[str, int], Expression]:
    """The activation functions of this graph and their derivatives, in the free variable x."""
    found: dict[tuple[str, int], Expression] = dict(graph.functions)
    for operation in graph.operations:
        row = operation.activation
        if row is None or row.formula is None:
            continue
        slope = slope_of(row)
        assert slope is not None
        own = row.formula
        found[row.function, 1] = replace_refs(slope, {S.quantity: own}.get)
    return found

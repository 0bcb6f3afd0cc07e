"""The passages of the backward pass: the gradient by one quantity, told in this notation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from backprop_steps.derivation.constants import cancelled, constant, gathered, split_constant
from backprop_steps.derivation.local import Link, slope_at
from backprop_steps.derivation.paths import Path, formal, in_letters, paths, substituted, summed, total
from backprop_steps.derivation.steps import Passage, Rule, Step, passage_id
from backprop_steps.derivation.style import Style
from backprop_steps.expression.quantity import SAMPLES, Letter, Quantity, derivative
from backprop_steps.expression.tidy import tidy
from backprop_steps.expression.transform import nodes, quantities, rebuild, replace_refs
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Chain,
    Derivative,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
    expression,
)
from backprop_steps.network.graph import Graph
from backprop_steps.operations.collapses import COLLAPSES, Collapse

SHORT = 14
"""The size, in nodes of the tree, up to which a known gradient counts as short enough to be written out."""


@dataclass(slots=True)
class Gradients:
    """Makes the passages of the backward pass one by one; each may use those made before it."""

    graph: Graph
    style: Style
    results: dict[Quantity, tuple[Quantity, Expression]] = field(default_factory=dict)
    begun: dict[Quantity, tuple[Quantity, Expression]] = field(default_factory=dict)
    """The error signals of sums without a name, as they stand before anything cancels."""

    def passage(self, quantity: Quantity) -> Passage:
        """The passage about dL/d(quantity), or about delta where that is its name here."""
        delta = self.style.delta(quantity)
        steps = self._steps(quantity)
        if delta is not None:
            steps = self._as_delta(quantity, steps)
        subject = delta if delta is not None else derivative(self.graph.goal, quantity)
        steps = _distinct(steps, subject)
        if delta is not None and self.style.unnamed(quantity):
            self.begun[quantity.array()] = (quantity, steps[0].expression)
        self.results[quantity.array()] = (quantity, steps[-1].expression)
        worked_from = len(steps) - 1
        if self.style.conventions.worked_step == "chain":
            chains = [k for k, s in enumerate(steps) if s.rule in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS)]
            if chains:  # its factors were stated one by one: the numbers follow the product of their names
                steps = steps[: chains[0] + 1] + [step for step in steps[chains[0] :] if step.reason == "collapse"]
                worked_from = len(steps) - 1
        elif self.style.conventions.formulas == "matrix":
            steps += self._spelt_out(steps[-1].expression)
        return Passage(passage_id(subject), "backward", subject, tuple(steps), self.style.worked(quantity), worked_from)

    def _spelt_out(self, node: Expression) -> list[Step]:
        """A gradient reused by name, put in as it was found: between matrices that is still one short line."""

        uses: list[str] = []

        def form(quantity: Quantity) -> Expression | None:
            if quantity.of != self.graph.goal or quantity.by is None:
                return None
            known = self.results.get(quantity.by.array())
            if known is None:
                return None
            uses.append(passage_id(quantity))
            return in_letters(known[1], known[0], quantity.by)

        changed = replace_refs(node, form)
        return [] if changed == node else [Step(Rule.SUBSTITUTION, changed, tuple(dict.fromkeys(uses)), "spelt_out")]

    def _steps(self, quantity: Quantity) -> list[Step]:
        near = self._told(self._paths(quantity, self._reusable))
        sayable = self._told(self._paths(quantity, self._sayable))
        named = self._told(self.named_paths(quantity))
        steps: list[Step] = []
        uses = self._uses(named)
        factors = (*uses, *self._factors(named))
        if any(len(path.links) > 1 or path.start is not None for path in named):
            by_name = total([formal(self.graph, path, len(named) > 1) for path in named])
            steps.append(Step(self._rule(named), by_name, factors if self._by_factors() else uses))
            if self.style.conventions.written_out_factors:
                steps.append(Step(Rule.SUBSTITUTION, self._written_out(named), factors, "written_out"))
            spread = self._spread(near) if near != sayable else None
            steps.append(Step(Rule.SUBSTITUTION, spread or self._substituted(named), factors))
            if spread is not None:
                return [*steps, self._by_signal(near)]
        else:
            raw = total([summed(path, path.links[-1].raw) for path in named])
            steps.append(Step(Rule.LOCAL_DERIVATIVE, raw, factors, "power_rule"))
        steps.append(Step(Rule.SIMPLIFICATION, self._simplified(named)))
        if near != sayable:
            steps.append(self._by_signal(near))
        steps += self.taught(steps[-1].expression)
        steps += self._collapse(quantity) or [Step(Rule.SIMPLIFICATION, cancelled(steps[-1].expression))]
        return [*steps, *self._error(steps[-1].expression)]

    # which gradients a chain may end at

    def _reusable(self, quantity: Quantity) -> bool:
        if quantity.array() in self._upstream():
            return True
        return quantity != self.graph.goal and self.style.stated(quantity)

    def _sayable(self, quantity: Quantity) -> bool:
        if quantity.array() in self._upstream():
            return True
        return self._reusable(quantity) and not self.style.unnamed(quantity)

    def _upstream(self) -> set[Quantity]:
        return {quantity.array() for quantity in self.graph.upstream}

    def _paths(self, quantity: Quantity, known: object) -> list[Path]:
        assert callable(known)
        return paths(self.graph, quantity, known)

    def _rule(self, found: list[Path]) -> Rule:
        units = any(letter.axis.kind == "unit" and letter.axis.size != 1 for path in found for letter in path.summed)
        return Rule.SUM_OVER_PATHS if len(found) > 1 or units else Rule.CHAIN_RULE

    def _uses(self, found: list[Path]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._name(path.start) for path in found if path.start is not None))

    def _by_factors(self) -> bool:
        """Whether each factor of a chain was told on its own, before the product of their names."""
        return self.style.conventions.local_derivatives

    def _factors(self, found: list[Path]) -> tuple[str, ...]:
        """Where each factor of a chain comes from: it was told on its own, or it follows from what its top is."""
        names = []
        for link in (link for path in found for link in path.links):
            own = self._by_factors() and link.of != self.graph.goal
            names.append(passage_id(derivative(link.of, link.by) if own else link.of))
        return tuple(dict.fromkeys(names))

    def _name(self, quantity: Quantity) -> str:
        return passage_id(self.style.delta(quantity) or derivative(self.graph.goal, quantity))

    # what stands for a known gradient

    def _head(self, start: Quantity | None) -> Expression | None:
        if start is None:
            return None
        delta = self.style.delta(start)
        if delta is not None:
            return Ref(delta) if self.style.conventions.delta_sign == 1 else Negative(Ref(delta))
        known = self.results.get(start.array())
        if known is not None and self._worth_spelling(known[1]):
            return in_letters(known[1], known[0], start)
        return Ref(derivative(self.graph.goal, start))

    def _worth_spelling(self, result: Expression) -> bool:
        match self.style.conventions.spell_out:
            case "always":
                return True
            case "short":
                found = tuple(nodes(result))
                by_name = any(isinstance(node, Ref) and node.quantity.role == "derivative" for node in found)
                return not by_name and not any(isinstance(node, Sigma) for node in found) and len(found) <= SHORT
            case "atomic":
                body = result.body if isinstance(result, Negative) else result
                known = (
                    isinstance(body, Ref) and body.quantity.role == "derivative"
                )  # by its own name as well as by this
                return isinstance(body, Ref | Number) and not known

    def _substituted(self, found: list[Path]) -> Expression:
        apart = self.style.conventions.links_apart
        parts = [substituted(path, self._head(path.start), apart=apart) for path in found]
        return total([_signed(part, len(found) > 1) for part in parts])

    def _by_signal(self, found: list[Path]) -> Step:
        return Step(Rule.SIMPLIFICATION, self._simplified(found), self._uses(found), "delta_name")

    def _spread(self, found: list[Path]) -> Expression | None:
        """The same product gathered by the weighted sums of softmax, each with its error signal as that was found.

        Every output depends on every sum: one by one the terms would be as many as outputs times sums, in an order in
        which no error signal is seen.
        """
        parts: list[Expression] = []
        for path in found:
            signal = (
                self.begun.get(path.start.array()) if path.start is not None and self.style.coupled_output else None
            )
            if signal is None or path.start is None:
                return None
            head = in_letters(signal[1], signal[0], path.start)
            parts.append(substituted(path, Negative(head) if self.style.conventions.delta_sign == -1 else head))
        return total([_signed(part, len(found) > 1) for part in parts])

    def _simplified(self, found: list[Path]) -> Expression:
        parts = []
        for path in found:
            head = self._head(path.start)
            factors = tuple(link.local for link in path.links)
            if isinstance(head, Sigma | Sum):
                # a gradient spelt out as a sum stays as it was found, its terms' signs included
                rest = gathered(_flat(tidy(Product(factors)))) if factors else expression(1)
                parts.append(summed(path, head if rest == expression(1) else _flat(Product((head, rest)))))
                continue
            body = gathered(_flat(tidy(Product(factors if head is None else (head, *factors)))))
            over_units = all(letter.axis.kind == "unit" for letter in path.summed)
            several = len(found) > 1 or any(letter.axis.size != 1 for letter in path.summed)
            if several and over_units:
                parts.append(summed(path, _kept_sign(body, head)))
            else:
                parts.append(_before_sum(path, body))
        return tidy(total(parts)) if len(parts) > 1 else parts[0]

    def _written_out(self, found: list[Path]) -> Expression:
        parts = []
        for path in found:
            factors: list[Expression] = []
            if path.start is not None:
                factors.append(self._head(path.start) or Ref(derivative(self.graph.goal, path.start)))
            for link in path.links:
                operation = self.graph.producer(link.of)
                assert operation is not None
                body = operation.named or operation.formula
                factors.append(Derivative(in_letters(body, operation.output, link.of), Ref(link.by)))
            parts.append(summed(path, Product(tuple(factors))))
        return total(parts)

    # what is said after the chain rule

    def named_paths(self, quantity: Quantity) -> list[Path]:
        """The paths up to a gradient that can be said, with every factor between quantities that have names."""
        return [path.merged(self.style.stepped_over) for path in self._paths(quantity, self._sayable)]

    def _told(self, found: list[Path]) -> list[Path]:
        """The paths with each factor as it was told on its own, where it was: a(1 - a) for the slope.

        Of a factor that has a number, but no formula without cases, the name is enough.
        """
        if not self._by_factors():
            return found
        return [replace(path, links=tuple(map(self._told_link, path.links))) for path in found]

    def _told_link(self, link: Link) -> Link:
        if not self.graph.symbolic and link.of != self.graph.goal and _by_cases(link.local):
            return replace(link, local=Ref(derivative(link.of, link.by)))
        steps = self.taught(link.local)
        return replace(link, local=steps[-1].expression) if steps else link

    def taught(self, node: Expression) -> list[Step]:
        """Each slope in the form in which it is taught, a(1 - a), where that is one formula."""

        uses: list[str] = []

        def form(quantity: Quantity) -> Expression | None:
            found = self._slope(quantity) if quantity.role == "slope" else None
            if found is not None:
                uses.append(passage_id(Quantity("activation", quantity.layer)))
            return found

        changed = replace_refs(node, form)
        if changed == node:
            return []
        return [Step(Rule.SIMPLIFICATION, _resolved(changed), tuple(dict.fromkeys(uses)), "taught_form")]

    def _slope(self, slope: Quantity) -> Expression | None:
        activation = Quantity("activation", slope.layer, slope.index, slope.sample)
        operation = self.graph.producer(activation)
        assert operation is not None
        assert operation.activation is not None
        z = Quantity("pre_activation", slope.layer, slope.index, slope.sample)
        form = slope_at(operation.activation, activation, z)
        if form is None or isinstance(form, Cases):
            return None
        if self.style.unnamed(z) and z in quantities(form):
            return None  # the whole sum, wherever the form says z, is no form to teach
        return form

    def _collapse(self, quantity: Quantity) -> list[Step]:
        """Output minus target, where activation and loss are a pair that collapses.

        The lemma of the collapse is about the pre-activation: where that has no name the line before it stands here.
        """
        if quantity.role != "pre_activation" or quantity.layer != self.graph.depth:
            return []
        collapse = collapse_of(self.graph)
        if collapse is None:
            return []
        loss = self.graph.producer(self.graph.goal)
        assert loss is not None
        mean = any(q.role == "samples" for q in quantities(loss.formula))

        def step(found: Sum, reason: str) -> Step:
            node: Expression = found
            if self.style.conventions.difference == "target_minus_output":
                node = Negative(node)
            if mean:
                node = gathered(Product((Quotient(expression(1), Ref(SAMPLES)), node)))
            return Step(Rule.SIMPLIFICATION, node, reason=reason)

        steps = [step(difference(self.graph, self.style), "collapse")]
        if self.style.unnamed(quantity):
            steps.insert(0, step(uncollapsed(self.graph, self.style, collapse), "cancelled"))
        return steps

    def _error(self, node: Expression) -> list[Step]:
        """The difference of target and output by its name, where it has one."""
        if not self.style.named("error"):
            return []

        def change(part: Expression) -> Expression:
            error = error_of(part, self.style)
            return Ref(error) if error is not None else rebuild(part, change)

        changed = change(node)
        if changed == node:
            return []
        return [Step(Rule.SUBSTITUTION, changed, (passage_id(_found(changed)),), "error_name")]

    def _as_delta(self, quantity: Quantity, steps: list[Step]) -> list[Step]:
        """The same chain about delta: its definition first, and every member with delta's sign."""
        gradient: Expression = Ref(derivative(self.graph.goal, quantity))
        if self.style.conventions.delta_sign == -1:
            gradient = Negative(gradient)
            steps = [Step(s.rule, _minus(s.expression), s.uses, s.reason) for s in steps]
            if self.style.unnamed(quantity):
                return [s for s in steps if s.rule not in (Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS)] or steps
        elif self.style.unnamed(quantity):
            return steps
        return [Step(Rule.DEFINITION, gradient), *steps]


def collapse_of(graph: Graph) -> Collapse | None:
    """The collapse of the last activation with the loss; None where they are no such pair."""
    activation = graph.producer(Quantity("activation", graph.depth))
    loss = next((operation.loss for operation in graph.operations if operation.loss is not None), None)
    if activation is None or activation.activation is None or loss is None:
        return None
    return COLLAPSES.get((activation.activation.name, loss.name))


def difference(graph: Graph, style: Style) -> Sum:
    """Target and output, subtracted in the order of this notation."""
    activation = graph.producer(Quantity("activation", graph.depth))
    assert activation is not None
    output = activation.output
    a, y = Ref(output), Ref(Quantity("target", output.layer, output.index, output.sample))
    return y - a if style.conventions.difference == "target_minus_output" else a - y


def uncollapsed(graph: Graph, style: Style, collapse: Collapse) -> Sum:
    """What is left of the product when the outputs are cancelled: y(1 - a) - (1 - y)a, or y_j - a_j Σ_m y_m."""
    activation = graph.producer(Quantity("activation", graph.depth))
    assert activation is not None
    output = activation.output
    target = Quantity("target", output.layer, output.index, output.sample)
    a, y = Ref(output), Ref(target)
    kept: Expression = Product((y, 1 - a))
    lost: Expression = Product((1 - y, a))
    if collapse.because == "targets_sum_to_one":
        letter = output.index[0]
        assert isinstance(letter, Letter)
        other = Letter(letter.axis, letter.copy + 1)
        kept, lost = y, Product((a, Sigma(other, Ref(target.at(other, sample=target.sample)))))
    first, second = (kept, lost) if style.conventions.difference == "target_minus_output" else (lost, kept)
    return Sum((first, Negative(second)))


def error_of(node: Expression, style: Style) -> Quantity | None:
    """The error that a difference of target and output is, in the order of this notation."""
    match node:
        case Sum((Ref(first), Negative(Ref(second)))) if {first.role, second.role} == {"target", "activation"}:
            order = "target" if style.conventions.difference == "target_minus_output" else "activation"
            if first.role == order and (first.index, first.sample) == (second.index, second.sample):
                return Quantity("error", first.layer, first.index, first.sample, generation=first.generation)
    return None


def _signed(node: Expression, one_of_several: bool) -> Expression:
    """The minus of a product's first factor before the product; among several terms it stays with its factor."""
    if isinstance(node, Sigma) and node.letter.axis.size == 1:
        body = _signed(node.body, one_of_several)
        return Negative(Sigma(node.letter, body.body)) if isinstance(body, Negative) else Sigma(node.letter, body)
    if one_of_several or not isinstance(node, Product) or not isinstance(node.factors[0], Negative):
        return node
    first = node.factors[0].body
    if isinstance(node, Chain):
        return Negative(Chain((first, *node.factors[1:])))
    return Negative(Product((*(first.factors if isinstance(first, Product) else (first,)), *node.factors[1:])))


def _before_sum(path: Path, body: Expression) -> Expression:
    """The constant and the sign of a product before the sum over the samples."""
    size, mean, rest = split_constant(body)
    front = constant(abs(size), mean)
    inner = expression(1) if not rest else rest[0] if len(rest) == 1 else Product(rest)
    node = summed(path, inner)
    if not path.summed:
        return body
    if front is not None:
        node = Product((front, node))
    return Negative(node) if size < 0 else node


def _found(node: Expression) -> Quantity:
    return next(quantity for quantity in quantities(node) if quantity.role == "error")


def _minus(node: Expression) -> Expression:
    if isinstance(node, Sigma):
        return Sigma(node.letter, _minus(node.body))
    return gathered(Negative(node))


def _kept_sign(body: Expression, head: Expression | None) -> Expression:
    """In a sum over paths the minus of a head with a name stays with it: (-delta) W, so that the terms add."""
    if not isinstance(head, Negative) or not isinstance(head.body, Ref):
        return body
    if isinstance(body, Negative) and isinstance(body.body, Product):
        factors = body.body.factors
        if factors[0] == head.body:
            return Product((head, *factors[1:]))
    return body


def _resolved(node: Expression) -> Expression:
    return gathered(_flat(tidy(node))) if not isinstance(node, Sigma | Sum) else tidy(node)


def _flat(node: Expression) -> Expression:
    """Products within a product become its factors."""
    if isinstance(node, Negative):
        return Negative(_flat(node.body))
    if not isinstance(node, Product):
        return node
    flat: list[Expression] = []
    for factor in node.factors:
        flat += factor.factors if isinstance(factor, Product) else (factor,)
    return Product(tuple(flat))


def _by_cases(node: Expression) -> bool:
    """Whether it depends on a case, or is the slope of a function that does."""
    return any(isinstance(part, Cases) or (isinstance(part, Apply) and part.primes > 0) for part in nodes(node))


def _distinct(steps: list[Step], subject: Quantity) -> list[Step]:
    """Without the steps that change nothing, or only say the subject again."""
    kept: list[Step] = []
    for step in steps:
        if step.expression == Ref(subject) or (kept and kept[-1].expression == step.expression):
            continue
        kept.append(step)
    return kept

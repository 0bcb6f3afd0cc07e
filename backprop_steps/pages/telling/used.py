"""What a passage takes from passages that its sheet leaves out, where only a part of the derivation was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_steps.derivation.steps import Passage
from backprop_steps.evaluation.evaluate import generation_of
from backprop_steps.expression.quantity import GIVEN_ROLES, Index, Letter, Quantity, derivative
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Ref
from backprop_steps.pages.telling.lines import Line, Member
from backprop_steps.pages.telling.telling import Binding, Telling

_BACKWARD = ("delta", "derivative", "error")
"""What is named on a symbolic sheet; what the forward pass computes has its symbol, and needs no value."""


class Used:
    """Says what passages use and what it is: its value, or, on a symbolic sheet, its formula.

    What the sheet itself works out, and what was named before, is not named again.
    """

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.known: set[Quantity] = set()

    def by(
        self, passage: Passage, bindings: Sequence[Binding], generation: int, lines: Sequence[Line]
    ) -> tuple[Line, ...]:
        """What these lines, about these elements of a passage, use; in the order in which they do."""
        numeric = any(member.numeric for line in lines for member in line.members)
        if self.telling.evaluation is not None and not numeric:
            return ()  # formulas before the numbers: what goes into them is said there
        found: list[Line] = []
        for quantity in self._in(passage, bindings, generation, lines):
            if quantity in self.known or quantity.array() in self.known or self._given(quantity):
                continue
            self.known.add(quantity)
            line = self._valued(quantity) if numeric else self._defined(quantity)
            found += [line] if line is not None else []
        self.known |= {line.subject for line in lines}
        return tuple(found)

    def _in(
        self, passage: Passage, bindings: Sequence[Binding], generation: int, lines: Sequence[Line]
    ) -> Iterator[Quantity]:
        if self.telling.evaluation is None:
            yield from (q for line in lines for q in quantities(line.result) if q.role in _BACKWARD)
        elif self.telling.notation.conventions.numbers == "matrix" and self.telling.is_array(passage):
            yield from self.telling.uses_of_array(passage, generation)
        else:
            for binding in bindings:
                yield from self.telling.uses(passage, binding, generation)

    def _given(self, quantity: Quantity) -> bool:
        graph = self.telling.derivation.graph
        generation = generation_of(quantity)
        before = quantity.after(-generation)
        if quantity.role in GIVEN_ROLES or before in graph.frozen:
            return True
        arrays = {parameter.array() for parameter in graph.parameters}
        if not generation and (before in graph.values or before in arrays):
            return True
        arriving = {one for q in graph.upstream for one in (q, q.array())}
        z = before.by or Quantity("pre_activation", before.layer, before.index, before.sample)
        return z in arriving and before in (Quantity("delta", z.layer, z.index, z.sample), derivative(graph.goal, z))

    def _valued(self, quantity: Quantity) -> Line | None:
        evaluation = self.telling.evaluation
        assert evaluation is not None
        literal = evaluation.literal(quantity)
        if literal is None:
            return self.telling.array_value(quantity)
        number = literal[0]
        exact = number.exact or number.value == evaluation.value(quantity)
        return Line(quantity, Ref(quantity), (Member("=" if exact else "≈", number, numeric=True),), quantity.layer)

    def _defined(self, quantity: Quantity) -> Line | None:
        """The last formula of what is used, in the view in which it is used."""
        passage = self.telling.derivation.passage(quantity)
        if passage is None:
            return None
        places = zip(_indices(passage.quantity), _indices(quantity), strict=False)
        binding = {letter: i for letter, i in places if isinstance(letter, Letter) and isinstance(i, int)}
        if binding:
            line = self.telling.formula(passage, binding)
        else:
            array = self.telling.array_formula(passage) if quantity == quantity.array() else None
            line = array or self.telling.index_formula(passage)
        return Line(line.subject, line.head, line.members[-1:], line.layer, line.ranges)


def _indices(quantity: Quantity) -> tuple[Index | None, ...]:
    about = quantity.by if quantity.by is not None else quantity
    return (*about.index, about.sample)

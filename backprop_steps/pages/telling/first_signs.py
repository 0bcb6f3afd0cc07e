"""What a sheet explains where it first uses it: the array of ones, [k = j], an activation's slope, an array's power."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import nodes, quantities
from backprop_steps.expression.tree import Constant, Expression, Kronecker, Power, Ref, Transpose
from backprop_steps.network.graph import Graph
from backprop_steps.pages.telling.sheet import Entry, Part
from backprop_steps.pages.telling.telling import Telling

ONES = Constant("ones")


@dataclass(frozen=True, slots=True)
class FirstSigns:
    """The entries that print a sign first, None where none does; of [k = j] also how it is printed there.

    `transposed` multiplies by the transpose of weights, `turned`, on the way back. `slopes` has the entries that first
    use the slope of an activation, each with the layers whose slopes those are. `raised` is the entry with a power of
    an array, `power`.
    """

    ones: Entry | None = None
    indicator: Entry | None = None
    indicated: Kronecker | None = None
    transposed: Entry | None = None
    turned: Quantity | None = None
    slopes: tuple[tuple[Entry, tuple[int, ...]], ...] = ()
    raised: Entry | None = None
    power: Power | None = None

    def slopes_at(self, entry: Entry) -> tuple[int, ...]:
        """The layers of the activations whose slopes this entry uses first."""
        return next((layers for first, layers in self.slopes if first is entry), ())


def first_signs(sheets: Sequence[tuple[Telling, Sequence[Part]]]) -> FirstSigns:
    """Where a page comes upon each of them: on its sheet, or on one that follows with another activation."""
    slopes: list[tuple[Entry, tuple[int, ...]]] = []
    seen: set[str] = set()
    for telling, parts in sheets:
        for entry in _entries(parts):
            layers = slopes_of(telling, entry)
            names = {layer: _name(telling.derivation.graph, layer) for layer in layers}
            new = {name: layer for layer, name in names.items() if name not in seen}
            if new:
                slopes.append((entry, tuple(new.values())))
                seen |= new.keys()
    telling, parts = sheets[0]
    graph = telling.derivation.graph
    ones = indicator = indicated = None
    shared = any(parameter.role in ("bias", "threshold") and not parameter.index for parameter in graph.parameters)
    if graph.batch or shared:
        ones = next((entry for entry in _entries(parts) if any(node == ONES for node in _signs(entry))), None)
    if any(operation.activation is not None and operation.activation.coupled for operation in graph.operations):
        found = ((entry, node) for entry in _entries(parts) for node in _signs(entry) if isinstance(node, Kronecker))
        indicator, indicated = next(found, (None, None))
    weights = ((entry, weight) for entry in _entries(parts) for weight in _turned(entry))
    transposed, turned = next(weights, (None, None))
    powers = ((entry, power) for other, made in sheets for entry in _entries(made) for power in _powers(other, entry))
    raised, power = next(powers, (None, None))
    return FirstSigns(ones, indicator, indicated, transposed, turned, tuple(slopes), raised, power)


def slopes_of(telling: Telling, entry: Entry) -> tuple[int, ...]:
    """The layers whose slopes an entry speaks of, by name or in the form in which they are taught."""
    if entry.passage.section != "backward":
        return ()
    told = {use for step in entry.passage.steps if step.reason == "taught_form" for use in step.uses}
    layers = [passage.layer for passage in telling.derivation.passages if passage.id in told]
    named = [q.layer for step in entry.passage.steps for q in quantities(step.expression) if q.role == "slope"]
    return tuple(dict.fromkeys((*layers, *named)))


def _name(graph: Graph, layer: int) -> str:
    operation = graph.producer(Quantity("activation", layer))
    return "" if operation is None or operation.activation is None else operation.activation.function


def _entries(parts: Sequence[Part]) -> Iterator[Entry]:
    for part in parts:
        for section in part.sections:
            yield from section.entries


def _turned(entry: Entry) -> Iterator[Quantity]:
    """The weights whose transpose an entry prints."""
    for node in _signs(entry) if entry.passage.section == "backward" else ():
        if isinstance(node, Transpose) and isinstance(node.body, Ref) and node.body.quantity.role == "weight":
            yield node.body.quantity


def _powers(telling: Telling, entry: Entry) -> Iterator[Power]:
    """The powers of whole arrays that an entry prints."""
    for node in _signs(entry):
        if isinstance(node, Power) and isinstance(node.base, Ref):
            array = node.base.quantity
            known = telling.derivation.passage(array) if array == array.array() else None
            if known is not None and any(letter.axis.size != 1 for letter in known.letters):
                yield node


def _signs(entry: Entry) -> Iterator[Expression]:
    """All that an entry's formulas are made of.

    Lines about one element of an array are left out: they are most of a sheet, and no array stands in them.
    """
    for line in entry.lines:
        if any(type(index) is int for index in line.about.index):
            continue
        for member in line.members:
            yield from nodes(member.expression)

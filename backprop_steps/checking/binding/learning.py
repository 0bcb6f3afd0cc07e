"""What is learnt from a page: which notation it is in, and what its own names stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from backprop_steps.checking.binding.binder import key_of
from backprop_steps.checking.binding.plain import JOINED
from backprop_steps.checking.binding.symbols import LETTERS, NotationTable, SymbolTable, without_update
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.names import KNOWN
from backprop_steps.checking.reading.walking import nodes_of_chain
from backprop_steps.checking.truth.literals import close, unit
from backprop_steps.checking.truth.tensors import NoValue, labels_of, same
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.checking.truth.world import Unknown, World
from backprop_steps.expression.arithmetic import ArithmeticFault
from backprop_steps.expression.quantity import LEARNING_RATE, LOSS, Quantity, derivative
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression, Negative, Number, Ref, Sum

_MIXED = re.compile(r"[^\W_]*[0-9][^\W_]*[^\W\d_][^\W_]*")
"""A name with a letter behind a digit."""
NEARLY = 0.75
"""A notation that so much of a page is in may be the page's."""
_NODES = frozenset({"z", "delta"})
_OF_LAYERS = frozenset({"w", "W", "b", *_NODES})


def symbols(page: w.Page) -> Iterator[w.Symbol]:
    """Every symbol of a page, in order."""
    for chain in page.chains:
        yield from symbols_of(chain)


def symbols_of(chain: w.Chain) -> Iterator[w.Symbol]:
    """Every symbol of a chain, in order."""
    return (node for node in nodes_of_chain(chain) if isinstance(node, w.Symbol))


def recognised(page: w.Page, table: SymbolTable, own: str) -> list[str]:
    """The notation in which the most symbols of the page are exactly so, and those in which nearly as many are; of
    equal ones the problem's own first.
    """
    distinct = {key_of(symbol) for symbol in symbols(page)}
    counts: Counter[str] = Counter()
    for _, one in table.tables:
        known = sum(_exact(one, symbol, table) for symbol in distinct)
        counts[one.name] = max(counts[one.name], known)
    best = max(counts.values(), default=0)
    near = [name for name, count in counts.items() if count >= NEARLY * best]
    return sorted(near, key=lambda name: (-counts[name], name != own))


def first_layer(page: w.Page, usual: int, depth: int) -> tuple[int | None, bool]:
    """The number of the first layer with weights, where the page's numbers say that it is not the usual one (None); and
    whether weights have the number of the layer that they lead from, one less than what they lead to.
    """
    nodes, weights = set[int](), set[int]()
    for symbol in symbols(page):
        number = _layer_above(symbol)
        if number is not None:
            (nodes if symbol.base in _NODES else weights).add(int(number))
    if depth + 1 in nodes and 1 not in nodes and weights and max(weights) <= depth:
        return (None if usual == 2 else 2), True
    found = nodes | weights
    if usual == 2 and 1 in found:
        return 1, False  # where the inputs are layer 1, no weights are in it
    return (2 if usual == 1 and depth + 1 in found and 1 not in found else None), False


def _layer_above(symbol: w.Symbol) -> str | None:
    """The number that stands above what belongs to a layer with weights, if it can be its layer only."""
    if symbol.base not in _OF_LAYERS or symbol.sup[:1] in (("+",), ("-",)):
        return None
    match symbol.sup:
        case ("(" | "[", number, ")" | "]", *rest) if not any(token.isdecimal() for token in rest):
            return number if number.isdecimal() and len(number) == 1 else None
        case ("1",):
            return "1"
    return None


def _exact(one: NotationTable, symbol: w.Symbol, table: SymbolTable) -> bool:
    plain, _ = without_update(symbol)
    return any(cost == 0 for cost, _ in one.read(plain, table.names))


def vocabulary(tables: Iterable[NotationTable], names: Iterable[str]) -> frozenset[str]:
    """The words of several letters that a page may use."""
    found: set[str] = {"new", "total", "Loss", "Err", "net", "out", "target", "grad", "data", *JOINED, *KNOWN}
    for letters in LETTERS.values():
        found |= {letter.split()[-1] for letter in letters}
    for table in tables:
        for entries in table.entries.values():
            for entry in entries:
                found.add(entry.form.base)
                found |= {atom for atom in (*entry.form.sub, *entry.form.sup) if isinstance(atom, str)}
    found |= set(names)
    return frozenset(word for word in found if len(word) > 1 and (word.isalpha() or _MIXED.fullmatch(word)))


def meant(truth: Truth, signs: Signs, node: Expression, symbol: w.Symbol) -> Expression:
    """What a new name stands for: the one quantity that its definition is the value of; otherwise the definition."""
    for quantity in quantities_like(truth, signs, node):
        if not _clashes(symbol, quantity):
            return Ref(quantity)
    array = array_like(truth, signs, node)
    return Ref(array) if array is not None else node


def array_like(truth: Truth, signs: Signs, node: Expression) -> Quantity | None:
    """The array of values, or of derivatives by them, that has this formula's entries in every world; None for none."""
    if not any(truth.axes(quantity) for quantity in quantities(node)):
        return None
    outputs = [operation.output.array() for operation in truth.graph.operations if truth.axes(operation.output.array())]
    for quantity in (*outputs, *(derivative(truth.graph.goal, output) for output in outputs)):
        if all(_is_array(truth, signs, world, node, quantity) for world in truth.worlds):
            return quantity
    return None


def _is_array(truth: Truth, signs: Signs, world: World, node: Expression, quantity: Quantity) -> bool:
    values = truth.valuation(world, signs)
    try:
        true = values.tensor_of(quantity)
        found = values.value(node, labels_of(true))
    except (NoValue, ArithmeticFault, Unknown):
        return False
    return set(labels_of(found)) == set(labels_of(true)) and same(found, true, close)


def _clashes(symbol: w.Symbol, quantity: Quantity) -> bool:
    """Whether the name's own index speaks against the quantity."""
    digits = "".join(token for token in symbol.sub if token.isdecimal())
    return bool(digits) and bool(quantity.index) and digits[-1:] not in {str(index) for index in quantity.index}


def quantities_like(truth: Truth, signs: Signs, node: Expression) -> Iterator[Quantity]:
    """The elements that have this formula's value in every world."""
    values = []
    for world in truth.worlds:
        try:
            value = truth.valuation(world, signs).value(node)
        except (ArithmeticFault, Unknown, Exception):
            return
        if not isinstance(value, Decimal):
            return
        values.append((world, value))
    for quantity in elements(truth):
        try:
            if all(_near(truth.number(world, quantity, signs), value) for world, value in values):
                yield quantity
        except (ArithmeticFault, Unknown):
            continue


def elements(truth: Truth) -> Iterator[Quantity]:
    """Every element that a page may be about: forward values, their derivatives, the parameters' gradients."""
    graph = truth.graph
    goal = graph.goal
    for operation in graph.operations:
        for _, element in truth.elements(operation.output.array()):
            yield element
    for operation in graph.operations:
        if operation.output != goal:
            for _, element in truth.elements(operation.output.array()):
                yield derivative(goal, element)
                if element.role == "activation":
                    yield Quantity("slope", element.layer, element.index, element.sample)
                    if element.layer == graph.depth:
                        yield Quantity("error", element.layer, element.index, element.sample)
    for parameter in graph.parameters:
        for _, element in truth.elements(parameter.array()):
            yield derivative(goal, element)


def difference_like(truth: Truth, signs: Signs, node: Expression) -> Quantity | None:
    """The error of the only output, where numbers that are subtracted come to it at their digits."""
    depth, own = truth.graph.depth, truth.own
    match node:
        case Sum(terms=(Number() as one, Negative(Number() as two))):
            places = [unit(one.text), unit(two.text)]
        case _:
            return None
    if own is None or truth.graph.units[depth:] != (1,) or truth.graph.batch or not depth:
        return None
    error = Quantity("error", depth, (1,))
    try:
        value, true = truth.valuation(own, signs).value(node), truth.number(own, error, signs)
    except (NoValue, ArithmeticFault, Unknown):
        return None
    return error if isinstance(value, Decimal) and abs(abs(value) - abs(true)) <= max(places) else None


def given_like(truth: Truth, number: Decimal, symbol: w.Symbol) -> Quantity | None:
    """The learning rate, or the one given value, that a new name is set to."""
    if truth.own is None:
        return None
    values: Mapping[Quantity, Decimal] = truth.own.passes[0].given
    rate = symbol.base in LETTERS["learning_rate"] or symbol.base.lower() == "lr"
    if rate and values.get(LEARNING_RATE) == number:
        return LEARNING_RATE
    if rate and len(symbol.base) > 1:
        return None  # a rate of another experiment
    found = [quantity for quantity, value in values.items() if value == number]
    by_letter = [quantity for quantity in found if symbol.base in LETTERS.get(quantity.role, ())]
    if len(by_letter) == 1:
        return by_letter[0]  # b_h = 0.2
    return found[0] if len(found) == 1 and not symbol.sub else None


def _near(one: Decimal, two: Decimal) -> bool:
    return abs(one - two) <= Decimal("1e-12") * max(abs(one), abs(two)) and bool(one)


__all__ = [
    "LOSS",
    "difference_like",
    "first_layer",
    "given_like",
    "meant",
    "quantities_like",
    "recognised",
    "symbols",
    "vocabulary",
]

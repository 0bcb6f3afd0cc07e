"""The update rule and how many updates are made."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_steps.expression.tree import Number
from backprop_steps.problem.keys import MOST_STEPS, OPTIMIZER
from backprop_steps.problem.model import Optimizer
from backprop_steps.problem.names import check_frozen
from backprop_steps.problem.network import Reading
from backprop_steps.source.cursor import Cursor, Section, hint
from backprop_steps.source.literals import is_name, short
from backprop_steps.source.nodes import MapNode, Scalar


def read_optimizer(
    section: Section, *, network: Reading | None = None, values: Sequence[str] | None = None
) -> Optimizer | None:
    """The optimizer, or None. `values` are the names of a circuit's values; None: the problem is a layered network."""
    cursor = section.get("optimizer")
    if cursor is None:
        return None
    if not cursor.is_mapping:
        text = cursor.scalar("gradient_descent, or a mapping with learning_rate")
        if text is not None and text != "gradient_descent":
            cursor.report.add(cursor.place, f"unknown optimizer {short(text)}{hint(text, ['gradient_descent'])}")
        elif text is not None and values is not None:
            cursor.wrong(_PARAMETERS)
        return Optimizer()
    keys = cursor.section(OPTIMIZER, "optimizer: ", "optimizer: ")
    if keys is None:
        return None
    kind, rate = keys.get("kind"), keys.get("learning_rate")
    if kind is not None:
        kind.renamed("optimizer").choice(("gradient_descent",))
    learning_rate = _learning_rate(rate) if rate is not None else None
    frozen, parameters = keys.get("frozen"), keys.get("parameters")
    if values is None:
        if parameters is not None:
            parameters.wrong("is for circuits; all weights and biases are updated, but those under frozen")
        patterns = _texts(frozen, "a pattern (b*, W1[2,*]), or a list of them") if frozen is not None else []
        if network is not None:
            check_frozen(patterns, network.parts, network.input_units, network.rows)
        return Optimizer(learning_rate, frozen=tuple(text for _, text in patterns))
    if frozen is not None:
        frozen.wrong("is for layered networks; a circuit names what is updated under parameters")
    if parameters is None:
        cursor.wrong(_PARAMETERS)
        return None
    return Optimizer(learning_rate, parameters=_parameters(parameters, values))


_PARAMETERS = "must name the values that are updated: parameters: [x, y]"


def _learning_rate(cursor: Cursor) -> Number | None:
    text = cursor.scalar("a number")
    if text is None:
        return None
    if is_name(text) and text.lower() not in ("inf", "infinity", "nan"):
        cursor.wrong(f"must be a number, found {short(text)}; left out, it stays a symbol")
        return None
    number = cursor.number()
    if number is not None and number.value <= 0:
        cursor.wrong(f"must be greater than 0, found {number.text}")
        return None
    return number


def _texts(cursor: Cursor, wanted: str) -> list[tuple[Cursor, str]]:
    """One text, or a list of texts."""
    parts = (cursor.items(wanted) or []) if cursor.is_list else [cursor]
    read = [(part, part.scalar(wanted)) for part in parts]
    return [(part, text) for part, text in read if text is not None]


def _parameters(cursor: Cursor, values: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for part, text in _texts(cursor, "a name, or a list of names"):
        if text not in values:
            remedy = hint(text, values)
            part.report.add(part.place, f"optimizer: parameters: {short(text)} is not one of the values{remedy}")
        elif text in found:
            part.report.add(part.place, f"optimizer: parameters: {short(text)} is repeated")
        else:
            found.append(text)
    return tuple(found)


def read_steps(section: Section, numeric: bool | None) -> int:
    """The number of updates. `numeric` None: not known, because of mistakes."""
    cursor = section.get("steps")
    if cursor is None:
        return 1
    steps = cursor.whole(1, MOST_STEPS)
    optimizer = section.get("optimizer")
    if optimizer is None:
        cursor.report.add(section.places["steps"], "steps needs an optimizer: {learning_rate: ...}")
        return 1
    rated = isinstance(optimizer.node, MapNode) and any(
        isinstance(key, Scalar) and key.text == "learning_rate" for key, _ in optimizer.node.entries
    )
    if numeric and not rated:
        cursor.report.add(section.places["steps"], "steps needs a learning_rate in the optimizer")
    elif numeric is False and steps is not None and steps > 1:
        cursor.wrong(
            f"is {steps}, but the problem is not given in numbers; further steps would only repeat the symbols"
        )
    return steps or 1

"""Formulas of the problem file: read by the project's own grammar, mistakes placed at their character."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.reading import FormulaError, read_formula
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression
from backprop_steps.source.cursor import Cursor
from backprop_steps.source.nodes import Scalar


def formula_of(cursor: Cursor, names: dict[str, Quantity], used: Iterable[str] = ()) -> Expression | None:
    """The formula of a scalar. The names in `used` must occur in it."""
    if cursor.scalar("a formula") is None or not isinstance(cursor.node, Scalar):
        return None
    try:
        formula = read_formula(cursor.node.text, names)
    except FormulaError as error:
        cursor.report.add(cursor.node.at(error.column), f"{cursor.what}: {error.message}")
        return None
    found = set(quantities(formula))
    missing = [name for name in used if names[name] not in found]
    if missing:
        cursor.wrong(f"does not depend on {' and '.join(missing)}")
        return None
    return formula

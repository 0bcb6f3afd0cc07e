"""Formulas of the problem file: read by the project's own grammar, mistakes placed at their character."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.reading import FormulaError, read_formula
from backprop_steps.expression.transform import quantities, size
from backprop_steps.expression.tree import Expression
from backprop_steps.source.cursor import Cursor
from backprop_steps.source.nodes import Scalar

LARGEST_WORKED = 120
"""The bound on a formula whose derivative is worked line by line, in numbers, letters, signs and functions."""


def worked_formula_of(cursor: Cursor, names: dict[str, Quantity], used: Iterable[str]) -> Expression | None:
    """The formula of an activation or a loss: it is differentiated as by hand, so it has a size that a hand has."""
    formula = formula_of(cursor, names, used)
    if formula is None or size(formula) <= LARGEST_WORKED:
        return formula
    cursor.wrong(
        f"has {size(formula)} numbers, letters and signs, too many to differentiate; the bound is {LARGEST_WORKED}"
    )
    return None


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

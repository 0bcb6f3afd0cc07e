"""The derivation as JSON: every value by its name, at full and at shown precision, and the list of steps."""

from __future__ import annotations

import json
from decimal import Context, Decimal
from typing import Any

from backprop_steps.derivation.steps import Derivation
from backprop_steps.evaluation.evaluate import Evaluation
from backprop_steps.expression.names import matches, name_of
from backprop_steps.problem.model import Problem

_FULL = Context(prec=30)
_TOLD = ("slope",)


def json_page(
    problem: Problem, derivation: Derivation, evaluation: Evaluation | None, only: tuple[str, ...] = ()
) -> str:
    """One object: `title`, `notation`, `values` (name -> full, shown, exact) and `steps`, in teaching order."""
    rows = problem.network is not None and problem.network.orientation == "rows"
    page: dict[str, Any] = {
        "title": problem.title,
        "notation": derivation.profile.name,
        "symbolic": evaluation is None,
        "values": {} if evaluation is None else _values(evaluation, rows, only),
        "steps": _steps(derivation),
    }
    return json.dumps(page, indent=2, ensure_ascii=False) + "\n"


def _values(evaluation: Evaluation, rows: bool, only: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for generation in range(len(evaluation.generations)):
        for quantity in evaluation.generations[generation]:
            later = quantity.after(generation)
            name = name_of(later, rows=rows)
            if quantity.role in _TOLD or name in found or (only and not any(matches(p, name) for p in only)):
                continue
            literal = evaluation.shown(later)
            value = evaluation.value(later)
            found[name] = {
                "full": full(value),
                "shown": literal.text,
                "exact": literal.exact or literal.value == value,
            }
    return found


def full(value: Decimal) -> str:
    """A decimal at thirty digits, without trailing zeros and without an exponent where that is short."""
    clean = _FULL.plus(value).normalize(_FULL)
    return f"{clean:f}" if -12 < clean.adjusted() < 30 else str(clean)


def _steps(derivation: Derivation) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{passage.id}#{number}",
            "quantity": passage.id,
            "section": passage.section,
            "layer": passage.layer,
            "rule": step.rule.value,
            "reason": step.reason or None,
            "uses": list(step.uses),
        }
        for passage in derivation.passages
        for number, step in enumerate(passage.steps, start=1)
    ]

"""Which activation, which loss: a shipped one by name, one given by a formula, or (activations) only a name."""

from __future__ import annotations

from typing import Literal

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.reading import ALIASES, ARITY
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.losses import LOSSES
from backprop_steps.problem.formulas import worked_formula_of
from backprop_steps.problem.keys import ACTIVATION, LOSS
from backprop_steps.problem.model import SCALES, ActivationChoice, LossChoice
from backprop_steps.source.cursor import Cursor, Section, hint
from backprop_steps.source.literals import is_name, short

_NO_BRACKETS = str.maketrans("", "", "()")
_X = {"x": Quantity("variable", name="x")}
_Y_AND_A = {name: Quantity("variable", name=name) for name in ("y", "a")}


def activation_of(cursor: Cursor) -> ActivationChoice | None:
    """The choice at a cursor that is called like `layer 2: activation`."""
    if not cursor.is_mapping:
        name = cursor.scalar("the name of an activation")
        if name is None or name in ACTIVATIONS:
            return None if name is None else ActivationChoice(name)
        remedy = hint(name, list(ACTIVATIONS))
        if is_name(name) and "did you mean" not in remedy:
            remedy += f"; a function that is only a name is written {{name: {name}}}"
        cursor.report.add(cursor.place, f"unknown activation {short(name)}{remedy}")
        return None
    section = cursor.section(ACTIVATION, f"{cursor.what}: ", f"{cursor.what} ")
    named = section.require("name") if section is not None else None
    name = named.scalar("the name of an activation") if named is not None else None
    if section is None or named is None or name is None:
        return None
    if name in ACTIVATIONS:
        return _shipped_activation(section, name)
    return _own_activation(section, named, name)


def _shipped_activation(section: Section, name: str) -> ActivationChoice | None:
    formula, slope = section.get("formula"), section.get("slope")
    if formula is not None:
        formula.wrong(f"is not wanted: {name} is a shipped activation; give your own another name")
    if slope is None:
        return None if formula is not None else ActivationChoice(name)
    if not ACTIVATIONS[name].parameter:
        takers = " and ".join(row.name for row in ACTIVATIONS.values() if row.parameter)
        slope.wrong(f"is not wanted: {name} has none, only {takers} has")
        return None
    number = slope.number()
    return None if number is None or formula is not None else ActivationChoice(name, parameter=number)


def _own_activation(section: Section, named: Cursor, name: str) -> ActivationChoice | None:
    formula, slope = section.get("formula"), section.get("slope")
    if slope is not None:
        slope.wrong("is not wanted: only leaky_relu has a slope")
    if not is_name(name) or name in ARITY or name in ALIASES:
        named.wrong(f"must be a name of its own, letters and digits, found {short(name)}")
        return None
    if formula is None:
        return None if slope is not None else ActivationChoice(name, bare=True)
    read = worked_formula_of(formula, _X, used=("x",))
    return None if read is None or slope is not None else ActivationChoice(name, formula=read)


def loss_of(cursor: Cursor) -> LossChoice | None:
    """The choice at a cursor that is called `loss`."""
    if not cursor.is_mapping:
        kind = cursor.scalar("the name of a loss")
        return LossChoice(kind) if kind is not None and _known_loss(cursor, kind) else None
    section = cursor.section(LOSS, "loss: ", "loss ")
    if section is None:
        return None
    if "kind" in section.values and "name" in section.values:
        section.values["name"].wrong("and kind say the same; leave one out")
    named = section.get("kind") or section.get("name") or section.require("kind")
    kind = named.scalar("the name of a loss") if named is not None else None
    reduce = _reduce(section)
    if named is None or kind is None:
        return None
    formula = section.get("formula")
    if formula is not None:
        return _own_loss(section, named, kind, formula, reduce)
    if not _known_loss(named, kind):
        return None
    return _shipped_loss(section, kind, reduce)


def _known_loss(cursor: Cursor, kind: str) -> bool:
    if kind in LOSSES:
        return True
    cursor.report.add(cursor.place, f"unknown loss {short(kind)}{hint(kind, list(LOSSES))}")
    return False


def _reduce(section: Section) -> Literal["mean", "sum"]:
    cursor = section.get("reduce")
    found = cursor.choice(("mean", "sum")) if cursor is not None else None
    return "sum" if found == "sum" else "mean"


def _shipped_loss(section: Section, kind: str, reduce: Literal["mean", "sum"]) -> LossChoice | None:
    scale = section.get("scale")
    if not LOSSES[kind].scaled:
        if scale is not None:
            takers = " and ".join(row.name for row in LOSSES.values() if row.scaled)
            scale.wrong(f"is not wanted: {kind} has none, only {takers} has")
        return LossChoice(kind, reduce)
    if "reduce" in section.values:
        section.values["reduce"].wrong(
            f"is not wanted: {kind} has a scale in its place, 1/N for the mean, 1 for the sum"
        )
    if scale is None:
        return LossChoice(kind)
    text = scale.scalar(f"one of {', '.join(SCALES)}")
    if text is None:
        return None
    plain = text.replace(" ", "").replace("*", "")
    for known in SCALES:
        if plain == known:
            return LossChoice(kind, scale=known)  # type: ignore[arg-type]
    bare = {known.translate(_NO_BRACKETS): known for known in SCALES}
    meant = bare.get(plain.translate(_NO_BRACKETS))
    remedy = f"; did you mean {meant!r}?" if meant else f"; known are {', '.join(SCALES)}"
    scale.report.add(scale.place, f"unknown loss scale {short(text)}{remedy}")
    return None


def _own_loss(
    section: Section, named: Cursor, kind: str, formula: Cursor, reduce: Literal["mean", "sum"]
) -> LossChoice | None:
    if kind in LOSSES:
        formula.wrong(f"is not wanted: {kind} is a shipped loss; give your own another name")
        return None
    if not is_name(kind):
        named.wrong(f"must be a name of letters and digits, found {short(kind)}")
        return None
    scale = section.get("scale")
    if scale is not None:
        scale.wrong("is not wanted: write the constant into the formula")
    read = worked_formula_of(formula, _Y_AND_A, used=("a",))
    return None if read is None else LossChoice(kind, reduce, formula=read)

"""A layered network, from its keys; what its parts say of one another is checked here and in `fit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backprop_steps.problem.choices import activation_of, loss_of
from backprop_steps.problem.data import Inputs, Targets, read_inputs, read_targets
from backprop_steps.problem.fit import check_loss, check_replacement, check_targets
from backprop_steps.problem.keys import AGAIN
from backprop_steps.problem.layers import Part, read_layers
from backprop_steps.problem.model import Layer, LossChoice, Network, Replacement, Size
from backprop_steps.problem.names import read_network_upstream
from backprop_steps.source.cursor import Section
from backprop_steps.source.literals import read_flag
from backprop_steps.source.nodes import Scalar


@dataclass(frozen=True, slots=True)
class Reading:
    """The network, None where there is a mistake in it; and what is known of it all the same."""

    network: Network | None
    parts: tuple[Part, ...]
    input_units: Size | None
    rows: bool


def read_network(section: Section) -> Reading:
    """The network that a file describes; its mistakes are noted."""
    orientation = _orientation(section)
    inputs = read_inputs(section)
    parts = read_layers(section, inputs.units, orientation == "rows")
    outputs = parts[-1].units if parts else None
    targets = read_targets(section, inputs.samples, outputs)
    loss = _loss(section)
    _check_complete(section, inputs, parts, targets, loss)
    _check_functions(parts)
    output = parts[-1].activation if parts else None
    if loss is not None and output is not None:
        check_loss(section.values["loss"], loss, output, len(parts))
        if targets is not None:
            check_targets(targets, loss, output)
    again_with = _again_with(section, parts, loss)
    upstream = read_network_upstream(section, parts, inputs.samples, orientation == "rows")
    layers = _layers(parts)
    if inputs.units is None or inputs.samples.count is None or layers is None:
        return Reading(None, tuple(parts), inputs.units, orientation == "rows")
    network = Network(
        input_units=inputs.units,
        layers=layers,
        samples=inputs.samples.count,
        batch=inputs.samples.batch,
        inputs=inputs.rows,
        targets=targets.rows if targets is not None else None,
        loss=loss,
        orientation=orientation,
        upstream=upstream,
        again_with=again_with,
    )
    return Reading(network, tuple(parts), inputs.units, orientation == "rows")


def _layers(parts: list[Part]) -> tuple[Layer, ...] | None:
    layers = tuple(layer for layer in map(Part.layer, parts) if layer is not None)
    return layers if layers and len(layers) == len(parts) else None


def _orientation(section: Section) -> Literal["rows", "columns"] | None:
    cursor = section.get("orientation")
    found = cursor.choice(("rows", "columns")) if cursor is not None else None
    if found is None:
        return None
    return "rows" if found == "rows" else "columns"


def _loss(section: Section) -> LossChoice | None:
    if "upstream" in section.values:
        for key in ("loss", "targets", "classes"):
            if key in section.values:
                text = f"{key} and upstream exclude each other; leave one out"
                section.cursor.report.add(section.places[key], text)
        return None
    cursor = section.require("loss", " (or upstream, the gradients that arrive)")
    return loss_of(cursor) if cursor is not None else None


def _check_complete(
    section: Section, inputs: Inputs, parts: list[Part], targets: Targets | None, loss: LossChoice | None
) -> None:
    """Numbers everywhere, or a symbolic sheet: without weights the numbers of the samples are only not used."""
    report = section.cursor.report
    given = [part for part in parts if part.has("weights")]
    for part in parts:
        if part.section is None:
            continue
        if not part.has("weights"):
            if given:
                text = f"has no weights, but layer {given[0].number} has; give them to every layer, or to none"
                report.add(part.section.cursor.place, f"layer {part.number} {text}")
            elif part.bias is not None:
                text = "give the weights too, or bias: true or shared (symbols only)"
                key = "threshold" if part.bias_kind == "threshold" else "bias"
                report.add(
                    part.section.places[key],
                    f"layer {part.number}: {key} is given in numbers, but weights is missing; {text}",
                )
        else:
            _check_bias(part)
    if not given or len(given) < len(parts):
        return
    if not inputs.given and inputs.units is not None:
        text = "is only a size, but weights is given in numbers; give the inputs too, or leave the weights out"
        section.values["inputs"].wrong(text)
    elif inputs.given and loss is not None and targets is None:
        report.add(section.cursor.place, "targets is missing: inputs and weights are given in numbers")


def _check_bias(part: Part) -> None:
    """A layer with numbers for weights has numbers for its bias, or none."""
    assert part.section is not None
    cursor = part.section.get("bias") or part.section.get("threshold")
    if cursor is None:
        text = "bias is missing, but weights is given in numbers; give it, or bias: false"
        part.section.cursor.report.add(part.section.cursor.place, f"layer {part.number}: {text}")
    elif isinstance(cursor.node, Scalar) and (cursor.node.text == "shared" or read_flag(cursor.node.text) is True):
        cursor.wrong("has no numbers, but weights is given in numbers")


def _check_functions(parts: list[Part]) -> None:
    """One name, one function."""
    known: dict[str, Part] = {}
    for part in parts:
        choice = part.activation
        if choice is None or part.section is None:
            continue
        first = known.setdefault(choice.name, part)
        if first.activation is not None and choice.formula != first.activation.formula:
            text = f"{choice.name!r} is another function than in layer {first.number}; give it another name"
            part.section.values["activation"].wrong(text)


def _again_with(section: Section, parts: list[Part], loss: LossChoice | None) -> tuple[Replacement, ...]:
    cursor = section.get("again_with")
    entries = cursor.items("a list of {layer, activation}") if cursor is not None else None
    found: list[Replacement] = []
    for entry in entries or []:
        keys = entry.section(AGAIN, f"{entry.what}: ", f"{entry.what}: ")
        if keys is None:
            continue
        layer_at, activation_at = keys.require("layer"), keys.require("activation")
        layer = layer_at.whole(1, max(len(parts), 1)) if layer_at is not None else None
        activation = activation_of(activation_at) if activation_at is not None else None
        if layer is None or activation is None or activation_at is None or layer > len(parts):
            continue
        replaced = parts[layer - 1].activation
        if activation == replaced:
            activation_at.wrong(f"is {activation.name!r}, which layer {layer} has already; nothing changes")
            continue
        if layer == len(parts) and loss is not None:
            check_replacement(activation_at, loss, activation)
        found.append(Replacement(layer, activation))
    return tuple(found)

"""Every key of the problem file, what it says, and the JSON Schema of its value.

The loader knows the keys from here, and the published schema is made from here, so that the two cannot part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from backprop_steps.expression.quantity import Role
from backprop_steps.languages import LANGUAGES
from backprop_steps.offers import Carry
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.losses import LOSSES
from backprop_steps.problem.model import SCALES

Schema = dict[str, Any]
Keys = Mapping[str, "Key"]

MOST_UNITS = 1000
MOST_LAYERS = 50
MOST_SAMPLES = 10_000
MOST_PARAMETERS = 100_000
MOST_STEPS = 100
MOST_DIGITS_SHOWN = 20
MOST_NODES = 500


@dataclass(frozen=True, slots=True)
class Key:
    """What a key says, and the schema of its value."""

    about: str
    schema: Schema


def mapping(keys: Keys, required: tuple[str, ...] = ()) -> Schema:
    """The schema of a mapping with these keys and no others."""
    properties = {name: {"description": key.about, **key.schema} for name, key in keys.items()}
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def listing(items: Schema) -> Schema:
    """The schema of a list that is not empty."""
    return {"type": "array", "items": items, "minItems": 1}


def either(*schemas: Schema) -> Schema:
    """The schema of a value that fits one of these."""
    return {"anyOf": list(schemas)}


# A decimal may reach a validator as a text: YAML libraries differ over 1e-3.
NUMBER = either({"type": "number"}, {"type": "string", "pattern": r"^[+\-−]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"})
NAME: Schema = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$"}
TEXT: Schema = {"type": "string", "minLength": 1}
FORMULA: Schema = {"type": ["string", "number"]}
FLAG: Schema = either({"type": "boolean"}, {"enum": ["true", "false", "yes", "no", "on", "off"]})
ROW = listing(NUMBER)
ROWS = listing(ROW)


def whole(most: int, least: int = 1) -> Schema:
    """The schema of a whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most}


def words(known: Mapping[str, object] | tuple[str, ...]) -> Schema:
    """The schema of one of a few words."""
    return {"enum": list(known)}


_ACTIVATION_FORMS: Keys = {
    "name": Key("A shipped activation, or the name of one of your own", NAME),
    "formula": Key(
        "The formula of your own activation, in x: x / (1 + exp(-x)); without it, the name stays a name", TEXT
    ),
    "slope": Key("The slope of leaky_relu for x <= 0; 0.01 unless given", NUMBER),
}
ACTIVATION: Keys = _ACTIVATION_FORMS
ACTIVATION_SCHEMA = either(words(ACTIVATIONS), mapping(ACTIVATION, ("name",)))

LAYER: Keys = {
    "units": Key("How many units the layer has; a letter (h) in a symbolic sheet", either(whole(MOST_UNITS), NAME)),
    "activation": Key("The activation function of the layer", ACTIVATION_SCHEMA),
    "weights": Key("Row j: the weights into unit j (with orientation: rows, row i: the weights from unit i)", ROWS),
    "bias": Key(
        "A list: one bias a unit. A number: one bias shared by the layer's units. false: no bias. "
        "Without numbers: true, or shared",
        either(ROW, NUMBER, FLAG, {"const": "shared"}),
    ),
    "threshold": Key("In place of bias: one threshold a unit, subtracted; without numbers: true", either(ROW, FLAG)),
}

LOSS: Keys = {
    "kind": Key("A shipped loss, or the name of one of your own", NAME),
    "name": Key("The same as kind", NAME),
    "formula": Key("The formula of your own loss, in y (target) and a (output): one output's share", TEXT),
    "reduce": Key("What is done over the samples of a batch: mean (default) or sum", words(("mean", "sum"))),
    "scale": Key("The constant of mean_squared_error: 1/N (default), N the number of samples", words((*SCALES,))),
}

OPTIMIZER: Keys = {
    "kind": Key("How the parameters are updated", words(("gradient_descent",))),
    "learning_rate": Key("The learning rate; left out, it stays a symbol", NUMBER),
    "frozen": Key("Parameters that are not updated: patterns of names, b* or W1[2,*]", either(TEXT, listing(TEXT))),
    "parameters": Key("In a circuit: the values that are updated", either(NAME, listing(NAME))),
}

ROUNDING: Keys = {
    "digits": Key("How many digits are shown; 4 unless given", whole(MOST_DIGITS_SHOWN, 0)),
    "kind": Key("Whether digits counts decimal places or significant digits", words(("places", "significant"))),
    "mode": Key("How a last digit is rounded", words(("half_up", "half_even", "truncate"))),
    "carry": Key("Whether the calculation goes on from exact or from printed values", words(get_args(Carry))),
    "comma": Key("Whether decimals are printed with a comma; as the language has it unless given", FLAG),
}

META: Keys = {
    "author": Key("Who wrote the problem", TEXT),
    "date": Key("The date, as it is to be printed", {"type": ["string", "number"]}),
    "course": Key("The course it belongs to", {"type": ["string", "number"]}),
    "license": Key("The licence of the sheet", TEXT),
}

AGAIN: Keys = {
    "layer": Key("The number of the layer", whole(MOST_LAYERS)),
    "activation": Key("The activation that takes the place of the layer's own", ACTIVATION_SCHEMA),
}

SYMBOLS: Keys = {
    role: Key(f"How {role.replace('_', ' ')} is written, in TeX", {"type": ["string", "number"]})
    for role in (*get_args(Role), "output", "output_delta", "hidden_delta")
    if role not in ("derivative", "node", "variable")
}

COMMON: Keys = {
    "title": Key("The title of the sheet", {"type": ["string", "number"]}),
    "meta": Key("Author, date, course, licence", mapping(META)),
    "lang": Key("The language of the documents, en unless given; decimals as it has them", words(LANGUAGES)),
    "notation": Key("The name of a shipped notation, or the path of a profile file", TEXT),
    "optimizer": Key("How the parameters are updated", either(words(("gradient_descent",)), mapping(OPTIMIZER))),
    "steps": Key("How many updates are made; 1 unless given", whole(MOST_STEPS)),
    "rounding": Key("How numbers are shown", mapping(ROUNDING)),
    "symbols": Key("Single symbols of the notation, changed: {learning_rate: \\gamma}", mapping(SYMBOLS)),
    "upstream": Key(
        "Gradients that arrive, by the quantity they arrive at: {z2[1]: 0.5}; then there is no loss",
        {"type": "object", "additionalProperties": NUMBER, "minProperties": 1},
    ),
}

NETWORK: Keys = {
    "inputs": Key(
        "One sample's inputs, or a list of rows, a row a sample; without numbers: how many there are, 3 or f",
        either(ROW, ROWS, whole(MOST_UNITS), NAME),
    ),
    "targets": Key("One sample's targets, or a row a sample; with one output a flat list", either(ROW, ROWS)),
    "classes": Key(
        "In place of one-hot targets: the class of each sample, from 0",
        either(listing(whole(MOST_UNITS, 0)), whole(MOST_UNITS, 0)),
    ),
    "samples": Key("Without numbers: how many samples there are, 4 or N", either(whole(MOST_SAMPLES), NAME)),
    "orientation": Key(
        "rows: weights are [from][to] and the sheet says XW; columns: [to][from]", words(("rows", "columns"))
    ),
    "layers": Key(
        "The layers, from the first hidden one to the output", listing(mapping(LAYER, ("units", "activation")))
    ),
    "loss": Key("The loss", either(words(LOSSES), mapping(LOSS))),
    "again_with": Key(
        "A second, short part: only what changes with another activation",
        listing(mapping(AGAIN, ("layer", "activation"))),
    ),
}

CIRCUIT: Keys = {
    "values": Key(
        "The named scalars that go in, each with its number; without numbers a list of names",
        either({"type": "object", "additionalProperties": either(NUMBER, {"type": "null"})}, listing(NAME)),
    ),
    "nodes": Key(
        "The named scalars that are made, each with its formula", {"type": "object", "additionalProperties": FORMULA}
    ),
    "differentiate": Key("The node that is differentiated", NAME),
}

NETWORK_PROBLEM: Keys = {**COMMON, **NETWORK}
CIRCUIT_PROBLEM: Keys = {**COMMON, **CIRCUIT}

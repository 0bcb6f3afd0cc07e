"""The plain names of quantities, in JSON, in patterns and in messages: `W1[2,1]`, `a1[3;2]`, `dL/dz2[1]`, `W1'[2,1]`.

The layer stands in the name, an apostrophe for every update made, then the indices: the sample first, before a
semicolon. A weight's indices are to and from, as in the quantity, or from and to where `rows` says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from backprop_steps.expression.quantity import GIVEN_ROLES, Index, Quantity, Role, derivative

_LAYERED: Mapping[str, Role] = {
    "W": "weight",
    "b": "bias",
    "t": "threshold",
    "z": "pre_activation",
    "a": "activation",
    "err": "error",
    "slope": "slope",
    "delta": "delta",
}
_OF_ONE_LAYER: Mapping[str, Role] = {"x": "input", "y": "target", "E": "partial_loss"}
_SINGLE: Mapping[str, Role] = {"L": "loss", "eta": "learning_rate", "N": "samples"}
_WORDS: Mapping[str, str] = {role: word for table in (_LAYERED, _OF_ONE_LAYER, _SINGLE) for word, role in table.items()}

_NAME = re.compile(r"([^\W\d]+)([0-9]{0,4})('*)(?:\[(.*)\])?")
_NODE = re.compile(r"(\w+)('*)")
_INDICES = re.compile(r"(?:(?P<sample>[0-9]{1,9});)?(?P<index>[0-9]{1,9}(?:,[0-9]{1,9})*)?")


def name_of(quantity: Quantity, *, rows: bool = False) -> str:
    """The name of an element or of a whole array. Raises ValueError where an index is a letter."""
    if quantity.of is not None and quantity.by is not None:
        return f"d{name_of(quantity.of, rows=rows)}/d{name_of(quantity.by, rows=rows)}"
    role = quantity.role
    word = quantity.name if quantity.name is not None else _WORDS[role]
    layer = str(quantity.layer) if word in _LAYERED and quantity.name is None else ""
    primes = "'" * quantity.generation
    if not quantity.index and quantity.sample is None:
        return f"{word}{layer}{primes}"
    index = quantity.index[::-1] if rows and role == "weight" else quantity.index
    sample = "" if quantity.sample is None else f"{_integer(quantity.sample)};"
    return f"{word}{layer}{primes}[{sample}{','.join(map(_integer, index))}]"


def _integer(index: Index) -> str:
    if not isinstance(index, int):
        raise ValueError("a quantity whose index is a letter has no name")
    return str(index)


def read_name(text: str, *, rows: bool = False, layers: int = 0, node_names: Collection[str] = ()) -> Quantity:
    """The quantity of a name.

    `layers` is the number of layers, which the targets (`y[1]`) and the losses of single outputs (`E[1]`) belong to.
    `node_names` are the names of a circuit; in a circuit there are these, the learning rate and the derivatives.
    Raises ValueError, with a message, for what is not a name.
    """
    text = text.strip()
    if text not in node_names and text.startswith("d") and "/d" in text:
        of, _, by = text[1:].partition("/d")
        return derivative(
            _read(of, text, rows, layers, node_names),
            _read(by, text, rows, layers, node_names),
        )
    return _read(text, text, rows, layers, node_names)


def _read(text: str, whole: str, rows: bool, layers: int, node_names: Collection[str]) -> Quantity:
    if node_names:
        return _read_node(text, whole, node_names)
    match = _NAME.fullmatch(text)
    if match is None:
        raise _unknown(whole)
    word, digits, primes, inside = match.groups()
    role = _role(word, digits)
    if role is None:
        raise _unknown(whole)
    layer = int(digits) if digits else layers if role in ("target", "partial_loss") else 0
    quantity = Quantity(role, layer, generation=len(primes))
    if primes and role in GIVEN_ROLES:
        raise ValueError(f"{whole!r}: {word} is given, an update does not change it")
    if inside is None:
        return quantity
    return _indexed(quantity, inside, whole, rows)


def _role(word: str, digits: str) -> Role | None:
    if digits:
        return _LAYERED.get(word) if digits[0] != "0" else None
    return _OF_ONE_LAYER.get(word) or _SINGLE.get(word)


def _indexed(quantity: Quantity, inside: str, whole: str, rows: bool) -> Quantity:
    match = _INDICES.fullmatch(inside.replace(" ", ""))
    if match is None or not inside.strip():
        raise ValueError(f"{whole!r}: between the brackets belong numbers, [unit], [to,from] or [sample;unit]")
    sample = int(match["sample"]) if match["sample"] else None
    index = tuple(int(number) for number in match["index"].split(",")) if match["index"] else ()
    if 0 in index or sample == 0:
        raise ValueError(f"{whole!r}: indices start at 1")
    if quantity.role in _SINGLE.values() and index:
        raise ValueError(f"{whole!r}: a single number has no index")
    if quantity.role == "weight" and len(index) != 2:
        pair = "[from,to]" if rows else "[to,from]"
        raise ValueError(f"{whole!r}: a weight has two indices, W{quantity.layer}{pair}")
    if quantity.role != "weight" and len(index) > 1:
        raise ValueError(f"{whole!r}: one index is wanted, not {len(index)}; a sample stands first, [sample;unit]")
    if rows and quantity.role == "weight":
        index = index[::-1]
    return replace(quantity, index=index, sample=sample)


def _read_node(text: str, whole: str, node_names: Collection[str]) -> Quantity:
    match = _NODE.fullmatch(text)
    if match is not None:
        name, primes = match.groups()
        if name in node_names:
            return Quantity("node", name=name, generation=len(primes))
        if text == "eta":
            return Quantity("learning_rate")
    raise _unknown(whole)


def _unknown(text: str) -> ValueError:
    return ValueError(f"{text!r} is not the name of a quantity")


def matches(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern: `*` stands for any characters, everything else for itself, brackets too."""
    first, *rest = pattern.split("*")
    if not rest:
        return name == first
    *middle, last = rest
    if not name.startswith(first) or not name.endswith(last) or len(first) + len(last) > len(name):
        return False
    position, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True

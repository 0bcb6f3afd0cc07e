"""Symbols that would stand for two things on one sheet: whose they are, and where the file says so."""

from __future__ import annotations

from backprop_steps.notation.collisions import Collision, collisions
from backprop_steps.notation.notation import Notation, NotationError
from backprop_steps.notation.symbols import ROLES, overriding
from backprop_steps.problem.model import Problem
from backprop_steps.source.places import Path


def check_symbols(problem: Problem, notation: Notation) -> None:
    """Raises NotationError, with the place in the file, where a symbol stands for two things.

    A shipped notation by itself has no such symbol, whatever the net; it is what a user adds that may collide.
    """
    sizes = any(isinstance(size, str) for size in (*notation.shape.units, notation.shape.samples))
    if not (problem.symbols or notation.profile.source or notation.shape.names or sizes):
        return
    collision = next(collisions(notation), None)
    if collision is not None:
        raise NotationError(_said(problem, notation, collision))


def _said(problem: Problem, notation: Notation, collision: Collision) -> str:
    symbol, first, second = collision.symbol, collision.first, collision.second
    chosen = dict(problem.symbols)
    for key, other in ((second, first), (first, second)):
        for own in overriding(key):
            if own in chosen:
                return f"{problem.at('symbols', own)}symbols: {own}: {chosen[own]!r} {_clash(collision, other)}"
    if second == "size":
        said = f"the size {symbol} collides with {_words(first)}, which is written {symbol} in this notation"
        return f"{problem.at(*_size(problem, symbol))}{said}; choose another letter, or symbols: {{{first}: ...}}"
    if second in notation.shape.names:
        kind = "nodes" if problem.circuit and second in dict(problem.circuit.nodes) else "values"
        said = f"the name {second!r} is written {symbol}, as {_words(first)} is"
        return f"{problem.at(kind, second)}{said}; choose another name"
    profile = notation.profile
    keys: list[Path] = [(table, key) for key in (second, first) for table in ("formulas", "numbers")]
    path = next((path for path in [*keys, ("letters",)] if path in profile.places), ())
    other = first if path[-1:] == (second,) else second
    subject = path[-1] if path else f"the notation {profile.name!r}: {first}"
    return f"{profile.at(*path)}{subject}: {symbol} {_clash(collision, other)}"


def _clash(collision: Collision, other: str) -> str:
    """What is wrong with a symbol that somebody chose, beside the other thing that is written so."""
    if collision.first == collision.second:
        return f"is one symbol for several, as {collision.symbol}; put in what tells them apart: <layer>, <unit>, ..."
    return f"collides with {_words(other)}, which is written {collision.symbol} too; choose another symbol"


def _words(key: str) -> str:
    return {"unit": "the index of a unit", "sample": "the index of a sample", "size": "a size"}.get(key) or (
        f"the {key.replace('_', ' ')}" if key in ROLES else repr(key)
    )


def _size(problem: Problem, letter: str) -> Path:
    """Where the file gives a size by this letter."""
    network = problem.network
    if network is None or network.input_units == letter:
        return ("inputs",)
    layer = next((number for number, layer in enumerate(network.layers) if layer.units == letter), None)
    return ("samples",) if layer is None else ("layers", layer, "units")

"""The letters a problem chooses for itself: `symbols: {delta: g, learning_rate: \\gamma}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace

from backprop_steps.errors import UserError, did_you_mean
from backprop_steps.notation.numbering import Shape
from backprop_steps.notation.patterns import INDICES, MARKS, WHOLES, Pattern, wrap
from backprop_steps.notation.pieces import PieceError, Text, parse, parts, write
from backprop_steps.notation.profile import Profile, Spelling

ROLES = (
    "input",
    "weight",
    "bias",
    "threshold",
    "pre_activation",
    "output_pre_activation",
    "activation",
    "output",
    "target",
    "error",
    "partial_loss",
    "loss",
    "learning_rate",
    "samples",
    "slope",
    "delta",
    "output_delta",
    "hidden_delta",
    "node",
    "variable",
)
"""The roles that a profile spells."""

# What follows a role where it is written with the same letter.
_FOLLOWS = {
    "pre_activation": ("output_pre_activation",),
    "activation": ("output", "slope"),
    "delta": ("output_delta", "hidden_delta"),
}
_HAS_FIELD = re.compile(r"<[a-z_]+\??>")


class NotationError(UserError):
    """A notation that is not known or cannot say this problem, a symbol that is not one."""


def overridden(profile: Profile, shape: Shape, symbols: Mapping[str, str]) -> Profile:
    """The profile with the problem's own letters. Raises NotationError."""
    for key, symbol in symbols.items():
        problem = pattern_mistake(key, symbol) if key in ROLES else symbol_mistake(symbol)
        if problem:
            raise NotationError(f"symbols: {key}: {symbol!r}: {problem}")
        if key in shape.functions or key in profile.functions:
            profile = _function(profile, key, symbol)
        elif key in shape.names:
            profile = replace(profile, names={**profile.names, key: symbol})
        elif key in ROLES:
            profile = _role(profile, key, symbol)
        else:
            known = (*ROLES, *profile.functions, *shape.functions, *shape.names)
            raise NotationError(f"symbols: unknown symbol {key!r}{did_you_mean(key, known)}")
    return profile


def symbol_mistake(text: str) -> str | None:
    """What is wrong with a symbol that has no indices, a function's; None if nothing is."""
    try:
        Pattern.parse(text)
    except PieceError as error:
        return str(error)
    return None


def pattern_mistake(role: str, text: str) -> str | None:
    """What is wrong with the pattern of a role; None if nothing is."""
    try:
        unfit = Pattern.parse(text).fields & (_unfit(role) | MARKS)
        # Whatever is wrapped later must come apart into a letter and its scripts.
        wrap("<base>_<sub>^<sup>", text)
    except PieceError as error:
        return str(error)
    return f"<{min(unfit)}> says nothing of it" if unfit else None


def _unfit(role: str) -> frozenset[str]:
    """The placeholders that a role has no value for."""
    if role in ("node", "variable"):
        return (INDICES | WHOLES) - {"name"}
    if role == "weight":
        return frozenset({"unit", "node", "unit_name", "name", "sample"})
    if role in ("loss", "learning_rate", "samples"):
        return INDICES | WHOLES
    return frozenset({"to", "from", "from_node", "to_node", "to_name", "from_name", "number", "name"})


def overriding(key: str) -> tuple[str, ...]:
    """The roles whose symbol in a problem changes how this role is written: itself, and the one that it follows."""
    return (key, *(role for role, followers in _FOLLOWS.items() if key in followers))


def _function(profile: Profile, name: str, symbol: str) -> Profile:
    return replace(
        profile,
        functions={**profile.functions, name: symbol},
        number_functions={**profile.number_functions, name: symbol},
    )


def _role(profile: Profile, role: str, symbol: str) -> Profile:
    formulas, numbers = dict(profile.formulas), dict(profile.numbers)
    own = formulas.get(role) or Spelling()
    principal = base_of(own.element or own.array or "")
    for table in (formulas, numbers):
        for key in (role, *_FOLLOWS.get(role, ())):
            spelling = table.get(key)
            if spelling is None or not spelling.named:
                continue
            if key != role and base_of(spelling.element or spelling.array or "").lower() != principal.lower():
                continue
            table[key] = (
                _replaced(spelling, symbol) if _HAS_FIELD.search(symbol) else _based(spelling, principal, symbol)
            )
    return replace(profile, formulas=formulas, numbers=numbers)


def _replaced(spelling: Spelling, symbol: str) -> Spelling:
    """The whole pattern replaced; what is said of it all follows by leaving indices out."""
    if Pattern.parse(symbol).indexed:
        batch = symbol if "sample" in Pattern.parse(symbol).fields else None
        return Spelling(element=symbol, batch_element=batch)
    return replace(spelling, array=symbol, batch_array=None, shared=None, general=None)


def _based(spelling: Spelling, principal: str, symbol: str) -> Spelling:
    changes: dict[str, str | None] = {}
    for part in fields(Spelling):
        text = getattr(spelling, part.name)
        changes[part.name] = None if text is None else rebased(text, _in_case(symbol, principal, base_of(text)))
    return Spelling(**changes)


def _in_case(symbol: str, principal: str, base: str) -> str:
    """The letter small where the pattern has the role's letter small, and large where it has it large."""
    if len(symbol) != 1 or base == principal:
        return symbol
    if base == principal.lower():
        return symbol.lower()
    return symbol.upper() if base == principal.upper() else symbol


def base_of(pattern: str) -> str:
    """A pattern without its scripts."""
    return write(parts(parse(pattern)).base) if pattern else ""


def rebased(pattern: str, base: str) -> str:
    """A pattern with another letter, its scripts as they are. A symbol that brings scripts is put in braces."""
    items = parse(pattern)
    count = len(parts(items).base)
    own = parse(base)
    try:
        plain = parts(own)
        clash = plain.sub is not None or plain.sup is not None
    except PieceError:
        clash = True
    text = f"{{{base}}}" if clash and len(items) > count else base
    rest = write(item for item in items[count:] if item != Text(" "))
    return text + rest

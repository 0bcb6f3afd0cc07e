"""What kind of statement a chain is, before anything in it is bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.names import KNOWN, NAMED_ALONE
from backprop_steps.checking.reading.walking import nodes_of, nodes_of_chain

_KINDS: Mapping[Literal["output", "hidden"], re.Pattern[str]] = {
    "output": re.compile(r"\b(?:output|final|last)\b|ausgabe|ausgang", re.IGNORECASE),
    "hidden": re.compile(r"\b(?:hidden|inner)\b|verdeckt|versteckt", re.IGNORECASE),
}
_CONDITIONAL = re.compile(r"\b(?:where|for|if|when|case|wo|falls|für|wenn)\W*$", re.IGNORECASE)

_OF_LAYERS = re.compile(r"layer|schicht|couche|capa\b|camada|层", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:if|wenn|falls|si|se)\b[^.;\n]*(?:[<>≤≥]|\\[lg]eq?\b)[^.;\n]*$", re.IGNORECASE)
"""What is supposed of a unit, in the same sentence."""


def most_links(chain: w.Chain) -> int:
    """No chain has more links than this."""
    return len(chain.members) - (not chain.headless)


def parts(chain: w.Chain) -> Iterator[w.Chain]:
    """A chain taken apart where an arrow leads on to another statement; an arrow may also be an assignment."""
    start = 0
    for place, relation in enumerate(chain.relations):
        if chain.headless or relation not in ("->", "=>") or (relation == "->" and not place):
            continue
        yield cut(chain, start, place + 1)
        start = place + 1
    yield cut(chain, start, len(chain.members)) if start else chain


def cut(chain: w.Chain, start: int, end: int) -> w.Chain:
    """The members from one place up to another, with the relations between them."""
    return replace(chain, members=chain.members[start:end], relations=chain.relations[start : end - 1])


def differentiated(chain: w.Chain) -> tuple[set[str], set[str]]:
    """The bare letters that a chain differentiates by or puts into a derivative, and all its letters."""
    found: set[str] = set()
    named: set[str] = set()
    for node in nodes_of_chain(chain):
        match node:
            case w.Fraction(numerator=w.Differential(), denominator=w.Differential(body=w.Symbol() as by)):
                found.add(by.base)
            case w.Product(factors=(w.Symbol(primes=primes), w.Group(items=(w.Symbol() as inside,)), *_)) if primes:
                found.add(inside.base)
                named |= {""} if inside.sup else set()  # z^1: what is differentiated at is no power
            case w.Symbol():
                named.add("" if node.sub or node.marks else node.base)
    return found, named


def is_shape(node: w.Written | None) -> bool:
    """Whether it is the shape of an array in brackets, `(2 x 3)`."""
    if not isinstance(node, w.Group) or len(node.items) != 1:
        return False
    match node.items[0]:
        case w.Product(factors=(one, two), operators=("times",)):
            return all(_is_size(size) for size in (one, two))
    return False


def _is_size(node: w.Written) -> bool:
    if isinstance(node, w.Numeral):
        return node.text.isdecimal()
    return isinstance(node, w.Symbol) and not (node.sub or node.sup or node.marks)


def leads(chain: w.Chain) -> bool:
    """Whether arrows between bare names say where a connection leads, `x_1 -> h_1`, and state nothing."""
    return (
        not chain.headless
        and bool(chain.relations)
        and all(relation == "->" for relation in chain.relations)
        and all(isinstance(member.node, w.Symbol) for member in chain.members)
    )


def is_condition(chain: w.Chain, before: str) -> bool:
    """Whether a chain states no equality of its own: a comparison, or "where p = j"; `before` is the text before it."""
    if all(relation in ("<", ">", "<=", ">=", "!=") for relation in chain.relations):
        return True
    if _SUPPOSED.search(before) is not None and _is_slope_at_unit(chain):
        return True  # if z_1 < 0, then f'(z_1) = 0: of another z_1 than the problem's
    bare = [member.node for member in chain.members]
    if _OF_LAYERS.search(before) is not None and _counts_layers(chain):
        return True
    return (
        _CONDITIONAL.search(before) is not None
        and len(bare) == 2
        and all(_is_number(node) or (isinstance(node, w.Symbol) and not node.sub) for node in bare)
    )


def _is_number(node: w.Written | None) -> bool:
    match node:
        case w.Numeral() | w.Sum(terms=((-1, w.Numeral()),)):
            return True
    return False


def _counts_layers(chain: w.Chain) -> bool:
    """Whether a chain says which number the last layer has, `L = 3`; spoken of a layer, that is no loss."""
    match [member.node for member in chain.members]:
        case [w.Symbol(base="L" | "l", sub=(), sup=(), marks=()), w.Numeral(text=text)]:
            return text.isdecimal() and len(text) == 1
    return False


def _is_slope_at_unit(chain: w.Chain) -> bool:
    """Whether a chain gives a number for the derivative of an activation at one unit."""
    match [member.node for member in chain.members]:
        case [w.Product(factors=(w.Symbol(primes=1), w.Group(items=(w.Symbol(sub=sub),)))), w.Numeral()]:
            return bool(sub)
    return False


def bare_letters(node: w.Written | None) -> set[str | None]:
    """The single letters of a member that have no index and no mark."""
    if node is None:
        return set()
    return {
        part.base
        for part in w.every_node(node)
        if isinstance(part, w.Symbol) and not part.sub and not part.sup and not part.marks and len(part.base) == 1
    }


def numbers_in(words: str) -> Iterator[str]:
    """The whole numbers in a caption, short enough to number something."""
    word = ""
    for sign in words + " ":
        if sign.isdecimal() and sign.isascii():
            word += sign
        elif word:
            if len(word) < 4:
                yield word
            word = ""


def kind_of_units(words: str) -> Literal["output", "hidden", ""]:
    """Which units a caption says that its formula is about; nothing where it says neither, or both."""
    found = {kind for kind, said in _KINDS.items() if said.search(words)}
    return found.pop() if len(found) == 1 else ""


def transposes(page: w.Page) -> bool:
    """Whether a page has a T above something."""
    return any(isinstance(node, w.Transposed) for node in nodes_of(page))


def primes(page: w.Page) -> bool:
    """Whether a prime stands beside a letter on a page that is no function at its argument."""
    called = {
        factor.span
        for node in nodes_of(page)
        if isinstance(node, w.Product)
        for factor, after in pairwise(node.factors)
        if isinstance(after, w.Group)
    }
    return any(
        isinstance(node, w.Symbol)
        and (node.primes or "'" in node.sup or "prime" in node.sup)
        and node.span not in called
        and node.base.lower() not in {*KNOWN, *NAMED_ALONE}
        for node in nodes_of(page)
    )


def minds_shapes(page: w.Page) -> bool:
    """Whether a page minds rows and columns: it transposes, or multiplies entry by entry."""
    return any(
        isinstance(node, w.Transposed) or (isinstance(node, w.Product) and "hadamard" in node.operators)
        for node in nodes_of(page)
    )

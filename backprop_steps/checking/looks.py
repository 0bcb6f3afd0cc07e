"""What the signs of a chain alone tell, before anything is bound to the problem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from backprop_steps.checking import written as w
from backprop_steps.checking.chains import every_node

_CONDITIONAL = re.compile(r"\b(?:where|for|if|when|case|wo|falls|für|wenn)\W*$", re.IGNORECASE)


def transposes(page: w.Page) -> bool:
    """Whether a page minds rows and columns: it transposes, or has a product entry by entry."""
    return any(
        isinstance(node, w.Transposed) or (isinstance(node, w.Product) and "hadamard" in node.operators)
        for chain in page.chains
        for member in chain.members
        if member.node is not None
        for node in every_node(member.node)
    )


def parts(chain: w.Chain) -> Iterator[w.Chain]:
    """A chain taken apart where an arrow leads on to another statement; an arrow may also be an assignment."""
    start = 0
    for place, relation in enumerate(chain.relations):
        if chain.headless or relation not in ("->", "=>") or (relation == "->" and not place):
            continue
        yield _cut(chain, start, place + 1)
        start = place + 1
    yield _cut(chain, start, len(chain.members)) if start else chain


def _cut(chain: w.Chain, start: int, end: int) -> w.Chain:
    return replace(chain, members=chain.members[start:end], relations=chain.relations[start : end - 1])


def differentiated(chain: w.Chain) -> tuple[set[str], set[str]]:
    """The bare letters that a chain differentiates by or puts into a derivative, and all its letters."""
    found: set[str] = set()
    named: set[str] = set()
    for member in chain.members:
        if member.node is None:
            continue
        for node in every_node(member.node):
            match node:
                case w.Fraction(numerator=w.Differential(), denominator=w.Differential(body=w.Symbol() as by)):
                    found.add(by.base)
                case w.Product(factors=(w.Symbol(primes=primes), w.Group(items=(w.Symbol() as inside,)), *_)) if primes:
                    found.add(inside.base)
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


def is_condition(chain: w.Chain, before: str) -> bool:
    """Whether a chain states no equality of its own: a comparison, or "where p = j"; `before` is the text before it."""
    if all(relation in ("<", ">", "<=", ">=", "!=") for relation in chain.relations):
        return True
    bare = [member.node for member in chain.members]
    return (
        _CONDITIONAL.search(before) is not None
        and len(bare) == 2
        and all(isinstance(node, w.Numeral) or (isinstance(node, w.Symbol) and not node.sub) for node in bare)
    )


def bare(node: w.Written | None) -> set[str | None]:
    """The letters without scripts or accents."""
    if node is None:
        return set()
    return {
        part.base
        for part in every_node(node)
        if isinstance(part, w.Symbol) and not part.sub and not part.sup and not part.marks and len(part.base) == 1
    }


def without_label(chain: w.Chain) -> tuple[w.Chain, tuple[int, ...]] | None:
    """The chain without the number of its line, where its last member may end with one, and that number: `a = b (3)`.

    A number of a line stands in brackets of its own, a space before it: `(3)`, `[2.3]`, `(*)`.
    """
    last = chain.members[-1]
    found = _without_label(last.node) if last.node is not None else None
    if found is None:
        return None
    return replace(chain, members=(*chain.members[:-1], replace(last, node=found[0]))), found[1]


def _without_label(node: w.Written) -> tuple[w.Written, tuple[int, ...]] | None:
    match node:
        case w.Sum(terms=(*first, (sign, term))):
            inner = _without_label(term)
            return (replace(node, terms=(*first, (sign, inner[0]))), inner[1]) if inner is not None else None
        case w.Product(factors=(*kept, w.Group(kind="(" | "[") as label), operators=(*operators, "")):
            number = _number_of_line(label)
            if number is None or kept[-1].span.end == label.span.start:
                return None
            while len(kept) > 1 and isinstance(kept[-1], w.Dots):
                kept, operators = kept[:-1], operators[:-1]  # the leader that points to it
            if len(kept) == 1:
                return kept[0], number
            return replace(node, factors=tuple(kept), operators=tuple(operators)), number
    return None


def _number_of_line(label: w.Group) -> tuple[int, ...] | None:
    match label.items:
        case ():
            return ()
        case (w.Numeral(text=text),) if text.replace(".", "").isdigit():
            return tuple(map(int, text.split(".")))
    return None

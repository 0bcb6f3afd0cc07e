"""Functions given piece by piece: each piece is differentiated where it holds; a value is chosen where pieces meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from backprop_steps.derivation.lemmas.lemma import Chain, Lemma, LemmaLine, Rule
from backprop_steps.derivation.lemmas.rules import depends, in_pieces
from backprop_steps.derivation.lemmas.working import finished, worked
from backprop_steps.expression.arithmetic import ArithmeticFault, evaluate
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tidy import minus
from backprop_steps.expression.transform import ZERO, quantities, replace_refs
from backprop_steps.expression.tree import Apply, Cases, Comparison, Expression, Group
from backprop_steps.operations.base import X

Relation = Literal["<", "<=", ">", ">=", "="]

TOLERANCE = Decimal("1e-30")

_STRICT: dict[Relation, Relation] = {"<": "<", "<=": "<", ">": ">", ">=": ">", "=": "="}
_OPPOSITE: dict[Relation, Relation] = {"<": ">", "<=": ">", ">": "<", ">=": "<"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A formula and where it holds, in words: the end points left out."""

    body: Expression
    conditions: tuple[Comparison, ...]


def pieces_of(formula: Expression) -> Cases | None:
    """A formula whose outermost function is a piecewise one (cases, max, min, abs, relu) as cases; None for others."""
    if not depends(formula, X):
        return None
    match formula:
        case Group(body):
            return pieces_of(body)
        case Apply("relu", (inner,), 0):
            return Cases(((inner, Comparison(inner, ">", ZERO)), (ZERO, None)))
        case Apply("abs", (inner,), 0):
            return Cases(((inner, Comparison(inner, ">", ZERO)), (minus(inner), None)))
    return _clipped(formula) or in_pieces(formula, X)


def piecewise_lemma(subject: Expression, formula: Expression, pieces: Cases) -> Lemma:
    """The derivative on each piece, and at the places where two pieces meet: the value there is a convention.

    Of cases it is the slope of the case that holds there; of max, min, |u| and relu it is 0. No word is said about a
    place where both sides have the same slope.
    """
    told = _told(pieces)
    chains = []
    for piece in told:
        lines = worked(piece.body, X)
        lines += finished(lines[-1].expression)
        chains.append(Chain(subject, tuple(lines), piece.conditions))
    slopes = [chain.result for chain in chains]
    rows = [(slope, condition) for slope, (_, condition) in zip(slopes, pieces.pieces, strict=True)]
    for number, meeting in _meetings(pieces):
        condition = pieces.pieces[number][1]
        if _smooth((told[number].body, told[number + 1].body), (slopes[number], slopes[number + 1]), meeting):
            continue
        holds = slopes[number if condition is not None and condition.relation in ("<=", ">=") else number + 1]
        value = holds if isinstance(formula, Cases) else ZERO
        chains.append(Chain(subject, (LemmaLine(value, Rule.CONVENTION),), (meeting,)))
        if value != holds:
            rows.insert(0, (value, meeting))
    return Lemma(tuple(chains), Cases(tuple(rows)))


def _clipped(formula: Expression) -> Cases | None:
    """max(c, min(d, u)) and min(d, max(c, u)) for two numbers c < d: three pieces."""
    outer = _with_number(formula)
    inner = None if outer is None else _with_number(outer[2])
    if outer is None or inner is None or outer[0] == inner[0]:
        return None
    low, high = (outer[1], inner[1]) if outer[0] == "max" else (inner[1], outer[1])
    body = inner[2]
    if not _less(low, high):
        return None
    return Cases(((high, Comparison(body, ">=", high)), (body, Comparison(body, ">", low)), (low, None)))


def _with_number(node: Expression) -> tuple[str, Expression, Expression] | None:
    """max or min of two: which, the part without the variable, and the part with it."""
    match node:
        case Apply("max" | "min" as name, (one, two), 0):
            if depends(one, X) and not depends(two, X):
                one, two = two, one
            return (name, one, two) if depends(two, X) and not depends(one, X) else None
    return None


def _told(pieces: Cases) -> list[_Piece]:
    """The pieces, each with the conditions under which it holds and none before it does."""
    found: list[_Piece] = []
    before: list[Comparison] = []
    for body, condition in pieces.pieces:
        own = [] if condition is None else [Comparison(condition.left, _STRICT[condition.relation], condition.right)]
        # What was not the case before matters only for the nearest piece, and where it is about the same thing.
        last = before[-1] if before else None
        if last is not None and (condition is None or (condition.left == last.left and _same_side(condition, last))):
            own.append(Comparison(last.left, _OPPOSITE[last.relation], last.right))
        found.append(_Piece(body, tuple(own)))
        if condition is not None and condition.relation != "=":
            before.append(condition)
    return found


def _same_side(one: Comparison, other: Comparison) -> bool:
    return _STRICT[one.relation] == _STRICT[other.relation]


def _meetings(pieces: Cases) -> Iterator[tuple[int, Comparison]]:
    """The places where a piece and the next one meet."""
    for number, ((_, condition), _) in enumerate(pairwise(pieces.pieces)):
        if condition is not None and condition.relation != "=":
            yield number, Comparison(condition.left, "=", condition.right)


def _smooth(bodies: tuple[Expression, Expression], slopes: tuple[Expression, Expression], meeting: Comparison) -> bool:
    """Whether the pieces meet at one number x = c, without a jump and with one slope."""
    if meeting.left != X or X.quantity in quantities(meeting.right):
        return False
    return all(_alike(one, other, meeting.right) for one, other in (bodies, slopes))


def _alike(one: Expression, other: Expression, at: Expression) -> bool:
    one, other = (replace_refs(node, {X.quantity: at}.get) for node in (one, other))
    if one == other:
        return True
    first, second = _number(one), _number(other)
    return first is not None and second is not None and abs(first - second) < TOLERANCE


def _less(one: Expression, other: Expression) -> bool:
    first, second = _number(one), _number(other)
    return first is not None and second is not None and first < second


def _number(node: Expression) -> Decimal | None:
    """The number of a formula that has one without any quantity's."""
    numbers: dict[Quantity, Decimal] = {}
    try:
        return evaluate(node, numbers.__getitem__)
    except (ArithmeticFault, KeyError):
        return None

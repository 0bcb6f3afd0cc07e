"""How far a slash, a sign and juxtaposition reach in one term, and what a fraction line makes of differentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from backprop_steps.checking.reading.written import Differential, Fraction, Group, Operator, Product, Span, Sum, Written


@dataclass(frozen=True, slots=True)
class Joint:
    """A factor with the operator before it (`/` is one) and the sign in front of it."""

    operator: str
    negative: bool
    node: Written
    start: int


def across(first: Written, last: Written) -> Span:
    """From the beginning of one node to the end of another."""
    return Span(first.span.start, last.span.end)


def product(factors: list[Written], operators: list[Operator]) -> Written:
    """Factors in a row; products side by side in it are one."""
    if len(factors) == 1:
        return factors[0]
    return Product(across(factors[0], factors[-1]), tuple(factors), tuple(operators))


def negated(node: Written, start: int) -> Written:
    """`-x`."""
    return Sum(Span(start, node.span.end), ((-1, node),))


def term(first: Written, joints: list[Joint]) -> Written:
    """The whole term.

    A slash takes everything that stands side by side before it, and one factor after it: `ab/c d` is (ab/c)d. The
    operators that are written part the stretches between them: `a/b · c` is (a/b)c.
    """
    work = _Term()
    work.group = [first]
    for joint in joints:
        node = joint.node
        if joint.operator == "/":
            node = _unbracketed(node)
            work.divide(negated(node, joint.start) if joint.negative else node)
        elif joint.operator == "":
            work.group.append(node)
        else:
            work.close()
            work.operators.append(cast(Operator, joint.operator))
            work.group = [node]
            work.sign = joint.start if joint.negative else None
    work.close()
    return product(work.factors, work.operators)


@dataclass(slots=True)
class _Term:
    factors: list[Written] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    group: list[Written] = field(default_factory=list)
    done: int = 0
    """So many of the group are behind a slash already."""
    sign: int | None = None

    def divide(self, below: Written) -> None:
        open_ones = self.group[self.done :]
        if not open_ones:
            open_ones = [self.group.pop()]
            self.done -= 1
        else:
            del self.group[self.done :]
        # A slash begins its fraction at the last differential before it: `a ∂L/∂w`.
        kept, above = _from_differential(open_ones) if isinstance(below, Differential) else ([], open_ones)
        self.group += kept
        numerator = product(above, [""] * (len(above) - 1))
        self.group.append(fraction(numerator, below, across(numerator, below)))
        self.done = len(self.group)

    def close(self) -> None:
        if self.sign is not None:
            node = product(self.group, [""] * (len(self.group) - 1))
            self.factors.append(negated(node, self.sign))
        else:
            self.factors += self.group
        # Inside the group nothing is written between the factors.
        count = len(self.group) - 1 if self.sign is None else 0
        self.operators += [""] * count
        self.group, self.done, self.sign = [], 0, None


def _from_differential(factors: list[Written]) -> tuple[list[Written], list[Written]]:
    for place in range(len(factors) - 1, -1, -1):
        if isinstance(factors[place], Differential):
            return factors[:place], factors[place:]
    return [], factors


def _unbracketed(node: Written) -> Written:
    """A differential in brackets of its own, as an equation editor writes fractions on the line: `∂L/(∂w_1)`."""
    inside = node.items[0] if isinstance(node, Group) and node.kind == "(" and len(node.items) == 1 else None
    return inside if inside is not None and _is_differential(inside) else node


def fraction(above: Written, below: Written, span: Span) -> Written:
    """A fraction; above and below a line a differential takes all that follows it there."""
    if _is_differential(below):
        above = _unbracketed(above)
    if isinstance(above, Sum) and len(above.terms) == 1 and above.terms[0][0] == -1:
        inner = above.terms[0][1]
        if _is_differential(inner) and _is_differential(below):
            return Sum(span, ((-1, fraction(inner, below, Span(inner.span.start, span.end))),))
    if isinstance(below, Product) and isinstance(below.factors[0], Differential):
        below = _folded(below, 0)
    if isinstance(above, Product) and isinstance(below, Differential):
        place = next((i for i, one in enumerate(above.factors) if isinstance(one, Differential)), None)
        if place is not None:
            body = _folded(above, place)
            made = Fraction(Span(body.span.start, span.end), body, below)
            if not place:
                return Fraction(span, body, below)
            return Product(span, (*above.factors[:place], made), above.operators[:place])
    return Fraction(span, above, below)


def _is_differential(node: Written) -> bool:
    return isinstance(node, Differential) or (isinstance(node, Product) and isinstance(node.factors[0], Differential))


def _folded(node: Product, place: int) -> Differential:
    """`∂ σ(z)`: the differential of all that comes after it."""
    head = node.factors[place]
    assert isinstance(head, Differential)
    rest = list(node.factors[place + 1 :])
    operators = list(node.operators[place + 1 :])
    span = Span(head.span.start, node.span.end)
    if not rest:
        return head
    if head.body is not None:
        rest.insert(0, head.body)
        operators.insert(0, node.operators[place])
    return Differential(span, product(rest, operators), head.letter, head.order)

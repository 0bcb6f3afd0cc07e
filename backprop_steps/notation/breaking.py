"""Chains of equalities in rows, and long lines broken at operators, as a hand breaks them.

The break is made in the Expression, each term printed on its own; the TeX is never taken apart again. What spans two
rows has plain or sized brackets, since `\\left` and `\\right` must stand in one row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backprop_steps.expression.transform import children, rebuild
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Constant,
    Derivative,
    Dots,
    Expression,
    Gap,
    Group,
    Hadamard,
    Kronecker,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
    Transpose,
)
from backprop_steps.notation.arrays import elided
from backprop_steps.notation.filling import Segment, Split, fill
from backprop_steps.notation.looks import COMPOSED, inside, is_numeric, is_tall, script
from backprop_steps.notation.products import juxtapose, number_mark, symbol_mark
from backprop_steps.notation.tex import TexPrinter

Member = tuple[str, "Expression | str"]
"""A relation (`=`, `\\approx`, `:=`) and what stands after it; a string is TeX that is taken as it is."""

_MOST_ROWS = 12
_WHOLE = frozenset({Ref, Number, Constant, Kronecker, Cases, Matrix, Dots, Gap})
_QUAD = 1.0
# as a factor, these have brackets when they span lines: a fraction too, since it is then written on the line
_ENCLOSED = frozenset({Sum, Negative, Hadamard, Quotient, Derivative})
# a denominator narrower than this share of a row stays on the row where the numerator ends
_SHORT_END = 0.4
# a first factor narrower than this share of a row does not stand on it alone where the next one is a sum
_LONE_FACTOR = 0.2
# a head wider than this share of the line gets a row of its own
_WIDE_HEAD = 0.45


def chain(
    head: Expression | str | None,
    members: Sequence[Member | Sequence[Member]],
    printer: TexPrinter,
    max_width: float,
) -> list[str]:
    r"""The rows of an `aligned` environment for `head = m1 = m2 ...`, each no wider than `max_width` em if it can be.

    A member is a pair of relation and expression; a sequence of members is a group, which shares a row if there is
    room. The rows hold `&` and no `\\`. Without a head the first row begins with the relation.
    """
    rows: list[str] = []
    start = ""
    room = max_width
    if head is not None:
        start = head if isinstance(head, str) else printer.print(head)
        taken = printer.measure(start)
        if members and taken > _WIDE_HEAD * max_width:
            rows = _continued("&", pieces(head, printer, max_width, max_width - _QUAD))
            start = ""
        else:
            room -= taken
            start += " "
        if not members:
            return [f"{start.rstrip()} &"] if start else rows
    for group in members:
        for relation, lines in _group_rows(group, printer, room):
            rows += _continued(f"{start}&{relation}", [f" {lines[0]}", *lines[1:]])
            start = ""
    return rows


def _continued(opening: str, lines: list[str]) -> list[str]:
    return [opening + lines[0], *(rf"&\quad {line}" for line in lines[1:])]


def _group_rows(group: Member | Sequence[Member], printer: TexPrinter, room: float) -> list[tuple[str, list[str]]]:
    """For each row of the group's members: the relation it begins with, and its lines."""
    if isinstance(group[0], str):
        members: Sequence[Member] = [group]  # type: ignore[list-item]
    else:
        members = group  # type: ignore[assignment]
    printed = [(relation, _whole(body, printer)) for relation, body in members]
    if len(members) > 1 and not any(_takes_lines(body, printer) for _, body in members):
        first, *others = printed
        line = first[1] + "".join(f" {relation} {tex}" for relation, tex in others)
        if fits(f"{first[0]} {line}", room, printer):
            return [(first[0], [line])]
    found = []
    for (relation, body), (_, tex) in zip(members, printed, strict=True):
        space = room - printer.measure(relation)
        found.append((relation, pieces(body, printer, space, space - _QUAD, tex)))
    return found


def _whole(body: Expression | str, printer: TexPrinter) -> str:
    return body if isinstance(body, str) else printer.print(body)


def fits(tex: str, room: float, printer: TexPrinter) -> bool:
    """Whether the TeX is no wider than `room` em."""
    # no glyph is wider than 1.2 em with its spaces, except where it takes more than one character
    return len(tex) * 1.2 <= room or printer.measure(tex) <= room


def pieces(
    body: Expression | str, printer: TexPrinter, first: float, rest: float, printed: str | None = None
) -> list[str]:
    """The formula in as many lines as it takes: the first at most `first` em wide, the others at most `rest`.

    TeX given as a string stays one line; so does what has no operator to break at. `printed` is the formula in one
    line, where it is at hand.
    """
    if isinstance(body, str):
        return [body]
    if type(body) is Gap:
        return _gaps(body, printer, first, rest)
    tex = printer.print(body) if printed is None else printed
    if r"\begin{" in tex:
        fitted = _fitted(body, printer, rest)
        if fitted != body:
            with printer.smaller_matrices():
                if _fitted(body, printer, rest) == body:
                    return _Breaker(printer).lines(body, first, rest)
            return _Breaker(printer).lines(fitted, first, rest)
    elif fits(tex, first, printer):
        return [tex]
    else:
        return _Breaker(printer).broken(body, tex, first, rest)
    return _Breaker(printer).lines(body, first, rest, tex)


_HAND = 0.7  # of a line: what is set so wide fills the line when it is written by hand
_MOST_LINES = 4  # to write on, for one line of the answer


def _gaps(node: Gap, printer: TexPrinter, first: float, rest: float) -> list[str]:
    """A gap in as many lines as its answer takes; one with matrices has room for their rows."""
    if not printer.open_gaps:
        whole = pieces(node.body, printer, first, rest)
        # what goes on over several lines cannot be underlined: a bracket may open in one and close in another
        return [printer.gap(whole[0])] if len(whole) == 1 else whole
    lines = pieces(node.body, printer, _HAND * first, _HAND * rest)
    return [printer.gap(line) for line in lines for _ in range(min(rows_of_highest(node.body), _MOST_LINES))]


def _takes_lines(body: Expression | str, printer: TexPrinter) -> bool:
    """Whether it is a gap with more than one line to write on."""
    return printer.open_gaps and type(body) is Gap and rows_of_highest(body) > 1


def rows_of_highest(node: Expression) -> int:
    """The rows of the highest matrix in a formula, 1 where there is none."""
    if isinstance(node, Matrix):
        return len(node.rows)
    return max(map(rows_of_highest, children(node)), default=1)


def _fitted(node: Expression, printer: TexPrinter, room: float) -> Expression:
    """The formula with every matrix cut down, by dots in its middle, to what the page takes."""
    if type(node) is not Matrix:
        return rebuild(node, lambda part: _fitted(part, printer, room)) if children(node) else node
    cut = node if len(node.rows) <= _MOST_ROWS else elided(node, _MOST_ROWS, len(node.rows[0]) + 3)
    columns = min(len(cut.rows[0]), 6)
    while columns > 2 and not fits(printer.print(cut), room, printer):
        cut = elided(cut, _MOST_ROWS, columns)
        columns -= 1
    return cut


class _Breaker:
    """Breaks formulas with one printer."""

    def __init__(self, printer: TexPrinter) -> None:
        self.printer = printer

    def lines(self, node: Expression, first: float, rest: float, printed: str | None = None) -> list[str]:
        """The formula, printed bare, in lines; `printed` is the formula in one line, where it is at hand."""
        tex = self.printer.print(node) if printed is None else printed
        return [tex] if fits(tex, first, self.printer) else self.broken(node, tex, first, rest)

    def broken(self, node: Expression, tex: str, first: float, rest: float) -> list[str]:
        """The formula, which takes more than the first line; `tex` is what it is in one."""
        match node:
            case Sum():
                return fill(self._terms(node), first, rest, self.printer.measure)
            case Negative(Number()):
                return [tex]
            case Negative(body):
                return self._after("-", lambda a, b: self._subtracted(body, a, b), first, rest)
            case Product():
                return self._product(node, True, first, rest)
            case Hadamard(factors):
                return fill(self._hadamard(factors), first, rest, self.printer.measure)
            case Group(body):
                return self._enclosed(body, first, rest)
            case Sigma(letter, body):
                sign = self.printer.sum_sign(letter) + " "
                return self._after(sign, lambda a, b: self._summand(body, a, b), first, rest)
            case Apply():
                return self._call(node, tex, first, rest)
            case Power(base, exponent):
                return self._raised(base, "^" + script(self.printer.print(inside(exponent))), first, rest)
            case Transpose(body):
                return self._raised(body, "^T", first, rest)
            case Quotient(numerator, denominator):
                return self._quotient(numerator, denominator, first, rest)
            case Derivative(of, by):
                if operator := self.printer.operator(node):
                    return self._after(operator, self._enclosing(of), first, rest)
                mark = self.printer.derivative_mark(node)
                below = juxtapose(mark, self.printer.print(by))
                return self._surrounded(mark, of, "/" + below, first, rest)
        return [tex]

    def _terms(self, node: Sum) -> list[Segment]:
        segments: list[Segment] = []
        for text, term in zip(self.printer.terms(node), node.terms, strict=True):
            opening = text[:3] if segments else ""
            if not segments:
                segments.append(Segment(text, text, self._splitter(term, text)))
            elif type(term) is Negative:
                segments.append(Segment(text, text[1:], self._subtraction(term.body), opening, opening[1:]))
            elif opening == " - ":
                segments.append(Segment(text, text[1:], self._signed(term, f"-{text[3:]}")))
            else:
                segments.append(Segment(text, text[1:], self._splitter(term, text[3:]), opening, opening[1:]))
        if 1 < node.turn < len(segments):
            return [self._turn(segments[at : at + node.turn]) for at in range(0, len(segments), node.turn)]
        return segments

    def _turn(self, segments: Sequence[Segment]) -> Segment:
        """The terms of one turn of an index, which stay on one line if they can."""
        text, first = "".join([segment.text for segment in segments]), segments[0]
        core = first.text[len(first.lead) :]
        inner = [Segment(core, core, first.split), *segments[1:]]

        def split(room: float, rest: float) -> list[str]:
            return fill(inner, room, rest, self.printer.measure)

        return Segment(text, first.fresh + text[len(first.text) :], split, first.lead, first.fresh_lead)

    def _splitter(self, node: Expression, tex: str) -> Split | None:
        return None if type(node) in _WHOLE else lambda first, rest: self.lines(node, first, rest, tex)

    def _signed(self, node: Expression, tex: str) -> Split:
        """A term that begins with a minus sign of its own, which becomes the sum's if the break leaves it in front."""

        def split(first: float, rest: float) -> list[str]:
            lines = self.lines(node, first - self.printer.measure(" + "), rest, tex)
            start = f" - {lines[0][1:]}" if lines[0][0] == "-" else f" + {lines[0]}"
            return [start, *lines[1:]]

        return split

    def _subtraction(self, node: Expression) -> Split:
        return lambda first, rest: self._subtracted(node, first, rest)

    def _subtracted(self, node: Expression, first: float, rest: float) -> list[str]:
        if type(node) is Product:
            return self._product(node, False, first, rest)
        if type(node) is Sum:
            return self._enclosed(node, first, rest)
        tex = self.printer.print(node)
        return self._enclosed(node, first, rest) if tex[0] == "-" else self.lines(node, first, rest, tex)

    def _summand(self, node: Expression, first: float, rest: float) -> list[str]:
        if type(node) is Negative:
            return self._enclosed(node, first, rest)
        return self._subtracted(node, first, rest)

    def _product(self, node: Product, lead: bool, first: float, rest: float) -> list[str]:
        lone = _LONE_FACTOR * rest
        return fill(self._factors(node, lead), first, rest, self.printer.measure, lone)

    def _factors(self, node: Product, lead: bool) -> list[Segment]:
        conventions = self.printer.conventions
        segments: list[Segment] = []
        before = ""
        factors = self.printer.factors(node, lead)
        for place, (joiner, tex, factor) in enumerate(factors, start=1):
            text = joiner + tex if joiner or not before else juxtapose(before, tex)[len(before) :]
            mark = joiner or (number_mark(conventions) if is_numeric(factor) else symbol_mark(conventions))
            mark = mark.lstrip() if segments else ""
            split = self._factor(factor, tex, place == len(factors))
            segments.append(Segment(text, mark + tex, split, joiner, mark, type(factor) in (Sum, Sigma)))
            before = tex
        return segments

    def _factor(self, node: Expression, tex: str, last: bool) -> Split | None:
        kind = type(node)
        if kind in _ENCLOSED or (kind is Sigma and not last):
            return self._enclosing(node)
        return self._splitter(node, tex)

    def _hadamard(self, factors: Sequence[Expression]) -> list[Segment]:
        segments: list[Segment] = []
        for factor in factors:
            tex = self.printer.hadamard_factor(factor)
            split = self._subtraction(factor) if type(factor) in (Sum, Negative) else self._splitter(factor, tex)
            mark = r"\odot " if segments else ""
            space = " " if segments else ""
            segments.append(Segment(space + mark + tex, mark + tex, split, space + mark, mark))
        return segments

    def _quotient(self, above: Expression, below: Expression, first: float, rest: float) -> list[str]:
        """A fraction wider than the line, written on the line, its two sides broken where they must be."""
        top, bottom = self._side(above, self.printer.over), self._side(below, self.printer.under)
        end = "/" + bottom.text
        if self.printer.measure(end) < rest * _SHORT_END:
            lines = fill(
                [top], first - self.printer.measure(end), rest - self.printer.measure(end), self.printer.measure
            )
            return [*lines[:-1], lines[-1] + end]
        return fill([top, Segment(end, end, bottom.split, "/", "/")], first, rest, self.printer.measure)

    def _side(self, node: Expression, write: Callable[[Expression], str]) -> Segment:
        tex = write(node)
        if tex[0] == "-":
            tex = self.printer.enclosed(node)
        return Segment(tex, tex, self._enclosing(node) if type(node) in COMPOSED else self._splitter(node, tex))

    def _enclosing(self, node: Expression) -> Split:
        return lambda first, rest: self._enclosed(node, first, rest)

    def _call(self, node: Apply, tex: str, first: float, rest: float) -> list[str]:
        """A function whose brackets span the lines; what is under a root, or between bars, stays whole."""
        if node.function in ("abs", "sqrt") and not node.primes:
            return [tex]
        opening, closing = _sized("(", ")", is_tall(tex))
        last = len(node.arguments) - 1
        segments = []
        with self.printer.within_brackets():
            for place, argument in enumerate(node.arguments):
                inner = self.printer.print(inside(argument))
                text = inner + ("," if place < last else "")
                split = self._argument(argument, inner, place < last)
                segments.append(Segment(f" {text}" if place else text, text, split))
        name = self.printer.called(node) + opening
        room = first - self.printer.measure(name + closing)
        lines = fill(segments, room, rest - self.printer.measure(closing), self.printer.measure)
        return [name + lines[0], *lines[1:-1], lines[-1] + closing] if len(lines) > 1 else [name + lines[0] + closing]

    def _argument(self, node: Expression, tex: str, more: bool) -> Split:
        def split(first: float, rest: float) -> list[str]:
            lines = self._deeper(inside(node), tex, first, rest)
            return [*lines[:-1], lines[-1] + ","] if more else lines

        return split

    def _deeper(self, node: Expression, tex: str, first: float, rest: float) -> list[str]:
        with self.printer.within_brackets():
            return self.lines(node, first, rest, tex)

    def _raised(self, base: Expression, end: str, first: float, rest: float) -> list[str]:
        if type(base) is Group:
            base = base.body
        if type(base) is Apply:
            lines = self._call(
                base, self.printer.print(base), first - self.printer.measure(end), rest - self.printer.measure(end)
            )
            return [*lines[:-1], lines[-1] + end]
        return self._surrounded("", base, end, first, rest)

    def _surrounded(self, start: str, node: Expression, end: str, first: float, rest: float) -> list[str]:
        lines = self._after(
            start, self._enclosing(node), first - self.printer.measure(end), rest - self.printer.measure(end)
        )
        return [*lines[:-1], lines[-1] + end]

    def _enclosed(self, node: Expression, first: float, rest: float) -> list[str]:
        """The formula in brackets that span the lines."""
        with self.printer.within_brackets():
            inner = self.printer.print(node)
        opening, closing = _sized(*self.printer.brackets(inner, node), is_tall(inner))
        lines = self._after(
            opening,
            lambda a, b: self._deeper(node, inner, a, b),
            first - self.printer.measure(closing),
            rest - self.printer.measure(closing),
        )
        return [*lines[:-1], lines[-1] + closing]

    def _after(self, start: str, split: Split, first: float, rest: float) -> list[str]:
        lines = split(first - self.printer.measure(start), rest)
        return [juxtapose(start, lines[0]) if start else lines[0], *lines[1:]]


def _sized(opening: str, closing: str, tall: bool) -> tuple[str, str]:
    return (rf"\Bigl{opening}", rf"\Bigr{closing}") if tall else (opening, closing)

"""The nodes that the rules of the grammar make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from backprop_steps.checking.reading.bounds import TroubleError
from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.scripts import tokens
from backprop_steps.checking.reading.signs import Sign
from backprop_steps.checking.reading.terms import Joint, across, fraction, negated, product, term
from backprop_steps.checking.reading.written import (
    Blank,
    Cases,
    Comparison,
    Differential,
    Dots,
    Fraction,
    Group,
    Indexed,
    Matrix,
    Numeral,
    Power,
    Primed,
    Relation,
    Root,
    Sigma,
    Span,
    Sum,
    Symbol,
    Transposed,
    Written,
)

_CASES = frozenset({"cases", "dcases", "rcases"})
_ROW_ONLY = frozenset({"matrix", "array", "smallmatrix"})


def _span(children: list[Any]) -> Span:
    first, last = children[0], children[-1]
    start = first.start if isinstance(first, Sign) else first.span.start
    return Span(start, last.end if isinstance(last, Sign) else last.span.end)


class Builder:
    """One method a rule. `read_script` reads what stands above; it is handed in, for it needs the parser."""

    def __init__(self, read_script: Callable[[tuple[Sign, ...], Mode, int], Written | None]) -> None:
        self.read_script = read_script
        self.mode: Mode = "math"
        self.level = 0
        self.unbracketed: set[Span] = set()
        """The matrices that have no brackets of their own: those around them are theirs."""

    def start(self, children: list[Any]) -> Written:
        """The whole."""
        (node,) = children
        return cast(Written, node)

    def sum(self, children: list[Any]) -> Written:
        """Signs and terms by turns."""
        terms: list[tuple[int, Written]] = []
        sign = 1
        for child in children:
            if isinstance(child, Sign):
                sign = -sign if child.text == "-" else sign
            else:
                terms.append((sign, child))
                sign = 1
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return Sum(_span(children), tuple(terms))

    def term(self, children: list[Any]) -> Written:
        """Factors and what joins them."""
        if len(children) == 1:
            return cast(Written, children[0])
        joints = [one if isinstance(one, Joint) else Joint("", False, one, one.span.start) for one in children[1:]]
        return term(children[0], joints)

    def joined(self, children: list[Any]) -> Joint:
        """An operator, signs, a factor."""
        minus = sum(one.text == "-" for one in children[1:-1]) % 2 == 1
        start = children[1].start if len(children) > 2 else children[-1].span.start
        return Joint(children[0].text, minus, children[-1], start)

    def sigma(self, children: list[Any]) -> Written:
        """The sum sign, its bounds, and the product after it."""
        lower = upper = None
        letters: tuple[str, ...] = ()
        apart: tuple[str, ...] = ()
        for child in children[1:-1]:
            if child.type == "SUB":
                letters, lower, upper_too = self._below(child.inner)
                apart = _left_out(child.inner)
                upper = upper or upper_too
            elif child.type == "SUP":
                upper = self.read_script(child.inner, self.mode, self.level)
        body = children[-1]
        minus = [one for one in children[1:-1] if one.type == "SIGN"]
        if sum(one.text == "-" for one in minus) % 2:
            body = negated(body, minus[0].start)
        return Sigma(_span(children), letters, lower, upper, body, apart)

    def _below(self, inner: tuple[Sign, ...]) -> tuple[tuple[str, ...], Written | None, Written | None]:
        relation = next((place for place, one in enumerate(inner) if one.type in ("REL", "IN")), len(inner))
        primed = [one.type == "PRIME" for one in inner[1 : relation + 1]] + [False]
        letters = tuple(
            one.text + "'" * mark for one, mark in zip(inner[:relation], primed, strict=False) if one.type == "NAME"
        )
        rest = inner[relation + 1 :]
        dots = next((place for place, one in enumerate(rest) if one.type == "DOTS"), None)
        if not rest or inner[relation].type == "IN" or inner[relation].text == "!=":
            return letters, None, None
        if dots is None:
            return letters, self.read_script(rest, self.mode, self.level), None
        ends = [tuple(one for one in part if one.type != "COMMA") for part in (rest[:dots], rest[dots + 1 :])]
        low, high = (self.read_script(end, self.mode, self.level) if end else None for end in ends)
        return letters, low, high

    def numeral(self, children: list[Any]) -> Written:
        """A number."""
        return Numeral(_span(children), children[0].text)

    def symbol(self, children: list[Any]) -> Written:
        """A letter or a name."""
        return Symbol(_span(children), children[0].text, marks=children[0].marks)

    def over(self, children: list[Any]) -> Written:
        """`{a \\over b}`."""
        return fraction(children[1], children[3], _span(children))

    def unary(self, children: list[Any]) -> Written:
        """`\\sqrt{x}`, `\\hat{y}`."""
        sign, inner = children[0], children[2]
        if sign.text == "sqrt":
            return Root(_span(children), inner)
        if isinstance(inner, Symbol):
            return replace(inner, span=_span(children), marks=(*inner.marks, sign.text))
        raise TroubleError(f"a {sign.text} over more than a letter is not read")

    def bare_differential(self, children: list[Any]) -> Written:
        """The ∂ of ∂/∂w, the ∂_w of an operator."""
        return self.differential([*children, None])

    def differential(self, children: list[Any]) -> Written:
        """∂L, ∂²L; ∂_w L and ∇_W L, which are whole derivatives."""
        sign, *scripts, body = children
        span = _span(children if body is not None else children[:-1])
        if scripts and scripts[0].type == "SUB":
            variable = self.read_script(scripts[0].inner, self.mode, self.level)
            if variable is None:
                raise TroubleError("what the derivative is taken by is not read")
            above = Differential(Span(sign.start, sign.end) if body is None else body.span, body, sign.text)
            return Fraction(span, above, Differential(variable.span, variable, sign.text))
        if sign.text == "nabla":
            nabla = Symbol(Span(sign.start, sign.end), "nabla")
            return nabla if body is None else product([nabla, body], [""])
        order = 1
        if scripts:
            number = tokens(scripts[0].inner)
            if len(number) != 1 or not number[0].isdigit():
                raise TroubleError("a derivative of this order is not read")
            order = int(number[0][:3])
        return Differential(span, body, sign.text, order)

    def braces(self, children: list[Any]) -> Written:
        """TeX's own: nothing to see."""
        inner = children[1]
        if isinstance(inner, Differential):
            return cast(Written, inner)
        return cast(Written, replace(inner, span=_span(children)))

    def subscripted(self, children: list[Any]) -> Written:
        """Something with a script below."""
        node, script = children
        sub = tokens(script.inner)
        span = _span(children)
        if isinstance(node, Symbol):
            return replace(node, span=span, sub=(*node.sub, *sub))
        if isinstance(node, Transposed) and isinstance(node.body, Symbol):
            return Transposed(span, replace(node.body, sub=(*node.body.sub, *sub)))
        if isinstance(node, Matrix):
            return node  # its shape, written below it
        if isinstance(node, Differential):
            raise TroubleError("a script below a differential is not read")
        return Indexed(span, node, sub)

    def raised(self, children: list[Any]) -> Written:
        """Something with a script above."""
        node, script = children
        span = _span(children)
        exponent = self.read_script(script.inner, self.mode, self.level)
        named = isinstance(node, Symbol) and (node.base != "e" or bool(node.sub) or exponent is None)
        if named and isinstance(node, Symbol) and not node.sup and node.exponent is None:
            return replace(node, span=span, sup=tokens(script.inner), exponent=exponent)
        if exponent is None:
            raise TroubleError(f"{' '.join(tokens(script.inner))[:40]!r} as an exponent is not read")
        return Power(span, node, exponent)

    def primed(self, children: list[Any]) -> Written:
        """Something with apostrophes."""
        node, prime = children
        count = int(prime.text)
        if isinstance(node, Symbol):
            return replace(node, span=_span(children), primes=node.primes + count)
        if isinstance(node, Primed):
            return Primed(_span(children), node.body, node.count + count)
        return Primed(_span(children), node, count)

    def transposed(self, children: list[Any]) -> Written:
        """Something with a T above."""
        return Transposed(_span(children), children[0])

    def hole(self, children: list[Any]) -> Written:
        """What is to be found, terms left out, the empty brackets of `g(·)`."""
        span, text = _span(children), children[0].text
        return Blank(span) if text == "?" else Dots(span) if text == "..." else Group(span, (), "(")

    def items(self, children: list[Any]) -> list[list[Any]]:
        """Rows of entries."""
        rows: list[list[Any]] = [[]]
        for child in children:
            if not isinstance(child, Sign):
                rows[-1].append(child)
            elif child.text in (";", "row"):
                rows.append([])
        return rows

    def words(self, children: list[Any]) -> Any:
        """An entry in words."""
        return _Remark(children[0].text)

    def comparison(self, children: list[Any]) -> Any:
        """`z > 0`."""
        left, relation, right = children
        return Comparison(across(left, right), left, cast(Relation, relation.text), right)

    def group(self, children: list[Any]) -> Written:
        """Brackets; square ones with several entries are a matrix."""
        opening, rows, _ = children
        kind = opening.text
        span = _span(children)
        cells = [cell for row in rows for cell in row]
        if any(isinstance(cell, _Remark) for cell in cells):
            raise TroubleError("words in brackets")
        if len(cells) == 1 and isinstance(cells[0], Matrix) and cells[0].span in self.unbracketed:
            return Matrix(span, cells[0].rows)
        if kind == "[":
            made = _matrix(rows, cells, span)
            if made is not None:
                return made
        elif len(rows) > 1 and all(len(row) == 1 for row in rows) and kind == "(":
            return Matrix(span, tuple((cell,) for cell in cells))
        return Group(span, tuple(cells), kind)

    def matrix(self, children: list[Any]) -> Written:
        """An environment."""
        name = children[0].text
        span = _span(children)
        rows = children[1]
        if name in _CASES:
            return Cases(span, tuple(_piece(row) for row in rows))
        if any(isinstance(cell, (_Remark, Comparison)) for row in rows for cell in row):
            raise TroubleError("words in a matrix")
        entries = tuple(tuple(row) for row in rows)
        if name in ("vmatrix", "Vmatrix"):
            raise TroubleError("a determinant is not read")
        if name in _ROW_ONLY:
            self.unbracketed.add(span)
        return Matrix(span, entries)


def _left_out(below: tuple[Sign, ...]) -> tuple[str, ...]:
    """What a sum leaves out: the letters and numbers behind the sign of `k \\neq i`."""
    place = next((place for place, one in enumerate(below) if one.type == "REL" and one.text == "!="), len(below))
    return tuple(one.text for one in below[place + 1 :] if one.type in ("NAME", "NUM"))


@dataclass(frozen=True, slots=True)
class _Remark:
    """Words in an entry."""

    text: str


def _matrix(rows: list[list[Any]], cells: list[Written], span: Span) -> Matrix | None:
    """What square brackets with several entries hold."""

    def entries(cell: Written) -> tuple[Written, ...] | None:
        if isinstance(cell, Matrix) and len(cell.rows) == 1:
            return cell.rows[0]
        if isinstance(cell, Group) and cell.kind == "[" and len(cell.items) == 1:
            return cell.items
        return None

    inner = [entries(cell) for cell in cells]
    if all(one is not None for one in inner) and (len(cells) > 1 or isinstance(cells[0], Matrix)):
        return Matrix(span, tuple(one for one in inner if one is not None))
    if len(cells) < 2 or any(isinstance(cell, Comparison) for cell in cells):
        return None
    settled = iter(cells)
    return Matrix(span, tuple(tuple(next(settled) for _ in row) for row in rows))


def _piece(row: list[Any]) -> tuple[Written, Comparison | None]:
    value = row[0] if row else None
    if not isinstance(value, Written) or isinstance(value, Comparison) or len(row) > 2:
        raise TroubleError("a case is not read")
    condition = row[1] if len(row) == 2 else None
    return value, condition if isinstance(condition, Comparison) else None

"""The nodes that the rules of the grammar make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, cast

from backprop_steps.checking.reading.bounds import TroubleError
from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.scripts import tokens
from backprop_steps.checking.reading.signs import Sign
from backprop_steps.checking.reading.terms import Joint, across, fraction, negated, product, term
from backprop_steps.checking.written import (
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
_KINDS: dict[str, Literal["(", "[", "{", "|", "||"]] = {
    "LPAR": "(", "LSQ": "[", "LCUR": "{", "LBAR": "|", "LNORM": "||",
}  # fmt: skip


@dataclass(slots=True)
class _Row:
    """Entries side by side; None is an entry that only says something ("otherwise")."""

    cells: list[Any]
    breaks: set[int]
    """Before these entries a new row begins (a semicolon)."""


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
        signed = False
        for child in children:
            if isinstance(child, Sign):
                sign = -sign if child.text == "-" else sign
                signed = True
            else:
                terms.append((sign, child))
                sign = 1
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        del signed
        return Sum(_span(children), tuple(terms))

    def term(self, children: list[Any]) -> Written:
        """Factors and what joins them."""
        if len(children) == 1:
            return cast(Written, children[0])
        joints = [one if isinstance(one, Joint) else Joint("", False, one, one.span.start) for one in children[1:]]
        return term(children[0], joints)

    def _joint(self, children: list[Any], operator: str) -> Joint:
        minus = sum(one.text == "-" for one in children[1:-1]) % 2 == 1
        start = children[1].start if len(children) > 2 else children[-1].span.start
        return Joint(operator, minus, children[-1], start)

    def joined(self, children: list[Any]) -> Joint:
        """An operator, signs, a factor."""
        return self._joint(children, children[0].text)

    def divided(self, children: list[Any]) -> Joint:
        """A slash, signs, a factor."""
        return self._joint(children, "/")

    def sigma(self, children: list[Any]) -> Written:
        """The sum sign, its bounds, and the product after it."""
        lower = upper = None
        letters: tuple[str, ...] = ()
        for child in children[1:-1]:
            if child.type == "SUB":
                letters, lower, upper_too = self._below(child.inner)
                upper = upper or upper_too
            elif child.type == "SUP":
                upper = self.read_script(child.inner, self.mode, self.level)
        body = children[-1]
        minus = [one for one in children[1:-1] if one.type == "SIGN"]
        if sum(one.text == "-" for one in minus) % 2:
            body = negated(body, minus[0].start)
        return Sigma(_span(children), letters, lower, upper, body)

    def _below(self, inner: tuple[Sign, ...]) -> tuple[tuple[str, ...], Written | None, Written | None]:
        relation = next((place for place, one in enumerate(inner) if one.type in ("REL", "IN")), len(inner))
        letters = tuple(one.text for one in inner[:relation] if one.type == "NAME")
        rest = inner[relation + 1 :]
        dots = next((place for place, one in enumerate(rest) if one.type == "DOTS"), None)
        if not rest or inner[relation].type == "IN":
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

    def fraction(self, children: list[Any]) -> Written:
        """`\\frac{a}{b}`."""
        return fraction(children[2], children[5], _span(children))

    def over(self, children: list[Any]) -> Written:
        """`{a \\over b}`."""
        return fraction(children[1], children[3], _span(children))

    def root(self, children: list[Any]) -> Written:
        """`\\sqrt{x}`."""
        return Root(_span(children), children[2])

    def accent(self, children: list[Any]) -> Written:
        """`\\hat{y}`."""
        inner = children[2]
        if isinstance(inner, Symbol):
            return replace(inner, span=_span(children), marks=(*inner.marks, children[0].text))
        raise TroubleError(f"a {children[0].text} over more than a letter is not read")

    def bare_differential(self, children: list[Any]) -> Written:
        """The ∂ of ∂/∂w."""
        return Differential(_span(children), None, children[0].text)

    def differential(self, children: list[Any]) -> Written:
        """∂L."""
        order = 1
        if len(children) == 3:
            number = tokens(children[1].inner)
            if len(number) != 1 or not number[0].isdigit():
                raise TroubleError("a derivative of this order is not read")
            order = int(number[0][:3])
        body = children[-1]
        return Differential(_span(children), body, children[0].text, order)

    def derivative(self, children: list[Any]) -> Written:
        """∂_w L, ∇_W L."""
        letter: Literal["partial", "nabla"] = "nabla" if children[0].type == "NABLA" else "partial"
        head, script, body = children
        return Fraction(_span(children), Differential(body.span, body, letter), self._by(head, script))

    def bare_derivative(self, children: list[Any]) -> Written:
        """The ∂_w before brackets far away."""
        head, script = children
        above = Differential(Span(head.start, head.end), None, "partial")
        return Fraction(_span(children), above, self._by(head, script))

    def _by(self, head: Sign, script: Sign) -> Differential:
        variable = self.read_script(script.inner, self.mode, self.level)
        if variable is None:
            raise TroubleError("what the derivative is taken by is not read")
        letter: Literal["partial", "nabla"] = "nabla" if head.type == "NABLA" else "partial"
        return Differential(variable.span, variable, letter)

    def gradient(self, children: list[Any]) -> Written:
        """∇L: a name before a factor."""
        nabla = Symbol(Span(children[0].start, children[0].end), "nabla")
        return product([nabla, children[1]], [""])

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

    def blank(self, children: list[Any]) -> Written:
        """To be found."""
        return Blank(_span(children))

    def dots(self, children: list[Any]) -> Written:
        """Terms left out."""
        return Dots(_span(children))

    def placeholder(self, children: list[Any]) -> Written:
        """`g(·)`."""
        return Group(_span(children), (), "(")

    def row(self, children: list[Any]) -> _Row:
        """Entries and what parts them."""
        cells: list[Any] = []
        breaks: set[int] = set()
        for child in children:
            if isinstance(child, Sign):
                if child.type == "SEMI":
                    breaks.add(len(cells))
            else:
                cells.append(child)
        return _Row(cells, breaks)

    def items(self, children: list[Any]) -> list[list[Any]]:
        """Rows of entries."""
        rows: list[list[Any]] = []
        for child in children:
            if isinstance(child, _Row):
                edges = [0, *sorted(child.breaks), len(child.cells)]
                rows += [child.cells[a:b] for a, b in pairwise(edges)]
        return rows

    def words(self, children: list[Any]) -> Any:
        """An entry in words."""
        return _Remark(children[0].text)

    def remarked(self, children: list[Any]) -> Any:
        """An entry with words behind it."""
        return children[0]

    def comparison(self, children: list[Any]) -> Any:
        """`z > 0`, with or without words around."""
        parts = [one for one in children if not (isinstance(one, Sign) and one.type == "TEXT")]
        left, relation, right = parts
        return Comparison(across(left, right), left, cast(Relation, relation.text), right)

    def group(self, children: list[Any]) -> Written:
        """Brackets; square ones with several entries are a matrix."""
        opening = children[0].type
        span = _span(children)
        inner = children[1]
        rows = inner if isinstance(inner, list) else [[inner]]
        cells = [cell for row in rows for cell in row]
        if any(isinstance(cell, _Remark) for cell in cells):
            raise TroubleError("words in brackets")
        if len(cells) == 1 and isinstance(cells[0], Matrix) and cells[0].span in self.unbracketed:
            return Matrix(span, cells[0].rows)
        if opening == "LSQ":
            made = _matrix(rows, cells, span)
            if made is not None:
                return made
        elif len(rows) > 1 and all(len(row) == 1 for row in rows) and opening == "LPAR":
            return Matrix(span, tuple((cell,) for cell in cells))
        return Group(span, tuple(cells), _KINDS[opening])

    def matrix(self, children: list[Any]) -> Written:
        """An environment."""
        name = children[0].text
        span = _span(children)
        rows = [child.cells for child in children if isinstance(child, _Row)]
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

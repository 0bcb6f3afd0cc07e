"""What a hand wrote, before anything is known of what it means: a tree of signs, each with its place in the file.

The reader makes it from LaTeX, Unicode and plain text; binding turns it into an Expression. Nothing is settled here
that needs the problem: `\\sigma(z)` and `x(1 - a)` are both factors side by side, `a^{2}` is a symbol with something
above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any, Literal, cast

Operator = Literal["", ".", "dot", "times", "star", "hadamard"]
"""How two factors are joined: side by side, a full stop, a raised dot, a cross, an asterisk, element by element."""

Relation = Literal["=", "~", ":=", "+=", "-=", "->", "=>", "<", "<=", ">", ">=", "!=", "in"]
"""`~` is any sign of about-equal; `->` an arrow either way between two members; `=>` "so"."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of the file, `start` included, `end` not."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Written:
    """One node. `span` covers all of it; it takes no part in comparing."""

    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Numeral(Written):
    """A number. `text` is an ASCII decimal (`-` is never in it): `0.20`, `12`, `2.1e-5`."""

    text: str


@dataclass(frozen=True, slots=True)
class Symbol(Written):
    r"""A letter or word with what hangs on it: `\hat{y}_{i,1}`, `W_{new,11}^{(2)}`, `Relu'`, `w1`.

    `base` is the letter itself (`w`, `W`, `net`, `Relu`, `delta` for a Greek letter however written, `Delta` the
    capital). `marks` are accents (`hat`, `bar`, `tilde`, `vec`, `dot`) from the inside out, `primes` counts
    apostrophes. `sub` and `sup` are the tokens of the scripts in order: digit strings, letter runs, `,` `(` `)` `[`
    `]` `+` `-` `*`; empty where there is none. `exponent` is what stands above, read as a formula, where it can be:
    `a^{2}` may be a square.
    """

    base: str
    sub: tuple[str, ...] = ()
    sup: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    primes: int = 0
    exponent: Written | None = None

    @property
    def marked(self) -> str:
        """The letter with its marks, whatever else hangs on it: `hat y`."""
        return " ".join((*self.marks, self.base))


@dataclass(frozen=True, slots=True)
class Sum(Written):
    """Terms, each with its sign: -1 where it is subtracted. A lone `-x` is a Sum of one term."""

    terms: tuple[tuple[int, Written], ...]


@dataclass(frozen=True, slots=True)
class Product(Written):
    """Factors in order; `operators[i]` joins factor i and factor i + 1. A function and its argument are two factors."""

    factors: tuple[Written, ...]
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class Fraction(Written):
    r"""`\frac{a}{b}`, `a/b`, `{a \over b}`."""

    numerator: Written
    denominator: Written


@dataclass(frozen=True, slots=True)
class Differential(Written):
    r"""`\partial L`, `dw`, or a bare `\partial` (body None, as in `\frac{d}{dx}`): only above or below a
    fraction line. `\nabla_W L` and `\partial_w L` are fractions of two of them as well (`nabla` in the first).
    `order` is 2 in `\partial^2 L`.
    """

    body: Written | None
    letter: Literal["d", "partial", "nabla"]
    order: int = 1


@dataclass(frozen=True, slots=True)
class Power(Written):
    """Something that is no symbol, raised: `(y - a)^2`, `e^{-x}` (e is a symbol, but its exponent is never an
    index).
    """

    base: Written
    exponent: Written


@dataclass(frozen=True, slots=True)
class Root(Written):
    r"""`\sqrt{x}`, `√x`."""

    body: Written


@dataclass(frozen=True, slots=True)
class Indexed(Written):
    """A script below something that is no symbol: `(Wx)_i`, `[a^{(1)}]_{2}`. `sub` is as a symbol's."""

    body: Written
    sub: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Primed(Written):
    """An apostrophe after a closing bracket or a matrix: a transpose, or a derivative of what stands in the
    brackets.
    """

    body: Written
    count: int


@dataclass(frozen=True, slots=True)
class Transposed(Written):
    r"""`^T`, `^\top`, `ᵀ`, on a symbol (`body` is it, without the T) or on brackets."""

    body: Written


@dataclass(frozen=True, slots=True)
class Group(Written):
    """Brackets: `(`, `[`, `{` (written as such, not TeX's own) or `|`, an absolute value. `items` has several
    for `f(a, b)`.
    """

    items: tuple[Written, ...]
    kind: Literal["(", "[", "{", "|", "||"]


@dataclass(frozen=True, slots=True)
class Matrix(Written):
    r"""Rows of entries: `bmatrix` and kin, `[0.40 \ 0.45]`, `[[1, 2], [3, 4]]`, `(1, 2)^T` has its entries in
    a Group.
    """

    rows: tuple[tuple[Written, ...], ...]


@dataclass(frozen=True, slots=True)
class Cases(Written):
    """`cases`: pieces in order, each with the text of its condition as tokens read, None for "otherwise"."""

    pieces: tuple[tuple[Written, Comparison | None], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Written):
    """`z > 0`."""

    left: Written
    relation: Relation
    right: Written


@dataclass(frozen=True, slots=True)
class Sigma(Written):
    r"""`\sum_{i=1}^{N} body`: takes the product after it. `letters` are the letters below (`\sum_{i,j}`, none
    for `\sum`), `apart` what the first of them leaves out, `\sum_{k \neq i}`.
    """

    letters: tuple[str, ...]
    lower: Written | None
    upper: Written | None
    body: Written
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blank(Written):
    """`?`, `___`, `…` where an answer should be."""


@dataclass(frozen=True, slots=True)
class Dots(Written):
    r"""`\dots`, `\cdots`: terms left out."""


@dataclass(frozen=True)
class Member:
    """One side of an equality. `node` is None where it could not be read; `trouble` then says why."""

    span: Span
    text: str
    node: Written | None
    trouble: str | None = None

    @cached_property
    def nodes(self) -> tuple[Written, ...]:
        """Every node of it, from left to right: a page is walked through for many a question."""
        return () if self.node is None else tuple(every_node(self.node))


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column of a table says of the quantity at the left of its row: its value, that after so many updates, or
    the gradient by it.
    """

    gradient: bool = False
    updates: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of equalities `m0 = m1 = m2 …`, over rows and displays.

    `relations[i]` stands between member i and member i + 1. `headless`: it begins with the relation ("neuron 1 → =
    …"), so that `members[0]` stands right of `relations[0]` and there is one relation more. `words` is the text
    before it on its line and, where there is none, the nearest caption above; `after` the text behind it (`shape: 1 x
    2`). A lone formula without a relation is a chain of one member.
    """

    members: tuple[Member, ...]
    relations: tuple[Relation, ...]
    headless: bool = False
    words: str = ""
    after: str = ""
    heading: Heading | None = None
    """What its column is headed by, where it stands in a table: its head is the name that the row begins with."""


@dataclass(frozen=True, slots=True)
class Page:
    """A hand-in, read. `code`: chains that stand in a code block are at these places in `chains`."""

    text: str
    chains: tuple[Chain, ...]
    code: frozenset[int] = frozenset()


def every_node(node: Written) -> Iterator[Written]:
    """A written node and all below it, from left to right."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        below = written_children(one)
        below.reverse()
        waiting += below


def written_children(node: Written) -> list[Written]:
    """The written nodes directly below one."""
    found: list[Written] = []
    for name in _holding(cast(Any, type(node))):
        _gather(getattr(node, name), found)
    return found


@cache
def _holding(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of node that hold nodes, as their types say."""
    return tuple(one.name for one in fields(kind) if any(name in str(one.type) for name in ("Written", "Comparison")))


def _gather(value: object, found: list[Written]) -> None:
    if isinstance(value, Written):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _gather(item, found)

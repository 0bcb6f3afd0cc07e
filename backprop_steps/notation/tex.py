"""Expressions as TeX, the way a hand writes them: few brackets, `- 0.3` and never `+ -0.3`, `(-0.3)` after an operator.

A printed node that begins with a minus sign is the negative of all that follows (a sum aside, whose terms can take a
sign one by one). The printers of the single nodes rely on that, and must keep it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from backprop_steps.expression.quantity import Index, Letter, Quantity
from backprop_steps.expression.transform import contains
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Chain,
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
from backprop_steps.notation.arrays import cases_tex, matrix_tex
from backprop_steps.notation.indices import counted
from backprop_steps.notation.looks import (
    COMPOSED,
    LOOSER,
    blank,
    by_variable,
    flat,
    inside,
    is_numeric,
    is_tall,
    is_word,
    parenthesised,
    plus,
    script,
)
from backprop_steps.notation.numbers import is_scientific, number_tex
from backprop_steps.notation.products import MARKS, NAMED, SHAPES, Kind, joiner_tables, juxtapose, of_formulas, seen_as
from backprop_steps.notation.speller import Speller
from backprop_steps.notation.width import width

_FUNCTIONS = {"ln": r"\ln", "sin": r"\sin", "cos": r"\cos", "max": r"\max", "min": r"\min", "exp": r"\exp"}
_BARE = frozenset({"ln", "sin", "cos"})
# a whole number that is their exponent stands behind the name; -1 would make it the inverse function
_RAISED = frozenset({"ln", "sin", "cos", "tanh"})
_EULER = Constant("e")
_CONSTANTS = {"e": "e", "pi": r"\pi", "ones": r"\mathbf{1}"}
_LONGEST_EXPONENT = 60  # characters


Measure = Callable[[str], float]
"""How wide a piece of TeX will be where it is shown, in em."""


class TexPrinter:
    """Prints in one notation. `numbers` takes the spellings used in lines of arithmetic.

    `focus` is the layer whose letters come first in the index view; `words` are what stands for "if" and "otherwise".
    `open_gaps`: a gap is room to write, otherwise what belongs there is underlined. `measure` is what lines are broken
    by: the width when TeX sets them, unless they are shown in another way.
    """

    def __init__(
        self,
        notation: Speller,
        *,
        numbers: bool = False,
        focus: int | None = None,
        words: tuple[str, str] = ("if", "otherwise"),
        measure: Measure = width,
        open_gaps: bool = False,
    ) -> None:
        self.measure = measure
        self.open_gaps = open_gaps
        self.notation = notation
        self.conventions = notation.conventions if numbers else of_formulas(notation.conventions)
        self.focus = focus
        self.words = words
        self._small_matrices = False
        self._numbers = numbers
        self._inline = self.conventions.fractions == "inline"
        self._number_brackets = self.conventions.number_product == "brackets"
        self._curly = self.conventions.brackets == "curly_first"
        self._square = self.conventions.brackets == "square_outer"
        self._depth = 0
        self._spelled: dict[Quantity, tuple[str, Kind]] = {}
        self._literals: dict[str, str] = {}
        self._joiners, self._long_joiners = joiner_tables(self.conventions)
        self._table: dict[type, Callable[[Any], str]] = {
            Number: self._number,
            Constant: lambda node: _CONSTANTS[node.name],
            Ref: self._ref,
            Negative: self._negative,
            Sum: self._sum,
            Product: self._product,
            Chain: self._product,
            Hadamard: self._hadamard,
            Transpose: lambda node: f"{self._base(node.body)[0]}^T",
            Quotient: self._quotient,
            Power: lambda node: self._power(node)[0],
            Apply: self._apply,
            Sigma: self._sigma,
            Derivative: self._derivative,
            Kronecker: self._kronecker,
            Cases: lambda node: cases_tex(node, self.print, self.words),
            Group: self.enclosed,
            Gap: lambda node: self.gap(self.print(node.body)),
            Matrix: lambda node: matrix_tex(node, self.print, self._small_matrices),
            Dots: lambda node: r"\cdots",
        }

    def print(self, node: Expression) -> str:
        """The formula as TeX for math mode."""
        return self._table[type(node)](node)

    def _number(self, node: Number) -> str:
        text = node.text
        tex = self._literals.get(text)
        if tex is None:
            tex = self._literals[text] = number_tex(text, self.notation.decimal_comma)
        return tex

    def gap(self, answer: str) -> str:
        """A gap for this answer: room to write it, or the answer underlined."""
        return blank(self.measure(answer)) if self.open_gaps else rf"\underline{{{answer}}}"

    def _shows_minus(self, node: Expression) -> bool:
        """Whether it is an answer underlined that needs brackets after an operator, as the bare number would."""
        if type(node) is not Gap or self.open_gaps:
            return False
        tex = self.print(node.body)
        return tex[0] == "-" or is_scientific(tex)

    def _ref(self, node: Ref) -> str:
        return self._spell(node.quantity)[0]

    def _spell(self, quantity: Quantity) -> tuple[str, Kind]:
        found = self._spelled.get(quantity)
        if found is None:
            tex = self.notation.spell(quantity, numbers=self._numbers, focus=self.focus)
            kind = Kind.WORD if is_word(tex) else Kind.SYMBOL
            if quantity.role == "derivative":
                kind = Kind.DERIVATIVE
            found = self._spelled[quantity] = (tex, kind)
        return found

    def _index(self, index: Index, other: Index) -> str:
        if isinstance(index, Letter):
            return self.notation.letter(index, self.focus)
        return counted(index, other, self.conventions.first_unit)

    def _kronecker(self, node: Kronecker) -> str:
        # a bold 1 is the array of ones
        return f"[{self._index(node.left, node.right)} = {self._index(node.right, node.left)}]"

    # sums and products

    def _negative(self, node: Negative) -> str:
        inner = self.subtracted(node.body)
        return inner if type(node.body) is Number and not inner.strip("0.,{}") else "-" + inner

    def subtracted(self, node: Expression) -> str:
        """What follows a minus sign, in brackets where it must be."""
        kind = type(node)
        if kind is Product:
            return self._product(node, lead=False)  # type: ignore[arg-type]
        if kind is Sum or kind is Cases:
            return self.enclosed(node)
        inner = self.print(node)
        return self.enclosed(node) if inner[0] == "-" or self._shows_minus(node) else inner

    def _sum(self, node: Sum) -> str:
        return "".join(self.terms(node))

    def terms(self, node: Sum) -> list[str]:
        """The terms one by one, each but the first with its sign before it (` + b`, ` - c`)."""
        table = self._table
        found: list[str] = []
        for term in node.terms:
            kind = type(term)
            if kind is Cases or (found and self._shows_minus(term)):
                tex = self.enclosed(term)
            elif kind is Negative and found:
                found.append(" - " + self.subtracted(term.body))  # type: ignore[attr-defined]
                continue
            else:
                tex = table[kind](term)
            if not found:
                found.append(tex)
            elif tex[0] == "-":
                found.append(" - " + tex[1:])
            else:
                found.append(" + " + tex)
        return found

    def _product(self, node: Product, lead: bool = True) -> str:
        tex = ""
        for joiner, piece, _ in self.factors(node, lead):
            tex = f"{tex}{joiner}{piece}" if joiner or not tex else juxtapose(tex, piece)
        return tex

    def factors(self, node: Product, lead: bool = True) -> list[tuple[str, str, Expression]]:
        """The factors one by one: what joins it to the one before, its TeX, and the factor.

        `lead` allows the first one to be a negative number without brackets.
        """
        if type(node) is Chain:
            return self._links(node, lead)
        parts = flat(node.factors)
        last = len(parts) - 1
        bracketed = self._number_brackets and last > 0 and all(map(is_numeric, parts))
        printed = [
            self._factor(part, lead and place == 0 and not bracketed, place == last, bracketed)
            for place, part in enumerate(parts)
        ]
        rows = self._joiners
        if self._long_joiners is not rows and sum(kind in NAMED for _, kind in printed) > 2:
            rows = self._long_joiners
        found = [("", printed[0][0], parts[0])]
        for place in range(1, last + 1):
            tex, kind = printed[place]
            found.append((rows[printed[place - 1][1]][kind], tex, parts[place]))
        return found

    def _links(self, node: Chain, lead: bool) -> list[tuple[str, str, Expression]]:
        """The links of a chain: the chain's sign between them, within each what a product has."""
        found: list[tuple[str, str, Expression]] = []
        for place, link in enumerate(node.factors):
            first, last = lead and place == 0, place == len(node.factors) - 1
            if type(link) is Product or (first and type(link) is Negative):
                tex = self._product(link, first) if type(link) is Product else self.print(link)
            else:
                tex = self._factor(link, first, last, False)[0]
            found.append((MARKS[self.conventions.chain_product] if found else "", tex, link))
        return found

    def _factor(self, node: Expression, first: bool, last: bool, bracketed: bool) -> tuple[str, Kind]:
        kind = type(node)
        if kind is Ref:
            return self._spell(node.quantity)  # type: ignore[attr-defined]
        if kind is Number or (kind is Negative and type(node.body) is Number):  # type: ignore[attr-defined]
            tex = self.print(node)
            if bracketed or is_scientific(tex) or (tex[0] == "-" and not first):
                return f"({tex})", Kind.NUMERIC
            # a factor 1 is on the page to be seen: it does not hide before a symbol
            return tex, Kind.VALUE if tex == "1" else Kind.NUMBER
        if kind is Gap:
            tex, minus = self.print(node), self._shows_minus(node)
            return (f"({tex})", Kind.NUMERIC) if bracketed or (minus and not first) else (tex, Kind.NUMBER)
        if kind is Quotient and not self._is_inline(node):  # type: ignore[arg-type]
            return self.print(node), Kind.FRACTION
        if kind is Power:
            return self._power(node, bracketed)  # type: ignore[arg-type]
        if kind is Transpose:
            base, shape = self._base(node.body)  # type: ignore[attr-defined]
            return f"{base}^T", shape
        if kind is Apply:
            tex = self._apply(node, bare=last)  # type: ignore[arg-type]
            if is_numeric(node):
                return tex, Kind.VALUE
            if tex[:3] == r"\ma":
                return tex, Kind.WORD_FUNCTION
            return tex, Kind.SYMBOL if tex[:2] == "e^" else Kind.FUNCTION
        if kind is Sigma and last:
            return self.print(node), Kind.SIGMA
        if kind is Derivative:
            return self._derivative(node, followed=not last), Kind.DERIVATIVE  # type: ignore[arg-type]
        if kind in SHAPES:
            return self.print(node), seen_as(node)
        return self.enclosed(node), Kind.NUMERIC if is_numeric(node) else Kind.BRACKET

    def _hadamard(self, node: Hadamard) -> str:
        return r" \odot ".join([self.hadamard_factor(factor) for factor in node.factors])

    def hadamard_factor(self, node: Expression) -> str:
        """One factor of a product element by element, in brackets where it must be."""
        if type(node) in LOOSER:
            return self.enclosed(node)
        tex = self.print(node)
        return f"({tex})" if tex[0] == "-" else tex

    # fractions, powers, functions

    def _is_inline(self, node: Quotient) -> bool:
        one, two = node.numerator, node.denominator
        if not self._inline:
            return False
        return not (type(one) is Number and type(two) is Number and one.text.isdigit() and two.text.isdigit())

    def _quotient(self, node: Quotient) -> str:
        if not self._is_inline(node):
            return rf"\frac{{{self.print(node.numerator)}}}{{{self.print(node.denominator)}}}"
        return f"{self.over(node.numerator)}/{self.under(node.denominator)}"

    def over(self, node: Expression) -> str:
        """The numerator of a fraction on the line."""
        kind = type(node)
        if kind is Apply:
            return self._apply(node, bare=False)  # type: ignore[arg-type]
        if kind is Product or kind is Chain:
            return self.print(node) if type(node.factors[-1]) is not Sigma else self.enclosed(node)  # type: ignore[attr-defined]
        if kind in LOOSER or kind in (Quotient, Hadamard, Derivative):
            return self.enclosed(node)
        return self._unless(self.print(node), node)

    def under(self, node: Expression) -> str:
        """The denominator of a fraction on the line."""
        kind = type(node)
        if kind is Apply:
            return self._apply(node, bare=False)  # type: ignore[arg-type]
        if kind in LOOSER or kind in (Product, Chain, Quotient, Hadamard, Derivative, Negative):
            return self.enclosed(node)
        tex = self.print(node)
        return self.enclosed(node) if tex[0] == "-" else self._unless(tex, node)

    def _unless(self, tex: str, node: Expression) -> str:
        """A printed leaf, in brackets if it holds a fraction on the line or a power of ten."""
        return self.enclosed(node) if "/" in tex or is_scientific(tex) else tex

    def _power(self, node: Power, bracketed: bool = False) -> tuple[str, Kind]:
        """A power: tanh^2(x), since in tanh(x)^2 it might be x that is squared."""
        base = inside(node.base)
        if base == _EULER and self._on_the_line(node.exponent):
            return self._base(Apply("exp", (node.exponent,)))
        exponent = script(self.print(inside(node.exponent)))
        if type(base) is Apply and base.function in _RAISED and not base.primes and exponent.isdigit():
            name, arguments = self.called(base), self._apply(base, bare=False)
            shape = Kind.VALUE if is_numeric(base) else Kind.FUNCTION
            return f"{name}^{exponent}{arguments.removeprefix(name)}", shape
        tex, shape = self._base(node.base)
        if shape is Kind.NUMBER and bracketed:
            tex, shape = f"({tex})", Kind.NUMERIC
        return f"{tex}^{exponent}", shape

    def _on_the_line(self, exponent: Expression) -> bool:
        """Whether an exponential is written exp(x): nobody writes into a gap in an exponent."""
        return self.notation.writes_e or (self.open_gaps and contains(exponent, Gap))

    def _base(self, node: Expression) -> tuple[str, Kind]:
        """What a power is taken of, in brackets unless the exponent can only belong to all of it."""
        kind = type(node)
        if kind is Ref:
            tex, shape = self._spell(node.quantity)  # type: ignore[attr-defined]
            plain = "^" not in tex and "'" not in tex and "/" not in tex and r"\frac" not in tex
            return (tex, shape) if plain else (self.enclosed(node), Kind.BRACKET)
        if kind is Number:
            tex = self._number(node)  # type: ignore[arg-type]
            plain = tex[0] != "-" and not is_scientific(tex)
            return (tex, Kind.NUMBER) if plain else (f"({tex})", Kind.NUMERIC)
        if kind is Gap:
            tex = self.print(node)
            # an open one has them always: what is written there may be negative, and the sheet does not say whether
            return (f"({tex})", Kind.NUMERIC) if self.open_gaps or self._shows_minus(node) else (tex, Kind.NUMBER)
        if kind is Apply:
            tex = self._apply(node, bare=False)  # type: ignore[arg-type]
            numeric = is_numeric(node)
            if tex[:2] == "e^" or tex[:5] == r"\sqrt":
                return self._wrap(tex, node), Kind.NUMERIC if numeric else Kind.BRACKET
            return tex, Kind.VALUE if numeric else Kind.FUNCTION
        if kind is Matrix or kind is Constant:
            return self.print(node), seen_as(node)
        return self.enclosed(node), Kind.NUMERIC if is_numeric(node) else Kind.BRACKET

    def _apply(self, node: Apply, bare: bool = True) -> str:
        name, arguments = node.function, node.arguments
        only = inside(arguments[0])
        if not node.primes and len(arguments) == 1:
            if name == "abs":
                inner = self._within(only)
                left, right = (r"\left", r"\right") if is_tall(inner) else ("", "")
                return rf"{left}\lvert {inner} {right}\rvert"
            if name == "sqrt":
                return rf"\sqrt{{{self.print(only)}}}"
            if name == "exp" and not self._on_the_line(only):
                inner = self._within(only)
                if not is_tall(inner) and len(inner) < _LONGEST_EXPONENT:
                    return f"e^{script(inner)}"
            if bare and name in _BARE and type(only) is Ref:
                return f"{_FUNCTIONS[name]} {self.print(only)}"
        between = "; " if self.notation.decimal_comma else ", "
        inner = between.join([self._within(inside(argument)) for argument in arguments])
        return self.called(node) + parenthesised(inner)

    def called(self, node: Apply) -> str:
        """The name of the function applied, with its primes."""
        known = _FUNCTIONS.get(node.function)
        return (known or self.notation.function(node.function, numbers=self._numbers)) + "'" * node.primes

    def sum_sign(self, letter: Letter) -> str:
        """The sign of a sum over a letter, with its bounds."""
        start, end = self.notation.bounds(letter)
        return rf"\sum_{{{self.notation.letter(letter, self.focus)}={start}}}^{{{end}}}"

    def _sigma(self, node: Sigma) -> str:
        return f"{self.sum_sign(node.letter)} {self.summand(node.body)}"

    def summand(self, node: Expression) -> str:
        """What is summed, in brackets where it must be."""
        if type(node) is Product:
            return self._product(node, lead=False)
        if type(node) in (Sum, Negative, Cases):
            return self.enclosed(node)
        tex = self.print(node)
        return self.enclosed(node) if tex[0] == "-" else tex

    def _derivative(self, node: Derivative, followed: bool = False) -> str:
        """The derivative of a formula; `followed`: a factor stands behind it."""
        if operator := self.operator(node):
            bare = type(node.of) is Apply or (type(node.of) is Power and not followed)
            return juxtapose(operator, self.print(node.of) if bare else self.enclosed(node.of))
        mark = self.derivative_mark(node)
        apart = f"{mark} " if mark[-1].isalpha() and mark[0] == "\\" else mark
        below = apart + self.enclosed(node.by) if type(node.by) in COMPOSED else juxtapose(mark, self.print(node.by))
        kind = type(node.of)
        closed = kind in COMPOSED or (self._inline and kind in (Power, Number))
        above = apart + (self.enclosed(node.of) if closed else self.print(node.of))
        return f"{above}/{below}" if self._inline else rf"\frac{{{above}}}{{{below}}}"

    def derivative_mark(self, node: Derivative) -> str:
        """The d of a derivative: with respect to the one variable of a function it is not partial."""
        return "d" if by_variable(node) else self.conventions.derivative

    def operator(self, node: Derivative) -> str | None:
        """What stands before a function of one variable that is differentiated; None where it stands over the d."""
        if self._inline or not by_variable(node) or type(node.of) is Ref:
            return None
        return rf"\frac{{d}}{{d{self.print(node.by)}}}"

    # brackets

    def enclosed(self, node: Expression) -> str:
        """The formula in brackets, of the shape the conventions ask for at this depth."""
        node = inside(node)
        return self._wrap(self._within(node), node)

    def _within(self, node: Expression) -> str:
        self._depth += 1
        try:
            return self.print(node)
        finally:
            self._depth -= 1

    @contextmanager
    def within_brackets(self) -> Iterator[None]:
        """What is printed meanwhile stands inside one more pair of brackets."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def smaller_matrices(self) -> Iterator[None]:
        """What is printed meanwhile has matrices with small entries."""
        before, self._small_matrices = self._small_matrices, True
        try:
            yield
        finally:
            self._small_matrices = before

    def _wrap(self, inner: str, node: Expression) -> str:
        opening, closing = self.brackets(inner, node)
        if is_tall(inner):
            return rf"\left{opening} {inner} \right{closing}"
        return opening + inner + closing

    def brackets(self, inner: str, node: Expression) -> tuple[str, str]:
        """The pair of brackets for a formula already printed: round, unless the conventions ask for others."""
        if (
            self._curly
            and self._depth == 0
            and type(node) is Sum
            and any(type(plus(t)) in (Product, Power) for t in node.terms)
        ):
            return r"\{", r"\}"
        if self._square and inner.count("(") > inner.count("^{("):
            return "[", "]"
        return "(", ")"

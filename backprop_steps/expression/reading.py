"""Reading a formula of a problem file: text -> Expression exactly as written, or a message and a column.

Two parts, so that another grammar (of students' LaTeX) can use the second: the parser, which finds the structure and
where it goes wrong, and the `Builder`, which makes the nodes of a tree and knows names, functions and bounds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from backprop_steps.errors import known_ones
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
)

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

LONGEST = 2000
"""The bound on the length of a formula, in characters."""
DEEPEST = 100
"""The bound on its nesting: of brackets, and of the tree."""
LARGEST_EXPONENT = 400
"""The bound on the power of ten in a number like 1e-3."""

ARITY: Mapping[str, tuple[int, int | None]] = {
    **dict.fromkeys(("exp", "ln", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "abs"), (1, 1)),
    "max": (2, None),
    "min": (2, None),
}
"""The functions of formulas: the least and the largest number of arguments."""
ALIASES = {"log": "ln"}
MOST_NAMED = 12
"""So many known words are named where none is near; of more there would be no end."""
WRITTEN = {
    **dict.fromkeys("×·⋅∙", "*"),
    **dict.fromkeys("÷:", "/"),
    **dict.fromkeys("−–", "-"),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    "²": "^2",
    "³": "^3",
    "√": "sqrt(...)",
}
"""What is written in a formula for a sign that it does not have."""


class FormulaError(ValueError):
    """A formula that cannot be read: what is wrong, and at which character of it (counted from 1)."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.message = message
        self.column = column


def read_formula(text: str, names: Mapping[str, Quantity]) -> Expression:
    """The tree of a formula, order and needed brackets as written; brackets that the reading does not need are dropped.

    `names` says what each name stands for; `e` and `pi` are the constants unless they are named there.
    Raises FormulaError, and nothing else, for whatever cannot be read.
    """
    _check_bounds(text)
    return _build(_parse(text), Builder(names))


def _check_bounds(text: str) -> None:
    if len(text) > LONGEST:
        raise FormulaError(f"a formula of {len(text)} characters is too long; the bound is {LONGEST}", LONGEST + 1)
    if not text.strip():
        raise FormulaError("the formula is empty", 1)
    depth = 0
    for column, character in enumerate(text, start=1):
        if character == "(":
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(column)
        elif character == ")":
            depth -= 1


def _too_deep(column: int) -> FormulaError:
    return FormulaError(f"nested too deeply; the bound is {DEEPEST} levels", column)


@cache
def _parser() -> Lark:
    # Imported here: only problems with a formula in them need lark, and it is slow to start.
    from lark import Lark

    grammar = files("backprop_steps.expression").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


def _parse(text: str) -> Tree[Token]:
    from lark import Tree, UnexpectedCharacters, UnexpectedToken

    try:
        tree = _parser().parse(text)
    except UnexpectedCharacters as error:
        position = error.pos_in_stream or 0
        sign = text[position]
        remedy = (
            f"write {WRITTEN[sign]}" if sign in WRITTEN else "there are names, numbers, + - * / ^ ( ) and functions"
        )
        raise FormulaError(f"unexpected character {sign!r}; {remedy}", position + 1) from None
    except UnexpectedToken as error:
        raise _unexpected(error.token, text) from None
    return tree if isinstance(tree, Tree) else Tree("bracket", [tree])


def _unexpected(token: Token, text: str) -> FormulaError:
    """What is wrong at a token that cannot stand where it stands."""
    if token.type == "$END":
        if text.count("(") > text.count(")"):
            return FormulaError("a bracket is not closed", len(text.rstrip()) + 1)
        return FormulaError("the formula ends too early", len(text.rstrip()) + 1)
    start = token.start_pos or 0
    before = text[:start].rstrip()
    word = str(token)
    starts_something = token.type in ("NAME", "NUMBER", "LPAR")
    if starts_something and before and (before[-1].isalnum() or before[-1] in "_)."):
        return FormulaError(f"a product needs its sign: write * before {word!r}", start + 1)
    if token.type == "RPAR" and before.count("(") <= before.count(")"):
        return FormulaError("a bracket is closed that was not opened", start + 1)
    return FormulaError(f"unexpected {word!r}", start + 1)


def _build(tree: Tree[Token], builder: Builder) -> Expression:
    # Bottom up over a list, not by recursion: no formula can exhaust the stack.
    from lark import Tree

    built: dict[int, tuple[Expression, int]] = {}
    for node in tree.iter_subtrees():
        parts: list[Expression | Token] = []
        depth = 0
        for child in node.children:
            if isinstance(child, Tree):
                part, below = built[id(child)]
                parts.append(part)
                depth = max(depth, below)
            else:
                parts.append(child)
        made = getattr(builder, node.data)(parts)
        if node.data != "bracket":
            # A chain of divisions is as deep as it is long: a/b*c/d is ((a/b)*c)/d.
            depth += 1 + 2 * sum(part == "/" for part in parts if not isinstance(part, Expression))
        if depth > DEEPEST:
            raise _too_deep(_first_column(parts))
        built[id(node)] = (made, depth)
    return built[id(tree)][0]


def _first_column(parts: Iterable[Expression | Token]) -> int:
    return next((_column(part) for part in parts if not isinstance(part, Expression)), 1)


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


class Builder:
    """Makes the node of each rule of a grammar from the parts of the rule: nodes already made, and tokens."""

    def __init__(self, names: Mapping[str, Quantity]) -> None:
        self.names = names

    def sum(self, parts: list[Expression | Token]) -> Expression:
        """`term (SIGN term)*`; what is subtracted is a Negative."""
        first, rest = _pairs(parts)
        terms = list(first.terms) if isinstance(first, Sum) else [first]
        terms += [Negative(term) if sign == "-" else term for sign, term in rest]
        return Sum(tuple(terms))

    def product(self, parts: list[Expression | Token]) -> Expression:
        """`factor (TIMES factor)*`, from left to right."""
        result, rest = _pairs(parts)
        for sign, factor in rest:
            if sign == "/":
                result = Quotient(result, factor)
            elif isinstance(result, Product):
                result = Product((*result.factors, factor))
            else:
                result = Product((result, factor))
        return result

    def signed(self, parts: list[Expression | Token]) -> Expression:
        """`SIGN term`; a plus sign says nothing."""
        sign, body = parts
        assert isinstance(body, Expression)
        return Negative(body) if sign == "-" else body

    def power(self, parts: list[Expression | Token]) -> Expression:
        """`base POWER exponent`."""
        base, _, exponent = parts
        assert isinstance(base, Expression)
        assert isinstance(exponent, Expression)
        return Power(base, exponent)

    def bracket(self, parts: list[Expression | Token]) -> Expression:
        """Brackets are in the structure; they leave no node of their own."""
        (body,) = parts
        assert isinstance(body, Expression)
        return body

    def number(self, parts: list[Expression | Token]) -> Expression:
        """A literal, with its digits as written."""
        (token,) = parts
        assert not isinstance(token, Expression)
        text = str(token)
        exponent = text.lower().partition("e")[2]
        if exponent and (len(exponent) > 6 or abs(int(exponent)) > LARGEST_EXPONENT):
            message = f"the power of ten in {text[:20]!r} is too large; the bound is {LARGEST_EXPONENT}"
            raise FormulaError(message, _column(token))
        return Number(text)

    def name(self, parts: list[Expression | Token]) -> Expression:
        """A name stands for its quantity, or for a constant."""
        (token,) = parts
        assert not isinstance(token, Expression)
        word = str(token)
        if word in self.names:
            return Ref(self.names[word])
        if word == "e":
            return Constant("e")
        if word == "pi":
            return Constant("pi")
        if ALIASES.get(word, word) in ARITY:
            raise FormulaError(f"{word!r} is a function: write {word}(...)", _column(token))
        hint = suggestion(word, (*self.names, "pi")) or _known(self.names)
        raise FormulaError(f"unknown name {word!r}{hint}", _column(token))

    def call(self, parts: list[Expression | Token]) -> Expression:
        """A function at its arguments."""
        token, *arguments = parts
        assert not isinstance(token, Expression)
        word = str(token)
        function = ALIASES.get(word, word)
        if function not in ARITY:
            if word in self.names or word in ("e", "pi"):
                raise FormulaError(f"{word!r} is not a function; a product is written {word} * (...)", _column(token))
            hint = suggestion(word, (*ARITY, *ALIASES)) or _known(ARITY)
            raise FormulaError(f"unknown function {word!r}{hint}", _column(token))
        least, most = ARITY[function]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            wanted = f"{least} argument{'s' if least > 1 else ''}"
            if most is None:
                wanted += " or more"
            raise FormulaError(f"{word!r} takes {wanted}, not {len(arguments)}", _column(token))
        return Apply(function, tuple(part for part in arguments if isinstance(part, Expression)))


def _pairs(parts: list[Expression | Token]) -> tuple[Expression, list[tuple[str, Expression]]]:
    """The first operand, and each further one with its operator."""
    operands = [part for part in parts[::2] if isinstance(part, Expression)]
    return operands[0], list(zip(map(str, parts[1::2]), operands[1:], strict=True))


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'z'?`, where one of the known words is near; otherwise nothing."""
    # Imported here: only a mistake needs it.
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


def _known(words: Collection[str]) -> str:
    """The end of a message about an unknown word: all the known ones, where they are few."""
    return known_ones(words) if 0 < len(words) <= MOST_NAMED else ""

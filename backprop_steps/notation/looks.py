"""How a formula and its TeX look: tall, arithmetic only, a word; and the small pieces of TeX that depend on that."""

from __future__ import annotations

from math import ceil

from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Chain,
    Derivative,
    Expression,
    Gap,
    Group,
    Hadamard,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sigma,
    Sum,
)

LOOSER = frozenset({Sum, Sigma, Cases})
"""What holds together less than a product does."""
COMPOSED = frozenset({Sum, Product, Chain, Negative, Quotient, Sigma, Hadamard, Cases})
"""What has an operator at its top."""


def is_tall(tex: str) -> bool:
    """Whether a piece of TeX is higher than a line, so that its brackets grow."""
    return r"\frac" in tex or r"\sum" in tex or r"\begin" in tex


def is_numeric(node: Expression) -> bool:
    """Whether a formula is arithmetic only: no quantity, no index in it."""
    kind = type(node)
    if kind is Number:
        return True
    match node:
        case Negative(body) | Group(body) | Gap(body):
            return is_numeric(body)
        case Sum(parts) | Product(parts) | Apply(_, parts):
            return all(map(is_numeric, parts))
        case Quotient(one, two) | Power(one, two):
            return is_numeric(one) and is_numeric(two)
    return False


def flat(factors: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """The factors of a product, those of products within it in their place."""
    if Product not in map(type, factors):
        return factors
    return tuple(part for f in factors for part in (flat(f.factors) if type(f) is Product else (f,)))


def plus(term: Expression) -> Expression:
    """A term without its minus sign."""
    return term.body if type(term) is Negative else term


def inside(node: Expression) -> Expression:
    """The formula without the brackets kept around it, where a function's own brackets stand."""
    return inside(node.body) if type(node) is Group else node


def parenthesised(inner: str) -> str:
    """TeX in round brackets that grow with it."""
    return rf"\left( {inner} \right)" if is_tall(inner) else f"({inner})"


def script(tex: str) -> str:
    """TeX as what follows `^` or `_`."""
    return tex if len(tex) == 1 else f"{{{tex}}}"


def is_word(tex: str) -> bool:
    """Whether a spelled quantity is a name of several letters, which nothing may stand directly against."""
    if tex[:5] in (r"\math", r"\text", r"\oper"):
        tex = tex[tex.find("{") + 1 :]
    return len(tex) > 1 and tex[:2].isalpha()


_HAND = 1.3
"""How much wider a hand writes than what is set."""
_NARROWEST = 3


def blank(room: float) -> str:
    """A line to write on, for an answer so wide in em."""
    wide = max(_NARROWEST, _HAND * room + 0.5)
    return rf"\underline{{\hspace{{{ceil(wide)}em}}}}"  # whole: pandoc takes no other


def by_variable(node: Derivative) -> bool:
    """Whether it is the derivative of a function of one variable, the x of a lemma."""
    return type(node.by) is Ref and node.by.quantity.role == "variable"

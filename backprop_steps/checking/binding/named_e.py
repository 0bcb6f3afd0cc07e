"""Pages on which the letter e is a quantity: what stands above it is then no exponent, `e^{(2)}`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.walking import page_rewritten

_BRACKETS = {"(": ")", "[": "]"}


def with_e_named(page: w.Page, named: Callable[[w.Symbol], bool]) -> w.Page:
    """The page with what stands above and below an e hung on it, as on any other letter, where that is `named` so."""

    def change(node: w.Written) -> w.Written:
        symbol = _hung(node)
        return symbol if isinstance(symbol, w.Symbol) and symbol is not node and named(symbol) else node

    return page_rewritten(page, change)


def _hung(node: w.Written) -> w.Written:
    match node:
        case w.Power(base=w.Symbol(base="e", sup=()) as e, exponent=above):
            tokens = _tokens(above)
            return node if tokens is None else replace(e, span=node.span, sup=tokens, exponent=above)
        case w.Indexed(body=w.Symbol(base="e", sub=()) as e, sub=below):
            return replace(e, span=node.span, sub=below)
    return node


def _tokens(node: w.Written) -> tuple[str, ...] | None:
    """What stands above a letter, as its tokens; None for what no index is."""
    match node:
        case w.Numeral(text=text):
            return (text,) if text.isdecimal() else None
        case w.Symbol(base=base, sub=(), sup=(), marks=()):
            return (base,)
        case w.Group(items=(inside,), kind="(" | "[" as kind):
            tokens = _tokens(inside)
            return None if tokens is None else (kind, *tokens, _BRACKETS[kind])
        case w.Sum(terms=((1, first), (sign, second))):
            one, two = _tokens(first), _tokens(second)
            return None if one is None or two is None else (*one, "+" if sign > 0 else "-", *two)
    return None

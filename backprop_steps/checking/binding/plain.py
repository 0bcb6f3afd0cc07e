"""What hangs on a letter in words, said plainly: `y_{pred}` is y hat, `h_{1,in}` is the net of h1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backprop_steps.checking.reading.written import Group, Symbol, Written

PREDICTED = frozenset({"pred", "predicted", "hat", "out", "output"})
GIVEN = frozenset({"true", "actual", "target", "gt", "label", "desired"})
JOINED: Mapping[str, tuple[str, ...]] = {"yhat": ("hat",), "ypred": ("hat",), "ytrue": (), "ytarget": ()}
"""Words that are y and what is said of it, and the marks that say the same."""
OF_NODES: Mapping[str, str] = {
    **dict.fromkeys(("in", "net", "input"), "net"),
    **dict.fromkeys(("out", "output"), "out"),
}
"""What a word at a node says of it: what goes into it, or what comes out."""
_AT_NODES = frozenset({"z", "net", "in", "delta"})
_UNITS: Mapping[str, str] = {"h": "h", "o": "o", "y": "o"}
"""The letters by which hidden units and outputs are called, with a number behind: `z_{H1}`, `delta_{y1}`."""
INTO = "in"
"""The mark of what goes into a unit, at the letter of what comes out: `z_{in_1}`."""
_PARAMETERS = frozenset({"theta", "Theta", "w", "W"})
FUNCTIONS = frozenset({"f", "F", "g", "G", "phi", "sigma"})
"""The letters of functions over which a dot is their derivative."""


def plain_words(symbol: Symbol) -> Symbol:
    r"""`y_{pred}` is y hat, `y_{true}` is y, `h1_out` is out_{h1}; a prime among what stands above is a prime."""
    if symbol.base in JOINED:
        symbol = replace(symbol, base="y", marks=(*symbol.marks, *JOINED[symbol.base]))
    primes = symbol.sup.count("'") + symbol.sup.count("prime")
    if primes:
        # a mark of the derivative above, beside the sample: y_3^{'(1)}
        rest = tuple(token for token in symbol.sup if token not in ("'", "prime"))
        symbol = replace(symbol, sup=rest, primes=symbol.primes + primes)
    if symbol.marks == ("dot",) and symbol.base in FUNCTIONS:
        return replace(symbol, marks=(), primes=symbol.primes + 1)
    if symbol.base in ("h", "f") and _PARAMETERS & set(symbol.sub) and set(symbol.sub) <= {*_PARAMETERS, ",", "b"}:
        return replace(symbol, base="y", sub=(), marks=("hat",))  # the hypothesis, by its parameters
    words = [token.lower() for token in symbol.sub]
    if symbol.base in ("h", "o") and not symbol.marks:
        return _at_node(symbol)
    if not words or symbol.marks:
        return symbol
    if symbol.base in _AT_NODES and len(words) == 2 and words[0] in _UNITS and words[1].isdecimal():
        base = "net" if symbol.base == "z" else symbol.base
        return replace(symbol, base=base, sub=(_UNITS[words[0]], words[1]))
    if symbol.base in ("z", "y") and words[:1] == ["-"]:
        words = words[1:]  # z_{-in}: the dash is no sign
    if symbol.base in ("z", "y") and (words[0] == INTO or words[0][:-1] == INTO):
        beside = words[0].removeprefix(INTO)
        return replace(symbol, sub=(*([beside] if beside else []), *words[1:]), marks=(INTO,))
    if words[0] in PREDICTED and symbol.base in ("y", "Y", "t"):
        return replace(symbol, sub=_rest(symbol.sub), marks=("hat",))
    if said_given(symbol):
        return replace(symbol, sub=_rest(symbol.sub))
    return symbol


def said_given(symbol: Symbol) -> bool:
    """Whether a word below a letter says that it is the value aimed at, `y_{target}`."""
    word = symbol.sub[0].lower() if symbol.sub else ""
    return symbol.base in ("y", "Y", "t") and not symbol.marks and word in GIVEN


def _at_node(symbol: Symbol) -> Symbol:
    """What goes into a node or comes out of it: `h_{1,in}`, `h_1^{in}`, `o1_out`."""
    tokens = [token for token in (*symbol.sub, *symbol.sup) if token != ","]
    words = [token for token in tokens if token.lower() in OF_NODES]
    rest = [token for token in tokens if token not in words]
    if len(words) != 1 or len(rest) != 1 or not rest[0].isdecimal():
        return symbol
    return replace(symbol, base=OF_NODES[words[0].lower()], sub=(symbol.base, rest[0]), sup=(), exponent=None)


def at_node(symbol: Symbol, node: Written) -> Symbol | None:
    """What goes into a node, or comes out of it, where the node stands in brackets behind the word: `Net(h1)`."""
    word = symbol.base.lower()
    if word not in OF_NODES or symbol.sub or symbol.sup or not isinstance(node, Group) or len(node.items) != 1:
        return None
    named = node.items[0]
    if not isinstance(named, Symbol) or named.base not in ("h", "o") or named.sup or named.marks:
        return None
    return replace(symbol, base=OF_NODES[word], sub=(named.base, *named.sub))


def _rest(tokens: tuple[str, ...]) -> tuple[str, ...]:
    rest = tokens[1:]
    return rest[1:] if rest[:1] == (",",) else rest

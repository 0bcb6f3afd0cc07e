"""Hands that use letters in another sense than any notation does: `a` for the pre-activation and `z` for what comes
of it, `h` for the hidden units and `o` for the outputs. A page is read in each that its letters allow; the best is
kept.

Where no layer is written, the index letter tells it: i for the inputs, j for the hidden units, k for the outputs, in
the order of the alphabet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from backprop_steps.checking.index_letters import LetterNames
from backprop_steps.checking.written import Symbol
from backprop_steps.expression.quantity import Axis, Index, Quantity, Role
from backprop_steps.notation.numbering import Shape

Place = Literal["input", "hidden", "output", "any"]


@dataclass(frozen=True, slots=True)
class Hand:
    """What each letter stands for, and in which layers; `telling` are those without which nothing speaks for
    the hand.
    """

    key: str
    letters: Mapping[str, tuple[Role, Place]]
    telling: frozenset[str]


_COMMON: Mapping[str, tuple[Role, Place]] = {
    "x": ("input", "input"),
    "w": ("weight", "any"),
    "W": ("weight", "any"),
    "b": ("bias", "any"),
    "delta": ("delta", "any"),
}

HANDS: tuple[Hand, ...] = (
    Hand(
        "a_before_z",
        {
            **_COMMON,
            "a": ("pre_activation", "any"),
            "z": ("activation", "hidden"),
            "y": ("activation", "output"),
            "t": ("target", "output"),
        },
        frozenset({"a", "z"}),
    ),
    Hand(
        "a_before_h",
        {
            **_COMMON,
            "a": ("pre_activation", "any"),
            "h": ("activation", "any"),
            "hat y": ("activation", "output"),
            "y": ("target", "output"),
        },
        frozenset({"a", "h"}),
    ),
    Hand(
        "h_and_o",
        {
            **_COMMON,
            "z": ("pre_activation", "hidden"),
            "h": ("activation", "hidden"),
            "o": ("activation", "output"),
            "hat y": ("activation", "output"),
            "y": ("target", "output"),
        },
        frozenset({"h"}),
    ),
    Hand(
        "net_and_o",
        {
            **_COMMON,
            "net": ("pre_activation", "any"),
            "o": ("activation", "any"),
            "t": ("target", "output"),
            "y": ("target", "output"),
        },
        frozenset({"o"}),
    ),
    Hand(
        "z_and_p",
        {
            **_COMMON,
            "z": ("pre_activation", "output"),
            "s": ("pre_activation", "output"),
            "p": ("activation", "output"),
            "q": ("activation", "output"),
            "h": ("activation", "hidden"),
            "y": ("target", "output"),
            "t": ("target", "output"),
        },
        frozenset({"p"}),
    ),
    Hand(
        "letters_of_layers",
        {
            **_COMMON,
            "z": ("pre_activation", "any"),
            "s": ("pre_activation", "any"),
            "a": ("activation", "any"),
            "hat y": ("activation", "output"),
            "y": ("target", "output"),
            "t": ("target", "output"),
        },
        frozenset(),
    ),
)

PREDICTED = frozenset({"pred", "predicted", "hat", "out", "output"})
GIVEN = frozenset({"true", "actual", "target", "gt", "label", "desired"})


def plain_words(symbol: Symbol) -> Symbol:
    r"""`y_{pred}` is y hat, `y_{true}` is y, a prime among what stands above is a prime."""
    primes = symbol.sup.count("'") + symbol.sup.count("prime")
    if primes:
        # a mark of the derivative above, beside the sample: y_3^{'(1)}
        rest = tuple(token for token in symbol.sup if token not in ("'", "prime"))
        symbol = replace(symbol, sup=rest, primes=symbol.primes + primes)
    words = [token.lower() for token in symbol.sub]
    if not words or symbol.marks:
        return symbol
    if words[0] in PREDICTED and symbol.base in ("y", "Y", "t"):
        return replace(symbol, sub=_rest(symbol.sub), marks=("hat",))
    if words[0] in GIVEN and symbol.base in ("y", "Y", "t"):
        return replace(symbol, sub=_rest(symbol.sub))
    return symbol


def _rest(tokens: tuple[str, ...]) -> tuple[str, ...]:
    rest = tokens[1:]
    return rest[1:] if rest[:1] == (",",) else rest


def hands_of(symbols: Iterable[Symbol]) -> list[Hand]:
    """The hands for which the letters of a page speak."""
    bases = {" ".join((*symbol.marks, symbol.base)) for symbol in map(plain_words, symbols)}
    return [hand for hand in HANDS if hand.telling <= bases]


def layers_of_letters(symbols: Iterable[Symbol], depth: int) -> list[tuple[tuple[str, int], ...]]:
    """Which layer each index letter may run over: in the order of the alphabet, one layer after the other."""
    letters = sorted({token for symbol in symbols for token in symbol.sub if len(token) == 1 and token in "ijklmn"})
    pairs = sorted(
        {sign for symbol in symbols for token in symbol.sub if len(token) == 2 for sign in token if sign in "ijklmn"}
    )
    names = sorted({*letters, *pairs})
    if not names or len(names) > depth + 1:
        return [()]
    shifts = range(depth + 2 - len(names))
    return [tuple((name, place + shift) for place, name in enumerate(names)) for shift in reversed(shifts)]


class HandTable:
    """Reads symbols as one hand writes them."""

    name = "hand"

    def __init__(self, hand: Hand, shape: Shape, layers: Mapping[str, int]) -> None:
        self.hand, self.shape, self.layers = hand, shape, layers

    def read(self, symbol: Symbol, names: LetterNames) -> Iterator[tuple[int, Quantity]]:
        """What the symbol may stand for."""
        meaning = self.hand.letters.get(" ".join((*symbol.marks, symbol.base)))
        if meaning is None or symbol.primes:
            return
        role, place = meaning
        above = [token for token in symbol.sup if token not in "()[]"]
        if len(above) > 1 or (above and not above[0].isdecimal()):
            return
        below = [token for token in symbol.sub if token not in "()[],"]
        if len(below) == 1 and role == "weight" and len(below[0]) == 2:
            below = list(below[0])
        if role == "activation" and above == ["0"] and not below:
            yield 0, Quantity("input")
        for layer in self._layers(place):
            if above and int(above[0]) != layer:
                continue
            only = len(self._layers(place)) == 1
            index = self._index(role, layer, below, names, told=bool(above) or only)
            if index is not None:
                yield 0, Quantity(role, layer, index)

    def _layers(self, place: Place) -> range:
        depth = self.shape.depth
        return {
            "input": range(1),
            "hidden": range(1, depth),
            "output": range(depth, depth + 1),
            "any": range(1, depth + 1),
        }[place]

    def _index(
        self, role: Role, layer: int, tokens: list[str], names: LetterNames, *, told: bool
    ) -> tuple[Index, ...] | None:
        if not tokens:
            return ()
        if role == "bias" and len(tokens) == 1 and tokens[0].isdecimal() and not told:
            return self._counted(layer, int(tokens[0]))
        layers = [layer, layer - 1] if role == "weight" else [layer]
        if len(tokens) != len(layers):
            return None
        found = self._found(tokens, layers, names, told)
        if found is None and role == "weight":
            # the letters say which end is which
            turned = self._found(tokens, layers[::-1], names, told) if self._lettered(tokens) else None
            found = turned[::-1] if turned is not None else None
        return found

    def _counted(self, layer: int, number: int) -> tuple[Index, ...] | None:
        """A bias that is counted through the net: b_3 belongs to the first unit behind two hidden ones."""
        sizes = [size if isinstance(size, int) else 0 for size in self.shape.units]
        unit = number - sum(sizes[1:layer])
        return (unit,) if 1 <= unit <= sizes[layer] else None

    def _lettered(self, tokens: list[str]) -> bool:
        return all(token in self.layers for token in tokens)

    def _found(self, tokens: list[str], layers: list[int], names: LetterNames, told: bool) -> tuple[Index, ...] | None:
        index: list[Index] = []
        for token, layer in zip(tokens, layers, strict=True):
            size = self.shape.units[layer]
            if token.isdecimal():
                if not (isinstance(size, int) and 1 <= int(token) <= size):
                    return None
                index.append(int(token))
                continue
            if self.layers.get(token, layer if told else -1) != layer:
                return None
            letter = names.letter(token, Axis("unit", layer, size))
            if letter is None:
                return None
            index.append(letter)
        return tuple(index)

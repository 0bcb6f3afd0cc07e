"""Hands that use letters in another sense than any notation does: `a` for the pre-activation and `z` for what comes
of it, `h` for the hidden units and `o` for the outputs. A page is read in each that its letters allow; the best is
kept.

Where no layer is written, the index letter tells it: i for the inputs, j for the hidden units, k for the outputs, in
the order of the alphabet. Or the number does, where the nodes are numbered through the net; or each layer has a letter
of its own for its weights, v and w.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from backprop_steps.checking.binding.plain import plain_words
from backprop_steps.checking.reading.written import Symbol
from backprop_steps.expression.quantity import Role
from backprop_steps.notation.numbering import Shape

Place = Literal["input", "hidden", "output", "any"] | int
"""In which layers a letter stands for something; a number is that layer alone."""
Numbering = Literal["layer", "net", "behind_inputs", "arrays", "samples"]
"""How units are numbered: in each layer from 1, through the net with the inputs first, or from the first hidden one; or
a number below is that of a layer, `z_2` all its pre-activations; or, where there is one unit, that of a sample.
"""


@dataclass(frozen=True, slots=True)
class Hand:
    """What each letter stands for, and in which layers; `telling` are those without which nothing speaks for
    the hand.
    """

    key: str
    letters: Mapping[str, tuple[Role, Place]]
    telling: frozenset[str]
    inputs: bool = False
    """Whether an activation's letter stands for the inputs, too: `net_j` is the sum of `w_ij o_i`."""
    numbering: Numbering = "layer"
    numbered: tuple[tuple[Role, Numbering], ...] = ()
    """How the units of single roles are numbered, where not all are alike: `y_5 = f(a_3)`. A weight's is that of the
    unit it leads to; where it comes from is numbered in its layer.
    """


_COMMON: Mapping[str, tuple[Role, Place]] = {
    "x": ("input", "input"),
    "w": ("weight", "any"),
    "W": ("weight", "any"),
    "b": ("bias", "any"),
    "delta": ("delta", "any"),
    "Delta": ("delta", "any"),
}

HANDS: tuple[Hand, ...] = (
    Hand(
        "a_before_y",
        {**_COMMON, "a": ("pre_activation", "any"), "y": ("activation", "any"), "t": ("target", "output")},
        frozenset({"a", "y"}),
    ),
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
        inputs=True,
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
            "t": ("target", "output"),
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
        inputs=True,
    ),
    *(
        Hand(
            "net_and_out",
            {
                **_COMMON,
                "net": ("pre_activation", "any"),
                "in": ("pre_activation", "any"),
                "out": ("activation", "any"),
                "t": ("target", "output"),
                "y": ("target", "output"),
            },
            frozenset({telling}),
        )
        for telling in ("net", "out")
    ),
    Hand(
        "i_and_o",
        {
            **_COMMON,
            "I": ("pre_activation", "any"),
            "O": ("activation", "any"),
            "T": ("target", "output"),
            "Err": ("delta", "any"),
            "theta": ("bias", "any"),
            "l": ("learning_rate", "any"),
            "ell": ("learning_rate", "any"),
        },
        frozenset({"I", "O"}),
        inputs=True,
    ),
    Hand(
        "n_and_a",
        {
            **_COMMON,
            "p": ("input", "input"),
            "n": ("pre_activation", "any"),
            "a": ("activation", "any"),
            "s": ("delta", "any"),
            "t": ("target", "output"),
            "e": ("error", "output"),
        },
        frozenset({"n", "a", "s"}),
    ),
    Hand(
        "v_and_y",
        {
            **_COMMON,
            "v": ("pre_activation", "any"),
            "y": ("activation", "any"),
            "d": ("target", "output"),
            "e": ("error", "output"),
        },
        frozenset({"v", "y"}),
        inputs=True,
    ),
    Hand(
        "in_and_a",
        {
            **_COMMON,
            "in": ("pre_activation", "any"),
            "a": ("activation", "any"),
            "y": ("target", "output"),
            "Err": ("error", "output"),
        },
        frozenset({"in", "a"}),
        inputs=True,
    ),
    Hand(
        "z_and_y",
        {
            **_COMMON,
            "z": ("activation", "hidden"),
            "y": ("activation", "output"),
            "in z": ("pre_activation", "hidden"),
            "in y": ("pre_activation", "output"),
            "t": ("target", "output"),
            "d": ("target", "output"),
        },
        frozenset({"z", "y"}),
    ),
    *(
        Hand(
            "h_and_y",
            {
                **_COMMON,
                "z": ("pre_activation", "hidden"),
                hidden: ("activation", "hidden"),
                output: ("activation", "output"),
                target: ("target", "output"),
            },
            frozenset({hidden, output, target}),
        )
        for hidden, output, target in (("h", "y", "t"), ("h", "y", "T"), ("H", "y", "T"), ("H", "Y", "T"))
    ),
    Hand(
        "y_before_hat",
        {
            **_COMMON,
            "z": ("pre_activation", "hidden"),
            "h": ("activation", "hidden"),
            "y": ("pre_activation", "output"),
            "hat y": ("activation", "output"),
            "t": ("target", "output"),
        },
        frozenset({"h", "y", "hat y", "t"}),
    ),
    Hand("theta", {"theta": ("weight", "any"), "Theta": ("weight", "any")}, frozenset({"theta"})),
    Hand("theta", {"Theta": ("weight", "any")}, frozenset({"Theta"})),
    Hand(
        "z_and_p",
        {
            **_COMMON,
            "z": ("pre_activation", "output"),
            "s": ("pre_activation", "output"),
            "f": ("pre_activation", "output"),
            "p": ("activation", "output"),
            "q": ("activation", "output"),
            "h": ("activation", "hidden"),
            "y": ("target", "output"),
            "t": ("target", "output"),
        },
        frozenset({"p"}),
    ),
    Hand(
        "samples_of_one_unit",
        {
            **_COMMON,
            "X": ("input", "input"),
            "z": ("pre_activation", "any"),
            "Z": ("pre_activation", "any"),
            "a": ("activation", "any"),
            "A": ("activation", "any"),
            "p": ("activation", "any"),
            "hat y": ("activation", "any"),
            "hat Y": ("activation", "any"),
            "y": ("target", "output"),
            "Y": ("target", "output"),
            "t": ("target", "output"),
            "e": ("error", "output"),
            "r": ("error", "output"),
        },
        frozenset(),
        numbering="samples",
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

INDEX_LETTERS = frozenset("ijklmn")
"""The letters that an index of a unit is."""
IN_ORDER = "ihjklmno"
"""These, and the h and o of hidden and output units, in the order of the layers that they run over."""
OF_LOSSES = frozenset({"E", "L", "C", "J"})
"""What stands below these says which sample is meant, not which unit."""


def hands_of(symbols: Iterable[Symbol], shape: Shape) -> list[Hand]:
    """The hands for which the letters and the numbers of a page speak."""
    plain = [plain_words(symbol) for symbol in symbols]
    bases = {symbol.marked for symbol in plain}
    one_unit = shape.batch and shape.depth == 1 and shape.units[-1] == 1
    found = [hand for hand in HANDS if hand.telling <= bases and (one_unit or hand.numbering != "samples")]
    weights = _weights_apart(plain, shape.depth)
    if weights:
        found = [replace(hand, letters={**hand.letters, **weights}) for hand in found if "v" not in hand.telling]
    if shape.depth == 2 and {"delta", "Delta"} <= {symbol.base for symbol in plain if symbol.sub}:
        signals: dict[str, tuple[Role, Place]] = {"delta": ("delta", "output"), "Delta": ("delta", "hidden")}
        found = [replace(hand, letters={**hand.letters, **signals}) for hand in found]
    if numbers_arrays(plain, shape.depth):
        return [replace(hand, numbering="arrays") for hand in found]
    ways = [replace(hand, numbering=way) for hand in found for way in _numberings(hand, plain, shape)]
    mixed = ((hand, _numbered_apart(hand, plain, shape)) for hand in found)
    return [*(replace(hand, numbered=roles) for hand, roles in mixed if roles), *ways]


def numbers_arrays(symbols: Iterable[Symbol], depth: int) -> bool:
    """Whether what stands below the capital of the weights is the number of a layer: `W_2`."""
    whole = {symbol.sub for symbol in symbols if symbol.base == "W" and symbol.sub}
    return bool(whole) and whole <= {(str(layer),) for layer in range(1, depth + 1)}


def _weights_apart(symbols: Iterable[Symbol], depth: int) -> dict[str, tuple[Role, Place]]:
    """The letters of the weights, where each layer has its own: u, v, w in the order of the alphabet."""
    small = {symbol.base.lower() for symbol in symbols if symbol.base in "uvwUVW" and _has_two(symbol)}
    small |= {symbol.base.lower() for symbol in symbols if symbol.base == "w"} if small & {"u", "v"} else set()
    if depth < 2 or len(small) != depth:
        return {}
    return {letter: ("weight", layer) for layer, base in enumerate(sorted(small), 1) for letter in (base, base.upper())}


def _has_two(symbol: Symbol) -> bool:
    """Whether a letter has the two indices of a weight, or is the capital of a whole array of them."""
    below = [token for token in symbol.sub if token != ","]
    return symbol.base.isupper() or len(below) == 2 or (len(below) == 1 and len(below[0]) == 2)


def _numberings(hand: Hand, symbols: Iterable[Symbol], shape: Shape) -> Iterator[Numbering]:
    """How the page may number its units: through the net where a number is beyond every layer."""
    if hand.numbering == "samples":
        yield "samples"
        return
    yield "layer"
    sizes = [size for size in shape.units if isinstance(size, int)]
    if len(sizes) < len(shape.units) or shape.depth < 2:
        return
    units = [symbol for symbol in symbols if hand.letters.get(symbol.base, ("weight", "any"))[0] != "weight"]
    numbers = [symbol.sub[0] for symbol in units if len(symbol.sub) == 1 and symbol.sub[0].isdecimal()]
    most = max(map(int, numbers), default=0)
    if max(sizes[1:]) < most <= sum(sizes):
        yield "net"
    if max(sizes[1:]) < most <= sum(sizes[1:]):
        yield "behind_inputs"


def _numbered_apart(hand: Hand, symbols: Iterable[Symbol], shape: Shape) -> tuple[tuple[Role, Numbering], ...]:
    """How each role numbers its units, where one counts through the net and another only behind the inputs."""
    sizes = [size for size in shape.units if isinstance(size, int)]
    if len(sizes) < len(shape.units) or shape.depth < 2:
        return ()
    numbers: dict[Role, set[int]] = {}
    for symbol in symbols:
        role, below = hand.letters.get(symbol.base, ("input", ""))[0], [one for one in symbol.sub if one != ","]
        if role != "input" and len(below) == (2 if role == "weight" else 1) and all(map(str.isdecimal, below)):
            numbers.setdefault(role, set()).update(map(int, below))
    found: dict[Role, Numbering] = {}
    for role, seen in numbers.items():
        if sizes[0] < min(seen) and max(seen) <= sum(sizes) and role != "weight":
            found[role] = "net"
        elif max(sizes if role == "weight" else sizes[1:]) < max(seen) <= sum(sizes[1:]):
            found[role] = "behind_inputs"
    return tuple(found.items()) if len(set(found.values())) > 1 else ()


def layers_of_letters(symbols: Iterable[Symbol], depth: int) -> list[tuple[tuple[str, int], ...]]:
    """Which layer each index letter may run over: in the order of the alphabet, one layer after the other."""
    symbols = [symbol for symbol in symbols if symbol.base not in OF_LOSSES]
    letters = {token for symbol in symbols for token in symbol.sub if len(token) == 1 and token in INDEX_LETTERS}
    pairs = {sign for symbol in symbols for token in symbol.sub if len(token) == 2 for sign in token}
    kinds = {sign for symbol in symbols if symbol.base == "w" for sign in _kinds_of_units(symbol)}
    found = {"l" if name == "ell" else name for name in {*letters, *(pairs & INDEX_LETTERS), *kinds}}
    names = sorted(found, key=IN_ORDER.index)
    fixed = {"h": 1, "o": 2} if depth == 2 and kinds else {}
    loose = [name for name in names if name not in fixed]
    if not names or len(loose) > depth + 1:
        return [()]
    made = []
    for shift in reversed(range(depth + 2 - len(loose))):
        layers = {**fixed, **{name: place + shift for place, name in enumerate(loose)}}
        if [layers[name] for name in names] == sorted(layers[name] for name in names):
            made.append(tuple((name, layers[name]) for name in names))
    return made or [()]


def _kinds_of_units(weight: Symbol) -> set[str]:
    """The h and o among the two letters that stand below a weight: `w_{kh}`, `w_{ho}`."""
    signs = set(weight.sub[0]) if len(weight.sub) == 1 and len(weight.sub[0]) == 2 else set()
    return signs & {"h", "o"} if signs <= set(IN_ORDER) else set()


def letters_of_outputs(hand: Hand, symbols: Iterable[Symbol]) -> set[str]:
    """The index letters of what only an output has: its target, its error."""
    return {
        token
        for symbol in map(plain_words, symbols)
        if hand.letters.get(symbol.marked, ("weight", "any"))[0] in ("target", "error")
        for token in symbol.sub
        if token in INDEX_LETTERS
    }

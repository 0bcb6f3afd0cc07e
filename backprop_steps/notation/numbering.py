"""How the units and weights of a net are counted: through the net, by kind, or in mazur's way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Shape:
    """What a notation must know of the network it spells.

    `units[0]` counts the inputs, `units[l]` the units of layer l; a word is a symbolic size. `shared_bias` holds the
    layers whose bias is one number. `names` are the named scalars of a circuit, `functions` the functions that the
    problem brings along, `of_layers` those of which each layer has its own (`leaky_relu@2`), `biased` whether there is
    any bias.
    """

    units: tuple[int | str, ...] = ()
    samples: int | str = 1
    batch: bool = False
    shared_bias: frozenset[int] = frozenset()
    circuit: bool = False
    names: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    of_layers: tuple[str, ...] = ()
    biased: bool = True

    @property
    def depth(self) -> int:
        """The number of layers; the last one is the output."""
        return len(self.units) - 1

    @property
    def sized(self) -> bool:
        """Whether every layer has a number of units, not a letter."""
        return all(isinstance(size, int) for size in self.units)

    def single(self, layer: int) -> bool:
        """Whether a layer has one unit only."""
        return 0 <= layer < len(self.units) and self.units[layer] == 1


class Numbering:
    """Numbers for the units and weights of a net whose layers all have a known size."""

    def __init__(self, shape: Shape) -> None:
        self.sizes = [size if isinstance(size, int) else 0 for size in shape.units]
        self.before = [0, *accumulate(self.sizes)]
        products = [one * two for one, two in zip(self.sizes, self.sizes[1:], strict=False)]
        self.weights_before = [0, *accumulate(products)]

    def node(self, layer: int, unit: int) -> int:
        """The number of a unit, counted through the net, inputs first."""
        return self.before[layer] + unit

    def place_of_node(self, node: int) -> tuple[int, int] | None:
        """The layer and the unit of a node's number."""
        for layer, size in enumerate(self.sizes):
            if self.before[layer] < node <= self.before[layer] + size:
                return layer, node - self.before[layer]
        return None

    def unit_kind(self, layer: int) -> str:
        """i, h or o: input, hidden or output."""
        return "i" if layer == 0 else "o" if layer == len(self.sizes) - 1 else "h"

    def unit_name(self, layer: int, unit: int) -> str:
        """i1, h1, o1: hidden units are counted on from layer to layer."""
        kind = self.unit_kind(layer)
        return f"{kind}{unit + (self.before[layer] - self.before[1] if kind == 'h' else 0)}"

    def place_of_unit(self, name: str) -> tuple[int, int] | None:
        """The layer and the unit of such a name."""
        kind, digits = name[:1], name[1:]
        if not digits.isdecimal() or kind not in ("i", "h", "o"):
            return None
        number, last = int(digits), len(self.sizes) - 1
        if kind == "h":
            place = self.place_of_node(number + self.before[1])
            return place if place is not None and 0 < place[0] < last else None
        layer = 0 if kind == "i" else last
        return (layer, number) if 1 <= number <= self.sizes[layer] else None

    def weight(self, layer: int, to: int, source: int) -> int:
        """The number of a weight: layer by layer, the weights into unit 1 first, from unit 1 on."""
        return self.weights_before[layer - 1] + (to - 1) * self.sizes[layer - 1] + source

    def place_of_weight(self, number: int, *, by_source: bool = False) -> tuple[int, int, int] | None:
        """The layer, to and from of a weight's number; `by_source`: the weights out of unit 1 are counted first."""
        for layer in range(1, len(self.sizes)):
            inside = number - self.weights_before[layer - 1] - 1
            if 0 <= inside < self.weights_before[layer] - self.weights_before[layer - 1]:
                if by_source:
                    return layer, inside % self.sizes[layer] + 1, inside // self.sizes[layer] + 1
                return layer, inside // self.sizes[layer - 1] + 1, inside % self.sizes[layer - 1] + 1
        return None

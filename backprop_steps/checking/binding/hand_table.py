"""Reads symbols as one hand writes them (`hands`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from backprop_steps.checking.binding.hands import OF_LOSSES, Hand, Place
from backprop_steps.checking.binding.index_letters import LetterNames
from backprop_steps.checking.reading.written import Symbol
from backprop_steps.expression.quantity import LEARNING_RATE, Axis, Index, Quantity, Role
from backprop_steps.notation.numbering import Shape
from backprop_steps.notation.spelling import SAMPLED

Told = Literal["above", "letter", ""]
"""What says which layer a symbol is of: what stands above it, its letter, or nothing but its indices."""


class HandTable:
    """Reads symbols as one hand writes them. `layers`: over which layer an index letter runs; `turned`: a weight's
    indices are from, to.
    """

    name = "hand"

    def __init__(self, hand: Hand, shape: Shape, layers: Mapping[str, int], *, turned: bool = False) -> None:
        self.hand, self.shape, self.layers, self.turned = hand, shape, layers, turned
        self.numbered = dict(hand.numbered)
        self.sizes = [size if isinstance(size, int) else 0 for size in shape.units]

    def role(self, symbol: Symbol) -> Role | None:
        """What the letter of a symbol stands for in this hand, whatever hangs on it; None where it has none such."""
        meaning = self.hand.letters.get(symbol.marked)
        return meaning[0] if meaning is not None else None

    def read(self, symbol: Symbol, names: LetterNames) -> Iterator[tuple[int, Quantity]]:
        """What the symbol may stand for."""
        if symbol.base in OF_LOSSES and not (symbol.sup or symbol.marks or symbol.primes):
            yield from self._of_output(symbol.sub)
            return
        meaning = self.hand.letters.get(symbol.marked)
        if meaning is None or symbol.primes:
            return
        role, place = meaning
        if role == "learning_rate":
            if not (symbol.sub or symbol.sup):
                yield 0, LEARNING_RATE
            return
        above = [token for token in symbol.sup if token not in "()[]"]
        if len(above) > 1 or (above and not above[0].isdecimal()):
            return
        bracketed = symbol.sup[:1] in (("(",), ("[",))
        if above and not bracketed and (place == "output" or not self._in_layers):
            return  # an exponent
        below = ["l" if token == "ell" else token for token in symbol.sub if token not in "()[],"]
        connects = role == "weight" or (role == "input" and self.hand.inputs)
        if len(below) == 1 and connects and len(below[0]) == 2:
            below = list(below[0])
        if role == "input" and connects and len(below) == 2 and not above:
            yield from self._along(below, names)
            return
        if self.hand.numbering == "samples" and below and not above and role in SAMPLED:
            yield from self._of_sample(role, below)
            return
        if self.hand.numbering == "arrays" and len(below) == 1 and below[0].isdecimal() and not above:
            above, below = below, []
        if role == "activation" and above == ["0"] and not below:
            yield 0, Quantity("input")
        layers = self._layers(place)
        anywhere = place == "any" or (place == "hidden" and not any(token.isdecimal() for token in below))
        if role == "activation" and self.hand.inputs and anywhere and below and not above:
            index = self._index("input", 0, below, names, told="")
            if index:
                yield 0, Quantity("input", 0, index)
        for layer in layers:
            if above and int(above[0]) != layer:
                continue
            if role == "bias" and layer in self.shape.shared_bias:
                if (above or below) in ([], [str(layer)]):
                    yield 0, Quantity("bias", layer)
                continue
            told: Told = "above" if above else "letter" if len(layers) == 1 else ""
            index = self._index(role, layer, below, names, told=told)
            if index is not None:
                yield 0, Quantity(role, layer, index)
            elif role == "weight" and (bias := self._bias(layer, below, names, told=told)) is not None:
                yield 0, Quantity("bias", layer, bias)

    def _of_sample(self, role: Role, below: list[str]) -> Iterator[tuple[int, Quantity]]:
        """What one unit has for a sample; of several inputs a number says which of them is meant."""
        samples, layer = self.shape.samples, 0 if role == "input" else self.shape.depth
        if len(below) != 1 or not below[0].isdecimal() or not isinstance(samples, int) or self.shape.units[layer] != 1:
            return
        if 1 <= int(below[0]) <= samples:
            yield 0, Quantity(role, layer, (1,), int(below[0]))

    def _of_output(self, below: tuple[str, ...]) -> Iterator[tuple[int, Quantity]]:
        """The loss of one output, by the letter of the outputs: `E_{y1}`."""
        role, place = self.hand.letters.get(below[0], ("weight", "any")) if len(below) == 2 else ("weight", "any")
        if role in ("activation", "pre_activation") and place == "output" and below[1].isdecimal():
            unit = self._number(below[1], self.shape.depth, role)
            if unit is not None:
                yield 0, Quantity("partial_loss", self.shape.depth, (unit,))

    def _along(self, tokens: list[str], names: LetterNames) -> Iterator[tuple[int, Quantity]]:
        """What goes along a connection, `x_{ji}`: what comes out of the unit that it leads from."""
        for layer in range(1, self.shape.depth + 1):
            ends = self._index("weight", layer, tokens, names, told="")
            if ends:
                yield 0, Quantity("activation" if layer > 1 else "input", layer - 1, ends[1:])

    def _layers(self, place: Place) -> range:
        depth = self.shape.depth
        if isinstance(place, int):
            return range(place, place + 1)
        return {
            "input": range(1),
            "hidden": range(1, depth),
            "output": range(depth, depth + 1),
            "any": range(1, depth + 1),
        }[place]

    def _index(
        self, role: Role, layer: int, tokens: list[str], names: LetterNames, *, told: Told
    ) -> tuple[Index, ...] | None:
        if not tokens:
            return ()
        if role == "bias" and len(tokens) == 1 and tokens[0].isdecimal() and not told and self._in_layers:
            return self._counted(layer, int(tokens[0]))
        layers = [layer, layer - 1] if role == "weight" else [layer]
        if role == "weight" and len(tokens) == 1 and self.shape.units[layer] == 1 and told:
            source = self._found(tokens, layers[1:], names, told, [role])
            return None if source is None else (1, *source)
        if len(tokens) != len(layers):
            return None
        if role != "weight":
            return self._found(tokens, layers, names, told, [role])
        ends: list[Role | None] = [role, None] if self.numbered else [role, role]
        straight = self._found(tokens, layers, names, told, ends)
        reverse = self._found(tokens, layers[::-1], names, told, ends[::-1])
        # the letters, or the numbers of the nodes, say which end is which
        sure = not self._in_layers or all(token in self.layers for token in tokens)
        turned = self.turned and (sure or all(token.isdecimal() for token in tokens))
        if reverse is not None and (turned or (straight is None and sure)):
            return reverse[::-1]
        return straight

    @property
    def _in_layers(self) -> bool:
        return self.hand.numbering in ("layer", "arrays")

    def _bias(self, layer: int, tokens: list[str], names: LetterNames, *, told: Told) -> tuple[Index, ...] | None:
        """The unit of a bias that is written as the weight of an input 0 that is 1."""
        if "0" not in tokens or len(tokens) > 2:
            return None
        if len(tokens) == 1:
            return (1,) if self.shape.units[layer] == 1 and told else None
        rest = [token for token in tokens if token != "0"]
        return self._found(rest, [layer], names, told, ["bias"]) if len(rest) == 1 else None

    def _counted(self, layer: int, number: int) -> tuple[Index, ...] | None:
        """A bias that is counted through the net: b_3 belongs to the first unit behind two hidden ones."""
        unit = number - sum(self.sizes[1:layer])
        return (unit,) if 1 <= unit <= self.sizes[layer] else None

    def _number(self, text: str, layer: int, role: Role | None) -> int | None:
        """The unit of a layer that has this number, in what the role numbers (None: in its layer); None where none
        has.
        """
        size, number = self.shape.units[layer], int(text)
        way = self.hand.numbering if role is None else self.numbered.get(role, self.hand.numbering)
        if way == "net":
            number -= sum(self.sizes[:layer])
        elif way == "behind_inputs":
            number -= sum(self.sizes[1:layer])
        return number if isinstance(size, int) and 1 <= number <= size else None

    def _found(
        self, tokens: list[str], layers: list[int], names: LetterNames, told: Told, roles: Sequence[Role | None]
    ) -> tuple[Index, ...] | None:
        index: list[Index] = []
        for token, layer, role in zip(tokens, layers, roles, strict=True):
            size = self.shape.units[layer]
            if token.isdecimal():
                number = self._number(token, layer, role)
                if number is None:
                    return None
                index.append(number)
                continue
            if not told and self.layers.get(token, -1) != layer:
                return None
            letter = names.letter(token, Axis("unit", layer, size), known=token in self.layers)
            if letter is None:
                return None
            index.append(letter)
        return tuple(index)

"""What the index letters are called: by the layer that is spoken of, so that no two are called the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from backprop_steps.expression.quantity import Axis, Letter

KINDS = ("to", "from", "next", "sample", "other")
_SPARE = ("m", "p", "r", "s", "u", "v", "t", "n", "q")  # q has no subscript in Unicode


class Letters:
    """The letters of a net, for each layer in focus. `taken` holds letters that mean something else already."""

    def __init__(self, choices: Mapping[str, tuple[str, ...]], depth: int, taken: frozenset[str]) -> None:
        self.choices, self.depth, self.taken = choices, depth, taken
        self._named: dict[int, dict[tuple[str, int, int], str]] = {}

    def letter(self, letter: Letter, focus: int | None) -> str:
        """The name of a letter where this layer is spoken of; None: the last."""
        axis = letter.axis
        return self._name(
            ("sample", 0, letter.copy) if axis.kind == "sample" else ("unit", axis.layer, letter.copy), focus
        )

    def read(self, name: str, axis: Axis, focus: int | None) -> Letter | None:
        """The letter over this axis that has the name."""
        for copy in range(3):
            letter = Letter(axis, copy)
            if self.letter(letter, focus) == name:
                return letter
        return None

    def _name(self, key: tuple[str, int, int], focus: int | None) -> str:
        layer = self.depth if focus is None else focus
        table = self._named.setdefault(layer, {})
        # Names are given out in one order, whatever is asked for first: a letter has one name in a whole passage.
        if key not in table:
            self._add(table, layer, key[2])
        if key not in table:
            table[key] = self._free(table, "other", layer == self.depth)
        return table[key]

    def _add(self, table: dict[tuple[str, int, int], str], focus: int, copies: int) -> None:
        order = [focus, focus - 1, focus + 1, *range(self.depth + 1)]
        layers = list(dict.fromkeys(layer for layer in order if 0 <= layer <= self.depth))
        roles = {focus: "to", focus - 1: "from", focus + 1: "next"}
        axes = [("sample", 0), *(("unit", layer) for layer in layers)]
        near = [("sample", 0), *(("unit", layer) for layer in roles if layer in layers)]
        # softmax has three letters over the units of the last layer: they come before those of layers that are far away
        own = [("unit", focus, 1), ("unit", focus, 2)] if focus == self.depth else []
        for key in [
            *((*axis, 0) for axis in near),
            *own,
            *((*axis, copy) for copy in range(copies + 1) for axis in axes),
        ]:
            if key not in table:
                kind, layer, copy = key
                role = kind if kind == "sample" else roles.get(layer, "other")
                table[key] = self._free(table, "other" if copy else role, focus == self.depth)

    def _free(self, table: Mapping[tuple[str, int, int], str], kind: str, last: bool = False) -> str:
        used = {*table.values(), *self.taken}
        return next(name for name in self._wanted(kind, last) if name not in used)

    def _wanted(self, kind: str, last: bool) -> Iterator[str]:
        if kind == "other" and last:  # no layer comes next that would need them
            yield from self.choices.get("next", ())
        yield from self.choices.get(kind, ())
        if kind != "other":
            yield from self.choices.get("other", ())
        yield from _SPARE
        for primes in count(1):
            for name in (*self.choices.get(kind, ()), *self.choices.get("other", ()), *_SPARE):
                yield name + "'" * primes

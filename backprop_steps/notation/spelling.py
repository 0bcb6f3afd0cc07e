"""The compiled patterns of a profile for one net: which one spells which quantity."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.notation.numbering import Shape
from backprop_steps.notation.patterns import Pattern, wrap
from backprop_steps.notation.profile import Profile, Spelling
from backprop_steps.notation.words import name_tex

GENERAL_LAYER = -1
"""The layer number of a quantity in a statement about every layer: `W^{[l]}`."""

SAMPLED = frozenset(
    {"input", "pre_activation", "activation", "target", "error", "slope", "delta", "partial_loss", "output"}
    | {"output_pre_activation", "output_delta", "hidden_delta"}
)
"""The roles that have one value for every sample."""

_LAST = {"activation": "output", "pre_activation": "output_pre_activation", "delta": "output_delta"}
_NAMED = ("node", "variable")

Table = Mapping[str, Spelling]


@lru_cache(maxsize=4096)
def compiled(text: str) -> Pattern:
    """A pattern, compiled once."""
    return Pattern.parse(text)


@lru_cache(maxsize=1024)
def _wrapped(wrapper: str, text: str) -> str:
    return wrap(wrapper, text)


class Spellings:
    """Chooses the pattern of a quantity. `formulas` and `numbers` hold every role, overrides already in them."""

    def __init__(self, profile: Profile, shape: Shape, formulas: Table, numbers: Table) -> None:
        self.profile, self.shape = profile, shape
        self.tables: tuple[Table, Table] = (formulas, {**formulas, **numbers})
        self._chosen: dict[tuple[object, ...], Pattern | None] = {}

    def key(self, role: str, layer: int, numbers: bool) -> str:
        """The role under which the profile lists it: the last layer's may have names of their own."""
        table = self.tables[numbers]
        special = _LAST.get(role)
        if special is None or layer == GENERAL_LAYER:
            return role
        if layer == self.shape.depth and special in table:
            # The output falls back on the activation; an error signal that has no name there has none.
            return special if role == "delta" or table[special].named else role
        if role == "delta" and layer != self.shape.depth and "hidden_delta" in table:
            return "hidden_delta"
        return role

    def pattern(self, quantity: Quantity, numbers: bool) -> Pattern | None:
        """The pattern of a quantity; None where it has no name."""
        layer, sample = quantity.layer, quantity.sample is not None
        key = self.key(quantity.role, layer, numbers)
        form = self.form(quantity)
        return self.chosen(key, numbers, form, sample, min(quantity.generation, 2), quantity.name)

    def form(self, quantity: Quantity) -> str:
        """Which of a spelling's patterns is wanted."""
        if quantity.layer == GENERAL_LAYER:
            return "general"
        if quantity.sample is not None:
            return "batch_element"
        if quantity.index:
            return "lettered" if any(isinstance(index, Letter) for index in quantity.index) else "element"
        if quantity.role == "bias" and quantity.layer in self.shape.shared_bias:
            return "shared"
        return "batch_array" if self.shape.batch and quantity.role in SAMPLED else "array"

    def chosen(
        self, key: str, numbers: bool, form: str, sample: bool, updates: int, name: str | None = None
    ) -> Pattern | None:
        """The compiled pattern of a role in one form, the sample and the updates added to it."""
        place = (key, numbers, form, sample, updates, name)
        if place not in self._chosen:
            text = self._text(self.tables[numbers].get(key), form, name if key in _NAMED else None)
            self._chosen[place] = None if text is None else compiled(self._with_marks(text, updates))
        return self._chosen[place]

    def _text(self, spelling: Spelling | None, form: str, name: str | None) -> str | None:
        if spelling is None or not spelling.named:
            return None
        if name is not None:
            return (spelling.array or spelling.element or "").replace(
                "<name>", self.profile.names.get(name) or name_tex(name)
            )
        element = spelling.element if spelling.element is not None else spelling.array
        array = spelling.array if spelling.array is not None else spelling.element
        assert element is not None
        if form == "lettered":
            return spelling.lettered or element
        if form == "element":
            return element
        if form == "batch_element":
            return spelling.batch_element or _wrapped(self.profile.sampled, element)
        if form == "batch_array":
            return spelling.batch_array or array
        return getattr(spelling, form, None) or array

    def _with_marks(self, text: str, updates: int) -> str:
        if not updates:
            return text
        return _wrapped(self.profile.updated if updates == 1 else self.profile.updated_again, text)

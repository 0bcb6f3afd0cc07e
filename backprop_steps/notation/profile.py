"""A notation profile: for each role the pattern that prints it, and the conventions. Data, read from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

View = Literal["element", "index", "matrix"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a teacher's hand does besides choosing letters. The defaults are the commonest choice.

    `states` lists the gradients that get a passage of their own and are then reused by name; what is not stated is
    spelt out where it is used, so that no stated gradient at all gives the long chain from the loss to the weight:
    `output_activation` dL/da of the last layer, `hidden_activation` dL/da of the others, `output_pre_activation` and
    `hidden_pre_activation` dL/dz (delta).
    """

    # what can be said
    says: tuple[Literal["network", "circuit"], ...] = ("network",)
    single_neuron_only: bool = False
    says_bias: bool = True
    says_batch: bool = True
    # how the sheet is laid out
    formulas: View = "element"
    numbers: Literal["element", "matrix"] = "element"
    arrangement: Literal["interleaved", "formulas_first"] = "interleaved"
    states: tuple[str, ...] = ("output_activation", "hidden_activation", "output_pre_activation", "hidden_pre_activation")
    local_derivatives: bool = False  # each factor of a chain is stated on its own before the product is
    written_out_factors: bool = False  # in a chain, each factor first as the derivative of the formula it is
    split_loss: bool = False  # the loss of each output has a name
    # signs and shapes
    difference: Literal["target_minus_output", "output_minus_target"] = "output_minus_target"
    delta: Literal["gradient", "negative_gradient"] = "gradient"
    orientation: Literal["rows", "columns"] = "columns"
    # marks
    derivative: str = r"\partial"
    assignment: str = "="
    fractions: Literal["stacked", "inline"] = "stacked"
    formula_product: Literal["juxtaposed", "dot", "times"] = "juxtaposed"
    chain_product: Literal["dot", "times"] = "dot"
    number_product: Literal["brackets", "dot", "times"] = "dot"
    brackets: Literal["round", "curly_first", "square_outer"] = "round"
    first_unit: int = 1  # where unit indices start
    first_layer: int = 1


@dataclass(frozen=True, slots=True)
class Spelling:
    """The patterns of one role. A pattern is TeX with placeholders in angle brackets; None: it has no name.

    Placeholders: `<layer>` `<unit>` `<to>` `<from>` `<row>` `<column>` (to/from in the order of the orientation)
    `<sample>` `<node>` `<from_node>` `<to_node>` (numbered through the net, inputs first) `<unit_name>` (i1, h1, o1)
    `<number>` (weights numbered through the net) `<name>` `<of>` `<by>`. Two index placeholders side by side get a comma
    between them as soon as one of them is longer than one character.
    """

    array: str | None = None
    element: str | None = None
    batch_array: str | None = None
    batch_element: str | None = None
    shared: str | None = None  # a bias that the layer's units share


@dataclass(frozen=True, slots=True)
class Profile:
    """A notation as data. `formulas` and `numbers` hold the spelling of each role; `numbers` falls back on `formulas`.

    Roles are those of `Quantity`, and `output` (the activation of the last layer), `output_delta`, `hidden_delta`.
    `updated` wraps the pattern of a parameter after an update: `<base>` and `<sub>` are the pattern's parts.
    """

    name: str
    about: str
    conventions: Conventions
    formulas: Mapping[str, Spelling]
    numbers: Mapping[str, Spelling] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

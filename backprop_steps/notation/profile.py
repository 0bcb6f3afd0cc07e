"""A notation profile: for each role the pattern that prints it, and the conventions. Data, read from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backprop_steps.source.places import Places, nearest

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
    numbers: Literal["element", "matrix", "both"] = "element"
    arrangement: Literal["interleaved", "formulas_first"] = "interleaved"
    states: tuple[str, ...] = (
        "output_activation",
        "hidden_activation",
        "output_pre_activation",
        "hidden_pre_activation",
    )
    local_derivatives: bool = False  # each factor of a chain is stated on its own before the product is
    written_out_factors: bool = False  # in a chain, each factor first as the derivative of the formula it is
    links_apart: bool = False  # a chain with its derivatives put in: the chain's sign between links, none within one
    captions: bool = False  # each unit's arithmetic under a caption that says whose it is
    split_loss: bool = False  # the loss of each output has a name
    unit: Literal["unit", "neuron", "node"] = "unit"  # what a unit is called
    loss: Literal["loss", "cost", "error"] = "loss"  # what the loss is called
    shapes: Literal["round", "square"] = "round"  # the brackets of a shape: (2 x 3) or [2 x 3]
    # what the full sheet tells besides the derivation: `lemmas` (how each activation is differentiated), `steps`
    # ("Step 2 of 5" in the headings), `algorithm` (the rule for any layer, and training in a few steps)
    tells: tuple[str, ...] = ()
    spell_out: Literal["atomic", "short", "always"] = (
        "short"  # which known gradients are written out where they are used
    )
    spell_out_updates: bool = False  # an update shows the gradient's formula, not only its name
    # first: of each layer's weights and of its biases the first update is worked, and of the others the result told
    worked_updates: Literal["all", "first"] = "all"
    worked_step: Literal["chain", "result"] = "result"  # numbers go into the product of derivatives, or into its result
    worked: tuple[str, ...] = ("activation", "pre_activation", "parameter")  # the gradients whose numbers are shown
    # signs and shapes
    difference: Literal["target_minus_output", "output_minus_target"] = "output_minus_target"
    delta: Literal["gradient", "negative_gradient"] = "gradient"
    orientation: Literal["rows", "columns"] = "columns"
    # marks
    derivative: str = r"\partial"
    assignment: str = "="
    updates_in_place: bool = False  # an update has the same symbol on both sides: w := w - ...
    fractions: Literal["stacked", "inline"] = "stacked"
    # pairs_juxtaposed: two symbols stand side by side, three or more are dotted
    formula_product: Literal["juxtaposed", "pairs_juxtaposed", "dot", "times"] = "juxtaposed"
    chain_product: Literal["dot", "times"] = "dot"
    number_product: Literal["brackets", "dot", "times"] = "dot"
    brackets: Literal["round", "curly_first", "square_outer"] = "round"
    first_unit: int = 1  # where unit indices start
    first_layer: int = 1  # the number of the first layer that has weights; 2 where the inputs are layer 1
    weight_layer: Literal["to", "from"] = "to"  # weights and biases have the number of the layer they lead to, or from

    @property
    def delta_sign(self) -> int:
        """1 where delta is dL/dz, -1 where it is minus that."""
        return -1 if self.delta == "negative_gradient" else 1

    @property
    def error_sign(self) -> int:
        """1 where the error is the target minus the output, -1 where it is the output minus the target."""
        return 1 if self.difference == "target_minus_output" else -1


@dataclass(frozen=True, slots=True)
class Spelling:
    """The patterns of one role. A pattern is TeX with placeholders in angle brackets; None: it has no name.

    Placeholders: `<layer>` `<unit>` `<to>` `<from>` `<sample>`; `<row>` `<column>`, which for a weight are to and from,
    for the rest unit and sample, in columns, and the other way round in rows; `<node>` `<from_node>` `<to_node>`
    (numbered through the net, inputs first); `<unit_name>` (i1, h1, o1), for a weight's ends `<to_name>` and
    `<from_name>`; `<number>` (weights numbered through the net); `<name>`. `<unit?>`, `<to?>` and the like are left out
    where the layer has a single unit, `<layer?>` where there is no more than one hidden layer. An array leaves out
    every index, with the commas beside it. Index placeholders side by side get a comma between them as soon as one of
    them is longer than one character.

    What is missing falls back: `array` on `element`, `lettered` (an element with a letter for an index) on `element`,
    `batch_array` on `array`, `batch_element` on `element` with the sample as the profile's `sampled` adds it, `shared`
    (a bias that the layer's units share) on the array, `general` (any layer, in a statement about all) on the array
    with the letter l.
    """

    array: str | None = None
    element: str | None = None
    lettered: str | None = None
    batch_array: str | None = None
    batch_element: str | None = None
    shared: str | None = None
    general: str | None = None

    @property
    def named(self) -> bool:
        """Whether there is a symbol at all."""
        return self.array is not None or self.element is not None


@dataclass(frozen=True, slots=True)
class Profile:
    """A notation as data. `formulas` and `numbers` hold the spelling of each role; `numbers` falls back on `formulas`.

    Roles are those of `Quantity`, and for the last layer `output` (its activation), `output_pre_activation` and
    `output_delta`; `hidden_delta` for the others. `functions` and `number_functions` name the activations.
    `updated` wraps the pattern of what an update has changed, `updated_again` that of what two or more have, `sampled`
    that of one sample's quantity: `<base>`, `<sub>` and `<sup>` are the pattern's parts, `<updates>` counts, `<pluses>`
    and `<primes>` are as many marks. `letters` lists for `to`, `from`, `next`, `sample` and `other` what an index may
    be called, the first choice first. `source` and `places` say which file of a user's it was read from, and where
    there its parts stand.
    """

    name: str
    about: str
    conventions: Conventions
    formulas: Mapping[str, Spelling]
    numbers: Mapping[str, Spelling] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    number_functions: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    updated: str = r"<base>_<sub>^{<sup>,\mathrm{new}}"
    updated_again: str = r"<base>_<sub>^{<sup>,\mathrm{new},<updates>}"
    sampled: str = r"<base>_<sub>^{<sup>,(<sample>)}"
    names: Mapping[str, str] = field(default_factory=dict)  # named scalars that are called otherwise
    source: str = field(default="", compare=False)
    places: Places = field(default_factory=dict, compare=False, repr=False)

    def at(self, *path: str | int) -> str:
        """The beginning of a message about a part of a user's file; nothing for a shipped notation."""
        place = nearest(self.places, path) if self.source else None
        return "" if place is None else f"{self.source}:{place.line}:{place.column}: "

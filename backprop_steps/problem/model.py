"""What the problem file says, validated. Everything downstream trusts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from backprop_steps.expression.tree import Expression, Number
from backprop_steps.languages import ENGLISH, LANGUAGES
from backprop_steps.offers import Carry
from backprop_steps.source.places import Places, nearest

Size = int | str
Row = tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class ActivationChoice:
    """A shipped activation by its name; a custom one with its formula in `x`; or only a name, that stays a name.

    `parameter` is the slope of leaky_relu.
    """

    name: str
    formula: Expression | None = None
    parameter: Number | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """One affine map and its activation.

    `weights` is units x inputs, row j the weights into unit j, whichever way round the file gave them; None is
    symbolic. `bias`: None where there is no bias and where it is symbolic (`bias_kind` says which); one number where
    it is shared.
    """

    units: Size
    activation: ActivationChoice
    weights: tuple[Row, ...] | None = None
    bias_kind: Literal["per_unit", "shared", "none", "threshold"] = "per_unit"
    bias: Row | None = None


@dataclass(frozen=True, slots=True)
class LossChoice:
    """A shipped loss by name, or a custom one with its formula in `y` (target) and `a` (output), one output's share.

    `scale` is the constant before the sum over the samples of mean_squared_error: 1/N, 1/(2N), 1/2 or 1.
    `reduce` says what is done over the samples of a batch.
    """

    kind: str
    reduce: Literal["mean", "sum"] = "mean"
    scale: Literal["1/N", "1/(2N)", "1/2", "1"] | None = None
    formula: Expression | None = None


@dataclass(frozen=True, slots=True)
class Optimizer:
    """Gradient descent. `learning_rate` None is symbolic. `frozen` holds patterns of parameter names (`b*`, `W1[2,*]`).

    `parameters` (circuits) names the values that are updated.
    """

    learning_rate: Number | None = None
    frozen: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rounding:
    """How numbers are shown, and whether the calculation goes on from what is shown.

    `comma`: decimals have a comma; None: where they have one in the language.
    """

    digits: int = 4
    kind: Literal["places", "significant"] = "places"
    mode: Literal["half_up", "half_even", "truncate"] = "half_up"
    carry: Carry = "exact"
    comma: bool | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """One entry of `again_with`: the activation of one layer replaced."""

    layer: int
    activation: ActivationChoice


@dataclass(frozen=True, slots=True)
class Meta:
    """What is said about the sheet as a document."""

    author: str | None = None
    date: str | None = None
    course: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """The layered part of a problem.

    `inputs` and `targets` are sample rows; None is symbolic, then `input_units` gives the size.
    `samples` is 1 for a single sample, a number for a batch, or a letter. `batch` is True where the file gave a list
    of rows or `samples` (a batch of one row is still a batch).
    `upstream` maps quantity names (`z2[1]`, with several samples `z2[1;1]`) to gradients that arrive; then there is
    no loss. `parts` has the layers of every part of a sheet that tells the problem once more with something changed:
    a function has one name in all of them.
    """

    input_units: Size
    layers: tuple[Layer, ...]
    samples: Size = 1
    batch: bool = False
    inputs: tuple[Row, ...] | None = None
    targets: tuple[Row, ...] | None = None
    loss: LossChoice | None = None
    orientation: Literal["rows", "columns"] | None = None
    upstream: tuple[tuple[str, Number], ...] = ()
    again_with: tuple[Replacement, ...] = ()
    parts: tuple[tuple[Layer, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Circuit:
    """A DAG of named scalars. `values` maps names to literals (None: symbolic); `nodes` is in the order of the file.

    The expressions refer to `Quantity(role="node", name=...)`. The nodes are known to be acyclic and to refer to known
    names. With `upstream`, `differentiate` is a name for what lies behind the nodes where gradients arrive.
    """

    values: tuple[tuple[str, Number | None], ...]
    nodes: tuple[tuple[str, Expression], ...]
    differentiate: str
    upstream: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem file. Exactly one of `network` and `circuit` is set.

    `lang` is the language of its documents. `places` says where the parts of the file stand, for mistakes that only the
    calculation or the notation can find.
    """

    title: str
    notation: str = "layer"
    meta: Meta = field(default_factory=Meta)
    network: Network | None = None
    circuit: Circuit | None = None
    optimizer: Optimizer | None = None
    steps: int = 1
    rounding: Rounding = field(default_factory=Rounding)
    symbols: tuple[tuple[str, str], ...] = ()
    source: Path | None = None
    comment: str = ""
    lang: str = ENGLISH.code
    places: Places = field(default_factory=dict, compare=False, repr=False)

    @property
    def comma(self) -> bool:
        """Whether decimals are printed with a comma."""
        return LANGUAGES[self.lang].comma if self.rounding.comma is None else self.rounding.comma

    def at(self, *path: str | int) -> str:
        """The beginning of a message about a part of the file, `xor.yaml:3:28: `; nothing where there is no file."""
        if self.source is None:
            return ""
        place = nearest(self.places, path)
        return f"{self.source}: " if place is None else f"{self.source}:{place.line}:{place.column}: "


SCALES: dict[str, tuple[Fraction, bool]] = {
    "1/N": (Fraction(1), True),
    "1/(2N)": (Fraction(1, 2), True),
    "1/2": (Fraction(1, 2), False),
    "1": (Fraction(1), False),
}
"""For each `scale`: the constant, and whether it is divided by N."""

"""Whether a problem can be said in a notation."""

from __future__ import annotations

from backprop_steps.notation.numbering import Shape
from backprop_steps.notation.patterns import Pattern
from backprop_steps.notation.profile import Profile

_COUNTED = frozenset({"node", "from_node", "to_node", "number", "unit_name"})


def can_say(profile: Profile, shape: Shape) -> str | None:
    """One line that says why a problem cannot be said in this notation; None where it can."""
    name, conventions = profile.name, profile.conventions
    if shape.circuit:
        if "circuit" in conventions.says:
            return None
        return f"the notation {name!r} speaks of layers, and this problem is a circuit of named scalars; take 'circuit'"
    if "network" not in conventions.says:
        return f"the notation {name!r} speaks of named scalars, and this problem has layers; take 'layer'"
    if conventions.single_neuron_only and (shape.depth != 1 or not shape.single(1)):
        return f"the notation {name!r} speaks of a single neuron, and this network has {_size(shape)}; take 'layer'"
    if shape.batch and not conventions.says_batch:
        return f"the notation {name!r} speaks of one sample, and this problem has a batch; take 'batch'"
    if shape.biased and not (conventions.says_bias and _named(profile, "bias")):
        return f"the notation {name!r} has no symbol for a bias, and this network has some; take 'layer'"
    if not shape.sized and _counts(profile):
        return f"the notation {name!r} numbers the nodes, and a size of this network is a letter; take 'layer'"
    return None


def _size(shape: Shape) -> str:
    if shape.depth != 1:
        return f"{shape.depth} layers"
    return f"{shape.units[1]} units"


def _named(profile: Profile, role: str) -> bool:
    spelling = profile.formulas.get(role)
    return spelling is not None and spelling.named


def _counts(profile: Profile) -> bool:
    """Whether units or weights are numbered through the net."""
    for role in ("weight", "activation"):
        spelling = profile.formulas.get(role)
        text = spelling.element if spelling is not None else None
        if text is not None and Pattern.parse(text).fields & _COUNTED:
            return True
    return False

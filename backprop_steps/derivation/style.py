"""What a profile says about the shape of the derivation: which quantities have names, which gradients get a passage."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.expression.quantity import Quantity
from backprop_steps.notation.profile import Conventions, Profile


@dataclass(frozen=True, slots=True)
class Style:
    """A profile's answers for one network of this depth.

    With a `coupled_output` (softmax) the gradient by the last pre-activation is always told on its own: spelt out in
    every chain, its sum over all outputs would hide the rest.
    """

    profile: Profile
    depth: int
    coupled_output: bool = False

    @property
    def conventions(self) -> Conventions:
        """The profile's conventions."""
        return self.profile.conventions

    def named(self, role: str) -> bool:
        """Whether the role has a symbol in formulas."""
        spelling = self.profile.formulas.get(role)
        return spelling is not None and (spelling.element is not None or spelling.array is not None)

    def unnamed(self, quantity: Quantity) -> bool:
        """Whether a quantity is stepped over, because it has no name."""
        return quantity.role == "pre_activation" and not self.named("pre_activation")

    def stepped_over(self, quantity: Quantity) -> bool:
        """Whether the chain rule passes a quantity by: it has no name, or its derivative is plainly 1."""
        return self.unnamed(quantity) or quantity.role == "partial_loss"

    def stated(self, quantity: Quantity) -> bool:
        """Whether the gradient by this quantity gets a passage of its own, to be reused by name."""
        if quantity.role in ("node", "weight", "bias", "threshold"):
            return True
        if quantity.role not in ("activation", "pre_activation"):
            return False
        place = "output" if quantity.layer == self.depth else "hidden"
        if self.coupled_output and place == "output" and quantity.role == "pre_activation":
            return True
        return f"{place}_{quantity.role}" in self.conventions.states

    def delta(self, quantity: Quantity) -> Quantity | None:
        """The error signal of a pre-activation, where this notation has a symbol for it."""
        if quantity.role != "pre_activation":
            return None
        place = "output_delta" if quantity.layer == self.depth else "hidden_delta"
        if not (self.named(place) if place in self.profile.formulas else self.named("delta")):
            return None
        return Quantity("delta", quantity.layer, quantity.index, quantity.sample, generation=quantity.generation)

    def worked(self, quantity: Quantity) -> bool:
        """Whether the sheet shows the numbers of the gradient by this quantity."""
        if quantity.role == "node":
            return True
        kind = quantity.role if quantity.role in ("activation", "pre_activation") else "parameter"
        return kind in self.conventions.worked

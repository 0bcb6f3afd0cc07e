"""Whether a formula that is meant to be wrong is true all the same: a factor left out that is 1 is no mistake."""

from __future__ import annotations

from functools import cached_property

from backprop_steps.checking.binding.chains import assignments
from backprop_steps.checking.judging.case import alike
from backprop_steps.checking.judging.judgement import FAULTS
from backprop_steps.checking.judging.matrices import Matrices
from backprop_steps.checking.truth.shapes import fits
from backprop_steps.checking.truth.tensors import NoValue, labels_of, same
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.transform import free_letters, nodes, quantity_letters, rename_quantity
from backprop_steps.expression.tree import Expression, Sigma
from backprop_steps.problem.model import Problem

BY_SHAPE = ("missing_transpose", "wrong_shape")
"""These are mistakes by what their arrays are, whatever comes out; none where the arrays fit all the same."""


class Trueness:
    """Compares formulas of one problem in its worlds of random numbers."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @cached_property
    def truth(self) -> Truth:
        """The worlds."""
        return Truth(self.problem)

    def alike(self, subject: Quantity, one: Expression, other: Expression) -> bool:
        """Whether two formulas for a quantity have the same value in every world; False where they have none, or where
        sizes are letters.
        """
        letters = tuple(dict.fromkeys((*quantity_letters(subject), *free_letters(one), *free_letters(other))))
        if any(not isinstance(letter.axis.size, int) for letter in (*letters, *_summed(one), *_summed(other))):
            return False
        try:
            for world in self.truth.worlds:
                values = self.truth.valuation(world, Signs())
                for choice in assignments(letters):
                    wanted = labels_of(values.tensor_of(rename_quantity(subject, choice)))
                    if not same(values.value(one, wanted, choice), values.value(other, wanted, choice), alike):
                        return False
        except FAULTS:
            return False
        return True

    def fits(self, subject: Quantity, node: Expression, *, rows: bool) -> bool:
        """Whether the arrays of a formula fit as they are written, and it has the shape of what it is about: a product
        entry by entry with a single number does.
        """
        matrices = Matrices(self.truth, Signs(rows=rows))
        try:
            return fits(node, matrices.shape(subject), matrices.shape)
        except (NoValue, *FAULTS):
            return False


def _summed(node: Expression) -> list[Letter]:
    return [one.letter for one in nodes(node) if isinstance(one, Sigma)]

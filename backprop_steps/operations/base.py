"""What an activation and a loss state about themselves, and the letters their formulas are written in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Apply, Cases, Comparison, Expression, Operand, Ref, expression, of_layer

X = Ref(Quantity("variable", name="x"))
"""The pre-activation, in the formula of an activation."""
S = Ref(Quantity("variable", name="s"))
"""The activation's own output, in the taught form of its derivative."""
SLOPE = Ref(Quantity("variable", name="slope"))
"""The parameter of an activation that has one."""
Y = Ref(Quantity("variable", name="y"))
"""The target, in the formula of a loss."""
A = Ref(Quantity("variable", name="a"))
"""The output, in the formula of a loss."""
ERROR = Ref(Quantity("variable", name="error"))
"""The difference of target and output, in the order that the notation prefers."""

Domain = Literal["any", "unit_interval", "distribution"]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function.

    `formula` is in X. `derivative` is the form in which the derivative is taught, in X and S; None where there is
    none to teach (a function that is only a name). `range` is what it can give, the ends left out where `open`.
    A `coupled` activation makes each output from all pre-activations of its layer (softmax); its formula is that of
    the network, not of one number. `given` is the parameter that was put in; `layer` is the layer whose own function
    it is, where a network has several of that name with different parameters.
    """

    name: str
    about: str
    formula: Expression | None
    derivative: Expression | None
    range: tuple[float | None, float | None] = (None, None)
    open: bool = False
    coupled: bool = False
    parameter: bool = False
    given: Expression | None = None
    layer: int | None = None

    @property
    def function(self) -> str:
        """What the function is called in formulas."""
        return self.name if self.layer is None else of_layer(self.name, self.layer)


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss: `constant` times the sum of `term` over outputs and samples.

    `term` is one output's share, in Y and A, or in ERROR where it is a function of their difference. `derivative` is
    the form in which the derivative of the term is taught, by A or by ERROR; None: SymPy's own. `outputs` and `targets`
    say what they must be.
    """

    name: str
    about: str
    term: Expression
    derivative: Expression | None
    constant: Fraction = Fraction(1)
    outputs: Domain = "any"
    targets: Domain = "any"
    scaled: bool = False


def exp(x: Operand) -> Apply:
    """The exponential function."""
    return Apply("exp", (expression(x),))


def ln(x: Operand) -> Apply:
    """The natural logarithm."""
    return Apply("ln", (expression(x),))


def positive_or(x: Expression, positive: Operand, otherwise: Operand) -> Cases:
    """One form where x > 0, another elsewhere."""
    zero = expression(0)
    return Cases(
        (
            (expression(positive), Comparison(x, ">", zero)),
            (expression(otherwise), Comparison(x, "<=", zero)),
        )
    )

"""The names of functions, however a hand spells them."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.checking.reading.signs import several

KNOWN: Mapping[str, str] = {
    **dict.fromkeys(("sigma", "sigmoid", "sig", "logistic", "sigm", "expit", "logsig"), "sigmoid"),
    **dict.fromkeys(("relu", "rect", "rectifier"), "relu"),
    **dict.fromkeys(("leakyrelu", "lrelu", "leaky_relu"), "leaky_relu"),
    **dict.fromkeys(("tanh", "tansig", "th"), "tanh"),
    **dict.fromkeys(("softmax", "smax"), "softmax"),
    **dict.fromkeys(("id", "identity", "lin", "linear", "purelin"), "identity"),
    **{word: word for word in ("exp", "ln", "sqrt", "sin", "cos", "max", "min", "abs")},
    "log": "ln",
    "maximum": "max",
    "minimum": "min",
}
"""Words that are always functions, in small letters."""

ANY_ACTIVATION = frozenset(
    {"sigma", "f", "g", "h", "phi", "psi", "s", "S", "act", "activation", "F", "G", "a", "theta"}
)
"""Letters that may stand for the activation of whatever layer they are applied to."""

NAMED_ALONE = frozenset({"f", "g", "phi", "psi", "act", "activation"})
"""Letters of activations that are named without an argument, too."""

OF_ARRAYS = frozenset({"dot", "matmul", "outer", "multiply", "power", "square", "sum", "array"})
"""Functions of a program's arrays."""

ELEMENTARY = frozenset({"exp", "ln", "sqrt", "sin", "cos", "max", "min", "abs"})
"""Functions that take the next factor without brackets."""

UPDATED = several("new neu updated upd next nuevo novo nuovo nouveau baru yeni")
"""Words at a parameter that say that it is updated, in the languages that pages come in."""

AS_IT_WAS = several("old alt prev viejo antiguo velho antigo vecchio ancien lama eski")
"""Words that say that it is not."""

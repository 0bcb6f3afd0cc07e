"""The functions of formulas in NumPy: those that NumPy has, and definitions of the others."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.expression.tree import Apply, Expression
from backprop_steps.operations.base import X, positive_or

KNOWN: Mapping[tuple[str, int], str] = {
    ("exp", 0): "np.exp",
    ("exp", 1): "np.exp",
    ("ln", 0): "np.log",
    ("sqrt", 0): "np.sqrt",
    ("sin", 0): "np.sin",
    ("sin", 1): "np.cos",
    ("cos", 0): "np.cos",
    ("tanh", 0): "np.tanh",
    ("abs", 0): "np.abs",
    ("abs", 1): "np.sign",
    ("max", 0): "np.maximum",
    ("min", 0): "np.minimum",
}
"""What NumPy calls a function, by its name and the number of primes."""

_SIGMOID = 1 / (1 + Apply("exp", (-X,)))

DEFINED: Mapping[tuple[str, int], Expression] = {
    ("sigmoid", 0): _SIGMOID,
    ("sigmoid", 1): _SIGMOID * (1 - _SIGMOID),
    ("relu", 0): positive_or(X, X, 0),
    ("relu", 1): positive_or(X, 1, 0),
    ("identity", 0): X,
    ("ln", 1): 1 / X,
    ("sqrt", 1): 1 / (2 * Apply("sqrt", (X,))),
    ("cos", 1): -Apply("sin", (X,)),
    ("tanh", 1): 1 - Apply("tanh", (X,)) ** 2,
}
"""The formulas of the others that a formula may call without defining them, in the variable x."""


def softmax(name: str, rows: bool) -> str:
    """The definition of softmax, of a whole array: sample by sample, a sample being a column, or with `rows` a row."""
    return f"def {name}(z):\n    return np.exp(z) / np.sum(np.exp(z), axis={1 if rows else 0}, keepdims=True)"

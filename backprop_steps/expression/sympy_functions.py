"""SymPy's side of the functions it does not know, or knows with a Heaviside where a teacher writes two cases.

Imports sympy, so it is imported only where mathematics is done.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy
from sympy.core.function import ArgumentIndexError

from backprop_steps.expression.quantity import Letter
from backprop_steps.expression.tree import name_and_layer

# SymPy carries no types: its classes are Any to mypy, and so are these.
_STRAIGHT = frozenset({"relu", "leaky_relu"})


class Named(sympy.Function):  # type: ignore[misc]
    """A function that is only a name, f; its derivative is f', and so on. Of ReLU, the second derivative is 0."""

    word: str = ""
    primes: int = 0

    def fdiff(self, argindex: int = 1) -> Any:
        """The derivative by the only argument."""
        if len(self.args) != 1:
            raise ArgumentIndexError(self, argindex)
        if name_and_layer(self.word)[0] in _STRAIGHT and self.primes:
            return sympy.S.Zero
        return named(self.word, self.primes + 1)(self.args[0])


@cache
def named(word: str, primes: int = 0) -> Any:
    """The class of the function of this name, differentiated so many times."""
    return _subclass(Named, word + "_prime" * primes, word=word, primes=primes)


class Sigmoid(sympy.Function):  # type: ignore[misc]
    """The logistic sigmoid; its derivative is s(1 - s)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        """The derivative, in terms of the function itself."""
        return self * (1 - self)


class Absolute(sympy.Function):  # type: ignore[misc]
    """|x|; its derivative in three cases, 0 at the kink."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        """1, -1 or 0."""
        (x,) = self.args
        return cases((">", "<", None))(1, x, 0, -1, x, 0, 0)


class _Extreme(sympy.Function):  # type: ignore[misc]
    relation = ""

    def fdiff(self, argindex: int = 1) -> Any:
        """1 where this argument is the one that is taken, otherwise 0.

        Of equal ones the first is taken; a number never is, so that max(x, 0) has the slope 0 at 0, as ReLU has.
        """
        mine = self.args[argindex - 1]
        others = (*self.args[: argindex - 1], *self.args[argindex:])
        rest = others[0] if len(others) == 1 else type(self)(*others)
        first = next((arg for arg in self.args if not arg.is_number), mine)
        ties = "=" if mine == first and not rest.is_number else ""
        return cases((self.relation + ties, None))(1, mine, rest, 0)


class Largest(_Extreme):
    """The largest of its arguments."""

    relation = ">"


class Smallest(_Extreme):
    """The smallest of its arguments."""

    relation = "<"


class CasesFunction(sympy.Function):  # type: ignore[misc]
    """Pieces with conditions, differentiated piece by piece.

    The arguments are, for each piece, its body and the two sides of its condition (only the body for "otherwise").
    """

    relations: tuple[str | None, ...] = ()

    def pieces(self) -> list[tuple[Any, str | None, tuple[Any, ...]]]:
        """The body, the relation and the two sides of each piece."""
        rest = list(self.args)
        found = []
        for relation in self.relations:
            width = 1 if relation is None else 3
            body, *sides = rest[:width]
            del rest[:width]
            found.append((body, relation, tuple(sides)))
        return found

    def with_bodies(self, bodies: list[Any]) -> Any:
        """The same conditions over other bodies; one body where all are the same."""
        if all(body == bodies[0] for body in bodies):
            return bodies[0]
        arguments = [(new, *sides) for new, (_, _, sides) in zip(bodies, self.pieces(), strict=True)]
        return type(self)(*[argument for piece in arguments for argument in piece])

    def _eval_derivative(self, symbol: Any) -> Any:
        return self.with_bodies([body.diff(symbol) for body, _, _ in self.pieces()])


@cache
def cases(relations: tuple[str | None, ...]) -> Any:
    """The class of case distinctions with these relations."""
    return _subclass(CasesFunction, "cases", relations=relations)


class SigmaFunction(sympy.Function):  # type: ignore[misc]
    """A sum over a letter, differentiated term by term."""

    letter: Letter | None = None

    def _eval_derivative(self, symbol: Any) -> Any:
        body = self.args[0].diff(symbol)
        return body if body == 0 else type(self)(body)


@cache
def sigma(letter: Letter) -> Any:
    """The class of sums over this letter."""
    return _subclass(SigmaFunction, f"sum_{letter.axis.kind}_{letter.axis.layer}_{letter.copy}", letter=letter)


def _subclass(base: Any, name: str, **attributes: Any) -> Any:
    return type(base)(name, (base,), attributes)


FUNCTIONS: dict[str, Any] = {
    "exp": sympy.exp,
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tanh": sympy.tanh,
    "sigmoid": Sigmoid,
    "abs": Absolute,
    "max": Largest,
    "min": Smallest,
}
"""The functions of formulas that SymPy has, or has here, a class for; every other one is `named`."""

WORDS: dict[Any, str] = {kind: word for word, kind in FUNCTIONS.items() if word != "sqrt"}

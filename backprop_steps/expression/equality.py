"""Whether two formulas are the same function: refuted by numbers, proved by algebra."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import sympy

from backprop_steps.expression.arithmetic import ArithmeticFault, arithmetic, evaluate
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.stand_ins import StandIns
from backprop_steps.expression.sympy_functions import (
    Absolute,
    CasesFunction,
    Largest,
    Named,
    Sigmoid,
    Smallest,
)
from backprop_steps.expression.to_sympy import to_sympy
from backprop_steps.expression.tree import Expression

POINTS = 6
TOLERANCE = Decimal("1e-24")
LARGEST_DEGREE = 40
LARGEST_FOR_SIMPLIFY = 150
MOST_KINKS = 4


def equal(left: Expression, right: Expression) -> bool:
    """Whether two scalar formulas are proved equal wherever both have a value.

    False where they differ at some point, and where no proof is found. Logarithms are taken of positive numbers.
    """
    if left == right:
        return True
    one, two = to_sympy(left), to_sympy(right)
    if one == two:
        return True
    return _agree(left, right) and _proved(one, two)


def _agree(left: Expression, right: Expression) -> bool:
    """Whether both have the same value at random points, leaving out those where one has none."""
    choose = random.Random(1)
    functions = StandIns()
    with arithmetic():
        for number in range(POINTS):
            point: dict[Quantity, Decimal] = {}
            low = 0.05 if number % 2 else -1.5

            def value(quantity: Quantity, point: dict[Quantity, Decimal] = point, low: float = low) -> Decimal:
                if quantity not in point:
                    point[quantity] = Decimal(str(round(choose.uniform(low, 0.95), 6)))
                return point[quantity]

            try:
                one, two = evaluate(left, value, functions), evaluate(right, value, functions)
            except ArithmeticFault:
                continue
            if abs(one - two) > TOLERANCE * max(Decimal(1), abs(one), abs(two)):
                return False
    return True


def _proved(left: Any, right: Any) -> bool:
    if left == right:
        return True
    kinks = _kinks(left) | _kinks(right)
    if not kinks:
        return _smooth(left - right)
    if len(kinks) > MOST_KINKS:
        return _smooth(left - right)
    return all(_smooth(_without_kinks(left, at) - _without_kinks(right, at)) for at in _sides(kinks))


def _smooth(difference: Any) -> bool:
    """Whether an expression is zero: as a rational function of its exponentials, otherwise by SymPy's own means."""
    if difference == 0:
        return True
    powers = [abs(power.exp) for power in difference.atoms(sympy.Pow) if power.exp.is_Rational]
    if max(powers, default=0) > LARGEST_DEGREE:
        return False
    numerator, _ = sympy.fraction(sympy.together(_in_exponentials(difference)))
    if sympy.expand(numerator) == 0:
        return True
    if difference.count_ops() > LARGEST_FOR_SIMPLIFY:
        return False
    return bool(sympy.simplify(difference) == 0)


def _in_exponentials(expr: Any) -> Any:
    """The same with sigmoid and tanh as exponentials, logarithms apart, and a letter for each exponential."""
    expr = expr.replace(Sigmoid, lambda u: 1 / (1 + sympy.exp(-u)))
    expr = expr.replace(sympy.tanh, lambda u: (sympy.exp(u) - sympy.exp(-u)) / (sympy.exp(u) + sympy.exp(-u)))
    if expr.has(sympy.log):
        expr = expr.replace(sympy.log, lambda u: sympy.expand_log(sympy.log(sympy.together(u)), force=True))
    found = {atom: atom.args[0].expand().as_coefficients_dict() for atom in expr.atoms(sympy.exp)}
    letters: dict[Any, Any] = {}
    denominators: dict[Any, Any] = {}
    for parts in found.values():
        for term, coefficient in parts.items():
            letters.setdefault(term, sympy.Dummy())
            denominators[term] = sympy.ilcm(denominators.get(term, 1), coefficient.q)
    if any(abs(k * denominators[term]) > LARGEST_DEGREE for parts in found.values() for term, k in parts.items()):
        return expr
    return expr.xreplace(
        {
            atom: sympy.Mul(*[letters[t] ** (k * denominators[t]) for t, k in parts.items()])
            for atom, parts in found.items()
        }
    )


def _kinks(expr: Any) -> set[Any]:
    """The expressions whose sign decides between pieces, each up to its own sign."""
    found = set()
    for atom in expr.atoms(sympy.Function):
        if isinstance(atom, CasesFunction):
            found |= {sides[0] - sides[1] for _, _, sides in atom.pieces() if sides}
        elif isinstance(atom, Absolute) or (isinstance(atom, Named) and atom.word == "relu"):
            found.add(atom.args[0])
        elif isinstance(atom, Largest | Smallest) and len(atom.args) == 2:
            found.add(atom.args[0] - atom.args[1])
    return {_upright(kink)[1] for kink in found if not kink.is_number}


def _upright(expr: Any) -> tuple[int, Any]:
    turn = -1 if expr.could_extract_minus_sign() else 1
    return turn, (turn * expr).primitive()[1]


def _sides(kinks: set[Any]) -> Iterator[dict[Any, int]]:
    """Every choice of sides; the kink itself too, where it is a plain letter's zero."""
    ordered = sorted(kinks, key=lambda kink: kink.sort_key())
    for signs in product(*[(1, -1, 0) if kink.is_Symbol else (1, -1) for kink in ordered]):
        yield dict(zip(ordered, signs, strict=True))


def _without_kinks(expr: Any, at: dict[Any, int]) -> Any:
    def sign(u: Any) -> int:
        if u.is_number:
            return int(sympy.sign(u))
        turn, kink = _upright(u)
        return turn * at[kink]

    def chosen(*arguments: Any, kind: Any) -> Any:
        node = kind(*arguments)
        for body, relation, sides in node.pieces():
            if relation is None or _HOLDS[relation](sign(sides[0] - sides[1])):
                return body
        return node

    for kind in {type(atom) for atom in expr.atoms(CasesFunction)}:
        expr = expr.replace(kind, lambda *arguments, kind=kind: chosen(*arguments, kind=kind))
    for kind in {type(atom) for atom in expr.atoms(Named) if atom.word == "relu"}:
        expr = expr.replace(kind, lambda u, kind=kind: (1 if kind.primes else u) if sign(u) > 0 else sympy.S.Zero)
    expr = expr.replace(Absolute, lambda u: sign(u) * u)
    expr = expr.replace(Largest, lambda *u: (u[0] if sign(u[0] - u[1]) > 0 else u[1]) if len(u) == 2 else Largest(*u))
    expr = expr.replace(Smallest, lambda *u: (u[0] if sign(u[0] - u[1]) < 0 else u[1]) if len(u) == 2 else Smallest(*u))
    return expr.xreplace({kink: sympy.S.Zero for kink, side in at.items() if not side})


_HOLDS = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
    "=": lambda sign: sign == 0,
}

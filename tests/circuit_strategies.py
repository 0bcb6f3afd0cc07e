"""Random circuits: DAGs of named scalars of up to twenty nodes, every value finite and used, most of them often."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from hypothesis import strategies as st
from walker import names_in, walk

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import (
    Apply,
    Constant,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
)
from backprop_steps.problem.model import Circuit, Optimizer, Problem

VALUE_NAMES = ("x", "x1w1", "z", "w0", "w1")
LARGEST = 20.0

PLAIN: Mapping[str, Callable[[float], float]] = {
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "relu": lambda x: max(x, 0.0),
    "abs": abs,
}
FUNCTIONS: Mapping[str, Callable[..., float]] = {**PLAIN, "max": max, "min": min}
ALLOWED: Mapping[str, Callable[[float], bool]] = {
    "exp": lambda x: x < 2.5,
    "ln": lambda x: x > 0.1,
    "sqrt": lambda x: x > 0.1,
    "sin": lambda x: True,
    "cos": lambda x: True,
    "tanh": lambda x: abs(x) < 6,
    "sigmoid": lambda x: abs(x) < 12,
    "relu": lambda x: abs(x) > 1e-3,
    "abs": lambda x: abs(x) > 1e-3,
}


@st.composite
def circuits(draw: st.DrawFn, most_nodes: int = 20) -> Problem:
    """A circuit with its last node differentiated, with or without updates of some of its values."""
    names = VALUE_NAMES[: draw(st.integers(1, len(VALUE_NAMES)))]
    values = tuple((name, draw(_literals())) for name in names)
    known = {name: float(number.text) for name, number in values}
    nodes: list[tuple[str, Expression]] = []
    for number in range(1, draw(st.integers(1, most_nodes - 1)) + 1):
        formula = draw(_formulas(known, 2))
        nodes.append((f"q{number}", formula))
        known[f"q{number}"] = walk(formula, known, FUNCTIONS)
    used: set[str] = set().union(*(names_in(formula) for _, formula in nodes))
    loose = [Ref(Quantity("node", name=name)) for name in known if name not in used]
    # The last node gathers what nothing else uses, so that there is a way from everything to it.
    last: Expression = loose[0] * loose[0] if len(loose) == 1 else Sum(tuple(loose))
    circuit = Circuit(values, (*nodes, ("f", last)), "f")
    parameters = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
    optimizer = Optimizer(Number("0.001"), parameters=tuple(parameters)) if parameters else None
    return Problem("A random circuit", notation="circuit", circuit=circuit, optimizer=optimizer)


@st.composite
def _literals(draw: st.DrawFn) -> Number:
    places = draw(st.integers(0, 2))
    return Number(str(Decimal(draw(st.integers(-3 * 10**places, 3 * 10**places))).scaleb(-places)))


@st.composite
def _formulas(draw: st.DrawFn, known: Mapping[str, float], depth: int) -> Expression:
    """A formula over known names, of a value of moderate size."""
    leaf: Expression = Ref(Quantity("node", name=draw(st.sampled_from(sorted(known)))))
    if depth == 0:
        literal = st.sampled_from(("2", "0.5", "1.25", "3")).map(Number)
        return draw(st.sampled_from((leaf, leaf, leaf, leaf, Constant("pi")))) if draw(st.booleans()) else draw(literal)
    left = draw(_formulas(known, depth - 1)) if draw(st.booleans()) else leaf
    right: Expression = draw(_formulas(known, depth - 1))
    candidates = [*_combinations(left, right, known), *_applications(left, known)]
    fitting = [made for made in candidates if _moderate(made, known)]
    return draw(st.sampled_from(fitting)) if fitting else Apply("tanh", (Quotient(leaf, Number("10")),))


def _combinations(left: Expression, right: Expression, known: Mapping[str, float]) -> list[Expression]:
    first, second = (walk(part, known, FUNCTIONS) for part in (left, right))
    made: list[Expression] = [
        Sum((left, right)),
        Sum((left, Negative(right))),
        Product((left, right)),
        Sum((Product((left, left)), right)),
        Power(left, Number("2")),
        Product((Negative(left), right)),
    ]
    if abs(second) > 0.2:
        made.append(Quotient(left, right))
    if abs(first - second) > 1e-3:
        made += [Apply("max", (left, right)), Apply("min", (left, right))]
    return made


def _applications(body: Expression, known: Mapping[str, float]) -> list[Expression]:
    value = walk(body, known, FUNCTIONS)
    return [Apply(name, (body,)) for name in PLAIN if ALLOWED[name](value)]


def _moderate(formula: Expression, known: Mapping[str, float]) -> bool:
    return bool(names_in(formula)) and abs(walk(formula, known, FUNCTIONS)) < LARGEST

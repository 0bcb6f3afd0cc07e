"""Every line of every lemma has the value of its left side, by numbers; and no line has what a hand leaves out."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_steps.derivation.lemmas import Chain, Lemma, Rule, derivative_lemma, formula_derivative
from backprop_steps.expression.arithmetic import ArithmeticFault, Functions, arithmetic, evaluate
from backprop_steps.expression.quantity import LOSS, Quantity, derivative
from backprop_steps.expression.transform import children, rebuild, replace_refs
from backprop_steps.expression.tree import (
    Apply,
    Cases,
    Comparison,
    Derivative,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Ref,
    Sum,
    expression,
)
from backprop_steps.operations.activations import ACTIVATIONS
from backprop_steps.operations.base import ERROR, SLOPE, A, X, Y, exp, ln
from backprop_steps.operations.losses import LOSSES

ONE, ZERO, TWO = expression(1), expression(0), expression(2)
STEP = Decimal("1e-14")
POINTS = [Decimal(text) for text in ("-1.7", "-0.35", "0.45", "1.3")]
LARGEST = Decimal("1e8")


class UnclearError(Exception):
    """A point at which the derivative is too steep, or the function without a value, to compare numbers."""


def slope(formula: Expression, by: Quantity, at: dict[Quantity, Decimal], functions: Functions) -> Decimal:
    """The central difference."""
    values = [evaluate(formula, {**at, by: at[by] + shift}.__getitem__, functions) for shift in (STEP, -STEP)]
    if max(map(abs, values)) > LARGEST:
        raise UnclearError
    return (values[0] - values[1]) / (2 * STEP)


def value(node: Expression, at: dict[Quantity, Decimal], functions: Functions, subject: Expression) -> Decimal:
    """The number of a line; what is not differentiated yet, and the subject, by central differences."""
    by = X.quantity

    def change(part: Expression) -> Expression:
        if isinstance(part, Derivative):
            assert isinstance(part.by, Ref)
            return Number(str(slope(part.of, part.by.quantity, at, functions)))
        if part == subject and isinstance(part, Apply):
            return Number(str(slope(Apply(part.function, part.arguments), by, at, functions)))
        return rebuild(part, change)

    return evaluate(change(node), at.__getitem__, functions)


def holds(conditions: tuple[Comparison, ...], at: dict[Quantity, Decimal]) -> bool:
    return all(evaluate(Cases(((ONE, c), (ZERO, None))), at.__getitem__) == 1 for c in conditions)


def check(lemma: Lemma, at: dict[Quantity, Decimal], functions: Functions) -> int:
    """Compares every line that holds at this point with its left side; the number of lines compared."""
    compared = 0
    with arithmetic():
        for chain in lemma.parts:
            if not holds(chain.conditions, at):
                continue
            expected = value(chain.subject, at, functions, lemma.subject)
            for line in chain.lines:
                found = value(line.expression, at, functions, lemma.subject)
                assert abs(found - expected) <= Decimal("1e-12") * max(1, abs(expected)), line
                compared += 1
    return compared


def nodes(node: Expression) -> Iterator[Expression]:
    yield node
    for child in children(node):
        yield from nodes(child)


def unclean(node: Expression) -> str | None:
    """What a hand would have left out, if there is any of it."""
    match node:
        case Product(factors) if ONE in factors or ZERO in factors:
            return "a factor 1 or 0"
        case Product((Negative(), *_)):
            return "a minus on the first factor"
        case Product(factors) if factors.count(Negative(ONE)) > 1:
            return "(-1)(-1)"
        case Product(factors) if any(isinstance(factor, Product) for factor in factors):
            return "a product in a product"
        case Sum(terms) if ZERO in terms or Negative(ZERO) in terms:
            return "a term 0"
        case Negative(Negative()):
            return "two minus signs"
        case Power(_, exponent) if exponent in (ONE, ZERO):
            return "a power 1 or 0"
        case Quotient(_, bottom) if bottom == ONE:
            return "something over 1"
    return None


def assert_clean(chains: tuple[Chain, ...]) -> None:
    for chain in chains:
        for line in chain.lines:
            # The definition is as the user wrote it.
            for node in () if line.rule is Rule.DEFINITION else nodes(line.expression):
                assert unclean(node) is None, (unclean(node), line)
        for one, two in zip(chain.lines, chain.lines[1:], strict=False):
            assert one.expression != two.expression


def check_everywhere(name: str, formula: Expression, taught: Expression | None = None) -> None:
    lemma = derivative_lemma(name, formula, taught)
    assert_clean(lemma.parts)
    functions = {(name, 0): formula}
    assert sum(check(lemma, {X.quantity: point, SLOPE.quantity: Decimal("0.01")}, functions) for point in POINTS)


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if row.formula is not None])
def test_shipped_activations(name: str) -> None:
    row = ACTIVATIONS[name]
    assert row.formula is not None
    check_everywhere(name, row.formula, row.derivative)


S = Apply("g", (X,))


@pytest.mark.parametrize(
    ("formula", "taught"),
    [
        (X / (1 + exp(-X)), S + 1 / (1 + exp(-X)) * (1 - S)),
        (ln(1 + exp(X)), 1 / (1 + exp(-X))),
        (ln(1 + exp(X)), 1 - exp(-S)),
        (Apply("sqrt", (1 + X**2,)), X / S),
        (exp(-(X**2)), -2 * X * S),
        (X * Apply("sigmoid", (X,)), S + Apply("sigmoid", (X,)) * (1 - S)),
        (X * Apply("tanh", (ln(1 + exp(X)),)), None),
        (Number("0.5") * X * (1 + Apply("tanh", (Number("0.8") * (X + Number("0.044715") * X**3),))), None),
        (Number("1.7159") * Apply("tanh", (Quotient(TWO, expression(3)) * X,)), None),
        (X / (1 + Apply("abs", (X,))), None),
        (Apply("abs", (X**2 - 1,)), None),
        (Apply("max", (Number("0.1") * X, X)), None),
        (Apply("max", (ZERO, Apply("min", (ONE, X)))), None),
        (X * Apply("relu", (X,)), None),
        (Apply("max", (X, X**2)) + X, None),
        (Power(TWO, X), None),
        (Power(1 + X**2, X), None),
        ((Apply("sqrt", (X**2 + 1,)) - 1) / 2 + X, None),
    ],
)
def test_custom_activations(formula: Expression, taught: Expression | None) -> None:
    check_everywhere("g", formula, taught)


@pytest.mark.parametrize("name", LOSSES)
def test_shipped_losses(name: str) -> None:
    row = LOSSES[name]
    for difference in (Y - A, A - Y):
        term = replace_refs(row.term, {ERROR.quantity: difference}.get)
        scaled = Product((Quotient(ONE, TWO), term))
        chain = formula_derivative(scaled, A.quantity, Ref(derivative(LOSS, A.quantity)))
        assert_clean((chain,))
        at = {Y.quantity: Decimal("0.25"), A.quantity: Decimal("0.6")}
        with arithmetic():
            values = [value(line.expression, at, {}, chain.subject) for line in chain.lines]
        assert max(values) - min(values) < Decimal("1e-12")


LEAVES = st.sampled_from([X, X, X, ONE, TWO, expression(3), Number("0.5"), Number("1.25"), SLOPE])
FUNCTIONS = st.sampled_from(["exp", "ln", "sqrt", "sin", "cos", "tanh"])
EXPONENTS = st.sampled_from([TWO, expression(3), Negative(ONE), Quotient(ONE, TWO), Number("1.5"), X])


def grown(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(lambda name, part: Apply(name, (part,)), FUNCTIONS, parts),
        st.builds(lambda one, two: one + two, parts, parts),
        st.builds(lambda one, two: one - two, parts, parts),
        st.builds(lambda one, two: one * two, parts, parts),
        st.builds(lambda one, two: one / two, parts, parts),
        st.builds(Power, parts, EXPONENTS),
        parts.map(Negative),
    )


def up_to(depth: int) -> st.SearchStrategy[Expression]:
    return LEAVES if depth == 0 else st.one_of(LEAVES, grown(up_to(depth - 1)))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(up_to(4))
def test_any_formula(formula: Expression) -> None:
    lemma = derivative_lemma("g", formula)
    for point in POINTS:
        try:
            check(lemma, {X.quantity: point, SLOPE.quantity: Decimal("0.3")}, {("g", 0): formula})
        except (ArithmeticFault, UnclearError):
            continue

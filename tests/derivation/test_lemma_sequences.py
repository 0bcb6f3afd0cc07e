"""The lines of a lemma and the rule of each, as a teacher writes them on the board."""

import pytest

from backprop_steps.derivation.lemmas import Chain, Rule, derivative_lemma, formula_derivative
from backprop_steps.expression.quantity import LOSS, Quantity, derivative
from backprop_steps.expression.transform import size
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
from backprop_steps.operations.base import A, X, Y, exp, ln

ONE, ZERO, TWO = expression(1), expression(0), expression(2)
HALF = Quotient(ONE, TWO)
MINUS = Negative(X)
SQUARE = X**2


def of(node: Expression) -> Derivative:
    return Derivative(node, X)


def neg(node: Expression) -> Negative:
    return Negative(node)


def product(*factors: Expression) -> Product:
    return Product(factors)


def told(chain: Chain) -> list[tuple[Expression, Rule]]:
    return [(line.expression, line.rule) for line in chain.lines]


def test_sigmoid() -> None:
    row = ACTIVATIONS["sigmoid"]
    assert row.formula is not None
    lemma = derivative_lemma("sigmoid", row.formula, row.derivative)
    derived, rest, whole = lemma.parts
    below = 1 + exp(MINUS)
    s = Apply("sigmoid", (X,))
    assert derived.subject == Apply("sigmoid", (X,), primes=1)
    assert told(derived) == [
        (of(1 / below), Rule.DEFINITION),
        (of(Power(below, expression(-1))), Rule.RECIPROCAL_AS_POWER),
        (neg(product(Power(below, expression(-2)), of(below))), Rule.CHAIN_RULE),
        (neg(product(Power(below, expression(-2)), neg(exp(MINUS)))), Rule.INNER_DERIVATIVE),
        (Quotient(exp(MINUS), below**2), Rule.AS_QUOTIENT),
    ]
    assert derived.lines[2].using == (Rule.POWER,)
    assert derived.lines[3].using[:3] == (Rule.SUM, Rule.EXPONENTIAL, Rule.CHAIN_RULE)
    assert rest.subject == 1 - s
    assert told(rest) == [
        (1 - 1 / below, Rule.DEFINITION),
        (Quotient(exp(MINUS), below), Rule.ONE_FRACTION),
    ]
    assert whole.subject == s * (1 - s)
    assert told(whole) == [
        (product(1 / below, Quotient(exp(MINUS), below)), Rule.SUBSTITUTION),
        (Quotient(exp(MINUS), below**2), Rule.PRODUCT_OF_FRACTIONS),
        (Apply("sigmoid", (X,), primes=1), Rule.AS_FOUND),
    ]
    assert lemma.result == s * (1 - s)


def test_tanh() -> None:
    row = ACTIVATIONS["tanh"]
    assert row.formula is not None
    derived, whole = derivative_lemma("tanh", row.formula, row.derivative).parts
    top, below = exp(X) - exp(MINUS), exp(X) + exp(MINUS)
    found = Quotient(Sum((below**2, neg(top**2))), below**2)
    assert told(derived) == [
        (of(top / below), Rule.DEFINITION),
        (Quotient(Sum((product(of(top), below), neg(product(top, of(below))))), below**2), Rule.QUOTIENT),
        (Quotient(Sum((product(below, below), neg(product(top, top)))), below**2), Rule.EACH_DERIVATIVE),
        (found, Rule.SIMPLIFICATION),
    ]
    assert whole.subject == 1 - Apply("tanh", (X,)) ** 2
    assert told(whole) == [
        (1 - Power(top / below, TWO), Rule.DEFINITION),
        (found, Rule.ONE_FRACTION),
        (Apply("tanh", (X,), primes=1), Rule.AS_FOUND),
    ]


def test_swish() -> None:
    (chain,) = derivative_lemma("swish", X / (1 + exp(MINUS))).parts
    below = 1 + exp(MINUS)
    first = Sum((product(of(X), below), neg(product(X, of(below)))))
    second = Sum((ONE, exp(MINUS), neg(product(X, neg(exp(MINUS))))))
    third = Sum((ONE, exp(MINUS), product(X, exp(MINUS))))
    assert told(chain) == [
        (of(X / below), Rule.DEFINITION),
        (Quotient(first, below**2), Rule.QUOTIENT),
        (Quotient(second, below**2), Rule.EACH_DERIVATIVE),
        (Quotient(third, below**2), Rule.SIMPLIFICATION),
    ]


def test_softplus() -> None:
    (chain,) = derivative_lemma("softplus", ln(1 + exp(X))).parts
    inner = 1 + exp(X)
    assert told(chain) == [
        (of(ln(inner)), Rule.DEFINITION),
        (product(Quotient(ONE, inner), of(inner)), Rule.CHAIN_RULE),
        (product(Quotient(ONE, inner), exp(X)), Rule.INNER_DERIVATIVE),
        (Quotient(exp(X), inner), Rule.AS_QUOTIENT),
    ]
    assert chain.lines[1].using == (Rule.LOGARITHM,)


@pytest.mark.parametrize(
    ("formula", "rules", "result"),
    [
        (X, [Rule.DEFINITION, Rule.VARIABLE], ONE),
        (expression(5), [Rule.DEFINITION, Rule.CONSTANT], ZERO),
        (SQUARE, [Rule.DEFINITION, Rule.POWER], TWO * X),
        (X**3 - 2 * X, [Rule.DEFINITION, Rule.SUM, Rule.EACH_DERIVATIVE], 3 * Power(X, TWO) - 2),
        (
            exp(-SQUARE),
            [Rule.DEFINITION, Rule.CHAIN_RULE, Rule.INNER_DERIVATIVE, Rule.SIMPLIFICATION],
            neg(product(TWO, X, exp(-SQUARE))),
        ),
        (
            Apply("sqrt", (1 + SQUARE,)),
            [Rule.DEFINITION, Rule.CHAIN_RULE, Rule.INNER_DERIVATIVE, Rule.AS_QUOTIENT],
            Quotient(X, Apply("sqrt", (1 + SQUARE,))),
        ),
        (
            Apply("sin", (X,)) * exp(X),
            [Rule.DEFINITION, Rule.PRODUCT, Rule.EACH_DERIVATIVE],
            Apply("cos", (X,)) * exp(X) + Apply("sin", (X,)) * exp(X),
        ),
        (
            SQUARE / (1 + SQUARE),
            [Rule.DEFINITION, Rule.QUOTIENT, Rule.EACH_DERIVATIVE, Rule.SIMPLIFICATION, Rule.MULTIPLY_OUT],
            Quotient(2 * X, (1 + SQUARE) ** 2),
        ),
        (
            X / (1 + Apply("abs", (X,))),
            [Rule.DEFINITION, Rule.QUOTIENT, Rule.EACH_DERIVATIVE, Rule.SIMPLIFICATION],
            Quotient(ONE, (1 + Apply("abs", (X,))) ** 2),
        ),
        (
            Apply("f", (X**2,)),
            [Rule.DEFINITION, Rule.CHAIN_RULE, Rule.INNER_DERIVATIVE, Rule.SIMPLIFICATION],
            product(TWO, X, Apply("f", (X**2,), primes=1)),
        ),
    ],
)
def test_other_formulas(formula: Expression, rules: list[Rule], result: Expression) -> None:
    (chain,) = derivative_lemma("g", formula).parts
    assert [line.rule for line in chain.lines] == rules
    assert chain.result == result


def test_a_decimal_is_multiplied_out_only_in_the_last_line() -> None:
    (chain,) = derivative_lemma("g", Number("0.25") * X**4 + Number("0.10") * X).parts
    assert told(chain)[-2:] == [
        (Sum((product(Number("0.25"), expression(4), X**3), Number("0.10"))), Rule.EACH_DERIVATIVE),
        (Sum((X**3, Number("0.1"))), Rule.SIMPLIFICATION),
    ]


def test_powers_within_powers_are_not_multiplied_out_without_end() -> None:
    nested: Expression = X
    for _ in range(9):
        nested = (nested**2 + 1) ** 2
    (chain,) = derivative_lemma("g", nested).parts
    assert size(chain.result) < 500


def test_a_taught_form_that_needs_more_than_fractions_is_left_to_a_proof() -> None:
    chain, back = derivative_lemma("softplus", ln(1 + exp(X)), 1 - exp(-Apply("softplus", (X,)))).parts
    assert chain.result == Quotient(exp(X), 1 + exp(X))
    assert [line.rule for line in back.lines] == [Rule.DEFINITION, Rule.SIMPLIFICATION, Rule.AS_FOUND]


def test_a_wrong_taught_form_is_refused() -> None:
    s = Apply("g", (X,))
    with pytest.raises(ValueError, match="taught"):
        derivative_lemma("g", 1 / (1 + exp(MINUS)), s * (2 - s))
    with pytest.raises(ValueError, match="taught"):
        derivative_lemma("g", SQUARE, 3 * X)


def piece(chain: Chain) -> tuple[tuple[Comparison, ...], Expression, Rule]:
    return chain.conditions, chain.result, chain.lines[-1].rule


def test_relu_piece_by_piece() -> None:
    row = ACTIVATIONS["relu"]
    assert row.formula is not None
    lemma = derivative_lemma("relu", row.formula, row.derivative)
    assert [piece(chain) for chain in lemma.parts] == [
        ((Comparison(X, ">", ZERO),), ONE, Rule.VARIABLE),
        ((Comparison(X, "<", ZERO),), ZERO, Rule.CONSTANT),
        ((Comparison(X, "=", ZERO),), ZERO, Rule.CONVENTION),
    ]
    assert lemma.result == row.derivative


@pytest.mark.parametrize(
    "formula",
    [Apply("max", (ZERO, X)), Apply("max", (X, ZERO)), Apply("relu", (X,))],
)
def test_relu_said_otherwise(formula: Expression) -> None:
    lemma = derivative_lemma("f", formula)
    assert [chain.result for chain in lemma.parts] == [ONE, ZERO, ZERO]
    assert lemma.parts[-1].lines[0].rule is Rule.CONVENTION


def test_absolute_value_has_slope_0_at_0_by_convention() -> None:
    lemma = derivative_lemma("f", Apply("abs", (X,)))
    assert [chain.result for chain in lemma.parts] == [ONE, neg(ONE), ZERO]
    assert isinstance(lemma.result, Cases)
    assert lemma.result.pieces[0] == (ZERO, Comparison(X, "=", ZERO))


def test_pieces_that_meet_smoothly_need_no_convention() -> None:
    elu = Cases(((X, Comparison(X, ">", ZERO)), (exp(X) - 1, None)))
    assert [chain.result for chain in derivative_lemma("elu", elu).parts] == [ONE, exp(X)]


def test_a_clipped_line_has_three_pieces() -> None:
    line = Number("0.2") * X + Number("0.5")
    lemma = derivative_lemma("hard_sigmoid", Apply("max", (ZERO, Apply("min", (ONE, line)))))
    inside = (Comparison(line, ">", ZERO), Comparison(line, "<", ONE))
    assert [piece(chain)[:2] for chain in lemma.parts] == [
        ((Comparison(line, ">", ONE),), ZERO),
        (inside, Number("0.2")),
        ((Comparison(line, "<", ZERO),), ZERO),
        ((Comparison(line, "=", ONE),), ZERO),
        ((Comparison(line, "=", ZERO),), ZERO),
    ]


OUTPUT = Quantity("activation", 2, (1,))
TARGET = Quantity("target", 2, (1,))
a, y = Ref(OUTPUT), Ref(TARGET)


def test_half_squared_error() -> None:
    chain = formula_derivative(product(HALF, (y - a) ** 2), OUTPUT, Ref(derivative(LOSS, OUTPUT)))
    assert told(chain) == [
        (Derivative(product(HALF, (y - a) ** 2), a), Rule.DEFINITION),
        (product(HALF, TWO, y - a, neg(ONE)), Rule.CHAIN_RULE),
        (neg(y - a), Rule.SIMPLIFICATION),
        (a - y, Rule.SIGNS),
    ]
    assert Rule.POWER in chain.lines[1].using


def test_output_minus_target_keeps_its_sign() -> None:
    chain = formula_derivative(product(HALF, (a - y) ** 2), OUTPUT, Ref(derivative(LOSS, OUTPUT)))
    assert [line.expression for line in chain.lines[1:]] == [product(HALF, TWO, a - y), a - y]


def test_binary_cross_entropy() -> None:
    formula = neg(y * ln(a) + (1 - y) * ln(1 - a))
    chain = formula_derivative(formula, OUTPUT, Ref(derivative(LOSS, OUTPUT)))
    raw = Sum((product(y, 1 / a), product(1 - y, Quotient(ONE, 1 - a), neg(ONE))))
    assert told(chain)[1:] == [
        (neg(raw), Rule.CHAIN_RULE),
        (Sum((neg(y / a), Quotient(1 - y, 1 - a))), Rule.SIMPLIFICATION),
    ]


def test_a_custom_loss_that_is_not_simple_takes_more_lines() -> None:
    chain = formula_derivative(ln(Apply("cos", (A - Y,))), A.quantity, Ref(derivative(LOSS, A.quantity)))
    assert [line.rule for line in chain.lines] == [
        Rule.DEFINITION,
        Rule.CHAIN_RULE,
        Rule.INNER_DERIVATIVE,
        Rule.AS_QUOTIENT,
    ]
    assert chain.result == neg(Quotient(Apply("sin", (A - Y,)), Apply("cos", (A - Y,))))

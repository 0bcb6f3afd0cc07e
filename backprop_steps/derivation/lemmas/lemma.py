"""What a lemma is: chains of equalities, each line with the rule by which it follows from the one before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backprop_steps.expression.quantity import Letter
from backprop_steps.expression.tree import Comparison, Expression


class Rule(StrEnum):
    """The closed list of the rules a line may follow by."""

    # what is being done
    DEFINITION = "definition"  # what the function or the quantity is
    CHAIN_RULE = "chain_rule"  # the outer function's derivative at the inner one, times the inner one's
    SUM_OVER_PATHS = "sum_over_paths"  # the chain rule, summed over the quantities in between
    INNER_DERIVATIVE = "inner_derivative"  # what the chain rule left to do
    EACH_DERIVATIVE = "each_derivative"  # each derivative that a rule left to do
    # rules of differentiation
    CONSTANT = "constant"
    VARIABLE = "variable"
    SUM = "sum"
    CONSTANT_FACTOR = "constant_factor"
    PRODUCT = "product"
    QUOTIENT = "quotient"
    POWER = "power"
    EXPONENTIAL = "exponential"
    LOGARITHM = "logarithm"
    SQUARE_ROOT = "square_root"
    SINE = "sine"
    COSINE = "cosine"
    TANH = "tanh"
    SIGMOID = "sigmoid"
    ABSOLUTE_VALUE = "absolute_value"
    RELU = "relu"
    PIECE_BY_PIECE = "piece_by_piece"
    FUNCTION_BY_NAME = "function_by_name"  # f gives f'
    # writing the same in another way
    RECIPROCAL_AS_POWER = "reciprocal_as_power"  # 1/u is u^-1
    POWER_AS_EXPONENTIAL = "power_as_exponential"  # u^v is e^(v ln u)
    AS_QUOTIENT = "as_quotient"  # negative powers and fractions in one fraction
    ONE_FRACTION = "one_fraction"  # terms over a common denominator
    PRODUCT_OF_FRACTIONS = "product_of_fractions"
    SPLIT_FRACTION = "split_fraction"  # a fraction as a product or a sum of fractions
    MULTIPLY_OUT = "multiply_out"
    CANCEL = "cancel"
    COLLECT = "collect"  # like terms together
    SIGNS = "signs"  # the minus sign into the brackets
    SIMPLIFICATION = "simplification"
    SUBSTITUTION = "substitution"  # what was found before put in
    # reasons
    ONE_TERM_LEFT = "one_term_left"  # of a sum over m with 1 where m = j and 0 elsewhere
    TARGETS_SUM_TO_ONE = "targets_sum_to_one"
    BOTH_CASES = "both_cases"  # two cases said in one
    CONVENTION = "convention"  # a value chosen where there is none
    AS_FOUND = "as_found"  # as an earlier part found


@dataclass(frozen=True, slots=True)
class LemmaLine:
    """One member of a chain, and the rule that gives it. `using` names the rules that went into it besides."""

    expression: Expression
    rule: Rule
    using: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexCase:
    """A chain that holds where two indices are equal, or where they are not."""

    left: Letter
    right: Letter
    equal: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """subject = line 1 = line 2 = ...; where all of `conditions`, or the `case`, hold, if there are any."""

    subject: Expression
    lines: tuple[LemmaLine, ...]
    conditions: tuple[Comparison, ...] = ()
    case: IndexCase | None = None

    @property
    def result(self) -> Expression:
        """The last member."""
        return self.lines[-1].expression


@dataclass(frozen=True, slots=True)
class Lemma:
    """One or several chains, each resting on those before it; `result` is what they show the first subject to be."""

    parts: tuple[Chain, ...]
    result: Expression

    @property
    def subject(self) -> Expression:
        """What the lemma is about: the left side of its first chain."""
        return self.parts[0].subject

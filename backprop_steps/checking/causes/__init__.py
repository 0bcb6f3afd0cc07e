"""The causes of mistakes: one row each, how it is made on a right expression, and its class.

The closed list. A cause that fits a special case stands before the general one that fits it too (a slope that is
missing is a missing factor, an update with the wrong sign has a wrong sign), so that the order is also "likeliest
first".
"""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.checking.causes.cause import KINDS, MOST, Cause, Kind, Setting
from backprop_steps.checking.causes.chain import inverted_chain
from backprop_steps.checking.causes.digits import decimal_point, digit_dropped, digits_swapped
from backprop_steps.checking.causes.factors import extra_factor, missing_activation_derivative, missing_factor
from backprop_steps.checking.causes.indices import wrong_index, wrong_sample
from backprop_steps.checking.causes.matrices import missing_transpose, wrong_shape
from backprop_steps.checking.causes.signs import sign, update_sign
from backprop_steps.checking.causes.slips import arithmetic
from backprop_steps.checking.causes.sums import wrong_bounds
from backprop_steps.checking.causes.terms import broken_chain, missing_path, missing_term
from backprop_steps.checking.causes.values import updated_value_used, wrong_value_used

__all__ = ["CAUSES", "KINDS", "MOST", "Cause", "Kind", "Setting"]

CAUSES: Mapping[str, Cause] = {
    row.name: row
    for row in (
        broken_chain,
        update_sign,
        sign,
        updated_value_used,
        wrong_sample,
        missing_activation_derivative,
        missing_transpose,
        missing_path,
        missing_term,
        inverted_chain,
        missing_factor,
        extra_factor,
        wrong_index,
        wrong_bounds,
        wrong_shape,
        digits_swapped,
        digit_dropped,
        decimal_point,
        wrong_value_used,
        arithmetic,
    )
}

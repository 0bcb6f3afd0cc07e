"""Which mistakes can be made in one chain of equalities, and what a student gets who makes one and goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain as chained
from random import Random

from backprop_steps.checking.causes import CAUSES, Setting
from backprop_steps.expression.arithmetic import ArithmeticFault, Functions, arithmetic, evaluate_in
from backprop_steps.expression.arrays import Array, evaluate_array
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import contains, replace_refs
from backprop_steps.expression.tree import (
    Expression,
    Hadamard,
    Matrix,
    Negative,
    Number,
    Transpose,
)

LIKELIEST = 12
"""Of the ways to make one mistake in one place, so many are drawn from: the likeliest."""
UNITS = 2
"""A wrong result is further from the right one than so many units of the last place: less is no mistake."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What must be known of a line to make a mistake in it.

    `members` are its expressions, `numeric` says of each whether the numbers are put in. `entries` are the quantities
    that its last member, where it is a result, gives the values of, row by row; empty where it is not to be carried
    on from.
    """

    subject: Quantity
    members: tuple[Expression, ...]
    numeric: tuple[bool, ...]
    entries: tuple[tuple[Quantity, ...], ...] = ()

    @property
    def has_result(self) -> bool:
        """Whether it ends with nothing but numbers."""
        return bool(self.entries) and self.numeric[-1] and is_result(self.members[-1])


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake made in one member of a chain.

    `members` are those of the chain as it now stands, `place` says which of them is wrong; where it went right before,
    `before` stood there. `carried` are the values that the sheet goes on with.
    """

    cause: str
    place: int
    before: Expression
    members: tuple[Expression, ...]
    carried: Mapping[Quantity, Decimal] = field(default_factory=dict)

    @property
    def after(self) -> Expression:
        """The wrong member."""
        return self.members[self.place]


@dataclass(frozen=True, slots=True)
class Slipping:
    """Makes mistakes: in the setting of one chain, with a way to show a value as the sheet shows it."""

    setting: Setting
    functions: Functions
    shown: Callable[[Decimal], Number]

    def slips(self, chain: Chain, causes: Collection[str], random: Random) -> Iterator[Slip]:
        """The mistakes of these causes that can be made in the chain, in random order, each cause in turn."""
        order = [name for name in CAUSES if name in causes]
        random.shuffle(order)
        for name in order:
            places = list(range(len(chain.members)))
            random.shuffle(places)
            for place in places:
                before = chain.members[place]
                mutants = []
                for mutant in CAUSES[name].mutants(before, self.setting):
                    mutants.append(mutant)
                    if len(mutants) == LIKELIEST:
                        break
                random.shuffle(mutants)
                for mutant in mutants:
                    slip = self._slip(chain, name, place, mutant)
                    if slip is not None:
                        yield slip

    def _slip(self, chain: Chain, cause: str, place: int, mutant: Expression) -> Slip | None:
        before, members = chain.members[place], chain.members
        last = len(members) - 1
        if CAUSES[cause].kind == "notation":
            # the part stands between the whole and what the whole comes to, which stays right
            if place == last:
                return None
            return Slip(cause, place + 1, members[place + 1], (*members[: place + 1], mutant, *members[place + 1 :]))
        if CAUSES[cause].kind in ("copying", "arithmetic") and not chain.numeric[place]:
            return None  # dq/dx = 1 is found, and not copied or calculated
        if not chain.has_result:
            return Slip(cause, place, before, _with(members, place, mutant)) if not chain.numeric[place] else None
        if place == last:
            return self._wrong_result(chain, cause, mutant)
        if chain.numeric[place]:
            return self._wrong_numbers(chain, cause, place, mutant) if place == last - 1 else None
        following = members[place + 1]
        if chain.numeric[place + 1] and place + 1 < last:
            return self._wrong_formula(chain, cause, place, mutant)
        if chain.numeric[place + 1] and is_result(following):
            return None  # a formula whose numbers are not written out: nobody could tell what was done
        return Slip(cause, place, before, _with(members, place, mutant))

    def _wrong_result(self, chain: Chain, cause: str, result: Expression) -> Slip | None:
        if cause == "arithmetic" and not any(chain.numeric[:-1]):
            return None  # nothing was calculated: a value is only written down
        carried = self._carried(chain, result)
        if carried is None or not self._far(chain, result):
            return None
        if any(self.shown(value).value != value for value in carried.values()):
            return None  # more digits than the sheet shows
        return Slip(cause, len(chain.members) - 1, chain.members[-1], (*chain.members[:-1], result), carried)

    def _wrong_numbers(self, chain: Chain, cause: str, place: int, put: Expression) -> Slip | None:
        found = self._result(put)
        if found is None:
            return None
        if cause == "arithmetic":  # the numbers are right, and what comes out is what the slip gives
            return self._wrong_result(chain, cause, self._shown(found))
        result = self._shown(found)
        if not self._far(chain, result):
            return None
        carried = self._carried(chain, result, found)
        if carried is None:
            return None
        return Slip(cause, place, chain.members[place], (*chain.members[:place], put, result), carried)

    def _wrong_formula(self, chain: Chain, cause: str, place: int, formula: Expression) -> Slip | None:
        """The numbers are put into the wrong formula, and the wrong result is carried on."""
        if is_array_formula(formula) or len(chain.members) - 1 - place != 2:
            return None
        put = replace_refs(formula, self.setting.numbers.get)
        made = self._wrong_numbers(chain, cause, place + 1, put)
        if made is None:
            return None
        members = (*chain.members[:place], formula, *made.members[place + 1 :])
        return Slip(cause, place, chain.members[place], members, made.carried)

    def _result(self, put: Expression) -> Array | None:
        try:
            with arithmetic():
                if is_array_formula(put):
                    return evaluate_array(put, _no_array, self.functions)
                return ((evaluate_in(put, _no_value, self.functions, {}),),)
        except (ArithmeticFault, KeyError):
            return None

    def _shown(self, found: Array) -> Expression:
        rows = tuple(tuple(map(self.shown, row)) for row in found)
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else Matrix(rows)

    def _far(self, chain: Chain, result: Expression) -> bool:
        """Whether some number of the result is more than a few units of its last place from the right one."""
        right, wrong = list(_literals(chain.members[-1])), list(_literals(result))
        if len(right) != len(wrong):
            return False
        return any(self.apart(one, two) for one, two in zip(right, wrong, strict=True))

    def apart(self, one: Number, two: Number) -> bool:
        """Whether two values are further from each other than a few units of their last place; where the second shows
        fewer digits than the first, of that place.
        """
        apart = abs(one.value - two.value)
        if _decimals(two) < _decimals(one) and apart <= UNITS * Decimal(1).scaleb(-_decimals(two)):
            return False
        return apart > UNITS * max(_unit(one), _unit(two), _unit(self.shown(one.value)))

    def _carried(self, chain: Chain, result: Expression, exact: Array | None = None) -> dict[Quantity, Decimal] | None:
        """The values to go on with: those that differ from the right ones."""
        quantities = list(chained.from_iterable(chain.entries))
        right, wrong = list(_literals(chain.members[-1])), list(_literals(result))
        values = [number.value for number in wrong] if exact is None else list(chained.from_iterable(exact))
        if not len(quantities) == len(right) == len(wrong) == len(values):
            return None
        changed = zip(quantities, right, wrong, values, strict=True)
        return {quantity: value for quantity, one, two, value in changed if one.value != two.value}


def is_result(node: Expression) -> bool:
    """Whether it is nothing but literals."""
    if isinstance(node, Matrix):
        return all(map(is_result, chained.from_iterable(node.rows)))
    return isinstance(node.body if isinstance(node, Negative) else node, Number)


def is_array_formula(node: Expression) -> bool:
    """Whether it is between matrices."""
    return contains(node, Matrix | Transpose | Hadamard)


def _literals(node: Expression) -> Iterator[Number]:
    if isinstance(node, Matrix):
        for entry in chained.from_iterable(node.rows):
            yield from _literals(entry)
    elif isinstance(node, Negative):
        assert isinstance(node.body, Number)
        yield Number(str(-node.body.value), node.body.exact)
    elif isinstance(node, Number):
        yield node


def _decimals(number: Number) -> int:
    """How many decimals a literal shows."""
    exponent = number.value.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0)


def _unit(number: Number) -> Decimal:
    """One unit of the last place; of an exact result, whose zeros are not written, no more than it shows."""
    exponent = number.value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(0) if number.exact else Decimal(1).scaleb(exponent)


def _with(members: tuple[Expression, ...], place: int, new: Expression) -> tuple[Expression, ...]:
    return (*members[:place], new, *members[place + 1 :])


def _no_value(quantity: Quantity) -> Decimal:
    raise KeyError(quantity)


def _no_array(quantity: Quantity) -> Array:
    raise KeyError(quantity)

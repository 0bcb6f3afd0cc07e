"""What the symbols of a page may stand for: every notation's patterns, the page's own notation first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Literal

from backprop_steps.checking.binding.forms import OTHER_BRACKETS, OTHER_CASE, Form, fits, form_of
from backprop_steps.checking.binding.hand_table import HandTable
from backprop_steps.checking.binding.hands import Hand
from backprop_steps.checking.binding.index_letters import LetterNames
from backprop_steps.checking.binding.plain import plain_words, said_given
from backprop_steps.checking.reading.names import AS_IT_WAS, UPDATED
from backprop_steps.checking.reading.written import Symbol
from backprop_steps.expression.quantity import GIVEN_ROLES, Quantity, Role
from backprop_steps.notation.notation import Notation, NotationError, Shape
from backprop_steps.notation.profile import Profile
from backprop_steps.notation.reading import Reading, every_reading
from backprop_steps.notation.spelling import GENERAL_LAYER

LETTERS: Mapping[str, tuple[str, ...]] = {
    "loss": ("L", "E", "J", "C", "Loss", "Cost", "Error", "ell", "MSE", "BCE", "SSE", "CE", "NLL"),
    "learning_rate": ("eta", "alpha", "gamma", "epsilon", "mu", "lambda", "lr"),
    "pre_activation": ("z", "net", "s", "u", "v", "Z", "in", "h"),
    "activation": ("a", "out", "h", "o", "A", "H"),
    "output": ("hat y", "o", "out", "output", "prediction", "pred", "p", "hat p", "a"),
    "target": ("y", "t", "d", "target", "T", "Y"),
    "weight": ("w", "W"),
    "bias": ("b", "B", "beta", "theta"),
    "input": ("x", "X", "i"),
    "delta": ("delta", "g", "d", "Delta"),
    "error": ("e", "Err", "err", "error"),
    "samples": ("N", "m", "n", "M"),
}
"""Letters in common use, for symbols that no notation has."""

_OF_A_SAMPLE = (("0",), ("n",), ("p",), ("x",), ("d",))
"""What stands below the loss of one sample."""
_OF_CIRCUITS = ("node", "loss", "learning_rate")
HAND = -1.0
OTHER_NOTATION = 2.0
OWN_NOTATION = 1.5
OTHER_LETTER = 6.0
GENERAL = 0.5
"""What it costs to take the letter of all layers for that of a layer which has a letter of its own."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a page's hand does that its symbols alone do not say.

    `weights_turned`: a weight's two indices stand the other way round than in the notation, `samples_turned`: so do the
    sample and the unit of anything else. `own_deltas`: it says itself of what its deltas are the derivatives,
    `primes_transpose`: a prime transposes an array, `iterates`: a number in brackets above counts updates,
    `bars_differentiate`: a bar over a quantity is the derivative of the loss by it.

    `delta_turned` and `error_turned` say whether these have the opposite sign, `sample_losses` whether a `dZ` is that
    of one sample's own loss, `first_unit` and `first_layer` where units and layers are counted from (None: as in the
    notation), `hand` which letters stand for something else than in any notation, `letter_layers` over which layer an
    index letter runs; `letters_general`: in each statement over another (`w_ij` leads from any unit to any unit behind
    it). `weights_behind`: weights and biases have the number of the layer that they lead from, z^(2) = W^(1) a^(1).
    `rows`: a sample is a row, x W (None: as in the notation); `weights_lie_turned`: the rows of a weight are its
    other end, W^T x in columns.
    """

    notation: str
    weights_turned: bool = False
    delta_turned: bool = False
    error_turned: bool = False
    sample_losses: bool = False
    first_unit: int | None = None
    first_layer: int | None = None
    weights_behind: bool = False
    hand: Hand | None = None
    letter_layers: tuple[tuple[str, int], ...] = ()
    letters_general: bool = False
    samples_turned: bool = False
    own_deltas: bool = False
    primes_transpose: bool = False
    iterates: bool = False
    bars_differentiate: bool = False
    rows: bool | None = None
    weights_lie_turned: bool = False

    def counted(self, profile: Profile) -> Profile:
        """A notation with its units and layers counted as the page does."""
        own = profile.conventions
        unit = own.first_unit if self.first_unit is None else self.first_unit
        layer = own.first_layer if self.first_layer is None else self.first_layer
        counted = replace(own, first_unit=unit, first_layer=layer)
        if self.weights_behind:
            counted = replace(counted, weight_layer="from")
        return profile if counted == own else replace(profile, conventions=counted)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a symbol may stand for, and how far-fetched that is (0: exactly so in the page's own notation)."""

    cost: float
    quantity: Quantity
    notation: str


@dataclass(frozen=True, slots=True)
class _Entry:
    notation: Notation
    reading: Reading
    form: Form
    turned: bool = False
    """Whether it is of the notation with rows and columns the other way."""


class NotationTable:
    """The forms of one notation, by the letter they begin with."""

    def __init__(
        self,
        notation: Notation,
        turned: Notation | None,
        *,
        weights: bool = True,
        samples: bool = False,
        absent: frozenset[Role] = frozenset(),
    ) -> None:
        """`turned` has rows and columns the other way: taken for weights, or for what is of a sample."""
        self.name = notation.profile.name
        self.notation = notation
        self.entries: dict[str, list[_Entry]] = defaultdict(list)
        seen: set[tuple[object, ...]] = set()
        for numbers in (False, True) if notation.profile.numbers else (False,):
            for one in (notation, turned) if turned is not None else (notation,):
                for reading in every_reading(one, numbers, generations=1, by_hand=True):
                    quantity = reading.quantity
                    if quantity.layer == GENERAL_LAYER or quantity.role in absent:
                        continue
                    if quantity.role == "partial_loss" and reading.form == "array" and notation.shape.depth:
                        continue  # the losses of all outputs at once: nobody writes of them
                    if notation.shape.circuit and quantity.role not in _OF_CIRCUITS:
                        continue
                    turns = weights if quantity.role == "weight" else samples
                    if turned is not None and turns != (one is turned):
                        continue
                    form = form_of(reading.pattern, reading.missing)
                    key = (form, quantity, reading.form)
                    if form is not None and key not in seen:
                        seen.add(key)
                        self.entries[form.base.lower()].append(_Entry(one, reading, form, one is turned))
        self._in_both_cases()

    def _in_both_cases(self) -> None:
        """Where a quantity has a small letter for one entry and the capital for the whole, either may be meant."""
        for entries in self.entries.values():
            bases: dict[Quantity, set[str]] = defaultdict(set)
            for entry in entries:
                bases[entry.reading.quantity].add(entry.form.base)
            entries += [
                replace(entry, form=replace(entry.form, base=other))
                for entry in list(entries)
                for other in bases[entry.reading.quantity] - {entry.form.base}
            ]

    def read(self, symbol: Symbol, names: LetterNames) -> Iterator[tuple[float, Quantity]]:
        """What the symbol may stand for here, and how loosely it fits."""
        yield from _fitted(self.entries.get(symbol.base.lower(), ()), symbol, names)


def _fitted(entries: Iterable[_Entry], symbol: Symbol, names: LetterNames) -> Iterator[tuple[float, Quantity]]:
    from backprop_steps.notation.reading import quantity_of

    for entry in entries:
        for cost, values in fits(entry.form, symbol):
            quantity = quantity_of(entry.notation, entry.reading, values, names.letter)
            if quantity is not None and entry.turned and values.get("number", "").isdecimal():
                place = entry.notation.numbering.place_of_weight(int(values["number"]), by_source=True)
                quantity = replace(quantity, index=place[1:]) if place is not None else None
            if quantity is not None:
                yield cost + (GENERAL if entry.reading.general else 0), quantity


class NotationTables:
    """The forms of every notation that can say a problem; each is made once, however many pages are read."""

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        shape: Shape,
        symbols: Mapping[str, str],
        orientation: Literal["rows", "columns"] | None,
        absent: frozenset[Role] = frozenset(),
    ) -> None:
        """`absent` are the roles of which the problem has no quantity: no letter stands for one."""
        self.profiles, self.shape, self.orientation, self.absent = profiles, shape, orientation, absent
        self.choices = [dict(symbols), {}] if symbols else [{}]
        self._made: dict[tuple[object, ...], tuple[NotationTable, ...]] = {}

    def of(self, name: str, dialect: Dialect) -> tuple[NotationTable, ...]:
        """A notation as a dialect has it: with the problem's own symbols, and without."""
        turned = (dialect.weights_turned, dialect.samples_turned)
        key = (name, dialect.first_unit, dialect.first_layer, dialect.weights_behind, *turned)
        if key not in self._made:
            self._made[key] = tuple(self._tables(dialect.counted(self.profiles[name]), dialect))
        return self._made[key]

    def _tables(self, profile: Profile, dialect: Dialect) -> Iterator[NotationTable]:
        weights, samples = dialect.weights_turned, dialect.samples_turned
        for chosen in self.choices:
            try:
                notation = Notation(profile, self.shape, chosen, self.orientation)
            except NotationError:
                continue
            turned = None
            if weights or samples:
                turned = Notation(profile, self.shape, chosen, "columns" if notation.rows else "rows")
            yield NotationTable(notation, turned, weights=weights, samples=samples, absent=self.absent)


class SymbolTable:
    """All notations that can say the problem, the page's own first."""

    def __init__(self, notations: NotationTables, own: str, dialect: Dialect, names: LetterNames) -> None:
        self.dialect, self.names, self.shape = dialect, names, notations.shape
        self.tables: list[tuple[float, NotationTable]] = []
        for name in notations.profiles:
            distance = 0.0 if name == dialect.notation else OWN_NOTATION if name == own else OTHER_NOTATION
            self.tables += [(distance, table) for table in notations.of(name, dialect)]
        self.tables.sort(key=lambda pair: pair[0])
        self.hand = self._by_hand(dialect.hand, dialect.letter_layers) if dialect.hand is not None else None
        self._lettered: dict[tuple[tuple[str, int], ...], SymbolTable] = {}
        self._common: dict[str, list[_Entry]] | None = None
        self._known: dict[Symbol, tuple[Candidate, ...]] = {}
        self._in_common: dict[Symbol, list[Candidate]] = {}

    def _by_hand(self, hand: Hand, layers: tuple[tuple[str, int], ...]) -> HandTable:
        return HandTable(hand, self.shape, dict(layers), turned=self.dialect.weights_turned)

    def lettered(self, layers: tuple[tuple[str, int], ...]) -> SymbolTable:
        """The same with index letters that run over other layers."""
        if self.hand is None:
            return self
        if layers not in self._lettered:
            other = self._lettered[layers] = copy(self)
            other.hand, other._known = self._by_hand(self.hand.hand, layers), {}
        return self._lettered[layers]

    @property
    def rows(self) -> bool:
        """Whether a sample is a row of what the page writes."""
        own = self.dialect.rows
        return self.notation(self.dialect.notation).rows if own is None else own

    def notation(self, name: str) -> Notation:
        """The notation of this name, applied to the problem."""
        return next(table.notation for _, table in self.tables if table.name == name)

    def read(self, symbol: Symbol) -> tuple[Candidate, ...]:
        """What a symbol may stand for, likeliest first; marks of an update are read first."""
        key = symbol if symbol.exponent is None else replace(symbol, exponent=None)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._read(symbol))
        return found

    def exactly(self, symbol: Symbol) -> bool:
        """Whether a symbol stands for something just as it is written."""
        found = self.read(symbol)
        return bool(found) and found[0].cost < OTHER_BRACKETS

    def _read(self, symbol: Symbol) -> list[Candidate]:
        plain, generation = without_update(plain_words(symbol), iterates=self.dialect.iterates)
        if self.hand is not None and said_given(symbol) and self.hand.role(plain) not in (None, "target"):
            plain = replace(plain, base="target")
        found = self._candidates(plain, generation)
        if _braces_behind_number(symbol):
            # w2_{12}: what stands before the index, on the line, was above it; in a program w2_12 is of layer 2
            raised = replace(plain, sub=plain.sub[1:], sup=plain.sub[:1], exponent=None)
            found = sorted([*found, *self._candidates(raised, generation)], key=lambda candidate: candidate.cost)
        if not found and not self.shape.batch and plain.base in LETTERS["loss"] and plain.sub in _OF_A_SAMPLE:
            plain = replace(plain, sub=())  # C_0: the only sample's
            found = self._candidates(plain, generation)
        if not found and plain.base in LETTERS["loss"]:
            found = self._of_one_output(plain)
        if not found and plain.primes:
            found = self._candidates(replace(plain, primes=0), generation + plain.primes)
        strict = [candidate for candidate in found if candidate.cost < OTHER_CASE]
        if not strict and generation == 0:
            # a letter in common use is likelier than one in the other case
            common = self._common_letters(plain)
            if len(common) == 1:
                return common
            found = [] if self._in_use(plain.base) else found
            if common:
                found = [candidate for candidate in found if candidate.notation == self.dialect.notation]
        return strict or found

    def _of_one_output(self, symbol: Symbol) -> list[Candidate]:
        """The loss of one of several outputs by its number, `E_2`: of a single sample nothing else is numbered so."""
        sizes, below = self.shape.units, "".join(symbol.sub)
        most = sizes[-1] if sizes and not self.shape.batch else 0
        if not isinstance(most, int) or most < 2 or symbol.sup or not below.isdecimal() or not 1 <= int(below) <= most:
            return []
        return [Candidate(OTHER_LETTER, Quantity("partial_loss", self.shape.depth, (int(below),)), "")]

    def guesses(self, symbol: Symbol) -> tuple[Quantity, ...]:
        """What a letter that is read as nothing may stand for in common use, in this case or the other."""
        plain, generation = without_update(plain_words(symbol))
        if generation:
            return ()
        found = [*self._common_letters(plain), *([] if self._in_use(plain.base) else self._candidates(plain, 0))]
        role = self.hand.role(plain) if self.hand is not None else None
        fitting = [one for one in found if role in (None, one.quantity.role)]
        return tuple(dict.fromkeys(candidate.quantity for candidate in fitting))

    def _in_use(self, letter: str) -> bool:
        """Whether some notation has the letter just so: then the other case is another letter."""
        return len(letter) == 1 and any(
            entry.form.base == letter for _, table in self.tables for entry in table.entries.get(letter.lower(), ())
        )

    def _candidates(self, symbol: Symbol, generation: int) -> list[Candidate]:
        best: dict[Quantity, Candidate] = {}
        own: list[tuple[float, NotationTable | HandTable]] = [(HAND, self.hand)] if self.hand is not None else []
        for distance, table in (*own, *self.tables):
            for cost, quantity in table.read(symbol, self.names):
                if generation and quantity.role in GIVEN_ROLES:
                    continue
                moved = quantity.after(generation)
                candidate = Candidate(distance + cost, moved, table.name)
                if moved not in best or candidate.cost < best[moved].cost:
                    best[moved] = candidate
        return sorted(best.values(), key=lambda candidate: candidate.cost)

    def _common_letters(self, symbol: Symbol) -> list[Candidate]:
        """A letter that no notation has: what it can be by its scripts."""
        key = replace(symbol, exponent=None)
        found = self._in_common.get(key)
        if found is None:
            found = self._in_common[key] = self._of_common_letter(symbol)
        return found

    def _of_common_letter(self, symbol: Symbol) -> list[Candidate]:
        if self.shape.circuit:
            return []
        if self._common is None:
            self._common = self._letters()
        entries = self._common.get(symbol.marked, [])
        bare = [replace(entry, form=replace(entry.form, base=symbol.base, marks=symbol.marks)) for entry in entries]
        found: dict[Quantity, float] = {}
        for cost, quantity in _fitted(bare, symbol, self.names):
            found[quantity] = min(cost, found.get(quantity, cost))
        if not found:
            return []
        least = min(found.values())
        kept = [quantity for quantity, cost in found.items() if cost == least]
        # where a layer has one unit, its array and its unit are one thing
        single = {quantity.array() for quantity in kept if quantity.index and not symbol.sub}
        kept = [quantity for quantity in kept if quantity.index or quantity not in single]
        return [Candidate(OTHER_LETTER + least, quantity, "") for quantity in kept]

    def _letters(self) -> dict[str, list[_Entry]]:
        found: dict[str, list[_Entry]] = defaultdict(list)
        last = self.shape.depth
        for _, table in self.tables:
            for entries in table.entries.values():
                for entry in entries:
                    quantity = entry.reading.quantity
                    if quantity.role == "pre_activation":
                        # an error signal is numbered as the pre-activation that it belongs to
                        signal = replace(quantity, role="delta")
                        found["delta"].append(replace(entry, reading=replace(entry.reading, quantity=signal)))
                    role = "output" if quantity.role == "activation" and quantity.layer == last else quantity.role
                    for letter in LETTERS.get(role, ()):
                        found[letter].append(entry)
        return found


def _braces_behind_number(symbol: Symbol) -> bool:
    """Whether a letter has a number beside it, and an index in braces below: `w2_{12}`."""
    bare = len(symbol.base) + sum(map(len, symbol.sub)) + 1
    numbers = len(symbol.sub) == 2 and all(map(str.isdecimal, symbol.sub)) and not symbol.sup
    return numbers and symbol.span.end - symbol.span.start > bare


def without_update(symbol: Symbol, *, iterates: bool = False) -> tuple[Symbol, int]:
    r"""The symbol without what marks it as updated, and how many updates that says: `W_{new,11}^{(2)}`, `w_1^{++}`,
    `w^{(t+1)}`; where it `iterates` also `w^{(2)}`.
    """
    inside = symbol.sup[1:-1] if symbol.sup[:1] == ("(",) and symbol.sup[-1:] == (")",) else ()
    if inside[:1] in (("t",), ("tau",)) and (len(inside) == 1 or (inside[1:2] == ("+",) and inside[2:] == ("1",))):
        return replace(symbol, sup=(), exponent=None), len(inside) // 3
    if iterates and len(inside) == 1 and inside[0].isdecimal() and len(inside[0]) < 3:
        return replace(symbol, sup=(), exponent=None), int(inside[0])
    sub, below = _stripped(symbol.sub, above=False)
    sup, above = _stripped(symbol.sup, above=True)
    updates = below + above
    return (symbol if (sub, sup) == (symbol.sub, symbol.sup) else replace(symbol, sub=sub, sup=sup)), updates


def _stripped(tokens: tuple[str, ...], above: bool) -> tuple[tuple[str, ...], int]:
    if above and tokens and all(set(token) == {"+"} for token in tokens):
        return (), sum(map(len, tokens))
    place = next((place for place, token in enumerate(tokens) if token.lower() in UPDATED), None)
    if place is None and tokens and tokens[-1].lower() in AS_IT_WAS:
        return tokens[: -2 if tokens[-2:-1] == (",",) else -1], 0
    if place is None:
        if above and len(tokens) > 1 and set(tokens[-1]) == {"+"}:
            return tokens[:-1], len(tokens[-1])
        return tokens, 0
    before, after = list(tokens[:place]), list(tokens[place + 1 :])
    count = 1
    if len(after) >= 3 and after[0] == "(" and after[1].isdecimal() and after[2] == ")":
        count, after = int(after[1]), after[3:]
    elif above and len(after) == 2 and after[0] == "," and after[1].isdecimal():
        count, after = int(after[1]), []
    if after[:1] == [","]:
        after = after[1:]
    elif before[-1:] == [","]:
        before = before[:-1]
    return tuple(before + after), count

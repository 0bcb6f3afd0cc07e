"""What the chains of one page mean: their letters, what is said beside them, and what they are about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from backprop_steps.checking.binding.binder import Binder, Names
from backprop_steps.checking.binding.chains import BoundChain, behind_first, bound, with_head
from backprop_steps.checking.binding.conditions import conditions, restricting
from backprop_steps.checking.binding.hands import layers_of_letters, letters_of_outputs, numbers_arrays
from backprop_steps.checking.binding.headless import guessed
from backprop_steps.checking.binding.kinds import bare_letters, differentiated, kind_of_units
from backprop_steps.checking.binding.learning import symbols, symbols_of
from backprop_steps.checking.binding.readings import Reading, readings
from backprop_steps.checking.binding.symbols import Dialect, SymbolTable
from backprop_steps.checking.binding.unbound import spelled
from backprop_steps.checking.judging.matrices import has_matrix
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.names import ANY_ACTIVATION, KNOWN
from backprop_steps.checking.truth.literals import is_whole
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression, Ref

NEAR = 4
"""A row that begins with the sign goes on with a chain that ends no more lines before it."""
_ONE_SAMPLE = re.compile(
    r"\b(?:(?:one|single|each|per|a)[ -](?:training )?(?:sample|example|pattern)"
    r"|(?:ein|eine[ms]|einzelne[ns]|jede[ms]|pro|je) (?:trainings)?beispiels?)\b",
    re.IGNORECASE,
)


@dataclass
class Meanings:
    """Binds the chains of one page, in one dialect. `truth` is the problem as the page speaks of it now.

    `before` is where the last chain ended, `last` that chain; `free_in` has the free letters in the definition of a
    name of the page's own.
    """

    table: SymbolTable
    dialect: Dialect
    signs: Signs
    names: Names
    truth: Callable[[], Truth]
    free_in: dict[str, frozenset[str]] = field(default_factory=dict)
    numbers_arrays: bool = False
    """Whether what stands below a letter is the number of a layer."""
    symbols: tuple[w.Symbol, ...] = ()
    text: str = ""
    before: int = 0
    last: BoundChain | None = None
    _starts: list[int] = field(default_factory=lambda: [0])

    def read(self, page: w.Page) -> None:
        """Take up what the page itself says."""
        self.symbols = tuple(symbols(page))
        self.names.from_zero = frozenset(one.base for one in self.symbols if one.sub == ("0",))
        self.numbers_arrays = numbers_arrays(self.symbols, self.table.shape.depth)
        self.text = page.text
        self._starts = [0, *(place + 1 for place, sign in enumerate(page.text) if sign == "\n")]

    def line(self, offset: int) -> int:
        """The line, from 1, of a character of the page."""
        return bisect_right(self._starts, offset)

    def start(self, line: int) -> int:
        """The place of a line's first character."""
        return self._starts[line - 1]

    def as_written(self, chain: w.Chain, reading: Reading | None = None) -> BoundChain:
        """A chain as this page means it, with what it is about where only words say so."""
        made = self.bound(chain, reading)
        return self.with_subject(made) if chain.headless else made

    def readings(self, chain: w.Chain, made: BoundChain) -> Iterator[Reading]:
        """The other ways in which a chain may be meant."""
        if self.dialect.hand is not None:
            said = kind_of_units(chain.words)
            depth = self.table.shape.depth
            own = list(symbols_of(chain))
            for layers in layers_of_letters(own, depth):
                told = said == "output" and depth in dict(layers).values()
                told |= said == "hidden" and depth - 1 in dict(layers).values()
                told |= depth in [dict(layers).get(letter) for letter in letters_of_outputs(self.dialect.hand, own)]
                if layers and (told or self.dialect.letters_general):
                    yield Reading(layers=layers)
        if self.table.shape.circuit and self.known("d"):
            yield Reading(differentials=True)
        yield from readings(made.doubts, self.truth().graph.batch)

    def points(self, made: BoundChain, last: Sequence[Quantity]) -> Iterator[Reading]:
        """The pre-activations at which a rule about any number may be taken, where its chain ends in numbers: those
        that the page spoke of `last`, the latest first, then all others.
        """
        ends = [member.node for member in made.members[1:] if member.node is not None and member.numeric]
        if not ends or len(self.any_numbers(made.head)) != 1:
            return
        truth = self.truth()
        every = [op.output for op in truth.graph.operations if op.output.role == "pre_activation"]
        arrays = {quantity.array() for quantity in every}
        units = [element for quantity in arrays for _, element in truth.elements(quantity)]
        wanted = arrays if any(map(has_matrix, ends)) else units
        anywhere = () if any(map(is_whole, ends)) else wanted  # f'(x) = 1: said of every number
        yield from (Reading(point=one) for one in dict.fromkeys((*reversed(last), *anywhere)) if one in wanted)

    def any_numbers(self, node: Expression | None) -> set[str]:
        """The letters in a formula that stand for any number: no names of the page's own, no nodes of a circuit."""
        return self.truth().any_numbers(node, self.signs) if node is not None else set()

    def binder(self, free: frozenset[str] = frozenset(), reading: Reading | None = None) -> Binder:
        """What binds a chain. `free` are letters that stand for any number."""
        table = self.table.lettered(reading.layers) if reading is not None and reading.layers else self.table
        binder = Binder(table, self.truth().graph, self.truth().sizes, self.names, free)
        binder.reading = reading or binder.reading
        return binder

    def bound(self, chain: w.Chain, reading: Reading | None = None) -> BoundChain:
        """A chain as this page means it."""
        free = self._lemma_letter(chain) | self._letters_behind(chain)
        made = bound(chain, self.binder(free, reading))
        if any(member.node is None for member in made.members) and not chain.headless:
            # a bare letter that the head shows and that is nothing here stands for any number
            letters = bare_letters(chain.members[0].node) - {None}
            unknown = frozenset(letter for letter in letters if letter and not self.known(letter))
            if unknown and not isinstance(chain.members[0].node, w.Symbol):
                again = bound(chain, self.binder(free | unknown, reading))
                if all(member.node is not None for member in again.members):
                    return again
        return made

    def with_conditions(self, made: BoundChain) -> BoundChain:
        """The chain with what is said beside it of its letters."""
        start, end = made.chain.members[0].span.start, made.chain.members[-1].span.end
        before = self.text[self.before : start]
        if self.truth().graph.batch and _ONE_SAMPLE.search(before) is not None:
            made = replace(made, one_sample=True)
        found = conditions(before, self.text[end : end + 100].split("\n")[0])
        if not found:
            return made
        free = {
            quantity.name
            for member in made.members
            if member.node is not None
            for quantity in quantities(member.node)
            if quantity.role == "variable" and quantity.name is not None
        }
        return replace(made, conditions=restricting(found, {*made.names, *free}))

    def words_before(self, chain: w.Chain) -> str:
        """What stands between the chain before, or the last line's end, and this one."""
        return self.text[self.before : chain.members[0].span.start].rpartition("\n")[2]

    def _letters_behind(self, chain: w.Chain) -> frozenset[str]:
        """The free letters in the definitions of the names that a chain uses."""
        if not self.free_in:
            return frozenset()
        return frozenset().union(*(self.free_in.get(spelled(symbol), ()) for symbol in symbols_of(chain)))

    def _lemma_letter(self, chain: w.Chain) -> frozenset[str]:
        """The letter of a lemma, where it is the only quantity that the chain speaks of."""
        found, named = differentiated(chain)
        is_e = "e" not in named or self.binder().is_e(w.Symbol(w.Span(0, 0), "e"))
        constants = {"pi", "e"} if is_e else {"pi"}
        functions = {name for name, _ in self.truth().graph.functions} | constants
        others = {name for name in named - found - functions if name.lower() not in KNOWN}
        if len(found) != 1 or any(name not in ANY_ACTIVATION or self.known(name) for name in others):
            return frozenset()
        return frozenset(found)

    def known(self, letter: str) -> bool:
        """Whether a letter stands for something."""
        return bool(self.table.read(w.Symbol(w.Span(0, 0), letter)))

    def with_subject(self, made: BoundChain) -> BoundChain:
        """A headless chain with the quantity that its caption and its result leave over, where there is one."""
        last = self.last
        if last is not None and not made.chain.words and not self._far(last, made):
            # a row that begins with the sign goes on with what stands before it
            head = last.members[-1] if last.subject is None else last.members[0]
            return with_head(made, head)
        quantity = guessed(made, self.truth(), self.signs)
        if quantity is None:
            return behind_first(made)
        first = made.members[0]
        return with_head(made, replace(first, node=Ref(quantity)))

    def _far(self, one: BoundChain, two: BoundChain) -> bool:
        end = self.line(one.chain.members[-1].span.end)
        return self.line(two.chain.members[0].span.start) - end > NEAR


def unread(made: BoundChain) -> bool:
    """Whether a member of a chain, which is no gap, stands for nothing here."""
    return any(member.node is None and not member.open for member in made.members)

"""What a page names itself: `let u = 1 + e^{-x}`, `phi = ReLU`, `delta_1 = dJ/dz_2`, a letter for a given number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from backprop_steps.checking.binding.binder import Names, key_of
from backprop_steps.checking.binding.chains import BoundChain, bound, quantity_of
from backprop_steps.checking.binding.kinds import bare_letters
from backprop_steps.checking.binding.learning import array_like, difference_like, given_like, meant
from backprop_steps.checking.binding.symbols import LETTERS, Dialect
from backprop_steps.checking.binding.unbound import FOREIGN, spelled
from backprop_steps.checking.judging.judgement import Judgement
from backprop_steps.checking.judging.links import is_derivative
from backprop_steps.checking.judging.meanings import Meanings
from backprop_steps.checking.model import Alias, Verdict
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.names import KNOWN
from backprop_steps.checking.truth.literals import single
from backprop_steps.checking.truth.truth import Signs, Truth
from backprop_steps.expression.names import name_of
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities, quantity_letters
from backprop_steps.expression.tree import Expression, Number, Ref

DEEPEST = 20
"""So many definitions may stand on one another: each is worked out wherever its name is used."""


_LET = re.compile(
    r"\b(?:let|call|define|denote|put|abbreviate|sei(?:en)?|setze|nenne|soit|posons|sean?|sejam?|definimos)\b"
    r"[^.;:=\n]{0,25}$",
    re.IGNORECASE,
)
"""Words that give a name."""


class NamesThings(Protocol):
    """What of a page that is judged its names depend on."""

    dialect: Dialect
    names: Names
    aliases: list[Alias]
    signs: Signs
    definitions: dict[str, Expression]
    meanings: Meanings

    @property
    def truth(self) -> Truth:
        """The problem as the page speaks of it now."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Learns the names of one page."""

    page: NamesThings
    _depths: dict[str, int] = field(default_factory=dict, init=False)

    def names_function(self, chain: w.Chain) -> bool:
        """Whether a letter is said to be a known function: phi = ReLU."""
        head, named = chain.members[0].node, chain.members[1].node if len(chain.members) == 2 else None
        if not isinstance(head, w.Symbol) or not isinstance(named, w.Symbol) or self.page.meanings.known(head.base):
            return False
        if named.base.lower() not in KNOWN or self.page.meanings.known(named.base):
            return False
        self.page.names.functions[head.base] = KNOWN[named.base.lower()]
        self.page.aliases.append(Alias(spelled(head), named.base, self.page.meanings.line(chain.members[0].span.start)))
        return True

    def learns(self, chain: w.Chain, made: BoundChain) -> bool:
        """Whether the chain says what a name of the page's own stands for, now or from here on."""
        return (
            self.names_delta(chain, made)
            or self.names_error(chain, made)
            or self.names_array(chain, made)
            or self.renames(chain, made)
            or (made.members[0].node is None and self.introduces(chain, made))
        )

    def names_delta(self, chain: w.Chain, made: BoundChain) -> bool:
        """Whether an error signal is said to be a derivative of the loss, on a page that names them itself."""
        head = chain.members[0].node
        if not self.page.dialect.own_deltas or not isinstance(head, w.Symbol) or self.page.names.get(head) is not None:
            return False
        quantity, meaning = quantity_of(made.members[0].node), made.members[1].node
        if quantity is None or quantity.role != "delta" or meaning is None or not is_derivative(meaning):
            return False
        self._learn(head, meaning, made.members[1].member.text)
        return True

    def _learn(self, head: w.Symbol, meaning: Expression, text: str) -> None:
        self.page.names.aliases[key_of(head)] = meaning
        stands = text
        if isinstance(meaning, Ref) and meaning.quantity.role != "variable" and not quantity_letters(meaning.quantity):
            stands = name_of(meaning.quantity)
        self.page.aliases.append(Alias(spelled(head), stands, self.page.meanings.line(head.span.start)))

    def renames(self, chain: w.Chain, made: BoundChain) -> bool:
        """Whether a name of the page's own is given another value: then the old one is forgotten."""
        head = chain.members[0].node
        meaning = self.page.names.get(head) if isinstance(head, w.Symbol) else None
        if not isinstance(head, w.Symbol) or meaning is None or made.members[1].node == meaning:
            return False
        if not (isinstance(meaning, Number) or self._by_chance(head, meaning)) or not made.members[1].numeric:
            return False
        self.page.names.forget(head)
        return self.introduces(chain, made)

    def _by_chance(self, head: w.Symbol, meaning: Expression) -> bool:
        """Whether a name was taken for a given value because of its number, and its letter says nothing of the kind."""
        quantity, own = quantity_of(meaning), self.page.truth.own
        given = own is not None and quantity is not None and quantity in own.graph.values
        return given and quantity is not None and head.base not in LETTERS.get(quantity.role, ())

    def names_error(self, chain: w.Chain, made: BoundChain) -> bool:
        """Whether what is called the error is no loss on this page, but how far the output lies from its target."""
        head, loss = chain.members[0].node, quantity_of(made.members[0].node)
        node = next((member.node for member in made.members[1:] if member.node is not None), None)
        if not isinstance(head, w.Symbol) or head.base.lower() != "error" or loss is None or loss.role != "loss":
            return False
        if node is None or made.letters:
            return False
        if any(quantities(node)):
            difference = quantity_of(meant(self.page.truth, self.page.signs, node, head))
        else:
            difference = difference_like(self.page.truth, self.page.signs, node)
        if difference is None or difference.role != "error":
            return False
        self._learn(head, Ref(difference), made.members[1].member.text)
        return True

    def names_array(self, chain: w.Chain, made: BoundChain) -> bool:
        """Whether the letter of the number of samples, where there is one, is that of an array here: M = xW + b."""
        head, node = chain.members[0].node, made.members[1].node if len(made.members) > 1 else None
        number = quantity_of(made.members[0].node)
        if not isinstance(head, w.Symbol) or head.sub or number is None or number.role != "samples":
            return False
        if node is None or self.page.truth.graph.batch or self.page.names.get(head) is not None:
            return False
        array = array_like(self.page.truth, self.page.signs, node)
        if array is None:
            return False
        self._learn(head, Ref(array), made.members[1].member.text)
        return True

    def lets(self, chain: w.Chain, made: BoundChain, judged: Sequence[Judgement | None]) -> bool:
        """Whether the words before a chain say that its letter is a name of the page's own, `let t = ...`, though the
        problem has one such in another notation, or a whole array of that name where this is a number.
        """
        head, meanings = chain.members[0].node, self.page.meanings
        if chain.headless or not isinstance(head, w.Symbol) or not _LET.search(meanings.words_before(chain)):
            return False
        found = meanings.table.read(head)
        mistaken = any(said is not None and said.verdict is Verdict.INCORRECT for said in judged)
        if found and found[0].cost < FOREIGN and mistaken:
            return False
        return self.introduces(chain, made)

    def introduces(self, chain: w.Chain, made: BoundChain) -> bool:
        """Whether the chain gives a name to something known: then the name is learnt."""
        head = chain.members[0].node
        if not isinstance(head, w.Symbol) or head.primes or self.page.names.get(head) is not None:
            return False
        if chain.heading is not None and chain.heading != w.Heading():
            return False  # its column says more than what the name stands for
        node = next((member.node for member in made.members[1:] if member.node is not None), None)
        if node is None or made.letters:
            return False
        number = single(node)
        if number is not None:
            given = given_like(self.page.truth, number[0], head)
            meaning = Ref(given) if given is not None else node
        else:
            meaning = meant(self.page.truth, self.page.signs, node, head)
        if quantity_of(meaning) is None and number is None:
            letters = {letter for member in chain.members[1:2] for letter in bare_letters(member.node) if letter}
            free = frozenset(letters - {"e"})
            if len(free) == 1 and made.members[1].node is not None and self._whole_array(made.members[1].node):
                # "let u = 1 + e^(-x)": x stands for any number, not for the inputs
                meaning = bound(chain, self.page.meanings.binder(free)).members[1].node or meaning
                self.page.meanings.free_in[spelled(head)] = free
            depth = self._depth(meaning)
            if depth > DEEPEST:
                return False
            self._depths[spelled(head)] = depth
            self.page.definitions[spelled(head)] = meaning
            meaning = Ref(Quantity("variable", name=spelled(head)))
        self._learn(head, meaning, chain.members[1].text)
        return True

    def _depth(self, meaning: Expression) -> int:
        """How many definitions stand on one another below this one, itself counted."""
        names = (quantity.name for quantity in quantities(meaning) if quantity.role == "variable")
        return 1 + max((self._depths.get(name or "", 0) for name in names), default=0)

    def _whole_array(self, node: Expression) -> bool:
        return any(self.page.truth.axes(quantity) for quantity in quantities(node))

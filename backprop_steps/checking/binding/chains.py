"""A chain of equalities, bound: its members as formulas, its letters made one, and what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from backprop_steps.checking.binding.binder import Binder
from backprop_steps.checking.binding.conditions import Condition
from backprop_steps.checking.binding.entries import NOWHERE
from backprop_steps.checking.binding.unbound import NotBound
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.reading.walking import rewritten
from backprop_steps.checking.truth.valuation import SOFTMAX
from backprop_steps.expression.quantity import SAMPLES, Letter, Quantity, derivative
from backprop_steps.expression.transform import free_letters, quantities, rename
from backprop_steps.expression.tree import Apply, Expression, Group, Negative, Product, Ref, Sum

MOST_ASSIGNMENTS = 30
"""No more choices of integers for the free letters of a chain than these are tried."""
GENERAL = frozenset({"l", "L", "k", "i", "j", "ell", "n"})
"""The letters that may stand for any layer."""


@dataclass(frozen=True, slots=True)
class BoundMember:
    """A member as a formula; without one, the reason."""

    member: w.Member
    node: Expression | None
    trouble: str | None = None
    open: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it is numbers only."""
        return self.node is not None and not any(quantities(self.node))


@dataclass(frozen=True, slots=True)
class BoundChain:
    """A chain with its members bound. `letters` are the free letters of all of them, in order of appearance."""

    chain: w.Chain
    members: tuple[BoundMember, ...]
    letters: tuple[Letter, ...]
    names: Mapping[str, Letter] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    """What the page says of its letters beside it."""
    one_sample: bool = False
    """Whether it is said of one sample's own loss, where the loss is the mean over them."""
    applied: Quantity | None = None
    """What the head is where it is written as the activation function of its layer, or its derivative: `f(z)`."""
    doubts: Mapping[tuple[Quantity, ...], Quantity | None] = field(default_factory=dict)
    """What symbols in it may stand for alike, and which of it was taken, if any."""

    @property
    def head(self) -> Expression | None:
        """The first member, where the chain has one on its left."""
        return None if self.chain.headless or not self.members else self.members[0].node

    @property
    def subject(self) -> Quantity | None:
        """The quantity that the head is, where it is one."""
        return quantity_of(self.head) or self.applied

    @property
    def of_sample(self) -> Quantity | None:
        """What the head is the derivative by of a sample's own loss, where it is one: N dL/dz for a mean over N."""
        match self.head:
            case Product(factors=(Ref(number), Ref(quantity))) if number == SAMPLES and quantity.of is not None:
                return quantity
        return None

    @property
    def step(self) -> tuple[Quantity, Quantity] | None:
        """What the head is the difference of, where it is the step of an update."""
        match self.head:
            case Sum(terms=(Ref(after), Negative(Ref(before)))) if after == before.after(1):
                return after, before
        return None


def quantity_of(node: Expression | None) -> Quantity | None:
    """The quantity that a formula is, brackets or not."""
    while isinstance(node, Group):
        node = node.body
    return node.quantity if isinstance(node, Ref) else None


def bound(chain: w.Chain, binder: Binder) -> BoundChain:
    """The chain with each member bound on its own, and one letter for one name."""
    members: list[BoundMember] = []
    for place, member in enumerate(chain.members):
        if member.node is None:
            members.append(BoundMember(member, None, member.trouble or "this could not be read"))
            continue
        try:
            node = binder.bind(member.node)
        except NotBound as reason:
            members.append(BoundMember(member, None, reason.message, reason.open))
            continue
        except RecursionError:
            members.append(BoundMember(member, None, "nested too deeply"))
            continue
        if not place:
            node = _headed(node, chain.heading, binder)
        if not place and not chain.headless:
            head = quantity_of(node)
            if head is not None:
                made = head.of if head.of is not None and head.of.layer else head.by
                binder.head_layer = made.layer if made is not None else head.layer
                binder.head = made if made is not None else head
            binder.head_codes = frozenset(letter.copy for letter in free_letters(node))
        members.append(BoundMember(member, node))
    whole = _one_letter_each(chain, members, binder.table.names.codes)
    return replace(whole, applied=_applied(whole.head, binder), doubts=dict(binder.doubts))


def _applied(node: Expression | None, binder: Binder) -> Quantity | None:
    """What an activation function, or its derivative, at the pre-activation of its own layer is."""
    if not isinstance(node, Apply) or len(node.arguments) != 1 or node.primes > 1:
        return None
    z = quantity_of(node.arguments[0])
    if z is None or z.role != "pre_activation" or binder.activations.get(z.layer) != node.function:
        return None
    if node.primes and node.function == SOFTMAX:
        return None
    return replace(z, role="slope" if node.primes else "activation")


def _headed(node: Expression, heading: w.Heading | None, binder: Binder) -> Expression:
    """What a column is about: the quantity at the left of its row, after updates or as a gradient."""
    quantity = quantity_of(node)
    if heading is None or quantity is None or quantity.role == "derivative":
        return node
    if heading.gradient:
        return Ref(derivative(binder.graph.goal, quantity))
    return Ref(quantity.after(heading.updates))


def _one_letter_each(chain: w.Chain, members: list[BoundMember], codes: Mapping[str, int]) -> BoundChain:
    first: dict[int, Letter] = {}
    for member in members:
        if member.node is not None:
            for letter in sorted(free_letters(member.node), key=lambda letter: letter.copy):
                if first.setdefault(letter.copy, letter).axis == NOWHERE:
                    first[letter.copy] = letter
    new = []
    for member in members:
        if member.node is None:
            new.append(member)
            continue
        other = {letter: first[letter.copy] for letter in free_letters(member.node) if letter != first[letter.copy]}
        new.append(replace(member, node=rename(member.node, other)) if other else member)
    names = {name: first[code] for name, code in codes.items() if code in first}
    return BoundChain(chain, tuple(new), tuple(first.values()), names)


def with_head(made: BoundChain, head: BoundMember) -> BoundChain:
    """A headless chain with its head."""
    chain = replace(made.chain, members=(head.member, *made.chain.members), headless=False)
    return replace(made, chain=chain, members=(head, *made.members))


def behind_first(made: BoundChain) -> BoundChain:
    """A headless chain about nothing known: its first member is what the others are compared with."""
    return replace(made, chain=replace(made.chain, headless=False, relations=made.chain.relations[1:]))


def assignments(letters: tuple[Letter, ...]) -> list[dict[Letter, int]]:
    """Integers for the free letters: all choices, or evenly spread ones where there are many."""
    from backprop_steps.checking.truth.world import bindings

    every = list(bindings(letters))
    if len(every) <= MOST_ASSIGNMENTS:
        return every
    step = len(every) / MOST_ASSIGNMENTS
    return [every[int(number * step)] for number in range(MOST_ASSIGNMENTS)]


def for_layers(chain: w.Chain, depth: int, first: int, *, behind: bool = False) -> Iterator[w.Chain]:
    """A statement about any layer l, said of each layer in turn; nothing where it names no such letter.

    `first` is the number that the page gives the first layer with weights; `behind`: the weights themselves have that
    of the layer before it.
    """
    letter = layer_letter(chain)
    if letter is None:
        return
    head = None if chain.headless else chain.members[0].node
    if letter == "L":
        layers = range(1, 2)
    elif head is not None and letter not in set(_layers_named(head)):
        layers = range(depth, depth + 1)  # y = h^(l): the letter is the number of layers
    else:
        layers = range(0 if behind else 1, depth + 1)
    for layer in layers:
        made = _with_layer(chain, letter, layer + first - 1, range(first - 1, depth + first))
        if made is not None:
            yield made


def layer_letter(chain: w.Chain) -> str | None:
    """The letter that stands for any layer in a chain; None where it names none."""
    return next((name for name in _layer_letters(chain) if name in GENERAL), None)


def _layer_letters(chain: w.Chain) -> Iterator[str]:
    for member in chain.members:
        if member.node is not None:
            yield from _layers_named(member.node)


def _layers_named(whole: w.Written) -> Iterator[str]:
    for node in w.every_node(whole):
        if isinstance(node, w.Symbol):
            for tokens in (node.sup, node.sub):
                if tokens[:1] in (("(",), ("[",)) and len(tokens) > 2 and tokens[1].isalpha():
                    yield tokens[1]
                elif tokens is node.sup and tokens[:1] in (("l",), ("L",), ("ell",)):
                    yield tokens[0]


def _with_layer(chain: w.Chain, letter: str, layer: int, there: range) -> w.Chain | None:
    """The chain with a number for the letter of its layer; None where it would speak of a layer that is not there."""
    outside = False

    def tokens(found: tuple[str, ...]) -> tuple[str, ...]:
        nonlocal outside
        new: list[str] = []
        place = 0
        while place < len(found):
            number = there[-1] if found[place] == "L" else layer if found[place] == letter else None
            if number is None:
                new.append(found[place])
                place += 1
                continue
            shift = 0
            if found[place + 1 : place + 2] in (("-",), ("+",)) and found[place + 2 : place + 3]:
                amount = found[place + 2]
                if amount.isdecimal():
                    shift = int(amount) * (1 if found[place + 1] == "+" else -1)
                    place += 2
            outside = outside or number + shift not in there
            new.append(str(number + shift))
            place += 1
        return tuple(new)

    def change(node: w.Written) -> w.Written:
        if isinstance(node, w.Symbol) and (set(node.sup) | set(node.sub)) & {letter, "L"}:
            return replace(node, sub=tokens(node.sub), sup=tokens(node.sup), exponent=None)
        return node

    members = tuple(
        replace(member, node=rewritten(member.node, change)) if member.node is not None else member
        for member in chain.members
    )
    return None if outside else replace(chain, members=members)


def renamed(node: Expression, letters: Mapping[Letter, int]) -> Expression:
    """The formula with integers for its free letters."""
    return rename(node, letters) if letters else node

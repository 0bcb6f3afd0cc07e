"""The chain rule: from a quantity along every path to the nearest gradient that is already known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backprop_steps.derivation.local import Link, links
from backprop_steps.expression.quantity import Letter, Quantity, derivative
from backprop_steps.expression.transform import rename
from backprop_steps.expression.tree import Chain, Derivative, Expression, Negative, Number, Product, Ref, Sigma, Sum
from backprop_steps.network.graph import Graph, Operation, letters_of

Known = Callable[[Quantity], bool]


@dataclass(frozen=True, slots=True)
class Path:
    """From `start`, whose gradient is known (None: from the goal itself), down to a quantity: one link after another.

    `hidden` are the letters of quantities that were stepped over because they have no name.
    """

    start: Quantity | None
    links: tuple[Link, ...]
    hidden: tuple[Letter, ...] = ()

    @property
    def target(self) -> Quantity:
        """The quantity at the end."""
        return self.links[-1].by

    @property
    def summed(self) -> tuple[Letter, ...]:
        """The letters on the way that the target does not carry: summed over, samples first."""
        return self._outer((*self._named(), *self.hidden))

    def _named(self) -> list[Letter]:
        return [letter for link in self.links for letter in letters_of(link.of)]

    def _outer(self, found: Iterable[Letter]) -> tuple[Letter, ...]:
        own = letters_of(self.target)
        letters = [letter for letter in dict.fromkeys(found) if letter not in own]
        return tuple(sorted(letters, key=lambda letter: (letter.axis.kind != "sample", -letter.axis.layer)))

    @property
    def said(self) -> tuple[Letter, ...]:
        """The summed letters that the product of derivatives, by name, shows."""
        return self._outer(self._named())

    def merged(self, unnamed: Callable[[Quantity], bool]) -> Path:
        """The path with every quantity that has no name stepped over: the two links by it become one."""
        new: list[Link] = []
        hidden = list(self.hidden)
        for link in self.links:
            if new and unnamed(new[-1].by):
                last = new.pop()
                hidden += letters_of(last.by)
                local = _without_one(_product((last.local, link.local)))
                new.append(Link(last.of, link.by, local, _without_one(_product((last.raw, link.raw)))))
            else:
                new.append(link)
        return Path(self.start, tuple(new), tuple(hidden))


def consumers(graph: Graph, quantity: Quantity) -> list[Operation]:
    """The operations that use this array and lead to the goal, in the order of the forward pass."""
    return list(graph.users.get(quantity.array(), ()))


def paths(graph: Graph, quantity: Quantity, known: Known) -> list[Path]:
    """Every path from `quantity` (with its letters) up to a known gradient, or to the goal."""
    found: list[Path] = []
    for operation in consumers(graph, quantity):
        for link in links(operation, quantity):
            if known(link.of):
                found.append(Path(link.of, (link,)))
            elif operation.output == graph.goal:
                found.append(Path(None, (link,)))
            else:
                found += [Path(above.start, (*above.links, link)) for above in paths(graph, link.of, known)]
    return found


def formal(graph: Graph, path: Path, one_of_several: bool = False) -> Expression:
    """The chain rule along one path: a product of derivatives, by name.

    Where the goal itself uses the quantity and other paths lead there too, the direct path is the derivative of the
    goal's formula: by name it would be the very sum that is being formed.
    """
    factors: list[Expression] = []
    if path.start is not None:
        factors.append(Ref(derivative(graph.goal, path.start)))
    elif one_of_several and len(path.links) == 1:
        producer = graph.producer(graph.goal)
        assert producer is not None
        return Derivative(producer.formula, Ref(path.target))
    factors += [Ref(derivative(link.of, link.by)) for link in path.links]
    return _over(path.said, _product(tuple(factors)))


def substituted(path: Path, head: Expression | None, *, apart: bool = False) -> Expression:
    """The same product, each derivative replaced by what it is; `head` stands for the known gradient.

    `apart` keeps the links of the chain apart.
    """
    locals_ = tuple(link.local for link in path.links)
    factors = locals_ if head is None else (head, *locals_)
    return summed(path, Chain(factors) if apart and len(factors) > 1 else _product(factors))


def summed(path: Path, body: Expression) -> Expression:
    """The body summed over the path's letters; a minus before it stays in front."""
    return _over(path.summed, body)


def _over(letters: tuple[Letter, ...], body: Expression) -> Expression:
    for letter in reversed(letters):
        body = Negative(Sigma(letter, body.body)) if isinstance(body, Negative) else Sigma(letter, body)
    return body


def total(parts: list[Expression]) -> Expression:
    """The sum over several paths; one path is itself."""
    if len(parts) == 1:
        return parts[0]
    return Sum(tuple(parts))


def in_letters(node: Expression, quantity: Quantity, new: Quantity) -> Expression:
    """An expression about `quantity` said about the same array with other letters."""
    binding = dict(zip(letters_of(quantity), letters_of(new), strict=True))
    return node if all(a == b for a, b in binding.items()) else rename(node, binding)


def _without_one(node: Expression) -> Expression:
    """A merged link without the 1 of a link that only passes on; a plain 1 stays."""
    if not isinstance(node, Product) or node.factors[0] != Number("1"):
        return node
    return _product(node.factors[1:])


def _product(factors: tuple[Expression, ...]) -> Expression:
    flat: list[Expression] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Product) else (factor,)
    return flat[0] if len(flat) == 1 else Product(tuple(flat))

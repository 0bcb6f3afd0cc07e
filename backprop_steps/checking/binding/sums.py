"""Sum signs, bound: what their letters run over, how far, and what a sign without a letter sums."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.checking.binding.binds import Binds
from backprop_steps.checking.binding.entries import NOWHERE, Entries, differing
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.truth.valuation import TOTAL
from backprop_steps.expression.quantity import SAMPLES, Axis, Letter
from backprop_steps.expression.transform import free_letters, quantities, rename
from backprop_steps.expression.tree import Apply, Expression, Group, Product, Sigma


@dataclass(frozen=True, slots=True)
class Sums:
    """Binds the sum signs of one chain."""

    binder: Binds

    def bound(self, node: w.Sigma) -> Expression:
        """The sum, one letter inside the other."""
        body = self.binder.bind(node.body)
        while isinstance(body, Group):
            body = body.body
        if not node.letters:
            free = sorted(
                (letter for letter in free_letters(body) if letter.copy not in self.binder.head_codes),
                key=lambda letter: letter.copy,
            )
            if not free:
                return Apply(TOTAL, (body,))
            for letter in free:
                body = Sigma(letter, body)
            return body
        for name in reversed(node.letters):
            body = self._over(name, node, body)
        return body

    def _over(self, name: str, node: w.Sigma, body: Expression) -> Expression:
        code = self.binder.table.names.codes.get(name)
        letters = [letter for letter in free_letters(body) if letter.copy == code]
        letters.sort(key=lambda letter: letter.axis == NOWHERE)
        size = self._range(node)
        if not letters:
            # a sum over something that does not depend on the letter, as over unlettered arrays
            axis = Axis("sample", 0, size if size is not None else self.binder.graph.samples)
            if size is None or self._open_samples(body, size):
                return Apply(TOTAL, (body,))
            return Sigma(Letter(axis, -1), body)
        axis = letters[0].axis if size is None else letters[0].axis._replace(size=size)
        own = Letter(axis, letters[0].copy)
        terms = rename(body, dict.fromkeys(letters, own))
        if node.apart and name == node.letters[0]:
            others = [Entries(self.binder).index(token) for token in node.apart]
            terms = Product((*(differing(own, other) for other in others), terms))
        return Sigma(own, terms)

    def _open_samples(self, body: Expression, size: int) -> bool:
        return (
            self.binder.graph.batch
            and size == self.binder.graph.samples
            and any(q.sample is None for q in quantities(body))
        )

    def _range(self, node: w.Sigma) -> int | None:
        """How many values the letter takes; None where it is not said, or not in numbers."""
        if node.upper is None:
            return None
        upper, lower = self._whole(node.upper), self._whole(node.lower) if node.lower is not None else 1
        if upper is None or lower is None:
            return None
        return max(upper - lower + 1, 0)

    def _whole(self, node: w.Written) -> int | None:
        match node:
            case w.Numeral(text=text) if text.isdecimal() and len(text) < 6:
                return int(text)
            case w.Symbol(base=base, sub=(), marks=()) if base in self.binder.sizes:
                return self.binder.sizes[base]
            case w.Symbol(sub=(), sup=(), marks=()):
                found = self.binder.table.read(node)
                if found and found[0].quantity == SAMPLES and isinstance(self.binder.graph.samples, int):
                    return self.binder.graph.samples
            case w.Sum(terms=terms):
                parts = [(sign, self._whole(term)) for sign, term in terms]
                if all(part is not None for _, part in parts):
                    return sum(sign * part for sign, part in parts if part is not None)
        return None

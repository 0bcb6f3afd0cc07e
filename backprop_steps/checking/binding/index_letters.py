"""The index letters of a page, by their names."""

from __future__ import annotations

from dataclasses import dataclass, field

from backprop_steps.expression.quantity import Axis, Letter


@dataclass(slots=True)
class LetterNames:
    """The index letters of a page: the same name is the same letter, whatever it runs over."""

    codes: dict[str, int] = field(default_factory=dict)

    def letter(self, name: str, axis: Axis, *, known: bool = False) -> Letter | None:
        """The letter of a name over an axis. `known`: the page has it for an index, whatever letter it is."""
        bare = name.rstrip("'")
        if not bare.isalpha() or not (known or bare in _INDICES or bare in _GREEK):
            return None
        return Letter(axis, self.codes.setdefault(name, len(self.codes) + 100))

    def name(self, letter: Letter) -> str | None:
        """The name of such a letter."""
        return next((name for name, code in self.codes.items() if code == letter.copy), None)


_INDICES = frozenset("ijklmnpqrstuvcIJKLMN")
_GREEK = frozenset({"alpha", "beta", "mu", "nu", "iota", "kappa", "lambda", "rho", "tau"})

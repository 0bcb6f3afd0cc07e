"""What cannot be bound, how a symbol is called when it is spoken of, and what a written node is by its looks."""

from __future__ import annotations

from backprop_steps.checking.reading import written as w

FOREIGN = 2.0
"""From here on a reading is that of another notation than the page's."""


class NotBound(Exception):  # noqa: N818 - no fault of the program: the line says something that is not known here
    """Something written that stands for nothing here; `open` where it is left to be found."""

    def __init__(self, message: str, span: w.Span, *, open_: bool = False) -> None:
        super().__init__(message)
        self.message, self.span, self.open = message, span, open_


def spelled(symbol: w.Symbol) -> str:
    """A symbol for a message."""
    text = symbol.base + "'" * symbol.primes
    for mark in symbol.marks:
        text = f"{text} {mark}"
    if symbol.sub:
        text += f"_{''.join(symbol.sub)}"
    if symbol.sup:
        text += f"^{''.join(symbol.sup)}"
    return text


def bare_point(node: w.Written) -> bool:
    """Whether it is a number that was written without the digit before its point."""
    return (
        isinstance(node, w.Numeral) and node.text.startswith("0.") and node.span.end - node.span.start < len(node.text)
    )


def gradient_of(node: w.Written) -> w.Written | None:
    """The L of ∇_W L, where it is one letter: brackets behind it, ∇_W L(W, b), are its own."""
    above = node.numerator if isinstance(node, w.Fraction) else None
    return above.body if isinstance(above, w.Differential) and above.letter == "nabla" else None


def is_operator(node: w.Fraction) -> bool:
    """Whether it is an operator, with nothing to differentiate above its line: d/dx."""
    above, below = node.numerator, node.denominator
    return isinstance(above, w.Differential) and above.body is None and isinstance(below, w.Differential)

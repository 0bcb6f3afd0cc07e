"""The numbers of lines and what a result is said to be, which stand behind them and are no factors."""

from __future__ import annotations

from dataclasses import replace

from backprop_steps.checking.reading import written as w


def without_label(chain: w.Chain) -> tuple[w.Chain, tuple[int, ...]] | None:
    """The chain without the number of its line, where its last member may end with one, and that number: `a = b (3)`.

    A number of a line stands in brackets of its own, a space before it: `(3)`, `[2.3]`, `(*)`. So does, behind a
    number, what it is: `6.0 (dL/da)`.
    """
    last = chain.members[-1]
    found = _without_label(last.node) if last.node is not None else None
    if found is None:
        return None
    return replace(chain, members=(*chain.members[:-1], replace(last, node=found[0]))), found[1]


def _without_label(node: w.Written) -> tuple[w.Written, tuple[int, ...]] | None:
    match node:
        case w.Sum(terms=(*first, (sign, term))):
            inner = _without_label(term)
            return (replace(node, terms=(*first, (sign, inner[0]))), inner[1]) if inner is not None else None
        case w.Product(factors=(*kept, w.Group(kind="(" | "[") as label), operators=(*operators, "")):
            number = () if _says_what(kept, label) else _number_of_line(label)
            if number is None or kept[-1].span.end == label.span.start:
                return None
            while len(kept) > 1 and isinstance(kept[-1], w.Dots):
                kept, operators = kept[:-1], operators[:-1]  # the leader that points to it
            if len(kept) == 1:
                return kept[0], number
            return replace(node, factors=tuple(kept), operators=tuple(operators)), number
    return None


def _says_what(kept: list[w.Written], label: w.Group) -> bool:
    match label.items:
        case (w.Fraction(numerator=w.Differential(), denominator=w.Differential()),):
            return len(kept) == 1 and isinstance(kept[0], w.Numeral)
    return False


def _number_of_line(label: w.Group) -> tuple[int, ...] | None:
    match label.items:
        case ():
            return ()
        case (w.Numeral(text=text),) if text.replace(".", "").isdigit():
            return tuple(map(int, text.split(".")))
    return None

"""The elements that a formula in MathML is made of, and what TeX's letters, words and brackets are among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from backprop_steps.notation.mathml_signs import in_hand, is_upright
from backprop_steps.notation.pieces import Piece, Text


class MathmlError(ValueError):
    """A formula that cannot be written as MathML: TeX that is none of what the pages use."""


@dataclass(slots=True)
class Atom:
    """An element. `kind` is what it is among its neighbours, as in TeX (`ord`, `bin`, `rel`, `open`, `close`, `punct`,
    `op`), or `number`, `sum`, `words`, `space`. `text` is the sign of one that may still become another element.
    """

    kind: str
    markup: str
    text: str = ""


SIGN_AFTER = frozenset({"bin", "rel", "open", "punct", "op"})
"""After these a plus or a minus is the sign of what follows."""


def in_row(atoms: Sequence[Atom]) -> str:
    """Atoms side by side."""
    return "".join(atom.markup for atom in atoms)


def one_element(atoms: Sequence[Atom]) -> str:
    """Atoms as one element."""
    return atoms[0].markup if len(atoms) == 1 else f"<mrow>{in_row(atoms)}</mrow>"


def fence(opening: str, inner: str, closing: str) -> Atom:
    """What is between two brackets that grow with it."""
    left = f'<mo form="prefix">{escape(opening)}</mo>' if opening else ""
    right = f'<mo form="postfix">{escape(closing)}</mo>' if closing else ""
    return Atom("ord", f"<mrow>{left}{inner}{right}</mrow>")


def space(width: str) -> Atom:
    """An empty place of this width."""
    return Atom("space", f'<mspace width="{width}"></mspace>')


def letter(text: str) -> Atom:
    """A letter, italic, or a sign, upright."""
    return Atom("ord", _letter(text))


@cache
def _letter(text: str) -> str:
    upright = ' mathvariant="normal"' if is_upright(text) else ""
    return f"<mi{upright}>{escape(text)}</mi>"


def in_font(font: str, items: Sequence[Piece]) -> Atom | None:
    """Letters in another hand, as one word; None where there is more than letters."""
    if not all(isinstance(item, Text) and item.text[0] != "\\" for item in items):
        return None
    text = "".join(item.text for item in items if isinstance(item, Text) and not item.text.isspace())
    plain = in_hand(font, text)
    if plain != text:
        return Atom("ord", f"<mi>{plain}</mi>")
    if text.replace(".", "").isdigit():
        return Atom("ord", f'<mn class="{font}">{text}</mn>' if font else f"<mn>{text}</mn>")
    upright = ' mathvariant="normal"' if len(text) == 1 and font != "it" else ""
    style = f' class="{font}"' if font and not (font == "it" and len(text) == 1) else ""
    return Atom("ord", f"<mi{style}{upright}>{escape(text)}</mi>")

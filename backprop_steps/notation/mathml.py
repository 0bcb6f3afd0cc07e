r"""The TeX of this project's formulas as MathML, the part of it that browsers set by themselves (MathML Core).

What TeX is written here is a closed set: the symbols of `notation.macros`, and what the printers and the documents put
around them. It is taken apart by structure, and whatever is not of the set is refused, so that nothing is lost on the
way. No element is used that a browser leaves out (`menclose`, `mfenced`); what they cannot do, italic words and boxes
among it, has a class for the page's style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Protocol

from backprop_steps.notation.mathml_atoms import (
    SIGN_AFTER,
    Atom,
    MathmlError,
    fence,
    in_font,
    in_row,
    letter,
    one_element,
    space,
)
from backprop_steps.notation.mathml_signs import (
    ABOVE,
    BIG,
    BRACKETED,
    FONTS,
    MATRICES,
    NOTHING,
    SPACES,
    WIDE,
    WORDS,
)
from backprop_steps.notation.pieces import (
    PRIME,
    Group,
    Piece,
    PieceError,
    Script,
    Text,
    is_script,
    name_in,
    parse,
    plain_words,
)
from backprop_steps.notation.unicode_math import line_of
from backprop_steps.notation.unicode_signs import BINARY, BRACKETS, FUNCTIONS, GREEK, RELATIONS, SIGNS

_AND, _NEXT, _RIGHT = Text("&"), Text(r"\\"), Text(r"\right")
_BREAKS = (_AND, _NEXT, Text(r"\end"))


@dataclass(frozen=True, slots=True)
class Found:
    """A symbol among the pieces: the name of its quantity, how many pieces it is, and whether others stand in it.

    `written` keeps its element, by whether it stands in a script.
    """

    name: str
    length: int
    composed: bool = False
    written: dict[bool, str] = field(default_factory=dict, compare=False, repr=False)


class Names(Protocol):
    """What knows the symbols of a page."""

    def learn(self) -> None:
        """Take up the symbols that were printed since the last time."""
        ...

    def at(self, items: Sequence[Piece], place: int) -> Found | None:
        """The symbol that stands at a place, if one does: the longest."""
        ...


def math(tex: str, names: Names | None = None, *, display: bool = False, goes_on: bool = False) -> str:
    """A formula as a `math` element, which says in `alttext` what it is as a line of text.

    A symbol that `names` knows carries the name of its quantity in `data-q`. `goes_on`: the first sign puts it to what
    is before it. Raises MathmlError.
    """
    if names is not None:
        names.learn()
    try:
        items = parse(tex, fields=False)
        writer = _Writer(items, names)
        writer.atoms += [space("0")] if goes_on else []
        inner = in_row(writer.all()[goes_on:])
        said = line_of(items).strip()
    except PieceError as error:
        raise MathmlError(f"{tex}: {error}") from error
    style = ' displaystyle="true"' if display else ""
    return f'<math alttext="{escape(said)}"{style}>{inner}</math>'


class _Writer:
    """Writes pieces one after the other; the last atom may still get scripts.

    `small`: they stand in a script, where nothing is set apart; `outer` is the symbol that they are in.
    """

    def __init__(self, items: Sequence[Piece], names: Names | None, *, small: bool = False, outer: str = "") -> None:
        self.items, self.names, self.small, self.outer = items, names, small, outer
        self.place = 0
        self.atoms: list[Atom] = []

    def all(self) -> list[Atom]:
        """The atoms of all pieces."""
        while self.place < len(self.items):
            self.one()
        return self.atoms

    def inner(self, items: Sequence[Piece]) -> list[Atom]:
        """The atoms of pieces that stand within these."""
        return _Writer(items, self.names, small=self.small).all()

    def one(self) -> None:
        """Write the next piece, with its arguments and its scripts."""
        if self.names is not None:
            found = self.names.at(self.items, self.place)
            if found is not None and found.name != self.outer:
                self.symbol(found)
                return
        item = self.items[self.place]
        match item:
            case Text(text) if text.isalnum() or (text == "." and self.within_number()):
                self.place += 1
                if text.isdigit() or text == ".":
                    self.number(text)
                else:
                    self.scripts(letter(text))
            case Text(text) if text.isspace():
                self.place += 1
            case Script() | Text("'"):
                self.scripts(self.atoms.pop() if self.atoms and self.atoms[-1].kind != "space" else Atom("ord", ""))
            case Group((Text(","),)):  # a decimal comma
                self.place += 1
                self.number(",")
            case Group(inner):
                self.place += 1
                if inner:
                    self.scripts(Atom("ord", one_element(self.inner(inner))))
            case Text(text):
                self.place += 1
                made = self.command(text) if text[0] == "\\" else self.sign(text)
                if made is not None:
                    self.scripts(made)

    def symbol(self, found: Found) -> None:
        """A symbol of a quantity, with the scripts that are put to it."""
        end = start = self.place + found.length
        while not found.composed and end < len(self.items) and is_script(self.items[end]):
            end += 1
        items = self.items[self.place : end]
        self.place = end
        markup = found.written.get(self.small) if end == start else None
        if markup is None:
            names = self.names if found.composed else None
            if not found.composed:
                items = _with_word(items)
            markup = _named(_Writer(items, names, small=self.small, outer=found.name).all(), found.name)
            if end == start:
                found.written[self.small] = markup
        self.scripts(Atom("ord", markup))

    # single signs

    def within_number(self) -> bool:
        """Whether the point that comes next stands between two digits."""
        sides = (self.items[self.place - 1] if self.place else None, *self.items[self.place + 1 : self.place + 2])
        return len(sides) == 2 and all(isinstance(one, Text) and one.text.isdigit() for one in sides)

    def number(self, text: str) -> None:
        """A digit, a decimal point or comma, with those that follow: part of the number before it, if there is one."""
        while self.place < len(self.items):
            item = self.items[self.place]
            if not isinstance(item, Text) or not (item.text.isdigit() or (item.text == "." and self.within_number())):
                break
            text += item.text
            self.place += 1
        if self.atoms and self.atoms[-1].kind == "number":
            text = self.atoms.pop().text + text
        made = Atom("number", f"<mn>{text}</mn>", text)
        if self.place < len(self.items) and is_script(self.items[self.place]):
            self.scripts(made)
        else:
            self.atoms.append(made)

    def sign(self, text: str) -> Atom | None:
        """A single character."""
        if text == ":" and self.items[self.place : self.place + 1] == (Text("="),):
            self.place += 1
            return Atom("rel", self.spaced(":="))
        if text in "+-*":
            return self.operator({"-": "−", "*": "∗"}.get(text, text))
        if text in RELATIONS:
            return Atom("rel", self.spaced(RELATIONS[text]))
        if text in "([":
            return self.bracket("open", text)
        if text in ")]":
            return self.bracket("close", text)
        if text in ",;":
            return Atom("punct", f"<mo>{text}</mo>")
        if text == "/":
            return Atom("ord", '<mo lspace="0" rspace="0">/</mo>')
        if text in "|:.":
            return Atom("ord", f'<mo lspace="0" rspace="0" stretchy="false">{text}</mo>')
        if text == "~":
            return space(".25em")
        if text == "&":
            raise MathmlError("a & stands outside of a display")
        if not text.isprintable() or text in '#$%"\\':
            raise MathmlError(f"{text!r} is no sign of a formula")
        return letter(text)

    def operator(self, sign: str) -> Atom:
        """A binary operator; the sign of what follows it, where nothing is before it that it could join."""
        before = self.atoms[-1].kind if self.atoms else None
        if before == "space":  # a row that goes on from the one above
            return Atom("bin", self.spaced(sign, "infix"))
        alone = before is None or before in SIGN_AFTER
        return Atom("bin", self.spaced(sign, "prefix" if alone and sign in "+−±∓" else ""))

    def spaced(self, sign: str, form: str = "") -> str:
        """An operator or a relation, with the space around it that browsers know it has."""
        how = f' form="{form}"' if form else ""
        tight = ' lspace="0" rspace="0"' if self.small else ""
        return f"<mo{how}{tight}>{escape(sign)}</mo>"

    def bracket(self, kind: str, sign: str, size: str = "") -> Atom:
        """A bracket that does not grow, or has this size; the form is said where the sign does not say it."""
        form = f' form="{"prefix" if kind == "open" else "postfix"}"' if sign in "|‖" else ""
        grown = f' minsize="{size}" maxsize="{size}"' if size else ' stretchy="false"'
        return Atom(kind, f"<mo{form}{grown}>{escape(sign)}</mo>", sign)

    # commands

    def command(self, text: str) -> Atom | None:
        """A control word with its arguments."""
        name = text[1:]
        if name in GREEK or name in SIGNS:
            return letter(GREEK.get(name) or SIGNS[name])
        if name in RELATIONS:
            return Atom("rel", self.spaced(RELATIONS[name]))
        if name in BINARY:
            return self.operator("⋅" if name == "cdot" else BINARY[name])
        if name in BRACKETS:
            kind, sign = BRACKETS[name]
            return self.bracket(kind, sign) if kind != "ord" else self.sign("|")
        if name in SPACES:
            return space(SPACES[name])
        if name in NOTHING:
            return None
        if name in FUNCTIONS:
            return self.function(name)
        if name in ("sum", "prod"):
            return Atom("sum", f"<mo>{'∑' if name == 'sum' else '∏'}</mo>")
        if name in ABOVE or name == "underline":
            return self.accent(name)
        if name in FONTS:
            return self.in_font(FONTS[name], self.argument(text))
        if name in WORDS:
            said = plain_words(self.argument(text))
            kept = said.replace(" ", "\u00a0") if said != said.strip() else said
            kind = f' class="{WORDS[name]}"' if WORDS[name] else ""
            return Atom("words", f"<mtext{kind}>{escape(kept)}</mtext>")
        special = _SPECIAL.get(name)
        if special is None:
            raise MathmlError(f"{text} is no macro of a formula here")
        return special(self)

    def argument(self, macro: str) -> Sequence[Piece]:
        """What stands in braces after a macro, or the one token there."""
        while self.place < len(self.items):
            item = self.items[self.place]
            self.place += 1
            if isinstance(item, Group):
                return item.items
            if not (isinstance(item, Text) and item.text.isspace()):
                if item in (PRIME, Text("&")):
                    break
                return (item,)
        raise MathmlError(f"nothing stands after {macro}")

    def function(self, name: str) -> Atom:
        """The name of a function, apart from what is beside it unless that is a bracket."""
        before = space(".17em").markup if self.atoms and self.atoms[-1].kind in ("ord", "number", "close") else ""
        rest = [item for item in self.items[self.place :] if not (isinstance(item, Text) and item.text.isspace())]
        while rest and is_script(rest[0]):
            rest.pop(0)
        touching = (
            not rest
            or rest[0] in (Text("("), Text("["), Text(r"\left"), Text("&"))
            or (isinstance(rest[0], Text) and rest[0].text.startswith((r"\big", r"\Big")))
        )
        made = Atom("op", f"<mi>{name}</mi>", "" if touching else "apart")
        if before:
            self.atoms.append(Atom("ord", before))
        return made

    def in_font(self, font: str, items: Sequence[Piece]) -> Atom:
        """Letters in another hand."""
        word = in_font(font, items)
        inner = in_row(_Writer(items, None, small=self.small).all()) if word is None else ""
        return word or Atom("ord", f'<mrow class="{font or "rm"}">{inner}</mrow>')

    def accent(self, name: str) -> Atom:
        """What stands over or under its argument."""
        below = self.argument(name)
        if name == "underline" and below[:1] == (Text(r"\hspace"),):  # a line to write on
            wide = name_in(below[1].items) if isinstance(below[1], Group) else ""
            return Atom("ord", f'<mspace class="blank" width="{escape(wide)}" height=".1em"></mspace>')
        base = one_element(_Writer(below, None).all())
        stretchy = "" if name in WIDE else ' stretchy="false"'
        if name == "underline":
            return Atom("ord", f'<munder accentunder="true">{base}<mo>_</mo></munder>')
        return Atom("ord", f'<mover accent="true">{base}<mo{stretchy}>{ABOVE[name]}</mo></mover>')

    def scripts(self, base: Atom) -> None:
        """The base with the primes and scripts that follow it."""
        below: str | None = None
        above: list[str] = []
        while self.place < len(self.items):
            item = self.items[self.place]
            if item == PRIME:
                above.append("<mo>′</mo>")
            elif isinstance(item, Script) and item.mark == "_":
                below = one_element(_Writer(item.items, None, small=True).all())
            elif isinstance(item, Script):
                above.append(one_element(_Writer(item.items, self.names, small=True).all()))
            elif not (isinstance(item, Text) and item.text.isspace() and self.script_after_space()):
                break
            self.place += 1
        if below is None and not above:
            if base.markup:
                self.atoms.append(base)
        else:
            raised = above[0] if len(above) == 1 else f"<mrow>{''.join(above)}</mrow>"
            under, over, both = ("munder", "mover", "munderover") if base.kind == "sum" else ("msub", "msup", "msubsup")
            tag = both if below is not None and above else over if above else under
            kind = "ord" if base.kind in ("number", "bin", "rel") else base.kind
            inner = f"{base.markup or '<mrow></mrow>'}{below or ''}{raised if above else ''}"
            self.atoms.append(Atom(kind, f"<{tag}>{inner}</{tag}>", base.text if kind == "op" else ""))
        if base.kind == "op" and base.text == "apart":
            self.atoms.append(Atom("op", '<mo rspace=".17em">\u2061</mo>'))

    def script_after_space(self) -> bool:
        after = self.items[self.place + 1 : self.place + 2]
        return bool(after) and is_script(after[0])

    # what has arguments of its own kind

    def fraction(self) -> Atom:
        above, below = self.argument(r"\frac"), self.argument(r"\frac")
        return Atom("ord", f"<mfrac>{one_element(self.inner(above))}{one_element(self.inner(below))}</mfrac>")

    def root(self) -> Atom:
        inner = self.inner(self.argument(r"\sqrt"))
        return Atom("ord", f"<msqrt>{in_row(inner)}</msqrt>")

    def room(self) -> Atom:
        return space(escape(name_in(self.argument(r"\hspace"))))

    def boxed(self) -> Atom:
        inner = self.inner(self.argument(r"\boxed"))
        return Atom("ord", f'<mrow class="box">{in_row(inner)}</mrow>')

    def fenced(self) -> Atom:
        """Brackets that grow with what is between them."""
        opening = self.delimiter()
        inner = _Writer(self.items, self.names, small=self.small)
        inner.place = self.place
        while inner.place < len(self.items) and self.items[inner.place] != _RIGHT:
            inner.one()
        if inner.place == len(self.items):
            raise MathmlError(r"there is no \right")
        self.place = inner.place + 1
        closing = self.delimiter()
        return fence(opening, in_row(inner.atoms), closing)

    def sized(self, size: str) -> Atom:
        """A bracket that is larger than the line."""
        sign = self.delimiter()
        return self.bracket("close" if sign in ")]}⟩" else "open", sign, BIG[size])

    def delimiter(self) -> str:
        """The bracket after a control word that sizes it; nothing for the point that stands for none."""
        while self.place < len(self.items) and self.items[self.place] in (Text(" "), Text("\n")):
            self.place += 1
        item = self.items[self.place] if self.place < len(self.items) else None
        if not isinstance(item, Text):
            raise MathmlError("a bracket is missing")
        self.place += 1
        if item.text == ".":
            return ""
        if item.text[1:] in BRACKETS and item.text[0] == "\\":
            return BRACKETS[item.text[1:]][1]
        if item.text not in "()[]|":
            raise MathmlError(f"{item.text} is no bracket")
        return item.text

    def environment(self) -> Atom:
        name = name_in(self.argument(r"\begin"))
        if name == "array":
            self.argument(name)
        kinds = {"cases": "cases", "smallmatrix": "small", "aligned": "aligned"}
        if name not in MATRICES and name not in kinds:
            raise MathmlError(f"{name} is no environment of a formula here")
        rows = self.rows(name)
        style = f' class="{kinds[name]}"' if name in kinds else ""
        shown = ' displaystyle="true"' if name == "aligned" else ""
        cells = ["".join(f"<mtd>{in_row(cell)}</mtd>" for cell in row) for row in rows]
        table = f"<mtable{style}{shown}>{''.join(f'<mtr>{row}</mtr>' for row in cells)}</mtable>"
        if name == "cases":
            return fence("{", table, "")
        opening, closing = BRACKETED.get(name, ("", ""))
        return fence(opening, table, closing) if opening else Atom("ord", table)

    def rows(self, name: str) -> list[list[list[Atom]]]:
        """The cells of an environment, row by row, and past its end."""
        rows: list[list[list[Atom]]] = [[[]]]
        inner = _Writer(self.items, self.names, small=self.small)
        inner.place = self.place
        while inner.place < len(self.items):
            item = self.items[inner.place]
            if item not in _BREAKS:
                inner.one()
                continue
            inner.place += 1
            rows[-1][-1] = inner.atoms
            inner.atoms = []
            if item == _AND:
                rows[-1].append([])
            elif item == _NEXT:
                rows.append([[]])
            else:
                self.place = inner.place
                if name_in(self.argument(r"\end")) != name:
                    break
                return rows if rows[-1] != [[]] else rows[:-1]
        raise MathmlError(rf"\begin{{{name}}} has no end")


def _with_word(items: Sequence[Piece]) -> Sequence[Piece]:
    """A symbol whose name is a word, as a word: what is read aloud is not its letters."""
    run = 0
    while run < len(items) and isinstance(item := items[run], Text) and item.text.isalpha():
        run += 1
    return (Text(r"\mathit"), Group(tuple(items[:run])), *items[run:]) if run > 1 else items


def _named(written: Sequence[Atom], name: str) -> str:
    """What is written of a symbol, with the name of its quantity: in the tag of its element, if it is one."""
    named = f' data-q="{escape(name)}"'
    if len(written) != 1:
        return f"<mrow{named}>{in_row(written)}</mrow>"
    markup = written[0].markup
    end = next(place for place, one in enumerate(markup) if one in " >")
    return f"{markup[:end]}{named}{markup[end:]}"


_SPECIAL: dict[str, Callable[[_Writer], Atom]] = {
    "frac": _Writer.fraction,
    "dfrac": _Writer.fraction,
    "tfrac": _Writer.fraction,
    "sqrt": _Writer.root,
    "boxed": _Writer.boxed,
    "hspace": _Writer.room,
    "left": _Writer.fenced,
    "begin": _Writer.environment,
}
for _size in BIG:
    for _side in ("", "l", "r"):
        _SPECIAL[_size + _side] = lambda writer, size=_size: writer.sized(size)  # type: ignore[misc]

"""The signs of one member made ready for the grammar: every argument in braces, scripts whole, differentials marked."""

from __future__ import annotations

from dataclasses import dataclass, field

from backprop_steps.checking.reading.bounds import DEEPEST, TroubleError
from backprop_steps.checking.reading.brackets import partners
from backprop_steps.checking.reading.commands import FUNCTIONS
from backprop_steps.checking.reading.differentials import begins_with_d, mark_above, split_differential
from backprop_steps.checking.reading.entries import entries_apart
from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.signs import JOINING, TIGHT, Sign

_HANGING = frozenset({"UNDERSCORE", "CARET", "SUB", "SUP", "PRIME", "TOP", "NUM"})
_BRACKETS = {
    **dict.fromkeys(("LPAR", "RPAR"), "("),
    **dict.fromkeys(("LSQ", "RSQ"), "["),
    **dict.fromkeys(("LCUR", "RCUR"), "{"),
    **dict.fromkeys(("LBAR", "RBAR"), "|"),
    **dict.fromkeys(("LNORM", "RNORM"), "||"),
}
_TERMINALS = {
    "SLASH": ("OP", "/"),
    "NABLA": ("DIFF", "nabla"),
    "DOTS": ("HOLE", "..."),
    "BLANK": ("HOLE", "?"),
    "COMMA": ("SEP", ","),
    "SEMI": ("SEP", ";"),
    "AMP": ("SEP", "&"),
    "ROW": ("SEP", "row"),
}
"""What the grammar calls these signs."""
_LONE = frozenset({"OP", "SIGN", "COMMA"})
_INDEX = frozenset("ijklmnpqrst")


def arrange(signs: list[Sign], mode: Mode, depth: int = 0) -> list[Sign]:
    """What the grammar reads. Raises TroubleError for what no grammar could read."""
    if depth > DEEPEST:
        raise TroubleError(f"nested too deeply; the bound is {DEEPEST} levels")
    signs = _digits_apart(signs)
    work = _Arranging(signs, partners(signs), mode)
    return work.stretch(0, len(signs), depth)


def _digits_apart(signs: list[Sign]) -> list[Sign]:
    r"""TeX takes one sign at a time: `\frac12` is a half."""
    if not any(sign.type == "FRAC" for sign in signs):
        return signs
    made: list[Sign] = []
    for sign in signs:
        if made and made[-1].type == "FRAC" and sign.type == "NUM" and len(sign.text) > 1 and sign.text.isdigit():
            at = sign.start
            made.append(Sign("NUM", sign.text[0], at, at + 1))
            made.append(Sign("NUM", sign.text[1], at + 1, at + 2))
            if len(sign.text) > 2:
                made.append(Sign("NUM", sign.text[2:], at + 2, sign.end))
        else:
            made.append(sign)
    return made


_SCRIPTS = frozenset({"UNDERSCORE", "CARET", "SUB", "SUP"})


@dataclass(slots=True)
class _Arranging:
    signs: list[Sign]
    match: list[int]
    mode: Mode
    differentials: set[int] = field(default_factory=set)
    wraps: dict[int, list[Sign]] = field(default_factory=dict)
    """Signs of our own before the sign at this place."""
    environments: int = 0
    """So many matrices are open."""

    def stretch(self, start: int, end: int, depth: int) -> list[Sign]:
        """The signs from `start` to `end`."""
        if depth > DEEPEST:
            raise TroubleError(f"nested too deeply; the bound is {DEEPEST} levels")
        made: list[Sign] = []
        index = start
        while index < end:
            if index in self.wraps:
                made += self.wraps.pop(index)
            index = self._one(index, end, made, depth)
        if end in self.wraps:
            made += self.wraps.pop(end)
        return made

    def _one(self, index: int, end: int, made: list[Sign], depth: int) -> int:
        sign = self.signs[index]
        type = sign.type
        partner = self.match[index]
        if type in ("UNDERSCORE", "CARET"):
            first, last, index = self._argument(index + 1, end, script=True)
            inner = tuple(self.signs[first:last])
            self._script("SUB" if type == "UNDERSCORE" else "SUP", sign, inner, self.signs[index - 1].end, made)
            return index
        if type in ("SUB", "SUP"):
            self._script(type, sign, sign.inner, sign.end, made)
            return index + 1
        if type == "FRAC":
            return self._fraction(index, end, made, depth)
        if type in ("SQRT", "ACCENT"):
            made.append(Sign("UNARY", sign.text or "sqrt", sign.start, sign.end, sign.gap))
            return self._braced(index + 1, end, made, depth, bracketed=type == "SQRT")
        if type == "BRACE":
            return self._annotated(index, end, made, depth)
        if type in ("LBAR", "RBAR") and partner < 0 and index + 1 < end and self.signs[index + 1].type == "UNDERSCORE":
            return self._argument(index + 2, end, script=True)[2]  # where it is taken: |_{w = 0.5}
        if type == "LONG":
            raise TroubleError(sign.text)
        if type == "BAD":
            raise TroubleError(f"{sign.text or 'a sign'!r} is not read")
        if type == "LB" and partner > index:
            inside = partner - index - 1
            if inside == 0:
                return partner + 1
            if inside == 1 and self.signs[index + 1].type in _LONE:
                made.append(self.signs[index + 1])
                return partner + 1
            if self.signs[index + 1].type in _SCRIPTS:  # what hangs on the letter before: \delta{_2}
                made += self.stretch(index + 1, partner, depth + 1)
                return partner + 1
        if type == "LSQ" and partner > index:
            if self._index(index, partner, made):
                return partner + 1
            self._cells(index, partner)
        if type == "NUM":
            return self._number(index, end, made)
        if type == "NAME":
            return self._name(index, end, made)
        if partner > index and self._is_empty(index, partner):
            made.append(Sign("HOLE", "()", sign.start, self.signs[partner].end, sign.gap))
            return partner + 1
        if type in ("ROW", "AMP") and self._is_layout(index, end, made):
            return index + 1
        if type in ("COMMA", "STOP") and self.environments > 0 and self._ends_entry(index + 1, end):
            return index + 1
        if sign.text == "." and type == "OP" and self._ends_number(index, end):
            return index + 1  # 0. & 1.
        if type == "TEXT" and self.environments > 0 and not self._is_alone(index, end):
            return index + 1  # the "if" before a condition
        if type == "SLASH":
            self._slash(index, end, made)
        if type in ("BEGIN", "END"):
            self.environments += 1 if type == "BEGIN" else -1
        if type in _BRACKETS and partner >= 0:
            kind = "OPEN" if partner > index else "CLOSE"
            made.append(Sign(kind, _BRACKETS[type], sign.start, sign.end, sign.gap))
        elif type in _TERMINALS:
            terminal, text = _TERMINALS[type]
            made.append(Sign(terminal, text, sign.start, sign.end, sign.gap))
        else:
            made.append(sign)
        return index + 1

    def _is_empty(self, index: int, partner: int) -> bool:
        """The brackets of `g(·)`."""
        if self.signs[index].type != "LPAR":
            return False
        return partner == index + 1 or (partner == index + 2 and self.signs[index + 1].type == "OP")

    def _ends_number(self, index: int, end: int) -> bool:
        """Whether a point stands behind a whole number with nothing to multiply it with."""
        before, after = self.signs[index - 1], self.signs[index + 1].type if index + 1 < end else "END"
        tight = before.type == "NUM" and before.end == self.signs[index].start
        return tight and after in ("AMP", "ROW", "END", "COMMA", "RSQ", "RPAR")

    def _is_alone(self, index: int, end: int) -> bool:
        """Whether a sign is all that its entry holds."""
        before, after = self.signs[index - 1].type, self.signs[index + 1].type if index + 1 < end else "END"
        return before in ("AMP", "ROW", "BEGIN", "COMMA") and after in ("AMP", "ROW", "END")

    def _ends_entry(self, after: int, end: int) -> bool:
        """Whether an entry of a matrix, or of `cases`, ends here: a comma before it is punctuation."""
        return after < end and self.signs[after].type in ("AMP", "ROW", "END")

    def _is_layout(self, index: int, end: int, made: list[Sign]) -> bool:
        """A row that ends inside brackets, in the middle of a formula; in a matrix only the last."""
        if index + 1 < end and self.signs[index + 1].type == "END":
            return self.signs[index].type == "ROW"
        if self.environments > 0:
            return False
        if not made or made[-1].type in JOINING:
            return True
        if self.signs[index].type == "AMP":
            return self.signs[index - 1].type == "ROW" and index + 1 < end and self.signs[index + 1].type in JOINING
        after = index + 1
        while after < end and self.signs[after].type == "AMP":
            after += 1
        joins = after < end and self.signs[after].type in JOINING
        return joins and (after > index + 1 or self.signs[after].type != "SIGN")

    def _argument(self, index: int, end: int, script: bool, nested: int = 0) -> tuple[int, int, int]:
        """Where the argument here begins and ends (without its braces), and where what follows begins."""
        if nested > DEEPEST:
            raise TroubleError(f"nested too deeply; the bound is {DEEPEST} levels")
        if index >= end:
            raise TroubleError("the formula ends too early")
        sign, partner = self.signs[index], self.match[index]
        if sign.type == "LB" and index < partner < end:
            return index + 1, partner, partner + 1
        if script:
            if sign.type in ("LPAR", "LSQ") and index < partner < end:
                return index, partner + 1, partner + 1
            if sign.type == "SIGN":
                if index + 1 < end and self.signs[index + 1].type in ("NUM", "NAME", "LPAR", "LB", "FRAC"):
                    _, _, after = self._argument(index + 1, end, script, nested + 1)
                    return index, after, after
                return index, index + 1, index + 1
        if sign.type in ("FRAC", "SQRT", "ACCENT"):
            after = index + 1
            for _ in range(2 if sign.type == "FRAC" else 1):
                _, _, after = self._argument(after, end, False, nested + 1)
            return index, after, after
        if sign.type == "DIFF" and index + 1 < end and self.signs[index + 1].type == "NAME":
            return index, index + 2, index + 2
        if sign.type in ("RB", "RPAR", "RSQ", "RCUR", "REL"):
            raise TroubleError("the formula ends too early")
        return index, index + 1, index + 1

    def _braced(self, index: int, end: int, made: list[Sign], depth: int, bracketed: bool = False) -> int:
        first, last, after = self._argument(index, end, script=bracketed)
        opening, closing = self.signs[index], self.signs[after - 1]
        made.append(Sign("LB", "", opening.start, opening.start, opening.gap))
        made += self.stretch(first, last, depth + 1)
        made.append(Sign("RB", "", closing.end, closing.end))
        return after

    def _fraction(self, index: int, end: int, made: list[Sign], depth: int) -> int:
        first_above, last_above, middle = self._argument(index + 1, end, script=False)
        first_below, last_below, after = self._argument(middle, end, script=False)
        above, below = self._differential(first_above, last_above), self._differential(first_below, last_below)
        if above is not None and below is not None:
            self.differentials |= {above, below}
        sign = self.signs[index]
        made.append(Sign("LB", "", sign.start, sign.end, sign.gap))
        made += self.stretch(first_above, last_above, depth + 1)
        made.append(Sign("OVER", "", self.signs[middle].start, self.signs[middle].start))
        made += self.stretch(first_below, last_below, depth + 1)
        closing = self.signs[after - 1].end
        made.append(Sign("RB", "", closing, closing))
        return after

    def _differential(self, first: int, last: int) -> int | None:
        """The place of the d that a line of a fraction begins with."""
        while first < last and self.signs[first].type in ("SIGN", "LB"):
            first += 1
        if first >= last:
            return None
        return first if begins_with_d(self.signs[first]) and not self.signs[first].marks else None

    def _annotated(self, index: int, end: int, made: list[Sign], depth: int) -> int:
        """`\\underbrace{x}_{words}`: the x."""
        first, last, after = self._argument(index + 1, end, script=False)
        opening = self.signs[index]
        made.append(Sign("LB", "", opening.start, opening.end, opening.gap))
        made += self.stretch(first, last, depth + 1)
        made.append(Sign("RB", "", self.signs[after - 1].start, self.signs[after - 1].end))
        while after < end and self.signs[after].type in ("UNDERSCORE", "CARET"):
            _, _, after = self._argument(after + 1, end, script=True)
        return after

    def _script(self, type: str, sign: Sign, inner: tuple[Sign, ...], end: int, made: list[Sign]) -> None:
        if not inner:
            return
        if type == "SUP":
            if all(one.type == "PRIME" for one in inner):
                made.append(Sign("PRIME", str(sum(int(one.text) for one in inner)), sign.start, end, sign.gap))
                return
            last = inner[-1]
            if last.type == "PRIME" and inner[-2].type in ("RPAR", "RSQ", "NUM"):  # g^{[1]'}
                made.append(Sign("SUP", "", sign.start, inner[-2].end, sign.gap, inner[:-1]))
                made.append(Sign("PRIME", last.text, last.start, end))
                return
            if last.type == "TOP" or (last.type == "NAME" and last.text == "T" and not last.marks):
                rest = inner[:-1]
                while rest and rest[-1].type == "CARET":
                    rest = rest[:-1]
                if not rest or rest[-1].type in ("RPAR", "RSQ", "NUM"):
                    if rest:
                        made.append(Sign("SUP", "", sign.start, rest[-1].end, sign.gap, rest))
                    made.append(Sign("TOP", "T", last.start if rest else sign.start, end))
                    return
            if self._scientific(inner, end, made):
                return
        made.append(Sign(type, "", sign.start, end, sign.gap, inner))

    def _scientific(self, inner: tuple[Sign, ...], end: int, made: list[Sign]) -> bool:
        """`2.1 \\times 10^{-5}` is one number."""
        if len(made) < 3 or made[-1].type != "NUM" or made[-1].text != "10" or made[-2].type != "OP":
            return False
        if made[-2].text not in ("times", "dot", "star") or made[-3].type != "NUM" or "e" in made[-3].text:
            return False
        if len(made) > 3 and made[-4].text == "/":
            return False
        power = "".join(one.text for one in inner)
        if not power.lstrip("-+").isdigit() or len(power) > 4 or any(one.type not in ("NUM", "SIGN") for one in inner):
            return False
        number = made[-3]
        made[-3:] = [Sign("NUM", f"{number.text}e{power.lstrip('+')}", number.start, end, number.gap)]
        return True

    def _number(self, index: int, end: int, made: list[Sign]) -> int:
        sign = self.signs[index]
        before = made[-1] if made else None
        if (
            before is not None
            and before.type == "NAME"
            and sign.gap == TIGHT
            and sign.text.isdigit()
            and before.text.lower() not in FUNCTIONS
            and before.text != "1"
        ):
            made.append(Sign("SUB", "", sign.start, sign.end, TIGHT, (sign,)))
            return index + 1
        made.append(sign)
        return index + 1

    def _name(self, index: int, end: int, made: list[Sign]) -> int:
        sign = self.signs[index]
        following = self.signs[index + 1] if index + 1 < end else None
        if index in self.differentials:
            made += split_differential(sign)
            return index + 1
        before = made[-1] if made else None
        if before is None:
            made.append(sign)
            return index + 1
        point = before.type == "OP" and before.text == "." and before.gap == sign.gap == TIGHT
        if sign.text == "T" and self.mode == "code" and point:
            made[-1] = Sign("TOP", "T", before.start, sign.end)
            return index + 1
        apart = sign.gap and following is not None and following.gap and before.type in ("NUM", "CLOSE")
        if sign.text == "x" and apart and following and following.type in ("NUM", "LPAR", "SIGN"):
            made.append(Sign("OP", "times", sign.start, sign.end, sign.gap))
            return index + 1
        made.append(sign)
        return index + 1

    def _index(self, index: int, partner: int, made: list[Sign]) -> bool:
        """`w[0]`: the brackets are an index."""
        before = made[-1] if made else None
        if before is None or self.signs[index].gap or before.type not in ("NAME", "SUB") or partner == index + 1:
            return False
        if before.type == "SUB" and not (before.inner and before.inner[0].type == "LSQ"):
            return False
        for sign in self.signs[index + 1 : partner]:
            number = sign.type == "NUM" and sign.text.isdigit()
            letter = sign.type == "NAME" and (self.mode == "code" or sign.text in _INDEX)
            other = sign.type in ("COMMA", "COLON") or (self.mode == "code" and sign.type == "SIGN")
            if not (number or letter or other):
                return False
        inner = tuple(self.signs[index : partner + 1])
        made.append(Sign("SUB", "", self.signs[index].start, self.signs[partner].end, TIGHT, inner))
        return True

    def _cells(self, index: int, partner: int) -> None:
        """Spaces part the entries of a row: commas of our own between them."""
        levels, level = [], 0
        for place in range(index + 1, partner):
            levels.append(level)
            other = self.match[place]
            level += (other > place) - (0 <= other < place)
        for place in entries_apart(self.signs[index + 1 : partner], levels):
            at = self.signs[index + 1 + place].start
            self.wraps.setdefault(index + 1 + place, []).append(Sign("SEP", ",", at, at))

    def _slash(self, index: int, end: int, made: list[Sign]) -> None:
        """How far below the line a slash reaches, and whether its d's are differentials."""
        if index + 1 >= end:
            return
        below = self.signs[index + 1]
        after = self.signs[index + 2] if index + 2 < end else None
        further = self.signs[index + 3] if index + 3 < end else None
        if below.type == "NUM" and after is not None and after.type == "NAME" and after.gap == TIGHT:
            plain = further is None or further.type not in _HANGING
            if plain and after.text.lower() not in FUNCTIONS:
                self._wrap(index + 1, index + 3)
            return
        if below.type == "NAME" and after is not None:
            place = index + 2
            primed = after.type == "PRIME"
            if primed:
                place += 1
            known = below.text.lower() in FUNCTIONS or below.text == "sigma" or primed
            if known and place < end and self.signs[place].type == "LPAR" and self.match[place] > place:
                self._wrap(index + 1, self.match[place] + 1)
                return
        if begins_with_d(below):
            if len(below.text) == 1 and (
                after is None or after.type not in ("NAME", "LPAR", "LSQ", "LCUR", "LB", "ACCENT")
            ):
                return
            if mark_above(made, self.mode, after is not None and bool(after.gap) and len(below.text) == 1):
                self.differentials.add(index + 1)

    def _wrap(self, first: int, after: int) -> None:
        opening, closing = self.signs[first], self.signs[after - 1]
        self.wraps.setdefault(first, []).append(Sign("LB", "", opening.start, opening.start))
        self.wraps.setdefault(after, []).append(Sign("RB", "", closing.end, closing.end))

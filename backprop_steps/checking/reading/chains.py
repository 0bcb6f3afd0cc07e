"""Where chains of equalities begin, go on and end: over rows, lines and displays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from backprop_steps.checking.reading.brackets import partners
from backprop_steps.checking.reading.drafts import (
    Draft,
    holds_directly,
    is_label,
    is_number,
    is_range,
    is_range_end,
    is_range_head,
    relations_ahead,
    remark_follows,
    spaces_stated,
    stands_alone,
    text_of,
    waits,
)
from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.signs import JOINING, QUAD, SPACE, TIGHT, WIDE, Sign
from backprop_steps.checking.reading.vocabulary import LINKS
from backprop_steps.checking.reading.written import Relation

_BESIDE = JOINING | {"REL", "AMP", "ROW", "COMMA", "TEXT"}
_GOES_ON = frozenset(
    {"which gives", "gives", "so", "thus", "hence", "therefore", "and so", "that is", "we get", "we obtain", "or"}
    | {"equals", "then", "becomes", "this gives", "this is", "simplifying", "continued", "contd", "cont"}
)
"""Words on a line of their own after which a chain goes on."""
_CONDITIONS = ("for", "if", "when", "where", "with", "für", "wenn")


@dataclass(slots=True)
class Chainer:
    """Takes passages in the order of the page, and keeps what may go on in the next one."""

    text: str
    done: list[Draft] = field(default_factory=list)
    current: Draft | None = None
    caption: str = ""
    """The nearest words above that stand on a line without a formula."""
    words: str = ""
    """The words before, on this line."""
    _fresh: bool = True
    """Nothing of this row has been seen yet."""
    _aligned: bool = False
    """This row began with an &."""
    _range: bool = False
    _mode: Mode = "text"
    _reopen: Draft | None = None
    _comma: Draft | None = None
    _said: bool = False
    _formula: bool = False
    _indented: bool = False
    _own: bool = False
    _stated: bool = False
    """There is a relation on this line."""
    _looked: tuple[list[Sign], list[str]] | None = None
    """The relations that come, for the signs that were looked through last."""
    _colon: bool = False
    """A colon has closed the words of this line."""

    def passage(self, signs: list[Sign], mode: Mode, indented: bool = False, apart: bool = False) -> None:
        """One display, or one line of text. `apart`: it cannot go on with what is before it."""
        signs = spaces_stated(signs)
        match = partners(signs)
        if apart or (mode != self._mode and "code" in (mode, self._mode)):
            self.finish()
        self._mode, self._indented, self._own = mode, indented, False
        self._row()
        self._said = self._formula = False
        self._stated = False
        index = 0
        while index < len(signs):
            index = self._one(signs, match, index)
        if self._said and not self._stated:
            self.caption = " ".join(self.text[signs[0].start : signs[-1].end][:300].split())
            if self.current is not None and not self.current.relations and is_number(self.current.members[0]):
                self.current = None  # Neuron 1
        if mode == "code":
            self.finish()

    def finish(self) -> None:
        """The chain that is open ends here."""
        draft, self.current = self.current, None
        self._reopen = None
        if draft is None:
            return
        if draft.relations and not draft.members[-1]:
            draft.members.pop()
            draft.relations.pop()
        if draft.mode == "text":
            while draft.members and waits(draft.members[-1]):
                draft.members[-1].pop()
            if draft.members and not draft.members[-1]:
                draft.members.pop()
                if draft.relations:
                    draft.relations.pop()
        elif draft.members and draft.members[-1]:
            last = draft.members[-1]
            while last and last[-1].type == "OP" and last[-1].text == ".":
                last.pop()
            if not last:
                draft.members.pop()
                if draft.relations:
                    draft.relations.pop()
        if draft.headless and len(draft.members) < 1:
            return
        if not draft.members or (len(draft.members) == 1 and not draft.members[0] and not draft.headless):
            return
        self._reopen = draft
        self._sort(draft)

    def _sort(self, draft: Draft) -> None:
        """Keep the chain, unless it only says where an index runs, or nothing."""
        before, self._comma = self._comma, None
        lone = not draft.relations and len(draft.members) == 1
        if self._range and lone:
            return
        if draft.ranges:
            self._range = True
            return
        if before is not None and lone and is_range_end(draft.members[0]) and is_range_head(before):
            if self.done and self.done[-1] is before:
                self.done.pop()
            self._range = True
            return
        if is_range(draft):
            self._range = True
            return
        if is_range_head(draft) and draft.words.lower().endswith(_CONDITIONS):
            return
        if draft.mode in ("text", "code"):
            if not draft.relations:
                return
            arrows = draft.mode == "text" and all(relation in ("->", "=>") for relation in draft.relations)
            if arrows and all(is_number(member) for member in draft.members):
                return
            if all(relation in ("<", ">", "<=", ">=", "!=") for relation in draft.relations):
                return
        self.done.append(draft)

    def _row(self) -> None:
        self._fresh, self._aligned, self._range = True, False, False
        self.words = ""
        self._colon = False

    def _separate(self) -> None:
        comma = self.current
        self.finish()
        self._comma = comma if comma is not None and self.done and self.done[-1] is comma else None

    def _one(self, signs: list[Sign], match: list[int], index: int) -> int:
        sign = signs[index]
        type = sign.type
        apart = sign.gap == QUAD and not self._fresh and type not in self._wide
        apart = apart and not (type == "LPAR" and holds_directly(signs, match, index, ("REL", "TEXT")))
        if apart and self._in_a_column(signs, index):
            self._remark(self.text[sign.start : signs[-1].end])
            return len(signs)
        apart = apart or (sign.gap == WIDE and self._begins_another(signs, match, index))
        if apart and self.current is not None and not self.current.dangling:
            self.finish()
            self._range = False
        if match[index] > index:
            return self._group(signs, match, index)
        if type == "REL":
            self._relation(signs, match, index)
        elif type == "ROW":
            self._row()
        elif type == "AMP":
            self._tab(signs, index)
        elif type in ("COMMA", "SEMI"):
            if not (self._fresh and self.current is not None):
                self._separate()
        elif type in ("STOP", "COLON"):
            self._stop(sign)
        elif type == "EDGE":
            self._edge(signs, index)
        elif type == "TEXT":
            self._words(sign, signs, index)
        elif type == "IN":
            if self.current is not None and self.current.relations and not self.current.dangling:
                self.finish()  # `= δxᵀ ∈ ℝ²`: where it lies is said of what is stated before
                self._range = True
            else:
                self._draft(sign).ranges = True
        elif type == "BLANK" and self._mode == "text" and self._ends_sentence(signs, index):
            self.finish()
        elif type == "OP" and sign.text == "." and self._is_full_stop(signs, index):
            self._separate()
        else:
            self._operand(sign, [sign])
        return index + 1

    def _begins_another(self, signs: list[Sign], match: list[int], index: int) -> bool:
        """`a = 1  b = 2`: two spaces in plain text part statements, where each of them has its own relation."""
        if self._mode != "text" or self._fresh or self.current is None or not self.current.relations:
            return False
        if signs[index].type in self._wide or waits(self.current.members[-1]):
            return False
        return bool(self._ahead(signs, match)[index])

    @property
    def _wide(self) -> frozenset[str]:
        """The signs that a wide space before them does not part from what is before."""
        return _BESIDE if self._mode == "math" else _BESIDE - {"TEXT"}

    def _draft(self, sign: Sign) -> Draft:
        if self.current is None:
            said = self.words if self.words.lower() not in LINKS else ""
            self.current = Draft(self._mode, words=said or self.caption)
        self._fresh = False
        self._formula = True
        return self.current

    def _operand(self, sign: Sign, signs: list[Sign]) -> None:
        if self._fresh and self.current is not None and not self._continues(sign):
            self.finish()
        if self.current is None and sign.type == "OP" and self._mode == "text":
            return  # a bullet
        self._draft(sign).members[-1].extend(signs)

    def _continues(self, sign: Sign) -> bool:
        """Whether a row that begins with this sign goes on with the member before it."""
        assert self.current is not None
        if self.current.dangling:
            return True
        if sign.type not in JOINING or (self.current.mode == "text" and not self.current.relations):
            return False
        if self._mode == "text":
            return self._indented
        return self._aligned or sign.type != "SIGN" or not self._own_relation

    @property
    def _own_relation(self) -> bool:
        return self._own

    def _group(self, signs: list[Sign], match: list[int], index: int) -> int:
        last = match[index]
        inside = signs[index + 1 : last]
        sign = signs[index]
        own = sign.type == "LPAR" or (sign.type == "LSQ" and not self._fresh)
        if own and is_label(signs, index, last, self._fresh):
            if not self._fresh:
                self._separate()
            return last + 1
        if sign.type == "LSQ" and self._is_indicator(inside) and not self._waits():
            return last + 1
        if sign.type in ("LPAR", "LSQ"):
            says = bool(inside) and (inside[0].type == "TEXT" or inside[-1].type == "TEXT")
            states = holds_directly(signs, match, index, ("REL", "IN"))
            if says or (states and (sign.gap or index == 0) and not self._is_factor(inside)):
                text = self.text[sign.start : signs[last].end]
                if states and not says and stands_alone(signs, last):
                    self._aside(signs, index + 1, last)
                elif not (says and self.current is not None and self.current.dangling):
                    self._remark(text)
                else:
                    self._operand(sign, signs[index : last + 1])
                return last + 1
        self._own = self._row_has_relation(signs, match, last)
        self._operand(sign, signs[index : last + 1])
        return last + 1

    def _is_factor(self, inside: list[Sign]) -> bool:
        """Whether brackets after an operator compare two indices, `y_k · [k = j]`: they are a factor, no remark."""
        return self._is_indicator(inside) and self._waits()

    def _is_indicator(self, inside: list[Sign]) -> bool:
        sides = len(inside) == 3 and all(one.type in ("NAME", "NUM") for one in inside[::2])
        return sides and inside[1].type == "REL"

    def _waits(self) -> bool:
        """Whether something has to stand here: behind a relation, an operator, or the 1 of an indicator, `1[i = j]`."""
        if self.current is None:
            return False
        last = self.current.members[-1][-1:]
        return self.current.dangling or (bool(last) and last[0].type in ("NUM", "NAME") and last[0].text == "1")

    def _aside(self, signs: list[Sign], start: int, end: int) -> None:
        """Brackets around a whole equation: it stands for itself, and a chain before it may go on."""
        if self._fresh:
            self.finish()
        outer, self.current = self.current, None
        part = signs[start:end]
        match = partners(part)
        place = 0
        while place < len(part):
            place = self._one(part, match, place)
        if outer is not None:
            self.finish()
            self.current, self._fresh = outer, True

    def _row_has_relation(self, signs: list[Sign], match: list[int], index: int) -> bool:
        return False

    def _relation(self, signs: list[Sign], match: list[int], index: int) -> None:
        sign = signs[index]
        relation = cast(Relation, sign.text)
        self._stated = True
        if relation == "=>":
            if self._states_more(signs, match, index):
                self.finish()
                return
            if self.current is None or self.current.dangling:
                return
        if relation == "->" and "left" not in sign.marks and self._leads_on(signs, match, index):
            self.finish()
            return
        if relation == "->" and "left" not in sign.marks and self._words_only_before():
            said = text_of(self.current, self.text)
            self.current = None
            self.words = f"{self.words} {said}".strip()
            self._said = True
            return
        if relation == "->" and (self.current is None or remark_follows(signs, index)):
            return
        if self.current is None and self._reopen is not None and not self.words and not self._fresh:
            self.current = self._reopen
            self.current.members.append([])
            self.current.relations.append(relation)
            if self.done and self.done[-1] is self.current:
                self.done.pop()
            return
        if self.current is None:
            draft = self._draft(sign)
            draft.headless = True
            draft.relations.append(relation)
            return
        draft = self._draft(sign)
        if draft.relations and not draft.members[-1]:
            if relation not in ("->", "=>"):
                draft.relations[-1] = relation
            return
        draft.relations.append(relation)
        draft.members.append([])

    def _leads_on(self, signs: list[Sign], match: list[int], index: int) -> bool:
        """`z = 0.3775 → a = 0.5933`: the arrow stands between two statements."""
        before = self.current
        stated = before is not None and not before.dangling and "=" in before.relations[:1] + before.relations[-1:]
        return (
            stated
            and index + 1 < len(signs)
            and signs[index + 1].type != "REL"
            and self._states_more(signs, match, index)
        )

    def _states_more(self, signs: list[Sign], match: list[int], index: int) -> bool:
        """Whether another equality stands between this sign and the end of its statement."""
        return self._ahead(signs, match)[index + 1] not in ("", "=>")

    def _ahead(self, signs: list[Sign], match: list[int]) -> list[str]:
        if self._looked is None or self._looked[0] is not signs:
            self._looked = (signs, relations_ahead(signs, match))
        return self._looked[1]

    def _words_only_before(self) -> bool:
        """`Neuron 1 → …`: words, and at most a few signs, so far."""
        if self._mode == "code" or not self.words or self._colon:
            return False
        return self.current is None or (not self.current.relations and self.current.mode == "text")

    def _tab(self, signs: list[Sign], index: int) -> None:
        if self._fresh:
            self._aligned = True
            return
        following = next((one for one in signs[index + 1 : index + 3] if one.type != "AMP"), None)
        if following is None or following.type in ("REL", "TEXT", "ROW", *JOINING):
            return
        if self.current is not None and self.current.relations and not self.current.dangling:
            self.finish()

    def _stop(self, sign: Sign) -> None:
        self._colon = self._colon or sign.type == "COLON"
        if sign.type == "COLON" and self._mode == "text" and self.current is not None and not self.current.relations:
            said = text_of(self.current, self.text)
            self.current = None
            self.words = f"{self.words} {said}".strip()
            return
        self._separate()
        self._range = False

    def _edge(self, signs: list[Sign], index: int) -> None:
        before = signs[index - 1] if index else None
        after = signs[index + 1] if index + 1 < len(signs) else None
        joins = before is None or after is None or before.type in (*JOINING, "REL") or after.type in (*JOINING, "REL")
        if not joins:
            self._separate()

    def _words(self, sign: Sign, signs: list[Sign], index: int) -> None:
        formula = "set" in sign.marks
        text = sign.text if formula else self.text[sign.start : sign.end]
        plain = text.strip(" .,:;()→").lower()
        if self._fresh and plain in _GOES_ON:
            self._fresh = False
            self.words = ""
            return
        if formula and self.current is not None and self.current.dangling and not self._fresh:
            self.current.members[-1].append(sign)
            return
        self._remark(text, formula)

    def _in_a_column(self, signs: list[Sign], index: int) -> bool:
        """Words up to the end of a row, in a column apart: the reason for it, in plain text."""
        sign = signs[index]
        apart = sign.type == "TEXT" and sign.gap == QUAD and self._mode == "text" and self._stated
        return apart and not any(other.type in ("REL", "EDGE") for other in signs[index:])

    def _remark(self, text: str, formula: bool = True) -> None:
        if self.current is not None:
            if not self._fresh or formula:
                self.current.after = f"{self.current.after} {text}".strip()
            if formula and not self._fresh:
                # Beside a formula it leaves the chain open: the next row may go on with it.
                self._fresh, self._range, self._said = True, False, True
                self.words = text
                return
            if not formula or not self._fresh:
                self.finish()
        self._reopen = None
        self._range = False
        self._said = True
        self._fresh = False
        self.words = f"{self.words} {text}".strip() if not self._formula else text

    def _ends_sentence(self, signs: list[Sign], index: int) -> bool:
        if self.current is not None and self.current.dangling:
            return False
        return self.current is None or signs[index].gap == TIGHT

    def _is_full_stop(self, signs: list[Sign], index: int) -> bool:
        after = signs[index + 1] if index + 1 < len(signs) else None
        if after is None or after.type in ("ROW", "TEXT", "EDGE", "STOP", "AMP", "COMMA") or after.gap == QUAD:
            return True
        return self._mode == "text" and after.gap >= SPACE and signs[index].gap == TIGHT

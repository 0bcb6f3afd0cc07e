"""From characters to signs, each with its place: TeX, Unicode, HTML and Python's spelling give the same signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backprop_steps.checking.reading.alphabet import COMPOUNDS, ONES
from backprop_steps.checking.reading.apart import NUMBER
from backprop_steps.checking.reading.characters import APPLIES, SUBSCRIPTS, SUPERSCRIPTS, VULGAR, letter
from backprop_steps.checking.reading.commands import BOLD_WRAPPERS, COMMANDS, ENTITIES, MATRICES
from backprop_steps.checking.reading.macros import DEEPEST_CALL, Call, Macro, Macros, called
from backprop_steps.checking.reading.scripts import small_letters
from backprop_steps.checking.reading.signs import OPERAND_ENDS, QUAD, SPACE, TIGHT, WIDE, Sign, several

Mode = Literal["math", "text", "code"]
"""`math`: inside dollars and the like. `text`: a line of prose in which formulas may stand. `code`: a program."""

_MASTER = re.compile(
    r"""(?P<space>\s+)
    |(?P<command>\\(?:[A-Za-z]+\*?|[\s\S]?))
    |(?P<number>[0-9]+(?:\.[0-9]+|\{,\}[0-9]+)?(?:[eE][-+]?[0-9]+)?)
    |(?P<prose>[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|[\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f]{2,}
    |[A-Za-z]*[ÄÖÜäöüßéèêàçñáíóú][A-Za-zÄÖÜäöüßéèêàçñáíóú]+|[A-Za-z]{2,}[äöüßéèàçñ])
    |(?P<letters>[A-Za-z]+)
    |(?P<tag></?(?:sub|sup)>)
    |(?P<entity>&\#?[A-Za-z0-9]{2,8};)
    |(?P<sups>[SUPS]+)
    |(?P<subs>[SUBS]+)
    |(?P<primes>'+)
    |(?P<compound>:=|={2,3}|=>|-{1,2}>|<-{1,2}(?=\s)|<=|>=|!=|\+=|-=|\*\*|\.\*(?=\s*[\w\\({\[])|\.{2,}|~=|__+)
    |(?P<one>[\s\S])""".replace("SUPS", "".join(SUPERSCRIPTS)).replace("SUBS", "".join(SUBSCRIPTS)),
    re.VERBOSE,
)
_NUMBER = re.compile(r"\.[0-9]+(?:[eE][-+]?[0-9]+)?")
_PERCENT = re.compile(r"(?:\s|~|\\[,;: ])?\\?%(?!\s*[0-9(])")
_LEFT = ("left",)
"""The mark of an arrow that points to the left: what is right of it goes into what is left of it."""
_SET = ("set",)
"""The mark of words that are set in a formula (`\\text`)."""
_ALONE = several("displaystyle textstyle scriptstyle nonumber notag limits nolimits noindent par hline")
"""Commands that belong to no sign after them."""
_ONE = re.compile(r"\s*\{\s*1\s*\}")
_BRACE = re.compile(r"\\[\s\S]|[{}]")
_WORDS_ONLY = re.compile(r"\s*([A-Za-z]+(?:\s+[A-Za-z]+)*)\s*")
_FRAMES = several("boxed underline fbox framebox")
_EMPTY = re.compile(r"(?:\s|~|\\[,;:! ]|\\q?quad|\\h?phantom\{[^{}]*\}|\\hspace\*?\{[^{}]*\})*")
"""What stands in a frame, or above a line, that is to be filled in."""
_MODULES = several("np math numpy torch cmath tf jnp")
_FUNCTION = re.compile(r"[a-z]{2,12}(?=\s*\()")
_MODULE_CALL = re.compile(r"\s*(?:np|numpy|torch)\s*\.\s*([a-z]{1,12})\s*")
_LABEL = re.compile(r"\s*\(?[a-z]{1,4}[.)]\s*")
_LETTERS_APART = re.compile(r"[A-Za-z](?:\s+[A-Za-z])+")
_AFTER_ROW = re.compile(r"\*?(?:\s*\[[^\[\]\n{}]{0,20}(?:pt|em|ex|mm|cm|baselineskip)\s*\])?")
_EMS = {"em": 1.0, "ex": 0.45, "in": 7.2, "cm": 2.8, "mm": 0.28, "pt": 0.1}
_LENGTH = re.compile(r"(\d{0,4}\.?\d{1,4})\s*(em|ex|in|cm|mm|pt)")
"""How far `\\hspace{1in}` is; what is wider than an em parts two formulas."""
_ARGUMENT = re.compile(r"\s*\{")
_OPTION = re.compile(r"\s*\[[^\[\]\n]{0,80}\]")
_ENVIRONMENT = re.compile(r"\s*\{\s*([A-Za-z]{1,20})\*?\s*\}(?:\s*\[[a-z]\])?")


@dataclass(slots=True)
class Lexer:
    """Reads one passage: characters `start` to `end` of a text, which begins at `offset` of the page."""

    text: str
    start: int
    end: int
    mode: Mode
    tex_braces: bool = True
    offset: int = 0
    macros: Macros = field(default_factory=Macros)
    apart: bool = False
    """Whether every sign of the page stands apart, those of a number too."""
    level: int = 0
    """So many calls of the page's own commands deep."""
    _made: list[Sign] = field(default_factory=list)
    _gap: int = TIGHT
    _lead: int | None = None
    """Where the commands begin that belong to the next sign (`\\left`, `\\mathbf`)."""
    _partners: dict[int, int] = field(default_factory=dict)

    def signs(self) -> list[Sign]:
        """All signs, in order."""
        self._partners = _partners(self.text, self.start, self.end)
        position = self.start
        while position < self.end:
            found = _MASTER.match(self.text, position, self.end)
            assert found is not None
            kind = found.lastgroup or ""
            position = getattr(self, "_" + kind)(found.group(), position, found.end())
        return self._made

    def _add(self, type: str, text: str, start: int, end: int, marks: tuple[str, ...] = ()) -> int:
        first = start if self._lead is None else self._lead
        self._made.append(Sign(type, text, first + self.offset, end + self.offset, self._gap, (), marks))
        self._gap, self._lead = TIGHT, None
        return end

    def _space(self, text: str, start: int, end: int) -> int:
        gap = SPACE
        if self.mode == "text":
            gap = QUAD if len(text) > 2 or "\t" in text else WIDE if len(text) == 2 else SPACE
        self._gap = max(self._gap, gap)
        return end

    def _number(self, text: str, start: int, end: int) -> int:
        if self.apart and (spelt := NUMBER.match(self.text, start, self.end)) and spelt.end() > end:
            return self._add("NUM", spelt.group().replace(" ", ""), start, spelt.end())
        if len(text) == 3 and text.isdigit() and self.text[start - 2 : start] == "\\," and self._made:
            thousands = self._made[-1]
            if thousands.type == "NUM" and thousands.text.isdigit() and thousands.end == start - 2 + self.offset:
                self._made.pop()
                self._gap = thousands.gap
                return self._add("NUM", thousands.text + text, thousands.start - self.offset, end)
        if self._gap and text.isdigit() and len(self._made) > 1:
            # `0 . 5`, `1 . 0`, as a scanner reads them: a product with 0 is not meant.
            whole, point = self._made[-2:]
            decimal = whole.type == "NUM" and whole.text.isdigit() and "0" in (whole.text, text[0])
            if decimal and point.type == "OP" and point.text == ".":
                del self._made[-2:]
                self._gap = whole.gap
                return self._add("NUM", f"{whole.text}.{text}", whole.start - self.offset, end)
        value = text.lower().replace("e+", "e").replace("{,}", ".")
        percent = _PERCENT.match(self.text, end, self.end) if self.mode != "code" and "e" not in value else None
        if percent is not None:
            return self._add("NUM", f"{value}e-2", start, percent.end())
        return self._add("NUM", value, start, end)

    def _prose(self, text: str, start: int, end: int) -> int:
        """A word in letters that no formula has: größe, naïve, 所以."""
        return self._add("TEXT", text, start, end)

    def _letters(self, text: str, start: int, end: int) -> int:
        if text in _MODULES and self.text[end : end + 1] == "." and self.text[end + 1 : end + 2].isalpha():
            self._lead = start if self._lead is None else self._lead
            called = _FUNCTION.match(self.text, end + 1, self.end)  # np.exp
            return self._add("NAME", called.group(), end + 1, called.end()) if called is not None else end + 1
        # A letter with an accent of its own after it: x and U+0304.
        if end < self.end and self.text[end] > "\u02ff" and (made := letter(text[-1] + self.text[end])) and made[1]:
            if len(text) > 1:
                self._add("RUN", text[:-1], start, end - 1)
            return self._add("NAME", made[0], end - 1, end + 1, made[1])
        return self._add("RUN", text, start, end)

    def _tag(self, text: str, start: int, end: int) -> int:
        if text[1] == "/":
            return self._add("RB", "tag", start, end)
        self._gap = TIGHT
        self._add("UNDERSCORE" if text[3] in "bB" else "CARET", "", start, end)
        return self._add("LB", "tag", start, end)

    def _entity(self, text: str, start: int, end: int) -> int:
        name = text[1:-1]
        if name.startswith("#"):
            digits = name[2:] if name[1] in "xX" else name[1:]
            base = 16 if name[1] in "xX" else 10
            try:
                character = chr(int(digits, base))
            except (ValueError, OverflowError):
                return self._add("BAD", text, start, end)
        else:
            character = ENTITIES.get(name, "")
        if not character:
            return self._one("&", start, start + 1)
        if character.isspace():
            return self._space(" ", start, end)
        if character in SUPERSCRIPTS:
            return self._scripts("SUP", SUPERSCRIPTS, character, start, end)
        return self._character(character, start, end)

    def _sups(self, text: str, start: int, end: int) -> int:
        return self._scripts("SUP", SUPERSCRIPTS, text, start, end)

    def _subs(self, text: str, start: int, end: int) -> int:
        return self._scripts("SUB", SUBSCRIPTS, text, start, end)

    def _scripts(self, type: str, table: Mapping[str, str], text: str, start: int, end: int) -> int:
        at = start + self.offset
        self._made.append(Sign(type, text, at, end + self.offset, self._gap, small_letters(text, table, at)))
        self._gap = TIGHT
        return end

    def _primes(self, text: str, start: int, end: int) -> int:
        if self._gap and self.mode == "text":
            return self._add("STOP", text, start, end)
        return self._add("PRIME", str(len(text)), start, end)

    def _compound(self, text: str, start: int, end: int) -> int:
        if text == "." * len(text):
            return self._add("DOTS", text, start, end)
        if text[0] == "_":
            return self._add("BLANK", text, start, end)
        if text == "-=" and self.mode != "code" and self._gap == TIGHT:
            return self._one("-", start, start + 1)
        type, value = COMPOUNDS[text]
        return self._add(type, value, start, end, _LEFT if text[:2] == "<-" else ())

    def _one(self, text: str, start: int, end: int) -> int:
        return self._character(text, start, end)

    def _character(self, text: str, start: int, end: int) -> int:
        if text == "." and (number := self._after_point(start)):
            return self._add("NUM", "0" + number.lower().replace("e+", "e"), start, start + len(number))
        if text in APPLIES:
            return end
        if text in "{}":
            written = not self.tex_braces
            return self._add(
                ("LCUR" if written else "LB") if text == "{" else ("RCUR" if written else "RB"), "", start, end
            )
        if text == "~":
            if self.mode == "text":
                return self._add("REL", "~", start, end)
            self._gap = max(self._gap, WIDE)
            return end
        known = ONES.get(text)
        if known is not None:
            return self._add(*known, start, end, _LEFT if text == "←" else ())
        if text in VULGAR:
            above, below = VULGAR[text]
            for type, value in (("LB", ""), ("NUM", above), ("SLASH", ""), ("NUM", below), ("RB", "")):
                self._add(type, value, start, end)
            return end
        after = end
        cluster = text
        while after < self.end and self.text[after] > "\u02ff" and letter(cluster + self.text[after]):
            if self.text[after].isalpha():
                break
            cluster += self.text[after]
            after += 1
        made = letter(cluster)
        if made is not None:
            # A letter of another script in the middle of a word makes it a word of prose: größe, naïve.
            return self._add("NAME", made[0], start, after, made[1])
        return self._add("BAD" if self.mode != "text" else "STOP", text, start, end)

    def _after_point(self, start: int) -> str | None:
        found = _NUMBER.match(self.text, start, self.end)
        if found is None:
            return None
        before = self._made[-1] if self._made else None
        if before is not None and self._gap == TIGHT and before.type in (*OPERAND_ENDS, "RUN"):
            return None
        return found.group()

    def _command(self, text: str, start: int, end: int) -> int:
        name = text[1:]
        if name.endswith("*") and name not in COMMANDS:
            name, end = name[:-1], end - 1
        own = self.macros.known.get(name)
        if own is not None:
            return self._own(own, start, end)
        known = COMMANDS.get(name)
        if known is None:
            # Names run together, as in \cdotw, are not TeX; an unknown command is nothing that can be read.
            return self._add("BAD", text, start, end)
        kind, value = known
        handler = _HANDLERS.get(kind)
        if name in ("leftarrow", "gets", "longleftarrow"):
            return self._add(kind, value, start, end, _LEFT)
        if handler is None:
            value = text if kind == "BAD" else value
            return self._add("NAME" if kind == "WORD" else kind, value, start, end)
        return int(handler(self, name, value, start, end))

    def _own(self, macro: Macro, start: int, end: int) -> int:
        """A command that the page defines: what it comes to, in its place."""
        call = None
        if self.level < DEEPEST_CALL and self.macros.left > 0:
            call = called(macro, self.text, start, end, self.end, self._partners)
        # What does not go in any more is paid for too, so that nothing is made ready again and again in vain.
        self.macros.left -= len(call.text) if call is not None else 0
        if call is None or self.macros.left < 0:
            return self._add("BAD", self.text[start:end], start, end)
        inner = Lexer(call.text, 0, len(call.text), self.mode, True, 0, self.macros, self.apart, self.level + 1).signs()
        if inner:
            inner[0].gap = max(inner[0].gap, self._gap)
            self._gap, self._lead = TIGHT, None
        self._made += [_placed(sign, call, self.offset) for sign in inner]
        return call.after

    def _skip(self, name: str, value: str, start: int, end: int) -> int:
        if name in ("left", "right"):
            after = end
            while after < self.end and self.text[after] == " ":
                after += 1
            if after < self.end and self.text[after] == ".":
                return after + 1
            if after < self.end and self.text[after] in "|<>":
                side = "L" if name == "left" else "R"
                type = side + ("BAR" if self.text[after] == "|" else "PAR")
                return self._add(type, "", start, after + 1)
        if name in BOLD_WRAPPERS and (one := _ONE.match(self.text, end, self.end)):
            return self._add("NAME", "1", start, one.end())
        inside = self._argument(end)
        struck = name in ("cancel", "xcancel", "bcancel") and inside is not None
        if struck and inside and re.search(r"=|approx|≈", self.text[inside[0] : inside[1]]):
            return inside[1] + 1
        if name in _FRAMES and inside and _EMPTY.fullmatch(self.text, *inside):
            return self._add("BLANK", "", start, inside[1] + 1)
        if name == "item":
            self._add("STOP", "", start, end)
        elif name not in _ALONE and self._lead is None:
            self._lead = start
        return end

    def _argument(self, position: int) -> tuple[int, int] | None:
        """Where the argument in braces that begins here begins and ends, without the braces."""
        found = _ARGUMENT.match(self.text, position, self.end)
        if found is None:
            return None
        close = self._partners.get(found.end() - 1)
        return None if close is None else (found.end(), close)

    def _skip_argument(self, name: str, value: str, start: int, end: int) -> int:
        option = _OPTION.match(self.text, end, self.end)
        if option:
            end = option.end()
        inside = self._argument(end)
        if name.startswith(("hspace", "hphantom", "phantom")):
            length = _LENGTH.search(self.text, end, inside[1]) if inside is not None else None
            wide = length is not None and float(length.group(1)) * _EMS[length.group(2)] >= 1
            self._gap = max(self._gap, QUAD if wide else WIDE)
        return end if inside is None else inside[1] + 1

    def _gap_of(self, name: str, value: str, start: int, end: int) -> int:
        self._gap = max(self._gap, int(value))
        return end

    def _text(self, name: str, value: str, start: int, end: int) -> int:
        inside = self._argument(end)
        if inside is None:
            return end
        content = self.text[inside[0] : inside[1]]
        if function := _MODULE_CALL.fullmatch(content):
            return self._add("WORD", function.group(1), start, inside[1] + 1)
        words = _WORDS_ONLY.fullmatch(content)
        hangs = bool(self._made) and self._made[-1].type in ("CARET", "UNDERSCORE", "LB")
        if words is None and _LABEL.fullmatch(content) and not hangs:
            return self._add("TEXT", content.strip(), start, inside[1] + 1, _SET)
        if words is None:
            if value == "roman" or not re.search(r"[^\W\d_]{2}", content):
                return end  # the braces then do as any do
            return self._add("TEXT", content.strip(), start, inside[1] + 1, _SET)
        word = words.group(1)
        if value == "roman" or _LETTERS_APART.fullmatch(word):
            word = re.sub(r"\s+", "", word)
        if value == "roman" or " " not in word:
            # `words.py` tells a name from a remark.
            return self._add("WORD" if value == "roman" else "REMARK", word, start, inside[1] + 1)
        return self._add("TEXT", content.strip(), start, inside[1] + 1, _SET)

    def _environment(self, name: str, value: str, start: int, end: int) -> int:
        found = _ENVIRONMENT.match(self.text, end, self.end)
        if found is None:
            return self._add("BAD", "\\" + name, start, end)
        environment, end = found.group(1), found.end()
        if environment in MATRICES:
            if value == "begin" and environment == "array" and (columns := self._argument(end)):
                end = columns[1] + 1
            return self._add("BEGIN" if value == "begin" else "END", environment, start, end)
        if environment.startswith("alignat") and value == "begin" and (columns := self._argument(end)):
            end = columns[1] + 1
        return end

    def _row(self, name: str, value: str, start: int, end: int) -> int:
        found = _AFTER_ROW.match(self.text, end, self.end)
        self._add("ROW", "", start, end)
        return found.end() if found else end

    def _arrow(self, name: str, value: str, start: int, end: int) -> int:
        end = self._skip_argument(name, value, start, end)
        return self._add("REL", value, start, end)


_HANDLERS = {
    "SKIP": Lexer._skip,
    "SKIP_ARGUMENT": Lexer._skip_argument,
    "GAP": Lexer._gap_of,
    "TEXT": Lexer._text,
    "ENV": Lexer._environment,
    "ROW": Lexer._row,
    "XREL": Lexer._arrow,
}


def _placed(sign: Sign, call: Call, offset: int) -> Sign:
    """A sign that a call made, where it stands on the page."""
    inner = tuple(_placed(one, call, offset) for one in sign.inner)
    start, end = call.starts[sign.start] + offset, call.ends[max(sign.start, sign.end - 1)] + offset
    return Sign(sign.type, sign.text, start, end, sign.gap, inner, sign.marks)


def _partners(text: str, start: int, end: int) -> dict[int, int]:
    """Where the brace that opens at a place closes."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for found in _BRACE.finditer(text, start, end):
        if found.group() == "{":
            opened.append(found.start())
        elif found.group() == "}" and opened:
            partners[opened.pop()] = found.start()
    return partners

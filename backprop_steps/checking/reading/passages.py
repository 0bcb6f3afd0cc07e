"""The page in passages: displays, lines of text with the formulas in them, lines of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backprop_steps.checking.reading.lexing import Mode


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters that are read in one way; or that are one sign, of this type and text."""

    start: int
    end: int
    mode: Mode
    sign: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What is read in one go: a display is one stretch of math, a line of prose may hold several."""

    stretches: tuple[Stretch, ...]
    mode: Mode
    indented: bool = False

    @property
    def size(self) -> int:
        """Its characters."""
        return self.stretches[-1].end - self.stretches[0].start


_ENVIRONMENTS = [
    "equation",
    "align",
    "aligned",
    "alignat",
    "gather",
    "gathered",
    "multline",
    "split",
    "eqnarray",
    "displaymath",
    "math",
    "flalign",
    "dmath",
    "cases",
    "array",
    "bmatrix",
    "pmatrix",
]
_OPENING = re.compile(
    r"(?P<fence>^[ \t>]*(?:`{3,}|~{3,})[^\n]*$)"
    r"|(?P<escaped>\\[\\$])"
    r"|(?P<github>\$`)"
    r"|(?P<dollars>\$\$)"
    r"|(?P<dollar>\$)"
    r"|(?P<square>\\\[)"
    r"|(?P<round>\\\()"
    r"|(?P<begin>\\begin\s*\{(?:" + "|".join(_ENVIRONMENTS) + r")\*?\})"
    r"|(?P<tick>`)",
    re.MULTILINE,
)
_BLANK = re.compile(r"\n[ \t]*(?:\n|\Z)")
_BEGIN_END = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+)\*?\}")
_PROGRAM = re.compile(r"\*\*|\b(?:def|import|return|print|lambda|np\.|math\.)|\w\[\w+\]|#|\w_\w|\.T\b", re.MULTILINE)
_STATEMENT = re.compile(
    r"[ \t]*[A-Za-z_][\w.]{0,40}(?:\[[^\[\]\n]{1,20}\])?[ \t]*[-+*/]?=(?!=)"
    r"(?=[^\n]*(?:\bnp\.[a-z]|\w\.T\b|\*\*[ \d]|[\w)\]] @ [\w(]))[^\n$\\^]*$",
    re.MULTILINE,
)
"""A line of a program outside a block of code, as only a program spells it."""
_LONGEST_FENCE = 20
_LONGEST_LIST = 8
"""A list in a program goes on over no more lines than this."""
_MATH_FENCES = frozenset({"math", "latex", "tex", "katex"})
_CODE_FENCES = frozenset({"python", "py", "python3", "julia", "matlab", "octave", "r", "c", "java", "js", "cpp"})


def passages(text: str) -> Iterator[Passage]:
    """All of a page, in order. `text` is its plain form with what says nothing blanked out."""
    pending: list[Stretch] = []
    place = 0
    finder = _Finder(text)
    while True:
        found = finder.next(place)
        if found is None:
            break
        before, stretch, after, display = found
        if before > place:
            pending.append(Stretch(place, before, "text"))
        if display:
            yield from _lines(text, pending)
            pending = []
            if stretch.mode == "math":
                if text[stretch.start : stretch.end].strip():
                    yield Passage((stretch,), "math")
            else:
                yield from _code(text, stretch)
        elif stretch.end > stretch.start:
            pending.append(stretch)
        place = after
    if place < len(text):
        pending.append(Stretch(place, len(text), "text"))
    yield from _lines(text, pending)


class _Finder:
    """Finds the formulas that are marked as such, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.gone: set[str] = set()
        """Closing marks that do not occur any more."""
        self.ends: dict[str, int] = {}
        """Where the line and the paragraph end that were looked up last: no place is searched twice."""

    def next(self, place: int) -> tuple[int, Stretch, int, bool] | None:
        """Where the next one begins, its inside, where it ends, whether it is a display."""
        for found in _OPENING.finditer(self.text, place):
            made = getattr(self, "_" + (found.lastgroup or ""))(found)
            if made is not None:
                return (found.start(), *made)
        return None

    def _escaped(self, found: re.Match[str]) -> None:
        return None

    def _close(self, mark: str, start: int) -> int:
        if mark in self.gone:
            return -1
        place = self.text.find(mark, start)
        if place < 0:
            self.gone.add(mark)
        return place

    def _end(self, kind: str, start: int) -> int:
        """Where the line, or the paragraph, of a place ends."""
        if self.ends.get(kind, -1) < start:
            if kind == "line":
                place = self.text.find("\n", start)
            else:
                blank = _BLANK.search(self.text, start)
                place = blank.start() if blank else -1
            self.ends[kind] = place if place >= 0 else len(self.text)
        return self.ends[kind]

    def _display(self, found: re.Match[str], mark: str) -> tuple[Stretch, int, bool] | None:
        close = self._close(mark, found.end())
        if close < 0:
            return None
        return Stretch(found.end(), close, "math"), close + len(mark), True

    def _dollars(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        made = self._display(found, "$$")
        if (
            made is not None
            and self.text[made[0].start : made[0].end].strip()
            and self._is_inline(found.start(), made[1])
        ):
            return made[0], made[1], False
        return made

    def _is_inline(self, start: int, end: int) -> bool:
        """`$$…$$` in the middle of a line of text, as some write it."""
        line_start = self.text.rfind("\n", max(0, start - 2000), start) + 1
        line_end = self.text.find("\n", end, end + 2000)
        line_end = line_end if line_end >= 0 else min(len(self.text), end + 2000)
        around = self.text[line_start:start] + self.text[end:line_end]
        return "\n" not in self.text[start:end] and bool(re.search(r"[^\s\W\d_]{2}|=|→", around))

    def _square(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        return self._display(found, "\\]")

    def _round(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        made = self._display(found, "\\)")
        return None if made is None else (made[0], made[1], False)

    def _github(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        made = self._display(found, "`$")
        return None if made is None else (made[0], made[1], False)

    def _tick(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        close = self.text.find("`", found.end(), self._end("line", found.end()))
        if close < 0:
            return None
        return Stretch(found.end(), close, "text"), close + 1, False

    def _dollar(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        start = found.end()
        line = self._end("line", start)
        close = self._unescaped(start, line)
        if close < 0:
            # In the lines below, as long as the paragraph lasts; a lone one is a slip of the pen.
            end = min(self._end("paragraph", start), line + 2000)
            close = self._unescaped(line, end)
            next_line = self.text.find("\n", close, end) if close >= 0 else -1
            if close < 0 or self.text.count("$", line, next_line if next_line >= 0 else end) % 2 == 0:
                return Stretch(start, start, "text"), start, False
        if close == start:
            return Stretch(start, start, "text"), start + 1, False
        return Stretch(start, close, "math"), close + 1, False

    def _unescaped(self, start: int, end: int) -> int:
        place = self.text.find("$", start, end)
        while place > 0 and self.text[place - 1] == "\\":
            place = self.text.find("$", place + 1, end)
        return place

    def _begin(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        if "begin" in self.gone:
            return None
        level = 0
        for mark in _BEGIN_END.finditer(self.text, found.start()):
            level += 1 if mark.group(1) == "begin" else -1
            if level == 0:
                return Stretch(found.start(), mark.end(), "math"), mark.end(), True
        self.gone.add("begin")
        return None

    def _fence(self, found: re.Match[str]) -> tuple[Stretch, int, bool] | None:
        opening = found.group().strip(" \t>")
        mark = re.match(r"`+|~+", opening)
        assert mark is not None
        if mark.end() > _LONGEST_FENCE:
            return None
        language = opening[mark.end() :].strip().lower().strip("{.}")
        key = "fence" + mark.group()
        close = None
        if key not in self.gone:
            close = re.compile(r"^[ \t>]*" + mark.group() + r"[`~]*[ \t]*$", re.MULTILINE).search(
                self.text, found.end()
            )
            if close is None:
                self.gone.add(key)
        if close is None:
            return None
        inside = self.text[found.end() : close.start()]
        first = language.split()[0] if language else ""
        mode: Mode = "text"
        if first in _MATH_FENCES:
            mode = "math"
        elif first in _CODE_FENCES or _PROGRAM.search(inside):
            mode = "code"
        return Stretch(found.end(), close.start(), mode), close.end(), True


def _code(text: str, stretch: Stretch) -> Iterator[Passage]:
    place = stretch.start
    while place < stretch.end:
        end = text.find("\n", place, stretch.end)
        end = end if end >= 0 else stretch.end
        stop = end
        if stretch.mode == "code":
            stop = _before_comment(text, place, end)
            if _still_open(text[place:stop]):
                stop = end = _closed(text, place, end, stretch.end)
        line = text[place:stop]
        if line.strip() and not (stretch.mode == "code" and _is_statement(line)):
            yield Passage((Stretch(place, stop, stretch.mode),), stretch.mode, line[:1].isspace())
        place = end + 1


def _still_open(line: str) -> bool:
    """Whether a line of a program opens a list that it does not close."""
    return line.count("[") > line.count("]") and not line.lstrip().startswith("#")


def _closed(text: str, place: int, end: int, last: int) -> int:
    """The end of the line that closes what the line up to `end` opens; `end` where there is none, or a remark."""
    after = end
    for _ in range(_LONGEST_LIST):
        if after >= last:
            return end
        following = text.find("\n", after + 1, last)
        following = following if following >= 0 else last
        if "#" in text[place:following] or not text[after + 1 : following].strip():
            return end
        if not _still_open(text[place:following]):
            return following
        after = following
    return end


def _before_comment(text: str, start: int, end: int) -> int:
    comment = text.find("#", start, end)
    return comment if comment >= 0 else end


def _is_statement(line: str) -> bool:
    """A line of a program that states no equality."""
    stripped = line.strip()
    words = (
        "def ",
        "import ",
        "from ",
        "for ",
        "while ",
        "if ",
        "else",
        "elif ",
        "return",
        "print",
        "class ",
        "with ",
        ">>>",
        "@",
    )
    return stripped.startswith(words) or stripped.startswith(('"', "'")) or "lambda" in stripped


def _lines(text: str, stretches: list[Stretch]) -> Iterator[Passage]:
    """Lines of prose, each with the formulas in it."""
    line: list[Stretch] = []
    empty = True

    def ready() -> Passage:
        first = line[0]
        if len(line) == 1 and _STATEMENT.match(text, first.start, first.end):
            return Passage((Stretch(first.start, _before_comment(text, first.start, first.end), "code"),), "code")
        return Passage(tuple(line), "text", text[first.start : first.start + 2].isspace())

    for stretch in stretches:
        if stretch.mode == "math":
            line.append(stretch)
            empty = False
            continue
        place = stretch.start
        while True:
            end = text.find("\n", place, stretch.end)
            last = end < 0
            end = stretch.end if last else end
            if end > place:
                line.append(Stretch(place, end, "text"))
                empty = empty and not text[place:end].strip()
            if last:
                break
            if line and not empty:
                yield ready()
            line, empty = [], True
            place = end + 1
    if line and not empty:
        yield ready()

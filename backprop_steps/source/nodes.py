"""YAML text -> nodes that keep the text of every scalar as written, and where it stands.

The parser's events are read one by one, not composed by PyYAML: so nesting and the size of what aliases repeat are
bounded before anything is built, and no tag is ever looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backprop_steps.source.messages import Place

if TYPE_CHECKING:
    from yaml.events import Event

DEEPEST = 30
"""The bound on nesting."""
MOST_NODES = 400_000
"""The bound on the number of values in a file, those that aliases repeat counted each time."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `text` is what was written, quotes apart; `column_shift` leads from `place` to the text's first
    character, None where the text is not the source letter by letter (escapes, several lines)."""

    text: str
    place: Place
    column_shift: int | None = 0
    size: int = 1

    def at(self, column: int) -> Place:
        """Where a character of the text stands in the file; `column` counts from 1."""
        if self.column_shift is None:
            return self.place
        return Place(self.place.line, self.place.column + self.column_shift + column - 1)

    @property
    def is_null(self) -> bool:
        """Whether nothing is said: no text at all, `null` or `~`, without quotes."""
        return self.text in ("", "~", "null", "Null", "NULL") and self.column_shift == 0


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    place: Place
    size: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, repeated keys included."""

    entries: tuple[tuple[Node, Node], ...]
    place: Place
    size: int


Node = Scalar | ListNode | MapNode


class NotYaml(Exception):  # noqa: N818 - it says what the text is, and is caught in one place
    """The text cannot be read as YAML, or only beyond the bounds."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.place, self.text = place, text


def parse(text: str) -> Node | None:
    """The node of the one document in the text; None where there is nothing but comments. Raises NotYaml."""
    from yaml.reader import Reader

    strange = Reader.NON_PRINTABLE.search(text)
    if strange is not None:
        raise NotYaml(_place_of(text, strange.start()), f"the character {strange[0]!r} does not belong in a text file")
    return _Builder().node(_events(text))


def _place_of(text: str, position: int) -> Place:
    before = text[:position]
    line_start = before.rfind("\n") + 1
    return Place(before.count("\n") + 1, position - line_start + 1)


def _place(mark: Any) -> Place:
    # The C parser's marks and PyYAML's own are not of one class.
    return Place(mark.line + 1, mark.column + 1)


def _events(text: str) -> Iterator[Event]:
    import yaml

    # The C parser is some ten times faster, but not every PyYAML was built with it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is not None and "\t" in _line_before(text, mark.line, mark.column + 1):
            raise NotYaml(
                _place(mark), "this is not YAML: a tab stands here, and YAML is indented with spaces"
            ) from None
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        raise NotYaml(_place(mark) if mark else Place(1, 1), f"this is not YAML: {reason}") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise NotYaml(Place(1, 1), f"this is not YAML: {error}") from None


def _line_before(text: str, line: int, column: int) -> str:
    """The white space that a line begins with, up to a column; lines are counted as YAML counts them."""
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", text)
    start = lines[line][:column] if line < len(lines) else ""
    return start[: len(start) - len(start.lstrip())]


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    mapping: bool
    place: Place
    anchor: str | None
    items: list[Node]

    def close(self) -> Node:
        size = 1 + sum(item.size for item in self.items)
        if not self.mapping:
            return ListNode(tuple(self.items), self.place, size)
        pairs = zip(self.items[::2], self.items[1::2], strict=True)
        return MapNode(tuple(pairs), self.place, size)


class _Builder:
    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.count = 0
        self.root: Node | None = None

    def node(self, events: Iterator[Event]) -> Node | None:
        import yaml

        for event in events:
            mark = event.start_mark
            if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                raise NotYaml(_place(mark), "a second document begins here; a file holds one")
            if isinstance(event, yaml.ScalarEvent):
                self._check_tag(event.tag, mark)
                self._add(_scalar(event), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(str(event.anchor), _place(mark))
            elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
                self._check_tag(event.tag, mark)
                if len(self.open) == DEEPEST:
                    raise NotYaml(_place(mark), f"nested too deeply; the bound is {DEEPEST}")
                self.open.append(_Open(isinstance(event, yaml.MappingStartEvent), _place(mark), event.anchor, []))
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                closed = self.open.pop()
                self._add(closed.close(), closed.anchor)
        return self.root

    def _check_tag(self, tag: str | None, mark: Any) -> None:
        if tag is not None:
            raise NotYaml(_place(mark), f"the tag {tag!r} is not wanted: a value's type is that of its key")

    def _add(self, node: Node, anchor: str | None) -> None:
        # A closed list was counted by its items; an alias brings all it repeats.
        self.count += 1
        self._check_count(node.place)
        if anchor is not None:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1].items.append(node)
        else:
            self.root = node

    def _alias(self, anchor: str, place: Place) -> None:
        node = self.anchors.get(anchor)
        if node is None:
            inside = any(anchor == unfinished.anchor for unfinished in self.open)
            reason = "is part of what it repeats" if inside else "repeats something that is not there"
            raise NotYaml(place, f"the alias *{anchor} {reason}")
        self.count += node.size
        self._check_count(place)
        self._add(node, None)

    def _check_count(self, place: Place) -> None:
        if self.count > MOST_NODES:
            raise NotYaml(place, f"too many values in one file; the bound is {MOST_NODES}")


def _scalar(event: Any) -> Scalar:
    text: str = event.value
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotYaml(_place(event.start_mark), "half a surrogate pair is not a character")
    start, end = event.start_mark, event.end_mark
    shift = (end.column - start.column - len(text)) // 2 if start.line == end.line else None
    # Plain text is as long as its source; quoted text is two shorter, unless something in it was escaped.
    return Scalar(text, _place(start), shift if shift in (0, 1) else None)

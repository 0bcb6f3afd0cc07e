"""Reads nodes as what a key expects. A mistake is noted in the report, and reading goes on with None in its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from backprop_steps.errors import did_you_mean, known_ones
from backprop_steps.expression.tree import Number
from backprop_steps.source.literals import is_name, read_flag, read_number, read_whole, short
from backprop_steps.source.messages import Place, Report
from backprop_steps.source.nodes import ListNode, MapNode, Node, Scalar


@dataclass(frozen=True, slots=True)
class Cursor:
    """A node, and what messages call it: `layer 2: weights row 1`."""

    node: Node
    what: str
    report: Report

    @property
    def place(self) -> Place:
        """Where the node stands."""
        return self.node.place

    def wrong(self, text: str) -> None:
        """Note a mistake at this node; the text goes on after the node's name."""
        self.report.add(self.place, f"{self.what} {text}")

    def expected(self, wanted: str) -> None:
        """Note that something else is wanted here."""
        self.wrong(f"must be {wanted}, found {self.described()}")

    def described(self) -> str:
        """What stands here, in a few words."""
        match self.node:
            case Scalar(""):
                return "nothing"
            case Scalar(text):
                return short(text)
            case ListNode():
                return "a list"
        return "a mapping"

    def renamed(self, what: str) -> Cursor:
        """The same node under another name."""
        return Cursor(self.node, what, self.report)

    # scalars

    def scalar(self, wanted: str = "text") -> str | None:
        """The text of a scalar that is not empty."""
        if isinstance(self.node, Scalar) and self.node.text.strip():
            return self.node.text.strip()
        self.expected(wanted)
        return None

    def number(self) -> Number | None:
        """A finite decimal."""
        if not isinstance(self.node, Scalar):
            self.expected("a number")
            return None
        try:
            return read_number(self.node.text)
        except ValueError as error:
            self.wrong(str(error))
            return None

    def whole(self, least: int, most: int) -> int | None:
        """A whole number within bounds."""
        wanted = f"a whole number from {least} to {most}"
        text = self.scalar(wanted)
        if text is None:
            return None
        number = read_whole(text)
        if number is None or not least <= number <= most:
            self.expected(wanted)
            return None
        return number

    def size(self, most: int, reserved: Collection[str]) -> int | str | None:
        """A size: a whole number from 1, or a letter (`h`, `N`)."""
        wanted = f"a whole number from 1 to {most}, or a letter"
        text = self.scalar(wanted)
        if text is None:
            return None
        if is_name(text):
            if text in reserved:
                self.wrong(f"must not be called {text!r}, which stands for something else already")
                return None
            return text
        return self.whole_or(text, most, wanted)

    def whole_or(self, text: str, most: int, wanted: str) -> int | None:
        """The text as a whole number from 1."""
        number = read_whole(text)
        if number is None or not 1 <= number <= most:
            self.expected(wanted)
            return None
        return number

    def flag(self) -> bool | None:
        """Yes or no."""
        found = read_flag(self.node.text) if isinstance(self.node, Scalar) else None
        if found is None:
            self.expected("true or false")
        return found

    def choice(self, known: Iterable[str]) -> str | None:
        """One of a few words."""
        words = list(known)
        text = self.scalar(f"one of {', '.join(words)}")
        if text is None or text in words:
            return text
        self.report.add(self.place, f"unknown {self.what} {short(text)}{hint(text, words)}")
        return None

    # lists and mappings

    @property
    def is_list(self) -> bool:
        """Whether a list stands here."""
        return isinstance(self.node, ListNode)

    @property
    def is_mapping(self) -> bool:
        """Whether a mapping stands here."""
        return isinstance(self.node, MapNode)

    @property
    def is_empty(self) -> bool:
        """Whether a list or a mapping without anything in it stands here."""
        match self.node:
            case ListNode(items):
                return not items
            case MapNode(entries):
                return not entries
        return False

    @property
    def is_null(self) -> bool:
        """Whether it is said that there is nothing."""
        return isinstance(self.node, Scalar) and self.node.is_null

    def words(self, wanted: str) -> list[tuple[str, Cursor]]:
        """The texts of a list, each with where it stands; one text is a list of one."""
        parts = (self.items(wanted) or []) if self.is_list else [self]
        found = [(part.scalar(wanted), part) for part in parts]
        return [(text, part) for text, part in found if text is not None]

    def items(self, wanted: str, called: str = " entry") -> list[Cursor] | None:
        """The entries of a list that is not empty."""
        if not isinstance(self.node, ListNode):
            self.expected(wanted)
            return None
        if not self.node.items:
            self.wrong(f"must be {wanted}, found an empty list")
            return None
        return [
            Cursor(item, f"{self.what}{called} {number}", self.report)
            for number, item in enumerate(self.node.items, start=1)
        ]

    def entries(self, wanted: str) -> dict[str, tuple[Place, Cursor]] | None:
        """The entries of a mapping by key, with where the key stands. A repeated key is a mistake; the first counts."""
        if not isinstance(self.node, MapNode):
            self.expected(wanted)
            return None
        found: dict[str, tuple[Place, Cursor]] = {}
        for key, value in self.node.entries:
            if not isinstance(key, Scalar):
                self.report.add(key.place, f"a key must be a word, found {Cursor(key, '', self.report).described()}")
                continue
            name = key.text.strip()
            if name in found:
                first = found[name][0]
                self.report.add(key.place, f"the key {short(name)} is repeated; it stands in line {first.line} already")
                continue
            found[name] = (key.place, Cursor(value, name, self.report))
        return found

    def section(
        self, keys: Collection[str], what: str, label: str = "", passed_over: Collection[str] = ()
    ) -> Section | None:
        """A mapping with known keys.

        `what` goes before messages about its keys, `label` before the names of its parts (`layer 2: `). Of the keys
        `passed_over` nothing is said.
        """
        entries = self.entries(f"a mapping with {_list(keys)}")
        if entries is None:
            return None
        values: dict[str, Cursor] = {}
        places: dict[str, Place] = {}
        unknown = ""
        for name, (place, value) in entries.items():
            if name in keys:
                values[name] = value.renamed(f"{label}{name}")
                places[name] = place
            elif name not in passed_over:
                remedy = _key_hint(name, keys)
                unknown += remedy
                self.report.add(place, f"{what}unknown key {short(name)}{remedy}")
        misspelt = frozenset(name for name in keys if f"did you mean {name!r}?" in unknown)
        return Section(self, values, places, label, misspelt)


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping whose keys are known."""

    cursor: Cursor
    values: Mapping[str, Cursor]
    places: Mapping[str, Place]
    label: str = ""
    misspelt: frozenset[str] = frozenset()
    """Keys that an unknown one was probably meant to be: that they are missing need not be said."""

    def get(self, name: str) -> Cursor | None:
        """The value of a key, or None."""
        return self.values.get(name)

    def require(self, name: str, remedy: str = "") -> Cursor | None:
        """The value of a key; a mistake where it is missing."""
        if name not in self.values and name not in self.misspelt:
            self.cursor.report.add(self.cursor.place, f"{self.label}{name} is missing{remedy}")
        return self.values.get(name)


def hint(text: str, known: Collection[str]) -> str:
    """The likely remedy for an unknown word: the nearest one, or all where there are few."""
    near = did_you_mean(text[:60], known)
    if near or not known or len(known) > 8:
        return near
    return known_ones(known)


def _key_hint(name: str, keys: Collection[str]) -> str:
    if name == "<<":
        return "; YAML's merge key is not read here, write the entries out"
    return did_you_mean(name[:60], keys) or f"; known are {', '.join(keys)}"


def _list(keys: Collection[str]) -> str:
    names = list(keys)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"

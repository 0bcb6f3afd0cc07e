"""What is said of a mistake in a file, and where the mistakes of one file are collected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from backprop_steps.errors import UserError

MOST = 100
"""So many mistakes are told one by one; of the rest only their number."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column, both counted from 1; both are 0 where a mistake is the file as a whole."""

    line: int
    column: int


WHOLE = Place(0, 0)
"""The place of what is said of a file as a whole."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mistake. `line` and `column` count from 1; both are 0 where the mistake is the file as a whole."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.text}"
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class FileErrors(UserError):  # noqa: N818 - one of it holds all the mistakes of a file
    """Every mistake of one file, in the order of the file."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """One line a mistake."""
        return [str(message) for message in self.messages]


Errors = TypeVar("Errors", bound=FileErrors)


@dataclass(slots=True)
class Report:
    """Collects the mistakes of one file while it is read."""

    file: str
    found: dict[tuple[Place, str], None] = field(default_factory=dict)

    def add(self, place: Place, text: str) -> None:
        """Note a mistake; the same one at the same place counts once."""
        self.found[place, " ".join(text.split())] = None

    def __bool__(self) -> bool:
        return bool(self.found)

    def errors(self, kind: type[Errors]) -> Errors:
        """The mistakes noted, in the order of the file, as an exception of this kind."""
        inside = sorted(self.found, key=lambda found: found[0])
        messages = [Message(self.file, place.line, place.column, text) for place, text in inside[:MOST]]
        if len(inside) > MOST:
            messages.append(Message(self.file, 0, 0, f"and {len(inside) - MOST} more mistakes"))
        return kind(messages)

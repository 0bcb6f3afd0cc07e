"""YAML with the place of everything in it: mappings, lists and words, each with its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from backprop_steps.errors import UserError, did_you_mean

LARGEST = 200_000
"""The most characters that are read of one profile."""


class ProfileErrors(UserError):  # noqa: N818 - one of it holds all the mistakes of a file
    """Every mistake of a profile file, one line each: `file:line:column: what; remedy`."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))

    def lines(self) -> list[str]:
        """One line a mistake."""
        return list(self.messages)


@dataclass(slots=True)
class Mistakes:
    """Collects the mistakes of one file."""

    file: str
    found: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, node: Any, text: str) -> None:
        """A mistake at this node."""
        self.at(node.start_mark.line + 1, node.start_mark.column + 1, text)

    def at(self, line: int, column: int, text: str) -> None:
        """A mistake at this place."""
        self.found.append((line, column, text))

    def raise_any(self) -> None:
        """Raises ProfileErrors with all of them, in the order of the file."""
        if self.found:
            raise ProfileErrors(f"{self.file}:{line}:{column}: {text}" for line, column, text in sorted(self.found))


def compose(text: str, mistakes: Mistakes) -> Any:
    """The root node of a YAML text; a mistake is added, and None given, where it is no YAML or empty."""
    import yaml  # not at the top: the list of notations is read without it

    if len(text) > LARGEST:
        mistakes.at(1, 1, f"a profile has at most {LARGEST} characters, this has {len(text)}")
        return None
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        what = getattr(error, "problem", None) or "too deeply nested"
        mistakes.at(line, column, f"not YAML: {what}")
        return None
    if root is None:
        mistakes.at(1, 1, "the file is empty; write a profile, or extends: layer and what differs")
    return root


def mapping(node: Any, what: str, known: Iterable[str] | None, mistakes: Mistakes) -> dict[str, Any]:
    """The values of a mapping by key. Unknown and repeated keys are mistakes; `known` None takes any key."""
    import yaml

    if not isinstance(node, yaml.MappingNode):
        mistakes.add(node, f"{what} must be a mapping of keys to values")
        return {}
    names = None if known is None else list(known)
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            mistakes.add(key, f"a key of {what} must be a word")
        elif key.value in found:
            mistakes.add(key, f"{key.value!r} is given twice; leave one out")
        elif names is not None and key.value not in names:
            remedy = did_you_mean(key.value, names) or f"; known: {', '.join(names)}"
            mistakes.add(key, f"unknown key {key.value!r} in {what}{remedy}")
        else:
            found[key.value] = value
    return found


def word(node: Any, what: str, mistakes: Mistakes) -> str | None:
    """The text of a scalar, as written; None, and a mistake, for anything else."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    mistakes.add(node, f"{what} must be a text")
    return None


def is_null(node: Any) -> bool:
    """Whether a value is null: not there, `null` or `~` without quotes."""
    return bool(node.tag == "tag:yaml.org,2002:null")


def words(node: Any, what: str, mistakes: Mistakes) -> Iterator[tuple[str, Any]]:
    """The texts of a list, each with its node; one text is a list of one."""
    import yaml

    for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        text = word(item, what, mistakes)
        if text is not None:
            yield text, item

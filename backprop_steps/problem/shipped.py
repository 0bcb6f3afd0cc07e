"""The shipped problems by name, and the file that a new problem starts from."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from backprop_steps.resources import problems_folder
from backprop_steps.source.nodes import MapNode, NotYaml, Scalar, parse


class Shipped(NamedTuple):
    """A shipped problem in a list: its comment says what it teaches."""

    name: str
    title: str
    comment: str


def names() -> list[str]:
    """The names of the shipped problems."""
    return sorted(path.stem for path in problems_folder().glob("*.yaml"))


def path_of(name: str) -> Path | None:
    """The file of the shipped problem of this name, or None."""
    return problems_folder() / f"{name}.yaml" if name in names() else None


def shipped() -> list[Shipped]:
    """Name, title and comment of every shipped problem, by name; nothing is checked."""
    found: list[Shipped] = []
    for name in names():
        text = (problems_folder() / f"{name}.yaml").read_text(encoding="utf-8")
        found.append(Shipped(name, _title(text) or name, first_comment(text)))
    return found


def _title(text: str) -> str | None:
    # The title stands near the top; what is below it need not be parsed.
    lines = text.splitlines()
    line = next((line for line in lines if line.startswith("title:")), "")
    try:
        node = parse(line)
    except NotYaml:
        return None
    if isinstance(node, MapNode) and isinstance(node.entries[0][1], Scalar):
        return node.entries[0][1].text
    return None


def first_comment(text: str) -> str:
    """The comment that the file begins with, as one paragraph."""
    found: list[str] = []
    for line in text.lstrip("\ufeff").splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            found.append(stripped.lstrip("#").strip())
        elif stripped or found:
            break
    return " ".join(part for part in found if part)


def new_problem_text(name: str) -> str:
    """A commented problem file to start from. It loads as it is; its title is made from the name."""
    title = " ".join(name.replace("_", " ").replace("-", " ").split()) or "A new problem"
    title = "".join(character for character in title if character.isprintable())
    text = files("backprop_steps.problem").joinpath("new_problem.yaml").read_text(encoding="utf-8")
    # A JSON string is a YAML string, whatever characters the name has.
    return text.replace("TITLE", json.dumps(title[:1].upper() + title[1:], ensure_ascii=False))

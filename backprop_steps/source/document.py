"""One file from its text to what it says: read as YAML, then by its reader; all of its mistakes come at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from backprop_steps.source.messages import Errors, Place, Report
from backprop_steps.source.nodes import Node, NotYaml, Scalar, parse

Found = TypeVar("Found")


def read_document(
    text: str, file: str, errors: type[Errors], read: Callable[[Node, Report], Found | None], remedy: str
) -> Found:
    """What a text says. `file` is what messages call it; `remedy` is what to do where there is nothing in it.

    `read` gives None where it has noted a mistake that leaves nothing to go on with. Raises `errors`.
    """
    report = Report(file)
    found: Found | None = None
    try:
        node = parse(text)
    except NotYaml as error:
        report.add(error.place, error.text)
        raise report.errors(errors) from None
    if node is None or node == Scalar("", node.place):
        report.add(Place(1, 1), f"the file is empty; {remedy}")
    else:
        found = read(node, report)
    if report or found is None:
        raise report.errors(errors)
    return found

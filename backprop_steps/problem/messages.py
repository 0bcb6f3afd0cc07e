"""The mistakes of a problem file."""

from __future__ import annotations

from backprop_steps.source.messages import FileErrors, Message


class ProblemErrors(FileErrors):
    """Every mistake of a problem file, in the order of the file."""


def whole_file(file: str, text: str) -> ProblemErrors:
    """The one mistake of a file that is not there."""
    return ProblemErrors([Message(file, 0, 0, " ".join(text.split()))])

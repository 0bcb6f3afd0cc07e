"""The text of a file that somebody else wrote: bounded, UTF-8, or a mistake in the report."""

from __future__ import annotations

import os
from pathlib import Path

from backprop_steps.source.messages import WHOLE, Place, Report


def read_text(path: Path, report: Report, most: int) -> str | None:
    """The text of a file of at most so many bytes; None, and a mistake, where it cannot be had."""
    try:
        with open(path, "rb", opener=_open) as stream:
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        report.add(WHOLE, f"cannot be read: {(error.strerror if isinstance(error, OSError) else '') or error}")
        return None
    if len(content) > most:
        report.add(WHOLE, f"is larger than {most} bytes, the bound on such a file")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        report.add(place, f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8 text")
        return None


def _open(path: str, flags: int) -> int:
    """A pipe that nobody writes to is opened at once, and is empty; it is not waited for."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(path, flags)
    handle = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(handle, True)
    return handle

"""Which format a page is written in, what shows it, and which options go together."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from backprop_steps.commands.manners import say

if TYPE_CHECKING:
    from backprop_steps.problem.model import Problem


def output_format(
    output: str | None, to: str | None, endings: Mapping[str, str] | None = None, default: str = "markdown"
) -> str:
    """The format of a page: what `--to` says, otherwise what the output file's ending says, otherwise the default.

    `endings` are those of the format, unless given those of a solution.
    """
    from backprop_steps.pages.writing.formats import ENDINGS

    endings = ENDINGS if endings is None else endings
    if to is not None or output in (None, "-"):
        return to or default
    ending = Path(str(output)).suffix
    if ending.lower() not in endings:
        said = f"the ending {ending!r}" if ending else "no ending"
        raise click.UsageError(f"{output}: {said} says no format; end it with {', '.join(endings)}, or give --to")
    return endings[ending.lower()]


class Terminal(NamedTuple):
    """What shows a page: whether it has colours, its width in cells (0 where no terminal shows it), its signs."""

    colour: bool
    width: int
    ascii_only: bool


def terminal(output: str | None) -> Terminal:
    """The terminal that a page is written to, where it is one; a file and a pipe have every sign."""
    if output not in (None, "-") or not sys.stdout.isatty():
        return Terminal(False, 0, False)
    try:
        "δ₁⁽²⁾ᵀ∂ŷ√✓│".encode(sys.stdout.encoding or "ascii")
    except (UnicodeError, LookupError):
        narrow = True
    else:
        narrow = False
    return Terminal(not os.environ.get("NO_COLOR"), shutil.get_terminal_size().columns, narrow)


def no_terminal(output: str | None, what: str = "a PDF") -> None:
    """Raises UsageError where what is no text would be written to a terminal."""
    if output in (None, "-") and sys.stdout.isatty():
        raise click.UsageError(f"{what} is not for a terminal; give -o FILE")


def check_options(to: str, *, dialect: str | None = None, engine: str | None = None, fragment: bool = False) -> None:
    """Raises UsageError for an option that says nothing of this format."""
    if dialect is not None and to != "markdown":
        raise click.UsageError(f"--dialect is for Markdown; this is {to}")
    if fragment and to in ("json", "html", "pdf", "notebook", "terminal"):
        raise click.UsageError(f"--fragment is for Markdown, LaTeX and Typst; this is {to}")
    if engine is not None and to != "pdf":
        raise click.UsageError(f"--engine is for PDF; this is {to}")


def picture_files(to: str, output: str | None, pictures: str | None) -> str | None:
    """How the names of the pictures beside a page begin; None where they are within it, or it has none.

    Raises UsageError where pictures are asked for and there is no place for them.
    """
    wanted = pictures not in (None, "none")
    if wanted and to in ("terminal", "json"):
        raise click.UsageError(f"--pictures is for pages; this is {to}")
    if to != "markdown":
        return None
    if output in (None, "-"):
        if wanted:
            raise click.UsageError("the pictures of a page of Markdown are files beside it; give -o FILE")
        return None
    return Path(str(output)).stem


def say_of_circuit(problem: Problem, to: str, output: str | None, pictures: str | None) -> None:
    """Say that a circuit is not drawn, and what draws it, where a page would have its picture."""
    from backprop_steps.pages.pictures.layering import REMEDY, can_layer

    usual = pictures is None and to != "terminal" and (to != "markdown" or output not in (None, "-"))
    if usual and problem.circuit is not None and not can_layer():
        say(f"the circuit is not drawn; {REMEDY} draws it")


class Setting:
    """Whether pages are set as a PDF; if so, the engine is there. Raises UserError, or UsageError, where it is not."""

    def __init__(self, to: str, engine: str, output: str | None) -> None:
        self.engine, self.source = None, to
        if to == "pdf":
            from backprop_steps.pages.writing.typesetting import SOURCES, check_engine

            self.engine, self.source = engine, SOURCES[engine]
            no_terminal(output)
            check_engine(engine)

    def page(self, text: str) -> str | bytes:
        """The page as it is written to its file."""
        if self.engine is None:
            return str(text)
        from backprop_steps.pages.writing.typesetting import pdf

        return pdf(text, self.engine)

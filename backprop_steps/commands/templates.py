"""The command that lists the shipped templates, and copies them to be changed."""

from __future__ import annotations

from pathlib import Path

import click

from backprop_steps.commands.files import write
from backprop_steps.commands.manners import say
from backprop_steps.errors import UserError

_README = "README.md"


@click.command(short_help="List the templates, or copy them to change them.")
@click.option("--export", metavar="DIR", type=click.Path(), help="Copy the templates to the folder DIR.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def templates(export: str | None, force: bool) -> None:
    """List the templates that documents are written with, or copy them to change them.

    Whatever is printed is worded in templates, and --template takes one of your own: a FILE in the place of the
    document, or a folder, whose files come before the shipped ones of the same name. Of a file of macros you write
    those that you change. The README.md that is copied with them says what a template may use, with examples.

    \b
    A file that changes one sentence and adds a last section:
      {% extends "documents/solution.j2" %}
      {% change "wording/passages" %}
      {% macro update() %}Every parameter takes a step downhill.{% endmacro %}
      {% endchange %}
      {% block end %}{{ heading(1, "Questions") }} Ask me on Tuesday.{% endblock %}

    \b
    Examples:
      backprop-steps templates
      backprop-steps templates --export mine
      backprop-steps solve mazur --template mine -o mazur.pdf
    """
    from backprop_steps.pages.writing.own_templates import comments, shipped_names

    names = shipped_names()
    if export is not None:
        _copy(names, Path(export), force)
        return
    if force:
        raise click.UsageError("--force is for --export")
    width = max(map(len, names))
    write("".join(f"{name:{width}}  {about}".rstrip() + "\n" for name, about in comments(names).items()))


def _copy(names: tuple[str, ...], folder: Path, force: bool) -> None:
    """All of them, or none: nothing is written where a file is in the way."""
    from backprop_steps.resources import templates_folder

    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: this is a file; name a folder to copy the templates to")
    there = [folder / name for name in (*names, _README) if (folder / name).exists()]
    if there and not force:
        more = f", and {len(there) - 1} more" if len(there) > 1 else ""
        raise UserError(f"{there[0]}: there is such a file already{more}; --force replaces them")
    for name in (*names, _README):
        place = folder / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UserError(f"{place.parent}: this folder cannot be made: {reason}") from error
        write((templates_folder() / name).read_bytes(), str(place))
    say(f"copied {len(names)} templates to {folder}; write with them: backprop-steps solve … --template {folder}")

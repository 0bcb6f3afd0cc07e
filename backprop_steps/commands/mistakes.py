"""The command that writes a sheet with mistakes to find."""

from __future__ import annotations

from pathlib import Path

import click

import backprop_steps
from backprop_steps.commands import options
from backprop_steps.commands.files import keep, key_beside, write
from backprop_steps.commands.importing import prepared
from backprop_steps.commands.manners import say
from backprop_steps.commands.output import Setting, check_options, output_format
from backprop_steps.commands.words import CauseName, Choice, ProblemName
from backprop_steps.offers import (
    Dialect,
)


@click.command(short_help="Write a sheet with mistakes to find, and its key.")
@click.argument("problem", type=ProblemName())
@click.option(
    "--count", type=click.IntRange(1, 50), default=3, show_default=True, metavar="K", help="How many mistakes."
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="S", help="Another seed, other mistakes.")
@click.option("--cause", multiple=True, type=CauseName(), help="Only mistakes of this cause; may be repeated.")
@options.NOTATION
@options.LANG
@options.TEMPLATE
@click.option(
    "--to",
    type=Choice(("markdown", "latex", "html", "typst", "pdf")),
    help="The format of the pages.  [default: markdown]",
)
@options.DIALECT
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write the sheet to FILE. - is stdout.")
@click.option("--key", metavar="FILE", type=click.Path(), help="Write the key to FILE.")
def mistakes(
    problem: str,
    count: int,
    seed: int,
    cause: tuple[str, ...],
    notation: str | None,
    lang: str | None,
    template: str | None,
    to: str | None,
    dialect: Dialect | None,
    output: str | None,
    key: str | None,
) -> None:
    """Write the solution of PROBLEM with K mistakes to find, and the key that says where they are.

    Each mistake is carried on from, as a student would: what is calculated from a wrong value is right, given that. The
    same seed makes the same sheet.

    With -o sheet.md the key goes to sheet.key.md beside it, so that the sheet can be handed out as it is. On standard
    output the key comes after the sheet, under a heading of its own; --key puts it into a file.

    \b
    Examples:
      backprop-steps mistakes mazur --count 3 --seed 7 -o exercise.md
      backprop-steps mistakes xor.yaml --cause sign --cause wrong_index -o exercise.tex --key solution.tex
    """
    to = output_format(output, to)
    if to in ("json", "notebook", "terminal"):
        raise click.UsageError(
            f"a sheet of mistakes is no {to}; end it with .md, .tex, .html, .typ or .pdf, or give --to"
        )
    check_options(to, dialect=dialect)
    to_file = output not in (None, "-")
    if key is None and to_file:
        key = key_beside(str(output))
    if to_file and key is not None and Path(key).resolve() == Path(str(output)).resolve():
        raise click.UsageError(f"{key}: the key would replace the sheet; give another --key")
    setting = Setting(to, "typst", output)
    keep(output, problem, template)
    keep(key, problem, template)
    loaded = prepared(problem)
    made = backprop_steps.mistakes(
        loaded,
        count,
        seed,
        causes=cause,
        to=setting.source,
        dialect=dialect or "standard",
        notation=notation,
        lang=lang,
        template=template,
    )
    pages = [setting.page(page) for page in ((made.sheet, made.key) if key is not None else (made.sheet_with_key,))]
    write(pages[0], output)
    if key is not None:
        write(pages[1], key)
        if to_file:
            say(f"wrote {output}, and its key to {key}")

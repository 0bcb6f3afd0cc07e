"""The command that writes a worksheet."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import click

import backprop_steps
from backprop_steps.commands import options
from backprop_steps.commands.files import keep, key_beside, write
from backprop_steps.commands.importing import prepared
from backprop_steps.commands.manners import say
from backprop_steps.commands.output import Setting, check_options, output_format, terminal
from backprop_steps.commands.words import Choice, ProblemName
from backprop_steps.offers import (
    Carry,
    Depth,
    Detail,
    Dialect,
    Engine,
    HintPlace,
)


@click.command(short_help="Write a worksheet with gaps, and its key.")
@click.argument("problem", type=ProblemName())
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write the sheet to FILE. - is stdout.")
@click.option("--key", metavar="FILE", type=click.Path(), help="Write the key to FILE.")
@click.option("--scheme", metavar="FILE", type=click.Path(), help="Write a marking scheme for the gaps to FILE.")
@click.option(
    "--for", "audience", type=Choice(("student", "teacher")), help="Only the sheet, or only the key.  [default: both]"
)
@click.option(
    "--gaps",
    type=Choice(get_args(Depth)),
    default="numbers",
    show_default=True,
    help="What is left out.",
)
@click.option(
    "--every", type=click.IntRange(1), default=1, show_default=True, metavar="K", help="Leave out every K-th only."
)
@click.option("--only-backward", is_flag=True, help="Work the forward pass and the loss; gaps from the gradients on.")
@click.option(
    "--hints",
    type=Choice(get_args(HintPlace)),
    default="end",
    show_default=True,
    help="Three hints for each step: at the end, folded away below it, or none.",
)
@click.option(
    "--to",
    type=Choice(("markdown", "latex", "html", "typst", "pdf", "terminal")),
    help="The format of the pages.  [default: markdown]",
)
@options.ENGINE
@options.DIALECT
@options.NOTATION
@options.LANG
@options.TEMPLATE
@click.option(
    "--detail", type=Choice(("brief", "full", "lecture")), default="full", show_default=True, help="How much."
)
@options.DIGITS
@options.CARRY
def worksheet(
    problem: str,
    output: str | None,
    key: str | None,
    scheme: str | None,
    audience: Literal["student", "teacher"] | None,
    gaps: Depth,
    every: int,
    only_backward: bool,
    hints: HintPlace,
    to: str | None,
    engine: Engine | None,
    dialect: Dialect | None,
    notation: str | None,
    lang: str | None,
    template: str | None,
    detail: Detail,
    digits: int | None,
    carry: Carry | None,
) -> None:
    """Write the solution of PROBLEM with gaps to fill in, and the key, which is the same sheet filled in.

    Left out are the numbers that are calculated, all that stands right of each line's first sign, or whole steps with
    room to write them. What a gap asks for stands nowhere else on the sheet. `check` marks a sheet that is filled in.

    With -o sheet.md the key goes to sheet.key.md beside it. On standard output there is the sheet only; --key puts the
    key into a file, and --for teacher writes it in the place of the sheet.

    \b
    Examples:
      backprop-steps worksheet mazur -o sheet.pdf
      backprop-steps worksheet xor.yaml --gaps right-sides --every 2 -o sheet.md
      backprop-steps worksheet mazur --gaps steps --only-backward --hints none -o sheet.tex
      backprop-steps worksheet mazur -o sheet.md --scheme marks.yaml
      backprop-steps check mazur sheet.md --scheme marks.yaml
    """
    to = output_format(output, to)
    if to in ("json", "notebook"):
        raise click.UsageError(
            f"a worksheet is no {to}; end it with .md, .tex, .html, .typ, .pdf or .txt, or give --to"
        )
    check_options(to, dialect=dialect, engine=engine)
    if audience == "teacher" and key is not None:
        raise click.UsageError("--for teacher writes the key to the output; leave out --key")
    to_file = output not in (None, "-")
    if key is None and to_file and audience is None:
        key = key_beside(str(output))
    files = [Path(one).resolve() for one in (output if to_file else None, key, scheme) if one is not None]
    if len(set(files)) < len(files):
        raise click.UsageError("the sheet, its key and the scheme need a file each")
    setting = Setting(to, engine or "typst", output)
    for path in (output, key, scheme):
        keep(path, problem, notation, template)
    loaded = prepared(problem)
    made = backprop_steps.worksheet(
        loaded,
        gaps=gaps,
        every=every,
        only_backward=only_backward,
        hints=hints,
        to=setting.source,
        dialect=dialect or "standard",
        notation=notation,
        lang=lang,
        template=template,
        detail=detail,
        digits=digits,
        carry=carry,
        **(terminal(output)._asdict() if to == "terminal" else {}),
    )
    pages = [(made.key if audience == "teacher" else made.sheet, output)]
    pages += [(made.key, key)] if key is not None else []
    for page, path in [(setting.page(page), path) for page, path in pages]:
        write(page, path)
    if scheme is not None:
        write(made.scheme, scheme)
    if to_file and key is not None:
        say(f"wrote {output}, and its key to {key}")

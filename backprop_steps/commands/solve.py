"""The command that writes the worked solution."""

from __future__ import annotations

from typing import get_args

import click

import backprop_steps
from backprop_steps.commands import options
from backprop_steps.commands.files import keep, write, write_pictures
from backprop_steps.commands.importing import prepared
from backprop_steps.commands.output import (
    Setting,
    check_options,
    output_format,
    picture_files,
    say_of_circuit,
    terminal,
)
from backprop_steps.commands.words import Choice, ProblemName
from backprop_steps.offers import (
    Carry,
    Detail,
    Dialect,
    Engine,
    Pictures,
    Show,
)


@click.command(short_help="Write the worked solution of a problem.")
@click.argument("problem", type=ProblemName())
@options.OUTPUT
@click.option(
    "--to",
    type=Choice(("markdown", "latex", "html", "typst", "pdf", "notebook", "terminal", "json")),
    help="The format of the page.  [default: markdown]",
)
@options.ENGINE
@options.DIALECT
@options.NOTATION
@options.LANG
@options.TEMPLATE
@click.option(
    "--detail",
    type=Choice(get_args(Detail)),
    default="full",
    show_default=True,
    help="How much.",
)
@options.DIGITS
@options.CARRY
@options.ONLY
@options.SHOW
@options.PICTURES
@click.option("--gradient-check", is_flag=True, help="End with one weight nudged both ways, beside its gradient.")
@options.FRAGMENT
def solve(
    problem: str,
    output: str | None,
    to: str | None,
    engine: Engine | None,
    dialect: Dialect | None,
    notation: str | None,
    lang: str | None,
    template: str | None,
    detail: Detail,
    digits: int | None,
    carry: Carry | None,
    only: tuple[str, ...],
    show: Show,
    pictures: Pictures | None,
    gradient_check: bool,
    fragment: bool,
) -> None:
    """Write the worked solution of PROBLEM, a file or the name of a shipped problem.

    Options win over the problem file. A lecture has pictures of the network unless --pictures says otherwise.

    \b
    Examples:
      backprop-steps solve mazur --detail lecture
      backprop-steps solve mazur --to terminal
      backprop-steps solve xor.yaml -o xor.tex --notation node
      backprop-steps solve mazur -o mazur.pdf
      backprop-steps solve mazur -o mazur.html
      backprop-steps solve mazur -o mazur.ipynb
      backprop-steps solve mazur --lang de -o mazur.pdf
      backprop-steps solve mazur --template mine.j2 -o mazur.tex
      backprop-steps solve wide.yaml --only 'W1[*,1]' --digits 4
    """
    to = output_format(output, to)
    check_options(to, dialect=dialect, engine=engine, fragment=fragment)
    beside = picture_files(to, output, pictures)
    setting = Setting(to, engine or "typst", output)
    keep(output, problem, notation, template)
    loaded = prepared(problem)
    page = backprop_steps.render(
        loaded,
        to=setting.source,
        dialect=dialect or "standard",
        notation=notation,
        lang=lang,
        template=template,
        detail=detail,
        only=only,
        show=show,
        gradient_check=gradient_check,
        fragment=fragment,
        pictures=pictures,
        picture_files=beside,
        digits=digits,
        carry=carry,
        **(terminal(output)._asdict() if to == "terminal" else {}),
    )
    write_pictures(page.files, output)
    write(setting.page(page), output)
    if detail == "lecture":
        say_of_circuit(loaded, to, output, pictures)

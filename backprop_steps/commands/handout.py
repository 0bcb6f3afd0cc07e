"""The command that writes the lecture on paper."""

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
    Dialect,
    Engine,
    Pictures,
    Show,
)


@click.command(short_help="Write a lecture on paper, with exercises.")
@click.argument("problem", type=ProblemName())
@options.OUTPUT
@click.option(
    "--to",
    type=Choice(("markdown", "latex", "html", "typst", "pdf", "notebook", "terminal")),
    help="The format of the page.  [default: markdown]",
)
@options.ENGINE
@options.DIALECT
@options.NOTATION
@options.LANG
@options.TEMPLATE
@click.option(
    "--show",
    type=Choice(get_args(Show)),
    help="Work every gradient, or one of each kind.  [default: all where they are few]",
)
@options.DIGITS
@options.CARRY
@options.PICTURES
@options.FRAGMENT
def handout(
    problem: str,
    output: str | None,
    to: str | None,
    engine: Engine | None,
    dialect: Dialect | None,
    notation: str | None,
    lang: str | None,
    template: str | None,
    show: Show | None,
    digits: int | None,
    carry: Carry | None,
    pictures: Pictures | None,
    fragment: bool,
) -> None:
    """Write the lecture on PROBLEM on paper: objectives, an overview, and every step with its symbols explained.

    What this very network has to teach stands with its step: units that are dead or saturated, the weight that matters
    most, why the gradient shrinks. Exercises made of the network come at the end, and then their answers. The network
    is drawn, and the paths that the gradients follow; in Markdown only with -o FILE, as files beside it.

    \b
    Examples:
      backprop-steps handout mazur -o handout.pdf
      backprop-steps handout xor.yaml --notation node --show representative -o handout.tex
      backprop-steps handout mazur -o handout.ipynb
    """
    to = output_format(output, to)
    if to == "json":
        raise click.UsageError(
            "a handout is no json; end it with .md, .tex, .html, .typ, .pdf, .ipynb or .txt, or give --to"
        )
    check_options(to, dialect=dialect, engine=engine, fragment=fragment)
    beside = picture_files(to, output, pictures)
    setting = Setting(to, engine or "typst", output)
    keep(output, problem, notation, template)
    loaded = prepared(problem)
    page = backprop_steps.handout(
        loaded,
        to=setting.source,
        dialect=dialect or "standard",
        notation=notation,
        lang=lang,
        template=template,
        show=show,
        fragment=fragment,
        pictures=pictures,
        picture_files=beside,
        digits=digits,
        carry=carry,
        **(terminal(output)._asdict() if to == "terminal" else {}),
    )
    write_pictures(page.files, output)
    write(setting.page(page), output)
    say_of_circuit(loaded, to, output, pictures)

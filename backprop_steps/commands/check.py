"""The command that marks hand derivations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import click

from backprop_steps.commands import options
from backprop_steps.commands.files import keep, write
from backprop_steps.commands.importing import importing
from backprop_steps.commands.manners import INCORRECT, MISTAKE, complain
from backprop_steps.commands.output import output_format, terminal
from backprop_steps.commands.words import Choice, ProblemName
from backprop_steps.errors import UserError
from backprop_steps.offers import (
    Audience,
)

if TYPE_CHECKING:
    from backprop_steps.checking.reading.files import HandIn


@click.command(short_help="Mark hand derivations of a problem.")
@click.argument("problem", type=ProblemName())
@click.argument("hand_ins", metavar="HAND-IN...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "--to", type=Choice(("terminal", "markdown", "html", "json")), help="The format of the report.  [default: terminal]"
)
@click.option("--scheme", metavar="FILE", type=click.Path(), help="A marking scheme of your own, in YAML.")
@options.LANG
@options.TEMPLATE
@click.option(
    "--for",
    "audience",
    type=Choice(get_args(Audience)),
    default="teacher",
    show_default=True,
    help="A student is told what is wrong, not what would be right.",
)
@options.OUTPUT
@click.pass_context
def check(
    context: click.Context,
    problem: str,
    hand_ins: tuple[str, ...],
    to: str | None,
    scheme: str | None,
    lang: str | None,
    template: str | None,
    audience: Audience,
    output: str | None,
) -> None:
    """Mark hand derivations of PROBLEM, a file or the name of a shipped problem.

    A HAND-IN is a text file: Markdown, LaTeX, plain text, or what a scanner made of handwriting; of a notebook
    (.ipynb) the Markdown cells are read. - is standard input.
    Exits with 0 when nothing is incorrect, 1 when something is, 2 when something cannot be read.

    \b
    Examples:
      backprop-steps check mazur homework.md
      backprop-steps check xor.yaml class/*.md -o report.html --scheme marks.yaml
      backprop-steps check xor.yaml homework.tex --for student
    """
    from backprop_steps.pages.writing.formats import REPORT_ENDINGS

    to = output_format(output, to, REPORT_ENDINGS, "terminal")
    if hand_ins.count("-") > 1:
        raise click.UsageError("standard input can be read only once; give - once")
    keep(output, *hand_ins, scheme, problem, template)
    from backprop_steps.checking.marking.scheme import Scheme, load_scheme
    from backprop_steps.problem import load

    loaded = load(problem)  # before SymPy is imported: a mistake in a file is answered at once
    loaded = replace(loaded, lang=lang or loaded.lang)
    rules = load_scheme(scheme) if scheme is not None else Scheme()
    read, unreadable = _hand_ins(hand_ins)
    complain(unreadable)
    if not read:
        context.exit(MISTAKE)
    with importing():
        import backprop_steps.expression.rational
        from backprop_steps.checking.check import Checker

    checker = Checker(loaded, rules)
    markings = [checker.check(one.text, one.name) for one in read]
    if markings[0].quantities:
        complain(UserError(f"{scheme}: {doubt}") for doubt in rules.doubts(markings[0].quantities))
    screen = terminal(output)
    page = backprop_steps.report(
        markings,
        to=to,
        audience=audience,
        scheme=rules,
        title=loaded.title,
        several=len(hand_ins) > 1,
        lang=loaded.lang,
        template=template,
        **screen._asdict(),
    )
    write(page, output)
    if unreadable:
        context.exit(MISTAKE)
    context.exit(INCORRECT if any(marking.summary["incorrect"] for marking in markings) else 0)


def _hand_ins(names: tuple[str, ...]) -> tuple[list[HandIn], list[UserError]]:
    """The hand-ins that can be read, and what is to be said of the others."""
    from backprop_steps.checking.reading.files import read_hand_in

    read: list[HandIn] = []
    unreadable: list[UserError] = []
    for name in names:
        try:
            read.append(read_hand_in(name))
        except UserError as error:
            unreadable.append(error)
    return read, unreadable

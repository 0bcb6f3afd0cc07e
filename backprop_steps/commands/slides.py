"""The command that writes slides."""

from __future__ import annotations

import click

import backprop_steps
from backprop_steps.commands import options
from backprop_steps.commands.files import keep, write
from backprop_steps.commands.importing import prepared
from backprop_steps.commands.output import Setting, output_format, say_of_circuit
from backprop_steps.commands.words import Choice, ProblemName
from backprop_steps.offers import (
    Carry,
    Detail,
    Pictures,
    Show,
)


@click.command(short_help="Write slides, a step a slide.")
@click.argument("problem", type=ProblemName())
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write to FILE, .pdf or .typ. - is stdout.")
@click.option("--to", type=Choice(("pdf", "typst")), help="The PDF, or its source.  [default: typst]")
@click.option(
    "--reveal/--no-reveal", default=True, show_default=True, help="Line by line, or a page a slide, to hand out."
)
@options.NOTATION
@options.PICTURES
@options.LANG
@options.TEMPLATE
@click.option("--detail", type=Choice(("brief", "full")), default="full", show_default=True, help="How much.")
@options.DIGITS
@options.CARRY
@options.ONLY
@options.SHOW
def slides(
    problem: str,
    output: str | None,
    to: str | None,
    reveal: bool,
    notation: str | None,
    pictures: Pictures | None,
    lang: str | None,
    template: str | None,
    detail: Detail,
    digits: int | None,
    carry: Carry | None,
    only: tuple[str, ...],
    show: Show,
) -> None:
    """Write slides of PROBLEM, 16:9: every step a slide, its formulas revealed line by line.

    Each reveal is a page of the PDF, so that any program shows them. Small at the bottom stands what the step uses. A
    step that is too long for a slide goes on over several.

    \b
    Examples:
      backprop-steps slides mazur -o slides.pdf
      backprop-steps slides xor.yaml --notation node --no-reveal -o slides.pdf
      backprop-steps slides mazur --show representative -o slides.typ
    """
    to = output_format(output, to, {".pdf": "pdf", ".typ": "typst"}, "typst")
    setting = Setting(to, "typst", output)
    keep(output, problem, notation, template)
    loaded = prepared(problem)
    say_of_circuit(loaded, to, output, pictures)
    page = backprop_steps.slides(
        loaded,
        reveal=reveal,
        notation=notation,
        detail=detail,
        only=only,
        show=show,
        digits=digits,
        carry=carry,
        pictures=pictures,
        lang=lang,
        template=template,
    )
    write(setting.page(page), output)

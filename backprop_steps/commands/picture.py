"""The command that draws the network."""

from __future__ import annotations

from typing import get_args

import click

import backprop_steps
from backprop_steps.commands import options
from backprop_steps.commands.files import keep, write
from backprop_steps.commands.importing import prepared
from backprop_steps.commands.output import no_terminal, output_format
from backprop_steps.commands.words import Choice, ProblemName
from backprop_steps.offers import (
    Carry,
    Drawing,
    Values,
)

_OF_PICTURE = {
    "values": "network",
    "highlight": "network",
    "sample": "network",
    "layer": "activation",
    "steps": "loss",
}
"""What each option of `picture` is about."""


@click.command(short_help="Draw the network, for slides of your own.")
@click.argument("problem", type=ProblemName())
@options.OUTPUT
@click.option(
    "--to", type=Choice(("svg", "typst", "latex", "pdf", "png")), help="The format of the picture.  [default: svg]"
)
@click.option(
    "--of",
    type=Choice(get_args(Drawing)),
    default="network",
    show_default=True,
    help="What is drawn: an activation has its derivative beside it, the loss goes from update to update.",
)
@click.option(
    "--values",
    type=Choice(get_args(Values)),
    help="Which numbers are written: all, with the gradients; those that are given; none.  [default: all]",
)
@click.option("--highlight", metavar="NAME", help="Highlight the paths from a quantity, as 'W1[2,1]', to the loss.")
@click.option("--sample", type=click.IntRange(1), metavar="K", help="Write the values of the K-th sample of a batch.")
@click.option("--layer", type=click.IntRange(1), metavar="L", help="The layer whose activation is drawn.")
@click.option("--steps", type=click.IntRange(1, 10_000), metavar="N", help="The updates over which the loss is drawn.")
@options.NOTATION
@options.DIGITS
@options.CARRY
@options.LANG
@options.TEMPLATE
def picture(
    problem: str,
    output: str | None,
    to: str | None,
    of: Drawing,
    values: Values | None,
    highlight: str | None,
    sample: int | None,
    layer: int | None,
    steps: int | None,
    notation: str | None,
    digits: int | None,
    carry: Carry | None,
    lang: str | None,
    template: str | None,
) -> None:
    """Draw the network of PROBLEM with its symbols, values and gradients, or a circuit with what is on its wires.

    Below a number, in red, stands the derivative of the loss by it. A file of SVG, PDF or PNG is a picture; one of
    Typst or LaTeX (TikZ) is to be included, and has the fonts of the document around it. A circuit and --of activation
    and loss need pip install "backprop-steps[pictures]".

    \b
    Examples:
      backprop-steps picture mazur -o mazur.svg
      backprop-steps picture mazur --values none --highlight 'dL/dW1[1,1]' -o path.pdf
      backprop-steps picture circuit -o circuit.tex
      backprop-steps picture mazur --of activation -o sigmoid.svg
      backprop-steps picture xor --of loss --steps 50 -o loss.png
    """
    from backprop_steps.pages.writing.formats import PICTURES
    from backprop_steps.pages.writing.typesetting import check_engine

    to = output_format(output, to, PICTURES, "svg")
    given = {"values": values, "highlight": highlight, "sample": sample, "layer": layer, "steps": steps}
    for option, value in given.items():
        if value is not None and _OF_PICTURE[option] != of:
            raise click.UsageError(f"--{option} is for --of {_OF_PICTURE[option]}; this is {of}")
    if to in ("pdf", "png"):
        what = f"a picture in {to.upper()}"
        no_terminal(output, what)
        check_engine("typst", what)
    keep(output, problem, notation, template)
    loaded = prepared(problem)
    drawn = backprop_steps.picture(
        loaded,
        of,
        notation=notation,
        values=values or "all",
        highlight=highlight,
        sample=sample,
        layer=layer,
        steps=steps,
        digits=digits,
        carry=carry,
        lang=lang,
        template=template,
    )
    write(drawn.written(to), output)

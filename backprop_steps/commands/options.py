"""The options that several commands have: one wording and one meaning for all of them."""

from __future__ import annotations

from typing import get_args

import click

from backprop_steps.commands.words import Choice, ProfileName
from backprop_steps.languages import LANGUAGES
from backprop_steps.offers import Carry, Dialect, Engine, Pictures, Show

OUTPUT = click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), help="Write to FILE; its ending picks the format. - is stdout."
)
ENGINE = click.option("--engine", type=Choice(get_args(Engine)), help="What sets a PDF.  [default: typst]")
DIALECT = click.option("--dialect", type=Choice(get_args(Dialect)), help="Markdown's dialect.  [default: standard]")
FRAGMENT = click.option("--fragment", is_flag=True, help="Only the body, without title and preamble: for \\input.")
NOTATION = click.option("--notation", type=ProfileName(), help="A notation by its name, or a profile file of your own.")
LANG = click.option(
    "--lang", type=Choice(tuple(LANGUAGES)), help="The language of what is printed.  [default: the problem's, or en]"
)
TEMPLATE = click.option(
    "--template",
    metavar="FILE",
    type=click.Path(),
    help="A document template of your own, or a folder of templates; see `backprop-steps templates --help`.",
)
PICTURES = click.option(
    "--pictures",
    type=Choice(get_args(Pictures)),
    help="Pictures of the network and its paths, or of activations and loss too; of Markdown as SVG files beside it.",
)
DIGITS = click.option("--digits", type=click.IntRange(0, 30), metavar="N", help="Digits of the numbers shown.")
CARRY = click.option("--carry", type=Choice(get_args(Carry)), help="Calculate on with exact or with printed values.")
ONLY = click.option(
    "--only", multiple=True, metavar="PATTERN", help="Only these quantities, as 'W1[*,1]'; may be repeated."
)
SHOW = click.option(
    "--show",
    type=Choice(get_args(Show)),
    default="all",
    show_default=True,
    help="Work every gradient, or one of each kind.",
)

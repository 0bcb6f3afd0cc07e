"""The command line: the commands, gathered.

Everything heavy is imported inside a command, so that `--help` and `list` do not wait for SymPy.
"""

from __future__ import annotations

import click

import backprop_steps
from backprop_steps.commands import manners
from backprop_steps.commands.check import check
from backprop_steps.commands.handout import handout
from backprop_steps.commands.listing import list_
from backprop_steps.commands.mistakes import mistakes
from backprop_steps.commands.new import new
from backprop_steps.commands.picture import picture
from backprop_steps.commands.schema import schema
from backprop_steps.commands.slides import slides
from backprop_steps.commands.solve import solve
from backprop_steps.commands.templates import templates
from backprop_steps.commands.worksheet import worksheet


@click.group(
    cls=manners.Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--debug", is_flag=True, envvar=manners.DEBUG, help="Show the traceback of an unexpected error.")
@click.version_option(backprop_steps.__version__, prog_name="backprop-steps")
@click.pass_context
def main(context: click.Context, debug: bool) -> None:
    """Write the backpropagation of a neural network out by hand, every step, from one YAML file.

    \b
    Examples:
      backprop-steps solve mazur
      backprop-steps solve network.yaml -o sheet.tex
      backprop-steps list problems
    """
    manners.debug = debug
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (solve, check, mistakes, worksheet, handout, slides, picture, templates, list_, new, schema):
    main.add_command(command)

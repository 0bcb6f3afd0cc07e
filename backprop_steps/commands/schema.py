"""The command that prints the JSON Schema of a file."""

from __future__ import annotations

import json

import click

from backprop_steps.commands.files import write
from backprop_steps.commands.words import Choice


@click.command(short_help="Print the JSON Schema of the problem file.")
@click.option("--of", type=Choice(("problem", "scheme")), default="problem", show_default=True, help="Of which file.")
def schema(of: str) -> None:
    """Print the JSON Schema of the problem file, or of a marking scheme, for an editor that completes and checks YAML.

    \b
    Examples:
      backprop-steps schema > problem.schema.json
      backprop-steps schema --of scheme > scheme.schema.json
    """
    if of == "scheme":
        from backprop_steps.checking.marking.scheme import schema as found
    else:
        from backprop_steps.problem import schema as found

    write(json.dumps(found(), ensure_ascii=False, indent=2) + "\n")

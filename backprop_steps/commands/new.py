"""The command that writes a problem file to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from backprop_steps.commands.files import write
from backprop_steps.commands.manners import say


@click.command(short_help="Write a commented problem file to start from.")
@click.argument("name")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def new(name: str, force: bool) -> None:
    """Write NAME.yaml, a commented problem file to start from.

    \b
    Examples:
      backprop-steps new homework
      backprop-steps solve homework.yaml
    """
    from backprop_steps.problem import new_problem_text

    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    write(new_problem_text(path.stem), str(path), replace=force)
    say(f"wrote {path}; solve it with: backprop-steps solve {shlex.quote(str(path))}")

"""The command line: arguments in, rooms called, exit code out.

Everything heavy is imported inside a command, so that `--help` and `list` do not wait for SymPy.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import backprop_steps
from backprop_steps import console
from backprop_steps.console import Choice, Commands, ProblemName, ProfileName

if TYPE_CHECKING:
    from backprop_steps.pages.sheet import Detail, Show

KINDS = ("problems", "notations", "activations", "losses", "formats")


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, envvar=console.DEBUG, help="Show the traceback of an unexpected error.")
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
    console.debug = debug
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command(short_help="Write the worked solution of a problem.")
@click.argument("problem", type=ProblemName())
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), help="Write to FILE; its ending picks the format. - is stdout."
)
@click.option("--to", type=Choice(("markdown", "latex", "json")), help="The format of the page.  [default: markdown]")
@click.option("--dialect", type=Choice(("standard", "github")), help="Markdown's dialect.  [default: standard]")
@click.option("--notation", type=ProfileName(), help="A notation by its name, or a profile file of your own.")
@click.option(
    "--detail",
    type=Choice(("answers", "brief", "full", "lecture")),
    default="full",
    show_default=True,
    help="How much.",
)
@click.option("--digits", type=click.IntRange(0, 30), metavar="N", help="Digits of the numbers shown.")
@click.option("--carry", type=Choice(("exact", "rounded")), help="Calculate on with exact or with printed values.")
@click.option("--only", multiple=True, metavar="PATTERN", help="Only these quantities, as 'W1[*,1]'; may be repeated.")
@click.option(
    "--show",
    type=Choice(("all", "representative")),
    default="all",
    show_default=True,
    help="Work every gradient, or one of each kind.",
)
@click.option("--gradient-check", is_flag=True, help="End with one weight nudged both ways, beside its gradient.")
@click.option("--fragment", is_flag=True, help="Only the body, without title and preamble: for \\input.")
def solve(
    problem: str,
    output: str | None,
    to: str | None,
    dialect: Literal["standard", "github"] | None,
    notation: str | None,
    detail: Detail,
    digits: int | None,
    carry: Literal["exact", "rounded"] | None,
    only: tuple[str, ...],
    show: Show,
    gradient_check: bool,
    fragment: bool,
) -> None:
    """Write the worked solution of PROBLEM, a file or the name of a shipped problem.

    Options win over the problem file.

    \b
    Examples:
      backprop-steps solve mazur --detail lecture
      backprop-steps solve xor.yaml -o xor.tex --notation node
      backprop-steps solve wide.yaml --only 'W1[*,1]' --digits 4
    """
    to = console.output_format(output, to)
    if dialect is not None and to != "markdown":
        raise click.UsageError(f"--dialect is for Markdown; this is {to}")
    if fragment and to == "json":
        raise click.UsageError("--fragment is for Markdown and LaTeX; this is json")
    console.keep(output, problem, notation)
    from backprop_steps.problem import load

    loaded = load(problem)  # before SymPy is imported: a mistake in the file is answered at once
    with console.importing():
        import backprop_steps.api
        import backprop_steps.expression.symbolic  # it brings SymPy

    page = backprop_steps.render(
        loaded,
        to=to,
        dialect=dialect or "standard",
        notation=notation,
        detail=detail,
        only=only,
        show=show,
        gradient_check=gradient_check,
        fragment=fragment,
        digits=digits,
        carry=carry,
    )
    console.write(str(page), output)


@main.command(name="list", short_help="List problems, notations, activations, losses, formats.")
@click.argument("kind", type=Choice(KINDS), required=False)
@click.option("--to", type=Choice(("text", "json")), default="text", show_default=True, help="How it is written.")
def list_(kind: str | None, to: str) -> None:
    """List what there is: problems, notations, activations, losses, formats. Without KIND, all of them.

    \b
    Examples:
      backprop-steps list
      backprop-steps list notations --to json
    """
    found = {one: dict(_rows(one)) for one in ([kind] if kind else KINDS)}
    if to == "json":
        named = {key: [{"name": name, "about": about} for name, about in rows.items()] for key, rows in found.items()}
        console.write(json.dumps(named, ensure_ascii=False, indent=2) + "\n")
        return
    width = max((len(name) for rows in found.values() for name in rows), default=0)
    parts = []
    for key, rows in found.items():
        lines = [f"{name:{width}}  {about}".rstrip() for name, about in rows.items()]
        parts.append("\n".join(lines if kind else [f"{key}:", *(f"  {line}" for line in lines)]))
    console.write("\n\n".join(parts) + "\n")


@main.command(short_help="Write a commented problem file to start from.")
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
    console.write(new_problem_text(path.stem), str(path), replace=force)
    console.say(f"wrote {path}; solve it with: backprop-steps solve {shlex.quote(str(path))}")


@main.command(short_help="Print the JSON Schema of the problem file.")
def schema() -> None:
    """Print the JSON Schema of the problem file, for an editor that completes and checks YAML.

    \b
    Example:
      backprop-steps schema > problem.schema.json
    """
    from backprop_steps.problem import schema as problem_schema

    console.write(json.dumps(problem_schema(), ensure_ascii=False, indent=2) + "\n")


def _rows(kind: str) -> list[tuple[str, str]]:
    """The names of a kind, each with its line of explanation."""
    if kind == "formats":
        from backprop_steps.pages.formats import OUTPUTS

        return list(OUTPUTS.items())
    if kind == "problems":
        from backprop_steps.problem import shipped

        return [(row.name, row.comment or row.title) for row in shipped()]
    if kind == "notations":
        from backprop_steps.notation.loading import profiles

        return profiles()
    if kind == "activations":
        from backprop_steps.operations.activations import ACTIVATIONS

        return [(row.name, row.about) for row in ACTIVATIONS.values()]
    from backprop_steps.operations.losses import LOSSES

    return [(row.name, row.about) for row in LOSSES.values()]

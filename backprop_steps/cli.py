"""The command line: arguments in, rooms called, exit code out.

Everything heavy is imported inside a command, so that `--help` and `list` do not wait for SymPy.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

import backprop_steps
from backprop_steps import console, options
from backprop_steps.console import CauseName, Choice, Commands, ProblemName
from backprop_steps.errors import UserError
from backprop_steps.handing_out import handout, picture, worksheet
from backprop_steps.languages import LANGUAGES
from backprop_steps.offers import Audience, Carry, Detail, Dialect, Engine, Pictures, Show
from backprop_steps.slides_command import slides
from backprop_steps.templating import templates

if TYPE_CHECKING:
    from backprop_steps.checking.reading.files import HandIn

KINDS = ("problems", "notations", "activations", "losses", "formats", "languages")


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
    to = console.output_format(output, to)
    console.check_options(to, dialect=dialect, engine=engine, fragment=fragment)
    beside = console.picture_files(to, output, pictures)
    setting = console.Setting(to, engine or "typst", output)
    console.keep(output, problem, notation, template)
    loaded = console.loaded(problem)
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
        **(console.terminal(output)._asdict() if to == "terminal" else {}),
    )
    console.write_pictures(page.files, output)
    console.write(setting.page(page), output)
    if detail == "lecture":
        console.say_of_circuit(loaded, to, output, pictures)


@main.command(short_help="Mark hand derivations of a problem.")
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

    to = console.output_format(output, to, REPORT_ENDINGS, "terminal")
    if hand_ins.count("-") > 1:
        raise click.UsageError("standard input can be read only once; give - once")
    console.keep(output, *hand_ins, scheme, problem, template)
    from backprop_steps.checking.marking.scheme import Scheme, load_scheme
    from backprop_steps.problem import load

    loaded = load(problem)  # before SymPy is imported: a mistake in a file is answered at once
    loaded = replace(loaded, lang=lang or loaded.lang)
    rules = load_scheme(scheme) if scheme is not None else Scheme()
    read, unreadable = _hand_ins(hand_ins)
    console.complain(unreadable)
    if not read:
        context.exit(console.MISTAKE)
    with console.importing():
        import backprop_steps.expression.rational
        from backprop_steps.checking.check import Checker

    checker = Checker(loaded, rules)
    markings = [checker.check(one.text, one.name) for one in read]
    if markings[0].quantities:
        console.complain(UserError(f"{scheme}: {doubt}") for doubt in rules.doubts(markings[0].quantities))
    screen = console.terminal(output)
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
    console.write(page, output)
    if unreadable:
        context.exit(console.MISTAKE)
    context.exit(console.INCORRECT if any(marking.summary["incorrect"] for marking in markings) else 0)


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


@main.command(short_help="Write a sheet with mistakes to find, and its key.")
@click.argument("problem", type=ProblemName())
@click.option(
    "--count", type=click.IntRange(1, 50), default=3, show_default=True, metavar="K", help="How many mistakes."
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="S", help="Another seed, other mistakes.")
@click.option("--cause", multiple=True, type=CauseName(), help="Only mistakes of this cause; may be repeated.")
@options.NOTATION
@options.LANG
@options.TEMPLATE
@click.option(
    "--to",
    type=Choice(("markdown", "latex", "html", "typst", "pdf")),
    help="The format of the pages.  [default: markdown]",
)
@options.DIALECT
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write the sheet to FILE. - is stdout.")
@click.option("--key", metavar="FILE", type=click.Path(), help="Write the key to FILE.")
def mistakes(
    problem: str,
    count: int,
    seed: int,
    cause: tuple[str, ...],
    notation: str | None,
    lang: str | None,
    template: str | None,
    to: str | None,
    dialect: Dialect | None,
    output: str | None,
    key: str | None,
) -> None:
    """Write the solution of PROBLEM with K mistakes to find, and the key that says where they are.

    Each mistake is carried on from, as a student would: what is calculated from a wrong value is right, given that. The
    same seed makes the same sheet.

    With -o sheet.md the key goes to sheet.key.md beside it, so that the sheet can be handed out as it is. On standard
    output the key comes after the sheet, under a heading of its own; --key puts it into a file.

    \b
    Examples:
      backprop-steps mistakes mazur --count 3 --seed 7 -o exercise.md
      backprop-steps mistakes xor.yaml --cause sign --cause wrong_index -o exercise.tex --key solution.tex
    """
    to = console.output_format(output, to)
    if to in ("json", "notebook", "terminal"):
        raise click.UsageError(
            f"a sheet of mistakes is no {to}; end it with .md, .tex, .html, .typ or .pdf, or give --to"
        )
    console.check_options(to, dialect=dialect)
    to_file = output not in (None, "-")
    if key is None and to_file:
        key = console.key_beside(str(output))
    if to_file and key is not None and Path(key).resolve() == Path(str(output)).resolve():
        raise click.UsageError(f"{key}: the key would replace the sheet; give another --key")
    setting = console.Setting(to, "typst", output)
    console.keep(output, problem, template)
    console.keep(key, problem, template)
    loaded = console.loaded(problem)
    made = backprop_steps.mistakes(
        loaded,
        count,
        seed,
        causes=cause,
        to=setting.source,
        dialect=dialect or "standard",
        notation=notation,
        lang=lang,
        template=template,
    )
    pages = [setting.page(page) for page in ((made.sheet, made.key) if key is not None else (made.sheet_with_key,))]
    console.write(pages[0], output)
    if key is not None:
        console.write(pages[1], key)
        if to_file:
            console.say(f"wrote {output}, and its key to {key}")


main.add_command(worksheet)
main.add_command(handout)
main.add_command(slides)
main.add_command(picture)
main.add_command(templates)


@main.command(name="list", short_help="List problems, notations, activations, losses, formats, languages.")
@click.argument("kind", type=Choice(KINDS), required=False)
@click.option("--to", type=Choice(("text", "json")), default="text", show_default=True, help="How it is written.")
def list_(kind: str | None, to: str) -> None:
    """List what there is: problems, notations, activations, losses, formats, languages. Without KIND, all of them.

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

    console.write(json.dumps(found(), ensure_ascii=False, indent=2) + "\n")


def _rows(kind: str) -> list[tuple[str, str]]:
    """The names of a kind, each with its line of explanation."""
    if kind == "formats":
        from backprop_steps.pages.writing.formats import OUTPUTS

        return list(OUTPUTS.items())
    if kind == "languages":
        return [(row.code, row.about) for row in LANGUAGES.values()]
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

"""The commands that write something to hand out to a class: worksheets, and the lecture on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import click

import backprop_steps
from backprop_steps import console, options
from backprop_steps.console import Choice, ProblemName
from backprop_steps.offers import Carry, Depth, Detail, Dialect, Drawing, Engine, HintPlace, Pictures, Show, Values


@click.command(short_help="Write a worksheet with gaps, and its key.")
@click.argument("problem", type=ProblemName())
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write the sheet to FILE. - is stdout.")
@click.option("--key", metavar="FILE", type=click.Path(), help="Write the key to FILE.")
@click.option("--scheme", metavar="FILE", type=click.Path(), help="Write a marking scheme for the gaps to FILE.")
@click.option(
    "--for", "audience", type=Choice(("student", "teacher")), help="Only the sheet, or only the key.  [default: both]"
)
@click.option(
    "--gaps",
    type=Choice(get_args(Depth)),
    default="numbers",
    show_default=True,
    help="What is left out.",
)
@click.option(
    "--every", type=click.IntRange(1), default=1, show_default=True, metavar="K", help="Leave out every K-th only."
)
@click.option("--only-backward", is_flag=True, help="Work the forward pass and the loss; gaps from the gradients on.")
@click.option(
    "--hints",
    type=Choice(get_args(HintPlace)),
    default="end",
    show_default=True,
    help="Three hints for each step: at the end, folded away below it, or none.",
)
@click.option(
    "--to",
    type=Choice(("markdown", "latex", "html", "typst", "pdf", "terminal")),
    help="The format of the pages.  [default: markdown]",
)
@options.ENGINE
@options.DIALECT
@options.NOTATION
@options.LANG
@options.TEMPLATE
@click.option(
    "--detail", type=Choice(("brief", "full", "lecture")), default="full", show_default=True, help="How much."
)
@options.DIGITS
@options.CARRY
def worksheet(
    problem: str,
    output: str | None,
    key: str | None,
    scheme: str | None,
    audience: Literal["student", "teacher"] | None,
    gaps: Depth,
    every: int,
    only_backward: bool,
    hints: HintPlace,
    to: str | None,
    engine: Engine | None,
    dialect: Dialect | None,
    notation: str | None,
    lang: str | None,
    template: str | None,
    detail: Detail,
    digits: int | None,
    carry: Carry | None,
) -> None:
    """Write the solution of PROBLEM with gaps to fill in, and the key, which is the same sheet filled in.

    Left out are the numbers that are calculated, all that stands right of each line's first sign, or whole steps with
    room to write them. What a gap asks for stands nowhere else on the sheet. `check` marks a sheet that is filled in.

    With -o sheet.md the key goes to sheet.key.md beside it. On standard output there is the sheet only; --key puts the
    key into a file, and --for teacher writes it in the place of the sheet.

    \b
    Examples:
      backprop-steps worksheet mazur -o sheet.pdf
      backprop-steps worksheet xor.yaml --gaps right-sides --every 2 -o sheet.md
      backprop-steps worksheet mazur --gaps steps --only-backward --hints none -o sheet.tex
      backprop-steps worksheet mazur -o sheet.md --scheme marks.yaml
      backprop-steps check mazur sheet.md --scheme marks.yaml
    """
    to = console.output_format(output, to)
    if to in ("json", "notebook"):
        raise click.UsageError(
            f"a worksheet is no {to}; end it with .md, .tex, .html, .typ, .pdf or .txt, or give --to"
        )
    console.check_options(to, dialect=dialect, engine=engine)
    if audience == "teacher" and key is not None:
        raise click.UsageError("--for teacher writes the key to the output; leave out --key")
    to_file = output not in (None, "-")
    if key is None and to_file and audience is None:
        key = console.key_beside(str(output))
    files = [Path(one).resolve() for one in (output if to_file else None, key, scheme) if one is not None]
    if len(set(files)) < len(files):
        raise click.UsageError("the sheet, its key and the scheme need a file each")
    setting = console.Setting(to, engine or "typst", output)
    for path in (output, key, scheme):
        console.keep(path, problem, notation, template)
    loaded = console.loaded(problem)
    made = backprop_steps.worksheet(
        loaded,
        gaps=gaps,
        every=every,
        only_backward=only_backward,
        hints=hints,
        to=setting.source,
        dialect=dialect or "standard",
        notation=notation,
        lang=lang,
        template=template,
        detail=detail,
        digits=digits,
        carry=carry,
        **(console.terminal(output)._asdict() if to == "terminal" else {}),
    )
    pages = [(made.key if audience == "teacher" else made.sheet, output)]
    pages += [(made.key, key)] if key is not None else []
    for page, path in [(setting.page(page), path) for page, path in pages]:
        console.write(page, path)
    if scheme is not None:
        console.write(made.scheme, scheme)
    if to_file and key is not None:
        console.say(f"wrote {output}, and its key to {key}")


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
    to = console.output_format(output, to)
    if to == "json":
        raise click.UsageError(
            "a handout is no json; end it with .md, .tex, .html, .typ, .pdf, .ipynb or .txt, or give --to"
        )
    console.check_options(to, dialect=dialect, engine=engine, fragment=fragment)
    beside = console.picture_files(to, output, pictures)
    setting = console.Setting(to, engine or "typst", output)
    console.keep(output, problem, notation, template)
    loaded = console.loaded(problem)
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
        **(console.terminal(output)._asdict() if to == "terminal" else {}),
    )
    console.write_pictures(page.files, output)
    console.write(setting.page(page), output)
    console.say_of_circuit(loaded, to, output, pictures)


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

    to = console.output_format(output, to, PICTURES, "svg")
    given = {"values": values, "highlight": highlight, "sample": sample, "layer": layer, "steps": steps}
    for option, value in given.items():
        if value is not None and _OF_PICTURE[option] != of:
            raise click.UsageError(f"--{option} is for --of {_OF_PICTURE[option]}; this is {of}")
    if to in ("pdf", "png"):
        what = f"a picture in {to.upper()}"
        console.no_terminal(output, what)
        check_engine("typst", what)
    console.keep(output, problem, notation, template)
    loaded = console.loaded(problem)
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
    console.write(drawn.written(to), output)

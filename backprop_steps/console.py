"""The manners of the command line: what is said where, how a file is written, what a mistake looks like."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from backprop_steps.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from backprop_steps.problem.model import Problem

    _Words = click.Choice[str]
    _Text = click.ParamType[str]
else:  # not generic in every version of click
    _Words = click.Choice
    _Text = click.ParamType

DEBUG = "BACKPROP_STEPS_DEBUG"
INCORRECT = 1
"""The exit code when something in a hand-in is incorrect."""
MISTAKE = 2
"""The exit code when the problem or the command is wrong."""
UNEXPECTED = 70
"""The exit code when the program is wrong (EX_SOFTWARE of sysexits.h)."""
STOPPED = 130
_OBJECTS_BEFORE_A_LOOK = 50_000

debug = False


class Commands(click.Group):
    """A group whose every error is a line on standard error and an exit code, never a traceback."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and exit, as click's own does, but with errors told in this project's way."""

        def run() -> object:
            return super(Commands, self).main(args, prog_name, complete_var, standalone_mode=False, **extra)

        return sys.exit(_guarded(run)) if standalone_mode else run()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with the likeliest command named where there is none of this name."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            raise click.UsageError(f"unknown command {name!r}{did_you_mean(name, self.list_commands(ctx))}", ctx)
        return super().resolve_command(ctx, args)


class Choice(_Words):
    """One of a few words, with the likeliest named where it is none of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word itself."""
        words = [str(word) for word in self.choices]
        if value in words:
            return str(value)
        remedy = did_you_mean(str(value), words) or f"; there are {', '.join(words)}"
        option = f" for {max(param.opts, key=len)}" if isinstance(param, click.Option) else ""
        kind = "value" if option or param is None else param.human_readable_name.lower()
        raise click.UsageError(f"unknown {kind} {str(value)!r}{option}{remedy}", ctx)


class _Name(_Text):
    """A name of something shipped, or a file."""

    def names(self) -> Iterable[str]:
        """The names there are."""
        raise NotImplementedError

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it is: who loads it knows best what is wrong with it."""
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin so, and files."""
        names = [CompletionItem(name) for name in self.names() if name.startswith(incomplete)]
        return [*names, CompletionItem(incomplete, type="file")]


class ProblemName(_Name):
    """A problem file, or a shipped problem by its name."""

    name = "problem"

    def names(self) -> Iterable[str]:
        """The shipped problems."""
        from backprop_steps.problem import shipped

        return [row.name for row in shipped()]


class ProfileName(_Name):
    """A notation by its name, or a profile file."""

    name = "name|file"

    def names(self) -> Iterable[str]:
        """The shipped notations."""
        from backprop_steps.notation.loading import profiles

        return [name for name, _ in profiles()]


class CauseName(_Name):
    """A cause of mistakes by its name."""

    name = "name"

    def names(self) -> Iterable[str]:
        """The causes there are."""
        from backprop_steps.checking.causes import CAUSES

        return CAUSES


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Without garbage collection, for a large import: it makes objects by the hundred thousand, and all of them stay.

    Looking through them for garbage, then and at the end, takes nearly half of the time of importing SymPy. Afterwards
    garbage is looked for less often than usual: what a page is made of is kept until it is written.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_OBJECTS_BEFORE_A_LOOK)
        gc.enable()


def say(message: str) -> None:
    """A message to who sits at the terminal, on standard error."""
    click.echo(message, err=True)


def output_format(
    output: str | None, to: str | None, endings: Mapping[str, str] | None = None, default: str = "markdown"
) -> str:
    """The format of a page: what `--to` says, otherwise what the output file's ending says, otherwise the default.

    `endings` are those of the format, unless given those of a solution.
    """
    from backprop_steps.pages.writing.formats import ENDINGS

    endings = ENDINGS if endings is None else endings
    if to is not None or output in (None, "-"):
        return to or default
    ending = Path(str(output)).suffix
    if ending.lower() not in endings:
        said = f"the ending {ending!r}" if ending else "no ending"
        raise click.UsageError(f"{output}: {said} says no format; end it with {', '.join(endings)}, or give --to")
    return endings[ending.lower()]


class Terminal(NamedTuple):
    """What shows a page: whether it has colours, its width in cells (0 where no terminal shows it), its signs."""

    colour: bool
    width: int
    ascii_only: bool


def terminal(output: str | None) -> Terminal:
    """The terminal that a page is written to, where it is one; a file and a pipe have every sign."""
    if output not in (None, "-") or not sys.stdout.isatty():
        return Terminal(False, 0, False)
    try:
        "δ₁⁽²⁾ᵀ∂ŷ√✓│".encode(sys.stdout.encoding or "ascii")
    except (UnicodeError, LookupError):
        narrow = True
    else:
        narrow = False
    return Terminal(not os.environ.get("NO_COLOR"), shutil.get_terminal_size().columns, narrow)


def complain(errors: Iterable[UserError]) -> None:
    """Say mistakes that do not stop what else was asked for."""
    _complain(line for error in errors for line in error.lines())


def no_terminal(output: str | None, what: str = "a PDF") -> None:
    """Raises UsageError where what is no text would be written to a terminal."""
    if output in (None, "-") and sys.stdout.isatty():
        raise click.UsageError(f"{what} is not for a terminal; give -o FILE")


def check_options(to: str, *, dialect: str | None = None, engine: str | None = None, fragment: bool = False) -> None:
    """Raises UsageError for an option that says nothing of this format."""
    if dialect is not None and to != "markdown":
        raise click.UsageError(f"--dialect is for Markdown; this is {to}")
    if fragment and to in ("json", "html", "pdf", "notebook", "terminal"):
        raise click.UsageError(f"--fragment is for Markdown, LaTeX and Typst; this is {to}")
    if engine is not None and to != "pdf":
        raise click.UsageError(f"--engine is for PDF; this is {to}")


def picture_files(to: str, output: str | None, pictures: str | None) -> str | None:
    """How the names of the pictures beside a page begin; None where they are within it, or it has none.

    Raises UsageError where pictures are asked for and there is no place for them.
    """
    wanted = pictures not in (None, "none")
    if wanted and to in ("terminal", "json"):
        raise click.UsageError(f"--pictures is for pages; this is {to}")
    if to != "markdown":
        return None
    if output in (None, "-"):
        if wanted:
            raise click.UsageError("the pictures of a page of Markdown are files beside it; give -o FILE")
        return None
    return Path(str(output)).stem


def say_of_circuit(problem: Problem, to: str, output: str | None, pictures: str | None) -> None:
    """Say that a circuit is not drawn, and what draws it, where a page would have its picture."""
    from backprop_steps.pages.pictures.layering import REMEDY, can_layer

    usual = pictures is None and to != "terminal" and (to != "markdown" or output not in (None, "-"))
    if usual and problem.circuit is not None and not can_layer():
        say(f"the circuit is not drawn; {REMEDY} draws it")


def write_pictures(files: Mapping[str, str], output: str | None) -> None:
    """Write the pictures of a page beside it."""
    for name, text in files.items():
        write(text, str(Path(str(output)).with_name(name)))


def key_beside(sheet: str) -> str:
    """The file of a sheet's key: `sheet.key.md` beside `sheet.md`."""
    path = Path(sheet)
    return str(path.with_name(f"{path.stem}.key{path.suffix}"))


def loaded(problem: str) -> Problem:
    """The problem of a file, or the shipped one of this name, and all that is imported to write a page of it.

    It is loaded before SymPy is imported: a mistake in the file is answered at once.
    """
    from backprop_steps.problem import load

    found = load(problem)
    with importing():
        import backprop_steps.api
        import backprop_steps.expression.symbolic  # noqa: F401 - it brings SymPy
    return found


class Setting:
    """Whether pages are set as a PDF; if so, the engine is there. Raises UserError, or UsageError, where it is not."""

    def __init__(self, to: str, engine: str, output: str | None) -> None:
        self.engine, self.source = None, to
        if to == "pdf":
            from backprop_steps.pages.writing.typesetting import SOURCES, check_engine

            self.engine, self.source = engine, SOURCES[engine]
            no_terminal(output)
            check_engine(engine)

    def page(self, text: str) -> str | bytes:
        """The page as it is written to its file."""
        if self.engine is None:
            return str(text)
        from backprop_steps.pages.writing.typesetting import pdf

        return pdf(text, self.engine)


def write(text: str | bytes, output: str | None = None, *, replace: bool = True) -> None:
    """Write to a file, or to standard output (None or `-`); text in UTF-8.

    The file is there as a whole or not at all: what was there before is replaced only by a finished one, and
    not even by that where `replace` is False. Raises UserError where it cannot be written.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
    if output is None or output == "-":
        _print(data)
        return
    try:
        _write_file(Path(output), data, replace)
    except FileExistsError as error:
        raise UserError(f"{output}: there is such a file already; --force replaces it") from error
    except OSError as error:
        raise UserError(f"{output}: cannot be written: {(error.strerror or str(error)).lower()}") from error


def keep(output: str | None, *sources: str | Path | None) -> None:
    """Raises UserError where the output would take the place of a file that it is made from."""
    if output is None or output == "-":
        return
    for source in sources:
        with contextlib.suppress(OSError, ValueError):
            if source is not None and Path(output).samefile(source):
                raise UserError(f"{output}: this is the file that is read; give the page another name")


def _print(data: bytes) -> None:
    try:
        click.echo(data, nl=False)
    except BrokenPipeError:
        # Who reads has seen enough (`| head`). What is still in the buffer must not raise again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_file(path: Path, data: bytes, replace: bool) -> None:
    path = path.resolve()  # a link stays a link: what it points to is replaced
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = stat.S_IFREG | (0o666 & ~umask)
    else:
        if not replace:
            raise FileExistsError(path)
        if not stat.S_ISREG(mode):  # a pipe, a device or a folder cannot be replaced by a file
            with path.open("wb") as out:
                out.write(data)
            return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(temporary).chmod(stat.S_IMODE(mode))
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _guarded(run: Callable[[], object]) -> int:
    try:
        code = run()
        return code if isinstance(code, int) else 0
    except UserError as error:
        _complain(error.lines())
        return MISTAKE
    except click.ClickException as error:
        _complain([_usage_mistake(error)])
        return MISTAKE
    except (click.Abort, KeyboardInterrupt):
        _complain(["stopped"])
        return STOPPED
    except Exception as error:
        if debug or os.environ.get(DEBUG):
            raise
        summary = " ".join(str(error).split())
        _complain(
            [
                f"unexpected error ({type(error).__name__}{': ' if summary else ''}{summary}): "
                "this is a fault of backprop-steps; please report it, with the problem file "
                "and what `backprop-steps --debug …` shows"
            ]
        )
        return UNEXPECTED


def _complain(lines: Iterable[str]) -> None:
    for line in lines:
        click.secho(_one_line(line), fg="red", err=True, color=False if os.environ.get("NO_COLOR") else None)


def _one_line(text: str) -> str:
    """A message in one line; what a file brings in cannot steer the terminal."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _usage_mistake(error: click.ClickException) -> str:
    """click's sentence as a line of ours, without capital and full stop, with the command before it."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = " ".join(error.format_message().split()).removesuffix(".")
    if isinstance(error, click.NoSuchOption):
        options = [name for param in context.command.get_params(context) for name in param.opts] if context else []
        message = f"unknown option {error.option_name!r}{did_you_mean(error.option_name, options)}"
    command = context.command_path if context else "backprop-steps"
    help_too = f"; see {command} --help" if isinstance(error, click.MissingParameter) else ""
    return f"{command}: {message[:1].lower()}{message[1:]}{help_too}"

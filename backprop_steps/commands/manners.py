"""The manners of the command line: what is said where, what a mistake looks like, the exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from backprop_steps.errors import UserError, did_you_mean

DEBUG = "BACKPROP_STEPS_DEBUG"
INCORRECT = 1
"""The exit code when something in a hand-in is incorrect."""
MISTAKE = 2
"""The exit code when the problem or the command is wrong."""
UNEXPECTED = 70
"""The exit code when the program is wrong (EX_SOFTWARE of sysexits.h)."""
STOPPED = 130

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


def say(message: str) -> None:
    """A message to who sits at the terminal, on standard error."""
    click.echo(message, err=True)


def complain(errors: Iterable[UserError]) -> None:
    """Say mistakes that do not stop what else was asked for."""
    _complain(line for error in errors for line in error.lines())


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

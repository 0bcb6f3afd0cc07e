"""What an argument may be: a word of a closed list, the name of something shipped, a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from backprop_steps.errors import did_you_mean

if TYPE_CHECKING:
    _Words = click.Choice[str]
    _Text = click.ParamType[str]
else:  # not generic in every version of click
    _Words = click.Choice
    _Text = click.ParamType


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

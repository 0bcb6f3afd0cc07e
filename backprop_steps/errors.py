"""The base of every mistake that is the user's to mend: a file, a name, an option."""

from __future__ import annotations

from collections.abc import Collection, Iterable


class UserError(Exception):
    """A mistake in what was asked. The command line prints its lines, one a mistake, and exits with 2."""

    def lines(self) -> list[str]:
        """One line a mistake, each complete in itself: where it is, what is wrong, the likely remedy."""
        return [str(self)]


def known_ones(known: Collection[str]) -> str:
    """The end of a message about an unknown name, where all that are known are to be named."""
    return f"; known {'is' if len(known) == 1 else 'are'} {', '.join(known)}"


def did_you_mean(name: str, known: Iterable[str], near_enough: float = 0.55) -> str:
    """The end of a message about an unknown name: `; did you mean 'sigmoid'?`, or nothing if no known name is near."""
    from difflib import get_close_matches

    names = list(known)
    # A slip in capitals is the likeliest of all, and difflib does not see it as one.
    same = [one for one in names if one.lower() == name.lower()]
    near = same or get_close_matches(name, names, n=1, cutoff=near_enough)
    return f"; did you mean {near[0]!r}?" if near else ""

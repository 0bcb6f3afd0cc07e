"""The languages that documents are worded in: one row each, and beside it a folder of words in the templates.

Messages, names in files and JSON are English whatever the language.
"""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.errors import UserError, did_you_mean

WORDING = "documents/wording/"
"""Where the words lie in the templates, each language in a folder of its own."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    `code` is its name in files, on the command line and in HTML and Typst (BCP 47), `name` what it calls itself,
    `babel` what LaTeX's babel calls it. `comma`: decimals have a comma. `last` stands before the last of a list.
    """

    code: str
    name: str
    about: str
    comma: bool
    last: str
    babel: str


ENGLISH = Language("en", "English", "English, decimals with a point", False, " and ", "english")
GERMAN = Language("de", "Deutsch", "German, decimals with a comma", True, " und ", "ngerman")

LANGUAGES: dict[str, Language] = {row.code: row for row in (ENGLISH, GERMAN)}
"""By their codes."""


class LanguageError(UserError):
    """A language that there are no words in."""


def language(code: str) -> Language:
    """The row of a language. Raises LanguageError."""
    if code not in LANGUAGES:
        raise LanguageError(f"unknown language {code!r}{did_you_mean(code, LANGUAGES) or _known()}")
    return LANGUAGES[code]


def _known() -> str:
    return f"; there are {', '.join(LANGUAGES)}"


def in_language(template: str, language: str) -> str:
    """The file of a template in a language: of `documents/wording/words.j2` that in the language's folder."""
    rest = template.removeprefix(WORDING)
    return template if rest == template or "/" in rest else f"{WORDING}{language}/{rest}"

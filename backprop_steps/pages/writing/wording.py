"""Which templates a page is written with."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.languages import ENGLISH, LANGUAGES, Language
from backprop_steps.pages.writing.own_templates import Own


@dataclass(frozen=True, slots=True)
class Wording:
    """The shipped templates in a language, by its code; before them the user's own, if there are any."""

    lang: str = ENGLISH.code
    own: Own | None = None

    @property
    def language(self) -> Language:
        """The row of the language."""
        return LANGUAGES[self.lang]


SHIPPED = Wording()
"""Nothing but the shipped templates, in English."""

"""Which templates a page is written with."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_steps.pages.own_templates import Own


@dataclass(frozen=True, slots=True)
class Wording:
    """The shipped templates, and before them the user's own, if there are any."""

    own: Own | None = None


SHIPPED = Wording()
"""Nothing but the shipped templates."""

"""Slides: the worked solution, a step a slide. They are `documents/solution.j2` in the format of slides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backprop_steps.offers import Detail, Pictures, Show
from backprop_steps.pages.content.context import context
from backprop_steps.pages.documents.page import Page
from backprop_steps.pages.documents.render import check_wish, profile_for, tell
from backprop_steps.pages.pictures.on_page import illustrate
from backprop_steps.pages.telling.sheet import Choice
from backprop_steps.pages.writing.formats import SLIDES, STILL_SLIDES
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import case_words, write_page
from backprop_steps.pages.writing.printing import Printing
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.again import replaced
from backprop_steps.problem.model import Problem

_ROOM = 33.0
"""The width of a display on a slide, in em."""


@dataclass(frozen=True, slots=True)
class SlidesWish:
    """What kind of slides are wanted. `reveal`: line by line, each reveal a page; otherwise a page a slide.

    `pictures` None: the network.
    """

    reveal: bool = True
    notation: str | Path | None = None
    detail: Detail = "full"
    only: tuple[str, ...] = ()
    show: Show = "all"
    own: Own | None = None
    pictures: Pictures | None = None
    picture_files: str | None = None


def render_slides(problem: Problem, wish: SlidesWish) -> Page:
    """The slides as a Typst document. Raises NotationError where the notation cannot say the problem."""
    profile = profile_for(problem, wish.notation, "typst")
    told = tell(problem, profile)
    again = [tell(other, profile) for other in replaced(problem)]
    rows = problem.network is not None and problem.network.orientation == "rows"
    choice = Choice(wish.detail, wish.only, wish.show, rows)
    check_wish(told, choice, False)
    wording = Wording(problem.lang, wish.own)
    format = SLIDES if wish.reveal else STILL_SLIDES
    printing = Printing(told.notation, case_words(format, wording), room=_ROOM, wraps=True)
    illustrated = illustrate(problem, told, printing, format, wish, wording=wording, by_default=True)
    names = context(problem, told, again, printing, choice, False, slides=True)
    text = write_page(
        "slides",
        {**names, "pictures": illustrated.pictures},
        format=illustrated.format,
        write=printing.tex,
        title=problem.title,
        meta=problem.meta,
        wording=wording,
    )
    return Page(text)

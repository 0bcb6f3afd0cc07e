"""A handout: the lecture on paper, with exercises made of this very network and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path

from backprop_steps.network.graph import letters_of
from backprop_steps.offers import Pictures, Show
from backprop_steps.pages.content.context import context
from backprop_steps.pages.content.exercises import Setting, exercises
from backprop_steps.pages.content.symbols import ONE_BY_ONE
from backprop_steps.pages.documents.page import Page
from backprop_steps.pages.documents.render import Hand, hand_of, profile_for, tell
from backprop_steps.pages.pictures.on_page import illustrate
from backprop_steps.pages.telling.sheet import Choice
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import write_page
from backprop_steps.pages.writing.screen import NO_SCREEN, Screen
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.again import replaced
from backprop_steps.problem.model import Problem


@dataclass(frozen=True, slots=True)
class HandoutWish:
    """What kind of handout is wanted. `show` None: every gradient is worked unless they are many."""

    to: str = "markdown"
    dialect: str = "standard"
    notation: str | Path | None = None
    show: Show | None = None
    fragment: bool = False
    screen: Screen = NO_SCREEN
    own: Own | None = None
    pictures: Pictures | None = None
    picture_files: str | None = None


def render_handout(problem: Problem, wish: HandoutWish) -> Page:
    """The handout as a page. Raises NotationError where the notation cannot say the problem."""
    profile = profile_for(problem, wish.notation, wish.to)
    told = tell(problem, profile)
    again = [tell(other, profile) for other in replaced(problem)]
    rows = problem.network is not None and problem.network.orientation == "rows"
    wording = Wording(problem.lang, wish.own)
    hand = Hand(wish.to, wish.dialect, wish.screen, rows, wording=wording)
    format, printing = hand_of(hand, told, again)
    illustrated = illustrate(problem, told, printing, format, wish, wording=wording, by_default=True)
    choice = Choice("lecture", show=wish.show or _shown(told), rows=rows)
    names = context(problem, told, again, printing, choice, False, coded=format.bound is not None)
    setting = Setting(problem, told, printing, lambda other: tell(other, profile))
    text = write_page(
        "handout",
        {**names, "handout": True, "exercises": exercises(setting), "pictures": illustrated.pictures},
        format=illustrated.format,
        write=printing.tex,
        title=problem.title,
        meta=problem.meta,
        fragment=wish.fragment,
        wording=wording,
    )
    return Page(wish.screen.finished(text) if wish.to == "terminal" else text, illustrated.files.written)


def _shown(told: Telling) -> Show:
    sizes = [[letter.axis.size for letter in letters_of(one)] for one in told.derivation.graph.parameters]
    elements = sum(prod(size for size in each if isinstance(size, int)) for each in sizes)
    return "all" if elements <= ONE_BY_ONE else "representative"

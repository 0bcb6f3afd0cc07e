"""A problem, solved, as the text of a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backprop_steps.derivation.derive import derive
from backprop_steps.derivation.matrix import Layout
from backprop_steps.derivation.steps import Derivation
from backprop_steps.errors import UserError, did_you_mean
from backprop_steps.evaluation.evaluate import Evaluation, elements, evaluate
from backprop_steps.expression.names import matches
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantity_letters
from backprop_steps.network.build import build
from backprop_steps.network.graph import Graph
from backprop_steps.network.shape import shape_of
from backprop_steps.notation.loading import load_profile
from backprop_steps.notation.names import SymbolNames
from backprop_steps.notation.notation import Notation, NotationError, can_say
from backprop_steps.notation.profile import Profile
from backprop_steps.notation.tex import Measure
from backprop_steps.notation.width import width
from backprop_steps.offers import Detail, Pictures, Show
from backprop_steps.pages.content.context import context
from backprop_steps.pages.content.faults import NoNumberError, faults_answered
from backprop_steps.pages.documents.clashes import check_symbols
from backprop_steps.pages.documents.json_page import json_page
from backprop_steps.pages.documents.page import Page
from backprop_steps.pages.telling.sheet import Choice
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.formats import FORMATS, Format, html_naming
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import case_words, write_page
from backprop_steps.pages.writing.printing import WIDTH, Printing
from backprop_steps.pages.writing.screen import NO_SCREEN, Screen
from backprop_steps.pages.writing.wording import SHIPPED, Wording
from backprop_steps.problem.again import replaced
from backprop_steps.problem.model import Problem

__all__ = ["NoNumberError", "Wish", "check_wish", "derived", "evaluated", "render_problem", "tell", "telling"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What kind of page is wanted.

    `pictures` None: those that are usual. `picture_files` is how the names of a page's pictures begin where they are
    files beside it; without it, a page of Markdown has them in its links.
    """

    to: str = "markdown"
    dialect: str = "standard"
    notation: str | Path | None = None
    detail: Detail = "full"
    only: tuple[str, ...] = ()
    show: Show = "all"
    gradient_check: bool = False
    fragment: bool = False
    screen: Screen = NO_SCREEN
    own: Own | None = None
    pictures: Pictures | None = None
    picture_files: str | None = None


def render_problem(problem: Problem, wish: Wish) -> Page:
    """The worked solution as a page. Raises NotationError where the notation cannot say the problem."""
    profile = profile_for(problem, wish.notation, wish.to)
    told = tell(problem, profile)
    rows = problem.network is not None and problem.network.orientation == "rows"
    choice = Choice(wish.detail, wish.only, wish.show, rows)
    check_wish(told, choice, wish.gradient_check)
    if wish.to == "json":
        return Page(json_page(problem, told.derivation, told.evaluation, wish.only))
    again = [tell(other, profile) for other in replaced(problem)]
    wording = Wording(problem.lang, wish.own)
    hand = Hand(wish.to, wish.dialect, wish.screen, rows, wording=wording)
    format, printing = hand_of(hand, told, again)
    illustrated = None
    if wish.pictures is not None or wish.detail == "lecture":  # a sheet without pictures does not wait for them
        from backprop_steps.pages.pictures.on_page import illustrate

        usual = wish.detail == "lecture"
        illustrated = illustrate(problem, told, printing, format, wish, wording=wording, by_default=usual)
    with faults_answered(problem, told.derivation.graph):  # of a gradient check
        coded = format.bound is not None
        content = context(problem, told, again, printing, choice, wish.gradient_check, coded=coded)
    text = write_page(
        "solution",
        content if illustrated is None else {**content, "pictures": illustrated.pictures},
        format=format if illustrated is None else illustrated.format,
        write=printing.tex,
        title=problem.title,
        meta=problem.meta,
        fragment=wish.fragment,
        wording=wording,
    )
    files = illustrated.files.written if illustrated is not None else None
    return Page(wish.screen.finished(text) if wish.to == "terminal" else text, files)


def profile_for(problem: Problem, notation: str | Path | None, to: str) -> Profile:
    """The notation of a page: the one asked for, or the problem's own."""
    profile = load_profile(notation or problem.notation)
    if to == "terminal":  # it has no bar to put one thing over another
        profile = replace(profile, conventions=replace(profile.conventions, fractions="inline"))
    return profile


@dataclass(frozen=True, slots=True)
class Hand:
    """What writes a page: the format and its dialect, the screen of a terminal, and how weights are named.

    `open_gaps`: a gap is room to write, and not its answer. `wording` are the templates.
    """

    to: str
    dialect: str
    screen: Screen
    rows: bool
    open_gaps: bool = False
    wording: Wording = SHIPPED


def hand_of(hand: Hand, told: Telling, again: Sequence[Telling]) -> tuple[Format, Printing]:
    """The format of a page, and what prints its formulas; `again` are what else is told on it."""
    room: float = WIDTH
    measure: Measure = width
    if hand.to == "terminal":
        format, room, measure = hand.screen.format, hand.screen.room, hand.screen.measure
    elif hand.to == "html":
        notations = (told.notation, *(other.notation for other in again))
        format = html_naming(SymbolNames(notations, rows=hand.rows))
    else:
        format = FORMATS[hand.to, hand.dialect if hand.to == "markdown" else "standard"]
    words, wraps = case_words(format, hand.wording), hand.to == "html"
    return format, Printing(told.notation, words, room=room, measure=measure, wraps=wraps, open_gaps=hand.open_gaps)


class WishError(UserError):
    """What is asked for is not on this problem's sheet."""


def check_wish(told: Telling, choice: Choice, gradient_check: bool) -> None:
    """Raises WishError for a pattern that matches nothing, and for a check that needs numbers where there are none."""
    if gradient_check and told.evaluation is None:
        raise WishError("a gradient check needs numbers, and this problem has none; leave out --gradient-check")
    if not choice.only:
        return
    known = list(
        dict.fromkeys(
            name
            for passage in told.derivation.passages
            for quantity in _asked(told, passage.quantity)
            for name in choice.names(quantity)
        )
    )
    for pattern in choice.only:
        if not any(matches(pattern, name) for name in known):
            near = did_you_mean(pattern, known)
            raise WishError(f"--only {pattern!r} matches nothing on this sheet{near or '; known are ' + _some(known)}")


def _asked(told: Telling, quantity: Quantity) -> list[Quantity]:
    """The elements of an array; the array where a size of it is a letter."""
    if any(isinstance(letter.axis.size, str) for letter in quantity_letters(quantity)):
        return [quantity.array()]
    return [told.at(quantity, binding) for binding in elements(quantity)]


def _some(names: Collection[str]) -> str:
    shown = list(names)[:6]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")


def tell(problem: Problem, profile: Profile) -> Telling:
    """The derivation of a problem, its numbers, and the notation to tell them in."""
    derivation = derived(problem, profile)
    evaluation = evaluated(problem, derivation)
    return telling(problem, derivation, evaluation)


def evaluated(problem: Problem, derivation: Derivation) -> Evaluation | None:
    """The numbers of a derivation. Raises NoNumberError where one of them does not exist."""
    with faults_answered(problem, derivation.graph):
        return evaluate(derivation, problem.rounding, problem.steps)


def derived(problem: Problem, profile: Profile) -> Derivation:
    """The derivation in a notation.

    Raises NotationError, with the reason, where it cannot say the problem, and NoNumberError for a formula beyond the
    bounds.
    """
    graph = build(problem, profile.conventions)
    reason = can_say(profile, shape_of(graph)) or _unnamed_upstream(profile, graph)
    if reason is not None:
        own = profile.name == problem.notation and ("notation",) in problem.places
        raise NotationError(f"{problem.at('notation') if own else ''}{reason}")
    with faults_answered(problem, graph):
        return derive(graph, profile)


def _unnamed_upstream(profile: Profile, graph: Graph) -> str | None:
    for quantity in graph.upstream:
        spelling = profile.formulas.get(quantity.role)
        if spelling is None or not spelling.named:
            role = quantity.role.replace("_", "-")
            return (
                f"the notation {profile.name!r} has no symbol for a {role}, and a gradient arrives at one; take 'layer'"
            )
    return None


def telling(problem: Problem, derivation: Derivation, evaluation: Evaluation | None) -> Telling:
    """The derivation in the problem's own notation and symbols. Raises NotationError for symbols that collide."""
    graph, profile = derivation.graph, derivation.profile
    orientation = problem.network.orientation if problem.network is not None else None
    notation = Notation(profile, shape_of(graph), dict(problem.symbols), orientation, problem.comma)
    check_symbols(problem, notation)
    rows = (orientation or profile.conventions.orientation) == "rows"
    return Telling(derivation, evaluation, notation, Layout(rows=rows))

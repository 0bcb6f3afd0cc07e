"""The Python API. Every mistake that is the user's to mend is a UserError; its text has a line for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_steps.asking import asked
from backprop_steps.languages import language
from backprop_steps.notation.loading import load_profile
from backprop_steps.offers import (
    Audience,
    Carry,
    Depth,
    Detail,
    Dialect,
    Drawing,
    Engine,
    HintPlace,
    Pictures,
    Show,
    Values,
)
from backprop_steps.pages.documents.page import Page
from backprop_steps.pages.writing.formats import REPORT_OUTPUTS
from backprop_steps.pages.writing.own_templates import Own, own_templates
from backprop_steps.pages.writing.screen import Screen
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem import load as load_problem
from backprop_steps.problem.model import Problem

if TYPE_CHECKING:  # a function imports what only it needs
    from backprop_steps.checking.marking.scheme import Scheme
    from backprop_steps.checking.model import Marking
    from backprop_steps.derivation.steps import Derivation
    from backprop_steps.evaluation.evaluate import Evaluation
    from backprop_steps.pages.documents.drawn import Drawn
    from backprop_steps.pages.documents.mistaken import Planted
    from backprop_steps.pages.documents.worksheet import Worksheet


def load(problem: str | Path) -> Problem:
    """A problem file, or a shipped problem by its name. Raises ProblemErrors with every mistake of the file."""
    return load_problem(problem)


@asked()
def derive(problem: Problem, notation: str | Path | None = None) -> Derivation:
    """The steps of the derivation, in the notation of the problem or in another.

    Raises NotationError where the problem cannot be said in it.
    """
    from backprop_steps.pages.documents.render import derived

    profile = load_profile(notation or problem.notation)
    return derived(problem, profile)


@asked()
def evaluate(problem: Problem, notation: str | Path | None = None) -> Evaluation | None:
    """Every number of the derivation, update after update; None where the problem is symbolic.

    Raises NoNumberError where a number does not exist (a logarithm of zero, an overflow).
    """
    from backprop_steps.pages.documents.render import evaluated

    return evaluated(problem, derive(problem, notation))


@asked("markdown", "latex", "html", "typst", "notebook", "terminal", "json")
def render(
    problem: Problem,
    *,
    to: str = "markdown",
    dialect: Dialect = "standard",
    notation: str | Path | None = None,
    detail: Detail = "full",
    only: str | Sequence[str] = (),
    show: Show = "all",
    gradient_check: bool = False,
    fragment: bool = False,
    digits: int | None = None,
    carry: Carry | None = None,
    lang: str | None = None,
    template: str | Path | None = None,
    pictures: Pictures | None = None,
    picture_files: str | None = None,
    colour: bool = False,
    width: int = 0,
    ascii_only: bool = False,
) -> Page:
    """The worked solution as text in one of the formats; in a notebook, the Markdown shows itself.

    `only` is a pattern of quantity names (`W1[*,1]`), or several; `show="representative"` works one example of each,
    `digits`, `carry` and `lang` win over the problem's own; `template` is a document template of one's own, or a folder
    of templates; they run in a sandbox. `colour`, `width` (in cells) and `ascii_only` are a terminal's.
    `pictures` are `none`, the `network` with its paths, or `all`, with plots too; unless it says so, a lecture has the
    network. Those of Markdown are in its links, or, with `picture_files="sheet"`, in `page.files`, a file `sheet-….svg`
    each. Raises NotationError where the problem cannot be said in the notation, TemplateError for a mistake in a
    template, PictureError for a picture that cannot be drawn.
    """
    from backprop_steps.pages.documents.render import Wish, render_problem

    problem = _rounded(spoken(problem, lang), digits, carry)
    wish = Wish(
        to,
        dialect,
        notation,
        detail,
        _patterns(only),
        show,
        gradient_check,
        fragment,
        Screen(colour, width, ascii_only),
        _own(template),
        pictures,
        picture_files,
    )
    return render_problem(problem, wish)


def _rounded(problem: Problem, digits: int | None, carry: Carry | None) -> Problem:
    """The problem with another rounding, where one is asked for."""
    rounding = problem.rounding
    if digits is not None:
        rounding = replace(rounding, digits=digits)
    if carry is not None:
        rounding = replace(rounding, carry=carry)
    return problem if rounding == problem.rounding else replace(problem, rounding=rounding)


def _patterns(only: str | Sequence[str]) -> tuple[str, ...]:
    return (only,) if isinstance(only, str) else tuple(only)


def _own(template: str | Path | None) -> Own | None:
    return None if template is None else own_templates(template)


def spoken(problem: Problem, lang: str | None) -> Problem:
    """The problem told in another language, where one is asked for. Raises LanguageError for one that is not there."""
    if lang is None or lang == problem.lang:
        return problem
    return replace(problem, lang=language(lang).code)


@asked()
def pdf(page: str, engine: Engine = "typst") -> bytes:
    """The PDF of a page that was rendered to `typst`, or to `latex` for the engine `tex`, as a whole document.

    Raises TypesettingError, with the remedy, where the engine is not installed.
    """
    from backprop_steps.pages.writing.typesetting import pdf as set_page

    return set_page(page, engine)


@asked()
def check(problem: Problem, text: str, *, name: str = "hand-in", scheme: Scheme | str | Path | None = None) -> Marking:
    """What is said of every link of a hand derivation. `name` is what reports call it; `scheme` may be a file.

    Raises ProblemErrors with every mistake of a scheme's file. No text is a mistake: what cannot be read is
    `not_understood`.
    """
    from backprop_steps.checking.check import check as marked

    return marked(problem, text, name, _scheme(scheme))


@asked(*REPORT_OUTPUTS)
def report(
    markings: Marking | Sequence[Marking],
    *,
    to: str = "markdown",
    audience: Audience = "teacher",
    scheme: Scheme | str | Path | None = None,
    title: str = "",
    several: bool | None = None,
    lang: str = "en",
    template: str | Path | None = None,
    colour: bool = False,
    width: int = 0,
    ascii_only: bool = False,
) -> Page:
    """The report on one hand-in or several, as terminal, markdown, html or json; in a notebook, Markdown shows itself.

    To a student (`audience`) nothing is said of what would be right. `several`: whether JSON is a list, one object a
    hand-in; unless given, where a sequence is. `colour`, `width` (in cells, 0: any) and `ascii_only` are a terminal's.
    """
    from backprop_steps.checking.model import Marking
    from backprop_steps.pages.documents.report import report as write_report

    one = isinstance(markings, Marking)
    text = write_report(
        [markings] if isinstance(markings, Marking) else markings,
        to=to,
        audience=audience,
        scheme=_scheme(scheme),
        title=title,
        several=not one if several is None else several,
        colour=colour,
        width=width,
        ascii_only=ascii_only,
        wording=Wording(language(lang).code, _own(template)),
    )
    return Page(text)


def _scheme(scheme: Scheme | str | Path | None) -> Scheme | None:
    if not isinstance(scheme, (str, Path)):
        return scheme
    from backprop_steps.checking.marking.scheme import load_scheme

    return load_scheme(scheme)


@dataclass(frozen=True, slots=True)
class MistakesSheet:
    """A sheet with mistakes to find: the pages, and what was planted, from top to bottom."""

    sheet: Page
    key: Page
    sheet_with_key: Page
    planted: Planted


@asked("markdown", "latex", "html", "typst")
def mistakes(
    problem: Problem,
    count: int = 3,
    seed: int = 1,
    *,
    causes: Collection[str] | None = None,
    to: str = "markdown",
    dialect: Dialect = "standard",
    notation: str | Path | None = None,
    lang: str | None = None,
    template: str | Path | None = None,
) -> MistakesSheet:
    """The worked solution with so many mistakes to find, carried on from as a student would, and its key.

    The same seed plants the same mistakes; `causes` are names out of the closed list, all of them unless given. Raises
    MistakesError where there is no room for so many, NotationError where the notation cannot say the problem.
    """
    # not needed for a solution, which should not wait for it
    from backprop_steps.checking.causes import CAUSES
    from backprop_steps.pages.documents.mistaken import plant
    from backprop_steps.pages.documents.mistakes_page import render_mistakes

    own = _own(template)
    planted = plant(spoken(problem, lang), count, seed, notation, causes=tuple(causes or CAUSES))
    return MistakesSheet(*render_mistakes(planted, to, dialect, own), planted)


@asked("markdown", "latex", "html", "typst", "terminal", detail=("brief", "full", "lecture"))
def worksheet(
    problem: Problem,
    *,
    gaps: Depth = "numbers",
    every: int = 1,
    only_backward: bool = False,
    hints: HintPlace = "end",
    to: str = "markdown",
    dialect: Dialect = "standard",
    notation: str | Path | None = None,
    detail: Detail = "full",
    digits: int | None = None,
    carry: Carry | None = None,
    lang: str | None = None,
    template: str | Path | None = None,
    colour: bool = False,
    width: int = 0,
    ascii_only: bool = False,
) -> Worksheet:
    """The worked solution with gaps: `sheet`, its `key`, `gaps` from top to bottom, and a marking `scheme` in YAML.

    `gaps` says what is left out: numbers, all right-hand sides, or whole steps; `every` k-th of them, and with
    `only_backward` none before the gradients. The other options are those of `render`. Raises WorksheetError where
    nothing can be left out.
    """
    from backprop_steps.pages.documents.gaps import Gaps
    from backprop_steps.pages.documents.worksheet import WorksheetWish, render_worksheet

    screen = Screen(colour, width, ascii_only)
    wish = WorksheetWish(Gaps(gaps, every, only_backward), hints, to, dialect, notation, detail, screen, _own(template))
    return render_worksheet(_rounded(spoken(problem, lang), digits, carry), wish)


@asked(detail=("brief", "full"))
def slides(
    problem: Problem,
    *,
    reveal: bool = True,
    notation: str | Path | None = None,
    detail: Detail = "full",
    only: str | Sequence[str] = (),
    show: Show = "all",
    digits: int | None = None,
    carry: Carry | None = None,
    pictures: Pictures | None = None,
    lang: str | None = None,
    template: str | Path | None = None,
) -> Page:
    """Slides, a step a slide, as a Typst document: `pdf` makes the PDF of it.

    `reveal`: line by line, each reveal a page; otherwise each slide is one page, to hand out. The other options are
    those of `render`.
    """
    from backprop_steps.pages.documents.slides import SlidesWish, render_slides

    wish = SlidesWish(reveal, notation, detail, _patterns(only), show, _own(template), pictures)
    return render_slides(_rounded(spoken(problem, lang), digits, carry), wish)


@asked()
def picture(
    problem: Problem,
    of: Drawing = "network",
    *,
    notation: str | Path | None = None,
    values: Values = "all",
    highlight: str | None = None,
    sample: int | None = None,
    layer: int | None = None,
    steps: int | None = None,
    digits: int | None = None,
    carry: Carry | None = None,
    lang: str | None = None,
    template: str | Path | None = None,
) -> Drawn:
    """A picture: `svg`, `typst` and `latex` are its text, `pdf()` and `png()` its files; a notebook shows it.

    Of the network, or the circuit, `values` says which numbers are written, `highlight` names a quantity (`W1[2,1]`,
    `dL/dW1[2,1]`) whose paths to what is differentiated are highlighted, `sample` is the sample of a batch whose values
    are written. Of an activation and its derivative, `layer` says whose; of the loss, `steps` how many updates. The
    words of `template` are in its title and its text. Raises PictureError where it cannot be drawn.
    """
    from backprop_steps.pages.documents.drawn import PictureWish, drawn

    wish = PictureWish(of, notation, values, highlight, sample, layer, steps, _own(template))
    return drawn(_rounded(spoken(problem, lang), digits, carry), wish)


@asked("markdown", "latex", "html", "typst", "notebook", "terminal")
def handout(
    problem: Problem,
    *,
    to: str = "markdown",
    dialect: Dialect = "standard",
    notation: str | Path | None = None,
    show: Show | None = None,
    fragment: bool = False,
    digits: int | None = None,
    carry: Carry | None = None,
    lang: str | None = None,
    template: str | Path | None = None,
    pictures: Pictures | None = None,
    picture_files: str | None = None,
    colour: bool = False,
    width: int = 0,
    ascii_only: bool = False,
) -> Page:
    """The lecture on paper: every step with its symbols and what this network has to teach, exercises and answers.

    The options are those of `render`; unless `show` says so, every gradient is worked where they are few, and one of
    each kind where they are many.
    """
    from backprop_steps.pages.documents.handout import HandoutWish, render_handout

    screen = Screen(colour, width, ascii_only)
    wish = HandoutWish(to, dialect, notation, show, fragment, screen, _own(template), pictures, picture_files)
    return render_handout(_rounded(spoken(problem, lang), digits, carry), wish)

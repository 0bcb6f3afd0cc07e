"""A picture of its own, as it is asked for by name: drawn, and in every language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backprop_steps.offers import Values
from backprop_steps.pages.documents.render import Hand, hand_of, profile_for, tell
from backprop_steps.pages.drawing.model import Picture
from backprop_steps.pages.drawing.svg import svg
from backprop_steps.pages.pictures.draw import Drawer
from backprop_steps.pages.pictures.layering import PictureError
from backprop_steps.pages.pictures.written import WRITERS, latex_file, pdf, png, typst_file
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.screen import NO_SCREEN
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.model import Problem


@dataclass(frozen=True, slots=True)
class PictureWish:
    """Which picture is wanted. `highlight` is the name of a quantity, `sample` one of a batch, `own` the templates."""

    of: str = "network"
    notation: str | Path | None = None
    values: Values = "all"
    highlight: str | None = None
    sample: int | None = None
    layer: int | None = None
    steps: int | None = None
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that has been drawn, in every language; a notebook shows it."""

    picture: Picture

    @property
    def title(self) -> str:
        """What it is of."""
        return self.picture.title

    @property
    def alt(self) -> str:
        """What it says to who cannot see it."""
        return self.picture.alt

    @property
    def svg(self) -> str:
        """A file of SVG."""
        return svg(self.picture)

    @property
    def typst(self) -> str:
        """Its source in Typst, for `#include`."""
        return typst_file(self.picture)

    @property
    def latex(self) -> str:
        """Its source in TikZ, for `\\input`."""
        return latex_file(self.picture)

    def pdf(self) -> bytes:
        """A PDF of its own size. Raises TypesettingError where Typst is not installed."""
        return pdf(self.picture)

    def png(self) -> bytes:
        """A PNG. Raises TypesettingError where Typst is not installed."""
        return png(self.picture)

    def written(self, language: str) -> str | bytes:
        """In one of the languages of `written.WRITERS`."""
        return WRITERS[language](self.picture)

    def _repr_svg_(self) -> str:
        return self.svg


def drawn(problem: Problem, wish: PictureWish) -> Drawn:
    """The picture that is wanted. Raises PictureError where it cannot be drawn, NotationError, and TemplateError."""
    wording = Wording(problem.lang, wish.own)
    told = tell(problem, profile_for(problem, wish.notation, "latex"))
    _, printing = hand_of(Hand("latex", "standard", NO_SCREEN, False, wording=wording), told, [])
    drawer = Drawer(problem, told, printing, wording)
    samples = told.derivation.graph.samples
    if wish.sample is not None and (not told.derivation.graph.batch or not isinstance(samples, int)):
        raise PictureError("there is no batch of samples here; leave out --sample")
    if wish.sample is not None and isinstance(samples, int) and wish.sample > samples:
        raise PictureError(f"there is no sample {wish.sample}; this batch has {samples}")
    follow = drawer.quantity(wish.highlight) if wish.highlight is not None else None
    if wish.of == "activation":
        return Drawn(drawer.activation(wish.layer))
    if wish.of == "loss":
        return Drawn(drawer.loss(wish.steps))
    return Drawn(drawer.network(wish.values, follow, wish.sample))

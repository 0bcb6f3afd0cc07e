"""The pictures of a page: which there are, and how a page of Markdown, whose pictures are files, names them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from backprop_steps.derivation.paths import consumers
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.offers import Pictures
from backprop_steps.pages.drawing.model import Picture
from backprop_steps.pages.drawing.svg import svg
from backprop_steps.pages.pictures.layering import can_layer
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.formats import Format
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.printing import Printing
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.model import Problem

if TYPE_CHECKING:
    from backprop_steps.pages.pictures.draw import Drawer
    from backprop_steps.pages.telling.sheet import Entry


class PictureFiles:
    """The pictures of a page of Markdown: files beside it, or, where it has no name, within its links."""

    def __init__(self, stem: str | None) -> None:
        self._stem = stem
        self.written: dict[str, str] = {}

    def link(self, picture: Picture) -> str:
        """Where the page finds the picture."""
        if self._stem is None:
            return f"data:image/svg+xml;base64,{b64encode(svg(picture).encode()).decode()}"
        name = f"{self._stem}-{picture.name}.svg"
        self.written[name] = svg(picture)
        return quote(name)


class PagePictures:
    """What a document asks for its pictures; each of them may be none.

    None is wider or higher than `readable`; where that is None they were asked for by name.
    """

    def __init__(self, drawer: Callable[[], Drawer], which: Pictures, readable: tuple[float, float] | None) -> None:
        self._drawer, self._which, self._limits = drawer, which, readable
        self._followed: set[tuple[int, str | None]] = set()
        self._made: Drawer | None = None

    @property
    def _draw(self) -> Drawer:
        if self._made is None:
            self._made = self._drawer()
        return self._made

    @property
    def given(self) -> Picture | None:
        """The network with what is given; what has no room in it stands above."""
        picture = self._readable(self._draw.network("given", complete=False))
        return replace(picture, name="given") if picture is not None else None

    @property
    def whole(self) -> Picture | None:
        """The network with all its values and gradients; none where there are no numbers."""
        if self._draw.told.evaluation is None:
            return None
        return self._readable(self._draw.network())

    def path(self, entry: Entry) -> tuple[Picture, Formula] | None:
        """The paths that an entry about a gradient follows, and from where; for the first of each layer.

        Of a circuit: where several paths add up.
        """
        quantity = entry.subject.by
        graph = self._draw.graph
        if quantity is None or entry.subject.of != graph.goal:
            return None
        follows = quantity.role == "weight" if graph.depth else len(consumers(graph, quantity)) > 1
        key = (quantity.layer, quantity.name)
        if not follows or key in self._followed:
            return None
        self._followed.add(key)
        first = _first(entry, quantity)
        picture = self._draw.network("none", first)
        found = self._readable(replace(picture, name=f"path-{len(self._followed)}"))
        return (found, Formula(self._draw.symbol(first))) if found is not None else None

    @property
    def activations(self) -> list[Picture]:
        """Each activation with its derivative and the network's points, where plots are wanted."""
        if self._which != "all":
            return []
        from backprop_steps.pages.pictures.plots import plotted_layers

        layers = plotted_layers(self._draw.graph)
        return [replace(self._draw.activation(layer), name=f"activation-{layer}") for layer in layers]

    @property
    def loss(self) -> Picture | None:
        """The loss over the updates, where plots are wanted and there are any updates."""
        evaluation = self._draw.told.evaluation
        if self._which != "all" or evaluation is None or not evaluation.updates:
            return None
        return self._draw.loss() if evaluation.has(self._draw.graph.goal) else None

    def _readable(self, picture: Picture) -> Picture | None:
        if self._limits is None or (picture.width <= self._limits[0] and picture.height <= self._limits[1]):
            return picture
        return None


def _first(entry: Entry, quantity: Quantity) -> Quantity:
    """The element that an entry's first line is about; of a whole array its first."""
    line = next(iter(entry.lines), None)
    about = line.about if line is not None and line.about.role == quantity.role else quantity
    index = [1 if isinstance(one, Letter) else one for one in about.index or quantity.index]
    return quantity.at(*index)


class Wished(Protocol):
    """What is wished of a page's pictures.

    `pictures` None: the usual ones. `picture_files` is how the names of files beside the page begin.
    """

    @property
    def pictures(self) -> Pictures | None:
        """Which pictures."""

    @property
    def picture_files(self) -> str | None:
        """How their files are called."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """What a page's pictures are made by: what a document asks for them, the format that writes them, their files."""

    pictures: PagePictures | None
    format: Format
    files: PictureFiles


def illustrate(
    problem: Problem,
    told: Telling,
    printing: Printing,
    format: Format,
    wish: Wished,
    *,
    wording: Wording,
    by_default: bool,
) -> Illustration:
    """The pictures of a page, if it has any. `by_default`: pages of this kind have the network, unless it is crowded.

    A circuit is drawn by default where it can be laid out; a page of Markdown has pictures by default where they can be
    files beside it, a notebook within it. Of what is asked for nothing is left out: what cannot be drawn raises
    PictureError.
    """
    files = PictureFiles(wish.picture_files)
    if format.name in ("standard", "github", "notebook"):
        format = replace(format, picture=files.link)
        by_default = by_default and (wish.picture_files is not None or format.name == "notebook")
    by_default = by_default and (bool(told.derivation.graph.depth) or can_layer())
    which = wish.pictures or ("network" if by_default else "none")
    if which == "none" or format.picture is None:
        return Illustration(None, format, files)

    def drawer() -> Drawer:
        from backprop_steps.pages.pictures.draw import Drawer

        return Drawer(problem, told, printing, wording)

    readable = format.readable if wish.pictures is None else None
    return Illustration(PagePictures(drawer, which, readable), format, files)

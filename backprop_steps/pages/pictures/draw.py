"""A problem's pictures: drawn, and with what they say to who cannot see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from typing import Any

from backprop_steps.errors import did_you_mean
from backprop_steps.expression.names import name_of, read_name
from backprop_steps.expression.quantity import Letter, Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.network.graph import Graph
from backprop_steps.offers import Values
from backprop_steps.pages.content.net import Net
from backprop_steps.pages.drawing.model import Picture
from backprop_steps.pages.markup.blocks import blocks
from backprop_steps.pages.markup.escaping import tex_text
from backprop_steps.pages.pictures.circuit import circuit_picture
from backprop_steps.pages.pictures.columns import drawn_units
from backprop_steps.pages.pictures.layering import PictureError
from backprop_steps.pages.pictures.network import network_picture
from backprop_steps.pages.pictures.reach import on_paths
from backprop_steps.pages.pictures.tags import Stated, Tags
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.environment import FormatEnvironment
from backprop_steps.pages.writing.formats import TERMINAL
from backprop_steps.pages.writing.macros import Formula
from backprop_steps.pages.writing.page import environment
from backprop_steps.pages.writing.printing import Printing
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.model import Problem


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wording of a picture is made of.

    `stated` is what is written in it, where there are numbers; `followed` is whose paths are highlighted, `equations`
    are the formulas of a circuit's nodes.
    """

    of: str
    stated: Sequence[Stated] = ()
    followed: Formula | None = None
    equations: Sequence[Formula] = ()
    layer: int = 0


class Drawer:
    """Draws the pictures of one derivation."""

    def __init__(self, problem: Problem, told: Telling, printing: Printing, wording: Wording) -> None:
        self.problem, self.told, self.printing = problem, told, printing
        self.wording = wording
        self.graph: Graph = told.derivation.graph

    def network(
        self,
        values: Values = "all",
        follow: Quantity | None = None,
        sample: int | None = None,
        *,
        complete: bool = True,
    ) -> Picture:
        """The network, or the circuit; what lies on the paths from `follow` to what is differentiated is highlighted.

        `complete`: the weights that find no room on their wires stand below the network. Raises
        PictureError where the package that lays a circuit out is not installed.
        """
        tags = Tags(self.told, self.printing, values=values, sample=sample)
        lit = on_paths(self.graph, follow)
        draw = partial(network_picture, complete=complete) if self.graph.depth else circuit_picture
        picture, stated = draw(self.graph, tags, lit)
        nodes = [] if self.graph.depth else [one.output for one in self.graph.operations]
        facts = Facts(
            "network",
            stated if tags.evaluation is not None else (),
            Formula(tags.symbol(follow)) if follow is not None else None,
            [Formula(self._equation(node, tags)) for node in nodes],
        )
        return self._told(replace(picture, name="path" if follow is not None else "network"), facts)

    def activation(self, layer: int | None = None) -> Picture:
        """An activation and its derivative, with this network's points; without a layer, the first that has a curve.

        Raises PictureError where there is none, or matplotlib is not installed.
        """
        from backprop_steps.pages.pictures.plots import activation_plot

        picture, chosen, points = activation_plot(self.graph, Tags(self.told, self.printing), layer)
        return self._told(picture, Facts("activation", [Stated(tag.tex) for tag in points], layer=chosen))

    def loss(self, steps: int | None = None) -> Picture:
        """What is differentiated, before the first update and after each; of so many, or those of the problem.

        Raises PictureError where nothing is updated, or matplotlib is not installed.
        """
        from backprop_steps.pages.pictures.plots import loss_plot

        tags = Tags(self.told, self.printing)
        word = tex_text(str(self._words().updates))
        picture, values = loss_plot(tags, self.problem.rounding, steps or self.problem.steps, word)
        return self._told(picture, Facts("loss", [Stated(tag.tex) for tag in values]))

    def symbol(self, quantity: Quantity) -> str:
        """The TeX of a quantity, as it stands in pictures without numbers."""
        return Tags(self.told, self.printing, values="none").symbol(quantity)

    def _equation(self, node: Quantity, tags: Tags) -> str:
        operation = self.graph.producer(node)
        assert operation is not None
        return f"{tags.symbol(node)} = {tags.printing.tex(operation.formula)}"

    def quantity(self, name: str) -> Quantity:
        """The quantity of a name, or what the derivative of that name is by. Raises PictureError for no such name."""
        rows = self.problem.network is not None and self.problem.network.orientation == "rows"
        nodes = [one.name for one in (*self._known(), self.graph.goal) if one.name is not None]
        known = {name_of(one, rows=rows): one for one in self._known()}
        try:
            found = read_name(name, rows=rows, layers=self.graph.depth, node_names=nodes)
        except ValueError as error:
            raise PictureError(f"{error}{did_you_mean(name, known)}") from None
        found = found.by or found
        plain = name_of(found, rows=rows)
        if plain not in known:
            raise PictureError(f"there is no {plain} in this problem{did_you_mean(plain, known)}")
        return known[plain]

    def _known(self) -> list[Quantity]:
        """What a path may begin at: every array of the problem, and every element of one whose sizes are numbers."""
        graph = self.graph
        arrays = [*graph.inputs, *graph.parameters, *(operation.output for operation in graph.operations)]
        found: dict[Quantity, None] = {}
        for one in arrays:
            found[one.array()] = None
            units = [drawn_units(index.axis.size) for index in one.index if isinstance(index, Letter)]
            found |= dict.fromkeys(one.at(*index) for index in product(*units))  # of any sample
        return [one for one in found if one != graph.goal]

    def _told(self, picture: Picture, facts: Facts) -> Picture:
        """The picture with its title and its text, in the words of the templates."""
        context = self._context(facts)
        with self._environment.answering(context):
            stream = self._environment.get_template("documents/picture.j2").render(context)
        title, *alt = (block.text for block in blocks(stream))
        return replace(picture, title=title, alt=" ".join(alt))

    def _words(self) -> Any:
        """The words that stand in pictures."""
        context = self._context(Facts("network"))
        with self._environment.answering(context):
            return self._environment.get_template("documents/wording/pictures.j2").make_module(dict(context))

    def _context(self, facts: Facts) -> Mapping[str, Any]:
        printing = Tags(self.told, self.printing).printing

        def formula(what: Quantity | Expression, layer: int = 0) -> Formula:
            return Formula(printing.tex(what, layer))

        return {
            "picture": facts,
            "net": Net(self.problem, self.told, printing),
            "conventions": self.told.notation.conventions,
            "problem": self.problem,
            "formula": formula,
        }

    @cached_property
    def _environment(self) -> FormatEnvironment:
        return environment(TERMINAL, self.printing.tex, self.wording, "solution")

"""A symbol in HTML carries the name of its quantity: as many of each as the formula has, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from shipped_pages import PROBLEMS, problem

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression
from backprop_steps.notation.loading import load_profile
from backprop_steps.notation.mathml import math
from backprop_steps.notation.names import SymbolNames
from backprop_steps.pages.documents.render import tell
from backprop_steps.pages.telling.lines import Line
from backprop_steps.pages.telling.sheet import Choice, SheetMaker
from backprop_steps.pages.telling.telling import Telling
from backprop_steps.pages.writing.printing import Printing


def lines(told: Telling, rows: bool) -> Iterator[tuple[Line, bool]]:
    """The lines of a sheet, and whether their symbols are those for numbers."""
    first = told.notation.conventions.arrangement == "formulas_first"
    for part in SheetMaker(told, Choice(rows=rows)).make():
        for section in part.sections:
            for entry in section.entries:
                yield from ((line, first and part.name in ("numbers", "confirm")) for line in entry.lines)


def outermost(element: ElementTree.Element) -> Iterator[str]:
    name = element.get("data-q")
    if name is not None:
        yield name
    else:
        for child in element:
            yield from outermost(child)


def name(quantity: Quantity) -> str:
    """The name without its indices: which of them are told apart is tested by hand."""
    if quantity.of is not None and quantity.by is not None:
        return f"d{name(quantity.of)}/d{name(quantity.by)}"
    words = {"weight": "W", "bias": "b", "threshold": "t", "pre_activation": "z", "activation": "a", "delta": "delta"}
    words |= {"input": "x", "target": "y", "error": "err", "partial_loss": "E", "loss": "L", "learning_rate": "eta"}
    words |= {"samples": "N", "slope": "slope"}
    layer = "" if quantity.layer == 0 or quantity.role in ("target", "partial_loss") else str(quantity.layer)
    return (quantity.name or words[quantity.role] + layer) + "'" * quantity.generation


def bare(found: str) -> str:
    return "/".join(part.split("[")[0] for part in found.split("/"))


def told_and_meant(node: Expression, tex: str, names: SymbolNames) -> tuple[Counter[str], Counter[str]]:
    found = Counter(map(bare, outermost(ElementTree.fromstring(math(tex, names)))))
    meant = Counter(map(name, quantities(node)))
    del found["N"], meant["N"]  # it is a bound of sums too
    return found, meant


@pytest.mark.parametrize("problem_name", PROBLEMS)
def test_every_symbol_of_a_sheet_has_the_name_of_its_quantity(problem_name: str) -> None:
    given = problem(problem_name)
    told = tell(given, load_profile(given.notation))
    rows = given.network is not None and given.network.orientation == "rows"
    names, printing = SymbolNames([told.notation], rows=rows), Printing(told.notation, ("if", "otherwise"))
    seen = 0
    for line, numbers in lines(told, rows):
        for node in (*([line.head] if line.head else []), *(member.expression for member in line.members)):
            tex = printing.tex(node, line.layer, numbers)
            found, meant = told_and_meant(node, tex, names)
            assert found == meant, tex
            seen += len(found)
    assert seen > 10


def names_of(problem_name: str, notation: str, *asked: Quantity, rows: bool = False) -> dict[str, str | None]:
    """The name that the symbol of each quantity carries."""
    told = tell(problem(problem_name), load_profile(notation))
    names, printing = SymbolNames([told.notation], rows=rows), Printing(told.notation, ("if", "otherwise"))
    tex = [printing.tex(one) for one in asked]
    return {one: ElementTree.fromstring(math(one, names))[0].get("data-q") for one in tex}


def test_elements_go_by_their_names_and_a_symbol_in_capitals_by_the_same() -> None:
    weight, output = Quantity("weight", 1, (2, 1)), Quantity("activation", 2, (3,))
    assert names_of("node_relu", "node", weight, output) == {"W_{14}": "W1[2,1]", "Y_7": "a2[3]"}
    told = tell(problem("node_relu"), load_profile("node"))
    printing = Printing(told.notation, ("if", "otherwise"))
    names = SymbolNames([told.notation])
    assert 'data-q="a2[3]"' in math(printing.tex(output, numbers=True), names)
    assert names_of("batch_data", "batch", Quantity("weight", 1, (2, 1)), rows=True) == {"W^{(1)}_{1,2}": "W1[1,2]"}


def test_an_array_of_one_number_is_that_number() -> None:
    found = names_of("neuron_logistic", "layer", Quantity("pre_activation", 1), Quantity("pre_activation", 1, (1,)))
    assert set(found.values()) == {"z1[1]"}


def test_what_is_raised_is_within_the_symbol_and_a_derivative_holds_others() -> None:
    told = tell(problem("mazur"), load_profile("mazur"))
    names = SymbolNames([told.notation])
    told.notation.spell(Quantity("activation", 2, (1,)))
    assert '<msub data-q="a2[1]"><mi class="it">out</mi><mrow>' in math("out_{o1}", names)
    tree = ElementTree.fromstring(math("out_{o1}^2 - e^{-out_{o1}}", names))
    assert [element.get("data-q") for element in tree.iter() if element.get("data-q")] == ["a2[1]", "a2[1]"]


def test_a_symbol_of_two_quantities_has_no_name() -> None:
    told = tell(problem("node_relu"), load_profile("node"))
    names = SymbolNames([told.notation])
    for layer in (1, 2):
        told.notation.spell(Quantity("weight", layer))
    assert "data-q" not in math(told.notation.spell(Quantity("weight", 1)), names)

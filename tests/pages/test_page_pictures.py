"""The pictures of pages: where there are any, how each format has them, and that they are no claims of the sheet."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections import Counter
from dataclasses import replace
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from shipped_pages import checker, problem

import backprop_steps as bp
from backprop_steps.checking.model import Verdict
from backprop_steps.pages.pictures.layering import PictureError
from backprop_steps.problem.model import Problem

MARKS = {"html": '<svg class="picture', "typst": "#picture(alt: ", "latex": "\\begin{tikzpicture}", "markdown": "!["}


@pytest.mark.parametrize("to", ["html", "typst", "latex"])
def test_a_handout_and_a_lecture_have_the_network_and_its_paths(to: str) -> None:
    for page in (bp.handout(problem("mazur"), to=to), bp.render(problem("mazur"), to=to, detail="lecture")):
        assert page.count(MARKS[to]) == 4  # given, a path for each layer, the whole
    assert bp.handout(problem("mazur"), to=to, pictures="none").count(MARKS[to]) == 0
    assert bp.render(problem("mazur"), to=to).count(MARKS[to]) == 0
    assert bp.render(problem("mazur"), to=to, pictures="all").count(MARKS[to]) == 6  # an activation, the loss


def test_the_pictures_of_markdown_are_files_beside_it() -> None:
    page = bp.handout(problem("mazur"), picture_files="my sheet")
    links = [unquote(link) for link in re.findall(r"!\[.*\]\((.*)\)", page)]
    assert links == [f"my sheet-{name}.svg" for name in ("given", "path-1", "path-2", "network")] == list(page.files)
    for text in page.files.values():
        ElementTree.fromstring(text)
    assert "0.082167041" in page.files["my sheet-network.svg"]
    assert "0.082167041" not in page.files["my sheet-given.svg"]


def test_a_page_of_markdown_with_no_file_has_them_in_its_links_where_it_is_asked_to() -> None:
    assert MARKS["markdown"] not in bp.handout(problem("mazur"))
    page = bp.render(problem("mazur"), pictures="network")
    links = re.findall(r"!\[.*\]\(data:image/svg\+xml;base64,(.*)\)", page)
    assert len(links) == 4
    assert page.files == {}
    for link in links:
        ElementTree.fromstring(b64decode(link))


def test_the_pictures_of_a_notebook_are_attached_to_its_cells() -> None:
    cells = json.loads(bp.handout(problem("mazur"), to="notebook"))["cells"]
    count = 0
    for cell in cells:
        attached = cell.get("attachments", {})
        assert re.findall(r"\(attachment:(.*?)\)", "".join(cell["source"])) == list(attached)
        for forms in attached.values():
            ElementTree.fromstring(b64decode(forms["image/svg+xml"]))
            count += 1
    assert count == 4


def test_every_picture_says_what_it_shows() -> None:
    said = "From left to right 2 inputs, the hidden layer of 2 neurons (sigmoid)"
    html, typst = (bp.handout(problem("mazur"), to=to) for to in ("html", "typst"))
    assert html.count(f'role="img" aria-label="The network. {said}') == 2
    assert typst.count(f'#picture(alt: "The network. {said}') == 2
    latex = bp.handout(problem("mazur"), to="latex")
    alts = [bytes.fromhex(digits).decode("utf-16") for digits in re.findall(r"/Alt <([0-9a-f]+)>", latex)]
    assert len(alts) == 4
    assert alts[0].startswith(f"The network. {said}")
    assert "w₅ = 0.40 (derivative 0.082167041)" in alts[-1]


def test_what_is_derived_later_is_not_given_away() -> None:
    page = bp.handout(problem("mazur"), to="latex")
    given = page.split("\\begin{tikzpicture}")[1].split("\\end{tikzpicture}")[0]
    assert "$w_5 = 0.40$" in given
    assert "0.59327" not in given
    assert "bpgradient" not in given


def test_what_is_frozen_has_no_derivative_in_the_picture() -> None:
    assert "0.0187" not in bp.picture(problem("mazur")).svg  # its biases are
    assert "b_1 = 0.35" in [label.tex for label in bp.picture(problem("mazur")).picture.labels]


@pytest.mark.parametrize("to", ["markdown", "latex"])
@pytest.mark.parametrize("name", ["mazur", "batch_data", "circuit_reuse", "node_relu"])
def test_a_picture_is_no_claim(name: str, to: str) -> None:
    marked = [
        Counter(link.verdict for link in checker(name).check(str(bp.render(problem(name), to=to, **wish))).links)
        for wish in ({"pictures": "none"}, {"pictures": "all", "picture_files": "sheet"})
    ]
    assert set(marked[0]) <= {Verdict.CORRECT, Verdict.ROUNDED}
    assert marked[0] == marked[1]


def test_a_circuit_is_drawn_where_it_can_be_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MARKS["html"] in bp.handout(problem("circuit"), to="html")
    monkeypatch.setattr("backprop_steps.pages.pictures.layering.can_layer", lambda: False)
    monkeypatch.setattr("backprop_steps.pages.pictures.on_page.can_layer", lambda: False)
    assert MARKS["html"] not in bp.handout(problem("circuit"), to="html")
    with pytest.raises(PictureError, match="fast-sugiyama"):
        bp.handout(problem("circuit"), to="html", pictures="network")


def deep(layers: int) -> Problem:
    base = problem("three_layers")
    assert base.network is not None
    first, middle, last = base.network.layers
    return replace(base, network=replace(base.network, layers=(first, *[middle] * layers, last)))


def test_a_network_too_wide_to_read_is_drawn_only_where_it_is_asked_for() -> None:
    assert '"The network. ' not in bp.render(deep(6), to="html", detail="lecture", show="representative")
    assert '"The network. ' in bp.render(deep(6), to="html", detail="answers", pictures="network")


def test_a_terminal_has_no_pictures() -> None:
    assert bp.handout(problem("mazur"), to="terminal") == bp.handout(problem("mazur"), to="terminal", pictures="none")


def test_a_picture_higher_than_a_page_is_set_smaller() -> None:
    base = problem("mazur")
    assert base.network is not None
    first, last = base.network.layers
    assert first.weights is not None
    assert last.weights is not None
    first = replace(first, units=6, weights=first.weights * 3)
    last = replace(last, weights=tuple(row * 3 for row in last.weights))
    high = replace(base, network=replace(base.network, layers=(first, last)))
    picture = bp.picture(high, notation="layer").picture
    assert picture.height > 62
    typst = bp.render(high, to="typst", notation="layer", detail="answers", pictures="network")
    sizes = re.findall(r'#picture\(alt: ".*", size: ([0-9.]+)em', typst)
    assert [float(size) for size in sizes] == [pytest.approx(0.85 * 62 / picture.height, abs=1e-3)]
    latex = bp.render(high, to="latex", notation="layer", detail="answers", pictures="network")
    assert f"\\scalebox{{{62 / picture.height:.3f}}}" in latex

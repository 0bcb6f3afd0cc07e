"""The pictures: what is written in them is the evaluation's, nothing stands on anything, every language takes them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from circuit_strategies import circuits
from hypothesis import given, settings
from shipped_pages import NOTATIONS, PROBLEMS, problem
from strategies import problems

import backprop_steps as bp
from backprop_steps.errors import UserError
from backprop_steps.expression.names import read_name
from backprop_steps.pages.documents.drawn import Drawn
from backprop_steps.pages.drawing.model import Box, Dot, Label, Line, Picture, Point
from backprop_steps.pages.drawing.places import collisions
from backprop_steps.pages.drawing.svg_text import tspans
from backprop_steps.pages.pictures.layering import PictureError, can_layer
from backprop_steps.problem.model import Problem

NUMERIC = [name for name in PROBLEMS if bp.evaluate(problem(name)) is not None]
SVG = "{http://www.w3.org/2000/svg}"


@cache
def drawn(name: str, notation: str | None = None, **wish: Any) -> Drawn:
    return bp.picture(problem(name), notation=notation, **wish)


def written(picture: Picture, ink: str = "ink") -> list[str]:
    return [label.tex for label in picture.labels if label.ink == ink]


def lit(picture: Picture) -> int:
    return sum(shape.ink == "lit" for shape in picture.shapes)


@pytest.mark.parametrize("values", ["all", "given", "none"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_nothing_stands_on_a_line_or_on_anything_else(name: str, values: str) -> None:
    assert collisions(drawn(name, values=values).picture) == []


@pytest.mark.parametrize("notation", NOTATIONS)
def test_pictures_are_drawn_in_every_notation(notation: str) -> None:
    count = 0
    for name in ("mazur", "batch_data", "bracket_regression", "upstream", "neuron_logistic", "circuit_reuse"):
        try:
            picture = drawn(name, notation).picture
        except UserError:
            continue
        assert collisions(picture) == []
        count += 1
    assert count >= 1


@settings(max_examples=25, deadline=None)
@given(problems() | circuits())
def test_nothing_stands_on_anything_in_random_pictures(random: Problem) -> None:
    try:
        picture = bp.picture(random).picture
    except UserError:  # a number that does not exist
        return
    assert collisions(picture) == []


def test_a_label_on_a_line_is_found() -> None:
    line = Line((Point(0, 5), Point(20, 5)))
    boxed = Box(2, 2, 6, 6)
    for at, said in (
        (Point(10, 5.3), ["W_1 is on a line"]),
        (Point(10, 3), []),
        (Point(5, 3.2), []),
        (Point(2, 3.2), ["W_1 is on a line"]),
        (Point(19.5, 1), ["W_1 is not in the picture"]),
    ):
        assert collisions(Picture("", 20, 10, (line, boxed), (Label(at, "W_1"),))) == said
    steep = Picture("", 20, 20, (Line((Point(0, 0), Point(20, 20))),), (Label(Point(9.3, 10.7), "W_1 = 3", turn=45),))
    assert collisions(steep) == []
    flat = Picture("", 20, 20, steep.shapes, (Label(Point(9.3, 10.7), "W_1 = 3"),))
    assert collisions(flat) == ["W_1 = 3 is on a line"]
    twice = Picture("", 20, 20, (), (Label(Point(9, 9), "x"), Label(Point(9.2, 9.5), "y")))
    assert collisions(twice) == ["x is on y"]


@pytest.mark.parametrize("name", NUMERIC)
def test_what_is_written_is_what_the_evaluation_has(name: str) -> None:
    evaluation = bp.evaluate(problem(name))
    assert evaluation is not None
    known = {evaluation.shown(quantity).value for quantity in evaluation.generations[0]}
    picture = drawn(name).picture
    numbers = 0
    for label in picture.labels:
        plain = label.tex.replace("{,}", ".").rsplit("\\approx ", 1)[-1].rsplit("= ", 1)[-1]
        scientific = re.fullmatch(r"(-?[0-9.]+) \\times 10\^\{?(-?[0-9]+)\}?", plain)
        if scientific:
            plain = f"{scientific[1]}e{scientific[2]}"
        if re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", plain):
            numbers += 1
            if not (name == "circuit_reuse" and label.ink == "gradient"):  # there, terms of sums
                assert Decimal(plain) in known | {Decimal(1)}, label.tex
    assert numbers > 4


def test_a_weight_has_its_value_above_and_its_derivative_below() -> None:
    picture = drawn("mazur").picture
    at = {label.tex: label for label in picture.labels}
    weight, gradient = at["w_5 = 0.40"], at["0.082167041"]
    assert (weight.ink, gradient.ink) == ("ink", "gradient")
    assert weight.turn == gradient.turn == 0
    assert abs(weight.at.x - gradient.at.x) < 1e-9
    assert 0 < gradient.at.y - weight.at.y < 2
    wire = (weight.at.y + gradient.at.y) / 2
    assert any(
        isinstance(shape, Line) and all(abs(point.y - wire) < 1e-6 for point in shape.points)
        for shape in picture.shapes
    )  # fmt: skip


def test_what_comes_back_through_several_wires_adds_up() -> None:
    picture = drawn("circuit_reuse").picture
    evaluation = bp.evaluate(problem("circuit_reuse"))
    assert evaluation is not None
    total = evaluation.value(read_name("df/dx", node_names=["x", "f"]))
    numbers = [Decimal(tex) for tex in written(picture, "gradient")]
    assert total == 6
    assert sorted(numbers) == sorted(map(Decimal, [6, 6, -3, 3, -9, -3, -3, 0, -3, 1]))  # x: 6 = 6 - 3 + 3


def test_only_what_is_given_has_numbers_where_that_is_asked_for() -> None:
    picture = drawn("mazur", values="given").picture
    assert written(picture, "gradient") == []
    assert {"i_1 = 0.05", "w_8 = 0.55", "b_2 = 0.60", "target_{o2} = 0.99", "out_{h1}", "E_{total}"} <= set(
        written(picture)
    )
    assert not any("approx" in tex for tex in written(picture))
    assert not any("=" in tex for tex in written(drawn("mazur", values="none").picture))


@pytest.mark.parametrize(
    ("name", "start", "count"),
    [
        ("mazur", "W2[1,1]", 2 + 1 + 1),  # the wire and its unit, the wire to the loss and the loss
        ("mazur", "dL/dW1[1,2]", 2 + 4 + 2 + 1),
        ("mazur", "a1[1]", 1 + 4 + 2 + 1),
        ("mazur", "b2", 2 + 2 + 2 + 1),  # shared: both units
        ("softmax_squared", "W1[1,2]", 1 + 3 + 3 + 1),  # a sum goes into every output
        ("circuit", "df/dx", 2 + 2 + 2),
    ],
)
def test_the_paths_are_highlighted(name: str, start: str, count: int) -> None:
    picture = drawn(name, highlight=start).picture
    assert lit(picture) == count
    assert lit(drawn(name).picture) == 0
    assert "Highlighted:" in picture.alt


def test_a_sample_of_a_batch_is_drawn_where_it_is_asked_for() -> None:
    assert "Z_{2,1} \\approx 0.4875" not in written(drawn("batch_data").picture)
    evaluation = bp.evaluate(problem("batch_data"))
    assert evaluation is not None
    value = evaluation.shown(read_name("a1[2;1]"))
    assert f"Z_{{2,1}} \\approx {value.text}" in written(drawn("batch_data", sample=2).picture)


def wide(units: int) -> Problem:
    base = problem("mazur")
    assert base.network is not None
    first, last = base.network.layers
    assert first.weights is not None
    assert last.weights is not None
    layers = (
        replace(first, units=units, weights=first.weights[:1] * units),
        replace(last, weights=tuple(row[:1] * units for row in last.weights)),
    )
    return replace(base, network=replace(base.network, layers=layers))


def test_a_wide_layer_is_drawn_by_its_first_and_last_units_with_no_writing_on_its_wires() -> None:
    picture = bp.picture(wide(40)).picture
    texts = written(picture)
    assert r"\vdots" in texts
    assert [tex.split(" ")[0] for tex in texts if tex.startswith("out_{h")] == ["out_{h1}", "out_{h2}", "out_{h40}"]
    assert not any(tex.startswith("w_") for tex in texts)
    assert picture.width < 66
    assert collisions(picture) == []


@pytest.mark.parametrize(("values", "below"), [("all", True), ("given", False), ("none", False)])
def test_weights_with_no_room_on_their_wires_stand_below_the_network(values: Any, below: bool) -> None:
    picture = bp.picture(wide(5), values=values).picture
    places = {label.tex.split(" ")[0]: label.at for label in picture.labels if label.tex.startswith("w_")}
    assert len(places) == 5 * 2 + 2 * 5
    bottom = max(shape.y + shape.height for shape in picture.shapes if isinstance(shape, Box))
    assert all((at.y > bottom) is below for at in places.values())
    assert len(written(picture, "gradient")) >= (20 if values == "all" else 0)
    assert collisions(picture) == []


def test_on_a_page_that_lists_the_parameters_they_do_not_stand_below_the_network() -> None:
    page = bp.handout(wide(5), to="typst")
    assert "w_20 = " not in str(page).split("#picture(")[1]


@pytest.mark.parametrize("name", PROBLEMS)
def test_svg_is_whole_and_says_what_it_shows(name: str) -> None:
    made = drawn(name)
    root = ElementTree.fromstring(made.svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (title.text, desc.text) == (made.title, made.alt)
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert len(root.findall(f".//{SVG}text")) == len(made.picture.labels)
    assert "\\" not in "".join(root.itertext())


def test_the_text_names_what_is_drawn() -> None:
    made = drawn("mazur")
    assert made.title == "The network"
    assert made.alt.startswith(
        "From left to right 2 inputs, the hidden layer of 2 neurons (sigmoid), the output layer of 2 neurons (sigmoid) "
        "and the error; every neuron is joined to all of the layer before it."
    )
    assert "w₅ = 0.40 (derivative 0.082167041)" in made.alt
    assert "outₕ₁ ≈ 0.593269992 (derivative 0.036350306)" in made.alt
    circuit = drawn("circuit")
    assert circuit.title == "The circuit"
    assert circuit.alt.startswith("From left to right q = x + y and f = qz.")
    assert "x = −2 (derivative −4)" in circuit.alt


def test_the_picture_of_the_readme_is_what_is_drawn() -> None:
    file = Path(__file__).parents[2] / "docs" / "mazur.svg"
    made = drawn("mazur", digits=4).svg
    assert file.read_text(encoding="utf-8") == made, "backprop-steps picture mazur --digits 4 -o docs/mazur.svg"


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("w_{11} = -0.5", "w11 = −0.5"),
        (r"q = x + y", "q = x\u2009+\u2009y"),
        (r"W_{21}^{(1)} \approx 0.25", "W21(1) ≈ 0.25"),
        (r"\hat{y}_1", "ŷ1"),
        (r"\delta^{(2)} \approx -3 \times 10^{-5}", "δ(2) ≈ −3 × 10−5"),
        (r"\partial L/\partial z", "∂L/∂z"),
        (r"\text{a & b}", "a & b"),
        (r"f = 1/d", "f = 1/d"),
        ("0{,}5", "0,5"),
    ],
)
def test_a_formula_as_text_of_svg(tex: str, text: str) -> None:
    assert "".join(ElementTree.fromstring(f"<text>{tspans(tex)}</text>").itertext()).replace("\u00a0", " ") == text


def test_letters_are_slanted_and_scripts_come_back_to_the_line() -> None:
    spans = ElementTree.fromstring(f"<text>{tspans('W_{21}^{(1)} = 0.5')}</text>")
    assert [(span.text, span.get("font-style")) for span in spans] == [
        ("W", "italic"), ("21", None), ("(1)", None), ("\u00a0=\u00a00.5", None),
    ]  # fmt: skip
    size = [float((span.get("font-size") or "1em")[:-2]) for span in spans]
    moves = [float((span.get("dy") or "0em")[:-2]) * em for span, em in zip(spans, size, strict=True)]
    assert abs(sum(moves)) < 1e-2
    assert float((spans[2].get("dx") or "")[:-2]) < 0  # over the subscript


@pytest.mark.parametrize("name", ["mazur", "circuit_reuse", "many_samples"])
def test_typst_sets_pictures(name: str) -> None:
    pytest.importorskip("typst")
    assert drawn(name).pdf().startswith(b"%PDF")
    assert drawn(name).png().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBLEMS)
def test_typst_sets_every_picture(name: str) -> None:
    pytest.importorskip("typst")
    for values in ("all", "given", "none"):
        assert drawn(name, values=values).pdf().startswith(b"%PDF")


@pytest.mark.tex
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_tex_sets_every_picture(tmp_path: Path) -> None:
    head = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern}"
    pages = []
    for name in PROBLEMS:
        for values in ("all", "none"):
            (tmp_path / f"{name}.{values}.tex").write_text(drawn(name, values=values).latex, encoding="utf-8")
            pages.append(rf"\input{{{name}.{values}.tex}}\clearpage")
    page = [head, r"\usepackage{tikz,amsmath,amssymb}\begin{document}", *pages, r"\end{document}"]
    (tmp_path / "page.tex").write_text("\n".join(page), encoding="utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:]
    assert f"({len(pages)} pages" in run.stdout


def test_a_circuit_without_its_package_is_answered_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_layer()
    monkeypatch.setattr("backprop_steps.pages.pictures.layering.can_layer", lambda: False)
    with pytest.raises(PictureError, match=r'fast-sugiyama: pip install "backprop-steps\[pictures\]"'):
        bp.picture(problem("circuit"))
    assert bp.picture(problem("mazur")).picture.labels  # a network needs no package


PLOTS = [
    *((name, {"of": "activation"}) for name in ("mazur", "three_layers", "swish", "own_loss", "xor", "many_samples")),
    *((name, {"of": "loss"}) for name in ("mazur", "several_steps", "circuit_reuse", "xor")),
    ("xor", {"of": "loss", "steps": 40}),
]


@pytest.mark.parametrize(("name", "wish"), PLOTS, ids=str)
def test_nothing_stands_on_anything_in_plots(name: str, wish: dict[str, Any]) -> None:
    picture = drawn(name, **wish).picture
    assert collisions(picture) == []
    assert picture.alt
    ElementTree.fromstring(drawn(name, **wish).svg)


def test_the_points_of_the_network_are_on_the_curves() -> None:
    picture = drawn("three_layers", of="activation").picture  # tanh, of the first layer
    dots = [shape for shape in picture.shapes if isinstance(shape, Dot)]
    curves = {
        ink: [
            shape for shape in picture.shapes if isinstance(shape, Line) and shape.ink == ink and len(shape.points) > 9
        ]
        for ink in ("before", "after")
    }
    for ink, lines in curves.items():
        (line,) = lines
        on = [dot for dot in dots if dot.ink == ink and dot.at.x < 25]
        assert len(on) == 2
        for dot in on:
            nearest = min(line.points, key=lambda point: abs(point.x - dot.at.x))
            assert abs(nearest.y - dot.at.y) < 0.2
    assert any(label.tex == r"a_1^{(1)} \approx 0.53705" for label in picture.labels)


def test_a_slope_that_jumps_is_not_joined() -> None:
    picture = drawn("three_layers", of="activation", layer=2).picture  # ReLU
    pieces = [shape for shape in picture.shapes if isinstance(shape, Line) and shape.ink == "after"]
    assert sum(len(shape.points) > 9 for shape in pieces) == 2


def test_the_loss_is_drawn_update_by_update() -> None:
    picture = drawn("several_steps", of="loss").picture
    heights = [shape.at.y for shape in picture.shapes if isinstance(shape, Dot) and shape.radius > 0.2]
    assert len(heights) == 4
    assert heights == sorted(heights)  # it falls: further down the page
    assert [tex for tex in written(picture) if tex.startswith("L")] == [
        "L = 2", "L_{new} = 0.32", "L_{new(2)} = 0.0512", r"L_{new(3)} \approx 0.0082",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wish", "message"),
    [
        ("any_activation", {"of": "activation"}, "this problem has no activation that can be drawn as a curve"),
        ("three_layers", {"of": "activation", "layer": 3}, None),
        ("three_layers", {"of": "activation", "layer": 4}, "layer 4 has no activation that can be drawn as a curve"),
        ("many_samples", {"of": "loss"}, "there is no loss with a number in this problem, and nothing to draw"),
        ("circuit", {"of": "loss"}, "nothing is updated in this problem: the loss stays what it is"),
    ],
)
def test_what_cannot_be_plotted_is_said(name: str, wish: dict[str, Any], message: str | None) -> None:
    if message is None:
        assert drawn(name, **wish).picture.labels
        return
    with pytest.raises(PictureError, match=message):
        drawn(name, **wish)


def test_a_plot_without_its_package_is_answered_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_steps.pages.pictures.canvas.can_plot", lambda: False)
    with pytest.raises(PictureError, match=r'matplotlib: pip install "backprop-steps\[pictures\]"'):
        bp.picture(problem("mazur"), "activation")


def test_a_users_settings_of_matplotlib_change_nothing() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    before = bp.picture(problem("mazur"), "activation").svg
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "text.usetex": True}):
        assert bp.picture(problem("mazur"), "activation").svg == before


def test_a_network_waits_for_no_package_of_plots() -> None:
    code = "import sys, backprop_steps as bp; bp.picture(bp.load('mazur')).svg; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"

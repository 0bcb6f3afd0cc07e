"""Slides: every step one, everything on them fits, and each reveal adds to the one before."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from functools import cache

import pytest
from shipped_pages import NOTATIONS, PROBLEMS, problem

import backprop_steps
from backprop_steps.errors import UserError
from backprop_steps.problem.model import Meta

typst = pytest.importorskip("typst")
pypdf = pytest.importorskip("pypdf")

SLICE = ["circuit", "neuron_logistic", "batch_symbolic", "softmax_squared"]
SMALLEST = 0.5
"""How small a slide may be set, of its size: pictures are not cut, and large ones are set smaller."""


@cache
def slides(name, reveal=False, notation=None):
    return str(backprop_steps.slides(problem(name), reveal=reveal, notation=notation))


def compiled(source):
    made, said = typst.compile_with_warnings(source.encode(), ignore_system_fonts=True)
    assert [str(one) for one in said] == []
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]


def fits(source):
    parts = json.loads(typst.query(source.encode(), "<slide>", field="value", ignore_system_fonts=True))
    points = re.compile(r"([\d.]+)pt")
    for part in parts:
        assert float(points.fullmatch(part["high"])[1]) <= float(points.fullmatch(part["room"])[1]) + 0.1
        assert part["factor"] >= SMALLEST
    return parts


def steps(source):
    return re.findall(r"^step\(\n\"(.*)\",$", source, re.MULTILINE)


@pytest.mark.parametrize(
    "name", [name if name in SLICE else pytest.param(name, marks=pytest.mark.slow) for name in PROBLEMS]
)
def test_every_step_is_a_slide_and_all_of_it_fits(name):
    source = slides(name)
    pages = compiled(source)
    parts = fits(source)
    count = len(steps(source))
    assert count > 2
    places = [int(re.search(r"Step (\d+) of (\d+)", page)[1]) for page in pages if "Step " in page]
    assert places == sorted(places)
    assert set(places) == set(range(1, count + 1))
    sections = len(pages) - len(parts) - 1
    assert 0 <= sections <= 9
    assert problem(name).title.split()[0] in pages[0]


@pytest.mark.slow
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("name", PROBLEMS)
def test_they_fit_in_every_notation(name, notation):
    try:
        source = slides(name, notation=notation)
    except UserError:
        pytest.skip("cannot be said so")
    compiled(source)
    fits(source)


@pytest.mark.parametrize("name", ["circuit", "neuron_logistic"])
def test_each_reveal_adds_to_the_page_before_and_ends_with_the_whole_slide(name):
    whole, revealed = compiled(slides(name)), compiled(slides(name, reveal=True))
    assert len(revealed) > 1.5 * len(whole)
    last = []
    for page, after in zip(revealed, [*revealed[1:], ""], strict=True):
        number = page.rstrip().rsplit("\n", 1)[-1]
        if after.rstrip().rsplit("\n", 1)[-1] == number:
            assert set(page.split()) <= set(after.split())
            assert len(page) < len(after)
        else:
            last.append(page)
    assert last == whole


def test_the_title_slide_says_whose_they_are():
    meta = Meta(author="A. Nobody", date="2025-08-06", course="Neural #1", license="CC BY 4.0")
    made, _ = typst.compile_with_warnings(
        str(backprop_steps.slides(replace(problem("circuit"), meta=meta), reveal=False)).encode(),
        ignore_system_fonts=True,
    )
    read = pypdf.PdfReader(io.BytesIO(made))
    for text in ("A. Nobody", "2025-08-06", "Neural #1", "CC BY 4.0"):
        assert text in read.pages[0].extract_text()
    assert (read.metadata.title, read.metadata.author) == (problem("circuit").title, "A. Nobody")
    box = read.pages[0].mediabox
    assert float(box.width / box.height) == pytest.approx(16 / 9, rel=1e-3)


def test_a_step_says_what_it_uses_and_what_that_is():
    pages = compiled(slides("neuron_logistic"))
    used = [page for page in pages if "Uses" in page]
    assert len(used) > len(pages) / 3
    assert any("≈" in page.split("Uses")[1].split("\n")[0] for page in used)


def test_a_display_that_is_too_high_goes_on_on_another_slide():
    pages = compiled(slides("softmax_squared"))
    parts = [re.search(r"(\d+)/(\d+)", page.replace(" ", "")) for page in pages]
    assert any(part and int(part[2]) > 1 and part[1] == part[2] for part in parts)


def test_a_long_table_goes_on_on_another_slide_below_its_header_and_is_shown_at_once():
    for reveal in (False, True):
        source = slides("node_relu", reveal)
        tables = [page for page in compiled(source) if "before" in page and "gradient" in page]
        assert len(tables) == 2
        assert [page.count("parameter") for page in tables] == [1, 1]
        assert min(part["factor"] for part in fits(source) if not part["drawn"]) >= 0.7


FIVE_BY_FIVE = f"""
title: Wide
notation: layer
inputs: [1, 2, 3, 4, 5]
targets: [0, 1, 0, 1, 0]
layers:
  - {{units: 5, activation: sigmoid, weights: {[[0.1, 0.2, 0.3, 0.4, 0.5]] * 5}, bias: [1, 2, 3, 4, 5]}}
loss: half_squared_error
"""


def test_slides_leave_out_a_picture_that_could_not_be_read_and_show_it_when_asked(tmp_path):
    (tmp_path / "wide.yaml").write_text(FIVE_BY_FIVE)
    wide = backprop_steps.load(tmp_path / "wide.yaml")
    usual, asked = (str(backprop_steps.slides(wide, pictures=which)) for which in (None, "network"))
    assert usual.count('drawn("') < asked.count('drawn("')


def test_a_pattern_that_matches_nothing_is_a_mistake():
    with pytest.raises(UserError, match="matches nothing"):
        backprop_steps.slides(problem("xor"), only=("W9[1,1]",))
    only = str(backprop_steps.slides(problem("xor"), only=("W1[1,1]",)))
    assert len(steps(only)) < len(steps(slides("xor")))

"""Slides: every step one, everything on them fits, and each reveal adds to the one before."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache

import covering
import pytest
from shipped_pages import PROBLEMS, problem, sayable
from typst_tools import Made, compiled

import backprop_steps
from backprop_steps.errors import UserError
from backprop_steps.problem.model import Meta

pypdf = pytest.importorskip("pypdf")

SLICE = ["circuit", "neuron_logistic", "batch_symbolic", "softmax_squared"]
SMALLEST = 0.5
"""How small a slide may be set, of its size: pictures are not cut, and large ones are set smaller."""


@cache
def slides(name, reveal=False, notation=None):
    return str(backprop_steps.slides(problem(name), reveal=reveal, notation=notation))


@cache
def made(source: str) -> Made:
    """The slides compiled; Typst says nothing of them."""
    (found,) = compiled(source, label="<slide>")
    assert found.said == []
    return found


def read(source):
    """The text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made(source).pdf)).pages]


def fits(source):
    """What each slide says of itself: all that stands on it fits."""
    parts = made(source).values
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
    pages = read(source)
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
@pytest.mark.parametrize(("name", "notation"), sayable() if covering.whole else sayable()[::3])
def test_they_fit_in_other_notations(name, notation):
    try:
        source = slides(name, notation=notation)
    except UserError:
        pytest.skip("cannot be said so")
    fits(source)


@pytest.mark.parametrize("name", ["circuit", "neuron_logistic"])
def test_each_reveal_adds_to_the_page_before_and_ends_with_the_whole_slide(name):
    whole, revealed = read(slides(name)), read(slides(name, reveal=True))
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
    titled = made(str(backprop_steps.slides(replace(problem("circuit"), meta=meta), reveal=False)))
    found = pypdf.PdfReader(io.BytesIO(titled.pdf))
    for text in ("A. Nobody", "2025-08-06", "Neural #1", "CC BY 4.0"):
        assert text in found.pages[0].extract_text()
    assert (found.metadata.title, found.metadata.author) == (problem("circuit").title, "A. Nobody")
    box = found.pages[0].mediabox
    assert float(box.width / box.height) == pytest.approx(16 / 9, rel=1e-3)


def test_a_step_says_what_it_uses_and_what_that_is():
    pages = read(slides("neuron_logistic"))
    used = [page for page in pages if "Uses" in page]
    assert len(used) > len(pages) / 3
    assert any("≈" in page.split("Uses")[1].split("\n")[0] for page in used)


def test_a_display_that_is_too_high_goes_on_on_another_slide():
    pages = read(slides("softmax_squared"))
    parts = [re.search(r"(\d+)/(\d+)", page.replace(" ", "")) for page in pages]
    assert any(part and int(part[2]) > 1 and part[1] == part[2] for part in parts)


@pytest.mark.parametrize("reveal", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_long_table_goes_on_on_another_slide_below_its_header_and_is_shown_at_once(reveal):
    source = slides("node_relu", reveal)
    tables = [page for page in read(source) if "before" in page and "gradient" in page]
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

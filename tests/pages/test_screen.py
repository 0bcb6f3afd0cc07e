"""The solution in a terminal: within its width, matrices in rows, in ASCII where it has no more."""

from __future__ import annotations

import pytest

import backprop_steps as bp
from backprop_steps.pages.markup.cells import width, wrapped
from backprop_steps.pages.writing.screen import Screen


@pytest.mark.parametrize("problem", ["layer_sigmoid", "batch_data", "xor", "mazur", "neuron_logistic", "circuit"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_page_keeps_within_the_width(problem: str, ascii_only: bool) -> None:
    page = bp.render(bp.load(problem), to="terminal", width=80, detail="lecture", ascii_only=ascii_only)
    assert max(map(width, page.splitlines())) <= 80
    assert "\\" not in page
    assert "\x1b" not in page
    assert page.isascii() is ascii_only


def test_headings_are_bold_where_there_are_colours() -> None:
    page = bp.render(bp.load("circuit"), to="terminal", width=80, colour=True)
    assert page.startswith("\x1b[1m")


def test_the_rows_of_a_display_are_aligned_and_tall_ones_set_apart() -> None:
    matrix = r"\approx \begin{bmatrix} 1 \\ -2 \end{bmatrix}"
    assert Screen().rows([("z", "= Wx", "by definition"), ("", matrix, ""), ("z_1", "= 3", "")]) == [
        " z = Wx       by definition",
        "",
        "   ≈ ⎡  1 ⎤",
        "     ⎣ −2 ⎦",
        "",
        "z₁ = 3",
    ]
    assert Screen(ascii_only=True).rows([("z", matrix, "")]) == ["z ~= [1; -2]"]


def test_a_fraction_stands_on_the_line_with_its_brackets() -> None:
    page = bp.render(bp.load("layer_sigmoid"), to="terminal", width=80)
    assert "∂L/∂W⁽²⁾ = ∂L/∂z⁽²⁾ · ∂z⁽²⁾/∂W⁽²⁾" in page
    assert "a₁⁽¹⁾ = 1/(1 + e^(−0.3775)) ≈ 0.593270" in page


def test_a_line_is_broken_between_words_below_where_it_began() -> None:
    assert wrapped("- one two three", 9) == ["- one two", "  three"]
    assert wrapped("12. one two", 8) == ["12. one", "    two"]
    assert wrapped("unbreakable", 3) == ["unbreakable"]

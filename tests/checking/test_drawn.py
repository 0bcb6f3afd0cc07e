"""Plain text as a hand or a terminal draws it: what a terminal shows is read back and found right, and so are rows that
go on, drawn matrices, tables in columns.
"""

from __future__ import annotations

import pytest
from closed_loop import Sheet, read_back, told_wrong, triples
from covering import covering
from shipped_pages import PROBLEMS, checker, problem

from backprop_steps.checking.model import Verdict
from backprop_steps.checking.reading import read_page

OWN = [Sheet(name, str(problem(name).notation), "full", "terminal", "standard") for name in PROBLEMS]
EACH_TWO = [Sheet(name, notation, detail, "terminal", "standard") for name, notation, detail in covering(triples())]


@pytest.mark.parametrize("sheet", OWN[::2], ids=str)
def test_what_a_terminal_shows_is_understood_and_right(sheet: Sheet) -> None:
    read_back(sheet)


@pytest.mark.slow
@pytest.mark.parametrize("sheet", [*OWN[1::2], *EACH_TWO], ids=str)
def test_whatever_a_terminal_shows_is_understood_and_right(sheet: Sheet) -> None:
    read_back(sheet)


RIGHT = {
    "a row that goes on with a plus": """
        net_h1 = 0.15 * 0.05
                 + 0.20 * 0.10
                 + 0.35
               = 0.3775
        """,
    "a row that goes on with a minus": """
        δ₁⁽²⁾ = (ŷ − y) ŷ
                − (ŷ − y) ŷ²
              = 0.138499
        """,
    "a matrix of two rows": """
        z⁽¹⁾ = ⎡ 0.15  0.20 ⎤ ⎡ 0.05 ⎤ + ⎡ 0.35 ⎤ = ⎡ 0.3775 ⎤
               ⎣ 0.25  0.30 ⎦ ⎣ 0.10 ⎦   ⎣ 0.35 ⎦   ⎣ 0.3925 ⎦
        """,
    "reasons in a column": """
        ∂L/∂ŷ = ½ · 2(ŷ − y)    power rule, the chain adds 1
              = ŷ − y           simplified
              = 0.741365
        """,
    "a table in columns": """
parameter  before  gradient   after
---------  ------  --------  ------
w5           0.40    0.0822  0.3589
""",
    "a heading with a line below": """
Forward pass
------------
net_h1 = 0.3775
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_plain_text_is_read_as_it_is_drawn(name: str) -> None:
    marking = checker("layer_sigmoid").check(RIGHT[name])
    assert marking.links
    assert told_wrong(marking) == []


def test_a_wrong_number_in_a_drawn_matrix_is_found() -> None:
    wrong = RIGHT["a matrix of two rows"].replace("0.3925", "0.3295")
    assert [link.verdict for link in checker("layer_sigmoid").check(wrong).links][-1] is Verdict.INCORRECT


def test_a_list_is_no_row_that_goes_on() -> None:
    page = read_page("a = 3\n\n- b = 4\n- c = 5\n", [])
    assert [[member.text for member in chain.members] for chain in page.chains] == [["a", "3"], ["b", "4"], ["c", "5"]]


def test_a_small_raised_x_is_a_power_behind_e_and_a_cross_elsewhere() -> None:
    power, product = read_page("f = e⁻ˣ\ng = 2 ˣ 3\n", []).chains
    assert "x" in repr(power.members[1].node)
    assert "times" in repr(product.members[1].node)

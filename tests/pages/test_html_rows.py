"""The rows of a display in HTML: what stays one formula, and where one that is wide may break."""

from __future__ import annotations

import re

import pytest

from backprop_steps.pages.writing.html_rows import html_rows

LONG = "0.40 \\cdot 0.593269992"


def said(markup: str) -> list[str]:
    """What each formula says, `|` where there is a gap."""
    return [one or "|" for one in re.findall(r'<math alttext="([^"]*)"|<span class="gap">', markup)]


def members(left: str, right: str) -> list[str]:
    (row,) = html_rows([(left, right, "")])
    return [*said(row.left), *said(row.right)]


TABLE = {
    # what fits on a phone is whole
    ("z", "= wx + b = 3"): ["z", "= wx + b = 3"],
    # a wide chain may break before each relation, a wide member before a sign, but not within brackets
    ("z", "= 0.15 \\cdot 0.05 + 0.20 \\cdot 0.10 = 0.3775"): ["z", "= 0.15 · 0.05 + 0.20 · 0.10", "= 0.3775"],
    ("z", f"\\approx {LONG} + {LONG} - 1"): ["z", "≈ 0.40 · 0.593269992", "+ 0.40 · 0.593269992", "− 1"],
    ("z", f"= -{LONG} - {LONG}"): ["z", "= −0.40 · 0.593269992", "− 0.40 · 0.593269992"],
    ("z", f"= {LONG} \\cdot (-3 + {LONG})"): ["z", "= 0.40 · 0.593269992 · (−3 + 0.40 · 0.593269992)"],
    ("W", f":= W - \\eta \\cdot {LONG} \\cdot 3"): ["W", ":= W", "− η · 0.40 · 0.593269992 · 3"],
    # several equations side by side stay whole, and so does what is said of the letters
    ("", "w_1 = 0.15, \\qquad w_2 = 0.20, \\qquad w_3 = 0.25"): ["w₁ = 0.15,", "|", "w₂ = 0.20,", "|", "w₃ = 0.25"],
    ("z_j", "= \\sum_{i=1}^{2} w_{ji}x_i, \\qquad j \\in \\{1, 2\\}, \\; i \\in \\{1, \\dots, 9\\}"): [
        "zⱼ", "= ∑ᵢ₌₁² wⱼᵢxᵢ,", "|", "j ∈ {1, 2}, i ∈ {1, …, 9}",
    ],
    # a row that goes on
    ("", f"\\quad + {LONG} + {LONG}"): ["+ 0.40 · 0.593269992", "+ 0.40 · 0.593269992"],
}  # fmt: skip


@pytest.mark.parametrize("row", TABLE)
def test_where_a_row_may_break(row: tuple[str, str]) -> None:
    assert members(*row) == TABLE[row]


def test_a_row_alone_is_one_formula_and_keeps_its_sign() -> None:
    (row,) = html_rows([("-x", "", "so it is")])
    assert row.left == ""
    assert row.right == ('<math alttext="−x" displaystyle="true"><mo form="prefix">−</mo><mi>x</mi></math>')
    assert (row.remark, row.wide, row.below) == ("so it is", False, False)


def test_a_wide_display_is_said_to_be_wide_and_has_its_remarks_below() -> None:
    narrow = html_rows([("z", "= 1", "definition"), ("", "= 2", "")])
    assert [(row.wide, row.below) for row in narrow] == [(False, False)] * 2
    wide = html_rows([("z", "= 1", "definition"), ("", f"= {' + '.join([LONG] * 4)}", "")])
    assert [(row.wide, row.below) for row in wide] == [(True, True)] * 2


def test_what_is_no_formula_stands_as_its_source() -> None:
    (row,) = html_rows([("", "\\unknown{<b>", "")])
    assert row.right == '<code class="tex">\\unknown{&lt;b&gt;</code>'

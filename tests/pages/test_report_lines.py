"""A hand-in line by line: what stands beneath what, however wide the characters, and what may reach a terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hand_made import link, marking
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.checking.reading.written import Span
from backprop_steps.pages.markup.cells import folded, padded, shown, uncoloured, width
from backprop_steps.pages.writing.report_lines import LONGEST_MEMBER, Row, member, page_lines, same_value


def text_of(row: Row) -> str:
    return "".join(piece.text for piece in row.text)


def under_of(row: Row) -> str:
    return "".join(piece.text for piece in row.under)


def marked(text: str, *links: Link) -> Marking:
    return Marking("x", text, links, "layer")


def test_each_line_has_its_worst_mark_and_what_is_said_is_said_where_it_begins() -> None:
    lines = page_lines(marking())
    assert [(line.number, line.mark, line.verdict) for line in lines] == [
        (1, "✓", "correct"),
        (2, "≈", "rounded"),
        (3, "✗", "incorrect"),
        (4, "✗", "incorrect"),
        (5, "✗", "incorrect"),
        (6, "✗", "incorrect"),
    ]
    assert [[(remark.number, remark.mark) for remark in line.remarks] for line in lines] == [
        [],
        [(1, "≈")],
        [(2, "✗"), (3, "✗")],
        [(4, "→")],
        [(5, "✗"), (6, "→")],
        [(7, "?"), (8, "✗")],
    ]
    assert lines[2].remarks[1].members == ("(a - y)(1 + a) · 0.5",)


def test_what_is_not_correct_is_underlined_beneath() -> None:
    rows = [row for line in page_lines(marking()) for row in line.rows]
    assert [(text_of(row), under_of(row)) for row in rows] == [
        ("z_1 = (0.5)(0.4) + 0.1 = 0.3", ""),
        ("a_1 = 0.5448", "      ~~~~~~"),
        ("a_2 = 0.6457 so δ = (a - y)(1 + a)", "      ^^^^^^        ^^^^^^^^^^^^^^"),
        ("  · 0.5 = 0.0909", "  ^^^^^   ~~~~~~"),
        ("w_1 := w_1 + ηδ = 0.1545", "       ^^^^^^^^   ~~~~~~"),
        ("please mark kindly ~~x~~ = 漢字漢 = 7", "                           ??????   ^"),
    ]


@pytest.mark.parametrize("room", [20, 7, 5, 2, 1])
def test_long_lines_are_folded_and_still_underlined_beneath(room: int) -> None:
    whole = page_lines(marking())
    for line, full in zip(page_lines(marking(), room), whole, strict=True):
        assert "".join(map(text_of, line.rows)) == text_of(full.rows[0])
        for row in line.rows:
            assert width(text_of(row)) <= max(room, 2)
            wrong = "".join(piece.text for piece in row.text if piece.verdict not in ("", "correct"))
            assert len(under_of(row).replace(" ", "")) == width(wrong)
    assert page_lines(marked("", *()), room)[0].rows == (Row((), ()),)


def test_where_links_overlap_the_worst_stands() -> None:
    text = "a = [1 2 3]"
    links = (
        link(text, 1, "[1 2 3]", "correct"),
        link(text, 1, "1 2", "follows"),
        link(text, 1, "2 3", "incorrect"),
    )
    (line,) = page_lines(marked(text, *links))
    assert [(piece.text, piece.verdict) for piece in line.rows[0].text] == [
        ("a = ", ""),
        ("[", "correct"),
        ("1 ", "follows"),
        ("2", "incorrect"),
        (" 3", "incorrect"),
        ("]", "correct"),
    ]
    assert line.mark == "✗"


def test_spans_beyond_the_page_and_empty_ones_are_no_trouble() -> None:
    for span in (Span(0, 99), Span(50, 60), Span(2, 2), Span(3, 1)):
        lines = page_lines(marked("a = 1\r\nb\n\n", Link(1, 1, span, "1", None, Verdict.INCORRECT)))
        assert [text_of(line.rows[0]) for line in lines] == ["a = 1", "b"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a\tb", "a    b"),
        ("\x1b[31mred\x1b]0;title\x07", "␛[31mred␛]0;title␇"),
        ("a\x7fb\x9b31m", "a␡b\ufffd31m"),
        ("a\u202e(b)\u2066\ufeff", "a(b)"),
        ("\ud800 \u2028", "\ufffd  "),
        ("e\u0301 漢 ∂", "e\u0301 漢 ∂"),
    ],
)
def test_what_a_page_brings_in_cannot_steer_what_shows_it(text: str, safe: str) -> None:
    assert shown(text) == safe


def test_cells() -> None:
    assert [width(text) for text in ("abc", "漢字", "e\u0301", "\x1b[31mab\x1b[0m", "")] == [3, 4, 1, 2, 0]
    assert folded("ab漢字cd", 3) == ["ab", "漢", "字c", "d"]
    assert folded("e\u0301e\u0301e\u0301", 2) == ["e\u0301e\u0301", "e\u0301"]
    assert (padded("漢", 4), padded("漢", 4, right=True), padded("abc", 2)) == ("漢  ", "  漢", "abc")
    assert uncoloured("\x1b[1;31ma\x1b[0m") == "a"


def test_a_long_member_is_shortened_in_a_remark() -> None:
    assert member(" a\n +\tb ") == "a + b"
    long = member("x" * 100 + "end")
    assert len(long) <= LONGEST_MEMBER
    assert long.endswith("end")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 12))
def test_any_page_with_any_span(text: str, start: int, end: int, room: int) -> None:
    found = page_lines(marked(text, Link(1, 1, Span(start, end), text, None, Verdict.FOLLOWS)), room)
    printed = "\n".join(text_of(row) + under_of(row) for line in found for row in line.rows)
    assert all(one == "\n" or one >= " " for one in printed)
    assert not set("\x1b\x7f\x9b\u202e") & set(printed)


def test_a_large_page_takes_no_time() -> None:
    text = "a = b = 0.5\n" * 20_000
    links = tuple(
        replace(link("a = b = 0.5", 1, "0.5", "incorrect"), span=Span(12 * n + 8, 12 * n + 11)) for n in range(20_000)
    )
    assert len(page_lines(marked(text, *links))) == 20_000
    one = "a = " + "1 = " * 5_000
    many = tuple(Link(1, 1, Span(4 * n, 4 * n + 1), "1", None, Verdict.INCORRECT) for n in range(5_000))
    (line,) = page_lines(marked(one, *many))
    assert len(line.remarks) == 5_000


ROW = "z = 0.5 * 0.2 = 0.1 + b = 0.10083"


def test_one_remark_does_for_members_of_which_the_same_is_said() -> None:
    links = (
        link(ROW, 1, "0.5 * 0.2", "follows", "z", found="0.1", expected="0.123456", follows_from=3),
        link(ROW, 1, "0.1 + b", "follows", "z", found="0.1", expected="0.12", follows_from=3),
        link(ROW, 1, "0.10083", "follows", "z", found="0.10083", expected="0.1008", follows_from=3),
    )
    remarks = page_lines(Marking("h", ROW, links, "layer"))[0].remarks
    assert [(one.number, one.members) for one in remarks] == [(1, ("0.5 * 0.2", "0.1 + b")), (2, ("0.10083",))]
    assert [same_value(one.link) for one in remarks] == [False, True]


@pytest.mark.parametrize(
    ("change", "remarks"), [({}, 1), ({"follows_from": 4}, 2), ({"quantity": "b"}, 2), ({"expected": "0.2"}, 2)]
)
def test_what_is_said_of_two_members_must_be_the_same(change: dict[str, Any], remarks: int) -> None:
    one = link(ROW, 1, "0.5 * 0.2", "follows", "z", found="0.1", expected="0.123", follows_from=3)
    other = replace(link(ROW, 1, "0.1 + b", "follows", "z", found="0.1", expected="0.12", follows_from=3), **change)
    assert len(page_lines(Marking("h", ROW, (one, other), "layer"))[0].remarks) == remarks

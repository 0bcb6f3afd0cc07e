"""Hand-ins that are web pages: what a browser shows is read, formulas included; and what `solve` writes is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from closed_loop import Sheet, read_back
from hypothesis import given
from hypothesis import strategies as st
from shipped_pages import PROBLEMS, problem

from backprop_steps.checking.reading.web_pages import is_web_page, text_of_web_page
from backprop_steps.cli import main

OWN = [Sheet(name, str(problem(name).notation), "full", "html", "standard") for name in PROBLEMS]
BRIEF = [Sheet(name, str(problem(name).notation), "brief", "html", "standard") for name in PROBLEMS]


@pytest.mark.parametrize("sheet", OWN[1::2], ids=str)
def test_a_page_of_html_is_understood_and_right(sheet: Sheet) -> None:
    read_back(sheet, text_of_web_page)


@pytest.mark.slow
@pytest.mark.parametrize("sheet", [*OWN[::2], *BRIEF], ids=str)
def test_every_page_of_html_is_understood_and_right(sheet: Sheet) -> None:
    read_back(sheet, text_of_web_page)


KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>z</mi></mrow>'
    '<annotation encoding="application/x-tex">net_{h1} = 0.3775</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true"><span class="mord">net 0.9</span></span></span>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>so <math alttext='a = 1'><mi>a</mi></math>, <b>done</b></p>", "so  a = 1 , done"),
        (f"<p>{KATEX}</p>", "$net_{h1} = 0.3775$"),
        ('<p><script type="math/tex; mode=display">a = 1</script></p>', "$$a = 1$$"),
        ("<p>w<sub>5</sub> = 0.40</p>", "w<sub>5</sub> = 0.40"),
        ("<p>a = 1 <del>a = 2</del></p>", "a = 1"),
        ("<ul><li>a = 1</li><li>b = 2</li></ul>", "a = 1\nb = 2"),
        ("<pre>a = 1\n  = 2</pre>", "a = 1\n  = 2"),
        ("<table><thead><tr><th>p</th><th>after</th></tr></thead><tr><td>w</td><td>1</td></tr></table>",
         "| p | after |\n|---|---|\n\n | w | 1 |"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
        ("<script>a = 2</script><style>b = 3</style><p>c = 4", "c = 4"),
        ("<p>a = 1<del><p>b = 2", "a = 1"),
    ],
)  # fmt: skip
def test_a_page_says_what_a_browser_shows(body: str, text: str) -> None:
    said = text_of_web_page(f"<!doctype html><html><head><title>x = 9</title></head><body>{body}</body></html>")
    assert [line.strip() for line in said.split("\n") if line.strip()] == [
        line.strip() for line in text.split("\n") if line.strip()
    ]


def test_what_solve_writes_is_a_web_page() -> None:
    assert all(is_web_page(str(sheet.text())) for sheet in OWN[:3])


@pytest.mark.parametrize("text", ["# A page\n<p>a = 1</p>", "a < b", "", "<p>a</p>"])
def test_markdown_with_tags_is_no_web_page(text: str) -> None:
    assert not is_web_page(text)


@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<del>", "</del>", "<math alttext='a'>", "</math>", "<td>", "</tr>", "<script type='math/tex'>",
     "</script>", "a = 1", "\n", "<!--", "<", "&", "</table>", "<annotation encoding='application/x-tex'>"]
), max_size=30))  # fmt: skip
def test_no_page_is_too_broken(pieces: list[str]) -> None:
    assert text_of_web_page("<html>" + "".join(pieces)).endswith("\n")


def test_check_takes_a_web_page_and_refuses_typst(tmp_path: Path) -> None:
    page = tmp_path / "ada.html"
    page.write_text(f"<!DOCTYPE html><html><body><p>{KATEX}</p></body></html>", encoding="utf-8")
    marked = CliRunner().invoke(main, ["check", "mazur", str(page)])
    assert marked.exit_code == 0
    assert "1 correct" in marked.output
    source = tmp_path / "ada.typ"
    source.write_text("$ a = 1 $", encoding="utf-8")
    refused = CliRunner().invoke(main, ["check", "mazur", str(source)])
    assert refused.exit_code == 2
    assert "ada.typ: Typst is not read; give the text as Markdown, LaTeX or plain text" in refused.stderr

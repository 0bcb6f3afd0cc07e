"""The solution in HTML: one whole file, every formula MathML, every link leading somewhere, every symbol named."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from shipped_pages import PROBLEMS, page, pages, problem, some_pages

import backprop_steps as bp
from backprop_steps.notation.macros import MACROS
from backprop_steps.problem.model import Meta

VOID = {"meta", "hr", "br"}
ELEMENTS = {
    "html", "head", "meta", "title", "style", "script", "body", "main", "h1", "h2", "h3", "h4", "p", "b", "em", "code",
    "a", "ul", "ol", "li", "div", "span", "hr", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "msub", "msup", "msubsup", "munder", "mover",
    "munderover", "mtable", "mtr", "mtd", "figure", "figcaption", "svg", "g", "polyline", "polygon", "rect", "circle",
    "text", "tspan",
}  # fmt: skip


class Read(HTMLParser):
    """What there is in a page. Raises AssertionError where an element is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.headings: list[int] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]


def faults(text: str) -> list[str]:
    """What is wrong with a page."""
    read = Read(text)
    found = [f"the element {tag}" for tag in read.tags if tag not in ELEMENTS]
    ids = read.values("id")
    found += [f"the id {one} twice" for one, times in Counter(ids).items() if times > 1]
    found += [f"a link to {one}" for one in read.values("href") if not one.startswith("#") or one[1:] not in ids]
    found += [f"an id that is no plain name, {one}" for one in read.values("id") if not re.fullmatch(r"[\w.-]+", one)]
    if {"src", "style", "onclick"} & {name for _, name, _ in read.attributes} or "url(" in text or "@import" in text:
        found.append("something from elsewhere")
    source = re.findall(r".{0,20}(?:\\[A-Za-z]+|\$).{0,20}", read.text)
    if 'class="tex"' in text or source:
        found.append(f"TeX: {source[:3]}")
    found += [f"a heading of level {two} below {one}" for one, two in pairwise(read.headings) if two > one + 1]
    formulas = re.findall(r"<math .*?</math>", text, re.DOTALL)
    assert len(formulas) == read.tags["math"]
    found += [one for one in formulas if not ElementTree.fromstring(one).get("alttext")]
    if any(macro in said for said in read.values("alttext") for macro in MACROS if len(macro) > 2):
        found.append("TeX in an alttext")
    return found


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_pages_of_a_problem_are_whole(name: str) -> None:
    made = pages(name, "html", own=True)
    assert {what: said for what, text in made.items() if (said := faults(text))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBLEMS)
def test_the_pages_of_a_problem_are_whole_in_every_notation(name: str) -> None:
    """At some detail each; in its own notation at every detail above."""
    made = some_pages(name, "html")
    assert {what: said for what, text in made.items() if (said := faults(text))} == {}


def test_a_fault_would_be_seen() -> None:
    for wrong in (
        '<a href="#nowhere">x</a>', '<p id="a"></p><p id="a"></p>', "<img>x</img>", "<p>$x$</p>",
        "<menclose></menclose>",
        "<h1>a</h1><h3>b</h3>", '<math alttext="">x</math>', '<a href="https://example.org">x</a>',
    ):  # fmt: skip
        assert faults(wrong), wrong


def test_title_author_date_course_and_licence_come_from_meta() -> None:
    meta = Meta(author='A. "B" <C>', date="2025-08-06", course="NN & ML", license="CC BY 4.0")
    text = str(bp.render(replace(problem("circuit"), meta=meta), to="html"))
    assert f"<title>{problem('circuit').title}</title>" in text
    assert f"<h1>{problem('circuit').title}</h1>" in text
    assert '<meta name="author" content="A. &quot;B&quot; &lt;C&gt;">' in text
    assert '<p class="details">NN &amp; ML · A. &quot;B&quot; &lt;C&gt; · 2025-08-06 · CC BY 4.0</p>' in text
    assert "author" not in page("circuit", to="html")


def test_the_words_of_the_page_are_those_of_the_markdown() -> None:
    for name in ("mazur", "batch_data"):
        prose = re.sub(r"<math.*?</math>(&#8288;)?", "", page(name, to="html"))
        for line in page(name).split("\n"):
            if re.fullmatch(r"[A-Z][^$*|#>\\]{30,}", line):
                assert line.replace("'", "&#x27;") in prose


class TestSteps:
    def test_a_step_folds_and_says_what_it_finds_and_uses(self) -> None:
        text = page("mazur", to="html")
        steps = dict(re.findall(r'<details class="step" id="([^"]+)" open>\n(.*?)\n</details>', text, re.DOTALL))
        assert list(steps)[:4] == ["z1", "a1", "z2", "a2"]
        step = steps["dL-by-dz2"] if "dL-by-dz2" in steps else steps["dL-by-dW2"]
        summary = re.match(r"<summary>(.*?)</summary>", step)
        assert summary is not None
        assert summary[1].startswith("The gradients of the weights <math")
        links = re.findall(r'<a href="#([^"]+)">', step)
        assert links == ["dL-by-da2", "da2-by-dz2", "dz2-by-dW2"]
        assert "Uses" not in steps["z1"]
        assert re.findall(r'<a href="#([^"]+)">', steps["a1"]) == ["z1"]

    def test_numbers_after_formulas_go_back_to_their_formula_and_to_numbers(self) -> None:
        text = page("node_relu", to="html")
        steps = dict(re.findall(r'<details class="step" id="([^"]+)" open>\n(.*?)\n</details>', text, re.DOTALL))
        assert re.findall(r'<a href="#([^"]+)">', steps["formula-a2"]) == ["formula-a1"]
        assert re.findall(r'<a href="#([^"]+)">', steps["a2"]) == ["formula-a2", "a1"]

    def test_after_an_update_the_new_values_are_used(self) -> None:
        steps = dict(
            re.findall(
                r'<details class="step" id="([^"]+)" open>\n(.*?)\n</details>', page("mazur", to="html"), re.DOTALL
            )
        )
        assert re.findall(r'<a href="#([^"]+)">', steps["z2-after"]) == ["W2-after", "a1-after"]

    def test_every_result_leads_to_its_step(self) -> None:
        table = page("mazur", to="html").rpartition("<table>")[2]
        rows = re.findall(r"<tr>(.*?)</tr>", table)
        assert len(rows) == 11
        assert re.findall('href="#([^"]+)"', rows[1]) == ["dL-by-dW1", "W1-after"]

    def test_every_card_of_a_lecture_leads_to_its_step(self) -> None:
        text = page("bracket_regression", None, "lecture", "html")
        cards = re.findall(r'<div class="result" tabindex="0"><span class="boxed">(.*?)</span></div>', text)
        links = [re.search('^<a href="#([^"]+)"', card) for card in cards]
        assert [link and link[1] for link in links] == [None, "dL-by-dW1", "dL-by-db1", "dL-by-dW2", "dL-by-db2"]

    def test_of_a_part_there_is_no_link_to_what_is_left_out(self) -> None:
        text = str(bp.render(problem("three_layers"), to="html", only=("W1[*,1]",)))
        assert faults(text) == []

    def test_what_changes_with_another_activation_links_to_what_does_not(self) -> None:
        text = page("bracket_regression", to="html")
        assert faults(text) == []
        again = text[text.index('id="again-1-') :]
        assert re.search('href="#again-1-', again)
        assert re.search('href="#(?!again)', again)


def test_a_sheet_of_mistakes_and_its_key_are_whole() -> None:
    made = bp.mistakes(problem("xor"), 3, 1, to="html")
    assert [faults(str(one)) for one in (made.sheet, made.key, made.sheet_with_key)] == [[], [], []]

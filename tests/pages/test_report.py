"""The report in a terminal, Markdown, HTML and JSON; for a teacher, and for a student who is told no answer."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hand_made import PAGE, link, marking

from backprop_steps.checking.causes import CAUSES
from backprop_steps.checking.marking.marks import QuantityMarks
from backprop_steps.checking.marking.scheme import KINDS, read_scheme
from backprop_steps.checking.model import Alias, Marking, Verdict
from backprop_steps.checking.reading.written import Span
from backprop_steps.pages.documents.report import frequent, in_arrays, in_whole, messages, points, report
from backprop_steps.pages.markup.cells import uncoloured
from backprop_steps.pages.writing.formats import REPORT_ENDINGS, REPORT_FORMATS, REPORT_OUTPUTS, TERMINAL
from backprop_steps.pages.writing.page import environment

TEXTS = ("terminal", "markdown", "html")
LINK_KEYS = [
    "line", "column", "text", "quantity", "verdict", "causes", "found", "expected", "expected_from_yours",
    "follows_from", "message",
]  # fmt: skip


def told(*links: Any, text: str = PAGE, **more: Any) -> Marking:
    return Marking("h.md", text, links, "layer", **more)


def test_the_page_in_a_terminal() -> None:
    page = report([marking()], title="Homework").splitlines()
    assert page[:2] == ["Homework", "========"]
    start = page.index("✓ 1 │ z_1 = (0.5)(0.4) + 0.1 = 0.3")
    assert [line.rstrip() for line in page[start : start + 20]] == [
        "✓ 1 │ z_1 = (0.5)(0.4) + 0.1 = 0.3",
        "≈ 2 │ a_1 = 0.5448",
        "            ~~~~~~",
        "      ≈ rounded: right, but not as well rounded as it could be; the true value is 0.5498",
        "✗ 3 │ a_2 = 0.6457 so δ = (a - y)(1 + a)",
        "            ^^^^^^        ^^^^^^^^^^^^^^",
        "      ✗ incorrect, 0.6457: two digits changed places; right is 0.6475; with the student's own numbers it"
        " would be 0.6478",
        "      ✗ incorrect, (a - y)(1 + a) · 0.5: a sign is wrong; or a factor is missing; right is"
        " (a − y)(a/2)(1 − a)",
        "✗ 4 │   · 0.5 = 0.0909",
        "        ^^^^^   ~~~~~~",
        "      → follows: right, given the mistake in line 3; the true value is -0.1313",
        "✗ 5 │ w_1 := w_1 + ηδ = 0.1545",
        "             ^^^^^^^^   ~~~~~~",
        r"      ✗ incorrect, w_1 + ηδ: the update goes the wrong way; right is w₁ − ηδ",
        "      → follows, 0.1545: right, given the mistake in this line",
        "✗ 6 │ please mark kindly ~~x~~ = 漢字漢 = 7",
        "                                 ??????   ^",
        "      ? not understood, 漢字漢: there is no symbol 漢; it does not count as wrong",
        "      ✗ incorrect, 7: right is 8.125",
        "",
    ]


def test_a_summary_to_act_on() -> None:
    scheme = read_scheme("points: {'dL/d*': 1, \"*'*\": 1}", "s")
    page = report([marking()], scheme=scheme)
    assert "2 correct, 1 not well rounded, 2 right given an earlier mistake, 4 incorrect, 1 not understood." in page
    assert "First mistake: line 3, a2[1]: two digits changed places; right is 0.6475;" in page
    assert (
        "Marks: 0 of 8: method 1 of 4, answers 1 of 4; 2 taken off for mistakes on the way "
        "(line 3: copying 0.5, line 3: method 1, line 6: arithmetic 0.5)." in page
    )
    assert "Never shown: dL/db1[1], b1'[1] (4 marks)." in page
    table = page.split("Marks that were lost\n\n")[1].splitlines()
    assert [line.rstrip() for line in table[:4]] == [
        "quantity  method  answer",
        "--------  ------  ------",
        "W1'[1,1]  0 of 1  0 of 1",
        "",
    ]


def test_what_was_never_shown_is_named_array_by_array() -> None:
    every = ("W1[1,1]", "W1[2,1]", "W2[1,1]", "b1[1]", "b1[2]")
    assert in_arrays(("W1[1,1]", "W1[2,1]", "W2[1,1]", "b1[2]"), every) == ("W1", "W2[1,1]", "b1[2]")
    page = report([told(missing=every[3:], quantities=every, asked=every[3:])])
    assert "Never shown: b1 (4 marks)." in page


def test_marks_that_depend_on_what_could_not_be_read() -> None:
    one = link(PAGE, 1, "0.3", "not_understood", "z1[1]", numeric=True)
    page = report([told(one, asked=("z1[1]",))])
    assert "Marks: 0 of 2: method 0 of 1, answers 0 of 1; up to 2 more for what could not be read." in page
    assert "z1[1]     0 of 1  0 of 1  could not be read" in page


def test_a_page_without_a_fault_and_one_without_a_claim() -> None:
    good = report([told(link(PAGE, 1, "0.3", "correct", "z1[1]", numeric=True), asked=("z1[1]",))])
    assert "1 correct.\n" in good
    assert "Marks: 2 of 2: method 1 of 1, answers 1 of 1.\n" in good
    assert "First mistake" not in good
    assert "Never shown" not in good
    assert "lost" not in good
    empty = report([told(text="Dear teacher\n")])
    assert "Nothing on this page is a claim that could be checked." in empty
    assert "1 │ Dear teacher" in empty
    bound = report([told(complaint="the page is longer than the bound of 100 lines")])
    assert "the page is longer than the bound of 100 lines" in bound


def test_what_was_learnt_is_said() -> None:
    page = report(
        [told(link(PAGE, 1, "0.3", "correct"), aliases=(Alias("γ", "eta", 5),), conventions=("delta is minus dL/dz",))]
    )
    assert page.endswith("- read in the notation layer\n- delta is minus dL/dz\n- γ stands for eta (line 5)\n")


def test_colours_only_where_there_are_some() -> None:
    plain, coloured = (report([marking()], colour=colour) for colour in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[31m✗\x1b[0m" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain
    assert "\x1b" not in report([marking()], to="markdown", colour=True)


def test_the_width_of_the_terminal_is_kept() -> None:
    long = told(text="a + " * 50)
    rows = [line for line in report([long], width=60).splitlines() if "│" in line]
    assert len(rows) == 4
    assert max(map(len, rows)) <= 60


def test_markdown_has_the_page_in_a_fence_and_what_is_said_by_number() -> None:
    page = report([marking()], to="markdown", title="Homework")
    assert page.startswith("# Homework\n\n## ada.md\n\n2 correct,")
    fence = page.split("```text\n")[1].split("\n```\n")[0].splitlines()
    assert fence[3:6] == [
        "✗ 3 │ a_2 = 0.6457 so δ = (a - y)(1 + a)",
        "    │       ^^^^^^        ^^^^^^^^^^^^^^  (2) (3)",
        "✗ 4 │   · 0.5 = 0.0909",
    ]
    assert (
        r"3. **✗ incorrect** `(a - y)(1 + a) · 0.5`: a sign is wrong; or a factor is missing; right is "
        r"$(a - y)\frac{a}{2}(1 - a)$." in page.splitlines()
    )


HOSTILE = (
    "</code></span><script>alert(1)</script>\n````\n# heading <img src=x onerror=alert(1)>\n"
    "\x1b]0;owned\x07\x1b[2J \u202egnp.exe\n![x](http://evil) $$ \\input{x} {{ 7*7 }} {% raw %}\n"
)


def hostile() -> Marking:
    links = tuple(
        link(HOSTILE, line, has, "incorrect", '"><b>q', message="<i>\x1b[31m", expected="1$ <b> `x")
        for line, has in ((1, "<script>alert(1)</script>"), (2, "````"), (4, "\x1b[2J"), (5, "$$ \\input{x} {{ 7*7 }}"))
    )
    return Marking(
        "<script>.md\x1b[31m",
        HOSTILE,
        links,
        '<b>"',
        aliases=(Alias("<u>`|`", "</u>", 1),),
        conventions=("<s>*x*</s>",),
        missing=("<em>",),
        complaint="<blink>",
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_one_file_without_script_whatever_the_page_brings() -> None:
    page = report([hostile(), marking()], to="html", title="<title>")
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert set(tags.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "b", "u", "ul", "li", "div", "span",
        "code", "table", "thead", "tbody", "tr", "th", "td", "math", "mfrac", "mi", "mn", "mo", "msub", "main",
    }  # fmt: skip
    assert tags.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "scope", "role",
                               "aria-label", "title", "alttext", "stretchy", "form", "tabindex"}  # fmt: skip
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "src=" not in re.sub(r"&lt;.*?&gt;", "", page)
    assert not set("\x1b\x07\u202e") & set(page)


def test_in_html_no_colour_stands_alone() -> None:
    page = report([marking()], to="html")
    for verdict, mark in (("incorrect", "✗"), ("follows", "→"), ("rounded", "≈"), ("not_understood", "?")):
        assert re.search(rf'<div class="remark {verdict}"><b>{re.escape(mark)} ', page)
        assert re.search(rf"u\.{verdict} {{ text-decoration-style: \w+", page)
    assert 'role="img" aria-label="incorrect" title="incorrect">✗<' in page
    assert '<u class="incorrect">0.6457</u>' in page
    styles = re.findall(r"u\.\w+ { text-decoration-style: (\w+)", page)
    assert len(set(styles)) == 4


def test_what_a_page_brings_in_reaches_no_terminal() -> None:
    page = report([hostile()], colour=True)
    assert "\x1b[31m" in page
    assert not re.search("\x1b(?!\\[([0-2]|3[1-6])m)", page)
    assert "␛[2J" in page
    assert "\x07" not in page
    assert "\u202e" not in page
    plain = report([hostile()])
    assert not set("\x1b\x07\u202e\x9b") & set(plain)
    assert "{{ 7*7 }}" in plain


def test_in_markdown_the_page_cannot_leave_its_fence() -> None:
    page = report([hostile()], to="markdown")
    assert "`````text\n" in page
    before, inside, after = re.split(r"^`````(?:text)?$", page, flags=re.MULTILINE)
    assert "<script>" in inside
    assert all("│" in line for line in inside.strip("\n").splitlines())
    outside = re.sub(r"`[^`\n]+`", "", before + after)
    assert not re.search(r"<[a-z/!?]", outside)
    assert "$" not in outside.replace("\\$", "")
    assert "\x1b" not in page


# JSON


def test_json_has_the_keys_of_the_design() -> None:
    page = json.loads(report([marking()], to="json"))
    assert list(page) == [
        "summary", "links", "marks", "missing", "aliases", "conventions", "notation", "file", "complaint",
    ]  # fmt: skip
    assert page["summary"] == {"correct": 2, "rounded": 1, "follows": 2, "incorrect": 4, "not_understood": 1}
    assert all(list(one) == LINK_KEYS for one in page["links"])
    assert page["links"][3] == {
        "line": 3,
        "column": 7,
        "text": "0.6457",
        "quantity": "a2[1]",
        "verdict": "incorrect",
        "causes": ["digits_swapped"],
        "found": "0.6457",
        "expected": "0.6475",
        "expected_from_yours": "0.6478",
        "follows_from": None,
        "message": "two digits changed places; right is 0.6475; with the student's own numbers it would be 0.6478",
    }
    assert page["links"][0]["message"] == ""
    assert page["links"][4]["text"] == "(a - y)(1 + a)\n  · 0.5"
    assert page["missing"] == ["dL/db1[1]"]
    assert (page["marks"]["total"], page["marks"]["out_of"]) == (0, 4)
    assert page["marks"]["deductions"][0] == {"line": 3, "quantity": "a2[1]", "class": "copying", "points": 0.5}
    assert page["file"] == "ada.md"


def test_json_of_several_hand_ins_is_a_list() -> None:
    two = json.loads(report([marking("a"), marking("b")], to="json"))
    assert [one["file"] for one in two] == ["a", "b"]
    assert isinstance(json.loads(report([marking()], to="json", several=True)), list)
    assert json.loads(report([], to="json")) == []


def test_json_takes_half_a_character() -> None:
    text = "a = \ud800"
    page = report([told(link(text, 1, "\ud800", "not_understood"), text=text)], to="json")
    assert json.loads(page)["links"][0]["text"]
    page.encode("utf-8")


# students

SECRETS = ("0.6475", "0.6478", "0.5498", "0.1313", "0.0457", "frac", r"\eta", "8.125")


@pytest.mark.parametrize("to", REPORT_OUTPUTS)
def test_a_student_is_told_no_right_value(to: str) -> None:
    for one in (
        marking(),
        replace(marking(), links=tuple(replace(a, message="it is 8.125") for a in marking().links[:-2])),
    ):
        page = report([one], to=to, audience="student")
        body = page.split("<body>")[-1]
        assert [secret for secret in SECRETS if secret in body] == []
        teacher = report([one], to=to)
        assert all(secret in teacher for secret in SECRETS[:4])


def test_a_student_is_told_the_kind_of_mistake_and_where() -> None:
    page = report([marking()], audience="student")
    assert "✗ incorrect, 0.6457: a slip in copying – compare the digits, one by one\n" in page
    assert "✗ incorrect, w_1 + ηδ: a mistake of method – think again about which way the update must go\n" in page
    assert "→ follows: right, given the mistake in line 3\n" in page
    assert "there is no symbol 漢" in page
    links = json.loads(report([marking()], to="json", audience="student"))["links"]
    assert {(one["expected"], one["expected_from_yours"]) for one in links} == {(None, None)}
    assert [one["found"] for one in links] == [one.found for one in marking().links]


# several


@pytest.mark.parametrize("to", TEXTS)
def test_several_hand_ins_begin_with_all_of_them(to: str) -> None:
    page = report([marking("ada.md"), marking("bob.md"), told(complaint="too long")], to=to)
    assert page.index("All hand-ins") < page.index("What went wrong, and how often") < page.index("The page")
    assert "All hand-ins" not in report([marking()], to=to)
    assert "how often" not in report([marking(), marking()], to=to, audience="student")


def test_how_often_what_went_wrong() -> None:
    one = told(link(PAGE, 1, "0.3", "incorrect", causes=("sign",)), link(PAGE, 2, "0.5", "incorrect"))
    assert frequent([marking(), one]) == [
        ("sign", 2, 2),
        ("", 2, 2),
        ("update_sign", 1, 1),
        ("digits_swapped", 1, 1),
    ]


# wording


@pytest.mark.parametrize("audience", ["teacher", "student"])
@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_its_words(cause: str, audience: Any) -> None:
    (said,) = messages([told(link(PAGE, 1, "0.3", "incorrect", causes=(cause,)))], audience)[0]
    assert len(said) > 10
    assert cause not in said or cause in ("sign",)


def test_the_wording_knows_the_tables_of_the_program() -> None:
    templates = environment(TERMINAL, lambda _: "")
    words = vars(templates.get_template("documents/wording/marking.j2").make_module({"audience": "teacher"}))
    causes = vars(templates.get_template("documents/wording/causes.j2").make_module({}))["causes"]
    assert set(causes) == set(CAUSES)
    assert all(set(said) == {"teacher", "student"} for said in causes.values())
    assert set(words["kinds"]) == set(words["kinds_of_mistake"]) == set(KINDS)
    assert set(words["verdicts"]) == set(words["counted"]) == {verdict.value for verdict in Verdict}
    assert set(REPORT_ENDINGS.values()) == set(REPORT_OUTPUTS) == {*REPORT_FORMATS, "json"}


def test_points_as_they_are_written() -> None:
    rule = read_scheme("points: {'*': {method: 0.10, value: 20}}", "s").points[0][1]
    assert (points(rule.method), points(rule.value), points(rule.method / 3)) == ("0.1", "20", "0.03")


def test_a_scheme_changes_the_marks() -> None:
    scheme = read_scheme("points: {'z1*': {method: 0, value: 3}}", "s")
    assert "Marks: 0 of 3: method 0 of 0, answers 3 of 3; 3 taken off" in report([marking()], scheme=scheme)


def test_the_page_of_a_verdict_that_has_no_place() -> None:
    lost = replace(marking().links[3], span=Span(9999, 9999))
    assert "two digits changed places" in report([told(lost)])


PIECES = (
    "{{ heading(2, 'a<b') }}{{ caption('c') }}{{ display([('z', '= 3')]) }}{{ result('z<3', 'so') }}{{ rule() }}"
    "{{ table(['h', 'i'], [['a', '漢']], 'lr') }}{{ items(['one', 'two'], true) }}"
    "{% call note('Key.') %}In {{ math('x^2') }}, {{ emphasis('e') }} {{ code('<c>') }}.{% endcall %}"
)


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        (
            "terminal",
            "a<b\n\nc\n\n    z = 3\n\n    so z < 3\n\n----------------------------------------\n\n"
            "h   i\n-  --\na  漢\n\n1. one\n2. two\n\n  Key. In x², e <c>.",
        ),
        (
            "html",
            '<h3>a&lt;b</h3>\n\n<p class="caption"><b>c</b></p>\n\n<div class="display"><div class="rows">\n'
            '<div class="row"><span class="left"><math alttext="z" displaystyle="true"><mi>z</mi></math></span>'
            '<span class="right"><math alttext="= 3" displaystyle="true"><mo>=</mo><mn>3</mn></math></span></div>\n'
            '</div></div>\n\n<div class="result" tabindex="0"><b>so</b><span class="boxed">'
            '<math alttext="z &lt; 3" displaystyle="true"><mi>z</mi><mo>&lt;</mo><mn>3</mn></math></span></div>\n\n'
            '<hr>\n\n<div class="table" tabindex="0"><table>\n'
            '<thead><tr><th class="l" scope="col">h</th><th class="r" scope="col">i</th></tr></thead>\n<tbody>\n'
            '<tr><td class="l">a</td><td class="r">漢</td></tr>\n</tbody>\n</table></div>\n\n'
            '<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n\n<div class="note"><p><b>Key.</b> In <math alttext="x²"><msup>'
            "<mi>x</mi><mn>2</mn></msup></math>&#8288;, <em>e</em> <code>&lt;c&gt;</code>.</p></div>",
        ),
    ],
)
def test_the_formats_of_reports_have_every_piece(to: str, wanted: str) -> None:
    templates = environment(REPORT_FORMATS[to], lambda _: "")
    stream = templates.from_string(PIECES).render()
    assert uncoloured(templates.macros.assembled(stream)) == wanted


def test_marks_lost_alike_by_a_whole_array_are_one_row() -> None:
    one, two, other = (
        QuantityMarks(name, Decimal(0), Decimal(1), Decimal(1), Decimal(1), shown=True)
        for name in ("dL/dW1[1,1]", "dL/dW1[1,2]", "dL/db1[1]")
    )
    (row,) = in_whole([one, two], [one, two, other])
    assert (row.quantity, row.method, row.method_of, row.value, row.value_of) == ("dL/dW1", 0, 2, 2, 2)
    assert in_whole([one], [one, two, other]) == (one,)
    assert in_whole([one, replace(two, method=Decimal(1))], [one, two]) == (one, replace(two, method=Decimal(1)))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"found": "0.10083", "expected": "0.1008", "follows_from": 7}, "though it comes of the mistake in line 7\n"),
        ({"found": "0.2", "expected": "0.1008", "follows_from": 1}, "right, given the mistake in this line\n"),
        ({"found": "0.2", "expected": "0.1008", "follows_from": 7}, "line 7; the true value is 0.1008\n"),
    ],
)
def test_what_follows_is_told_the_true_value_where_it_is_another(more: dict[str, Any], said: str) -> None:
    page = report([told(link("z = 0.1", 1, "0.1", "follows", "z", numeric=True, **more), text="z = 0.1")])
    assert said in page


def test_of_a_matrix_the_right_value_is_that_of_one_entry() -> None:
    text = r"z = \begin{bmatrix} 1 & 2 \end{bmatrix}"
    wrong = link(text, 1, text[4:], "incorrect", "z", numeric=True, expected="3")
    assert "✗ incorrect: an entry of it should be 3\n" in report([told(wrong, text=text)])


def test_beside_a_wrong_formula_stand_the_right_one_and_what_it_comes_to() -> None:
    more = {"causes": ("extra_factor",), "expected": "-0.3775", "right": "a - y"}
    page = told(link(PAGE, 3, "(a - y)(1 + a)", "incorrect", "dL/dz1[1]", **more))
    assert "there is a factor too many; right is a − y, which is -0.3775" in " ".join(report([page]).split())
    for to in ("terminal", "markdown", "html", "json"):
        said = report([page], to=to, audience="student")
        assert "right is" not in said
        assert "0.3775" not in said


def test_a_question_to_a_student_ends_without_a_full_stop() -> None:
    page = told(link(PAGE, 3, "(a - y)(1 + a)", "incorrect", causes=("missing_transpose",)))
    assert "which matrix has to be transposed?\n" in report([page], audience="student")

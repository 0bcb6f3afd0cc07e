from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_steps.pages.markup import escaping

HOSTILE = r"a_b & 50% $x$ \input{/etc/passwd} <script> `c` [l](u) *e* #1 a|b ~~s~~ {#id} &copy; @me"


def test_hostile_text_in_markdown():
    assert escaping.markdown(HOSTILE) == (
        r"a\_b & 50% \$x\$ &#92;input\{/etc/passwd\} &lt;script> \`c\` \[l\](u) \*e\* \#1 a\|b \~\~s\~\~ \{\#id\} "
        r"&amp;copy; \@me"
    )


def test_hostile_text_on_github():
    assert "<span>$</span>x<span>$</span>" in escaping.github(HOSTILE)
    assert escaping.github(HOSTILE).replace("<span>$</span>", r"\$") == escaping.markdown(HOSTILE)


def test_hostile_text_in_latex():
    assert escaping.latex(HOSTILE) == (
        r"a\_b \& 50\% \$x\$ \textbackslash{}input\{/etc/passwd\} \textless{}script\textgreater{} "
        r"\textasciigrave{}c\textasciigrave{} {[}l](u) {*}e{*} \#1 a\textbar{}b "
        r"\textasciitilde{}\textasciitilde{}s\textasciitilde{}\textasciitilde{} \{\#id\} \&copy; @me"
    )


@pytest.mark.parametrize(
    "text", ["the loss is 0.3 < 0.5 & falls", "W1 (layer 1), 100% - sure!", "Ünïcödé – “quotes” ∂ ①", "– so"]
)
def test_markdown_leaves_alone_what_has_no_meaning(text):
    assert escaping.markdown(text) == text


@pytest.mark.parametrize("piece", ["<", "&", "&#", "#", "@"])
def test_what_the_next_piece_could_complete_is_escaped(piece):
    assert escaping.markdown(piece) != piece


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("# no heading", r"\# no heading"),
        ("> no quotation", r"\> no quotation"),
        ("- no item", r"\- no item"),
        ("+ no item", r"\+ no item"),
        ("12. no item", r"12\. no item"),
        ("3) no item", r"3\) no item"),
        ("---", r"\---"),
        ("===", r"\==="),
        ("0.5 is a number", "0.5 is a number"),
        ("-0.5 is a number", "-0.5 is a number"),
        ("**Neuron 1**", "**Neuron 1**"),
    ],
)
def test_a_markdown_paragraph_begins_as_text(line, printed):
    assert escaping.markdown_paragraph(line) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Zürich, Łódź, señor", "Zürich, Łódź, señor"),
        (
            "x² · β ½",
            r"x\textsuperscript{2} \textperiodcentered{} \ensuremath{\beta} \ensuremath{\frac{1}{2}}",
        ),
        ("Σ, Α, ο, λ", r"\ensuremath{\Sigma}, A, o, \ensuremath{\lambda}"),
        ("① ⑫", r"\textcircled{1} \textcircled{12}"),
        ("ạ ș", r"\d{a} \texttt{[U+0219]}"),
        ("中\u200b!", r"\texttt{[U+4E2D]}!"),
        ('--only "x",, y', "-{}-only ''x'',{}, y"),
        ("1–2 — 3…\u00a0m", r"1--2 --- 3\ldots{}~m"),
    ],
)
def test_unicode_in_latex(text, printed):
    assert escaping.latex(text) == printed


@given(st.text())
def test_no_text_can_do_anything_in_latex(text):
    """What is left are letters, the commands of the tables, and braces that match."""
    printed = escaping.latex(text)
    known = r"\\(?:text[a-z]+|ldots|ensuremath|frac|[a-zA-Z]+(?=\})|pm|[dckrbHuv](?=\{)|[{}$&#%_`'^~=.\"-])"
    rest = re.sub(known, "", printed)
    assert not set(rest) & set("\\$&#%_^")
    without_escaped = printed.replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for one in without_escaped:
        depth += {"{": 1, "}": -1}.get(one, 0)
        assert depth >= 0
    assert depth == 0


@given(st.text())
def test_no_text_is_markup_in_markdown(text):
    printed = escaping.markdown(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]{}|$~^]", printed)
    assert not re.search(r"<[A-Za-z/!?]", printed)
    assert not re.search(r"\\(?![`*_\[\]{}|$~^@#])", printed)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed)


def test_tex_in_markdown():
    assert escaping.markdown_tex("a<b\n\n =c") == "a < b =c"
    assert escaping.markdown_inline_tex(r"|x| + \|y\|") == r"\vert x\vert + \Vert y\Vert"
    assert escaping.latex_tex("a <b\n\n+ c ") == "a <b + c"


def test_text_in_a_formula():
    assert escaping.tex_text("50% of a_b & {c}") == r"50\% of a\_b \& \{c\}"

"""What holds for every formula in every style: balanced, no two signs in a row, no number beside a number."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st
from tex_samples import STYLES, printer, trees
from tex_value import value, value_of_tex

from backprop_steps.notation.breaking import chain

OPENING = {"{": "}", "(": ")", "[": "]", r"\{": r"\}"}
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.")


def assert_balanced(tex):
    """Braces, brackets and \\left \\right pairs close in the order they open."""
    open_now = []
    for token in TOKEN.findall(tex):
        if token in OPENING:
            open_now.append(OPENING[token])
        elif token in (r"\left", r"\lvert") or token == r"\begin":
            open_now.append({r"\left": r"\right", r"\lvert": r"\rvert", r"\begin": r"\end"}[token])
        elif token in ("}", ")", "]", r"\}", r"\rvert", r"\end"):
            assert open_now.pop() == token, tex
        elif token == r"\right":
            # \left( pushes \right and then the bracket; the bracket closes after \right
            bracket = open_now.pop()
            assert open_now.pop() == r"\right", tex
            open_now.append(bracket)
    assert not open_now, tex


def assert_like_a_hand(tex):
    assert not re.search(r"[-+] *[-+]", tex), tex
    assert not re.search(r"(\\cdot|\\times|\\odot|/) *-", tex), tex
    assert not re.search(r"\d \d", tex), tex
    assert not re.search(r"\^\{[^{}]*\}\^|\^.\^|'\^|\^\w*'", tex), tex
    assert "\n" not in tex
    assert tex.isascii()


styles = st.sampled_from(STYLES)


@given(trees(), styles)
def test_any_formula_prints_as_a_hand_writes(node, style):
    tex = printer(**style).print(node)
    assert_balanced(tex)
    assert_like_a_hand(tex)


@given(trees(scalar=True), styles)
def test_the_brackets_that_are_left_out_change_nothing(node, style):
    try:
        expected = value(node)
    except ZeroDivisionError:
        assume(False)
    assert value_of_tex(printer(**style).print(node)) == expected


@given(trees(scalar=True), styles, st.sampled_from([8.0, 14.0, 20.0]))
def test_a_broken_line_says_the_same(node, style, width):
    try:
        expected = value(node)
    except ZeroDivisionError:
        assume(False)
    rows = chain("L", [("=", node)], printer(**style), width)
    assert value_of_tex(" ".join(rows).removeprefix("L &=")) == expected


@given(trees(), trees(), styles)
def test_every_row_is_a_formula_of_its_own_to_tex(one, two, style):
    rows = chain(one, [("=", two), (r"\approx", one)], printer(**style), 12.0)
    assert_balanced(" ".join(rows).replace(r"\Bigl", "").replace(r"\Bigr", ""))
    for row in rows:
        assert row.replace("&", "").replace("=", "").strip()
        assert row.count(r"\left") == row.count(r"\right")
        assert row.count("{") - row.count(r"\{") == row.count("}") - row.count(r"\}")
        assert row.count(r"\begin") == row.count(r"\end")
        assert_like_a_hand(row.replace("&", "").replace(r"\quad", ""))


@given(trees(), styles)
def test_a_printer_has_no_memory(node, style):
    writer = printer(**style)
    assert writer.print(node) == writer.print(node) == printer(**style).print(node)

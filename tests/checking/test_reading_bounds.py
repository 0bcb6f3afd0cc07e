"""No page makes the reader crash, hang or run code; the message says which bound it met."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_steps.checking.reading import ReadingError, read_page

WORDS = ["Loss", "Err", "Ob", "net", "out", "target", "Relu", "ReLU", "new"]
SECONDS = 5.0
"""Far more than any of these takes on a quiet machine."""

HOSTILE = {
    "brackets": "$" + "(" * 10_000 + "x" + ")" * 10_000 + "$ = 3",
    "brackets that cross": "$x = " + "(" * 5000 + "]" * 5000 + "$",
    "braces": "$$" + "{" * 10_000 + "x" + "}" * 10_000 + "$$",
    "braces around equations": "$" + "{a=" * 3000 + "b" + "}" * 3000 + "$",
    "scripts": "$" + "x^{" * 200 + "2" + "}" * 200 + " = 1$",
    "fractions": "$x = " + r"\frac" * 10_000 + "$",
    "accents": "$x = " + r"\hat" * 3000 + "y$",
    "slashes": "$x = b" + "/a" * 1_200 + "$",
    "signs": "$x = " + "-" * 3000 + "3$",
    "differentials": "$x = " + r"\partial " * 1500 + "x$",
    "sums": "$x = " + r"\sum " * 1500 + "x$",
    "bars": "$x = " + "|x" * 1900 + "$",
    "text": "\\text{" * 15_000,
    "environments": r"\begin{align}" * 5000,
    "dollars": "$" * 100_000,
    "tildes": "~~" * 50_000,
    "stars": "*a " * 30_000,
    "low lines": "_a " * 30_000,
    "comments": "<!--" * 50_000,
    "struck": "<del>" * 50_000,
    "ticks": "x `a\n" * 10_000,
    "fences": "```\n" * 10_000,
    "open displays": "\\[" * 50_000,
    "bullets": "1) " * 30_000,
    "relations": "$$" + "= " * 30_000 + "$$",
    "rows": "$$" + r"a \\ " * 3000 + "$$",
    "entities": "&lt;" * 20_000,
    "own commands": "".join(rf"\newcommand{{\m{c}}}{{" + rf"\m{chr(ord(c) + 1)} " * 90 + "}" for c in "abcdefgh")
    + r"$\ma$ " * 99,
    "own arguments": r"\newcommand{\m}[1]{#1#1#1}$" + r"\m{" * 3000 + "x" + "}" * 3000 + "$",
    "wide spaces": "a = 1  b " + "c  d " * 9000,
    "letters apart": "$" + "E r r o r " * 9000 + "$",
    "arrows": "a = b " + "→ c " * 5000,
    "names": "a, " * 20_000 + "a = 1" + ", 1" * 20_000,
    "definitions": r"\newcommand{\m}{" * 5000,
    "one line": "x = " + "1 + " * 250_000 + "1",
    "spaces": " " * 1_000_000 + "x = 1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_time(name: str) -> None:
    started = time.perf_counter()
    read_page(HOSTILE[name], WORDS)
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (HOSTILE["one line"], "a line of 1000005 characters is too long; the bound is 100000"),
        (HOSTILE["slashes"], "nested too deeply; the bound is 60 levels"),
        (HOSTILE["differentials"], "nested too deeply; the bound is 60 levels"),
        (HOSTILE["scripts"], "nested too deeply; the bound is 60 levels"),
        ("$x = \x00 3$", "'\\x00' is not read"),
    ],
)
def test_the_trouble_says_which_bound(text: str, trouble: str) -> None:
    members = [member for chain in read_page(text, WORDS).chains for member in chain.members]
    assert trouble in [member.trouble for member in members]


def test_powers_of_powers_are_only_read() -> None:
    (chain,) = read_page("x = 9**9**9**9", WORDS).chains
    assert chain.members[1].node is not None


def test_marks_of_writing_direction_are_spaces() -> None:
    (chain,) = read_page("x = \u202e4\u200f + 1", WORDS).chains
    assert chain.members[1].trouble is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * 2_000_001, "the page has 2000001 characters; the bound is 2000000"),
        ("\n" * 20_000, "the page has 20001 lines; the bound is 20000"),
        ("$a = 1, b = 2$\n" * 15_000, "the page has more than 20000 formulas; that is the bound"),
    ],
)
def test_a_page_that_is_too_long_is_refused(text: str, message: str) -> None:
    with pytest.raises(ReadingError) as refused:
        read_page(text, WORDS)
    assert refused.value.lines() == [message]


def test_a_long_page_is_read_in_a_few_seconds() -> None:
    line = r"$\frac{\partial L}{\partial W_{k,1}^{(2)}} = (a - y) \cdot x_1 = 0.5 \times 0.3 = 0.15$" + "\n"
    started = time.perf_counter()
    page = read_page(line * 2000, WORDS)
    assert len(page.chains) == 2000
    assert time.perf_counter() - started < 2 * SECONDS


PIECES = st.sampled_from(
    [
        *"()[]{}|$^_=+-*/.,;:&~`'?<>#% \n\\\t\x00",
        *(r"\frac", r"\sqrt", r"\hat", r"\left", r"\right", r"\text{", r"\partial ", r"\sum", r"\begin{cases}"),
        *(r"\end{cases}", r"\begin{bmatrix}", r"\end{bmatrix}", r"\\", r"\approx", r"\cdot ", r"\quad ", r"\over "),
        *(
            r"\mathbf{",
            r"\boxed{",
            r"\underbrace{",
            r"\nabla",
            r"\{",
            r"\}",
            "$$",
            "```",
            "~~",
            "**",
            "<sub>",
            "</sub>",
        ),
        *("&times;", "∂L/∂w", "σ", "ŷ", "₁", "⁽²⁾", "ᵀ", "½", "→", "⇒", "∈", "…", "−", "0.5", "10", "w1", "dLoss", "a"),
        *("Loss", "the error", "e", "x", "T", "d", "i = 1, 2", "1,5", "2.1e-5", r"\begin{array}{cc}", r"\end{array}"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=80)))
def test_nothing_but_a_reading_error_is_raised(text: str) -> None:
    try:
        page = read_page(text, WORDS)
    except ReadingError:
        return
    for chain in page.chains:
        assert len(chain.relations) == len(chain.members) - 1 + chain.headless
        for member in chain.members:
            assert page.text[member.span.start : member.span.end] == member.text
            assert (member.node is None) == (member.trouble is not None)
            assert member.trouble is None or "\n" not in member.trouble


def test_the_reader_needs_no_algebra() -> None:
    code = (
        "import sys; from backprop_steps.checking.reading import read_page; read_page('$a = b$', []);"
        "print(sorted({'sympy', 'mpmath'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Markings made by hand: what is said of a page without anybody who judges it."""

from __future__ import annotations

from typing import Any

from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.checking.reading.written import Span


def link(text: str, line: int, has: str, verdict: str, quantity: str | None = None, **more: Any) -> Link:
    """The link whose member is the first `has` of a line of the text (it may go on in the next)."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    at = text.index(has, start)
    return Link(line, at - start + 1, Span(at, at + len(has)), has, quantity, Verdict(verdict), **more)


PAGE = """z_1 = (0.5)(0.4) + 0.1 = 0.3
a_1 = 0.5448
a_2 = 0.6457 so δ = (a - y)(1 + a)
  · 0.5 = 0.0909
w_1 := w_1 + ηδ = 0.1545
please mark kindly ~~x~~ = 漢字漢 = 7
"""
NAMES = ("z1[1]", "a1[1]", "a2[1]", "delta2[1]", "dL/dW1[1,1]", "dL/db1[1]", "W1'[1,1]", "b1'[1]")
ASKED = NAMES[4:6]


def marking(name: str = "ada.md") -> Marking:
    """A page with every verdict on it: rounded too short, a value wrongly calculated and what follows from it, a wrong
    sign over two lines, an update the wrong way, and what could not be read.
    """
    return Marking(
        name,
        PAGE,
        (
            link(PAGE, 1, "(0.5)(0.4) + 0.1", "correct", "z1[1]"),
            link(PAGE, 1, "0.3", "correct", "z1[1]", numeric=True, found="0.3"),
            link(PAGE, 2, "0.5448", "rounded", "a1[1]", numeric=True, found="0.5448", expected="0.5498"),
            link(
                PAGE,
                3,
                "0.6457",
                "incorrect",
                "a2[1]",
                numeric=True,
                causes=("digits_swapped",),
                found="0.6457",
                expected="0.6475",
                expected_from_yours="0.6478",
            ),
            link(
                PAGE,
                3,
                "(a - y)(1 + a)\n  · 0.5",
                "incorrect",
                "delta2[1]",
                causes=("sign", "missing_factor"),
                expected=r"(a - y)\frac{a}{2}(1 - a)",
            ),
            link(
                PAGE,
                4,
                "0.0909",
                "follows",
                "delta2[1]",
                numeric=True,
                follows_from=3,
                found="0.0909",
                expected="-0.1313",
            ),
            link(PAGE, 5, "w_1 + ηδ", "incorrect", "W1'[1,1]", causes=("update_sign",), expected=r"w_1 - \eta\delta"),
            link(
                PAGE,
                5,
                "0.1545",
                "follows",
                "W1'[1,1]",
                numeric=True,
                follows_from=5,
                found="0.1545",
                expected="0.0457",
            ),
            link(PAGE, 6, "漢字漢", "not_understood", message="there is no symbol 漢"),
            link(PAGE, 6, "7", "incorrect", numeric=True, found="7", expected="8.125"),
        ),
        "neuron",
        missing=("dL/db1[1]",),
        quantities=NAMES,
        asked=ASKED,
    )

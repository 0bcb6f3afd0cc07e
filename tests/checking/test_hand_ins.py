"""Every hand-in in hand_ins/, marked as its expected file says.

An expected file lists the links whose verdict is not plain. A row names the line on which the link begins, a piece of
it (`has`), what stands just before it where that is needed to tell (`after`), its verdict, and where they apply a cause
that must be among those given, the line of the root mistake (`follows_from`) and the true value (`expected`). A row
with no `has` says that nothing of its line can be read. Every other link is correct or, on a number, rounded.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from backprop_steps.checking.causes import CAUSES
from backprop_steps.checking.check import check
from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.problem.loading import load

FOLDER = Path(__file__).parent / "hand_ins"
NAMES = sorted(path.name.removesuffix(".expected.yaml") for path in FOLDER.glob("*.expected.yaml"))

DECIMAL = re.compile(r"\d[.,]\d")

Row = dict[str, Any]


@pytest.mark.parametrize("name", NAMES)
def test_a_hand_in_is_marked_as_a_careful_marker_would(name: str) -> None:
    marking = _marked(name)
    rows: list[Row] = yaml.safe_load((FOLDER / f"{name}.expected.yaml").read_text(encoding="utf-8")) or []
    assert marking.links
    rest = list(marking.links)
    wrong = []
    for row in rows:
        if "has" not in row:
            assert row["verdict"] == Verdict.NOT_UNDERSTOOD
            rest = [link for link in rest if link.line != row["line"] or link.verdict is not Verdict.NOT_UNDERSTOOD]
            continue
        link, complaints = _found(row, rest, marking.text)
        if link is not None:
            rest.remove(link)
        wrong += [f"line {row['line']} has {row['has']!r}: {complaint}" for complaint in complaints]
    wrong += [f"line {link.line}, not expected: {_said(link)}" for link in rest if not _plain(link)]
    assert not wrong, "\n".join(["", *wrong])


def test_every_hand_in_has_its_problem_and_its_expectations() -> None:
    names = {path.name.split(".")[0] for path in FOLDER.iterdir()}
    assert names == set(NAMES)
    for name in NAMES:
        assert (FOLDER / f"{name}.problem.yaml").exists()
        _hand_in(name)


def test_every_cause_is_in_some_hand_in() -> None:
    rows = [
        row for name in NAMES for row in yaml.safe_load((FOLDER / f"{name}.expected.yaml").read_text("utf-8")) or []
    ]
    assert {row["cause"] for row in rows if "cause" in row} == set(CAUSES)


def _marked(name: str) -> Marking:
    hand_in = _hand_in(name)
    return check(load(FOLDER / f"{name}.problem.yaml"), hand_in.read_text(encoding="utf-8"), hand_in.name)


def _hand_in(name: str) -> Path:
    (path,) = (path for path in FOLDER.glob(f"{name}.*") if path.suffix in (".md", ".txt", ".tex"))
    return path


def _found(row: Row, links: list[Link], text: str) -> tuple[Link | None, list[str]]:
    """The link that a row means, and what is said of it otherwise than the row says."""
    there = [link for link in links if link.line == row["line"] and row["has"] in link.text]
    if "after" in row:
        there = [link for link in there if _before(link, text).endswith(row["after"].rstrip())]
    if not there:
        return None, ["no such link"]
    return min(((link, _complaints(row, link)) for link in there), key=lambda one: len(one[1]))


def _before(link: Link, text: str) -> str:
    return text[: link.span.start].rstrip()


def _complaints(row: Row, link: Link) -> list[str]:
    wrong = []
    if link.verdict.value != row["verdict"]:
        wrong.append(f"is {_said(link)}, not {row['verdict']}")
    if "cause" in row and row["cause"] not in link.causes:
        wrong.append(f"causes are {list(link.causes)}, not {row['cause']}")
    if "follows_from" in row and link.follows_from != row["follows_from"]:
        wrong.append(f"follows from {link.follows_from}, not {row['follows_from']}")
    if "expected" in row and not _same_value(row["expected"], link.expected):
        wrong.append(f"expected is {link.expected}, not {row['expected']}")
    return wrong


def _same_value(right: str, given: str | None) -> bool:
    """Whether two decimals agree to the digits that both have."""
    try:
        a, b = Decimal(right), Decimal(given or "")
    except ArithmeticError:
        return False
    unit = max(a.as_tuple().exponent, b.as_tuple().exponent)
    return abs(a - b) <= Decimal(1).scaleb(int(unit)) / 2


def _plain(link: Link) -> bool:
    return link.verdict is Verdict.CORRECT or (
        link.verdict is Verdict.ROUNDED and DECIMAL.search(link.text) is not None
    )


def _said(link: Link) -> str:
    return f"{link.verdict.value} {list(link.causes)} {link.text!r} (found {link.found}, expected {link.expected})"

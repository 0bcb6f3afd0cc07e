"""Every hand-in in hand_ins/, marked as its expected file says.

An expected file lists the links whose verdict is not plain. A row names the line on which the link begins, a piece of
it (`has`), what stands just before it where that is needed to tell (`after`), its verdict, and where they apply a cause
that must be among those given, the line of the root mistake (`follows_from`) and the true value (`expected`). A row
with no `has` says that nothing of its line can be read. Every other link is correct or, on a number, rounded.
"""

from __future__ import annotations

import re

import pytest
from hand_in_tables import FOLDER, NAMES, NOT_YET, found, hand_in, marked, rows, said

from backprop_steps.checking.causes import CAUSES
from backprop_steps.checking.model import Link, Verdict

DECIMAL = re.compile(r"\d[.,]\d")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=NOT_YET[name], strict=True) if name in NOT_YET else ())
        for name in NAMES
    ],
)
def test_a_hand_in_is_marked_as_a_careful_marker_would(name: str) -> None:
    marking = marked(name)
    assert marking.links
    rest = list(marking.links)
    wrong = []
    for row in rows(name):
        if "has" not in row:
            assert row["verdict"] == Verdict.NOT_UNDERSTOOD
            rest = [link for link in rest if link.line != row["line"] or link.verdict is not Verdict.NOT_UNDERSTOOD]
            continue
        link, complaints = found(row, rest, marking.text)
        if link is not None:
            rest.remove(link)
        wrong += [f"line {row['line']} has {row['has']!r}: {complaint}" for complaint in complaints]
    wrong += [f"line {link.line}, not expected: {said(link)}" for link in rest if not _plain(link)]
    assert not wrong, "\n".join(["", *wrong])


def test_every_hand_in_has_its_problem_and_its_expectations() -> None:
    names = {path.name.split(".")[0] for path in FOLDER.iterdir()}
    assert names == set(NAMES)
    for name in NAMES:
        assert (FOLDER / f"{name}.problem.yaml").exists()
        hand_in(name)


def test_every_cause_is_in_some_hand_in() -> None:
    assert {row["cause"] for name in NAMES for row in rows(name) if "cause" in row} == set(CAUSES)


def _plain(link: Link) -> bool:
    return link.verdict is Verdict.CORRECT or (
        link.verdict is Verdict.ROUNDED and DECIMAL.search(link.text) is not None
    )

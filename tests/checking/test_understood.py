"""The table of spellings, and the page that is made of it; with `--update-golden` it is written anew."""

from __future__ import annotations

import pytest
from hand_in_tables import Spelling, said, spellings
from understood import PAGE, links, page

ROWS = [row for group in spellings() for row in group.rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.line)
def test_a_line_has_its_verdict(row: Spelling) -> None:
    *others, last = links(row)
    assert last.verdict.value == row.verdict, said(last)
    assert row.cause is None or row.cause in last.causes
    if row.verdict in ("correct", "rounded"):
        assert {link.verdict.value for link in others} <= {"correct", "rounded"}, list(map(said, others))


def test_the_page_is_up_to_date(update_golden: bool) -> None:
    now = page()
    if update_golden:
        PAGE.write_text(now, encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == now, "pytest tests/checking/test_understood.py --update-golden"

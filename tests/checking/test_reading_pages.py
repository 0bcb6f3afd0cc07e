"""Whole pages: hand-ins, and every sheet that `solve` prints, are read without a remainder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from covering import others_slow
from shipped_pages import PROBLEMS, page, problem, sayable
from written_text import walk

from backprop_steps.checking.reading import read_page
from backprop_steps.checking.reading.written import Page
from backprop_steps.errors import UserError

HERE = Path(__file__).parent
WORDS = ["Loss", "Err", "Ob", "net", "out", "target", "Relu", "ReLU", "LeakyReLU", "swish", "new"]
SUBMISSIONS = {
    "a_node_relu.md": 22,
    "b_layer_sigmoid.md": 15,
    "c_neuron_logistic.txt": 14,
    "d_bracket_regression.md": 12,
    "e_batch_rows.md": 12,
}


def hold(page: Page) -> int:
    """Every member has its tree, every span is what was written; how many members there are."""
    count = 0
    for chain in page.chains:
        assert not chain.headless, chain
        for member in chain.members:
            count += 1
            assert member.node is not None, (member.text, member.trouble)
            assert page.text[member.span.start : member.span.end] == member.text
            for node in walk(member.node):
                assert member.span.start <= node.span.start < node.span.end <= member.span.end, (member, node)
    return count


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_every_formula_of_a_hand_in_is_read(name: str) -> None:
    page = read_page((HERE / "submissions" / name).read_text(encoding="utf-8"), WORDS)
    headless = [chain for chain in page.chains if chain.headless]
    assert [chain.words for chain in headless] == (["neuron 2"] if name.startswith("b") else [])
    page = Page(page.text, tuple(chain for chain in page.chains if not chain.headless))
    hold(page)
    assert len(page.chains) + len(headless) == SUBMISSIONS[name]


OWN = [(name, str(problem(name).notation)) for name in PROBLEMS]


@pytest.mark.parametrize(("name", "notation"), others_slow(sayable(), OWN))
def test_every_sheet_is_read_in_every_notation(name: str, notation: str) -> None:
    try:
        text = page(name, notation)
    except UserError:
        pytest.skip("not to be said in this notation")
    assert hold(read_page(text, WORDS)) > 10


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("wishes", [{"to": "latex", "detail": "lecture"}, {"dialect": "github"}], ids=str)
def test_every_sheet_is_read_in_every_format(name: str, wishes: dict[str, Any]) -> None:
    markdown = read_page(page(name, **{**wishes, "to": "markdown", "dialect": "standard"}), WORDS)
    other = read_page(page(name, **wishes), WORDS)
    assert hold(other) > 10
    assert [c.members[0].node for c in other.chains] == [c.members[0].node for c in markdown.chains]


GAP = r"\underline{\hspace{3em}}"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        # a line of room that was not needed is no factor of what stands before it
        (rf"$$\begin{{aligned}} z &= 0.5 \\ &\quad {GAP} \\ &\approx 0.6 \end{{aligned}}$$", ["z", "0.5", "0.6"]),
        (rf"$$\begin{{aligned}} z &= 0.5 \\ &\quad {GAP} && \quad \text{{why}} \end{{aligned}}$$", ["z", "0.5"]),
        ("$z = 1$\n\n## Hints\n\n$a = 2$\n\n### Second\n\n$b = 3$\n\n## Next\n\n$c = 4$", ["z", "1", "c", "4"]),
        ("$z = 1$\n\n<details>\n<summary>Hint 1</summary>\n\n$a = 2$\n\n</details>\n\n$c = 4$", ["z", "1", "c", "4"]),
        (
            "\\section*{Hints}\n$a = 2$\n\\subsection*{x}\n$b = 2$\n\\section*{End}\n$c = 4$",
            ["c", "4"],
        ),
        ("z = 1\n\nHints\n-----\n\na = 2\n", ["z", "1"]),
    ],
)  # fmt: skip
def test_what_a_worksheet_says_itself_is_not_read(text: str, read: list[str]) -> None:
    page = read_page(text, WORDS)
    found = [member.text for chain in page.chains for member in chain.members if not _open(member.node)]
    assert found == read


def _open(node: Any) -> bool:
    return any(type(part).__name__ == "Blank" for part in walk(node)) if node is not None else False

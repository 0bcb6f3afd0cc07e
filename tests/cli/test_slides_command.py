"""`slides`: what reaches the page, and what is answered in a line."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_the_source_and_the_pdf(run, tmp_path, monkeypatch):
    pytest.importorskip("typst")
    monkeypatch.chdir(tmp_path)
    assert run("slides", "circuit", "-o", "slides.pdf", "--no-reveal").exit_code == 0
    assert Path("slides.pdf").read_bytes().startswith(b"%PDF")
    assert run("slides", "circuit", "-o", "slides.typ").exit_code == 0
    assert Path("slides.typ").read_text(encoding="utf-8") == run("slides", "circuit").stdout


def test_options_reach_the_slides(run):
    words = "--notation layer --digits 2 --detail brief --show representative --no-reveal"
    text = run("slides", "node_relu", *words.split()).stdout
    assert "delta^(" in text
    assert "0.53" in text
    assert "false,\n\nhead(1)" in text
    assert len(text) < len(run("slides", "node_relu", "--notation", "layer").stdout)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["-o", "a.md"],
            "backprop-steps slides: a.md: the ending '.md' says no format; end it with .pdf, .typ, or give --to",
        ),
        (["--to", "pdff"], "backprop-steps slides: unknown value 'pdff' for --to; did you mean 'pdf'?"),
        (["--only", "nothing"], "backprop-steps: --only 'nothing' matches nothing on this sheet"),
    ],
)
def test_a_wrong_wish_is_answered_in_a_line(run, arguments, line):
    result = run("slides", "circuit", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert line.removeprefix("backprop-steps: ") in result.stderr
    assert result.stderr.count("\n") == 1

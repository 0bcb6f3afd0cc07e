"""The command that writes the lecture on paper."""

from __future__ import annotations

import pytest


def test_a_handout_goes_to_a_file_or_to_standard_output(run, tmp_path):
    page = tmp_path / "handout.tex"
    result = run("handout", "circuit", "-o", str(page))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "\\section*{Exercises}" in page.read_text(encoding="utf-8")
    assert "## Answers" in run("handout", "circuit").stdout


def test_options_are_those_of_solve(run):
    page = run("handout", "node_relu", "--notation", "layer", "--show", "representative", "--digits", "2").stdout
    assert "The others are found in the same way" in page
    assert "W^{(1)}" in page


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["-o", "a.json"],
            "backprop-steps handout: a handout is no json; end it with .md, .tex, .html, .typ, .pdf, .ipynb or .txt, "
            "or give --to",
        ),
        (["--to", "latex", "--dialect", "github"], "backprop-steps handout: --dialect is for Markdown; this is latex"),
        (["--show", "al"], "backprop-steps handout: unknown value 'al' for --show; did you mean 'all'?"),
    ],
)
def test_a_wrong_wish_is_answered_in_a_line(run, arguments, line):
    result = run("handout", "circuit", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line + "\n")

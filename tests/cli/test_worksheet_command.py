"""The command that writes a worksheet, its key and its marking scheme."""

from __future__ import annotations

import pytest


def test_the_key_goes_beside_the_sheet(run, tmp_path):
    sheet = tmp_path / "sheet.md"
    result = run("worksheet", "circuit", "-o", str(sheet))
    assert (result.exit_code, result.stdout) == (0, "")
    assert r"= \underline{\hspace{" in sheet.read_text(encoding="utf-8")
    assert r"= \underline{-12}" in (tmp_path / "sheet.key.md").read_text(encoding="utf-8")
    assert "and its key to" in result.stderr


@pytest.mark.parametrize(
    ("audience", "there", "not_there"), [("student", r"\hspace{", "-12}"), ("teacher", "-12}", r"\hspace{")]
)
def test_for_whom(run, tmp_path, audience, there, not_there):
    sheet = tmp_path / "sheet.md"
    result = run("worksheet", "circuit", "--for", audience, "-o", str(sheet))
    assert result.exit_code == 0
    page = sheet.read_text(encoding="utf-8")
    assert there in page
    assert not_there not in page
    assert list(tmp_path.iterdir()) == [sheet]


def test_on_standard_output_there_is_the_sheet_only(run, tmp_path):
    key = tmp_path / "key.tex"
    result = run("worksheet", "circuit", "--to", "latex", "--key", str(key))
    assert r"\underline{-12}" not in result.stdout
    assert r"\underline{-12}" in key.read_text(encoding="utf-8")


def test_a_filled_in_sheet_is_marked_by_its_scheme(run, tmp_path):
    sheet, scheme = str(tmp_path / "sheet.md"), str(tmp_path / "marks.yaml")
    assert run("worksheet", "circuit", "-o", sheet, "--scheme", scheme).exit_code == 0
    key = run("check", "circuit", str(tmp_path / "sheet.key.md"), "--scheme", scheme)
    assert (key.exit_code, "Marks: 6 of 6" in key.stdout) == (0, True)
    empty = run("check", "circuit", sheet, "--scheme", scheme)
    assert (empty.exit_code, "Marks: 0 of 6" in empty.stdout) == (0, True)
    assert "Never shown: q, f, df/dq, df/dx, df/dy, df/dz (6 marks)" in empty.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--to", "latex", "--hints", "folded"], "nothing can be folded in latex; take --hints end, Markdown or HTML"),
        (["--every", "99"], "no gap is left on this sheet: there are fewer than 99 to choose from"),
        (
            ["-o", "a.md", "--key", "a.md"],
            "backprop-steps worksheet: the sheet, its key and the scheme need a file each",
        ),
        (
            ["--for", "teacher", "--key", "a.md"],
            "backprop-steps worksheet: --for teacher writes the key to the output; leave out --key",
        ),
        (
            ["--gaps", "number"],
            "backprop-steps worksheet: unknown value 'number' for --gaps; did you mean 'numbers'?",
        ),
        (
            ["-o", "a.json"],
            "backprop-steps worksheet: a worksheet is no json; end it with .md, .tex, .html, .typ, .pdf or .txt, "
            "or give --to",
        ),
    ],
)
def test_a_wrong_wish_is_answered_in_a_line(run, arguments, line):
    result = run("worksheet", "circuit", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line + "\n")

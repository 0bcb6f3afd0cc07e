"""The command that writes a sheet with mistakes to find."""

from __future__ import annotations


def test_the_key_goes_beside_the_sheet(run, tmp_path):
    sheet = tmp_path / "sheet.md"
    result = run("mistakes", "circuit", "--count", "2", "--seed", "3", "-o", str(sheet))
    assert result.exit_code == 0, result.stderr
    assert "Find the 2 mistakes" in sheet.read_text(encoding="utf-8")
    assert "Mistake 2" in (tmp_path / "sheet.key.md").read_text(encoding="utf-8")
    assert "Mistake 2" not in sheet.read_text(encoding="utf-8")
    assert result.stdout == ""


def test_on_standard_output_the_key_comes_last(run, tmp_path):
    result = run("mistakes", "circuit", "--count", "1")
    assert result.stdout.index("Find the mistake") < result.stdout.index("## Key") < result.stdout.index("Mistake 1")
    key = tmp_path / "key.tex"
    result = run("mistakes", "circuit", "--count", "1", "--to", "latex", "--key", str(key))
    assert "Mistake 1" not in result.stdout
    assert "Mistake 1" in key.read_text(encoding="utf-8")


def test_too_many_mistakes_are_answered_in_a_line(run):
    result = run("mistakes", "circuit", "--count", "50")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "room for no more than" in result.stderr
    assert result.stdout == ""


def test_the_key_does_not_replace_the_sheet(run, tmp_path):
    path = str(tmp_path / "a.md")
    result = run("mistakes", "circuit", "-o", path, "--key", path)
    assert result.exit_code == 2
    assert "would replace the sheet" in result.stderr


def test_json_is_no_sheet(run, tmp_path):
    assert run("mistakes", "circuit", "-o", str(tmp_path / "a.json")).exit_code == 2

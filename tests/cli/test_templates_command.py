"""`templates` and `--template` on the command line."""

from __future__ import annotations

import pytest

from backprop_steps.resources import templates_folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_shipped_template_is_listed_with_a_line_of_its_own(run):
    result = run("templates")
    assert result.exit_code == 0
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    root = templates_folder()
    files = {
        file.relative_to(root).as_posix() for file in root.rglob("*") if file.suffix in (".j2", ".css", ".js", ".typ")
    }
    assert {line[0] for line in lines} == files
    assert all(len(line) == 2 for line in lines)


def test_they_are_copied_and_not_over_files_that_are_there(run, here):
    result = run("templates", "--export", "mine")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "write with them: backprop-steps solve … --template mine" in result.stderr
    for file in templates_folder().rglob("*"):
        if file.is_file():
            assert (here / "mine" / file.relative_to(templates_folder())).read_bytes() == file.read_bytes()
    own = here / "mine" / "documents" / "solution.j2"
    own.write_text("own")
    (here / "mine" / "formats" / "html.j2").unlink()
    result = run("templates", "--export", "mine")
    assert result.exit_code == 2
    assert "there is such a file already" in result.stderr
    assert "--force replaces them" in result.stderr
    assert own.read_text() == "own"
    assert not (here / "mine" / "formats" / "html.j2").exists()  # all of them, or none
    assert run("templates", "--export", "mine", "--force").exit_code == 0
    assert own.read_text() != "own"


def test_where_they_cannot_be_copied_to_it_is_said(run, here):
    (here / "file").write_text("x")
    result = run("templates", "--export", "file")
    assert (result.exit_code, result.stderr) == (2, "file: this is a file; name a folder to copy the templates to\n")
    assert run("templates", "--force").exit_code == 2


def test_a_broken_template_is_answered_and_nothing_is_written(run, here):
    (here / "my.j2").write_text("One.\n{{ nett }}\n")
    for command in ("solve", "handout", "worksheet", "mistakes"):
        result = run(command, "neuron_logistic", "--template", "my.j2", "-o", "out.md")
        assert (result.exit_code, result.stderr) == (2, "my.j2:2: there is no 'nett'; did you mean 'net'?\n")
        assert [file.name for file in here.iterdir()] == ["my.j2"]
    (here / "page.md").write_text("$1 = 1$")
    result = run("check", "neuron_logistic", "page.md", "--template", "my.j2", "-o", "out.md")
    assert result.exit_code == 2
    assert result.stderr.startswith("my.j2:2: there is no 'nett'")
    assert not (here / "out.md").exists()


def test_a_template_is_not_written_over(run, here):
    (here / "my.md").write_text("Text.")
    result = run("solve", "neuron_logistic", "--template", "my.md", "-o", "my.md")
    assert result.exit_code == 2
    assert "this is the file that is read" in result.stderr

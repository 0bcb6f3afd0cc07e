from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_steps.cli import main
from backprop_steps.commands import files
from backprop_steps.errors import UserError

PAGE = "the page of xor: ∂L/∂w\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", [[], ["-o", "-"]])
def test_the_page_goes_to_standard_output_alone(run, asked, arguments):
    result = run("solve", "xor", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == PAGE.encode()
    assert asked == {
        "problem": "xor",
        "to": "markdown",
        "dialect": "standard",
        "notation": None,
        "detail": "full",
        "only": (),
        "show": "all",
        "gradient_check": False,
        "fragment": False,
        "pictures": None,
        "picture_files": None,
        "digits": None,
        "carry": None,
        "lang": None,
        "template": None,
    }


@pytest.mark.parametrize(
    ("arguments", "to"),
    [
        (["-o", "sheet.tex"], "latex"),
        (["-o", "sheet.TEX"], "latex"),
        (["-o", "sheet.md"], "markdown"),
        (["-o", "sheet.json"], "json"),
        (["-o", "sheet.typ"], "typst"),
        (["-o", "sheet.html"], "html"),
        (["-o", "sheet.HTM"], "html"),
        (["-o", "sheet.ipynb"], "notebook"),
        (["--to", "typst"], "typst"),
        (["-o", "sheet.tex", "--to", "markdown"], "markdown"),
        (["-o", "sheet", "--to", "latex"], "latex"),
        (["--to", "json"], "json"),
    ],
)
def test_the_files_ending_picks_the_format_and_to_wins(run, asked, here, arguments, to):
    assert run("solve", "xor", *arguments).exit_code == 0
    assert asked["to"] == to


def test_every_option_reaches_the_page(run, asked):
    words = "--dialect github --notation node --detail brief --digits 3 --carry rounded --only W1[*,1] --only b*"
    assert (
        run(
            "solve",
            "xor",
            *words.split(),
            "--show",
            "representative",
            "--gradient-check",
            "--fragment",
            "--pictures",
            "none",
            "--lang",
            "de",
            "--template",
            "my.j2",
        ).exit_code
        == 0
    )
    assert asked == {
        "problem": "xor",
        "to": "markdown",
        "dialect": "github",
        "notation": "node",
        "detail": "brief",
        "only": ("W1[*,1]", "b*"),
        "show": "representative",
        "gradient_check": True,
        "fragment": True,
        "pictures": "none",
        "picture_files": None,
        "digits": 3,
        "carry": "rounded",
        "lang": "de",
        "template": "my.j2",
    }


def test_a_file_is_replaced_as_a_whole_and_keeps_its_rights(run, asked, here):
    sheet = here / "sheet.md"
    sheet.write_text("old")
    sheet.chmod(0o640)
    result = run("solve", "xor", "-o", "sheet.md")
    assert (result.exit_code, result.stdout) == (0, "")
    assert sheet.read_bytes() == PAGE.encode()
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o640
    assert [path.name for path in here.iterdir()] == ["sheet.md"]


def test_a_new_file_has_the_usual_rights(run, asked, here):
    before = os.umask(0o027)
    try:
        run("solve", "xor", "-o", "sheet.md")
    finally:
        os.umask(before)
    assert stat.S_IMODE((here / "sheet.md").stat().st_mode) == 0o640


def test_a_link_stays_a_link(run, asked, here):
    (here / "real.md").write_text("old")
    (here / "sheet.md").symlink_to("real.md")
    run("solve", "xor", "-o", "sheet.md")
    assert (here / "sheet.md").is_symlink()
    assert (here / "real.md").read_bytes() == PAGE.encode()


@pytest.mark.parametrize("error", [UserError("net.yaml:1:1: wrong"), RuntimeError("a fault")])
def test_a_failed_solve_leaves_the_old_file(run, broken, here, error):
    (here / "sheet.md").write_text("good")
    broken(error)
    assert run("solve", "net.yaml", "-o", "sheet.md").exit_code in (2, 70)
    assert (here / "sheet.md").read_text() == "good"


def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_else(run, asked, here, monkeypatch):
    (here / "sheet.md").write_text("good")

    def full(handle, mode):
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fdopen", full)
    result = run("solve", "xor", "-o", "sheet.md")
    assert (result.exit_code, result.stderr) == (2, "sheet.md: cannot be written: no space left on device\n")
    assert (here / "sheet.md").read_text() == "good"
    assert [path.name for path in here.iterdir()] == ["sheet.md"]


def test_a_folder_that_is_not_there_and_a_folder_in_its_place(run, asked, here):
    result = run("solve", "xor", "-o", "none/sheet.md")
    assert (result.exit_code, result.stderr) == (2, "none/sheet.md: cannot be written: no such file or directory\n")
    (here / "folder.md").mkdir()
    result = run("solve", "xor", "-o", "folder.md")
    assert (result.exit_code, result.stderr) == (2, "folder.md: cannot be written: is a directory\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_is_written_into(run, asked, here):
    os.mkfifo("pipe.md")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe.md").read_bytes()))
    reader.start()
    assert run("solve", "xor", "-o", "pipe.md").exit_code == 0
    reader.join(5)
    assert read == [PAGE.encode()]
    assert stat.S_ISFIFO(Path("pipe.md").stat().st_mode)


def test_new_writes_a_problem_and_does_not_replace_one(run, here):
    result = run("new", "homework")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "wrote homework.yaml; solve it with: backprop-steps solve homework.yaml\n"
    text = (here / "homework.yaml").read_text()
    (here / "homework.yaml").write_text("mine")
    result = run("new", "homework.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "homework.yaml: there is such a file already; --force replaces it\n"
    assert (here / "homework.yaml").read_text() == "mine"
    assert run("new", "homework", "--force").exit_code == 0
    assert (here / "homework.yaml").read_text() == text


def test_what_new_writes_can_be_loaded(run, here):
    from backprop_steps.problem import load

    run("new", "homework")
    assert load("homework.yaml").network is not None


def test_schema_is_json(run):
    result = run("schema")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("kind", ["problems", "notations", "activations", "losses", "formats"])
def test_list_says_a_line_of_each(run, kind):
    named = json.loads(run("list", kind, "--to", "json").stdout)
    assert list(named) == [kind]
    assert named[kind]
    assert all(set(row) == {"name", "about"} and row["about"] for row in named[kind])
    lines = run("list", kind).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [row["name"] for row in named[kind]]
    assert [line.split(maxsplit=1)[1] for line in lines] == [row["about"] for row in named[kind]]


def test_list_alone_lists_everything(run):
    result = run("list")
    assert (result.exit_code, result.stderr) == (0, "")
    headings = [line for line in result.stdout.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["problems:", "notations:", "activations:", "losses:", "formats:", "languages:"]
    assert list(json.loads(run("list", "--to", "json").stdout)) == [heading[:-1] for heading in headings]


def test_the_page_does_not_take_the_place_of_what_it_is_made_from(here):
    problem, profile, link = Path("p.yaml"), Path("mine.yaml"), Path("link.md")
    text = "values: {x: 2}\nnodes: {f: x * x}\ndifferentiate: f\n"
    problem.write_text(text, encoding="utf-8")
    profile.write_text("extends: circuit\n", encoding="utf-8")
    link.symlink_to(problem)
    for output in ("p.yaml", "./p.yaml", "link.md", "mine.yaml"):
        result = CliRunner().invoke(
            main, ["solve", "p.yaml", "--notation", "mine.yaml", "--to", "markdown", "-o", output]
        )
        assert result.exit_code == 2
        assert result.stderr == f"{output}: this is the file that is read; give the page another name\n"
    assert problem.read_text(encoding="utf-8") == text

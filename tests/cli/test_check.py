"""The command `check`: what it asks of the program, what it writes where, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from hand_made import marking

from backprop_steps.checking.marking.scheme import Scheme
from backprop_steps.checking.model import Marking, Verdict
from backprop_steps.problem.model import Problem


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Problem, str, str, Scheme]]:
    """What the judge is asked. It finds every verdict on a page that says "wrong", and nothing on another."""
    seen: list[tuple[Problem, str, str, Scheme]] = []

    class Checker:
        made: ClassVar[list[Problem]] = []

        def __init__(self, problem: Problem, scheme: Scheme) -> None:
            self.made.append(problem)
            self.problem, self.scheme = problem, scheme

        def check(self, text: str, name: str) -> Marking:
            seen.append((self.problem, text, name, self.scheme))
            found = marking(name)
            right = tuple(link for link in found.links if link.verdict is not Verdict.INCORRECT)
            return found if "wrong" in text else replace(found, links=right)

    monkeypatch.setitem(sys.modules, "backprop_steps.checking.check", SimpleNamespace(Checker=Checker))
    return seen


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("ada.md", "all is right\r\n"), ("bob.md", "this is wrong\n")):
        Path(name).write_bytes(text.encode())
    return tmp_path


def test_a_hand_in_is_marked_against_its_problem(run: Any, judged: Any, here: Path) -> None:
    result = run("check", "mazur", "bob.md")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("A step by step backpropagation example\n======")
    assert "✗ 3 │ a_2 = 0.6457" in result.stdout
    assert "\x1b" not in result.stdout
    ((problem, text, name, scheme),) = judged
    assert (problem.notation, text, name, scheme) == ("mazur", "this is wrong\n", "bob.md", Scheme())


def test_what_is_true_of_a_problem_is_worked_out_once(run: Any, judged: Any, here: Path) -> None:
    run("check", "mazur", "ada.md", "bob.md")
    assert [name for _, _, name, _ in judged] == ["ada.md", "bob.md"]
    assert len(sys.modules["backprop_steps.checking.check"].Checker.made) == 1


def test_exit_0_when_nothing_is_incorrect_and_lines_end_in_one_way(run: Any, judged: Any, here: Path) -> None:
    assert run("check", "mazur", "ada.md").exit_code == 0
    assert judged[0][1] == "all is right\n"
    assert run("check", "mazur", "ada.md", "bob.md").exit_code == 1


def test_standard_input(run: Any, judged: Any, here: Path) -> None:
    result = run("check", "mazur", "-", input="wrong too")
    assert result.exit_code == 1
    assert judged[0][1:3] == ("wrong too", "-")
    assert "standard input\n--------------" in result.stdout
    assert json.loads(run("check", "mazur", "-", "--to", "json", input="x").stdout)["file"] == "-"


def test_json_is_an_object_or_a_list_as_was_asked(run: Any, judged: Any, here: Path) -> None:
    assert json.loads(run("check", "mazur", "ada.md", "--to", "json").stdout)["file"] == "ada.md"
    two = json.loads(run("check", "mazur", "ada.md", "bob.md", "--to", "json").stdout)
    assert [one["file"] for one in two] == ["ada.md", "bob.md"]
    one_left = run("check", "mazur", "ada.md", "none.md", "--to", "json")
    assert (one_left.exit_code, len(json.loads(one_left.stdout))) == (2, 1)


@pytest.mark.parametrize(
    ("file", "start"),
    [("r.html", "<!DOCTYPE html>"), ("r.md", "# A step"), ("r.txt", "A step"), ("r.json", "{"), ("r.htm", "<!DOCTYPE")],
)
def test_the_ending_picks_the_format(run: Any, judged: Any, here: Path, file: str, start: str) -> None:
    result = run("check", "mazur", "ada.md", "-o", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert Path(file).read_text(encoding="utf-8").startswith(start)


def test_a_student_is_told_no_right_value(run: Any, judged: Any, here: Path) -> None:
    page = run("check", "mazur", "bob.md", "--for", "student").stdout
    assert "a slip in copying" in page
    assert "0.6475" not in page


def test_a_scheme_is_handed_on_and_what_fits_nothing_is_said(run: Any, judged: Any, here: Path) -> None:
    Path("s.yaml").write_text("points: {'dL/dw*': 2, \"W*'*\": 1}\ntolerance: 3\n")
    result = run("check", "mazur", "ada.md", "--scheme", "s.yaml")
    assert judged[0][3].tolerance == 3
    assert result.stderr == "s.yaml: the pattern 'dL/dw*' fits nothing in this problem; did you mean 'dL/dW*'?\n"
    assert "Marks: 2 of 2" in result.stdout
    assert result.exit_code == 0


UNREADABLE = [
    ("none.md", None, "none.md: there is no such file"),
    ("n.ipynb", b'{"cells": 1}', "n.ipynb: this is no notebook that Jupyter has saved; give its text as Markdown"),
    ("n.ipynb", b"z = 1", "n.ipynb: this is no notebook that Jupyter has saved; give its text as Markdown"),
    ("p.pdf", b"%PDF-1.7\n", "p.pdf: this is a PDF; a hand-in is a text file"),
    ("p.jpg", b"\xff\xd8\xff\xe0", "p.jpg: this is a picture; a hand-in is a text file"),
    ("p.docx", b"PK\x03\x04", "p.docx: this is a ZIP archive or an office document; a hand-in is a text file"),
    ("p.txt", b"a = 1\nb \x00= 2", "p.txt:2:3: a NUL byte: this is no text file; a hand-in is one"),
    ("p.txt", b"a = 1\n\xc3\xa9\xe9 = 2", "p.txt:2:2: byte 0xe9 is not UTF-8; save the file as UTF-8 text"),
    ("p.txt", "a = 1".encode("utf-16"), "p.txt: this is UTF-16; save the file as UTF-8 text"),
    ("p.txt", b"a" * 2_000_001, "p.txt: is larger than 2000000 bytes, the bound on a hand-in"),
    (".", None, ".: this is a folder; a hand-in is one file"),
]


@pytest.mark.parametrize(("name", "content", "line"), UNREADABLE, ids=lambda value: str(value)[:30])
def test_what_cannot_be_read_is_one_line_and_the_others_are_marked(
    run: Any, judged: Any, here: Path, name: str, content: bytes | None, line: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    result = run("check", "mazur", name)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line + "\n")
    assert judged == []
    result = run("check", "mazur", name, "ada.md")
    assert (result.exit_code, result.stderr) == (2, line + "\n")
    assert "✓ 1 │" in result.stdout


def test_the_markdown_of_a_notebook_is_read(run: Any, judged: Any, here: Path) -> None:
    cells = [("markdown", "$net_{h1} = 0.3775$"), ("code", "net = 7"), ("markdown", ["$net_{h2}\n", "= 0.3925$"])]
    made = {"cells": [{"cell_type": kind, "source": source} for kind, source in cells], "nbformat": 4}
    Path("ada.ipynb").write_text(json.dumps(made), encoding="utf-8")
    assert run("check", "mazur", "ada.ipynb").exit_code == 0
    assert judged[0][1] == "$net_{h1} = 0.3775$\n\n$net_{h2}\n= 0.3925$\n"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is forbidden here")
def test_a_file_that_may_not_be_read(run: Any, judged: Any, here: Path) -> None:
    Path("ada.md").chmod(0)
    assert run("check", "mazur", "ada.md").stderr == "ada.md: cannot be read: permission denied\n"


MISTAKES = [
    (["check"], "backprop-steps check: missing argument 'PROBLEM'; see backprop-steps check --help"),
    (["check", "mazur"], "backprop-steps check: missing argument 'HAND-IN...'; see backprop-steps check --help"),
    (
        ["check", "mazurr", "ada.md"],
        "mazurr: there is no such file, and no shipped problem of that name; did you mean 'mazur'?",
    ),
    (["check", "mazur", "ada.md", "--to", "htlm"], "unknown value 'htlm' for --to; did you mean 'html'?"),
    (["check", "mazur", "ada.md", "--for", "pupil"], "unknown value 'pupil' for --for; there are teacher, student"),
    (["check", "mazur", "-", "-"], "backprop-steps check: standard input can be read only once; give - once"),
    (
        ["check", "mazur", "ada.md", "-o", "ada.md"],
        "ada.md: this is the file that is read; give the page another name",
    ),
    (
        ["check", "mazur", "ada.md", "-o", "r.tex"],
        "backprop-steps check: r.tex: the ending '.tex' says no format; "
        "end it with .txt, .md, .markdown, .html, .htm, .json, or give --to",
    ),
    (["check", "mazur", "ada.md", "--scheme", "s.yaml"], "s.yaml: there is no such file"),
    (["chekc", "mazur"], "backprop-steps: unknown command 'chekc'; did you mean 'check'?"),
]


@pytest.mark.parametrize(("arguments", "line"), MISTAKES, ids=lambda value: " ".join(value)[:40])
def test_a_wrong_command_is_answered_with_one_line(
    run: Any, judged: Any, here: Path, arguments: list[str], line: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert line in result.stderr
    assert judged == []


def test_mistakes_of_a_scheme_are_answered_with_their_place(run: Any, judged: Any, here: Path) -> None:
    Path("s.yaml").write_text("tolerence: 3\nfollow_through: perhaps\n")
    result = run("check", "mazur", "ada.md", "--scheme", "s.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "s.yaml:1:1: unknown key 'tolerence'; did you mean 'tolerance'?",
        "s.yaml:2:17: follow_through must be true or false, found 'perhaps'",
    ]


def test_the_schema_of_a_scheme(run: Any) -> None:
    assert "must_show" in json.loads(run("schema", "--of", "scheme").stdout)["properties"]
    assert run("schema", "--of", "problem").stdout == run("schema").stdout


def test_a_mistake_in_the_problem_is_answered_before_sympy_is_imported(here: Path) -> None:
    code = (
        "import sys\nfrom backprop_steps.cli import main\n"
        "try: main(['check', 'mazurr', 'ada.md'])\n"
        "except SystemExit as end: print(end.code, sorted({'sympy', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "2 []\n", done.stderr[-500:]


class Screen:
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_colour_and_width_are_those_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from backprop_steps.commands.output import terminal

    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal(None) == (False, 0, False)
    monkeypatch.setattr("sys.stdout", Screen())
    assert terminal(None) == terminal("-") == (True, 72, False)
    assert terminal("report.txt") == (False, 0, False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal(None) == (False, 72, False)
    monkeypatch.setattr(Screen, "encoding", "latin-1")
    assert terminal(None) == (False, 72, True)

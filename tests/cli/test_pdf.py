"""PDF on the command line: which source is set by which engine, and what is said where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from backprop_steps.pages.writing import typesetting
from backprop_steps.pages.writing.typesetting import TypesettingError


@pytest.fixture
def engines(monkeypatch):
    """Engines that are there, and set a page as its own name and text."""
    monkeypatch.setattr(typesetting, "check_engine", lambda engine: None)
    monkeypatch.setattr(typesetting, "pdf", lambda text, engine: f"%PDF {engine}: {text}".encode())


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "engine", "source"),
    [
        (["-o", "a.pdf"], "typst", "typst"),
        (["--to", "pdf", "-o", "a.pdf", "--engine", "typst"], "typst", "typst"),
        (["-o", "a.pdf", "--engine", "tex"], "tex", "latex"),
        (["-o", "a.PDF"], "typst", "typst"),
    ],
)
def test_each_engine_has_its_source(run, asked, engines, arguments, engine, source):
    result = run("solve", "xor", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert asked["to"] == source
    made = Path(arguments[arguments.index("-o") + 1])
    assert made.read_bytes() == f"%PDF {engine}: the page of xor: ∂L/∂w\n".encode()


def test_a_pdf_may_go_into_a_pipe(run, asked, engines):
    assert run("solve", "xor", "--to", "pdf").stdout_bytes.startswith(b"%PDF typst")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--engine", "tex"], "--engine is for PDF; this is markdown"),
        (["-o", "a.tex", "--engine", "tex"], "--engine is for PDF; this is latex"),
        (["-o", "a.pdf", "--fragment"], "--fragment is for Markdown, LaTeX and Typst; this is pdf"),
        (["-o", "a.pdf", "--dialect", "github"], "--dialect is for Markdown; this is pdf"),
        (["-o", "a.pdf", "--engine", "latex"], "unknown value 'latex' for --engine; did you mean 'tex'?"),
    ],
)
def test_what_does_not_go_together_is_said(run, asked, engines, arguments, said):
    result = run("solve", "xor", *arguments)
    assert (result.exit_code, result.stderr) == (2, f"backprop-steps solve: {said}\n")


@pytest.mark.parametrize("command", [["solve", "xor"], ["mistakes", "xor"]])
def test_without_the_package_there_is_one_line_before_any_work(run, monkeypatch, command):
    def load(problem: str) -> None:
        raise AssertionError("the engine is looked for first")

    monkeypatch.setattr("backprop_steps.problem.load", load)
    monkeypatch.setattr(typesetting.importlib.util, "find_spec", lambda name: None)
    result = run(*command, "-o", "a.pdf")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        'a PDF needs the package typst: pip install "backprop-steps[pdf]"; or --engine tex, with TeX installed\n'
    )
    assert not Path("a.pdf").exists()


def test_without_tex_there_is_one_line(run, asked, monkeypatch):
    monkeypatch.setenv("PATH", "")
    result = run("solve", "xor", "-o", "a.pdf", "--engine", "tex")
    assert result.exit_code == 2
    assert result.stderr.startswith("there is no latexmk and no pdflatex here; install TeX")
    assert result.stderr.count("\n") == 1


def test_a_page_that_cannot_be_set_leaves_the_good_one(run, asked, engines, monkeypatch):
    def stops(text: str, engine: str) -> bytes:
        raise TypesettingError("typst stops: no")

    monkeypatch.setattr(typesetting, "pdf", stops)
    Path("a.pdf").write_bytes(b"good")
    result = run("solve", "xor", "-o", "a.pdf")
    assert (result.exit_code, result.stderr) == (2, "typst stops: no\n")
    assert [(path.name, path.read_bytes()) for path in Path().iterdir()] == [("a.pdf", b"good")]


def test_a_sheet_of_mistakes_and_its_key_are_pdfs(run, engines):
    result = run("mistakes", "circuit", "--count", "1", "-o", "a.pdf")
    assert (result.exit_code, result.stderr) == (0, "wrote a.pdf, and its key to a.key.pdf\n")
    assert Path("a.pdf").read_bytes().startswith(b"%PDF typst: #set document")
    assert b"line" not in Path("a.key.pdf").read_bytes().split(b"Key")[-1].split(b"#caption")[0]

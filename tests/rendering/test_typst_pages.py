"""Every page by Typst: no error, no warning, nothing wider than the page; and the PDF is one to hand out."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rendering.needs import missing
from shipped_pages import PROBLEMS, pages, sheets, some_pages
from typst_tools import complaints, looked_at

import backprop_steps as bp
from backprop_steps.pages.writing import typesetting
from backprop_steps.pages.writing.typesetting import TypesettingError, check_engine, pdf
from backprop_steps.problem.model import Meta

SLICE = [("batch_data", "batch", "full"), ("softmax_classes", "layer", "full"), ("node_relu", "node", "answers")]
SLICE += [("bracket_regression", "bracket", "lecture"), ("circuit_reuse", "circuit", "brief")]


@pytest.mark.parametrize(("problem", "notation", "detail"), SLICE)
def test_a_page_compiles_with_no_warning_and_fits(problem, notation, detail):
    page = str(bp.render(bp.load(problem), to="typst", notation=notation, detail=detail))
    (made,) = looked_at(page)
    assert made.said == []
    # a page of Markdown of this length takes no fewer pages than this, and no more
    sheets = len(re.findall(rb"/Type\s*/Page\b", made.pdf))
    assert page.count("\n") / 150 < sheets < 3 + page.count("\n") / 20


@pytest.mark.parametrize("problem", ["softmax_classes", "circuit_reuse"])
def test_what_is_handed_out_compiles_and_fits(problem):
    made = sheets(problem, "typst")
    assert len(made) == 7
    assert dict(zip(made, complaints(*made.values()), strict=True)) == {name: [] for name in made}


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS)
def test_typst_complains_of_no_page(problem):
    """In its own notation at every detail, in each other at some; TeX sets them all."""
    made = pages(problem, "typst", own=True) | some_pages(problem, "typst") | sheets(problem, "typst")
    assert dict(zip(made, complaints(*made.values()), strict=True)) == {name: [] for name in made}


def test_a_wide_display_would_be_seen():
    page = str(bp.render(bp.load("circuit"), to="typst", detail="answers")) + "\n$ " + "x + " * 80 + "y $\n"
    assert "wider than the page" in complaints(page)[0][0]


def test_the_text_of_a_pdf_is_text_and_its_fonts_are_in_it(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    problem = replace(
        bp.load("neuron_logistic"),
        meta=Meta(author='A. "B" \\C', date="2025-08-06", course="NN #1", license="CC BY 4.0"),
    )
    (tmp_path / "page.pdf").write_bytes(bp.pdf(bp.render(problem, to="typst")))
    read = pypdf.PdfReader(tmp_path / "page.pdf")
    text = read.pages[0].extract_text()
    assert problem.title in text
    assert "CC BY 4.0" in text
    assert "2025-08-06" in text
    assert "NN #1" in text
    assert read.metadata.author == 'A. "B" \\C'
    assert read.metadata.title == problem.title
    assert f"1 / {len(read.pages)}" in text
    assert [round(float(side)) for side in read.pages[0].mediabox[2:]] == [595, 842]
    fonts = [font.get_object() for page in read.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert any(key.startswith("/FontFile") for key in described)


def test_the_same_page_makes_the_same_pdf():
    page = bp.render(bp.load("circuit"), to="typst")
    assert pdf(page) == pdf(page)


def test_a_source_that_typst_does_not_take_is_one_line():
    with pytest.raises(TypesettingError, match=r"^typst stops: .*unknown variable") as found:
        pdf("#nothing")
    assert len(found.value.lines()) == 1
    assert "\n" not in str(found.value)


def test_a_page_reads_no_file(tmp_path, monkeypatch):
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    for place in ("secret.txt", "/secret.txt", str(tmp_path / "secret.txt"), "../secret.txt"):
        with pytest.raises(TypesettingError):
            pdf(f'#read("{place}")')


def test_without_the_package_there_is_a_remedy(monkeypatch):
    monkeypatch.setattr(typesetting.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TypesettingError, match=r'^a PDF needs the package typst: pip install "backprop-steps\[pdf\]"'):
        check_engine("typst")


def test_tex_runs_nothing_and_its_first_error_is_said(tmp_path, monkeypatch):
    _fake_tex(
        tmp_path,
        monkeypatch,
        'echo "$@" > args; printf "x\\n! Undefined control sequence.\\n" > page.log; cp args "$KEEP"',
    )
    monkeypatch.setenv("KEEP", str(tmp_path / "args"))
    with pytest.raises(TypesettingError, match=r"^pdflatex stops: Undefined control sequence\.$"):
        pdf("\\x", "tex")
    assert "-no-shell-escape" in (tmp_path / "args").read_text()


def test_tex_makes_the_pdf_where_it_is(tmp_path, monkeypatch):
    _fake_tex(tmp_path, monkeypatch, "cp page.tex page.pdf; echo fine > page.log")
    assert pdf("the page", "tex") == b"the page"


def test_without_tex_there_is_a_clear_line(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TypesettingError, match=r"^there is no latexmk and no pdflatex here; install TeX"):
        check_engine("tex")


@pytest.mark.tex
def test_tex_sets_a_sheet():
    try:
        check_engine("tex")
    except TypesettingError as error:
        missing("tex", str(error))
    assert pdf(bp.render(bp.load("circuit"), to="latex"), "tex").startswith(b"%PDF")


def _fake_tex(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    if sys.platform == "win32":
        pytest.skip("a shell script stands for TeX")
    program = folder / "pdflatex"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(typesetting.shutil, "which", lambda name: str(program) if name == "pdflatex" else None)

"""The command that draws the network."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("svg", b"<svg xmlns"),
        ("typ", b"// The network. From left to right"),
        ("tex", b"% The network. From left to right"),
        ("pdf", b"%PDF"),
        ("png", b"\x89PNG"),
    ],
)
def test_the_ending_picks_the_language(run, tmp_path, ending, start):
    if ending in ("pdf", "png"):
        pytest.importorskip("typst")
    file = tmp_path / f"net.{ending}"
    result = run("picture", "several_steps", "-o", str(file))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert file.read_bytes().startswith(start)


def test_it_goes_to_standard_output_as_svg(run):
    shown = run("picture", "mazur", "--values", "none", "--highlight", "dL/dW1[1,1]", "--notation", "layer").stdout
    assert shown.startswith("<svg")
    assert '<title id="title">The paths from W₁₁⁽¹⁾ to L</title>' in shown


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["mazur", "--highlight", "W3[1,1]"], "there is no W3[1,1] in this problem; did you mean 'W2[1,1]'?"),
        (["mazur", "--highlight", "foo"], "'foo' is not the name of a quantity"),
        (["mazur", "--highlight", "L"], "there is no L in this problem"),
        (["mazur", "--sample", "2"], "there is no batch of samples here; leave out --sample"),
        (["xor", "--sample", "5"], "there is no sample 5; this batch has 4"),
        (
            ["mazur", "-o", "net.jpg"],
            "backprop-steps picture: net.jpg: the ending '.jpg' says no format; end it with .svg, .typ, .tex, .pdf, "
            ".png, or give --to",
        ),
    ],
)
def test_a_wrong_wish_is_answered_in_a_line(run, arguments, line):
    result = run("picture", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line + "\n")


def test_a_png_without_typst_has_a_remedy(run, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("picture", "mazur", "-o", str(tmp_path / "net.png"))
    assert (result.exit_code, result.stderr) == (
        2,
        'a picture in PNG needs the package typst: pip install "backprop-steps[pdf]"\n',
    )


def test_the_pictures_of_a_sheet_are_written_beside_it(run, tmp_path):
    result = run("handout", "mazur", "-o", str(tmp_path / "sheet.md"))
    assert result.exit_code == 0
    names = {"sheet.md", *(f"sheet-{name}.svg" for name in ("given", "path-1", "path-2", "network"))}
    assert {file.name for file in tmp_path.iterdir()} == names
    assert run("solve", "mazur", "--pictures", "none", "-o", str(tmp_path / "plain.md")).exit_code == 0
    assert not list(tmp_path.glob("plain-*"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["--pictures", "network"],
            "the pictures of a page of Markdown are files beside it; give -o FILE",
        ),
        (["--pictures", "all", "--to", "terminal"], "--pictures is for pages; this is terminal"),
    ],
)
def test_pictures_that_have_no_place_are_answered_in_a_line(run, arguments, line):
    for command in ("solve", "handout"):
        result = run(command, "mazur", *arguments)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"backprop-steps {command}: {line}\n")


def test_that_a_circuit_is_not_drawn_is_said(run, tmp_path, monkeypatch):
    assert run("handout", "circuit", "-o", str(tmp_path / "a.html")).stderr == ""
    monkeypatch.setattr("backprop_steps.pages.pictures.layering.can_layer", lambda: False)
    monkeypatch.setattr("backprop_steps.pages.pictures.on_page.can_layer", lambda: False)
    said = 'the circuit is not drawn; pip install "backprop-steps[pictures]" draws it\n'
    for command in (["handout"], ["solve", "--detail", "lecture"]):
        result = run(command[0], "circuit", *command[1:], "-o", str(tmp_path / "b.html"))
        assert (result.exit_code, result.stderr) == (0, said)
    assert run("handout", "circuit", "--pictures", "none", "-o", str(tmp_path / "c.html")).stderr == ""
    assert run("handout", "circuit").stderr == ""

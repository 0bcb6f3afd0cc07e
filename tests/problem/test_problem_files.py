"""Finding and opening a problem file: what is said where there is none to read."""

import os
from pathlib import Path

import pytest

from backprop_steps.problem import Message, ProblemErrors, load
from backprop_steps.problem.loading import LARGEST_FILE

GOOD = b"values: {x: 2}\nnodes: {f: x * x}\ndifferentiate: f\n"


def said(path: str | Path) -> str:
    with pytest.raises(ProblemErrors) as caught:
        load(path)
    (line,) = caught.value.lines()
    return line


def test_a_message_names_file_line_and_column() -> None:
    assert str(Message("problems/xor.yaml", 3, 28, "unknown activation 'sigmod'")) == (
        "problems/xor.yaml:3:28: unknown activation 'sigmod'"
    )


def test_a_file_and_a_name_both_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "square.yaml").write_bytes(GOOD)
    assert load(tmp_path / "square.yaml").source == tmp_path / "square.yaml"
    assert load(str(tmp_path / "square.yaml")).title == "Square"
    monkeypatch.chdir(tmp_path)
    assert load("square.yaml").source == Path("square.yaml")
    assert load("mazur").title == "A step by step backpropagation example"


def test_messages_call_the_file_as_it_was_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.yaml").write_text("nodes: 5\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProblemErrors) as caught:
        load("./bad.yaml")
    assert {message.file for message in caught.value.messages} == {"./bad.yaml"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mazr", "mazr: there is no such file, and no shipped problem of that name; did you mean 'mazur'?"),
        ("mazur.yaml", "mazur.yaml: there is no such file, and no shipped problem of that name; did you mean 'mazur'?"),
        (
            "qqqqqqq",
            "qqqqqqq: there is no such file, and no shipped problem of that name; "
            "`backprop-steps list problems` shows the shipped ones",
        ),
        ("no/such/file.yaml", "no/such/file.yaml: there is no such file"),
        ("a\0b", "'a\\x00b': this is not the name of a file"),
        ("x" * 5000, f"{'x' * 200}: this is not the name of a file"),
    ],
)
def test_what_is_not_there(name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert said(name) == text


def test_a_folder(tmp_path: Path) -> None:
    assert said(tmp_path) == f"{tmp_path}: this is a folder; a problem is one file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to root")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "closed.yaml"
    path.write_bytes(GOOD)
    path.chmod(0)
    assert said(path) == f"{path}: cannot be read: Permission denied"


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: ok\nmeta: {author: Müller}\n".encode("latin-1"))
    assert said(path) == f"{path}:2:17: byte 0xfc is not UTF-8; save the file as UTF-8 text"
    path.write_bytes(b"\x7fELF\x02\x01\x01\x00\x00")
    assert said(path) == f"{path}:1:1: the character '\\x7f' does not belong in a text file"


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"))
    assert load(path).circuit is not None


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(GOOD + b"#" * LARGEST_FILE)
    assert said(path) == f"{path}: is larger than {LARGEST_FILE} bytes, the bound on such a file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_read_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert said(path).startswith(f"{path}:1:1: the file is empty")
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # without one nothing can be written
    writer = os.open(path, os.O_WRONLY)
    os.write(writer, GOOD)
    os.close(writer)
    assert load(path).circuit is not None
    os.close(reader)


def test_a_notation_file_is_looked_for_beside_the_problem(tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_bytes(GOOD + b"notation: mine.yaml\n")
    assert said(path) == (
        f"{path}:4:11: there is no notation file 'mine.yaml'; its path goes from the problem file's folder"
    )
    (tmp_path / "mine.yaml").write_text("name: mine\n")
    assert load(path).notation == str(tmp_path / "mine.yaml")

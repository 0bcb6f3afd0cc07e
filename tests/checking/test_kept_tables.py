"""The tables of the grammar are kept from run to run; whatever becomes of the file, what is read is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from written_text import member_text

from backprop_steps.checking.reading import parsing, read_page
from backprop_steps.resources import cache_folder

Kept = tuple[Path, Callable[[], None]]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """The file of the tables, in a folder of its own, and what makes the process forget them."""

    def forget() -> None:
        cache_folder.cache_clear()
        parsing._parser.cache_clear()

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    forget()
    yield tmp_path / "backprop-steps" / "hand_ins.lark", forget
    monkeypatch.undo()
    forget()


def tree() -> str:
    (_, member) = read_page("$a = y/a(1-a)$", []).chains[0].members
    return member_text(member)


def test_the_tables_are_kept_and_read_again(kept: Kept) -> None:
    file, forget = kept
    first = tree()
    made = file.read_bytes()
    forget()
    assert tree() == first == "<(y / a) ((+ 1 -a))>"
    assert file.read_bytes() == made


@pytest.mark.parametrize("spoilt", [b"", b"no tables", b"\x80\x04."])
def test_a_file_that_is_spoilt_is_made_anew(kept: Kept, spoilt: bytes) -> None:
    file, forget = kept
    first = tree()
    file.write_bytes(spoilt)
    forget()
    assert tree() == first
    assert len(file.read_bytes()) > 1000


def test_without_a_folder_the_tables_are_made(kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _, forget = kept
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    forget()
    assert cache_folder() is None
    assert tree() == "<(y / a) ((+ 1 -a))>"

from __future__ import annotations

import os
import sys

import pytest

from backprop_steps.pages.writing import compiled, page
from backprop_steps.pages.writing.formats import FORMATS, LATEX, STANDARD
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import environment
from backprop_steps.pages.writing.wording import SHIPPED, Wording
from backprop_steps.resources import cache_folder, templates_folder

NAME = "formats/latex.j2"


@pytest.fixture
def cold(tmp_path, monkeypatch):
    """A process that has compiled nothing yet, and the user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def forget():
        monkeypatch.setattr(compiled, "_memory", {})
        cache_folder.cache_clear()

    forget()
    yield forget
    cache_folder.cache_clear()


@pytest.fixture
def compilations(monkeypatch):
    """The names of the templates that are compiled from now on."""
    from jinja2 import Environment

    names: list[str] = []
    compile_ = Environment.compile

    def counted(self, source, name=None, *more, **named):
        names.append(name)
        return compile_(self, source, name, *more, **named)

    monkeypatch.setattr(Environment, "compile", counted)
    return names


def load(name=NAME, format=LATEX, wording=SHIPPED):
    return environment(format, lambda _: "L", wording).get_template(name)


def files(tmp_path):
    return sorted((tmp_path / "cache" / "backprop-steps").iterdir())


def test_a_template_is_compiled_once_in_a_process_and_once_on_a_machine(cold, compilations, tmp_path):
    load()
    load()
    assert compilations == [NAME]
    cold()
    load()
    assert compilations == [NAME]
    assert len(files(tmp_path)) == 1


def test_each_format_has_its_own(cold, compilations):
    for format in FORMATS.values():
        load(format=format, name="formats/markdown.j2")
    assert compilations == ["formats/markdown.j2"] * len(FORMATS)


def test_nothing_is_kept_of_a_page_with_templates_of_the_users_own(cold, compilations, tmp_path):
    documents = tmp_path / "own" / "documents"
    documents.mkdir(parents=True)
    own = Wording(own=Own(tmp_path / "own"))
    for text in ("One.", "Two."):
        (documents / "own.j2").write_text(text)
        assert load("documents/own.j2", STANDARD, own).render() == text
    formats = tmp_path / "own" / "formats"
    formats.mkdir()
    (formats / "latex.j2").write_text("{% macro rule() %}my own{% endmacro %}")
    assert load(wording=own).module.rule() == "my own"
    assert compiled._memory == {}
    assert not (tmp_path / "cache").exists()
    assert load().module.rule() != "my own"


def test_a_changed_template_is_compiled_again(cold, compilations, tmp_path, monkeypatch):
    (tmp_path / "shipped" / "formats").mkdir(parents=True)
    monkeypatch.setattr(page, "templates_folder", lambda: tmp_path / "shipped")
    for text in ("One.", "Two."):
        (tmp_path / "shipped" / NAME).write_text(text)
        assert [load().render(), load().render()] == [text, text]
    assert compilations == [NAME] * 2


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-9], lambda data: b"x" * len(data)])
def test_a_damaged_file_is_compiled_again_and_mended(cold, compilations, tmp_path, damage):
    load()
    (file,) = files(tmp_path)
    good = file.read_bytes()
    file.write_bytes(damage(good))
    cold()
    assert load().module.heading(1, "x")
    assert len(compilations) == 2
    assert file.read_bytes() == good


@pytest.mark.skipif(sys.platform == "win32", reason="has no such rights")
@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_can_write_to_is_not_read(cold, compilations, tmp_path, mode):
    load()
    (tmp_path / "cache" / "backprop-steps").chmod(mode)
    cold()
    load()
    assert len(compilations) == 2


def test_without_a_cache_folder_it_goes_on(cold, compilations, tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file in its place")
    load()
    load()
    assert compilations == [NAME]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to(cold, compilations, tmp_path):
    (tmp_path / "cache" / "backprop-steps").mkdir(parents=True, mode=0o500)
    load()
    assert compilations == [NAME]


def test_the_shipped_templates_are_where_the_key_expects_them(cold, tmp_path):
    key = compiled.CompiledTemplates("latex", templates_folder()).get_cache_key
    assert key(NAME, str(templates_folder() / NAME)).startswith("disk-")
    assert key(NAME, str(tmp_path / NAME)).startswith("memory-")
    assert key(NAME).startswith("memory-")

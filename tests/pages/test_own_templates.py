"""Templates of the user's own: what they may change, what they may not do, and how a mistake in one is answered."""

from __future__ import annotations

import re
import time
from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path, PosixPath, PurePath, WindowsPath
from types import FunctionType, ModuleType
from typing import Any

import pytest

import backprop_steps as bp
from backprop_steps.errors import UserError
from backprop_steps.pages.documents import render
from backprop_steps.pages.writing import bounded, page
from backprop_steps.pages.writing.formats import FORMATS
from backprop_steps.pages.writing.own_templates import shipped_names
from backprop_steps.resources import templates_folder

PROBLEM = "layer_sigmoid"
MOST_OF_A_KIND = 300
"""So many values of one type are looked into."""
OWN = """{% extends "documents/solution.j2" %}
{# {% change "wording/passages" %} a remark is no change {% endchange %} #}
{% change "wording/passages" %}
{% macro update() %}Downhill, 50% of us & more.{% endmacro %}
{% endchange %}
{%- change "wording/words.j2" -%}
{% set one = "cell" %}
{% endchange %}

{% block end %}
{{ super() }}
{{ heading(1, "Questions?") }} {{ net.depth }} layers.
{% endblock %}
"""


def written(tmp_path: Path, source: str, **wishes: Any) -> str:
    file = tmp_path / "my.j2"
    file.write_text(source, encoding="utf-8")
    return str(bp.render(bp.load(PROBLEM), template=file, **wishes))


def answered(tmp_path: Path, source: str, **wishes: Any) -> str:
    with pytest.raises(UserError) as caught:
        written(tmp_path, source, **wishes)
    (line,) = caught.value.lines()
    return line.replace(f"{tmp_path}/", "")


@pytest.mark.parametrize("to", sorted({to for to, _ in FORMATS}))
def test_a_document_of_ones_own_changes_a_sentence_and_adds_a_section(tmp_path: Path, to: str) -> None:
    before, after = str(bp.render(bp.load(PROBLEM), to=to)), written(tmp_path, OWN, to=to)
    assert "Questions?" in after
    assert "2 layers." in after
    assert "Downhill, 50" in after
    assert "A gradient points uphill" in before
    assert "A gradient points uphill" not in after
    assert "Each cell" in after
    # all else is as it was
    assert re.findall(r"0\.\d{6}", before) == re.findall(r"0\.\d{6}", after)


def test_a_document_in_the_place_of_the_shipped_one_may_extend_it(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    file = tmp_path / "documents" / "solution.j2"
    file.write_text('{% extends "documents/solution.j2" %}{% block end %}Ends.{% endblock %}')
    assert str(bp.render(bp.load(PROBLEM), template=file)).endswith("\n\nEnds.\n")


def test_what_a_document_says_is_escaped_and_what_it_says_of_a_format_is_not(tmp_path: Path) -> None:
    source = (
        '{% extends "documents/solution.j2" %}{% change "formats/latex" %}{% macro preamble() %}\\usepackage{x}'
        "{% endmacro %}{% endchange %}{% block end %}100% \\input{x}{% endblock %}"
    )
    text = written(tmp_path, source, to="latex")
    assert "\\usepackage{x}\n\\begin{document}" in text
    assert r"100\% \textbackslash{}input\{x\}" in text


def test_the_example_of_the_readme_is_one(tmp_path: Path) -> None:
    text = (templates_folder() / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```jinja\n({% extends.*?)```", text, re.DOTALL)
    page = written(tmp_path, example, to="latex")
    for said in ("Every parameter takes a step downhill.", "Each cell", "\\usepackage{fourier}", "Ask me on Tuesday."):
        assert said in page


@pytest.mark.parametrize("to", ["typst", "html", "latex"])
def test_every_format_with_a_beginning_has_room_for_more_of_it(tmp_path: Path, to: str) -> None:
    source = f'{{% change "formats/{to}" %}}{{% macro preamble() %}}MINE{{% endmacro %}}{{% endchange %}}Text.'
    assert written(tmp_path, source, to=to).count("MINE\n") == 1


def test_a_folder_comes_before_the_shipped_templates(tmp_path: Path) -> None:
    (tmp_path / "documents" / "wording" / "en").mkdir(parents=True)
    (tmp_path / "documents" / "wording" / "en" / "results.j2").write_text(
        "{% macro all_results() %}None.{% endmacro %}"
    )
    text = str(bp.render(bp.load(PROBLEM), template=tmp_path))
    assert text.endswith("## All results\n\nNone.\n")
    (tmp_path / "documents" / "solution.j2").write_text(
        '{% extends "shipped/documents/solution.j2" %}{% block results %}Ends.{% endblock %}'
    )
    for template in (tmp_path, tmp_path / "documents" / "solution.j2"):
        text = str(bp.render(bp.load(PROBLEM), template=template))
        assert text.endswith("Ends.\n")


@pytest.mark.parametrize("to", ["markdown", "html"])
def test_a_copy_of_the_shipped_templates_writes_what_they_write(tmp_path: Path, to: str, copied: Path) -> None:
    problem = bp.load(PROBLEM)
    assert bp.render(problem, to=to, detail="lecture") == bp.render(problem, to=to, detail="lecture", template=copied)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    from click.testing import CliRunner

    from backprop_steps.cli import main

    done = CliRunner().invoke(main, ["templates", "--export", str(tmp_path / "mine")])
    assert done.exit_code == 0, done.output
    return tmp_path / "mine"


def test_every_document_can_be_written_with_templates_of_ones_own(tmp_path: Path) -> None:
    problem = bp.load(PROBLEM)
    file = tmp_path / "my.j2"
    for shipped, write in {
        "solution": lambda: bp.render(problem, template=file),
        "handout": lambda: bp.handout(problem, template=file),
        "worksheet": lambda: bp.worksheet(problem, template=file).key,
        "mistakes": lambda: bp.mistakes(problem, 1, template=file).sheet,
    }.items():
        file.write_text(f'{{% extends "documents/{shipped}.j2" %}}{{% block given %}}Mine.{{% endblock %}}')
        text = str(write())
        assert "\nMine.\n" in text
        assert "## Given" not in text
    file.write_text("{% block x %}{{ hands | length }} mine.{% endblock %}")
    assert "1 mine." in bp.report(bp.check(problem, "$1 = 1$"), template=file)
    # the key is another document, in the same words
    file.write_text('No key.{% change "wording/mistakes" %}{% set key_title = "Lines" %}{% endchange %}')
    made = bp.mistakes(problem, 1, template=file)
    assert "## Lines" in made.key
    assert "No key." in made.sheet
    # and a picture has its title in them
    file.write_text('{% change "wording/pictures" %}{% macro title() %}Our network{% endmacro %}{% endchange %}')
    assert bp.picture(problem, template=file).title == "Our network"
    assert "No key." not in made.key


MISTAKES = {
    "a\n{% if %}x": "my.j2:2: expected an expression, got 'end of statement block'",
    "{{ 'a": "my.j2:1: unexpected char",
    "a\n\n{{ nett.depth }}": "my.j2:3: there is no 'nett'; did you mean 'net'?",
    "{{ net.dept }}": "my.j2:1: net has no 'dept'; did you mean 'depth'?",
    "{{ xyzzy }}": "my.j2:1: there is no 'xyzzy'; the README.md that backprop-steps templates --export copies lists",
    "\n{{ 'x' | lst }}": "my.j2:2: there is no filter 'lst'; did you mean 'list'?",
    "{% if x is odder %}{% endif %}": "my.j2:1: there is no test 'odder'",
    "{{ heading(7, 'x') }}": "my.j2:1: a heading's level is 1, 2 or 3, not 7",
    "{{ heading(1, 'x', 2) }}": "my.j2:1: heading() takes 3 positional arguments but 4 were given",
    "{{ step_of(1) }}": "my.j2:1: this function() missing 1 required positional argument: 'entry'",
    "{{ 1 / 0 }}": "my.j2:1: division by zero",
    "{{ parts }}": "my.j2:1: this is a list, which is not printed as it is",
    "{{ net }}": "my.j2:1: net is no text",
    "{% extends 'documents/solutoin.j2' %}": "my.j2:1: there is no template 'documents/solutoin.j2'; did you mean",
    "{% from 'documents/wording/words.j2' import one %}": "my.j2:1: 'conventions' is not known in this template",
    # in what is changed elsewhere too the line is that of the file
    "{% extends 'documents/solution.j2' %}\n{% change 'wording/passages' %}\n\n{% macro update() %}{{ foo }}"
    "{% endmacro %}{% endchange %}": "my.j2:4: there is no 'foo'",
    "\n{% change 'wording/passages' %}\n{% macro a( %}{% endchange %}{% import 'documents/wording/passages.j2' as x %}":
        "my.j2:3: unexpected '}', expected ')'",
    "\n{% change 'wording/pasages' %}{% endchange %}": "my.j2:2: there is no 'wording/pasages' whose macros could be "
    "changed; did you mean 'wording/passages.j2'?",
    "{% change 'documents/solution.j2' %}{% endchange %}": "my.j2:1: there is no 'documents/solution.j2' whose macros",
    "\n\n{% change 'wording/passages' %}": "my.j2:3: this change has no end; close it with {% endchange %}",
    "{% extends 'documents/handout.j2' %}\n{% block endd %}{% endblock %}":
        "my.j2:2: documents/handout.j2 has no block 'endd', so nothing would use it; did you mean 'end'?",
    "{% extends 'documents/solution.j2' %}{% change 'wording/passages' %}\n{% macro updatee() %}x{% endmacro %}"
    "{% endchange %}": "my.j2:2: documents/wording/en/passages.j2 has no macro 'updatee'",
    "{% endchange %}": "my.j2:1: there is an endchange without a change before it",
}  # fmt: skip


@pytest.mark.parametrize("source", MISTAKES)
def test_a_mistake_is_answered_with_its_file_and_line(tmp_path: Path, source: str) -> None:
    assert answered(tmp_path, source).startswith(MISTAKES[source])


def test_a_mistake_that_only_a_shipped_template_meets_names_the_users_file_and_that_line(tmp_path: Path) -> None:
    source = (
        "{% extends 'documents/solution.j2' %}\n{% change 'wording/passages' %}{% set by_unit = 3 %}{% endchange %}"
    )
    assert re.match(r"my\.j2:1: argument of type 'int' is not (iterable|a container)", answered(tmp_path, source))
    source = "{% change 'formats/markdown' %}\n{% macro heading(a) %}{% endmacro %}{% endchange %}{{ heading(1, 'x') }}"
    assert answered(tmp_path, source) == "my.j2:2: macro 'heading' takes not more than 1 argument(s)"


HOSTILE = {
    "{{ ''.__class__.__mro__ }}": "access to attribute '__class__' of 'str' object is unsafe",
    "{{ heading.__func__.__globals__ }}": "access to attribute '__func__' of 'method' object is unsafe",
    "{{ net._graph }}": "access to attribute '_graph' of 'Net' object is unsafe",
    "{{ ''|attr('__class__') }}": "access to attribute '__class__' of 'str' object is unsafe",
    "{{ step_links.__wrapped__ }}": "access to attribute '__wrapped__'",
    "{{ problem.source.read_text() }}": "access to attribute 'read_text' of 'PosixPath' object is unsafe",
    "{{ problem.source.unlink() }}": "access to attribute 'unlink' of 'PosixPath' object is unsafe",
    "{% set x = [] %}{{ x.append(1) }}": "access to attribute 'append' of 'list' object is unsafe",
    "{{ '{0.__class__}'.format(1) }}": "a text has no 'format' in a template",
    "{{ '{:>999999999}'.format(1) }}": "a text has no 'format' in a template",
    "{{ ['{:>999999999}'] | map('format') | list }}": "there is no filter 'format'",
    "{{ 'x'.ljust(999999999) }}": "a text has no 'ljust' in a template",
    "{{ 'x'.encode() }}": "a text has no 'encode' in a template",
    "{{ ('x' * 1000).replace('x', 'y' * 9999) }}": "a text longer than 1000000",
    "{% include '../my.j2' %}": "there is no template '../my.j2'",
    "{% include '/etc/passwd' %}": "there is no template '/etc/passwd'",
    "{% include 'secret.txt' %}": "there is no template 'secret.txt'",
    "{% for i in range(10**9) %}{% endfor %}": "a range of more than 100000 numbers, the bound on one",
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}": "more than 1000000 rounds",
    "{% for i in range(99999) %}" + "x" * 9999 + "{% endfor %}": "more than 50000000 characters are written",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}": "a macro or template calls itself without end",
    "{% include 'my.j2' %}": "a macro or template calls itself without end",
    "{% extends 'my.j2' %}": "a macro or template calls itself without end",
    "{{ 'x' * 10**9 }}": "a text or list longer than 1000000",
    "{{ [0] * 10**9 }}": "a text or list longer than 1000000",
    "{{ 9 ** 99999999 }}": "a whole number larger than 2 to the power of 4096",
    "{% set n = namespace(x=9) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}": "a whole number",
    "{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}": "a text longer than",
    "{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}": "a text or list",
    "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}": "a text or list",
    "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}": "a list of more",
    "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = dict(a=n.x, b=n.x) %}{% endfor %}": "a list of",
    "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = (n.x, {'a': n.x}) %}{% endfor %}": "a list of",
    "{{ [1] | batch(10**9, 'x') | list }}": "a filter is given 1000000000, beyond the bound of 1000000",
    "{{ 1.5 | round(10**9, 'ceil') }}": "a filter is given 1000000000, beyond the bound of 1000000",
    "{{ lipsum(10**6) }}": "there is no 'lipsum'",
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE)
def test_a_template_stays_in_its_sandbox_and_in_its_bounds(tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    start = time.monotonic()
    said = answered(tmp_path, source)
    assert re.match(r"my\.j2(:1)?: ", said)
    assert HOSTILE[source] in said
    assert time.monotonic() - start < 20


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.j2").write_text("secret")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.j2").symlink_to(tmp_path / "secret.j2")
    (tmp_path / "mine" / "my.j2").write_text("{% include 'a.j2' %}")
    with pytest.raises(UserError, match="leads out of the folder"):
        bp.render(bp.load(PROBLEM), template=tmp_path / "mine" / "my.j2")


FILES = {
    "nothing.j2": (None, "nothing.j2: there is no such template; backprop-steps templates --export copies some"),
    "latin.j2": (b"a\n\xe4", "latin.j2:2:1: byte 0xe4 is not UTF-8; save the file as UTF-8 text"),
    "large.j2": (b"x" * 1_000_001, "large.j2: is larger than 1000000 bytes, the bound on such a file"),
    "empty": (..., "empty: no file in this folder takes the place of a shipped template"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_template_is_answered(tmp_path: Path, name: str) -> None:
    content, said = FILES[name]
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    elif content is ...:
        (tmp_path / name).mkdir()
    with pytest.raises(UserError) as caught:
        bp.render(bp.load(PROBLEM), template=tmp_path / name)
    assert caught.value.lines()[0].replace(f"{tmp_path}/", "").startswith(said)


def test_a_document_reaches_no_module_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is public of what a document is given, wherever it leads: data, and functions of this project."""
    given: dict[str, Any] = {}
    monkeypatch.setattr(render, "write_page", lambda document, context, **_: given.update(context) or "")
    bp.render(bp.load(PROBLEM), detail="lecture", gradient_check=True)
    templates = bounded.BoundedEnvironment.__new__(bounded.BoundedEnvironment)
    safe = partial(bounded.BoundedEnvironment.is_safe_attribute, templates)
    seen: Counter[type] = Counter()
    waiting: list[object] = [given]
    while waiting:
        value = waiting.pop()
        if isinstance(value, (str, int, float, Decimal, FunctionType)) or seen[type(value)] > MOST_OF_A_KIND:
            continue
        seen[type(value)] += 1
        if isinstance(value, PurePath):  # a path is seen, and nothing of it
            assert not any(safe(value, name, None) for name in dir(value))
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, (list, tuple, set, frozenset)):
            waiting += value
        else:
            found = {name: getattr(value, name, None) for name in dir(value)}
            waiting += [one for name, one in found.items() if safe(value, name, one)]
    assert len(seen) > 40
    assert PosixPath in seen or WindowsPath in seen
    assert not any(issubclass(kind, (ModuleType, type)) for kind in seen)


def test_the_shipped_templates_are_written_within_the_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest page of the shipped problems takes a small part of what a page may take."""
    used: list[tuple[int, int]] = []
    made = page.environment

    def watched(*arguments: Any, **named: Any) -> Any:
        used.append(made(*arguments, **named))
        return used[-1]

    monkeypatch.setattr(page, "environment", watched)
    file = tmp_path / "my.j2"
    file.write_text('{% extends "documents/solution.j2" %}')
    for name in ("softmax_classes", "batch_data"):
        bp.render(bp.load(name), detail="lecture", to="html", template=file)
    assert max(one._rounds for one in used) < bounded.ROUNDS / 20
    assert max(one._characters for one in used) < bounded.CHARACTERS / 20


def test_the_names_of_the_shipped_templates() -> None:
    assert {"documents/solution.j2", "formats/latex.j2", "formats/html.css"} <= set(shipped_names())

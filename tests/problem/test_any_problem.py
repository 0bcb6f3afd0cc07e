"""Whatever stands in a file: a Problem or ProblemErrors, never anything else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_steps.problem import ProblemErrors, load
from backprop_steps.problem.loading import read_problem
from backprop_steps.resources import problems_folder
from backprop_steps.source.literals import read_number

FILES = [path.read_text(encoding="utf-8") for path in sorted(problems_folder().glob("*.yaml"))]
WORDS = sorted({word for text in FILES for word in text.replace(",", " , ").replace(":", " : ").split()})
BITS = [
    *WORDS,
    ".inf",
    "1e999999",
    "[]",
    "{}",
    "[[]]",
    "-",
    "\n",
    "\n  ",
    ": ",
    "&a ",
    "*a",
    "!!int ",
    "|",
    "'",
    '"',
    "~",
]


def check(errors: ProblemErrors, most_lines: int) -> None:
    assert errors.messages
    for message in errors.messages:
        assert 0 <= message.line <= most_lines
        assert bool(message.line) == bool(message.column)
        assert "\n" not in message.text


def read(text: str) -> None:
    try:
        read_problem(text, "p.yaml", Path("p.yaml"))
    except ProblemErrors as errors:
        check(errors, len(text.splitlines()) + 2)


def read_file(path: str | Path) -> None:
    try:
        load(path)
    except ProblemErrors as errors:
        check(errors, 1000)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    read(text)


@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    read_file(path)


@given(st.text(max_size=50))
def test_any_name(name: str) -> None:
    read_file(name)


@given(st.lists(st.sampled_from(BITS), max_size=30))
def test_any_sequence_of_words(words: list[str]) -> None:
    read(" ".join(words))


@settings(max_examples=400)
@given(st.data())
def test_good_files_changed_at_random(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(BITS) | st.text(max_size=3)) + text[end:]
    read(text)


@settings(max_examples=400)
@given(st.data())
def test_good_files_with_other_words(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(FILES)).splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        words = lines[number].split(" ")
        place = data.draw(st.integers(0, len(words) - 1))
        words[place] = data.draw(st.sampled_from(WORDS))
        lines[number] = " ".join(words)
    read("\n".join(lines))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_every_short_decimal_keeps_its_value(number: object) -> None:
    assert read_number(str(number)).value == number

"""What the functions of the API are asked for is looked at before they begin, by the words of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest

import backprop_steps as bp
from backprop_steps.asking import WHOLE, WORDS
from backprop_steps.cli import main

MAZUR = bp.load("mazur")


def wrong(value: Any) -> Any:
    """What no type checker lets through."""
    return value


def options() -> Iterator[tuple[str, click.Option]]:
    """Every option of every command."""
    for command in main.commands.values():
        for one in command.params:
            if isinstance(one, click.Option):
                yield f"{command.name} {one.name}", one


OPTIONS = dict(options())
CHOSEN = sorted(name for name, one in OPTIONS.items() if one.name in WORDS and name != "schema of")
FEWER = {"slides detail": ("brief", "full"), "worksheet detail": ("brief", "full", "lecture")}
COUNTED = sorted(name for name, one in OPTIONS.items() if one.name in WHOLE and isinstance(one.type, click.IntRange))


@pytest.mark.parametrize("name", CHOSEN)
def test_a_closed_list_is_the_one_of_the_command_line(name: str) -> None:
    kind = OPTIONS[name].type
    assert isinstance(kind, click.Choice)
    assert set(kind.choices) == set(FEWER.get(name, WORDS[str(OPTIONS[name].name)]))


@pytest.mark.parametrize("name", COUNTED)
def test_bounds_are_those_of_the_command_line(name: str) -> None:
    kind = OPTIONS[name].type
    assert isinstance(kind, click.IntRange)
    assert (kind.min, kind.max) == WHOLE[str(OPTIONS[name].name)]


def test_every_list_and_every_bound_is_compared() -> None:
    assert {OPTIONS[name].name for name in CHOSEN} == set(WORDS)
    assert {OPTIONS[name].name for name in COUNTED} == set(WHOLE) - {"width"}  # a terminal says how wide it is


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: bp.render(MAZUR, detail=wrong("ful")), "unknown detail 'ful'; did you mean 'full'?"),
        (lambda: bp.slides(MAZUR, detail=wrong("answers")), "unknown detail 'answers'; there are brief, full"),
        (lambda: bp.render(MAZUR, dialect=wrong(3)), "unknown dialect 3; there are standard, github"),
        (lambda: bp.render(MAZUR, to="pdf"),
         "unknown to 'pdf'; pdf(page) makes one of a page that is rendered to 'typst'"),
        (lambda: bp.handout(MAZUR, to="json"),
         "unknown to 'json'; there are markdown, latex, html, typst, notebook, terminal"),
        (lambda: bp.render(wrong("mazur")), "problem must be a loaded problem, found 'mazur'; load('mazur') makes one"),
        (lambda: bp.derive(wrong(3)), "problem must be a loaded problem, found 3; load(…) makes one"),
        (lambda: bp.render(MAZUR, digits=-1), "digits must be a whole number from 0 to 30, found -1"),
        (lambda: bp.mistakes(MAZUR, count=True), "count must be a whole number from 1 to 50, found True"),
        (lambda: bp.worksheet(MAZUR, every=0), "every must be a whole number from 1, found 0"),
        (lambda: bp.check(MAZUR, wrong(None)), "text must be text, found None"),
    ],
)  # fmt: skip
def test_what_no_function_takes_is_said_in_one_line_with_the_remedy(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(bp.UserError) as caught:
        call()
    assert str(caught.value) == said


def test_one_pattern_is_as_good_as_a_list_of_one() -> None:
    assert str(bp.render(MAZUR, only="W1[*,1]")) == str(bp.render(MAZUR, only=["W1[*,1]"]))

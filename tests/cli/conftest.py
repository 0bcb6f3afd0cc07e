from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

import backprop_steps.api  # before `load` is replaced, so that the API keeps its own
from backprop_steps.cli import main
from backprop_steps.pages.documents.render import Page


@pytest.fixture
def run() -> Callable[..., Result]:
    def invoke(*args: str, **extra: Any) -> Result:
        return CliRunner().invoke(main, list(args), prog_name="backprop-steps", **extra)

    return invoke


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `solve` asks of the API, whose answer is a page of one line."""
    seen: dict[str, Any] = {}

    def load(problem: str) -> str:
        seen["problem"] = problem
        return problem

    def render(problem: str, **wishes: Any) -> Page:
        seen.update(wishes)
        return Page(f"the page of {problem}: ∂L/∂w\n")

    monkeypatch.setattr("backprop_steps.problem.load", load)
    monkeypatch.setitem(backprop_steps.__dict__, "render", render)
    return seen


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes `solve` fail with an exception."""

    def with_(error: BaseException) -> None:
        def load(problem: str) -> str:
            raise error

        monkeypatch.setattr("backprop_steps.problem.load", load)

    return with_

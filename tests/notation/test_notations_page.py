"""docs/notations.md says all that a profile may say: its keys, roles, forms, placeholders, conventions and defaults."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import backprop_steps as bp
from backprop_steps.notation.loading import _ITEMS, _KEYS
from backprop_steps.notation.patterns import PLACEHOLDERS
from backprop_steps.notation.profile import Conventions, Spelling
from backprop_steps.notation.symbols import ROLES

PAGE = (Path(__file__).parents[2] / "docs" / "notations.md").read_text(encoding="utf-8")
ROWS = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in PAGE.splitlines() if line.startswith("| `")]
NAMED = {name: row for row in ROWS for name in re.findall(r"`([^`]+)`", row[0])}
TYPES = get_type_hints(Conventions)


def values(convention: Any) -> list[str]:
    """What a convention may be, as YAML has it, the default first."""
    kind, default = TYPES[convention.name], convention.default
    if convention.name in _ITEMS:
        return [*default, *(item for item in _ITEMS[convention.name] if item not in default)]
    if kind is bool:
        return [str(default).lower(), str(not default).lower()]
    found = list(get_args(kind)) if get_origin(kind) is not None else [default]
    return [str(default), *(str(one) for one in found if one != default)]


@pytest.mark.parametrize("convention", fields(Conventions), ids=lambda one: one.name)
def test_a_convention_is_there_with_all_its_values_and_the_default_first(convention: Any) -> None:
    said = [word.strip("[]") for word in re.findall(r"`([^`]+)`", NAMED[convention.name][1])]
    assert said == values(convention)


@pytest.mark.parametrize("name", [*_KEYS, *ROLES, *(form.name for form in fields(Spelling))])
def test_a_key_a_role_and_a_form_is_there(name: str) -> None:
    assert name in NAMED


def test_every_placeholder_is_there() -> None:
    assert {name for name in PLACEHOLDERS if f"<{name}>" not in PAGE} == set()


def test_the_example_is_a_notation(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(PAGE.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    sheet = bp.render(bp.load("layer_sigmoid"), notation=file)
    for said in (r"\frac{\partial J}{\partial", r"W_{11}^{[1]}", r"g(z", r":=", r"\times"):
        assert said in sheet

"""The marking scheme: what a file says, and everything that is said of one with mistakes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from backprop_steps.checking.marking.scheme import (
    DEFAULT_COSTS,
    KINDS,
    Cost,
    Points,
    Scheme,
    load_scheme,
    read_scheme,
    schema,
)
from backprop_steps.checking.reading.files import FileError
from backprop_steps.errors import UserError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "checking.md"


def example() -> str:
    """The scheme file that the documentation shows."""
    return DOCS.read_text(encoding="utf-8").split("```yaml\n", 1)[1].split("```", 1)[0]


def said(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        read_scheme(text, "s.yaml")
    return caught.value.lines()


def test_there_is_a_cost_for_every_class_of_mistake() -> None:
    assert set(KINDS) == set(DEFAULT_COSTS) == {"notation", "method", "copying", "arithmetic"}


def test_everything_a_file_can_say() -> None:
    scheme = read_scheme(
        "points:\n  'dL/dW*': {method: 2, value: 0.5}\n  \"*'*\": 1\n"
        "mistakes:\n  copying: {value: 0.5}\n  notation: {elsewhere: 0.25}\n"
        "must_show: ['dL/dW1*', 'W*']\nfollow_through: no\ntolerance: 3\nup_to_constant: yes\n",
        "s.yaml",
    )
    assert scheme == Scheme(
        points=(("dL/dW*", Points(Decimal(2), Decimal("0.5"))), ("*'*", Points(Decimal(1), Decimal(1)))),
        costs={
            **DEFAULT_COSTS,
            "copying": Cost(Decimal(1), Decimal("0.5"), Decimal("0.5")),
            "notation": Cost(Decimal(1), Decimal(1), Decimal("0.25")),
        },
        must_show=("dL/dW1*", "W*"),
        follow_through=False,
        tolerance=3,
        up_to_constant=True,
    )


def test_one_pattern_need_not_be_a_list_and_an_empty_mapping_is_the_default() -> None:
    assert read_scheme("must_show: 'W*'\n", "s.yaml").must_show == ("W*",)
    assert read_scheme("{}", "s.yaml") == Scheme()


def test_the_first_pattern_that_fits_counts() -> None:
    scheme = read_scheme("points: {'dL/dW1[1,1]': 0, 'dL/dW*': 2, 'z*': {method: 1}}", "s.yaml")
    assert scheme.points_of("dL/dW1[1,1]", True) is None
    assert scheme.points_of("dL/dW1[2,1]", True) == Points(Decimal(2), Decimal(2))
    assert scheme.points_of("z1[1]", False) == Points(Decimal(1), Decimal(0))
    assert scheme.points_of("dL/db1[1]", True) is None


def test_a_pattern_that_fits_nothing_is_found() -> None:
    scheme = read_scheme("points: {'dL/dw*': 1, 'W*': 1}\nmust_show: ['dL/dw*', 'q']", "s.yaml")
    assert scheme.unmatched(("W1[1,1]", "dL/dW1[1,1]")) == ("dL/dw*", "q")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """points:
  'dL/dW*': {methd: 2, value: -1}
  'dL/dW*': 3
  'z*': many
  '': 1
mistakes:
  coping: {value: 0}
  method: {method: 2}
  arithmetic: 0
must_show: []
follow_through: maybe
tolerance: 0
up_to_constant: [true]
pionts: 1
"""
    assert said(text) == [
        "s.yaml:2:14: points 'dL/dW*': unknown key 'methd'; did you mean 'method'?",
        "s.yaml:2:31: points 'dL/dW*' value must be a number from 0 to 1000, found '-1'",
        "s.yaml:3:3: the key 'dL/dW*' is repeated; it stands in line 2 already",
        "s.yaml:4:9: points 'z*' must be a number, found 'many'",
        "s.yaml:5:3: a pattern must not be empty",
        "s.yaml:7:3: mistakes: unknown key 'coping'; did you mean 'copying'?",
        "s.yaml:8:20: mistakes method method must be a number from 0 to 1, found '2'",
        "s.yaml:9:15: mistakes arithmetic must be a mapping with method, value or elsewhere, found '0'",
        "s.yaml:10:12: must_show must be a list of patterns of names, found an empty list",
        "s.yaml:11:17: follow_through must be true or false, found 'maybe'",
        "s.yaml:12:12: tolerance must be a whole number from 1 to 20, found '0'",
        "s.yaml:13:17: up_to_constant must be true or false, found a list",
        "s.yaml:14:1: unknown key 'pionts'; did you mean 'points'?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "s.yaml:1:1: the file is empty; a marking scheme has points, mistakes, must_show, follow_through, "
             "tolerance, up_to_constant"),
        ("- 1", "s.yaml:1:1: a marking scheme must be a mapping (points: ..., follow_through: ...), found a list"),
        ("points: {}", "s.yaml:1:9: points must name at least one quantity; leave the key out for the default"),
        ("points: 3", "s.yaml:1:9: points must be a mapping from patterns of names to marks ('dL/dW*': 2), found '3'"),
        ("a: [", "s.yaml:2:1: this is not YAML: while parsing a flow node, did not find expected node content"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_scheme(text: str, message: str) -> None:
    assert said(text) == [message]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        load_scheme(tmp_path / "none.yaml")
    with pytest.raises(FileError, match="this is a folder; a marking scheme is one file"):
        load_scheme(tmp_path)
    (tmp_path / "s.yaml").write_bytes(b"tolerance: 3\r\n# \xff\n")
    with pytest.raises(FileError, match=r"s.yaml:2:3: byte 0xff is not UTF-8"):
        load_scheme(tmp_path / "s.yaml")


def test_the_schema_takes_what_is_read_and_refuses_what_is_not() -> None:
    Draft202012Validator.check_schema(schema())
    validator = Draft202012Validator(schema())
    good: dict[str, Any] = yaml.safe_load(example())
    assert list(validator.iter_errors(good)) == []
    assert set(schema()["properties"]) == set(good)
    for wrong in ({"pionts": {}}, {"tolerance": 0}, {"points": {}}, {"mistakes": {"coping": {}}}):
        assert list(validator.iter_errors(wrong))


def test_the_example_of_the_documentation_is_read() -> None:
    scheme = read_scheme(example(), "docs")
    assert scheme.points
    assert scheme != Scheme()

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop_steps
from backprop_steps.checking.check import READ_ONLY
from backprop_steps.expression.quantity import LOSS, Quantity
from backprop_steps.notation.loading import SHIPPED, ProfileErrors, load_profile, own_profile, profiles, read_profile
from backprop_steps.notation.notation import Notation, NotationError, Shape
from backprop_steps.notation.reading import read

EIGHT = ["batch", "bracket", "circuit", "layer", "mazur", "neuron", "nielsen", "node"]


def test_the_eight_profiles_are_listed_each_with_a_line() -> None:
    assert [name for name, _ in profiles()] == EIGHT
    for name, about in profiles():
        assert about
        assert load_profile(name).about == about


def test_listing_needs_no_yaml_sympy_or_lark() -> None:
    code = (
        "import sys; from backprop_steps.notation.loading import profiles; profiles();"
        "print({'yaml', 'sympy', 'lark'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_every_profile_names_the_same_functions_for_katex() -> None:
    for name in EIGHT:
        profile = load_profile(name)
        assert set(profile.functions) == {"identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax"}
        texts = [*profile.functions.values(), *profile.number_functions.values()]
        assert not [text for text in texts if "operatorname" in text]


def test_a_users_file_changes_only_what_it_names(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "extends: layer\n"
        "about: mine\n"
        "conventions: {first_unit: 0, derivative: d, states: output_pre_activation}\n"
        "formulas:\n"
        "  loss: J\n"
        "  weight: {element: 'u_{<from><to>}', array: U}\n"
        "letters: {to: [p], from: q}\n"
        "functions: {relu: {formulas: R, numbers: r}}\n",
        encoding="utf-8",
    )
    profile = load_profile(path)
    assert (profile.name, profile.about) == ("mine", "mine")
    assert profile.conventions.states == ("output_pre_activation",)
    assert profile.conventions.number_product == "brackets"
    notation = Notation(profile, Shape((2, 2, 1)))
    assert notation.spell(LOSS) == "J"
    assert notation.spell(Quantity("weight", 1, (2, 1))) == "u_{01}"
    assert read(notation, "u_{01}") == Quantity("weight", 1, (2, 1))
    assert notation.spell(Quantity("pre_activation", 1, (1,))) == "z_0^{(1)}"
    assert (notation.function("relu"), notation.function("relu", numbers=True)) == ("R", "r")


MISTAKES = """\
extends: layr
colour: red
conventions:
  fractions: stackd
  first_unit: 7
  split_loss: maybe
  states: [output_activation, hidden_activaton]
letters: {to: jj}
functions: {relu: 'a_'}
updated: W_{new}
formulas:
  weigth: W
  weight: W_{<form>}
  loss: L_<unit>
  bias: {arry: b}
  bias: b
"""


def test_all_mistakes_of_a_file_are_answered_at_once_with_their_places() -> None:
    with pytest.raises(ProfileErrors) as caught:
        read_profile(MISTAKES, "my.yaml", "my")
    assert caught.value.lines() == [
        "my.yaml:1:10: extends: unknown notation 'layr'; did you mean 'layer'?",
        "my.yaml:2:1: unknown key 'colour'; known are extends, about, conventions, letters, functions, "
        "updated, updated_again, sampled, formulas, numbers",
        "my.yaml:4:14: fractions: unknown value 'stackd'; did you mean 'stacked'?",
        "my.yaml:5:15: first_unit must be a whole number from 0 to 2, found '7'",
        "my.yaml:6:15: split_loss must be true or false, found 'maybe'",
        "my.yaml:7:31: states: unknown value 'hidden_activaton'; did you mean 'hidden_activation'?",
        "my.yaml:8:15: letters: to: 'jj' is no letter; write one such as j, or \\ell",
        "my.yaml:9:19: functions: relu: nothing stands after _",
        "my.yaml:10:10: updated: <base> must stand in it, once",
        "my.yaml:12:3: formulas: unknown key 'weigth'; did you mean 'weight'?",
        "my.yaml:13:11: weight: unknown placeholder <form>; did you mean 'from'?",
        "my.yaml:14:9: loss: <unit> says nothing of it",
        "my.yaml:15:9: bias: neither array nor element; give one, or null where it has no name",
        "my.yaml:15:10: bias: unknown key 'arry'; did you mean 'array'?",
        "my.yaml:16:3: the key 'bias' is repeated; it stands in line 15 already",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p.yaml:1:1: the file is empty; write a profile, or extends: layer and what differs"),
        ("a: [", "p.yaml:2:1: this is not YAML: "),
        ("- 1", "p.yaml:1:1: a profile must be a mapping with extends, about, conventions, "),
        ("extends: layer\nabout: x\nabout: y", "p.yaml:3:1: the key 'about' is repeated; it stands in line 2 already"),
        ("extends: [layer]", "p.yaml:1:10: extends must be the name of a notation, found a list"),
        ("a: &a [*a]", "p.yaml:1:8: the alias *a is part of what it repeats"),
        (
            "about: !!python/object:os.system x",
            "p.yaml:1:8: the tag 'tag:yaml.org,2002:python/object:os.system' is not",
        ),
        ("about: x", "p.yaml:1:1: no pattern for input, weight, activation, target, loss; add it"),
    ],
)
def test_a_file_that_is_no_profile(text: str, message: str) -> None:
    with pytest.raises(ProfileErrors) as caught:
        read_profile(text, "p.yaml", "p")
    assert caught.value.lines()[0].startswith(message)


def test_unknown_names_and_files_are_answered(tmp_path: Path) -> None:
    with pytest.raises(NotationError, match="unknown notation 'layr'; did you mean 'layer'"):
        load_profile("layr")
    with pytest.raises(ProfileErrors, match=r"none.yaml: cannot be read: No such file"):
        load_profile(tmp_path / "none.yaml")


KEYS = st.sampled_from(
    ["extends", "formulas", "conventions", "letters", "functions", "updated", "weight", "loss", "states"]
)
VALUES = st.recursive(
    st.sampled_from(
        ["layer", "W_{<to>}", "~", "[]", "{}", "'}'", "1", "&a b", "*a", "!!python/object:os.system x", "<base>"]
    ),
    lambda inner: st.lists(st.tuples(KEYS, inner), max_size=3).map(
        lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
    ),
)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=4))
def test_whatever_stands_in_a_file_is_read_or_answered(pairs: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{key}: {value}" for key, value in pairs)
    lines = ["any.yaml: read"]
    try:
        read_profile(text, "any.yaml", "any")
    except ProfileErrors as errors:
        lines = errors.lines()
    assert lines
    assert all(line.startswith("any.yaml:") for line in lines)


@pytest.mark.parametrize(
    "path", sorted([*SHIPPED.glob("*.yaml"), *READ_ONLY.glob("*.yaml")]), ids=lambda path: path.stem
)
def test_a_shipped_profile_is_without_mistakes(path: Path) -> None:
    # the program reads its own without looking for any
    whole = read_profile(path.read_text(encoding="utf-8"), str(path), path.stem)
    assert replace(whole, source="", places={}) == own_profile(path)


def test_weights_may_have_the_number_of_the_layer_they_lead_from(tmp_path: Path) -> None:
    own = tmp_path / "behind.yaml"
    own.write_text(
        "extends: layer\nabout: the inputs are layer 1\nconventions: {first_layer: 2, weight_layer: from}\n",
        encoding="utf-8",
    )
    problem = backprop_steps.load("layer_sigmoid")
    sheet = str(backprop_steps.render(problem, notation=own))
    assert "z^{(2)} = W^{(1)}x + b^{(1)}" in sheet
    assert r"\frac{\partial L}{\partial W^{(2)}} &= \frac{\partial L}{\partial z^{(3)}}" in sheet
    marking = backprop_steps.check(problem, sheet)
    assert marking.summary["correct"] == len(marking.links)
    assert marking.conventions == ("layers_counted", "weights_behind")

"""What the solution says: the right words for this network, each sentence once, no heading without content."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import shipped_pages
from shipped_pages import PROBLEMS

import backprop_steps
from backprop_steps.offers import Detail
from backprop_steps.problem.loading import read_problem


def page(problem: str, detail: Detail = "full", notation: str | None = None, only: tuple[str, ...] = ()) -> str:
    if problem in PROBLEMS and not only:
        return shipped_pages.page(problem, notation, detail)
    return str(backprop_steps.render(backprop_steps.load(problem), notation=notation, detail=detail, only=only))


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_heading_has_content_and_no_blank_is_doubled(problem: str) -> None:
    for name, text in shipped_pages.pages(problem).items():
        blocks = text.strip().split("\n\n")
        assert "\n\n\n" not in text, name
        for block, following in zip(blocks, [*blocks[1:], "# end"], strict=True):
            if block.startswith("#"):
                level = len(block.split(" ")[0])
                assert not following.startswith("#") or len(following.split(" ")[0]) > level, (name, block)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_sentences_are_set_apart(problem: str) -> None:
    for name, text in shipped_pages.pages(problem).items():
        prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|^\|.*$", "@", text, flags=re.DOTALL | re.MULTILINE)
        assert not re.search(r"[a-z@][.:?;,][A-Z@]", prose), name
        assert not re.search(r"[a-z] [.,;:]", prose), name


@pytest.mark.parametrize("detail", ["answers", "brief"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_short_sheets_have_no_prose_on_the_way(problem: str, detail: str) -> None:
    text = page(problem, detail)
    for said in ("We start", "carry", "feeds", "gradient points", "Since"):
        assert said not in text


def test_the_derivative_of_an_identity_is_a_factor_1_where_each_factor_is_replaced_and_then_goes() -> None:
    lines = page("bracket_regression").splitlines()
    at = lines.index(r"&= -\frac{2}{N}(y - a_2) \cdot 1 \cdot a_1^T \quad \text{(each derivative put in)} \\")
    assert lines[at + 1] == r"&= -\frac{2}{N}(y - a_2)a_1^T \qquad [1 \times h]"


@pytest.mark.parametrize(
    ("notation", "z"),
    [("layer", "z_j^{(1)}"), ("nielsen", "z^2_j"), ("bracket", "z_{1,j}"), ("batch", "H_l"), ("mazur", "net_{h1}")],
)
def test_a_function_of_ones_own_stands_with_its_formula_on_the_forward_line(notation: str, z: str) -> None:
    lines = page("swish", notation=notation).splitlines()
    (at,) = (place for place, line in enumerate(lines) if f"&= \\mathrm{{swish}}({z}) " in line)
    power = f"{{-{z}}}"
    assert lines[at + 1].startswith(rf"&= \frac{{{z}}}{{1 + e^{power}}}")


@pytest.mark.parametrize("notation", ["layer", "node", "mazur", "nielsen", "batch", "bracket"])
def test_a_formula_of_ones_own_is_differentiated_line_by_line(notation: str) -> None:
    loss = page("own_loss", notation=notation)
    called = {"mazur": "error", "nielsen": "cost"}.get(notation, "loss")
    assert f"Lemma: the derivative of the {called}" in loss
    assert "chain rule, power rule, sum rule" in loss
    assert "Lemma: the derivative of swish" in page("swish", notation=notation)
    assert "Lemma" not in page("own_loss", "brief", notation)


def test_what_everyone_knows_has_a_lemma_only_where_the_notation_tells_lemmas() -> None:
    assert "Lemma: the derivative of the sigmoid" in page("layer_sigmoid")
    assert "Lemma" not in page("layer_sigmoid", notation="node")
    assert "leaky" not in page("own_loss", notation="node").partition("Lemma")[2].partition("Backward")[0]


TWO_SLOPES = """
title: Two slopes
notation: layer
inputs: [1, -2]
targets: [0.5]
layers:
  - {units: 2, activation: {name: leaky_relu, slope: 0.1}, weights: [[0.5, -0.25], [0.4, 0.6]], bias: [0.1, 0.2]}
  - {units: 1, activation: leaky_relu, weights: [[-0.7, -0.3]], bias: [0.1]}
loss: half_squared_error
optimizer: {learning_rate: 0.2}
"""


@pytest.mark.parametrize(
    ("notation", "first", "second"),
    [
        ("layer", r"\mathrm{LeakyReLU}_1(-0.6) = -0.06", r"\mathrm{LeakyReLU}_2(-0.652) \approx -0.0065"),
        ("nielsen", r"\mathrm{LeakyReLU}_2(-0.6) = -0.06", r"\mathrm{LeakyReLU}_3(-0.652) \approx -0.0065"),
        (
            "batch",
            r"Z_l = \mathrm{LeakyReLU}_1(H_l)",
            r"\mathrm{LeakyReLU}_2'(O) = \mathrm{LeakyReLU}_2'(-0.652) = 0.01",
        ),
        ("node", r"Y_3 &= \mathrm{LeakyRelu}_1(W_{13}", r"Err_5 \cdot \mathrm{LeakyRelu}_2'(W_{35}"),
    ],
)
def test_two_slopes_of_leaky_relu_are_two_functions_numbered_by_the_layer(
    notation: str, first: str, second: str
) -> None:
    two = backprop_steps.render(read_problem(TWO_SLOPES, "two.yaml", Path("two.yaml")), notation=notation)
    assert first in str(two)
    assert second in str(two)
    assert "(leaky ReLU with slope $0.1$ below 0)" in str(two)
    assert "(leaky ReLU with slope $0.01$ below 0)" in str(two)


def test_a_function_has_one_name_in_both_parts_of_a_sheet() -> None:
    """The second part has two slopes: the functions are numbered from the start, and layer 1 is not told again."""
    twice = TWO_SLOPES.replace("activation: leaky_relu,", "activation: identity,")
    twice += "again_with: [{layer: 2, activation: leaky_relu}]\n"
    text = str(backprop_steps.render(read_problem(twice, "twice.yaml", Path("twice.yaml"))))
    first, second = text.split("Only the formulas that change are written again.")
    assert r"\mathrm{LeakyReLU}_1(-0.6) = -0.06" in first
    assert r"\mathrm{LeakyReLU}(" not in first
    assert r"\mathrm{LeakyReLU}_2(z^{(2)})" in second
    assert r"a^{(1)} = \mathrm{LeakyReLU}_1(z^{(1)})" not in second


def test_the_letter_of_a_sum_is_none_that_is_differentiated_by() -> None:
    text = page("swish", notation="bracket")
    assert r"\frac{\partial \left( \sum_{k=1}^{2} W_{1,jk}x_k + b_{1,j} \right)}{\partial W_{1,jk}}" not in text
    assert r"\frac{\partial \left( \sum_{s=1}^{2} W_{1,js}x_s + b_{1,j} \right)}{\partial W_{1,jk}}" in text


def test_one_slope_is_one_function() -> None:
    one = TWO_SLOPES.replace("slope: 0.1}", "slope: 0.010}")
    text = str(backprop_steps.render(read_problem(one, "one.yaml", Path("one.yaml"))))
    assert r"\mathrm{LeakyReLU}(-0.6)" in text
    assert "LeakyReLU}_" not in text


def test_a_single_layer_has_no_hidden_one() -> None:
    text = page("neuron_logistic", "lecture")
    assert "hidden" not in text
    assert "layer" not in text
    assert "The neuron multiplies each input by its weight" in text


def test_steps_are_counted() -> None:
    titles = re.findall(r"^## (Step .*)$", page("neuron_logistic", "lecture"), re.MULTILINE)
    assert titles == [
        "Step 1 of 5: The weighted sum",
        "Step 2 of 5: The activation",
        "Step 3 of 5: The loss",
        "Step 4 of 5: The gradients, by the chain rule",
        "Step 5 of 5: The update",
    ]


def test_the_lecture_asks_first_and_answers_on_cards() -> None:
    text = page("neuron_logistic", "lecture")
    assert r"- $\partial L/\partial w_1 = \;?$" in text
    assert r"> $\partial L/\partial w_1 = (a - y)x_1 \approx -0.7551$" in text
    assert "The long product collapses to $a - y$" in text


@pytest.mark.parametrize(
    ("notation", "word", "others"),
    [
        ("node", "node", ("neuron", "unit")),
        ("layer", "neuron", ("node", "unit")),
        ("batch", "unit", ("neuron", "node")),
    ],
)
def test_a_notation_has_one_word_for_a_unit(notation: str, word: str, others: tuple[str, ...]) -> None:
    text = re.sub(r"^# .*$", "", page("three_layers", "lecture", notation), flags=re.MULTILINE).lower()
    assert word in text
    for other in others:
        assert not re.search(rf"\b{other}s?\b", text)


def test_the_paths_of_this_network_are_named() -> None:
    assert "$Y_3$ feeds $Y_5$, $Y_6$ and $Y_7$: three paths lead from it to the loss" in page("node_relu")
    assert "$x$ feeds $q$, $r$ and $f$: it matters in three ways" in page("circuit_reuse")


def test_a_shared_bias_has_a_path_through_each_unit(tmp_path: Path) -> None:
    file = tmp_path / "shared.yaml"
    file.write_text(
        "title: Shared\nnotation: layer\ninputs: [1, 2]\ntargets: [1, 0]\nlayers:\n"
        "  - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: 0.5}\n"
        "loss: half_squared_error\n",
        encoding="utf-8",
    )
    text = str(backprop_steps.render(backprop_steps.load(file)))
    assert "is shared by the 2 neurons: there is a path through each of them, and the paths add up." in text


def test_what_is_frozen_is_said_and_has_a_dash() -> None:
    text = page("mazur")
    assert "$b_1$ and $b_2$ are frozen and not updated." in text
    assert "| $b_1$ | $0.35$ | — | — |" in text


def test_each_update_has_a_column_in_the_answers() -> None:
    text = page("several_steps", "answers")
    assert "| parameter | before | first gradient | after update 1 | after update 2 | after update 3 |" in text
    assert "went from $2$ to $0.32$, then to $0.0512$, then to $0.0082$." in text


def test_a_symbolic_sheet_answers_with_formulas() -> None:
    assert r"\frac{\partial L}{\partial W_2} = -\frac{2}{N}(y - a_2)a_1^T" in page("bracket_regression", "answers")


def test_what_was_not_asked_for_is_not_promised() -> None:
    text = page("neuron_logistic", "lecture", only=("dL/db1[1]",))
    assert r"\partial L/\partial b = \;?" in text
    assert r"\partial L/\partial w_1 = \;?" not in text


@pytest.mark.parametrize("problem", PROBLEMS)
def test_with_a_decimal_comma_no_number_has_a_point(problem: str) -> None:
    loaded = backprop_steps.load(problem)
    loaded = replace(loaded, rounding=replace(loaded.rounding, comma=True))
    numeric = backprop_steps.evaluate(loaded) is not None
    for detail in ("lecture", "answers"):
        text = str(backprop_steps.render(loaded, detail=detail, gradient_check=numeric))  # type: ignore[arg-type]
        body = text.partition("\n## ")[2] or text
        assert not re.search(r"[0-9]\.[0-9]", body), re.search(r".*[0-9]\.[0-9].*", body)


def test_numbers_in_sentences_have_the_comma_too() -> None:
    loaded = backprop_steps.load("neuron_logistic")
    loaded = replace(loaded, rounding=replace(loaded.rounding, comma=True))
    assert "where its output is $0{,}5$, and it is only $0{,}25$ there" in str(
        backprop_steps.render(loaded, detail="lecture")
    )


def cards(text: str) -> tuple[list[str], str]:
    """What is on the cards, and what is said below them."""
    section = re.split(r"^## ", text.partition("## What we have found\n")[2], flags=re.MULTILINE)[0]
    return re.findall(r"^> (.*)$", section, re.MULTILINE), section.strip().split("\n\n")[-1]


def test_many_gradients_are_asked_for_layer_by_layer() -> None:
    asked = re.findall(r"^- .*= \\;\?\$$", page("node_relu", "lecture"), re.MULTILINE)
    assert asked == [
        r"- $\frac{dLoss}{dW_{13}},\; \frac{dLoss}{dW_{23}},\; \frac{dLoss}{dW_{14}},\; \frac{dLoss}{dW_{24}} = \;?$",
        r"- $\frac{dLoss}{db_3},\; \frac{dLoss}{db_4} = \;?$",
        r"- $\frac{dLoss}{dW_{35}},\; \frac{dLoss}{dW_{45}},\; \dots,\; \frac{dLoss}{dW_{47}} = \;?$",
        r"- $\frac{dLoss}{db_5},\; \frac{dLoss}{db_6},\; \frac{dLoss}{db_7} = \;?$",
    ]


@pytest.mark.parametrize("notation", ["node", "mazur"])
def test_what_is_asked_for_one_by_one_is_on_a_card(notation: str) -> None:
    text = page("xor", "lecture", notation)
    asked = re.findall(r"^- \$(.*) = \\;\?\$$", text, re.MULTILINE)
    found, _ = cards(text)
    assert len(asked) == 9
    assert [card.partition(" ")[0].removeprefix("$") for card in found] == [one.partition(" ")[0] for one in asked]
    assert all(re.search(r"(=|\\approx) -?\d\.\d+\$$", card) for card in found)


def test_of_many_gradients_one_of_each_kind_is_on_a_card() -> None:
    found, below = cards(page("node_relu", "lecture"))
    assert found == [
        r"$\frac{dLoss}{dW_{13}} \approx -0.474$",
        r"$\frac{dLoss}{db_3} \approx -0.947$",
        r"$\frac{dLoss}{dW_{35}} = -\delta_5Y_3 \approx 0.418$",
        r"$\frac{dLoss}{db_5} = -\delta_5 = 0.522$",
    ]
    assert "one gradient of each kind" in below
    assert "the table below has them all" in below


def test_what_is_too_long_for_a_card_is_named(tmp_path: Path) -> None:
    layer = "{units: 2, activation: {name: f}}"
    file = tmp_path / "deep.yaml"
    file.write_text(
        f"title: Deep\nnotation: batch\ninputs: 2\nsamples: N\nloss: half_squared_error\n"
        f"layers: [{', '.join([layer] * 5)}]\n"
    )
    found, below = cards(page(str(file), "lecture"))
    assert len(found) == 5
    assert below.count(r"\frac{\partial L}") == 5
    assert below.endswith("are too long for a card; the formulas stand above.")


def test_no_given_value_is_alone_on_a_row() -> None:
    given = page("node_relu").partition("## The formulas")[0]
    assert r"w_{24} = 0.72 \\" in given
    assert r"&b_3 = 0.3, \qquad b_4 = -0.15" in given


def test_every_passage_of_the_biases_has_a_word() -> None:
    for problem, layers in (("node_relu", ["the hidden layer"]), ("three_layers", ["layer 2", "layer 1"])):
        _, first, rest = page(problem).partition("A bias is added as it is, so its local derivative is 1.")
        assert first
        assert re.findall("^The biases of (.*) likewise:$", rest, re.MULTILINE) == layers


def test_what_no_update_moves_keeps_its_symbol_and_its_digits() -> None:
    confirmed = page("mazur").partition("## The forward pass after the update")[2]
    assert r"w_5^+ \times out_{h1}^+ + w_6^+ \times out_{h2}^+ + b_2 \\" in confirmed
    assert "0.408666186 \\times 0.596869409 + 0.60 \\\\" in confirmed
    assert "b_2^+" not in page("mazur")
    assert r"p^{\mathrm{new}} = w_0^{\mathrm{new}}x_0 \approx" in page("circuit_sigmoid")


def test_a_frozen_matrix_keeps_its_symbol_and_a_frozen_entry_its_digits(tmp_path: Path) -> None:
    file = tmp_path / "frozen.yaml"
    file.write_text(
        "title: Frozen\nnotation: batch\norientation: rows\ninputs: [[1, 2], [0, 1]]\ntargets: [1, 0]\n"
        "layers:\n  - {units: 2, activation: sigmoid, weights: [[0.10, 0.20], [0.30, 0.40]], bias: false}\n"
        "  - {units: 1, activation: sigmoid, weights: [[0.50], [0.60]], bias: false}\n"
        "loss: half_squared_error\noptimizer: {learning_rate: 1, frozen: ['W1*', 'W2[1,1]']}\n"
    )
    confirmed = page(str(file)).partition("## The forward pass after the update")[2]
    assert r"H^{\mathrm{new}} = XW^{(1)} =" in confirmed
    assert r"O^{\mathrm{new}} = Z^{\mathrm{new}}W^{(2),\mathrm{new}} \approx" in confirmed
    assert r"\begin{bmatrix} 0.50 \\ " in confirmed


def test_putting_in_is_said_where_there_are_derivatives_to_put_in() -> None:
    said = r"(?:&& \\quad \\text\{|\\quad \\text\{\()each derivative put in"
    for problem in PROBLEMS:
        rows = [row for row in page(problem).split("\n") if row.startswith("&") or " &" in row]
        for before, row in pairwise(rows):
            if re.search(said, row) and not row.startswith(r"&\quad \text"):
                assert re.search(r"chain rule|paths added up|by its definition", before), (problem, before, row)
    text = page("node_relu")
    assert r"\delta_5 &= Err_5 \cdot \mathrm{Relu}'(W_{35}Y_3 + W_{45}Y_4 + b_5) \\" in text
    assert r"\cdot Y_3 \quad \text{(each derivative put in)}" in text


def test_a_formula_whose_numbers_are_below_it_keeps_its_reason() -> None:
    text = page("mazur")
    assert re.search(r"\\partial net_\{o1\}\}\{\\partial w_5\} && \\quad \\text\{chain rule\}", text)
    assert r"\text{(all paths added up)}" in text


def test_the_first_update_of_each_kind_is_worked_and_the_others_have_their_result() -> None:
    text = page("node_relu")
    told = text[text.index("## The numbers") : text.index("## The forward pass after")]
    worked = re.findall(r"^(?:\\begin\{aligned\}\n)?(\S+) &?= \1 [+-]", told, flags=re.MULTILINE)
    assert worked == ["w_{13}", "b_3", "w_{35}", "b_5"]
    others = told.split("The others are updated in the same way:")[1]
    assert len(re.findall(r"[wb]_\S+ (?:=|\\approx) -?\d", others)) == 11
    assert r"w_{46} \approx -0.374, \qquad w_{37} \approx 0.229" in others


def test_an_update_that_was_asked_for_is_worked() -> None:
    text = page("node_relu", only=("W1[1,2]", "W1[2,2]"))
    assert r"w_{24} &= w_{24} + \gamma" in text
    assert "in the same way" not in text


def test_the_update_that_is_worked_is_one_that_moves(tmp_path: Path) -> None:
    """The first input is 0: its weight stays, and the second shows how the others are found."""
    path = tmp_path / "zero.yaml"
    path.write_text(
        "title: t\nnotation: node\ninputs: [0, 2]\ntargets: [1]\nloss: half_squared_error\n"
        "layers: [{units: 1, activation: identity, weights: [[0.5, 0.25]], bias: false}]\n"
        "optimizer: {kind: gradient_descent, learning_rate: 0.1}\n",
        encoding="utf-8",
    )
    told = page(str(path)).split("## The numbers")[1]
    assert r"w_{23} = w_{23} + \gamma \cdot x_2 \cdot \delta_3 = 0.25 + 0.1 \times 2 \times 0.5 = 0.35" in told
    assert "The other one is updated in the same way:\n\n$$\nw_{13} = 0.5\n$$" in told


def test_between_matrices_every_gradient_starts_with_the_chain_rule() -> None:
    text = page("layer_sigmoid")
    for by in ("W^{(2)}", "b^{(2)}", "W^{(1)}", "b^{(1)}"):
        z = f"z{by[1:]}"
        chain = rf"\frac{{\partial L}}{{\partial {z}}} \cdot \frac{{\partial {z}}}{{\partial {by}}}"
        assert rf"\frac{{\partial L}}{{\partial {by}}} &= {chain} && \quad \text{{chain rule}}" in text


@pytest.mark.parametrize("form", ["markdown", "latex"])
@pytest.mark.parametrize("dialect", ["standard", "github"])
def test_a_matrix_gradient_has_its_shape_beside_it(form: str, dialect: str) -> None:
    problem = backprop_steps.load("layer_sigmoid")
    text = str(backprop_steps.render(problem, to=form, dialect=dialect))  # type: ignore[arg-type]
    assert r"&\approx 0.138499\begin{bmatrix} 0.593270 \\ 0.596884 \end{bmatrix}^T \qquad (1 \times 2)" in text
    assert r"\begin{bmatrix} 0.05 \\ 0.10 \end{bmatrix}^T \qquad (2 \times 2)" in text
    assert text.count("has the shape of the weights") == 1


def test_a_gradient_is_still_read_with_its_shape_beside_it() -> None:
    """The row after the formula goes on from the formula, and not from the shape."""
    marking = backprop_steps.check(backprop_steps.load("layer_sigmoid"), page("layer_sigmoid"))
    assert marking.summary["correct"] > 90
    assert not marking.summary.get("incorrect")


def test_a_shape_has_the_letters_of_its_sizes_and_a_single_weight_none() -> None:
    assert r"a_1^T \qquad [1 \times h]" in page("bracket_regression")
    assert r"\times 1)" not in page("own_loss", notation="layer").split("## Backward")[1].split("## Update")[0]


def test_paths_are_added_up_only_where_a_sum_is_seen() -> None:
    """With three outputs the matrices add the paths up: the chain between them is one product."""
    for notation in ("layer", "bracket", "nielsen"):
        lines = page("softmax_classes", notation=notation).splitlines()
        said = [line for line in lines if "all paths added up" in line]
        assert all("sum" in line or " + " in line for line in said), (notation, said)


def test_each_factor_of_the_long_chain_stands_by_itself() -> None:
    text = page("bracket_regression")
    assert r"&= -\frac{2}{N}[W_2^T \cdot (y - a_2) \cdot 1 \odot \sigma'(z_1)] \cdot x^T \quad \text{(each deri" in text
    assert r"&= -\frac{2}{N}[W_2^T(y - a_2) \odot \sigma'(z_1)]x^T \\" in text


@pytest.mark.parametrize("problem", ["layer_sigmoid", "xor", "swish", "several_steps", "many_samples"])
def test_the_chains_of_a_layer_begin_with_one_and_the_same_output(problem: str) -> None:
    text = page(problem, notation="bracket")
    found = re.findall(r"\\partial L\}\{\\partial ([Wb])_\{?(\d)\S* &= (?:\\sum\S* )?\\frac\{\\partial L\}(\S+)", text)
    assert {role for role, _, _ in found} == {"W", "b"}
    assert len(set(found)) == len({(role, layer) for role, layer, _ in found})
    assert len({(layer, start) for _, layer, start in found}) == len({layer for _, layer, _ in found})


def test_a_shared_bias_has_a_formula_between_its_chain_and_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "shared.yaml"
    path.write_text(
        "title: t\nnotation: bracket\ninputs: [0.5, 0.2]\ntargets: [0.1, 0.3]\nloss: half_squared_error\nlayers:\n"
        "  - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: 0.3}\n"
        "  - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: 0.1}\n"
        "optimizer: {kind: gradient_descent, learning_rate: 0.5}\n",
        encoding="utf-8",
    )
    text = page(str(path))
    assert r"&= -\mathbf{1}^T[(y - a_2) \odot a_2 \odot (1 - a_2)]" in text
    assert r"&= -\mathbf{1}^T[W_2^T[(y - a_2) \odot a_2 \odot (1 - a_2)] \odot a_1 \odot (1 - a_1)]" in text
    assert "all paths added up" in page(str(path), notation="layer")


def test_a_circuit_goes_on_from_the_gradients_it_has_found() -> None:
    text = page("circuit_sigmoid")
    assert r"&= \frac{\partial f}{\partial q} \cdot x_1 && \quad \text{each derivative put in} \\" in text
    assert r"&\approx 0.197 \cdot (-2) \approx -0.393" in text
    # what is one number or one symbol is put in; what is another gradient keeps its own name
    assert r"\frac{\partial f}{\partial u} &= \frac{\partial f}{\partial v} \cdot \frac{\partial v}{\partial u}" in text
    assert r"&= \frac{\partial f}{\partial v} \cdot e^u" in text
    assert r"&= z \cdot 1" in page("circuit")

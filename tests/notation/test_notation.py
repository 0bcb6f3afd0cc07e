from dataclasses import replace
from typing import Literal

import pytest

from backprop_steps.expression.quantity import LEARNING_RATE, LOSS, SAMPLES, Axis, Letter, Quantity, derivative
from backprop_steps.notation.loading import load_profile, profiles
from backprop_steps.notation.notation import Notation, NotationError, Shape, can_say
from backprop_steps.notation.reading import read, read_function

Q = Quantity


def notation(name: str, *units: int | str, **others: object) -> Notation:
    return Notation(load_profile(name), Shape(tuple(units), **others))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "quantity", "formulas", "numbers"),
    [
        ("node", Q("activation", 2, (1,)), "Y_5", "y_5"),
        ("node", Q("weight", 2, (1, 1)), "W_{35}", "w_{35}"),
        ("node", Q("target", 2, (1,)), "Ob_5", "Ob_5"),
        ("node", Q("error", 2, (1,)), "Err_5", "Err_5"),
        ("node", Q("input", 0, (1,)), "X_1", "x_1"),
        ("node", Q("delta", 2, (1,)), r"\delta_5", r"\delta_5"),
        ("node", LEARNING_RATE, r"\eta", r"\gamma"),
        ("node", derivative(LOSS, Q("weight", 2, (1, 1))), r"\frac{dLoss}{dW_{35}}", r"\frac{dLoss}{dw_{35}}"),
        ("node", derivative(LOSS, Q("activation", 2, (1,))), r"\frac{dLoss}{dY_5}", r"\frac{dLoss}{dy_5}"),
        ("layer", Q("weight", 2), "W^{(2)}", "W^{(2)}"),
        ("layer", Q("weight", 2, (1, 1), generation=1), "W_{new,11}^{(2)}", "W_{new,11}^{(2)}"),
        ("layer", Q("loss", generation=1), "L_{new}", "L_{new}"),
        ("layer", Q("activation", 2, (1,)), r"\hat{y}_1", r"\hat{y}_1"),
        ("bracket", Q("activation", 2), "a_2", "a_2"),
        ("bracket", Q("weight", 1), "W_1", "W_1"),
        ("mazur", Q("weight", 2, (2, 1)), "w_7", "w_7"),
        ("mazur", Q("weight", 2, (1, 1), generation=1), "w_5^+", "w_5^+"),
        ("mazur", Q("weight", 2, (1, 1), generation=2), "w_5^{++}", "w_5^{++}"),
        ("mazur", Q("pre_activation", 1, (1,)), "net_{h1}", "net_{h1}"),
        ("mazur", Q("activation", 2, (2,)), "out_{o2}", "out_{o2}"),
        ("mazur", Q("partial_loss", 2, (1,)), "E_{o1}", "E_{o1}"),
        ("mazur", LOSS, "E_{total}", "E_{total}"),
        ("nielsen", Q("weight", 1, (2, 1)), "w^2_{21}", "w^2_{21}"),
        ("nielsen", Q("input", 0, (1,)), "a^1_1", "a^1_1"),
        ("nielsen", Q("delta", 2, (1,)), r"\delta^3_1", r"\delta^3_1"),
        ("nielsen", LOSS, "C", "C"),
    ],
)
def test_a_quantity_is_spelled_as_the_profiles_hand_writes_it(
    name: str, quantity: Quantity, formulas: str, numbers: str
) -> None:
    spelled = notation(name, 2, 2, 2)
    assert spelled.spell(quantity) == formulas
    assert spelled.spell(quantity, numbers=True) == numbers


@pytest.mark.parametrize(("symbols", "letter"), [({}, "w"), ({"weight": "v"}, "v"), ({"weight": "v^{[<layer>]}"}, "w")])
def test_mazur_a_weight_in_letters_names_both_its_ends(symbols: dict[str, str], letter: str) -> None:
    shape = Shape((2, 3, 1))
    spelled = Notation(load_profile("mazur"), shape, symbols)
    inputs, hidden, output = (Letter(Axis("unit", layer, size)) for layer, size in enumerate((2, 3, 1)))
    wanted = {
        Q("weight", 1, (hidden, inputs)): f"{letter}_{{hj,ik}}",
        Q("weight", 2, (1, hidden)): f"{letter}_{{o1,hk}}",
        Q("weight", 2, (output, 2), generation=1): f"{letter}_{{oj,h2}}^+",
    }
    for quantity, tex in wanted.items():
        assert spelled.spell(quantity, focus=quantity.layer) == tex
        assert read(spelled, tex, focus=quantity.layer) == quantity


@pytest.mark.parametrize("orientation", ["columns", "rows"])
def test_bracket_an_entry_is_counted_as_its_array_lies(orientation: Literal["columns", "rows"]) -> None:
    profile = load_profile("bracket")
    profile = replace(profile, conventions=replace(profile.conventions, orientation=orientation))
    spelled = Notation(profile, Shape((2, 3, 2), 4, True))
    entry = "3,4" if orientation == "columns" else "4,3"
    assert spelled.spell(Q("activation", 1, (3,), 4)) == f"a_{{1,{entry}}}"
    entry = "2,4" if orientation == "columns" else "4,2"
    assert spelled.spell(Q("activation", 2, (2,), 4)) == rf"\hat{{y}}_{{{entry}}}"
    assert spelled.spell(Q("input", 0, (2,), 4)) == f"x_{{{entry}}}"


def test_the_only_unit_of_a_layer_is_not_counted() -> None:
    assert notation("layer", 2, 2, 1).spell(Q("activation", 2, (1,))) == r"\hat{y}"
    assert notation("layer", 2, 2, 1).spell(Q("pre_activation", 2, (1,))) == "z^{(2)}"
    neuron = notation("neuron", 2, 1)
    wanted = {
        "z": Q("pre_activation", 1, (1,)),
        "a": Q("activation", 1, (1,)),
        "w_2": Q("weight", 1, (1, 2)),
        "b": Q("bias", 1, (1,)),
        r"\partial L/\partial w_1": derivative(LOSS, Q("weight", 1, (1, 1))),
    }
    assert [neuron.spell(quantity) for quantity in wanted.values()] == list(wanted)


def test_the_letters_of_a_batch() -> None:
    batch = notation("batch", 3, 2, 1, samples="N", batch=True)
    sample = Letter(Axis("sample", 0, "N"))
    unit = [Letter(Axis("unit", layer, size)) for layer, size in enumerate((3, 2, 1))]
    assert batch.spell(Q("input", 0, (unit[0],), sample), focus=1) == "X_{i,k}"
    assert batch.spell(Q("weight", 1, (unit[1], unit[0])), focus=1) == "W^{(1)}_{k,l}"
    assert batch.spell(Q("pre_activation", 1, (unit[1],), sample), focus=1) == "H_{i,l}"
    assert batch.spell(Q("activation", 1, (unit[1],), sample), focus=1) == "Z_{i,l}"
    assert batch.spell(Q("weight", 2, (1, unit[1])), focus=2) == "W^{(2)}_{k,1}"
    assert batch.spell(Q("pre_activation", 2, (unit[2],), sample), focus=2) == "O_i"
    assert batch.spell(Q("activation", 2, (unit[2],), sample), focus=2) == r"\hat{y}_i"
    assert batch.spell(SAMPLES) == "N"
    deeper = notation("batch", 3, 2, 2, 1, samples="N", batch=True)
    assert deeper.spell(Q("pre_activation", 2, (1,), sample)) == "H^{(2)}_{i,1}"


@pytest.mark.parametrize(
    ("kind", "size", "bounds"),
    [
        ("sample", 4, ("1", "N")),
        ("sample", 3, ("1", "3")),  # not the whole batch, as in a sum with a planted mistake
        ("unit", 2, ("0", "1")),
        ("unit", "h", ("0", "h-1")),
    ],
)
def test_where_a_letter_runs_is_said_with_the_symbol_for_the_number_of_samples(
    kind: Literal["sample", "unit"], size: int | str, bounds: tuple[str, str]
) -> None:
    profile = load_profile("batch")
    profile = replace(profile, conventions=replace(profile.conventions, first_unit=0))
    spelled = Notation(profile, Shape((3, 2, "h", 1), 4, True))
    assert spelled.bounds(Letter(Axis(kind, 0, size))) == bounds


@pytest.mark.parametrize("name", [name for name, _ in profiles()])
@pytest.mark.parametrize("focus", [None, *range(7)])
def test_no_two_letters_are_called_the_same(name: str, focus: int | None) -> None:
    spelled = Notation(load_profile(name), Shape((2, "n", 2, 2, 2, "j", 2), "i", True))
    letters = [Letter(Axis("unit", layer, 2), copy) for copy in range(3) for layer in range(7)]
    letters += [Letter(Axis("sample", 0, "i"), copy) for copy in range(3)]
    texts = [spelled.letter(letter, focus) for letter in letters]
    assert len(set(texts)) == len(texts)
    assert not {"n", "j", "i"} & set(texts), "a size has that letter already"
    again = Notation(load_profile(name), spelled.shape)
    assert [again.letter(letter, focus) for letter in reversed(letters)] == texts[::-1]


@pytest.mark.parametrize(
    ("name", "tex", "quantity"),
    [
        ("layer", "a^{(2)}", Q("activation", 2, (1,))),
        ("layer", "W^{(2)}_{1,2}", Q("weight", 2, (1, 2))),
        ("node", r"\frac{d\mathrm{Loss}}{d W_{3 5}}", derivative(LOSS, Q("weight", 2, (1, 1)))),
        ("mazur", r"\text{net}_{h1}", Q("pre_activation", 1, (1,))),
        ("nielsen", "a_1^{2}", Q("activation", 1, (1,))),
        ("layer", "W_{13}^{(2)}", None),
        ("layer", "a^{(3)}", None),
        ("layer", "q", None),
        ("layer", "a^{(2", None),
    ],
)
def test_other_ways_to_write_the_same_are_read_too(name: str, tex: str, quantity: Quantity | None) -> None:
    assert read(notation(name, 2, 2, 1), tex) == quantity


def test_functions_and_sizes() -> None:
    node = notation("node", 2, 2, 1)
    assert node.function("relu") == r"\mathrm{Relu}"
    assert node.function("relu", numbers=True) == r"\mathrm{ReLU}"
    assert node.function("swish") == r"\mathrm{swish}"
    assert [node.function(name) for name in ("f", "phi", "sigmoid", "tanh")] == ["f", r"\phi", r"\sigma", r"\tanh"]
    assert notation("nielsen", "f", "h", 1, samples="count", batch=True).spell(SAMPLES) == r"\mathrm{count}"


def test_what_has_no_name() -> None:
    node = notation("node", 2, 2, 2)
    assert not node.names("pre_activation")
    assert node.names("error")
    assert not node.names("slope")
    assert node.names("slope", numbers=True)
    assert not node.names(Q("delta", 1, (1,)))
    assert node.names(Q("delta", 2, (1,)))
    with pytest.raises(NotationError, match="pre-activation has no name in the notation node"):
        node.spell(Q("pre_activation", 1, (1,)))


@pytest.mark.parametrize(
    ("name", "symbols", "quantity", "tex"),
    [
        ("layer", {"delta": "g"}, Q("delta", 1, (2,)), "g_2^{(1)}"),
        ("layer", {"delta": "g"}, Q("delta", 2), "g^{(2)}"),
        ("layer", {"learning_rate": r"\gamma"}, LEARNING_RATE, r"\gamma"),
        ("layer", {"loss": "J"}, derivative(LOSS, Q("weight", 1)), r"\frac{\partial J}{\partial W^{(1)}}"),
        ("layer", {"weight": "w^{[<layer>]}_{<to>,<from>}"}, Q("weight", 1, (2, 1)), "w^{[1]}_{2,1}"),
        ("layer", {"weight": "w^{[<layer>]}_{<to>,<from>}"}, Q("weight", 1), "w^{[1]}"),
        ("node", {"weight": "V"}, Q("weight", 2, (1, 1)), "V_{35}"),
        ("nielsen", {"loss": "L_0"}, Q("loss", generation=1), "{L'}_0"),
    ],
)
def test_a_problem_chooses_its_own_letters(name: str, symbols: dict[str, str], quantity: Quantity, tex: str) -> None:
    spelled = Notation(load_profile(name), Shape((2, 2, 2)), symbols)
    assert spelled.spell(quantity) == tex
    assert read(spelled, tex) == quantity


def test_own_letters_go_small_where_the_numbers_do() -> None:
    node = Notation(load_profile("node"), Shape((2, 2, 2)), {"weight": "V", "sigmoid": "g"})
    assert node.spell(Q("weight", 2, (1, 1)), numbers=True) == "v_{35}"
    assert node.function("sigmoid") == "g"
    circuit = Notation(load_profile("circuit"), Shape(circuit=True, names=("x", "y")), {"x": r"\xi"})
    assert circuit.spell(Q("node", name="x")) == r"\xi"
    assert read(circuit, r"\xi") == Q("node", name="x")


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        ({"delt": "g"}, "symbols: unknown symbol 'delt'; did you mean 'delta'?"),
        ({"delta": "g}"}, "symbols: delta: 'g}': a } without its {"),
        ({"weight": "W_{<too>}"}, "symbols: weight: 'W_{<too>}': unknown placeholder <too>; did you mean 'to'?"),
    ],
)
def test_a_symbol_that_is_none_is_answered(symbols: dict[str, str], message: str) -> None:
    with pytest.raises(NotationError) as caught:
        Notation(load_profile("layer"), Shape((2, 1)), symbols)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "shape", "reason"),
    [
        ("neuron", Shape((2, 2, 1)), "a single neuron, and this network has 2 layers"),
        ("neuron", Shape((2, 2)), "a single neuron, and this network has 2 units"),
        ("circuit", Shape((2, 1)), "named scalars, and this problem has layers"),
        ("node", Shape(circuit=True), "this problem is a circuit"),
        ("node", Shape((2, "h", 1)), "a size of this network is a letter"),
        ("mazur", Shape(("f", 2, 1)), "a size of this network is a letter"),
    ],
)
def test_why_a_problem_cannot_be_said(name: str, shape: Shape, reason: str) -> None:
    answer = can_say(load_profile(name), shape)
    assert answer is not None
    assert reason in answer
    assert "\n" not in answer


def test_most_can_be_said() -> None:
    shapes = [Shape((2, 2, 1)), Shape((2, 2, 2), 4, True), Shape((2, 3, 2, 1), shared_bias=frozenset({1}))]
    for name in ("node", "layer", "bracket", "batch", "mazur", "nielsen"):
        assert [can_say(load_profile(name), shape) for shape in shapes] == [None, None, None]
    assert can_say(load_profile("layer"), Shape(circuit=True)) is None
    assert can_say(load_profile("neuron"), Shape((3, 1), 4, True)) is None


@pytest.mark.parametrize(("name", "numbers"), [(row, n) for row, _ in profiles() for n in (False, True)])
def test_a_function_is_read_by_the_symbol_that_spells_it(name: str, numbers: bool) -> None:
    own = notation(name, 2, 2, 1, functions=("swish",), of_layers=("leaky_relu@1", "leaky_relu@2"))
    for function in ("sigmoid", "relu", "tanh", "swish", "leaky_relu@1", "leaky_relu@2"):
        assert read_function(own, own.function(function, numbers=numbers), numbers=numbers) == function
    assert read_function(own, own.function("leaky_relu", numbers=numbers), numbers=numbers) is None
    assert read_function(own, r"\mathrm{LeakyReLU}_7") is None
    assert read_function(own, "{") is None


def test_a_function_is_read_however_its_index_is_bracketed() -> None:
    own = notation("layer", 2, 2, 1, of_layers=("leaky_relu@1", "leaky_relu@2"))
    assert read_function(own, r"\mathrm{LeakyReLU}_{2}") == "leaky_relu@2"
    assert read_function(own, r"\sigma_2") is None

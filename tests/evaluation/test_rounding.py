"""Numbers as a hand rounds them, and a calculation that goes on from what is printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import backprop_steps as bp
from backprop_steps.evaluation.evaluate import Evaluation
from backprop_steps.evaluation.rounding import shown
from backprop_steps.expression.elementary import sigmoid
from backprop_steps.expression.names import read_name
from backprop_steps.expression.quantity import Quantity, derivative
from backprop_steps.problem.loading import read_problem
from backprop_steps.problem.model import Rounding

D = Decimal
MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}
roundings = st.builds(
    Rounding,
    digits=st.integers(1, 12),
    kind=st.sampled_from(["places", "significant"]),
    mode=st.sampled_from(sorted(MODES)),
)
values = st.decimals(allow_nan=False, allow_infinity=False, places=14, min_value=-(10**9), max_value=10**9) | st.builds(
    lambda digits, exponent: D(digits).scaleb(exponent), st.integers(-(10**25), 10**25), st.integers(-60, 10)
)


def text(value: str, digits: int = 2, kind: Any = "places", mode: Any = "half_up") -> str:
    """The literal, with a ~ before one that was rounded."""
    number = shown(D(value), Rounding(digits=digits, kind=kind, mode=mode))
    return number.text if number.exact else f"~{number.text}"


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "truncate"),
    [
        ("0.125", "~0.13", "~0.12", "~0.12"),
        ("0.135", "~0.14", "~0.14", "~0.13"),
        ("-0.125", "~-0.13", "~-0.12", "~-0.12"),
        ("0.1251", "~0.13", "~0.13", "~0.12"),
        ("2.675", "~2.68", "~2.68", "~2.67"),  # in binary it lies below the half
        ("1.005", "~1.01", "~1.00", "~1.00"),
        ("0.999", "~1.00", "~1.00", "~0.99"),
        ("9.995", "~10.00", "~10.00", "~9.99"),
        ("-9.999", "~-10.00", "~-10.00", "~-9.99"),
        ("0.3333333333", "~0.33", "~0.33", "~0.33"),
        ("0.25", "0.25", "0.25", "0.25"),
        ("0.10", "0.1", "0.1", "0.1"),
        ("3.00", "3", "3", "3"),
        ("1200", "1200", "1200", "1200"),
        ("1e3", "1000", "1000", "1000"),
    ],
)
def test_places(value: str, half_up: str, half_even: str, truncate: str) -> None:
    assert [text(value, mode=mode) for mode in ("half_up", "half_even", "truncate")] == [half_up, half_even, truncate]


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("0.0123456", 3, "~0.0123"),
        ("0.0123556", 4, "~0.01236"),
        ("123.456", 3, "~123"),
        ("123456", 3, "~1.23e5"),  # the zeros of 123000 are not known
        ("120000", 3, "120000"),
        ("1.5", 3, "1.5"),
        ("9.996", 3, "~10.0"),  # three digits, not four
        ("0.9996", 3, "~1.00"),
        ("-99.96", 3, "~-100"),
        ("999.6", 3, "~1.00e3"),
        ("0.0000123456", 3, "~0.0000123"),
        ("0.00000123456", 3, "~1.23e-6"),
        ("0.000009996", 3, "~1.00e-5"),
        ("0.0000012", 3, "1.2e-6"),
        ("0.96", 0, "~1"),  # one digit is the least there is
    ],
)
def test_significant_digits(value: str, digits: int, expected: str) -> None:
    assert text(value, digits, "significant") == expected


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("0.000021", 4, "2.1e-5"),
        ("0.0000213", 4, "~2.1e-5"),
        ("-0.0000215", 4, "~-2.2e-5"),
        ("0.00000996", 4, "~1.0e-5"),
        ("0.00002", 4, "2e-5"),
        ("1e-40", 4, "1e-40"),
        ("0.0001", 4, "0.0001"),
        ("1234567890123456.75", 4, "~1.23457e15"),
        ("-2000000000000000", 4, "-2e15"),
        ("123456789012345.25", 1, "~123456789012345.3"),
    ],
)
def test_what_is_too_small_or_too_large_for_its_places(value: str, digits: int, expected: str) -> None:
    assert text(value, digits) == expected


@pytest.mark.parametrize("value", ["0", "-0", "0.000", "-0.0", "0e-30", "-0e20"])
@pytest.mark.parametrize("kind", ["places", "significant"])
@pytest.mark.parametrize("mode", sorted(MODES))
def test_zero_has_no_sign_and_no_places(value: str, kind: Any, mode: Any) -> None:
    assert text(value, kind=kind, mode=mode) == "0"


def test_the_noise_of_forty_digits_is_not_shown() -> None:
    tail = "0" * 32 + "1"
    assert text(f"0.125{tail}") == "~0.13"
    assert text(f"0.12{tail}") == "0.12"
    assert text("0.11" + "9" * 34, mode="truncate") == "0.12"
    assert text("0.12" + "0" * 20 + "1") == "~0.12"


@given(values, roundings)
@example(D("9.996"), Rounding(digits=3, kind="significant"))
@example(D("0.0000996"), Rounding(digits=3))
def test_what_is_shown_is_within_half_a_unit_of_its_last_digit(value: Decimal, rounding: Rounding) -> None:
    number = shown(value, rounding)
    exponent = number.value.as_tuple().exponent
    assert isinstance(exponent, int)
    unit = D(1).scaleb(exponent)
    noise = abs(value) * D("1e-29")
    away = abs(number.value - value)
    if number.exact:
        assert away <= noise
    elif rounding.mode == "truncate":
        assert noise < away < unit + noise
        assert abs(number.value) < abs(value)
    else:
        assert noise < away <= unit / 2 + noise
    assert number.text not in ("-0", "-0.0")
    assert not number.text.startswith("+")


@given(values, roundings)
def test_no_more_digits_are_shown_than_were_asked_for(value: Decimal, rounding: Rounding) -> None:
    number = shown(value, rounding)
    mantissa, _, power = number.text.partition("e")
    places = len(mantissa.partition(".")[2])
    digits = len(mantissa.lstrip("-").replace(".", "").lstrip("0"))
    if rounding.kind == "places" and not power:
        assert places <= rounding.digits
    if rounding.kind == "significant" and not number.exact and abs(value) < 10**rounding.digits - 1:
        assert digits == rounding.digits


@given(values, roundings)
def test_rounding_twice_is_rounding_once(value: Decimal, rounding: Rounding) -> None:
    once = shown(value, rounding)
    again = shown(once.value, rounding)
    assert again.value == once.value
    assert again.exact


@given(values, roundings)
def test_a_sign_is_only_a_sign(value: Decimal, rounding: Rounding) -> None:
    assert shown(-value, rounding).value == -shown(value, rounding).value


# carry: what a calculation goes on from


def evaluated(name: str, notation: str | None = None, **rounding: Any) -> Evaluation:
    problem = bp.load(name)
    found = bp.evaluate(replace(problem, rounding=replace(problem.rounding, **rounding)), notation)
    assert found is not None
    return found


def number(evaluation: Evaluation, name: str) -> Decimal:
    return evaluation.value(read_name(name, layers=2))


def three(value: Decimal) -> Decimal:
    """To three significant digits, half up."""
    return value.quantize(D(1).scaleb(value.adjusted() - 2), ROUND_HALF_UP)


def test_carry_rounded_goes_on_from_printed_values() -> None:
    found = evaluated("rounded_on")  # layer: every pre-activation is printed
    z1 = three(D("0.45") * D("0.3") + D("-0.35") * D("0.7") + D("0.05"))
    z2 = three(D("0.15") * D("0.3") + D("0.65") * D("0.7") + D("-0.25"))
    a1, a2 = three(sigmoid(z1)), three(sigmoid(z2))
    z = three(D("0.55") * a1 + D("-0.85") * a2 + D("0.15"))
    a = three(sigmoid(z))
    slope = three(a - 1)
    delta = three(slope * a * (1 - a))
    hidden = three(D("0.55") * delta)
    hidden_delta = three(hidden * a1 * (1 - a1))
    gradient = three(hidden_delta * D("0.3"))
    expected = {
        "z1[1]": z1,
        "a1[1]": a1,
        "a1[2]": a2,
        "z2[1]": z,
        "a2[1]": a,
        "L": three((a - 1) ** 2 / 2),
        "dL/da2[1]": slope,
        "delta2[1]": delta,
        "dL/dW2[1,2]": three(delta * a2),
        "dL/da1[1]": hidden,
        "delta1[1]": hidden_delta,
        "dL/dW1[1,1]": gradient,
        "W1'[1,1]": three(D("0.45") - D("0.5") * gradient),
    }
    assert {name: number(found, name) for name in expected} == expected


def test_carry_rounded_goes_on_from_nothing_that_is_not_printed() -> None:
    found = evaluated("rounded_on", "node")  # no name for the pre-activation, so it is never printed
    z = D("0.45") * D("0.3") + D("-0.35") * D("0.7") + D("0.05")
    assert number(found, "z1[1]") == z
    assert number(found, "a1[1]") == three(sigmoid(z))
    delta = number(found, "delta2[1]")
    a = number(found, "a2[1]")
    assert number(found, "err2[1]") == three(1 - a)
    assert delta == three(three(1 - a) * a * (1 - a))
    # the gradient by a weight is not worked in numbers: it goes into the update unrounded
    assert number(found, "dL/dW2[1,1]") == -delta * number(found, "a1[1]")
    assert number(found, "W2'[1,1]") == three(D("0.55") + D("0.5") * number(found, "a1[1]") * delta)


def test_rounding_first_can_lead_elsewhere() -> None:
    rounded, exact = (evaluated("rounded_on", carry=carry) for carry in ("rounded", "exact"))
    assert round(number(exact, "a1[1]"), 24) == round(sigmoid(D("-0.06")), 24)
    names = ["a2[1]", "delta1[1]", "dL/dW1[1,1]", "W1'[2,2]"]
    apart = [name for name in names if rounded.shown(read_name(name)).value != exact.shown(read_name(name)).value]
    assert apart
    for name in names:
        assert abs(number(rounded, name) - number(exact, name)) <= abs(number(exact, name)) / 50


def test_carry_exact_shows_what_it_does_not_go_on_from() -> None:
    found = evaluated("layer_sigmoid")
    a = Quantity("activation", 1, (1,))
    assert found.shown(a).text == "0.593270"
    assert not found.shown(a).exact
    assert str(found.value(a)).startswith("0.59326999")


@pytest.mark.parametrize("notation", ["node", "layer"])
def test_given_digits_stay_as_they_were_given(notation: str) -> None:
    found = evaluated("layer_sigmoid", notation, digits=1, carry="rounded")
    given = {name: found.shown(read_name(name)).text for name in ("x[2]", "W1[1,2]", "b2[1]", "W1[1,1]")}
    assert given == {"x[2]": "0.10", "W1[1,2]": "0.20", "b2[1]": "0.60", "W1[1,1]": "0.15"}


def test_a_carried_value_keeps_its_zeros() -> None:
    found = evaluated("node_relu")
    texts = {name: found.shown(read_name(name)).text for name in ("a1[1]", "a1[2]", "a2[1]", "a2[2]")}
    assert texts == {"a1[1]": "0.8", "a1[2]": "0.889", "a2[1]": "1.522", "a2[2]": "1.150"}


def test_a_slope_that_is_printed_is_gone_on_from_as_printed() -> None:
    found = evaluated("swish", "node", carry="rounded", digits=2)
    slope = found.generations[0][Quantity("slope", 1, (1,))]
    assert slope == slope.quantize(D("0.01"))
    change = D("0.2") * 1 * number(found, "delta2[1]") * D("0.7") * slope
    assert number(found, "W1'[1,1]") == (D("0.5") + change).quantize(D("0.01"), ROUND_HALF_UP)


def test_what_is_carried_on_shows_only_the_digits_that_are_known(tmp_path: Path) -> None:
    """11 · 11 to two significant digits is 1.2e2 on the sheet, also where it is used again; never 120."""
    found = written(
        tmp_path,
        "title: t\nnotation: circuit\nvalues: {x: 11}\nnodes: {q: x * x, f: q + x}\ndifferentiate: f\n"
        "rounding: {digits: 2, kind: significant, carry: rounded}\n",
    )
    q = found.shown(Quantity("node", name="q"))
    assert (q.text, q.value) == ("1.2e2", D(120))
    assert found.shown(Quantity("node", name="f")).text == "1.3e2"


def test_a_derivative_that_is_an_input_keeps_its_digits_after_an_update(tmp_path: Path) -> None:
    """dnet/dw is the input -0.013; the second step, whose weight has moved, still has the digits that were given."""
    found = written(
        tmp_path,
        "title: t\nnotation: mazur\ninputs: [-0.013]\ntargets: [0.5]\n"
        "layers: [{units: 1, activation: sigmoid, weights: [[0.4567]], bias: [0.1]}]\nloss: half_squared_error\n"
        "optimizer: {kind: gradient_descent, learning_rate: 0.5}\nsteps: 2\nrounding: {digits: 2}\n",
    )
    by = derivative(Quantity("pre_activation", 1, (1,)), Quantity("weight", 1, (1, 1)))
    assert [found.shown(by.after(updates)).text for updates in (0, 1)] == ["-0.013", "-0.013"]
    by_input = Quantity("weight", 1, (1, 1))
    assert [found.shown(by_input.after(updates)).text for updates in (0, 1)] == ["0.4567", "0.46"]


def written(folder: Path, text: str) -> Evaluation:
    path = folder / "problem.yaml"
    path.write_text(text, encoding="utf-8")
    found = bp.evaluate(bp.load(path))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("weight", "activation", "shown_as", "exact"),
    [
        ("0", "sigmoid", "0.5", True),
        ("1", "sigmoid", "0.7311", False),
        ("70", "sigmoid", "1.0000", False),
        ("3000", "sigmoid", "1.0000", False),  # no calculation to forty digits tells it from 1
        ("90", "tanh", "1.0000", False),
        ("0", "tanh", "0", True),
        ("70", "identity", "70", True),
    ],
)
def test_what_an_exponential_gives_never_ends(weight: str, activation: str, shown_as: str, exact: bool) -> None:
    layer = f"{{units: 1, activation: {activation}, weights: [[{weight}]], bias: false}}"
    file = f"inputs: [1]\ntargets: [0]\nlayers: [{layer}]\nloss: half_squared_error\nrounding: {{digits: 4}}\n"
    evaluation = bp.evaluate(read_problem(file, "one.yaml", Path("one.yaml")))
    assert evaluation is not None
    number = evaluation.shown(Quantity("activation", 1, (1,)))
    assert (number.text, number.exact) == (shown_as, exact)
    loss = evaluation.shown(Quantity("loss"))
    assert loss.exact == exact or loss.text != "0.5"

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_steps.expression.names import matches, name_of, read_name
from backprop_steps.expression.quantity import LOSS, Axis, Letter, Quantity, Role, derivative

W = Quantity("weight", 1, (2, 1))
ROWS = [
    ("x[1]", Quantity("input", 0, (1,))),
    ("x[3;1]", Quantity("input", 0, (1,), sample=3)),
    ("y[1]", Quantity("target", 2, (1,))),
    ("eta", Quantity("learning_rate")),
    ("N", Quantity("samples")),
    ("W1", Quantity("weight", 1)),
    ("W1[2,1]", W),
    ("W1'[2,1]", W.after(1)),
    ("W1''[2,1]", W.after(2)),
    ("W12[10,11]", Quantity("weight", 12, (10, 11))),
    ("b1[2]", Quantity("bias", 1, (2,))),
    ("b1", Quantity("bias", 1)),
    ("b1'", Quantity("bias", 1, generation=1)),
    ("t1[2]", Quantity("threshold", 1, (2,))),
    ("z1[2]", Quantity("pre_activation", 1, (2,))),
    ("z1'[2]", Quantity("pre_activation", 1, (2,), generation=1)),
    ("a1[2]", Quantity("activation", 1, (2,))),
    ("a1[3;2]", Quantity("activation", 1, (2,), sample=3)),
    ("L", LOSS),
    ("L'", LOSS.after(1)),
    ("E[1]", Quantity("partial_loss", 2, (1,))),
    ("err2[1]", Quantity("error", 2, (1,))),
    ("slope1[2]", Quantity("slope", 1, (2,))),
    ("delta2[1]", Quantity("delta", 2, (1,))),
    ("dL/dz2[1]", derivative(LOSS, Quantity("pre_activation", 2, (1,)))),
    ("dL/dW1[2,1]", derivative(LOSS, W)),
    ("dL'/dW1'[2,1]", derivative(LOSS, W).after(1)),
    ("da1[2]/dz1[2]", derivative(Quantity("activation", 1, (2,)), Quantity("pre_activation", 1, (2,)))),
]


@pytest.mark.parametrize(("name", "quantity"), ROWS)
def test_names_of_a_network_both_ways(name: str, quantity: Quantity) -> None:
    assert name_of(quantity) == name
    assert read_name(name, layers=2) == quantity


def test_rows_turn_a_weights_indices_round() -> None:
    assert name_of(W, rows=True) == "W1[1,2]"
    assert read_name("W1[1,2]", rows=True) == W
    assert read_name("dL/dW1[1,2]", rows=True) == derivative(LOSS, W)


def test_names_of_a_circuit() -> None:
    names = {"q", "f", "w0", "L", "d", "dx"}
    f, q, w0, dx = (Quantity("node", name=name) for name in ("f", "q", "w0", "dx"))
    assert [name_of(n) for n in (q, w0.after(1), derivative(f, q), derivative(f, w0).after(1))] == [
        "q",
        "w0'",
        "df/dq",
        "df'/dw0'",
    ]
    for quantity in (q, w0.after(1), derivative(f, q), derivative(f, w0).after(1), dx, derivative(dx, dx)):
        assert read_name(name_of(quantity), node_names=names) == quantity
    assert read_name("L", node_names=names) == Quantity("node", name="L")
    assert read_name("eta", node_names=names) == Quantity("learning_rate")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo", "'foo' is not the name of a quantity"),
        ("", "'' is not the name of a quantity"),
        ("W[1,2]", "'W[1,2]' is not the name of a quantity"),
        ("W0[1,2]", "'W0[1,2]' is not the name of a quantity"),
        ("L2", "'L2' is not the name of a quantity"),
        ("dL/dfoo", "'dL/dfoo' is not the name of a quantity"),
        ("W1[2]", "'W1[2]': a weight has two indices, W1[to,from]"),
        ("z1[2,3]", "'z1[2,3]': one index is wanted, not 2; a sample stands first, [sample;unit]"),
        ("z1[0]", "'z1[0]': indices start at 1"),
        ("z1[j]", "'z1[j]': between the brackets belong numbers, [unit], [to,from] or [sample;unit]"),
        ("z1[]", "'z1[]': between the brackets belong numbers, [unit], [to,from] or [sample;unit]"),
        ("x'[1]", '"x\'[1]": x is given, an update does not change it'),
        ("L[1]", "'L[1]': a single number has no index"),
    ],
)
def test_what_is_not_a_name(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read_name(text)


def test_a_circuit_has_no_names_but_its_own() -> None:
    with pytest.raises(ValueError, match="not the name"):
        read_name("z1[1]", node_names={"q"})


def test_a_letter_has_no_name() -> None:
    with pytest.raises(ValueError, match="letter"):
        name_of(Quantity("activation", 1, (Letter(Axis("unit", 1, 3)),)))


@given(st.text(max_size=30))
def test_any_text_is_a_name_or_a_value_error(text: str) -> None:
    for nodes in ((), {"q", "f"}):
        try:
            quantity = read_name(text, node_names=nodes)
        except ValueError:
            continue
        assert read_name(name_of(quantity), node_names=nodes) == quantity


@given(
    st.sampled_from(["bias", "pre_activation", "activation", "delta", "slope", "error"]),
    st.integers(1, 99),
    st.integers(1, 99),
    st.none() | st.integers(1, 999),
    st.integers(0, 3),
)
def test_every_element_round_trips(role: Role, layer: int, unit: int, sample: int | None, generation: int) -> None:
    quantity = Quantity(role, layer, (unit,), sample, generation=generation)
    assert read_name(name_of(quantity)) == quantity
    gradient = derivative(LOSS, quantity)
    assert read_name(name_of(gradient)) == gradient


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("W1[*,1]", "W1[2,1]", True),
        ("W1[*,1]", "W1[2,2]", False),
        ("b*", "b1[2]", True),
        ("b*", "b1", True),
        ("b*", "W1[1,1]", False),
        ("*", "anything[1]", True),
        ("W1[2,1]", "W1[2,1]", True),
        ("W?[2,1]", "W1[2,1]", False),
        ("[Wb]1", "W1", False),
        ("*z*", "dL/dz2[1]", True),
        ("a*a", "a", False),
        ("a*b*c", "a1b2c", True),
        ("a*bb*c", "abc", False),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_the_star_is_the_only_wildcard(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


@given(st.text("ab*[", max_size=8), st.text("ab[", max_size=12))
def test_matching_is_what_a_regular_expression_says(pattern: str, name: str) -> None:
    assert matches(pattern, name) == bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name))

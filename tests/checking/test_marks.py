"""Marks: what each verdict earns and each mistake costs, by the default scheme and by others."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hand_made import marking
from shipped_pages import checker

from backprop_steps.checking.check import check
from backprop_steps.checking.marking.marks import agree, concerns, first_mistake, kind_of, marks, never_shown
from backprop_steps.checking.marking.scheme import Scheme, read_scheme
from backprop_steps.checking.model import Link, Marking, Verdict
from backprop_steps.checking.reading.written import Span
from backprop_steps.problem.loading import load

HAND_INS = Path(__file__).parent / "hand_ins"
G = "dL/dW1[1,1]"


def one(verdict: str, quantity: str | None = G, numeric: bool = True, line: int = 1, **more: Any) -> Link:
    return Link(line, 1, Span(0, 1), "x", quantity, Verdict(verdict), numeric=numeric, **more)


def page(*links: Link, asked: tuple[str, ...] = (G,), **more: Any) -> Marking:
    shown = {link.quantity for link in links}
    missing = tuple(name for name in asked if name not in shown)
    quantities = ("z1[1]", *asked)
    return Marking("p", "x", links, "layer", missing=missing, quantities=quantities, asked=asked, **more)


def earned(*links: Link, scheme: Scheme | str = "{}", **more: Any) -> tuple[str, str]:
    """The method and the answer marks of the one gradient that is asked for."""
    rules = read_scheme(scheme, "s") if isinstance(scheme, str) else scheme
    (row,) = marks(page(*links, **more), rules).quantities
    return f"{row.method.normalize():f}", f"{row.value.normalize():f}"


SLIP = {"causes": ("arithmetic",)}
COPY = {"causes": ("digits_swapped",)}
METHOD = {"causes": ("missing_factor",)}
NOTATION = {"causes": ("broken_chain",)}


@pytest.mark.parametrize(
    ("links", "wanted"),
    [
        ([one("correct")], ("1", "1")),  # a right answer needs no working
        ([one("rounded")], ("1", "1")),
        ([one("correct", numeric=False)], ("1", "0")),  # no answer
        ([one("correct", numeric=False), one("incorrect", **SLIP)], ("1", "0")),
        ([one("incorrect", **COPY)], ("1", "0")),
        ([one("incorrect", **METHOD)], ("0", "0")),
        ([one("incorrect")], ("0", "0")),  # any number, and nothing that leads to it
        ([one("correct", numeric=False), one("incorrect")], ("1", "0")),  # a value without a cause is a slip
        ([one("incorrect", numeric=False)], ("0", "0")),  # a formula without a cause is wrong
        ([one("incorrect", numeric=False, **METHOD), one("follows")], ("0", "0")),  # carried on from its own mistake
        ([one("incorrect", numeric=False, **METHOD), one("correct")], ("0", "1")),
        ([one("incorrect", numeric=False, **NOTATION), one("follows")], ("1", "1")),
        ([one("follows", follows_from=7)], ("1", "1")),
        ([one("incorrect", **SLIP), one("correct")], ("1", "1")),  # mended in the next line
        ([one("correct"), one("not_understood")], ("1", "1")),
    ],
)
def test_what_a_gradient_earns(links: list[Link], wanted: tuple[str, str]) -> None:
    assert earned(*links) == wanted


def test_what_is_not_shown_earns_nothing_and_is_named() -> None:
    found = marks(page(one("correct", "z1[1]")), Scheme())
    assert (found.total, found.out_of, found.never_shown) == (0, 2, (G,))


def test_what_could_not_be_read_is_neither_earned_nor_lost() -> None:
    found = marks(page(one("correct", numeric=False), one("not_understood")), Scheme())
    assert (found.method, found.value, found.open, found.never_shown) == (1, 0, 1, ())
    found = marks(page(one("not_understood")), Scheme())
    assert (found.total, found.open) == (0, 2)


def test_a_mistake_on_the_way_costs_once_and_what_follows_earns_in_full() -> None:
    wrong = one("incorrect", "z1[1]", line=1, **SLIP)
    found = marks(page(wrong, replace(wrong, line=2), one("follows", follows_from=1)), Scheme())
    assert (found.method, found.value, found.deducted, found.total) == (1, 1, Decimal("0.5"), Decimal("1.5"))
    assert [(d.line, d.quantity, d.kind) for d in found.deductions] == [(1, "z1[1]", "arithmetic")]


def test_the_same_mistake_of_method_in_each_element_of_an_array_costs_once() -> None:
    names = tuple(f"dL/dW1[{to},{source}]" for to in (1, 2) for source in (1, 2))
    other = "dL/dW2[1,1]"
    made = [
        link
        for line, name in enumerate((*names, other), 1)
        for link in (
            one("incorrect", name, numeric=False, line=line, **METHOD),
            one("follows", name, line=line, follows_from=line),
        )
    ]
    given = marks(page(*made, asked=(*names, other)), read_scheme("{}", "s"))
    assert [(row.method, row.value) for row in given.quantities] == [(0, 0), (1, 1), (1, 1), (1, 1), (0, 0)]
    slips = [one("incorrect", name, line=line, **SLIP) for line, name in enumerate(names)]
    given = marks(page(*slips, asked=names), read_scheme("{}", "s"))
    assert [row.value for row in given.quantities] == [0, 0, 0, 0]


def test_mistakes_in_nothing_particular_cost_line_by_line_and_notation_nothing() -> None:
    lines = [one("incorrect", None, line=n, numeric=False, **METHOD) for n in (1, 1, 2)]
    found = marks(page(*lines, one("incorrect", None, line=3, **NOTATION), one("correct")), Scheme())
    assert [(d.line, d.points) for d in found.deductions] == [(1, 1), (2, 1)]
    assert found.total == 0


def test_the_total_is_never_below_zero() -> None:
    lines = [one("incorrect", None, line=n, numeric=False) for n in range(1, 9)]
    assert marks(page(*lines), Scheme()).total == 0


def test_without_follow_through_a_carried_mistake_costs_the_answer_and_early_rounding_does_not() -> None:
    root = one("incorrect", "z1[1]", line=1, **SLIP)
    rule = "follow_through: false"
    assert earned(root, one("follows", follows_from=1), scheme=rule) == ("1", "0")
    assert earned(one("rounded", "z1[1]"), one("follows", follows_from=1), scheme=rule) == ("1", "1")


def test_shares_of_the_marks_may_stay() -> None:
    rule = "points: {'dL*': 4}\nmistakes: {arithmetic: {value: 0.5}, method: {method: 0.25}}"
    assert earned(one("incorrect", **SLIP), scheme=rule) == ("4", "2")
    assert earned(one("incorrect", **SLIP), one("follows"), scheme=rule) == ("4", "2")
    assert earned(one("incorrect", numeric=False, **METHOD), scheme=rule) == ("1", "0")


def test_within_the_tolerance_an_answer_is_right() -> None:
    near = one("incorrect", found="0.1234", expected="0.12351", **SLIP)
    assert earned(near) == ("1", "0")
    assert earned(near, scheme="tolerance: 3") == ("1", "1")
    assert earned(near, scheme="tolerance: 4") == ("1", "0")
    elsewhere = replace(near, quantity="z1[1]")
    assert marks(page(elsewhere, one("correct")), read_scheme("tolerance: 2", "s")).deductions == ()


@pytest.mark.parametrize(
    ("found", "expected", "digits", "same"),
    [
        ("0.0996", "0.1", 2, True),
        ("0.105", "0.1", 2, True),
        ("0.106", "0.1", 2, False),
        ("-0.1", "0.1", 1, False),
        ("0", "0", 3, True),
        ("0.001", "0", 3, False),
        ("1e-9", "0.000000001", 3, True),
        (None, "1", 3, False),
        (r"\frac{1}{2}", "0.5", 3, False),
    ],
)
def test_agreeing_to_so_many_digits(found: str | None, expected: str, digits: int, same: bool) -> None:
    assert agree(found, expected, digits) is same


def test_in_a_symbolic_problem_the_formula_is_the_answer() -> None:
    assert earned(one("correct", numeric=False), numeric=False) == ("1", "1")
    wrong = one("incorrect", numeric=False, **METHOD)
    assert earned(one("correct", numeric=False), wrong, numeric=False) == ("0.5", "0")
    assert earned(wrong, numeric=False) == ("0", "0")


W = "dL/dW1"
WAY = {W: frozenset({"dL/dz1", "dz1/dW1", "delta1"})}


@pytest.mark.parametrize(
    ("links", "wanted"),
    [
        ([], "0"),
        ([one("correct", numeric=False)], "0.5"),
        ([one("correct", "dL/dz1[1]"), one("correct", "dz1/dW1", numeric=False)], "0.67"),
        ([one("follows", "dL/dz1[1]")], "0.5"),  # the right method with wrong values
        ([one("correct", "dL/dz1[1]"), one("incorrect", "dL/dz1[1]", **METHOD)], "0"),  # that costs where it is made
        ([one("correct", "dL/dz1[1]"), one("correct", "dL/dz1[2]")], "0.5"),  # one step, however many units
        ([one("correct", "z1[1]"), one("correct", "dL/da2[1]")], "0"),  # on the way to something else
        ([one("not_understood", "dL/dz1[1]")], "0"),
    ],
)
def test_a_mistake_of_method_costs_its_step_of_the_method(links: list[Link], wanted: str) -> None:
    wrong = one("incorrect", numeric=False, **METHOD)
    assert earned(*links, wrong, on_the_way=WAY) == (wanted, "0")


def test_a_mistake_for_a_whole_array_costs_once_where_its_elements_are_worked() -> None:
    asked = ("dL/dW1[1,1]", "dL/dW1[1,2]", "dL/dW1[2,1]", "dL/dW1[2,2]")
    wrong = one("incorrect", W, numeric=False, causes=("missing_transpose",))
    found = marks(page(wrong, *(one("correct", name) for name in asked), asked=asked), Scheme())
    assert (found.method, found.value) == (3, 4)
    found = marks(page(wrong, asked=asked), Scheme())
    assert (found.method, found.value) == (0, 0)


def test_an_array_of_a_symbolic_problem_that_is_told_element_by_element() -> None:
    links = [
        one(verdict, f"{W}[1,{n}]", numeric=False, line=n) for n, verdict in enumerate(("correct", "incorrect"), 1)
    ]
    assert earned(*links, asked=(W,), numeric=False) == ("0.5", "0.5")
    assert earned(*links[::-1], asked=(W,), numeric=False) == ("0.5", "0.5")


@pytest.mark.parametrize(("hand_in", "total"), [("e_batch_rows", ("1.55", "4")), ("vectorised_slips", ("3.42", "8"))])
def test_a_page_of_formulas_earns_what_is_right_on_it(hand_in: str, total: tuple[str, str]) -> None:
    (path,) = (one for one in HAND_INS.glob(f"{hand_in}.*") if one.suffix == ".md")
    found = marks(check(load(HAND_INS / f"{hand_in}.problem.yaml"), path.read_text("utf-8")), Scheme())
    assert (f"{found.total}", f"{found.out_of}") == total


def test_a_gradient_may_be_shown_by_its_update() -> None:
    update = "W1'[1,1]"
    assert earned(one("correct", update)) == ("1", "1")
    assert earned(one("incorrect", update, **SLIP)) == ("1", "0")
    assert earned(one("incorrect", update, numeric=False, **METHOD)) == ("0", "0")
    assert earned(one("correct", numeric=False), one("correct", update)) == ("1", "1")
    assert earned(one("incorrect", numeric=False, **METHOD), one("follows", update)) == ("0", "0")
    turned = one("incorrect", update, numeric=False, line=5, causes=("update_sign",))
    found = marks(page(turned, one("follows", update, line=5, follows_from=5)), Scheme())
    assert (found.method, found.value, found.never_shown) == (1, 1, ())
    assert [(d.line, d.quantity, d.points) for d in found.deductions] == [(5, update, 1)]
    found = marks(page(one("correct"), one("incorrect", update, **SLIP)), Scheme())
    assert (found.method, found.value, found.deducted) == (1, 1, Decimal("0.5"))


def test_updates_that_all_go_the_wrong_way_cost_once() -> None:
    names = ("W1'", "b1'[1]", "b1'[2]")
    turned = [
        one("incorrect", name, numeric=False, line=n, causes=("update_sign", "sign")) for n, name in enumerate(names)
    ]
    found = marks(page(one("correct"), *turned), Scheme())
    assert [(d.line, d.points) for d in found.deductions] == [(0, 1)]


def test_a_wrong_number_alone_earns_its_method_where_the_way_to_it_is_shown() -> None:
    assert earned(one("correct", "dL/dz1[1]"), one("incorrect"), on_the_way=WAY) == ("1", "0")
    assert earned(one("correct", "z1[1]"), one("incorrect"), on_the_way=WAY) == ("0", "0")


def test_what_was_never_shown_is_named_once() -> None:
    whole = replace(page(), missing=("dL/dW1", "dL/db1"))
    assert never_shown(whole, marks(whole, Scheme())) == (G, "dL/db1")


def test_points_for_other_quantities_and_what_need_not_be_shown() -> None:
    rule = "points: {'z*': {value: 3}, 'dL/d*': {method: 2, value: 1}}\nmust_show: 'dL/*'"
    asked = (G, "dL/db1[1]")
    found = marks(page(one("correct"), asked=asked), read_scheme(rule, "s"))
    assert [(row.quantity, row.method_of, row.value_of, row.shown) for row in found.quantities] == [
        (G, 2, 1, True),
        ("dL/db1[1]", 2, 1, False),
    ]
    found = marks(page(one("correct"), one("correct", "z1[1]"), asked=asked), read_scheme(rule, "s"))
    assert (found.quantities[0].quantity, found.total, found.out_of) == ("z1[1]", 6, 9)


@pytest.mark.parametrize(
    ("quantity", "name", "about"),
    [
        ("dL/dW1[2,1]", "dL/dW1[2,1]", True),
        ("dL/dW1", "dL/dW1[2,1]", True),  # the whole matrix
        ("dL/dW1[2,1]", "dL/dW1", True),  # of a symbolic problem
        ("da1[3;2]/dz1[3;2]", "da1/dz1", True),
        ("dL/dW1[1,1]", "dL/dW1[2,1]", False),
        ("dL/dW11", "dL/dW1[1,1]", False),
        ("W1'", "W1[1,1]", False),
        (None, "L", False),
    ],
)
def test_what_a_line_is_about(quantity: str | None, name: str, about: bool) -> None:
    assert concerns(quantity, name) is about


def test_a_mistake_has_the_class_of_its_likeliest_cause() -> None:
    assert kind_of(one("incorrect", causes=("decimal_point", "sign"))) == "copying"


def test_a_whole_page() -> None:
    found = marks(marking(), Scheme())
    first = first_mistake(marking())
    assert first is not None
    assert (first.line, first.quantity) == (3, "a2[1]")
    assert [(row.quantity, row.method, row.value, row.shown) for row in found.quantities] == [
        ("dL/dW1[1,1]", 1, 1, True),
        ("dL/db1[1]", 0, 0, False),
    ]
    assert [(d.line, d.quantity, d.points) for d in found.deductions] == [
        (3, "a2[1]", Decimal("0.5")),
        (3, "delta2[1]", 1),
        (5, "W1'[1,1]", 1),
        (6, None, Decimal("0.5")),
    ]
    assert (found.out_of, found.total) == (4, 0)


def test_a_wide_network_takes_no_time() -> None:
    names = tuple(f"dL/dW1[{row},{column}]" for row in range(1, 101) for column in range(1, 101))
    links = [one("incorrect", name, line=n, **SLIP) for n, name in enumerate(names[:5000])]
    found = marks(page(*links, asked=names), Scheme())
    assert (found.method, found.value, found.out_of) == (5000, 0, 20_000)
    assert len(found.never_shown) == 5000


@pytest.mark.parametrize(
    ("number", "earned"),
    [("0.1385", 2), ("0.1583", 2), ("", 1)],  # the mistake is one of delta, and here it is carried on
)
def test_a_gradient_that_is_said_to_be_a_delta_has_the_answer_that_this_has(number: str, earned: int) -> None:
    delta = f"$\\delta^{{(2)}} = {number}$\n\n" if number else ""
    text = delta + r"$\frac{\partial L}{\partial b^{(2)}} = \delta^{(2)}$"
    rows = marks(checker("layer_sigmoid").check(text), Scheme()).quantities
    (bias,) = [row for row in rows if row.quantity == "dL/db2[1]"]
    assert bias.method + bias.value == earned

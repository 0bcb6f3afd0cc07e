"""One member of a chain, from its signs to its tree, by the grammar."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from backprop_steps.checking.reading.arranging import arrange
from backprop_steps.checking.reading.bounds import DEEPEST, LONGEST_MEMBER, TroubleError
from backprop_steps.checking.reading.brackets import depth
from backprop_steps.checking.reading.lexing import Mode
from backprop_steps.checking.reading.signs import CLOSERS, OPENERS, Sign
from backprop_steps.checking.reading.trees import Builder
from backprop_steps.checking.reading.written import Blank, Span, Written
from backprop_steps.resources import cache_folder

if TYPE_CHECKING:
    from lark import Lark

_DEEPENING = frozenset({"OP", "DIFF", "SIGMA", "SUB", "SUP", "PRIME", "TOP", "SIGN", "UNARY"})


def read_member(signs: list[Sign], mode: Mode) -> Written:
    """The tree of one member. Raises TroubleError, with a message of one line, for what cannot be read."""
    if len(signs) > LONGEST_MEMBER:
        raise TroubleError(f"a formula of {len(signs)} signs is too long; the bound is {LONGEST_MEMBER}")
    if depth(signs) > DEEPEST:
        raise TroubleError(f"nested too deeply; the bound is {DEEPEST} levels")
    if len(signs) == 1 and signs[0].type == "DOTS":
        return Blank(Span(signs[0].start, signs[0].end))
    _builder().unbracketed.clear()
    return _tree(signs, mode, 0)


def _tree(signs: list[Sign], mode: Mode, level: int) -> Written:
    ready = arrange(signs, mode, level)
    for sign in ready:
        if sign.type == "TEXT" and not any(one.type == "BEGIN" for one in ready):
            raise TroubleError(f"words in the formula: {sign.text[:40]!r}")
    if not ready:
        raise TroubleError("there is nothing here")
    builder = _builder()
    outer = builder.mode, builder.level
    builder.mode, builder.level = mode, level
    try:
        node = _parse(ready)
    finally:
        builder.mode, builder.level = outer
    if sum(sign.type in _DEEPENING for sign in ready) > DEEPEST // 2:
        _check_depth(node)
    return node


def read_script(signs: tuple[Sign, ...], mode: Mode, level: int) -> Written | None:
    """What stands above, read as a formula; None where it is none."""
    try:
        return _tree(list(signs), mode, level + 1)
    except TroubleError:
        if level + 1 > DEEPEST:
            raise
        return None


@cache
def _builder() -> Builder:
    return Builder(read_script)


@cache
def _parser() -> Lark:
    # Imported here: only `check` needs this grammar, and lark is slow to start.
    from lark import Lark

    from backprop_steps.checking.reading.as_they_are import SignsAsTheyAre

    grammar = files("backprop_steps.checking.reading").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer=SignsAsTheyAre,
        transformer=_builder(),
        maybe_placeholders=False,
        propagate_positions=False,
        cache=str(kept / "hand_ins.lark") if (kept := cache_folder()) else False,  # its tables take 40 ms to make
    )


def _parse(ready: list[Sign]) -> Written:
    from lark.exceptions import UnexpectedToken, VisitError

    try:
        node = _parser().parse(ready)
    except UnexpectedToken as error:
        raise TroubleError(_unexpected(error.token, ready)) from None
    except VisitError as error:
        if isinstance(error.orig_exc, TroubleError):
            raise error.orig_exc from None
        raise
    assert isinstance(node, Written)
    return node


def _unexpected(sign: Any, ready: list[Sign]) -> str:
    if sign.type == "$END":
        return "the formula ends too early"
    if sign.type in OPENERS:
        return "a bracket is not closed"
    if sign.type in CLOSERS or sign.type == "CLOSE":
        return "a bracket is closed here that was not opened, or too early"
    if sign.type == "TEXT":
        return f"words in the formula: {sign.text[:40]!r}"
    named = sign.text or sign.type.lower()
    return f"{named[:40]!r} cannot stand where it stands"


def _check_depth(node: Written) -> None:
    level: list[object] = [node]
    for _ in range(2 * DEEPEST):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return
    raise TroubleError(f"nested too deeply; the bound is {DEEPEST} levels")


def _parts(node: object) -> list[object]:
    if isinstance(node, tuple):
        return [part for part in node if isinstance(part, (Written, tuple))]
    return [part for name in _slots(cast(Any, type(node))) if isinstance(part := getattr(node, name), (Written, tuple))]


@cache
def _slots(type: Any) -> tuple[str, ...]:
    from dataclasses import fields

    return tuple(field.name for field in fields(type))

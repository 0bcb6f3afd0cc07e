r"""In which space an array is said to lie, `W \in \mathbb{R}^{2 \times 3}`: its rows and columns as they are stated."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.checking.judging.case import Case
from backprop_steps.checking.judging.judgement import Judgement
from backprop_steps.checking.judging.matrices import Matrices
from backprop_steps.checking.model import Verdict
from backprop_steps.checking.reading import written as w
from backprop_steps.checking.truth.tensors import Label, NoValue
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.transform import quantity_letters


def judged_space(case: Case) -> Judgement | None:
    """What is said of where an array lies; None where that cannot be told."""
    if case.subject is None or quantity_letters(case.subject.quantity):
        return None
    stated = _stated(case.member.member.node, _sizes(case))
    if stated is None:
        return None
    try:
        shape = Matrices(case.truth, case.signs).shape(case.subject.quantity)
    except NoValue:
        return None
    if _agree(stated, shape, case.subject.quantity):
        return Judgement(Verdict.CORRECT)
    if None in shape and len(stated) == 1 and len(set(shape)) == 1:
        return None  # a single number in R^1, a shared bias
    return Judgement(
        Verdict.INCORRECT, causes=("wrong_shape",), misfit=True, right=" \\times ".join(map(str, map(_size, shape)))
    )


def _sizes(case: Case) -> Mapping[str, int]:
    samples = case.truth.graph.samples
    counts = {name: samples for name in ("N", "m") if isinstance(samples, int)}
    return {**counts, **case.truth.sizes}


def _stated(node: w.Written | None, sizes: Mapping[str, int]) -> tuple[int, ...] | None:
    """The rows and columns of a space; None where a size is no number here."""
    if not isinstance(node, w.Symbol) or node.base != "R":
        return None
    found: list[int] = []
    for token in node.sup:
        if token.isdecimal() and len(token) < 7:
            found.append(int(token))
        elif token in sizes:
            found.append(sizes[token])
        elif token not in "*×(),":
            return None
    return tuple(found) if len(found) in (1, 2) else None


def _agree(stated: tuple[int, ...], shape: tuple[Label | None, Label | None], quantity: Quantity) -> bool:
    """Whether an array has the stated rows and columns; a vector may lie or stand, and one of a batch may be meant."""
    by = quantity.by if quantity.by is not None else quantity
    ways = [shape]
    if by.role != "weight":
        ways += [tuple(None if label and label.kind == "sample" else label for label in shape)]  # type: ignore[list-item]
    for rows, columns in ((_size(down), _size(across)) for down, across in ways):
        if stated in ((rows, columns), (rows,) if columns == 1 else (columns,) if rows == 1 else ()):
            return True
        if by.role != "weight" and 1 in (rows, columns) and stated == (columns, rows):
            return True
    return False


def _size(label: Label | None) -> int:
    return label.size if label is not None else 1

"""What takes several rows: matrices and cases; and matrices cut down to what fits on the page."""

from __future__ import annotations

from collections.abc import Callable

from backprop_steps.expression.tree import Cases, Dots, Expression, Matrix

# amsmath's bmatrix takes ten columns; an array takes any number
_MOST_COLUMNS = 10
_RELATIONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "=": "="}
_DOTS = Dots()


def cases_tex(node: Cases, write: Callable[[Expression], str], words: tuple[str, str]) -> str:
    """The pieces with their conditions; `words` stand for "if" and "otherwise"."""
    rows = []
    for body, condition in node.pieces:
        if condition is None:
            rows.append(rf"{write(body)} & \text{{{words[1]}}}")
        else:
            left, right = write(condition.left), write(condition.right)
            rows.append(rf"{write(body)} & \text{{{words[0]} }} {left} {_RELATIONS[condition.relation]} {right}")
    lines = r" \\ ".join(rows)
    return rf"\begin{{cases}} {lines} \end{{cases}}"


def matrix_tex(node: Matrix, write: Callable[[Expression], str], small: bool) -> str:
    """The matrix in square brackets. A row or column of nothing but Dots prints vertical or diagonal dots."""
    width = len(node.rows[0])
    left_out = [all(type(row[place]) is Dots for row in node.rows) for place in range(width)]
    rows = []
    for row in node.rows:
        if all(type(entry) is Dots for entry in row):
            rows.append(" & ".join(r"\ddots" if out else r"\vdots" for out in left_out))
        else:
            rows.append(" & ".join([write(entry) for entry in row]))
    body = r" \\ ".join(rows)
    if small:
        return rf"\left[\begin{{smallmatrix}} {body} \end{{smallmatrix}}\right]"
    if width > _MOST_COLUMNS:
        return rf"\left[\begin{{array}}{{{'c' * width}}} {body} \end{{array}}\right]"
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def elided(node: Matrix, rows: int, columns: int) -> Matrix:
    """The matrix with at most so many rows and columns, dots for the ones in the middle; the last are kept.

    Raises ValueError for fewer than three of either.
    """
    if rows < 3 or columns < 3:
        raise ValueError("dots need a first and a last entry around them")
    kept = node.rows
    if len(kept[0]) > columns:
        kept = tuple((*row[: columns - 2], _DOTS, row[-1]) for row in kept)
    if len(kept) > rows:
        kept = (*kept[: rows - 2], (_DOTS,) * len(kept[0]), kept[-1])
    return node if kept is node.rows else Matrix(kept)

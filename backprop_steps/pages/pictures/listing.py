"""The weights that find no room on their wires, below the network: a block a layer, a row a unit that they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_steps.notation.width import width
from backprop_steps.pages.drawing.model import Label
from backprop_steps.pages.pictures.columns import height_of_lines, lines_at
from backprop_steps.pages.pictures.tags import Tag

Block = Sequence[Sequence[Sequence[Tag]]]
"""The rows of one layer; in each a cell for every weight, of its lines: the weight, and what is below it."""

_ASIDE, _BELOW = 1.4, 0.5
"""What stays free between two cells, beside and below each other, in em."""
_APART = 2.5
"""What stays free between two blocks."""


def listed(blocks: Sequence[Block], middle: float, top: float, widest: float) -> list[Label]:
    """The blocks below `top`, around `middle`: side by side, or, where that is too wide, one below the other.

    Nothing where a block alone is too wide.
    """
    widths = [_cell_width(block) * max(map(len, block)) for block in blocks]
    if not blocks or max(widths) > widest:
        return []
    labels: list[Label] = []
    if sum(widths) + _APART * (len(blocks) - 1) <= widest:
        x = middle - (sum(widths) + _APART * (len(blocks) - 1)) / 2
        for block, wide in zip(blocks, widths, strict=True):
            labels += _cells(block, x, top)
            x += wide + _APART
        return labels
    for block, wide in zip(blocks, widths, strict=True):
        labels += _cells(block, middle - wide / 2, top)
        top += _row_height(block) * len(block) + _APART / 2
    return labels


def _cells(block: Block, left: float, top: float) -> Iterator[Label]:
    wide, high = _cell_width(block), _row_height(block)
    for number, row in enumerate(block):
        for place, lines in enumerate(row):
            yield from lines_at(lines, left + (place + 0.5) * wide, top + (number + 0.5) * high)


def _cell_width(block: Block) -> float:
    return max(width(tag.tex) for row in block for lines in row for tag in lines) + _ASIDE


def _row_height(block: Block) -> float:
    return max(height_of_lines(lines) for row in block for lines in row) + _BELOW

"""A notebook of a page: its text in Markdown cells, one for each heading, and cells of code between."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import count, groupby

from backprop_steps.pages.markup.blocks import Block, joined

Cell = tuple[str, str]
_PICTURE = re.compile(r"\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]*)\)")
"""A picture within the text: in a notebook it is attached to its cell, which every reader of notebooks shows."""


def notebook(beginning: str, page: Sequence[Block]) -> str:
    """The notebook (format 4.5) whose text begins with its title. The same page makes the same notebook.

    The format's schema is small and said in full in nbformat's documentation, so that it is written here without a
    library; the tests hold it against that schema.
    """
    cells = [("markdown", beginning.strip()), *_cells(page)]
    whole = {
        "cells": [_written(number, kind, text) for number, (kind, text) in enumerate(cells, start=1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _cells(page: Sequence[Block]) -> Iterator[Cell]:
    """Each cell of code, and the text between them, cut before each heading that does not follow another."""
    for kind, group in groupby(page, key=lambda block: block.kind == "cell"):
        if kind:
            yield from (("code", block.text) for block in group)
            continue
        text: list[Block] = []
        for block in group:
            if block.kind == "heading" and any(one.kind != "heading" for one in text):
                yield "markdown", joined(text)
                text = []
            text.append(block)
        yield "markdown", joined(text)


def _written(number: int, kind: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    pictures = _PICTURE.findall(text)
    if kind == "markdown" and pictures:
        names = (f"picture-{one}.svg" for one in count(1))
        text = _PICTURE.sub(lambda _: f"](attachment:{next(names)})", text)
        cell["attachments"] = {
            f"picture-{one}.svg": {"image/svg+xml": data} for one, data in enumerate(pictures, start=1)
        }
    return cell | {"source": text.strip("\n").splitlines(keepends=True)}

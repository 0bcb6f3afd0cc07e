"""A picture as a file: in which languages, and by what they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backprop_steps.pages.drawing.model import Picture
from backprop_steps.pages.drawing.svg import svg
from backprop_steps.pages.drawing.tikz import tikz
from backprop_steps.pages.drawing.typst import typst

_PAPER = """#set page(width: auto, height: auto, margin: 6pt)
#set text(font: "New Computer Modern", size: 11pt, lang: "en")
#show math.equation: set text(font: "New Computer Modern Math")
"""
_LETTER = 180
"""The dots of an inch in a PNG."""


def latex_file(picture: Picture) -> str:
    """A file for `\\input`."""
    said = " ".join(picture.alt.split())
    return f"% {picture.title}. {said}\n% Needs \\usepackage{{tikz,amsmath,amssymb}}\n{tikz(picture)}\n"


def typst_file(picture: Picture) -> str:
    """A file for `#include`, which is also a document of its own."""
    said = " ".join(picture.alt.split())
    return f"// {picture.title}. {said}\n#{typst(picture)}\n"


def pdf(picture: Picture) -> bytes:
    """A PDF of the picture's own size. Raises TypesettingError where Typst is not installed."""
    from backprop_steps.pages.writing.typesetting import pdf as set_page

    return set_page(_page(picture))


def png(picture: Picture) -> bytes:
    """A PNG. Raises TypesettingError where Typst is not installed."""
    from backprop_steps.pages.writing.typesetting import png as set_page

    return set_page(_page(picture), _LETTER)


def _page(picture: Picture) -> str:
    from backprop_steps.pages.markup.escaping import quoted

    title, said = quoted(picture.title), quoted(picture.alt)
    alt = f"..if sys.version >= version(0, 14, 0) {{ (alt: {said}) }}"
    return f"#set document(title: {title}, date: none)\n{_PAPER}#figure({alt}, {typst(picture)})\n"


WRITERS: Mapping[str, Callable[[Picture], str | bytes]] = {
    "svg": svg,
    "typst": typst_file,
    "latex": latex_file,
    "pdf": pdf,
    "png": png,
}
"""By what `picture --to` says."""

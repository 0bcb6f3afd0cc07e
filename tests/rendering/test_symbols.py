"""Every macro that a symbol may have is one that KaTeX, MathJax and TeX know, wherever a symbol may have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rendering.katex import katex_errors, mathjax_errors
from rendering.markdown import Span
from rendering.tex import tex_complaints

from backprop_steps.notation.macros import ACCENTS, ALONE, FONTS, WORDS
from backprop_steps.notation.patterns import Pattern
from backprop_steps.notation.pieces import join

SYMBOLS = [
    text
    for macro in sorted(ALONE)
    for text in (join((macro, "x")), f"x_{{{macro} 1}}^{{{macro}}}", rf"\mathrm{{{join((macro, 'x'))}}}")
]
SYMBOLS += [
    text
    for macro in sorted(ACCENTS | FONTS)
    for text in (
        f"{macro}{{A}}",
        rf"{macro}{{\hat{{A}}}}_{{{macro} B}}^2",
        rf"\mathbf{{{macro}{{A}}}}'",
        f"{macro} A",
    )
]
SYMBOLS += [text for macro in sorted(WORDS) for text in (f"{macro}{{net out}}_1", f"x_{{{macro}{{new}}}}")]
ARTICLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage{amsmath,amssymb}
\begin{document}
%s
\end{document}
"""


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_what_is_rendered_below_is_what_a_symbol_may_be(symbol: str) -> None:
    assert Pattern.parse(symbol)


@pytest.mark.node
def test_katex_and_mathjax_know_every_macro() -> None:
    spans = [Span(symbol, display=False, line=1) for symbol in SYMBOLS]
    assert katex_errors(spans) == []
    assert mathjax_errors(spans) == []


@pytest.mark.tex
def test_tex_knows_every_macro(tmp_path: Path) -> None:
    lines = "\n\n".join(f"${symbol}$" for symbol in SYMBOLS)
    assert tex_complaints({"symbols": ARTICLE % lines}, tmp_path) == {}

"""The harness catches what it is for: a formula that does not render, a box that is too wide, a stray dollar."""

from __future__ import annotations

from pathlib import Path

import pytest
from rendering.katex import katex_errors, mathjax_errors
from rendering.markdown import Dialect, Span, faults, math_spans
from rendering.tex import tex_complaints

STANDARD = r"""# A page

The loss is $L = \frac12 (y - a)^2$, costs 5\$ and `$code$`.

$$
\begin{aligned}
z &= w x \\
&= 2
\end{aligned}
$$

```yaml
price: $5
```

| name | value |
|---|---|
| $a_1$ | $0.5$ |
"""
GITHUB = r"""The loss is $`L = \frac12`$, `code`.

```math
z = w x
```
"""


def test_the_formulas_of_a_standard_page() -> None:
    assert math_spans(STANDARD) == [
        Span(r"L = \frac12 (y - a)^2", False, 3),
        Span("\n\\begin{aligned}\nz &= w x \\\\\n&= 2\n\\end{aligned}\n", True, 5),
        Span("a_1", False, 18),
        Span("0.5", False, 18),
    ]


def test_the_formulas_of_a_github_page() -> None:
    assert math_spans(GITHUB, "github") == [Span(r"L = \frac12", False, 1), Span("z = w x", True, 3)]


@pytest.mark.parametrize(
    ("page", "dialect"),
    [("a $x", "standard"), ("a $ x $ b", "standard"), ("$$x$$", "github"), ("a $x$ b", "github"), ("$$ x", "standard")],
)
def test_a_dollar_that_belongs_to_no_formula_is_found(page: str, dialect: Dialect) -> None:
    with pytest.raises(ValueError, match="line 1: a dollar"):
        math_spans(page, dialect)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("$$\n\\begin{align}x\\end{align}\n$$", "align in place of aligned"),
        ("$\\operatorname{ReLU}$", "operatorname"),
        ("$$x \\tag{1}$$", "equation number"),
        ("$$\nx\n\ny\n$$", "a blank line"),
        ("$$\nx\n=\ny\n$$", "only ="),
        ("so $$x$$", "a display stands in a line"),
        ("| a | $|x|$ | b |", "a raw |"),
    ],
)
def test_what_a_host_shows_wrong_is_found(page: str, said: str) -> None:
    (found,) = faults(page)
    assert said in found


def test_a_page_as_it_should_be_has_no_faults() -> None:
    assert faults(STANDARD) == []
    assert faults(GITHUB, "github") == []


GOOD = [Span(r"\frac{\partial L}{\partial w}", True, 1), Span(r"\begin{aligned}a &= b \\ &= c\end{aligned}", True, 1)]


@pytest.mark.node
@pytest.mark.parametrize("bad", [r"\frac{1}{", r"\nonsense", "x^2^3", "é + ∂"])
def test_katex_refuses_a_bad_formula_and_takes_the_good_ones(bad: str) -> None:
    ((formula, error),) = katex_errors([*GOOD, Span(bad, True, 1), *GOOD])
    assert formula == bad
    assert "KaTeX" in error or "strict" in error


@pytest.mark.node
@pytest.mark.parametrize("bad", [r"\frac{1}{", r"\nonsense", r"\begin{aligned} a & b \end{aligne}"])
def test_mathjax_refuses_a_bad_formula_and_takes_the_good_ones(bad: str) -> None:
    ((formula, _),) = mathjax_errors([*GOOD, Span(bad, True, 1)])
    assert formula == bad


def article(body: str) -> str:
    return "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n" + body + "\n\\end{document}\n"


@pytest.mark.tex
def test_tex_names_every_complaint_and_leaves_out_the_good_article(tmp_path: Path) -> None:
    found = tex_complaints(
        {
            "good": article(r"Text \label{a} on page \pageref{a}. $x^2$"),
            "wide": article(r"\[" + " + ".join(["abcdefghijk"] * 20) + r"\]"),
            "undefined": article(r"see \ref{nothing}"),
            "broken": article(r"\nonsense"),
            "half": article(r"$x"),
        },
        tmp_path,
    )
    assert found.keys() == {"wide", "undefined", "broken", "half"}
    assert found["wide"][0].startswith("Overfull \\hbox")
    assert "`nothing'" in found["undefined"][0]
    assert "undefined" in found["undefined"][0]
    assert found["broken"][0] == "Undefined control sequence."
    assert found["half"][0] == "Missing $ inserted."

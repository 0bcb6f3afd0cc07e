"""Typst's formulas say what the TeX says: Typst's own parse of them, written back, is compared."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tex_samples import STYLES, printer, trees
from tex_value import value, value_of_tex

from backprop_steps.notation.macros import MACROS
from backprop_steps.notation.typst import TypstFormulaError, formula
from backprop_steps.notation.typst_signs import ACCENTS, FONTS, SIGNS, WORDS

TABLE = {
    r"\frac{\partial L}{\partial W_{11}^{(2)}}": r"frac(partial L, partial W_(11)^(\( 2 \)))",
    r"(a + b)^2": r"\( a + b \)^(2)",
    r"{ab}^2_1": "attach(a b, t: 2, b: 1)",
    r"\sigma'(z_1)": r"sigma^(prime) \( z_(1) \)",
    r"f'^2": "f^(prime 2)",
    r"a/(b + c)": r"a slash \( b + c \)",
    r"\left( \frac{1}{2} \right)^2": r"lr(\( frac(1, 2) \))^(2)",
    r"\Bigl( x": r"lr(size: #1.8em, \() x",
    r"0{,}5 \cdot 2.1 \times 10^{-5}": r'0 class("normal", \,) 5 dot.op 2.1 times 10^(- 5)',
    r"W := \mathrm{Relu}(x)": r"W colon.eq upright(R e l u) \( x \)",
    r"\mathbf{1}_{i=j}": "upright(bold(1))_(i = j)",
    r"\hat{y}_{i,j}": r"hat(y)_(i \, j)",
    r"\sum_{i=1}^{N} a_i": "sum_(i = 1)^(N) a_(i)",
    r"\begin{bmatrix} a & b \\ c & -d \end{bmatrix}": 'mat(delim: "[", a, b; c, - d)',
    r"\left[\begin{smallmatrix} 1 & 2 \end{smallmatrix}\right]": r"lr(\[ script(mat(delim: #none, 1, 2)) \])",
    r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}": (
        r'cases(& 1 quad & &"if "x > 0, & 0 quad & &"otherwise")'
    ),
    r"a &= b && \quad \text{50\% of 'a\textbackslash{}\_'}": r'a & = b & & quad"50% of ’a\\_’"',
    r"i \in \{1, \dots, 4\}": r"i in \{ 1 \, dots.h \, 4 \}",
    r"\lvert -4 \rvert": 'class("opening", bar.v) - 4 class("closing", bar.v)',
}


@pytest.mark.parametrize("tex", TABLE)
def test_the_table(tex):
    assert formula(tex) == TABLE[tex]


@pytest.mark.parametrize(
    "tex", [r"\unknown{x}", r"\begin{tabular} a \end{tabular}", r"\frac{a}", "{a", "a}", r"\left( a", "a#b"]
)
def test_what_is_not_of_the_set_is_refused(tex):
    with pytest.raises(TypstFormulaError):
        formula(tex)


def test_every_macro_of_a_symbol_is_known():
    assert {name[1:] for name in MACROS} <= {*SIGNS, *ACCENTS, *FONTS, *WORDS}


@settings(max_examples=8, deadline=None, phases=[Phase.reuse, Phase.generate])  # a list is no better for being short
@given(st.lists(st.tuples(trees(scalar=True), st.sampled_from(STYLES)), min_size=20, max_size=80))
def test_typst_reads_the_formula_that_was_printed(samples):
    from typst_tools import read_back

    printed, expected = [], []
    for node, style in samples:
        try:
            expected.append(value(node))
        except ZeroDivisionError:
            continue
        printed.append(printer(**style).print(node))
    for tex, back, right in zip(printed, read_back([formula(one) for one in printed]), expected, strict=True):
        assert value_of_tex(back) == right, (tex, back)

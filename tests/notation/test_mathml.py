"""MathML says what the TeX says: what is written is read back to TeX and has the value of the formula printed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped_pages import golden_formulas
from tex_samples import STYLES, printer, trees
from tex_value import value, value_of_tex

from backprop_steps.notation.macros import MACROS
from backprop_steps.notation.mathml import math
from backprop_steps.notation.mathml_atoms import MathmlError
from backprop_steps.notation.unicode_signs import GREEK

PAREN = '<mo stretchy="false">(</mo>{}<mo stretchy="false">)</mo>'
TABLE = {
    r"\frac{\partial L}{\partial W_{11}^{(2)}}": (
        "<mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><msubsup><mi>W</mi><mn>11</mn>"
        f"<mrow>{PAREN.format('<mn>2</mn>')}</mrow></msubsup></mrow></mfrac>"
    ),
    "= -0.3": '<mo>=</mo><mo form="prefix">−</mo><mn>0.3</mn>',
    "a - b": "<mi>a</mi><mo>−</mo><mi>b</mi>",
    r"\quad + b": '<mspace width="1em"></mspace><mo form="infix">+</mo><mi>b</mi>',
    "0{,}5^2": "<msup><mn>0,5</mn><mn>2</mn></msup>",
    "{ab}^2_1": "<msubsup><mrow><mi>a</mi><mi>b</mi></mrow><mn>1</mn><mn>2</mn></msubsup>",
    r"\sigma'(z)": f"<msup><mi>σ</mi><mo>′</mo></msup>{PAREN.format('<mi>z</mi>')}",
    r"\sum_{i=1}^{N}": (
        '<munderover><mo>∑</mo><mrow><mi>i</mi><mo lspace="0" rspace="0">=</mo><mn>1</mn></mrow><mi>N</mi></munderover>'
    ),
    r"\ln a": '<mi>ln</mi><mo rspace=".17em">\u2061</mo><mi>a</mi>',
    r"\mathrm{ReLU}": "<mi>ReLU</mi>",
    r"\mathit{net}": '<mi class="it">net</mi>',
    r"\mathrm{d}": '<mi mathvariant="normal">d</mi>',
    r"\mathcal{L}\mathbb{R}": "<mi>ℒ</mi><mi>ℝ</mi>",
    r"\text{ if } x < 0": "<mtext>\u00a0if\u00a0</mtext><mi>x</mi><mo>&lt;</mo><mn>0</mn>",
    r"\left( \frac{1}{2} \right)": (
        '<mrow><mo form="prefix">(</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><mo form="postfix">)</mo></mrow>'
    ),
    r"\hat{y}_1": '<msub><mover accent="true"><mi>y</mi><mo stretchy="false">^</mo></mover><mn>1</mn></msub>',
    r"\lvert -4 \rvert": (
        '<mo form="prefix" stretchy="false">|</mo><mo form="prefix">−</mo><mn>4</mn>'
        '<mo form="postfix" stretchy="false">|</mo>'
    ),
    r"\begin{bmatrix} a & b \\ c & -d \end{bmatrix}": (
        '<mrow><mo form="prefix">[</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr>'
        '<mtr><mtd><mi>c</mi></mtd><mtd><mo form="prefix">−</mo><mi>d</mi></mtd></mtr></mtable>'
        '<mo form="postfix">]</mo></mrow>'
    ),
    r"\begin{cases} 1 & x \\ 0 & y \end{cases}": (
        '<mrow><mo form="prefix">{</mo><mtable class="cases"><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi></mtd></mtr>'
        "<mtr><mtd><mn>0</mn></mtd><mtd><mi>y</mi></mtd></mtr></mtable></mrow>"
    ),
    r"\boxed{x}": '<mrow class="box"><mi>x</mi></mrow>',
    r"W := 2": "<mi>W</mi><mo>:=</mo><mn>2</mn>",
}  # fmt: skip


@pytest.mark.parametrize("tex", TABLE)
def test_the_table(tex: str) -> None:
    found = math(tex)
    assert re.sub('^<math alttext="[^"]*">(.*)</math>$', r"\1", found) == TABLE[tex]


def test_a_formula_says_what_it_is_and_whether_it_is_set_off() -> None:
    tree = ElementTree.fromstring(math(r"\frac{\partial L}{\partial W^{(2)}} < 1", display=True))
    assert (tree.tag, tree.attrib) == ("math", {"alttext": "∂L/∂W⁽²⁾ < 1", "displaystyle": "true"})
    assert "".join(tree.itertext()) == "∂L∂W(2)<1"


def test_what_goes_on_begins_with_an_operator_and_not_with_a_sign() -> None:
    assert math("- b", goes_on=True) == '<math alttext="− b"><mo form="infix">−</mo><mi>b</mi></math>'


@pytest.mark.parametrize(
    "tex",
    [r"\unknown{x}", r"\begin{tabular} a \end{tabular}", r"\frac{a}", "{a", "a}", r"\left( a", "a#b", "a & b", "x_"],
)
def test_what_is_not_of_the_set_is_refused(tex: str) -> None:
    with pytest.raises(MathmlError):
        math(tex)


@pytest.mark.parametrize("macro", sorted(MACROS))
def test_every_macro_of_a_symbol_is_known_and_shows_something(macro: str) -> None:
    for tex in (macro, f"{macro}{{ab}}"):
        try:
            found = math(tex)
        except MathmlError:
            continue
        assert "".join(ElementTree.fromstring(found).itertext()) or "mspace" in found
        return
    pytest.fail(f"{macro} is refused")


def test_every_formula_of_the_golden_pages_is_set() -> None:
    assert len(golden_formulas()) > 1000
    for tex in golden_formulas():
        assert ElementTree.fromstring(math(tex)).get("alttext")


TEX = {"−": "-", "⋅": r"\cdot ", "×": r"\times ", "π": "3", "′": "'", "\u2061": " "} | {
    sign: rf"\{name} " for name, sign in GREEK.items()
}


def back(node: ElementTree.Element) -> str:
    """The TeX of an element."""
    parts = [back(child) for child in node]
    match node.tag:
        case "mfrac":
            return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
        case "msqrt":
            return rf"\sqrt{{{''.join(parts)}}}"
        case "msub":
            return f"{parts[0]}_{parts[1]}"
        case "msup":
            return parts[0] + (parts[1] if set(parts[1]) == {"'"} else f"^{{{parts[1]}}}")
        case "msubsup":
            return f"{parts[0]}_{parts[1]}" + f"^{{{parts[2]}}}"
        case "mi" if len(node.text or "") > 1:
            return rf"\{node.text} "
    text = (node.text or "").replace(",", "{,}") if node.tag == "mn" else TEX.get(node.text or "", node.text or "")
    if text == "|":
        text = r"\lvert " if node.get("form") == "prefix" else r"\rvert "
    if text in "{}" and text:
        text = rf"\{text}"
    return text + "".join(parts)


@settings(max_examples=150, deadline=None)
@given(trees(scalar=True), st.sampled_from(STYLES))
def test_what_is_written_has_the_value_of_the_formula(node, style) -> None:
    try:
        right = value(node)
    except ZeroDivisionError:
        return
    tex = printer(**style).print(node)
    assert value_of_tex(back(ElementTree.fromstring(math(tex)))) == right, tex

"""Formulas in HTML: MathML where math-core is installed, their TeX source where it is not or cannot."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hand_made import marking
from shipped_pages import golden_formulas

from backprop_steps.pages import mathml
from backprop_steps.pages.escaping import html_math
from backprop_steps.pages.report import report


def test_without_math_core_the_source_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mathml, "converter", lambda: None)
    assert html_math(r"a<b^{(2)}") == '<code class="tex">a&lt;b^{(2)}</code>'


class TestWithMathCore:
    @pytest.fixture(autouse=True)
    def needed(self) -> None:
        pytest.importorskip("math_core")

    def test_a_formula_is_mathml_and_says_what_it_is(self) -> None:
        found = html_math(r"\frac{\partial L}{\partial W^{(2)}} < 1")
        tree = ElementTree.fromstring(found)
        assert (tree.tag, tree.attrib) == ("math", {"alttext": "∂L/∂W⁽²⁾ < 1"})
        assert tree[0].tag == "mfrac"
        assert "".join(tree.itertext()) == "∂L∂W(2)<1"

    def test_what_cannot_be_set_stands_as_its_source(self) -> None:
        assert html_math(r"\unknown{<b>}") == r'<code class="tex">\unknown{&lt;b&gt;}</code>'

    def test_the_report_has_it_and_the_page_handed_in_stays_as_written(self) -> None:
        page = report([marking()], to="html", title="h")
        assert '<math alttext="w₁ − ηδ">' in page
        assert "<u" in page
        assert "w_1 + ηδ" in page
        assert '<code class="tex">' not in page

    def test_every_formula_of_the_golden_pages_is_set(self) -> None:
        for tex in golden_formulas():
            assert html_math(tex).startswith("<math "), tex

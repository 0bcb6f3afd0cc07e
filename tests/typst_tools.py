"""What Typst makes of its source: its warnings, and its formulas written back as TeX, from the tree it parsed."""

import json

import pytest

typst = pytest.importorskip("typst")

# Typst's elements, each as the TeX it stands for. What is grouped by Typst's rules is in braces; a bracket that Typst
# drops is in no element, so it would be missing here.
BACK = r"""
#let signs = ("−": "-", "⋅": "\\cdot", "×": "\\times", "σ": "\\sigma", "{": "\\{", "}": "\\}")
#let tex(it) = {
  let kind = it.func()
  let braced(part) = "{" + tex(part) + "}"
  let script(mark, part) = { let inner = tex(part); mark + if inner.len() == 1 { inner } else { "{" + inner + "}" } }
  if it.has("children") { it.children.map(tex).join("") }
  else if kind == math.equation { tex(it.body) }
  else if it == [ ] { "" }
  else if kind == math.frac { "\\frac" + braced(it.num) + braced(it.denom) }
  else if kind == math.root { "\\sqrt" + braced(it.radicand) }
  else if kind == math.lr { tex(it.body) }
  else if kind == math.attach {
    tex(it.base)
    if it.has("b") { script("_", it.b) }
    if it.has("t") { script("^", it.t) }
  }
  else if kind == math.op { "\\" + it.text.text + " " }
  else if kind == math.class {
    let inner = tex(it.body)
    if inner == "," { "{,}" } else if it.class == "opening" { "\\lvert " } else { "\\rvert " }
  }
  else if it.has("text") {
    let sign = signs.at(it.text, default: it.text)
    if sign.starts-with("\\") and sign.len() > 2 { sign + " " } else { sign }
  }
  else { panic(repr(it)) }
}
"""


def read_back(formulas):
    """Formulas of Typst's as TeX, as Typst reads them."""
    metas = "".join(f"#metadata(tex($ {one} $)) <f>\n" for one in formulas)
    found = typst.query((BACK + metas).encode(), "<f>", field="value", ignore_system_fonts=True)
    return json.loads(found)


OVERFLOW = """#show math.equation.where(block: true): it => layout(page => {
  let wide = measure(it).width
  if wide > page.width + 0.5pt { panic("a display is wider than the page: " + repr(wide)) }
  it
})
"""


def complaints(page):
    """What Typst says of a page, errors, warnings and displays wider than it; and its PDF."""
    marked = page.replace("\n#align(center)[", f"\n{OVERFLOW}\n#align(center)[", 1)
    assert marked != page
    try:
        made, warnings = typst.compile_with_warnings(marked.encode(), ignore_system_fonts=True)
    except typst.TypstError as error:
        return [getattr(error, "diagnostic", None) or str(error)], b""
    return [str(one) for one in warnings], made

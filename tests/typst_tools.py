"""What Typst makes of its source: its warnings, and its formulas written back as TeX, from the tree it parsed.

Typst keeps what it has laid out for as long as a process lives, gigabytes of it after some documents: whole pages are
compiled in a process of their own.
"""

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

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


_COMPILE = """
import base64, json, sys, tempfile
from pathlib import Path
import typst
given = json.load(sys.stdin)
made = []
with tempfile.TemporaryDirectory() as folder:
    for number, source in enumerate(given["sources"]):
        page = Path(folder) / f"{number}.typ"
        page.write_text(source, encoding="utf-8")
        compiler = typst.Compiler(page, root=folder, ignore_system_fonts=True)
        try:
            pdf, said = compiler.compile_with_warnings()
        except typst.TypstError as error:
            made.append(("", [getattr(error, "diagnostic", None) or str(error)], []))
            continue
        label = given["label"]
        found = json.loads(compiler.query(label, field="value")) if label else []
        made.append((base64.b64encode(pdf).decode(), list(map(str, said)), found))
json.dump(made, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What Typst makes of a source: the PDF, empty where there is an error; what it says; the values that are asked."""

    pdf: bytes
    said: list[str]
    values: list[Any]


def compiled(*sources: str, label: str | None = None) -> list[Made]:
    """Each source compiled, all in one other process; `label` names the metadata whose values are asked."""
    done = subprocess.run(
        [sys.executable, "-c", _COMPILE],
        input=json.dumps({"sources": sources, "label": label}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Made(base64.b64decode(pdf), said, values) for pdf, said, values in json.loads(done.stdout)]


def complaints(*pages: str) -> list[list[str]]:
    """What Typst says of each page: errors, warnings and displays wider than it."""
    return [made.said for made in looked_at(*pages)]


def looked_at(*pages: str) -> list[Made]:
    """The pages, compiled so that a display wider than its page is an error."""
    marked = [page.replace("\n#align(center)[", f"\n{OVERFLOW}\n#align(center)[", 1) for page in pages]
    assert all(one != page for one, page in zip(marked, pages, strict=True))
    return compiled(*marked)

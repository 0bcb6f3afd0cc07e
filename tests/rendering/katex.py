"""KaTeX and MathJax on many formulas at once, each in one Node process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from rendering.markdown import Span
from rendering.needs import missing

MODULES = "BACKPROP_STEPS_KATEX"
"""The variable with the path of a node_modules folder that has katex (and mathjax-full) in it."""

_READ = """
const { spans } = JSON.parse(require("fs").readFileSync(0, "utf8"));
"""
_KATEX = (
    _READ
    + """
const katex = require("katex");
const warnings = [];
console.warn = (...parts) => warnings.push(parts.join(" "));
const errors = spans.map(({ tex, display }) => {
  warnings.length = 0;
  try {
    katex.renderToString(tex, { displayMode: display, throwOnError: true, strict: "error" });
  } catch (error) {
    return String(error.message);
  }
  return warnings.length ? warnings.join("; ") : null;
});
process.stdout.write(JSON.stringify(errors));
"""
)
_MATHJAX = (
    _READ
    + """
const { mathjax } = require("mathjax-full/js/mathjax.js");
const { TeX } = require("mathjax-full/js/input/tex.js");
const { SVG } = require("mathjax-full/js/output/svg.js");
const { liteAdaptor } = require("mathjax-full/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("mathjax-full/js/handlers/html.js");
require("mathjax-full/js/input/tex/AllPackages.js");
const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const input = new TeX({ packages: ["base", "ams"], formatError: (jax, error) => { throw error; } });
const html = mathjax.document("", { InputJax: input, OutputJax: new SVG({ fontCache: "none" }) });
const errors = spans.map(({ tex, display }) => {
  try {
    html.convert(tex, { display });
  } catch (error) {
    return String(error.message);
  }
  return null;
});
process.stdout.write(JSON.stringify(errors));
"""
)


def katex_errors(spans: Iterable[Span]) -> list[tuple[str, str]]:
    """The formulas that KaTeX does not take in strict mode, with a warning counting as an error, and what it says."""
    return _errors(_KATEX, "katex", spans)


def mathjax_errors(spans: Iterable[Span]) -> list[tuple[str, str]]:
    """The formulas that MathJax does not take, with its base and AMS packages, and what it says."""
    return _errors(_MATHJAX, "mathjax-full", spans)


def modules_with(package: str, what: str = "node") -> Path:
    """The node_modules folder with a package in it. Skips the test where there is none: `what` is what it needs."""
    if shutil.which("node") is None:
        missing(what, "there is no node")
    folder = os.environ.get(MODULES)
    if folder is None or not (Path(folder) / package).is_dir():
        missing(what, f"{MODULES} names no node_modules folder with {package} in it")
    return Path(folder)


def _errors(script: str, package: str, spans: Iterable[Span]) -> list[tuple[str, str]]:
    modules = modules_with(package)
    # The same formula stands on many pages.
    several = list(dict.fromkeys((span.tex, span.display) for span in spans))
    given = json.dumps({"spans": [{"tex": tex, "display": display} for tex, display in several]})
    done = subprocess.run(
        ["node", "-e", script],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
        env={**os.environ, "NODE_PATH": str(modules)},
    )
    assert done.returncode == 0, done.stderr
    said: list[str | None] = json.loads(done.stdout)
    return [(tex, error) for (tex, _), error in zip(several, said, strict=True) if error is not None]

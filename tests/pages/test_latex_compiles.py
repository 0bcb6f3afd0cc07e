from __future__ import annotations

import shutil
import subprocess

import pytest

from backprop_steps.expression.quantity import LOSS
from backprop_steps.pages.writing.formats import LATEX
from backprop_steps.pages.writing.own_templates import Own
from backprop_steps.pages.writing.page import write_page
from backprop_steps.pages.writing.wording import Wording
from backprop_steps.problem.model import Meta

pytestmark = [pytest.mark.tex, pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")]

HOSTILE = r"a_b & 50% $x$ \input{/etc/passwd} <script> `c` [l](u) *e* #1 ^^41 \write18{ls} -- ~"
# what European names, and what formulas in words, are likely to hold; and something of what they are not
UNICODE = "".join(
    map(chr, [*range(0xA0, 0x180), *range(0x370, 0x400), *range(0x2000, 0x22FF, 3), *range(0x2460, 0x2474)])
)

SOURCE = r"""
{{ heading(1, x) }}

{{ x }} and
{% for n in range(20) %}{{ math("\\frac{\\partial L}{\\partial W^{(" ~ n ~ ")}_{21}}") }}, {% endfor %} and so on.
[in brackets] *starred*

{{ caption(x) }}
{{ display([("z", "= a + b", x[:40]), ("", "= 3"), loss]) }}
{{ display([loss]) }}
{{ display([("z", "= a + b"), ("", "= 3")]) }}
{{ result("W = \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "Result") }}
{{ table(["n", "text"], [[1, x], ["[1]", "*"], ["*", loss]], "lp") }}
{{ table(range(24) | list, [range(24) | map("string") | list], "r" * 24) }}
{{ table(["n", "value"], rows, "rr") }}
{{ items([x, "[1]", loss]) }}
{{ items([x, "*"], numbered=true) }}
{{ items(range(12) | map("string") | list, numbered="circled") }}
{% call note("Note.") %}
{{ x }}
{{ display([("z", "= a + b"), ("", "= 3")]) }}
{% endcall %}
{{ rule() }}
{% for word in words %}
{{ word }}
{% endfor %}
"""


@pytest.fixture
def compile_page(tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "try.j2").write_text(SOURCE, encoding="utf-8")

    def compiled(fragment: bool) -> str:
        page = write_page(
            "try",
            {
                "x": HOSTILE,
                "loss": LOSS,
                "rows": [[n, n * n] for n in range(60)],
                "words": [" ".join(UNICODE[n : n + 20]) for n in range(0, len(UNICODE), 20)],
            },
            format=LATEX,
            write=lambda _: "L",
            title=HOSTILE * 3,
            meta=Meta(author=HOSTILE, date="2025"),
            fragment=fragment,
            wording=Wording(own=Own(tmp_path)),
        )
        if fragment:
            (tmp_path / "body.tex").write_text(page, encoding="utf-8")
            head = "\\documentclass{article}\\usepackage[margin=25mm]{geometry}\\emergencystretch=3em "
            needs = page.splitlines()[0].rsplit(" ", 1)[1]
            page = f"{head}\\usepackage[T1]{{fontenc}}{needs}\\begin{{document}}\\input{{body}}\\end{{document}}"
        (tmp_path / "page.tex").write_text(page, encoding="utf-8")
        for _ in range(3):  # a long table needs three runs to know its columns
            done = subprocess.run(
                ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"],
                cwd=tmp_path,
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
        return (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace")

    return compiled


@pytest.mark.parametrize("fragment", [False, True])
def test_everything_a_document_can_hold_compiles_and_fits(compile_page, fragment):
    log = compile_page(fragment)
    lines = log.splitlines()
    assert not [line for line in lines if "Warning" in line or line.startswith("!")]
    assert not [line for line in lines if line.startswith("Overfull")]

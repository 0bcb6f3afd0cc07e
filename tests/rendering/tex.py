"""Articles through pdflatex, several at a time, and what their logs complain of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rendering.needs import missing

_COMPLAINTS = (
    re.compile(r"^! (?P<said>.+)$", re.M),
    re.compile(r"^(?P<said>(?:LaTeX|Package \w+|pdfTeX) (?:Warning|warning|Error):? .+)$", re.M),
    re.compile(r"^(?P<said>(?:Over|Under)full \\[hv]box .+)$", re.M),
    re.compile(r"^(?P<said>Missing character: .+)$", re.M),
)
# What a page cannot help: loosely set lines look as they look, and the second run mends the first.
_IGNORED = re.compile(r"Underfull|Label\(s\) may have changed|Rerun to get|There were undefined references")
_AGAIN = re.compile(r"Rerun to get|rerun LaTeX|undefined references|Table widths have changed", re.I)


def tex_complaints(articles: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """What TeX says of each article: errors, references, overfull boxes, warnings. The good are left out."""
    if shutil.which("pdflatex") is None:
        missing("tex", "there is no pdflatex")
    # Under pytest-xdist the other processors have their own tests.
    workers = 1 if "PYTEST_XDIST_WORKER" in os.environ else os.cpu_count()
    with ThreadPoolExecutor(workers) as pool:
        numbered = enumerate(articles.values())
        found = pool.map(lambda pair: compile_article(pair[1], folder / f"article{pair[0]}"), numbered)
        return {name: said for name, said in zip(articles, found, strict=True) if said}


def compile_article(article: str, folder: Path) -> list[str]:
    """What TeX says of one article, compiled in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "article.tex").write_text(article, encoding="utf-8")
    log = _run(folder)
    if _AGAIN.search(log):
        log = _run(folder)
    said = [match["said"] for pattern in _COMPLAINTS for match in pattern.finditer(log)]
    if not (folder / "article.pdf").is_file():
        said.append("no page came out")
    return [line for line in said if not _IGNORED.search(line)]


def _run(folder: Path) -> str:
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "article.tex"]
    # TeX breaks the lines of its log unless it is told how long they may be.
    wide = {"max_print_line": "10000", "error_line": "254", "half_error_line": "238"}
    subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **wide},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return (folder / "article.log").read_text(encoding="utf-8", errors="replace")

"""A page, from its source to the PDF: by the `typst` package, or by a TeX that is installed."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

from backprop_steps.errors import UserError

SOURCES = {"typst": "typst", "tex": "latex"}
"""The format whose page each engine sets."""

_SECONDS = 120
# Beyond this Typst's own fonts have nothing: those of the system are looked through, which takes its time.
_COMMON = "\u2fff"
_ERROR = re.compile(r"^! (.+)$", re.MULTILINE)


class TypesettingError(UserError):
    """A PDF that cannot be made here: what makes it is not there, or stops."""


def check_engine(engine: str, what: str = "a PDF") -> None:
    """Raises TypesettingError, with the remedy, where the engine is not installed."""
    if engine == "tex":
        _tex_command()
    elif importlib.util.find_spec("typst") is None:
        other = "; or --engine tex, with TeX installed" if what == "a PDF" else ""
        raise TypesettingError(f'{what} needs the package typst: pip install "backprop-steps[pdf]"{other}')


def pdf(source: str, engine: str = "typst") -> bytes:
    """The PDF of a page that was written as `SOURCES[engine]`. Raises TypesettingError."""
    check_engine(engine)
    return _by_tex(source) if engine == "tex" else _by_typst(source)


def png(source: str, dots: float) -> bytes:
    """The one page of a Typst source as a PNG of so many dots an inch. Raises TypesettingError."""
    check_engine("typst", "a PNG")
    return _by_typst(source, "png", dots)


def _by_typst(source: str, format: Literal["pdf", "png"] = "pdf", dots: float | None = None) -> bytes:
    import typst  # of the extra `pdf`

    try:
        with tempfile.TemporaryDirectory() as folder:  # the page reads no file: in its root is nothing but itself
            page = Path(folder) / "page.typ"
            page.write_text(source, encoding="utf-8")
            common = max(source) <= _COMMON
            made: bytes = typst.compile(page, root=Path(folder), ignore_system_fonts=common, format=format, ppi=dots)
            return made
    except typst.TypstError as error:
        raise TypesettingError(f"typst stops: {' '.join(str(error).split())}") from error


def _tex_command() -> list[str]:
    if shutil.which("latexmk") and shutil.which("pdflatex"):
        return [
            "latexmk",
            "-norc",
            "-pdf",
            "-interaction=nonstopmode",
            "-halt-on-error",
            "-latexoption=-no-shell-escape",
        ]
    if shutil.which("pdflatex"):
        return ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    raise TypesettingError(
        "there is no latexmk and no pdflatex here; install TeX (texlive-latex-recommended and lmodern), "
        "or leave out --engine tex"
    )


def _by_tex(source: str) -> bytes:
    command = _tex_command()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "page.tex").write_text(source, encoding="utf-8")
        # what TeX may read and write is this folder; a table that goes over pages needs a second run
        safe = {**os.environ, "openin_any": "p", "openout_any": "p"}
        for _ in range(1 if command[0] == "latexmk" else 2):
            try:
                subprocess.run(
                    [*command, "page.tex"],
                    cwd=place,
                    env=safe,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise TypesettingError(f"{command[0]} did not end within {_SECONDS} seconds") from error
        log = place / "page.log"
        said = _ERROR.search(log.read_text(encoding="utf-8", errors="replace")) if log.is_file() else None
        made = place / "page.pdf"
        if said is not None or not made.is_file():
            raise TypesettingError(f"{command[0]} stops: {said[1] if said else 'no page came out'}")
        return made.read_bytes()

"""Where the files that are not code lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def problems_folder() -> Path:
    """The folder of the shipped problems."""
    return _folder("problems")


def templates_folder() -> Path:
    """The folder of the templates: `documents/` and `formats/`."""
    return _folder("templates")


def _folder(name: str) -> Path:
    # The wheel has its copy in the package; a checkout, and an editable install of it, has the folder next to it.
    shipped = _PACKAGE / "_shipped" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name

"""Where the files that are not code lie: beside the package in a checkout, inside it in a wheel; and what is kept."""

from __future__ import annotations

import os
from functools import cache
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


@cache
def cache_folder() -> Path | None:
    """The user's cache folder, made where it is not there; None where there is none that is the user's alone."""
    try:
        base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
        place = Path(base) / "backprop-steps"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = place.stat()
    except (OSError, RuntimeError):
        return None
    if os.name != "nt" and (state.st_uid != os.getuid() or state.st_mode & 0o022):
        return None
    return place

"""How a file is written: as a whole or not at all, and never over what it is made from."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from backprop_steps.errors import UserError


def write(text: str | bytes, output: str | None = None, *, replace: bool = True) -> None:
    """Write to a file, or to standard output (None or `-`); text in UTF-8.

    The file is there as a whole or not at all: what was there before is replaced only by a finished one, and
    not even by that where `replace` is False. Raises UserError where it cannot be written.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
    if output is None or output == "-":
        _print(data)
        return
    try:
        _write_file(Path(output), data, replace)
    except FileExistsError as error:
        raise UserError(f"{output}: there is such a file already; --force replaces it") from error
    except OSError as error:
        raise UserError(f"{output}: cannot be written: {(error.strerror or str(error)).lower()}") from error


def keep(output: str | None, *sources: str | Path | None) -> None:
    """Raises UserError where the output would take the place of a file that it is made from."""
    if output is None or output == "-":
        return
    for source in sources:
        with contextlib.suppress(OSError, ValueError):
            if source is not None and Path(output).samefile(source):
                raise UserError(f"{output}: this is the file that is read; give the page another name")


def write_pictures(files: Mapping[str, str], output: str | None) -> None:
    """Write the pictures of a page beside it."""
    for name, text in files.items():
        write(text, str(Path(str(output)).with_name(name)))


def key_beside(sheet: str) -> str:
    """The file of a sheet's key: `sheet.key.md` beside `sheet.md`."""
    path = Path(sheet)
    return str(path.with_name(f"{path.stem}.key{path.suffix}"))


def _print(data: bytes) -> None:
    try:
        click.echo(data, nl=False)
    except BrokenPipeError:
        # Who reads has seen enough (`| head`). What is still in the buffer must not raise again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_file(path: Path, data: bytes, replace: bool) -> None:
    path = path.resolve()  # a link stays a link: what it points to is replaced
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = stat.S_IFREG | (0o666 & ~umask)
    else:
        if not replace:
            raise FileExistsError(path)
        if not stat.S_ISREG(mode):  # a pipe, a device or a folder cannot be replaced by a file
            with path.open("wb") as out:
                out.write(data)
            return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(temporary).chmod(stat.S_IMODE(mode))
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise

"""Files from outside that hold text: hand-ins and marking schemes. What cannot be read is said in one line."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from backprop_steps.errors import UserError

LARGEST_HAND_IN = 2_000_000
"""The bound on a hand-in, in bytes."""

_KINDS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture or a sound",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a rich-text document",
}


class FileError(UserError):
    """A file that cannot be read as text."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """The text of a hand-in, with lines that end in newlines only, and what messages call it."""

    name: str
    text: str


def read_hand_in(name: str) -> HandIn:
    """A hand-in by the name of its file; `-` is standard input. Raises FileError.

    Of a notebook it is the Markdown, of a web page the text that a browser shows.
    """
    wanted = "a hand-in"
    if name == "-":
        text = _text(sys.stdin.buffer.read(LARGEST_HAND_IN + 1), "standard input", wanted, LARGEST_HAND_IN)
    else:
        text = text_of_file(name, wanted, LARGEST_HAND_IN)
    if name.lower().endswith(".ipynb"):
        return HandIn(name, _text_of_notebook(name, text))
    if name.lower().endswith(".typ"):
        raise FileError(f"{name}: Typst is not read; give the text as Markdown, LaTeX or plain text")
    if not text.lstrip().startswith("<"):
        return HandIn(name, text)
    from backprop_steps.checking.reading.web_pages import is_web_page, text_of_web_page

    return HandIn(name, text_of_web_page(text) if is_web_page(text) else text)


def _text_of_notebook(file: str, text: str) -> str:
    """What the Markdown cells of a notebook say, one after another."""
    try:
        cells = json.loads(text)["cells"]
        said = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FileError(f"{file}: this is no notebook that Jupyter has saved; give its text as Markdown") from None
    return "\n\n".join(said).replace("\r\n", "\n").replace("\r", "\n") + "\n"


def text_of_file(path: str | Path, wanted: str, largest: int) -> str:
    """The text of a file in UTF-8, its lines ended by newlines only. `wanted` is what it ought to be: "a hand-in".

    Raises FileError.
    """
    file = str(path)
    try:
        if Path(path).is_dir():
            raise FileError(f"{file}: this is a folder; {wanted} is one file")
        with Path(path).open("rb") as stream:
            content = stream.read(largest + 1)
    except FileNotFoundError:
        raise FileError(f"{file}: there is no such file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "this is not the name of a file"
        raise FileError(f"{file}: cannot be read: {reason.lower()}") from None
    return _text(content, file, wanted, largest)


def _text(content: bytes, file: str, wanted: str, largest: int) -> str:
    kind = next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)
    if kind is not None:
        raise FileError(f"{file}: this is {kind}; {wanted} is a text file")
    if len(content) > largest:
        raise FileError(f"{file}: is larger than {largest} bytes, the bound on {wanted}")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(f"{file}: this is UTF-16; save the file as UTF-8 text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        byte = content[error.start]
        raise FileError(f"{file}:{place}: byte 0x{byte:02x} is not UTF-8; save the file as UTF-8 text") from None
    if "\0" in text:
        at = text.index("\0")
        place = f"{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"
        raise FileError(f"{file}:{place}: a NUL byte: this is no text file; {wanted} is one")
    return text.replace("\r\n", "\n").replace("\r", "\n")

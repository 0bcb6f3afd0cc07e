"""Compiled templates, kept from one page to the next and from one run to the next.

Jinja takes some 60 ms to compile a document, a tenth of a whole cold run. What is kept on disk is compiled Python, as
in `__pycache__`, so it is read only from a folder that nobody else can write to.
"""

from __future__ import annotations

import contextlib
import marshal
import sys
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import CodeType

import jinja2.compiler
from jinja2.bccache import Bucket, BytecodeCache

from backprop_steps.pages.markup import escaping
from backprop_steps.resources import cache_folder

_memory: dict[str, tuple[bytes, CodeType]] = {}


class CompiledTemplates(BytecodeCache):
    """Jinja's bytecode cache for one format: in memory, and for the templates in `shipped` on disk too.

    Whatever goes wrong with the files, the template is compiled again.
    """

    def __init__(self, format: str, shipped: Path) -> None:
        self._format = format
        self._shipped = str(shipped)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """A name for the file: by the template's place and the format, for its text is escaped when it is compiled."""
        place = "\0".join((self._format, name, filename or "", sys.implementation.cache_tag or ""))
        on_disk = "disk" if filename and filename.startswith(self._shipped) else "memory"
        return f"{on_disk}-{sha256(place.encode()).hexdigest()[:32]}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket its code, if what was compiled is this very source, by this very compiler."""
        mark = _mark(bucket.checksum)
        kept = _memory.get(bucket.key)
        if kept is not None and kept[0] == mark:
            bucket.code = kept[1]
            return
        file = _file(bucket.key)
        if file is None:
            return
        try:
            data = file.read_bytes()
        except OSError:
            return
        code = data[64:]
        if data[:32] == mark and data[32:64] == sha256(code).digest():
            bucket.code = marshal.loads(code)
            _memory[bucket.key] = mark, bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bucket's code."""
        assert bucket.code is not None
        mark = _mark(bucket.checksum)
        _memory[bucket.key] = mark, bucket.code
        file = _file(bucket.key)
        if file is None:
            return
        code = marshal.dumps(bucket.code)
        with contextlib.suppress(OSError), tempfile.TemporaryDirectory(dir=file.parent) as place:
            # Written beside, then put in place: who reads at the same time reads the old one or the new one.
            temporary = Path(place) / file.name
            temporary.write_bytes(mark + sha256(code).digest() + code)
            temporary.replace(file)


def _file(key: str) -> Path | None:
    place = cache_folder() if key.startswith("disk-") else None
    return place / f"{key}.bin" if place else None


def _mark(checksum: str) -> bytes:
    return sha256(f"{checksum} {_compilers()}".encode()).digest()


@cache
def _compilers() -> str:
    """What decides how a source is compiled: Jinja, and what this project adds to it."""
    files = (jinja2.compiler.__file__, escaping.__file__, str(Path(__file__).with_name("environment.py")))
    return repr([(file, state.st_mtime_ns, state.st_size) for file in files for state in [Path(file).stat()]])

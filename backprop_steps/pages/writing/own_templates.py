"""Templates of the user's own: a document, a folder that is looked in first, and what a document changes elsewhere.

What they may say is in `templates/README.md`; `bounded.py` keeps them in bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound, TemplateSyntaxError
from jinja2.loaders import split_template_path

from backprop_steps.errors import UserError, did_you_mean
from backprop_steps.languages import in_language
from backprop_steps.resources import templates_folder
from backprop_steps.source.files import read_text
from backprop_steps.source.messages import FileErrors, Report

LARGEST = 1_000_000
"""The bound on a template, in bytes."""

SHIPPED = "shipped/"
"""What a name begins with that means the shipped template, though there is one of the user's own of that name."""

_KEYS = frozenset({"mistakes_key"})
"""Documents that come beside the one that was asked for: they keep the shipped template."""


class TemplateError(UserError):
    """A mistake in a template of the user's own: its file and line, what is wrong, the likely remedy."""


class _Unreadable(FileErrors):
    """A template that cannot be read as text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a template: its text, the file it is of, the line it begins in; `own`: it is the user's."""

    text: str
    file: str
    line: int = 1
    own: bool = True


@dataclass(frozen=True, slots=True)
class Own:
    """Where the user's own templates are. `document`: the file that takes the place of the shipped document.

    The files of `folder` come before the shipped ones of the same name.
    """

    folder: Path
    document: Path | None = None

    @property
    def told(self) -> str:
        """What messages call it."""
        return str(self.document or self.folder)

    def stands_for(self, document: str) -> bool:
        """Whether there is a file that takes the place of this document whatever its name."""
        return self.document is not None and document not in _KEYS


def own_templates(path: str | Path) -> Own:
    """The templates at a path: a document, or a folder. Raises TemplateError where there is nothing of the kind."""
    place = Path(path)
    try:
        if place.is_dir():
            if any((place / name).is_file() for name in shipped_names()):
                return Own(place)
            raise TemplateError(
                f"{path}: no file in this folder takes the place of a shipped template; "
                "backprop-steps templates --export copies those"
            )
        if not place.is_file():
            raise TemplateError(f"{path}: there is no such template; backprop-steps templates --export copies some")
    except (OSError, ValueError):
        raise TemplateError(f"{path}: this is not the name of a file") from None
    root = place.parent.parent if place.parent.name == "documents" else place.parent
    return Own(root, place)


@cache
def shipped_names() -> tuple[str, ...]:
    """The names of the shipped templates: `documents/solution.j2`, `formats/latex.j2` …"""
    root = templates_folder()
    found = (file for kind in ("documents", "formats") for file in (root / kind).rglob("*") if file.is_file())
    return tuple(sorted(file.relative_to(root).as_posix() for file in found))


class OwnLoader(BaseLoader):
    """The templates of a page that has some of the user's own.

    A file of macros (a wording, a format) of the user's is put behind the shipped one, so that it says only what it
    changes; and so are the pieces of the document that stand between `change` and `endchange`. `entry` is the template
    to begin with: the user's file where that stands for the document, otherwise the document.
    """

    def __init__(self, own: Own, document: str, lang: str) -> None:
        self._own, self._lang = own, lang
        self.told = own.told
        self._made: dict[str, tuple[Piece, ...]] = {}
        self._changes: dict[str, list[Piece]] = {}
        first = _read(own.document) if own.document is not None else self._own_file(f"documents/{document}.j2")
        if own.document is not None and own.stands_for(document):
            self.entry = own.document.name
        else:
            self.entry = f"documents/{document}.j2"
        if first is None:
            return
        text, changes = split(first, lang)
        refuse_unused(Piece(text, first.file), changes, lang)
        if own.document is None or own.stands_for(document):
            self._made[self.entry] = (Piece(text, first.file),)
        for name, piece in changes:
            self._changes.setdefault(name, []).append(piece)

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        """The text of a template. It is of no one file, and so kept nowhere."""
        pieces = self._made.get(template)
        if pieces is None:
            pieces = self._made[template] = tuple(self._pieces(template))
        return "\n".join(piece.text for piece in pieces), None, None

    def origin(self, template: str, line: int) -> Piece | None:
        """Where a line of a template comes from: its piece, begun at that line."""
        for piece in self._made.get(template, ()):
            lines = piece.text.count("\n") + 1
            if line <= lines:
                return Piece("", piece.file, piece.line + line - 1, piece.own)
            line -= lines
        return None

    def list_templates(self) -> list[str]:
        """The names there are."""
        return [*shipped_names(), *self._made]

    def _pieces(self, name: str) -> Iterator[Piece]:
        only_shipped = name.startswith(SHIPPED)
        file = in_language(name.removeprefix(SHIPPED), self._lang)
        shipped = _shipped(file)
        own = None if only_shipped else self._own_file(file)
        if shipped is None and own is None:
            raise TemplateNotFound(name)
        if shipped is not None and (own is None or _is_of_macros(name)):
            yield shipped
        if own is not None:
            yield own
        yield from self._changes.get(file, ())

    def _own_file(self, name: str) -> Piece | None:
        """The file of this name in the user's folder, wherever a link in it may lead to: not out of it."""
        if not name.endswith(".j2") and name not in shipped_names():
            return None
        file = self._own.folder.joinpath(*split_template_path(name))
        if not file.is_file() or (self._own.document is not None and file.samefile(self._own.document)):
            return None  # the document itself extends the shipped one
        if not file.resolve().is_relative_to(self._own.folder.resolve()):
            raise TemplateError(f"{file}: leads out of the folder of the templates; put a copy there")
        return _read(file)


def split(document: Piece, lang: str) -> tuple[str, list[tuple[str, Piece]]]:
    """A document without what it changes elsewhere, and that: the name of a template, and the piece to put behind it.

    `lang` is the language of the words that are named without one. Raises TemplateError.
    """
    tokens = _tokens(document)
    text, cut, found = document.text, 0, list[tuple[str, Piece]]()
    left: list[str] = []
    number = 0
    while number < len(tokens):
        tag, at, name = _tag(tokens, number)
        if tag == "endchange":
            raise TemplateError(f"{_place(document, at)}: there is an endchange without a change before it")
        if tag != "change":
            number += 1
            continue
        known = _changed(name, lang)
        if known is None:
            raise TemplateError(f"{_place(document, at)}: {_no_such(name)}")
        begin = _end_of_tag(tokens, number)
        end = next((n for n in range(begin, len(tokens)) if _tag(tokens, n)[0] == "endchange"), None)
        if end is None:
            raise TemplateError(f"{_place(document, at)}: this change has no end; close it with {{% endchange %}}")
        first, last = tokens[begin][0], tokens[end][0]
        after = tokens[_end_of_tag(tokens, end)][0]
        found.append((known, Piece(text[first:last], document.file, document.line + text.count("\n", 0, first))))
        left += [text[cut:at], "\n" * text.count("\n", at, after)]
        cut, number = after, _end_of_tag(tokens, end)
    return "".join(left) + text[cut:], found


def refuse_unused(document: Piece, changes: list[tuple[str, Piece]], lang: str) -> None:
    """Refuse blocks and macros that take the place of none: Jinja would say nothing of a name that is misspelt.

    Raises TemplateError.
    """
    tokens = _tokens(document)
    parents = list(_parents(tokens, lang))
    if parents:
        known = [word for _, parent in parents for _, word in _named(_tokens(parent), "block", outer=False)]
        _refuse(document, tokens, "block", known, parents[0][0])
    for name, piece in changes:
        whole = _shipped(name)
        if whole is not None:
            known = [word for _, word in _named(_tokens(whole), "macro", outer=False)]
            _refuse(piece, _tokens(piece), "macro", known, name)


def _parents(tokens: list[_Token], lang: str) -> Iterator[tuple[str, Piece]]:
    """The shipped templates that a document extends, one after the other."""
    name = next((name for tag, _, name in _tags(tokens) if tag == "extends"), "")
    parent = _shipped(in_language(name.removeprefix(SHIPPED), lang)) if name else None
    if parent is not None:
        yield name, parent
        yield from _parents(_tokens(parent), lang)


def _refuse(mine: Piece, tokens: list[_Token], kind: str, known: list[str], name: str) -> None:
    for at, word in _named(tokens, kind, outer=True):
        uses = len(re.findall(rf"\b{re.escape(word)}\s*\(", mine.text))
        if word not in known and (kind == "block" or uses < 2):
            near = did_you_mean(word, known) or "; backprop-steps templates --export shows those that there are"
            raise TemplateError(f"{_place(mine, at)}: {name} has no {kind} {word!r}, so nothing would use it{near}")


def _named(tokens: list[_Token], kind: str, *, outer: bool) -> Iterator[tuple[int, str]]:
    """Where each block or macro begins, and its name; `outer`: none that stands in another."""
    depth = 0
    for number, (tag, at, _) in enumerate(_tags(tokens)):
        if tag == kind:
            words = [value for _, type, value in tokens[number : _end_of_tag(tokens, number)] if type == "name"]
            if len(words) > 1 and not (outer and depth):
                yield at, words[1]
        depth += (tag in ("block", "macro")) - (tag in ("endblock", "endmacro"))


def _tags(tokens: list[_Token]) -> Iterator[tuple[str, int, str]]:
    return (_tag(tokens, number) for number in range(len(tokens)))


_Token = tuple[int, str, str]
"""Where a token begins in the text, its type, and its text."""


def _tokens(document: Piece) -> list[_Token]:
    try:
        raw = list(Environment(keep_trailing_newline=True).lex(document.text))
    except TemplateSyntaxError as error:
        raise TemplateError(f"{document.file}:{error.lineno}: {said(error.message or '')}") from None
    found: list[_Token] = []
    at = 0
    for _, kind, value in raw:
        at = document.text.index(value, at)  # white space that a tag takes away is no token
        found.append((at, kind, value))
        at += len(value)
    return [*found, (len(document.text), "end", "")]


def _tag(tokens: list[_Token], number: int) -> tuple[str, int, str]:
    """The name of the tag that begins here, where it does, and the string after its name; nothing where none does."""
    at, kind, _ = tokens[number]
    if kind != "block_begin":
        return "", at, ""
    inside = [
        (kind, value) for _, kind, value in tokens[number + 1 : _end_of_tag(tokens, number)] if kind != "whitespace"
    ]
    name = inside[0][1] if inside else ""
    return name, at, next((value[1:-1] for kind, value in inside[1:2] if kind == "string"), "")


def _end_of_tag(tokens: list[_Token], number: int) -> int:
    """The token after the tag that begins at this one."""
    ends = (n for n in range(number, len(tokens)) if tokens[n][1] == "block_end")
    return next(ends, len(tokens) - 2) + 1


def _changed(name: str, lang: str) -> str | None:
    """The template that a change names: `wording/passages.j2`, `formats/latex.j2`; the ending may be left out."""
    for ending in ("", ".j2"):
        for place in (f"documents/{name}{ending}", f"{name}{ending}"):
            place = in_language(place, lang)
            if place in shipped_names() and _is_of_macros(place):
                return place
    return None


def _no_such(name: str) -> str:
    files = (one for one in shipped_names() if _is_of_macros(one))
    known = [re.sub(r"^documents/(wording/)\w+/", r"\1", one) for one in files]
    near = did_you_mean(name, known) or "; backprop-steps templates lists them"
    return f"there is no {name!r} whose macros could be changed{near}"


def _is_of_macros(name: str) -> bool:
    """Whether a template is made of macros, of which a later one takes the place of an earlier one."""
    return name.endswith(".j2") and name.startswith(("documents/wording/", "formats/"))


def _shipped(name: str) -> Piece | None:
    if name not in shipped_names():
        return None
    file = templates_folder() / name
    return Piece(file.read_text(encoding="utf-8"), str(file), own=False)


def _read(file: Path) -> Piece:
    """The text of the user's file. Raises _Unreadable."""
    report = Report(str(file))
    text = read_text(file, report, LARGEST)
    if text is None:
        raise report.errors(_Unreadable)
    return Piece(text.replace("\r\n", "\n").replace("\r", "\n"), str(file))


def _place(document: Piece, at: int) -> str:
    return f"{document.file}:{document.line + document.text.count(chr(10), 0, at)}"


def said(message: str) -> str:
    """Jinja's sentence as a part of a line of ours."""
    text = " ".join(message.split()).removesuffix(".")
    return text[:1].lower() + text[1:]


def comments(names: tuple[str, ...]) -> Mapping[str, str]:
    """What each shipped template says of itself: the first sentence of the comment it begins with."""
    root = templates_folder()
    found = {}
    for name in names:
        text = (root / name).read_text(encoding="utf-8").lstrip()
        comment = " ".join(text.split("#}")[0].lstrip("{#-").rstrip("-").split()) if text.startswith("{#") else ""
        found[name] = comment.split(". ")[0].removesuffix(".")
    return found

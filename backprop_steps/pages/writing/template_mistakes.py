"""What went wrong in a template of the user's own, in one line: its file and line, what it is, the likely remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from types import TracebackType

from jinja2 import TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import MAX_RANGE

from backprop_steps.errors import did_you_mean
from backprop_steps.pages.writing.own_templates import OwnLoader, Piece, TemplateError, said


def mistake(error: Exception, loader: OwnLoader, filters: Collection[str]) -> TemplateError:
    """The mistake that this exception is."""
    text = _said(error, loader, filters)
    places = list(_places(error, loader))
    mine = [place for place in places if place.own]
    if mine:
        return TemplateError(f"{mine[-1].file}:{mine[-1].line}: {text}")
    where = f" (found in {places[-1].file}, line {places[-1].line})" if places else ""
    return TemplateError(f"{loader.told}: {text}{where}")


def _places(error: Exception, loader: OwnLoader) -> Iterator[Piece]:
    """The lines of templates that were at work, the innermost last."""
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None and template.name is not None:
            place = loader.origin(template.name, template.get_corresponding_lineno(traceback.tb_lineno))
            if place is not None:
                yield place
        traceback = traceback.tb_next
    if isinstance(error, TemplateSyntaxError) and error.name is not None:
        place = loader.origin(error.name, error.lineno)
        if place is not None:
            yield place


def _said(error: Exception, loader: OwnLoader, filters: Collection[str]) -> str:
    if isinstance(error, TemplateNotFound):
        name = str(error.name or "")
        remedy = did_you_mean(name, loader.list_templates()) or "; backprop-steps templates lists those there are"
        return f"there is no template {name!r}{remedy}"
    if isinstance(error, TemplateSyntaxError):
        return _unknown(error.message or "", filters)
    if isinstance(error, RecursionError):
        return "a macro or template calls itself without end"
    if isinstance(error, OverflowError) and "Range" in str(error):
        return f"a range of more than {MAX_RANGE} numbers, the bound on one"
    if isinstance(error, KeyError):
        return f"there is no key {error.args[0]!r}" if error.args else "there is no such key"
    text = re.sub(r"\S*<lambda>", "this function", str(error))
    text = re.sub(r"\b[A-Z]\w*\.(?=\w+\(\))", "", text)  # what class of ours a function is of
    return _unknown(text, filters) or type(error).__name__


def _unknown(message: str, filters: Collection[str]) -> str:
    """Jinja's sentence; of an unknown filter, with the likeliest that there is."""
    unknown = re.match(r"No (filter|test) named '(\w+)'", message)
    if unknown is None:
        return said(message)
    near = did_you_mean(unknown[2], filters) if unknown[1] == "filter" else ""
    return f"there is no {unknown[1]} {unknown[2]!r}{near}"

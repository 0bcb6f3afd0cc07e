"""A document in a format, from its template to the text of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from jinja2.runtime import Context
from markupsafe import Markup

from backprop_steps.languages import in_language
from backprop_steps.pages.markup.escaping import tex_text
from backprop_steps.pages.writing.compiled import CompiledTemplates
from backprop_steps.pages.writing.environment import FormatEnvironment
from backprop_steps.pages.writing.formats import Format
from backprop_steps.pages.writing.macros import Write
from backprop_steps.pages.writing.own_templates import OwnLoader
from backprop_steps.pages.writing.wording import SHIPPED, Wording
from backprop_steps.problem.model import Meta
from backprop_steps.resources import templates_folder


class _Shipped(FileSystemLoader):
    """The shipped templates, the words in one language."""

    def __init__(self, folder: Path, lang: str) -> None:
        super().__init__(folder)
        self._lang = lang

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        return super().get_source(environment, in_language(template, self._lang))


class _Trusted(FormatEnvironment):
    """The shipped templates alone: what they ask for is not looked into, which takes a tenth of writing a page."""

    getattr = Environment.getattr
    getitem = Environment.getitem

    def call(self, context: Context, called: Any, /, *arguments: Any, **named: Any) -> Any:
        return context.call(called, *arguments, **named)


def environment(format: Format, write: Write, wording: Wording = SHIPPED, document: str = "") -> FormatEnvironment:
    """The environment of a format over the shipped templates, and over the user's own where there are any.

    `document` is the one that a file of the user's may take the place of.
    """
    language = wording.language
    if wording.own is not None:
        from backprop_steps.pages.writing.bounded import BoundedEnvironment

        return BoundedEnvironment(format, write, OwnLoader(wording.own, document, language.code), language)
    shipped = templates_folder()
    loader = _Shipped(shipped, language.code)
    return _Trusted(format, write, loader, language, CompiledTemplates(format.name, shipped))


def case_words(format: Format, wording: Wording = SHIPPED) -> tuple[str, str]:
    """What the templates say for "if" and "otherwise" in a case distinction, as they stand inside `\\text{…}`.

    Raises TemplateError for a mistake in a template of the user's own.
    """
    templates = environment(format, str, wording, "solution")
    with templates.answering():
        cases: Any = vars(templates.get_template("documents/wording/formulas.j2").module)["cases"]
        return tex_text(cases["if"]), tex_text(cases["otherwise"])


def write_page(
    document: str,
    context: Mapping[str, Any],
    *,
    format: Format,
    write: Write,
    title: str,
    meta: Meta,
    fragment: bool = False,
    wording: Wording = SHIPPED,
) -> str:
    """The page of a document template (`solution` is `documents/solution.j2`), ending with one newline.

    `write` gives the TeX of a quantity or an expression. A fragment has no title and no preamble. Raises
    TemplateError for a mistake in a template of the user's own.
    """
    templates = environment(format, write, wording, document)
    with templates.answering(context):
        stream = templates.document(document).render(context)
        details = [text for text in (meta.course, meta.author, meta.date, meta.license) if text]
        if format.bound is not None:
            beginning = templates.macros.call("document", title, details, "", meta)
            return f"{format.bound(str(beginning), templates.macros.page(stream))}\n"
        body = Markup(templates.macros.assembled(stream))
        if fragment:
            return f"{templates.macros.call('fragment', body)}\n"
        return f"{templates.macros.call('document', title, details, body, meta)}\n"

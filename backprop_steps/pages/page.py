"""A document in a format, from its template to the text of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from backprop_steps.pages.environment import environment
from backprop_steps.pages.escaping import tex_text
from backprop_steps.pages.formats import Format
from backprop_steps.pages.macros import Write
from backprop_steps.problem.model import Meta


def case_words(format: Format, folders: Sequence[Path] = ()) -> tuple[str, str]:
    """What the templates say for "if" and "otherwise" in a case distinction, as they stand inside `\\text{…}`."""
    wording: Any = environment(format, str, folders).get_template("documents/wording/formulas.j2").module
    return tex_text(wording.cases["if"]), tex_text(wording.cases["otherwise"])


def write_page(
    document: str,
    context: Mapping[str, Any],
    *,
    format: Format,
    write: Write,
    title: str,
    meta: Meta,
    fragment: bool = False,
    folders: Sequence[Path] = (),
) -> str:
    """The page of a document template (`solution` is `documents/solution.j2`), ending with one newline.

    `write` gives the TeX of a quantity or an expression. A fragment has no title and no preamble. Templates in
    `folders` come before the shipped ones. Raises `jinja2.TemplateError` for a mistake in a template.
    """
    templates = environment(format, write, folders)
    stream = templates.get_template(f"documents/{document}.j2").render(context)
    body = Markup(templates.macros.assembled(stream))
    if fragment:
        return f"{templates.macros.call('fragment', body)}\n"
    details = [text for text in (meta.course, meta.author, meta.date, meta.license) if text]
    return f"{templates.macros.call('document', title, details, body, meta)}\n"

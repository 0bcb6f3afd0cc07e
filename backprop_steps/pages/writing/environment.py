"""The Jinja environment of one format: plain text is escaped, formulas are set, blocks are fenced, in this one place.

What a document template is given is said in `templates/README.md`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from typing import Any

from jinja2 import BaseLoader, BytecodeCache, StrictUndefined, Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.filters import FILTERS
from jinja2.lexer import Token, TokenStream
from jinja2.nodes import Concat
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.languages import ENGLISH, Language
from backprop_steps.pages.markup.cells import padded, width
from backprop_steps.pages.markup.escaping import quoted
from backprop_steps.pages.writing.formats import Format
from backprop_steps.pages.writing.macros import Formula, Linked, Macros, Write
from backprop_steps.pages.writing.own_templates import SHIPPED

# Those that keep marked-up text marked up. Jinja's others escape for HTML, or mix marked-up text with plain.
_FILTERS = (
    "abs", "attr", "batch", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "int",
    "items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round",
    "safe", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim", "unique", "upper",
)  # fmt: skip


class _Prose(Extension):
    """Escapes the literal text of a document, so that its author writes prose and no format's markup."""

    environment: FormatEnvironment

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        literal = (stream.name or "").startswith(("formats/", f"{SHIPPED}formats/"))
        for token in stream:
            if token.type == "data" and not literal:
                token = Token(token.lineno, "data", self.environment.format.escape(token.value))
            yield token


class DocumentCode(CodeGenerator):
    """Jinja's compiler, with `~` put together as the format asks."""

    def visit_Concat(self, node: Concat, frame: Frame) -> None:  # noqa: N802  (Jinja's name)
        """The operands of `~`, given to the environment."""
        # Jinja's own `~` escapes for HTML as soon as one side is marked up.
        self.write("environment.concatenated((")
        for operand in node.nodes:
            self.visit(operand, frame)
            self.write(", ")
        self.write("))")


class FormatEnvironment(ImmutableSandboxedEnvironment):
    """The templates of one format, in Jinja's sandbox.

    A plain string is escaped for the format; a quantity, an expression or a `Formula` becomes inline math; what a macro
    made passes as it is. `write` gives the TeX of a quantity or an expression.
    """

    code_generator_class: type[CodeGenerator] = DocumentCode
    intercepted_binops = frozenset({"+", "%"})

    def __init__(
        self,
        format: Format,
        write: Write,
        loader: BaseLoader,
        language: Language = ENGLISH,
        compiled: BytecodeCache | None = None,
    ) -> None:
        self.format = format
        self.write = write
        self.language = language
        super().__init__(
            loader=loader,
            autoescape=True,
            finalize=self.finalized,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_Prose],
            bytecode_cache=compiled,
        )
        self.filters = {name: FILTERS[name] for name in _FILTERS}
        self.filters |= {
            "join": self.join,
            "listing": self.listing,
            "prefixed": _prefixed,
            "quoted": _quoted,
            "fingerprint": _fingerprint,
            "utf16": _utf16,
        }
        self.macros = Macros(self)
        self.globals.update(self.macros.offered())
        self.globals |= {"cells": width, "padded": _padded, "folds": format.folds, "language": language}

    def document(self, name: str) -> Template:
        """The template of a document: `solution` is `documents/solution.j2`."""
        return self.get_template(f"documents/{name}.j2")

    def answering(self, names: Iterable[str] = ()) -> AbstractContextManager[None]:
        """Within it, a mistake in a template is answered as one; `names` are what a template is given.

        The shipped templates have none.
        """
        return nullcontext()

    def finalized(self, value: object) -> Markup:
        """What is printed for a value."""
        if isinstance(value, Markup):
            return value
        if hasattr(value, "__html__"):
            return Markup(value)
        if isinstance(value, (Formula, Quantity, Expression)):
            return self.macros.math(value)
        if isinstance(value, Linked):
            return self.macros.link(value)
        return Markup(self.format.escape("" if value is None else str(value)))

    def concatenated(self, operands: Iterable[object]) -> str:
        """The operands of `~`: marked-up text where one is marked up or a formula, a plain string otherwise."""
        pieces = list(operands)
        if all(isinstance(one, (str, int, float)) and not hasattr(one, "__html__") for one in pieces):
            return "".join(map(str, pieces))
        return Markup("".join(self.finalized(one) for one in pieces))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Jinja's `+` and `%`, but for marked-up text, which Python would escape for HTML."""
        if operator == "+" and (hasattr(left, "__html__") or hasattr(right, "__html__")):
            return self.concatenated((left, right))
        if operator == "%" and isinstance(left, str):
            raise TypeError("use ~ to put text together, not %")
        return super().call_binop(context, operator, left, right)

    def join(self, values: Iterable[object], separator: str = "") -> str:
        """The filter `join`: the values in a row, with a separator between."""
        pieces: list[object] = []
        for value in values:
            pieces += [separator, value] if pieces else [value]
        return self.concatenated(pieces)

    def listing(self, values: Iterable[object], last: str = "", between: str = ", ") -> str:
        """The filter `listing`: `{{ weights | listing(" or ") }}` writes "a, b or c"; its own "and" without it."""
        *first, end = values
        last = last or self.language.last
        return self.concatenated((self.join(first, between), last, end)) if first else self.concatenated((end,))


def _padded(text: str, room: int, right: bool = False) -> Markup:
    """A cell of a table in text, filled with spaces; what is marked up stays so."""
    return Markup(padded(str(text), room, right))


def _quoted(text: str) -> Markup:
    """The filter `quoted`: plain text as a string in Typst's code."""
    return Markup(quoted(text))


def _fingerprint(text: str) -> str:
    """The filter `fingerprint`: by what a page's policy knows the one script that may run."""
    return f"sha256-{b64encode(sha256(str(text).encode()).digest()).decode()}"


def _utf16(text: str) -> str:
    """The filter `utf16`: plain text in the digits in which a PDF has what is no ASCII."""
    return f"feff{str(text).encode('utf-16-be').hex()}"


def _prefixed(text: str, prefix: str) -> Markup:
    """The filter `prefixed`: every line of a text begun with a prefix, as a quotation is in Markdown."""
    return Markup("\n".join(f"{prefix}{line}".rstrip() for line in str(text).split("\n")))

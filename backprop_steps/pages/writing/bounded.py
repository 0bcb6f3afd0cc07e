"""The environment of templates that are not the project's own: nothing out of the sandbox, nothing without end.

Jinja's sandbox keeps a template from what is private and from changing what it is given. Beyond that, this one gives it
no file, and counts: rounds of loops and calls of macros, the characters written, the size of what is put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from decimal import Decimal
from functools import wraps
from pathlib import PurePath
from types import NoneType
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.compiler import Frame
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Undefined
from jinja2.utils import missing, object_type_repr
from markupsafe import Markup

from backprop_steps.errors import UserError, did_you_mean
from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.tree import Expression
from backprop_steps.languages import ENGLISH, Language
from backprop_steps.pages.writing.environment import DocumentCode, FormatEnvironment
from backprop_steps.pages.writing.formats import Format
from backprop_steps.pages.writing.macros import Formula, Linked, Write
from backprop_steps.pages.writing.own_templates import OwnLoader
from backprop_steps.pages.writing.template_mistakes import mistake

ROUNDS = 1_000_000
"""So many rounds of loops and calls of macros, all in all, for one page."""
CHARACTERS = 50_000_000
"""So many characters may be written for one page, those counted twice that a macro gives to another."""
LONGEST = 1_000_000
"""The longest text or list that may be put together, and the largest whole number given to a filter or a method."""
BITS = 4096
"""The size of a whole number that is calculated."""

_METHODS = frozenset(
    (
        "capitalize", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdecimal", "isdigit", "islower",
        "isnumeric", "isupper", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rpartition",
        "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper",
    )
)  # fmt: skip
"""The methods of a text that a template may call: none makes much of little, but for `replace`, which is looked at."""


_PRINTED = (str, int, float, Decimal, NoneType, Undefined, Formula, Linked, Quantity, Expression)
"""What can be printed, beside what is marked up already."""


class BoundError(Exception):
    """A template asks for more than it may have."""


class _BoundedCode(DocumentCode):
    """Counts the rounds of loops, the calls of macros, and what is written between."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802  (Jinja's names)
        """A loop, which counts its rounds."""
        node.body.insert(0, _counting(node))
        super().visit_For(node, frame)

    def visit_Macro(self, node: nodes.Macro, frame: Frame) -> None:  # noqa: N802
        """A macro, which counts its calls."""
        node.body.insert(0, _counting(node))
        super().visit_Macro(node, frame)

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:  # noqa: N802
        """The same for what is given to a macro."""
        node.body.insert(0, _counting(node))
        super().visit_CallBlock(node, frame)

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: N802
        """A list, which is looked at."""
        self._made(super().visit_List, node, frame)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: N802
        """The same, where it is no target of an assignment."""
        if node.ctx == "load":
            self._made(super().visit_Tuple, node, frame)
        else:
            super().visit_Tuple(node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802
        """A mapping, which is looked at."""
        self._made(super().visit_Dict, node, frame)

    def _made(self, write: Callable[[Any, Frame], None], node: nodes.Node, frame: Frame) -> None:
        self.write("environment.made(")
        write(node, frame)
        self.write(")")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802
        """What is written, with its size counted."""
        size = sum(len(child.data) for child in node.nodes if isinstance(child, nodes.TemplateData))
        self.writeline(f"environment.wrote({size})", node)
        super().visit_Output(node, frame)


def _counting(node: nodes.Node) -> nodes.Stmt:
    counted = nodes.EnvironmentAttribute("counted", lineno=node.lineno)
    return nodes.ExprStmt(counted, lineno=node.lineno)


class BoundedEnvironment(FormatEnvironment):
    """The templates of one page, some of them the user's own. Nothing of it is kept for another page."""

    code_generator_class = _BoundedCode
    intercepted_binops = frozenset({"+", "%", "*", "**"})
    loader: OwnLoader

    def __init__(self, format: Format, write: Write, loader: OwnLoader, language: Language = ENGLISH) -> None:
        super().__init__(format, write, loader, language)
        self._rounds = self._characters = 0
        self.known: list[str] = []
        self.undefined = _undefined(self)
        self.globals.pop("lipsum", None)
        self.globals["dict"] = lambda *arguments, **named: self.made(dict(*arguments, **named))
        self.filters = {name: _bounded(filter) for name, filter in self.filters.items()}

    @property
    def counted(self) -> None:
        """One more round of a loop, or call of a macro. Raises BoundError beyond `ROUNDS`."""
        self._rounds += 1
        if self._rounds > ROUNDS:
            raise BoundError(
                f"more than {ROUNDS} rounds of loops and calls of macros, the bound for a page; is one endless?"
            )

    def wrote(self, characters: int) -> None:
        """So many more characters. Raises BoundError beyond `CHARACTERS`."""
        self._characters += characters
        if self._characters > CHARACTERS:
            raise BoundError(f"more than {CHARACTERS} characters are written, the bound for a page")

    def made(self, value: Any) -> Any:
        """A list or mapping that was put together. Raises BoundError where it has too many members, all the way down.

        One that holds another twice has its members twice: so it is written, and so it is compared.
        """
        sizes: dict[int, int] = {}
        if _size(value, sizes) > LONGEST:
            raise BoundError(f"a list of more than {LONGEST} members, with those of its members")
        self._rounds += len(sizes)
        return value

    def finalized(self, value: object) -> Markup:
        """What is printed for a value. What Python would write of a list or an object nobody wants to see."""
        if isinstance(value, (list, tuple, dict, set, frozenset)):
            raise TypeError('this is a list, which is not printed as it is; put one of it there, or | listing(" and ")')
        if not hasattr(value, "__html__") and not isinstance(value, _PRINTED):
            raise TypeError(f"{_kind(value)} is no text; say what of it is to stand here")
        text = super().finalized(value)
        self.wrote(len(text))
        return text

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """`+`, `*`, `**` and `%`, where what comes of them is not too large."""
        if operator == "*" and (isinstance(left, Sized) or isinstance(right, Sized)):
            sized, times = (left, right) if isinstance(left, Sized) else (right, left)
            if isinstance(times, int) and len(sized) * times > LONGEST:
                raise BoundError(f"a text or list longer than {LONGEST}")
        if isinstance(left, int) and isinstance(right, int):
            wide = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
            if wide > BITS:
                raise BoundError(f"a whole number larger than 2 to the power of {BITS}")
        found = super().call_binop(context, operator, left, right)
        if isinstance(found, Sized) and len(found) > LONGEST:
            raise BoundError(f"a text or list longer than {LONGEST}")
        return found

    def concatenated(self, operands: Any) -> str:
        """The operands of `~`, where they are not too long."""
        found = super().concatenated(operands)
        if len(found) > LONGEST:
            raise BoundError(f"a text longer than {LONGEST}")
        return found

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Nothing of a path: it could open and remove files."""
        return not isinstance(obj, PurePath) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`format` is no method that a template may call: its widths make much of little."""
        return None if super().wrap_str_format(value) is None else _no_format

    def call(self, context: Context, obj: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call what may be called; of a text, what does not make much of little."""
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if isinstance(owner, str):
            if name not in _METHODS:
                raise SecurityError(f"a text has no {name!r} in a template")
            if name == "replace" and len(arguments) > 1:
                old, new = (str(one) for one in arguments[:2])
                if (owner.count(old) + 1) * len(new) > LONGEST:
                    raise BoundError(f"a text longer than {LONGEST}")
        return super().call(context, obj, *arguments, **named)

    def handle_exception(self, source: str | None = None) -> Any:
        """Raise what was raised; `answering` says what it means."""
        raise

    def document(self, name: str) -> Template:
        """The template of a document: the user's own, where it stands for this one."""
        return self.get_template(self.loader.entry)

    @contextmanager
    def answering(self, names: Iterable[str] = ()) -> Iterator[None]:
        """What goes wrong meanwhile is told as a mistake in a template. Raises TemplateError."""
        self.known = [*names]
        try:
            yield
        except UserError:
            raise
        except Exception as error:
            raise mistake(error, self.loader, self.filters) from error


def _size(value: object, sizes: dict[int, int]) -> int:
    """How many members a list or mapping has, all the way down; each is looked at once."""
    if not isinstance(value, (list, tuple, dict)):
        return 1
    found = sizes.get(id(value))
    if found is None:
        members = value.values() if isinstance(value, dict) else value
        found = sizes[id(value)] = 1 + sum(_size(member, sizes) for member in members)
    return found


def _bounded(filter: Callable[..., Any]) -> Callable[..., Any]:
    """The filter; it is given no number beyond the bound."""

    @wraps(filter)
    def looked_at(*arguments: Any, **named: Any) -> Any:
        for one in (*arguments[1:], *named.values()):
            if isinstance(one, int) and abs(one) > LONGEST:
                raise BoundError(f"a filter is given {one}, beyond the bound of {LONGEST}")
        return filter(*arguments, **named)

    return looked_at


def _undefined(environment: BoundedEnvironment) -> type[StrictUndefined]:
    """What stands for a value that is not there: it says which it may have been."""

    class Named(StrictUndefined):
        __slots__ = ()

        @property
        def _undefined_message(self) -> str:
            name, of = self._undefined_name, self._undefined_obj
            if self._undefined_hint:
                return self._undefined_hint
            if of is missing and name in environment.known:
                return f"{name!r} is not known in this template: import it with context"
            if of is missing:
                known = [*environment.known, *environment.globals]
                return f"there is no {name!r}{did_you_mean(str(name), known) or _LISTED}"
            if isinstance(of, TemplateModule):
                known = [one for one in vars(of) if not one.startswith("_")]
                return f"{of.__name__!r} has no {name!r}{did_you_mean(str(name), known)}"
            known = [one for one in (of if isinstance(of, dict) else dir(of)) if not str(one).startswith("_")]
            return f"{_kind(of)} has no {name!r}{did_you_mean(str(name), map(str, known))}"

    return Named


def _kind(value: object) -> str:
    return object_type_repr(value).removesuffix(" object").rpartition(".")[2]


def _no_format(*arguments: object, **named: object) -> str:
    raise SecurityError("a text has no 'format' in a template; put it together with ~")


_LISTED = "; the README.md that backprop-steps templates --export copies lists what there is"

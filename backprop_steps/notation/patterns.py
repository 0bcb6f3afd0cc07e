"""A pattern: TeX with placeholders. The same pattern spells a quantity and reads it back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from backprop_steps.errors import did_you_mean
from backprop_steps.notation.macros import fault
from backprop_steps.notation.pieces import (
    Field,
    Group,
    Piece,
    PieceError,
    Script,
    Text,
    canonical,
    ends_in_word,
    join,
    parse,
    parts,
    write,
)

INDICES = frozenset(
    {"layer", "unit", "to", "from", "row", "column", "sample", "node", "from_node", "to_node", "number"}
)
"""The placeholders that stand for one index."""
WHOLES = frozenset({"name", "unit_name", "to_name", "from_name"})
"""The placeholders that stand for something longer."""
MARKS = frozenset({"updates", "pluses", "primes"})
"""The placeholders that count updates."""
PLACEHOLDERS = INDICES | WHOLES | MARKS
WRAPPED = frozenset({"base", "sub", "sup"})
"""What only a wrap has: the parts of the pattern that is wrapped."""

LONGEST = 300
"""The bound on a pattern, in characters."""

_INDEX = r"(?:\\[A-Za-z]+ ?|[A-Za-z]|[0-9]+)'*(?:[+-][0-9]+)?"
_SINGLE = re.compile(r"\\[A-Za-z]+ ?|[A-Za-z]'*|[0-9]")
_NAME = "[A-Za-z]+[0-9]*"
_READS = {
    "unit_name": _NAME,
    "to_name": _NAME,
    "from_name": _NAME,
    "pluses": r"\++",
    "primes": "'+",
    "updates": "[0-9]+",
}
_HOLLOW = re.compile(r"[()\[\],\s]*")


@dataclass(frozen=True, slots=True)
class Slot:
    """Placeholders side by side, one or more, where their values go. `mark`: a script without braces of its own."""

    names: tuple[str, ...]
    mark: str = ""


Plan = tuple[str | Slot, ...]


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. `items` are its pieces, `text` is how it was written."""

    text: str
    items: tuple[Piece, ...]
    _plans: dict[frozenset[str], Plan] = field(default_factory=dict, compare=False, repr=False)
    _readers: dict[frozenset[str], tuple[re.Pattern[str], tuple[Slot, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @staticmethod
    def parse(text: str) -> Pattern:
        """Raises PieceError for braces that do not match, for an unknown placeholder, and for what is no symbol."""
        if len(text) > LONGEST:
            raise PieceError(f"a symbol of {len(text)} characters is too long; the bound is {LONGEST}")
        items = parse(text)
        for found in _fields(items):
            if found.name not in PLACEHOLDERS:
                near = did_you_mean(found.name, PLACEHOLDERS) or f"; known: {', '.join(sorted(PLACEHOLDERS))}"
                raise PieceError(f"unknown placeholder <{found.name}>{near}")
        wrong = fault(items) if text.strip() else "an empty pattern"
        if wrong is not None:
            raise PieceError(wrong)
        return Pattern(text, items)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of its placeholders."""
        return frozenset(found.name for found in _fields(self.items))

    @cached_property
    def optional(self) -> frozenset[str]:
        """The names of those that may be left out, `<unit?>`."""
        return frozenset(found.name for found in _fields(self.items) if found.optional)

    @cached_property
    def indexed(self) -> bool:
        """Whether it shows which element of an array is meant."""
        return bool(self.fields & (INDICES | WHOLES) - {"layer", "name"})

    def pieces(self, missing: frozenset[str] = frozenset()) -> tuple[Piece, ...]:
        """Its pieces in the one way in which they are compared, these placeholders left out."""
        return canonical(_without(self.items, missing))

    def spell(self, fields: Mapping[str, str]) -> str:
        """The TeX with the values put in; a placeholder without a value is left out, with the comma beside it."""
        missing = frozenset(name for name in self.fields if name not in fields)
        plan = self._plans.get(missing)
        if plan is None:
            plan = self._plans[missing] = _plan(self.items, missing)
        whole = ""
        for part in plan:
            if isinstance(part, str):
                whole += part
                continue
            values = [fields[name] for name in part.names]
            value = values[0] if len(values) == 1 else _side_by_side(values)
            if part.mark:
                whole += part.mark + (value if _is_one(value) else f"{{{value}}}")
            else:
                whole = join((whole, value)) if value[:1].isalpha() and whole and whole[-1].isalpha() else whole + value
        return whole

    def regex(self, missing: frozenset[str] = frozenset()) -> re.Pattern[str]:
        """What the pattern looks like in canonical TeX, these placeholders left out; a group for each slot."""
        return self._reader(missing)[0]

    def read(self, tex: str, missing: frozenset[str] | None = None) -> dict[str, str] | None:
        """The values of the placeholders; None where the TeX is not of this pattern. `missing` says which are left out.

        Without it, first none and then every choice of the optional ones is tried.
        """
        plain = canonical_tex(tex)
        if plain is None:
            return None
        return self.read_canonical(plain, missing)

    def read_canonical(self, plain: str, missing: frozenset[str] | None = None) -> dict[str, str] | None:
        """The same for TeX that is canonical already."""
        if missing is not None:
            return self._read(plain, missing)
        for size in range(len(self.optional) + 1):
            for choice in combinations(sorted(self.optional), size):
                found = self._read(plain, frozenset(choice))
                if found is not None:
                    return found
        return None

    def _read(self, plain: str, missing: frozenset[str]) -> dict[str, str] | None:
        regex, slots = self._reader(missing)
        match = regex.fullmatch(plain)
        if match is None:
            return None
        values: dict[str, str] = {}
        for slot, captured in zip(slots, match.groups(), strict=True):
            singles = [captured] if len(slot.names) == 1 else _split(captured)
            if len(singles) != len(slot.names):
                return None
            for name, value in zip(slot.names, singles, strict=True):
                if values.setdefault(name, value.strip()) != value.strip():
                    return None
        return values

    def _reader(self, missing: frozenset[str]) -> tuple[re.Pattern[str], tuple[Slot, ...]]:
        missing = missing & self.fields
        found = self._readers.get(missing)
        if found is None:
            plan = _plan(self.pieces(missing), frozenset())
            regex = "".join(re.escape(part) if isinstance(part, str) else f"({_reads(part)})" for part in plan)
            slots = tuple(part for part in plan if isinstance(part, Slot))
            found = self._readers[missing] = (re.compile(regex), slots)
        return found


def canonical_tex(tex: str) -> str | None:
    """Plain TeX in the one way in which patterns read it; None where its braces do not match."""
    try:
        return write(canonical(parse(tex, fields=False)))
    except PieceError:
        return None


def wrap(wrapper: str, pattern: str) -> str:
    """A pattern within another: `<base>`, `<sub>` and `<sup>` of the wrapper are the pattern's own. Raises PieceError.

    A part that the pattern has not is left out, with the comma beside it.
    """
    own = parts(parse(pattern))
    scripts = {"sub": own.sub, "sup": own.sup}

    def change(items: tuple[Piece, ...]) -> Iterator[Piece]:
        for item in items:
            match item:
                case Field("base", _):
                    yield from own.base
                case Field("sub" | "sup" as name, _):
                    script = scripts[name]
                    if script is not None:
                        yield from script.items
                    else:
                        yield Field("nothing", True)
                case Script(mark, inner, _):
                    new = _after_primes(_without(tuple(change(inner)), frozenset({"nothing"})))
                    kept = next((s for s in scripts.values() if s is not None and s.items == new), None)
                    if new:
                        yield Script(mark, new, len(new) > 1 or (kept is not None and kept.braced))
                case Group(inner):
                    yield Group(tuple(change(inner)))
                case _:
                    yield item

    return write(tuple(change(parse(wrapper))))


def _after_primes(items: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Without the comma after a prime, which would stand in the air."""
    return tuple(
        item
        for place, item in enumerate(items)
        if item != Text(",") or not place or items[place - 1] != Text(r"\prime")
    )


def _fields(items: tuple[Piece, ...]) -> Iterator[Field]:
    for item in items:
        if isinstance(item, Field):
            yield item
        elif isinstance(item, Group | Script):
            yield from _fields(item.items)


def _without(items: tuple[Piece, ...], missing: frozenset[str]) -> tuple[Piece, ...]:
    """The pieces without these placeholders, the commas that they leave behind, and the scripts they leave hollow."""
    found: list[Piece] = []
    gone = False
    for item in items:
        match item:
            case Field(name, _) if name in missing:
                gone = True
            case Script(mark, inner, braced):
                rest = _without(inner, missing)
                if rest == inner:
                    found.append(item)
                elif not _HOLLOW.fullmatch(write(rest)):
                    found.append(Script(mark, rest, braced and len(rest) > 1))
            case Group(inner):
                found.append(Group(_without(inner, missing)))
            case _:
                found.append(item)
    return tuple(_tidied(found)) if gone else tuple(found)


def _tidied(items: list[Piece]) -> Iterator[Piece]:
    comma, pending = Text(","), False
    written = False
    # Empty brackets go with what was in them.
    kept = [
        item
        for place, item in enumerate(items)
        if not (item == Text("(") and items[place + 1 : place + 2] == [Text(")")])
        and not (item == Text(")") and place and items[place - 1] == Text("("))
    ]
    for item in kept:
        if item == comma:
            pending = written
            continue
        if isinstance(item, Text) and item.text.isspace() and (pending or not written):
            continue
        if pending:
            yield comma
            pending = False
        written = True
        yield item


def _plan(items: tuple[Piece, ...], missing: frozenset[str]) -> Plan:
    """Literal text and slots in turn, for one choice of what is left out."""
    found: list[str | Slot] = []
    _lay(_without(items, missing), found)
    return tuple(found)


def _lay(items: tuple[Piece, ...], found: list[str | Slot]) -> None:
    run: list[str] = []
    for item in (*items, None):
        if isinstance(item, Field):
            run.append(item.name)
            continue
        if run:
            found.append(Slot(tuple(run)))
            run = []
        match item:
            case Text(text):
                _add(found, text)
            case Group(inner):
                _add(found, "{")
                _lay(inner, found)
                _add(found, "}")
            case Script(mark, (Field(name, _),), False):
                found.append(Slot((name,), mark))
            case Script(mark, inner, braced):
                braced = braced or len(inner) > 1
                _add(found, mark + "{" * braced)
                _lay(inner, found)
                _add(found, "}" * braced)


def _add(found: list[str | Slot], text: str) -> None:
    if found and isinstance(found[-1], str):
        found[-1] = join((found[-1], text))
    elif text:
        found.append(text)


def _reads(slot: Slot) -> str:
    count = len(slot.names)
    if count == 1:
        name = slot.names[0]
        return _READS.get(name) or (_INDEX if name in INDICES else ".+")
    single = rf"(?:{_SINGLE.pattern})"
    return rf"{single}{{{count}}}|{_INDEX}(?:,{_INDEX}){{{count - 1}}}"


def _split(captured: str) -> list[str]:
    return captured.split(",") if "," in captured else _SINGLE.findall(captured)


def _side_by_side(values: list[str]) -> str:
    if all(_is_one(value) for value in values):
        return join(values)
    return ",".join(values)


def _is_one(value: str) -> bool:
    """Whether a value is one character, or one control word."""
    return len(value) == 1 or (value[0] == "\\" and value[1:].isalpha() and ends_in_word(value))

"""Profiles from YAML: the shipped ones by name, a user's own by its path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from backprop_steps.errors import did_you_mean
from backprop_steps.notation.letters import KINDS
from backprop_steps.notation.macros import LETTERS
from backprop_steps.notation.patterns import MARKS, Pattern, canonical_tex, wrap
from backprop_steps.notation.pieces import PieceError
from backprop_steps.notation.profile import Conventions, Profile, Spelling
from backprop_steps.notation.symbols import ROLES, NotationError, base_of, pattern_mistake, symbol_mistake
from backprop_steps.source.cursor import Cursor, Section
from backprop_steps.source.document import read_document
from backprop_steps.source.files import read_text
from backprop_steps.source.literals import short
from backprop_steps.source.messages import FileErrors, Report
from backprop_steps.source.nodes import Node
from backprop_steps.source.places import places

__all__ = ["ProfileErrors", "load_profile", "profiles", "read_profile"]

LARGEST_FILE = 200_000
"""The bound on a profile file, in bytes."""
SHIPPED = Path(__file__).parent / "profiles"
_KEYS = (
    "extends",
    "about",
    "conventions",
    "letters",
    "functions",
    "updated",
    "updated_again",
    "sampled",
    "formulas",
    "numbers",
)
_FORMS = tuple(part.name for part in fields(Spelling))
_STATES = ("output_activation", "hidden_activation", "output_pre_activation", "hidden_pre_activation")
_ITEMS = {
    "says": ("network", "circuit"),
    "states": _STATES,
    "worked": ("activation", "pre_activation", "parameter"),
    "tells": ("lemmas", "steps", "algorithm"),
}
_REQUIRED = ("input", "weight", "activation", "target", "loss")
_SUFFIXES = (".yaml", ".yml")
_LATIN = re.compile("[A-Za-z]")


class ProfileErrors(FileErrors):
    """Every mistake of a profile file, in the order of the file."""


def profiles() -> list[tuple[str, str]]:
    """The shipped notations, each with a line about it, in the order of their names. Reads no YAML."""
    return [(path.stem, _about(path)) for path in sorted(SHIPPED.glob("*.yaml"))]


def _about(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("about:"):
                return line.removeprefix("about:").strip().strip("'\"")
    return ""


def load_profile(name_or_path: str | Path) -> Profile:
    """A shipped notation by its name, or a profile file.

    Raises NotationError for an unknown name, ProfileErrors with every mistake of a file.
    """
    name = str(name_or_path)
    shipped = [path.stem for path in SHIPPED.glob("*.yaml")]
    if name in shipped:
        return _shipped(name)
    path = Path(name_or_path)
    if path.suffix not in _SUFFIXES and "/" not in name and not path.is_file():
        remedy = did_you_mean(name, shipped) or f"; known: {', '.join(sorted(shipped))}, or the path of a .yaml file"
        raise NotationError(f"unknown notation {name!r}{remedy}")
    report = Report(str(path))
    text = read_text(path, report, LARGEST_FILE)
    if text is None:
        raise report.errors(ProfileErrors)
    return read_profile(text, str(path), path.stem)


def _shipped(name: str) -> Profile:
    return own_profile(SHIPPED / f"{name}.yaml")


@lru_cache(maxsize=16)
def own_profile(path: Path) -> Profile:
    """A profile that comes with the program; read once."""
    text = path.read_text(encoding="utf-8")
    return replace(read_profile(text, str(path), path.stem, proved=True), source="", places={})


@cache
def _kinds() -> dict[str, Any]:
    """The type of each convention; working them out takes a millisecond."""
    return get_type_hints(Conventions)


def read_profile(text: str, file: str, name: str, *, proved: bool = False) -> Profile:
    """The profile that a YAML text says. `file` is what messages call it; `proved`: its patterns are known to be right,
    as the tests hold those of the shipped ones to be. Raises ProfileErrors.
    """
    remedy = "write a profile, or extends: layer and what differs"
    return read_document(text, file, ProfileErrors, partial(_profile, name, proved), remedy)


def _profile(name: str, proved: bool, node: Node, report: Report) -> Profile | None:
    section = Cursor(node, "a profile", report).section(_KEYS, "")
    profile = _Reader(section, proved).profile(name) if section is not None else None
    return profile and replace(profile, source=report.file, places=places(node))


class _Reader:
    """One profile being read."""

    def __init__(self, section: Section, proved: bool) -> None:
        self.section, self.report, self.proved = section, section.cursor.report, proved
        self.letters: dict[str, Cursor] = {}  # where each letter for an index stands

    def profile(self, name: str) -> Profile:
        given = self.section.values
        base = self._base(given.get("extends"))
        profile = replace(base or Profile("", "", Conventions(), {}), name=name)
        if "about" in given:
            profile = replace(profile, about=given["about"].scalar() or "")
        if "conventions" in given:
            profile = replace(profile, conventions=self._conventions(given["conventions"], profile.conventions))
        if "letters" in given:
            profile = replace(profile, letters={**profile.letters, **self._letters(given["letters"])})
        if "functions" in given:
            in_formulas, in_numbers = self._functions(given["functions"])
            kept = {key: value for key, value in profile.number_functions.items() if key not in in_formulas}
            functions = {**profile.functions, **in_formulas}
            profile = replace(profile, functions=functions, number_functions={**kept, **in_numbers})
        profile = replace(
            profile,
            updated=self._wrapper(given.get("updated")) or profile.updated,
            updated_again=self._wrapper(given.get("updated_again")) or profile.updated_again,
            sampled=self._wrapper(given.get("sampled")) or profile.sampled,
        )
        formulas = self._table(given.get("formulas"))
        kept_numbers = {role: spelling for role, spelling in profile.numbers.items() if role not in formulas}
        numbers = {**kept_numbers, **self._table(given.get("numbers"))}
        profile = replace(profile, formulas={**profile.formulas, **formulas}, numbers=numbers)
        if "extends" not in given:
            self._complete(profile)
        profile = _filled(profile)
        self._check_letters(profile)
        return profile

    def _check_letters(self, profile: Profile) -> None:
        """No letter of an index is the letter of a quantity."""
        for role, spelling in profile.formulas.items():
            base = canonical_tex(base_of(spelling.element or spelling.array or "")) or ""
            if base in self.letters:
                self._refuse(self.letters[base], f"{base} is how the {role} is written; choose another letter")

    def _base(self, cursor: Cursor | None) -> Profile | None:
        name = cursor.scalar("the name of a notation") if cursor is not None else None
        if cursor is None or name is None:
            return None
        shipped = [path.stem for path in SHIPPED.glob("*.yaml")]
        if name in shipped:
            return _shipped(name)
        self._unknown(cursor, "notation", name, sorted(shipped))
        return None

    def _unknown(self, cursor: Cursor, kind: str, text: str, known: Iterable[str]) -> None:
        remedy = did_you_mean(text[:60], known) or f"; known are {', '.join(known)}"
        self.report.add(cursor.place, f"{cursor.what}: unknown {kind} {short(text)}{remedy}")

    def _complete(self, profile: Profile) -> None:
        if "circuit" in profile.conventions.says and "network" not in profile.conventions.says:
            return
        missing = [role for role in _REQUIRED if not profile.formulas.get(role, Spelling()).named]
        if missing:
            text = f"no pattern for {', '.join(missing)}; add it under formulas, or extends: layer and what differs"
            self.report.add(self.section.cursor.place, text)

    # conventions

    def _conventions(self, cursor: Cursor, base: Conventions) -> Conventions:
        kinds = _kinds()
        section = cursor.section(kinds, "conventions: ")
        found: dict[str, Any] = {}
        for key, value in section.values.items() if section is not None else ():
            read = self._convention(key, kinds[key], value)
            if read is not None:
                found[key] = read
        return replace(base, **found)

    def _convention(self, key: str, kind: Any, cursor: Cursor) -> Any:
        if get_origin(kind) is tuple:
            return self._items(key, cursor)
        if kind is bool:
            return cursor.flag()
        if kind is int:
            return cursor.whole(0, 2)
        text = cursor.scalar()
        if text is None:
            return None
        if kind is str:
            return self._mark(cursor, text)
        known = get_args(kind)
        if text not in known:
            self._unknown(cursor, "value", text, known)
            return None
        return text

    def _items(self, key: str, cursor: Cursor) -> tuple[str, ...]:
        known = _ITEMS[key]
        if cursor.is_list and cursor.is_empty:  # a notation that states no gradient, tells nothing besides
            return ()
        found = cursor.words(f"a list of {', '.join(known)}")
        for text, item in found:
            if text not in known:
                self._unknown(item.renamed(key), "value", text, known)
        return tuple(text for text, _ in found if text in known)

    def _mark(self, cursor: Cursor, text: str) -> str | None:
        wrong = symbol_mistake(text)
        if wrong is not None:
            self._refuse(cursor, wrong)
        return text if wrong is None else None

    def _refuse(self, cursor: Cursor, text: str) -> None:
        self.report.add(cursor.place, f"{cursor.what}: {text}")

    # letters and functions

    def _letters(self, cursor: Cursor) -> dict[str, tuple[str, ...]]:
        found = {}
        section = cursor.section(KINDS, "letters: ", "letters: ")
        for kind, value in section.values.items() if section is not None else ():
            texts = value.words("a list of letters, [j, k]")
            names = [(name, item.renamed(value.what)) for text, item in texts for name in text.split()]
            for name, item in names:
                if not _LATIN.fullmatch(name) and name not in LETTERS:
                    self._refuse(item, f"{short(name)} is no letter; write one such as j, or \\ell")
                elif name in self.letters:
                    self._refuse(item, f"{name} stands in {self.letters[name].what} already; choose another letter")
                self.letters.setdefault(name, item)
            found[kind] = tuple(name for name, _ in names)
        return found

    def _functions(self, cursor: Cursor) -> tuple[dict[str, str], dict[str, str]]:
        in_formulas: dict[str, str] = {}
        in_numbers: dict[str, str] = {}
        for name, (_, value) in (cursor.entries("a mapping from functions to their symbols") or {}).items():
            value = value.renamed(f"functions: {name}")
            if value.is_mapping:
                section = value.section(("formulas", "numbers"), f"{value.what}: ")
                forms = dict(section.values) if section is not None else {}
            else:
                forms = {"formulas": value}
            for form, part in forms.items():
                text = part.scalar("a piece of TeX")
                symbol = None if text is None else self._mark(part.renamed(value.what), text)
                if symbol is not None:
                    (in_formulas if form == "formulas" else in_numbers)[name] = symbol
        return in_formulas, in_numbers

    # patterns

    def _wrapper(self, cursor: Cursor | None) -> str | None:
        text = cursor.scalar("a pattern") if cursor is not None else None
        if cursor is None or text is None or self.proved:
            return text
        try:
            fields_of = Pattern.parse(wrap(text, "x_<unit>^{(<layer>)}")).fields
            if "<base>" not in text or text.count("<base>") > 1:
                raise PieceError("<base> must stand in it, once")
            if not {"unit", "layer"} <= fields_of:
                raise PieceError("<sub> and <sup> must stand in it")
            if cursor.what == "sampled" and ("sample" not in fields_of or fields_of & MARKS):
                raise PieceError("<sample> must stand in it")
        except PieceError as error:
            self._refuse(cursor, str(error))
            return None
        return text

    def _table(self, cursor: Cursor | None) -> dict[str, Spelling]:
        section = cursor.section(ROLES, f"{cursor.what}: ") if cursor is not None else None
        values = section.values if section is not None else {}
        return {role: self._spelling(role, value) for role, value in values.items()}

    def _spelling(self, role: str, cursor: Cursor) -> Spelling:
        if cursor.is_null:
            return Spelling()
        if not cursor.is_mapping:
            return Spelling(element=self._pattern(role, cursor))
        section = cursor.section(_FORMS, f"{role}: ", f"{role}: ")
        values = section.values if section is not None else {}
        patterns = {form: None if value.is_null else self._pattern(role, value) for form, value in values.items()}
        if not any(form in values and not values[form].is_null for form in ("array", "element")):
            self._refuse(cursor, "neither array nor element; give one, or null where it has no name")
        return Spelling(**patterns)

    def _pattern(self, role: str, cursor: Cursor) -> str | None:
        text = cursor.scalar("a pattern, or null")
        if text is None or self.proved:
            return text
        wrong = pattern_mistake(role, text)
        if wrong is not None:
            self._refuse(cursor, wrong)
            return None
        return text


def _filled(profile: Profile) -> Profile:
    """With what every notation says alike."""
    defaults = {
        "node": Spelling(element="<name>"),
        "variable": Spelling(element="<name>"),
        "samples": Spelling(element="N"),
        "learning_rate": Spelling(element=r"\eta"),
    }
    return replace(profile, formulas={**defaults, **profile.formulas})

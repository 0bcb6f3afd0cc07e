"""Profiles from YAML: the shipped ones by name, a user's own by its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from backprop_steps.errors import did_you_mean
from backprop_steps.notation.letters import KINDS
from backprop_steps.notation.marked import Mistakes, ProfileErrors, compose, is_null, mapping, word, words
from backprop_steps.notation.patterns import MARKS, Pattern, wrap
from backprop_steps.notation.pieces import PieceError
from backprop_steps.notation.profile import Conventions, Profile, Spelling
from backprop_steps.notation.symbols import ROLES, NotationError

__all__ = ["ProfileErrors", "load_profile", "profiles", "read_profile"]

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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise NotationError(f"{path}: the notation file is not UTF-8 text; save it as UTF-8") from None
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotationError(f"{path}: the notation file cannot be read: {what}") from None
    return read_profile(text, str(path), path.stem)


@lru_cache(maxsize=16)
def _shipped(name: str) -> Profile:
    path = SHIPPED / f"{name}.yaml"
    return read_profile(path.read_text(encoding="utf-8"), str(path), name)


def read_profile(text: str, file: str, name: str) -> Profile:
    """The profile that a YAML text says. `file` is what messages call it. Raises ProfileErrors."""
    mistakes = Mistakes(file)
    root = compose(text, mistakes)
    mistakes.raise_any()
    profile = _Reader(mistakes).profile(root, name)
    mistakes.raise_any()
    return profile


class _Reader:
    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes = mistakes

    def profile(self, root: Any, name: str) -> Profile:
        given = mapping(root, "a profile", _KEYS, self.mistakes)
        base = self._base(given.get("extends"))
        profile = replace(base or Profile("", "", Conventions(), {}), name=name)
        if "about" in given:
            profile = replace(profile, about=word(given["about"], "about", self.mistakes) or "")
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
            updated=self._wrapper("updated", given) or profile.updated,
            updated_again=self._wrapper("updated_again", given) or profile.updated_again,
            sampled=self._wrapper("sampled", given) or profile.sampled,
        )
        formulas = self._table("formulas", given.get("formulas"))
        kept_numbers = {role: spelling for role, spelling in profile.numbers.items() if role not in formulas}
        numbers = {**kept_numbers, **self._table("numbers", given.get("numbers"))}
        profile = replace(profile, formulas={**profile.formulas, **formulas}, numbers=numbers)
        if "extends" not in given and isinstance(root.value, list):
            self._complete(root, profile)
        return _filled(profile)

    def _base(self, node: Any) -> Profile | None:
        if node is None:
            return None
        name = word(node, "extends", self.mistakes)
        if name is None:
            return None
        shipped = [path.stem for path in SHIPPED.glob("*.yaml")]
        if name in shipped:
            return _shipped(name)
        remedy = did_you_mean(name, shipped) or f"; known: {', '.join(sorted(shipped))}"
        self.mistakes.add(node, f"extends: unknown notation {name!r}{remedy}")
        return None

    def _complete(self, root: Any, profile: Profile) -> None:
        if "circuit" in profile.conventions.says and "network" not in profile.conventions.says:
            return
        missing = [role for role in _REQUIRED if not profile.formulas.get(role, Spelling()).named]
        if missing:
            text = f"no pattern for {', '.join(missing)}; add it under formulas, or extends: layer and what differs"
            self.mistakes.add(root, text)

    # conventions

    def _conventions(self, node: Any, base: Conventions) -> Conventions:
        kinds = get_type_hints(Conventions)
        found: dict[str, Any] = {}
        for key, value in mapping(node, "conventions", kinds, self.mistakes).items():
            read = self._convention(key, kinds[key], value)
            if read is not None:
                found[key] = read
        return replace(base, **found)

    def _convention(self, key: str, kind: Any, node: Any) -> Any:
        if get_origin(kind) is tuple:
            return self._items(key, node)
        text = word(node, key, self.mistakes)
        if text is None:
            return None
        if kind is bool:
            return self._one_of(key, text, {"true": True, "false": False}, node)
        if kind is int:
            return self._one_of(key, text, {str(number): number for number in range(3)}, node)
        if kind is str:
            return self._mark(key, text, node)
        return self._one_of(key, text, {value: value for value in get_args(kind)}, node)

    def _items(self, key: str, node: Any) -> tuple[str, ...] | None:
        known = _ITEMS[key]
        found = []
        for text, item in words(node, key, self.mistakes):
            if text in known:
                found.append(text)
            else:
                remedy = did_you_mean(text, known) or f"; known: {', '.join(known)}"
                self.mistakes.add(item, f"{key}: unknown value {text!r}{remedy}")
        return tuple(found)

    def _one_of(self, key: str, text: str, known: Mapping[str, Any], node: Any) -> Any:
        if text in known:
            return known[text]
        remedy = did_you_mean(text, known) or f"; it is one of {', '.join(known)}"
        self.mistakes.add(node, f"{key}: unknown value {text!r}{remedy}")
        return None

    def _mark(self, key: str, text: str, node: Any) -> str | None:
        try:
            Pattern.parse(text)
        except PieceError as error:
            self.mistakes.add(node, f"{key}: {error}")
            return None
        return text

    # letters and functions

    def _letters(self, node: Any) -> dict[str, tuple[str, ...]]:
        found = {}
        for kind, value in mapping(node, "letters", KINDS, self.mistakes).items():
            names = [
                (name, item) for text, item in words(value, f"letters: {kind}", self.mistakes) for name in text.split()
            ]
            for name, item in names:
                if not (len(name) == 1 and name.isascii() and name.isalpha()) and not (
                    name[:1] == "\\" and name[1:].isalpha()
                ):
                    self.mistakes.add(item, f"letters: {kind}: {name!r} is no letter; write one such as j, or \\ell")
            found[kind] = tuple(name for name, _ in names)
        return found

    def _functions(self, node: Any) -> tuple[dict[str, str], dict[str, str]]:
        in_formulas: dict[str, str] = {}
        in_numbers: dict[str, str] = {}
        for name, value in mapping(node, "functions", None, self.mistakes).items():
            if hasattr(value, "value") and isinstance(value.value, str):
                forms = {"formulas": value}
            else:
                forms = mapping(value, f"functions: {name}", ("formulas", "numbers"), self.mistakes)
            for form, part in forms.items():
                text = word(part, f"functions: {name}", self.mistakes)
                symbol = None if text is None else self._mark(f"functions: {name}", text, part)
                if symbol is not None:
                    (in_formulas if form == "formulas" else in_numbers)[name] = symbol
        return in_formulas, in_numbers

    # patterns

    def _wrapper(self, key: str, given: Mapping[str, Any]) -> str | None:
        node = given.get(key)
        text = None if node is None else word(node, key, self.mistakes)
        if text is None:
            return None
        try:
            fields_of = Pattern.parse(wrap(text, "x_<unit>^{(<layer>)}")).fields
            if "<base>" not in text or text.count("<base>") > 1:
                raise PieceError("<base> must stand in it, once")
            if not {"unit", "layer"} <= fields_of:
                raise PieceError("<sub> and <sup> must stand in it")
            if key == "sampled" and ("sample" not in fields_of or fields_of & MARKS):
                raise PieceError("<sample> must stand in it")
        except PieceError as error:
            self.mistakes.add(node, f"{key}: {error}")
            return None
        return text

    def _table(self, table: str, node: Any) -> dict[str, Spelling]:
        if node is None:
            return {}
        return {role: self._spelling(role, value) for role, value in mapping(node, table, ROLES, self.mistakes).items()}

    def _spelling(self, role: str, node: Any) -> Spelling:
        if is_null(node):
            return Spelling()
        if isinstance(node.value, str):
            return Spelling(element=self._pattern(role, node))
        forms = mapping(node, role, _FORMS, self.mistakes)
        patterns = {form: None if is_null(value) else self._pattern(role, value) for form, value in forms.items()}
        if not patterns.get("array") and not patterns.get("element"):
            self.mistakes.add(node, f"{role}: neither array nor element; give one, or null where it has no name")
        return Spelling(**patterns)

    def _pattern(self, role: str, node: Any) -> str | None:
        text = word(node, role, self.mistakes)
        if text is None:
            return None
        try:
            unfit = Pattern.parse(text).fields & (_unfit(role) | MARKS)
            # Whatever is wrapped later must come apart into a letter and its scripts.
            wrap("<base>_<sub>^<sup>", text)
        except PieceError as error:
            self.mistakes.add(node, f"{role}: {error}")
            return None
        if unfit:
            self.mistakes.add(node, f"{role}: <{min(unfit)}> says nothing of it")
            return None
        return text


def _unfit(role: str) -> frozenset[str]:
    """The placeholders that a role has no value for."""
    if role in ("node", "variable"):
        every = {"layer", "unit", "to", "from", "row", "column", "sample", "node", "from_node", "to_node", "unit_name"}
        return frozenset(every | {"number"})
    if role == "weight":
        return frozenset({"unit", "node", "unit_name", "name", "sample"})
    if role in ("loss", "learning_rate", "samples"):
        every = {"layer", "unit", "to", "from", "row", "column", "sample", "node", "from_node", "to_node", "unit_name"}
        return frozenset(every | {"number", "name"})
    return frozenset({"to", "from", "from_node", "to_node", "number", "name"})


def _filled(profile: Profile) -> Profile:
    """With what every notation says alike."""
    defaults = {
        "node": Spelling(element="<name>"),
        "variable": Spelling(element="<name>"),
        "samples": Spelling(element="N"),
        "learning_rate": Spelling(element=r"\eta"),
    }
    return replace(profile, formulas={**defaults, **profile.formulas})

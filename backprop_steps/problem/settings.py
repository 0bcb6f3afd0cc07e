"""What a problem says of its sheet: title, meta, notation, symbols, rounding."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

from backprop_steps.languages import ENGLISH, LANGUAGES
from backprop_steps.notation.symbols import pattern_mistake
from backprop_steps.offers import Carry
from backprop_steps.problem.keys import META, MOST_DIGITS_SHOWN, ROUNDING, SYMBOLS
from backprop_steps.problem.model import Meta, Rounding
from backprop_steps.source.cursor import Section, hint
from backprop_steps.source.literals import short

PROFILES = Path(__file__).resolve().parent.parent / "notation" / "profiles"


def notations() -> list[str]:
    """The names of the shipped notations."""
    return sorted(path.stem for path in PROFILES.glob("*.yaml"))


def read_title(section: Section, path: Path) -> str:
    """The title; without one, the name of the file."""
    cursor = section.get("title")
    text = cursor.scalar() if cursor is not None else path.stem.replace("_", " ").capitalize()
    return " ".join((text or "").split())


def read_meta(section: Section) -> Meta:
    """Author, date, course, licence."""
    cursor = section.get("meta")
    keys = cursor.section(META, "meta: ", "meta ") if cursor is not None else None
    if keys is None:
        return Meta()
    texts = {name: value.scalar() for name, value in keys.values.items()}
    return Meta(texts.get("author"), texts.get("date"), texts.get("course"), texts.get("license"))


def read_lang(section: Section) -> str:
    """The language of the documents."""
    cursor = section.get("lang")
    return (cursor.choice(tuple(LANGUAGES)) if cursor is not None else None) or ENGLISH.code


def read_notation(section: Section, folder: Path, default: str) -> str:
    """The name of a shipped notation, or the path of a profile file, from the problem's own folder."""
    cursor = section.get("notation")
    text = cursor.scalar("the name of a notation") if cursor is not None else None
    known = notations()
    if cursor is None or text is None or text in known:
        return text or default
    if not re.search(r"[/\\]|\.ya?ml$", text):
        text = f"unknown notation {short(text)}{hint(text, known)}"
        cursor.report.add(cursor.place, text)
        return default
    try:
        path = folder / Path(text).expanduser()
        there = path.is_file()
    except (OSError, ValueError, RuntimeError):
        there = False
    if not there:
        cursor.report.add(
            cursor.place, f"there is no notation file {short(text)}; its path goes from the problem file's folder"
        )
        return default
    return str(path)


def read_rounding(section: Section) -> Rounding:
    """How numbers are shown."""
    cursor = section.get("rounding")
    keys = cursor.section(ROUNDING, "rounding: ", "rounding ") if cursor is not None else None
    if keys is None:
        return Rounding()
    found: dict[str, Any] = {}
    for name, known in _WORDS.items():
        word = keys.get(name)
        if word is not None:
            found[name] = word.choice(known)
    digits, comma = keys.get("digits"), keys.get("comma")
    if digits is not None:
        found["digits"] = digits.whole(1 if found.get("kind") == "significant" else 0, MOST_DIGITS_SHOWN)
    if comma is not None:
        found["comma"] = comma.flag()
    return Rounding(**{name: value for name, value in found.items() if value is not None})


_WORDS = {
    "kind": ("places", "significant"),
    "mode": ("half_up", "half_even", "truncate"),
    "carry": get_args(Carry),
}


def read_symbols(section: Section) -> tuple[tuple[str, str], ...]:
    """Single symbols of the notation, changed: pieces of TeX."""
    cursor = section.get("symbols")
    keys = cursor.section(SYMBOLS, "symbols: ", "symbols ") if cursor is not None else None
    found: list[tuple[str, str]] = []
    for name, value in keys.values.items() if keys is not None else ():
        text = value.scalar("a piece of TeX")
        if text is None:
            continue
        wrong = pattern_mistake(name, text)
        if wrong is None:
            found.append((name, text))
        else:
            value.report.add(value.place, f"symbols: {name}: {short(text)}: {wrong}")
    return tuple(found)

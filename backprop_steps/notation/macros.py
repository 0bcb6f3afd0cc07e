"""What may stand in a symbol: the macros that KaTeX, MathJax and LaTeX all know, and what each needs after it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from backprop_steps.errors import did_you_mean
from backprop_steps.notation.pieces import PRIME, Field, Group, Piece, Script, Text

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "varepsilon vartheta varkappa varpi varrho varsigma varphi"
)
_SIGNS = (
    "ell hbar imath jmath aleph Re Im wp partial nabla infty prime emptyset "
    "cdot times pm mp star ast circ bullet odot otimes oplus dagger ddagger top bot perp parallel sharp flat natural "
    "leftarrow rightarrow to gets mid vert Vert lvert rvert lVert rVert langle rangle ldots cdots"
)
_FUNCTIONS = "exp ln log sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan arg det dim max min sup inf lim"
_ACCENTS = (
    "hat bar tilde vec dot ddot acute grave breve check mathring widehat widetilde overline underline "
    "overrightarrow overleftarrow"
)
_FONTS = "mathrm mathbf mathit mathsf mathtt mathcal mathfrak mathbb mathnormal"
_WORDS = "text textrm textbf textit"


def _commands(names: str) -> frozenset[str]:
    return frozenset("\\" + name for name in names.split())


ALONE = _commands(f"{_GREEK} {_SIGNS} {_FUNCTIONS}") | {r"\,", r"\:", r"\;", r"\!", r"\_"}
"""The macros that stand for themselves."""
LETTERS = _commands(f"{_GREEK} ell")
"""Those of them that are letters."""
ACCENTS = _commands(_ACCENTS)
"""The macros that put something over or under what follows in braces."""
FONTS = _commands(_FONTS)
"""The macros that set what follows in braces in another hand."""
WORDS = _commands(_WORDS)
"""The macros after which plain words stand in braces."""
MACROS = ALONE | ACCENTS | FONTS | WORDS
"""Every macro that may stand in a symbol."""

_PLAIN = re.compile(r"[A-Za-z0-9()\[\],.+\-*/'=:;!? ]")
_HIDDEN = re.compile(r"\\[,:;!]|\s+")
_INSTEAD = {
    r"\operatorname": r"\mathrm",
    r"\mbox": r"\text",
    r"\bm": r"\mathbf",
    r"\boldsymbol": r"\mathbf",
    r"\rm": r"\mathrm",
    r"\bf": r"\mathbf",
    r"\cal": r"\mathcal",
    "|": r"\vert",
    "~": r"\,",
}


def fault(items: Sequence[Piece]) -> str | None:
    """Why these pieces are no symbol that every renderer takes, and the likely remedy; None where they are one."""
    if _without_space(items)[:1] == [PRIME]:
        return "nothing stands before the prime"
    found = _fault(items)
    if found is None and not _visible(items):
        return "nothing is to be seen of it; write a letter"
    return found


def _fault(items: Sequence[Piece], words: bool = False) -> str | None:
    rest = iter(_without_space(items))
    before, scripts = False, ""
    for item in rest:
        if isinstance(item, Script):
            said = _script_fault(item, scripts, before, words)
            if said is not None:
                return said
            scripts += item.mark
            continue
        if item == PRIME and not words:
            if "^" in scripts:
                return "a prime stands after a superscript; write the prime first"
            continue
        before, scripts = True, ""
        said = _inner_fault(item, words)
        if said is None and isinstance(item, Text) and item.text in ACCENTS | FONTS | WORDS:
            said = _argument_fault(item.text, next(rest, None))
        if said is not None:
            return said
    return None


def _without_space(items: Sequence[Piece]) -> list[Piece]:
    return [item for item in items if not (isinstance(item, Text) and item.text.isspace() and "\n" not in item.text)]


def _inner_fault(item: Piece, words: bool) -> str | None:
    match item:
        case Text(text):
            return _text_fault(text, words)
        case Group(inner):
            return _fault(inner, words)
    return None


def _text_fault(text: str, words: bool) -> str | None:
    if words and text.startswith("\\"):
        return f"{text} cannot stand among words; write the words alone in \\text{{...}}"
    if text.startswith("\\"):
        if text in MACROS:
            return None
        instead = f"; did you mean {_INSTEAD[text]}?" if text in _INSTEAD else did_you_mean(text, sorted(MACROS), 0.75)
        return f"{text} is no macro that a symbol may have{instead or _KNOWN}"
    if _PLAIN.fullmatch(text):
        return None
    character = text.strip(" ")
    return f"{character!r} cannot stand in a symbol{_instead_of(character)}"


_KNOWN = r"; it may have letters (\alpha), accents (\hat{y}) and fonts (\mathrm{net}), docs/symbols.md lists them"


def _instead_of(character: str) -> str:
    if character in _INSTEAD:
        return f"; did you mean {_INSTEAD[character]}?"
    match = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(character[:1], ""))
    if match is None:
        return "; write letters, digits and the macros of docs/symbols.md"
    name = {"LAMDA": "LAMBDA"}.get(match[2], match[2])
    macro = "\\" + (name.lower() if match[1] == "SMALL" else name.capitalize())
    return f"; write {macro}" if macro in MACROS else "; write the Latin letter that looks like it"


def _script_fault(script: Script, scripts: str, before: bool, words: bool) -> str | None:
    if words:
        return f"{script.mark} cannot stand among words; put it behind the braces of \\text{{...}}"
    if not before:
        return f"nothing stands before {script.mark}"
    if script.mark in scripts:
        kind = "subscripts" if script.mark == "_" else "superscripts"
        return f"two {kind} stand one after the other; put both into one, {script.mark}{{...}}"
    first = script.items[0] if script.items and not script.braced else None
    if isinstance(first, Text) and first.text in MACROS - ALONE:
        return f"{first.text} after {script.mark} needs braces around it, {script.mark}{{{first.text}{{...}}}}"
    return _fault(script.items)


def _argument_fault(macro: str, argument: Piece | None) -> str | None:
    example = {r"\text": r"\text{net}"}.get(macro, f"{macro}{{{'net' if macro in FONTS | WORDS else 'y'}}}")
    if isinstance(argument, Text) and macro not in WORDS and argument.text not in MACROS - ALONE:
        return _text_fault(argument.text, words=False)
    if not isinstance(argument, Group):
        return f"{macro} needs braces after it, {example}"
    if not _visible(argument.items):
        return f"nothing stands in the braces of {macro}; write {example}"
    return _fault(argument.items, words=macro in WORDS)


def _visible(items: Sequence[Piece]) -> bool:
    """Whether there is anything to be seen."""
    for item in items:
        match item:
            case Field():
                return True
            case Text(text) if not _HIDDEN.fullmatch(text) and text not in MACROS - ALONE:
                return True
            case Group(inner) | Script(_, inner, _) if _visible(inner):
                return True
    return False

"""Documents in every language: each says all that English says, in its own words, and `check` reads it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from closed_loop import FORMATS as DIALECTS
from closed_loop import told_wrong, triples
from covering import covering
from jinja2 import Environment, nodes
from shipped_pages import Dialect, sayable
from shipped_pages import page as english_page

import backprop_steps as bp
from backprop_steps.checking.check import Checker
from backprop_steps.checking.reading.files import read_hand_in
from backprop_steps.errors import UserError
from backprop_steps.languages import ENGLISH, LANGUAGES, WORDING, in_language, language
from backprop_steps.offers import Detail
from backprop_steps.pages.writing.formats import ENDINGS
from backprop_steps.problem import shipped
from backprop_steps.problem.loading import read_problem
from backprop_steps.problem.model import Problem
from backprop_steps.resources import templates_folder

READ = (*DIALECTS, ("html", "standard"), ("terminal", "standard"))
"""The formats that are read back."""
OTHERS = [code for code in LANGUAGES if code != ENGLISH.code]
PROBLEMS = [row.name for row in shipped()]
FILES = sorted(file.name for file in (templates_folder() / WORDING / ENGLISH.code).glob("*.j2"))
ENGLISH_WORDS = re.compile(
    r"\b(the|since|of|loss|weight|weights|layer|step|each|is|are|and|with|where|which|derivative|every|error|sum|given|"
    r"update|forward|backward|results|unit|units|sample|samples|it|to|from|what|mistake|mistakes|line|right|"
    r"wrong|should|true|value|values|if|otherwise|chain|rule|lemma|key|hint|hints|exercise|answers|slope|target)\b",
    re.IGNORECASE,
)
"""Words that are no German ones."""


@cache
def spoken(name: str, lang: str) -> Problem:
    return replace(bp.load(name), lang=lang)


@cache
def checker(name: str, lang: str) -> Checker:
    return Checker(spoken(name, lang))


# the tables of words


@cache
def defined(file: str, lang: str) -> dict[str, tuple[str, ...] | None]:
    """The macros of a file with the names of their arguments, and what it sets."""
    source = (templates_folder() / WORDING / lang / file).read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...] | None] = {}
    for node in Environment().parse(source).body:
        if isinstance(node, nodes.Macro):
            found[node.name] = tuple(argument.name for argument in node.args)
        elif isinstance(node, nodes.Assign | nodes.AssignBlock) and isinstance(node.target, nodes.Name):
            found[node.target.name] = None
    return found


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("file", FILES)
def test_a_language_has_every_macro_and_every_table_of_words_that_english_has(file: str, lang: str) -> None:
    english, other = defined(file, ENGLISH.code), defined(file, lang)
    assert {name: other.get(name, "nothing") for name in english} == english


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("file", FILES)
def test_its_tables_have_the_same_keys(file: str, lang: str) -> None:
    def keys(code: str) -> dict[str, set[object]]:
        source = (templates_folder() / WORDING / code / file).read_text(encoding="utf-8")
        return {
            node.target.name: {item.key.as_const() for item in node.node.items}
            for node in Environment().parse(source).find_all(nodes.Assign)
            if isinstance(node.target, nodes.Name) and isinstance(node.node, nodes.Dict)
        }

    english, other = keys(ENGLISH.code), keys(lang)
    for name, wanted in english.items():
        assert wanted <= other[name], name


def test_every_language_has_a_folder_of_words_and_every_folder_a_row() -> None:
    folders = {folder.name for folder in (templates_folder() / WORDING).iterdir() if folder.is_dir()}
    assert folders == set(LANGUAGES)
    assert all(not file.is_file() for file in (templates_folder() / WORDING).iterdir())


def test_which_file_a_template_is_in_a_language() -> None:
    assert in_language("documents/wording/words.j2", "de") == "documents/wording/de/words.j2"
    assert in_language("documents/wording/en/words.j2", "de") == "documents/wording/en/words.j2"
    assert in_language("documents/solution.j2", "de") == "documents/solution.j2"


# the pages


WRITERS: dict[str, Callable[[Problem], Any]] = {
    "solution": lambda problem: bp.render(problem, gradient_check=bp.evaluate(problem) is not None),
    "brief": lambda problem: bp.render(problem, detail="brief"),
    "answers": lambda problem: bp.render(problem, detail="answers"),
    "terminal": lambda problem: bp.render(problem, to="terminal"),
    "folded": lambda problem: bp.render(problem, to="html"),
    "handout": bp.handout,
    "worksheet": lambda problem: bp.worksheet(problem, gaps="right-sides").sheet,
    "steps": lambda problem: bp.worksheet(problem, gaps="steps").key,
    "mistakes": lambda problem: bp.mistakes(problem, 1).sheet_with_key,
}


def prose(text: str, problem: Problem) -> str:
    """A page without what is no language: formulas, code, the title, names that the problem brings in."""
    text = text.replace(problem.title, "")
    text = re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>|<math.*?</math>|<head>.*?</head>|<[^>]*>", " ", text)
    words = " ".join(re.findall(r"\\text\{([^{}]*)\}", text))
    text = re.sub(r"(?s)\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\{[^{}]*\}", " ", text)
    text = "\n".join(line for line in text.split("\n") if not re.search(r"[=≈∂√]|^    ", line))
    return f"{text} {words}"


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("lang", OTHERS)
def test_no_english_is_left_on_a_page(name: str, lang: str) -> None:
    problem = spoken(name, lang)
    # by turns, three kinds of page for each problem
    number = PROBLEMS.index(name)
    kinds = [list(WRITERS)[(number + turn * 3) % len(WRITERS)] for turn in range(3)]
    for kind in kinds:
        found = ENGLISH_WORDS.findall(prose(str(WRITERS[kind](problem)), problem))
        assert found == [], kind


@pytest.mark.slow
@pytest.mark.parametrize(("name", "notation", "kind", "lang"), covering(sayable(), WRITERS, OTHERS))
def test_no_english_is_left_on_any_page(name: str, notation: str, kind: str, lang: str) -> None:
    problem = replace(spoken(name, lang), notation=notation)
    try:
        text = str(WRITERS[kind](problem))
    except UserError:
        pytest.skip("there is no such page of it")
    assert ENGLISH_WORDS.findall(prose(text, problem)) == []


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("lang", OTHERS)
def test_what_is_printed_is_read_back_and_right(name: str, lang: str, tmp_path: Path) -> None:
    """As many claims as on the English page, all of them right; whether the problem or the page says the language."""
    number = PROBLEMS.index(name)
    to, dialect = READ[number % len(READ)]
    reader = (lang, ENGLISH.code)[number % 2]

    def handed_in(problem: Problem) -> str:
        file = tmp_path / f"page{next(end for end, format in ENDINGS.items() if format == to)}"
        file.write_text(str(bp.render(problem, to=to, dialect=dialect)), encoding="utf-8")
        return read_hand_in(str(file)).text

    page = handed_in(spoken(name, lang))
    english = checker(name, ENGLISH.code).check(handed_in(bp.load(name)))
    marking = checker(name, reader).check(page)
    assert told_wrong(marking) == []
    assert len(marking.links) == len(english.links)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "notation", "detail", "form", "lang"), covering(triples(), DIALECTS, OTHERS))
def test_whatever_is_printed_is_read_back_and_right(
    name: str, notation: str, detail: Detail, form: tuple[str, Dialect], lang: str
) -> None:
    """Each problem, notation, detail and format with each of the others: in English all of them are."""
    to, dialect = form
    try:
        page = str(bp.render(spoken(name, lang), to=to, dialect=dialect, notation=notation, detail=detail))
    except UserError:
        pytest.skip("not to be said in this notation")
    english = english_page(name, notation, detail, to, dialect)
    marking = checker(name, lang).check(page)
    assert told_wrong(marking) == []
    assert len(marking.links) == len(checker(name, ENGLISH.code).check(english).links)


# decimals


def test_decimals_are_as_the_language_has_them_unless_the_file_says_so() -> None:
    problem = bp.load("layer_sigmoid")
    assert "0.3775" in bp.render(problem)
    german = str(bp.render(problem, lang="de"))
    assert "0{,}3775" in german
    assert not re.search(r"\d\.\d", german)
    point = replace(problem, rounding=replace(problem.rounding, comma=False))
    assert "0.3775" in bp.render(point, lang="de")
    comma = replace(problem, rounding=replace(problem.rounding, comma=True))
    assert "0{,}3775" in bp.render(comma)
    assert "0,3775" in bp.render(problem, lang="de", to="terminal")
    assert "0,3775" in bp.render(problem, lang="de", to="html")
    assert "0.3775" in bp.render(problem, lang="de", to="json")
    assert "0,3775" not in bp.render(problem, lang="de", to="json")


@pytest.mark.parametrize("to", ["markdown", "typst", "html", "terminal"])
def test_where_decimals_have_commas_semicolons_part_them(to: str, tmp_path: Any) -> None:
    text = "title: T\nlang: de\nvalues: {x: 0.5, y: -1.25}\nnodes: {f: 'max(x, y)'}\ndifferentiate: f\n"
    problem = read_problem(text, "p.yaml", tmp_path / "p.yaml")
    page = str(bp.render(problem, to=to))
    assert ";" in page
    if to == "markdown":
        assert r"\max(0{,}5; -1{,}25) = 0{,}5" in page
        assert told_wrong(bp.check(problem, page)) == []
        assert told_wrong(bp.check(problem, "f = max(0,5; -1,25) = 0,5")) == []
        assert told_wrong(bp.check(problem, "f = max(0,5; -1,25) = -1,25")) != []


@pytest.mark.parametrize("to", ["markdown", "html"])
def test_numbers_in_a_report_too(to: str) -> None:
    problem = bp.load("layer_sigmoid")
    marking = bp.check(problem, r"$z_1^{(1)} = 0.3975$")
    assert "0.3775" in bp.report(marking, to=to)
    report = str(bp.report(marking, to=to, lang="de"))
    assert "richtig ist 0,3775" in report
    assert "0.3775" not in report


# where the language is said


def test_a_problem_file_says_its_language(tmp_path: Any) -> None:
    text = "title: Netz\nlang: de\nvalues: {x: 0.5}\nnodes: {f: x ^ 2}\ndifferentiate: f\n"
    problem = read_problem(text, "p.yaml", tmp_path / "p.yaml")
    assert (problem.lang, problem.comma) == ("de", True)
    assert "## Rückwärtsrechnung" in bp.render(problem)
    assert "## Backward pass" in bp.render(problem, lang="en")
    with pytest.raises(UserError, match=r"p\.yaml:2:7: unknown lang 'ed'"):
        read_problem(text.replace("lang: de", "lang: ed"), "p.yaml", tmp_path / "p.yaml")


def test_a_language_that_is_not_there() -> None:
    assert language("de").name == "Deutsch"
    with pytest.raises(UserError, match="unknown language 'DE'; did you mean 'de'"):
        bp.render(bp.load("xor"), lang="DE")
    with pytest.raises(UserError, match="unknown language 'xx'"):
        bp.handout(bp.load("xor"), lang="xx")


def test_each_format_says_which_language_it_is_in() -> None:
    problem = bp.load("circuit")
    assert '<html lang="de">' in bp.render(problem, lang="de", to="html")
    assert 'lang: "de")' in bp.render(problem, lang="de", to="typst")
    assert r"\usepackage[ngerman]{babel}" in bp.render(problem, lang="de", to="latex")
    assert "babel" not in bp.render(problem, to="latex")


def test_the_users_own_words_are_those_of_the_pages_language(tmp_path: Any) -> None:
    file = tmp_path / "my.j2"
    file.write_text(
        '{% extends "documents/solution.j2" %}{% change "wording/passages" %}{% macro update() %}Bergab.{% endmacro %}'
        '{% endchange %}{% change "wording/en/results" %}{% macro all_results() %}English.{% endmacro %}{% endchange %}'
    )
    german = str(bp.render(bp.load("circuit_reuse"), lang="de", template=file))
    assert "Bergab." in german
    assert "English." not in german
    assert "Alle Ergebnisse" in german
    english = str(bp.render(bp.load("circuit_reuse"), template=file))
    assert "Bergab." in english
    assert "English." in english


@pytest.mark.parametrize("name", ["mazur", "node_relu", "circuit_reuse"])
@pytest.mark.parametrize("lang", OTHERS)
def test_a_mistake_planted_on_a_page_is_found_and_named(name: str, lang: str) -> None:
    made = bp.mistakes(bp.load(name), 1, 1, lang=lang)
    marking = checker(name, lang).check(str(made.sheet))
    found = [link.causes[:1] for link in marking.links if link.verdict.value == "incorrect"]
    assert found == [(made.planted.mistakes[0].cause,)]


@pytest.mark.parametrize("lang", OTHERS)
def test_what_is_filled_in_on_a_worksheet_is_right(lang: str) -> None:
    key = str(bp.worksheet(bp.load("layer_sigmoid"), lang=lang).key)
    assert told_wrong(checker("layer_sigmoid", lang).check(key)) == []

from __future__ import annotations

import pytest

from backprop_steps.errors import UserError, did_you_mean

MISTAKES = [
    (["slove", "xor"], "backprop-steps: unknown command 'slove'; did you mean 'solve'?"),
    (["zzz"], "backprop-steps: unknown command 'zzz'"),
    (["solve"], "backprop-steps solve: missing argument 'PROBLEM'; see backprop-steps solve --help"),
    (["solve", "xor", "--digts", "3"], "backprop-steps solve: unknown option '--digts'; did you mean '--digits'?"),
    (["--hepl"], "backprop-steps: unknown option '--hepl'; did you mean '--help'?"),
    (
        ["solve", "xor", "--detail", "lectur"],
        "backprop-steps solve: unknown value 'lectur' for --detail; did you mean 'lecture'?",
    ),
    (["solve", "xor", "--to", "Latex"], "backprop-steps solve: unknown value 'Latex' for --to; did you mean 'latex'?"),
    (
        ["solve", "xor", "--carry", "zzz"],
        "backprop-steps solve: unknown value 'zzz' for --carry; there are exact, rounded",
    ),
    (["list", "notation"], "backprop-steps list: unknown kind 'notation'; did you mean 'notations'?"),
    (
        ["solve", "xor", "-o", "sheet.doc"],
        "backprop-steps solve: sheet.doc: the ending '.doc' says no format; "
        "end it with .md, .markdown, .tex, .html, .htm, .txt, .typ, .pdf, .ipynb, .json, or give --to",
    ),
    (
        ["solve", "xor", "-o", "sheet"],
        "backprop-steps solve: sheet: no ending says no format; "
        "end it with .md, .markdown, .tex, .html, .htm, .txt, .typ, .pdf, .ipynb, .json, or give --to",
    ),
    (
        ["solve", "xor", "-o", "sheet.tex", "--dialect", "github"],
        "backprop-steps solve: --dialect is for Markdown; this is latex",
    ),
    (
        ["solve", "xor", "--to", "json", "--fragment"],
        "backprop-steps solve: --fragment is for Markdown, LaTeX and Typst; this is json",
    ),
    (
        ["solve", "xor", "-o", "xor.html", "--fragment"],
        "backprop-steps solve: --fragment is for Markdown, LaTeX and Typst; this is html",
    ),
    (
        ["solve", "xor", "--digits", "-1"],
        "backprop-steps solve: invalid value for '--digits': -1 is not in the range 0<=x<=30",
    ),
]


@pytest.mark.parametrize(("arguments", "line"), MISTAKES, ids=lambda value: " ".join(value)[:40])
def test_a_wrong_command_is_answered_with_one_line(run, asked, arguments, line):
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line + "\n")


class TwoMistakesError(UserError):
    def lines(self):
        return [
            "net.yaml:3:28: unknown activation 'sigmod'; did you mean 'sigmoid'?",
            "net.yaml:9:1: unknown key 'los'",
        ]


def test_every_mistake_of_a_file_is_a_line(run, broken):
    broken(TwoMistakesError())
    result = run("solve", "net.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == TwoMistakesError().lines()


def test_what_a_file_brings_into_a_message_cannot_steer_the_terminal(run, broken):
    broken(UserError("net.yaml:1:1: unknown key '\x1b[2J\nos'"))
    assert run("solve", "net.yaml").stderr == "net.yaml:1:1: unknown key '\\x1b[2J\\nos'\n"


def test_an_unexpected_error_is_one_line_that_asks_to_report_it(run, broken, monkeypatch):
    monkeypatch.delenv("BACKPROP_STEPS_DEBUG", raising=False)
    broken(KeyError("z1"))
    result = run("solve", "net.yaml")
    assert (result.exit_code, result.stdout) == (70, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("unexpected error (KeyError: 'z1'): ")
    assert "report" in result.stderr
    assert "--debug" in result.stderr


@pytest.mark.parametrize("how", ["option", "environment"])
def test_debug_shows_where_an_unexpected_error_comes_from(run, broken, how):
    error = KeyError("z1")
    broken(error)
    if how == "option":
        result = run("--debug", "solve", "net.yaml")
    else:
        result = run("solve", "net.yaml", env={"BACKPROP_STEPS_DEBUG": "1"})
    assert result.exception is error


def test_interrupted(run, broken):
    broken(KeyboardInterrupt())
    result = run("solve", "net.yaml")
    assert result.exit_code == 130
    assert result.stderr.strip() == "stopped"


@pytest.mark.parametrize(
    ("name", "known", "answer"),
    [
        ("sigmod", ["tanh", "sigmoid"], "; did you mean 'sigmoid'?"),
        ("XOR", ["nor", "xor"], "; did you mean 'xor'?"),
        ("zzz", ["tanh", "sigmoid"], ""),
        ("x", [], ""),
    ],
)
def test_did_you_mean(name, known, answer):
    assert did_you_mean(name, known) == answer

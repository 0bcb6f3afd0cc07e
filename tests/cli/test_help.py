from __future__ import annotations

import shlex
import subprocess
import sys

import click
import pytest

from backprop_steps.cli import main

COMMANDS = sorted(main.commands)


def examples(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("backprop-steps ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_commands_help_shows_examples_that_the_command_line_takes(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.stderr == ""
    shown = examples(result.stdout)
    assert any(shlex.split(line)[1] == command for line in shown)
    for line in shown:
        words = shlex.split(line.split(" > ")[0])[1:]
        parent = click.Context(main, info_name="backprop-steps")
        _, found, rest = main.resolve_command(parent, words)
        found.make_context(words[0], rest, parent=parent)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_is_for(command):
    for param in main.commands[command].params:
        assert isinstance(param, click.Argument) or param.help


def test_no_arguments_show_the_help(run):
    result = run()
    assert result.exit_code == 0
    assert result.stdout == run("--help").stdout
    assert all(f"  {command} " in result.stdout for command in COMMANDS)


def test_version(run):
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, "backprop-steps, version 0.1.0\n")


@pytest.mark.parametrize("arguments", [["--help"], ["solve", "--help"], ["list"], ["list", "--to", "json"]])
def test_help_and_list_do_not_wait_for_sympy(arguments):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "backprop_steps", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time")}
    assert "click" in imported
    assert imported.isdisjoint({"sympy", "mpmath", "lark", "jinja2"})

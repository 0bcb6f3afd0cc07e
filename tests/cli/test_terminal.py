from __future__ import annotations

import os
import subprocess
import sys

import pytest

RED = "\x1b[31m"
COMMAND = [sys.executable, "-m", "backprop_steps"]


def shown_in_a_terminal(arguments: list[str], **environment: str) -> str:
    """Standard output as it arrives at a terminal."""
    import pty

    ours, theirs = pty.openpty()
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | environment
    with subprocess.Popen([*COMMAND, *arguments], stdout=theirs, env=env) as running:
        os.close(theirs)
        pieces = []
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux says that there is no more
                break
            if not piece:
                break
            pieces.append(piece)
        running.wait()
    os.close(ours)
    return b"".join(pieces).decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="has no pty")
def test_a_terminal_without_unicode_is_shown_the_report_in_ascii(tmp_path):
    hand_in = tmp_path / "h.md"
    hand_in.write_text("$g^{(1)} = W^{(2)} g^{(2)} \\odot \\sigma'(z^{(1)})$  → ü\n", encoding="utf-8")
    arguments = ["check", "layer_sigmoid", str(hand_in)]
    page = shown_in_a_terminal(arguments, PYTHONIOENCODING="ascii", COLUMNS="200")
    assert page.isascii()
    assert "right is (W^(2))^Tg^(2) (*) a^(1) (*) (1 - a^(1))" in page
    assert "> u" in page
    assert "right is (W⁽²⁾)ᵀg⁽²⁾ ⊙ a⁽¹⁾ ⊙ (1 − a⁽¹⁾)" in shown_in_a_terminal(
        arguments, PYTHONIOENCODING="utf-8", COLUMNS="200"
    )


def in_a_terminal(arguments: list[str], **environment: str) -> str:
    """Standard error as it arrives at a terminal."""
    import pty

    ours, theirs = pty.openpty()
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | environment
    subprocess.run([*COMMAND, *arguments], stderr=theirs, stdout=subprocess.DEVNULL, env=env, check=False)
    os.close(theirs)
    text = os.read(ours, 10_000).decode()
    os.close(ours)
    return text


@pytest.mark.skipif(sys.platform == "win32", reason="has no pty")
def test_colour_only_in_a_terminal_and_not_with_no_color():
    assert RED in in_a_terminal(["slove"])
    assert "\x1b" not in in_a_terminal(["slove"], NO_COLOR="1")
    piped = subprocess.run([*COMMAND, "slove"], capture_output=True, text=True, check=False)
    assert piped.returncode == 2
    assert piped.stderr == "backprop-steps: unknown command 'slove'; did you mean 'solve'?\n"


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGPIPE")
def test_a_reader_that_stops_reading_is_no_error():
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m backprop_steps list formats | true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_output_is_utf8_whatever_the_locale():
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    code = "from backprop_steps.commands.files import write; write('∂L/∂w\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, check=True)
    assert done.stdout == "∂L/∂w\n".encode()


def complete(*words: str) -> list[str]:
    env = os.environ | {
        "_BACKPROP_STEPS_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["backprop-steps", *words]),
        "COMP_CWORD": str(len(words)),
    }
    return subprocess.run(COMMAND, capture_output=True, text=True, env=env, check=False).stdout.split()


def test_the_shell_completes_commands_choices_problems_and_notations():
    assert complete("so") == ["plain,solve"]
    assert complete("solve", "xor", "--detail", "le") == ["plain,lecture"]
    assert complete("solve", "xor", "--notation", "laye") == ["plain,layer", "file,laye"]
    assert complete("solve", "xo") == ["plain,xor", "file,xo"]

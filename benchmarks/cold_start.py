"""How long a cold start takes, beside the libraries it cannot do without: python benchmarks/cold_start.py [RUNS]

Runs take turns, so that what else the machine does falls on all of them alike. Prints a Markdown table of medians.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from machine import describe

PROBLEM = "mazur"
"""A shipped problem with two inputs, two hidden and two output units."""
BASELINE = "import sympy, jinja2, click, yaml"
LIMIT = 1.25
LIMIT_OF_HTML = 1.2
"""Of the same sheet as Markdown."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Without what keeps Python from writing byte code: a program compiled anew at each start is not what is measured."""
IMPORTED = """
import sys
from backprop_steps.cli import main
try:
    main({arguments!r})
except SystemExit:
    pass
print(*({{"sympy", "lark"}} & set(sys.modules)), file=sys.stderr)
"""


def commands(folder: Path) -> dict[str, list[str]]:
    """What is timed, by the name it has in the table."""
    program = [sys.executable, "-m", "backprop_steps"]
    return {
        f'python -c "{BASELINE}"': [sys.executable, "-c", BASELINE],
        f"solve {PROBLEM}": [*program, "solve", PROBLEM, "-o", str(folder / "sheet.md")],
        f"solve {PROBLEM} --detail answers": [
            *program,
            "solve",
            PROBLEM,
            "--detail",
            "answers",
            "-o",
            str(folder / "a.md"),
        ],
        f"solve {PROBLEM} to LaTeX": [*program, "solve", PROBLEM, "-o", str(folder / "sheet.tex")],
        f"solve {PROBLEM} to HTML": [*program, "solve", PROBLEM, "-o", str(folder / "sheet.html")],
        "list": [*program, "list"],
        "--help": [*program, "--help"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }


def run(command: list[str]) -> float:
    """The wall time of one command, in seconds."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    return perf_counter() - start


def heavy_imports(*arguments: str) -> str:
    """Which of sympy and lark a command imports."""
    script = IMPORTED.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stderr.strip().replace(" ", ", ") or "neither"


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        wanted = commands(Path(folder))
        for command in wanted.values():
            run(command)  # the first run writes byte code
        times: dict[str, list[float]] = {name: [] for name in wanted}
        for _ in range(runs):
            for name, command in wanted.items():
                times[name].append(run(command))
    baseline, solve = (median(times[name]) for name in list(wanted)[:2])
    print(f"{describe()}; medians of {runs} runs that took turns.\n")
    print("| command | ms | of the imports alone |\n|---|--:|--:|")
    for name, seconds in times.items():
        print(f"| `{name}` | {1000 * median(seconds):.0f} | {median(seconds) / baseline:.2f} |")
    print(f"\nOf sympy and lark `--help` imports {heavy_imports('--help')}, `list` {heavy_imports('list')}.")
    if solve > LIMIT * baseline:
        sys.exit(f"solve takes {solve / baseline:.2f} times the imports alone; the limit is {LIMIT}")
    html = median(times[f"solve {PROBLEM} to HTML"]) / solve
    if html > LIMIT_OF_HTML:
        sys.exit(f"HTML takes {html:.2f} times Markdown; the limit is {LIMIT_OF_HTML}")


if __name__ == "__main__":
    main()

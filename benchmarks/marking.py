"""What marking costs, beside a cold `solve`: python benchmarks/marking.py [RUNS]

A hand-in of 150 lines on a 2-2-2 network is marked, cold, by the command; and a page of 2,000 lines in one process.
Fails where a limit is passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

from cold_start import PROBLEM, run
from machine import describe

import backprop_steps

LIMIT = 1.5
"""The most that marking a hand-in may take, of a cold solve."""
PAGE = 10.0
"""The most seconds of processor time for a page of 2,000 lines."""


def hand_in(lines: int) -> str:
    """So many lines with equalities, from the sheet of the problem."""
    sheet = str(backprop_steps.render(backprop_steps.load(PROBLEM))).split("\n")
    found = [f"${line.strip()}$" for line in sheet if "=" in line and "&" not in line and "$" not in line]
    return "\n\n".join((found * (lines // len(found) + 1))[:lines])


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    program = [sys.executable, "-m", "backprop_steps"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hand_in.md"
        file.write_text(hand_in(150), encoding="utf-8")
        commands = {
            f"solve {PROBLEM}": [*program, "solve", PROBLEM, "-o", str(Path(folder) / "sheet.md")],
            f"check {PROBLEM}, 150 lines": [*program, "check", PROBLEM, str(file)],
        }
        for command in commands.values():
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                times[name].append(run(command))
    start = process_time()
    backprop_steps.check(backprop_steps.load(PROBLEM), hand_in(2_000))
    page = process_time() - start
    solve, check = (median(seconds) for seconds in times.values())
    print(f"{describe()}; medians of {runs} runs that took turns.\n")
    print("| what | ms | of solve |\n|---|--:|--:|")
    for name, seconds in times.items():
        print(f"| `{name}` | {1000 * median(seconds):.0f} | {median(seconds) / solve:.2f} |")
    print(f"| a page of 2,000 lines, in one process | {1000 * page:.0f} | |")
    if check > LIMIT * solve or page > PAGE:
        sys.exit(
            f"\nmarking takes {check / solve:.2f} of solve (limit {LIMIT}), 2,000 lines {page:.1f} s (limit {PAGE})"
        )


if __name__ == "__main__":
    main()

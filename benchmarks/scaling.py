"""How time and size grow with the network: python benchmarks/scaling.py [--notation NAME] [SIZE...]

For n-n-1 networks the problem is loaded, derived, evaluated and rendered in one process. Prints a Markdown table of
processor times; where time and size are linear in the number of parameters, the last two columns do not grow from row
to row.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import process_time

from machine import describe

import backprop_steps
from backprop_steps.commands.importing import importing

SIZES = (8, 16, 24, 32, 48, 64)
LIMIT = 100.0
"""The most microseconds that a printed line may take."""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one network; times in seconds."""

    units: int
    parameters: int
    load: float
    derive: float
    evaluate: float
    render: float
    size: int
    lines: int

    @property
    def total(self) -> float:
        """What a solve takes: rendering loads nothing, but derives and evaluates itself."""
        return self.load + self.render


def network(units: int, notation: str) -> str:
    """The problem file of an n-n-1 network, the same at every run."""
    number = random.Random(units)

    def row(length: int) -> str:
        return "[" + ", ".join(f"{number.uniform(-1, 1):.2f}" for _ in range(length)) + "]"

    weights = ",\n              ".join(row(units) for _ in range(units))
    return f"""title: {units}-{units}-1
notation: {notation}
inputs: {row(units)}
targets: [0.5]
layers:
  - units: {units}
    activation: sigmoid
    weights: [{weights}]
    bias: {row(units)}
  - units: 1
    activation: sigmoid
    weights: [{row(units)}]
    bias: [0.1]
loss: half_squared_error
optimizer: {{kind: gradient_descent, learning_rate: 0.5}}
"""


def measure(units: int, notation: str, folder: Path) -> Row:
    """The figures of one network, the quickest of three runs."""
    file = folder / f"{units}.yaml"
    file.write_text(network(units, notation), encoding="utf-8")
    runs = [measure_once(units, file) for _ in range(3)]
    return min(runs, key=lambda row: row.total)


def measure_once(units: int, file: Path) -> Row:
    """The figures of one run."""
    marks = [process_time()]
    problem = backprop_steps.load(file)
    marks.append(process_time())
    backprop_steps.derive(problem)
    marks.append(process_time())
    backprop_steps.evaluate(problem)
    marks.append(process_time())
    page = str(backprop_steps.render(problem))
    marks.append(process_time())
    load, derive, evaluate, render = (end - start for start, end in pairwise(marks))
    parameters = units * units + 2 * units + 1
    return Row(units, parameters, load, derive, evaluate, render, len(page.encode()), page.count("\n"))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--notation", default="layer", help="a profile in which the networks can be said")
    arguments.add_argument("sizes", metavar="SIZE", nargs="*", type=int, default=SIZES)
    asked = arguments.parse_args()
    with importing():  # as the command line does it
        import backprop_steps.api
        import backprop_steps.expression.symbolic  # noqa: F401
    with tempfile.TemporaryDirectory() as folder:
        measure(2, asked.notation, Path(folder))  # what is made once for every problem
        rows = [measure(units, asked.notation, Path(folder)) for units in asked.sizes]
    print(f"{describe()}; processor time, the quickest of three runs in one process; milliseconds.\n")
    print("| n | parameters | load | derive | evaluate (with derive) | render (with both) | lines | kB", end="")
    print(" | µs a line | µs a parameter | bytes a parameter |\n|" + "--:|" * 11)
    for row in rows:
        times = " | ".join(f"{1000 * part:.0f}" for part in (row.load, row.derive, row.evaluate, row.render))
        print(f"| {row.units} | {row.parameters} | {times} | {row.lines} | {row.size / 1000:.0f}", end="")
        print(f" | {1e6 * row.total / row.lines:.0f} | {1e6 * row.total / row.parameters:.0f}", end="")
        print(f" | {row.size / row.parameters:.0f} |")
    slowest = max(1e6 * row.total / row.lines for row in rows)
    if slowest > LIMIT:
        sys.exit(f"\na printed line takes {slowest:.0f} µs; the limit is {LIMIT:.0f}")


if __name__ == "__main__":
    main()

"""The rooms: each imports only from those above it, and what need not be imported to answer is not."""

import ast
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "backprop_steps"
TABLE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = re.findall(r"^\| `(\w+)(?:/|\.py)` \|", TABLE, re.MULTILINE)
# Below all rooms: what a mistake of the user's is, where the shipped files are, which languages there are, what may be
# asked for. They know of no room.
GROUND = {"errors", "resources", "languages", "offers"}


# The rooms within a room: its name and theirs.
INNER = re.findall(r"^\| `(\w+)/(\w+)(?:/|\.py)` \|", TABLE, re.MULTILINE)


def imported_rooms(file: Path) -> Iterator[tuple[int, str]]:
    """The line and the room of each import from this package, wherever in the file it stands."""
    for line, path in imported(file):
        yield line, path[0] or "api"  # the package itself hands the API out


def imported(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The line of each import from this package, and the names that lead to what is imported."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are written out in full"
            modules = [node.module or ""]
            if PACKAGE.parent.joinpath(*modules[0].split(".")).is_dir():
                modules = [f"{node.module}.{alias.name}" for alias in node.names]
        for module in modules:
            first, _, rest = module.partition(".")
            if first == PACKAGE.name:
                yield node.lineno, rest.split(".")


def files_of(room: Path) -> list[Path]:
    """The files of a room, which is a folder or a file."""
    return sorted(room.rglob("*.py")) if room.is_dir() else [room.with_suffix(".py")]


def test_the_rooms_of_the_table_are_the_rooms_of_the_package() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    assert folders | files == {*ROOMS, *GROUND}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_above_it(room: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(room) + 1], *GROUND}
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {room} imports {other}"
        for file in files_of(PACKAGE / room)
        for line, other in imported_rooms(file)
        if other not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("house", sorted({house for house, _ in INNER}))
def test_the_inner_rooms_of_the_table_are_those_of_the_package(house: str) -> None:
    folders = {path.parent.name for path in (PACKAGE / house).glob("*/__init__.py")}
    files = {path.stem for path in (PACKAGE / house).glob("*.py")} - {"__init__"}
    assert folders | files == {room for other, room in INNER if other == house}


@pytest.mark.parametrize(("house", "room"), INNER)
def test_an_inner_room_imports_only_from_those_above_it(house: str, room: str) -> None:
    order = [inner for other, inner in INNER if other == house]
    allowed = order[: order.index(room) + 1]
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {house}/{room} imports {house}/{other}"
        for file in files_of(PACKAGE / house / room)
        for line, path in imported(file)
        for other in path[1:2]
        if path[0] == house and other not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("module", sorted(GROUND))
def test_the_ground_knows_of_no_room(module: str) -> None:
    assert {room for _, room in imported_rooms(PACKAGE / f"{module}.py")} <= GROUND


def test_no_module_imports_one_that_imports_it() -> None:
    """Imports inside functions, and those for types only, count too: a circle that is put off is a circle."""
    files = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in PACKAGE.rglob("*.py")}
    waiting = {name: set(_imported_modules(file, files)) - {name} for name, file in files.items()}
    while ready := [name for name, others in waiting.items() if not others & waiting.keys()]:
        for name in ready:
            del waiting[name]
    assert sorted(waiting) == [], "these import one another, or what does"


def _imported_modules(file: Path, known: Collection[str]) -> Iterator[str]:
    """The modules of this package that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in known else node.module or "" for name in whole]
        else:
            continue
        yield from (full for name in names for full in (name, f"{name}.__init__") if full in known)


def test_the_command_line_starts_without_sympy_and_lark() -> None:
    code = "import sys, backprop_steps.cli; print(sorted({'sympy', 'lark', 'mpmath'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"

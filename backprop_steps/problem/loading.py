"""A problem file, or the name of a shipped one, to a validated Problem, or to all its mistakes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from backprop_steps.errors import did_you_mean
from backprop_steps.problem.circuit import read_circuit
from backprop_steps.problem.keys import CIRCUIT, CIRCUIT_PROBLEM, NETWORK, NETWORK_PROBLEM
from backprop_steps.problem.messages import ProblemErrors, whole_file
from backprop_steps.problem.model import Circuit, Network, Problem
from backprop_steps.problem.network import read_network
from backprop_steps.problem.settings import read_lang, read_meta, read_notation, read_rounding, read_symbols, read_title
from backprop_steps.problem.shipped import first_comment, names, path_of
from backprop_steps.problem.training import read_optimizer, read_steps
from backprop_steps.source.cursor import Cursor, Section
from backprop_steps.source.document import read_document
from backprop_steps.source.files import read_text
from backprop_steps.source.messages import Report
from backprop_steps.source.nodes import MapNode, Node, Scalar
from backprop_steps.source.places import places

LARGEST_FILE = 2_000_000
"""The bound on a problem file, in bytes."""


def load(path_or_name: str | Path) -> Problem:
    """The problem of a file, or the shipped problem of that name. Raises ProblemErrors with every mistake."""
    path = _find(path_or_name)
    file = str(path_or_name) if Path(path_or_name) == path else str(path)
    report = Report(file)
    text = read_text(path, report, LARGEST_FILE)
    if text is None:
        raise report.errors(ProblemErrors)
    return read_problem(text, file, path)


def _find(path_or_name: str | Path) -> Path:
    path = Path(path_or_name)
    text = str(path_or_name)
    try:
        if path.exists():
            if path.is_dir():
                raise whole_file(text, "this is a folder; a problem is one file")
            return path
    except (OSError, ValueError):
        raise whole_file(text[:200], "this is not the name of a file") from None
    if not text.isprintable():
        raise whole_file(repr(text[:200]), "this is not the name of a file")
    is_name = isinstance(path_or_name, str) and len(path.parts) == 1
    name = path.stem if path.suffix in (".yaml", ".yml") else path.name
    shipped = path_of(path.name) if is_name and not path.suffix else None
    if shipped is not None:
        return shipped
    if is_name:
        remedy = did_you_mean(name[:60], names()) or "; `backprop-steps list problems` shows the shipped ones"
        raise whole_file(text, f"there is no such file, and no shipped problem of that name{remedy}")
    raise whole_file(text, "there is no such file")


def read_problem(text: str, file: str, path: Path) -> Problem:
    """The problem of a text. `file` is what messages call it; relative paths in it go from the folder of `path`.

    Raises ProblemErrors.
    """
    remedy = "`backprop-steps new NAME` writes one to start from"
    return read_document(text, file, ProblemErrors, partial(_problem, text, path), remedy)


def _problem(text: str, path: Path, node: Node, report: Report) -> Problem | None:
    cursor = Cursor(node, "a problem file", report)
    if not isinstance(node, MapNode):
        cursor.expected("a mapping (title: ..., inputs: ..., layers: ...)")
        return None
    is_circuit = _is_circuit(node, report)
    keys, other = (CIRCUIT_PROBLEM, NETWORK) if is_circuit else (NETWORK_PROBLEM, CIRCUIT)
    section = cursor.section(keys, "", passed_over=other)
    if section is None:
        return None
    return _Reading(section, text, path).problem(is_circuit)


def _is_circuit(node: MapNode, report: Report) -> bool:
    """Whether the keys are those of a circuit; keys of both kinds in one file are a mistake."""
    places = {key.text: key.place for key, _ in reversed(node.entries) if isinstance(key, Scalar)}
    of_network = [name for name in NETWORK if name in places]
    of_circuit = [name for name in CIRCUIT if name in places]
    is_circuit = len(of_circuit) > len(of_network)
    if of_network and of_circuit:
        kind, other = ("circuit", "a layered network") if is_circuit else ("layered network", "a circuit")
        for name in of_network if is_circuit else of_circuit:
            report.add(places[name], f"the key {name!r} is for {other}, and this file describes a {kind}")
    return is_circuit


class _Reading:
    """One file being read."""

    def __init__(self, section: Section, text: str, path: Path) -> None:
        self.section, self.text, self.path = section, text, path

    def problem(self, is_circuit: bool) -> Problem | None:
        section = self.section
        network: Network | None = None
        circuit: Circuit | None = None
        if is_circuit:
            circuit, values = read_circuit(section)
            optimizer = read_optimizer(section, values=values)
            numeric = all(number is not None for _, number in circuit.values) if circuit is not None else None
        else:
            reading = read_network(section)
            network = reading.network
            optimizer = read_optimizer(section, network=reading)
            numeric = network.layers[0].weights is not None if network is not None else None
        steps = read_steps(section, numeric)
        problem = Problem(
            title=read_title(section, self.path),
            notation=read_notation(section, self.path.parent, "circuit" if is_circuit else "layer"),
            meta=read_meta(section),
            network=network,
            circuit=circuit,
            optimizer=optimizer,
            steps=steps,
            rounding=read_rounding(section),
            symbols=read_symbols(section),
            source=self.path,
            comment=first_comment(self.text),
            lang=read_lang(section),
            places=places(section.cursor.node),
        )
        return problem if network is not None or circuit is not None else None

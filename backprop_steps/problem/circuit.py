"""A circuit: a DAG of named scalars, each node a formula."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from backprop_steps.expression.quantity import Quantity
from backprop_steps.expression.reading import ALIASES, ARITY
from backprop_steps.expression.transform import quantities
from backprop_steps.expression.tree import Expression, Number
from backprop_steps.problem.formulas import formula_of
from backprop_steps.problem.keys import MOST_NODES
from backprop_steps.problem.model import Circuit
from backprop_steps.source.cursor import Cursor, Section, hint
from backprop_steps.source.literals import LONGEST_NAME, is_name, short
from backprop_steps.source.messages import Place, Report
from backprop_steps.source.nodes import ListNode, MapNode, Scalar

RESERVED = frozenset({*ARITY, *ALIASES, "eta"})

Named = dict[str, tuple[Place, Cursor]]
Found = TypeVar("Found")


def read_circuit(section: Section) -> tuple[Circuit | None, tuple[str, ...]]:
    """The circuit, None where there is a mistake in it; and the names of its values."""
    values = _values(section)
    nodes = _nodes(section, values)
    formulas = _formulas(section, nodes, values)
    _check_cycles(section.cursor.report, nodes, formulas)
    upstream = _upstream(section, nodes)
    goal = _goal(section, values, nodes)
    numbers = _numbers(values)
    if goal is None or len(formulas) < len(nodes) or not formulas:
        return None, tuple(values)
    return Circuit(tuple(numbers.items()), tuple(formulas.items()), goal, upstream), tuple(values)


def _formulas(section: Section, nodes: Named, values: Collection[str]) -> dict[str, Expression]:
    """The formulas that can be read. A name that was refused is none that a formula does not know: it is told once."""
    known = {name: Quantity("node", name=name) for key in ("values", "nodes") for name in _written(section.get(key))}
    formulas: dict[str, Expression] = {}
    for name, (_, cursor) in nodes.items():
        formula = formula_of(cursor.renamed(f"node {name}"), known) if values else None
        if formula is not None:
            formulas[name] = formula
    return formulas


def _written(cursor: Cursor | None) -> list[str]:
    """The names that a mapping or a list has, good and bad."""
    match cursor.node if cursor is not None else None:
        case MapNode(entries):
            nodes = [key for key, _ in entries]
        case ListNode(items):
            nodes = list(items)
        case _:
            nodes = []
    return [node.text.strip() for node in nodes if isinstance(node, Scalar)]


def _values(section: Section) -> dict[str, tuple[Place, Cursor | None]]:
    """The names of the values, each with the cursor of its number, None where it has none."""
    cursor = section.require("values", ": the named scalars that go in, {x: -2, y: 5}")
    if cursor is None:
        return {}
    found: dict[str, tuple[Place, Cursor | None]] = {}
    if cursor.is_list:
        for part in cursor.items("a list of names") or []:
            name = part.scalar("a name")
            if name is None:
                continue
            if name in found:
                part.report.add(part.place, f"the value {short(name)} is repeated")
            elif _check_name(part.report, part.place, name):
                found[name] = (part.place, None)
    else:
        entries = cursor.entries("a mapping from names to numbers, or a list of names")
        if entries is not None and not entries:
            cursor.wrong("must name at least one value: {x: -2, y: 5}")
        for name, (place, value) in (entries or {}).items():
            if _check_name(cursor.report, place, name):
                found[name] = (place, None if value.is_null else value.renamed(f"value {name}"))
    return _bounded(cursor, found)


def _numbers(values: Mapping[str, tuple[Place, Cursor | None]]) -> dict[str, Number | None]:
    """The numbers of the values: of all, or of none."""
    with_number = next((name for name, (_, cursor) in values.items() if cursor is not None), None)
    if with_number is not None:
        report = next(cursor for _, cursor in values.values() if cursor is not None).report
        for name, (place, cursor) in values.items():
            if cursor is None:
                text = f"value {name} has no number, but {with_number} has; give one to every value, or to none"
                report.add(place, text)
    return {name: cursor.number() if cursor is not None else None for name, (_, cursor) in values.items()}


def _nodes(section: Section, values: Collection[str]) -> Named:
    cursor = section.require("nodes", ": the named scalars that are made, {q: x + y}")
    entries = cursor.entries("a mapping from names to formulas, {q: x + y}") if cursor is not None else None
    if cursor is None or entries is None:
        return {}
    if not entries:
        cursor.wrong("must have a node, found an empty mapping")
    found: Named = {}
    for name, (place, formula) in entries.items():
        if name in values:
            cursor.report.add(place, f"{short(name)} is a value already; a node needs a name of its own")
        elif _check_name(cursor.report, place, name):
            found[name] = (place, formula)
    return _bounded(cursor, found)


def _bounded(cursor: Cursor, found: dict[str, Found]) -> dict[str, Found]:
    if len(found) <= MOST_NODES:
        return found
    cursor.wrong(f"has {len(found)} entries; the bound is {MOST_NODES}")
    return {}


def _check_name(report: Report, place: Place, name: str) -> bool:
    if name in RESERVED:
        report.add(place, f"the name {name!r} is reserved: it means something in formulas and messages already")
        return False
    if not is_name(name):
        rule = f"letters and digits, a letter first, parts joined by _, at most {LONGEST_NAME} characters"
        report.add(place, f"{short(name)} cannot be a name: {rule}")
        return False
    return True


def _goal(section: Section, values: Collection[str], nodes: Named) -> str | None:
    cursor = section.get("differentiate")
    arriving = "upstream" in section.values
    if cursor is None:
        if not arriving:
            section.require("differentiate", f": name the node whose gradient is wanted{_last(nodes)}")
            return None
        if "L" in nodes or "L" in values:
            section.require("differentiate", ": name what the upstream gradients are the derivatives of, not L")
            return None
        return "L"
    name = cursor.scalar("the name of a node")
    if name is None:
        return None
    if arriving:
        if name in nodes or name in values:
            cursor.wrong(f"is {short(name)}, which is made here: with upstream, it is what lies behind; leave one out")
            return None
        return name if _check_name(cursor.report, cursor.place, name) else None
    if name in nodes:
        return name
    kind = "is a value; only a node can be differentiated" if name in values else "is not a node"
    cursor.report.add(cursor.place, f"differentiate: {short(name)} {kind}{hint(name, list(nodes))}")
    return None


def _last(nodes: Named) -> str:
    return f", differentiate: {list(nodes)[-1]}" if nodes else ""


def _upstream(section: Section, nodes: Named) -> tuple[tuple[str, Number], ...]:
    cursor = section.get("upstream")
    entries = cursor.entries("a mapping from nodes to numbers, {q: 0.5}") if cursor is not None else None
    if cursor is None or entries is None:
        return ()
    if not entries:
        cursor.wrong("must name a node, found an empty mapping")
    found: list[tuple[str, Number]] = []
    for name, (place, value) in entries.items():
        number = value.renamed(f"upstream {short(name)}").number()
        if name not in nodes:
            cursor.report.add(place, f"upstream {short(name)} is not a node{hint(name, list(nodes))}")
        elif number is not None:
            found.append((name, number))
    return tuple(found)


def _check_cycles(report: Report, nodes: Named, formulas: Mapping[str, Expression]) -> None:
    """Note every circle of nodes that depend on one another, each once."""
    uses = {
        name: list(dict.fromkeys(q.name for q in quantities(formula) if q.name in formulas))
        for name, formula in formulas.items()
    }
    done: set[str] = set()
    for start in uses:
        if start in done:
            continue
        # A walk with its own stack: as deep as the circuit is long.
        path, waiting = [start], [iter(uses[start])]
        while path:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                done.add(path.pop())
            elif following in path:
                circle = [*path[path.index(following) :], following]
                first = nodes[str(circle[0])][0]
                report.add(first, f"the nodes depend on one another in a circle: {' -> '.join(map(str, circle))}")
            elif following not in done:
                path.append(following)
                waiting.append(iter(uses[following]))

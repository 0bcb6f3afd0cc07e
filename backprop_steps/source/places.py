"""Where the parts of a file stand, for what is found out about them only later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_steps.source.messages import Place
from backprop_steps.source.nodes import ListNode, MapNode, Node, Scalar

Path = tuple[str | int, ...]
"""The way to a part: keys, and numbers of list entries from 0: `("layers", 1, "activation")`."""
Places = Mapping[Path, Place]


def places(node: Node) -> dict[Path, Place]:
    """The place of the value of every key, and of every mapping in a list; a list's other entries have none."""
    return dict(_places(node, ()))


def _places(node: Node, path: Path) -> Iterator[tuple[Path, Place]]:
    yield path, node.place
    match node:
        case MapNode(entries):
            for key, value in entries:
                if isinstance(key, Scalar):
                    yield from _places(value, (*path, key.text.strip()))
        case ListNode(items):
            for number, item in enumerate(items):
                if isinstance(item, MapNode):
                    yield from _places(item, (*path, number))


def nearest(known: Places, path: Path) -> Place | None:
    """The place of a part, or of the nearest part around it that is known."""
    return next((known[path[:length]] for length in range(len(path), -1, -1) if path[:length] in known), None)


def moved(known: Places, old: Path, new: Path) -> Places:
    """With the part at `old` in the place of the one at `new`."""
    kept = {path: place for path, place in known.items() if path[: len(new)] != new}
    return kept | {(*new, *path[len(old) :]): place for path, place in known.items() if path[: len(old)] == old}

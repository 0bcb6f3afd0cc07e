"""The command that lists what there is."""

from __future__ import annotations

import json

import click

from backprop_steps.commands.files import write
from backprop_steps.commands.words import Choice
from backprop_steps.languages import LANGUAGES

KINDS = ("problems", "notations", "activations", "losses", "formats", "languages")


@click.command(name="list", short_help="List problems, notations, activations, losses, formats, languages.")
@click.argument("kind", type=Choice(KINDS), required=False)
@click.option("--to", type=Choice(("text", "json")), default="text", show_default=True, help="How it is written.")
def list_(kind: str | None, to: str) -> None:
    """List what there is: problems, notations, activations, losses, formats, languages. Without KIND, all of them.

    \b
    Examples:
      backprop-steps list
      backprop-steps list notations --to json
    """
    found = {one: dict(_rows(one)) for one in ([kind] if kind else KINDS)}
    if to == "json":
        named = {key: [{"name": name, "about": about} for name, about in rows.items()] for key, rows in found.items()}
        write(json.dumps(named, ensure_ascii=False, indent=2) + "\n")
        return
    width = max((len(name) for rows in found.values() for name in rows), default=0)
    parts = []
    for key, rows in found.items():
        lines = [f"{name:{width}}  {about}".rstrip() for name, about in rows.items()]
        parts.append("\n".join(lines if kind else [f"{key}:", *(f"  {line}" for line in lines)]))
    write("\n\n".join(parts) + "\n")


def _rows(kind: str) -> list[tuple[str, str]]:
    """The names of a kind, each with its line of explanation."""
    if kind == "formats":
        from backprop_steps.pages.writing.formats import OUTPUTS

        return list(OUTPUTS.items())
    if kind == "languages":
        return [(row.code, row.about) for row in LANGUAGES.values()]
    if kind == "problems":
        from backprop_steps.problem import shipped

        return [(row.name, row.comment or row.title) for row in shipped()]
    if kind == "notations":
        from backprop_steps.notation.loading import profiles

        return profiles()
    if kind == "activations":
        from backprop_steps.operations.activations import ACTIVATIONS

        return [(row.name, row.about) for row in ACTIVATIONS.values()]
    from backprop_steps.operations.losses import LOSSES

    return [(row.name, row.about) for row in LOSSES.values()]

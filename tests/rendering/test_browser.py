"""Pages of HTML as a browser shows them: on a phone, in the dark, to a screen reader, pointed at."""

from __future__ import annotations

from pathlib import Path

import pytest
from rendering.browser import looked_at
from shipped_pages import PROBLEMS, page, problem
from test_golden import marked

import backprop_steps as bp

PHONE, DESK = 360, 1000
VARIED = [
    ("mazur", None, "full"), ("softmax_classes", None, "lecture"), ("node_relu", None, "full"),
    ("batch_symbolic", None, "lecture"), ("circuit_reuse", None, "full"), ("bracket_regression", None, "lecture"),
    ("neuron_logistic", None, "lecture"), ("several_steps", None, "answers"), ("own_loss", "node", "full"),
]  # fmt: skip


def sheets() -> dict[str, str]:
    found = {name: page(name, None, "full", "html") for name in PROBLEMS}
    return found | {f"{name} {detail}": page(name, notation, detail, "html") for name, notation, detail in VARIED}


@pytest.mark.chromium
def test_no_page_scrolls_sideways_on_a_phone_and_nothing_does_on_a_desk(tmp_path: Path) -> None:
    for name, views in looked_at(sheets(), tmp_path, [(PHONE, "light"), (DESK, "light")]).items():
        for view, seen in views.items():
            assert not seen["scrolls"], (name, view, seen["wide"])
            assert (seen["wide"], seen["unreachable"], seen["flat"]) == ([], [], 0), (name, view)
            assert (seen["said"], seen["asked"]) == ([], 1), (name, view)
        assert views[f"{DESK} light"]["scrolling"] == [], name


@pytest.mark.chromium
def test_axe_finds_nothing_and_what_is_pointed_at_lights_up(tmp_path: Path) -> None:
    some = [one for one in VARIED if one[0] not in ("softmax_classes", "node_relu", "batch_symbolic")]
    pages = {f"{name} {detail}": page(name, notation, detail, "html") for name, notation, detail in some}
    pages["part"] = str(bp.render(problem("three_layers"), to="html", only=("W1[*,1]",)))
    pages["report"] = str(bp.report(marked("mazur_slips.md"), to="html", title="Homework"))
    for name, views in looked_at(pages, tmp_path, [(DESK, "light"), (PHONE, "dark")], axe=True).items():
        for view, seen in views.items():
            assert seen["axe"] == [], (name, view)
            if name != "report":
                assert seen["pointed"]["lit"] == seen["pointed"]["alike"] > 0, (name, view)
                assert seen["pointed"]["after"] == 0, (name, view)


@pytest.mark.chromium
def test_what_is_wrong_would_be_seen(tmp_path: Path) -> None:
    wide = page("circuit", None, "full", "html").replace("<h1>", '<div style="width: 500px">x</div><img src="x"><h1>')
    (seen,) = looked_at({"wide": wide}, tmp_path, [(PHONE, "light")], axe=True)["wide"].values()
    assert seen["scrolls"]
    assert "DIV" in seen["wide"]
    assert [one.split(":")[0] for one in seen["axe"]] == ["image-alt"]
    assert seen["said"]

"""The colours of a picture's inks, as HTML writes them."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_steps.pages.drawing.model import Ink

ON_SCREEN: Mapping[Ink, str] = {
    "ink": "#1b1b1b",
    "faint": "#6e6e6e",
    "gradient": "#b3261e",
    "lit": "#0b57a4",
    "before": "#0b57a4",
    "after": "#b3261e",
}
IN_PRINT: Mapping[Ink, str] = {**ON_SCREEN, "ink": "#000000"}

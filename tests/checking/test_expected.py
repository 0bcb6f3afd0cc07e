"""The right formula that is named beside a wrong one: between matrices where the chain is about a whole array."""

from __future__ import annotations

from pathlib import Path

import pytest

import backprop_steps as bp

HAND_INS = Path(__file__).parent / "hand_ins"


def expected(name: str, suffix: str, line: int) -> set[str | None]:
    """What would have been right on a line of a hand-in."""
    problem = bp.load(HAND_INS / f"{name}.problem.yaml")
    marking = bp.check(problem, (HAND_INS / f"{name}{suffix}").read_text(encoding="utf-8"))
    return {link.expected for link in marking.links if link.line == line and link.verdict == "incorrect"}


@pytest.mark.parametrize(
    ("name", "suffix", "line", "right"),
    [
        # a whole array: between matrices
        ("b_layer_sigmoid", ".md", 24, r"(W^{(2)})^Tg^{(2)} \odot a^{(1)} \odot (1 - a^{(1)})"),
        ("nielsen_four_equations", ".md", 18, r"(w^3)^T\delta^3 \odot a^2 \odot (1 - a^2)"),
        # one element, or letters: as it was asked for, without a sum over one value
        ("index_sums", ".md", 17, r"\sum_{k=1}^{2} \delta_k^{(2)}W_{kj}^{(2)}"),
        (
            "e_batch_rows",
            ".md",
            13,
            r"-\frac{1}{N}\sum_{i=1}^{N} (Y_i - \hat{y}_i)\hat{y}_i(1 - \hat{y}_i)"
            r"W^{(2)}_{l,1}Z_{i,l}(1 - Z_{i,l})X_{i,k}",
        ),
    ],
)
def test_the_right_formula(name: str, suffix: str, line: int, right: str) -> None:
    assert right in expected(name, suffix, line)

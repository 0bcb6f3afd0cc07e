"""The two oracles agree: autograd's differentiation and torch's, with torch's own activations and losses."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from oracle import gradients
from strategies import problems

from backprop_steps.problem.model import Problem

pytestmark = pytest.mark.torch


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(problem=problems())
def test_torch_finds_the_same_gradients(problem: Problem) -> None:
    torch_oracle = pytest.importorskip("torch_oracle")
    found, wanted = torch_oracle.gradients(problem), gradients(problem)
    assert found.keys() == wanted.keys()
    scale = max(map(abs, wanted.values()))
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, rel=1e-10, abs=1e-13 * max(scale, 1.0)), name

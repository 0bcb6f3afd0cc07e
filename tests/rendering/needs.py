"""What a test needs beside Python: without it the test is skipped, or fails where the environment promises it."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

PROMISED = "BACKPROP_STEPS_HAS"
"""The variable with the names of what must be there: `tex node chromium torch`."""


def missing(what: str, reason: str) -> NoReturn:
    """Skip the test, or fail where what is missing was promised."""
    if what in os.environ.get(PROMISED, "").split():
        pytest.fail(f"{PROMISED} promises {what}, but {reason}")
    pytest.skip(reason)

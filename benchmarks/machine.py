"""The machine on which figures were taken, in one line."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def describe() -> str:
    """Processor, number of cores, system and versions."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    processor = next(models, "") or platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return (
        f"{processor}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}, SymPy {version('sympy')}"
    )

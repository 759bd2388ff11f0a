"""The capture's modules are importable. They need PyTorch and diffusers, which the project's own environment does not
have.
"""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "gpu"), str(ROOT / "extension")]

MISSING = [name for name in ("torch", "diffusers") if importlib.util.find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_report_header():
    return f"test/benchmarks_gpu_py is left out for want of {' and '.join(MISSING)}" if MISSING else None


@pytest.fixture
def make_backend(tmp_path, monkeypatch):
    """A simulated card of so many GB."""
    from gpu_capture.simulated import SimulatedBackend

    monkeypatch.setitem(os.environ, "HEADROOM_SIM_STATE", str(tmp_path / "card.json"))
    return SimulatedBackend

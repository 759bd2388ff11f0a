"""In which thread a generation runs: PyTorch keeps the choices of engines by thread."""

import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "blank-card" / "control"))

from engine_plans import VARIABLE, choosing_anew


def test_each_run_has_a_thread_without_choices_which_has_ended_when_it_returns(monkeypatch):
    monkeypatch.setenv(VARIABLE, "anew")
    chosen = threading.local()

    def run():
        known = getattr(chosen, "engines", None)
        chosen.engines = "those that fit"
        return known, threading.current_thread()

    for _ in range(3):
        known, thread = choosing_anew(run)
        assert known is None
        assert not thread.is_alive()


def test_what_it_raises_is_raised_in_the_callers_thread(monkeypatch):
    monkeypatch.setenv(VARIABLE, "anew")

    def run():
        raise MemoryError("CUDA out of memory")

    with pytest.raises(MemoryError, match="CUDA out of memory"):
        choosing_anew(run)


@pytest.mark.parametrize("value", [None, "", "kept"])
def test_where_engines_are_kept_it_runs_in_the_callers_thread(monkeypatch, value):
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    assert choosing_anew(threading.current_thread) is threading.current_thread()

"""Keeps the WebUI's own memory line ("A: ..., R: ...") true although peaks are reset between phases."""

from __future__ import annotations

from typing import Any

from ..wire.messages import TorchCounters
from .torch_memory import MIB


class PeakKeeper:
    """Wraps `monitor` of `shared.mem_mon`, called as a job begins, and `read`, called when it has ended."""

    def __init__(self) -> None:
        self._active_mib = 0.0
        self._reserved_mib = 0.0
        self._monitor: Any = None

    def note(self, counters: TorchCounters) -> None:
        self._active_mib = max(self._active_mib, counters["activePeakMiB"])
        self._reserved_mib = max(self._reserved_mib, counters["reservedPeakMiB"])

    def attach(self, monitor: Any) -> None:
        """Nothing to do where the WebUI watches no memory."""
        if self._monitor is not None or getattr(monitor, "disabled", True):
            return
        begin, read = monitor.monitor, monitor.read

        def monitor_job() -> Any:
            self._active_mib = self._reserved_mib = 0.0
            return begin()

        def read_job() -> Any:
            data = read()
            for name, mib in (("active_peak", self._active_mib), ("reserved_peak", self._reserved_mib)):
                if name in data:
                    data[name] = max(data[name], round(mib * MIB))
            return data

        monitor.monitor, monitor.read = monitor_job, read_job
        self._monitor = monitor

    def detach(self) -> None:
        if self._monitor is not None:
            # With the attributes gone, the class's own methods show again.
            del self._monitor.monitor, self._monitor.read
            self._monitor = None

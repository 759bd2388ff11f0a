"""torch's counters over each phase of one generation: peaks are read and reset at every boundary."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from headroom.webui.torch_memory import TorchMemory
from headroom.wire.messages import TorchCounters

START = "start"
"""Before the first work on pictures. Told only of a run that did not get further."""


class PhaseTracker:
    """One run. `report` gets each finished phase, `on_mark` each mark with torch's counters, whose peaks are since the
    one before; without counters nothing is reported and `totals` is None.
    """

    def __init__(
        self,
        memory: TorchMemory | None,
        report: Callable[[dict[str, Any]], None],
        *,
        on_mark: Callable[[str, TorchCounters | None, float], None] = lambda at, counters, after_ms: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._memory = memory
        self._report = report
        self._on_mark = on_mark
        self._monotonic = monotonic
        self._phase: str | None = START
        self._began_s = self._since_s = monotonic()
        # By the wall clock, which the sidecar shares: the message that says so may be long on its way.
        self.started_at_ms = round(time.time() * 1000, 1)
        self._reported: set[str] = set()
        self._active_peak_mib = 0.0
        self._reserved_peak_mib = 0.0
        self.first = self.last = None if memory is None else memory.read()
        if memory is not None:
            memory.reset_peaks()

    @property
    def phase(self) -> str | None:
        return self._phase

    @property
    def before(self) -> dict[str, float] | None:
        """torch's memory when the run began."""
        first = self.first
        return None if first is None else {name: first[name] for name in ("allocatedMiB", "reservedMiB")}

    def mark(self, phase: str | None) -> None:
        """Ends the phase in hand and begins another; None for work that belongs to none."""
        if phase == self._phase:
            return
        self._read(reports=self._phase != START)
        self._on_mark(phase or "none", self.last, self.after_ms())
        self._phase = phase
        self._since_s = self._monotonic()
        if self._memory is not None:
            self._memory.reset_peaks()

    def close(self) -> None:
        self._read(reports=True)
        self._phase = None

    def after_ms(self) -> float:
        return round((self._monotonic() - self._began_s) * 1000, 1)

    def totals(self) -> dict[str, float] | None:
        """Peaks and counts over the whole run."""
        if self.first is None or self.last is None:
            return None
        return {
            "activePeakMiB": self._active_peak_mib,
            "reservedPeakMiB": self._reserved_peak_mib,
            "allocRetries": max(0, self.last["allocRetries"] - self.first["allocRetries"]),
            "ooms": max(0, self.last["ooms"] - self.first["ooms"]),
        }

    def _read(self, reports: bool) -> None:
        if self._memory is None:
            return
        self.last = counters = self._memory.read()
        self._active_peak_mib = max(self._active_peak_mib, counters["activePeakMiB"])
        self._reserved_peak_mib = max(self._reserved_peak_mib, counters["reservedPeakMiB"])
        # With a batch count above one the phases come again; the first round stands for all.
        if not reports or self._phase is None or self._phase in self._reported:
            return
        self._reported.add(self._phase)
        self._report(
            {
                "phase": self._phase,
                "activePeakMiB": counters["activePeakMiB"],
                "reservedPeakMiB": counters["reservedPeakMiB"],
                "durationMs": round((self._monotonic() - self._since_s) * 1000, 1),
            }
        )

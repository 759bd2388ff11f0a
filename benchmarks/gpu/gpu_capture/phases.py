"""torch's counters over each phase of one generation: peaks are read and reset at every boundary."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from headroom.webui.marks import now_message
from headroom.webui.torch_memory import Counters, TorchMemory
from headroom.wire.messages import Peaks, TorchNow, TorchPeaks

START = "start"
"""Before the first work on pictures. Told only of a run that did not get further."""


class PhaseTracker:
    """One run. `report` gets each finished phase, `on_mark` each mark with torch's peaks since the one before; without
    counters nothing is reported and `totals` is None.
    """

    def __init__(
        self,
        memory: TorchMemory | None,
        report: Callable[[dict[str, Any]], None],
        *,
        on_mark: Callable[[str, Peaks | None, float], None] = lambda at, peaks, after_ms: None,
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
        self._first: Counters | None = None
        self._last: Counters | None = None
        if memory is not None:
            self._first = memory.read()
            memory.reset_peaks()

    @property
    def phase(self) -> str | None:
        return self._phase

    @property
    def before(self) -> TorchNow | None:
        """torch's memory when the run began."""
        return None if self._first is None else now_message(self._first)

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

    @property
    def last(self) -> Peaks | None:
        """Since the last mark, as they were read last."""
        if self._last is None:
            return None
        return {"activePeakMiB": self._last.active_peak_mib, "reservedPeakMiB": self._last.reserved_peak_mib}

    def after_ms(self) -> float:
        return round((self._monotonic() - self._began_s) * 1000, 1)

    def totals(self) -> TorchPeaks | None:
        """Peaks and counts over the whole run."""
        if self._first is None or self._last is None:
            return None
        return {
            "activePeakMiB": self._active_peak_mib,
            "reservedPeakMiB": self._reserved_peak_mib,
            "allocRetries": max(0, self._last.alloc_retries - self._first.alloc_retries),
            "ooms": max(0, self._last.ooms - self._first.ooms),
        }

    def _read(self, reports: bool) -> None:
        if self._memory is None:
            return
        self._last = counters = self._memory.read()
        self._active_peak_mib = max(self._active_peak_mib, counters.active_peak_mib)
        self._reserved_peak_mib = max(self._reserved_peak_mib, counters.reserved_peak_mib)
        # With a batch count above one the phases come again; the first round stands for all.
        if not reports or self._phase is None or self._phase in self._reported:
            return
        self._reported.add(self._phase)
        self._report(
            {
                "phase": self._phase,
                "activePeakMiB": counters.active_peak_mib,
                "reservedPeakMiB": counters.reserved_peak_mib,
                "durationMs": round((self._monotonic() - self._since_s) * 1000, 1),
            }
        )
